//! Groups of the Identity Store.

use aws_sdk_identitystore::types::Filter;

use super::users::by;
use crate::notes::{Notes, pages};

/// Creates a group for a case; the id is shown by the name.
pub async fn make(notes: &Notes<'_>, name: &str) -> String {
    let side = notes.side;
    let call = side.store.create_group().identity_store_id(&side.store_id).display_name(name);
    let id = call.description("For a case").send().await.unwrap().group_id().to_owned();
    side.learn(&id, format!("group {name}"));
    id
}

pub async fn unmake(notes: &Notes<'_>, id: &str) {
    let side = notes.side;
    side.store.delete_group().identity_store_id(&side.store_id).group_id(id).send().await.unwrap();
}

pub async fn created_and_described(notes: &mut Notes<'_>) {
    let side = notes.side;
    let id = make(notes, "conformists").await;
    let call = side.store.describe_group().identity_store_id(&side.store_id).group_id(&id);
    let Some(group) = notes.call("describe", call.send()).await else { return };
    notes.maybe("name", group.display_name());
    notes.maybe("description", group.description());
    notes.fact("same id", group.group_id() == id);
    notes.fact("same store", group.identity_store_id() == side.store_id);
    let get = |path: &str, value: &str| {
        let call = side.store.get_group_id().identity_store_id(&side.store_id);
        call.alternate_identifier(by(path, value)).send()
    };
    for (name, path, value) in [
        ("look up", "displayName", "conformists"),
        ("path in capitals", "DISPLAYNAME", "conformists"),
        ("name in capitals", "displayName", "CONFORMISTS"),
        ("unknown name", "displayName", "nonconformists"),
        ("by an attribute that is not unique", "description", "For a case"),
    ] {
        if let Some(found) = notes.call(name, get(path, value)).await {
            notes.fact(&format!("{name}: which"), found.group_id());
        }
    }
    unmake(notes, &id).await;
}

pub async fn refused(notes: &mut Notes<'_>) {
    let side = notes.side;
    let id = make(notes, "taken").await;
    let create = || side.store.create_group().identity_store_id(&side.store_id);
    let long = "n".repeat(1_025);
    for (name, call) in [
        ("the same name", create().display_name("taken")),
        ("no name", create().description("nameless")),
        ("a name of 1,025 characters", create().display_name(long)),
    ] {
        if let Some(made) = notes.call(name, call.send()).await {
            unmake(notes, made.group_id()).await;
        }
    }
    unmake(notes, &id).await;
}

pub async fn listed(notes: &mut Notes<'_>) {
    let side = notes.side;
    let list = || side.store.list_groups().identity_store_id(&side.store_id);
    let all = pages!(notes, "of 6", list().max_results(6), groups);
    notes.set("all", all.iter().map(|group| group.display_name().unwrap_or("?")));
    #[expect(deprecated, reason = "the filter is still in use")]
    for (name, value) in [("by name", "prod-approvers"), ("by an unknown name", "nobody")] {
        let filter = Filter::builder().attribute_path("DisplayName").attribute_value(value).build().unwrap();
        if let Some(found) = notes.call(name, list().filters(filter).send()).await {
            notes.set(&format!("{name}: which"), found.groups().iter().map(|group| group.group_id()));
        }
    }
}

pub async fn deleted(notes: &mut Notes<'_>) {
    let side = notes.side;
    let id = make(notes, "dissolved").await;
    let delete = || side.store.delete_group().identity_store_id(&side.store_id).group_id(&id).send();
    notes.call("delete", delete()).await;
    let describe = |id: &str| side.store.describe_group().identity_store_id(&side.store_id).group_id(id).send();
    notes.call("describe", describe(&id)).await;
    notes.call("delete again", delete()).await;
    notes.call("describe nonsense", describe("dissolved")).await;
}
