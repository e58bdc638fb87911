//! Who belongs to which group.

use aws_sdk_identitystore::types::MemberId;

use super::{groups, users};
use crate::notes::{Notes, pages};

const NOBODY: &str = "906768ae6b-00000000-0000-4000-8000-000000000000";

fn member(id: &str) -> MemberId {
    MemberId::UserId(id.to_owned())
}

/// Joins, writes down how it went, and hands over the membership's id.
async fn join(notes: &mut Notes<'_>, name: &str, group: &str, user: &str) -> Option<String> {
    let side = notes.side;
    let call = side.store.create_group_membership().identity_store_id(&side.store_id).group_id(group);
    let made = notes.call(name, call.member_id(member(user)).send()).await?;
    Some(made.membership_id().to_owned())
}

async fn leave(notes: &mut Notes<'_>, name: &str, id: &str) {
    let side = notes.side;
    let call = side.store.delete_group_membership().identity_store_id(&side.store_id).membership_id(id);
    notes.call(name, call.send()).await;
}

/// All ways to ask whether a user is in a group.
async fn asked(notes: &mut Notes<'_>, when: &str, group: &str, user: &str) {
    let side = notes.side;
    let call = side.store.list_group_memberships().identity_store_id(&side.store_id).group_id(group);
    if let Some(found) = notes.call(&format!("{when}: members"), call.send()).await {
        let members = found.group_memberships().iter().filter_map(|one| one.member_id()?.as_user_id().ok());
        notes.set(&format!("{when}: members are"), members);
    }
    let call = side.store.list_group_memberships_for_member().identity_store_id(&side.store_id);
    if let Some(found) = notes.call(&format!("{when}: groups"), call.member_id(member(user)).send()).await {
        let groups = found.group_memberships().iter().filter_map(|one| one.group_id());
        notes.set(&format!("{when}: groups are"), groups);
    }
    let call = side.store.is_member_in_groups().identity_store_id(&side.store_id).member_id(member(user));
    if let Some(found) = notes.call(&format!("{when}: asked"), call.group_ids(group).send()).await {
        let exists = found.results().iter().map(|result| result.membership_exists());
        notes.set(&format!("{when}: is member"), exists);
    }
    let call = side.store.get_group_membership_id().identity_store_id(&side.store_id).group_id(group);
    notes.call(&format!("{when}: look up"), call.member_id(member(user)).send()).await;
}

pub async fn made_and_read(notes: &mut Notes<'_>) {
    let side = notes.side;
    let (group, user) = (groups::make(notes, "readers").await, users::make(notes, "reader").await);
    asked(notes, "before", &group, &user).await;
    let id = join(notes, "join", &group, &user).await.unwrap();
    asked(notes, "joined", &group, &user).await;
    let call = side.store.describe_group_membership().identity_store_id(&side.store_id).membership_id(&id);
    if let Some(found) = notes.call("describe", call.send()).await {
        notes.fact("describe: group", found.group_id());
        notes.maybe("describe: member", found.member_id().and_then(|id| id.as_user_id().ok()));
        notes.fact("describe: same id", found.membership_id() == id);
    }
    let call = side.store.get_group_membership_id().identity_store_id(&side.store_id).group_id(&group);
    let found = call.member_id(member(&user)).send().await.unwrap();
    notes.fact("look up: same id", found.membership_id() == id);
    leave(notes, "leave", &id).await;
    users::unmake(notes, &user).await;
    groups::unmake(notes, &group).await;
}

pub async fn made_twice(notes: &mut Notes<'_>) {
    let (group, user) = (groups::make(notes, "doubles").await, users::make(notes, "double").await);
    let first = join(notes, "join", &group, &user).await.unwrap();
    if let Some(second) = join(notes, "join again", &group, &user).await {
        asked(notes, "join again", &group, &user).await;
        leave(notes, "join again: leave", &second).await;
    }
    leave(notes, "leave", &first).await;
    users::unmake(notes, &user).await;
    groups::unmake(notes, &group).await;
}

pub async fn of_what_does_not_exist(notes: &mut Notes<'_>) {
    let side = notes.side;
    let (group, user) = (side.groups["prod-approvers"].clone(), side.users["ann"].clone());
    join(notes, "an unknown user", &group, NOBODY).await;
    join(notes, "an unknown group", NOBODY, &user).await;
    let call = side.store.list_group_memberships().identity_store_id(&side.store_id).group_id(NOBODY);
    notes.call("members of an unknown group", call.send()).await;
    let call = side.store.list_group_memberships_for_member().identity_store_id(&side.store_id);
    notes.call("groups of an unknown user", call.member_id(member(NOBODY)).send()).await;
    let call = side.store.is_member_in_groups().identity_store_id(&side.store_id).member_id(member(&user));
    notes.call("is member of an unknown group", call.group_ids(NOBODY).send()).await;
    let call = side.store.describe_group_membership().identity_store_id(&side.store_id).membership_id(NOBODY);
    notes.call("describe an unknown membership", call.send()).await;
    leave(notes, "leave an unknown membership", NOBODY).await;
}

pub async fn ended(notes: &mut Notes<'_>) {
    let (group, user) = (groups::make(notes, "leavers").await, users::make(notes, "left").await);
    let id = join(notes, "join", &group, &user).await.unwrap();
    leave(notes, "leave", &id).await;
    asked(notes, "left", &group, &user).await;
    leave(notes, "leave again", &id).await;
    join(notes, "join before the user goes", &group, &user).await;
    users::unmake(notes, &user).await;
    let side = notes.side;
    let call = side.store.list_group_memberships().identity_store_id(&side.store_id).group_id(&group);
    if let Some(found) = notes.call("members when the user is gone", call.send()).await {
        notes.fact("members when the user is gone: count", found.group_memberships().len());
    }
    groups::unmake(notes, &group).await;
}

pub async fn asked_for_many_groups(notes: &mut Notes<'_>) {
    let side = notes.side;
    let ask = |user: &str, groups: Vec<String>| {
        let call = side.store.is_member_in_groups().identity_store_id(&side.store_id).member_id(member(user));
        call.set_group_ids(Some(groups)).send()
    };
    let all: Vec<String> = side.groups.values().cloned().collect();
    for user in ["ann", "carla", "frank"] {
        if let Some(found) = notes.call(user, ask(&side.users[user], all.clone())).await {
            let groups = found.results().iter().filter(|result| result.membership_exists());
            notes.set(&format!("{user}: is in"), groups.filter_map(|result| result.group_id()));
            notes.fact(&format!("{user}: answers"), found.results().len());
        }
    }
    let many = vec![all[0].clone(); 101];
    notes.call("101 groups", ask(&side.users["ann"], many)).await;
    notes.call("no group", ask(&side.users["ann"], Vec::new())).await;
    let list = side.store.list_group_memberships().identity_store_id(&side.store_id);
    let engineers = pages!(
        notes,
        "members of engineers, of 10",
        list.clone().group_id(&side.groups["engineers"]).max_results(10),
        group_memberships
    );
    notes.set("engineers", engineers.iter().filter_map(|one| one.member_id()?.as_user_id().ok()));
}
