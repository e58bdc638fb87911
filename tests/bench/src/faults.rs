//! Seeds of the simulation of faults, as many processes at once as there are cores.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::figures::{Aim, Figures};
use crate::system::Place;

/// How many, and which.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// Seeds to play
    #[arg(long, default_value_t = 10_000)]
    pub seeds: u64,
    /// The first of them
    #[arg(long, default_value_t = 1)]
    pub from: u64,
    /// Processes at once; as many as there are cores, if not said
    #[arg(long)]
    pub processes: Option<u64>,
}

/// Plays them.
///
/// # Errors
/// When a process cannot be started or does not say how it ended.
pub async fn run(place: &Place, options: &Options) -> anyhow::Result<()> {
    let program = place.program("curfew-faults")?;
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get().try_into().unwrap_or(1));
    let processes = options.processes.unwrap_or(cores).clamp(1, options.seeds.max(1));
    println!("{} seeds on {processes} processes ...", options.seeds);
    let began = Instant::now();
    let each = options.seeds.div_ceil(processes);
    let parts = (0..processes).map(|part| {
        let from = options.from + part * each;
        let seeds = each.min((options.from + options.seeds).saturating_sub(from));
        let (program, database) = (program.clone(), place.database.clone());
        tokio::task::spawn_blocking(move || play(&program, &database, from, seeds))
    });
    let mut sums = Sums::default();
    for part in futures_util::future::join_all(parts).await {
        sums.add(&part??);
    }
    let mut figures = Figures::new("faults");
    figures.add("seeds", Some(sums.seeds), "", Some(Aim::AtLeast(10_000.0)));
    figures.add("violations", Some(sums.violations), "", Some(Aim::AtMost(0.0)));
    for (key, value) in [("grants", sums.grants), ("calls", sums.calls), ("troubles", sums.troubles)] {
        figures.add(key, Some(value), "", None);
    }
    figures.add("took_s", Some(began.elapsed().as_secs_f64()), "", None);
    figures.note("from", options.from);
    figures.note("processes", processes);
    figures.tell(place.figures.as_deref())?;
    ensure!(sums.violations < 1.0, "{:.0} seeds broke what must never break", sums.violations);
    Ok(())
}

#[derive(Default)]
struct Sums {
    seeds: f64,
    violations: f64,
    grants: f64,
    calls: f64,
    troubles: f64,
}

impl Sums {
    fn add(&mut self, part: &Value) {
        let of = |key: &str| part.get(key).and_then(Value::as_f64).unwrap_or_default();
        self.seeds += of("seeds");
        self.violations += of("violations");
        self.grants += of("grants");
        self.calls += of("calls");
        self.troubles += of("troubles");
    }
}

/// One process. What it says of seeds that broke something is passed on; its last line is what it sums up to.
fn play(program: &Path, database: &str, from: u64, seeds: u64) -> anyhow::Result<Value> {
    let said = Command::new(program)
        .args(["--from", &from.to_string(), "--seeds", &seeds.to_string(), "--json"])
        .env("CURFEW_TEST_DATABASE_URL", database)
        .output()
        .with_context(|| format!("cannot run {}", program.display()))?;
    let lines = String::from_utf8_lossy(&said.stdout).into_owned();
    let mut lines: Vec<&str> = lines.lines().collect();
    let last = lines.pop().unwrap_or_default();
    for line in lines {
        println!("{line}");
    }
    serde_json::from_str(last).with_context(|| {
        format!("seeds from {from} ended without a sum: {last}\n{}", String::from_utf8_lossy(&said.stderr))
    })
}
