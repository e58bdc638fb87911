//! A portal over an API that answers as ours does, and a browser without a window.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use actix_web::web::{self, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use domain::UserId;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use serde_json::{Value, json};
use testkit::{Api, Issuer, TestDb, database};

/// Where browsers believe to be.
pub const ORIGIN: &str = "http://curfew.test";

/// An API of one approver (bob) and one request, with the policy's two ways of deciding by mail.
#[derive(Clone, Default)]
pub struct FakeApi {
    pub calls: Arc<Mutex<Vec<String>>>,
    /// The addresses with their queries.
    pub asked: Arc<Mutex<Vec<String>>>,
    /// What was sent to be changed, in JSON.
    pub sent: Arc<Mutex<Vec<Value>>>,
    /// How pages look for whoever asks, once they said so.
    profile: Arc<Mutex<Option<Value>>>,
    /// The views of whoever asks.
    views: Arc<Mutex<Vec<Value>>>,
}

fn problem(status: u16, slug: &str) -> HttpResponse {
    let body = json!({ "type": format!("urn:curfew:problem:{slug}"), "title": slug, "status": status, "from": "cancelled", "tried": "approved" });
    let status = actix_web::http::StatusCode::from_u16(status).unwrap();
    HttpResponse::build(status).content_type("application/problem+json").json(body)
}

fn waiting(state: &str) -> Value {
    json!({
        "request": "01990000-0000-7000-8000-000000000001", "version": 1, "state": state,
        "requester": { "id": "r", "name": "Ann <script>alert(1)</script>" }, "beneficiary": { "id": "r", "name": "Ann <script>alert(1)</script>" },
        "reason": "an invoice", "ticket": "OPS-1", "minutes": 90, "start_at": null, "extends": null,
        "submitted_at": "2026-06-01T09:00:00Z", "decide_by": "2026-06-01T12:00:00Z",
        "items": [{ "account": "000000000001", "account_name": "Prod", "permission_set": "arn:x", "permission_set_name": "Reader" }],
    })
}

pub const REQUEST_PATH: &str = "/v1/requests/01990000-0000-7000-8000-000000000001";
pub const REQUEST_PAGE: &str = "/requests/01990000-0000-7000-8000-000000000001";

/// The same request with two pairs, one of them decided, taken by break-glass.
pub fn whole_request() -> Value {
    let mut request = waiting("pending");
    let item = |name: &str, state: &str| {
        json!({ "account": "000000000001", "account_name": name, "permission_set": "arn:x",
        "permission_set_name": "Reader", "state": state, "approval": null, "grant": null })
    };
    request["id"] = request["request"].clone();
    request["items"] = json!([item("Prod", "approved"), item("Search", "pending")]);
    request["severity"] = json!("critical");
    request["approvals"] = json!([{ "id": "01990000-0000-7000-8000-000000000004", "state": "open", "items": [1], "needs": [], "votes": [] }]);
    request["break_glass"] = json!("01990000-0000-7000-8000-000000000002");
    request["comments"] = json!([{ "id": "01990000-0000-7000-8000-000000000003", "author": { "id": "b", "name": "Bob" },
        "question": true, "text": "which <b>invoice</b>?", "said_at": "2026-06-01T09:10:00Z" }]);
    request
}

/// An access that AWS does not show any more, and that is being extended.
fn lost_grant() -> Value {
    json!({ "id": "01990000-0000-7000-8000-000000000005", "request": "01990000-0000-7000-8000-000000000001", "version": 1,
        "state": "active", "account": "000000000001", "account_name": "Prod", "permission_set": "arn:x",
        "permission_set_name": "Reader", "principal": "r", "principal_name": "Ann", "active_at": "2026-06-01T09:20:00Z",
        "deadline_at": "2026-06-01T11:00:00Z", "vanished_at": "2026-06-01T09:40:00Z", "extending_to": "2026-06-01T11:30:00Z" })
}

fn ben() -> Value {
    json!({ "id": "u-2", "name": "Ben <b>Baker</b>", "user_name": "ben", "active": true })
}

/// Keys that were set and that were not, and a secret.
fn settings() -> Value {
    let key = |key: &str, value: Value, default: Value, source: &str, secret: bool| json!({ "key": key, "what": "for a test", "value": value, "default": default, "source": source, "secret": secret });
    json!({
        "limits": { "max_minutes": 240, "default_minutes": 60, "pending_minutes": 180, "start_within_days": 30, "min_reason": 10,
            "severities": ["normal"], "changes_need_two": "loosening", "emergencies_need_two": "resume", "backstop": false },
        "integrations": [{ "name": "pagerduty", "kind": "on_call", "configured": false }],
        "keys": [
            key("requests.max_minutes", json!("240"), json!("480"), "environment", false),
            key("requests.min_reason", Value::Null, json!("10"), "default", false),
            key("aws.endpoint_url", Value::Null, Value::Null, "default", false),
            key("database.url", Value::Null, Value::Null, "file", true),
            key("unheard.of", json!("<b>x</b>"), Value::Null, "file", false),
        ],
    })
}

/// Somebody who has access in the first account.
fn holder(request: Value) -> Value {
    json!({ "id": "01990000-0000-7000-8000-000000000005", "person": { "id": "u-1", "name": "Ann <b>x</b>" }, "permission_set": "arn:x",
        "permission_set_name": "Reader", "state": "active", "active_at": "2026-06-01T09:20:00Z", "deadline_at": "2026-06-01T11:00:00Z",
        "request": request })
}

fn twin(id: &str, side: &str) -> Value {
    json!({ "id": id, "name": "Twin <i>One</i>", "user_name": format!("{side}.twin"), "active": true })
}

/// Several requests of one person: two under the same policy, one under another.
fn queue() -> Value {
    json!({ "items": [asked(11, "Two eyes"), asked(12, "Two eyes"), asked(13, "Four eyes"), asked(14, "Two eyes")] })
}

/// One of which nothing is known to demand the decision, one with a pair of another policy, and two more.
fn mixed_queue() -> Value {
    let mut unexplained = asked(22, "Two eyes");
    unexplained["needs"] = json!([]);
    let mut apart = asked(23, "Four eyes");
    apart["items"][0]["permission_set"] = json!("arn:y");
    let all = [
        asked(21, "Two eyes"),
        unexplained,
        asked(23, "Two eyes"),
        apart,
        asked(24, "Two eyes"),
        asked(25, "Two eyes"),
    ];
    json!({ "items": all })
}

fn asked(number: u8, policy: &str) -> Value {
    let mut one = waiting("pending");
    one["request"] = json!(format!("01990000-0000-7000-8000-0000000000{number}"));
    one["version"] = json!(number);
    one["reason"] = json!(format!("reason {number}"));
    one["needs"] = json!([{ "because": "a rule", "policy": policy }]);
    one
}

/// What belongs to whoever asks, kept as the API keeps it.
fn own(api: &FakeApi, request: &HttpRequest, body: &Value) -> Option<HttpResponse> {
    let mut views = api.views.lock().unwrap();
    let id = request.path().strip_prefix("/v1/views/");
    let at = views.iter().position(|view| id.is_some_and(|id| view["id"] == id));
    Some(match (request.method().as_str(), request.path(), at) {
        ("PUT", "/v1/me/profile", _) => {
            *api.profile.lock().unwrap() = Some(body.clone());
            HttpResponse::Ok().json(body)
        }
        ("GET", "/v1/views", _) => HttpResponse::Ok().json(json!({ "items": *views })),
        ("POST", "/v1/views", _) => {
            let mut made = body.clone();
            made["id"] = json!(format!("01990000-0000-7000-8000-0000000001{:02}", views.len()));
            views.push(made.clone());
            HttpResponse::Created().json(made)
        }
        ("PUT", _, Some(at)) => {
            views[at]["name"] = body["name"].clone();
            HttpResponse::Ok().json(views[at].clone())
        }
        ("DELETE", _, Some(at)) => {
            views.remove(at);
            HttpResponse::NoContent().finish()
        }
        _ => return None,
    })
}

async fn fake(api: Data<FakeApi>, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    let bearer = request.headers().get("authorization").and_then(|v| v.to_str().ok()).unwrap_or_default();
    let claims = bearer
        .split('.')
        .nth(1)
        .map(|part| base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, part).unwrap());
    let claims: Value = claims.map_or(Value::Null, |c| serde_json::from_slice(&c).unwrap());
    let who = claims["preferred_username"].as_str().unwrap_or("nobody").to_owned();
    api.calls.lock().unwrap().push(format!("{} {} {who}", request.method(), request.path()));
    api.asked.lock().unwrap().push(request.uri().to_string());
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    if request.method() != "GET" {
        api.sent.lock().unwrap().push(body.clone());
    }
    if let Some(answer) = own(&api, &request, &body) {
        return answer;
    }
    if who == "greta"
        && let Some(answer) = crate::words::answer(&request)
    {
        return answer;
    }
    let link = |sign_in: bool| {
        json!({ "decision": "approve", "approver": { "id": "b", "name": "Bob" }, "sign_in_required": sign_in, "used": false,
            "expires_at": "2026-06-01T12:00:00Z", "request": waiting("pending") })
    };
    let done = json!({ "request": "01990000-0000-7000-8000-000000000001", "state": "approved", "grants": [] });
    match (request.method().as_str(), request.path(), who.as_str()) {
        (_, "/v1/me", "stranger") => problem(403, "unknown-user"),
        (_, "/v1/me", _) => HttpResponse::Ok().json(json!({ "kind": "user", "auditor": who == "erin", "admin": who == "frank", "owner": who == "olga", "profile": *api.profile.lock().unwrap(),
            "limits": { "max_minutes": 480, "default_minutes": 60, "start_within_days": 30, "min_reason": 10, "severities": ["critical", "normal"] },
            "id": UserId::parse(if who == "mallory" { "00000000-0000-4000-8000-000000000666" } else { "00000000-0000-4000-8000-000000000001" }).unwrap(), "name": format!("{who} & co") })),
        (_, path, "nobody") if path.contains("signed") => problem(401, "sign-in-required"),
        (_, path, "ann") if path.contains("signed") => problem(403, "link-of-somebody-else"),
        ("GET", path, _) if path.starts_with("/v1/links/late") => HttpResponse::Ok().json(json!({ "decision": "reject", "approver": { "id": "b", "name": "Bob" },
            "sign_in_required": false, "used": false, "expires_at": "2026-06-01T12:00:00Z", "request": waiting("cancelled") })),
        ("GET", REQUEST_PATH, "erin") => {
            let mut request = whole_request();
            request["grants"] = json!([lost_grant()]);
            HttpResponse::Ok().json(request)
        }
        ("GET", REQUEST_PATH, _) => HttpResponse::Ok().json(whole_request()),
        ("POST", path, "carl") if path.ends_with("12/decisions") => problem(409, "state-conflict"),
        ("POST", path, "dora") if path.ends_with("24/decisions") => HttpResponse::BadGateway().body("<h1>Bad gateway</h1>"),
        ("POST", path, "carl" | "bob" | "dora") if path.ends_with("/decisions") => HttpResponse::Ok().json(done),
        ("POST", path, _) if path.ends_with("/decisions") => problem(403, "not-an-approver"),
        ("POST", path, _) if path.starts_with("/v1/links/race") => problem(409, "state-conflict"),
        ("GET", path, _) if path.starts_with("/v1/links/") => HttpResponse::Ok().json(link(path.contains("signed"))),
        ("POST", path, _) if path.starts_with("/v1/links/") => HttpResponse::Ok().json(done),
        (_, "/v1/approvals", "dora") => HttpResponse::Ok().json(mixed_queue()),
        (_, "/v1/approvals", "carl") => HttpResponse::Ok().json(queue()),
        (_, "/v1/approvals", "bob") => HttpResponse::Ok().json(json!({ "items": [waiting("pending")] })),
        ("GET", "/v1/approvals/01990000-0000-7000-8000-000000000004", _) => {
            let mut detail = waiting("pending");
            detail["policies"] = json!([{ "may_vote": [{ "id": "b", "name": "Bob" }], "may_vote_count": 1, "mine": who == "bob" }]);
            detail["needs"] = json!([{ "because": "a rule", "stages": 1, "stage": 0, "votes_needed": 1, "votes": 0, "escalated": false }]);
            HttpResponse::Ok().json(detail)
        }
        (_, "/v1/grants", "erin") => HttpResponse::Ok().json(json!({ "items": [lost_grant()] })),
        (_, "/v1/grants", _) => problem(503, "unavailable"),
        (_, "/v1/accounts", _) => HttpResponse::Ok().json(json!({ "items": [
            { "id": "000000000001", "name": "Prod", "organizational_unit": "ou-1", "tags": { "environment": "production" } },
            { "id": "000000000002", "name": "<script>alert(2)</script>", "organizational_unit": "r", "tags": {} },
        ] })),
        (_, "/v1/me/accounts", "olga") => HttpResponse::Ok().json(json!({ "items": [{ "id": "000000000001", "name": "Prod", "tags": {} }] })),
        (_, "/v1/accounts/000000000001/holders", "olga") => HttpResponse::Ok().json(json!({ "items": [holder(Value::Null)] })),
        (_, "/v1/accounts/000000000001/holders", "erin") => HttpResponse::Ok().json(json!({ "items": [holder(json!("01990000-0000-7000-8000-000000000001"))] })),
        (_, path, "olga") if path.ends_with("/holders") || path == "/v1/access" => problem(403, "owner-required"),
        (_, "/v1/permission-sets", _) => HttpResponse::Ok().json(json!({ "items": [
            { "arn": "arn:x", "name": "Reader" }, { "arn": "arn:y", "name": "Writer" } ] })),
        ("GET", "/v1/settings", _) => HttpResponse::Ok().json(settings()),
        ("GET", "/v1/emergency", _) => HttpResponse::Ok().json(json!({ "pauses": [], "items": [] })),
        (_, "/v1/organizational-units", _) => HttpResponse::Ok().json(json!({ "items": [
            { "id": "r", "name": "Root", "parent": null }, { "id": "ou-1", "name": "Workloads", "parent": "r" },
        ] })),
        (_, "/v1/eligibility", _) if request.query_string() == "beneficiary=u-2" => HttpResponse::Ok().json(json!({
            "items": [{ "rule": "01990000-0000-7000-8000-000000000009", "name": "a rule", "max_minutes": 240,
                "accounts": ["000000000001"], "permission_sets": ["arn:z"] }],
            "accounts": [{ "id": "000000000001", "name": "Prod" }], "permission_sets": [{ "arn": "arn:z", "name": "Helper" }],
        })),
        (_, "/v1/eligibility", _) => HttpResponse::Ok().json(json!({
            "items": [{ "rule": "01990000-0000-7000-8000-000000000009", "name": "a rule", "max_minutes": 240,
                "accounts": ["000000000001", "000000000002"], "permission_sets": ["arn:x", "arn:y"] }],
            "accounts": [{ "id": "000000000001", "name": "Prod" }, { "id": "000000000002", "name": "<script>alert(2)</script>" }],
            "permission_sets": [{ "arn": "arn:x", "name": "Reader" }, { "arn": "arn:y", "name": "Writer" }],
        })),
        (_, "/v1/eligibility/explain", _) => HttpResponse::Ok().json(json!({
            "allowed": true, "automatic": false, "refused": null, "break_glass": [],
            "pairs": [{ "account": "000000000001", "account_name": "Prod", "permission_set": "arn:y", "permission_set_name": "Writer",
                "allowed": true, "longest_minutes": 120, "longest_because": "a rule allows no more", "trace": [] }],
            "approvals": [{ "needs": [], "asks": { "groups": [{ "id": "g", "name": "approvers" }], "users": [], "on_duty": [], "schedules": 0 }, "possible": true }],
        })),
        (_, "/v1/events", "busy") => problem(429, "too-many-streams"),
        (_, "/v1/users", _) if request.query_string().contains("exactly=away") => problem(503, "unavailable"),
        (_, "/v1/users", _) if request.query_string().contains("exactly=one.of.many") => HttpResponse::Ok().json(json!({ "items": [
            { "id": "u-9", "name": "Many", "user_name": "one.of.many", "active": true }] })),
        (_, "/v1/users", _) if request.query_string().contains("exactly=") => HttpResponse::Ok().json(json!({ "items": [] })),
        (_, "/v1/users", _) if request.query_string().contains("q=away") => problem(503, "unavailable"),
        (_, "/v1/users", _) if request.query_string().contains("q=twin") => HttpResponse::Ok().json(json!({ "items": [
            twin("u-4", "left"), twin("u-5", "right") ] })),
        (_, "/v1/users", _) if ["q=u-5", "q=right.twin"].iter().any(|q| request.query_string().contains(q)) => HttpResponse::Ok().json(json!({ "items": [twin("u-5", "right")] })),
        (_, "/v1/users", _) if request.query_string().contains("q=nobody") => HttpResponse::Ok().json(json!({ "items": [] })),
        (_, "/v1/users", _) if request.query_string().contains("q=ben") => HttpResponse::Ok().json(json!({ "items": [ben(),
            { "id": "u-3", "name": "Bent, who left", "user_name": "bent", "active": false }] })),
        (_, "/v1/users", _) if request.query_string().contains("q=u-2") => HttpResponse::Ok().json(json!({ "items": [ben()] })),
        (_, "/v1/users", _) => HttpResponse::Ok().json(json!({ "items": [{ "id": "u-1", "name": "Ann" }] })),
        (_, "/v1/templates", _) => HttpResponse::Ok().json(json!({ "items": [] })),
        ("POST", "/v1/requests", _) => HttpResponse::Created().json(whole_request()),
        (_, "/v1/approvals" | "/v1/requests", _) => HttpResponse::Ok().json(json!({ "items": [] })),
        _ => problem(404, "not-found"),
    }
}

pub struct World {
    pub db: TestDb,
    pub issuer: Issuer,
    pub fake: FakeApi,
    pub portal: Api,
}

impl World {
    pub async fn new() -> Self {
        Self::at(ORIGIN).await
    }

    pub async fn at(public_url: &str) -> Self {
        let (db, issuer, fake_api) = (database().await, Issuer::start().await, FakeApi::default());
        let data = Data::new(fake_api.clone());
        let server = HttpServer::new(move || App::new().app_data(data.clone()).default_service(web::to(fake)));
        let server = server.workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", server.addrs()[0]);
        actix_web::rt::spawn(server.run());
        let settings = testkit::api::settings(&issuer, &[("API__BASE_URL", &base), ("HTTP__PUBLIC_URL", public_url)]);
        let data = portal::app_data(&settings, db.db.clone()).unwrap();
        let portal = testkit::api::api(&settings, &db.db, portal::routes, move |config| data(config));
        Self { db, issuer, fake: fake_api, portal }
    }

    pub fn calls(&self, method: &str) -> usize {
        self.fake.calls.lock().unwrap().iter().filter(|c| c.starts_with(method)).count()
    }
}

/// Keeps cookies and follows nothing by itself.
pub struct Browser<'a> {
    pub world: &'a World,
    pub http: reqwest::Client,
    pub jar: BTreeMap<String, String>,
}

pub struct Answer {
    pub status: u16,
    pub place: String,
    pub cookies: Vec<String>,
    pub headers: reqwest::header::HeaderMap,
    pub body: String,
}

impl<'a> Browser<'a> {
    pub fn new(world: &'a World) -> Self {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { world, http, jar: BTreeMap::new() }
    }

    pub async fn send(&mut self, request: reqwest::RequestBuilder) -> Answer {
        let cookies: Vec<String> = self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let response = request.header(COOKIE, cookies.join("; ")).send().await.unwrap();
        let cookies: Vec<String> =
            response.headers().get_all(SET_COOKIE).iter().map(|v| v.to_str().unwrap().to_owned()).collect();
        for cookie in &cookies {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            if value.is_empty() {
                self.jar.remove(name);
            } else {
                self.jar.insert(name.to_owned(), value.to_owned());
            }
        }
        let place = response.headers().get(LOCATION).map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer { status, place, cookies, headers, body: response.text().await.unwrap() }
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        let request = self.http.get(format!("{}{path}", self.world.portal.url));
        self.send(request).await
    }

    /// A page in these languages.
    pub async fn get_in(&mut self, languages: &str, path: &str) -> Answer {
        let request = self.http.get(format!("{}{path}", self.world.portal.url)).header("accept-language", languages);
        self.send(request).await
    }

    pub async fn post(&mut self, path: &str, origin: Option<&str>, fields: &[(&str, &str)]) -> Answer {
        let mut request = self.http.post(format!("{}{path}", self.world.portal.url)).form(fields);
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        self.send(request).await
    }

    /// Signs in as this user, wherever the portal wants to go then.
    pub async fn signs_in(&mut self, who: &str, path: &str) -> Answer {
        self.world.issuer.signs_in(who);
        let away = self.get(path).await;
        assert_eq!(away.status, 303, "{}", away.body);
        let back = self.http.get(&away.place).send().await.unwrap();
        let back = back.headers()[LOCATION].to_str().unwrap().strip_prefix(ORIGIN).unwrap().to_owned();
        self.get(&back).await
    }
}

/// The hidden code of the form that acts on this address.
pub fn code(body: &str, form: &str) -> String {
    let form = &body[body.find(form).unwrap()..];
    let at = form.find("name=\"code\" value=\"").unwrap() + "name=\"code\" value=\"".len();
    form[at..].split('"').next().unwrap().to_owned()
}

/// What a page says, without its tags.
pub fn text(body: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in body.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push(' ');
            }
            c if !inside => text.push(c),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
