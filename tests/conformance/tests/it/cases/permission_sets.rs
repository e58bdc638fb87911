//! Permission sets from creation to deletion.

use aws_sdk_ssoadmin::types::Tag;

use super::form;
use crate::notes::{Notes, pages};

/// Creates a permission set for a case; its ARN is shown by its name.
pub async fn make(notes: &mut Notes<'_>, name: &str) -> String {
    let side = notes.side;
    let call = side.sso.create_permission_set().instance_arn(&side.instance).name(name).session_duration("PT2H");
    let made = call.send().await.unwrap();
    let arn = made.permission_set().unwrap().permission_set_arn().unwrap().to_owned();
    side.learn(&arn, format!("set {name}"));
    arn
}

/// Deletes what a case has made.
pub async fn unmake(notes: &Notes<'_>, arn: &str) {
    let side = notes.side;
    side.sso.delete_permission_set().instance_arn(&side.instance).permission_set_arn(arn).send().await.unwrap();
}

/// Writes down all that a description says.
async fn describe(notes: &mut Notes<'_>, when: &str, arn: &str) {
    let side = notes.side;
    let call = side.sso.describe_permission_set().instance_arn(&side.instance).permission_set_arn(arn);
    let described = notes.call(&format!("{when} described"), call.send()).await;
    let sent = side.recorder.last().json()["PermissionSet"]["SessionDuration"].to_string();
    notes.fact(&format!("{when} described: duration on the wire"), sent);
    if let Some(set) = described.as_ref().and_then(|answer| answer.permission_set()) {
        notes.maybe(&format!("{when} described: name"), set.name());
        notes.maybe(&format!("{when} described: description"), set.description());
        notes.maybe(&format!("{when} described: relay state"), set.relay_state());
        notes.fact(&format!("{when} described: same ARN"), set.permission_set_arn() == Some(arn));
        notes.fact(&format!("{when} described: has a date"), set.created_date().is_some());
    }
}

pub async fn created_with_everything(notes: &mut Notes<'_>) {
    let side = notes.side;
    let tag = Tag::builder().key("owner").value("conformance").build().unwrap();
    let call = side.sso.create_permission_set().instance_arn(&side.instance).name("Everything");
    let call = call.description("All members").session_duration("PT4H").relay_state("https://example.com/start");
    let Some(made) = notes.call("create", call.tags(tag).send()).await else { return };
    let set = made.permission_set().unwrap();
    let arn = set.permission_set_arn().unwrap();
    notes.fact("form of its ARN", form(arn));
    notes.maybe("name", set.name());
    notes.maybe("description", set.description());
    notes.maybe("duration", set.session_duration());
    notes.maybe("relay state", set.relay_state());
    notes.fact("has a date", set.created_date().is_some());
    describe(notes, "then", arn).await;
    unmake(notes, arn).await;
}

pub async fn created_with_a_name_only(notes: &mut Notes<'_>) {
    let side = notes.side;
    let call = side.sso.create_permission_set().instance_arn(&side.instance).name("NameOnly");
    notes.call("create", call.send()).await;
    let answer = side.recorder.last().json();
    notes.fact("duration on the wire", &answer["PermissionSet"]["SessionDuration"]);
    let arn = answer["PermissionSet"]["PermissionSetArn"].as_str().unwrap().to_owned();
    describe(notes, "then", &arn).await;
    unmake(notes, &arn).await;
}

pub async fn updated_in_part(notes: &mut Notes<'_>) {
    let side = notes.side;
    let call = side.sso.create_permission_set().instance_arn(&side.instance).name("Partly").description("before");
    let made = call.session_duration("PT2H").relay_state("https://example.com/").send().await.unwrap();
    let arn = made.permission_set().unwrap().permission_set_arn().unwrap();
    let update = || side.sso.update_permission_set().instance_arn(&side.instance).permission_set_arn(arn);
    let call = update().description("after").session_duration("PT3H").relay_state("https://example.com/new");
    notes.call("all", call.send()).await;
    describe(notes, "all", arn).await;
    notes.call("duration", update().session_duration("PT5H").send()).await;
    describe(notes, "duration", arn).await;
    notes.call("description", update().description("last").send()).await;
    describe(notes, "description", arn).await;
    unmake(notes, arn).await;
}

pub async fn deleted(notes: &mut Notes<'_>) {
    let side = notes.side;
    let arn = make(notes, "Short-lived").await;
    let delete = || side.sso.delete_permission_set().instance_arn(&side.instance).permission_set_arn(&arn);
    notes.call("delete", delete().send()).await;
    describe(notes, "then", &arn).await;
    notes.call("delete again", delete().send()).await;
    let call = side.sso.update_permission_set().instance_arn(&side.instance).permission_set_arn(&arn);
    notes.call("update", call.description("late").send()).await;
    let all = side.sso.list_permission_sets().instance_arn(&side.instance).send().await.unwrap();
    notes.fact("is listed", all.permission_sets().contains(&arn));
}

pub async fn a_name_twice(notes: &mut Notes<'_>) {
    let side = notes.side;
    let arn = make(notes, "Twice").await;
    let call = side.sso.create_permission_set().instance_arn(&side.instance).name("Twice").session_duration("PT1H");
    let second = notes.call("create again", call.send()).await;
    if let Some(second) = second.as_ref().and_then(|answer| answer.permission_set()) {
        unmake(notes, second.permission_set_arn().unwrap()).await;
    }
    unmake(notes, &arn).await;
}

pub async fn refused(notes: &mut Notes<'_>) {
    let side = notes.side;
    let create = || side.sso.create_permission_set().instance_arn(&side.instance);
    let long = "L".repeat(33);
    let calls = [
        ("a name of 33 characters", create().name(&long).session_duration("PT1H")),
        ("a name with a space", create().name("two words").session_duration("PT1H")),
        ("13 hours", create().name("TooLong").session_duration("PT13H")),
        ("half an hour", create().name("TooShort").session_duration("PT30M")),
        ("a number of seconds", create().name("Seconds").session_duration("3600")),
    ];
    for (name, call) in calls {
        let made = notes.call(name, call.send()).await;
        if let Some(made) = made.as_ref().and_then(|answer| answer.permission_set()) {
            unmake(notes, made.permission_set_arn().unwrap()).await;
        }
    }
    let unknown = format!("{}/ps-0000000000000000", side.instance.replace(":instance/", ":permissionSet/"));
    describe(notes, "an unknown ARN", &unknown).await;
    describe(notes, "no ARN", "nonsense").await;
}

pub async fn listed_in_pages(notes: &mut Notes<'_>) {
    let side = notes.side;
    let list = || side.sso.list_permission_sets().instance_arn(&side.instance);
    let all = pages!(notes, "of 100", list().max_results(100), permission_sets);
    notes.set("all", &all);
    let some = pages!(notes, "of 5", list().max_results(5), permission_sets);
    notes.set("all in pages of 5", &some);
    notes.call("a token that nobody gave", list().next_token("nonsense").send()).await;
    notes.call("101 at once", list().max_results(101).send()).await;
    notes.call("none at once", list().max_results(0).send()).await;
}

pub async fn tagged(notes: &mut Notes<'_>) {
    let side = notes.side;
    let arn = &side.sets["ReadOnlyAccess"];
    let call = side.sso.list_tags_for_resource().instance_arn(&side.instance).resource_arn(arn);
    notes.call("list", call.send()).await;
}
