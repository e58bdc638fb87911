//! Lists of what there is, for people who type the beginning of a name, and how old they are.

pub mod accept;
pub mod accounts;
pub mod groups;
pub mod holders;
pub mod manager;
pub mod members;
pub mod organizational_units;
pub mod owned;
pub mod permission_sets;
pub mod person;
pub mod read;
pub mod show;
pub mod users;

use serde::{Deserialize, Serialize};
use store::directory::{Part, Search};
use web::{Caller, Cursor, Limit, Problem, ProblemType};

/// What to look for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Find {
    /// A part of the name, or the beginning of the id, at most 200 characters.
    #[serde(default)]
    q: String,
    /// The page after this one.
    cursor: Option<Cursor>,
    /// How many a page has, 1 to 200.
    #[serde(default)]
    limit: Limit,
}

impl Find {
    fn search(&self) -> Result<Search, Problem> {
        if self.q.chars().count() > 200 || self.q.chars().any(char::is_control) {
            let detail = "`q` has at most 200 characters, none of them a control character.";
            return Err(Problem::because(ProblemType::InvalidQuery, detail).with("path", "q"));
        }
        let after = self.cursor.as_ref().map(|cursor| (cursor.key.clone(), cursor.id.clone()));
        if after.as_ref().is_some_and(|(key, id)| key.contains('\0') || id.contains('\0')) {
            return Err(Problem::new(ProblemType::InvalidCursor));
        }
        Ok(Search { text: self.q.clone(), after, limit: self.limit.rows() })
    }
}

/// What is read from AWS as one.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PartName {
    /// People.
    Users,
    /// Groups.
    Groups,
    /// Who is in which group, piece by piece.
    Members,
    /// Organizational units and accounts.
    Organization,
    /// The tags of accounts, piece by piece.
    AccountTags,
    /// Permission sets.
    PermissionSets,
    /// What permission sets allow, piece by piece.
    PermissionSetContents,
}

impl From<Part> for PartName {
    fn from(part: Part) -> Self {
        match part {
            Part::Users => Self::Users,
            Part::Groups => Self::Groups,
            Part::Members => Self::Members,
            Part::Organization => Self::Organization,
            Part::AccountTags => Self::AccountTags,
            Part::PermissionSets => Self::PermissionSets,
            Part::PermissionSetContents => Self::PermissionSetContents,
        }
    }
}

impl From<PartName> for Part {
    fn from(name: PartName) -> Self {
        match name {
            PartName::Users => Self::Users,
            PartName::Groups => Self::Groups,
            PartName::Members => Self::Members,
            PartName::Organization => Self::Organization,
            PartName::AccountTags => Self::AccountTags,
            PartName::PermissionSets => Self::PermissionSets,
            PartName::PermissionSetContents => Self::PermissionSetContents,
        }
    }
}

/// Everybody who is in the directory may look around in it, and machines that may read it.
pub fn may_look(caller: &Caller) -> Result<(), Problem> {
    caller.require_scope("directory:read")
}

fn after(name: &str, id: &str) -> Cursor {
    Cursor::after(name, id)
}
