//! Deadlines while what Curfew stands on is away, and while a host's clock is wrong.

use std::path::PathBuf;
use std::time::Duration;

use client::Grant;
use jiff::{SignedDuration, Timestamp};
use journeys::{Plan, System, Wire, eventually, never_within, within};

const ACCOUNT: &str = "warehouse-docks-production";
const OTHER: &str = "warehouse-picking-production";
const SET: &str = "DatabaseAdministrator";
/// Longer than what is remembered may be old.
const REFRESHED: Duration = Duration::from_secs(7);
/// How late an end may be, on a machine that has other work too.
const LATE: SignedDuration = SignedDuration::from_secs(5);

async fn active(system: &System, account: &str, minutes: i64) -> Grant {
    let ann = system.person("ann").await;
    let request = system.ask("ann", vec![system.pair(account, SET)], minutes).await;
    system.grant_in(&ann, request.id, "active").await
}

async fn reach(deadline: Timestamp) {
    let left = deadline.duration_since(Timestamp::now());
    tokio::time::sleep(Duration::try_from(left).unwrap_or_default()).await;
}

/// Waits until it is gone, and says how long after its deadline that was.
async fn gone_in_time(system: &System, account: &str, grant: &Grant) {
    let deadline = grant.deadline_at.unwrap();
    reach(deadline).await;
    let late = system.gone("ann", account, SET).await.until.unwrap().duration_since(deadline);
    // The oracle's times are cut to the millisecond.
    assert!(late > SignedDuration::from_millis(-2) && late < LATE, "gone {late:#} after the deadline");
}

async fn check_says(system: &System, name: &str, words: &str) {
    eventually(&format!("/readyz says about the {name}: {words}"), async || {
        let all = system.readiness().await;
        let said = |answer: &journeys::Answer| answer.json()["checks"][name].as_str().map(str::to_owned);
        all.values().flatten().any(|answer| said(answer).is_some_and(|said| said.contains(words))).then_some(())
    })
    .await;
}

#[tokio::test]
async fn deadlines_hold_while_the_database_is_away_and_what_was_done_is_told_when_it_is_back() {
    let system = Plan::new().seven_processes().database_behind(Wire::Whole).start().await;
    system.rule(SET, journeys::automatic()).await;
    let sink = system.webhook("away").await;
    let short = active(&system, ACCOUNT, 1).await;
    let long = active(&system, OTHER, 30).await;
    tokio::time::sleep(REFRESHED).await;
    let database = system.database.as_ref().unwrap();
    database.cut();
    gone_in_time(&system, ACCOUNT, &short).await;
    let on_time = system.calls("DeleteAccountAssignment").await.len();
    assert!(system.is_assigned("ann", OTHER, SET).await, "what is not over is left alone");
    database.mend();
    let ann = system.person("ann").await;
    within(Duration::from_secs(60), "the grant has ended", async || {
        let grants = ann.request(short.request).await.ok()?.grants;
        grants.iter().all(|grant| grant.state == "ended").then_some(())
    })
    .await;
    let fact = eventually("the removal is told", async || {
        let arrived = system.hooks(&sink).await;
        arrived.into_iter().find(|hook| hook.kind() == "assignment.removed_offline.v1")
    })
    .await;
    let read_at: Timestamp = fact.json()["data"]["evidence"]["read_at"].as_str().unwrap().parse().unwrap();
    assert!(read_at < short.deadline_at.unwrap() + LATE, "it tells what was read then: {read_at}");
    let deletions = system.calls("DeleteAccountAssignment").await;
    let accepted = deletions.iter().filter(|call| call.outcome == "ok").count();
    assert_eq!(accepted, 1, "{on_time} by the deadline: {deletions:?}");
    assert!(system.is_assigned("ann", OTHER, SET).await);
    ann.end(long.id).await.unwrap();
    system.gone("ann", OTHER, SET).await;
}

#[tokio::test]
async fn a_process_that_starts_without_its_database_says_that_only_the_backstop_removes() {
    let system = Plan::new().database_behind(Wire::Cut).start().await;
    check_says(&system, "deadlines", "only the backstop removes").await;
    let answer = system.send(reqwest::Method::GET, "/v1/me", None, &[], None).await;
    assert_eq!((answer.status, answer.problem().as_str()), (503, "unavailable"), "{}", answer.text);
    system.database.as_ref().unwrap().mend();
    eventually("ready", async || {
        system.readiness().await.values().flatten().all(|answer| answer.status == 200).then_some(())
    })
    .await;
    check_says(&system, "deadlines", "ok").await;
}

#[tokio::test]
async fn what_is_overdue_at_the_start_is_removed_at_once_also_without_a_broker() {
    let mut system = Plan::new().broker_behind(Wire::Whole).start().await;
    system.rule(SET, journeys::automatic()).await;
    let grant = active(&system, ACCOUNT, 1).await;
    system.process("all").kill();
    system.broker.as_ref().unwrap().cut();
    reach(grant.deadline_at.unwrap() + SignedDuration::from_secs(2)).await;
    assert!(system.is_assigned("ann", ACCOUNT, SET).await, "nobody was there to remove it");
    let started = Timestamp::now();
    system.start_process("all");
    let gone = system.gone("ann", ACCOUNT, SET).await.until.unwrap().duration_since(started);
    assert!(gone < SignedDuration::from_secs(10), "{gone:#} after the start");
}

/// A wall clock that libfaketime moves as the file says.
struct WallClock(PathBuf);

impl WallClock {
    fn right() -> Self {
        let name = format!("curfew-journey-{}-{}.clock", std::process::id(), uuid::Uuid::new_v4());
        let clock = Self(std::env::temp_dir().join(name));
        clock.ahead_by(0);
        clock
    }

    fn ahead_by(&self, seconds: i64) {
        let fresh = self.0.with_extension("fresh");
        std::fs::write(&fresh, format!("{seconds:+}\n")).unwrap();
        std::fs::rename(&fresh, &self.0).unwrap();
    }

    fn over(&self, plan: Plan) -> Plan {
        let library = std::fs::read_dir("/usr/lib")
            .unwrap()
            .map(|entry| entry.unwrap().path().join("faketime/libfaketimeMT.so.1"))
            .find(|path| path.is_file())
            .expect("libfaketime, from Debian's package faketime");
        plan.variable("LD_PRELOAD", library.to_str().unwrap())
            .variable("FAKETIME_TIMESTAMP_FILE", self.0.to_str().unwrap())
            .variable("FAKETIME_CACHE_DURATION", "1")
    }
}

impl Drop for WallClock {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Moves the host's clock while access is active: it ends in time, and none is given until the clock is right again.
async fn a_clock_is_moved(plan: Plan, clock: &WallClock, by: i64) {
    let system = clock.over(plan).start().await;
    system.rule(SET, journeys::automatic()).await;
    let grant = active(&system, ACCOUNT, 1).await;
    clock.ahead_by(by);
    check_says(&system, "clock", "access is removed, and none is given").await;
    let ann = system.person("ann").await;
    let waiting = system.ask("ann", vec![system.pair(OTHER, SET)], 30).await;
    let left = grant.deadline_at.unwrap().duration_since(Timestamp::now()) - SignedDuration::from_secs(1);
    let left = Duration::try_from(left).unwrap_or_default();
    never_within(left, "it is cut before its deadline", async || !system.is_assigned("ann", ACCOUNT, SET).await).await;
    gone_in_time(&system, ACCOUNT, &grant).await;
    system.grant_in(&ann, grant.request, "ended").await;
    assert!(!system.is_assigned("ann", OTHER, SET).await, "given by a clock that cannot be trusted");
    clock.ahead_by(0);
    system.grant_in(&ann, waiting.id, "active").await;
}

#[tokio::test]
async fn a_wall_clock_that_jumps_ahead_by_an_hour_moves_no_deadline() {
    let clock = WallClock::right();
    let plan = Plan::new().variable("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    a_clock_is_moved(plan, &clock, 3600).await;
}

#[tokio::test]
async fn a_wall_clock_that_falls_back_by_an_hour_moves_no_deadline() {
    let clock = WallClock::right();
    let plan = Plan::new().variable("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    a_clock_is_moved(plan, &clock, -3600).await;
}
