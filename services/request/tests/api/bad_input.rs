//! Whatever somebody sends, they hear what is wrong with it, each mistake under its own name; nothing is a 500.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use testkit::company::{self, user};
use web::ProblemType;

use super::{App, an_hour, pair, with};

const NOBODY: &str = "00000000-0000-4000-8000-0000000000ff";
const NOTHING: &str = "01890000-0000-7000-8000-000000000000";
const JSON: (&str, &str) = ("content-type", "application/json");

struct Case {
    name: &'static str,
    who: &'static str,
    method: Method,
    path: String,
    headers: Vec<(&'static str, &'static str)>,
    body: Option<String>,
    problem: &'static str,
    /// A part of the sentence.
    says: &'static str,
}

fn asks(name: &'static str, changes: Value, problem: &'static str, says: &'static str) -> Case {
    sends(name, with(&an_hour(), &changes).to_string(), problem, says)
}

fn sends(name: &'static str, body: String, problem: &'static str, says: &'static str) -> Case {
    Case {
        name,
        who: "ann",
        method: Method::POST,
        path: "/v1/requests".to_owned(),
        headers: vec![JSON],
        body: Some(body),
        problem,
        says,
    }
}

fn gets(who: &'static str, path: &str, problem: &'static str, says: &'static str) -> Case {
    Case {
        name: "reading",
        who,
        method: Method::GET,
        path: path.to_owned(),
        headers: vec![],
        body: None,
        problem,
        says,
    }
}

fn bodies() -> Vec<Case> {
    let pairs = |pairs: Vec<Value>| json!({ "pairs": pairs });
    let power = || pair("payments-prod", "PowerUserAccess");
    let many: Vec<Value> = (0..51)
        .map(|n| json!({ "account": format!("{n:012}"), "permission_set": power()["permission_set"] }))
        .collect();
    let unknown_account = with(&power(), &json!({ "account": "999999999999" }));
    let unknown_set = with(&power(), &json!({ "permission_set": "arn:aws:sso:::permissionSet/ssoins-1/ps-none" }));
    let bad_account = with(&power(), &json!({ "account": "12" }));
    let long = "x".repeat(10_001);
    let huge = "x".repeat(1024 * 1024);
    vec![
        asks("an unknown field", json!({ "minute": 5 }), "unknown-field", "`minute`"),
        asks(
            "an unknown field inside",
            pairs(vec![with(&power(), &json!({ "role": "x" }))]),
            "unknown-field",
            "pairs[0]",
        ),
        asks("a missing field", json!({ "minutes": null }), "missing-field", "`minutes`"),
        asks("a field twice", json!({}), "duplicate-field", "twice"),
        asks("a wrong type", json!({ "pairs": "all" }), "wrong-type", "expected a list"),
        asks("minutes as a text", json!({ "minutes": "60" }), "wrong-type", "expected a whole number"),
        asks("half minutes", json!({ "minutes": 1.5 }), "wrong-type", "expected a whole number"),
        asks("more minutes than a number holds", json!({ "minutes": 1e30 }), "wrong-type", "minutes"),
        asks("a start that is no time", json!({ "start_at": "tomorrow" }), "invalid-value", "start_at"),
        asks("an account that is none", pairs(vec![bad_account]), "invalid-value", "twelve digits"),
        asks("no minutes", json!({ "minutes": 0 }), "duration-zero", "from 1"),
        asks("negative minutes", json!({ "minutes": -1 }), "duration-negative", "-1 is not"),
        asks("a thousand million minutes", json!({ "minutes": 1_000_000_000 }), "duration-too-long", "1000000000"),
        asks("more than anybody may have", json!({ "minutes": 481 }), "duration-too-long", "at most 480"),
        asks("a past start", json!({ "start_at": "2020-01-01T00:00:00Z" }), "start-in-past", "2020-01-01"),
        asks("a start too far ahead", json!({ "start_at": "2999-01-01T00:00:00Z" }), "start-too-far", "30 days"),
        asks("a short reason", json!({ "reason": "  fix  " }), "justification-too-short", "at least 10"),
        asks("a long reason", json!({ "reason": long }), "justification-too-long", "at most 10000"),
        asks("a reason of a megabyte", json!({ "reason": huge }), "payload-too-large", "bytes"),
        asks("a control character", json!({ "reason": "a bell \u{7} rings loudly" }), "control-characters", "U+0007"),
        asks("a NUL", json!({ "reason": "nothing \u{0} is here" }), "control-characters", "U+0000"),
        asks("a NUL in the ticket", json!({ "ticket": "INC\u{0}" }), "control-characters", "U+0000"),
        asks("a long ticket", json!({ "ticket": "x".repeat(201) }), "invalid-ticket", "at most 200"),
        asks("no pairs", json!({ "pairs": [] }), "no-pairs", "at least one"),
        asks("51 pairs", pairs(many), "too-many-pairs", "at most 50"),
        asks("a pair twice", pairs(vec![power(), power()]), "duplicate-pair", "twice"),
        asks("an unknown account", pairs(vec![unknown_account]), "unknown-account", "999999999999"),
        asks("a closed account", pairs(vec![pair("closed", "PowerUserAccess")]), "inactive-account", "not in use"),
        asks("an unknown permission set", pairs(vec![unknown_set]), "unknown-permission-set", "ps-none"),
        asks(
            "what no rule allows",
            pairs(vec![pair("payments-dev", "PowerUserAccess")]),
            "not-eligible",
            "power: it does not reach",
        ),
        asks("somebody else", json!({ "beneficiary": user("ben") }), "not-eligible", "ask for somebody else"),
        asks("nobody", json!({ "beneficiary": NOBODY }), "unknown-beneficiary", NOBODY),
        asks("somebody who left", json!({ "beneficiary": user("gus") }), "disabled-user", "is disabled"),
        asks("a severity of others", json!({ "severity": "panic" }), "unknown-severity", "critical, high, normal, low"),
        asks("a severity that is none", json!({ "severity": "Very High" }), "invalid-value", "lower-case"),
        asks("a break-glass that is none", json!({ "break_glass": NOTHING }), "not-break-glass", NOTHING),
        sends("no JSON", "{\"minutes\": 60,".to_owned(), "malformed-json", "stops being JSON"),
        sends("no body", String::new(), "malformed-json", "stops being JSON"),
        sends("no UTF-8", "{\"reason\": \"\\ud800\"}".to_owned(), "malformed-json", "stops being JSON"),
    ]
}

fn addresses() -> Vec<Case> {
    let nothing = NOTHING;
    let post = |path: String, body: &Value| Case { path, ..sends("an address", body.to_string(), "", "") };
    let more = json!({ "minutes": 10, "reason": "it takes a little longer" });
    vec![
        gets("ann", "/v1/requests/12", "invalid-path", "UUID"),
        gets("ann", &format!("/v1/requests/{nothing}"), "not-found", "no such request"),
        Case { problem: "not-found", ..post(format!("/v1/requests/{nothing}/cancel"), &json!({})) },
        Case { problem: "not-found", ..post(format!("/v1/grants/{nothing}/extensions"), &more) },
        Case { problem: "invalid-path", ..post("/v1/grants/x/extensions".to_owned(), &more) },
        gets("ann", "/v1/nothing", "not-found", ""),
        Case { method: Method::PUT, problem: "method-not-allowed", ..post("/v1/requests".to_owned(), &an_hour()) },
        gets("ann", "/v1/requests?role=everybody", "invalid-query", "role"),
        gets("ann", "/v1/requests?colour=red", "invalid-query", "colour"),
        gets("ann", "/v1/requests?state=granted", "invalid-query", "state"),
        gets("ann", "/v1/requests?account=12", "invalid-query", "account"),
        gets("ann", "/v1/requests?limit=0", "invalid-limit", "from 1 to 200"),
        gets("ann", "/v1/requests?cursor=zz", "invalid-cursor", "next"),
        gets("ann", "/v1/requests?cursor=WyIiLCJ4Il0", "invalid-cursor", ""),
        gets("ann", "/v1/accounts?q=%00", "invalid-query", "control character"),
        gets("ann", &format!("/v1/users?q={}", "x".repeat(201)), "invalid-query", "200"),
        gets("ann", "/v1/groups?cursor=WyJcdTAwMDAiLCJ4Il0", "invalid-cursor", ""),
        gets("ann", "/v1/requests?role=all", "auditor-required", ""),
        gets("gus", "/v1/me", "disabled-user", ""),
        gets("nobody", "/v1/me", "unknown-user", ""),
        gets("machine:nothing", "/v1/requests?role=all", "missing-scope", "requests:read"),
        gets("machine:requests:read", "/v1/requests", "user-required", ""),
        Case { who: "machine:requests:read", problem: "user-required", ..post("/v1/requests".to_owned(), &an_hour()) },
        Case {
            headers: vec![("content-type", "text/plain")],
            problem: "unsupported-media-type",
            ..post("/v1/requests".to_owned(), &an_hour())
        },
        Case { headers: vec![], problem: "unsupported-media-type", ..post("/v1/requests".to_owned(), &an_hour()) },
        // Whoever may not call hears so first, whatever else is wrong.
        Case { who: "a stranger", problem: "missing-token", ..post("/v1/requests".to_owned(), &json!({ "x": 1 })) },
        Case { who: "a forger", problem: "invalid-token", ..post("/v1/requests".to_owned(), &json!({ "x": 1 })) },
        gets("a stranger", "/v1/requests/12", "missing-token", ""),
        gets("a stranger", "/v1/requests?limit=0", "missing-token", ""),
        Case {
            headers: vec![JSON, ("idempotency-key", "two words")],
            problem: "invalid-idempotency-key",
            ..post("/v1/requests".to_owned(), &an_hour())
        },
    ]
}

fn others() -> Vec<Case> {
    let post = |name, who, path: &str, body: Value, problem, says| Case {
        who,
        path: path.to_owned(),
        ..sends(name, body.to_string(), problem, says)
    };
    let template = |name, changes: Value, problem, says| {
        let good =
            json!({ "name": "mine", "wanted": { "pairs": [pair("payments-prod", "PowerUserAccess")], "minutes": 60 } });
        post(name, "ann", "/v1/templates", with(&good, &changes), problem, says)
    };
    let incident = |name, who, changes: Value, problem, says| {
        post(name, who, "/v1/incidents", with(&json!({ "title": "payments fail" }), &changes), problem, says)
    };
    let explain = |name, changes: Value, problem, says| {
        let good = json!({ "pairs": [pair("payments-prod", "PowerUserAccess")], "minutes": 60 });
        post(name, "ann", "/v1/eligibility/explain", with(&good, &changes), problem, says)
    };
    let wanted = |changes: Value| {
        let good = json!({ "pairs": [pair("payments-prod", "PowerUserAccess")], "minutes": 60 });
        json!({ "wanted": with(&good, &changes) })
    };
    vec![
        template("no name", json!({ "name": " " }), "invalid-template", "1 to 200 characters"),
        template("neither nor", json!({ "wanted": null }), "invalid-template", "either `wanted`"),
        template("both", json!({ "from_request": NOTHING }), "invalid-template", "not both"),
        template(
            "a request that is none",
            json!({ "wanted": null, "from_request": NOTHING }),
            "not-found",
            "no such request",
        ),
        template("no minutes", wanted(json!({ "minutes": 0 })), "duration-zero", "from 1"),
        template("too long", wanted(json!({ "minutes": 481 })), "duration-too-long", "480"),
        template("a reason", wanted(json!({ "reason": "always the same" })), "unknown-field", "reason"),
        template("a ticket", wanted(json!({ "ticket": "INC-1" })), "unknown-field", "ticket"),
        template("no pairs", wanted(json!({ "pairs": [] })), "no-pairs", "at least one"),
        gets("ann", &format!("/v1/templates/{NOTHING}"), "not-found", "no such template"),
        gets("machine:nothing", "/v1/templates", "user-required", ""),
        incident("by an engineer", "ann", json!({}), "admin-required", ""),
        incident("by an auditor", "eve", json!({}), "admin-required", ""),
        incident(
            "by a machine without the scope",
            "machine:requests:read",
            json!({}),
            "missing-scope",
            "incidents:write",
        ),
        incident("no title", "root", json!({ "title": "" }), "invalid-incident", "`title`"),
        incident("a strange severity", "root", json!({ "severity": "panic" }), "unknown-severity", "panic"),
        incident(
            "an unknown account",
            "root",
            json!({ "accounts": ["999999999999"] }),
            "unknown-account",
            "999999999999",
        ),
        incident("a reference of nothing", "root", json!({ "reference": "" }), "invalid-incident", "`reference`"),
        post(
            "closing nothing",
            "root",
            &format!("/v1/incidents/{NOTHING}/close"),
            json!({}),
            "not-found",
            "no such incident",
        ),
        gets("machine:nothing", "/v1/incidents", "missing-scope", ""),
        gets("ann", &format!("/v1/incidents/{NOTHING}"), "not-found", "no such incident"),
        gets("ann", "/v1/incidents?open=perhaps", "invalid-query", "open"),
        post(
            "reviewing nothing",
            "eve",
            &format!("/v1/reviews/{NOTHING}"),
            json!({ "concern": false }),
            "not-found",
            "no such review",
        ),
        post(
            "a long comment",
            "eve",
            &format!("/v1/reviews/{NOTHING}"),
            json!({ "concern": true, "comment": "x".repeat(4_001) }),
            "comment-too-long",
            "4000",
        ),
        gets("ann", "/v1/reviews?role=all", "auditor-required", ""),
        gets("machine:nothing", "/v1/reviews", "user-required", ""),
        explain("for somebody else", json!({ "user": user("ben") }), "auditor-required", ""),
        explain("a NUL", json!({ "reason": "nothing \u{0} is here" }), "control-characters", "U+0000"),
        explain("a strange severity", json!({ "severity": "panic" }), "unknown-severity", "panic"),
        gets("ann", &access("payments-prod"), "owner-required", ""),
        gets("eve", "/v1/access?account=12&permission_set=x", "invalid-query", "account"),
        gets(
            "eve",
            &access("payments-prod").replace("100000000001", "999999999999"),
            "unknown-account",
            "999999999999",
        ),
        gets("eve", &access("payments-prod").replace("ps-1", "ps-none"), "unknown-permission-set", "ps-none"),
    ]
}

fn access(account: &str) -> String {
    format!(
        "/v1/access?account={}&permission_set={}",
        company::account(account),
        company::permission_set("PowerUserAccess")
    )
}

#[actix_web::test]
async fn each_mistake_has_its_own_name_status_and_sentence() {
    let app = App::start().await;
    let mut cases = bodies();
    for case in cases.iter_mut().filter(|c| c.name == "a field twice") {
        let body = case.body.take().unwrap();
        case.body = Some(format!("{{\"minutes\": 5, {}", &body[1..]));
    }
    cases.extend(addresses());
    cases.extend(others());
    let mut seen = BTreeSet::new();
    for case in cases {
        let Case { name, who, method, path, headers, body, problem, says } = case;
        let answer = app.send(who, method, &path, &headers, body).await;
        assert_eq!(answer.problem(), problem, "{name} {path}: {}", answer.body);
        let kind = ProblemType::from_slug(problem).unwrap();
        assert_eq!(answer.status, kind.status().as_u16(), "{name}");
        assert_eq!(answer.body["status"], kind.status().as_u16(), "{name}");
        assert_eq!(answer.body["title"], kind.title(), "{name}");
        assert_eq!(answer.kind, "application/problem+json", "{name}");
        let detail = answer.body["detail"].as_str().unwrap_or_default();
        assert!(detail.contains(says), "{name} {path}: {detail:?} does not say {says:?}");
        assert!(!answer.body.to_string().contains("sqlx") && answer.body.to_string().len() < 4_000, "{name}");
        seen.insert(problem);
    }
    assert!(seen.len() >= 35, "{} kinds of problems", seen.len());
    assert_eq!(app.doings().await, Vec::<String>::new(), "nothing was done");
}
