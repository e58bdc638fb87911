//! People and groups, looked up by those who oversee.

use reqwest::Method;
use serde_json::json;

use crate::looks::look_at;
use crate::stage::{ACCOUNT, Stage};

#[tokio::test]
async fn an_auditor_finds_somebody_and_sees_what_they_may_have_and_why() {
    let stage = Stage::set().await;
    let erin = stage.person("erin").await;
    erin.without_scripts().await;
    erin.open(&stage.at("/people")).await;
    erin.says("Who is in which group (piece by piece: the oldest)").await;
    look_at(&erin, "people").await;
    erin.focus("q").await;
    erin.types("ann").await;
    erin.press("Enter").await;
    erin.until("she is found", "location.search.includes('q=ann') && document.readyState === 'complete'").await;
    erin.says("Ann").await;
    erin.open(&stage.at(&format!("/people/{}", stage.system.user("ann")))).await;
    erin.says("may sign in").await;
    erin.says("engineers").await;
    erin.says("Engineers look around everywhere").await;
    erin.says("nobody has to decide").await;
    erin.focus("account").await;
    erin.types(ACCOUNT).await;
    erin.focus("set").await;
    erin.types("PowerUserAccess").await;
    erin.click("Show").await;
    erin.says("They may ask for it.").await;
    erin.says("prod-approvers").await;
    look_at(&erin, "person").await;
    erin.click("engineers").await;
    erin.until("its members are there", "document.querySelectorAll('.rows li').length > 0").await;
    erin.says("Ann").await;
    look_at(&erin, "group").await;
    let ann = stage.person("ann").await;
    ann.open(&stage.at("/people")).await;
    ann.says("This page is for admins and auditors.").await;
}

#[tokio::test]
async fn an_admin_has_the_directory_read_again_and_an_open_page_shows_how_far_it_is() {
    let stage = Stage::set().await;
    let (frank, erin) = (stage.person("frank").await, stage.person("erin").await);
    let fault = json!({"kind": "access_denied", "operations": ["ListGroups"]});
    stage.system.tell_simulator(Method::POST, "/control/faults", &fault).await;
    erin.open(&stage.at("/people")).await;
    erin.says("Who is in which group").await;
    assert!(!erin.text().await.contains("Read all of it again now"), "reading again is for admins");
    frank.without_scripts().await;
    frank.open(&stage.at("/people")).await;
    frank.click("Read all of it again now").await;
    frank.says("Parts still to be read:").await;
    erin.says("Parts still to be read: 1/7.").await;
    erin.says("ListGroups").await;
    look_at(&erin, "people-reading").await;
    stage.system.tell_simulator(Method::DELETE, "/control/faults", &json!({})).await;
    erin.until("all was read", "!document.body.innerText.includes('still to be read')").await;
    assert!(!erin.text().await.contains("ListGroups"), "and went well");
}
