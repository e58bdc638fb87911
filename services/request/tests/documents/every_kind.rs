use serde_json::{Value, json};
use testkit::company::{account, group};

use super::{App, guardrail, policy, rule, schedule, with};

/// Each kind: its address, what is made, and what of it is changed to something that loosens nothing.
fn kinds() -> [(&'static str, Value, Value); 6] {
    let freeze = json!({
        "name": "the end of the year", "from": "2025-12-20T00:00:00Z", "until": "2026-01-02T00:00:00Z",
        "accounts": { "all": true }, "permission_sets": { "all": true }, "spares_break_glass": false,
    });
    let owners = json!({
        "name": "payments", "target": { "kind": "account", "id": account("payments-prod") },
        "owners": { "groups": [group("leads")] },
    });
    [
        ("/v1/rules", rule("reading"), json!({ "max_minutes": 30 })),
        ("/v1/approval-policies", policy("leads decide"), json!({ "name": "the leads decide" })),
        ("/v1/guardrails", guardrail("no production"), json!({ "name": "nobody in production" })),
        ("/v1/freezes", freeze, json!({ "until": "2026-01-03T00:00:00Z" })),
        ("/v1/owners", owners, json!({ "name": "payments' owners" })),
        ("/v1/schedules", schedule("on duty"), json!({ "name": "always on duty" })),
    ]
}

#[actix_web::test]
async fn each_is_made_found_changed_and_deleted_and_every_version_stays() {
    let app = App::start().await;
    for (list, spec, changes) in kinds() {
        let made = app.post("root", list, &spec).await;
        let location = made.location.clone().unwrap();
        let made = made.is(201);
        assert_eq!(location, format!("{list}/{}", made["id"].as_str().unwrap()));
        assert_eq!((&made["version"], &made["name"]), (&json!(1), &spec["name"]));
        assert!(made["impact"]["loosens"].is_boolean(), "{made}");
        assert_eq!(made["affected"], json!([]));
        let shown = app.get("eve", &location).await.is(200);
        assert_eq!(
            with(&shown, &json!({ "id": null, "version": null })),
            with(
                &spec,
                &json!({
                    "enabled": shown.get("enabled"), "effect": shown.get("effect"), "policy": shown.get("policy"),
                    "approval": shown.get("approval"), "accounts": shown.get("accounts"),
                })
            ),
            "{list}: what was given comes back"
        );
        let change = with(&with(&spec, &changes), &json!({ "version": 1 }));
        let changed = app.put("root", &location, &change).await.is(200);
        assert_eq!(changed["version"], 2, "{changed}");
        let again = app.put("root", &location, &with(&change, &json!({ "version": 2 }))).await.is(200);
        assert_eq!(again["version"], 2, "saying the same again is no change");
        app.put("root", &location, &change).await.refused("stale-version");
        app.delete("root", &format!("{location}?version=1")).await.refused("stale-version");
        app.delete("root", &format!("{location}?version=2")).await.is(200);
        app.get("root", &location).await.refused("not-found");
        app.delete("root", &location).await.refused("not-found");
        let versions = app.get("eve", &format!("{location}/versions")).await.is(200);
        let told: Vec<(i64, bool)> = versions["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|v| (v["version"].as_i64().unwrap(), v.get("spec").is_some()))
            .collect();
        assert_eq!(told, [(3, false), (2, true), (1, true)], "{versions}");
        assert_eq!(versions["items"][2]["spec"]["name"], spec["name"]);
        assert_eq!(versions["items"][0]["saved_by"]["kind"], "user");
    }
}

#[actix_web::test]
async fn versions_come_in_pages() {
    let app = App::start().await;
    let id = app.make("/v1/schedules", &schedule("one")).await;
    let path = format!("/v1/schedules/{id}");
    app.put("root", &path, &with(&schedule("two"), &json!({ "version": 1 }))).await.is(200);
    app.put("root", &path, &with(&schedule("three"), &json!({ "version": 2 }))).await.is(200);
    let page = app.get("root", &format!("{path}/versions?limit=2")).await.is(200);
    assert_eq!(page["items"].as_array().unwrap().len(), 2);
    let next = page["next"].as_str().unwrap();
    let rest = app.get("root", &format!("{path}/versions?limit=2&cursor={next}")).await.is(200);
    assert_eq!(rest["items"][0]["version"], 1);
    assert_eq!(rest["next"], Value::Null);
}

#[actix_web::test]
async fn admins_write_and_auditors_read_and_nobody_else() {
    let app = App::start().await;
    for (list, spec, _) in kinds() {
        for (who, read, written) in [
            ("ann", 403, 403),
            ("cora", 403, 403),
            ("eve", 200, 403),
            ("machine:everything", 403, 403),
            ("root", 200, 201),
        ] {
            app.get(who, list).await.is(read);
            let made = app.post(who, list, &spec).await.is(written);
            if let Some(id) = made["id"].as_str() {
                let one = format!("{list}/{id}");
                app.get("ann", &one).await.is(403);
                app.get("ann", &format!("{one}/versions")).await.is(403);
                app.put("eve", &one, &with(&spec, &json!({ "version": 1 }))).await.is(403);
                app.delete("eve", &one).await.is(403);
            }
        }
    }
    app.get("ann", "/v1/changes").await.is(403);
    app.post("eve", "/v1/changes", &json!({ "edits": [] })).await.is(403);
}

#[actix_web::test]
async fn a_list_is_searched_by_name_and_comes_in_pages() {
    let app = App::start().await;
    for name in ["Payments reading", "Search reading", "Payments power"] {
        app.make("/v1/rules", &rule(name)).await;
    }
    assert_eq!(app.names("/v1/rules?name=payments").await, ["Payments reading", "Payments power"]);
    assert_eq!(app.names("/v1/rules?name=50%25").await, Vec::<String>::new());
    let page = app.get("eve", "/v1/rules?limit=2").await.is(200);
    let next = page["next"].as_str().unwrap();
    assert_eq!(app.names(&format!("/v1/rules?limit=2&cursor={next}")).await, ["Payments power"]);
    app.get("eve", "/v1/rules?cursor=x").await.refused("invalid-cursor");
    app.get("eve", "/v1/rules?nme=x").await.refused("invalid-query");
}

#[actix_web::test]
async fn of_two_admins_who_saw_the_same_version_one_wins() {
    let app = App::with(&[("POLICY__SECOND_PERSON", "never")]).await;
    app.admins(&["root", "zoe"]).await;
    let path = format!("/v1/rules/{}", app.make("/v1/rules", &rule("reading")).await);
    let change = |minutes: i64| with(&rule("reading"), &json!({ "version": 1, "max_minutes": minutes }));
    let (ten, twenty) = (change(10), change(20));
    let (a, b) = tokio::join!(app.put("root", &path, &ten), app.put("zoe", &path, &twenty));
    let (won, lost) = if a.status.is_success() { (a, b) } else { (b, a) };
    assert_eq!(won.is(200)["version"], 2);
    let lost = lost.refused("stale-version");
    assert_eq!((&lost["given"], &lost["version"]), (&json!(1), &json!(2)));
}

#[actix_web::test]
async fn a_repeated_key_makes_one_document() {
    let app = App::start().await;
    let first = app.post_with_key("root", "/v1/rules", "k-1", &rule("reading")).await.is(201);
    let second = app.post_with_key("root", "/v1/rules", "k-1", &rule("reading")).await.is(201);
    assert_eq!(first, second);
    app.post_with_key("root", "/v1/rules", "k-1", &rule("writing")).await.refused("idempotency-key-reused");
    assert_eq!(app.names("/v1/rules").await, ["reading"]);
}

#[actix_web::test]
async fn a_dry_run_says_what_it_would_mean_and_changes_nothing() {
    let app = App::with_two_admins().await;
    let would = app.post("root", "/v1/rules?dry_run=true", &rule("reading")).await.is(200);
    assert_eq!((&would["second_person"], &would["impact"]["loosens"]), (&json!(true), &json!(true)), "{would}");
    assert!(would["impact"]["total"].as_u64().unwrap() > 0, "{would}");
    assert_eq!(app.names("/v1/rules").await, Vec::<String>::new());
    let made = app.make("/v1/guardrails", &guardrail("no production")).await;
    let path = format!("/v1/guardrails/{made}");
    assert_eq!(app.delete("root", &format!("{path}?dry_run=true")).await.is(200)["second_person"], true);
    let same = with(&guardrail("nobody there"), &json!({ "version": 1 }));
    assert_eq!(app.put("root", &format!("{path}?dry_run=true"), &same).await.is(200)["version"], 2);
    assert_eq!(app.get("root", &path).await.is(200)["version"], 1);
    assert_eq!(app.get("root", "/v1/changes").await.is(200)["items"], json!([]));
    assert_eq!(app.db.facts().await, ["policy.saved.v1"]);
}
