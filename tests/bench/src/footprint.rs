//! Memory of each binary after a while of rest, and the time from start to readiness.

use std::time::{Duration, Instant};

use anyhow::Context;

use crate::figures::{Aim, Figures};
use crate::machine::rss_mib;
use crate::system::{Limits, Place, Shape, System, wait_until_ready};

const ONE: &str = "sso-elevator 103 MiB, TEAM's router 62 MiB";

/// How long the rest is.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// Seconds without anything to do before the memory is read
    #[arg(long, default_value_t = 60)]
    pub idle: u64,
}

/// Measures.
///
/// # Errors
/// When the system does not start, or a process ends by itself.
pub async fn run(place: &Place, options: &Options) -> anyhow::Result<()> {
    let mut figures = Figures::new("footprint");
    let rest = Duration::from_secs(options.idle);
    let limits = Limits { database_connections: 16 };

    println!("seven processes, {} s of rest ...", options.idle);
    let mut seven = System::start(place, Shape::SevenProcesses, limits).await?;
    tokio::time::sleep(rest).await;
    seven.all_alive()?;
    for process in &seven.processes {
        figures.add(format!("rss_mib_{}", process.name), rss_mib(process.pid()), ONE, Some(Aim::AtMost(20.0)));
    }
    drop(seven);

    println!("one process, {} s of rest ...", options.idle);
    let mut one = System::start(place, Shape::OneProcess, limits).await?;
    // Again, with the schema in place: what an ordinary start takes.
    let address = one.addresses.get("curfew").context("no address")?.clone();
    let process = one.processes.first_mut().context("nothing runs")?;
    process.kill_and_restart()?;
    let began = Instant::now();
    wait_until_ready(&one.http, &address, process).await?;
    let start_to_ready = began.elapsed();
    tokio::time::sleep(rest).await;
    one.all_alive()?;
    let pid = one.processes.first().context("nothing runs")?.pid();
    figures.add("rss_mib_all_in_one", rss_mib(pid), ONE, Some(Aim::AtMost(60.0)));
    figures.add("start_to_ready_s", Some(start_to_ready.as_secs_f64()), "", Some(Aim::AtMost(1.0)));
    figures.note("idle_s", options.idle);
    figures.tell(place.figures.as_deref())
}
