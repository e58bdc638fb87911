//! Who may call what: every operation of the published document against every kind of caller, over HTTP.
//! An operation that is not in the table fails the test, and so does a row whose operation is gone.

mod table;

use std::cell::Cell;
use std::collections::BTreeMap;

use client::{Client, DocumentKind, NewDelegation, NewIncident, NewTemplate, NewView, ViewFilter, Wanted};
use journeys::{Plan, REASON, System};
use reqwest::Method;
use serde_json::{Value, json};
use table::{CALLERS, TABLE};

/// What the calls are about, in each account.
const SETS: [&str; 3] = ["PowerUserAccess", "DatabaseAdministrator", "AdministratorAccess"];

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
    names: Cell<usize>,
}

impl World {
    async fn new() -> Self {
        let system = Plan::new().start().await;
        for set in SETS {
            system.rule(set, json!({"name": format!("{set}, with one approval")})).await;
        }
        let ann = system.person("ann").await;
        let accounts = system.company["accounts"].as_array().unwrap();
        let names = accounts.iter().map(|account| account["name"].as_str().unwrap().to_owned());
        let places = names.filter(|name| name.ends_with("-production") || name.ends_with("-staging")).collect();
        Self { system, ann, places, next: Cell::new(0), names: Cell::new(0) }
    }

    /// A pair that no other call uses.
    fn pair(&self) -> client::Pair {
        let at = self.next.replace(self.next.get() + 1);
        let pairs = SETS.iter().flat_map(|set| self.places.iter().map(move |place| (place, set)));
        let (place, set) =
            pairs.clone().nth(at).unwrap_or_else(|| panic!("more than {} pairs are needed", pairs.count()));
        self.system.pair(place, set)
    }

    /// A pair that nobody asks for in earnest.
    fn any_pair(&self) -> client::Pair {
        self.system.pair(&self.places[0], SETS[0])
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

    /// A name that no other call uses.
    fn name(&self) -> String {
        format!("The matrix {}", self.names.replace(self.names.get() + 1))
    }

    /// What a document of this kind may say, with a name of its own.
    fn spec(&self, kind: DocumentKind) -> Value {
        let name = self.name();
        let everywhere = || json!({"accounts": {"all": true}, "permission_sets": {"arns": [self.system.permission_set("ReadOnlyAccess")]}});
        let mut spec = match kind {
            DocumentKind::Rule => {
                json!({"subjects": {"groups": [self.system.group("engineers")]}, "max_minutes": 30,
                    "approval": journeys::automatic()["approval"]})
            }
            DocumentKind::ApprovalPolicy => {
                let voters = json!({"groups": [self.system.group("prod-approvers")]});
                return json!({"name": name, "policy": {"stages": [{"voters": voters, "votes": 1}]}});
            }
            DocumentKind::Guardrail => {
                json!({"subjects": {"everyone": true}, "effect": {"kind": "cap", "concurrent": 50}})
            }
            DocumentKind::Freeze => json!({"from": "2020-01-01T00:00:00Z", "until": "2020-01-02T00:00:00Z"}),
            DocumentKind::Owners => {
                let target = json!({"kind": "account", "id": self.system.account(&self.places[0])});
                return json!({"name": name, "target": target, "owners": {"users": [self.system.user("dave")]}});
            }
            DocumentKind::Schedule => {
                let turn = json!({"users": [self.system.user("dave")], "from": "2026-01-01T00:00:00Z", "hours": 24});
                return json!({"name": name, "rotation": turn});
            }
        };
        spec["name"] = json!(name);
        spec.as_object_mut().unwrap().extend(everywhere().as_object().unwrap().clone());
        spec
    }

    async fn document(&self, kind: DocumentKind) -> String {
        self.system.document(kind, &self.spec(kind)).await.id.to_string()
    }

    async fn template(&self) -> String {
        let wanted = Wanted { pairs: vec![self.any_pair()], minutes: 30, severity: None, beneficiary: None };
        let template = NewTemplate { name: self.name(), wanted: Some(wanted), from_request: None };
        self.ann.make_template(&template).await.unwrap().id.to_string()
    }

    async fn view(&self) -> String {
        let view = NewView { name: self.name(), filter: ViewFilter::default() };
        self.ann.make_view(&view).await.unwrap().id.to_string()
    }

    async fn incident(&self) -> String {
        let incident = NewIncident { title: self.name(), ..NewIncident::default() };
        self.system.person("frank").await.open_incident(&incident).await.unwrap().id.to_string()
    }

    /// Ann lets somebody stand in for her whom no other call names.
    async fn delegation(&self) -> String {
        let at = self.names.replace(self.names.get() + 1);
        // Whoever stands in for ann decides nothing of hers, so it is nobody who has to.
        let used = ["ann", "ben", "carla", "dave", "erin", "frank"];
        let users = self.system.company["users"].as_array().unwrap();
        let others: Vec<&Value> =
            users.iter().filter(|u| u["enabled"] == true && !used.iter().any(|name| u["user_name"] == *name)).collect();
        let to = others[at % others.len()]["id"].as_str().unwrap().to_owned();
        let ends_at = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(1);
        let made = NewDelegation { to, from: None, starts_at: None, ends_at, reason: None };
        self.ann.delegate(&made).await.unwrap().id.to_string()
    }

    async fn approval(&self) -> String {
        let request = self.system.ask("ann", vec![self.pair()], 30).await;
        self.ann.request(request.id).await.unwrap().approvals[0].id.to_string()
    }

    async fn webhook(&self) -> String {
        let name = format!("hook-{}", self.names.replace(self.names.get() + 1));
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
        if let Some((verb, kind)) = document_call(operation) {
            return match verb {
                "make" => (String::new(), Some(self.spec(kind))),
                "change" => {
                    let mut spec = self.spec(kind);
                    spec["version"] = json!(1);
                    (self.document(kind).await, Some(spec))
                }
                _ => (self.document(kind).await, None),
            };
        }
        let wanted = |pair: client::Pair| json!({"name": self.name(), "wanted": {"pairs": pairs(pair), "minutes": 30}});
        let nobody = || uuid::Uuid::now_v7().to_string();
        match operation {
            "explain" => (String::new(), Some(json!({"pairs": pairs(self.any_pair())}))),
            "submit_request" => {
                (String::new(), Some(json!({"pairs": pairs(self.pair()), "minutes": 30, "reason": REASON})))
            }
            "show_request" | "request_evidence" => (self.request().await, None),
            "cancel_request" => (self.request().await, Some(json!({}))),
            "decide" => (self.request().await, Some(json!({"decision": "approve"}))),
            "get_grant" => (self.grant().await, None),
            // A grant that lives did not fail, so there is nothing to try again.
            "retry_grant" => (self.grant().await, None),
            "force_revoke_grant" => (self.grant().await, Some(json!({}))),
            // Of somebody who has nothing.
            "press_emergency" => {
                let ends = json!({"kind": "user", "user": self.system.user("erin")});
                (String::new(), Some(json!({"ends": ends, "reason": REASON})))
            }
            "show_emergency" => (nobody(), None),
            "agree_emergency" | "refuse_emergency" | "withdraw_emergency" | "retry_parked" => (nobody(), None),
            "acknowledge_parked" => (nobody(), Some(json!({}))),
            "end_grant" | "revoke_grant" => (self.grant().await, Some(json!({}))),
            "extend_grant" => (self.grant().await, Some(json!({"minutes": 5, "reason": REASON}))),
            "show_link" => (self.link().await, None),
            "decide_link" => (self.link().await, Some(json!({}))),
            "accept_directory" => (String::new(), Some(json!({"part": "groups"}))),
            "list_holders" => (self.any_pair().account, None),
            "read_directory" => (String::new(), Some(json!({"parts": ["groups"]}))),
            "propose_change" => {
                let document = json!({"kind": "rule", "spec": self.spec(DocumentKind::Rule)});
                (String::new(), Some(json!({"edits": [{"edit": "make", "document": document}]})))
            }
            "show_manager" | "forget_manager" => (self.system.user("ben"), None),
            "set_manager" => (self.system.user("ben"), Some(json!({"manager": self.system.user("carla")}))),
            "show_user" | "show_users_eligibility" => (self.system.user("ben"), None),
            "list_members" => (self.system.group("engineers"), None),
            "plan_policy" => {
                (String::new(), Some(json!({"files": [{"name": "policy.yaml", "text": "freezes: []"}], "days": 1})))
            }
            "apply_policy" => (String::new(), Some(json!({"files": [], "revision": -1, "wanted": ""}))),
            "show_change" => (nobody(), None),
            "apply_change" | "refuse_change" | "withdraw_change" => (nobody(), Some(json!({}))),
            "acknowledge_drift" => (nobody(), Some(json!({}))),
            "take_review" => (nobody(), Some(json!({"concern": false}))),
            "who_has_access" => {
                let pair = self.any_pair();
                (format!("?account={}&permission_set={}", pair.account, pair.permission_set), None)
            }
            "change_profile" => (String::new(), Some(json!({"language": "de", "theme": "dark"}))),
            "make_view" => (String::new(), Some(json!({"name": self.name(), "filter": {"state": "rejected"}}))),
            "change_view" => (self.view().await, Some(json!({"name": self.name(), "filter": {}}))),
            "delete_view" => (self.view().await, None),
            "make_template" => (String::new(), Some(wanted(self.any_pair()))),
            "show_template" | "delete_template" => (self.template().await, None),
            "change_template" => (self.template().await, Some(wanted(self.any_pair()))),
            "open_incident" => (String::new(), Some(json!({"title": self.name()}))),
            "show_incident" => (self.incident().await, None),
            "close_incident" => (self.incident().await, Some(json!({}))),
            "get_approval" => (self.approval().await, None),
            "comment" => (self.request().await, Some(json!({"text": "Which of the two?", "question": true}))),
            "list_comments" => (self.request().await, None),
            "create_delegation" => {
                let ends_at = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(1);
                (String::new(), Some(json!({"to": self.system.user("ben"), "ends_at": ends_at})))
            }
            "end_delegation" => (self.delegation().await, Some(json!({}))),
            "revoke_grants" => (String::new(), Some(json!({"grants": [self.grant().await]}))),
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

/// What is done to a document of which kind, where one is named.
fn document_call(operation: &str) -> Option<(&'static str, DocumentKind)> {
    let kind = match operation.split_once('_')?.1 {
        "rule" | "rule_versions" => DocumentKind::Rule,
        "approval_policy" | "approval_policy_versions" => DocumentKind::ApprovalPolicy,
        "guardrail" | "guardrail_versions" => DocumentKind::Guardrail,
        "freeze" | "freeze_versions" => DocumentKind::Freeze,
        "owners_versions" => DocumentKind::Owners,
        "owners" if !operation.starts_with("list") => DocumentKind::Owners,
        "schedule" | "schedule_versions" => DocumentKind::Schedule,
        _ => return None,
    };
    let verb = ["make", "change", "show", "delete", "list"].into_iter().find(|verb| operation.starts_with(verb))?;
    Some((verb, kind))
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
            let mut path = operation.path.replace("{id}", target).replace("{token}", target);
            if target.starts_with('?') {
                path.push_str(target);
            }
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
