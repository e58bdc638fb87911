//! A fixed number of lives at a time, one after the other: how many end each second, and what each costs.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::ensure;
use futures_util::future::join_all;
use jiff::Timestamp;
use serde_json::Value;

use super::Options;
use crate::figures::number;
use crate::lives::{Life, Plan, Post, live, millis_between, none_went_wrong};
use crate::machine::Effort;
use crate::oracle::Oracle;
use crate::people::People;
use crate::spread::Spread;
use crate::system::{Counts, System};

/// How long mails and webhooks of the last lives may take.
const DRAIN: Duration = Duration::from_secs(60);
/// Postgres' statistics lag by a second.
const REST: Duration = Duration::from_millis(1500);

/// What came of it. Costs are of all lives, from before the first to after the last message.
#[derive(Debug)]
pub struct Round {
    pub concurrent: usize,
    pub lives: usize,
    /// Lives that ended in the window a second, less what was not handed over of their messages.
    pub lives_per_s: f64,
    pub in_window_per_s: f64,
    /// Messages handed over in the window by messages planned in it; one at most.
    pub handed_over: f64,
    /// From the last life's end to its last message.
    pub drain: Duration,
    pub submit_ms: Spread,
    pub approve_ms: Spread,
    pub active_ms: Spread,
    pub end_ms: Spread,
    pub gone_ms: Spread,
    pub told_ms: Spread,
    pub commits: u64,
    pub writing: u64,
    pub syncs: u64,
    pub log_bytes: u64,
    pub messages: u64,
    pub mails: u64,
    pub webhooks: u64,
    pub sso_calls: BTreeMap<String, u64>,
    pub effort: Value,
}

struct Before {
    counts: Counts,
    mails: u64,
    webhooks: u64,
    facts: usize,
    calls: BTreeMap<String, u64>,
    effort: Effort,
}

impl Before {
    async fn note(system: &System, oracle: &Oracle, post: &Post) -> anyhow::Result<Self> {
        Ok(Self {
            counts: system.database.counts().await?,
            mails: oracle.mails().await?,
            webhooks: post.arrived(),
            facts: post.ids().len(),
            calls: oracle.sso_calls().await?,
            effort: Effort::now(&system.pids().await?),
        })
    }
}

/// Plays them.
pub async fn play(
    system: &System,
    oracle: &Oracle,
    people: &People,
    post: &Post,
    concurrent: usize,
    options: &Options,
) -> anyhow::Result<Round> {
    tokio::time::sleep(REST).await;
    let before = Before::note(system, oracle, post).await?;
    let (began, from) = (Instant::now() + Duration::from_secs(options.warm_up), Timestamp::now());
    let stop = began + Duration::from_secs(options.seconds);
    let lanes = (0..concurrent).map(|lane| play_lane(people, post, lane, stop));
    let (mut lives, mut wrong) = (Vec::new(), Vec::new());
    for (lived, error) in join_all(lanes).await {
        lives.extend(lived);
        wrong.extend(error);
    }
    none_went_wrong(&wrong)?;
    let drain = wait_until_told(system, stop.elapsed()).await?;
    tokio::time::sleep(REST).await;
    let after = Before::note(system, oracle, post).await?;
    ensure!(system.database.given_up().await? == 0, "messages were given up or parked");

    let in_window = lives.iter().filter(|(ended, _)| (began..stop).contains(ended)).count();
    let in_window_per_s = number(in_window) / options.seconds.max(1) as f64;
    let start = millis_between(Timestamp::UNIX_EPOCH, from) / 1000.0 + options.warm_up as f64;
    let handed_over = handed_over(system, start, start + options.seconds as f64).await?;
    let all = || lives.iter().map(|(_, life)| life);
    let since = |now: i64, then: i64| u64::try_from(now - then).unwrap_or(0);
    Ok(Round {
        concurrent,
        lives: lives.len(),
        lives_per_s: in_window_per_s * handed_over,
        in_window_per_s,
        handed_over,
        drain,
        submit_ms: all().map(|life| life.submit.as_secs_f64() * 1000.0).collect(),
        approve_ms: all().map(|life| life.approve.as_secs_f64() * 1000.0).collect(),
        active_ms: all().map(|life| millis_between(life.approved_at, life.activated_at)).collect(),
        end_ms: all().filter_map(|life| Some(life.end?.as_secs_f64() * 1000.0)).collect(),
        gone_ms: all().map(|life| millis_between(life.revoking_at, life.ended_at)).collect(),
        told_ms: all().flat_map(|life| life.told.iter().map(|told| told.as_secs_f64() * 1000.0)).collect(),
        commits: since(after.counts.commits, before.counts.commits),
        writing: since(after.counts.writing, before.counts.writing),
        syncs: since(after.counts.syncs, before.counts.syncs),
        log_bytes: since(after.counts.log_bytes, before.counts.log_bytes),
        messages: (after.facts - before.facts) as u64,
        mails: after.mails - before.mails,
        webhooks: after.webhooks - before.webhooks,
        sso_calls: after
            .calls
            .iter()
            .map(|(name, count)| (name.clone(), count - before.calls.get(name).copied().unwrap_or(0)))
            .collect(),
        effort: after.effort.since(&before.effort, number(lives.len())),
    })
}

async fn play_lane(
    people: &People,
    post: &Post,
    lane: usize,
    stop: Instant,
) -> (Vec<(Instant, Life)>, Option<anyhow::Error>) {
    let mut lives = Vec::new();
    while Instant::now() < stop {
        let plan = Plan {
            turn: lane + lives.len(),
            minutes: 30,
            end_after: Some(Duration::ZERO),
            insist: Duration::ZERO,
            patience: super::PATIENCE,
        };
        match live(people, post, plan).await {
            Ok(life) => lives.push((Instant::now(), life)),
            Err(error) => return (lives, Some(error)),
        }
    }
    (lives, None)
}

/// Until every message of every life was handed over; how long that took after the window's end.
async fn wait_until_told(system: &System, since_stop: Duration) -> anyhow::Result<Duration> {
    let began = Instant::now();
    loop {
        let waiting = system.database.waiting().await?;
        if waiting == 0 {
            return Ok(since_stop + began.elapsed());
        }
        ensure!(began.elapsed() < DRAIN, "{waiting} messages were not handed over within {} s", DRAIN.as_secs());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The share of the window's messages that the window also saw handed over: a backlog that grows is not throughput.
async fn handed_over(system: &System, from: f64, until: f64) -> anyhow::Result<f64> {
    let mut least = 1.0_f64;
    for (_, planned, handed_over) in system.database.messages(from, until).await? {
        if planned > 0 {
            let share = number(usize::try_from(handed_over)?) / number(usize::try_from(planned)?);
            least = least.min(share);
        }
    }
    Ok(least)
}
