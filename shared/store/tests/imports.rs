//! Sessions and records of another system.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up shall fail")]

use domain::assignment::{AssignmentState, Origin, Work};
use domain::grant::{EndReason, GrantState};
use domain::{AccountId, Actor, GrantId, PermissionSetArn, RequestId, Tuple, UserId};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use store::imports::{self, Adoption, Filter, Record};
use store::tuple::Adopting;
use store::{Db, assignments, grants, tuple};
use testkit::company;

fn tuple() -> Tuple {
    Tuple {
        principal: company::user("ann"),
        account: AccountId::parse("111122223333").unwrap(),
        permission_set: PermissionSetArn::parse("arn:aws:sso:::permissionSet/ssoins-7223/ps-1").unwrap(),
    }
}

fn adoption(now: Timestamp, adopting: Option<Adopting>, start: i64, end: i64) -> Adoption {
    Adoption {
        grant: GrantId(store::new_id()),
        request: RequestId(store::new_id()),
        external_id: format!("r{start}"),
        adopting,
        tuple: tuple(),
        account_name: "prod".to_owned(),
        permission_set_name: "Admin".to_owned(),
        rule: None,
        minutes: i32::try_from(end - start).unwrap().max(1),
        start_at: now + SignedDuration::from_mins(start),
        deadline_at: now + SignedDuration::from_mins(end),
        reason: "the import fails".to_owned(),
        ticket: None,
        submitted_at: now + SignedDuration::from_mins(start - 10),
    }
}

async fn adopt(db: &Db, adoption: &Adoption) -> bool {
    let mut tx = db.begin(Actor::service("import")).await.unwrap();
    let made = imports::adopt(&mut tx, adoption).await.unwrap();
    tx.commit().await.unwrap();
    made
}

async fn state(db: &Db, adoption: &Adoption) -> (GrantState, AssignmentState, Option<Origin>, Work) {
    let mut connection = db.read().await.unwrap();
    let grant = grants::get(&mut connection, adoption.grant).await.unwrap().unwrap();
    let assignment = assignments::get(&mut connection, grant.assignment.unwrap()).await.unwrap().unwrap();
    (grant.state, assignment.state, assignment.origin, assignment.work)
}

async fn end_due(db: &Db) -> usize {
    let mut tx = db.begin(Actor::service("revocation")).await.unwrap();
    let ended = tuple::end_due(&mut tx, 10).await.unwrap();
    tx.commit().await.unwrap();
    ended
}

#[tokio::test]
async fn what_was_given_is_active_until_its_deadline_and_is_then_removed_as_ours() {
    let db = testkit::database().await;
    let given = adoption(db.clock().now(), Some(Adopting::Given), -30, 30);
    assert!(adopt(&db, &given).await);
    let ours = Some(Origin::Ours);
    assert_eq!(state(&db, &given).await, (GrantState::Active, AssignmentState::Present, ours, Work::None));
    assert_eq!(end_due(&db).await, 0);
    db.clock.advance(SignedDuration::from_mins(31));
    assert_eq!(end_due(&db).await, 1);
    assert_eq!(state(&db, &given).await, (GrantState::Revoking, AssignmentState::Present, ours, Work::Delete));
}

#[tokio::test]
async fn what_is_past_its_end_is_removed_at_once() {
    let db = testkit::database().await;
    let late = adoption(db.clock().now(), Some(Adopting::Given), -300, -60);
    adopt(&db, &late).await;
    assert_eq!(end_due(&db).await, 1);
    assert_eq!(state(&db, &late).await.3, Work::Delete);
    let mut connection = db.read().await.unwrap();
    let grant = grants::get(&mut connection, late.grant).await.unwrap().unwrap();
    assert_eq!((grant.reason, grant.deadline_at), (Some(EndReason::Deadline), Some(late.deadline_at)));
}

#[tokio::test]
async fn what_is_unclear_is_looked_at_and_owned_whatever_is_seen() {
    let db = testkit::database().await;
    let unclear = adoption(db.clock().now(), Some(Adopting::Unclear), -1, 60);
    adopt(&db, &unclear).await;
    let (grant, assignment, origin, work) = state(&db, &unclear).await;
    assert_eq!((grant, assignment, work), (GrantState::Granting, AssignmentState::Creating, Work::Create));
    assert_eq!(origin, Some(Origin::Ours));
    // The grant service's worker sees it in AWS before it made any call.
    let mut tx = db.begin(Actor::service("grant")).await.unwrap();
    let leased = assignments::claim(&mut tx, Work::Create, 1, SignedDuration::from_secs(30)).await.unwrap().remove(0);
    let (id, lease) = (leased.id, leased.lease.unwrap());
    tuple::begin_creation(&mut tx, id, lease, true, db.clock().now(), store::backstops::Gate::Off).await.unwrap();
    tx.commit().await.unwrap();
    let seen = state(&db, &unclear).await;
    assert_eq!(seen, (GrantState::Active, AssignmentState::Present, Some(Origin::Ours), Work::None));
    let mut connection = db.read().await.unwrap();
    let grant = grants::get(&mut connection, unclear.grant).await.unwrap().unwrap();
    assert_eq!(grant.deadline_at, Some(unclear.deadline_at), "it is not made longer");
}

#[tokio::test]
async fn what_is_to_come_is_scheduled_with_a_fixed_end() {
    let db = testkit::database().await;
    let to_come = adoption(db.clock().now(), None, 60, 120);
    adopt(&db, &to_come).await;
    let mut connection = db.read().await.unwrap();
    let grant = grants::get(&mut connection, to_come.grant).await.unwrap().unwrap();
    assert_eq!((grant.state, grant.fixed_end), (GrantState::Scheduled, Some(to_come.deadline_at)));
    db.clock.advance(SignedDuration::from_mins(61));
    let mut tx = db.begin(Actor::service("grant")).await.unwrap();
    assert_eq!(tuple::start_due(&mut tx, 10).await.unwrap(), 1);
    tx.commit().await.unwrap();
    let grant = grants::get(&mut connection, to_come.grant).await.unwrap().unwrap();
    assert_eq!(grant.deadline_at, Some(to_come.deadline_at));
}

#[tokio::test]
async fn two_sessions_on_one_tuple_share_the_assignment_and_the_last_to_end_removes_it() {
    let db = testkit::database().await;
    let (short, long) = (
        adoption(db.clock().now(), Some(Adopting::Given), -30, 10),
        adoption(db.clock().now(), Some(Adopting::Given), -20, 90),
    );
    adopt(&db, &short).await;
    adopt(&db, &long).await;
    db.clock.advance(SignedDuration::from_mins(11));
    assert_eq!(end_due(&db).await, 1);
    assert_eq!(state(&db, &short).await.0, GrantState::Ended, "the longer one keeps the assignment");
    assert_eq!(state(&db, &long).await, (GrantState::Active, AssignmentState::Present, Some(Origin::Ours), Work::None));
}

#[tokio::test]
async fn what_seemed_to_have_been_there_before_is_ours_once_its_session_is_adopted() {
    let db = testkit::database().await;
    let mine = adoption(db.clock().now(), Some(Adopting::Unclear), -1, 60);
    adopt(&db, &mine).await;
    sqlx::query("UPDATE assignments SET state = 'present', origin = 'pre_existing', work = 'none'")
        .execute(db.pool())
        .await
        .unwrap();
    let theirs = adoption(db.clock().now(), Some(Adopting::Given), -30, 30);
    adopt(&db, &theirs).await;
    assert_eq!(state(&db, &theirs).await.2, Some(Origin::Ours));
}

#[tokio::test]
async fn adopting_again_changes_nothing() {
    let db = testkit::database().await;
    let given = adoption(db.clock().now(), Some(Adopting::Given), -30, 30);
    assert!(adopt(&db, &given).await);
    let count = || async {
        let facts: i64 = sqlx::query_scalar("SELECT count(*) FROM trail_entries").fetch_one(db.pool()).await.unwrap();
        facts
    };
    let before = count().await;
    assert!(!adopt(&db, &given).await);
    assert_eq!(count().await, before);
    let mut longer = given.clone();
    longer.deadline_at += SignedDuration::from_hours(8);
    assert!(!adopt(&db, &longer).await);
    let mut connection = db.read().await.unwrap();
    let grant = grants::get(&mut connection, given.grant).await.unwrap().unwrap();
    assert_eq!(grant.deadline_at, Some(given.deadline_at), "a deadline is never moved by an import");
}

fn past(n: u8, status: &str) -> Record {
    Record {
        id: RequestId(uuid::Uuid::from_u128(u128::from(n))),
        external_id: format!("old-{n}"),
        status: status.to_owned(),
        requester: (n > 1).then(|| company::user("ann")),
        requester_name: "ann".to_owned(),
        requester_email: None,
        account: AccountId::parse("111122223333").ok(),
        account_name: "prod".to_owned(),
        permission_set: None,
        permission_set_name: "Admin".to_owned(),
        start_at: "2025-01-01T00:00:00Z".parse().ok(),
        minutes: Some(60),
        ended_at: None,
        reason: "because".to_owned(),
        ticket: Some("INC1".to_owned()),
        decided_by: Some("carla@example.com".to_owned()),
        decision_comment: None,
        revoked_by: None,
        revoke_comment: None,
        submitted_at: None,
        original: json!({ "status": status }),
    }
}

#[tokio::test]
async fn records_are_kept_once_and_follow_a_later_export() {
    let db = testkit::database().await;
    let write = async |records: &[Record]| {
        let mut tx = db.begin(Actor::service("import")).await.unwrap();
        let written = imports::record(&mut tx, records).await.unwrap();
        tx.commit().await.unwrap();
        written
    };
    let records = [past(1, "ended"), past(2, "in progress"), past(3, "rejected")];
    assert_eq!(write(&records).await, 3);
    assert_eq!(write(&records).await, 0);
    assert_eq!(write(&[past(2, "ended")]).await, 1);
    assert_eq!(write(&[]).await, 0);
    let mut connection = db.read().await.unwrap();
    let all = imports::list(&mut connection, &Filter { limit: 10, ..Filter::default() }).await.unwrap();
    assert_eq!(all, [past(3, "rejected"), past(2, "ended"), past(1, "ended")]);
    let ann: Option<UserId> = Some(company::user("ann"));
    let filter = Filter { requester: ann, before: Some(all[0].id.uuid()), limit: 10, ..Filter::default() };
    assert_eq!(imports::list(&mut connection, &filter).await.unwrap(), [past(2, "ended")]);
}
