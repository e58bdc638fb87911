//! SIGKILL, and the same process again at once.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use jiff::Timestamp;
use url::Url;

use crate::system::Process;

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
    kills: Mutex<Vec<Kill>>,
}

impl Killer {
    pub fn new(http: reqwest::Client, processes: Vec<Process>, addresses: BTreeMap<String, Url>) -> Self {
        Self { http, processes: processes.into_iter().map(Mutex::new).collect(), addresses, kills: Mutex::default() }
    }

    pub fn count(&self) -> usize {
        self.processes.len()
    }

    /// Kills one, starts it again, and waits until it is ready: the fault's end.
    pub async fn kill(&self, index: usize) -> anyhow::Result<()> {
        let slot = self.processes.get(index).context("no such process")?;
        let (name, at) = {
            let mut process = lock(slot);
            process.alive()?;
            let at = Timestamp::now();
            process.kill_and_restart()?;
            (process.name.clone(), at)
        };
        let readyz = self.addresses.get(&name).context("no address")?.join("readyz")?;
        let began = Instant::now();
        while !self.http.get(readyz.clone()).send().await.is_ok_and(|answer| answer.status().is_success()) {
            if began.elapsed() > START {
                bail!("{name} was killed and did not come back; {}", lock(slot).end_of_log());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        lock(&self.kills).push(Kill { process: name, at, ready_at: Timestamp::now() });
        Ok(())
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

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
