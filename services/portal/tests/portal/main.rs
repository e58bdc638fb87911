//! The portal as a browser meets it: signing in at a real (local) provider, pages over an API that answers as
//! ours does, forms that only our own pages can send.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot be set up shall fail")]

mod choosing;
mod editing;
mod owning;
mod pages;
mod renewal;
mod settings;
mod together;
mod words;
mod world;

use reqwest::header::LOCATION;
use world::{Browser, ORIGIN, REQUEST_PAGE, REQUEST_PATH, World, code, text};

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
    let words = text(&home.body);
    assert!(words.contains("Reader Prod 000000000001 production") && words.contains("1 h 30 min"), "{words}");
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
        assert_eq!(answer.body.matches("<script").count(), 1, "{path}: {}", answer.body);
        assert!(answer.body.contains("<script src=\"/assets/curfew.js?"), "{path}: {}", answer.body);
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
    let fields =
        [("code", code(&shown.body, "<form method=\"post\" class=\"stack\">")), ("comment", "fine".to_owned())];
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
    let code = code(&shown.body, "<form method=\"post\" class=\"stack\">");
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
        "Reader Prod 000000000001 production Approved",
        "Reader Search 000000000001 production For 1 h 30 min",
        "Break-glass:",
        "critical",
        "which &#60;b&#62;invoice&#60;/b&#62;?",
    ] {
        let words = text(&shown.body);
        assert!(words.contains(part) || shown.body.contains(part), "{part} is missing in {words}");
    }
    let code = code(&shown.body, "<form method=\"post\" class=\"stack\">");
    let fields = |code| [("code", code), ("version", "1"), ("decision", "approve"), ("comment", "fine")];
    assert_eq!(browser.post(REQUEST_PAGE, Some(ORIGIN), &fields("forged")).await.status, 403);
    assert_eq!(browser.post(REQUEST_PAGE, Some("https://evil.example"), &fields(&code)).await.status, 403);
    assert_eq!(world.calls("POST"), 0);
    let done = browser.post(REQUEST_PAGE, Some(ORIGIN), &fields(&code)).await;
    assert_eq!((done.status, done.place.as_str()), (303, REQUEST_PAGE), "{}", done.body);
    assert_eq!(world.calls(&format!("POST {REQUEST_PATH}/decisions bob")), 1);
    assert_eq!(browser.get("/requests/none").await.status, 404);
}

#[actix_web::test]
async fn a_decision_that_comes_too_late_is_told_in_words() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let late = browser.get("/decide/late").await;
    assert!(late.body.contains("was cancelled") && !late.body.contains("<textarea"));
    let shown = browser.get("/decide/race").await;
    let code = code(&shown.body, "<form method=\"post\" class=\"stack\">");
    let lost = browser.post("/decide/race", Some(ORIGIN), &[("code", &code)]).await;
    assert!(lost.status == 409 && lost.body.contains("You are too late: the request was cancelled"), "{}", lost.body);
}

#[actix_web::test]
async fn forms_of_other_sites_other_sessions_and_other_pages_do_nothing() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.signs_in("bob", "/sign-in").await;
    let page = browser.get("/decide/signed").await.body;
    let own = code(&page, "<form method=\"post\" class=\"stack\">");
    let sign_out = code(&page, "action=\"/sign-out\"");
    let mut other = Browser::new(&world);
    other.signs_in("bob", "/sign-in").await;
    let foreign = code(&other.get("/decide/signed").await.body, "<form method=\"post\" class=\"stack\">");
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
