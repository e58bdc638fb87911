//! How pages look: pictures of all of them, and what axe-core finds.

use std::path::PathBuf;

use browser::{Colours, Tab};
use client::{DocumentKind, NewRequest, NewView, Profile, ViewFilter};
use journeys::REASON;
use serde_json::json;

use crate::stage::{ACCOUNT, Stage};

/// A page by its name, its address, and who opens it.
type Shown = (&'static str, String, &'static str);

/// Requests in different states, and every page that shows them.
async fn scenes(stage: &Stage) -> Vec<Shown> {
    let system = &stage.system;
    let reading = system.ask("ann", vec![system.pair(ACCOUNT, "ReadOnlyAccess")], 60).await;
    let ann = system.person("ann").await;
    let grant = system.grant_in(&ann, reading.id, "active").await;
    let pairs =
        vec![system.pair(ACCOUNT, "PowerUserAccess"), system.pair("freight-booking-staging", "PowerUserAccess")];
    let two = NewRequest {
        pairs,
        minutes: 90,
        reason: REASON.to_owned(),
        severity: Some("critical".to_owned()),
        ..NewRequest::default()
    };
    let waiting = ann.submit(&two, None).await.unwrap();
    let approved = system.ask("ann", vec![system.pair(ACCOUNT, "PowerUserAccess")], 30).await;
    ann.comment(approved.id, "It is the same as last week.", false).await.unwrap();
    system.approve("carla", approved.id).await;
    system.grant_in(&ann, approved.id, "active").await;
    let other = system.ask("ann", vec![system.pair("payments-ledger-production", "PowerUserAccess")], 45).await;
    let for_ben = NewRequest { beneficiary: Some(system.user("ben")), minutes: 45, ..two.clone() };
    ann.submit(&for_ben, None).await.unwrap();
    let owned = json!({
        "name": "Whose it is",
        "target": {"kind": "account", "id": system.account(ACCOUNT)},
        "owners": {"users": [system.user("dave")]},
    });
    system.document(DocumentKind::Owners, &owned).await;
    let filter =
        ViewFilter { whose: Some("all".to_owned()), state: Some("approved".to_owned()), ..ViewFilter::default() };
    let erin = system.person("erin").await;
    let view = erin.make_view(&NewView { name: "Approved, of everybody".to_owned(), filter }).await.unwrap();
    let pair = |name: &str| {
        let pair = system.pair(ACCOUNT, name);
        format!("{}+{}", pair.account, pair.permission_set.replace(':', "%3A").replace('/', "%2F"))
    };
    let page = |id: uuid::Uuid| format!("/requests/{id}");
    vec![
        ("home", "/".to_owned(), "ann"),
        ("home-approver", "/".to_owned(), "carla"),
        ("home-empty", "/".to_owned(), "frank"),
        ("ask", "/ask".to_owned(), "ann"),
        ("ask-found", "/ask?q=production+power".to_owned(), "ann"),
        ("ask-chosen", format!("/ask?q=booking&pair={}&minutes=60", pair("PowerUserAccess")), "ann"),
        ("ask-break-glass", format!("/ask?pair={}", pair("AdministratorAccess")), "ann"),
        ("ask-people", "/ask?who=a".to_owned(), "ann"),
        ("ask-for-somebody", format!("/ask?for={}&pair={}", system.user("ben"), pair("PowerUserAccess")), "ann"),
        ("ask-nothing", "/ask?q=nowhere".to_owned(), "ann"),
        ("request-waiting", page(waiting.id), "ann"),
        ("request-to-decide", page(waiting.id), "carla"),
        ("request-active", page(approved.id), "ann"),
        ("request-auditor", page(approved.id), "erin"),
        ("approvals", "/approvals".to_owned(), "carla"),
        ("together", format!("/approvals/together?with={}", other.id), "carla"),
        ("view", format!("/history/views/{}", view.id), "erin"),
        ("view-delete", format!("/history/views/{}/delete", view.id), "erin"),
        ("approvals-empty", "/approvals".to_owned(), "ann"),
        ("access", "/access".to_owned(), "erin"),
        ("history", "/history".to_owned(), "erin"),
        ("history-empty", "/history?state=rejected".to_owned(), "erin"),
        ("log", "/log".to_owned(), "erin"),
        ("log-no-right", "/log".to_owned(), "ann"),
        ("accounts", "/accounts".to_owned(), "erin"),
        ("account", format!("/accounts/{}", system.account(ACCOUNT)), "erin"),
        ("accounts-owned", "/accounts".to_owned(), "dave"),
        ("account-owned", format!("/accounts/{}", system.account(ACCOUNT)), "dave"),
        ("history-which", "/history?person=a".to_owned(), "erin"),
        ("settings-found", "/settings?q=directory".to_owned(), "frank"),
        ("who", "/who".to_owned(), "erin"),
        ("who-several", "/who?account=production&set=nothing".to_owned(), "erin"),
        ("who-chosen", format!("/who?account={ACCOUNT}&set=PowerUser"), "erin"),
        ("rules", "/rules".to_owned(), "frank"),
        ("policy-rules", "/policy/rules".to_owned(), "frank"),
        ("policy-guardrails", "/policy/guardrails".to_owned(), "erin"),
        ("policy-new-rule", "/policy/rules/new".to_owned(), "frank"),
        ("policy-new-approval-policy", "/policy/approval-policies/new".to_owned(), "frank"),
        ("policy-new-guardrail", "/policy/guardrails/new".to_owned(), "frank"),
        ("policy-new-schedule", "/policy/schedules/new".to_owned(), "frank"),
        ("policy-no-right", "/policy/rules/new".to_owned(), "erin"),
        ("operations", "/operations".to_owned(), "frank"),
        ("operations-month", "/operations?span=month".to_owned(), "erin"),
        ("emergency", "/emergency".to_owned(), "frank"),
        ("settings", "/settings".to_owned(), "frank"),
        ("people-found", "/people?q=a".to_owned(), "erin"),
        ("sessions", "/sessions".to_owned(), "ann"),
        ("display", "/display".to_owned(), "ann"),
        ("end", format!("/grants/{}/end", grant.id), "ann"),
        ("extend", format!("/grants/{}/extend", grant.id), "ann"),
        ("revoke", format!("/grants/{}/revoke", grant.id), "frank"),
        ("cancel", format!("/requests/{}/cancel", waiting.id), "ann"),
        ("not-found", "/nothing/here".to_owned(), "ann"),
        ("design", "/design".to_owned(), "ann"),
    ]
}

fn file(name: &str, width: u32, colours: Colours) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pictures").join(format!("{name}-{width}-{}.png", colours.name()))
}

/// What is open now, in every width and both colours, as it is: seen by axe-core and kept as pictures.
pub async fn look_at(tab: &Tab, name: &str) {
    let wrong = look(tab, name).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn look(tab: &Tab, name: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for colours in [Colours::Light, Colours::Dark] {
        tab.prefers(colours).await;
        for (width, height) in [(320, 700), (390, 844), (1280, 900), (1920, 1080)] {
            tab.size(width, height).await;
            if tab.overflows().await {
                wrong.push(format!("{name} at {width}: it is wider than the window"));
            }
            if width == 390 || width == 1280 {
                wrong.extend(tab.violations().await.into_iter().map(|one| format!("{name} at {width}: {one}")));
            }
            if width > 320 {
                tab.picture(&file(name, width, colours)).await;
            }
        }
    }
    tab.prefers(Colours::Light).await;
    tab.size(1280, 900).await;
    wrong
}

async fn tab_of<'a>(stage: &Stage, tabs: &'a mut Vec<(&'static str, Tab)>, who: &'static str) -> &'a Tab {
    if !tabs.iter().any(|(name, _)| *name == who) {
        tabs.push((who, stage.person(who).await));
    }
    &tabs.iter().find(|(name, _)| *name == who).unwrap().1
}

/// Every page of this half in every width and both colours, seen by axe-core and kept as a picture.
async fn look_at_all(half: usize) {
    let stage = Stage::set().await;
    let scenes = scenes(&stage).await;
    let mut tabs = Vec::new();
    let mut wrong = Vec::new();
    for (name, place, who) in scenes.iter().skip(half).step_by(2) {
        let tab = tab_of(&stage, &mut tabs, who).await;
        tab.open(&stage.at(place)).await;
        wrong.extend(look(tab, name).await);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn one_half_of_all_pages_is_for_everybody_and_fits_every_window() {
    look_at_all(0).await;
}

#[tokio::test]
async fn the_other_half_of_all_pages_is_for_everybody_and_fits_every_window() {
    look_at_all(1).await;
}

/// Longer words than the English ones.
#[tokio::test]
async fn every_page_fits_in_german_too() {
    let stage = Stage::set().await;
    let scenes = scenes(&stage).await;
    let mut tabs = Vec::new();
    let mut wrong = Vec::new();
    for (name, place, who) in &scenes {
        let tab = tab_of(&stage, &mut tabs, who).await;
        let german = Profile { language: Some("de".to_owned()), ..Profile::default() };
        stage.system.person(who).await.change_profile(&german).await.unwrap();
        tab.open(&stage.at(place)).await;
        assert_eq!(tab.run("document.documentElement.lang").await, "de", "{name}");
        for (width, height) in [(320, 700), (390, 844), (1280, 900)] {
            tab.size(width, height).await;
            if tab.overflows().await {
                wrong.push(format!("{name} at {width}: it is wider than the window"));
            }
            if width > 320 {
                tab.picture(&file(&format!("german-{name}"), width, Colours::Light)).await;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
