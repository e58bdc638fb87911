//! The instance of Identity Center.

use super::form;
use crate::notes::Notes;

pub async fn the_instance(notes: &mut Notes<'_>) {
    let side = notes.side;
    if let Some(all) = notes.call("list", side.sso.list_instances().send()).await {
        notes.fact("count", all.instances().len());
        notes.fact("next token", all.next_token().is_some());
        for instance in all.instances() {
            notes.maybe("owner", instance.owner_account_id());
            notes.maybe("status", instance.status().map(|status| status.as_str()));
            notes.fact("form of its ARN", form(instance.instance_arn().unwrap_or_default()));
            notes.fact("length of its store's id", instance.identity_store_id().unwrap_or_default().len());
            notes.fact("it has a date", instance.created_date().is_some());
        }
    }
    notes.call("describe", side.sso.describe_instance().instance_arn(&side.instance).send()).await;
    let other = "arn:aws:sso:::instance/ssoins-0000000000000000";
    let call = side.sso.list_permission_sets().instance_arn(other);
    if let Some(sets) = notes.call("permission sets of another instance", call.send()).await {
        notes.fact("permission sets of another instance: count", sets.permission_sets().len());
    }
    let call = side.sso.list_permission_sets().instance_arn("nonsense");
    notes.call("permission sets of nonsense", call.send()).await;
}
