//! Organizations: the tree of units and accounts, in small pages; an empty page may have a next token.

use serde_json::{Value, json};

use super::error::AwsError;
use super::input::Input;
use super::page::Page;
use crate::world::World;
use crate::world::organization::{Account, Organization, Unit};

const LARGEST_PAGE: usize = 20;

/// Serves one call.
pub fn serve(world: &World, input: &Input) -> Result<Value, AwsError> {
    let organization = &world.organization;
    match input.operation.as_str() {
        "DescribeOrganization" => Ok(describe_organization(organization)),
        "ListRoots" => {
            let root = json!({
                "Id": organization.root_id,
                "Arn": organization.arn("root", &organization.root_id),
                "Name": "Root",
                "PolicyTypes": [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}],
            });
            let (roots, next) = Page::asked(input, LARGEST_PAGE)?.cut([(organization.root_id.clone(), root)]);
            Ok(listed("Roots", roots, next))
        }
        "ListAccounts" => list(world, input, "Accounts", accounts(organization, |_| true)),
        "ListAccountsForParent" => {
            let parent = parent_of(organization, input)?;
            list(world, input, "Accounts", accounts(organization, |account| account.parent == parent))
        }
        "ListOrganizationalUnitsForParent" => {
            let parent = parent_of(organization, input)?;
            let units = organization.units.values().filter(|unit| unit.parent == parent);
            list(
                world,
                input,
                "OrganizationalUnits",
                units.map(|found| (found.id.clone(), unit(organization, found))).collect(),
            )
        }
        "ListChildren" => list_children(world, input),
        "ListParents" => list_parents(organization, input),
        "DescribeAccount" => {
            let id = input.account("AccountId")?;
            let missing = || AwsError::new("AccountNotFoundException", "You specified an account that doesn't exist.");
            let found = organization.account(id).ok_or_else(missing)?;
            Ok(json!({"Account": account(organization, found)}))
        }
        "DescribeOrganizationalUnit" => {
            let pattern = "^ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}$";
            let id = input.matching("OrganizationalUnitId", 68, pattern, |text| text.starts_with("ou-"))?;
            let missing = || {
                AwsError::new(
                    "OrganizationalUnitNotFoundException",
                    "You specified an organizational unit that doesn't exist.",
                )
            };
            let found = organization.units.get(id).ok_or_else(missing)?;
            Ok(json!({"OrganizationalUnit": unit(organization, found)}))
        }
        "ListDelegatedAdministrators" => list_delegated(organization, input),
        "ListTagsForResource" => list_tags(organization, input),
        other => Err(super::unknown(other)),
    }
}

fn describe_organization(organization: &Organization) -> Value {
    let management = &organization.management_account;
    let email = organization.account(management).map(|account| account.email.clone()).unwrap_or_default();
    json!({"Organization": {
        "Id": organization.id,
        "Arn": format!("arn:aws:organizations::{management}:organization/{}", organization.id),
        "FeatureSet": "ALL",
        "MasterAccountArn": organization.arn("account", management),
        "MasterAccountId": management,
        "MasterAccountEmail": email,
        "AvailablePolicyTypes": [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}],
    }})
}

/// Identity Center is the only service that is administered by delegation here.
fn list_delegated(organization: &Organization, input: &Input) -> Result<Value, AwsError> {
    let wanted = input.text("ServicePrincipal")?;
    let delegated = organization.account(&organization.delegated_account);
    let items = delegated.filter(|_| wanted.is_none_or(|service| service == "sso.amazonaws.com")).map(|found| {
        let mut shown = account(organization, found);
        if let Some(fields) = shown.as_object_mut() {
            fields.remove("Paths");
            fields.insert("DelegationEnabledDate".to_owned(), json!(found.joined.epoch_seconds()));
        }
        (found.id.clone(), shown)
    });
    let (shown, next) = Page::asked(input, LARGEST_PAGE)?.cut(items);
    Ok(listed("DelegatedAdministrators", shown, next))
}

fn list_children(world: &World, input: &Input) -> Result<Value, AwsError> {
    let organization = &world.organization;
    let parent = parent_of(organization, input)?;
    let kind = input.one_of("ChildType", &["ACCOUNT", "ORGANIZATIONAL_UNIT"])?;
    let child = |id: &String| (id.clone(), json!({"Id": id, "Type": kind}));
    let children = if kind == "ACCOUNT" {
        organization
            .accounts
            .values()
            .filter(|account| account.parent == parent)
            .map(|account| child(&account.id))
            .collect()
    } else {
        organization.units.values().filter(|unit| unit.parent == parent).map(|unit| child(&unit.id)).collect()
    };
    list(world, input, "Children", children)
}

fn list_parents(organization: &Organization, input: &Input) -> Result<Value, AwsError> {
    let pattern = "^(\\d{12})|(ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})$";
    let child = input.matching("ChildId", 100, pattern, |text| text.starts_with("ou-") || text.len() == 12)?;
    let parent = organization
        .account(child)
        .map(|account| &account.parent)
        .or_else(|| organization.units.get(child).map(|unit| &unit.parent));
    let missing = || AwsError::new("ChildNotFoundException", "You specified a child that doesn't exist.");
    let parent = parent.ok_or_else(missing)?;
    let kind = if *parent == organization.root_id { "ROOT" } else { "ORGANIZATIONAL_UNIT" };
    Ok(json!({"Parents": [{"Id": parent, "Type": kind}]}))
}

fn list_tags(organization: &Organization, input: &Input) -> Result<Value, AwsError> {
    let pattern = "^(r-[0-9a-z]{4,32})|(\\d{12})|(ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})$";
    let id = input.matching("ResourceId", 130, pattern, |text| {
        let account = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
        account || text.starts_with("r-") || text.starts_with("ou-")
    })?;
    let tags = organization
        .account(id)
        .map(|account| &account.tags)
        .or_else(|| organization.units.get(id).map(|unit| &unit.tags));
    let none = Vec::new();
    let tags = if id == organization.root_id { Some(&none) } else { tags };
    let tags =
        tags.ok_or_else(|| AwsError::new("TargetNotFoundException", "You specified a target that doesn't exist."))?;
    let items = tags.iter().map(|(key, value)| (key.clone(), json!({"Key": key, "Value": value})));
    let (tags, next) = Page::asked(input, 50)?.cut(items);
    Ok(listed("Tags", tags, next))
}

fn parent_of<'a>(organization: &Organization, input: &'a Input) -> Result<&'a str, AwsError> {
    let pattern = "^(r-[0-9a-z]{4,32})|(ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})$";
    let parent = input.matching("ParentId", 100, pattern, |text| text.starts_with("r-") || text.starts_with("ou-"))?;
    if organization.is_parent(parent) {
        return Ok(parent);
    }
    Err(AwsError::new("ParentNotFoundException", "You specified a parent that doesn't exist."))
}

/// A page, or the empty page that AWS may send before the first.
fn list(world: &World, input: &Input, name: &str, items: Vec<(String, Value)>) -> Result<Value, AwsError> {
    let page = Page::asked(input, LARGEST_PAGE)?;
    if world.settings.empty_pages && page.after.is_none() && !items.is_empty() {
        return Ok(listed(name, Vec::new(), Some(page.token(""))));
    }
    let (shown, next) = page.cut(items);
    Ok(listed(name, shown, next))
}

fn listed(name: &str, items: Vec<Value>, next: Option<String>) -> Value {
    let mut answer = json!({name: items});
    if let (Some(fields), Some(next)) = (answer.as_object_mut(), next) {
        fields.insert("NextToken".to_owned(), json!(next));
    }
    answer
}

fn accounts(organization: &Organization, wanted: impl Fn(&Account) -> bool) -> Vec<(String, Value)> {
    organization
        .accounts
        .values()
        .filter(|found| wanted(found))
        .map(|found| (found.id.clone(), account(organization, found)))
        .collect()
}

/// `Status` is being replaced by `State`; both are sent, as long as clients read either.
fn account(organization: &Organization, account: &Account) -> Value {
    let state = if account.suspended { "SUSPENDED" } else { "ACTIVE" };
    json!({
        "Id": account.id,
        "Arn": organization.arn("account", &account.id),
        "Email": account.email,
        "Name": account.name,
        "Status": state,
        "State": state,
        "Paths": [organization.path_of(&account.parent)],
        "JoinedMethod": "CREATED",
        "JoinedTimestamp": account.joined.epoch_seconds(),
    })
}

fn unit(organization: &Organization, unit: &Unit) -> Value {
    json!({
        "Id": unit.id,
        "Arn": organization.arn("ou", &unit.id),
        "Name": unit.name,
        "Path": organization.path_of(&unit.id),
    })
}
