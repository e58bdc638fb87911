//! Keeps the process's clock true to Postgres', and tells what is wrong with it.

use std::time::Duration;

use jiff::SignedDuration;
use store::{Doubt, Lesson};
use tokio::time::Instant;

use crate::Process;

/// How often the host's clocks are held against each other.
const LOOK: Duration = Duration::from_secs(1);
/// How often Postgres is asked what time it is.
const ASK: Duration = Duration::from_secs(30);
/// How often until it has answered once.
const ASK_AT_FIRST: Duration = Duration::from_secs(1);
/// A correction from this on is told.
const WORTH_A_WORD: SignedDuration = SignedDuration::from_secs(1);

/// Runs until the process stops.
pub async fn keep(process: Process) {
    let clock = process.db.clock();
    let mut known = false;
    let mut ask_at = Instant::now();
    loop {
        if let Some(jump) = clock.look() {
            let seconds = jump.as_secs_f64();
            tracing::warn!(
                clock.jump_s = seconds,
                "the host's clock was set, or the host slept; deadlines do not go by it"
            );
            ask_at = Instant::now();
        }
        if Instant::now() >= ask_at {
            match clock.learn(process.db.pool()).await {
                Ok(lesson) => {
                    known = true;
                    lesson.iter().for_each(tell);
                }
                Err(error) => tracing::debug!(%error, "the database's clock could not be read"),
            }
            ask_at = Instant::now() + if known { ASK } else { ASK_AT_FIRST };
        }
        match clock.doubt() {
            // While Postgres is away, that is what `/readyz` says.
            None | Some(Doubt::NeverLearned | Doubt::Stale(_)) => process.health.set("clock", Ok(())),
            Some(doubt @ Doubt::Skewed(_)) => {
                process.health.set("clock", Err(format!("{doubt}; access is removed, and none is given from here")));
            }
        }
        if !process.shutdown.sleep(LOOK).await {
            break;
        }
    }
}

fn tell(lesson: &Lesson) {
    let (skew, moved) = (lesson.skew.as_secs_f64(), lesson.moved.as_secs_f64());
    if lesson.first && lesson.skew.abs() >= WORTH_A_WORD {
        tracing::warn!(clock.skew_s = skew, "the host's clock is not the database's; deadlines go by the database's");
    } else if !lesson.first && lesson.moved.abs() >= WORTH_A_WORD {
        tracing::warn!(clock.moved_s = moved, "the database's clock was set, or this process stood still");
    }
}
