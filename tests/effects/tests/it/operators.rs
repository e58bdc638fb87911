//! Leavers, emergencies, pauses, alarms, and what operators do about what is stuck.

use domain::emergency::{Scope, Switch};
use domain::grant::{EndReason, GrantState};
use domain::parked::ParkedKind;
use domain::{AccountId, EmergencyId, GrantId};
use jiff::SignedDuration;
use revocation::sweep::Sweeping;
use revocation::usecase::{Force, force};
use serde_json::json;
use store::emergencies::{self, EmergencyState, Order};
use store::parked::{self, Parked};
use store::{alarms, tuple};

use crate::lab::Lab;

const CREATE: &str = "CreateAccountAssignment";
const DELETE: &str = "DeleteAccountAssignment";

impl Lab {
    async fn sweep(&self) -> usize {
        self.now();
        Sweeping { db: self.db.db.clone() }.step().await.unwrap()
    }

    async fn directory_says(&self, person: &domain::UserId, change: &str) {
        sqlx::query(sqlx::AssertSqlSafe(format!("UPDATE directory_users SET {change} WHERE id = $1")))
            .bind(person.as_str())
            .execute(self.db.pool())
            .await
            .unwrap();
    }

    async fn declares(&self, ends: Option<Scope>, switch: Option<Switch>) -> EmergencyId {
        self.now();
        let mut tx = self.db.tx(&self.approver).await;
        let order = Order { ends, switch, reason: "keys were stolen".to_owned() };
        let id = emergencies::declare(&mut tx, &order, false).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    async fn emergency(&self, id: EmergencyId) -> emergencies::Emergency {
        emergencies::get(&mut self.db.read().await.unwrap(), id).await.unwrap().unwrap()
    }

    /// As if the broker had taken every fact.
    async fn facts_have_left(&self) {
        sqlx::query("DELETE FROM outbox").execute(self.db.pool()).await.unwrap();
    }

    /// One look for alarms; the names of what it told.
    async fn alarm(&self) -> Vec<&'static str> {
        self.facts_have_left().await;
        self.now();
        let mut tx = self.db.begin(domain::Actor::service("notification")).await.unwrap();
        alarms::scan(&mut tx).await.unwrap();
        tx.commit().await.unwrap().into_iter().map(|fact| fact.fact.name()).collect()
    }

    async fn parked(&self) -> Vec<Parked> {
        self.facts_have_left().await;
        let now = self.now();
        parked::list(&mut self.db.read().await.unwrap(), now, None, None, 100).await.unwrap()
    }

    async fn tries_again(&self, failed: GrantId) -> Result<GrantId, tuple::NotRetried> {
        self.now();
        let mut tx = self.db.tx(&self.approver).await;
        let again = tuple::retry(&mut tx, failed).await?;
        tx.commit().await.unwrap();
        Ok(again.id)
    }

    async fn forces(&self, grant: GrantId, seen: Option<bool>) -> revocation::usecase::Forced {
        self.now();
        let mut tx = self.db.tx(&self.approver).await;
        let forced = force(&mut tx, &Force { grant, comment: None, seen }).await.unwrap();
        tx.commit().await.unwrap();
        forced
    }
}

#[tokio::test]
async fn who_is_disabled_loses_what_they_have_and_what_was_to_come() {
    let lab = Lab::instant().await;
    let grant = lab.active(&lab.any()).await;
    let later = lab
        .approved_for(
            &lab.tuple("ann", "payments-ledger-staging", "PowerUserAccess"),
            60,
            Some(lab.now() + SignedDuration::from_hours(5)),
        )
        .await;
    let other = lab.active(&lab.tuple("ben", "payments-ledger-production", "PowerUserAccess")).await;
    lab.directory_says(&grant.tuple.principal, "active = false").await;
    assert_eq!(lab.sweep().await, 2);
    assert_eq!(lab.sweep().await, 0, "again is nothing");
    let cancelled = lab.grant(later).await;
    assert_eq!((cancelled.state, cancelled.reason), (GrantState::Ended, Some(EndReason::UserDisabled)));
    let gone = lab.until(grant.id, GrantState::Ended).await;
    assert_eq!(gone.reason, Some(EndReason::UserDisabled));
    assert!(!lab.exists(&grant.tuple).await);
    assert_eq!(lab.grant(other.id).await.state, GrantState::Active);
    assert!(lab.exists(&other.tuple).await, "nobody else loses anything");
    let facts = lab.db.facts().await;
    assert_eq!(facts.iter().filter(|fact| *fact == "leaver.ended.v1").count(), 1, "{facts:?}");
    lab.check().await;
}

#[tokio::test]
async fn who_is_gone_loses_it_and_who_is_merely_unknown_does_not() {
    let lab = Lab::instant().await;
    let grant = lab.active(&lab.any()).await;
    let unknown = lab.active(&lab.tuple("ben", "payments-ledger-production", "PowerUserAccess")).await;
    lab.directory_says(&grant.tuple.principal, "active = false, gone_at = now()").await;
    sqlx::query("DELETE FROM directory_users WHERE id = $1")
        .bind(unknown.tuple.principal.as_str())
        .execute(lab.db.pool())
        .await
        .unwrap();
    assert_eq!(lab.sweep().await, 1, "a row that a directory lost is no word about anybody");
    assert_eq!(lab.until(grant.id, GrantState::Ended).await.reason, Some(EndReason::UserDisabled));
    assert_eq!(lab.grant(unknown.id).await.state, GrantState::Active);
    lab.check().await;
}

#[tokio::test]
async fn an_emergency_of_an_account_ends_all_in_it_and_nothing_else_and_says_when_it_is_done() {
    let lab = Lab::instant().await;
    let (ann, ben) = (lab.any(), lab.tuple("ben", "payments-ledger-production", "LogReader"));
    let elsewhere = lab.active(&lab.tuple("ann", "payments-ledger-staging", "PowerUserAccess")).await;
    let (one, two) = (lab.active(&ann).await, lab.active(&ben).await);
    let id = lab.declares(Some(Scope::Account { account: ann.account.clone() }), None).await;
    assert_eq!(lab.sweep().await, 2);
    for grant in [one.id, two.id] {
        assert_eq!(lab.until(grant, GrantState::Ended).await.reason, Some(EndReason::Emergency));
    }
    assert!(!lab.exists(&ann).await && !lab.exists(&ben).await && lab.exists(&elsewhere.tuple).await);
    let running = lab.emergency(id).await;
    assert_eq!((running.state, running.ended_grants, running.grants_done_at), (EmergencyState::Running, 2, None));
    lab.turn(SignedDuration::from_secs(31));
    assert_eq!(lab.sweep().await, 0);
    assert!(lab.emergency(id).await.grants_done_at.is_some());
    lab.check().await;
}

#[tokio::test]
async fn an_emergency_goes_on_where_a_crash_left_it_and_spares_what_was_asked_for_later() {
    let lab = Lab::instant().await;
    let grants = [lab.active(&lab.nth(0)).await, lab.active(&lab.nth(1)).await, lab.active(&lab.nth(2)).await];
    let id = lab.declares(Some(Scope::Everything), None).await;
    // One batch of one, and whoever took it is gone.
    let emergency = lab.emergency(id).await;
    let mut tx = lab.db.begin(domain::Actor::service("revocation")).await.unwrap();
    assert_eq!(tuple::end_for_emergency(&mut tx, &emergency, 1).await.unwrap(), 1);
    tx.commit().await.unwrap();
    let mut lost = lab.db.begin(domain::Actor::service("revocation")).await.unwrap();
    assert_eq!(tuple::end_for_emergency(&mut lost, &emergency, 1).await.unwrap(), 1);
    lost.roll_back().await.unwrap();
    lab.turn(SignedDuration::from_secs(1));
    let after = lab.active(&lab.nth(3)).await;
    assert_eq!(lab.sweep().await, 2);
    for grant in &grants {
        lab.until(grant.id, GrantState::Ended).await;
    }
    assert_eq!(lab.emergency(id).await.ended_grants, 3, "each is counted once");
    assert_eq!(lab.grant(after.id).await.state, GrantState::Active, "it was asked for after the emergency");
    lab.check().await;
}

#[tokio::test]
async fn while_paused_nothing_starts_or_is_created_and_everything_ends() {
    let lab = Lab::instant().await;
    let had = lab.active(&lab.any()).await;
    lab.declares(None, Some(Switch::Pause)).await;
    let creations = lab.called(CREATE).await;
    let waits = lab.approved(&lab.tuple("ben", "payments-ledger-production", "LogReader")).await;
    for _ in 0..5 {
        lab.round().await;
    }
    assert_eq!(lab.grant(waits).await.state, GrantState::Scheduled, "requests and approvals go on, starts do not");
    assert_eq!(lab.called(CREATE).await, creations);
    lab.ends(&had).await;
    lab.until(had.id, GrantState::Ended).await;
    assert!(!lab.exists(&had.tuple).await, "a pause stops no end");
    lab.declares(None, Some(Switch::Resume)).await;
    lab.until(waits, GrantState::Active).await;
    lab.check().await;
}

#[tokio::test]
async fn a_pause_between_a_start_and_its_creation_stops_the_creation() {
    let lab = Lab::instant().await;
    lab.fault(json!({"kind": "throttle", "operations": [CREATE], "count": 2})).await;
    let id = lab.approved(&lab.any()).await;
    lab.round().await;
    assert_eq!(lab.grant(id).await.state, GrantState::Granting);
    lab.lift_faults().await;
    lab.declares(None, Some(Switch::Pause)).await;
    for _ in 0..5 {
        lab.round().await;
        lab.turn(SignedDuration::from_secs(2));
    }
    assert!(!lab.exists(&lab.any()).await, "{}", lab.said());
    lab.declares(None, Some(Switch::Resume)).await;
    lab.until(id, GrantState::Active).await;
    lab.check().await;
}

#[tokio::test]
async fn what_aws_took_up_before_the_pause_is_followed_to_its_end() {
    let lab = Lab::instant().await;
    lab.fault(json!({"kind": "slow", "operations": [CREATE], "count": 1, "seconds": 9.0})).await;
    let id = lab.approved(&lab.any()).await;
    lab.round().await;
    assert_eq!(lab.grant(id).await.state, GrantState::Granting);
    lab.declares(None, Some(Switch::Pause)).await;
    lab.until(id, GrantState::Active).await;
    assert_eq!(lab.called(CREATE).await, 1);
    lab.check().await;
}

#[tokio::test]
async fn an_overdue_removal_alarms_after_a_minute_ten_and_each_hour_once_and_says_when_it_is_over() {
    let lab = Lab::instant().await;
    let grant = lab.active(&lab.any()).await;
    lab.fault(json!({"kind": "access_denied", "operations": [DELETE]})).await;
    lab.ends(&grant).await;
    lab.round().await;
    assert_eq!(lab.alarm().await, ["parked.raised.v1"], "AWS denies it: that is known at once");
    let since = lab.grant(grant.id).await.revoking_at.unwrap();
    for (after, expected) in [
        (45, vec![]),
        (60, vec!["grant.overdue.v1"]),
        (300, vec![]),
        (600, vec!["grant.overdue.v1"]),
        (3000, vec![]),
        (3600, vec!["grant.overdue.v1"]),
        (7100, vec![]),
        (7200, vec!["grant.overdue.v1"]),
    ] {
        lab.turn_to(
            since + SignedDuration::from_secs(after) - SignedDuration::from_millis(if after == 45 { 0 } else { -500 }),
        );
        assert_eq!(lab.alarm().await, expected, "after {after} seconds");
        assert_eq!(lab.alarm().await, [""; 0], "once each");
    }
    lab.lift_faults().await;
    lab.turn(SignedDuration::from_mins(6));
    lab.until(grant.id, GrantState::Ended).await;
    assert_eq!(lab.alarm().await, ["grant.overdue_cleared.v1", "parked.cleared.v1"]);
    assert_eq!(lab.alarm().await, [""; 0]);
    lab.check().await;
}

#[tokio::test]
async fn a_deletion_that_aws_denies_is_listed_and_a_retry_does_not_wait_for_its_rest() {
    let lab = Lab::instant().await;
    let grant = lab.active(&lab.any()).await;
    lab.fault(json!({"kind": "access_denied", "operations": [DELETE]})).await;
    lab.ends(&grant).await;
    for _ in 0..20 {
        lab.round().await;
    }
    let found = lab.parked().await;
    let assignment = grant.assignment.unwrap();
    let [one] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((one.kind, one.id), (ParkedKind::Assignment, assignment.uuid()));
    assert!(one.why.contains("AccessDenied") && one.tries > 3 && one.acknowledged.is_none(), "{one:?}");
    let mut tx = lab.db.tx(&lab.approver).await;
    parked::acknowledge(&mut tx, one, Some("a ticket is open")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(lab.parked().await[0].acknowledged.as_ref().unwrap().note.as_deref(), Some("a ticket is open"));
    lab.lift_faults().await;
    let before = lab.now();
    assert!(lab.assignment(grant.id).await.due_at > before, "it rests");
    let mut tx = lab.db.tx(&lab.approver).await;
    assert_eq!(parked::begin_retry(&mut tx, one).await.unwrap(), parked::Retry::Found);
    tx.commit().await.unwrap();
    assert!(lab.assignment(grant.id).await.due_at <= lab.now());
    lab.until(grant.id, GrantState::Ended).await;
    assert!(lab.parked().await.is_empty());
    let again = lab.active(&grant.tuple).await;
    lab.fault(json!({"kind": "access_denied", "operations": [DELETE]})).await;
    lab.turn(SignedDuration::from_secs(1));
    lab.ends(&again).await;
    lab.round().await;
    assert!(lab.parked().await[0].acknowledged.is_none(), "what is known of one trouble says nothing of the next");
    lab.lift_faults().await;
    lab.turn(SignedDuration::from_mins(6));
    lab.until(again.id, GrantState::Ended).await;
    lab.check().await;
}

#[tokio::test]
async fn a_failed_grant_is_tried_again_inside_its_window_without_a_vote_and_once() {
    let lab = Lab::instant().await;
    lab.fault(json!({"kind": "access_denied", "operations": [CREATE], "count": 1})).await;
    let failed = lab.approved(&lab.any()).await;
    let ended = lab.until(failed, GrantState::Ended).await;
    assert_eq!(ended.reason, Some(EndReason::Failed));
    let found = lab.parked().await;
    assert_eq!(found.iter().map(|p| (p.kind, p.id)).collect::<Vec<_>>(), [(ParkedKind::Grant, failed.uuid())]);
    let again = lab.tries_again(failed).await.unwrap();
    assert_eq!(lab.tries_again(failed).await.unwrap(), again, "asked twice, tried once");
    assert!(lab.parked().await.is_empty());
    let active = lab.until(again, GrantState::Active).await;
    assert_eq!((active.request, active.minutes), (ended.request, ended.minutes));
    assert!(matches!(lab.tries_again(again).await, Err(tuple::NotRetried::DidNotFail(GrantState::Active, None))));
    let kept = lab.grant(failed).await;
    assert_eq!((kept.state, kept.reason, kept.evidence), (GrantState::Ended, Some(EndReason::Failed), ended.evidence));
    lab.turn_to(active.deadline_at.unwrap());
    lab.until(again, GrantState::Ended).await;
    assert!(!lab.exists(&lab.any()).await);
    lab.check().await;
}

#[tokio::test]
async fn a_failed_grant_is_not_tried_again_after_its_window() {
    let lab = Lab::instant().await;
    lab.fault(json!({"kind": "access_denied", "operations": [CREATE], "count": 1})).await;
    let failed = lab.approved(&lab.any()).await;
    let ended = lab.until(failed, GrantState::Ended).await;
    lab.turn_to(ended.start_by);
    assert!(matches!(lab.tries_again(failed).await, Err(tuple::NotRetried::TooLate(_))));
    assert!(lab.parked().await.is_empty(), "what can no longer be had is not parked");
}

#[tokio::test]
async fn forcing_ends_what_lives_and_takes_back_what_shows_after_its_end_and_nothing_foreign() {
    let lab = Lab::instant().await;
    let grant = lab.active(&lab.any()).await;
    let forced = lab.forces(grant.id, Some(true)).await;
    assert!(forced.removal_due && forced.kept_by.is_empty(), "{forced:?}");
    lab.until(grant.id, GrantState::Ended).await;
    let forced = lab.forces(grant.id, Some(false)).await;
    assert!(!forced.removal_due, "what is gone is gone: {forced:?}");
    lab.made_outside(&grant.tuple).await;
    let forced = lab.forces(grant.id, Some(true)).await;
    assert!(forced.removal_due, "it is watched, and taken back");
    for _ in 0..20 {
        lab.round().await;
    }
    assert!(!lab.exists(&grant.tuple).await, "{}", lab.said());
    lab.turn(SignedDuration::from_hours(50));
    for _ in 0..5 {
        lab.round().await;
    }
    lab.made_outside(&grant.tuple).await;
    let forced = lab.forces(grant.id, Some(true)).await;
    assert!(!forced.removal_due, "after the watch it is not ours");
    for _ in 0..5 {
        lab.round().await;
    }
    assert!(lab.exists(&grant.tuple).await, "what Curfew did not make, it does not touch");
}

#[tokio::test]
async fn an_emergency_of_nobody_known_to_have_access_is_done_by_itself() {
    let lab = Lab::instant().await;
    let account = AccountId::parse("999999999999").unwrap();
    let id = lab.declares(Some(Scope::Account { account }), Some(Switch::Pause)).await;
    lab.turn(SignedDuration::from_secs(31));
    lab.sweep().await;
    request::usecase::close_due(&lab.db.db).await.unwrap();
    let done = lab.emergency(id).await;
    assert_eq!((done.state, done.ended_grants, done.closed_requests), (EmergencyState::Done, 0, 0));
    assert!(
        store::pauses::any(&mut lab.db.read().await.unwrap()).await.unwrap(),
        "the pause stays until it is resumed"
    );
}
