//! What pages show and do beside signing in and deciding.

use crate::world::{Browser, ORIGIN, World, code, text};

/// Every page that somebody can open.
const PAGES: [&str; 9] =
    ["/", "/ask", "/approvals", "/access", "/history", "/sessions", "/display", "/design", crate::REQUEST_PAGE];

#[actix_web::test]
async fn every_page_speaks_the_readers_language() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.signs_in("bob", "/sign-in").await;
    for page in PAGES {
        let english = browser.get_in("fr, en;q=0.5", page).await;
        let german = browser.get_in("de-CH,de;q=0.9,en;q=0.1", page).await;
        assert_eq!((english.status, german.status), (200, 200), "{page}");
        assert!(english.body.contains("<html lang=\"en\"") && english.body.contains("Skip to the content"), "{page}");
        assert!(german.body.contains("<html lang=\"de\"") && german.body.contains("Zum Inhalt"), "{page}");
        assert_ne!(text(&english.body), text(&german.body), "{page}");
    }
}

#[actix_web::test]
async fn a_first_view_is_small_and_brings_nothing_inline() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.signs_in("bob", "/sign-in").await;
    let fetched =
        browser.get("/assets/curfew.css").await.body.len() + browser.get("/assets/curfew.js").await.body.len();
    for page in PAGES {
        let answer = browser.get(page).await;
        assert!(answer.body.len() + fetched < 120_000, "{page}: {} and {fetched}", answer.body.len());
        for inline in [" style=", "<style", " onclick=", "javascript:", "http://", "https://"] {
            assert!(!answer.body.contains(inline), "{page} has {inline}");
        }
        assert_eq!(answer.headers["cross-origin-opener-policy"], "same-origin");
    }
}

#[actix_web::test]
async fn the_look_is_chosen_and_kept() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.signs_in("bob", "/sign-in").await;
    let page = browser.get("/display").await;
    assert!(!page.body.contains("data-theme"), "as the system is, until somebody chooses");
    let code = code(&page.body, "<form method=\"post\" class=\"stack\">");
    let fields = |zone| [("code", code.as_str()), ("theme", "dark"), ("language", "de"), ("zone", zone)];
    let wrong = browser.post("/display", Some(ORIGIN), &fields("Nowhere/City")).await;
    assert!(wrong.status == 422 && wrong.body.contains("There is no time zone of this name."));
    assert_eq!(browser.post("/display", Some(ORIGIN), &fields("Asia/Kolkata")).await.status, 303);
    let mut elsewhere = Browser::new(&world);
    elsewhere.signs_in("bob", "/sign-in").await;
    for browser in [&mut browser, &mut elsewhere] {
        let page = browser.get("/").await;
        assert!(page.body.contains("<html lang=\"de\" data-theme=\"dark\""), "{}", page.body);
        assert!(page.body.contains("Zeiten in Asia/Kolkata"), "{}", page.body);
    }
    for page in ["/nothing/here", "/decide/signed"] {
        assert!(elsewhere.get(page).await.body.contains("<html lang=\"de\""), "{page}");
    }
    let page = elsewhere.get("/display").await;
    assert!(page.body.contains("value=\"Asia/Kolkata\""), "{}", page.body);
    browser.jar.remove("curfew-session");
    let welcome = browser.get("/").await;
    assert!(welcome.body.contains("<html lang=\"de\" data-theme=\"dark\""), "before signing in it is the browser's");

    // Nothing chosen any more: each browser says for itself, whatever it kept.
    let code = crate::world::code(&page.body, "<form method=\"post\" class=\"stack\">");
    let fields = [("code", code.as_str()), ("theme", "auto"), ("language", "auto"), ("zone", "")];
    assert_eq!(elsewhere.post("/display", Some(ORIGIN), &fields).await.status, 303);
    elsewhere.jar.insert("curfew-look".to_owned(), "de.dark".to_owned());
    let page = elsewhere.get_in("en", "/").await;
    assert!(page.body.contains("<html lang=\"en\"") && !page.body.contains("data-theme"), "{}", page.body);
}

#[actix_web::test]
async fn people_sign_out_elsewhere() {
    let world = World::new().await;
    let (mut here, mut there) = (Browser::new(&world), Browser::new(&world));
    here.signs_in("bob", "/sign-in").await;
    there.signs_in("bob", "/sign-in").await;
    let page = here.get("/sessions").await;
    assert_eq!(page.body.matches("(this browser)").count(), 1, "{}", page.body);
    let code = code(&page.body, "<form method=\"post\"><input");
    assert_eq!(here.post("/sessions", Some("https://evil.example"), &[("code", &code)]).await.status, 403);
    assert!(there.get("/").await.body.contains("Sign out"));
    assert_eq!(here.post("/sessions", Some(ORIGIN), &[("code", &code)]).await.status, 303);
    assert!(!there.get("/").await.body.contains("Sign out"));
    assert!(here.get("/").await.body.contains("Sign out"), "only the others end");
}

#[actix_web::test]
async fn asking_works_without_a_script_and_keeps_what_was_typed() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.signs_in("ann", "/sign-in").await;
    let found = browser.get("/ask?q=workloads+writ").await;
    let words = text(&found.body);
    assert!(words.contains("Prod 000000000001 production Workloads Writer"), "{words}");
    assert!(!words.contains("Reader"), "the words say which permission set");
    let code = code(&found.body, "data-ask");
    let pair = ("add", "000000000001 arn:y");

    let moved = browser.post("/ask", Some(ORIGIN), &[("code", &code), pair]).await;
    assert_eq!((moved.status, moved.place.as_str()), (303, "/ask?pair=000000000001+arn%3Ay"));
    let page = browser.get(&moved.place).await;
    let words = text(&page.body);
    assert!(words.contains("These are asked: the group approvers") && words.contains("At most 2 h."), "{words}");

    let reason = "the import\n</textarea><script>alert(1)</script> fails \u{202e}\u{1f512}";
    let typed = browser.post("/ask", Some(ORIGIN), &[("code", &code), pair, ("reason", reason), ("check", "1")]).await;
    assert_eq!(typed.status, 200);
    assert!(typed.body.contains("the import\n&#60;/textarea&#62;&#60;script&#62;"), "{}", typed.body);
    assert_eq!(world.calls("POST /v1/requests "), 0, "looking asks nobody");

    let fields = [("code", code.as_str()), ("pair", pair.1), ("reason", reason), ("other", "soon"), ("send", "1")];
    let wrong = browser.post("/ask", Some(ORIGIN), &fields).await;
    assert!(wrong.status == 422 && wrong.body.contains("This is no duration."), "{}", wrong.body);
    let fields = [("code", code.as_str()), ("pair", pair.1), ("reason", reason), ("duration", "60"), ("send", "1")];
    assert_eq!(browser.post("/ask", None, &fields).await.status, 403);
    assert_eq!(browser.post("/ask", Some(ORIGIN), &fields).await.place, crate::REQUEST_PAGE);
    assert_eq!(world.calls("POST /v1/requests ann"), 1);
}

#[actix_web::test]
async fn a_reason_of_ten_thousand_characters_is_taken_whole() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    browser.signs_in("ann", "/sign-in").await;
    let code = code(&browser.get("/ask").await.body, "data-ask");
    let reason = "\u{1f512}".repeat(10_000);
    let page = browser.post("/ask", Some(ORIGIN), &[("code", &code), ("reason", &reason), ("check", "1")]).await;
    assert!(page.status == 200 && page.body.contains(&reason));
}

/// The rooms of those who oversee.
const OVERSIGHT: [&str; 8] =
    ["/accounts", "/people", "/who", "/policy/rules", "/operations", "/emergency", "/log", "/settings"];

#[actix_web::test]
async fn what_only_auditors_and_admins_may_read_says_so_to_others() {
    let world = World::new().await;
    let mut ann = Browser::new(&world);
    ann.signs_in("ann", "/sign-in").await;
    let home = ann.get("/").await.body;
    for place in OVERSIGHT {
        let page = ann.get(place).await;
        assert!(page.status == 403 && page.body.contains("This page is for admins"), "{}", page.body);
        assert!(!home.contains(&format!("href=\"{place}\"")), "{place}");
    }
    let mut erin = Browser::new(&world);
    erin.signs_in("erin", "/sign-in").await;
    let home = erin.get("/").await.body;
    for place in OVERSIGHT {
        assert!(home.contains(&format!("href=\"{place}\"")), "{place}");
    }
    for place in ["/policy/rules/new", "/policy/freezes/new"] {
        let page = erin.get(place).await;
        assert!(page.status == 403 && page.body.contains("This page is for admins."), "{}", page.body);
    }
    assert_eq!(erin.get("/policy/nonsense").await.status, 404);
}

#[actix_web::test]
async fn every_page_of_somebody_who_is_not_signed_in_leads_there_and_back() {
    let world = World::new().await;
    let mut nobody = Browser::new(&world);
    let own = ["/ask?q=prod", "/approvals", "/access", "/history?state=pending", "/sessions", "/display"];
    for page in own.into_iter().chain(OVERSIGHT) {
        let answer = nobody.get(page).await;
        let back: String = url::form_urlencoded::byte_serialize(page.as_bytes()).collect();
        assert_eq!((answer.status, answer.place), (303, format!("/sign-in?return_to={back}")), "{page}");
    }
}

#[actix_web::test]
async fn an_open_page_of_somebody_who_signed_out_stops_asking_for_news() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    assert_eq!(browser.get("/live?at=/").await.status, 204, "which ends an event source");
    browser.signs_in("bob", "/sign-in").await;
    assert_eq!(browser.get("/live?at=/").await.status, 204, "as does an API that tells nothing");
    assert_eq!(world.calls("GET /v1/events bob"), 1);
}

#[actix_web::test]
async fn the_historys_filters_stand_in_its_address_and_mean_days_where_the_reader_is() {
    let world = World::new().await;
    let mut erin = Browser::new(&world);
    erin.signs_in("erin", "/sign-in").await;
    erin.jar.insert("curfew-zone".to_owned(), "Europe/Berlin".to_owned());
    let place = "/history?state=approved&person=ann&since=2026-06-01&until=2026-06-30&whose=all";
    let page = erin.get(place).await;
    assert!(page.body.contains("value=\"2026-06-30\"") && page.body.contains("value=\"Ann\""), "{}", page.body);
    let asked = world.fake.asked.lock().unwrap().iter().rfind(|uri| uri.starts_with("/v1/requests?")).cloned().unwrap();
    for part in
        ["role=all", "state=approved", "person=u-1", "since=2026-05-31T22%3A00%3A00Z", "until=2026-06-30T22%3A00%3A00Z"]
    {
        assert!(asked.contains(part), "{part} in {asked}");
    }
    let mut ann = Browser::new(&world);
    ann.signs_in("ann", "/sign-in").await;
    assert_eq!(ann.get("/history?whose=all&person=bob&state=nonsense&since=nonsense").await.status, 200);
    let asked = world.fake.asked.lock().unwrap().iter().rfind(|uri| uri.starts_with("/v1/requests?")).cloned().unwrap();
    assert_eq!(asked, "/v1/requests?role=mine&limit=50", "nobody looks at others by an address");
    let file = erin.get("/history.csv").await;
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    assert!(file.body.starts_with("request,state,"), "{}", file.body);
}

#[actix_web::test]
async fn a_form_that_is_sent_after_the_sessions_end_says_so_and_changes_nothing() {
    let world = World::new().await;
    let mut nobody = Browser::new(&world);
    for place in ["/ask", "/templates", "/sessions", "/display", "/rules/plan", crate::REQUEST_PAGE] {
        let fields = [
            ("code", "x"),
            ("decision", "approve"),
            ("version", "1"),
            ("text", "x"),
            ("name", "x"),
            ("theme", "x"),
            ("language", "x"),
            ("from_request", "01990000-0000-7000-8000-000000000001"),
        ];
        let answer = nobody.post(place, Some(ORIGIN), &fields).await;
        assert!(answer.status == 401 && answer.body.contains("nothing was changed"), "{place}: {}", answer.body);
        assert_eq!(answer.place, "", "no form leads to another origin");
    }
    assert_eq!(world.calls("POST"), 0);
}

#[actix_web::test]
async fn what_aws_does_not_show_is_not_called_active_and_more_time_on_its_way_is_told() {
    let world = World::new().await;
    let mut erin = Browser::new(&world);
    erin.signs_in("erin", "/sign-in").await;
    let told = [
        ("en", "Missing in AWS", "noticed Mon 1 Jun", "More time is approved"),
        ("de", "Fehlt in AWS", "bemerkt Mo 1 Jun", "Mehr Zeit ist genehmigt"),
    ];
    for page in ["/", "/access", crate::REQUEST_PAGE] {
        for (language, missing, noticed, more) in told {
            let words = text(&erin.get_in(language, page).await.body);
            for part in [missing, noticed, more] {
                assert!(words.contains(part), "{page} in {language} does not say {part}: {words}");
            }
            let active = if language == "en" { "Reader Prod 000000000001 production Active" } else { "Aktiv AWS" };
            assert!(!words.contains(active), "{page}: {words}");
        }
    }
}

#[actix_web::test]
async fn a_person_whom_nobody_could_look_up_is_no_empty_history() {
    let world = World::new().await;
    let mut erin = Browser::new(&world);
    erin.signs_in("erin", "/sign-in").await;
    let page = erin.get("/history?person=away&state=approved").await;
    let words = text(&page.body);
    assert!(page.body.contains("role=\"alert\"") && words.contains("Try again Look without the person"), "{words}");
    assert!(!words.contains("No request matches."), "{words}");
    assert!(page.body.contains("href=\"/history?whose=all&#38;state=approved\""), "{}", page.body);
    assert_eq!(erin.get("/history.csv?person=away").await.status, 503, "no file either");
    assert_eq!(world.calls("GET /v1/requests erin"), 0, "nobody else's are shown instead");
    let nobody = text(&erin.get("/history?person=nobody").await.body);
    assert!(nobody.contains("Nobody in the directory is called “nobody”."), "{nobody}");
    assert_eq!(world.calls("GET /v1/requests erin"), 0);
    assert!(text(&erin.get("/history?person=ann").await.body).contains("Asked for by Ann, or for them."));
}

#[actix_web::test]
async fn somebody_with_many_pages_open_works_on_without_news_and_asks_again_later() {
    let world = World::new().await;
    let mut busy = Browser::new(&world);
    busy.signs_in("busy", "/sign-in").await;
    let answer = busy.get("/live?at=/").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "retry: 30000\n\n"));
    assert_eq!(answer.headers["content-type"], "text/event-stream");
}

#[actix_web::test]
async fn asking_for_somebody_else_needs_no_script_and_goes_by_what_they_may_have() {
    let world = World::new().await;
    let mut ann = Browser::new(&world);
    ann.signs_in("ann", "/sign-in").await;
    let found = ann.get("/ask?who=ben").await;
    assert!(found.body.contains("value=\"u-2\"") && found.body.contains("Ben &#60;b&#62;Baker"), "{}", found.body);
    assert!(!found.body.contains("who left"), "nobody asks for somebody who is gone");
    let code = code(&found.body, "data-ask");
    let chosen = ann.post("/ask", Some(ORIGIN), &[("code", &code), ("who", "ben"), ("choose_for", "u-2")]).await;
    assert_eq!((chosen.status, chosen.place.as_str()), (303, "/ask?for=u-2"));
    let page = ann.get("/ask?for=u-2&q=prod").await;
    let words = text(&page.body);
    assert!(words.contains("for Ben &#60;b&#62;Baker&#60;/b&#62; They would have the access"), "{words}");
    assert!(words.contains("Helper") && !words.contains("Writer"), "what ben may have is offered: {words}");
    assert!(
        text(&ann.get("/ask?q=prod").await.body).contains("Writer"),
        "and what ann may have where she asks for herself"
    );

    let pair = ("pair", "000000000001 arn:z");
    let reason = ("reason", "the import fails");
    let fields = [("code", code.as_str()), ("for", "u-2"), pair, reason, ("duration", "60"), ("send", "1")];
    assert_eq!(ann.post("/ask", Some(ORIGIN), &fields).await.place, crate::REQUEST_PAGE);
    let sent = world.fake.sent.lock().unwrap().clone();
    assert_eq!(sent.last().unwrap()["beneficiary"], "u-2");
    ann.post("/ask", Some(ORIGIN), &[("code", &code), ("for", "u-2"), pair, ("check", "1")]).await;
    let sent = world.fake.sent.lock().unwrap().clone();
    assert_eq!(sent.last().unwrap()["beneficiary"], "u-2", "what will happen is asked for ben too");
    let back = ann.post("/ask", Some(ORIGIN), &[("code", &code), ("for", "u-2"), ("choose_for", "")]).await;
    assert_eq!(back.place, "/ask?");
}

#[actix_web::test]
async fn a_view_is_kept_renamed_and_deleted_and_leads_to_the_history_alone() {
    let world = World::new().await;
    let mut erin = Browser::new(&world);
    erin.signs_in("erin", "/sign-in").await;
    let place = "/history?whose=all&state=rejected&person=ann&since=2026-06-01";
    let page = erin.get(place).await;
    let keep = code(&page.body, "action=\"/history/views\"");
    let fields = [
        ("code", keep.as_str()),
        ("name", "No <i>thanks</i>"),
        ("whose", "all"),
        ("state", "rejected"),
        ("person", "ann"),
        ("since", "2026-06-01"),
        ("account", ""),
        ("until", "//evil.example"),
    ];
    assert_eq!(erin.post("/history/views", Some("https://evil.example"), &fields).await.status, 403);
    let kept = erin.post("/history/views", Some(ORIGIN), &fields).await;
    assert_eq!((kept.status, kept.place.as_str()), (303, place), "{}", kept.body);
    let page = erin.get(place).await;
    assert!(text(&page.body).contains("No &#60;i&#62;thanks&#60;/i&#62; Change"), "{}", text(&page.body));
    assert!(page.body.contains("aria-current=\"page\" dir=\"auto\""), "{}", page.body);
    assert!(!page.body.contains("action=\"/history/views\""), "it is kept already");

    let own = "/history/views/01990000-0000-7000-8000-000000000100";
    let page = erin.get(own).await;
    let code_of = |body: &str| code(body, "<form method=\"post\" class=\"stack\">");
    let renamed = erin.post(own, Some(ORIGIN), &[("code", &code_of(&page.body)), ("name", "Refused")]).await;
    assert_eq!((renamed.status, renamed.place.as_str()), (303, place), "{}", renamed.body);
    assert!(text(&erin.get("/history").await.body).contains("Refused Change"));
    let asked = erin.get(&format!("{own}/delete")).await;
    assert!(text(&asked.body).contains("Delete the view “Refused”?"), "{}", asked.body);
    let gone = erin.post(&format!("{own}/delete"), Some(ORIGIN), &[("code", &code_of(&asked.body))]).await;
    assert_eq!(gone.place, "/history");
    assert!(!text(&erin.get("/history").await.body).contains("Refused"));
    assert_eq!(erin.get(own).await.status, 404);
    assert_eq!(erin.get("/history/views/evil").await.status, 404);
}
