//! Pages for readers of another language than the API's: what it says with a code is told in theirs.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use crate::world::{Browser, ORIGIN, REQUEST_PAGE, REQUEST_PATH, World, code, text, whole_request};

/// What nobody says in German.
const ENGLISH: &[&str] = &[
    "the", "is", "are", "it", "its", "and", "of", "or", "for", "not", "no", "by", "with", "this", "that", "there",
    "to", "allows", "allowed", "rule", "asked", "minutes", "at", "nothing", "which", "what", "who",
];

/// An API for greta, whose pages are German: in one account a rule allows what she asks for, in the other none does.
pub fn answer(request: &HttpRequest) -> Option<HttpResponse> {
    let path = request.path();
    Some(match (request.method().as_str(), path) {
        ("POST", "/v1/eligibility/explain") => HttpResponse::Ok().json(explanation()),
        ("POST", "/v1/requests") => problem(
            403,
            &json!({ "type": "urn:curfew:problem:not-eligible", "title": "No rule allows this", "status": 403,
                "detail": "No rule allows Writer in account Prod: Nachtdienst: it allows at most 60 minutes.",
                "pairs": [{ "account_name": "Prod", "permission_set_name": "Writer", "others": 1,
                    "rules": [rule("Nachtdienst", false, &too_long()), rule("Fremde", false, &others())] }] }),
        ),
        ("GET", REQUEST_PATH) => {
            let mut kept = whole_request();
            let person = json!({ "id": "d", "name": "Greta" });
            (kept["requester"], kept["beneficiary"]) = (person.clone(), person.clone());
            (kept["reason"], kept["ticket"]) = (json!("Rechnung"), json!("OPS-1"));
            kept["items"][1]["account_name"] = json!("Suche");
            kept["comments"][0]["text"] = json!("Welche Rechnung?");
            let allows = rule(
                "Tagdienst",
                true,
                &json!([{ "code": "allows_with_approval", "minutes": 120, "votes": 1, "stages": 2 }]),
            );
            let pair = json!({ "account": "000000000001", "permission_set": "arn:x" });
            kept["trace"] = json!([{ "pair": pair, "rules": [allows, freeze()], "others": 1 }]);
            HttpResponse::Ok().json(kept)
        }
        ("POST", path) if path.ends_with("/decisions") => problem(
            409,
            &json!({ "type": "urn:curfew:problem:no-longer-allowed", "title": "The rules do not allow this any more", "status": 409,
                "detail": "It is not allowed any more: Reader in Prod: Nachtdienst: it is switched off.", "what": "Reader in Prod",
                "refused": { "by": "Nachtdienst", "why": [{ "code": "switched_off" }] } }),
        ),
        // Whose part of the page is left out.
        ("GET", path) if path.starts_with("/v1/approvals/") => problem(
            503,
            &json!({ "type": "urn:curfew:problem:unavailable", "title": "Something that is needed for this is away", "status": 503 }),
        ),
        ("GET", "/v1/approvals") => problem(
            422,
            &json!({ "type": "urn:curfew:problem:invalid-value", "title": "A value is not possible here", "status": 422,
                "detail": "The cursor is from the future.", "path": "cursor" }),
        ),
        _ => return None,
    })
}

fn problem(status: u16, body: &Value) -> HttpResponse {
    HttpResponse::build(StatusCode::from_u16(status).unwrap()).content_type("application/problem+json").json(body)
}

fn said(kind: &str, name: &str, allows: bool, why: &Value) -> Value {
    json!({ "kind": kind, "id": "01990000-0000-7000-8000-000000000009", "version": 1, "name": name, "allows": allows,
        "because": "as it is told in English, with the words of the API", "why": why })
}

fn rule(name: &str, allows: bool, why: &Value) -> Value {
    said("rule", name, allows, why)
}

fn freeze() -> Value {
    said(
        "freeze",
        "Jahresende",
        true,
        &json!([{ "code": "freeze_lasts", "from": "2026-12-20T00:00:00Z", "until": "2027-01-02T00:00:00Z" }]),
    )
}

fn too_long() -> Value {
    json!([{ "code": "too_long", "most": 60, "asked": 90 }])
}

fn others() -> Value {
    json!([{ "code": "other_people" }])
}

fn explanation() -> Value {
    let pair = |account: &str, allowed: bool, trace: Value| {
        json!({ "account": account, "account_name": if allowed { "Prod" } else { "Suche" }, "permission_set": "arn:y",
            "permission_set_name": "Writer", "allowed": allowed, "longest_minutes": 120,
            "longest_because": "Nachtdienst allows at most 120 minutes, but its hours come earlier",
            "longest_why": { "code": "earlier", "name": "Nachtdienst", "most": 120 }, "trace": trace })
    };
    let yes =
        rule("Tagdienst", true, &json!([{ "code": "allows_at_once", "minutes": 120 }, { "code": "assumed_duty" }]));
    json!({ "allowed": false, "automatic": false, "refused": "No rule allows the whole of it.", "refused_as": "not-eligible",
        "break_glass": [], "approvals": [],
        "pairs": [pair("000000000001", true, json!([yes, freeze()])), pair("000000000002", false, json!([rule("Nachtdienst", false, &too_long())]))] })
}

/// The English words of a page's text between two others.
fn english(page: &str) -> Vec<String> {
    let words = page.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    words.filter(|word| ENGLISH.contains(&word.as_str())).collect()
}

async fn greta(world: &World) -> Browser<'_> {
    let mut browser = Browser::new(world);
    browser.signs_in("greta", "/sign-in").await;
    browser.jar.insert("curfew-look".to_owned(), "de.auto".to_owned());
    browser
}

#[actix_web::test]
async fn no_english_sentence_is_on_a_german_page_about_what_is_refused_and_what_is_allowed() {
    let world = World::new().await;
    let mut browser = greta(&world).await;
    let page = browser.get("/ask?pair=000000000001+arn%3Ay&pair=000000000002+arn%3Ay").await;
    let words = text(&page.body);
    assert!(page.body.contains("<html lang=\"de\""), "{words}");
    for told in [
        "So, wie es ist, würde es abgelehnt.",
        "Nachtdienst erlaubt höchstens 1 h, angefragt sind 1 h 30 min",
        "Tagdienst erlaubt bis zu 2 h ohne Zustimmung; der Bereitschaftsdienst konnte nicht gefragt werden",
        "„Nachtdienst“ erlaubt höchstens 2 h, aber",
        "Jahresende dauert von",
    ] {
        assert!(words.contains(told), "{told}: {words}");
    }
    assert_eq!(english(&words), [""; 0], "{words}");

    let code = code(&page.body, "data-ask");
    let fields = [
        ("code", code.as_str()),
        ("pair", "000000000001 arn:y"),
        ("reason", "die Rechnung fehlt"),
        ("other", "90"),
        ("send", "1"),
    ];
    let refused = browser.post("/ask", Some(ORIGIN), &fields).await;
    let words = text(&refused.body);
    assert_eq!(refused.status, 403, "{words}");
    assert!(
        words.contains(
            "Keine Regel erlaubt Writer in Prod. Nachtdienst: erlaubt höchstens 1 h, angefragt sind 1 h 30 min; Fremde: \
             gilt für andere Personen."
        ),
        "{words}"
    );
    assert_eq!(english(&words), [""; 0], "{words}");

    let kept = text(&browser.get(REQUEST_PAGE).await.body);
    assert!(kept.contains("Tagdienst erlaubt bis zu 2 h mit 1 Zustimmung in 2 Stufen"), "{kept}");
    assert!(kept.contains("Eine weitere ist für andere Personen"), "{kept}");
    assert_eq!(english(&kept), [""; 0], "{kept}");
}

#[actix_web::test]
async fn a_problem_is_told_by_its_code_in_the_readers_language_and_to_others_in_the_apis_words() {
    let world = World::new().await;
    let mut browser = greta(&world).await;
    let german = text(&browser.get("/approvals").await.body);
    assert!(german.contains("Eine Angabe ist hier nicht möglich. (cursor)"), "{german}");
    browser.jar.insert("curfew-look".to_owned(), "en.auto".to_owned());
    let english = text(&browser.get("/approvals").await.body);
    assert!(english.contains("The cursor is from the future."), "{english}");
}
