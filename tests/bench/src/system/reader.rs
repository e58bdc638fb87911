//! The request service alone, beside a simulator that keeps AWS's quotas.

use std::collections::BTreeMap;

use anyhow::Context;
use serde_json::Value;
use url::Url;

use super::{Database, Limits, Place, Process, environment, process, start_simulator};

/// A simulator, a database, and the request service once it is started; it ends when this is dropped.
#[derive(Debug)]
pub struct Reader {
    pub http: reqwest::Client,
    pub simulator: Url,
    pub database: Database,
    process: Option<Process>,
    smtp: String,
    // Dropped last.
    simulator_process: Process,
}

impl Reader {
    /// Starts the simulator and makes the database.
    pub async fn prepare(place: &Place) -> anyhow::Result<Self> {
        let folder = place.folder()?;
        let database = Database::create(&place.database).await.context("Postgres")?;
        let (simulator_process, simulator, smtp) = start_simulator(place, &folder, "aws").await?;
        let http = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self { http, simulator, database, process: None, smtp, simulator_process })
    }

    /// Tells the simulator something.
    pub async fn control(&self, method: reqwest::Method, path: &str, body: &Value) -> anyhow::Result<Value> {
        let url = self.simulator.join(&format!("control/{path}"))?;
        let answer = self.http.request(method, url).json(body).send().await?.error_for_status()?;
        Ok(serde_json::from_str(&answer.text().await?).unwrap_or_default())
    }

    /// Starts the service with this budget of calls to Identity Center; its log is in the run's folder.
    pub fn start(&mut self, place: &Place, calls_per_second: u32) -> anyhow::Result<()> {
        let address: Url = format!("http://127.0.0.1:{}", process::free_port()?).parse()?;
        let around = environment::Surroundings {
            database: &self.database.url,
            broker: &place.broker,
            simulator: &self.simulator,
            aws: self.simulator.as_str(),
            smtp: &self.smtp,
        };
        let services = BTreeMap::from([("request".to_owned(), address.clone())]);
        let mut variables = environment::of(&around, &address, &services, Limits { database_connections: 16 });
        variables.retain(|(name, _)| name != "CURFEW__AWS__CALLS_PER_SECOND");
        variables.push(("CURFEW__AWS__CALLS_PER_SECOND".to_owned(), calls_per_second.to_string()));
        let program = place.program("curfew-request")?;
        self.process = Some(Process::start("request", &program, vec![], variables, &place.folder()?)?);
        Ok(())
    }

    /// Fails with the end of its log if something has ended by itself.
    pub fn all_alive(&mut self) -> anyhow::Result<()> {
        self.process.iter_mut().chain([&mut self.simulator_process]).try_for_each(Process::alive)
    }

    /// What the service's memory is, in MiB.
    pub fn memory_mib(&self) -> Option<f64> {
        self.process.as_ref().and_then(|process| crate::machine::rss_mib(process.pid()))
    }
}
