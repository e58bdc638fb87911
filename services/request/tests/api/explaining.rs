//! The answer before asking.

use domain::rules::{Approval, Body, BreakGlass, Effect, GuardrailSpec, PermissionSets, Subjects};
use serde_json::{Value, json};
use testkit::company::{self, account, group, permission_set, rule_for, user};

use super::{App, pair};

async fn explain(app: &App, who: &str, question: Value) -> Value {
    app.post(who, "/v1/eligibility/explain", &question).await.is(200)
}

#[actix_web::test]
async fn what_may_be_asked_for_is_told_rule_by_rule() {
    let app = App::start().await;
    let offers = app.get("ann", "/v1/eligibility").await.is(200);
    let power = &offers["items"][0];
    assert_eq!((&power["name"], &power["max_minutes"]), (&json!("power"), &json!(240)));
    assert_eq!(power["accounts"].as_array().unwrap().len(), 2);
    let named =
        offers["permission_sets"].as_array().unwrap().iter().find(|set| set["arn"] == power["permission_sets"][0]);
    assert_eq!(named.unwrap()["name"], "PowerUserAccess");
    let mut ids: Vec<&Value> = offers["accounts"].as_array().unwrap().iter().map(|account| &account["id"]).collect();
    assert!(power["accounts"].as_array().unwrap().iter().all(|id| ids.contains(&id)), "what is named is listed");
    let all = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), all, "once");
    assert_eq!(power["approval"]["stages"][0]["groups"][0]["name"], "leads");
    let reading = &offers["items"][1];
    assert_eq!((&reading["approval"], &reading["automatic"]), (&Value::Null, &json!(true)));
    assert_eq!(app.get("zoe", "/v1/eligibility").await.is(200)["items"], json!([]));
}

#[actix_web::test]
async fn what_would_happen_is_told_with_its_reasons() {
    let app = App::start().await;
    let pairs = json!([pair("payments-prod", "PowerUserAccess"), pair("payments-dev", "PowerUserAccess")]);
    let told = explain(&app, "cora", json!({ "pairs": pairs, "minutes": 300 })).await;
    assert_eq!((&told["allowed"], &told["pairs"][0]["allowed"]), (&json!(false), &json!(false)));
    assert_eq!(told["pairs"][0]["trace"][0]["because"], "it allows at most 240 minutes, 300 were asked for");
    assert_eq!(told["pairs"][0]["longest_minutes"], 240);
    assert_eq!(told["pairs"][0]["longest_because"], "power allows at most 240 minutes");
    assert!(told["refused"].as_str().unwrap().contains("No rule allows PowerUserAccess in account payments-prod"));
    let told = explain(&app, "cora", json!({ "pairs": [pairs[0]], "minutes": 60 })).await;
    assert_eq!((&told["allowed"], &told["refused"], &told["automatic"]), (&json!(true), &Value::Null, &json!(false)));
    let approval = &told["approvals"][0];
    assert_eq!((&approval["items"], &approval["possible"]), (&json!([0]), &json!(true)));
    assert_eq!(approval["asks"]["groups"], json!([{ "id": group("leads"), "name": "leads" }]));
    let told = explain(&app, "cora", json!({ "pairs": [pairs[0]] })).await;
    assert_eq!(told["pairs"][0]["max_minutes"], 240, "what is possible at all");
    app.post("ann", "/v1/eligibility/explain", &json!({ "pairs": [], "minutes": 1 })).await.refused("no-pairs");
    app.post("ann", "/v1/eligibility/explain", &json!({ "pairs": pairs, "minutes": 0 })).await.refused("duration-zero");
}

#[actix_web::test]
async fn admins_and_auditors_ask_about_anybody() {
    let app = App::start().await;
    let question = json!({ "user": user("zoe"), "pairs": [pair("payments-dev", "ReadOnlyAccess")], "minutes": 10 });
    for who in ["root", "eve"] {
        let told = explain(&app, who, question.clone()).await;
        assert_eq!(told["pairs"][0]["trace"][1]["because"], "it is for other people", "{who}");
    }
    let own = json!({ "user": user("ann"), "pairs": [pair("payments-dev", "ReadOnlyAccess")], "minutes": 10 });
    assert_eq!(explain(&app, "ann", own).await["automatic"], true);
    assert_eq!(app.doings().await, Vec::<String>::new(), "asking about it does nothing");
}

#[actix_web::test]
async fn break_glass_and_too_few_approvers_are_told_before_asking() {
    let app = App::start().await;
    let fire = Approval::BreakGlass(BreakGlass::default());
    let fire = company::enforce(&app.db, rule_for("fire", &["payments-prod"], "PowerUserAccess", fire)).await;
    let two = rule_for("two leads", &["payments-prod"], "AdministratorAccess", company::decided_by("leads", 2));
    company::enforce(&app.db, two).await;
    let question = json!({ "pairs": [pair("payments-prod", "PowerUserAccess")], "minutes": 60 });
    let told = explain(&app, "ann", question.clone()).await;
    assert_eq!(told["break_glass"], json!([{ "rule": fire.id, "name": "fire", "max_minutes": 240 }]));
    let mut by_name = question;
    by_name["break_glass"] = json!(fire.id);
    let told = explain(&app, "ann", by_name).await;
    assert_eq!((&told["automatic"], &told["pairs"][0]["rule"]), (&json!(true), &json!(fire.id)));
    let admin = json!({ "pairs": [pair("payments-prod", "AdministratorAccess")], "minutes": 60 });
    let told = explain(&app, "cora", admin).await;
    assert_eq!((&told["allowed"], &told["approvals"][0]["possible"]), (&json!(false), &json!(false)));
    let short = json!([{ "because": "two leads", "stage": 0, "needed": 2, "there": 1 }]);
    assert_eq!(told["approvals"][0]["shortages"], short);
}

#[actix_web::test]
async fn who_could_get_something_is_told_with_what_stands_above() {
    let app = App::start().await;
    company::publish(
        &app.db,
        Body::Guardrail(GuardrailSpec {
            name: "one at a time".to_owned(),
            enabled: true,
            subjects: Subjects { everyone: true, ..Subjects::default() },
            accounts: domain::rules::Accounts { ids: vec![account("payments-prod")], ..Default::default() },
            permission_sets: PermissionSets { all: true, ..PermissionSets::default() },
            effect: Effect::Cap { concurrent: 1 },
        }),
    )
    .await;
    let path = |name: &str| {
        format!("/v1/access?account={}&permission_set={}", account(name), permission_set("PowerUserAccess"))
    };
    for who in ["root", "eve"] {
        let told = app.get(who, &path("payments-prod")).await.is(200);
        assert_eq!(told["account_name"], "payments-prod");
        let rule = &told["rules"][0];
        assert_eq!((&rule["name"], &rule["approval"]), (&json!("power"), &json!("1 of the group leads")));
        assert_eq!(rule["subjects"]["groups"], json!([{ "id": group("engineers"), "name": "engineers" }]));
        assert_eq!(rule["subjects"]["people"], 3, "gus is disabled");
        assert_eq!(rule["guardrails"][0]["effect"], "allows one person 1 such accesses at a time");
    }
    assert_eq!(app.get("eve", &path("payments-dev")).await.is(200)["rules"], json!([]));
}
