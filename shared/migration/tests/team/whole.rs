//! A whole export of 50 policies and 300 requests.

use std::collections::BTreeSet;

use domain::rules::{Approval, Body, Depth};
use migration::{AdoptedState, Effect};

use crate::support::{company, converted, generator, history, item};

#[test]
fn the_report_of_a_whole_export_reads_like_this() {
    let converted = converted(&generator::everything(), &company::directory());
    insta::assert_snapshot!(converted.report);
}

#[test]
fn an_export_of_fifty_policies_becomes_sound_documents() {
    let converted = converted(&generator::everything(), &company::directory());
    assert_eq!(converted.report.policies.len(), 50);
    let rules: Vec<_> = converted.documents.iter().filter(|d| matches!(d.body, Body::Rule(_))).collect();
    assert_eq!(rules.len(), 38, "twelve belong to groups that are gone");
    let ids: BTreeSet<_> = converted.documents.iter().map(|document| document.id).collect();
    assert_eq!(ids.len(), converted.documents.len());
    for document in &converted.documents {
        document.body.validate().unwrap();
        let written = serde_json::to_string(document).unwrap();
        assert_eq!(&serde_json::from_str::<domain::rules::Document>(&written).unwrap(), document);
    }
    let named = |id| converted.documents.iter().any(|d| d.id == id && matches!(d.body, Body::ApprovalPolicy(_)));
    for rule in rules {
        let Body::Rule(spec) = &rule.body else { unreachable!() };
        assert!(spec.accounts.units.iter().all(|unit| unit.depth == Depth::Children), "{}", spec.name);
        assert!(spec.max_minutes.get() <= 600, "{}", spec.name);
        if let Approval::Named(policy) = &spec.approval {
            assert!(named(policy.policy.uuid()), "{}", spec.name);
        }
    }
}

#[test]
fn a_second_import_is_the_same_as_the_first_whatever_the_order_of_the_items() {
    let items = generator::everything();
    let backwards: Vec<_> = items.iter().rev().cloned().collect();
    let (first, second) = (converted(&items, &company::directory()), converted(&backwards, &company::directory()));
    assert_eq!(first.documents, second.documents);
    assert_eq!(first.report, second.report);
}

#[test]
fn the_report_is_for_machines_too() {
    let converted = converted(&generator::everything(), &company::directory());
    let report = serde_json::to_value(&converted.report).unwrap();
    assert_eq!(report["policies"].as_array().unwrap().len(), 50);
    assert_eq!(report["adopted"][0]["state"], "active");
    assert!(report["adopted"][0]["principal"].is_string());
    let effects: BTreeSet<Effect> = converted.report.differences().map(|difference| difference.effect).collect();
    assert_eq!(effects.len(), 4, "each direction occurs");
}

#[test]
fn no_session_is_left_to_nobody() {
    let report = converted(&generator::everything(), &company::directory()).report;
    assert_eq!(report.orphans, []);
    let count = |state| report.adopted.iter().filter(|adopted| adopted.state == state).count();
    assert_eq!(
        (count(AdoptedState::Scheduled), count(AdoptedState::Granting), count(AdoptedState::Active)),
        (5, 1, 10)
    );
    assert_eq!(report.pending.len(), 3);
    assert_eq!(report.requests.values().sum::<u64>(), 300);
}

#[test]
fn a_slack_token_goes_nowhere() {
    let converted = converted(&generator::everything(), &company::directory());
    let everything = format!("{converted:?}{}{}", converted.report, serde_json::to_string(&converted.report).unwrap());
    assert!(!everything.contains("xoxb"), "a token was found");
}

#[test]
fn history_says_who_did_what_when_and_why() {
    let rows: Vec<_> = generator::requests(300).iter().map(item).collect();
    let history = history(&rows, &company::directory());
    assert_eq!(history.len(), 300);
    let ids: BTreeSet<_> = history.iter().map(|record| record.id).collect();
    assert_eq!(ids.len(), 300);
    let revoked = history.iter().find(|r| r.status.as_str() == "revoked").unwrap();
    assert!(revoked.requester.is_some());
    assert_eq!(revoked.decided_by.as_deref(), Some("vera@example.com"));
    assert_eq!(revoked.revoked_by.as_deref(), Some("wim@example.com"));
    assert!(revoked.ended_at > revoked.start_at);
    assert!(revoked.reason.contains("the import fails"));
    assert_eq!(revoked.original["session_duration"], "PT1H");
}
