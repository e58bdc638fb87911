//! The first synchronisation of a large organization, beside the least that AWS's quotas allow for the calls it makes.
//!
//! At the real pace: the simulator enforces the quotas by the clock, and nothing here makes the clock faster. With the
//! whole organization that takes some twelve minutes.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use reqwest::Method;
use serde_json::{Value, json};

use crate::figures::{Aim, Figures, number, round};
use crate::system::{Place, Reader};

/// What the parts are called in the database, those first without which nothing can be decided.
const NEEDED: [&str; 6] = ["users", "groups", "members", "organization", "account_tags", "permission_sets"];
const PARTS: usize = NEEDED.len() + 1;
/// What AWS allows to all of Identity Center, the Identity Store included.
const IDENTITY_CENTER_PER_SECOND: f64 = 20.0;

/// What is measured.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// Divides the size of the organization, for a quick look
    #[arg(long, default_value_t = 1)]
    pub divide: usize,
    /// Calls a second to Identity Center that Curfew allows itself
    #[arg(long, default_value_t = 18)]
    pub calls_per_second: u32,
    /// Minutes after which it is given up
    #[arg(long, default_value_t = 30)]
    pub patience: u64,
}

/// Measures.
///
/// # Errors
/// When the service ends by itself, or the directory is not read in time.
pub async fn run(place: &Place, options: &Options) -> anyhow::Result<()> {
    let mut figures = Figures::new("directory_sync");
    let mut reader = Reader::prepare(place).await?;
    let part = |whole: usize| whole.div_ceil(options.divide.max(1));
    let size = json!({
        "accounts": part(5_000), "units": part(400), "users": part(20_000), "groups": part(2_000), "large_groups": 5,
        "large": part(3_000), "permission_sets": part(300),
    });
    let grown = reader.control(Method::POST, "directory/grow", &size).await.context("growing the organization")?;
    println!("an organization of {grown}");
    let settings = reader.control(Method::GET, "settings", &Value::Null).await?;
    reader.control(Method::DELETE, "oracle/calls", &Value::Null).await?;

    let started = Instant::now();
    reader.start(place, options.calls_per_second)?;
    let mut done: BTreeMap<String, f64> = BTreeMap::new();
    let patience = Duration::from_secs(options.patience * 60);
    while done.len() < PARTS {
        tokio::time::sleep(Duration::from_millis(500)).await;
        reader.all_alive()?;
        for name in parts_read(&reader).await {
            done.entry(name).or_insert_with_key(|name| {
                let took = round(started.elapsed().as_secs_f64());
                println!("  {name}: {took} s");
                took
            });
        }
        if started.elapsed() > patience {
            bail!("after {} minutes only these are read: {done:?}", options.patience);
        }
    }
    let counts = reader.control(Method::GET, "oracle/calls/count", &Value::Null).await?;
    let calls = Calls::of(&counts);
    let per_second = settings.get("organizations_per_second").and_then(Value::as_f64).unwrap_or(10.0);
    let (floor, by_quota) = calls.floor(per_second);
    let sync = done.values().copied().fold(0.0, f64::max);
    let ready = NEEDED.iter().filter_map(|part| done.get(*part)).copied().fold(0.0, f64::max);
    figures.add("sync_s", Some(sync), "", Some(Aim::AtMost(round(1.2 * floor))));
    figures.add("sync_floor_s", Some(floor), "", None);
    figures.add("sync_over_floor", Some(sync / floor), "", Some(Aim::AtMost(1.2)));
    figures.add("ready_s", Some(ready), "TEAM: minutes at 277 accounts", None);
    figures.add("throttled", Some(calls.throttled), "", Some(Aim::AtMost(0.0)));
    figures.add("calls", Some(calls.made.values().sum()), "", None);
    figures.add("rss_mib", reader.memory_mib(), "", None);
    for (operation, made) in &calls.made {
        figures.add(format!("calls_{operation}"), Some(*made), "", None);
    }
    figures.note("read_after_s", json!(done));
    figures.note("floor_s_by_quota", json!(by_quota));
    figures.note("organization", grown);
    figures.note("calls_per_second", options.calls_per_second);
    figures.note("quotas", settings);
    figures.note("pace", "real");
    figures.tell(place.figures.as_deref())
}

/// Nothing, as long as there are no tables.
async fn parts_read(reader: &Reader) -> Vec<String> {
    sqlx::query_scalar("SELECT part FROM directory_syncs WHERE succeeded_at IS NOT NULL")
        .fetch_all(&reader.database.pool)
        .await
        .unwrap_or_default()
}

struct Calls {
    /// By service and operation.
    made: BTreeMap<String, f64>,
    throttled: f64,
}

impl Calls {
    fn of(counts: &Value) -> Self {
        let mut calls = Self { made: BTreeMap::new(), throttled: 0.0 };
        for (service, operations) in counts.as_object().into_iter().flatten() {
            for (operation, outcomes) in operations.as_object().into_iter().flatten() {
                for (outcome, count) in outcomes.as_object().into_iter().flatten() {
                    let count = number(count.as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(0));
                    *calls.made.entry(format!("{service}.{operation}")).or_insert(0.0) += count;
                    if outcome.contains("Throttling") || outcome.contains("TooManyRequests") {
                        calls.throttled += count;
                    }
                }
            }
        }
        calls
    }

    /// The least time that the quotas allow for these calls, and that of each quota: quotas run beside each other, so
    /// the slowest decides. That some calls need the answers of others is left out.
    fn floor(&self, organizations_per_second: f64) -> (f64, BTreeMap<String, f64>) {
        let mut by_quota: BTreeMap<String, f64> = BTreeMap::new();
        for (operation, made) in &self.made {
            let (quota, rate) = match operation.split_once('.') {
                Some(("organizations", _)) => (operation.as_str(), organizations_per_second),
                Some(("sso-admin" | "identitystore", _)) => ("identity center", IDENTITY_CENTER_PER_SECOND),
                _ => continue,
            };
            *by_quota.entry(quota.to_owned()).or_insert(0.0) += made / rate;
        }
        let floor = by_quota.values().copied().fold(0.0, f64::max);
        (floor, by_quota.into_iter().map(|(quota, seconds)| (quota, round(seconds))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slowest_quota_is_the_floor() {
        let calls = Calls::of(&json!({
            "organizations": {"ListTagsForResource": {"ok": 90, "TooManyRequestsException": 10}, "ListAccounts": {"ok": 20}},
            "identitystore": {"ListUsers": {"ok": 30}},
            "sso-admin": {"ListPermissionSets": {"ok": 10}},
            "sts": {"GetCallerIdentity": {"ok": 5000}},
        }));
        assert_eq!(calls.throttled, 10.0);
        let (floor, by_quota) = calls.floor(10.0);
        assert_eq!(floor, 10.0);
        assert_eq!(by_quota["identity center"], 2.0);
        assert_eq!(by_quota["organizations.ListAccounts"], 2.0);
    }
}
