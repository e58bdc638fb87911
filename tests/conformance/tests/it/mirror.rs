//! Reads the company that the simulator is born with, and builds the same one on the other side through AWS's own API. What each
//! side's identifiers stand for is learned on the way.

use aws_sdk_identitystore::types::MemberId;
use aws_sdk_organizations::types::{Account, AccountStatus, OrganizationFeatureSet, PolicyType, Tag};
use aws_sdk_ssoadmin::types::{PrincipalType, TargetType};

use crate::side::Side;

/// Learns who and where both sides are; the other side's organization begins here.
pub async fn meet(side: &mut Side, new: bool) {
    if new {
        side.organizations.create_organization().feature_set(OrganizationFeatureSet::All).send().await.unwrap();
    }
    let instances = side.sso.list_instances().send().await.unwrap();
    let instance = instances.instances().first().unwrap();
    side.instance = instance.instance_arn().unwrap().to_owned();
    side.store_id = instance.identity_store_id().unwrap().to_owned();
    side.account = side.sts.get_caller_identity().send().await.unwrap().account().unwrap().to_owned();
    let roots = side.organizations.list_roots().send().await.unwrap();
    side.root = roots.roots().first().unwrap().id().unwrap().to_owned();
    if new {
        let call = side.organizations.enable_policy_type().root_id(&side.root);
        call.policy_type(PolicyType::ServiceControlPolicy).send().await.unwrap();
    }
    let described = side.organizations.describe_organization().send().await.unwrap();
    side.learn(described.organization().unwrap().id().unwrap(), "organization");
    side.learn(&side.instance, "instance");
    side.learn(side.instance.rsplit('/').next().unwrap(), "instance id");
    side.learn(&side.store_id, "store");
    side.learn(&side.account, "management");
    side.learn(&side.root, "root");
}

/// Builds the rest of one side's world on the other.
pub async fn build(from: &mut Side, to: &mut Side) {
    let (from_root, to_root) = (from.root.clone(), to.root.clone());
    units(from, to, "", &from_root, &to_root).await;
    directory(from, to).await;
    permission_sets(from, to).await;
    assignments(from, to).await;
    for side in [from, to] {
        for (name, id) in &side.accounts {
            side.learn(id, format!("account {name}"));
        }
        for (name, id) in &side.units {
            side.learn(id, format!("unit {name}"));
        }
        for (name, id) in &side.users {
            side.learn(id, format!("user {name}"));
        }
        for (name, id) in &side.groups {
            side.learn(id, format!("group {name}"));
        }
        for (name, id) in &side.sets {
            side.learn(id, format!("set {name}"));
        }
        side.recorder.forget();
    }
}

async fn units(from: &mut Side, to: &mut Side, path: &str, from_parent: &str, to_parent: &str) {
    let call = from.organizations.list_accounts_for_parent().parent_id(from_parent);
    let pages = call.into_paginator().send().collect::<Result<Vec<_>, _>>().await.unwrap();
    for account in pages.into_iter().flat_map(|page| page.accounts.unwrap_or_default()) {
        if account.id() != Some(from.account.as_str()) {
            self::account(from, to, &account, to_parent).await;
        }
    }
    let call = from.organizations.list_organizational_units_for_parent().parent_id(from_parent);
    let pages = call.into_paginator().send().collect::<Result<Vec<_>, _>>().await.unwrap();
    for unit in pages.into_iter().flat_map(|page| page.organizational_units.unwrap_or_default()) {
        let (id, name) = (unit.id().unwrap(), unit.name().unwrap());
        let made = to.organizations.create_organizational_unit().parent_id(to_parent).name(name).send().await.unwrap();
        let copy = made.organizational_unit().unwrap().id().unwrap().to_owned();
        let path = format!("{path}/{name}");
        from.units.insert(path.clone(), id.to_owned());
        to.units.insert(path.clone(), copy.clone());
        Box::pin(units(from, to, &path, id, &copy)).await;
    }
}

async fn account(from: &mut Side, to: &mut Side, account: &Account, parent: &str) {
    let (id, name) = (account.id().unwrap(), account.name().unwrap());
    let mut tags: Vec<Tag> = Vec::new();
    let mut pages = from.organizations.list_tags_for_resource().resource_id(id).into_paginator().items().send();
    while let Some(tag) = pages.next().await {
        tags.push(tag.unwrap());
    }
    let call = to.organizations.create_account().account_name(name).email(account.email().unwrap());
    let made = call.set_tags(Some(tags)).send().await.unwrap();
    let copy = made.create_account_status().unwrap().account_id().unwrap().to_owned();
    if parent != to.root {
        let call = to.organizations.move_account().account_id(&copy);
        call.source_parent_id(&to.root).destination_parent_id(parent).send().await.unwrap();
    }
    if account.status() == Some(&AccountStatus::Suspended) {
        to.organizations.close_account().account_id(&copy).send().await.unwrap();
    }
    from.accounts.insert(name.to_owned(), id.to_owned());
    to.accounts.insert(name.to_owned(), copy);
}

async fn directory(from: &mut Side, to: &mut Side) {
    let mut pages = from.store.list_users().identity_store_id(&from.store_id).into_paginator().items().send();
    while let Some(user) = pages.next().await {
        let user = user.unwrap();
        let name = user.user_name().unwrap();
        let call = to.store.create_user().identity_store_id(&to.store_id).user_name(name);
        let call = call.set_name(user.name().cloned()).set_display_name(user.display_name().map(str::to_owned));
        let call = call.set_title(user.title().map(str::to_owned));
        let made = call.set_emails(Some(user.emails().to_vec())).send().await.unwrap();
        from.users.insert(name.to_owned(), user.user_id().to_owned());
        to.users.insert(name.to_owned(), made.user_id().to_owned());
    }
    let mut pages = from.store.list_groups().identity_store_id(&from.store_id).into_paginator().items().send();
    while let Some(group) = pages.next().await {
        let group = group.unwrap();
        let name = group.display_name().unwrap();
        let call = to.store.create_group().identity_store_id(&to.store_id).display_name(name);
        let made = call.set_description(group.description().map(str::to_owned)).send().await.unwrap();
        from.groups.insert(name.to_owned(), group.group_id().to_owned());
        to.groups.insert(name.to_owned(), made.group_id().to_owned());
    }
    for (name, id) in &from.groups {
        let call = from.store.list_group_memberships().identity_store_id(&from.store_id).group_id(id);
        let mut pages = call.into_paginator().items().send();
        while let Some(membership) = pages.next().await {
            let Some(MemberId::UserId(user)) = membership.unwrap().member_id().cloned() else { continue };
            let call = to.store.create_group_membership().identity_store_id(&to.store_id).group_id(&to.groups[name]);
            let copy = counterpart(&from.users, &to.users, &user);
            call.member_id(MemberId::UserId(copy)).send().await.unwrap();
        }
    }
}

async fn permission_sets(from: &mut Side, to: &mut Side) {
    let mut pages = from.sso.list_permission_sets().instance_arn(&from.instance).into_paginator().items().send();
    while let Some(arn) = pages.next().await {
        let arn = arn.unwrap();
        let call = from.sso.describe_permission_set().instance_arn(&from.instance).permission_set_arn(&arn);
        let set = call.send().await.unwrap().permission_set().cloned().unwrap();
        let name = set.name().unwrap();
        let call = to.sso.create_permission_set().instance_arn(&to.instance).name(name);
        let call = call.set_description(set.description().map(str::to_owned));
        let call = call.set_session_duration(set.session_duration().map(str::to_owned));
        let made = call.set_relay_state(set.relay_state().map(str::to_owned)).send().await.unwrap();
        let copy = made.permission_set().unwrap().permission_set_arn().unwrap().to_owned();
        from.sets.insert(name.to_owned(), arn);
        to.sets.insert(name.to_owned(), copy);
    }
}

async fn assignments(from: &Side, to: &Side) {
    let users = from.users.values().map(|id| (id, PrincipalType::User));
    let groups = from.groups.values().map(|id| (id, PrincipalType::Group));
    for (id, kind) in users.chain(groups) {
        let call = from.sso.list_account_assignments_for_principal().instance_arn(&from.instance);
        let mut pages = call.principal_id(id).principal_type(kind.clone()).into_paginator().items().send();
        while let Some(held) = pages.next().await {
            let held = held.unwrap();
            if held.principal_type() != Some(&kind) {
                continue;
            }
            let copy = match kind {
                PrincipalType::User => counterpart(&from.users, &to.users, id),
                _ => counterpart(&from.groups, &to.groups, id),
            };
            let account = held.account_id().unwrap();
            let account = if account == from.account {
                to.account.clone()
            } else {
                counterpart(&from.accounts, &to.accounts, account)
            };
            let set = counterpart(&from.sets, &to.sets, held.permission_set_arn().unwrap());
            let call = to.sso.create_account_assignment().instance_arn(&to.instance).target_id(account);
            let call = call.target_type(TargetType::AwsAccount).permission_set_arn(set);
            call.principal_type(kind.clone()).principal_id(copy).send().await.unwrap();
        }
    }
}

type Names = std::collections::BTreeMap<String, String>;

fn counterpart(from: &Names, to: &Names, id: &str) -> String {
    let name = from.iter().find(|(_, other)| *other == id).map(|(name, _)| name);
    to[name.unwrap_or_else(|| panic!("{id} has no name"))].clone()
}
