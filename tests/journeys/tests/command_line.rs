//! What only whoever runs Curfew does: the real binary beside a running system, with its settings.

use std::path::PathBuf;
use std::time::Duration;

use client::{DocumentKind, GrantFilter, TrailFilter};
use jiff::{SignedDuration, Timestamp};
use journeys::{Plan, System, eventually};
use serde_json::{Value, json};

const ACCOUNT: &str = "warehouse-docks-production";
const SET: &str = "DatabaseAdministrator";

/// A file that goes with the test.
struct File(PathBuf);

impl File {
    fn new(name: &str, text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("curfew-{}-{name}", uuid::Uuid::now_v7()));
        std::fs::write(&path, text).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.0));
    }
}

async fn recovers(system: &System, arguments: &[&str], file: &File) -> (i32, String) {
    system.run(&[&["policy", "apply", "--recover"], arguments, &[file.path()]].concat()).await
}

#[tokio::test]
async fn whoever_is_locked_out_gets_back_in_and_active_access_is_not_touched() {
    let system = Plan::new().start().await;
    let everywhere = json!({"accounts": {"all": true}, "permission_sets": {"all": true}});
    let mut nothing = everywhere.clone();
    nothing["name"] = json!("nothing at all");
    nothing["subjects"] = json!({"everyone": true});
    nothing["effect"] = json!({"kind": "deny"});
    system.document(DocumentKind::Guardrail, &nothing).await;
    let rules = format!(
        "guardrails: []\nrules:\n  - name: back in\n    subjects: {{ groups: [engineers] }}\n    accounts: {{ all: true }}\n    \
         permission_sets: {{ arns: [{SET}] }}\n    max_minutes: 120\n    \
         approval: {{ kind: automatic, waiver: nothing in these tests can do harm }}\n"
    );
    let rules = File::new("rules.yaml", &rules);
    let because = ["--reason", "everybody was locked out"];

    let (code, said) = recovers(&system, &["--yes"], &rules).await;
    assert!(code == 64 && said.contains("--reason"), "{code} {said}");
    let (code, said) = recovers(&system, &because, &rules).await;
    assert!(code == 1 && said.contains("there is nobody to ask; give --yes"), "{code} {said}");
    let agreed = [&because[..], &["--yes"]].concat();
    let (code, said) = recovers(&system, &agreed, &rules).await;
    assert!(code == 0 && said.starts_with("In force at revision "), "{code} {said}");

    let request = system.ask("ann", vec![system.pair(ACCOUNT, SET)], 30).await;
    let ann = system.person("ann").await;
    let grant = system.grant_in(&ann, request.id, "active").await;
    let none = File::new("none.yaml", "rules: []\n");
    assert_eq!(recovers(&system, &agreed, &none).await.0, 0);
    assert_eq!(recovers(&system, &agreed, &none).await.1, "Nothing to do.\n");
    let ben = system.person("ben").await;
    let offered = ben.eligibility().await.unwrap();
    assert!(offered.items.is_empty(), "the running system goes by it: {offered:?}");
    assert_eq!(ann.grant(grant.id).await.unwrap().state, "active");
    assert!(system.is_assigned("ann", ACCOUNT, SET).await);

    let filter = TrailFilter { action: Some("change.decided.v1".to_owned()), limit: Some(9), ..TrailFilter::default() };
    let decided = system.person("erin").await.trail(&filter).await.unwrap().items;
    let alone = decided.iter().filter(|e| e.actor["name"] == "recovery" && e.data["alone"] == true).count();
    assert_eq!(alone, 2, "each stands in the trail as made alone: {decided:?}");
}

/// A value as DynamoDB exports it.
fn typed(value: &Value) -> Value {
    match value {
        Value::Bool(flag) => json!({ "BOOL": flag }),
        Value::Array(list) => json!({ "L": list.iter().map(typed).collect::<Vec<_>>() }),
        Value::Object(_) => json!({ "M": columns(value) }),
        other => json!({ "S": other }),
    }
}

fn columns(row: &Value) -> Value {
    row.as_object().unwrap().iter().map(|(name, value)| (name.clone(), typed(value))).collect()
}

/// TEAM's tables: one policy of the engineers, and a session that began an hour ago but for this.
fn team(system: &System, left: SignedDuration) -> (String, Timestamp) {
    let deadline = Timestamp::now() + left;
    let start = deadline - SignedDuration::from_hours(1);
    let ann = system.company["users"].as_array().unwrap().iter().find(|user| user["user_name"] == "ann").unwrap();
    let arn = system.permission_set(SET);
    let policy = json!({
        "id": system.group("engineers"), "name": "engineers", "type": "Group", "ous": [],
        "accounts": [{"id": system.account(ACCOUNT), "name": ACCOUNT}],
        "permissions": [{"id": arn, "name": SET}], "approvalRequired": false, "duration": "4",
    });
    let session = json!({
        "id": "live", "email": ann["email"], "username": "idc_ann", "accountId": system.account(ACCOUNT), "accountName": ACCOUNT,
        "role": SET, "roleId": arn, "startTime": start.to_string(), "duration": "1",
        "justification": "the nightly import fails", "status": "in progress", "createdAt": start.to_string(),
        "updatedAt": start.to_string(), "approver": "",
    });
    let lines = [policy, session].map(|row| format!("{}\n", json!({ "Item": columns(&row) })));
    (lines.concat(), deadline)
}

#[tokio::test]
async fn a_session_that_team_gave_is_adopted_and_removed_at_its_deadline() {
    let system = Plan::new().start().await;
    let given = json!({"user": "ann", "account": ACCOUNT, "permission_set": SET});
    system.simulator_post("/control/assignments", &given).await;
    let (rows, deadline) = team(&system, SignedDuration::from_secs(20));
    let export = File::new("team.json", &rows);

    let (code, said) = system.run(&["import", "team", export.path()]).await;
    assert!(code == 0 && said.contains("Nothing was written; say --apply to do so."), "{code} {said}");
    let ann = system.person("ann").await;
    assert!(ann.grants(&GrantFilter::default()).await.unwrap().items.is_empty(), "a report adopts nothing");
    let (code, said) = system.run(&["import", "team", "--apply", export.path()]).await;
    assert_eq!(code, 0, "{said}");
    let grants = ann.grants(&GrantFilter::default()).await.unwrap().items;
    let [grant] = grants.as_slice() else { panic!("{said}: {grants:?}") };
    assert_eq!(
        (grant.state.as_str(), grant.deadline_at.map(|at| at.as_second())),
        ("active", Some(deadline.as_second()))
    );
    let (code, said) = system.run(&["import", "team", "--apply", export.path()]).await;
    assert_eq!(code, 0, "{said}");
    assert_eq!(ann.grants(&GrantFilter::default()).await.unwrap().items.len(), 1, "again adopts nothing twice");
    assert!(system.is_assigned("ann", ACCOUNT, SET).await);
    assert!(Timestamp::now() < deadline, "the import took too long for this test to say anything");

    let left = deadline.duration_since(Timestamp::now());
    tokio::time::sleep(Duration::try_from(left).unwrap_or_default()).await;
    let interval = system.gone("ann", ACCOUNT, SET).await;
    assert_eq!(interval.created_by, "outside");
    assert_ne!(interval.removed_by.as_deref(), Some("outside"));
    let late = interval.until.unwrap().duration_since(deadline);
    assert!(!late.is_negative() && late < SignedDuration::from_secs(5), "gone {late:#} after the deadline");
    eventually("the grant has ended", async || {
        let ended = ann.grant(grant.id).await.ok()?;
        (ended.state == "ended" && ended.reason.as_deref() == Some("deadline")).then_some(())
    })
    .await;
    assert_eq!(system.intervals("ann", ACCOUNT, SET).await.len(), 1);
    assert!(system.calls("CreateAccountAssignment").await.is_empty(), "what is there is not made again");
}
