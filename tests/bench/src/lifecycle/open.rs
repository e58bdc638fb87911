//! Lives that begin at a steady rate whatever the system does, and end at their deadlines: how soon a creation leaves
//! after the approval, and a deletion after the deadline, by the arrival of the calls in AWS's place.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context, ensure};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};

use super::Options;
use crate::lives::{Plan, Post, live, millis_between, none_went_wrong};
use crate::oracle::{Call, Oracle, Tuple};
use crate::people::People;
use crate::spread::Spread;

/// What was found. The simulator tells arrivals to the millisecond, cut off.
#[derive(Debug, Default)]
pub struct Punctual {
    pub grant_overhead_ms: Spread,
    pub revoke_lateness_ms: Spread,
}

/// Plays them.
pub async fn play(oracle: &Oracle, people: &People, post: &Post, options: &Options) -> anyhow::Result<Punctual> {
    let began = Timestamp::now();
    let count = options.seconds * u64::from(options.rate);
    let lives = (0..count).map(|turn| async move {
        tokio::time::sleep(Duration::from_secs(1) * u32::try_from(turn)? / options.rate).await;
        let plan = Plan {
            turn: usize::try_from(turn)?,
            minutes: 1,
            end_after: None,
            insist: Duration::ZERO,
            patience: super::PATIENCE,
        };
        live(people, post, plan).await
    });
    let (mut lived, mut wrong) = (Vec::new(), Vec::new());
    for life in join_all(lives).await {
        match life {
            Ok(life) => lived.push(life),
            Err(error) => wrong.push(error),
        }
    }
    none_went_wrong(&wrong)?;
    let created = by_tuple(oracle.calls("CreateAccountAssignment", began).await?);
    let deleted = by_tuple(oracle.calls("DeleteAccountAssignment", began).await?);
    let mut punctual = Punctual::default();
    for life in lived {
        let creation =
            first_after(&created, &life.tuple, life.approved_at).context("an approved life without a creation")?;
        let deletion =
            first_after(&deleted, &life.tuple, life.activated_at).context("an ended life without a deletion")?;
        punctual.grant_overhead_ms.add(millis_between(life.approved_at, creation));
        let lateness = millis_between(life.deadline_at, deletion);
        ensure!(lateness > -2.0, "an access was taken away {lateness} ms before its deadline");
        punctual.revoke_lateness_ms.add(lateness);
    }
    Ok(punctual)
}

fn by_tuple(calls: Vec<Call>) -> HashMap<Tuple, Vec<Timestamp>> {
    let mut by_tuple: HashMap<Tuple, Vec<Timestamp>> = HashMap::new();
    for call in calls {
        by_tuple.entry(call.tuple).or_default().push(call.at);
    }
    by_tuple
}

/// The first call about the tuple at or after the moment, which is cut to the millisecond as the calls are.
fn first_after(calls: &HashMap<Tuple, Vec<Timestamp>>, tuple: &Tuple, moment: Timestamp) -> Option<Timestamp> {
    let moment = moment - SignedDuration::from_millis(1);
    calls.get(tuple)?.iter().copied().find(|at| *at >= moment)
}
