//! Who may call what: every operation of the published document against every kind of caller, over HTTP.
//! An operation that is not in the table fails the test, and so does a row whose operation is gone.

use std::cell::Cell;
use std::collections::BTreeMap;

use client::Client;
use journeys::{Plan, REASON, System};
use reqwest::Method;
use serde_json::{Value, json};

const SET: &str = "PowerUserAccess";

const CALLERS: [&str; 7] = [
    "no token",
    "an expired token",
    "the requester",
    "an approver",
    "an auditor",
    "an admin",
    "a machine without scopes",
];

/// What each caller hears, in the order of [`CALLERS`].
const TABLE: [(&str, [u16; 7]); 37] = [
    ("me", [401, 401, 200, 200, 200, 200, 200]),
    ("show_eligibility", [401, 401, 200, 200, 200, 200, 403]),
    ("explain", [401, 401, 200, 200, 200, 200, 403]),
    ("submit_request", [401, 401, 201, 403, 403, 403, 403]),
    ("list_requests", [401, 401, 200, 200, 200, 200, 403]),
    ("show_request", [401, 401, 200, 200, 200, 200, 404]),
    ("cancel_request", [401, 401, 200, 404, 404, 404, 403]),
    ("extend_grant", [401, 401, 201, 404, 404, 404, 403]),
    ("make_rule", [401, 401, 403, 403, 403, 201, 403]),
    ("list_rules", [401, 401, 403, 403, 200, 200, 403]),
    ("show_rule", [401, 401, 403, 403, 200, 200, 403]),
    ("change_rule", [401, 401, 403, 403, 403, 200, 403]),
    ("delete_rule", [401, 401, 403, 403, 403, 204, 403]),
    ("show_directory", [401, 401, 200, 200, 200, 200, 403]),
    ("accept_directory", [401, 401, 403, 403, 403, 204, 403]),
    ("list_accounts", [401, 401, 200, 200, 200, 200, 403]),
    ("list_organizational_units", [401, 401, 200, 200, 200, 200, 403]),
    ("list_permission_sets", [401, 401, 200, 200, 200, 200, 403]),
    ("list_users", [401, 401, 200, 200, 200, 200, 403]),
    ("list_groups", [401, 401, 200, 200, 200, 200, 403]),
    ("decide", [401, 401, 403, 200, 403, 403, 403]),
    ("list_approvals", [401, 401, 200, 200, 200, 200, 403]),
    ("show_link", [401, 401, 403, 200, 403, 403, 403]),
    ("decide_link", [401, 401, 403, 200, 403, 403, 403]),
    ("list_grants", [401, 401, 200, 200, 200, 200, 403]),
    ("get_grant", [401, 401, 200, 200, 200, 200, 403]),
    ("end_grant", [401, 401, 200, 404, 404, 404, 403]),
    ("revoke_grant", [401, 401, 403, 200, 403, 200, 403]),
    ("create_webhook", [401, 401, 403, 403, 403, 201, 403]),
    ("list_webhooks", [401, 401, 403, 403, 200, 200, 403]),
    ("get_webhook", [401, 401, 403, 403, 200, 200, 403]),
    ("change_webhook", [401, 401, 403, 403, 403, 200, 403]),
    ("delete_webhook", [401, 401, 403, 403, 403, 204, 403]),
    ("rotate_webhook_secret", [401, 401, 403, 403, 403, 200, 403]),
    ("list_deliveries", [401, 401, 403, 403, 200, 200, 403]),
    ("replay_delivery", [401, 401, 403, 403, 403, 202, 403]),
    ("list_trail", [401, 401, 403, 403, 200, 200, 403]),
];

struct Operation {
    method: Method,
    path: String,
}

fn operations() -> BTreeMap<String, Operation> {
    let document: Value = serde_json::from_str(&curfew::openapi::whole().unwrap()).unwrap();
    let mut all = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
            let Some(id) = operation["operationId"].as_str() else { continue };
            let known = all.insert(id.to_owned(), Operation { method, path: path.clone() });
            assert!(known.is_none(), "two operations are called {id}");
        }
    }
    all
}

#[test]
fn every_operation_has_a_row_and_every_row_an_operation() {
    let published: Vec<String> = operations().into_keys().collect();
    let mut rows: Vec<&str> = TABLE.iter().map(|(id, _)| *id).collect();
    rows.sort_unstable();
    assert_eq!(published, rows);
}

/// What the calls are about; every call that changes something has a fresh one.
struct World {
    system: System,
    ann: Client,
    places: Vec<String>,
    next: Cell<usize>,
}

impl World {
    async fn new() -> Self {
        let system = Plan::new().start().await;
        system.rule(SET, json!({})).await;
        let ann = system.person("ann").await;
        let accounts = system.company["accounts"].as_array().unwrap();
        let names = accounts.iter().map(|account| account["name"].as_str().unwrap().to_owned());
        let places = names.filter(|name| name.ends_with("-production") || name.ends_with("-staging")).collect();
        Self { system, ann, places, next: Cell::new(0) }
    }

    /// An account that no other call uses.
    fn pair(&self) -> client::Pair {
        let at = self.next.replace(self.next.get() + 1);
        self.system.pair(&self.places[at], SET)
    }

    async fn request(&self) -> String {
        self.system.ask("ann", vec![self.pair()], 30).await.id.to_string()
    }

    async fn grant(&self) -> String {
        let request = self.system.ask("ann", vec![self.pair()], 30).await;
        self.system.approve("dave", request.id).await;
        self.system.grant_in(&self.ann, request.id, "active").await.id.to_string()
    }

    async fn link(&self) -> String {
        let request = self.system.ask("ann", vec![self.pair()], 30).await;
        self.system.mail("carla", request.id, "asks for").await.link_token("Approve")
    }

    async fn rule(&self) -> String {
        self.system.rule("ReadOnlyAccess", json!({})).await.id.to_string()
    }

    async fn webhook(&self) -> String {
        let name = format!("hook-{}", self.next.replace(self.next.get() + 1));
        self.system.webhook(&name).await.id.to_string()
    }

    async fn delivery(&self) -> String {
        let frank = self.system.token("frank").await;
        journeys::eventually("a delivery that went out", async || {
            let path = "/v1/webhooks/deliveries?state=delivered";
            let answer = self.system.send(Method::GET, path, Some(&frank), &[], None).await;
            answer.json()["items"][0]["id"].as_str().map(str::to_owned)
        })
        .await
    }

    /// What is put in the path's place, and the body.
    async fn call(&self, operation: &str) -> (String, Option<Value>) {
        let pairs = |pair: client::Pair| json!([serde_json::to_value(pair).unwrap()]);
        let rule_spec = || {
            json!({
                "name": "The matrix", "subjects": {"groups": [self.system.group("engineers")]}, "accounts": {"all": true},
                "permission_sets": {"arns": [self.system.permission_set("ReadOnlyAccess")]}, "max_minutes": 30,
                "approval": {"kind": "automatic"},
            })
        };
        match operation {
            "explain" => (String::new(), Some(json!({"pairs": pairs(self.pair())}))),
            "submit_request" => {
                (String::new(), Some(json!({"pairs": pairs(self.pair()), "minutes": 30, "reason": REASON})))
            }
            "show_request" => (self.request().await, None),
            "cancel_request" => (self.request().await, Some(json!({}))),
            "decide" => (self.request().await, Some(json!({"decision": "approve"}))),
            "get_grant" => (self.grant().await, None),
            "end_grant" | "revoke_grant" => (self.grant().await, Some(json!({}))),
            "extend_grant" => (self.grant().await, Some(json!({"minutes": 5, "reason": REASON}))),
            "show_link" => (self.link().await, None),
            "decide_link" => (self.link().await, Some(json!({}))),
            "make_rule" => (String::new(), Some(rule_spec())),
            "accept_directory" => (String::new(), Some(json!({"part": "groups"}))),
            "show_rule" | "delete_rule" => (self.rule().await, None),
            "change_rule" => {
                let mut spec = rule_spec();
                spec["version"] = json!(1);
                (self.rule().await, Some(spec))
            }
            "create_webhook" => {
                (String::new(), Some(json!({"url": format!("{}hooks/made", self.system.address("notification"))})))
            }
            "change_webhook" => (self.webhook().await, Some(json!({"enabled": false}))),
            "get_webhook" | "delete_webhook" | "rotate_webhook_secret" => (self.webhook().await, None),
            "replay_delivery" => (self.delivery().await, None),
            _ => (String::new(), None),
        }
    }
}

/// Whether calling it changes what it is about, so that the next caller needs a fresh one.
fn is_used_up(status: u16, method: &Method) -> bool {
    *method != Method::GET && status < 300
}

#[tokio::test]
async fn each_caller_may_do_what_the_table_says_and_nothing_is_a_failure_of_ours() {
    let world = World::new().await;
    let system = &world.system;
    let tokens = [
        None,
        Some(system.expired_token("ann").await),
        Some(system.token("ann").await),
        Some(system.token("carla").await),
        Some(system.token("erin").await),
        Some(system.token("frank").await),
        Some(system.machine_token("nothing:here").await),
    ];
    system.webhook("matrix").await;
    let operations = operations();
    let mut wrong = Vec::new();
    for (id, expected) in TABLE {
        let Some(operation) = operations.get(id) else { continue };
        let mut prepared = world.call(id).await;
        for ((caller, token), expected) in CALLERS.iter().zip(&tokens).zip(expected) {
            let (target, body) = &prepared;
            let path = operation.path.replace("{id}", target).replace("{token}", target);
            let answer = system.send(operation.method.clone(), &path, token.as_deref(), &[], body.as_ref()).await;
            if answer.status != expected {
                wrong.push(format!("{id} by {caller}: {} instead of {expected}: {:.300}", answer.status, answer.text));
            }
            if is_used_up(answer.status, &operation.method) {
                prepared = world.call(id).await;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
