//! Permission sets: what access is.

use std::{collections::BTreeMap, time::Duration};

use aws_sdk_ssoadmin::types;
use domain::PermissionSetArn;
use jiff::SignedDuration;

use super::Directory;
use crate::{CloudError, call::call, pages, queue::Lane};

const SERVICE: &str = "sso";
/// What AWS uses where none is set.
const DEFAULT_SESSION: Duration = Duration::from_secs(3600);

/// A permission set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermissionSet {
    /// Immutable.
    pub arn: PermissionSetArn,
    /// For people to read.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// How long credentials taken with it live, even past the end of the access.
    pub session: Duration,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

impl Directory {
    /// Every permission set of the instance: two calls for each, or one without tags.
    ///
    /// # Errors
    /// When a call fails for good, or an answer is not usable.
    pub async fn permission_sets(&self) -> Result<Vec<PermissionSet>, CloudError> {
        const OPERATION: &str = "ListPermissionSets";
        let arns = pages::all(|token| async move {
            self.identity_center_limit.call(Lane::Background).await;
            let page =
                self.sso.list_permission_sets().instance_arn(&self.instance.arn).max_results(100).set_next_token(token);
            let page = call(SERVICE, OPERATION, page.send()).await?;
            Ok((page.permission_sets.unwrap_or_default(), page.next_token))
        })
        .await
        .map_err(CloudError::calling(OPERATION))?;
        let mut sets = Vec::with_capacity(arns.len());
        for arn in arns {
            let arn = PermissionSetArn::parse(arn).map_err(CloudError::unusable(OPERATION, "permission set"))?;
            sets.push(self.permission_set(arn).await?);
            self.listed.add(1);
        }
        Ok(sets)
    }

    async fn permission_set(&self, arn: PermissionSetArn) -> Result<PermissionSet, CloudError> {
        let set = self.describe(&arn, Lane::Background).await?;
        Ok(PermissionSet {
            name: set.name.unwrap_or_else(|| arn.to_string()),
            description: set.description.filter(|text| !text.is_empty()),
            session: session(set.session_duration.as_deref())?,
            tags: if self.permission_set_tags { self.tags_of(&arn).await? } else { BTreeMap::new() },
            arn,
        })
    }

    pub(super) async fn describe(
        &self,
        arn: &PermissionSetArn,
        lane: Lane,
    ) -> Result<types::PermissionSet, CloudError> {
        const OPERATION: &str = "DescribePermissionSet";
        self.identity_center_limit.call(lane).await;
        let asking =
            self.sso.describe_permission_set().instance_arn(&self.instance.arn).permission_set_arn(arn.as_str());
        let answer = call(SERVICE, OPERATION, asking.send()).await.map_err(CloudError::calling(OPERATION))?;
        answer.permission_set.ok_or_else(|| CloudError::Unusable {
            operation: OPERATION,
            what: "permission set",
            got: "nothing".to_owned(),
        })
    }

    async fn tags_of(&self, arn: &PermissionSetArn) -> Result<BTreeMap<String, String>, CloudError> {
        const OPERATION: &str = "ListTagsForResource";
        let tags = pages::all(|token| async move {
            self.identity_center_limit.call(Lane::Background).await;
            let page = self
                .sso
                .list_tags_for_resource()
                .instance_arn(&self.instance.arn)
                .resource_arn(arn.as_str())
                .set_next_token(token);
            let page = call(SERVICE, OPERATION, page.send()).await?;
            Ok((page.tags.unwrap_or_default(), page.next_token))
        })
        .await
        .map_err(CloudError::calling(OPERATION))?;
        Ok(tags.into_iter().map(|tag| (tag.key, tag.value)).collect())
    }
}

/// ISO 8601, as in `PT8H`.
pub(super) fn session(text: Option<&str>) -> Result<Duration, CloudError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(DEFAULT_SESSION);
    };
    text.parse::<SignedDuration>().ok().and_then(|span| Duration::try_from(span).ok()).ok_or_else(|| {
        CloudError::Unusable { operation: "DescribePermissionSet", what: "session duration", got: text.to_owned() }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_an_hour_where_none_is_set() {
        let table = [(None, 3600), (Some(""), 3600), (Some("PT8H"), 28_800), (Some("PT1H30M"), 5400)];
        for (text, seconds) in table {
            assert_eq!(session(text), Ok(Duration::from_secs(seconds)), "{text:?}");
        }
        for text in ["8 o'clock", "-PT1H", "P1M"] {
            assert!(session(Some(text)).is_err(), "{text}");
        }
    }
}
