//! `curfew policy`: policy as files, for people and for CI jobs.

mod apply;
mod files;
mod plan;
mod recover;
mod show;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use client::{Client, Endpoints, PlanFiles, TokenSource};
use secrecy::SecretString;
use url::Url;

/// Where the API is, and in whose name.
#[derive(Debug, Clone, clap::Args)]
pub struct Api {
    /// The REST API.
    #[arg(long, env = "CURFEW_API")]
    api: Option<Url>,
    /// A bearer token: of an admin, an auditor, or a machine with the scope policy:read (to apply, policy:write).
    /// Better in the environment, where it is in no list of processes.
    #[arg(long, env = "CURFEW_TOKEN", hide_env_values = true)]
    token: Option<SecretString>,
}

impl Api {
    fn client(&self) -> anyhow::Result<Client> {
        let api = self.api.clone().context("give the API's address: --api URL, or CURFEW_API")?;
        let token = self.token.clone().context("give a bearer token in CURFEW_TOKEN")?;
        Ok(Client::new(Endpoints::one(api), TokenSource::fixed(token))?)
    }
}

/// Policy as files. All files together are the policy: whatever they leave out of a list is deleted, and a list that
/// none of them has is left as it is.
#[derive(Debug, clap::Subcommand)]
#[command(after_help = EXIT_CODES)]
pub enum Command {
    /// Print everything in force.
    Export {
        #[command(flatten)]
        api: Api,
        /// Write it into this folder, which may need several files.
        #[arg(long, short)]
        output: Option<PathBuf>,
    },
    /// Say what is wrong with files.
    #[command(after_help = EXIT_CODES)]
    Validate {
        #[command(flatten)]
        api: Api,
        /// Print JSON.
        #[arg(long)]
        json: bool,
        /// Files, folders (their *.yaml and *.yml), or - for the standard input.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Say what files would change, and which past requests would have been decided otherwise.
    #[command(after_help = EXIT_CODES)]
    Plan(plan::Arguments),
    /// Put files into force, all of it or nothing.
    #[command(after_help = EXIT_CODES)]
    Apply(apply::Arguments),
    /// Print the files' JSON Schema, for editors.
    Schema,
}

const EXIT_CODES: &str = "Exit codes:\n  0  nothing to do, or done\n  1  an error: mistakes in the files, a refusal, \
a plan that is stale\n  2  plan: there are differences\n  3  apply: it waits for a second person\n  64 the command line is wrong";

/// Nothing to do, or done.
const DONE: u8 = 0;
/// An error.
const FAILED: u8 = 1;
/// There are differences.
const DIFFERENCES: u8 = 2;
/// A second person has to agree.
const WAITING: u8 = 3;

/// Runs one of them; the exit code says how it went.
///
/// # Errors
/// When a file cannot be read, or the API or the database refuses.
pub async fn policy(config: Option<PathBuf>, command: Command) -> anyhow::Result<ExitCode> {
    let code = match command {
        Command::Export { api, output } => export(&api, output).await?,
        Command::Validate { api, json, files } => validate(&api, json, &files).await?,
        Command::Plan(arguments) => plan::plan(arguments).await?,
        Command::Apply(arguments) if arguments.recover => recover::recover(config, arguments).await?,
        Command::Apply(arguments) => apply::apply(arguments).await?,
        Command::Schema => {
            println!("{}", serde_json::to_string_pretty(&policy::schema())?);
            DONE
        }
    };
    Ok(ExitCode::from(code))
}

async fn export(api: &Api, output: Option<PathBuf>) -> anyhow::Result<u8> {
    let exported = api.client()?.export_policy().await?;
    match (output, exported.files.as_slice()) {
        (None, [file]) => print!("{}", file.text),
        (None, files) => bail!("it is too large for one file; give --output FOLDER for {} files", files.len()),
        (Some(folder), files) => {
            std::fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
            for file in files {
                // Only a name: what the server says must not lead out of the folder.
                let name = Path::new(&file.name).file_name().context("the server named a file that is none")?;
                let path = folder.join(name);
                std::fs::write(&path, &file.text).with_context(|| format!("{} cannot be written", path.display()))?;
                eprintln!("{}", path.display());
            }
            eprintln!("revision {}", exported.revision);
        }
    }
    Ok(DONE)
}

async fn validate(api: &Api, json: bool, files: &[PathBuf]) -> anyhow::Result<u8> {
    let planned =
        api.client()?.plan_policy(&PlanFiles { files: files::read(files)?, days: 0, rest: client::Rest::Goes }).await?;
    if json {
        println!("{}", serde_json::to_string_pretty(&planned.problems)?);
    } else {
        print!("{}", show::problems(&planned.problems));
        if planned.plan.is_some() {
            println!("the files are good");
        }
    }
    Ok(if planned.plan.is_some() { DONE } else { FAILED })
}
