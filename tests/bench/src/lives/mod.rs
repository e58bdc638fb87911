//! One whole life through the REST API: ask, approve, have access, lose it. What happens in between is heard by
//! webhook, as any other system would, so that waiting costs the measured system nothing.

mod patience;
mod post;

use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use client::{Decision, NewRequest};
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

pub use post::{Fact, Post};

use crate::oracle::Tuple;
use crate::people::{People, Subject};
use patience::insist;

/// How a life goes.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Which one it is.
    pub turn: usize,
    /// What is asked for.
    pub minutes: i64,
    /// When the requester gives it back; `None` is left to the deadline.
    pub end_after: Option<Duration>,
    /// How long calls that bring no answer are repeated; zero is not at all.
    pub insist: Duration,
    /// How long the system may take for what it does by itself.
    pub patience: Duration,
}

/// What became of it. Times of facts are those of their commits.
#[derive(Debug, Clone)]
pub struct Life {
    pub request: Uuid,
    pub tuple: Tuple,
    pub submit: Duration,
    pub approve: Duration,
    /// Before the approver's call left.
    pub decided_after: Timestamp,
    pub approved_at: Timestamp,
    pub activated_at: Timestamp,
    pub deadline_at: Timestamp,
    /// When the requester's end was answered; the deadline if nobody ended it.
    pub end_at: Timestamp,
    pub end: Option<Duration>,
    pub revoking_at: Timestamp,
    pub ended_at: Timestamp,
    /// From each fact's commit to its arrival at the webhook endpoint.
    pub told: Vec<Duration>,
    pub reason: String,
}

/// Lives it. It gives its tuple back only when it ended well: one that went wrong may still be assigned.
pub async fn live(people: &People, post: &Post, plan: Plan) -> anyhow::Result<Life> {
    let subject = people.take()?;
    let life = live_as(people, post, plan, &subject).await?;
    people.give_back(subject);
    Ok(life)
}

async fn live_as(people: &People, post: &Post, plan: Plan, subject: &Subject) -> anyhow::Result<Life> {
    let engineer = &people.engineer(subject)?.client;
    let asked = NewRequest {
        pairs: vec![subject.pair.clone()],
        minutes: plan.minutes,
        reason: format!("Look into the failing import, case {}", plan.turn),
        ..NewRequest::default()
    };
    let key = Uuid::now_v7().to_string();
    let key = (!plan.insist.is_zero()).then_some(key.as_str());
    let began = Instant::now();
    let request = insist(plan.insist, || engineer.submit(&asked, key)).await.context("submitting")?;
    let request = request.context("the submission was refused as a repetition")?.id;
    let submit = began.elapsed();
    let mut facts = post.follow(request);

    let (decided_after, began) = (Timestamp::now(), Instant::now());
    people.note_decision(people.tuple(subject)?, decided_after);
    let approver = people.approver(plan.turn)?;
    insist(plan.insist, || approver.decide(request, Decision::Approve, None, None)).await.context("approving")?;
    let approve = began.elapsed();

    let activated = facts.wait_for("grant.activated.v1", plan.patience).await?;
    let grant: Uuid = activated.text("grant")?.parse()?;
    let deadline_at: Timestamp = activated.text("deadline_at")?.parse()?;
    let mut end_at = deadline_at;
    let mut end = None;
    if let Some(pause) = plan.end_after {
        tokio::time::sleep(pause).await;
        let began = Instant::now();
        insist(plan.insist, || engineer.end(grant)).await.context("ending")?;
        (end_at, end) = (Timestamp::now(), Some(began.elapsed()));
    }
    let until_end = Duration::try_from(end_at.duration_since(Timestamp::now())).unwrap_or_default();
    let ended = facts.wait_for("grant.ended.v1", until_end + plan.patience).await?;
    let evidence = ended.data.pointer("/evidence/kind").and_then(Value::as_str).unwrap_or("none");
    ensure!(
        matches!(evidence, "deleted_and_read_back" | "absent_twice"),
        "it ended without being read back: {evidence}"
    );
    let reason = ended.text("reason")?.to_owned();
    let expected = if plan.end_after.is_some() { "ended_by_requester" } else { "deadline" };
    ensure!(reason == expected, "request {request} ended for {reason}, not for {expected}");
    // Facts come in any order: these two were committed before the end, and are told at least once.
    let approved_at = facts.wait_for("request.approved.v1", plan.patience).await?.at;
    let revoking_at = facts.wait_for("grant.revoking.v1", plan.patience).await?.at;
    let told = facts.seen().iter().map(Fact::took).collect();
    Ok(Life {
        request,
        tuple: people.tuple(subject)?,
        submit,
        approve,
        decided_after,
        approved_at,
        activated_at: activated.at,
        deadline_at,
        end_at,
        end,
        revoking_at,
        ended_at: ended.at,
        told,
        reason,
    })
}

/// Milliseconds from one moment to another.
pub fn millis_between(from: Timestamp, until: Timestamp) -> f64 {
    until.duration_since(from).as_secs_f64() * 1000.0
}

/// The first error of many lives, with how many there are.
pub fn none_went_wrong(wrong: &[anyhow::Error]) -> anyhow::Result<()> {
    match wrong.first() {
        None => Ok(()),
        Some(first) => bail!("{} lives went wrong; the first: {first:#}", wrong.len()),
    }
}
