//! What is true about one person now, for a vote or a grant that must not go by a copy.
//!
//! A person waits for these answers, so they are given up soon; what then is the caller's decision.

use std::{future::Future, time::Duration};

use aws_sdk_identitystore::types::{MemberId, UserStatus};
use domain::{GroupId, UserId};

use super::Directory;
use crate::{CloudError, call::call, error::CallError, queue::Lane, surroundings::within};

const SERVICE: &str = "identitystore";
/// Waiting for the limits included.
const PATIENCE: Duration = Duration::from_secs(3);
/// What one IsMemberInGroups takes.
const GROUPS_AT_ONCE: usize = 100;

impl Directory {
    /// Whether this person may sign in; none, if there is no such person any more. True where Identity Store does not
    /// say.
    ///
    /// # Errors
    /// When there is no answer within three seconds, or a call fails.
    pub async fn is_enabled(&self, user: &UserId) -> Result<Option<bool>, CloudError> {
        const OPERATION: &str = "DescribeUser";
        self.in_time(OPERATION, async {
            self.identity_center_limit.call(Lane::Usual).await;
            let asking = self.people.describe_user().identity_store_id(&self.instance.identity_store);
            match call(SERVICE, OPERATION, asking.user_id(user.as_str()).send()).await {
                Ok(user) => Ok(Some(user.user_status.is_none_or(|status| status == UserStatus::Enabled))),
                Err(CallError::NotFound(_)) => Ok(None),
                Err(error) => Err(CloudError::calling(OPERATION)(error)),
            }
        })
        .await
    }

    /// Which of these groups this person is in. Nobody is in a group that is gone, and whoever is gone is in none.
    ///
    /// # Errors
    /// When there is no answer within three seconds, or a call fails.
    pub async fn groups_of(&self, user: &UserId, groups: &[GroupId]) -> Result<Vec<GroupId>, CloudError> {
        const OPERATION: &str = "IsMemberInGroups";
        self.in_time(OPERATION, async {
            let mut found = Vec::new();
            let mut left: Vec<&[GroupId]> = groups.chunks(GROUPS_AT_ONCE).rev().collect();
            let mut is_there = false;
            while let Some(some) = left.pop() {
                match self.which_of(user, some).await {
                    Ok(these) => found.extend(these),
                    // One of the groups is gone, or the person is; the answer does not say it for sure.
                    Err(CallError::NotFound(_)) => {
                        if !is_there && self.is_enabled(user).await?.is_none() {
                            return Ok(Vec::new());
                        }
                        is_there = true;
                        if some.len() > 1 {
                            let (first, second) = some.split_at(some.len() / 2);
                            left.extend([second, first]);
                        }
                    }
                    Err(error) => return Err(CloudError::calling(OPERATION)(error)),
                }
            }
            Ok(found)
        })
        .await
    }

    async fn which_of(&self, user: &UserId, groups: &[GroupId]) -> Result<Vec<GroupId>, CallError> {
        self.identity_center_limit.call(Lane::Usual).await;
        let asking = self
            .people
            .is_member_in_groups()
            .identity_store_id(&self.instance.identity_store)
            .member_id(MemberId::UserId(user.to_string()))
            .set_group_ids(Some(groups.iter().map(ToString::to_string).collect()));
        let answer = call(SERVICE, "IsMemberInGroups", asking.send()).await?;
        let is_in = |group: &&GroupId| {
            answer.results.iter().any(|r| r.membership_exists && r.group_id.as_deref() == Some(group.as_str()))
        };
        Ok(groups.iter().filter(is_in).cloned().collect())
    }

    async fn in_time<T>(
        &self,
        operation: &'static str,
        asking: impl Future<Output = Result<T, CloudError>>,
    ) -> Result<T, CloudError> {
        within(&*self.time, PATIENCE, asking).await.unwrap_or_else(|| {
            let why = format!("no answer within {} s", PATIENCE.as_secs());
            Err(CloudError::calling(operation)(CallError::Unclear(why)))
        })
    }
}
