//! The system under measurement: a database of its own, the simulator, and Curfew's own binaries as child processes.

mod broker;
mod database;
mod environment;
mod faketime;
mod place;
mod process;
mod reader;
mod server;
mod wire;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use client::Endpoints;
use url::Url;

pub use broker::confirmed_publishes_per_second;
pub use database::{Counts, Database, pgbench};
pub use environment::{AwsLimits, Limits};
pub use faketime::WallClock;
pub use place::Place;
pub use process::Process;
pub use reader::Reader;
pub use server::{Kind, Servers};
pub use wire::Wire;

/// The seven services, each with a binary of its own.
pub const SERVICES: [&str; 7] = ["request", "approval", "grant", "revocation", "notification", "audit", "portal"];
/// How long anything may take to start.
const START: Duration = Duration::from_secs(60);

/// How Curfew runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Every service in one process.
    OneProcess,
    /// Every service in a process of its own.
    SevenProcesses,
    /// The same, a second process of each that works by itself, and a wire to AWS that can be cut; with wall clocks that
    /// can be moved, where that is wanted.
    Doubled { movable_clocks: bool },
}

/// The services that work by themselves; what has no second process is reached over HTTP alone.
const DOUBLED: [&str; 3] = ["grant", "revocation", "notification"];

/// Everything that runs; it ends when this is dropped.
#[derive(Debug)]
pub struct System {
    pub http: reqwest::Client,
    pub simulator: Url,
    pub endpoints: Endpoints,
    pub database: Database,
    pub processes: Vec<Process>,
    pub addresses: BTreeMap<String, Url>,
    /// That of a doubled system to AWS.
    pub wire: Option<Wire>,
    /// What it stands on, where that can be taken away.
    pub servers: Option<Servers>,
    /// Those of a doubled system with movable ones, by process.
    pub clocks: BTreeMap<String, WallClock>,
    // Dropped last: the services still tell their farewell to it.
    simulator_process: Process,
}

impl System {
    /// Starts it and waits until it is ready. The broker's queue holds nothing of earlier systems.
    pub async fn start(place: &Place, shape: Shape, limits: Limits) -> anyhow::Result<Self> {
        Self::start_within(place, shape, limits, AwsLimits::default()).await
    }

    /// The same, with these limits on what Curfew asks of AWS.
    pub async fn start_within(place: &Place, shape: Shape, limits: Limits, aws: AwsLimits) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder().timeout(Duration::from_secs(30)).build()?;
        let folder = place.folder()?;
        broker::forget_old_facts(&place.broker).await.context("RabbitMQ")?;
        let database = Database::create(&place.database).await.context("Postgres")?;
        let (simulator_process, simulator, smtp) = start_simulator(place, &folder, "instant").await?;
        let wire = match shape {
            Shape::Doubled { .. } => Some(Wire::before(&simulator).await?),
            Shape::OneProcess | Shape::SevenProcesses => None,
        };
        let aws_url = match &wire {
            Some(wire) => wire.at(simulator.as_str())?,
            None => simulator.to_string(),
        };
        let surroundings = environment::Surroundings {
            database: &database.url,
            broker: &place.broker,
            simulator: &simulator,
            aws: &aws_url,
            smtp: &smtp,
        };
        let names: Vec<String> = match shape {
            Shape::OneProcess => vec!["curfew".to_owned()],
            Shape::SevenProcesses => SERVICES.map(str::to_owned).to_vec(),
            Shape::Doubled { .. } => {
                let second = DOUBLED.iter().map(|name| format!("{name}-2"));
                SERVICES.iter().map(|name| (*name).to_owned()).chain(second).collect()
            }
        };
        let mut addresses: BTreeMap<String, Url> = BTreeMap::new();
        for name in &names {
            addresses.insert(name.clone(), format!("http://127.0.0.1:{}", process::free_port()?).parse()?);
        }
        let services: BTreeMap<String, Url> = addresses
            .iter()
            .filter(|(name, _)| service_of(name) == name.as_str())
            .map(|(n, a)| (n.clone(), a.clone()))
            .collect();
        let endpoints = match (shape, addresses.get("curfew")) {
            (Shape::OneProcess, Some(all)) => Endpoints::one(all.clone()),
            _ => Endpoints::each(services.clone(), None),
        };
        let mut processes = Vec::new();
        let mut clocks = BTreeMap::new();
        for (index, name) in names.iter().enumerate() {
            let address = addresses.get(name).context("no address")?;
            let mut variables = environment::of(&surroundings, address, &services, limits);
            aws.put(&mut variables);
            if shape == (Shape::Doubled { movable_clocks: true }) {
                let clock = WallClock::right(&folder, name)?;
                variables.extend(clock.variables()?);
                clocks.insert(name.clone(), clock);
            }
            let (program, arguments) = match shape {
                Shape::OneProcess => ("curfew".to_owned(), vec!["up".to_owned()]),
                Shape::SevenProcesses | Shape::Doubled { .. } => (format!("curfew-{}", service_of(name)), vec![]),
            };
            processes.push(Process::start(name, &place.program(&program)?, arguments, variables, &folder)?);
            if index == 0 && shape != Shape::OneProcess {
                // The first one makes the schema.
                wait_until_ready(&http, address, processes.last_mut().context("none started")?).await?;
            }
        }
        for process in &mut processes {
            let address = addresses.get(&process.name).context("no address")?;
            wait_until_ready(&http, address, process).await?;
        }
        let servers = Servers::of(place);
        let system = Self {
            http,
            simulator,
            endpoints,
            database,
            processes,
            addresses,
            wire,
            servers,
            clocks,
            simulator_process,
        };
        system.make_sample_rules(place).await?;
        Ok(system)
    }

    async fn make_sample_rules(&self, place: &Place) -> anyhow::Result<()> {
        let (program, api) = (place.program("curfew")?, self.endpoints.url(&[])?);
        let until = Instant::now() + START;
        loop {
            let mut command = std::process::Command::new(&program);
            command
                .arg("sample-rules")
                .env("CURFEW_API", api.as_str())
                .env("CURFEW_SIMULATOR", self.simulator.as_str());
            let made = command.output().with_context(|| program.display().to_string())?;
            if made.status.success() {
                return Ok(());
            }
            if Instant::now() > until {
                bail!("the sample rules cannot be made: {}", String::from_utf8_lossy(&made.stderr));
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    /// The processes whose work is reported, by name.
    pub async fn pids(&self) -> anyhow::Result<Vec<(&str, u32)>> {
        let mut pids: Vec<(&str, u32)> = self.processes.iter().map(|p| (p.name.as_str(), p.pid())).collect();
        pids.push(("simulator", self.simulator_process.pid()));
        pids.push(("bench", std::process::id()));
        pids.push(("postgres", self.database.postmaster().await?));
        Ok(pids)
    }

    /// Fails with the end of its log if a process has ended that nobody asked to end.
    pub fn all_alive(&mut self) -> anyhow::Result<()> {
        for process in self.processes.iter_mut().chain([&mut self.simulator_process]) {
            process.alive()?;
        }
        Ok(())
    }
}

/// The service that a process runs: its name without the number of a second one.
pub fn service_of(process: &str) -> &str {
    process.split('-').next().unwrap_or(process)
}

async fn start_simulator(
    place: &Place,
    folder: &std::path::Path,
    profile: &str,
) -> anyhow::Result<(Process, Url, String)> {
    let ready = folder.join("simulator.json");
    let _ = std::fs::remove_file(&ready);
    let arguments = ["--profile", profile, "--seed", "1", "--ready-file"].map(str::to_owned);
    let arguments = arguments.into_iter().chain([ready.display().to_string()]).collect();
    let mut process = Process::start("simulator", &place.program("curfew-simulator")?, arguments, vec![], folder)?;
    let until = Instant::now() + START;
    loop {
        process.alive()?;
        if let Ok(text) = std::fs::read_to_string(&ready) {
            let addresses: BTreeMap<String, String> = serde_json::from_str(&text)?;
            let http = addresses.get("http").context("the simulator names no address")?;
            let smtp = addresses.get("smtp").context("the simulator names no mail server")?;
            return Ok((process, http.parse()?, smtp.clone()));
        }
        if Instant::now() > until {
            bail!("the simulator did not start; {}", process.end_of_log());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Asks `/readyz` until it says yes.
pub async fn wait_until_ready(http: &reqwest::Client, address: &Url, process: &mut Process) -> anyhow::Result<()> {
    let until = Instant::now() + START;
    let readyz = address.join("readyz")?;
    let mut last = String::new();
    while Instant::now() < until {
        process.alive()?;
        match http.get(readyz.clone()).send().await {
            Ok(answer) if answer.status().is_success() => return Ok(()),
            Ok(answer) => last = answer.text().await.unwrap_or_default(),
            Err(error) => last = error.to_string(),
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    bail!("{} was not ready within {} s: {last}\n{}", process.name, START.as_secs(), process.end_of_log())
}
