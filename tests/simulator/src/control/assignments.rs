//! The oracle's true intervals, and changes made outside Curfew.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Json, Query};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{done, refuse};
use crate::host::Host;
use crate::world::World;
use crate::world::access::{Interval, PrincipalType, Tuple};
use crate::world::permission_sets::INSTANCE_ARN;

/// Who changes assignments in the console.
const OUTSIDER: &str = "console-admin";

/// Narrows the intervals.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    account_id: Option<String>,
    permission_set_arn: Option<String>,
    principal_id: Option<String>,
    /// Only those that exist now (`true`), or only ended ones (`false`).
    open: Option<bool>,
    /// Without the assignments that stood before everything.
    #[serde(default)]
    without_seed: bool,
}

/// `GET /control/oracle/assignments`.
pub async fn oracle(host: Data<Host>, wanted: Query<Wanted>) -> HttpResponse {
    let mut world = host.world();
    let now = world.time();
    world.settle(now);
    let fits = |interval: &&Interval| {
        let tuple = &interval.tuple;
        wanted.account_id.as_ref().is_none_or(|id| *id == tuple.account_id)
            && wanted.permission_set_arn.as_ref().is_none_or(|arn| *arn == tuple.permission_set_arn)
            && wanted.principal_id.as_ref().is_none_or(|id| *id == tuple.principal_id)
            && wanted.open.is_none_or(|open| open == interval.until.is_none())
            && !(wanted.without_seed && interval.created_by == "seed")
    };
    let intervals: Vec<Value> =
        world.access.intervals().iter().filter(fits).map(|interval| described(&world, interval)).collect();
    done(json!({"now": world.now, "assignments": intervals}))
}

/// One assignment, by ids or by names.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    user: Option<String>,
    group: Option<String>,
    /// Number or name.
    account: String,
    /// ARN or name.
    permission_set: String,
}

/// `POST /control/assignments`: somebody creates it outside Curfew, at once.
pub async fn create(host: Data<Host>, named: Json<Named>) -> HttpResponse {
    let mut world = host.world();
    let now = world.time();
    world.settle(now);
    let Some(tuple) = tuple_of(&world, &named) else {
        return refuse(StatusCode::NOT_FOUND, "no such user, group, account or permission set");
    };
    let changed = world.access.add(&tuple, now, "outside");
    let caller = outsider(&world);
    note_change(&mut world, "CreateAccountAssignment", &tuple, &caller);
    done(json!({"changed": changed, "assignment": tuple}))
}

/// `DELETE /control/assignments`: somebody removes it outside Curfew, at once.
pub async fn delete(host: Data<Host>, named: Json<Named>) -> HttpResponse {
    let mut world = host.world();
    let now = world.time();
    world.settle(now);
    let Some(tuple) = tuple_of(&world, &named) else {
        return refuse(StatusCode::NOT_FOUND, "no such user, group, account or permission set");
    };
    let changed = world.access.remove(&tuple, now, "outside");
    let caller = outsider(&world);
    note_change(&mut world, "DeleteAccountAssignment", &tuple, &caller);
    done(json!({"changed": changed, "assignment": tuple}))
}

/// What CloudTrail shows of somebody who did it in the console.
fn outsider(world: &World) -> String {
    format!("arn:aws:iam::{}:user/{OUTSIDER}", world.organization.management_account)
}

/// CloudTrail's event for a change that came by no call.
pub fn note_change(world: &mut World, operation: &str, tuple: &Tuple, caller: &str) {
    let parameters = json!({
        "InstanceArn": INSTANCE_ARN,
        "TargetId": tuple.account_id,
        "TargetType": "AWS_ACCOUNT",
        "PermissionSetArn": tuple.permission_set_arn,
        "PrincipalType": tuple.principal_type.as_str(),
        "PrincipalId": tuple.principal_id,
    });
    world.note_event("sso.amazonaws.com", operation, caller, "", None, parameters);
}

fn tuple_of(world: &World, named: &Named) -> Option<Tuple> {
    let directory = &world.directory;
    let (principal_type, principal_id) = match (&named.user, &named.group) {
        (Some(user), None) => {
            let found = directory.user(user).or_else(|| directory.user_named(user));
            (PrincipalType::User, found.map(|user| user.id.clone()))
        }
        (None, Some(group)) => {
            let found = directory.group(group).or_else(|| directory.group_named(group));
            (PrincipalType::Group, found.map(|group| group.id.clone()))
        }
        (Some(_), Some(_)) | (None, None) => return None,
    };
    let sets = &world.permission_sets;
    Some(Tuple {
        account_id: world.organization.account_called(&named.account)?.id.clone(),
        permission_set_arn: sets.find(&named.permission_set).or_else(|| sets.named(&named.permission_set))?.arn.clone(),
        principal_type,
        principal_id: principal_id?,
    })
}

/// An interval with names for people.
fn described(world: &World, interval: &Interval) -> Value {
    let tuple = &interval.tuple;
    let mut value = json!(interval);
    let principal = match tuple.principal_type {
        PrincipalType::User => world.directory.user(&tuple.principal_id).map(|user| &user.user_name),
        PrincipalType::Group => world.directory.group(&tuple.principal_id).map(|group| &group.display_name),
    };
    if let Some(fields) = value.as_object_mut() {
        fields.insert("principal_name".to_owned(), json!(principal));
        fields.insert(
            "account_name".to_owned(),
            json!(world.organization.account(&tuple.account_id).map(|account| &account.name)),
        );
        let set = world.permission_sets.find(&tuple.permission_set_arn);
        fields.insert("permission_set_name".to_owned(), json!(set.map(|set| &set.name)));
    }
    value
}
