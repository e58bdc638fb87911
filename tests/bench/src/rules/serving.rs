//! The same organization behind the running system: how fast it says what somebody may ask for, how long a plan takes
//! that asks all past requests again, and how much memory that needs.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use client::{Client, PlanFiles, TokenSource};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::filling::{self, CALLERS};
use super::organization::Company;
use crate::figures::{Aim, Figures, number};
use crate::machine::rss_mib;
use crate::oracle::Oracle;
use crate::spread::Spread;
use crate::system::{Limits, Place, Shape, System};

pub(super) async fn measure(
    place: &Place,
    company: &Company,
    questions: usize,
    past: usize,
    figures: &mut Figures,
) -> anyhow::Result<()> {
    let mut system = System::start(place, Shape::OneProcess, Limits { database_connections: 16 }).await?;
    filling::fill(&system.database.pool, company, past).await?;
    let oracle = Oracle::new(system.http.clone(), system.simulator.clone());
    let nobody = Client::new(system.endpoints.clone(), TokenSource::none())?;
    let mut callers = Vec::new();
    for name in CALLERS {
        let token = SecretString::from(oracle.token(name).await?);
        callers.push(nobody.with_token(TokenSource::fixed(token)));
    }

    let mut eligibility = Spread::default();
    let mut offered = 0;
    for (at, caller) in callers.iter().cycle().take(questions).enumerate() {
        let began = Instant::now();
        let answer = caller.eligibility().await?;
        // The first answer of each pays for compiling and connecting.
        if at >= CALLERS.len() {
            eligibility.add(began.elapsed().as_secs_f64() * 1_000.0);
        }
        offered += answer.items.iter().map(|offer| offer.accounts.len()).sum::<usize>();
    }
    figures.add("eligibility_p50_ms", eligibility.p50(), "", None);
    figures.add("eligibility_p99_ms", eligibility.p99(), "TEAM: minutes at 277 accounts", Some(Aim::AtMost(20.0)));
    figures.note("eligibility_questions", eligibility.count());
    figures.note("eligibility_accounts_each", number(offered) / number(questions.max(1)));

    let admin = callers.last().context("nobody is the admin")?;
    let began = Instant::now();
    let planned = admin.plan_policy(&freeze_of_everything()?).await.context("the plan")?;
    figures.add("plan_100k_s", Some(began.elapsed().as_secs_f64()), "", Some(Aim::AtMost(10.0)));
    let replay = serde_json::to_value(&planned.replay)?;
    let replayed = replay.get("checked").cloned().unwrap_or(Value::Null);
    ensure!(replayed.as_u64().is_some_and(|n| n > 0), "the plan replayed nothing: {replay}");
    figures.note("replayed", replayed);
    system.all_alive()?;
    let process = system.processes.first().context("nothing runs")?;
    tokio::time::sleep(Duration::from_secs(5)).await;
    figures.add("rss_mib", rss_mib(process.pid()), "", Some(Aim::AtMost(300.0)));
    Ok(())
}

/// A file that concerns every request of the time, so that each is evaluated twice.
fn freeze_of_everything() -> anyhow::Result<PlanFiles> {
    let text = "freezes:\n  - name: Everything rests\n    from: 2020-01-01T00:00:00Z\n    until: 2040-01-01T00:00:00Z\n    \
                accounts: {all: true}\n    permission_sets: {all: true}\n";
    Ok(serde_json::from_value(json!({"files": [{"name": "freeze.yaml", "text": text}], "days": 30}))?)
}
