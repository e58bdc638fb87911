//! The gate before a creation: in the database, and in the transaction that commits the attempt.

use domain::grant::GrantState;
use jiff::SignedDuration;
use store::backstops::{Cover, Gate};
use store::tuple::{self, Creation};

use crate::backstop::only;
use crate::lab::Lab;

/// No creation without its schedule, whoever tries: the constraint speaks.
#[tokio::test]
async fn the_database_refuses_a_creation_that_its_schedule_does_not_cover() {
    let lab = Lab::backed().await;
    lab.throttles("CreateSchedule").await;
    let id = lab.approved(&lab.any()).await;
    lab.rounds(2).await;
    let attempt = || {
        sqlx::query("UPDATE assignments SET attempt = 'create', send_by = now(), generation = 1, origin = 'ours', state = 'creating'")
            .execute(lab.db.pool())
    };
    let refused = attempt().await.unwrap_err();
    let named = refused.as_database_error().and_then(|error| error.constraint()).map(str::to_owned);
    assert_eq!(named.as_deref(), Some("assignments_covered_first"));
    lab.lift_faults().await;
    let grant = lab.until(id, GrantState::Active).await;
    // A later deadline than the schedule waits for.
    sqlx::query("UPDATE grants SET deadline_at = deadline_at + interval '1 hour'")
        .execute(lab.db.pool())
        .await
        .unwrap();
    let refused = attempt().await.unwrap_err();
    assert!(refused.to_string().contains("durable in AWS"), "{refused}");
    sqlx::query("UPDATE grants SET deadline_at = deadline_at - interval '1 hour'")
        .execute(lab.db.pool())
        .await
        .unwrap();
    assert_eq!(lab.grant(id).await.deadline_at, grant.deadline_at);
    lab.check().await;
}

/// The gate is asked in the transaction that commits the attempt: a schedule that went meanwhile closes it.
#[tokio::test]
async fn a_schedule_that_went_away_under_the_step_closes_the_gate() {
    let lab = Lab::backed().await;
    let id = lab.approved(&lab.any()).await;
    let mut tx = lab.db.tx(&lab.approver).await;
    tuple::start(&mut tx, &[id]).await.unwrap();
    let a = only(
        store::assignments::claim(&mut tx, domain::assignment::Work::Create, 1, SignedDuration::from_secs(30))
            .await
            .unwrap(),
    );
    tx.commit().await.unwrap();
    let lease = a.lease.unwrap();
    let send_by = lab.now() + SignedDuration::from_secs(5);
    let begin = async |gate: Gate<'_>| {
        let mut tx = lab.db.tx(&lab.approver).await;
        let answer = tuple::begin_creation(&mut tx, a.id, lease, false, send_by, gate).await.unwrap();
        tx.roll_back().await.unwrap();
        answer
    };
    assert!(matches!(begin(Gate::On(None)).await, Creation::Uncovered), "there is none");
    let mut tx = lab.db.tx(&lab.approver).await;
    let cover = store::backstops::cover(&mut tx, a.id, lease, false, &crate::lab::TIMING, "main").await.unwrap();
    let Cover::Place(order) = cover else { panic!("{cover:?}") };
    tx.commit().await.unwrap();
    assert!(matches!(begin(Gate::On(None)).await, Creation::Uncovered), "it is not there yet");
    assert!(matches!(begin(Gate::On(Some(&order))).await, Creation::Send));
    assert!(matches!(begin(Gate::Off).await, Creation::Uncovered), "switched off, it goes first");
}
