//! Who and what there is, and changes to it made outside Curfew. Users and groups are named by name or by id.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use serde_json::{Value, json};

use super::{done, refuse};
use crate::host::Host;
use crate::seed::store_id_of;
use crate::world::World;
use crate::world::directory::Membership;
use crate::world::permission_sets::{IDENTITY_STORE_ID, INSTANCE_ARN};

/// `GET /control/directory`: the whole company in one answer.
pub async fn show(host: Data<Host>) -> HttpResponse {
    done(company(&host.world()))
}

/// The whole company.
pub fn company(world: &World) -> Value {
    let directory = &world.directory;
    let users: Vec<Value> = directory
        .users
        .values()
        .map(|user| {
            let groups: Vec<_> = directory
                .groups_of(&user.id)
                .filter_map(|m| directory.group(&m.group_id))
                .map(|group| &group.display_name)
                .collect();
            json!({
                "id": user.id, "user_name": user.user_name, "display_name": user.display_name(), "email": user.email(),
                "sub": user.subject(), "enabled": user.enabled, "groups": groups,
            })
        })
        .collect();
    let groups: Vec<Value> =
        directory.groups.values().map(|group| json!({"id": group.id, "display_name": group.display_name})).collect();
    let organization = &world.organization;
    let accounts: Vec<Value> = organization
        .accounts
        .values()
        .map(|account| {
            let tags: Value = account.tags.iter().map(|(key, value)| (key.clone(), json!(value))).collect();
            json!({
                "id": account.id, "name": account.name, "parent": account.parent, "suspended": account.suspended, "tags": tags,
                "path": organization.path_of(&account.parent),
            })
        })
        .collect();
    let units: Vec<Value> = organization
        .units
        .values()
        .map(|unit| json!({"id": unit.id, "name": unit.name, "parent": unit.parent}))
        .collect();
    let sets: Vec<Value> = world
        .permission_sets
        .by_arn
        .values()
        .map(|set| json!({"arn": set.arn, "name": set.name, "session_duration": set.session_duration}))
        .collect();
    json!({
        "instance_arn": INSTANCE_ARN,
        "identity_store_id": IDENTITY_STORE_ID,
        "management_account_id": organization.management_account,
        "delegated_account_id": organization.delegated_account,
        "roles": world.credentials.roles().collect::<std::collections::BTreeSet<_>>(),
        "users": users,
        "groups": groups,
        "accounts": accounts,
        "organizational_units": units,
        "permission_sets": sets,
    })
}

/// `POST /control/users/{user}/enable` and `/disable`.
pub async fn change_user(host: Data<Host>, path: Path<(String, String)>) -> HttpResponse {
    let (user, change) = path.into_inner();
    let mut world = host.world();
    let Some(id) = user_id(&world, &user) else {
        return no_user();
    };
    if let Some(user) = world.directory.users.get_mut(&id) {
        user.enabled = change == "enable";
    }
    done(json!({"id": id, "enabled": change == "enable"}))
}

/// `DELETE /control/users/{user}`.
pub async fn delete_user(host: Data<Host>, user: Path<String>) -> HttpResponse {
    let mut world = host.world();
    let Some(id) = user_id(&world, &user) else {
        return no_user();
    };
    world.directory.remove_user(&id);
    HttpResponse::NoContent().finish()
}

/// `PUT /control/groups/{group}/members/{user}`.
pub async fn join(host: Data<Host>, path: Path<(String, String)>) -> HttpResponse {
    let (group, user) = path.into_inner();
    let mut world = host.world();
    let (Some(group_id), Some(user_id)) = (group_id(&world, &group), user_id(&world, &user)) else {
        return no_user();
    };
    let changed = world.directory.membership(&group_id, &user_id).is_none();
    if changed {
        let id = store_id_of("membership", &format!("{group_id}/{user_id}"));
        let created = world.now;
        world.directory.memberships.insert(id.clone(), Membership { id, group_id, user_id, created });
    }
    done(json!({"changed": changed}))
}

/// `DELETE /control/groups/{group}/members/{user}`.
pub async fn leave(host: Data<Host>, path: Path<(String, String)>) -> HttpResponse {
    let (group, user) = path.into_inner();
    let mut world = host.world();
    let (Some(group_id), Some(user_id)) = (group_id(&world, &group), user_id(&world, &user)) else {
        return no_user();
    };
    let found = world.directory.membership(&group_id, &user_id).map(|membership| membership.id.clone());
    let changed = found.is_some_and(|id| world.directory.memberships.remove(&id).is_some());
    done(json!({"changed": changed}))
}

/// `POST /control/accounts/{account}/suspend` and `/resume`.
pub async fn change_account(host: Data<Host>, path: Path<(String, String)>) -> HttpResponse {
    let (account, change) = path.into_inner();
    let mut world = host.world();
    let Some(id) = world.organization.account_called(&account).map(|account| account.id.clone()) else {
        return refuse(StatusCode::NOT_FOUND, "no such account");
    };
    if let Some(account) = world.organization.accounts.get_mut(&id) {
        account.suspended = change == "suspend";
    }
    done(json!({"id": id, "suspended": change == "suspend"}))
}

pub fn user_id(world: &World, user: &str) -> Option<String> {
    world.directory.user(user).or_else(|| world.directory.user_named(user)).map(|user| user.id.clone())
}

pub fn group_id(world: &World, group: &str) -> Option<String> {
    world.directory.group(group).or_else(|| world.directory.group_named(group)).map(|group| group.id.clone())
}

pub fn no_user() -> HttpResponse {
    refuse(StatusCode::NOT_FOUND, "no such user or group")
}
