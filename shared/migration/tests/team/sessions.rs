//! Sessions that TEAM had when it was exported.

use jiff::Timestamp;
use migration::{AdoptedState, Report};
use serde_json::{Value, json};

use crate::support::{company, converted, item};

fn row(changes: &Value) -> Value {
    let mut row = json!({
        "id": "r-1", "email": "ada@example.com", "username": "idc_ADA@example.com",
        "accountId": company::account_at(3).0.to_string(), "accountName": "as it was", "role": "PowerUser",
        "roleId": company::set("PowerUser").to_string(), "startTime": "2026-03-10T11:00:00.000Z", "duration": "2",
        "justification": "the import fails", "status": "in progress", "createdAt": "2026-03-10T10:50:00.000Z",
        "updatedAt": "2026-03-10T11:30:00.000Z", "approver": "vera@example.com", "ticketNo": "INC1",
    });
    for (attribute, value) in changes.as_object().unwrap() {
        row[attribute] = value.clone();
    }
    row
}

fn import(rows: &[Value]) -> Report {
    let items: Vec<Value> = rows.iter().map(item).collect();
    converted(&items, &company::directory()).report
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn a_session_becomes_a_grant_with_its_deadline() {
    let report = import(&[row(&json!({}))]);
    let adopted = &report.adopted[0];
    assert_eq!(adopted.tuple.principal, company::user("ada"), "names have no case");
    assert_eq!(adopted.state, AdoptedState::Active);
    assert_eq!((adopted.start_at, adopted.deadline_at), (at("2026-03-10T11:00:00Z"), at("2026-03-10T13:00:00Z")));
    assert_eq!(adopted.account_name, "acct-03", "names come from the directory");
    assert_eq!(adopted.approver.as_deref(), Some("vera@example.com"));
    assert_eq!((adopted.minutes, adopted.ticket.as_deref()), (120, Some("INC1")));
}

#[test]
fn each_state_is_adopted_as_it_must_be() {
    use AdoptedState::{Active, Granting, Scheduled};
    let past = "2026-03-10T08:00:00Z";
    let cases = [
        (json!({ "startTime": past }), Some((Active, "2026-03-10T10:00:00Z"))),
        (
            json!({ "status": "scheduled", "startTime": "2026-03-11T08:00:00Z" }),
            Some((Scheduled, "2026-03-11T10:00:00Z")),
        ),
        (
            json!({ "status": "approved", "startTime": "2026-03-11T08:00:00Z" }),
            Some((Scheduled, "2026-03-11T10:00:00Z")),
        ),
        (json!({ "status": "scheduled" }), Some((Granting, "2026-03-10T13:00:00Z"))),
        (json!({ "status": "revoked" }), Some((Active, "2026-03-10T11:30:00Z"))),
        (json!({ "status": "revoked", "endTime": "2026-03-10T11:31:00Z" }), None),
        (json!({ "status": "revoked", "startTime": "2026-03-12T08:00:00Z" }), None),
        (json!({ "status": "ended", "endTime": past }), None),
        (json!({ "status": "rejected" }), None),
        (json!({ "status": "cancelled" }), None),
        (json!({ "status": "expired" }), None),
        (json!({ "status": "pending" }), None),
    ];
    for (changes, expected) in cases {
        let report = import(&[row(&changes)]);
        let found = report.adopted.first().map(|adopted| (adopted.state, adopted.deadline_at));
        assert_eq!(found, expected.map(|(state, deadline)| (state, at(deadline))), "{changes}");
        assert_eq!(report.orphans, [], "{changes}");
    }
}

#[test]
fn what_cannot_be_adopted_is_told_and_not_forgotten() {
    let cases = [
        (
            json!({ "username": "idc_nobody@example.com" }),
            "the directory has no user \"nobody@example.com\"; 906768ae6b-",
        ),
        (json!({ "username": null, "email": null }), "its username is missing"),
        (json!({ "accountId": "12" }), "its accountId: \"12\" is not an AWS account id"),
        (json!({ "roleId": "Admin" }), "its roleId: \"Admin\" is not the ARN"),
        (json!({ "startTime": "yesterday" }), "its startTime is missing or no moment"),
        (json!({ "duration": "1.5" }), "its duration is missing or not in whole hours"),
        (json!({ "startTime": "9999-12-30T00:00:00Z", "duration": "8000" }), "beyond all calendars"),
    ];
    for (changes, told) in cases {
        let report = import(&[row(&changes)]);
        assert_eq!(report.adopted, [], "{changes}");
        assert!(
            report.orphans[0].why.starts_with(told) || report.orphans[0].why.contains(told),
            "{:?}",
            report.orphans
        );
        assert!(report.to_string().contains("cannot be adopted: end them before TEAM is switched off"));
    }
}

#[test]
fn two_people_of_one_name_are_not_guessed_at() {
    let mut builder = company::builder();
    let mut twin = builder.users[0].clone();
    twin.id = company::user("bela");
    twin.user_name = twin.user_name.to_uppercase();
    builder.users.push(twin);
    let report = converted(&[item(&row(&json!({})))], &builder.into()).report;
    assert!(report.orphans[0].why.contains("2 users of the directory are called"), "{:?}", report.orphans);
}

#[test]
fn what_failed_is_in_doubt_until_a_later_session_was_taken_away() {
    let failed = row(&json!({ "status": "error", "startTime": "2026-03-09T08:00:00Z" }));
    let odd = row(&json!({ "id": "r-2", "status": "paused" }));
    let late = row(&json!({ "id": "r-3", "status": "scheduled", "startTime": "2026-03-01T08:00:00Z" }));
    let report = import(&[failed.clone(), odd, late]);
    assert_eq!(report.adopted, []);
    assert_eq!(report.doubtful.len(), 3);
    let ended = |end: &str| row(&json!({ "id": "r-9", "status": "ended", "endTime": end }));
    assert_eq!(import(&[failed.clone(), ended("2026-03-09T09:00:00Z")]).doubtful, []);
    assert_eq!(import(&[failed, ended("2026-03-08T09:00:00Z")]).doubtful.len(), 1, "that was before");
}

#[test]
fn an_unknown_account_is_adopted_all_the_same() {
    let report = import(&[row(&json!({ "accountId": "999999999999" }))]);
    let adopted = &report.adopted[0];
    assert_eq!(adopted.account_name, "as it was");
    assert_eq!(adopted.remark.as_deref(), Some("the directory does not know the account"));
}

#[test]
fn what_was_typed_into_team_is_kept_within_what_may_be_typed_here() {
    let report = import(&[row(&json!({ "justification": format!("a\u{7}b{}", "é".repeat(20_000)) }))]);
    let reason = &report.adopted[0].reason;
    assert!(domain::Justification::parse(reason).is_ok());
    assert_eq!(reason.chars().count(), 10_000);
}
