use serde_json::{Value, json};

use super::{App, guardrail, policy, rule, with};

fn make(kind: &str, spec: Value) -> Value {
    json!({ "edit": "make", "document": { "kind": kind, "spec": spec } })
}

#[actix_web::test]
async fn a_set_may_refer_to_itself_and_is_made_whole() {
    let app = App::start().await;
    let id = "01900000-0000-7000-8000-0000000000aa";
    let decided = json!({ "approval": { "kind": "named", "policy": id } });
    let set = json!({ "reason": "a new team", "edits": [
        make("rule", with(&rule("reading"), &decided)),
        with(&make("approval_policy", policy("leads decide")), &json!({ "id": id })),
    ] });
    let made = app.post("root", "/v1/changes", &set).await.is(200);
    assert_eq!(made["documents"][1]["id"], id);
    assert_eq!(made["revision"], 2);
    assert_eq!(app.names("/v1/rules").await, ["reading"]);
    let rule_id = made["documents"][0]["id"].as_str().unwrap();
    let gone = json!({ "edits": [
        { "edit": "delete", "kind": "approval_policy", "id": id },
        { "edit": "delete", "kind": "rule", "id": rule_id, "version": 1 },
    ] });
    app.post("root", "/v1/changes", &gone).await.is(200);
    assert_eq!(app.names("/v1/approval-policies").await, Vec::<String>::new());
    // What was deleted comes back under its id, as the next version.
    let back = json!({ "edits": [with(&make("approval_policy", policy("leads decide")), &json!({ "id": id }))] });
    let back = app.post("root", "/v1/changes", &back).await.is(200);
    assert_eq!(back["documents"][0]["version"], 3);
    let taken = json!({ "edits": [with(&make("guardrail", guardrail("g")), &json!({ "id": id }))] });
    let said = app.post("root", "/v1/changes", &taken).await.refused("id-taken");
    assert_eq!(said["path"], "edits[0]");
}

#[actix_web::test]
async fn one_mistake_undoes_the_whole_set_and_is_told_with_its_edit() {
    let app = App::start().await;
    let long = with(&rule("long"), &json!({ "max_minutes": 481 }));
    let set = json!({ "edits": [make("rule", rule("reading")), make("rule", long)] });
    let said = app.post("root", "/v1/changes", &set).await.refused("duration-too-long");
    assert_eq!((&said["path"], &said["edit"]), (&json!("edits[1].document.spec.max_minutes"), &json!(1)));
    assert_eq!(app.names("/v1/rules").await, Vec::<String>::new());
    let twice = app.make("/v1/rules", &rule("reading")).await;
    let delete = json!({ "edit": "delete", "kind": "rule", "id": twice });
    let said = app.post("root", "/v1/changes", &json!({ "edits": [delete, delete] })).await.refused("invalid-document");
    assert_eq!(said["edit"], 1);
    app.post("root", "/v1/changes", &json!({ "edits": [] })).await.refused("invalid-document");
    app.post("root", "/v1/changes", &json!({ "edits": [{ "edit": "burn" }] })).await.refused("invalid-value");
}

#[actix_web::test]
async fn documents_may_change_names_with_one_another() {
    let app = App::start().await;
    let (a, b) = (app.make("/v1/rules", &rule("a")).await, app.make("/v1/rules", &rule("b")).await);
    let change = |id: &str, name: &str| json!({ "edit": "change", "id": id, "version": 1, "document": { "kind": "rule", "spec": rule(name) } });
    let set = json!({ "edits": [change(&a, "b"), change(&b, "a")] });
    app.post("root", "/v1/changes", &set).await.is(200);
    assert_eq!(app.names("/v1/rules").await, ["b", "a"]);
}

#[actix_web::test]
async fn a_set_made_for_another_revision_is_refused() {
    let app = App::start().await;
    app.make("/v1/rules", &rule("reading")).await;
    let set = |revision: i64| json!({ "revision": revision, "edits": [make("guardrail", guardrail("g"))] });
    let said = app.post("root", "/v1/changes", &set(0)).await.refused("stale-version");
    assert_eq!((&said["given"], &said["revision"]), (&json!(0), &json!(1)));
    app.post("root", "/v1/changes", &set(1)).await.is(200);
}
