//! Requests that nobody shall decide any more: of leavers, and of an emergency's scope.

use domain::approval::Decision;
use domain::emergency::Scope;
use domain::grant::{EndReason, GrantState};
use jiff::SignedDuration;
use request::usecase::close_due;
use store::emergencies::{self, EmergencyState, Order};
use store::grants;
use testkit::TestDb;
use testkit::company::{self, actor, user};

use super::{an_hour_of, ask, decide, doings, open_for_business, power_in};

async fn declares(db: &TestDb, ends: Scope) -> domain::EmergencyId {
    let mut tx = db.begin(actor("root")).await.unwrap();
    let order = Order { ends: Some(ends), switch: None, reason: "keys were stolen".to_owned() };
    let id = emergencies::declare(&mut tx, &order, false).await.unwrap();
    tx.commit().await.unwrap();
    id
}

#[tokio::test]
async fn what_a_leaver_asked_for_is_closed_and_nobody_elses() {
    let db = open_for_business().await;
    let anns = ask(&db, "ann", an_hour_of(vec![power_in("payments-prod")])).await.unwrap().request;
    let bens = ask(&db, "ben", an_hour_of(vec![power_in("payments-prod")])).await.unwrap().request;
    assert_eq!(close_due(&db.db).await.unwrap(), 0);
    sqlx::query("UPDATE directory_users SET active = false WHERE id = $1")
        .bind(user("ann").as_str())
        .execute(db.pool())
        .await
        .unwrap();
    assert_eq!(close_due(&db.db).await.unwrap(), 1);
    assert_eq!(close_due(&db.db).await.unwrap(), 0, "again is nothing");
    assert_eq!(
        (db.request_state(anns).await.as_str(), db.request_state(bens).await.as_str()),
        ("cancelled", "pending")
    );
    assert_eq!(decide(&db, "cora", anns, Decision::Approve).await, Err("cancelled".to_owned()));
    assert_eq!(doings(&db).await[2..], ["request.cancelled.v1"]);
    let because: String =
        sqlx::query_scalar("SELECT data->>'because' FROM trail_entries WHERE action = 'request.cancelled.v1'")
            .fetch_one(db.pool())
            .await
            .unwrap();
    assert_eq!(because, "user_disabled");
}

#[tokio::test]
async fn an_emergency_closes_what_was_asked_for_before_it_and_is_done_when_nothing_is_left() {
    let db = open_for_business().await;
    let inside = ask(&db, "ann", an_hour_of(vec![power_in("payments-prod")])).await.unwrap().request;
    let outside = ask(&db, "ben", an_hour_of(vec![power_in("search-prod")])).await.unwrap().request;
    let id = declares(&db, Scope::Account { account: company::account("payments-prod") }).await;
    assert_eq!(close_due(&db.db).await.unwrap(), 1);
    db.clock.advance(SignedDuration::from_secs(1));
    let after = ask(&db, "ben", an_hour_of(vec![power_in("payments-prod")])).await.unwrap().request;
    db.clock.advance(SignedDuration::from_secs(31));
    assert_eq!(close_due(&db.db).await.unwrap(), 0);
    let states = [db.request_state(inside).await, db.request_state(outside).await, db.request_state(after).await];
    assert_eq!(states, ["cancelled", "pending", "pending"]);
    let running = emergencies::get(&mut db.read().await.unwrap(), id).await.unwrap().unwrap();
    assert_eq!(
        (running.state, running.closed_requests),
        (EmergencyState::Running, 1),
        "grants are looked for elsewhere"
    );
    assert!(running.requests_done_at.is_some());
    let mut tx = db.begin(actor("root")).await.unwrap();
    store::tuple::end_for_emergency(&mut tx, &running, 10).await.unwrap();
    tx.commit().await.unwrap();
    let done = emergencies::get(&mut db.read().await.unwrap(), id).await.unwrap().unwrap();
    assert_eq!(done.state, EmergencyState::Done);
    assert_eq!(doings(&db).await.last().map(String::as_str), Some("emergency.finished.v1"));
}

#[tokio::test]
async fn a_pair_that_was_approved_and_has_not_begun_ends_with_the_rest_of_its_request() {
    let db = open_for_business().await;
    let mut later = an_hour_of(vec![power_in("payments-prod")]);
    later.start_at = Some(db.clock.now() + SignedDuration::from_hours(5));
    let approved = ask(&db, "ann", later).await.unwrap().request;
    decide(&db, "cora", approved, Decision::Approve).await.unwrap();
    let id = declares(&db, Scope::User { user: user("ann") }).await;
    let emergency = emergencies::get(&mut db.read().await.unwrap(), id).await.unwrap().unwrap();
    let mut tx = db.begin(actor("root")).await.unwrap();
    assert_eq!(store::tuple::end_for_emergency(&mut tx, &emergency, 10).await.unwrap(), 1);
    tx.commit().await.unwrap();
    let found = grants::of_requests(&mut db.read().await.unwrap(), &[approved.uuid()]).await.unwrap();
    assert_eq!((found[0].state, found[0].reason), (GrantState::Ended, Some(EndReason::Emergency)), "no call was made");
    assert_eq!(db.request_state(approved).await, "approved", "its decision stays what it was");
}
