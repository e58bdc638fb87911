//! Account assignments from creation to deletion, as grant and revocation meet them.

use aws_sdk_ssoadmin::types::{AccountAssignmentOperationStatus, PrincipalType, TargetType};

use super::permission_sets::{make, unmake};
use crate::notes::Notes;

/// A tuple that an operation is about.
#[derive(Clone)]
pub struct Tuple {
    pub account: String,
    pub set: String,
    pub kind: PrincipalType,
    pub principal: String,
}

impl Tuple {
    pub fn of_user(notes: &Notes<'_>, set: &str, user: &str) -> Self {
        let side = notes.side;
        let account = side.accounts["payments-ledger-production"].clone();
        Self { account, set: set.to_owned(), kind: PrincipalType::User, principal: side.users[user].clone() }
    }
}

/// Asks for the creation; writes down the answer and hands over the request's id.
pub async fn create(notes: &mut Notes<'_>, name: &str, tuple: &Tuple) -> Option<String> {
    let side = notes.side;
    let call = side.sso.create_account_assignment().instance_arn(&side.instance).target_id(&tuple.account);
    let call = call.target_type(TargetType::AwsAccount).permission_set_arn(&tuple.set);
    let call = call.principal_type(tuple.kind.clone()).principal_id(&tuple.principal);
    let answer = notes.call(name, call.send()).await?;
    about(notes, name, answer.account_assignment_creation_status()?)
}

pub async fn delete(notes: &mut Notes<'_>, name: &str, tuple: &Tuple) -> Option<String> {
    let side = notes.side;
    let call = side.sso.delete_account_assignment().instance_arn(&side.instance).target_id(&tuple.account);
    let call = call.target_type(TargetType::AwsAccount).permission_set_arn(&tuple.set);
    let call = call.principal_type(tuple.kind.clone()).principal_id(&tuple.principal);
    let answer = notes.call(name, call.send()).await?;
    about(notes, name, answer.account_assignment_deletion_status()?)
}

/// Polls the creation's status once.
pub async fn created(notes: &mut Notes<'_>, name: &str, id: &str) {
    let side = notes.side;
    let call = side.sso.describe_account_assignment_creation_status().instance_arn(&side.instance);
    let answer = notes.call(name, call.account_assignment_creation_request_id(id).send()).await;
    if let Some(found) = answer.as_ref().and_then(|answer| answer.account_assignment_creation_status()) {
        let same = status(notes, name, found).as_deref() == Some(id);
        notes.fact(&format!("{name}: same request id"), same);
    }
}

pub async fn deleted(notes: &mut Notes<'_>, name: &str, id: &str) {
    let side = notes.side;
    let call = side.sso.describe_account_assignment_deletion_status().instance_arn(&side.instance);
    let answer = notes.call(name, call.account_assignment_deletion_request_id(id).send()).await;
    if let Some(found) = answer.as_ref().and_then(|answer| answer.account_assignment_deletion_status()) {
        let same = status(notes, name, found).as_deref() == Some(id);
        notes.fact(&format!("{name}: same request id"), same);
    }
}

fn status(notes: &mut Notes<'_>, name: &str, status: &AccountAssignmentOperationStatus) -> Option<String> {
    notes.maybe(&format!("{name}: status"), status.status().map(|word| word.as_str()));
    about(notes, name, status)
}

/// All but the status, which an acceptance says in one case only.
fn about(notes: &mut Notes<'_>, name: &str, status: &AccountAssignmentOperationStatus) -> Option<String> {
    let about = [status.target_id(), status.permission_set_arn(), status.principal_id()];
    notes.fact(&format!("{name}: about"), about.map(Option::unwrap_or_default).join(" "));
    let kinds = (status.target_type().map(|kind| kind.as_str()), status.principal_type().map(|kind| kind.as_str()));
    notes.fact(&format!("{name}: kinds"), format!("{kinds:?}"));
    notes.fact(&format!("{name}: length of the request id"), status.request_id().unwrap_or_default().len());
    notes.maybe(&format!("{name}: failure"), status.failure_reason());
    status.request_id().map(str::to_owned)
}

/// Who holds the tuple's permission set in its account.
pub async fn holders(notes: &mut Notes<'_>, name: &str, tuple: &Tuple) {
    let side = notes.side;
    let call = side.sso.list_account_assignments().instance_arn(&side.instance).account_id(&tuple.account);
    let Some(answer) = notes.call(name, call.permission_set_arn(&tuple.set).send()).await else { return };
    let rows = answer.account_assignments().iter().map(|row| {
        let kind = row.principal_type().map_or("?", |kind| kind.as_str());
        let words = [row.account_id(), row.permission_set_arn(), Some(kind), row.principal_id()];
        words.map(Option::unwrap_or_default).join(" ")
    });
    notes.set(&format!("{name}: rows"), rows);
}

pub async fn created_and_followed(notes: &mut Notes<'_>) {
    let set = make(notes, "Followed").await;
    let tuple = Tuple::of_user(notes, &set, "ann");
    holders(notes, "before", &tuple).await;
    let creation = create(notes, "create", &tuple).await.unwrap();
    let accepted = notes.side.recorder.last().json();
    notes.fact("create: accepted as", &accepted["AccountAssignmentCreationStatus"]["Status"]);
    created(notes, "poll creation", &creation).await;
    created(notes, "poll creation again", &creation).await;
    holders(notes, "created", &tuple).await;
    let deletion = delete(notes, "delete", &tuple).await.unwrap();
    let accepted = notes.side.recorder.last().json();
    notes.fact("delete: accepted as", &accepted["AccountAssignmentDeletionStatus"]["Status"]);
    notes.fact("the deletion has an id of its own", deletion != creation);
    deleted(notes, "poll deletion", &deletion).await;
    holders(notes, "deleted", &tuple).await;
    created(notes, "poll creation after deletion", &creation).await;
    created(notes, "poll deletion as creation", &deletion).await;
    deleted(notes, "poll creation as deletion", &creation).await;
    let again = create(notes, "create anew", &tuple).await.unwrap();
    created(notes, "poll creation anew", &again).await;
    notes.fact("the new creation has an id of its own", again != creation);
    holders(notes, "created anew", &tuple).await;
    if let Some(id) = delete(notes, "delete anew", &tuple).await {
        deleted(notes, "poll deletion anew", &id).await;
    }
    unmake(notes, &set).await;
}

pub async fn created_twice(notes: &mut Notes<'_>) {
    let set = make(notes, "TwiceHeld").await;
    let tuple = Tuple::of_user(notes, &set, "ben");
    for name in ["create", "create again"] {
        let id = create(notes, name, &tuple).await.unwrap();
        created(notes, &format!("{name}, poll"), &id).await;
    }
    holders(notes, "created twice", &tuple).await;
    let id = delete(notes, "delete", &tuple).await.unwrap();
    deleted(notes, "delete, poll", &id).await;
    holders(notes, "deleted once", &tuple).await;
    delete(notes, "delete again", &tuple).await;
    holders(notes, "deleted twice", &tuple).await;
    unmake(notes, &set).await;
}

pub async fn deleted_though_absent(notes: &mut Notes<'_>) {
    let set = make(notes, "NeverHeld").await;
    let tuple = Tuple::of_user(notes, &set, "ann");
    delete(notes, "delete", &tuple).await;
    holders(notes, "then", &tuple).await;
    unmake(notes, &set).await;
}

pub async fn of_a_group(notes: &mut Notes<'_>) {
    let set = make(notes, "ForGroups").await;
    let group = notes.side.groups["prod-approvers"].clone();
    let user = Tuple::of_user(notes, &set, "carla");
    let tuple = Tuple { kind: PrincipalType::Group, principal: group, ..user };
    let id = create(notes, "create", &tuple).await.unwrap();
    created(notes, "poll", &id).await;
    holders(notes, "created", &tuple).await;
    let id = delete(notes, "delete", &tuple).await.unwrap();
    deleted(notes, "poll deletion", &id).await;
    unmake(notes, &set).await;
}

pub async fn of_what_does_not_exist(notes: &mut Notes<'_>) {
    let side = notes.side;
    let set = make(notes, "Unknowns").await;
    let known = Tuple::of_user(notes, &set, "ann");
    let unknown_set = format!("{}/ps-0000000000000000", side.instance.replace(":instance/", ":permissionSet/"));
    let unknown_user = "906768ae6b-00000000-0000-4000-8000-000000000000".to_owned();
    let tuples = [
        ("an unknown account", Tuple { account: "000000000001".to_owned(), ..known.clone() }),
        ("eleven digits", Tuple { account: "00000000001".to_owned(), ..known.clone() }),
        ("an unknown permission set", Tuple { set: unknown_set, ..known.clone() }),
        ("an unknown user", Tuple { principal: unknown_user, ..known.clone() }),
        ("nonsense for a user", Tuple { principal: "ann".to_owned(), ..known.clone() }),
        ("a group named as user", Tuple { principal: side.groups["prod-approvers"].clone(), ..known.clone() }),
        ("a robot", Tuple { kind: PrincipalType::from("ROBOT"), ..known }),
    ];
    for (name, tuple) in tuples {
        side.learn("906768ae6b-00000000-0000-4000-8000-000000000000", "nobody");
        side.learn(&tuple.set, "set of this case");
        create(notes, &format!("{name}: create"), &tuple).await;
        delete(notes, &format!("{name}: delete"), &tuple).await;
    }
    unmake(notes, &set).await;
}

pub async fn followed_with_a_wrong_id(notes: &mut Notes<'_>) {
    let unknown = "00000000-0000-4000-8000-000000000000";
    created(notes, "unknown creation", unknown).await;
    deleted(notes, "unknown deletion", unknown).await;
    created(notes, "nonsense", "nonsense").await;
}

pub async fn keep_their_permission_set(notes: &mut Notes<'_>) {
    let side = notes.side;
    let set = make(notes, "Held").await;
    let tuple = Tuple::of_user(notes, &set, "ann");
    let id = create(notes, "create", &tuple).await.unwrap();
    created(notes, "poll", &id).await;
    let remove = || side.sso.delete_permission_set().instance_arn(&side.instance).permission_set_arn(&set);
    let early = notes.call("delete the permission set while it is held", remove().send()).await;
    let id = delete(notes, "delete", &tuple).await.unwrap();
    deleted(notes, "poll deletion", &id).await;
    if early.is_none() {
        remove().send().await.unwrap();
    }
}
