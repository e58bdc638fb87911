//! `curfew policy plan`

use std::path::PathBuf;

use anyhow::Context;
use client::{PlanFiles, Planned};

use super::{Api, DIFFERENCES, DONE, FAILED, files, show};

/// What is planned.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    api: Api,
    /// Replay the requests of so many days.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u16).range(0..=366))]
    days: u16,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Keep the plan here, for `apply --plan`.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Files, folders (their *.yaml and *.yml), or - for the standard input.
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

/// Says what files would change.
///
/// # Errors
/// When a file cannot be read or the API refuses.
pub async fn plan(arguments: Arguments) -> anyhow::Result<u8> {
    let files = files::read(&arguments.files)?;
    let planned = arguments
        .api
        .client()?
        .plan_policy(&PlanFiles { files, days: arguments.days, rest: client::Rest::Goes })
        .await?;
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&planned)?);
    } else {
        print!("{}", show::planned(&planned));
    }
    if let (Some(out), Some(plan)) = (&arguments.out, &planned.plan) {
        let text = serde_json::to_string_pretty(plan)?;
        std::fs::write(out, text).with_context(|| format!("{} cannot be written", out.display()))?;
    }
    Ok(code(&planned))
}

fn code(planned: &Planned) -> u8 {
    match &planned.plan {
        None => FAILED,
        Some(plan) if plan.is_empty() => DONE,
        Some(_) => DIFFERENCES,
    }
}
