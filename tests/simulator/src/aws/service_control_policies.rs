//! Organizations' service control policies: reading one, writing its text, and where they are attached. They are made and
//! attached by those who set the organization up, never by a call here.

use serde_json::{Value, json};

use super::error::AwsError;
use super::input::Input;
use super::page::Page;
use crate::world::World;
use crate::world::organization::Organization;
use crate::world::policies::{LONGEST, Policy, malformed};

const LARGEST_PAGE: usize = 20;
const TYPE: &str = "SERVICE_CONTROL_POLICY";

/// Whether an operation of Organizations is one of these.
pub fn serves(operation: &str) -> bool {
    matches!(operation, "DescribePolicy" | "UpdatePolicy" | "ListPoliciesForTarget" | "ListTargetsForPolicy")
}

/// Serves one call.
pub fn serve(world: &mut World, input: &Input) -> Result<Value, AwsError> {
    match input.operation.as_str() {
        "DescribePolicy" => Ok(whole(&world.organization, existing(world, input)?)),
        "UpdatePolicy" => update(world, input),
        "ListPoliciesForTarget" => list_for_target(world, input),
        "ListTargetsForPolicy" => list_targets(world, input),
        other => Err(super::unknown(other)),
    }
}

/// `UpdatePolicy`: what is left out stays.
fn update(world: &mut World, input: &Input) -> Result<Value, AwsError> {
    let id = existing(world, input)?.id.clone();
    let content = input.text("Content")?;
    if let Some(content) = content {
        if content.chars().count() > LONGEST {
            let message = "You have exceeded the maximum size of the policy document.";
            return Err(
                AwsError::new("ConstraintViolationException", message).with("Reason", "POLICY_CONTENT_LIMIT_EXCEEDED")
            );
        }
        if let Some(why) = malformed(content) {
            return Err(AwsError::new("MalformedPolicyDocumentException", why));
        }
    }
    let (name, description) = (input.text("Name")?, input.text("Description")?);
    let now = world.now;
    if let Some(policy) = world.policies.by_id.get_mut(&id) {
        if let Some(name) = name {
            name.clone_into(&mut policy.name);
        }
        if let Some(description) = description {
            description.clone_into(&mut policy.description);
        }
        if let Some(content) = content.filter(|content| *content != policy.content()) {
            policy.versions.push((now, content.to_owned()));
        }
    }
    Ok(whole(&world.organization, existing(world, input)?))
}

fn list_for_target(world: &World, input: &Input) -> Result<Value, AwsError> {
    input.one_of("Filter", &[TYPE])?;
    let pattern = "^(r-[0-9a-z]{4,32})|(\\d{12})|(ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})$";
    let target = input.matching("TargetId", 100, pattern, |text| {
        text.starts_with("r-") || text.starts_with("ou-") || text.len() == 12
    })?;
    let organization = &world.organization;
    if !organization.is_parent(target) && organization.account(target).is_none() {
        return Err(AwsError::new("TargetNotFoundException", "You specified a target that doesn't exist."));
    }
    let attached = world.policies.by_id.values().filter(|policy| policy.targets.contains(target));
    let page = Page::asked(input, LARGEST_PAGE)?;
    let (shown, next) = page.cut(attached.map(|policy| (policy.id.clone(), summary(organization, policy))));
    Ok(listed("Policies", shown, next))
}

fn list_targets(world: &World, input: &Input) -> Result<Value, AwsError> {
    let organization = &world.organization;
    let targets = existing(world, input)?.targets.iter().map(|id| {
        let (kind, arn, name) = if *id == organization.root_id {
            ("ROOT", "root", "Root".to_owned())
        } else if let Some(unit) = organization.units.get(id) {
            ("ORGANIZATIONAL_UNIT", "ou", unit.name.clone())
        } else {
            ("ACCOUNT", "account", organization.account(id).map(|account| account.name.clone()).unwrap_or_default())
        };
        (id.clone(), json!({"TargetId": id, "Arn": organization.arn(arn, id), "Name": name, "Type": kind}))
    });
    let (shown, next) = Page::asked(input, LARGEST_PAGE)?.cut(targets);
    Ok(listed("Targets", shown, next))
}

fn existing<'a>(world: &'a World, input: &Input) -> Result<&'a Policy, AwsError> {
    let id = input.matching("PolicyId", 130, "^p-[0-9a-zA-Z_]{8,128}$", |text| text.starts_with("p-"))?;
    let missing = || AwsError::new("PolicyNotFoundException", "You specified a policy that doesn't exist.");
    world.policies.by_id.get(id).ok_or_else(missing)
}

fn whole(organization: &Organization, policy: &Policy) -> Value {
    json!({"Policy": {"PolicySummary": summary(organization, policy), "Content": policy.content()}})
}

fn summary(organization: &Organization, policy: &Policy) -> Value {
    json!({
        "Id": policy.id,
        "Arn": format!(
            "arn:aws:organizations::{}:policy/{}/service_control_policy/{}",
            organization.management_account, organization.id, policy.id
        ),
        "Name": policy.name,
        "Description": policy.description,
        "Type": TYPE,
        "AwsManaged": false,
    })
}

fn listed(name: &str, items: Vec<Value>, next: Option<String>) -> Value {
    let mut answer = json!({name: items});
    if let (Some(fields), Some(next)) = (answer.as_object_mut(), next) {
        fields.insert("NextToken".to_owned(), json!(next));
    }
    answer
}
