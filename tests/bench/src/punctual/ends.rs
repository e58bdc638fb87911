//! Grants that end at one moment: rows as they would be, and assignments that are there.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::oracle::{Oracle, Tuple};
use crate::spread::Spread;
use crate::system::System;

/// Assignments that are made in AWS at a time.
const AT_ONCE: usize = 32;
/// Permission sets whose name begins so are the grown organization's, which nobody else asks for.
const GROWN: &str = "Access";

/// What became of them.
#[derive(Debug)]
pub struct Gone {
    /// Seconds from the deadline to the end of each, by the oracle.
    pub lateness: Spread,
    /// How many are still there.
    pub lost: usize,
}

/// That many tuples, each with another account and permission set, over `accounts` accounts.
pub async fn tuples(system: &System, oracle: &Oracle, count: usize, accounts: usize) -> anyhow::Result<Vec<Tuple>> {
    let size = json!({"accounts": accounts + 40, "permission_sets": count.div_ceil(accounts) + 40});
    let grow = system.simulator.join("control/directory/grow")?;
    system.http.post(grow).json(&size).send().await?.error_for_status()?;
    let company = oracle.directory().await?;
    let list = |name: &str| company.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let texts = |values: Vec<Value>, field: &str| -> Vec<String> {
        values.iter().filter_map(|value| value.get(field)?.as_str().map(str::to_owned)).collect()
    };
    let grown = |value: &Value| value.get("name").and_then(Value::as_str).is_some_and(|name| name.starts_with(GROWN));
    let usable = |value: &Value| value.get("suspended") == Some(&Value::Bool(false));
    let sets = texts(list("permission_sets").into_iter().filter(grown).collect(), "arn");
    let accounts = texts(list("accounts").into_iter().filter(usable).collect(), "id");
    let users = texts(list("users"), "id");
    ensure!(!users.is_empty(), "the company has no people");
    let pairs = sets.iter().flat_map(|set| accounts.iter().map(move |account| (account, set)));
    let tuples: Vec<Tuple> = pairs
        .zip(users.iter().cycle())
        .take(count)
        .map(|((account, set), user)| Tuple {
            principal: user.clone(),
            account: account.clone(),
            permission_set: set.clone(),
        })
        .collect();
    ensure!(tuples.len() == count, "the organization has only {} pairs", tuples.len());
    Ok(tuples)
}

/// Makes the assignments in AWS and their active grants, all with this deadline.
pub async fn prepare(system: &System, tuples: &[Tuple], deadline: Timestamp) -> anyhow::Result<()> {
    let url = system.simulator.join("control/assignments")?;
    stream::iter(tuples)
        .map(|tuple| {
            let body =
                json!({"user": tuple.principal, "account": tuple.account, "permission_set": tuple.permission_set});
            let sending = system.http.post(url.clone()).json(&body).send();
            async move {
                sending.await?.error_for_status()?.bytes().await?;
                anyhow::Ok(())
            }
        })
        .buffer_unordered(AT_ONCE)
        .try_collect::<Vec<()>>()
        .await
        .context("making assignments in AWS")?;
    system.database.active_grants(tuples, deadline).await.context("writing active grants")
}

/// Waits until all of them have ended in the database, and judges by the oracle.
pub async fn until_gone(
    system: &mut System,
    oracle: &Oracle,
    tuples: &[Tuple],
    deadline: Timestamp,
    patience: Duration,
) -> anyhow::Result<Gone> {
    let started = Instant::now();
    let mut told = started;
    loop {
        let left = system.database.living(deadline).await?;
        if left == 0 {
            break;
        }
        if told.elapsed() > Duration::from_secs(20) {
            told = Instant::now();
            println!("  {left} of {} are left", tuples.len());
        }
        if started.elapsed() > patience {
            println!("  given up with {left} left");
            break;
        }
        system.all_alive()?;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let mut ended: BTreeMap<Tuple, Option<Timestamp>> = BTreeMap::new();
    for interval in oracle.assignments().await? {
        let until = ended.entry(interval.tuple).or_insert(interval.until);
        *until = until.zip(interval.until).map(|(known, other)| known.max(other));
    }
    let wanted: BTreeSet<&Tuple> = tuples.iter().collect();
    let mut gone = Gone { lateness: Spread::default(), lost: 0 };
    for tuple in wanted {
        match ended.get(tuple) {
            Some(Some(until)) => gone.lateness.add(until.duration_since(deadline).as_secs_f64()),
            Some(None) => gone.lost += 1,
            None => bail!("the oracle knows nothing of {tuple:?}"),
        }
    }
    Ok(gone)
}
