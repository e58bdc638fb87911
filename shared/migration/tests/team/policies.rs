//! Single policies, and what is different about them.

use domain::approval::People;
use domain::rules::{Approval, Body, Owned, RuleSpec};
use migration::{Converted, Effect};
use serde_json::{Value, json};

use crate::support::{company, converted, generator, item};

fn policy(name: &str, changes: &Value) -> Value {
    let mut row = json!({
        "id": company::group(name).to_string(), "name": name, "type": "Group",
        "accounts": [{ "id": company::account_at(4).0.to_string(), "name": "acct-04" }], "ous": [],
        "permissions": [{ "id": company::set("PowerUser").to_string(), "name": "PowerUser" }],
        "approvalRequired": true, "duration": "4", "ticketNo": "", "modifiedBy": "x",
    });
    for (attribute, value) in changes.as_object().unwrap() {
        row[attribute] = value.clone();
    }
    row
}

fn import(rows: &[Value]) -> Converted {
    let items: Vec<Value> = rows.iter().map(item).collect();
    converted(&items, &company::directory())
}

fn rule(converted: &Converted, name: &str) -> RuleSpec {
    let found = converted.documents.iter().find_map(|document| match &document.body {
        Body::Rule(spec) if spec.name == format!("TEAM: {name}") => Some(spec.clone()),
        _ => None,
    });
    found.unwrap()
}

fn codes(converted: &Converted, name: &str) -> Vec<&'static str> {
    let told = converted.report.policies.iter().find(|told| told.name == name).unwrap();
    told.differences.iter().map(|difference| difference.code).collect()
}

fn settings(changes: &Value) -> Value {
    let mut row = generator::settings();
    for (attribute, value) in changes.as_object().unwrap() {
        row[attribute] = value.clone();
    }
    row
}

#[test]
fn hours_become_minutes_and_the_setting_cuts() {
    let import = import(&[
        policy("data", &json!({})),
        policy("search", &json!({ "duration": "40" })),
        settings(&json!({ "duration": "12" })),
    ]);
    assert_eq!(rule(&import, "data").max_minutes.get(), 240);
    assert_eq!(rule(&import, "search").max_minutes.get(), 720);
    assert!(codes(&import, "search").contains(&"cut_by_setting"));
}

#[test]
fn no_approval_is_waived_in_words_that_name_the_import() {
    let rows = [policy("data", &json!({ "approvalRequired": false })), policy("search", &json!({}))];
    let waiver = |import: &Converted, name: &str| match rule(import, name).approval {
        Approval::Automatic(automatic) => automatic.waiver,
        _ => None,
    };
    let one = import(&rows);
    assert_eq!(waiver(&one, "data").unwrap(), "Imported from TEAM, whose policy for data needed no approval");
    assert_eq!(waiver(&one, "search"), None);
    let off = import(&[rows[0].clone(), rows[1].clone(), settings(&json!({ "approval": false }))]);
    assert!(waiver(&off, "search").unwrap().contains("\"Approval required\" was off"));
    assert!(off.report.everywhere.iter().any(|difference| difference.code == "approval_off"));
}

#[test]
fn a_ticket_is_demanded_as_the_setting_says() {
    let rows = |required: bool| import(&[policy("data", &json!({})), settings(&json!({ "ticketNo": required }))]);
    assert!(rule(&rows(true), "data").ticket.required);
    assert!(!rule(&rows(false), "data").ticket.required);
}

#[test]
fn what_the_directory_does_not_know_is_left_out_and_told() {
    let import = import(&[
        policy(
            "data",
            &json!({ "accounts": [{ "id": "999999999999", "name": "closed" }, { "id": company::account_at(4).0.to_string(), "name": "a" }] }),
        ),
        policy("search", &json!({ "accounts": [{ "id": "999999999999", "name": "closed" }] })),
        policy("mobile", &json!({ "id": "906768ae6b-99999999-0000-4000-8000-000000000000" })),
    ]);
    assert_eq!(rule(&import, "data").accounts.ids, [company::account_at(4).0]);
    assert!(codes(&import, "data").contains(&"unknown_account"));
    assert_eq!(codes(&import, "search"), ["unknown_account", "nothing_left"]);
    assert_eq!(codes(&import, "mobile"), ["unknown_subject"]);
    assert_eq!(import.documents.iter().filter(|d| matches!(d.body, Body::Rule(_))).count(), 1);
}

#[test]
fn the_longest_of_several_policies_no_longer_holds_for_all() {
    // Ada is in platform (0) by both of her places, dora in search (3 / 3 = 1: payments) as well.
    let import = import(&[
        policy("payments", &json!({ "duration": "2" })),
        policy("data", &json!({ "duration": "8", "approvalRequired": false })),
    ]);
    let told = &import.report.policies.iter().find(|told| told.name == "payments").unwrap().differences;
    let longer = told.iter().find(|difference| difference.code == "longer_by_another_policy").unwrap();
    assert_eq!(longer.effect, Effect::TeamAllowed);
    assert!(longer.words.contains("up to 8 h here, and gets 2 h now: data (8 h, "), "{}", longer.words);
    assert!(told.iter().any(|difference| difference.code == "lighter_by_another_policy"));
    assert!(!codes(&import, "data").contains(&"longer_by_another_policy"));
}

#[test]
fn approvers_become_owners_and_the_nearest_decide() {
    let import = import(&generator::approvers());
    let owners: Vec<_> = import
        .documents
        .iter()
        .filter_map(|document| match &document.body {
            Body::Owners(spec) => Some((spec.target.clone(), spec.owners.clone())),
            _ => None,
        })
        .collect();
    let prod = People { groups: vec![company::group("prod-approvers")], users: vec![] };
    assert!(owners.contains(&(Owned::Unit { id: "ou-demo-prod0000".to_owned() }, prod)));
    let by_address = People { groups: vec![], users: vec![company::user("vera")] };
    assert!(
        owners.contains(&(Owned::Account { id: company::account_at(9).0 }, by_address)),
        "an old row names addresses"
    );
    assert_eq!(owners.len(), 6, "the closed account has no owners");
    let told = |name: &str| {
        let row = import.report.approvers.iter().find(|row| row.name == name).unwrap();
        row.differences.iter().map(|difference| difference.code).collect::<Vec<_>>()
    };
    assert_eq!(told("Prod"), ["inherited_downwards"]);
    assert_eq!(told("acct-12"), ["nearest_approvers"]);
    assert_eq!(told("acct-09"), ["unknown_approver", "nearest_approvers"]);
    assert_eq!(told("closed"), ["unknown_target"]);
}

#[test]
fn where_nobody_can_approve_it_is_said() {
    let import = import(&[policy("data", &json!({}))]);
    assert!(codes(&import, "data").contains(&"no_approver"));
}

#[test]
fn entries_that_name_policies_become_a_rule_for_each() {
    let entry = json!({
        "__typename": "Eligibility", "id": company::group("data").to_string(), "name": "data", "type": "Group",
        "policyIds": ["etl", "gone"], "duration": null,
    });
    let mut etl = policy("data", &json!({ "__typename": "Policies", "id": "etl", "duration": "3" }));
    etl["approverGroupIds"] = json!([{ "id": "data-leads", "name": "data leads" }]);
    let mut unused = etl.clone();
    unused["id"] = "unused".into();
    let leads = json!({
        "__typename": "Approvers", "id": "data-leads", "name": "data leads", "type": "Group",
        "groupIds": [company::group("prod-approvers").to_string()], "approvers": ["prod-approvers"],
    });
    let import = import(&[entry, etl, unused, leads]);
    let spec = rule(&import, "data / etl");
    assert_eq!(spec.max_minutes.get(), 180);
    let Approval::Policy(policy) = spec.approval else { panic!("{:?}", spec.approval) };
    assert_eq!(policy.stages[0].voters.groups, [company::group("prod-approvers")]);
    assert_eq!(codes(&import, "data / gone"), ["no_such_policy"]);
    assert_eq!(codes(&import, "unused"), ["policy_of_nobody"]);
}

#[test]
fn attributes_that_nobody_knows_are_warned_about() {
    let import = import(&[policy("data", &json!({ "breakGlass": true }))]);
    assert!(import.report.warnings.iter().any(|w| w.contains("Eligibility has an attribute \"breakGlass\"")));
}
