//! Units and accounts of Organizations.
//!
//! Accounts come in one list of twenty a page, with the path to each. Asking each unit for its accounts would take a
//! call for every unit, however few accounts it has, so that is only done where AWS does not say the paths.

use std::collections::HashSet;

use aws_sdk_organizations::types::{self, AccountState, AccountStatus};
use domain::AccountId;

use super::{Account, Directory, Unit};
use crate::{CloudError, call::call, pages, queue::Lane};

const SERVICE: &str = "organizations";
/// The largest page that Organizations gives.
const PAGE: i32 = 20;

impl Directory {
    /// The root and every unit, parents before children.
    pub(super) async fn units(&self) -> Result<Vec<Unit>, CloudError> {
        let mut units = self.roots().await?;
        let mut next = 0;
        while let Some(unit) = units.get(next) {
            next += 1;
            let parent = unit.id.clone();
            units.extend(self.units_in(&parent).await?);
        }
        Ok(units)
    }

    async fn roots(&self) -> Result<Vec<Unit>, CloudError> {
        const OPERATION: &str = "ListRoots";
        let roots = pages::all(|token| async move {
            self.units_limit.call(Lane::Background).await;
            let page = self.organizations.list_roots().set_next_token(token);
            let page = call(SERVICE, OPERATION, page.send()).await?;
            Ok((page.roots.unwrap_or_default(), page.next_token))
        })
        .await
        .map_err(CloudError::calling(OPERATION))?;
        roots.into_iter().map(|root| unit(OPERATION, root.id, root.name, None)).collect()
    }

    async fn units_in(&self, parent: &str) -> Result<Vec<Unit>, CloudError> {
        const OPERATION: &str = "ListOrganizationalUnitsForParent";
        let units = pages::all(|token| async move {
            self.units_limit.call(Lane::Background).await;
            let page = self
                .organizations
                .list_organizational_units_for_parent()
                .parent_id(parent)
                .max_results(PAGE)
                .set_next_token(token);
            let page = call(SERVICE, OPERATION, page.send()).await?;
            Ok((page.organizational_units.unwrap_or_default(), page.next_token))
        })
        .await
        .map_err(CloudError::calling(OPERATION))?;
        units.into_iter().map(|found| unit(OPERATION, found.id, found.name, Some(parent.to_owned()))).collect()
    }

    /// Every account, wherever it is.
    pub(super) async fn accounts(&self) -> Result<Vec<types::Account>, CloudError> {
        const OPERATION: &str = "ListAccounts";
        pages::all(|token| async move {
            self.accounts_limit.call(Lane::Background).await;
            let page = self.organizations.list_accounts().max_results(PAGE).set_next_token(token);
            let page = call(SERVICE, OPERATION, page.send()).await?;
            let accounts = page.accounts.unwrap_or_default();
            self.listed.add(accounts.len());
            Ok((accounts, page.next_token))
        })
        .await
        .map_err(CloudError::calling(OPERATION))
    }

    /// The accounts in their units by the paths that AWS says. None, if a path is missing or leads to a unit that was
    /// not listed.
    pub(super) fn placed(&self, listed: Vec<types::Account>, units: &[Unit]) -> Option<Vec<Account>> {
        let known: HashSet<&str> = units.iter().map(|unit| unit.id.as_str()).collect();
        listed
            .into_iter()
            .map(|listed| {
                let parent = parent_of(&listed).filter(|parent| known.contains(parent.as_str()))?;
                account("ListAccounts", listed, parent).ok()
            })
            .collect()
    }

    /// The accounts in their units, asking each unit.
    pub(super) async fn accounts_by_unit(&self, units: &[Unit]) -> Result<Vec<Account>, CloudError> {
        const OPERATION: &str = "ListAccountsForParent";
        let mut accounts = Vec::new();
        for unit in units {
            let listed = pages::all(|token| async move {
                self.accounts_limit.call(Lane::Background).await;
                let page = self.organizations.list_accounts_for_parent().parent_id(&unit.id).set_next_token(token);
                let page = call(SERVICE, OPERATION, page.send()).await?;
                Ok((page.accounts.unwrap_or_default(), page.next_token))
            })
            .await
            .map_err(CloudError::calling(OPERATION))?;
            for listed in listed {
                accounts.push(account(OPERATION, listed, unit.id.clone())?);
            }
        }
        Ok(accounts)
    }
}

fn unit(
    operation: &'static str,
    id: Option<String>,
    name: Option<String>,
    parent: Option<String>,
) -> Result<Unit, CloudError> {
    let id = id.ok_or(CloudError::Unusable { operation, what: "unit id", got: "nothing".to_owned() })?;
    Ok(Unit { name: name.unwrap_or_else(|| id.clone()), id, parent })
}

fn account(operation: &'static str, account: types::Account, parent: String) -> Result<Account, CloudError> {
    let active = is_active(&account);
    let id = AccountId::parse(account.id.unwrap_or_default()).map_err(CloudError::unusable(operation, "account id"))?;
    let name = account.name.unwrap_or_else(|| id.to_string());
    Ok(Account { id, name, email: account.email.unwrap_or_default(), active, parent })
}

/// The last root or unit on the account's path: `o-.../r-.../ou-.../`.
fn parent_of(account: &types::Account) -> Option<String> {
    let path = account.paths().first()?;
    path.split('/').rfind(|step| step.starts_with("ou-") || step.starts_with("r-")).map(str::to_owned)
}

/// `State` replaces `Status`, which AWS retires; older stand-ins know only the latter.
fn is_active(account: &types::Account) -> bool {
    match (&account.state, &account.status) {
        (Some(state), _) => *state == AccountState::Active,
        (None, Some(status)) => *status == AccountStatus::Active,
        (None, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_where_its_path_ends() {
        for (path, parent) in [
            ("o-1/r-ab12/", Some("r-ab12")),
            ("o-1/r-ab12/ou-ab12-11111111/ou-ab12-22222222/", Some("ou-ab12-22222222")),
            ("o-1/r-ab12/ou-ab12-11111111/123456789012/", Some("ou-ab12-11111111")),
            ("", None),
        ] {
            let account = types::Account::builder().paths(path).build();
            assert_eq!(parent_of(&account).as_deref(), parent, "{path}");
        }
        assert_eq!(parent_of(&types::Account::builder().build()), None);
    }
}
