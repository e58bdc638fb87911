use serde_json::{Value, json};
use testkit::company::{account, group, user};

use super::{App, guardrail, policy, rule, schedule, with};

/// An address, what is sent there, the problem, its path, and what its sentence says.
type Case = (&'static str, Value, &'static str, &'static str, &'static str);

fn rules() -> Vec<Case> {
    let bad = |changes: Value, problem, path, says| ("/v1/rules", with(&rule("a rule"), &changes), problem, path, says);
    let voters = |voters: Value| json!({ "approval": { "kind": "policy", "stages": [{ "voters": voters }] } });
    let nobody = "00000000-0000-4000-8000-0000000000ff";
    let no_group = "11111111-0000-4000-8000-0000000000ff";
    let nothing = "01900000-0000-7000-8000-0000000000ff";
    vec![
        bad(json!({ "name": " " }), "invalid-document", "name", "1 to 200 characters"),
        bad(json!({ "name": "a\u{0}" }), "invalid-document", "name", "control character"),
        bad(json!({ "subjects": {} }), "invalid-document", "subjects", "for nobody"),
        bad(json!({ "accounts": {} }), "invalid-document", "accounts", "no account"),
        bad(json!({ "permission_sets": {} }), "invalid-document", "permission_sets", "arns, names, tags or all"),
        bad(voters(json!({})), "invalid-document", "approval.stages[0].voters", "nobody can approve"),
        bad(json!({ "approval": { "kind": "automatic" } }), "invalid-document", "approval", "open incident"),
        bad(json!({ "approval": { "kind": "magic" } }), "invalid-value", "approval.kind", "magic"),
        bad(json!({ "max_minutes": 0 }), "invalid-value", "max_minutes", "minutes"),
        bad(json!({ "max_minutes": null }), "missing-field", "max_minutes", "missing"),
        bad(json!({ "max_minute": 60 }), "unknown-field", "max_minute", "no field"),
        bad(json!({ "max_minutes": 481 }), "duration-too-long", "max_minutes", "480"),
        bad(
            json!({ "accounts": { "ids": [account("payments-dev"), "999999999999"] } }),
            "unknown-account",
            "accounts.ids[1]",
            "999999999999",
        ),
        bad(
            json!({ "accounts": { "all": true, "except": { "ids": ["999999999999"] } } }),
            "unknown-account",
            "accounts.except.ids[0]",
            "no account 999999999999",
        ),
        bad(
            json!({ "accounts": { "units": [{ "id": "ou-prod" }, { "id": "ou-dev" }, { "id": "ou-x" }] } }),
            "unknown-unit",
            "accounts.units[2].id",
            "begins with r- or ou-",
        ),
        bad(
            json!({ "permission_sets": { "arns": ["arn:aws:sso:::permissionSet/ssoins-1/ps-x"] } }),
            "unknown-permission-set",
            "permission_sets.arns[0]",
            "ps-x",
        ),
        bad(json!({ "subjects": { "groups": [no_group] } }), "unknown-group", "subjects.groups[0]", "no group"),
        bad(json!({ "subjects": { "users": [user("ann"), nobody] } }), "unknown-person", "subjects.users[1]", "nobody"),
        bad(json!({ "on_behalf": { "groups": [no_group] } }), "unknown-group", "on_behalf.groups[0]", "no group"),
        bad(
            voters(json!({ "groups": [no_group] })),
            "unknown-group",
            "approval.stages[0].voters.groups[0]",
            "no group",
        ),
        bad(
            voters(json!({ "manager": { "fallback": { "users": [nobody] } } })),
            "unknown-person",
            "approval.stages[0].voters.manager.fallback.users[0]",
            "nobody",
        ),
        bad(
            voters(json!({ "on_call": [{ "source": "curfew", "id": nothing }] })),
            "unknown-schedule",
            "approval.stages[0].voters.on_call[0].id",
            "no schedule",
        ),
        bad(
            voters(json!({ "on_call": [{ "source": "pagerduty", "id": "P1" }] })),
            "unknown-schedule",
            "approval.stages[0].voters.on_call[0].id",
            "on_call.pagerduty_token",
        ),
        bad(
            json!({ "approval": { "kind": "named", "policy": nothing } }),
            "unknown-policy",
            "approval.policy",
            "no approval policy",
        ),
        bad(
            json!({ "ticket": { "check": { "system": "jira" } } }),
            "unknown-ticket-system",
            "ticket.check.system",
            "tickets.systems",
        ),
        bad(json!({ "severities": ["high", "dire"] }), "unknown-severity", "severities[1]", "dire"),
        bad(
            json!({ "accounts": { "all": true, "management": true } }),
            "management-account",
            "accounts.management",
            "aws.management_account",
        ),
        bad(
            json!({ "accounts": { "ids": [account("payments-dev"), account("management")] } }),
            "management-account",
            "accounts.ids[1]",
            "cannot reach the management account",
        ),
    ]
}

fn others() -> Vec<Case> {
    let no_group = "11111111-0000-4000-8000-0000000000ff";
    let nothing = "01900000-0000-7000-8000-0000000000ff";
    let rail = |changes: Value| with(&guardrail("a guardrail"), &changes);
    let floor = json!({ "effect": { "kind": "floor", "policy": { "kind": "named", "policy": nothing } } });
    let freeze = json!({
        "name": "a freeze", "from": "2026-12-20T00:00:00Z", "until": "2026-12-19T00:00:00Z",
        "accounts": { "all": true }, "permission_sets": { "all": true },
    });
    let owned = |target: Value, owners: Value| json!({ "name": "owners", "target": target, "owners": owners });
    let leads = json!({ "groups": [group("leads")] });
    let asked = json!({ "name": "a policy", "policy": { "stages": [{ "voters": { "groups": [no_group] } }] } });
    vec![
        ("/v1/approval-policies", asked, "unknown-group", "policy.stages[0].voters.groups[0]", "no group"),
        (
            "/v1/approval-policies",
            json!({ "name": "a policy", "policy": { "stages": [] } }),
            "invalid-document",
            "policy.stages",
            "1 to 5 stages",
        ),
        ("/v1/guardrails", rail(floor), "unknown-policy", "effect.policy.policy", "no approval policy"),
        (
            "/v1/guardrails",
            rail(json!({ "effect": { "kind": "cap", "concurrent": 0 } })),
            "invalid-document",
            "effect.concurrent",
            "at least 1",
        ),
        (
            "/v1/guardrails",
            rail(json!({ "subjects": { "groups": [no_group] } })),
            "unknown-group",
            "subjects.groups[0]",
            "",
        ),
        ("/v1/freezes", freeze, "invalid-document", "until", "before it begins"),
        (
            "/v1/owners",
            owned(json!({ "kind": "unit", "id": "ou-x" }), leads.clone()),
            "unknown-unit",
            "target.id",
            "ou-x",
        ),
        (
            "/v1/owners",
            owned(json!({ "kind": "account", "id": "999999999999" }), leads),
            "unknown-account",
            "target.id",
            "999999999999",
        ),
        (
            "/v1/owners",
            owned(json!({ "kind": "account", "id": account("payments-dev") }), json!({})),
            "invalid-document",
            "owners",
            "groups or users",
        ),
        (
            "/v1/schedules",
            with(
                &schedule("s"),
                &json!({ "rotation": {
                "users": ["00000000-0000-4000-8000-0000000000ff"], "from": "2026-03-02T08:00:00Z", "hours": 8,
            } }),
            ),
            "unknown-person",
            "rotation.users[0]",
            "nobody",
        ),
        ("/v1/schedules", json!({ "name": "s" }), "invalid-document", "rotation", "rotation or shifts"),
    ]
}

#[actix_web::test]
async fn each_mistake_is_told_with_its_field_and_what_would_be_right() {
    let app = App::start().await;
    for (list, body, problem, path, says) in rules().into_iter().chain(others()) {
        let said = app.post("root", list, &body).await.refused(problem);
        assert_eq!(said["path"], path, "{said}");
        let detail = said["detail"].as_str().unwrap().to_lowercase();
        assert!(detail.contains(&says.to_lowercase()), "{said} does not say {says:?}");
    }
    assert_eq!(app.db.facts().await, Vec::<String>::new(), "nothing was changed");
}

#[actix_web::test]
async fn the_same_mistakes_are_told_of_a_change_and_its_version_is_needed() {
    let app = App::start().await;
    let path = format!("/v1/rules/{}", app.make("/v1/rules", &rule("a rule")).await);
    let change = with(&rule("a rule"), &json!({ "version": 1 }));
    let said = app.put("root", &path, &rule("a rule")).await.refused("missing-field");
    assert_eq!(said["path"], "version");
    let said = app.put("root", &path, &with(&change, &json!({ "version": "1" }))).await.refused("wrong-type");
    assert_eq!(said["path"], "version");
    let said = app.put("root", &path, &with(&change, &json!({ "vesion": 1 }))).await.refused("unknown-field");
    assert_eq!(said["path"], "vesion");
    let deep = with(&change, &json!({ "accounts": { "ids": [7] } }));
    let said = app.put("root", &path, &deep).await;
    assert_eq!(said.body["path"], "accounts.ids[0]", "{}", said.body);
    let unknown = with(&change, &json!({ "accounts": { "ids": ["999999999999"] } }));
    assert_eq!(app.put("root", &path, &unknown).await.refused("unknown-account")["path"], "accounts.ids[0]");
    app.put("root", "/v1/rules/7", &change).await.refused("invalid-path");
    app.put(
        "root",
        "/v1/guardrails/01900000-0000-7000-8000-0000000000ff",
        &with(&guardrail("g"), &json!({ "version": 1 })),
    )
    .await
    .refused("not-found");
}

#[actix_web::test]
async fn a_name_belongs_to_one_document_of_a_kind() {
    let app = App::start().await;
    let first = app.make("/v1/rules", &rule("reading")).await;
    let second = app.make("/v1/rules", &rule("writing")).await;
    let said = app.post("root", "/v1/rules", &rule("reading")).await.refused("name-taken");
    assert_eq!((&said["path"], &said["id"]), (&json!("name"), &json!(first)));
    let renamed = with(&rule("reading"), &json!({ "version": 1 }));
    app.put("root", &format!("/v1/rules/{second}"), &renamed).await.refused("name-taken");
    app.make("/v1/approval-policies", &policy("reading")).await;
    app.delete("root", &format!("/v1/rules/{first}")).await.is(200);
    app.put("root", &format!("/v1/rules/{second}"), &renamed).await.is(200);
}

#[actix_web::test]
async fn what_others_stand_on_cannot_be_deleted_and_they_are_named() {
    let app = App::start().await;
    let policy = app.make("/v1/approval-policies", &policy("leads decide")).await;
    let schedule = app.make("/v1/schedules", &schedule("on duty")).await;
    let named = json!({ "approval": { "kind": "named", "policy": policy } });
    let asks = app.make("/v1/rules", &with(&rule("reading"), &named)).await;
    let on_call = json!({ "approval": { "kind": "policy", "stages": [{
        "voters": { "on_call": [{ "source": "curfew", "id": schedule }] } }] } });
    app.make("/v1/rules", &with(&rule("writing"), &on_call)).await;
    let floor = json!({ "effect": { "kind": "floor", "policy": { "kind": "named", "policy": policy } } });
    app.make("/v1/guardrails", &with(&guardrail("production"), &floor)).await;
    let said = app.delete("root", &format!("/v1/approval-policies/{policy}")).await;
    assert_eq!(said.status.as_u16(), 409);
    let said = said.refused("in-use");
    let by: Vec<&str> = said["by"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(by, ["reading", "production"], "{said}");
    assert!(said["detail"].as_str().unwrap().contains("the rule \"reading\", the guardrail \"production\""), "{said}");
    assert_eq!(said["by"][0]["id"], asks);
    let said = app.delete("root", &format!("/v1/schedules/{schedule}")).await.refused("in-use");
    assert_eq!(said["by"][0]["name"], "writing");
}

#[actix_web::test]
async fn rules_reach_the_management_account_where_the_settings_let_them() {
    let app = App::with(&[("AWS__MANAGEMENT_ACCOUNT", "true")]).await;
    app.make("/v1/rules", &with(&rule("one"), &json!({ "accounts": { "ids": [account("management")] } }))).await;
    app.make("/v1/rules", &with(&rule("two"), &json!({ "accounts": { "all": true, "management": true } }))).await;
}
