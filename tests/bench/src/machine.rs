//! What the kernel says about this machine and its processes (Linux: /proc).

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use serde_json::{Value, json};

/// Linux reports processor time in hundredths of a second on every platform that Rust knows.
const TICKS_A_SECOND: f64 = 100.0;

/// Cores, memory, processor, and which state of the sources was measured.
pub fn describe() -> Vec<(&'static str, Value)> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let processor =
        text.lines().find_map(|line| line.strip_prefix("model name")).and_then(|line| line.split(": ").nth(1));
    let memory = kib_of(&fs::read_to_string("/proc/meminfo").unwrap_or_default(), "MemTotal:");
    vec![
        ("cores", json!(cores)),
        ("memory_mib", json!(memory.map(|kib| kib / 1024))),
        ("processor", json!(processor)),
        ("git_commit", json!(git(&["rev-parse", "--short=12", "HEAD"]))),
        ("git_changed", json!(git(&["status", "--porcelain", "--untracked-files=no"]).map(|text| !text.is_empty()))),
        ("bench_profile", json!(if cfg!(debug_assertions) { "debug" } else { "release" })),
        ("at", json!(jiff::Timestamp::now().to_string())),
    ]
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn kib_of(text: &str, field: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix(field))?.split_whitespace().next()?.parse().ok()
}

/// Resident memory of a process in MiB.
pub fn rss_mib(pid: u32) -> Option<f64> {
    let kib = kib_of(&fs::read_to_string(format!("/proc/{pid}/status")).ok()?, "VmRSS:")?;
    u32::try_from(kib).ok().map(|kib| f64::from(kib) / 1024.0)
}

#[derive(Debug, Clone)]
struct Stat {
    name: String,
    parent: u32,
    /// Its own, and that of children that have ended.
    ticks: u32,
}

fn stat(pid: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name may hold spaces and brackets; what follows its last bracket is regular.
    let (head, tail) = text.rsplit_once(')')?;
    let fields: Vec<&str> = tail.split_whitespace().collect();
    let field = |index: usize| fields.get(index).and_then(|field| field.parse::<u32>().ok());
    Some(Stat {
        name: head.split_once('(')?.1.to_owned(),
        parent: field(1)?,
        ticks: [11, 12, 13, 14].into_iter().filter_map(field).sum(),
    })
}

/// Processor seconds that each part of the system has used so far.
#[derive(Debug, Clone, Default)]
pub struct Effort(BTreeMap<String, f64>);

impl Effort {
    /// Of these processes by name, with everything below them, and of every broker on this machine.
    pub fn now(processes: &[(&str, u32)]) -> Self {
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        let all: BTreeMap<u32, Stat> = pids.filter_map(|pid| Some((pid, stat(pid)?))).collect();
        let mut sums = BTreeMap::new();
        for (pid, stat) in &all {
            let owner = ancestors(&all, *pid).find_map(|pid| processes.iter().find(|(_, root)| *root == pid));
            let name = owner.map(|(name, _)| *name).or_else(|| (stat.name == "beam.smp").then_some("rabbitmq"));
            if let Some(name) = name {
                *sums.entry(name.to_owned()).or_insert(0.0) += f64::from(stat.ticks) / TICKS_A_SECOND;
            }
        }
        Self(sums)
    }

    /// Milliseconds of processor time since then for each of `lives`.
    pub fn since(&self, before: &Self, lives: f64) -> Value {
        let each =
            |name: &String, seconds: f64| (seconds - before.0.get(name).copied().unwrap_or(0.0)) * 1000.0 / lives;
        let mut by_name: BTreeMap<String, f64> =
            self.0.iter().map(|(name, seconds)| (name.clone(), crate::figures::round(each(name, *seconds)))).collect();
        let all = by_name.values().sum::<f64>();
        by_name.insert("all".to_owned(), crate::figures::round(all));
        json!(by_name)
    }
}

/// The process and those that started it, upwards.
fn ancestors(all: &BTreeMap<u32, Stat>, pid: u32) -> impl Iterator<Item = u32> {
    std::iter::successors(Some(pid), |pid| all.get(pid).map(|stat| stat.parent).filter(|parent| *parent > 1))
}

/// The process that started this one.
pub fn parent_of(pid: u32) -> Option<u32> {
    stat(pid).map(|stat| stat.parent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_knows_this_process() {
        let pid = std::process::id();
        assert!(rss_mib(pid).unwrap() > 0.5);
        assert!(parent_of(pid).unwrap() > 0);
        let before = Effort::default();
        let effort = Effort::now(&[("me", pid)]).since(&before, 1.0);
        assert!(effort["me"].as_f64().unwrap() >= 0.0);
        assert!(effort["all"].as_f64().unwrap() >= effort["me"].as_f64().unwrap());
    }

    #[test]
    fn the_machine_is_described() {
        let described: BTreeMap<_, _> = describe().into_iter().collect();
        assert!(described["cores"].as_u64().unwrap() >= 1);
        assert!(described["memory_mib"].as_u64().unwrap() > 0);
    }
}
