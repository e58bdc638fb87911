//! Asking for somebody else, deciding about several requests together, and what follows people to another browser.

use client::{NewRequest, NewView, ViewFilter};
use journeys::REASON;
use serde_json::json;

use crate::stage::{ACCOUNT, Stage};

const OTHER: &str = "freight-booking-staging";

#[tokio::test]
async fn somebody_asks_for_a_colleague_and_both_of_them_see_whose_it_is() {
    let stage = Stage::set().await;
    let (ann, ben, carla) = (stage.person("ann").await, stage.person("ben").await, stage.person("carla").await);
    ann.open(&stage.at("/ask")).await;
    ann.click("For somebody else?").await;
    ann.focus("who").await;
    ann.types("Ben").await;
    ann.until("he is found", "document.querySelectorAll('#people .person').length > 0").await;
    ann.run("document.querySelector(`#people [value='${[...document.querySelectorAll('#people .person')].find(one => one.innerText.includes('ben')).value}']`).click()").await;
    ann.says("They would have the access").await;
    ann.focus("q").await;
    ann.types("booking-production").await;
    ann.says(ACCOUNT).await;
    ann.click(&format!("PowerUserAccess, {ACCOUNT}")).await;
    ann.says("These are asked:").await;
    ann.says("They would have the access").await;
    ann.focus("reason").await;
    ann.types(REASON).await;
    ann.run("document.querySelector('button[name=send]').click()").await;
    ann.says("Waiting for a decision").await;
    ann.says("Access for Ben").await;
    ann.says("Asked by").await;

    carla.open(&stage.at("/approvals")).await;
    carla.says("asked by Ann").await;
    carla.click("Look and decide").await;
    carla.click(&format!("Approve PowerUserAccess in {ACCOUNT} for Ben")).await;
    carla.says("Approved").await;
    ben.open(&stage.at("/")).await;
    ben.says("Active").await;
    ben.says("asked by Ann").await;
    ann.open(&stage.at("/")).await;
    ann.says("for Ben").await;
    assert!(stage.system.is_assigned("ben", ACCOUNT, "PowerUserAccess").await);
    assert!(!stage.system.is_assigned("ann", ACCOUNT, "PowerUserAccess").await);
}

#[tokio::test]
async fn several_requests_of_one_person_are_approved_with_one_confirmation() {
    let stage = Stage::set().await;
    let mut asked = Vec::new();
    for account in [ACCOUNT, OTHER, "payments-ledger-production"] {
        asked.push(stage.system.ask("ann", vec![stage.system.pair(account, "PowerUserAccess")], 30).await);
    }
    stage.system.ask("ben", vec![stage.system.pair(ACCOUNT, "PowerUserAccess")], 30).await;
    let carla = stage.person("carla").await;
    carla.open(&stage.at("/approvals")).await;
    carla.says("3 requests of Ann").await;
    carla.click("Look at all of them").await;
    for account in [ACCOUNT, OTHER, "payments-ledger-production"] {
        carla.says(account).await;
    }
    assert!(!carla.text().await.contains("Ben"), "nobody else's");
    carla.click(&format!("PowerUserAccess {OTHER}")).await;
    carla.focus("comment").await;
    carla.types("All as agreed this morning").await;
    carla.click("Approve what is ticked").await;
    carla.says("2 of 2 decided").await;
    let ann = stage.system.person("ann").await;
    let mut states = Vec::new();
    for request in asked {
        let request = ann.request(request.id).await.unwrap();
        let comments = request.approvals.iter().flat_map(|approval| &approval.votes).filter_map(|v| v.comment.clone());
        assert_eq!(comments.count(), usize::from(request.state == "approved"));
        states.push(request.state);
    }
    assert_eq!(states, ["approved", "pending", "approved"], "what was unticked waits");
}

#[tokio::test]
async fn what_somebody_chose_and_kept_is_there_in_another_browser() {
    let stage = Stage::set().await;
    let (here, there) = (stage.person("erin").await, stage.person("erin").await);
    here.open(&stage.at("/display")).await;
    here.click("Deutsch").await;
    here.click("Dark").await;
    here.focus("zone").await;
    here.run("document.getElementById('zone').value = 'Asia/Tokyo'").await;
    here.click("Save").await;
    here.says("Darstellung").await;
    there.open(&stage.at("/")).await;
    there.says("Übersicht").await;
    there.says("Zeiten in Asia/Tokyo").await;
    assert_eq!(there.run("document.documentElement.dataset.theme").await, json!("dark"));

    here.open(&stage.at("/history?state=approved")).await;
    here.click("Diese Ansicht behalten").await;
    here.focus("view-name").await;
    here.types("Genehmigt").await;
    here.press("Enter").await;
    here.until("it is kept", "document.querySelector('.shortcut-list a[aria-current]') !== null").await;
    there.open(&stage.at("/history")).await;
    there.click("Genehmigt").await;
    assert_eq!(there.place().await, "/history?whose=all&state=approved");
    there.click("Die Ansicht Genehmigt ändern").await;
    there.click("Diese Ansicht löschen").await;
    there.says("Die Ansicht „Genehmigt“ löschen?").await;
    there.click("Diese Ansicht löschen").await;
    there.until("it is gone", "location.pathname === '/history' && !document.querySelector('.shortcut-list')").await;
}

#[tokio::test]
async fn a_view_of_everybodys_shows_whoever_lost_that_right_their_own() {
    let stage = Stage::set().await;
    let ann = stage.system.person("ann").await;
    let wish = NewRequest {
        pairs: vec![stage.system.pair(ACCOUNT, "PowerUserAccess")],
        minutes: 30,
        reason: REASON.to_owned(),
        ..NewRequest::default()
    };
    ann.submit(&wish, None).await.unwrap();
    let all = ViewFilter { whose: Some("all".to_owned()), person: Some("ann".to_owned()), ..ViewFilter::default() };
    let ben = stage.system.person("ben").await;
    ben.make_view(&NewView { name: "Everything".to_owned(), filter: all.clone() }).await.unwrap();
    let twice = ben.make_view(&NewView { name: "Everything".to_owned(), filter: all }).await.unwrap_err();
    assert!(twice.is("name-taken"), "{twice:?}");
    let tab = stage.person("ben").await;
    tab.open(&stage.at("/history")).await;
    tab.click("Everything").await;
    tab.says("No request matches.").await;
    assert_eq!(tab.place().await, "/history?whose=mine");
}
