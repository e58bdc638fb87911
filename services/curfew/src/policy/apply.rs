//! `curfew policy apply`

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use client::{AppliedFiles, ApplyFiles, Client, PlanFiles};
use policy::{File, Plan};

use super::{Api, DONE, FAILED, WAITING, files, show};

/// What is applied.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    api: Api,
    /// Apply exactly this plan (`plan --out`); refused when the files or anything in force changed since.
    #[arg(long, conflicts_with = "recover")]
    plan: Option<PathBuf>,
    /// Do not ask.
    #[arg(long, short)]
    yes: bool,
    /// Why, for the audit log and for the second person.
    #[arg(long)]
    pub reason: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// The way back in when nobody can change policy any more: write to the database of the settings, past the API and
    /// without a second person. It is kept in the audit log as made alone. Needs --reason.
    #[arg(long, requires = "reason")]
    pub recover: bool,
    /// Files, folders (their *.yaml and *.yml), or - for the standard input.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
}

impl Arguments {
    /// Whether somebody said yes, on the command line or now.
    ///
    /// # Errors
    /// When there is nobody to ask.
    pub fn agreed(&self, question: &str) -> anyhow::Result<bool> {
        if self.yes {
            return Ok(true);
        }
        if !std::io::stdin().is_terminal() {
            bail!("there is nobody to ask; give --yes");
        }
        eprint!("{question} [y/N] ");
        std::io::stderr().flush()?;
        let mut answer = String::new();
        std::io::stdin().read_line(&mut answer)?;
        Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
    }
}

/// Puts files into force.
///
/// # Errors
/// When a file cannot be read or the API refuses.
pub async fn apply(arguments: Arguments) -> anyhow::Result<u8> {
    let client = arguments.api.client()?;
    let files = files::read(&arguments.files)?;
    let kept = arguments.plan.as_deref().map(kept).transpose()?;
    let plan = match kept {
        Some(plan) => plan,
        None => match fresh(&client, &files).await? {
            Ok(plan) => plan,
            Err(code) => return Ok(code),
        },
    };
    if plan.is_empty() {
        println!("Nothing to do.");
        return Ok(DONE);
    }
    if arguments.plan.is_none() && !arguments.agreed("Put this into force?")? {
        println!("Nothing was done.");
        return Ok(FAILED);
    }
    let Plan { revision, wanted, .. } = plan;
    let reason = arguments.reason.clone();
    let applied = client.apply_policy(&ApplyFiles { files, revision, wanted, reason, rest: client::Rest::Goes }).await;
    let applied = applied.map_err(|error| refused(&error))?;
    tell(&applied, arguments.json)?;
    Ok(if applied.outcome == "waiting" { WAITING } else { DONE })
}

fn kept(path: &Path) -> anyhow::Result<Plan> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not a plan", path.display()))
}

/// A plan made and shown now, or the exit code when the files have mistakes.
async fn fresh(client: &Client, files: &[File]) -> anyhow::Result<Result<Plan, u8>> {
    let planned = client.plan_policy(&PlanFiles { files: files.to_vec(), days: 30, rest: client::Rest::Goes }).await?;
    eprint!("{}", show::planned(&planned));
    Ok(planned.plan.ok_or(FAILED))
}

/// The refusal with the mistakes that it names.
fn refused(error: &client::ClientError) -> anyhow::Error {
    let problems = error.problem().and_then(|problem| problem.members.get("problems")).cloned();
    let problems: Vec<policy::Problem> =
        problems.and_then(|problems| serde_json::from_value(problems).ok()).unwrap_or_default();
    anyhow::anyhow!("{error}\n{}", show::problems(&problems))
}

fn tell(applied: &AppliedFiles, json: bool) -> anyhow::Result<()> {
    if json {
        println!("{}", serde_json::to_string_pretty(applied)?);
        return Ok(());
    }
    match (applied.outcome.as_str(), &applied.change) {
        ("waiting", Some(change)) => println!("It waits for a second admin as change {change}."),
        ("unchanged", _) => println!("Nothing to do."),
        _ => println!("In force at revision {}.", applied.revision),
    }
    Ok(())
}
