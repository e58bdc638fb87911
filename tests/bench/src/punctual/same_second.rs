//! Very many ends at one moment, with an AWS that does everything at once and has no quotas.

use std::time::Duration;

use anyhow::ensure;
use jiff::{SignedDuration, Timestamp};

use super::ends;
use crate::figures::{Aim, Figures};
use crate::machine::Effort;
use crate::oracle::Oracle;
use crate::system::{Limits, Place, Shape, System};

/// Accounts that the grants are spread over.
const ACCOUNTS: usize = 500;
/// From the last row written to the deadline: nothing of the preparation is under way any more.
const LEAD: SignedDuration = SignedDuration::from_secs(5);
/// How long the last may take.
const PATIENCE: Duration = Duration::from_secs(600);

/// Measures.
pub async fn measure(place: &Place, count: usize, figures: &mut Figures) -> anyhow::Result<()> {
    println!("{count} ends at one moment, AWS instant ...");
    let mut system = System::start(place, Shape::SevenProcesses, Limits { database_connections: 10 }).await?;
    let oracle = Oracle::new(system.http.clone(), system.simulator.clone());
    let tuples = ends::tuples(&system, &oracle, count, ACCOUNTS).await?;
    // Known before they are written, so that no row is due while the others are made.
    let lead = SignedDuration::from_secs(i64::try_from(count / 250).unwrap_or(0)) + LEAD;
    let deadline = Timestamp::now() + lead;
    ends::prepare(&system, &tuples, deadline).await?;
    ensure!(Timestamp::now() < deadline, "the preparation took longer than {lead:#}");
    let pids = system.pids().await?;
    let before = Effort::now(&pids);
    let gone = ends::until_gone(&mut system, &oracle, &tuples, deadline, PATIENCE).await?;
    let effort = Effort::now(&system.pids().await?).since(&before, crate::figures::number(count));
    let late = &gone.lateness;
    if gone.lost == 0 {
        figures.add("same_second_10k_s", late.max(), "", Some(Aim::AtMost(20.0)));
    }
    figures.add("lateness_p50_s", late.p50(), "", None);
    figures.add("lateness_p99_s", late.p99(), "0 to 60 s with one end", Some(Aim::AtMost(20.0)));
    figures.add("lateness_max_s", late.max(), "", None);
    figures.add("same_second_lost", Some(crate::figures::number(gone.lost)), "", Some(Aim::AtMost(0.0)));
    figures.note("same_second_ends", count);
    figures.note("same_second_effort_ms_each", effort);
    Ok(())
}
