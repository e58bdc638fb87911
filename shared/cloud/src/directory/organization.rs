//! The organization: its tree, the tags of its accounts, and which accounts administer access itself.

use std::collections::{BTreeMap, BTreeSet};

use domain::AccountId;

use super::Directory;
use crate::{CloudError, call::call, error::CallError, pages, queue::Lane};

const SERVICE: &str = "organizations";
/// What Identity Center is called as a service that is administered by delegation.
const IDENTITY_CENTER: &str = "sso.amazonaws.com";

/// Everything under the organization's root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// The account that the organization belongs to.
    pub management_account: AccountId,
    /// The root and every organizational unit below it, parents before children.
    pub units: Vec<Unit>,
    /// Every account, suspended ones too.
    pub accounts: Vec<Account>,
    /// Where access is administered from.
    pub administration: Administration,
}

/// The accounts whose administrators could give themselves any access: Curfew's own, the management account, and those
/// that administer Identity Center by delegation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Administration {
    /// All of them.
    Whole(BTreeSet<AccountId>),
    /// Those that AWS would tell; there may be others.
    Partly(BTreeSet<AccountId>),
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
}

impl Directory {
    /// The whole tree, without the tags of its accounts: at least one call for each unit and one for twenty accounts.
    ///
    /// # Errors
    /// When a call fails for good, or an answer is not usable.
    pub async fn organization(&self) -> Result<Organization, CloudError> {
        let management_account = self.management_account().await?;
        let administration = self.administration(&management_account).await;
        let (units, accounts) = tokio::try_join!(self.units(), self.accounts())?;
        let accounts = match self.placed(accounts, &units) {
            Some(accounts) => accounts,
            None => self.accounts_by_unit(&units).await?,
        };
        Ok(Organization { management_account, units, accounts, administration })
    }

    async fn management_account(&self) -> Result<AccountId, CloudError> {
        const OPERATION: &str = "DescribeOrganization";
        self.units_limit.call(Lane::Background).await;
        let answer = call(SERVICE, OPERATION, self.organizations.describe_organization().send())
            .await
            .map_err(CloudError::calling(OPERATION))?;
        let id = answer.organization.and_then(|organization| organization.master_account_id).unwrap_or_default();
        AccountId::parse(id).map_err(CloudError::unusable(OPERATION, "management account"))
    }

    /// What cannot be asked is warned about and left out: the rest of the directory does not depend on it.
    async fn administration(&self, management: &AccountId) -> Administration {
        let mut known = BTreeSet::from([management.clone()]);
        let (own, delegated) = tokio::join!(self.own_account(), self.delegated_administrators());
        let whole = own.is_ok() && delegated.is_ok();
        match own {
            Ok(own) => known.extend([own]),
            Err(error) => tracing::warn!(%error, "which account Curfew runs in stays as it was known"),
        }
        match delegated {
            Ok(delegated) => known.extend(delegated),
            Err(error) => tracing::warn!(%error, "who administers Identity Center by delegation stays as it was known"),
        }
        if whole { Administration::Whole(known) } else { Administration::Partly(known) }
    }

    async fn own_account(&self) -> Result<AccountId, CloudError> {
        const OPERATION: &str = "GetCallerIdentity";
        let answer = call("sts", OPERATION, self.identity.get_caller_identity().send())
            .await
            .map_err(CloudError::calling(OPERATION))?;
        AccountId::parse(answer.account.unwrap_or_default()).map_err(CloudError::unusable(OPERATION, "account"))
    }

    async fn delegated_administrators(&self) -> Result<Vec<AccountId>, CloudError> {
        const OPERATION: &str = "ListDelegatedAdministrators";
        let listed = pages::all(|token| async move {
            self.accounts_limit.call(Lane::Background).await;
            let page = self
                .organizations
                .list_delegated_administrators()
                .service_principal(IDENTITY_CENTER)
                .set_next_token(token);
            let page = call(SERVICE, OPERATION, page.send()).await?;
            Ok((page.delegated_administrators.unwrap_or_default(), page.next_token))
        })
        .await
        .map_err(CloudError::calling(OPERATION))?;
        listed
            .into_iter()
            .map(|account| {
                AccountId::parse(account.id.unwrap_or_default()).map_err(CloudError::unusable(OPERATION, "account id"))
            })
            .collect()
    }

    /// An account's tags; none, if AWS does not know the account any more. One call.
    ///
    /// # Errors
    /// When the call fails for good.
    pub async fn account_tags(&self, account: &AccountId) -> Result<Option<BTreeMap<String, String>>, CloudError> {
        const OPERATION: &str = "ListTagsForResource";
        let tags = pages::all(|token| async move {
            self.tags_limit.call(Lane::Background).await;
            let page = self.organizations.list_tags_for_resource().resource_id(account.as_str()).set_next_token(token);
            let page = call(SERVICE, OPERATION, page.send()).await?;
            Ok((page.tags.unwrap_or_default(), page.next_token))
        })
        .await;
        match tags {
            Ok(tags) => Ok(Some(tags.into_iter().map(|tag| (tag.key, tag.value)).collect())),
            Err(CallError::NotFound(_)) => Ok(None),
            Err(error) => Err(CloudError::calling(OPERATION)(error)),
        }
    }
}
