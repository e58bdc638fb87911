//! Asking, deciding and ending by hand: with a mouse, with a keyboard alone, and without a script.

use journeys::REASON;
use serde_json::json;

use crate::stage::{ACCOUNT, Stage};

#[tokio::test]
async fn somebody_asks_somebody_approves_and_both_see_it_at_once() {
    let stage = Stage::set().await;
    let (ann, carla) = (stage.person("ann").await, stage.person("carla").await);
    carla.open(&stage.at("/approvals")).await;
    carla.says("Nothing waits for you.").await;

    ann.click("Ask for access").await;
    ann.focus("q").await;
    ann.types("booking-production power").await;
    ann.says(ACCOUNT).await;
    ann.click(&format!("PowerUserAccess, {ACCOUNT}")).await;
    ann.says("These are asked:").await;
    ann.focus("reason").await;
    ann.types(REASON).await;
    ann.says("At most 2 h.").await;
    ann.click("30 min").await;
    ann.run("document.querySelector('button[name=send]').click()").await;
    ann.says("Waiting for a decision").await;

    let heard = carla.says("Ann").await;
    assert!(heard.as_secs() < 3, "the queue is told at once, not {heard:?} later");
    carla.says(REASON).await;
    carla.click("Look and decide").await;
    carla.says("Never before.").await;
    carla.click(&format!("Approve PowerUserAccess in {ACCOUNT} for")).await;
    carla.says("Approved").await;

    let shown = ann.says("Active").await;
    assert!(shown.as_secs() < 5, "the requester's open page shows it by itself, not {shown:?} later");
    ann.says("Access ends").await;
    ann.click("End").await;
    ann.says(&format!("End PowerUserAccess in {ACCOUNT} now?")).await;
    ann.click("End it now").await;
    ann.says("Access is gone: given back").await;
}

#[tokio::test]
async fn the_mails_link_leads_through_signing_in_to_the_decision() {
    let stage = Stage::set().await;
    let request = stage.system.ask("ann", vec![stage.system.pair(ACCOUNT, "PowerUserAccess")], 30).await;
    let mail = stage.system.mail("carla", request.id, "asks for").await;
    let tab = stage.person("carla").await;
    tab.open(&stage.at(&format!("/decide/{}", mail.link_token("Approve")))).await;
    tab.says("Approve access for").await;
    tab.click("Approve").await;
    tab.says("The access is being added now").await;
    tab.open(&stage.at(&format!("/requests/{}", request.id))).await;
    tab.says("Carla").await;
}

#[tokio::test]
async fn everything_that_matters_works_without_a_script() {
    let stage = Stage::set().await;
    let (ann, carla) = (stage.person("ann").await, stage.person("carla").await);
    for tab in [&ann, &carla] {
        tab.without_scripts().await;
    }
    ann.open(&stage.at("/ask")).await;
    ann.focus("q").await;
    ann.types("booking-production power").await;
    ann.press("Enter").await;
    ann.says(ACCOUNT).await;
    ann.click(&format!("PowerUserAccess, {ACCOUNT}")).await;
    ann.says("These are asked:").await;
    ann.focus("reason").await;
    ann.types(REASON).await;
    ann.click("Check").await;
    ann.says("At most 2 h.").await;
    assert_eq!(ann.run("document.getElementById('reason').value").await, json!(REASON), "what was typed is kept");
    ann.focus("ticket").await;
    ann.tab_to("Check").await;
    ann.tab_to("Ask").await;
    ann.press("Enter").await;
    ann.says("Waiting for a decision").await;
    let page = ann.place().await;

    carla.open(&stage.at("/")).await;
    carla.click("Look and decide").await;
    carla.click("Approve PowerUserAccess").await;
    carla.says("Approved").await;
    for _ in 0..50 {
        ann.open(&stage.at(&page)).await;
        if ann.text().await.contains("Active") {
            break;
        }
    }
    ann.click("End").await;
    ann.click("End it now").await;
    ann.says("Access").await;
}

#[tokio::test]
async fn asking_and_deciding_need_nothing_but_a_keyboard() {
    let stage = Stage::set().await;
    let (ann, carla) = (stage.person("ann").await, stage.person("carla").await);
    ann.open(&stage.at("/ask")).await;
    ann.run("document.activeElement.blur()").await;
    ann.press("/").await;
    ann.types("booking-production read").await;
    ann.until("it is found", "document.querySelectorAll('#found .set').length === 1").await;
    ann.tab_to("ReadOnlyAccess").await;
    ann.press("Enter").await;
    ann.says("Nobody has to decide.").await;
    ann.tab_to("Reason").await;
    ann.types(REASON).await;
    ann.tab_to("Check").await;
    ann.press("Tab").await;
    ann.press("Enter").await;
    ann.says("Approved by rule").await;

    let request = stage.system.ask("ann", vec![stage.system.pair(ACCOUNT, "PowerUserAccess")], 30).await;
    carla.open(&stage.at(&format!("/requests/{}", request.id))).await;
    carla.tab_to("Reject").await;
    carla.press("Enter").await;
    carla.says("Rejected").await;
    assert_eq!(stage.system.person("ann").await.request(request.id).await.unwrap().state, "rejected");
}

#[tokio::test]
async fn what_was_written_to_do_harm_is_shown_whole_and_does_nothing() {
    let stage = Stage::set().await;
    let hostile = format!(
        "\u{202e}<img src=x onerror=\"window.harmed=1\"><script>window.harmed=1</script>{{{{7*7}}}} \u{1f512}\u{1f9d1}\u{200d}\u{1f692} {}",
        "x".repeat(9_800)
    );
    let ann = stage.system.person("ann").await;
    let wish = client::NewRequest {
        pairs: vec![stage.system.pair(ACCOUNT, "PowerUserAccess")],
        minutes: 30,
        reason: hostile.clone(),
        ticket: Some("<b onmouseover=alert(1)>T-1</b>".to_owned()),
        ..client::NewRequest::default()
    };
    let request = ann.submit(&wish, None).await.unwrap();
    let carla = stage.person("carla").await;
    for page in ["/", "/approvals", &format!("/requests/{}", request.id)] {
        carla.size(390, 844).await;
        carla.open(&stage.at(page)).await;
        carla.says("<img src=x onerror=").await;
        assert_eq!(carla.run("window.harmed === undefined && !document.querySelector('main img, main script, main b[onmouseover]')").await, json!(true), "{page}");
        assert!(!carla.overflows().await, "{page} breaks long words");
    }
    let shown = carla.run("document.querySelector('dd.words').textContent").await;
    assert_eq!(shown, json!(hostile.trim()), "all of it is there");
    assert_eq!(
        carla.run("getComputedStyle(document.querySelector('dd.words')).unicodeBidi").await,
        json!("plaintext"),
        "and turns nothing else around"
    );
}
