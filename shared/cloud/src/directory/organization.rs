//! The tree of Organizations.

use std::collections::BTreeMap;

use aws_sdk_organizations::types::{self, AccountState, AccountStatus};
use domain::AccountId;

use super::Directory;
use crate::{CloudError, call::call, pages, queue::Lane};

const SERVICE: &str = "organizations";

/// Everything under the organization's root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// The account that the organization belongs to.
    pub management_account: AccountId,
    /// The root and every organizational unit below it, parents before children.
    pub units: Vec<Unit>,
    /// Every account, suspended ones too.
    pub accounts: Vec<Account>,
}

/// The root, or an organizational unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// `r-...` or `ou-...`.
    pub id: String,
    /// For people to read.
    pub name: String,
    /// The unit above it; none for the root.
    pub parent: Option<String>,
}

/// An AWS account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Twelve digits.
    pub id: AccountId,
    /// For people to read.
    pub name: String,
    /// The address of the account's root user.
    pub email: String,
    /// Whether it is in use: neither pending nor suspended nor closed.
    pub active: bool,
    /// The unit it is in, the root included.
    pub parent: String,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

impl Directory {
    /// The whole tree: two calls for each unit and one for each account.
    ///
    /// # Errors
    /// When a call fails for good, or an answer is not usable.
    pub async fn organization(&self) -> Result<Organization, CloudError> {
        let management_account = self.management_account().await?;
        let mut units = self.roots().await?;
        let mut accounts = Vec::new();
        let mut next = 0;
        while let Some(unit) = units.get(next) {
            next += 1;
            let parent = unit.id.clone();
            accounts.extend(self.accounts_in(&parent).await?);
            units.extend(self.units_in(&parent).await?);
        }
        Ok(Organization { management_account, units, accounts })
    }

    async fn management_account(&self) -> Result<AccountId, CloudError> {
        const OPERATION: &str = "DescribeOrganization";
        self.organizations_limit.call(Lane::Usual).await;
        let answer = call(SERVICE, OPERATION, self.organizations.describe_organization().send())
            .await
            .map_err(CloudError::calling(OPERATION))?;
        let id = answer.organization.and_then(|organization| organization.master_account_id).unwrap_or_default();
        AccountId::parse(id).map_err(CloudError::unusable(OPERATION, "management account"))
    }

    async fn roots(&self) -> Result<Vec<Unit>, CloudError> {
        const OPERATION: &str = "ListRoots";
        let roots = pages::all(|token| async move {
            self.organizations_limit.call(Lane::Usual).await;
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
            self.organizations_limit.call(Lane::Usual).await;
            let page =
                self.organizations.list_organizational_units_for_parent().parent_id(parent).set_next_token(token);
            let page = call(SERVICE, OPERATION, page.send()).await?;
            Ok((page.organizational_units.unwrap_or_default(), page.next_token))
        })
        .await
        .map_err(CloudError::calling(OPERATION))?;
        units.into_iter().map(|found| unit(OPERATION, found.id, found.name, Some(parent.to_owned()))).collect()
    }

    async fn accounts_in(&self, parent: &str) -> Result<Vec<Account>, CloudError> {
        const OPERATION: &str = "ListAccountsForParent";
        let listed = pages::all(|token| async move {
            self.organizations_limit.call(Lane::Usual).await;
            let page = self.organizations.list_accounts_for_parent().parent_id(parent).set_next_token(token);
            let page = call(SERVICE, OPERATION, page.send()).await?;
            Ok((page.accounts.unwrap_or_default(), page.next_token))
        })
        .await
        .map_err(CloudError::calling(OPERATION))?;
        let mut accounts = Vec::with_capacity(listed.len());
        for account in listed {
            let active = is_active(&account);
            let id = AccountId::parse(account.id.unwrap_or_default())
                .map_err(CloudError::unusable(OPERATION, "account id"))?;
            let tags = self.account_tags(&id).await?;
            let name = account.name.unwrap_or_else(|| id.to_string());
            let email = account.email.unwrap_or_default();
            accounts.push(Account { id, name, email, active, parent: parent.to_owned(), tags });
        }
        Ok(accounts)
    }

    async fn account_tags(&self, account: &AccountId) -> Result<BTreeMap<String, String>, CloudError> {
        const OPERATION: &str = "ListTagsForResource";
        let tags = pages::all(|token| async move {
            self.organizations_limit.call(Lane::Usual).await;
            let page = self.organizations.list_tags_for_resource().resource_id(account.as_str()).set_next_token(token);
            let page = call(SERVICE, OPERATION, page.send()).await?;
            Ok((page.tags.unwrap_or_default(), page.next_token))
        })
        .await
        .map_err(CloudError::calling(OPERATION))?;
        Ok(tags.into_iter().map(|tag| (tag.key, tag.value)).collect())
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

/// `State` replaces `Status`, which AWS retires; older stand-ins know only the latter.
fn is_active(account: &types::Account) -> bool {
    match (&account.state, &account.status) {
        (Some(state), _) => *state == AccountState::Active,
        (None, Some(status)) => *status == AccountStatus::Active,
        (None, None) => true,
    }
}
