//! AWS as it is: which assignments there are, and who made or removed them. For comparing with what is known, slowly and
//! behind everybody else.

mod events;

use aws_sdk_cloudtrail as trail;
use aws_sdk_ssoadmin::{self as sso, types::PrincipalType};
use domain::{AccountId, Pair, PermissionSetArn, Tuple, UserId};

pub use events::{Change, ChangeKind};

use crate::{
    Presence,
    assignments::Instance,
    call::call,
    error::{CallError, CloudError},
    limit::Limiter,
    pages,
    queue::Lane,
};

const SERVICE: &str = "sso";

/// Reads what there is. Cheap to clone.
#[derive(Clone)]
pub struct Survey {
    sso: sso::Client,
    trail: trail::Client,
    instance: Instance,
    limiter: Limiter,
    trail_limiter: Limiter,
    grant_role: Option<String>,
}

impl Survey {
    pub(crate) fn new(
        sso: sso::Client,
        trail: trail::Client,
        instance: Instance,
        limiter: Limiter,
        trail_limiter: Limiter,
        grant_role: Option<String>,
    ) -> Self {
        Self { sso, trail, instance, limiter, trail_limiter, grant_role }
    }

    /// The same, which knows our grant role by this ARN although it does not assume it: for simulations.
    #[must_use]
    pub fn with_grant_role(self, arn: String) -> Self {
        Self { grant_role: Some(arn), ..self }
    }

    /// What this very person holds, access by way of groups left out. `None` where only the management account may ask,
    /// and this is not it.
    ///
    /// # Errors
    /// When a call fails for good, or an answer is not usable.
    pub async fn of_person(&self, person: &UserId) -> Result<Option<Vec<Tuple>>, CloudError> {
        const OPERATION: &str = "ListAccountAssignmentsForPrincipal";
        let listed = pages::all(|token| async move {
            self.limiter.call(Lane::Background).await;
            let page = self
                .sso
                .list_account_assignments_for_principal()
                .instance_arn(&self.instance.arn)
                .principal_id(person.as_str())
                .principal_type(PrincipalType::User)
                .max_results(100)
                .set_next_token(token);
            let page = call(SERVICE, OPERATION, page.send()).await?;
            Ok((page.account_assignments.unwrap_or_default(), page.next_token))
        })
        .await;
        let listed = match listed {
            Ok(listed) => listed,
            Err(CallError::Denied(_)) => return Ok(None),
            // Whoever is gone from the Identity Store may still be named by assignments, but not asked about.
            Err(CallError::NotFound(_)) => return Ok(Some(Vec::new())),
            Err(error) => return Err(CloudError::calling(OPERATION)(error)),
        };
        let own = listed.into_iter().filter(|assignment| {
            assignment.principal_type == Some(PrincipalType::User)
                && assignment.principal_id.as_deref() == Some(person.as_str())
        });
        own.map(|assignment| {
            let account = AccountId::parse(assignment.account_id.unwrap_or_default());
            let set = PermissionSetArn::parse(assignment.permission_set_arn.unwrap_or_default());
            Ok(Tuple {
                principal: person.clone(),
                account: account.map_err(CloudError::unusable(OPERATION, "account id"))?,
                permission_set: set.map_err(CloudError::unusable(OPERATION, "permission set"))?,
            })
        })
        .collect::<Result<_, _>>()
        .map(Some)
    }

    /// Which people hold this, access by way of groups left out. Nobody holds what is gone.
    ///
    /// # Errors
    /// When a call fails for good, or an answer is not usable.
    pub async fn of_pair(&self, pair: &Pair) -> Result<Vec<Tuple>, CloudError> {
        const OPERATION: &str = "ListAccountAssignments";
        let listed = pages::all(|token| async move {
            self.limiter.call(Lane::Background).await;
            let page = self
                .sso
                .list_account_assignments()
                .instance_arn(&self.instance.arn)
                .account_id(pair.account.as_str())
                .permission_set_arn(pair.permission_set.as_str())
                .max_results(100)
                .set_next_token(token);
            let page = call(SERVICE, OPERATION, page.send()).await?;
            Ok((page.account_assignments.unwrap_or_default(), page.next_token))
        })
        .await;
        let listed = match listed {
            Err(CallError::NotFound(_)) => Vec::new(),
            listed => listed.map_err(CloudError::calling(OPERATION))?,
        };
        let people = listed.into_iter().filter(|assignment| assignment.principal_type == Some(PrincipalType::User));
        people
            .map(|assignment| {
                let person = UserId::parse(assignment.principal_id.unwrap_or_default());
                Ok(Tuple {
                    principal: person.map_err(CloudError::unusable(OPERATION, "user id"))?,
                    account: pair.account.clone(),
                    permission_set: pair.permission_set.clone(),
                })
            })
            .collect()
    }

    /// A second look at one of them.
    ///
    /// # Errors
    /// As [`Survey::of_pair`].
    pub async fn read(&self, tuple: &Tuple) -> Result<Presence, CloudError> {
        let pair = Pair { account: tuple.account.clone(), permission_set: tuple.permission_set.clone() };
        let is_there = self.of_pair(&pair).await?.contains(tuple);
        Ok(if is_there { Presence::Present } else { Presence::Absent })
    }
}
