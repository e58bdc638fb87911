//! Bad exports: each is refused with the file, the line, the item, the attribute, and what would be right.

use serde_json::{Value, json};

use crate::support::{dynamo, generator, item, lines, read};

fn refusal(bytes: &[u8]) -> String {
    let problems = read(&[("export.json", bytes.to_vec())]).0.unwrap_err();
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_is_no_export_is_told() {
    let cases: &[(&[u8], &str)] = &[
        (b"hello", "export.json, line 1: this is not JSON"),
        (b"{\"Item\": {\"id\": {\"S\": \"a\"}", "line 1: the file breaks off in the middle of an item"),
        (b"\n\n[1]", "line 3: invalid type: sequence, expected {\"Item\""),
        (b"{\"id\": {\"S\": \"x\"}}", "there is neither Item nor Items, only [\"id\"]"),
        (b"{\"Keys\": {}, \"NewImage\": {}}", "incremental export; a full one is needed"),
        (b"$ion_1_0 {Item:{}}", "this is Amazon Ion"),
        (b"{\"Item\": {\"id\": \"plain\"}}", "expected an attribute of DynamoDB JSON such as {\"S\": \"text\"}"),
        (b"{\"Item\": {\"id\": {\"X\": \"plain\"}}}", "\"X\" is no type of DynamoDB JSON"),
        (b"{\"Item\": {\"id\": {}}}", "an attribute is empty"),
        (b"{\"Item\": {\"id\": {\"S\": \"a\", \"N\": \"1\"}}}", "an attribute has one type only"),
        (b"{\"Item\": {\"color\": {\"S\": \"red\"}}}", "of none of TEAM's tables"),
        (&[0x1f, 0x8b, 8, 0, 0], "the file cannot be read"),
    ];
    for (bytes, told) in cases {
        let found = refusal(bytes);
        assert!(found.contains(told), "{}: {found}", String::from_utf8_lossy(bytes));
    }
}

fn with(mut row: Value, attribute: &str, value: Value) -> Vec<u8> {
    row = item(&row);
    row[attribute] = value;
    lines(&[item(&generator::settings()), row])
}

#[test]
fn what_is_wrong_in_an_item_is_told_with_its_place() {
    let policy = || generator::policies().remove(0);
    let approvers = || generator::approvers().remove(0);
    let text = |text: &str| dynamo(&json!(text));
    let pairs = |id: &str| dynamo(&json!([{ "id": id, "name": "x" }]));
    let cases = [
        (with(policy(), "type", text("Team")), "type: \"Team\" is neither \"User\" nor \"Group\""),
        (with(policy(), "type", json!({ "NULL": true })), "type: it is missing"),
        (with(policy(), "id", text("platform")), "id: \"platform\" is not an Identity Store group id"),
        (with(policy(), "duration", text("soon")), "duration: \"soon\" is not a whole number of hours from 1 to 8000"),
        (with(policy(), "duration", text("0")), "duration: \"0\" is not a whole number of hours"),
        (with(policy(), "duration", text("9000")), "duration: \"9000\" is not a whole number of hours"),
        (with(policy(), "approvalRequired", text("yes")), "approvalRequired: this is a text; a yes or no"),
        (
            with(policy(), "accounts", pairs("12345")),
            "accounts[0].id: \"12345\" is not an AWS account id (twelve digits)",
        ),
        (with(policy(), "accounts", text("all")), "accounts: this is a text; a list of"),
        (with(policy(), "accounts", dynamo(&json!([{ "name": "x" }]))), "accounts[0].id: it is missing"),
        (with(policy(), "ous", pairs("Workloads")), "ous[0].id: \"Workloads\" is not an OU"),
        (
            with(policy(), "permissions", pairs("Admin")),
            "permissions[0].id: \"Admin\" is not the ARN of a permission set",
        ),
        (with(policy(), "permissions", json!({ "L": [] })), "permissions: no permission set is named"),
        (with(approvers(), "type", text("Person")), "type: \"Person\" is neither \"Account\" nor \"OU\" nor \"Group\""),
        (with(approvers(), "groupIds", dynamo(&json!(["g"]))), "groupIds[0]: \"g\" is not an Identity Store group id"),
        (with(generator::requests(1).remove(0), "status", json!({ "NULL": true })), "status: it is missing"),
    ];
    for (bytes, told) in cases {
        let found = refusal(&bytes);
        assert!(found.starts_with("export.json, line 2, "), "{found}");
        assert!(found.contains(told), "{told}: {found}");
    }
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let mut rows = generator::policies();
    for at in [3, 8, 20] {
        rows[at]["duration"] = "x".into();
    }
    let rows: Vec<Value> = rows.iter().map(item).collect();
    let problems = read(&[("Eligibility.json", lines(&rows))]).0.unwrap_err();
    let at: Vec<u64> = problems.iter().map(|problem| problem.place.line).collect();
    assert_eq!(at, [4, 9, 21]);
}

#[test]
fn a_row_that_stands_there_twice_and_differs_is_refused() {
    let mut changed = generator::settings();
    changed["duration"] = "99".into();
    let bytes = lines(&[item(&generator::settings()), item(&changed)]);
    assert!(refusal(&bytes).contains("stands in the export twice and differs (export.json, line 1)"));
    let mut ended = generator::requests(10).remove(0);
    let before = ended.clone();
    ended["status"] = "ended".into();
    assert!(refusal(&lines(&[item(&before), item(&ended)])).contains("twice and differs"));
}

#[test]
fn an_item_without_end_is_refused_before_it_fills_the_memory() {
    let mut bytes = b"{\"Item\": {\"id\": {\"S\": \"".to_vec();
    bytes.resize(5 << 20, b'a');
    assert!(refusal(&bytes).contains("an item has more than 4 MiB"));
    let deep = format!("{{\"Item\": {{\"id\": {}", "{\"L\": [".repeat(100_000));
    assert!(refusal(deep.as_bytes()).contains("recursion limit"));
}
