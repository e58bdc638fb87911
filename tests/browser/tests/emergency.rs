//! The emergency button, pressed by hand.

use journeys::{Plan, REASON};

use crate::looks::look_at;
use crate::stage::{ACCOUNT, Stage};

const WHY: &str = "keys were found <script>alert(1)</script> in a public place";

#[tokio::test]
async fn all_of_a_persons_access_ends_after_a_page_that_says_how_much_it_is() {
    let stage = Stage::set().await;
    let ann = stage.system.person("ann").await;
    let request = stage.system.ask("ann", vec![stage.system.pair(ACCOUNT, "ReadOnlyAccess")], 60).await;
    stage.system.grant_in(&ann, request.id, "active").await;
    stage.system.ask("ann", vec![stage.system.pair(ACCOUNT, "PowerUserAccess")], 30).await;
    let frank = stage.person("frank").await;
    frank.without_scripts().await;
    frank.open(&stage.at("/emergency")).await;
    frank.says("New access begins as usual.").await;
    frank.focus("person").await;
    frank.types("nobody at all").await;
    frank.focus("end-reason").await;
    frank.types(WHY).await;
    frank.click("Look what it would end").await;
    frank.says("Nobody in the directory is called “nobody at all”.").await;
    assert_eq!(frank.run("document.getElementById('end-reason').value").await, serde_json::json!(WHY));
    look_at(&frank, "emergency-wrong").await;
    frank.run("document.getElementById('person').value = 'ann'").await;
    frank.click("Look what it would end").await;
    frank.says("1 (of 1 person, in 1 account)").await;
    frank.says("It is in force at once.").await;
    assert!(frank.text().await.contains(WHY), "what was written is shown, not run");
    look_at(&frank, "emergency-confirm").await;
    assert!(stage.system.is_assigned("ann", ACCOUNT, "ReadOnlyAccess").await, "looking ends nothing");
    frank.click("Yes, do it").await;
    frank.says("Access of Ann").await;
    stage.system.gone("ann", ACCOUNT, "ReadOnlyAccess").await;
    frank.open(&stage.at("/emergency")).await;
    frank.says("access ended").await;
    let auditor = stage.person("erin").await;
    auditor.open(&stage.at("/emergency")).await;
    auditor.says("You may look; acting is for admins.").await;
    assert_eq!(auditor.run("document.querySelectorAll('main form').length").await, serde_json::json!(0));
}

#[tokio::test]
async fn a_pause_is_told_to_whom_it_concerns_and_a_second_admin_lets_access_begin_again() {
    let stage = Stage::planned(Plan::new().set("aws.directory_every_s", "1")).await;
    stage.make_admin("carla").await;
    let (frank, carla, ann) = (stage.person("frank").await, stage.person("carla").await, stage.person("ann").await);
    frank.open(&stage.at("/emergency")).await;
    frank.focus("pause-reason").await;
    frank.types(WHY).await;
    frank.click("Pause").await;
    frank.says("Let no new access begin?").await;
    frank.click("Yes, do it").await;
    frank.says("New access is paused since").await;
    for page in ["/", "/operations", "/rules"] {
        frank.open(&stage.at(page)).await;
        frank.says(WHY).await;
    }
    look_at(&frank, "paused").await;
    ann.open(&stage.at("/")).await;
    ann.says("Overview").await;
    assert!(!ann.text().await.contains("does not begin just now"), "where it is of no use, it is not told");
    ann.open(&stage.at("/ask")).await;
    ann.says("New access does not begin just now. You can ask").await;
    assert!(!ann.text().await.contains("public place"), "why is for those who oversee");
    let request = stage.system.ask("ann", vec![stage.system.pair(ACCOUNT, "ReadOnlyAccess")], 60).await;

    frank.open(&stage.at("/emergency")).await;
    frank.focus("pause-reason").await;
    frank.types(REASON).await;
    frank.click("Let it begin again").await;
    frank.says("A second admin has to agree before it is in force.").await;
    frank.click("Ask a second admin").await;
    frank.says("You asked for it; another admin has to agree.").await;
    carla.open(&stage.at("/emergency")).await;
    carla.says("asks for your agreement.").await;
    look_at(&carla, "emergency-waiting").await;
    carla.click("Look and decide").await;
    look_at(&carla, "emergency-agree").await;
    carla.click("Agree; it is in force at once").await;
    carla.says("Done").await;
    carla.open(&stage.at("/")).await;
    assert!(!carla.text().await.contains("New access is paused"));
    let person = stage.system.person("ann").await;
    stage.system.grant_in(&person, request.id, "active").await;
}
