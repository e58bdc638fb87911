//! Lists of assignments and of operations.

use aws_sdk_ssoadmin::types::{AccountAssignmentForPrincipal, ListAccountAssignmentsFilter, PrincipalType};

use super::assignments::{Tuple, create, created, delete, deleted};
use super::permission_sets::{make, unmake};
use crate::notes::{Notes, pages};

pub async fn of_a_permission_set_in_pages(notes: &mut Notes<'_>) {
    let side = notes.side;
    let set = make(notes, "ManyHold").await;
    let tuples: Vec<Tuple> =
        ["ann", "ben", "carla", "dave", "erin", "frank"].map(|user| Tuple::of_user(notes, &set, user)).into();
    for tuple in &tuples {
        let id = create(notes, "create", tuple).await.unwrap();
        created(notes, "poll", &id).await;
    }
    let account = &side.accounts["payments-ledger-production"];
    let list = || {
        let call = side.sso.list_account_assignments().instance_arn(&side.instance).account_id(account);
        call.permission_set_arn(&set)
    };
    let all = pages!(notes, "of 4", list().max_results(4), account_assignments);
    notes.set("all", all.iter().map(|row| row.principal_id().unwrap_or("nobody")));
    let all = pages!(notes, "of 3", list().max_results(3), account_assignments);
    notes.set("all, again", all.iter().map(|row| row.principal_id().unwrap_or("nobody")));
    let elsewhere = side.sso.list_account_assignments().instance_arn(&side.instance).permission_set_arn(&set);
    let elsewhere = elsewhere.account_id(&side.accounts["payments-ledger-staging"]).send();
    if let Some(answer) = notes.call("in another account", elsewhere).await {
        notes.fact("in another account: count", answer.account_assignments().len());
    }
    for tuple in &tuples {
        let id = delete(notes, "delete", tuple).await.unwrap();
        deleted(notes, "poll deletion", &id).await;
    }
    let all = pages!(notes, "of none", list().max_results(4), account_assignments);
    notes.fact("at the end", all.len());
    unmake(notes, &set).await;
}

pub async fn of_a_principal(notes: &mut Notes<'_>) {
    let side = notes.side;
    let list = |kind: PrincipalType, id: &str| {
        let call = side.sso.list_account_assignments_for_principal().instance_arn(&side.instance);
        call.principal_type(kind).principal_id(id).max_results(7)
    };
    for group in ["prod-approvers", "curfew-admins", "curfew-auditors"] {
        let held = pages!(notes, "of a group", list(PrincipalType::Group, &side.groups[group]), account_assignments);
        notes.set(&format!("group {group}"), held.iter().map(row));
    }
    for user in ["ann", "carla", "frank"] {
        let call = list(PrincipalType::User, &side.users[user]).max_results(100).send();
        let Some(answer) = notes.call(&format!("user {user}"), call).await else { continue };
        let held = answer.account_assignments();
        let own = held.iter().filter(|held| held.principal_type() == Some(&PrincipalType::User));
        notes.set(&format!("user {user}, directly"), own.map(row));
        let by_group = held.iter().any(|held| held.principal_type() == Some(&PrincipalType::Group));
        notes.fact(&format!("user {user}: what groups hold is listed"), by_group);
    }
    let set = make(notes, "OfAPrincipal").await;
    let tuple = Tuple::of_user(notes, &set, "ben");
    let id = create(notes, "create", &tuple).await.unwrap();
    created(notes, "poll", &id).await;
    let call = |account: &str| {
        let filter = ListAccountAssignmentsFilter::builder().account_id(account).build();
        list(PrincipalType::User, &tuple.principal).filter(filter).send()
    };
    for account in [&tuple.account, &side.accounts["payments-ledger-staging"]] {
        let name = side.words(account);
        if let Some(held) = notes.call(&format!("in {name}"), call(account)).await {
            let found = held.account_assignments().iter().any(|held| held.permission_set_arn() == Some(set.as_str()));
            notes.fact(&format!("in {name}: the new one is listed"), found);
        }
    }
    let id = delete(notes, "delete", &tuple).await.unwrap();
    deleted(notes, "poll deletion", &id).await;
    unmake(notes, &set).await;
    let nobody = "906768ae6b-00000000-0000-4000-8000-000000000000";
    notes.call("of an unknown user", list(PrincipalType::User, nobody).send()).await;
}

pub async fn of_operations(notes: &mut Notes<'_>) {
    let side = notes.side;
    let call = side.sso.list_account_assignment_creation_status().instance_arn(&side.instance).max_results(1);
    notes.call("creations", call.send()).await;
    let call = side.sso.list_account_assignment_deletion_status().instance_arn(&side.instance).max_results(1);
    notes.call("deletions", call.send()).await;
}

fn row(held: &AccountAssignmentForPrincipal) -> String {
    format!("{} in {}", held.permission_set_arn().unwrap_or_default(), held.account_id().unwrap_or_default())
}
