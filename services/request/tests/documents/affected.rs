use domain::rules::Approval;
use domain::{GrantId, RequestId};
use serde_json::{Value, json};
use store::decision::{self, Approved};
use store::requests;
use testkit::Asked;
use testkit::company::{self, account, group, rule_for, user};

use super::{App, guardrail, rule, with};

/// Power in payments-prod for `who`, as a rule allows it, approved and given.
async fn has_access(app: &App, who: &str) -> GrantId {
    let asked = Asked {
        pairs: vec![company::pair("payments-prod", "PowerUserAccess")],
        ..Asked::by(&user(who), &group("leads"))
    };
    let (id, _) = app.db.asks(asked).await;
    let grant = approve(app, id).await;
    app.db.gives_access().await;
    grant
}

async fn approve(app: &App, id: RequestId) -> GrantId {
    let mut tx = app.db.tx(&user("cora")).await;
    let request = requests::lock(&mut tx, id).await.unwrap().unwrap();
    let approved = decision::approve(&mut tx, &request, &[0], false).await.unwrap();
    tx.commit().await.unwrap();
    match approved {
        Approved::Grants(grants) => grants[0],
        Approved::TooLate(state) => unreachable!("{state:?}"),
    }
}

fn power(approval: Approval) -> domain::rules::RuleSpec {
    rule_for("power", &["payments-prod"], "PowerUserAccess", approval)
}

fn told(answer: &Value) -> Vec<&str> {
    answer["affected"].as_array().unwrap().iter().map(|one| one["grant"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn access_that_would_not_be_allowed_any_more_is_told_and_left_alone() {
    let app = App::start().await;
    let rule = company::enforce(&app.db, power(company::decided_by("leads", 1))).await;
    let anns = has_access(&app, "ann").await.to_string();
    let bens = has_access(&app, "ben").await.to_string();
    let made = app.post("root", "/v1/guardrails", &guardrail("no production")).await.is(201);
    assert_eq!(told(&made), [anns.as_str(), bens.as_str()], "{made}");
    let first = &made["affected"][0];
    assert_eq!((&first["user"], &first["account"]), (&json!(user("ann")), &json!(account("payments-prod"))));
    assert!(first["because"].as_str().unwrap().contains("no production: it denies this"), "{first}");
    let again = app.delete("root", &format!("/v1/rules/{}", rule.id)).await.is(200);
    assert_eq!(told(&again), Vec::<&str>::new(), "a guardrail forbids it already");
    let states: Vec<String> =
        sqlx::query_scalar("SELECT state FROM grants ORDER BY id").fetch_all(app.db.pool()).await.unwrap();
    assert_eq!(states, ["active", "active"]);
}

#[actix_web::test]
async fn only_those_whom_a_change_is_about_are_told_of() {
    let app = App::start().await;
    let rule = company::enforce(&app.db, power(company::decided_by("leads", 1))).await;
    let anns = has_access(&app, "ann").await.to_string();
    has_access(&app, "ben").await;
    let path = format!("/v1/rules/{}", rule.id);
    let dry = app.delete("root", &format!("{path}?dry_run=true")).await.is(200);
    assert_eq!(dry["affected"].as_array().unwrap().len(), 2, "{dry}");
    let mut spec = serde_json::to_value(&rule.spec).unwrap();
    spec["subjects"] = json!({ "users": [user("ben")] });
    spec["version"] = json!(1);
    assert_eq!(told(&app.put("root", &path, &spec).await.is(200)), [anns.as_str()]);
}

#[actix_web::test]
async fn a_freeze_over_living_access_tells_of_it_and_an_unrelated_rule_does_not() {
    let app = App::start().await;
    company::enforce(&app.db, power(company::decided_by("leads", 1))).await;
    let anns = has_access(&app, "ann").await.to_string();
    assert_eq!(told(&app.post("root", "/v1/rules", &rule("other")).await.is(201)), Vec::<&str>::new());
    let freeze = json!({
        "name": "now", "from": "2026-03-02T09:30:00Z", "until": "2026-03-02T18:00:00Z",
        "accounts": { "all": true }, "permission_sets": { "all": true },
    });
    assert_eq!(told(&app.post("root", "/v1/freezes", &freeze).await.is(201)), [anns.as_str()]);
    let past =
        with(&freeze, &json!({ "name": "past", "from": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z" }));
    assert_eq!(told(&app.post("root", "/v1/freezes", &past).await.is(201)), Vec::<&str>::new());
}

#[actix_web::test]
async fn a_rule_whose_sessions_outlast_an_hour_is_saved_with_a_warning() {
    let app = App::start().await;
    let short = app.post("root", "/v1/rules", &rule("short")).await.is(201);
    assert_eq!(short.get("long_sessions"), None, "{short}");
    sqlx::query("UPDATE directory_permission_sets SET session_s = 28800").execute(app.db.pool()).await.unwrap();
    let made = app.post("root", "/v1/rules?dry_run=true", &rule("long")).await.is(200);
    let told = &made["long_sessions"][0];
    assert_eq!((&told["rule"], &told["session_minutes"]), (&made["id"], &json!(480)), "{made}");
}
