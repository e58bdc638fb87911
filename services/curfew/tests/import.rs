//! Taking over a TEAM, into a real database.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::PathBuf;

use curfew::import::{self, Applied, Team};
use domain::grant::GrantState;
use domain::rules::{Body, Document, Kind};
use domain::{Actor, GrantId};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use store::imports::Filter;
use store::{Db, documents, grants, tuple};
use testkit::company;

/// An export in a folder of its own, which goes with it.
struct Export(PathBuf);

impl Export {
    fn new(rows: &[Value]) -> Self {
        let folder = std::env::temp_dir().join(format!("curfew-import-{}", store::new_id()));
        std::fs::create_dir_all(folder.join("data")).unwrap();
        let lines: String = rows.iter().map(|row| format!("{}\n", json!({ "Item": item(row) }))).collect();
        std::fs::write(folder.join("data/one.json"), lines).unwrap();
        std::fs::write(folder.join("manifest-files.json"), "{\"dataFileS3Key\": \"one.json\"}").unwrap();
        Self(folder)
    }

    fn team(&self) -> Team {
        Team { files: vec![self.0.clone()], apply: true, adopt_doubtful: false, leave_orphans: false, json: false }
    }
}

impl Drop for Export {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

fn item(row: &Value) -> Value {
    let typed = |value: &Value| match value {
        Value::Bool(flag) => json!({ "BOOL": flag }),
        Value::Array(list) => json!({ "L": list.iter().map(|e| match e {
            Value::Object(_) => json!({ "M": item(e) }),
            other => json!({ "S": other }),
        }).collect::<Vec<_>>() }),
        other => json!({ "S": other }),
    };
    row.as_object().unwrap().iter().map(|(name, value)| (name.clone(), typed(value))).collect()
}

fn policy() -> Value {
    json!({
        "id": company::group("engineers").to_string(), "name": "engineers", "type": "Group", "accounts": [],
        "ous": [{ "id": "ou-prod", "name": "Production" }],
        "permissions": [{ "id": company::permission_set("PowerUserAccess").to_string(), "name": "PowerUserAccess" }],
        "approvalRequired": true, "duration": "4",
    })
}

fn approvers() -> Value {
    json!({
        "id": "ou-prod", "name": "Production", "type": "OU", "approvers": ["leads"],
        "groupIds": [company::group("leads").to_string()],
    })
}

fn request(now: Timestamp, id: &str, status: &str, start: i64, hours: i64) -> Value {
    let at = |minutes| (now + SignedDuration::from_mins(minutes)).to_string();
    json!({
        "id": id, "email": "ann@example.com", "username": "idc_ann", "accountId": company::account("search-prod").to_string(),
        "accountName": "search", "role": "PowerUserAccess", "roleId": company::permission_set("PowerUserAccess").to_string(),
        "startTime": at(start), "duration": hours.to_string(), "justification": "the search is slow", "status": status,
        "createdAt": at(start - 5), "updatedAt": at(start), "approver": "cora@example.com",
    })
}

async fn run(db: &Db, export: &Export, team: Team) -> anyhow::Result<Applied> {
    let directory = import::load(db).await.unwrap();
    let files = vec![export.0.join("data/one.json")];
    let converted = import::read(&files, &directory, db.clock().now())?;
    import::apply(db, converted, &files, directory, &team).await
}

async fn all(db: &Db) -> Vec<Document> {
    documents::all(&mut db.read().await.unwrap()).await.unwrap()
}

async fn living(db: &Db) -> Vec<(GrantId, GrantState)> {
    let filter = grants::Filter { limit: 100, ..grants::Filter::default() };
    let found = grants::list(&mut db.read().await.unwrap(), &filter).await.unwrap();
    found.into_iter().map(|grant| (grant.id, grant.state)).collect()
}

#[tokio::test]
async fn rules_sessions_and_history_come_over_once() {
    let db = testkit::database().await;
    company::move_in(&db).await;
    let now = db.clock().now();
    let export = Export::new(&[
        policy(),
        approvers(),
        request(now, "live", "in progress", -30, 2),
        request(now, "late", "in progress", -300, 1),
        request(now, "soon", "scheduled", 60, 1),
        request(now, "old", "ended", -3000, 1),
    ]);
    let first = run(&db, &export, export.team()).await.unwrap();
    assert_eq!(first, Applied { documents: 3, grants: 3, requests: 4, left: vec![] });
    let kinds: Vec<Kind> = all(&db).await.iter().map(|document| document.body.kind()).collect();
    assert_eq!(kinds, [Kind::ApprovalPolicy, Kind::Owners, Kind::Rule]);
    let trail = store::trail::list(&db, &store::trail::Filter { limit: 1, ..Default::default() }).await.unwrap();
    assert_eq!((trail[0].action.as_str(), &trail[0].data["requests"]), ("import.applied.v1", &json!(4)));

    let again = run(&db, &export, export.team()).await.unwrap();
    assert_eq!(again, Applied::default());

    // What is past its end is removed at once, the other at its deadline.
    let mut tx = db.begin(Actor::service("revocation")).await.unwrap();
    assert_eq!(tuple::end_due(&mut tx, 10).await.unwrap(), 1);
    tx.commit().await.unwrap();
    let states: Vec<GrantState> = living(&db).await.into_iter().map(|(_, state)| state).collect();
    // The newest first; the one that is over is let go at once, since the other keeps the assignment.
    assert_eq!(states, [GrantState::Scheduled, GrantState::Active, GrantState::Ended]);
    let records =
        store::imports::list(&mut db.read().await.unwrap(), &Filter { limit: 9, ..Filter::default() }).await.unwrap();
    assert_eq!(records.len(), 4);
    assert!(records.iter().all(|record| record.requester == Some(company::user("ann"))));
}

#[tokio::test]
async fn an_adopted_session_carries_the_rule_that_allows_it() {
    let db = testkit::database().await;
    company::move_in(&db).await;
    let export = Export::new(&[policy(), approvers(), request(db.clock().now(), "live", "in progress", -30, 2)]);
    run(&db, &export, export.team()).await.unwrap();
    let rule = all(&db).await.into_iter().find(|d| d.body.kind() == Kind::Rule).unwrap();
    let mut connection = db.read().await.unwrap();
    let grant = grants::get(&mut connection, living(&db).await[0].0).await.unwrap().unwrap();
    let items = store::requests::items(&mut connection, grant.request).await.unwrap();
    assert_eq!(items[0].rule.uuid(), rule.id);
    assert_eq!(items[0].account_name, "search-prod");
    let request = store::requests::get(&mut connection, grant.request).await.unwrap().unwrap();
    assert_eq!(request.reason, "the search is slow");
}

#[tokio::test]
async fn what_nobody_would_take_away_stops_the_import_and_nothing_is_written() {
    let db = testkit::database().await;
    company::move_in(&db).await;
    let mut lost = request(db.clock().now(), "lost", "in progress", -30, 2);
    lost["username"] = "idc_somebody".into();
    let export = Export::new(&[policy(), lost]);
    let refused = run(&db, &export, export.team()).await.unwrap_err().to_string();
    assert!(refused.contains("1 sessions cannot be adopted") && refused.contains("--leave-orphans"), "{refused}");
    assert_eq!(all(&db).await, []);
    let left = run(&db, &export, Team { leave_orphans: true, ..export.team() }).await.unwrap();
    assert_eq!((left.grants, left.requests), (0, 1));
}

#[tokio::test]
async fn what_is_in_doubt_is_adopted_only_when_it_is_said() {
    let db = testkit::database().await;
    company::move_in(&db).await;
    let export = Export::new(&[request(db.clock().now(), "failed", "error", -300, 1)]);
    assert_eq!(run(&db, &export, export.team()).await.unwrap().grants, 0);
    assert_eq!(run(&db, &export, Team { adopt_doubtful: true, ..export.team() }).await.unwrap().grants, 1);
}

#[tokio::test]
async fn a_later_export_changes_what_nobody_touched_and_leaves_what_an_admin_changed() {
    let db = testkit::database().await;
    company::move_in(&db).await;
    run_once(&db, &[policy(), approvers()]).await;
    let mut longer = policy();
    longer["duration"] = "6".into();
    let second = run_once(&db, &[longer.clone(), approvers()]).await;
    assert_eq!((second.documents, second.left.len()), (1, 0));
    let rule = all(&db).await.into_iter().find(|d| d.body.kind() == Kind::Rule).unwrap();
    let Body::Rule(mut spec) = rule.body else { panic!("a rule is a rule") };
    assert_eq!((rule.version, spec.max_minutes.get()), (2, 360));
    // An admin changes it in Curfew.
    spec.enabled = false;
    let mut tx = db.begin(company::actor("root")).await.unwrap();
    documents::lock(&mut tx).await.unwrap();
    documents::save(&mut tx, &Document { id: rule.id, version: 3, body: Body::Rule(spec) }).await.unwrap();
    tx.commit().await.unwrap();
    let third = run_once(&db, &[longer, approvers()]).await;
    assert_eq!((third.documents, third.left), (0, vec!["TEAM: engineers".to_owned()]));
}

async fn run_once(db: &Db, rows: &[Value]) -> Applied {
    let export = Export::new(rows);
    run(db, &export, export.team()).await.unwrap()
}

#[tokio::test]
async fn a_name_that_is_taken_is_told_and_nothing_is_written() {
    let db = testkit::database().await;
    company::move_in(&db).await;
    let mut tx = db.begin(company::actor("root")).await.unwrap();
    documents::lock(&mut tx).await.unwrap();
    let mut spec = company::rule_for("TEAM: engineers", &["payments-dev"], "ReadOnlyAccess", company::automatic());
    spec.name = "TEAM: engineers".to_owned();
    let taken = Document { id: store::new_id(), version: 1, body: Body::Rule(spec) };
    documents::save(&mut tx, &taken).await.unwrap();
    tx.commit().await.unwrap();
    let export = Export::new(&[policy(), approvers()]);
    let refused = run(&db, &export, export.team()).await.unwrap_err().to_string();
    assert!(refused.contains("another rule of Curfew is called \"TEAM: engineers\""), "{refused}");
    assert_eq!(all(&db).await.len(), 1);
}

#[tokio::test]
async fn a_bad_export_is_told_with_its_place() {
    let db = testkit::database().await;
    company::move_in(&db).await;
    let mut bad = policy();
    bad["duration"] = "long".into();
    let export = Export::new(&[approvers(), bad]);
    let refused = run(&db, &export, export.team()).await.unwrap_err().to_string();
    assert!(refused.contains("one.json, line 2, Eligibility"), "{refused}");
    assert!(refused.contains("duration: \"long\" is not a whole number of hours"), "{refused}");
}

#[tokio::test]
async fn without_a_directory_nothing_is_imported() {
    let db = testkit::database().await;
    let refused = import::load(&db).await.unwrap_err().to_string();
    assert!(refused.contains("the directory was not read from AWS yet"), "{refused}");
}
