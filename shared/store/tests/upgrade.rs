//! An installation that is in use is brought up to date with everything in it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up shall fail"
)]

use std::path::Path;

use domain::approval::MailDecision;
use domain::grant::GrantState;
use domain::request::RequestState;
use domain::rules::{Approval, Body, Severity};
use domain::{ApprovalId, GrantId, RequestId, UserId};
use serde_json::{Value, json};
use sqlx::migrate::Migrator;
use store::deliveries::Lane;
use store::{approvals, assignments, deliveries, documents, grants, requests, trail};
use testkit::TestDb;
use uuid::Uuid;

const ANN: &str = "00000000-0000-4000-8000-000000000001";
const BEN: &str = "00000000-0000-4000-8000-000000000002";
const LEADS: &str = "11111111-0000-4000-8000-000000000001";
const ARN: &str = "arn:aws:sso:::permissionSet/ssoins-7223/ps-1";

fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x0189_0000_0000_7000_8000_0000_0000_0000 + n)
}

/// The schema before rules became documents, as it was released.
async fn first_schema(db: &TestDb) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut migrator = Migrator::new(folder).await.unwrap();
    migrator.migrations = migrator.migrations.iter().filter(|m| m.version <= 5).cloned().collect();
    migrator.run(db.pool()).await.unwrap();
}

/// A rule with two votes and an exception, one that was automatic, and a deleted one of the same name.
fn rules() -> [(Uuid, Value, bool); 3] {
    let rule = |approval: Value, accounts: Value| {
        json!({"name": "Administrators", "enabled": true, "subjects": {"groups": [LEADS], "users": [], "everyone": false},
            "accounts": accounts, "permission_sets": {"arns": [ARN]}, "max_minutes": 240, "ticket_required": true,
            "approval": approval})
    };
    let people = json!({"kind": "policy", "groups": [LEADS], "users": [], "votes": 2, "mail_decision": "link_alone"});
    let mut automatic =
        rule(json!({"kind": "automatic"}), json!({"all": false, "ids": ["111122223333"], "except": []}));
    automatic["name"] = json!("Readers");
    automatic["ticket_required"] = json!(false);
    let all = json!({"all": true, "ids": [], "except": ["444455556666"]});
    [(id(1), rule(people.clone(), all.clone()), false), (id(2), automatic, false), (id(3), rule(people, all), true)]
}

async fn write(db: &TestDb, statement: &'static str) {
    sqlx::query(statement).execute(db.pool()).await.unwrap();
}

async fn filled(db: &TestDb) {
    for (id, spec, deleted) in rules() {
        sqlx::query(
            "INSERT INTO rules (id, version, spec, created_at, updated_at, deleted_at) \
             VALUES ($1, 3, $2, now(), now(), CASE WHEN $3 THEN now() END)",
        )
        .bind(id)
        .bind(&spec)
        .bind(deleted)
        .execute(db.pool())
        .await
        .unwrap();
        sqlx::query(
            "INSERT INTO rule_versions (rule_id, version, spec, saved_at, saved_by) \
             SELECT $1, v, $2, now(), '{\"kind\": \"service\", \"name\": \"test\"}' FROM generate_series(1, 3) v",
        )
        .bind(id)
        .bind(&spec)
        .execute(db.pool())
        .await
        .unwrap();
    }
    let trace = json!([{"pair": {"account": "111122223333", "permission_set": ARN}, "rule": id(1),
        "rules": [{"rule": id(1), "version": 3, "name": "Administrators", "allows": true, "because": "it allows it"}]}]);
    // One that waits for a second vote, and one whose access is there.
    for (request, state) in [(id(11), "pending"), (id(12), "approved")] {
        sqlx::query(
            "INSERT INTO requests (id, state, requester_id, beneficiary_id, reason, minutes, trace, submitted_at, decide_by, decided_at) \
             VALUES ($1, $2, $3, $3, 'the import fails', 60, $4, now(), now() + interval '3 hours', CASE WHEN $2 = 'approved' THEN now() END)",
        )
        .bind(request)
        .bind(state)
        .bind(ANN)
        .bind(&trace)
        .execute(db.pool())
        .await
        .unwrap();
        sqlx::query(
            "INSERT INTO request_items (request_id, ordinal, account_id, account_name, permission_set_arn, permission_set_name, rule_id, rule_version) \
             VALUES ($1, 0, '111122223333', 'prod', $2, 'Admin', $3, 3)",
        )
        .bind(request)
        .bind(ARN)
        .bind(id(1))
        .execute(db.pool())
        .await
        .unwrap();
        sqlx::query(
            "INSERT INTO approvals (id, request_id, state, needs, opened_at, closed_at) \
             VALUES ($1, $2, CASE WHEN $3 = 'pending' THEN 'open' ELSE 'approved' END, $4, now(), CASE WHEN $3 = 'approved' THEN now() END)",
        )
        .bind(Uuid::from_u128(request.as_u128() + 10))
        .bind(request)
        .bind(state)
        .bind(json!([{"groups": [LEADS], "users": [], "votes": 2, "mail_decision": "link_alone"}]))
        .execute(db.pool())
        .await
        .unwrap();
        sqlx::query(
            "INSERT INTO votes (id, approval_id, voter_id, groups, decision, channel, voted_at) \
             VALUES ($1, $2, $3, $4, 'approve', 'signed_in', now())",
        )
        .bind(Uuid::from_u128(request.as_u128() + 20))
        .bind(Uuid::from_u128(request.as_u128() + 10))
        .bind(BEN)
        .bind(json!([LEADS]))
        .execute(db.pool())
        .await
        .unwrap();
    }
    sqlx::query(
        "INSERT INTO assignments (id, principal_id, account_id, permission_set_arn, state, generation, origin, due_at) \
         VALUES ($1, $2, '111122223333', $3, 'present', 1, 'ours', now())",
    )
    .bind(id(51))
    .bind(ANN)
    .bind(ARN)
    .execute(db.pool())
    .await
    .unwrap();
    sqlx::query(
        "INSERT INTO grants (id, request_id, ordinal, principal_id, account_id, permission_set_arn, assignment_id, state, minutes, \
             start_at, start_by, deadline_at, approved_at, started_at, active_at) \
         VALUES ($1, $2, 0, $3, '111122223333', $4, $5, 'active', 60, now(), now() + interval '1 hour', now() + interval '1 hour', now(), now(), now())",
    )
    .bind(id(41))
    .bind(id(12))
    .bind(ANN)
    .bind(ARN)
    .bind(id(51))
    .execute(db.pool())
    .await
    .unwrap();
    write(
        db,
        "INSERT INTO directory_users (id, user_name, display_name, active) VALUES \
             ('00000000-0000-4000-8000-000000000001', 'ann', 'Ann', true), ('00000000-0000-4000-8000-000000000002', 'ben', 'Ben', true)",
    )
    .await;
    write(db, "INSERT INTO directory_groups (id, name) VALUES ('11111111-0000-4000-8000-000000000001', 'leads')").await;
    write(db, "INSERT INTO directory_accounts (id, name, email, active, unit_id) VALUES ('111122223333', 'prod', 'p@example.com', true, 'r-1')").await;
    write(db, "INSERT INTO directory_syncs (part, succeeded_at) VALUES ('groups', now()), ('organization', now())")
        .await;
    write(
        db,
        "INSERT INTO deliveries (id, fact_id, fact_name, channel, recipient, body, due_at, created_at) \
         VALUES (gen_random_uuid(), gen_random_uuid(), 'request.submitted.v1', 'mail', '00000000-0000-4000-8000-000000000002', '{}', '2026-03-01', '2026-03-01')",
    )
    .await;
    write(
        db,
        "INSERT INTO trail_entries (id, at, actor, action, subject_kind, subject_id, data) \
         VALUES (gen_random_uuid(), now(), '{\"kind\": \"service\", \"name\": \"test\"}', 'request.submitted.v1', 'request', gen_random_uuid(), '{}')",
    )
    .await;
}

#[tokio::test]
async fn a_database_of_the_first_schema_keeps_its_rules_requests_votes_and_access() {
    let db = testkit::empty_database().await;
    first_schema(&db).await;
    filled(&db).await;
    db.migrate().await.unwrap();
    db.migrate().await.unwrap();

    let mut connection = db.read().await.unwrap();
    let all = documents::all(&mut connection).await.unwrap();
    let [first, second] = all.as_slice() else { panic!("{all:?}") };
    let (Body::Rule(people), Body::Rule(automatic)) = (&first.body, &second.body) else { panic!("{all:?}") };
    assert_eq!((first.id, first.version, people.name.as_str()), (id(1), 3, "Administrators"));
    assert_eq!((people.ticket.required, automatic.ticket.required, people.max_minutes.get()), (true, false, 240));
    assert_eq!(people.accounts.except.ids[0].as_str(), "444455556666");
    let Approval::Policy(policy) = &people.approval else { panic!("{people:?}") };
    assert_eq!((policy.votes(), policy.mail_decision), (2, MailDecision::LinkAlone));
    assert_eq!(policy.stages[0].voters.groups[0].as_str(), LEADS);
    let Approval::Automatic(waived) = &automatic.approval else { panic!("{automatic:?}") };
    assert!(waived.waiver.is_some(), "what was automatic without conditions stays so");
    for document in &all {
        assert_eq!(document.body.validate(), Ok(()), "{document:?}");
    }

    let waiting = requests::get(&mut connection, RequestId(id(11))).await.unwrap().unwrap();
    assert_eq!((waiting.state, waiting.severity, waiting.asked), (RequestState::Pending, Severity::default(), None));
    let items = requests::items(&mut connection, waiting.id).await.unwrap();
    assert_eq!((items[0].state, items[0].approval), (RequestState::Pending, Some(ApprovalId(id(21)))));
    let trace: Value = requests::evaluation(&mut connection, waiting.id).await.unwrap().unwrap();
    assert_eq!((&trace[0]["rules"][0]["kind"], &trace[0]["rules"][0]["id"]), (&json!("rule"), &json!(id(1))));
    let approval = approvals::of_request(&mut connection, waiting.id).await.unwrap().remove(0);
    assert_eq!((approval.ordinals.as_slice(), approval.needs.len()), ([0].as_slice(), 1));
    assert_eq!((approval.needs[0].policy.votes(), approval.progress[0].stage), (2, Some(0)));
    assert_eq!(approval.asks, [format!("group:{LEADS}")]);
    let votes = approvals::votes(&mut connection, ApprovalId(id(21))).await.unwrap();
    assert_eq!((votes.len(), &votes[0].vote.voter, votes[0].vote.stage), (1, &UserId::parse(BEN).unwrap(), 0));

    let grant = grants::get(&mut connection, GrantId(id(41))).await.unwrap().unwrap();
    assert_eq!((grant.state, grant.request), (GrantState::Active, RequestId(id(12))));
    let assignment = assignments::get(&mut connection, grant.assignment.unwrap()).await.unwrap().unwrap();
    assert_eq!((assignment.generation, assignment.tuple), (1, grant.tuple));
    let parts = store::directory::syncs(&mut connection).await.unwrap();
    assert_eq!(parts.len(), 7);
    drop(connection);
    assert_eq!(deliveries::due_lanes(&db).await.unwrap(), [Lane::Mail].into());
    assert_eq!(trail::list(&db, &trail::Filter { limit: 9, ..trail::Filter::default() }).await.unwrap().len(), 1);
}
