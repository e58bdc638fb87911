//! The portal as a browser meets it: signing in at a real (local) provider, pages over an API that answers as
//! ours does, forms that only our own pages can send.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot be set up shall fail")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use actix_web::web::{self, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use domain::UserId;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use serde_json::{Value, json};
use testkit::{Api, Issuer, TestDb, database};

/// Where browsers believe to be.
const ORIGIN: &str = "http://curfew.test";

/// An API of one approver (bob) and one request, with the policy's two ways of deciding by mail.
#[derive(Clone, Default)]
struct FakeApi {
    calls: Arc<Mutex<Vec<String>>>,
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

const REQUEST_PATH: &str = "/v1/requests/01990000-0000-7000-8000-000000000001";
const REQUEST_PAGE: &str = "/requests/01990000-0000-7000-8000-000000000001";

/// The same request with two pairs, one of them decided, taken by break-glass.
fn whole_request() -> Value {
    let mut request = waiting("pending");
    let item = |name: &str, state: &str| {
        json!({ "account": "000000000001", "account_name": name, "permission_set": "arn:x",
        "permission_set_name": "Reader", "state": state, "approval": null, "grant": null })
    };
    request["id"] = request["request"].clone();
    request["items"] = json!([item("Prod", "approved"), item("Search", "pending")]);
    request["severity"] = json!("critical");
    request["break_glass"] = json!("01990000-0000-7000-8000-000000000002");
    request["comments"] = json!([{ "id": "01990000-0000-7000-8000-000000000003", "author": { "id": "b", "name": "Bob" },
        "question": true, "text": "which <b>invoice</b>?", "said_at": "2026-06-01T09:10:00Z" }]);
    request
}

async fn fake(api: Data<FakeApi>, request: HttpRequest) -> HttpResponse {
    let bearer = request.headers().get("authorization").and_then(|v| v.to_str().ok()).unwrap_or_default();
    let claims = bearer
        .split('.')
        .nth(1)
        .map(|part| base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, part).unwrap());
    let claims: Value = claims.map_or(Value::Null, |c| serde_json::from_slice(&c).unwrap());
    let who = claims["preferred_username"].as_str().unwrap_or("nobody").to_owned();
    api.calls.lock().unwrap().push(format!("{} {} {who}", request.method(), request.path()));
    let link = |sign_in: bool| {
        json!({ "decision": "approve", "approver": { "id": "b", "name": "Bob" }, "sign_in_required": sign_in, "used": false,
            "expires_at": "2026-06-01T12:00:00Z", "request": waiting("pending") })
    };
    let done = json!({ "request": "01990000-0000-7000-8000-000000000001", "state": "approved", "grants": [] });
    match (request.method().as_str(), request.path(), who.as_str()) {
        (_, "/v1/me", "stranger") => problem(403, "unknown-user"),
        (_, "/v1/me", _) => HttpResponse::Ok().json(json!({ "kind": "user", "id": UserId::parse("00000000-0000-4000-8000-000000000001").unwrap(), "name": format!("{who} & co") })),
        (_, path, "nobody") if path.contains("signed") => problem(401, "sign-in-required"),
        (_, path, "ann") if path.contains("signed") => problem(403, "link-of-somebody-else"),
        ("GET", path, _) if path.starts_with("/v1/links/late") => HttpResponse::Ok().json(json!({ "decision": "reject", "approver": { "id": "b", "name": "Bob" },
            "sign_in_required": false, "used": false, "expires_at": "2026-06-01T12:00:00Z", "request": waiting("cancelled") })),
        ("GET", REQUEST_PATH, _) => HttpResponse::Ok().json(whole_request()),
        ("POST", path, "bob") if path.ends_with("/decisions") => HttpResponse::Ok().json(done),
        ("POST", path, _) if path.ends_with("/decisions") => problem(403, "not-an-approver"),
        ("POST", path, _) if path.starts_with("/v1/links/race") => problem(409, "state-conflict"),
        ("GET", path, _) if path.starts_with("/v1/links/") => HttpResponse::Ok().json(link(path.contains("signed"))),
        ("POST", path, _) if path.starts_with("/v1/links/") => HttpResponse::Ok().json(done),
        (_, "/v1/approvals", "bob") => HttpResponse::Ok().json(json!({ "items": [waiting("pending")] })),
        (_, "/v1/grants", _) => problem(503, "unavailable"),
        (_, "/v1/approvals" | "/v1/requests", _) => HttpResponse::Ok().json(json!({ "items": [] })),
        _ => problem(404, "not-found"),
    }
}

struct World {
    db: TestDb,
    issuer: Issuer,
    fake: FakeApi,
    portal: Api,
}

impl World {
    async fn new() -> Self {
        Self::at(ORIGIN).await
    }

    async fn at(public_url: &str) -> Self {
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

    fn calls(&self, method: &str) -> usize {
        self.fake.calls.lock().unwrap().iter().filter(|c| c.starts_with(method)).count()
    }
}

/// Keeps cookies and follows nothing by itself.
struct Browser<'a> {
    world: &'a World,
    http: reqwest::Client,
    jar: BTreeMap<String, String>,
}

struct Answer {
    status: u16,
    place: String,
    cookies: Vec<String>,
    headers: reqwest::header::HeaderMap,
    body: String,
}

impl<'a> Browser<'a> {
    fn new(world: &'a World) -> Self {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { world, http, jar: BTreeMap::new() }
    }

    async fn send(&mut self, request: reqwest::RequestBuilder) -> Answer {
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

    async fn get(&mut self, path: &str) -> Answer {
        let request = self.http.get(format!("{}{path}", self.world.portal.url));
        self.send(request).await
    }

    async fn post(&mut self, path: &str, origin: Option<&str>, fields: &[(&str, &str)]) -> Answer {
        let mut request = self.http.post(format!("{}{path}", self.world.portal.url)).form(fields);
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        self.send(request).await
    }

    /// Signs in as this user, wherever the portal wants to go then.
    async fn signs_in(&mut self, who: &str, path: &str) -> Answer {
        self.world.issuer.signs_in(who);
        let away = self.get(path).await;
        assert_eq!(away.status, 303, "{}", away.body);
        let back = self.http.get(&away.place).send().await.unwrap();
        let back = back.headers()[LOCATION].to_str().unwrap().strip_prefix(ORIGIN).unwrap().to_owned();
        self.get(&back).await
    }
}

/// The hidden code of the form that acts on this address.
fn code(body: &str, form: &str) -> String {
    let form = &body[body.find(form).unwrap()..];
    let at = form.find("name=\"code\" value=\"").unwrap() + "name=\"code\" value=\"".len();
    form[at..].split('"').next().unwrap().to_owned()
}

#[actix_web::test]
async fn signing_in_leads_to_the_overview_and_signing_out_ends_the_session() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let welcome = browser.get("/").await;
    assert!(welcome.status == 200 && welcome.body.contains("href=\"/sign-in\""));

    let home = browser.signs_in("bob", "/sign-in").await;
    assert_eq!((home.status, home.place.as_str()), (303, "/"));
    let home = browser.get("/").await;
    assert!(home.body.contains("bob &#38; co"), "{}", home.body);
    assert!(home.body.contains("Reader in Prod (000000000001)") && home.body.contains("1 h 30 min"));
    assert!(home.body.contains("role=\"alert\""), "the part of the API that is away says so, the others are there");

    let copied = browser.jar.clone();
    let out = browser.post("/sign-out", Some(ORIGIN), &[("code", &code(&home.body, "action=\"/sign-out\""))]).await;
    assert_eq!(out.status, 303);
    assert!(browser.jar.is_empty());
    let mut thief = Browser { jar: copied, ..Browser::new(&world) };
    assert!(thief.get("/").await.body.contains("href=\"/sign-in\""), "a copied cookie opens nothing afterwards");
}

#[actix_web::test]
async fn what_the_api_says_is_text_on_every_page_and_pages_may_run_nothing() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.signs_in("bob", "/sign-in").await;
    for path in ["/", "/decide/alone"] {
        let answer = browser.get(path).await;
        assert!(!answer.body.contains("<script"), "{path}: {}", answer.body);
        assert!(answer.body.contains("Ann &#60;script&#62;"), "{path}");
        assert!(!answer.body.contains(" style=") && !answer.body.contains("<style"));
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'self';") && !policy.contains("unsafe"));
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert_eq!(answer.headers["referrer-policy"], "same-origin");
    }
    assert_eq!(browser.get("/assets/curfew.css?1").await.headers["content-type"], "text/css; charset=utf-8");
}

#[actix_web::test]
async fn the_session_is_new_at_each_sign_in_and_the_old_one_ends() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.jar.insert("curfew-session".to_owned(), "A".repeat(43));
    browser.signs_in("bob", "/sign-in").await;
    let first = browser.jar["curfew-session"].clone();
    assert_ne!(first, "A".repeat(43), "a cookie that somebody planted is not taken over");
    browser.signs_in("bob", "/sign-in").await;
    assert_ne!(browser.jar["curfew-session"], first);
    let mut old = Browser { jar: [("curfew-session".to_owned(), first)].into(), ..Browser::new(&world) };
    assert!(old.get("/").await.body.contains("href=\"/sign-in\""));
}

#[actix_web::test]
async fn a_session_ends_when_its_token_does() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.signs_in("bob", "/sign-in").await;
    world.db.advance_minutes(4);
    assert!(browser.get("/").await.body.contains("Sign out"));
    world.db.advance_minutes(1);
    assert!(!browser.get("/").await.body.contains("Sign out"), "the provider's token lives for five minutes");
}

#[actix_web::test]
async fn the_database_alone_does_not_open_a_session() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.signs_in("bob", "/sign-in").await;
    let rows = world.db.rows("sessions").await;
    assert_eq!(rows.len(), 1);
    for secret in [browser.jar["curfew-session"].as_str(), "eyJ"] {
        let digits: String = secret.bytes().map(|b| format!("{b:02x}")).collect();
        assert!(!rows[0].contains(secret) && !rows[0].contains(&digits), "neither cookie nor token can be read");
    }
}

#[actix_web::test]
async fn signing_in_returns_to_our_own_pages_alone() {
    let world = World::new().await;
    for (asked, place) in [
        ("/decide/alone", "/decide/alone"),
        ("https%3A%2F%2Fevil.example", "/"),
        ("%2F%2Fevil.example", "/"),
        ("%2F%5Cevil.example", "/"),
        ("%2F%09%2Fevil.example", "/"),
        ("javascript%3Aalert(1)", "/"),
    ] {
        let mut browser = Browser::new(&world);
        assert_eq!(browser.signs_in("bob", &format!("/sign-in?return_to={asked}")).await.place, place, "{asked}");
    }
}

#[actix_web::test]
async fn an_answer_of_the_provider_fits_one_attempt_in_one_browser() {
    let world = World::new().await;
    let (mut mine, mut theirs) = (Browser::new(&world), Browser::new(&world));
    let away = mine.get("/sign-in").await;
    let back = mine.http.get(&away.place).send().await.unwrap();
    let back = back.headers()[LOCATION].to_str().unwrap().strip_prefix(ORIGIN).unwrap().to_owned();
    theirs.get("/sign-in").await;
    assert_eq!(theirs.get(&back).await.status, 400, "somebody else's answer signs nobody in");
    assert_eq!(Browser::new(&world).get(&back).await.status, 400, "nor does one without an attempt");
    assert_eq!(mine.get(&back).await.status, 303);
    assert_eq!(mine.get(&back).await.status, 400, "nor a second time");
    let mut slow = Browser::new(&world);
    slow.get("/sign-in").await;
    world.db.advance_minutes(10);
    assert_eq!(slow.get(&back).await.status, 400);
}

#[actix_web::test]
async fn who_is_not_in_the_directory_is_told_so() {
    let world = World::new().await;
    let answer = Browser::new(&world).signs_in("stranger", "/sign-in").await;
    assert_eq!(answer.status, 403);
    assert!(answer.body.contains("does not know you"));
}

#[actix_web::test]
async fn a_link_is_shown_by_get_and_decided_by_post() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let shown = browser.get("/decide/alone").await;
    assert_eq!(shown.status, 200);
    assert!(shown.body.contains("this link alone was used"), "{}", shown.body);
    browser.get("/decide/alone").await;
    assert_eq!(world.calls("POST"), 0, "looking decides nothing");
    let fields = [("code", code(&shown.body, "<form method=\"post\">")), ("comment", "fine".to_owned())];
    let fields = fields.each_ref().map(|(n, v)| (*n, v.as_str()));
    let done = browser.post("/decide/alone", Some(ORIGIN), &fields).await;
    assert!(done.status == 200 && done.body.contains("Approved"), "{}", done.body);
    assert_eq!(world.calls("POST /v1/links/alone/decision nobody"), 1);
}

#[actix_web::test]
async fn where_the_policy_demands_it_the_link_leads_through_signing_in_and_back() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let first = browser.get("/decide/signed").await;
    assert_eq!((first.status, first.place.as_str()), (303, "/sign-in?return_to=%2Fdecide%2Fsigned"));
    assert_eq!(browser.signs_in("bob", &first.place).await.place, "/decide/signed");
    let shown = browser.get("/decide/signed").await;
    assert!(shown.body.contains("You decide as Bob."), "{}", shown.body);
    let code = code(&shown.body, "<form method=\"post\">");
    assert_eq!(browser.post("/decide/signed", Some(ORIGIN), &[("code", &code)]).await.status, 200);
    assert_eq!(world.calls("POST /v1/links/signed/decision bob"), 1);

    let mut ann = Browser::new(&world);
    ann.signs_in("ann", "/sign-in").await;
    let refused = ann.get("/decide/signed").await;
    assert!(refused.status == 403 && refused.body.contains("sent to somebody else"));
}

#[actix_web::test]
async fn a_requests_page_demands_signing_in_shows_all_of_it_and_decides_it() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let first = browser.get(REQUEST_PAGE).await;
    assert_eq!(first.status, 303, "{}", first.body);
    assert_eq!(browser.signs_in("bob", &first.place).await.place, REQUEST_PAGE);
    let shown = browser.get(REQUEST_PAGE).await;
    for part in [
        "Reader in Prod (000000000001): Approved",
        "<div>Reader in Search (000000000001)</div>",
        "Break-glass:",
        "critical",
        "which &#60;b&#62;invoice&#60;/b&#62;?",
    ] {
        assert!(shown.body.contains(part), "{part} is missing in {}", shown.body);
    }
    let code = code(&shown.body, "<form method=\"post\">");
    let fields = |code| [("code", code), ("version", "1"), ("decision", "approve"), ("comment", "fine")];
    assert_eq!(browser.post(REQUEST_PAGE, Some(ORIGIN), &fields("forged")).await.status, 403);
    assert_eq!(browser.post(REQUEST_PAGE, Some("https://evil.example"), &fields(&code)).await.status, 403);
    assert_eq!(world.calls("POST"), 0);
    let done = browser.post(REQUEST_PAGE, Some(ORIGIN), &fields(&code)).await;
    assert!(done.status == 200 && done.body.contains("Approved"), "{}", done.body);
    assert_eq!(world.calls(&format!("POST {REQUEST_PATH}/decisions bob")), 1);
    assert_eq!(browser.get("/requests/none").await.status, 404);
}

#[actix_web::test]
async fn a_decision_that_comes_too_late_is_told_in_words() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let late = browser.get("/decide/late").await;
    assert!(late.body.contains("was taken back") && !late.body.contains("<textarea"));
    let shown = browser.get("/decide/race").await;
    let code = code(&shown.body, "<form method=\"post\">");
    let lost = browser.post("/decide/race", Some(ORIGIN), &[("code", &code)]).await;
    assert!(lost.status == 409 && lost.body.contains("You are too late: the request was taken back"), "{}", lost.body);
}

#[actix_web::test]
async fn forms_of_other_sites_other_sessions_and_other_pages_do_nothing() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.signs_in("bob", "/sign-in").await;
    let page = browser.get("/decide/signed").await.body;
    let own = code(&page, "<form method=\"post\">");
    let sign_out = code(&page, "action=\"/sign-out\"");
    let mut other = Browser::new(&world);
    other.signs_in("bob", "/sign-in").await;
    let foreign = code(&other.get("/decide/signed").await.body, "<form method=\"post\">");
    for (origin, code) in [
        (Some("http://evil.test"), own.as_str()),
        (Some("null"), &own),
        (None, &own),
        (Some(ORIGIN), &foreign),
        (Some(ORIGIN), &sign_out),
        (Some(ORIGIN), ""),
        (Some(ORIGIN), "AAAA"),
    ] {
        let answer = browser.post("/decide/signed", origin, &[("code", code)]).await;
        assert_eq!(answer.status, 403, "{origin:?} {code}");
    }
    assert_eq!(browser.post("/sign-out", Some("http://evil.test"), &[("code", &sign_out)]).await.status, 403);
    let cross = browser.http.post(format!("{}/decide/signed", world.portal.url)).form(&[("code", &own)]);
    let cross = cross.header("origin", ORIGIN).header("sec-fetch-site", "cross-site");
    assert_eq!(browser.send(cross).await.status, 403);
    assert_eq!(world.calls("POST"), 0);
    assert!(browser.get("/").await.body.contains("Sign out"), "still signed in");
}

#[actix_web::test]
async fn cookies_are_bound_to_https_where_there_is_https() {
    let plain = World::new().await;
    let answer = Browser::new(&plain).get("/sign-in").await;
    let cookie = &answer.cookies[0];
    assert!(cookie.starts_with("curfew-sign-in=") && !cookie.contains("Secure"), "{cookie}");
    let secure = World::at("https://curfew.test").await;
    let answer = Browser::new(&secure).get("/sign-in").await;
    let cookie = &answer.cookies[0];
    assert!(cookie.starts_with("__Host-curfew-sign-in="), "{cookie}");
    for part in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{part}: {cookie}");
    }
    assert!(answer.place.contains("redirect_uri=https%3A%2F%2Fcurfew.test%2Fcallback"), "{}", answer.place);
}

#[actix_web::test]
async fn an_unknown_page_is_a_page_and_an_unknown_endpoint_a_problem() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let page = browser.get("/nothing/here").await;
    assert!(page.status == 404 && page.body.contains("No such page"));
    let endpoint = browser.get("/v1/nothing").await;
    assert_eq!(
        (endpoint.status, &endpoint.headers["content-type"]),
        (404, &"application/problem+json".parse().unwrap())
    );
    assert_eq!(browser.get("/livez").await.status, 200);
}
