//! `curfew`: run the services, or do one thing and end.

use std::path::PathBuf;
use std::process::{ExitCode, Termination};

use clap::{Parser, Subcommand};
use curfew::{demo, import, migrate, openapi, sample_rules};

/// Temporary elevated access for AWS IAM Identity Center.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    /// The settings' file; the environment (CURFEW__SECTION__KEY) goes over it.
    #[arg(long, env = "CURFEW_CONFIG", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the services in one process until told to stop.
    Up {
        /// Only these, with commas between: request, approval, grant, revocation, notification, audit, portal.
        #[arg(long, value_delimiter = ',')]
        only: Vec<String>,
    },
    /// Bring the database's schema up to date and end.
    Migrate,
    /// Take over what another system knows and has given.
    Import(import::Arguments),
    /// Make a few rules for the sample company, if there are none.
    SampleRules(sample_rules::Arguments),
    /// Play one whole life against a running system and say what happens.
    Demo(demo::Arguments),
    /// Print the OpenAPI document of all services.
    Openapi,
    /// Verify signed receipts in a file, without Curfew: one receipt, a list, or a bundle of evidence.
    VerifyReceipt(curfew::verify_receipt::Arguments),
    /// Policy as files: export, validate, plan, apply, schema.
    #[command(subcommand)]
    Policy(curfew::policy::Command),
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        // Not clap's 2, which says that a plan has differences.
        Err(error) => {
            drop(error.print());
            return ExitCode::from(if error.use_stderr() { 64 } else { 0 });
        }
    };
    let config = arguments.config;
    match arguments.command {
        Command::Up { only } => match curfew::services(&only) {
            Ok(services) => process::run("all", &services, &process::Options { config }),
            Err(error) => {
                eprintln!("{error}");
                ExitCode::from(64)
            }
        },
        Command::Migrate => finish(migrate::migrate(config)),
        Command::Import(arguments) => finish(import::import(config, arguments)),
        Command::SampleRules(arguments) => finish(sample_rules::sample_rules(arguments)),
        Command::Demo(arguments) => finish(demo::demo(config, arguments)),
        Command::Openapi => finish(async {
            println!("{}", openapi::whole()?);
            Ok(())
        }),
        Command::VerifyReceipt(arguments) => curfew::verify_receipt::verify_receipt(&arguments),
        Command::Policy(command) => finish(curfew::policy::policy(config, command)),
    }
}

/// Runs it to its end; an error is told and is exit code 1.
fn finish<T: Termination>(work: impl Future<Output = anyhow::Result<T>>) -> ExitCode {
    runtime::install_crypto();
    let done = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)
        .and_then(|tokio| tokio.block_on(work));
    match done {
        Ok(done) => done.report(),
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
