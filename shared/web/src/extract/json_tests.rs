use domain::Pair;
use serde::Deserialize;

use super::*;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only whether it parses matters")]
struct Ask {
    pairs: Vec<Pair>,
    minutes: u32,
    #[serde(default)]
    on: Option<bool>,
    #[serde(default)]
    after: Option<crate::Cursor>,
}

const PAIR: &str = r#"{"account":"123456789012","permission_set":"arn:aws:sso:::permissionSet/ssoins-1/ps-1"}"#;

#[test]
fn each_mistake_has_its_own_type_its_place_and_what_would_be_right() {
    let bad_pair = PAIR.replace("123456789012", "12");
    let odd_pair = PAIR.replace("account", "acount");
    for (body, kind, path, part) in [
        (String::new(), ProblemType::MalformedJson, None, "EOF"),
        ("{".to_owned(), ProblemType::MalformedJson, None, "EOF"),
        ("{\"minutes\": 1,}".to_owned(), ProblemType::MalformedJson, None, "trailing comma"),
        (format!("{{\"pairs\":[{PAIR}],\"minutes\":1}} x"), ProblemType::MalformedJson, None, "trailing characters"),
        ("[".repeat(10_000), ProblemType::WrongType, Some(""), "expected an object"),
        ("[[],1]".to_owned(), ProblemType::WrongType, Some(""), "expected an object"),
        ("3".to_owned(), ProblemType::WrongType, Some(""), "expected an object"),
        ("{}".to_owned(), ProblemType::MissingField, Some("pairs"), "`pairs` is missing"),
        (
            "{\"pairs\":[{}],\"minutes\":1}".to_owned(),
            ProblemType::MissingField,
            Some("pairs[0].account"),
            "is missing",
        ),
        (
            "{\"pairs\":[],\"minutes\":\"60\"}".to_owned(),
            ProblemType::WrongType,
            Some("minutes"),
            "expected a whole number",
        ),
        ("{\"pairs\":[],\"minutes\":1.5}".to_owned(), ProblemType::WrongType, Some("minutes"), "floating point"),
        (
            "{\"pairs\":[],\"minutes\":-1}".to_owned(),
            ProblemType::InvalidValue,
            Some("minutes"),
            "expected a whole number",
        ),
        ("{\"pairs\":[],\"minutes\":1,\"on\":\"yes\"}".to_owned(), ProblemType::WrongType, Some("on"), "true or false"),
        ("{\"pairs\":{},\"minutes\":1}".to_owned(), ProblemType::WrongType, Some("pairs"), "expected a list"),
        (
            format!("{{\"pairs\":[{PAIR},{bad_pair}],\"minutes\":1}}"),
            ProblemType::InvalidValue,
            Some("pairs[1].account"),
            "twelve digits",
        ),
        (
            format!("{{\"pairs\":[{odd_pair}],\"minutes\":1}}"),
            ProblemType::UnknownField,
            Some("pairs[0].acount"),
            "`account`",
        ),
        (
            "{\"pairs\":[],\"minutes\":1,\"minutes\":2}".to_owned(),
            ProblemType::DuplicateField,
            Some("minutes"),
            "twice",
        ),
        (
            "{\"pairs\":[],\"minutes\":1,\"after\":\"zz\"}".to_owned(),
            ProblemType::InvalidCursor,
            Some("after"),
            "`next`",
        ),
    ] {
        let problem = parse::<Ask>(body.as_bytes()).unwrap_err();
        assert_eq!(problem.kind(), kind, "{body:.80}: {problem}");
        assert!(problem.detail().unwrap().contains(part), "{body:.80}: {problem}");
        let shown = serde_json::to_value(problem.body()).unwrap();
        assert_eq!(shown.get("path").and_then(serde_json::Value::as_str), path, "{body:.80}: {shown}");
    }
    assert!(parse::<Ask>(format!("{{\"pairs\":[{PAIR}],\"minutes\":1}}").as_bytes()).is_ok());
}

#[test]
fn hostile_names_come_back_short_and_escaped() {
    let body = serde_json::json!({ format!("a\u{1b}[2J\r\n{}", "x".repeat(100_000)): 1 }).to_string();
    let problem = parse::<Ask>(body.as_bytes()).unwrap_err();
    assert_eq!(problem.kind(), ProblemType::UnknownField);
    let shown = serde_json::to_string(&problem.body()).unwrap();
    assert!(shown.len() < 800, "{}", shown.len());
    assert!(!problem.to_string().contains('\u{1b}') && !problem.to_string().contains('\n'));
    let body = serde_json::json!({ "pairs": "\u{7}".repeat(100_000), "minutes": 1 }).to_string();
    let problem = parse::<Ask>(body.as_bytes()).unwrap_err();
    assert_eq!(problem.kind(), ProblemType::WrongType);
    assert!(problem.to_string().len() < 800 && !problem.to_string().contains('\u{7}'));
}
