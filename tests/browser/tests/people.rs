//! People and groups, looked up by those who oversee.

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
