//! SIGKILL, and the same process again at once.

use std::collections::BTreeMap;
use std::sync::{MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use jiff::Timestamp;
use tokio::sync::Mutex;
use url::Url;

use crate::system::{Process, service_of};

/// How long a process that was started again may take.
const START: Duration = Duration::from_secs(60);

/// One kill, and when the process was ready again.
#[derive(Debug, Clone)]
pub struct Kill {
    pub process: String,
    pub at: Timestamp,
    pub ready_at: Timestamp,
}

/// Holds the processes.
#[derive(Debug)]
pub struct Killer {
    http: reqwest::Client,
    processes: Vec<Mutex<Process>>,
    addresses: BTreeMap<String, Url>,
    kills: std::sync::Mutex<Vec<Kill>>,
}

impl Killer {
    pub fn new(http: reqwest::Client, processes: Vec<Process>, addresses: BTreeMap<String, Url>) -> Self {
        Self {
            http,
            processes: processes.into_iter().map(Mutex::new).collect(),
            addresses,
            kills: std::sync::Mutex::default(),
        }
    }

    pub fn count(&self) -> usize {
        self.processes.len()
    }

    /// Kills one, starts it again, and waits until it is ready: the fault's end.
    pub async fn kill(&self, index: usize) -> anyhow::Result<()> {
        let slot = self.processes.get(index).context("no such process")?;
        let (name, at) = {
            let mut process = slot.lock().await;
            process.alive()?;
            let at = Timestamp::now();
            process.kill_and_restart()?;
            (process.name.clone(), at)
        };
        self.is_back(slot, name, at).await
    }

    async fn is_back(&self, slot: &Mutex<Process>, name: String, at: Timestamp) -> anyhow::Result<()> {
        let readyz = self.addresses.get(&name).context("no address")?.join("readyz")?;
        let began = Instant::now();
        while !self.http.get(readyz.clone()).send().await.is_ok_and(|answer| answer.status().is_success()) {
            if began.elapsed() > START {
                bail!("{name} was killed and did not come back; {}", slot.lock().await.end_of_log());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let process = service_of(&name).to_owned();
        lock(&self.kills).push(Kill { process, at, ready_at: Timestamp::now() });
        Ok(())
    }

    /// Stops one in good order and starts it again, and waits until it is ready.
    pub async fn restart(&self, index: usize) -> anyhow::Result<()> {
        let slot = self.processes.get(index).context("no such process")?;
        let at = Timestamp::now();
        let name = {
            let mut process = slot.lock().await;
            process.alive()?;
            process.restart().await?;
            process.name.clone()
        };
        self.is_back(slot, name, at).await
    }

    pub fn kills(&self) -> Vec<Kill> {
        lock(&self.kills).clone()
    }

    pub fn kills_by_process(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for kill in self.kills() {
            *counts.entry(kill.process).or_insert(0) += 1;
        }
        counts
    }
}

fn lock<T>(mutex: &std::sync::Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
