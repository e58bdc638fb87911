//! Changes that administrators of the organization make outside Curfew: new names, tags, places and contents. Everything is
//! named by id or by name, and only what is said changes.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Json, Path};
use serde::Deserialize;
use serde_json::json;

use super::directory::{group_id, no_user, user_id};
use super::{done, refuse};
use crate::host::Host;

/// Another name for somebody.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserChange {
    user_name: Option<String>,
    display_name: Option<String>,
}

/// `PATCH /control/users/{user}`.
pub async fn change_user(host: Data<Host>, user: Path<String>, change: Json<UserChange>) -> HttpResponse {
    let mut world = host.world();
    let Some(id) = user_id(&world, &user) else {
        return no_user();
    };
    if let Some(user) = world.directory.users.get_mut(&id) {
        if let Some(name) = &change.user_name {
            user.user_name.clone_from(name);
        }
        if let Some(name) = &change.display_name {
            user.attributes.insert("DisplayName".to_owned(), json!(name));
        }
    }
    done(json!({"id": id}))
}

/// `PUT /control/users/{user}/manager/{manager}`.
pub async fn set_manager(host: Data<Host>, path: Path<(String, String)>) -> HttpResponse {
    let (user, manager) = path.into_inner();
    let mut world = host.world();
    let (Some(id), Some(manager)) = (user_id(&world, &user), user_id(&world, &manager)) else {
        return no_user();
    };
    if let Some(user) = world.directory.users.get_mut(&id) {
        user.manager = Some(manager);
    }
    done(json!({"id": id}))
}

/// Another name for a group.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupChange {
    display_name: String,
}

/// `PATCH /control/groups/{group}`.
pub async fn change_group(host: Data<Host>, group: Path<String>, change: Json<GroupChange>) -> HttpResponse {
    let mut world = host.world();
    let Some(id) = group_id(&world, &group) else {
        return no_user();
    };
    if let Some(group) = world.directory.groups.get_mut(&id) {
        group.display_name.clone_from(&change.display_name);
    }
    done(json!({"id": id}))
}

/// What changes about an account.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountChange {
    name: Option<String>,
    tags: Option<BTreeMap<String, String>>,
    /// The id of a unit.
    parent: Option<String>,
}

/// `PATCH /control/accounts/{account}`.
pub async fn change_account(host: Data<Host>, account: Path<String>, change: Json<AccountChange>) -> HttpResponse {
    let mut world = host.world();
    let Some(id) = world.organization.account_called(&account).map(|account| account.id.clone()) else {
        return refuse(StatusCode::NOT_FOUND, "no such account");
    };
    let change = change.into_inner();
    if change.parent.as_ref().is_some_and(|parent| !world.organization.is_parent(parent)) {
        return refuse(StatusCode::NOT_FOUND, "no such unit");
    }
    if let Some(account) = world.organization.accounts.get_mut(&id) {
        if let Some(name) = change.name {
            account.name = name;
        }
        if let Some(tags) = change.tags {
            account.tags = tags.into_iter().collect();
        }
        if let Some(parent) = change.parent {
            account.parent = parent;
        }
    }
    done(json!({"id": id}))
}

/// `DELETE /control/accounts/{account}`: it leaves the organization, and all access to it by Identity Center with it.
pub async fn remove_account(host: Data<Host>, account: Path<String>) -> HttpResponse {
    let mut world = host.world();
    let now = world.time();
    world.settle(now);
    let Some(id) = world.organization.account_called(&account).map(|account| account.id.clone()) else {
        return refuse(StatusCode::NOT_FOUND, "no such account");
    };
    world.access.remove_where(|tuple| tuple.account_id == id, now, "outside");
    world.organization.accounts.remove(&id);
    done(json!({"id": id}))
}

/// `DELETE /control/permission-sets/{permission_set}`, with everything that was assigned by it.
pub async fn delete_permission_set(host: Data<Host>, set: Path<String>) -> HttpResponse {
    let mut world = host.world();
    let now = world.time();
    world.settle(now);
    let Some(arn) = world.permission_sets.arn_called(&set) else {
        return refuse(StatusCode::NOT_FOUND, "no such permission set");
    };
    world.access.remove_where(|tuple| tuple.permission_set_arn == arn, now, "outside");
    world.permission_sets.by_arn.remove(&arn);
    done(json!({"arn": arn}))
}

/// What changes about a permission set.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermissionSetChange {
    name: Option<String>,
    session_duration: Option<String>,
    inline_policy: Option<String>,
    managed_policies: Option<BTreeSet<String>>,
    customer_policies: Option<BTreeSet<String>>,
    boundary: Option<String>,
}

/// `PATCH /control/permission-sets/{permission_set}`. AWS has no new names for permission sets; a test may want one.
pub async fn change_permission_set(
    host: Data<Host>,
    set: Path<String>,
    change: Json<PermissionSetChange>,
) -> HttpResponse {
    let mut world = host.world();
    let Some(arn) = world.permission_sets.arn_called(&set) else {
        return refuse(StatusCode::NOT_FOUND, "no such permission set");
    };
    let change = change.into_inner();
    if let Some(set) = world.permission_sets.by_arn.get_mut(&arn) {
        if let Some(name) = change.name {
            set.name = name;
        }
        if let Some(duration) = change.session_duration {
            set.session_duration = duration;
        }
        if let Some(policy) = change.inline_policy {
            set.policies.inline = policy;
        }
        if let Some(arns) = change.managed_policies {
            set.policies.managed = arns;
        }
        if let Some(names) = change.customer_policies {
            set.policies.customer = names;
        }
        if let Some(arn) = change.boundary {
            set.policies.boundary = Some(arn).filter(|arn| !arn.is_empty());
        }
    }
    done(json!({"arn": arn}))
}
