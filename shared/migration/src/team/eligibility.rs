//! Who may ask for what. An entry belongs to one user or group and names accounts, OUs (their direct children only) and
//! permission sets, in every combination. In newer versions it may name policies instead, which say the same.

use domain::{AccountId, GroupId, PermissionSetArn, UserId};

use crate::dynamo::{Fields, Item};
use crate::{Place, Problem};

/// Whom an entry is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// One person.
    User(UserId),
    /// The members of a group.
    Group(GroupId),
}

/// Accounts, OUs and permission sets with the names that they had.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entitled {
    /// Accounts by id.
    pub accounts: Vec<(AccountId, String)>,
    /// OUs by id; only the accounts in the OU itself.
    pub units: Vec<(String, String)>,
    /// Permission sets.
    pub permission_sets: Vec<(PermissionSetArn, String)>,
    /// Whether somebody must agree; older versions did not write it.
    pub approval_required: Option<bool>,
    /// The longest access; older versions did not write it.
    pub hours: Option<u32>,
}

/// A row of `Eligibility`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Eligibility {
    /// The user's or group's id.
    pub id: String,
    /// The user's or group's name then.
    pub name: String,
    /// Whom it is for.
    pub subject: Subject,
    /// What it says itself.
    pub entitled: Entitled,
    /// The policies that it names instead.
    pub policies: Vec<String>,
    /// The change's ticket.
    pub ticket: Option<String>,
}

/// A row of `Policies`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Its name.
    pub id: String,
    /// What it says.
    pub entitled: Entitled,
    /// Who decides: rows of `Approvers` of type `Group`, by id.
    pub approvers: Vec<String>,
}

impl Eligibility {
    /// # Errors
    /// What is wrong with the item, and in which attribute.
    pub fn parse(item: &Item, place: &Place) -> Result<Self, Problem> {
        let fields = Fields::new(item, place, "Eligibility");
        let id = fields.needed("id")?;
        let subject = match fields.needed("type")?.as_str() {
            "User" => Subject::User(fields.parsed::<UserId>("id", &id)?),
            "Group" => Subject::Group(fields.parsed::<GroupId>("id", &id)?),
            other => return Err(fields.wrong("type", format!("{other:?} is neither \"User\" nor \"Group\""))),
        };
        let policies = fields.texts("policyIds")?;
        let entitled = entitled(&fields)?;
        if policies.is_empty() {
            complete(&fields, &entitled)?;
        }
        Ok(Self {
            name: fields.text("name")?.unwrap_or_else(|| id.clone()),
            id,
            subject,
            entitled,
            policies,
            ticket: fields.text("ticketNo")?,
        })
    }
}

impl Policy {
    /// # Errors
    /// What is wrong with the item, and in which attribute.
    pub fn parse(item: &Item, place: &Place) -> Result<Self, Problem> {
        let fields = Fields::new(item, place, "Policies");
        let entitled = entitled(&fields)?;
        complete(&fields, &entitled)?;
        Ok(Self {
            id: fields.needed("id")?,
            entitled,
            approvers: fields.named("approverGroupIds")?.into_iter().map(|named| named.id).collect(),
        })
    }
}

fn entitled(fields: &Fields<'_>) -> Result<Entitled, Problem> {
    let mut found = Entitled {
        approval_required: fields.flag("approvalRequired")?,
        hours: fields.hours("duration")?,
        ..Entitled::default()
    };
    for (at, named) in fields.named("accounts")?.into_iter().enumerate() {
        let id = fields.parsed::<AccountId>(&format!("accounts[{at}].id"), &named.id)?;
        found.accounts.push((id, named.name));
    }
    for (at, named) in fields.named("ous")?.into_iter().enumerate() {
        found.units.push((unit(fields, &format!("ous[{at}].id"), &named.id)?, named.name));
    }
    for (at, named) in fields.named("permissions")?.into_iter().enumerate() {
        let arn = fields.parsed::<PermissionSetArn>(&format!("permissions[{at}].id"), &named.id)?;
        found.permission_sets.push((arn, named.name));
    }
    Ok(found)
}

/// TEAM's own form refuses what this refuses.
fn complete(fields: &Fields<'_>, entitled: &Entitled) -> Result<(), Problem> {
    if entitled.permission_sets.is_empty() {
        return Err(fields.wrong("permissions", "no permission set is named; TEAM wants at least one"));
    }
    if entitled.accounts.is_empty() && entitled.units.is_empty() {
        return Err(fields.wrong("accounts", "neither accounts nor ous are named; TEAM wants at least one of them"));
    }
    Ok(())
}

/// A unit's id, or the root's.
pub(super) fn unit(fields: &Fields<'_>, path: &str, id: &str) -> Result<String, Problem> {
    if id.starts_with("ou-") || id.starts_with("r-") {
        Ok(id.to_owned())
    } else {
        Err(fields.wrong(path, format!("{} is not an OU (ou-…) nor a root (r-…)", crate::problem::shown(id))))
    }
}
