//! Where permission sets are provisioned.

use aws_sdk_ssoadmin::types::ProvisionTargetType;

use super::assignments::{Tuple, create, created, delete, deleted};
use super::permission_sets::{make, unmake};
use crate::notes::Notes;

/// Whether the account has the permission set, and the permission set the account.
async fn places(notes: &mut Notes<'_>, when: &str, tuple: &Tuple) {
    let side = notes.side;
    let call = side.sso.list_permission_sets_provisioned_to_account().instance_arn(&side.instance);
    let name = format!("{when}: sets of the account");
    if let Some(answer) = notes.call(&name, call.account_id(&tuple.account).send()).await {
        notes.fact(&format!("{name}: has it"), answer.permission_sets().contains(&tuple.set));
    }
    let call = side.sso.list_accounts_for_provisioned_permission_set().instance_arn(&side.instance);
    let name = format!("{when}: accounts of the set");
    if let Some(answer) = notes.call(&name, call.permission_set_arn(&tuple.set).send()).await {
        notes.set(&format!("{name}: all"), answer.account_ids());
    }
}

pub async fn by_assignment(notes: &mut Notes<'_>) {
    let set = make(notes, "Provisioned").await;
    let tuple = Tuple::of_user(notes, &set, "ann");
    places(notes, "before", &tuple).await;
    let id = create(notes, "create", &tuple).await.unwrap();
    created(notes, "poll", &id).await;
    places(notes, "created", &tuple).await;
    let id = delete(notes, "delete", &tuple).await.unwrap();
    deleted(notes, "poll deletion", &id).await;
    places(notes, "deleted", &tuple).await;
    unmake(notes, &set).await;
}

pub async fn on_demand(notes: &mut Notes<'_>) {
    let side = notes.side;
    let set = make(notes, "OnDemand").await;
    let tuple = Tuple::of_user(notes, &set, "ann");
    let provision = |account: &str| {
        let call = side.sso.provision_permission_set().instance_arn(&side.instance).permission_set_arn(&set);
        call.target_type(ProvisionTargetType::AwsAccount).target_id(account).send()
    };
    notes.call("where nobody holds it", provision(&side.accounts["payments-ledger-staging"])).await;
    let id = create(notes, "create", &tuple).await.unwrap();
    created(notes, "poll", &id).await;
    let run = notes.call("where somebody holds it", provision(&tuple.account)).await;
    if let Some(status) = run.as_ref().and_then(|answer| answer.permission_set_provisioning_status()) {
        notes.maybe("status", status.status().map(|word| word.as_str()));
        notes.maybe("account", status.account_id());
        notes.maybe("permission set", status.permission_set_arn());
        notes.fact("length of the request id", status.request_id().unwrap_or_default().len());
        let call = side.sso.describe_permission_set_provisioning_status().instance_arn(&side.instance);
        let call = call.provision_permission_set_request_id(status.request_id().unwrap_or_default());
        notes.call("poll the run", call.send()).await;
    }
    let id = delete(notes, "delete", &tuple).await.unwrap();
    deleted(notes, "poll deletion", &id).await;
    unmake(notes, &set).await;
}
