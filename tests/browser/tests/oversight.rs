//! What admins and reviewers do by hand.

use client::DocumentKind;
use journeys::{REASON, eventually};
use serde_json::json;

use crate::stage::{ACCOUNT, Stage};

#[tokio::test]
async fn an_admin_sees_what_a_change_of_rules_means_before_it_is_put_into_force() {
    let stage = Stage::set().await;
    let frank = stage.person("frank").await;
    frank.open(&stage.at("/rules")).await;
    let held = "document.getElementById('text').value.includes('Engineers change things with an approval')";
    frank.until("the rules are there", held).await;
    frank.run("(() => { const text = document.getElementById('text'); window.before = text.value; text.value = text.value.replace(/max_minutes: 120/, 'max_minutes: -5'); })()").await;
    frank.click("Show what it means").await;
    frank.says("Something is wrong with it; nothing would change.").await;
    assert!(!frank.text().await.contains("Put into force"), "what is wrong cannot be put into force");

    let to = |minutes: u32| {
        format!(
            "(() => {{ const text = document.getElementById('text'); text.value = text.value.replace(/max_minutes: (-5|120|45)/, 'max_minutes: {minutes}'); }})()"
        )
    };
    frank.run(&to(45)).await;
    frank.click("Show what it means").await;
    frank.says("0 to make, 1 to change, 0 to delete.").await;
    frank.focus("reason").await;
    frank.types("Two hours were never needed").await;
    frank.click("Put into force").await;
    frank.says("It is in force.").await;
    let ann = stage.system.person("ann").await;
    let longest = ann.eligibility().await.unwrap().items.iter().map(|offer| offer.max_minutes).min();
    assert_eq!(longest, Some(45));

    // Somebody else changes rules between the plan and the button.
    frank.run(&to(30)).await;
    frank.click("Show what it means").await;
    frank.says("0 to make, 1 to change, 0 to delete.").await;
    let more = json!({"name": "A freeze of long ago", "from": "2020-01-01T00:00:00Z", "until": "2020-01-02T00:00:00Z",
        "accounts": {"all": true}, "permission_sets": {"arns": [stage.system.permission_set("ReadOnlyAccess")]}});
    stage.system.document(DocumentKind::Freeze, &more).await;
    frank.click("Put into force").await;
    frank.says("Nothing was changed").await;
    let longest = ann.eligibility().await.unwrap().items.iter().map(|offer| offer.max_minutes).min();
    assert_eq!(longest, Some(45), "a plan that is out of date does nothing");
}

#[tokio::test]
async fn break_glass_is_taken_by_hand_and_a_second_person_says_what_they_saw() {
    let stage = Stage::set().await;
    let (ann, frank) = (stage.person("ann").await, stage.person("frank").await);
    let pair = stage.system.pair(ACCOUNT, "AdministratorAccess");
    let set = pair.permission_set.replace(':', "%3A").replace('/', "%2F");
    ann.open(&stage.at(&format!("/ask?pair={}+{set}&minutes=30", pair.account))).await;
    ann.focus("reason").await;
    ann.types(REASON).await;
    ann.says("Is there no time to ask?").await;
    ann.click("Is there no time to ask?").await;
    ann.click("Take it now as break-glass by “Break-glass”").await;
    ann.says("Break-glass: Access for").await;
    ann.says("A review is due").await;
    let page = ann.place().await;

    frank.open(&stage.at("/")).await;
    frank.until("the review is owed", "document.querySelector('#reviews h2') !== null").await;
    frank
        .run(
            "[...document.querySelectorAll('#reviews .row-actions a')].find(one => one.innerText === 'Review').click()",
        )
        .await;
    frank.says("Nobody was asked about this access.").await;
    frank.click("Something was not in order").await;
    frank.says("Nothing was changed").await;
    frank.open(&stage.at(&page)).await;
    frank.run("document.querySelector('[id^=seen-]').focus()").await;
    frank.types("The ledger was not locked at all").await;
    frank.click("Something was not in order").await;
    frank.says("reviewed it: something was not in order").await;
    frank.says("The ledger was not locked at all").await;
    assert!(!frank.text().await.contains("Nobody was asked about this access."), "it is owed no more");
    ann.says("reviewed it: something was not in order").await;
}

#[tokio::test]
async fn what_is_parked_is_tried_again_by_an_admins_hand() {
    let stage = Stage::set().await;
    let system = &stage.system;
    let denied = json!({"kind": "access_denied", "operations": ["CreateAccountAssignment"], "count": 1});
    system.simulator_post("/control/faults", &denied).await;
    let request = system.ask("ann", vec![system.pair(ACCOUNT, "ReadOnlyAccess")], 60).await;
    let ann = system.person("ann").await;
    let failed = system.grant_in(&ann, request.id, "ended").await;
    assert_eq!(failed.reason.as_deref(), Some("failed"));
    let (frank, erin) = (stage.person("frank").await, stage.person("erin").await);
    erin.open(&stage.at("/operations")).await;
    erin.says("What helps").await;
    assert!(!erin.text().await.contains("Try again now"), "an auditor changes nothing");
    frank.open(&stage.at("/operations")).await;
    frank.click("Try again now").await;
    frank.says("Nothing is parked.").await;
    eventually("the access is there", async || {
        let grants = ann.request(request.id).await.ok()?.grants;
        grants.iter().any(|grant| grant.state == "active").then_some(())
    })
    .await;
    let tab = stage.person("ann").await;
    tab.open(&stage.at(&format!("/requests/{}", request.id))).await;
    tab.says("could not be given").await;
    tab.says("Access is there").await;
}
