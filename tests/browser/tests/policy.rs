//! Rules and their kin, edited by hand.

use client::DocumentKind;
use journeys::Plan;
use serde_json::json;

use crate::looks::look_at;
use crate::stage::{ACCOUNT, Stage};

const READING: &str = "Engineers look around everywhere";

/// What a field holds from now on, as if somebody had typed it.
fn put(name: &str, value: &str) -> String {
    format!("document.querySelector({}).value = {}", json!(format!("[name=\"{name}\"]")), json!(value))
}

#[tokio::test]
async fn a_rule_is_changed_in_a_form_that_says_what_it_means_first() {
    let stage = Stage::set().await;
    let ann = stage.system.person("ann").await;
    let request = stage.system.ask("ann", vec![stage.system.pair(ACCOUNT, "ReadOnlyAccess")], 60).await;
    stage.system.grant_in(&ann, request.id, "active").await;
    let frank = stage.person("frank").await;
    frank.without_scripts().await;
    frank.open(&stage.at("/policy/rules")).await;
    frank.says("engineers may have ReadOnlyAccess in all accounts, at most 2 h; nobody has to decide.").await;
    frank.click(READING).await;
    frank.says("Version 1").await;
    frank.click("Edit").await;
    frank.says("Further conditions").await;
    look_at(&frank, "policy-edit").await;

    frank.run(&put("subjects.groups.0", "engineerz")).await;
    frank.click("Show what it means").await;
    frank.says("Something is wrong with it; nothing was saved.").await;
    frank.says("there is no group \"engineerz\"; did you mean \"engineers\"?").await;
    let beside = "[...document.querySelectorAll('fieldset')].some(one => one.querySelector('legend')?.innerText === 'Groups' \
                  && one.querySelector('.error'))";
    assert_eq!(frank.run(beside).await, json!(true), "the error stands at its field");
    look_at(&frank, "policy-edit-wrong").await;

    frank.run(&put("subjects.groups.0", "engineers")).await;
    frank.run(&put("max_minutes", "240")).await;
    frank.click("Show what it means").await;
    frank.says("At most (minutes): 120 becomes 240").await;
    frank.says("What gets easier to get").await;
    frank.says("the group engineers").await;
    frank.says("It is in force as soon as you save it.").await;
    look_at(&frank, "policy-meaning").await;
    frank.click("Save").await;
    frank.says("It is in force.").await;
    frank.says("at most 4 h").await;

    frank.click(READING).await;
    frank.click("Edit").await;
    frank.run("document.querySelector('[name=\"accounts.all\"]').checked = false").await;
    frank.run(&put("accounts.ids.0", "freight-booking-staging")).await;
    frank.click("Show what it means").await;
    frank.says("Active access that would not be allowed any more").await;
    frank.says("Ann").await;
    frank.says("Nobody gets anything more easily.").await;
}

#[tokio::test]
async fn two_who_change_the_same_see_both_and_lose_nothing() {
    let stage = Stage::set().await;
    let admin = stage.system.person("frank").await;
    let rule = admin.rules().await.unwrap().items.into_iter().find(|rule| rule.name == READING).unwrap();
    let frank = stage.person("frank").await;
    frank.open(&stage.at(&format!("/policy/rules/{}/edit", rule.id))).await;
    frank.run(&put("name", "Engineers read <script>alert(1)</script>")).await;

    let mut theirs = serde_json::to_value(&rule).unwrap();
    theirs["max_minutes"] = json!(90);
    theirs.as_object_mut().unwrap().remove("id");
    admin.change(DocumentKind::Rule, rule.id, &theirs).await.unwrap();

    frank.click("Show what it means").await;
    frank.says("Somebody saved it meanwhile. Nothing of yours is lost: both are below.").await;
    frank.says("Saved meanwhile by Frank").await;
    let both = frank.run("[...document.querySelectorAll('.beside .code')].map(one => one.innerText)").await;
    assert!(both[0].as_str().unwrap().contains("max_minutes: 90"), "{both}");
    assert!(both[1].as_str().unwrap().contains("Engineers read <script>"), "{both}");
    look_at(&frank, "policy-conflict").await;
    frank.click("Go on with mine").await;
    frank.says("At most (minutes): 90 becomes 120").await;
    frank.click("Save").await;
    frank.says("It is in force.").await;
    frank.says("Engineers read <script>alert(1)</script>").await;
    let kept = admin.document(DocumentKind::Rule, rule.id).await.unwrap();
    assert_eq!((kept.version, kept.spec["max_minutes"].as_i64()), (3, Some(120)), "no version is skipped");
}

#[tokio::test]
async fn the_yaml_and_the_form_are_the_same_document() {
    let stage = Stage::set().await;
    let frank = stage.person("frank").await;
    frank.without_scripts().await;
    frank.open(&stage.at("/policy/freezes")).await;
    frank.says("There is none yet.").await;
    frank.click("Make one").await;
    frank.run(&put("yaml", "freezes:\n  - name: [")).await;
    frank.click("Take over the YAML").await;
    frank.until("it says why", "document.querySelector('.editor-yaml .error') !== null").await;
    let text = "freezes:\n  - name: end of the year\n    from: 2027-12-20T00:00:00Z\n    until: 2027-12-31T12:00:00Z\n    \
                accounts: { all: true }\n    permission_sets: { names: [\"*\"] }\n";
    frank.run(&put("yaml", text)).await;
    frank.click("Take over the YAML").await;
    frank.says("It is in force as soon as you save it.").await;
    assert_eq!(frank.run("document.querySelector('[name=name]').value").await, json!("end of the year"));
    assert_eq!(frank.run("document.querySelector('[name=from]').value").await, json!("2027-12-20T00:00"));
    frank.run("document.querySelector('[name=spares_break_glass]').checked = false").await;
    frank.click("Show what it means").await;
    assert!(
        frank
            .run("document.querySelector('[name=yaml]').value")
            .await
            .as_str()
            .unwrap()
            .contains("spares_break_glass: false")
    );
    frank.click("Save").await;
    frank.says("It is in force.").await;
    frank.click("end of the year").await;
    frank.says("No access to * in all accounts lasts into it.").await;
    look_at(&frank, "policy-one").await;
    frank.click("Delete").await;
    frank.says("Delete “end of the year”?").await;
    look_at(&frank, "policy-delete").await;
    frank.click("Delete").await;
    frank.says("It is deleted.").await;
    frank.says("There is none yet.").await;
}

#[tokio::test]
async fn stages_are_added_and_taken_away_without_a_script_and_a_second_admin_agrees() {
    let stage = Stage::planned(Plan::new().set("aws.directory_every_s", "1")).await;
    stage.make_admin("carla").await;
    let (frank, carla) = (stage.person("frank").await, stage.person("carla").await);
    frank.without_scripts().await;
    frank.open(&stage.at("/policy/approval-policies/new")).await;
    frank.run(&put("name", "two stages")).await;
    frank.run(&put("policy.stages.0.voters.groups.0", "security")).await;
    frank.click("Add: Stage").await;
    frank.says("Stage 2").await;
    frank.click("Add: Stage").await;
    frank.says("Stage 3").await;
    frank.run(&put("policy.stages.1.voters.groups.0", "engineers")).await;
    frank.click("Remove Stage 3").await;
    frank.says("Stage 2").await;
    assert!(!frank.text().await.contains("Stage 3"));
    frank.click("Show what it means").await;
    let saves = "[...document.querySelectorAll('button')].some(one => one.value === 'save')";
    frank.until("it can be saved", saves).await;
    if frank.text().await.contains("Propose to a second admin") {
        frank.click("Propose to a second admin").await;
        frank.says("It waits for a second admin.").await;
        carla.open(&stage.at("/policy/approval-policies")).await;
        carla.click("1 changes wait for a second admin.").await;
        carla.click("Agree").await;
    } else {
        frank.click("Save").await;
    }
    carla.open(&stage.at("/policy/approval-policies")).await;
    carla.says("1 of security, then 1 of engineers").await;

    frank.open(&stage.at("/policy/rules")).await;
    frank.click(READING).await;
    frank.click("Edit").await;
    frank.run(&put("max_minutes", "480")).await;
    frank.click("Show what it means").await;
    frank.says("A second admin must confirm it before it is in force.").await;
    frank.click("Propose to a second admin").await;
    frank.says("It waits for a second admin.").await;
    frank.says("at most 2 h").await;
    carla.open(&stage.at("/rules")).await;
    carla.says("Changed: Rule").await;
    carla.click("What will happen").await;
    carla.says("at most 8 h").await;
    carla.says("the group engineers").await;
    look_at(&carla, "policy-change").await;
    carla.click("Agree").await;
    carla.open(&stage.at("/policy/rules")).await;
    carla.says("at most 8 h").await;
}
