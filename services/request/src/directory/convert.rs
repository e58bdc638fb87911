//! What AWS says, as the directory keeps it.

use std::collections::{BTreeMap, BTreeSet};

use domain::AccountId;
use store::directory::{Account, Group, PermissionSet, Unit, User};

pub(super) fn user(user: cloud::User) -> User {
    User {
        id: user.id,
        user_name: user.user_name,
        display_name: user.display_name,
        email: user.email,
        active: user.active,
        manager: user.manager,
    }
}

pub(super) fn group(group: cloud::Group) -> Group {
    Group { id: group.id, name: group.name }
}

pub(super) fn unit(unit: cloud::Unit) -> Unit {
    Unit { id: unit.id, name: unit.name, parent: unit.parent }
}

pub(super) fn account(
    account: cloud::Account,
    management: &AccountId,
    administration: &BTreeSet<AccountId>,
) -> Account {
    Account {
        management: account.id == *management,
        administration: administration.contains(&account.id),
        id: account.id,
        name: account.name,
        email: account.email,
        active: account.active,
        unit: account.parent,
        // They come in a rotation of their own.
        tags: BTreeMap::new(),
        tags_known: false,
    }
}

pub(super) fn permission_set(set: cloud::PermissionSet) -> PermissionSet {
    PermissionSet {
        arn: set.arn,
        name: set.name,
        description: set.description,
        session_s: i64::try_from(set.session.as_secs()).unwrap_or(i64::MAX),
        tags: set.tags,
        content_hash: None,
    }
}
