//! `curfew-bench`: one measurement a run, as a table and as JSON.

use std::process::ExitCode;

use bench::{Place, chaos, directory_sync, faults, footprint, kill, lifecycle, portal, punctual, rules};
use clap::{Parser, Subcommand};

/// Measures Curfew's own binaries on this machine.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Whole lives a second, what a life costs, and how punctual it is.
    Lifecycle(lifecycle::Options),
    /// Memory of each binary after a minute of rest.
    Footprint(footprint::Options),
    /// The first synchronisation of a large directory at AWS's quotas, at their real pace.
    DirectorySync(directory_sync::Options),
    /// Lives on seven processes, one of which is killed at a random moment of each life.
    Kill(kill::Options),
    /// Lives while Postgres, RabbitMQ, AWS, processes or clocks go wrong for a minute, across their deadlines.
    Chaos(chaos::Options),
    /// Seeds of the simulation: whole lives with a fault at every await.
    Faults(faults::Options),
    /// What it costs to ask the rules of a large organization.
    Rules(rules::Options),
    /// How large and how fast the portal's pages are, with a long history and a large organization.
    Portal(portal::Options),
    /// How late very many ends at one moment are.
    Punctual(punctual::Options),
}

fn main() -> ExitCode {
    runtime::install_crypto();
    let arguments = Arguments::parse();
    let measured = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)
        .and_then(|tokio| {
            tokio.block_on(async {
                match arguments.what {
                    What::Lifecycle(options) => lifecycle::run(&arguments.place, &options).await,
                    What::Footprint(options) => footprint::run(&arguments.place, &options).await,
                    What::DirectorySync(options) => directory_sync::run(&arguments.place, &options).await,
                    What::Kill(options) => kill::run(&arguments.place, &options).await,
                    What::Portal(options) => portal::run(&arguments.place, &options).await,
                    What::Punctual(options) => punctual::run(&arguments.place, &options).await,
                    What::Chaos(options) => chaos::run(&arguments.place, &options).await,
                    What::Faults(options) => faults::run(&arguments.place, &options).await,
                    What::Rules(options) => rules::run(&arguments.place, &options).await,
                }
            })
        });
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
