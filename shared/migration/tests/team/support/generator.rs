//! A realistic export: 50 policies of users and groups, approvers at accounts and OUs, settings, and some hundred requests
//! in every state. The same at every run.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::company::{self, ACCOUNTS, UNITS};
use super::{NOW, item};

/// A small generator of numbers; its seed is the whole of its state.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

fn named(id: impl ToString, name: &str) -> Value {
    json!({ "id": id.to_string(), "name": name })
}

fn account(at: usize) -> Value {
    let (id, name) = company::account_at(at);
    named(id, &name)
}

fn policy(at: usize, dice: &mut Dice) -> Value {
    let (id, name, kind) = if at < 14 {
        let (id, name) = company::group_at(at);
        (id.to_string(), name, "Group")
    } else if at < 14 + company::people() {
        let name = company::user_name(at - 14);
        (company::user(name.split('@').next().unwrap()).to_string(), name, "User")
    } else {
        // Groups that have been deleted since.
        (format!("906768ae6b-22222222-0000-4000-8000-0000000000{at:02x}"), format!("gone-{at}"), "Group")
    };
    let accounts: Vec<Value> = (0..1 + dice.roll(3)).map(|_| account(1 + dice.roll(ACCOUNTS - 1))).collect();
    let units: Vec<Value> = (0..dice.roll(3))
        .map(|_| {
            let (id, name, _) = UNITS[1 + dice.roll(UNITS.len() - 1)];
            named(id, name)
        })
        .collect();
    let sets: Vec<Value> = (0..1 + dice.roll(3))
        .map(|_| {
            let (arn, name) = company::set_at(dice.roll(10));
            named(arn, &name)
        })
        .collect();
    json!({
        "__typename": "Eligibility", "id": id, "name": name, "type": kind, "accounts": accounts, "ous": units,
        "permissions": sets, "ticketNo": format!("CHG{at:04}"), "approvalRequired": dice.roll(5) > 0,
        "duration": (1 + dice.roll(12)).to_string(), "modifiedBy": "idc_frank@example.com",
        "createdAt": "2025-01-01T00:00:00.000Z", "updatedAt": "2025-06-01T00:00:00.000Z",
    })
}

pub fn policies() -> Vec<Value> {
    let mut dice = Dice(3);
    let mut rows: Vec<Value> = (0..50).map(|at| policy(at, &mut dice)).collect();
    // What real tables have: a deleted account, the management account, an old row without its later attributes.
    rows[2]["accounts"][0] = named("999999999999", "closed");
    rows[5]["accounts"][0] = account(0);
    rows[7]["ous"] = json!([named("ou-demo-deleted0", "Old")]);
    for attribute in ["approvalRequired", "duration", "__typename"] {
        rows[9].as_object_mut().unwrap().remove(attribute);
    }
    rows
}

pub fn approvers() -> Vec<Value> {
    let row = |id: String, name: &str, kind: &str, groups: &[&str]| {
        let ids: Vec<String> = groups.iter().map(|group| company::group(group).to_string()).collect();
        json!({
            "__typename": "Approvers", "id": id, "name": name, "type": kind, "approvers": groups, "groupIds": ids,
            "ticketNo": "CHG1", "modifiedBy": "idc_frank@example.com",
        })
    };
    let mut rows = vec![
        row("ou-demo-prod0000".into(), "Prod", "OU", &["prod-approvers"]),
        row("ou-demo-dev00000".into(), "Dev", "OU", &["dev-approvers", "prod-approvers"]),
        row("ou-demo-prodcard".into(), "Cards", "OU", &["pay-approvers"]),
        row(company::account_at(7).0.to_string(), "acct-07", "Account", &["pay-approvers"]),
        row(company::account_at(12).0.to_string(), "acct-12", "Account", &["pay-approvers"]),
        row("999999999999".into(), "closed", "Account", &["pay-approvers"]),
        row(company::account_at(9).0.to_string(), "acct-09", "Account", &[]),
    ];
    rows[6]["approvers"] = json!(["vera@example.com", "nobody@example.com"]);
    rows
}

pub fn settings() -> Value {
    json!({
        "__typename": "Settings", "id": "settings", "duration": "10", "expiry": "4", "comments": true, "ticketNo": true,
        "approval": true, "modifiedBy": "idc_frank@example.com", "sesNotificationsEnabled": true,
        "snsNotificationsEnabled": false, "slackNotificationsEnabled": true, "slackToken": "xoxb-not-a-real-token",
        "sesSourceEmail": "team@example.com", "sesSourceArn": "", "teamAdminGroup": "team-admins",
        "teamAuditorGroup": "team-auditors",
    })
}

fn at(now: Timestamp, minutes: i64) -> String {
    format!("{}", now + SignedDuration::from_mins(minutes))
}

pub fn requests(count: usize) -> Vec<Value> {
    let mut dice = Dice(11);
    let now: Timestamp = NOW.parse().unwrap();
    (0..count)
        .map(|n| {
            let (account, account_name) = company::account_at(1 + dice.roll(ACCOUNTS - 1));
            let (set, role) = company::set_at(dice.roll(10));
            let hours = 1 + dice.roll(8);
            let length = i64::try_from(hours).unwrap() * 60;
            // The last ones are open, the rest is history.
            let (status, start) = match count - n {
                1..=3 => ("pending", 60),
                4..=8 => ("scheduled", 90 * (1 + i64::try_from(n % 7).unwrap())),
                9..=16 => ("in progress", -30),
                17 => ("in progress", -length - 45),
                18 => ("approved", -1),
                19 => ("revoked", -20),
                20 => ("error", -50),
                _ => {
                    let past = ["ended", "ended", "ended", "ended", "rejected", "cancelled", "expired", "revoked", "error"];
                    (past[dice.roll(past.len())], -i64::try_from(count - n).unwrap() * 300)
                }
            };
            let requester = company::user_name(dice.roll(company::people()));
            let mut row = json!({
                "__typename": "requests", "id": format!("7f000000-0000-4000-8000-{n:012x}"), "email": requester,
                "username": format!("idc_{requester}"), "owner": format!("idc_{requester}"), "accountId": account.to_string(),
                "accountName": account_name, "role": role, "roleId": set.to_string(), "startTime": at(now, start),
                "duration": hours.to_string(), "justification": format!("case {n}: the import fails"), "status": status,
                "ticketNo": format!("INC{n:05}"), "createdAt": at(now, start - 10), "updatedAt": at(now, start.min(-2)),
                "session_duration": "PT1H", "approvers": ["vera@example.com"], "approver_ids": ["idc_vera@example.com"],
            });
            if !matches!(status, "pending" | "cancelled" | "expired") {
                row["approver"] = "vera@example.com".into();
                row["approverId"] = "idc_vera@example.com".into();
                row["comment"] = "go ahead".into();
            }
            let history = start < -240;
            if history && matches!(status, "ended" | "revoked") {
                row["endTime"] = at(now, start + length).into();
            }
            if status == "revoked" {
                row["revoker"] = "wim@example.com".into();
                row["revokeComment"] = "no longer needed".into();
            }
            row
        })
        .collect()
}

/// Every table, as items of DynamoDB.
pub fn everything() -> Vec<Value> {
    let rows = policies().into_iter().chain(approvers()).chain([settings()]).chain(requests(300));
    rows.map(|row| item(&row)).collect()
}
