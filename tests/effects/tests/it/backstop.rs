//! The backstop: the schedule is there before the access, moves before a later deadline counts, and takes the access away
//! when all of us are gone.

use std::pin::pin;
use std::time::Duration;

use domain::fact::Evidence;
use domain::grant::{EndReason, GrantState};
use domain::{GrantId, Tuple};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use store::backstops;
use store::grants::Grant;

use crate::crash::{LEASE_OVER, polled};
use crate::lab::{Lab, MARGIN};

const CREATE: &str = "CreateAccountAssignment";
/// Steps of every worker that would do what can be done.
const MANY: usize = 6;

/// The only one that there is.
pub fn only<T: std::fmt::Debug>(all: Vec<T>) -> T {
    assert_eq!(all.len(), 1, "{all:?}");
    all.into_iter().next().unwrap()
}

fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

impl Lab {
    pub async fn rounds(&self, count: usize) {
        for _ in 0..count {
            self.round().await;
        }
    }

    /// Which of the calls that change something were made and went well, in order.
    async fn changes(&self) -> Vec<String> {
        let ours = |name: &str| {
            ["CreateSchedule", "UpdateSchedule", "DeleteSchedule", CREATE, "DeleteAccountAssignment"].contains(&name)
        };
        let calls = self.calls().await;
        calls.into_iter().filter(|c| c.outcome == "ok" && ours(&c.operation)).map(|c| c.operation).collect()
    }

    async fn wanted(&self, grant: GrantId) -> Option<Timestamp> {
        backstops::wanted(&mut self.db.read().await.unwrap(), grant).await.unwrap()
    }

    /// The facts of this name that were published, oldest first.
    async fn told(&self, name: &str) -> Vec<serde_json::Value> {
        sqlx::query_scalar("SELECT body->'data' FROM outbox WHERE name = $1 ORDER BY created_at, id")
            .bind(name)
            .fetch_all(self.db.pool())
            .await
            .unwrap()
    }

    /// How the trail tells the schedules of a grant's assignment.
    async fn schedules_in_the_trail(&self, grant: &Grant) -> Vec<String> {
        sqlx::query_scalar(
            "SELECT data->>'generation' || ' ' || (data->>'state') FROM trail_entries \
             WHERE action = 'backstop.changed.v1' AND subject_id = $1 ORDER BY at, id",
        )
        .bind(grant.assignment.unwrap().uuid())
        .fetch_all(self.db.pool())
        .await
        .unwrap()
    }

    pub async fn throttles(&self, operation: &str) {
        self.fault(json!({"kind": "throttle", "operations": [operation]})).await;
    }

    /// Goes on until there is no schedule.
    async fn until_no_schedules(&self) {
        for _ in 0..60 {
            if self.schedules().await.is_empty() && self.living_backstops().await == 0 {
                return;
            }
            self.round().await;
            // One that may be firing is left alone for two minutes.
            self.turn(SignedDuration::from_secs(5));
        }
        panic!("schedules stay: {:?}\n{}", self.schedules().await, self.said());
    }

    async fn living_backstops(&self) -> i64 {
        let all = backstops::counts(&mut self.db.read().await.unwrap()).await.unwrap();
        all.placing + all.placed + all.removing
    }
}

#[tokio::test]
async fn the_schedule_is_there_before_the_access_and_goes_after_it() {
    let lab = Lab::backed().await;
    let grant = lab.active(&lab.any()).await;
    assert_eq!(lab.changes().await, ["CreateSchedule", CREATE]);
    let schedule = only(lab.schedules().await);
    let assignment = lab.assignment(grant.id).await;
    assert_eq!(schedule.name, format!("curfew-main-{}-1", assignment.id));
    let (deadline, latest) = (grant.deadline_at.unwrap(), minutes(5) + MARGIN + minutes(2));
    assert!(schedule.start >= deadline + MARGIN && schedule.start <= deadline + latest, "{schedule:?} {deadline}");
    lab.ends(&grant).await;
    lab.until(grant.id, GrantState::Ended).await;
    lab.until_no_schedules().await;
    assert_eq!(lab.changes().await, ["CreateSchedule", CREATE, "DeleteAccountAssignment", "DeleteSchedule"]);
    assert_eq!(lab.schedules_in_the_trail(&grant).await, ["1 placing", "1 placed", "1 removing", "1 gone"]);
    lab.check().await;
}

#[tokio::test]
async fn destroying_every_process_right_after_a_grant_still_ends_in_the_access_being_gone() {
    let lab = Lab::backed().await;
    let grant = lab.active(&lab.any()).await;
    let schedule = only(lab.schedules().await);
    // From here on nobody of us does anything.
    lab.turn_to(schedule.start + minutes(1));
    lab.turn_simulator().await;
    let interval = only(lab.intervals(&grant.tuple).await);
    let by = interval.removed_by.as_deref().unwrap();
    assert!(by.contains("assumed-role/curfew-backstop-target/"), "{by}");
    let until = interval.until.unwrap();
    assert!(until >= grant.deadline_at.unwrap() && until < schedule.start + minutes(1), "{interval:?}");
    assert_eq!(lab.grant(grant.id).await.state, GrantState::Active, "nobody told us");
    // Those who come back settle it, and their evidence is true.
    let ended = lab.until(grant.id, GrantState::Ended).await;
    assert_eq!(ended.reason, Some(EndReason::Deadline));
    assert!(matches!(ended.evidence, Some(Evidence::AbsentTwice { .. })), "{ended:?}");
    lab.turn(minutes(10));
    lab.until_no_schedules().await;
    lab.check().await;
}

#[tokio::test]
async fn a_worker_that_dies_anywhere_never_leaves_access_without_its_end_in_aws() {
    let lab = Lab::backed().await;
    lab.every_call_takes_a_little().await;
    let (mut whole, mut n) = (false, 0);
    while !whole {
        let id = lab.approved(&lab.nth(n)).await;
        let dying = lab.adding();
        whole = polled(&mut pin!(dying.step()), n).await;
        tokio::time::sleep(Duration::from_millis(60)).await;
        let tuple = lab.nth(n);
        if lab.exists(&tuple).await {
            let schedules = lab.schedules().await;
            assert!(schedules.iter().any(|s| s.is_of(&tuple)), "dropped after {n} polls: {schedules:?}");
            // Nobody comes back for hours.
            lab.turn(SignedDuration::from_hours(2));
            lab.turn_simulator().await;
            assert!(!lab.exists(&tuple).await, "dropped after {n} polls");
        }
        lab.turn(LEASE_OVER);
        let mut grant = lab.grant(id).await;
        while !matches!(grant.state, GrantState::Active | GrantState::Ended) {
            lab.round().await;
            grant = lab.grant(id).await;
        }
        if grant.state == GrantState::Active {
            lab.ends(&grant).await;
        }
        lab.until(id, GrantState::Ended).await;
        lab.turn(minutes(10));
        lab.until_no_schedules().await;
        n += 1;
    }
    assert!(n > 10, "only {n} polls: the step was not cut in enough places");
    lab.check().await;
}

#[tokio::test]
async fn an_extension_counts_once_the_schedule_has_moved() {
    let lab = Lab::backed().await;
    let grant = lab.active(&lab.any()).await;
    let (deadline, before) = (grant.deadline_at.unwrap(), only(lab.schedules().await));
    lab.throttles("UpdateSchedule").await;
    lab.extended(&grant, 60).await;
    lab.rounds(MANY).await;
    assert_eq!(lab.grant(grant.id).await.deadline_at, Some(deadline), "AWS has not moved");
    assert_eq!(lab.wanted(grant.id).await, Some(deadline + minutes(60)));
    assert_eq!(
        lab.beside(&grant).await.extending_to,
        Some(deadline + minutes(60)),
        "who looks sees what is waited for"
    );
    assert!(lab.told("grant.extended.v1").await.is_empty());
    lab.lift_faults().await;
    for _ in 0..20 {
        lab.round().await;
        if lab.wanted(grant.id).await.is_none() {
            break;
        }
    }
    assert_eq!(lab.grant(grant.id).await.deadline_at, Some(deadline + minutes(60)));
    assert_eq!(lab.beside(&grant).await.extending_to, None);
    assert_eq!(lab.told("grant.extended.v1").await.len(), 1);
    let after = only(lab.schedules().await);
    assert!(after.start >= deadline + minutes(60) + MARGIN && after.name == before.name, "{before:?} {after:?}");
    // What it was before does not fire.
    lab.turn_to(before.start + minutes(2));
    lab.turn_simulator().await;
    assert!(lab.exists(&grant.tuple).await);
    lab.turn_to(deadline + minutes(60));
    lab.until(grant.id, GrantState::Ended).await;
    lab.until_no_schedules().await;
    lab.check().await;
}

#[tokio::test]
async fn an_extension_whose_schedule_does_not_move_before_the_deadline_fails_with_words() {
    let lab = Lab::backed().await;
    let grant = lab.active(&lab.any()).await;
    lab.throttles("UpdateSchedule").await;
    lab.extended(&grant, 60).await;
    lab.rounds(2).await;
    lab.turn_to(grant.deadline_at.unwrap());
    let ended = lab.until(grant.id, GrantState::Ended).await;
    assert_eq!(ended.reason, Some(EndReason::Deadline));
    lab.rounds(2).await;
    let failed = only(lab.told("grant.extension_failed.v1").await);
    assert!(failed["why"].as_str().unwrap().contains("before its backstop"), "{failed}");
    assert_eq!(lab.wanted(grant.id).await, None);
    assert!(lab.told("grant.extended.v1").await.is_empty() && !lab.exists(&grant.tuple).await);
    lab.check().await;
}

#[tokio::test]
async fn an_extension_that_scheduler_denies_fails_at_once_and_the_access_goes_on_to_its_deadline() {
    let lab = Lab::backed().await;
    let grant = lab.active(&lab.any()).await;
    lab.fault(json!({"kind": "access_denied", "operations": ["UpdateSchedule"]})).await;
    lab.extended(&grant, 60).await;
    lab.rounds(2).await;
    let failed = only(lab.told("grant.extension_failed.v1").await);
    assert!(failed["why"].as_str().unwrap().contains("could not be moved"), "{failed}");
    let now = lab.grant(grant.id).await;
    assert_eq!((now.state, now.deadline_at), (GrantState::Active, grant.deadline_at));
    lab.check().await;
}

#[tokio::test]
async fn a_second_grant_with_a_later_deadline_is_given_once_the_schedule_has_moved() {
    let lab = Lab::backed().await;
    let first = lab.active(&lab.any()).await;
    lab.throttles("UpdateSchedule").await;
    let second = lab.approved_for(&lab.any(), 240, None).await;
    lab.rounds(MANY).await;
    assert_eq!(lab.grant(second).await.state, GrantState::Granting);
    lab.lift_faults().await;
    let second = lab.until(second, GrantState::Active).await;
    let schedule = only(lab.schedules().await);
    assert!(schedule.start >= second.deadline_at.unwrap() + MARGIN);
    assert_eq!(lab.called(CREATE).await, 1);
    // The longer one goes, and the schedule comes back to the shorter one's deadline.
    lab.ends(&second).await;
    lab.until(second.id, GrantState::Ended).await;
    lab.rounds(MANY).await;
    let schedule = only(lab.schedules().await);
    let deadline = first.deadline_at.unwrap();
    assert!(schedule.start >= deadline + MARGIN && schedule.start <= deadline + MARGIN + minutes(2), "{schedule:?}");
    assert!(lab.exists(&first.tuple).await);
    lab.turn_to(deadline);
    lab.until(first.id, GrantState::Ended).await;
    lab.until_no_schedules().await;
    lab.check().await;
}

#[tokio::test]
async fn a_new_grant_waits_until_the_old_schedule_is_gone() {
    let lab = Lab::backed().await;
    let first = lab.active(&lab.any()).await;
    lab.throttles("DeleteSchedule").await;
    lab.ends(&first).await;
    lab.until(first.id, GrantState::Ended).await;
    let second = lab.approved(&lab.any()).await;
    lab.rounds(MANY).await;
    assert_eq!((lab.grant(second).await.state, lab.called(CREATE).await), (GrantState::Granting, 1));
    lab.lift_faults().await;
    let second = lab.until(second, GrantState::Active).await;
    let changes = ["CreateSchedule", CREATE];
    let whole = [&changes[..], &["DeleteAccountAssignment", "DeleteSchedule"], &changes].concat();
    assert_eq!(lab.changes().await, whole);
    let trail = lab.schedules_in_the_trail(&second).await;
    assert_eq!(trail, ["1 placing", "1 placed", "1 removing", "1 gone", "2 placing", "2 placed"]);
    lab.check().await;
}

#[tokio::test]
async fn a_creation_waits_for_scheduler_and_a_removal_does_not() {
    let lab = Lab::backed().await;
    let grant = lab.active(&lab.any()).await;
    for operation in ["CreateSchedule", "UpdateSchedule", "DeleteSchedule"] {
        lab.fault(json!({"kind": "server_error", "operations": [operation]})).await;
    }
    let waits = lab.approved(&lab.nth(3)).await;
    lab.rounds(MANY).await;
    assert_eq!((lab.grant(waits).await.state, lab.called(CREATE).await), (GrantState::Granting, 1));
    lab.ends(&grant).await;
    lab.until(grant.id, GrantState::Ended).await;
    assert!(!lab.exists(&grant.tuple).await);
    lab.lift_faults().await;
    let given = lab.until(waits, GrantState::Active).await;
    lab.ends(&given).await;
    lab.until(waits, GrantState::Ended).await;
    lab.until_no_schedules().await;
    lab.check().await;
}

#[tokio::test]
async fn answers_that_are_lost_leave_one_schedule_and_none_behind() {
    let lab = Lab::backed().await;
    for operation in ["CreateSchedule", "UpdateSchedule", "DeleteSchedule"] {
        lab.fault(json!({"kind": "reset_after", "operations": [operation], "count": 1})).await;
    }
    let grant = lab.active(&lab.any()).await;
    lab.extended(&grant, 30).await;
    for _ in 0..40 {
        lab.round().await;
        if lab.wanted(grant.id).await.is_none() {
            break;
        }
    }
    let later = grant.deadline_at.unwrap() + minutes(30);
    assert_eq!(lab.grant(grant.id).await.deadline_at, Some(later));
    assert_eq!(lab.schedules().await.len(), 1);
    lab.turn_to(later);
    lab.until(grant.id, GrantState::Ended).await;
    lab.until_no_schedules().await;
    assert!(lab.faults_struck().await);
    lab.check().await;
}

#[tokio::test]
async fn what_scheduler_denies_for_good_fails_the_grant_and_nothing_is_given() {
    let lab = Lab::backed().await;
    lab.fault(json!({"kind": "access_denied", "operations": ["CreateSchedule"]})).await;
    let id = lab.approved(&lab.any()).await;
    let ended = lab.until(id, GrantState::Ended).await;
    assert_eq!((ended.reason, ended.evidence.clone()), (Some(EndReason::Failed), Some(Evidence::NeverAttempted)));
    assert!(ended.detail.as_deref().is_some_and(|detail| detail.contains("the backstop")), "{ended:?}");
    assert_eq!(lab.called(CREATE).await, 0);
    lab.until_no_schedules().await;
    lab.check().await;
}

#[tokio::test]
async fn what_was_there_before_has_no_schedule() {
    let lab = Lab::backed().await;
    lab.made_outside(&lab.any()).await;
    let grant = lab.active(&lab.any()).await;
    assert!(lab.schedules().await.is_empty());
    lab.ends(&grant).await;
    lab.until(grant.id, GrantState::Ended).await;
    assert!(lab.exists(&grant.tuple).await);
    assert_eq!(lab.called("CreateSchedule").await, 0);
    lab.check().await;
}

#[tokio::test]
async fn switched_on_it_covers_what_is_active_and_switched_off_its_schedules_go() {
    let mut lab = Lab::backed().await;
    lab.switch_backstop(false).await;
    let grant = lab.active(&lab.any()).await;
    lab.rounds(2).await;
    assert_eq!(lab.called("CreateSchedule").await, 0, "off");
    lab.switch_backstop(true).await;
    lab.rounds(2).await;
    let schedule = only(lab.schedules().await);
    assert!(schedule.start >= grant.deadline_at.unwrap() + MARGIN);
    lab.switch_backstop(false).await;
    lab.until_no_schedules().await;
    assert_eq!(lab.extended(&grant, 30).await, store::decision::Approved::Grants(vec![grant.id]));
    assert_eq!(lab.grant(grant.id).await.deadline_at, Some(grant.deadline_at.unwrap() + minutes(30)));
    let other = lab.active(&lab.nth(2)).await;
    assert!(lab.schedules().await.is_empty());
    for grant in [grant, other] {
        lab.ends(&grant).await;
        lab.until(grant.id, GrantState::Ended).await;
    }
    lab.check().await;
}

#[tokio::test]
async fn a_keeper_that_dies_anywhere_loses_nothing() {
    let lab = Lab::backed().await;
    lab.every_call_takes_a_little().await;
    let (mut whole, mut n) = (false, 0);
    while !whole {
        let grant = lab.active(&lab.nth(n)).await;
        let deadline = grant.deadline_at.unwrap() + minutes(30);
        lab.extended(&grant, 30).await;
        lab.now();
        let dying = lab.keeping();
        let moved = polled(&mut pin!(dying.step()), n).await;
        tokio::time::sleep(Duration::from_millis(60)).await;
        lab.turn(LEASE_OVER);
        for _ in 0..20 {
            lab.round().await;
            if lab.wanted(grant.id).await.is_none() {
                break;
            }
        }
        assert_eq!(lab.grant(grant.id).await.deadline_at, Some(deadline), "dropped after {n} polls");
        let schedule = only(lab.schedules().await);
        assert!(schedule.start >= deadline + MARGIN, "dropped after {n} polls");
        lab.ends(&grant).await;
        while lab.grant(grant.id).await.state != GrantState::Ended {
            lab.now();
            if lab.removing().step().await.unwrap() == 0 {
                lab.turn(SignedDuration::from_secs(1));
            }
        }
        lab.now();
        let dying = lab.keeping();
        let removed = polled(&mut pin!(dying.step()), n).await;
        tokio::time::sleep(Duration::from_millis(60)).await;
        lab.turn(LEASE_OVER);
        lab.until_no_schedules().await;
        whole = moved && removed;
        n += 1;
    }
    assert!(n > 4, "only {n} polls: the step was not cut in enough places");
    lab.check().await;
}

impl crate::lab::Scheduled {
    fn is_of(&self, tuple: &Tuple) -> bool {
        let input: serde_json::Value = serde_json::from_str(&self.target.input).unwrap();
        input["TargetId"] == tuple.account.as_str() && input["PrincipalId"] == tuple.principal.as_str()
    }
}
