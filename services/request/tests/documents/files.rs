use domain::rules::Kind;
use domain::{Actor, GroupId};
use policy::File;
use request::usecase::policy::{Put, Unapplied, recover_files};
use serde_json::{Value, json};
use store::directory::{Group, replace_groups};
use testkit::company::{account, group, groups, permission_set, user};

use super::{Answer, App};

const RULES: &str = "\
rules:
  - name: reading
    subjects: { groups: [engineers] }
    accounts: { units: [/Root/Production] }
    permission_sets: { arns: [ReadOnlyAccess] }
    max_minutes: 240
    approval: { kind: automatic, waiver: nothing here can do harm }
";

fn files(text: &str) -> Value {
    json!([{ "name": "policy.yaml", "text": text }])
}

impl App {
    async fn plan(&self, text: &str) -> Value {
        self.post("root", "/v1/policy/plan", &json!({ "files": files(text) })).await.is(200)
    }

    async fn apply(&self, plan: &Value, text: &str) -> Answer {
        let (revision, wanted) = (&plan["plan"]["revision"], &plan["plan"]["wanted"]);
        let body = json!({ "files": files(text), "revision": revision, "wanted": wanted, "reason": "as agreed" });
        self.post("root", "/v1/policy/apply", &body).await
    }

    async fn put_in_force(&self, text: &str) {
        let plan = self.plan(text).await;
        let applied = self.apply(&plan, text).await.is(200);
        assert_eq!(applied["outcome"], "applied", "{plan} {applied}");
    }
}

#[actix_web::test]
async fn what_was_planned_is_put_into_force_and_exported_again() {
    let app = App::start().await;
    let plan = app.plan(RULES).await;
    assert_eq!((&plan["problems"], &plan["second_person"]), (&json!([]), &json!(false)), "there is one admin");
    assert_eq!(plan["plan"]["creates"], json!([{ "kind": "rule", "name": "reading" }]));
    assert_eq!(plan["weighed"]["impact"]["loosens"], true);
    assert_eq!(app.names("/v1/rules").await, Vec::<String>::new(), "a plan writes nothing");
    app.apply(&plan, RULES).await.is(200);
    assert_eq!(app.names("/v1/rules").await, ["reading"]);
    let exported = app.get("eve", "/v1/policy/export").await.is(200);
    let text = exported["files"][0]["text"].as_str().unwrap();
    assert!(text.contains("- /Root/Production\n") && text.contains("- engineers\n"), "{text}");
    let plan = app.plan(text).await;
    assert_eq!((&plan["plan"]["updates"], &plan["plan"]["unchanged"]), (&json!([]), &json!(1)), "{plan}");
    assert_eq!(app.apply(&plan, text).await.is(200)["outcome"], "unchanged");
    let longer = RULES.replace("240", "300");
    let update = &app.plan(&longer).await["plan"]["updates"][0];
    assert_eq!(update["differences"], json!([{ "field": "max_minutes", "before": "240", "after": "300" }]));
}

#[actix_web::test]
async fn mistakes_are_told_with_line_and_field_and_change_nothing() {
    let app = App::start().await;
    let wrong = RULES.replace("engineers", "enginers").replace("240", "0");
    let plan = app.plan(&wrong).await;
    assert_eq!(plan["plan"], Value::Null);
    let told = |at: usize, key: &str| plan["problems"][at][key].clone();
    assert_eq!((told(0, "line"), told(0, "field")), (json!(3), json!("rules[0].subjects.groups[0]")), "{plan}");
    assert_eq!((told(1, "line"), told(1, "field")), (json!(6), json!("rules[0].max_minutes")));
    let body = json!({ "files": files(&wrong), "revision": 0, "wanted": "" });
    let refused = app.post("root", "/v1/policy/apply", &body).await.refused("invalid-policy");
    assert_eq!(refused["problems"][0]["column"], 26, "{refused}");
    // What only the service knows is told at the place in the file as well.
    let plan = app.plan(&RULES.replace("240", "100000")).await;
    assert_eq!((&plan["problems"][0]["line"], &plan["plan"]), (&json!(6), &Value::Null), "{plan}");
    assert_eq!(app.names("/v1/rules").await, Vec::<String>::new());
}

#[actix_web::test]
async fn a_plan_that_is_not_current_is_refused() {
    let app = App::start().await;
    let plan = app.plan(RULES).await;
    app.apply(&plan, &RULES.replace("240", "100")).await.refused("stale-version");
    app.make(
        "/v1/freezes",
        &json!({
            "name": "a freeze", "from": "2030-01-01T00:00:00Z", "until": "2030-01-02T00:00:00Z",
            "accounts": { "all": true }, "permission_sets": { "all": true },
        }),
    )
    .await;
    let refused = app.apply(&plan, RULES).await.refused("stale-version");
    assert!(refused["revision"].as_i64() > refused["given"].as_i64(), "{refused}");
    app.put_in_force(RULES).await;
    assert_eq!(app.names("/v1/freezes").await, ["a freeze"], "no file spoke of freezes");
}

#[actix_web::test]
async fn files_that_loosen_wait_for_a_second_person_as_one_change() {
    let app = App::with_two_admins().await;
    let plan = app.plan(RULES).await;
    assert_eq!(plan["second_person"], true);
    let waiting = app.apply(&plan, RULES).await.is(202);
    assert_eq!(waiting["outcome"], "waiting");
    assert_eq!(app.names("/v1/rules").await, Vec::<String>::new());
    let change = waiting["change"].as_str().unwrap();
    app.post("zoe", &format!("/v1/changes/{change}/apply"), &json!({})).await.is(200);
    assert_eq!(app.names("/v1/rules").await, ["reading"]);
    let plan = app.plan(RULES).await;
    assert_eq!(plan["plan"]["unchanged"], 1);
}

#[actix_web::test]
async fn past_requests_are_asked_of_what_is_planned() {
    let app = App::start().await;
    app.put_in_force(RULES).await;
    let pair = json!({ "account": account("payments-prod"), "permission_set": permission_set("ReadOnlyAccess") });
    let asked = json!({ "pairs": [pair], "minutes": 60, "reason": "the nightly import fails again" });
    app.post("ann", "/v1/requests", &asked).await.is(201);
    let replay = &app.plan(&RULES.replace("240", "30")).await["replay"];
    assert_eq!((&replay["checked"], &replay["refused"]), (&json!(1), &json!(1)), "{replay}");
    let differs = &replay["differing"][0];
    assert_eq!((&differs["was"]["way"], &differs["would_be"]["way"]), (&json!("automatic"), &json!("refused")));
    assert_eq!(differs["because"], "the rule \"reading\": it allows at most 30 minutes, 60 were asked for");
    assert_eq!(differs["kept"], "approved");
    let none = json!({ "files": files(RULES), "days": 0 });
    assert_eq!(app.post("eve", "/v1/policy/plan", &none).await.is(200)["replay"], Value::Null);
}

#[actix_web::test]
async fn more_past_requests_than_are_read_at_once_are_asked_each_once() {
    let app = App::start().await;
    app.put_in_force(RULES).await;
    let rule = app.get("root", "/v1/rules").await.is(200)["items"][0]["id"].as_str().unwrap().to_owned();
    // A thousand in each of five moments, so that a page ends in the middle of one.
    sqlx::query(
        "WITH made AS (INSERT INTO requests (id, state, requester_id, beneficiary_id, reason, minutes, trace, submitted_at, decide_by, decided_at) \
             SELECT gen_random_uuid(), 'approved', $1, $1, 'the nightly import fails again', 60, '[]', at, at, at \
             FROM (SELECT $4::text::timestamptz - make_interval(mins => n % 5) AS at FROM generate_series(1, 5000) n) moments RETURNING id) \
         INSERT INTO request_items (request_id, ordinal, account_id, account_name, permission_set_arn, permission_set_name, rule_id, rule_version, state) \
             SELECT id, 0, $2, 'a', $3, 'p', $5::uuid, 1, 'approved' FROM made",
    )
    .bind(user("ann").as_str())
    .bind(account("payments-prod").as_str())
    .bind(permission_set("ReadOnlyAccess").as_str())
    .bind(app.db.clock().now().to_string())
    .bind(rule)
    .execute(app.db.pool())
    .await
    .unwrap();
    let replay = &app.plan(&RULES.replace("240", "30")).await["replay"];
    assert_eq!((&replay["checked"], &replay["refused"]), (&json!(5000), &json!(5000)));
    assert_eq!(replay["differing"].as_array().unwrap().len(), policy::limits::DIFFERING_MOST);
}

#[actix_web::test]
async fn files_are_for_admins_auditors_and_machines_with_the_scope() {
    let app = App::start().await;
    let plan = json!({ "files": files(RULES) });
    let apply = json!({ "files": files(RULES), "revision": 0, "wanted": "" });
    app.get("ann", "/v1/policy/export").await.refused("auditor-required");
    app.post("ann", "/v1/policy/plan", &plan).await.refused("auditor-required");
    app.post("eve", "/v1/policy/plan", &plan).await.is(200);
    app.post("eve", "/v1/policy/apply", &apply).await.refused("admin-required");
    app.get("machine:requests:read", "/v1/policy/export").await.refused("missing-scope");
    app.post("machine:policy:read", "/v1/policy/plan", &plan).await.is(200);
    app.post("machine:policy:read", "/v1/policy/apply", &apply).await.refused("missing-scope");
    app.post("machine:policy:write", "/v1/policy/apply", &apply).await.refused("stale-version");
}

#[actix_web::test]
async fn a_file_of_ten_megabytes_is_refused_in_words() {
    let app = App::start().await;
    let large = json!({ "files": files(&" ".repeat(2 << 20)) });
    let plan = app.post("root", "/v1/policy/plan", &large).await.is(200);
    let told = plan["problems"][0]["message"].as_str().unwrap();
    assert_eq!(told, "the file has 2097152 bytes, more than 1048576; make several files of it");
    let larger = json!({ "files": files(&" ".repeat(11 << 20)) });
    app.post("root", "/v1/policy/plan", &larger).await.refused("payload-too-large");
}

#[actix_web::test]
async fn whoever_holds_the_database_gets_back_in_with_files() {
    let app = App::with_two_admins().await;
    let mut tx = app.db.begin(Actor::service("recovery")).await.unwrap();
    let file = |text: &str| [File { name: "policy.yaml".to_owned(), text: text.to_owned() }];
    let wrong = recover_files(&mut tx, &app.desk(), &file("rules: {}"), "locked out").await.unwrap_err();
    assert!(matches!(wrong, Unapplied::Mistakes(_)), "{wrong}");
    let put = recover_files(&mut tx, &app.desk(), &file(RULES), "locked out").await.unwrap();
    assert!(matches!(put, Put::InForce(_)));
    tx.commit().await.unwrap();
    assert_eq!(app.names("/v1/rules").await, ["reading"]);
    let note = &app.get("eve", "/v1/changes").await.is(200)["items"][0];
    assert_eq!((&note["state"], &note["reason"]), (&json!("alone"), &json!("locked out")));
}

#[actix_web::test]
async fn one_document_is_exported_as_it_stands_among_all_also_where_its_names_are_not_enough() {
    let app = App::start().await;
    let policies =
        "approval_policies:\n  - name: two eyes\n    policy: { stages: [{ voters: { groups: [engineers] } }] }\n";
    let rule = RULES.replace("{ kind: automatic, waiver: nothing here can do harm }", "two eyes");
    app.put_in_force(&format!("{policies}{rule}")).await;
    let namesake = GroupId::parse("99999999-0000-4000-8000-000000000001").unwrap();
    let mut all: Vec<Group> = groups().into_iter().map(|(group, _)| group).collect();
    all.push(Group { id: namesake, name: "engineers".to_owned() });
    let mut tx = app.db.begin(Actor::service("test")).await.unwrap();
    replace_groups(&mut tx, &all).await.unwrap();
    tx.commit().await.unwrap();

    let whole = app.get("eve", "/v1/policy/export").await.is(200);
    let whole: Vec<File> = serde_json::from_value(whole["files"].clone()).unwrap();
    for (kind, path) in [(Kind::Rule, "/v1/rules"), (Kind::ApprovalPolicy, "/v1/approval-policies")] {
        let id = app.get("eve", path).await.is(200)["items"][0]["id"].as_str().unwrap().to_owned();
        let one = app.get("eve", &format!("/v1/policy/export?document={id}")).await.is(200);
        let text = one["files"][0]["text"].as_str().unwrap();
        assert!(text.contains(group("engineers").as_str()), "two are called so: {text}");
        assert_eq!(policy::entry(kind, text).unwrap(), policy::entries(kind, &whole)[0]);
    }
    let nothing = "/v1/policy/export?document=01990000-0000-7000-8000-000000000001";
    app.get("eve", nothing).await.refused("not-found");
}
