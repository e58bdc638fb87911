//! `curfew import`: what another system knows and has given, straight into the database, as `curfew migrate` works.
//! Without `--apply` nothing is written; with it everything is, in one transaction, or nothing.

mod apply;
mod directory;
mod files;

use std::path::PathBuf;

use anyhow::{Context, bail};
use migration::{Converted, Directory, convert};
use runtime::Settings;
use secrecy::ExposeSecret;
use store::Db;

pub use apply::{Applied, apply};
pub use directory::load;

/// From where.
#[derive(Debug, Clone, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    from: From,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum From {
    /// AWS TEAM (Temporary Elevated Access Management): exports of its DynamoDB tables.
    ///
    /// Prints what TEAM's policies become, every difference, and which of its sessions are adopted. Ends with 0 when the
    /// export is sound, and with 1 when it is not, or when --apply is refused; then nothing was written.
    Team(Team),
}

/// What to read, and what to do about it.
#[derive(Debug, Clone, clap::Args)]
pub struct Team {
    /// Exports of the tables Eligibility, Approvers, Settings, requests and, in newer versions, Policies, in any order:
    /// the files of an export to S3 in DynamoDB JSON, compressed or not, or what `aws dynamodb scan` prints. Of a folder
    /// every file in it that ends in .json or .json.gz.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Write it. Doing so again changes nothing but what has changed in TEAM since.
    #[arg(long)]
    pub apply: bool,
    /// Adopt access that TEAM may have left behind too, so that it is taken away. Whoever has the same access by a standing
    /// assignment loses that.
    #[arg(long, requires = "apply")]
    pub adopt_doubtful: bool,
    /// Write it although some sessions cannot be adopted. Nobody takes those away once TEAM is switched off.
    #[arg(long, requires = "apply")]
    pub leave_orphans: bool,
    /// Print the report as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Reads, reports, and writes if it is told to.
///
/// # Errors
/// When the settings are not usable, Postgres is away, the directory was never read, the export is not sound, or what
/// it says cannot be written.
pub async fn import(config: Option<PathBuf>, Arguments { from: From::Team(team) }: Arguments) -> anyhow::Result<()> {
    let settings = Settings::load(config.as_deref())?;
    let db = Db::connect(settings.database.url.expose_secret(), 2, "curfew-import")?;
    let directory = directory::load(&db).await?;
    let files = files::all(&team.files)?;
    let converted = read(&files, &directory, db.clock().now())?;
    let applied = if team.apply { Some(apply(&db, converted.clone(), &files, directory, &team).await) } else { None };
    print(&converted, &applied, team.json)?;
    match applied {
        None | Some(Ok(_)) => Ok(()),
        Some(Err(error)) => Err(error),
    }
}

/// What the files say.
///
/// # Errors
/// Everything that is wrong with them.
pub fn read(files: &[PathBuf], directory: &Directory, now: jiff::Timestamp) -> anyhow::Result<Converted> {
    match files::read(files, &mut |_| {})? {
        Ok(export) => Ok(convert(&export, directory, now)),
        Err(problems) => {
            let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
            bail!("the export is not sound; nothing was written:\n  {}", told.join("\n  "))
        }
    }
}

fn print(converted: &Converted, applied: &Option<anyhow::Result<Applied>>, json: bool) -> anyhow::Result<()> {
    let done = applied.as_ref().and_then(|applied| applied.as_ref().ok());
    if json {
        let whole = serde_json::json!({ "report": converted.report, "applied": done });
        println!("{}", serde_json::to_string_pretty(&whole).context("the report has no JSON")?);
        return Ok(());
    }
    print!("{}", converted.report);
    match (applied, done) {
        (_, Some(done)) => println!("{done}"),
        (Some(_), None) => {}
        (None, None) => println!("Nothing was written; say --apply to do so."),
    }
    Ok(())
}
