//! Grants that are asked for and approved while ends drain, one after another.

use std::time::Duration;

use anyhow::Context;
use client::{Decision, NewRequest};
use futures_util::stream::{self, StreamExt};

use crate::lives::{Post, millis_between};
use crate::people::{People, Subject};
use crate::spread::Spread;

/// What became of them.
#[derive(Debug, Default)]
pub struct Arrived {
    /// Seconds from the approval to the access being there.
    pub waits: Spread,
    /// How many did not get it.
    pub starved: usize,
}

/// Asks for `count` grants, one each `every`, and waits for each as long as `patience`.
pub async fn arrive(people: &People, post: &Post, count: usize, every: Duration, patience: Duration) -> Arrived {
    let waits = stream::iter(0..count).map(|turn| async move {
        tokio::time::sleep(every * u32::try_from(turn).unwrap_or(u32::MAX)).await;
        let subject = people.take()?;
        wait_of_one(people, post, &subject, turn, patience).await
    });
    let mut arrived = Arrived::default();
    for wait in waits.buffer_unordered(count.max(1)).collect::<Vec<_>>().await {
        match wait {
            Ok(seconds) => arrived.waits.add(seconds),
            Err(error) => {
                eprintln!("a grant did not come: {error:#}");
                arrived.starved += 1;
            }
        }
    }
    arrived
}

async fn wait_of_one(
    people: &People,
    post: &Post,
    subject: &Subject,
    turn: usize,
    patience: Duration,
) -> anyhow::Result<f64> {
    let asked = NewRequest {
        pairs: vec![subject.pair.clone()],
        minutes: 60,
        reason: format!("Look into the failing import, case {turn}"),
        ..NewRequest::default()
    };
    let request = people.engineer(subject)?.client.submit(&asked, None).await.context("submitting")?.id;
    let mut facts = post.follow(request);
    people.approver(turn)?.decide(request, Decision::Approve, None, None).await.context("approving")?;
    let activated = facts.wait_for("grant.activated.v1", patience).await?;
    let approved = facts.wait_for("request.approved.v1", patience).await?;
    Ok(millis_between(approved.at, activated.at) / 1000.0)
}
