//! What a permission set allows, and a hash of it: two hashes differ if, and but for the unthinkable only if, somebody
//! changed what people with this permission set can do.

use std::fmt::Write as _;

use aws_sdk_ssoadmin::types::CustomerManagedPolicyReference;
use domain::PermissionSetArn;
use domain::sessions::policy::without_ours;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::Directory;
use super::permission_sets::session;
use crate::{CloudError, call::call, error::CallError, pages, queue::Lane};

const SERVICE: &str = "sso";

/// What a permission set allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermissionSetContent {
    /// The policy written into it, as JSON.
    pub inline_policy: Option<String>,
    /// ARNs of policies that AWS keeps, in order.
    pub managed_policies: Vec<String>,
    /// Policies that each account keeps by this name, in order.
    pub customer_policies: Vec<Policy>,
    /// What all of these cannot go beyond.
    pub boundary: Option<Policy>,
    /// How long credentials live, in seconds.
    pub session_s: u64,
    /// Where the console opens.
    pub relay_state: Option<String>,
}

/// A policy by its ARN, or by path and name in each account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Policy {
    /// AWS keeps it.
    Managed(String),
    /// Each account keeps its own.
    Customer {
        /// `/` where none is said.
        path: String,
        /// Its name.
        name: String,
    },
}

impl PermissionSetContent {
    /// SHA-256 in hexadecimal digits. White space and the order of keys in the inline policy do not count, nor does the
    /// order in which policies were attached.
    #[must_use]
    pub fn hash(&self) -> String {
        let mut text = String::new();
        let mut part = |name: &str, value: &str| {
            // The length makes it impossible to move text from one part to the next.
            let _ = writeln!(text, "{name} {}:{value}", value.len());
        };
        // What denies sessions changes nobody's permissions but those whose access is over.
        let theirs = self.inline_policy.as_deref().map(without_ours).unwrap_or_default();
        part("inline", &canonical(&theirs));
        let mut managed = self.managed_policies.clone();
        managed.sort();
        managed.dedup();
        managed.iter().for_each(|arn| part("managed", arn));
        let mut customer = self.customer_policies.clone();
        customer.sort();
        customer.dedup();
        customer.iter().for_each(|policy| part("customer", &policy.text()));
        part("boundary", &self.boundary.as_ref().map(Policy::text).unwrap_or_default());
        part("session", &self.session_s.to_string());
        part("relay", self.relay_state.as_deref().unwrap_or_default());
        hex::encode(Sha256::digest(text.as_bytes()))
    }
}

impl Policy {
    fn text(&self) -> String {
        match self {
            Self::Managed(arn) => arn.clone(),
            Self::Customer { path, name } => format!("{path} {name}"),
        }
    }

    fn customer(reference: CustomerManagedPolicyReference) -> Self {
        Self::Customer { path: reference.path.unwrap_or_else(|| "/".to_owned()), name: reference.name }
    }
}

impl Directory {
    /// What a permission set allows now; none, if there is no such permission set any more. Five calls, made for
    /// somebody who waits.
    ///
    /// # Errors
    /// When a call fails for good, or an answer is not usable.
    pub async fn permission_set_content(
        &self,
        arn: &PermissionSetArn,
    ) -> Result<Option<PermissionSetContent>, CloudError> {
        self.content(arn, Lane::Usual).await
    }

    /// The same, behind everybody else.
    ///
    /// # Errors
    /// When a call fails for good, or an answer is not usable.
    pub async fn permission_set_content_unhurried(
        &self,
        arn: &PermissionSetArn,
    ) -> Result<Option<PermissionSetContent>, CloudError> {
        self.content(arn, Lane::Background).await
    }

    async fn content(&self, arn: &PermissionSetArn, lane: Lane) -> Result<Option<PermissionSetContent>, CloudError> {
        let read = async {
            let set = self.describe(arn, lane).await?;
            Ok(PermissionSetContent {
                inline_policy: self.inline_policy(arn, lane).await?,
                managed_policies: self.managed_policies(arn, lane).await?,
                customer_policies: self.customer_policies(arn, lane).await?,
                boundary: self.boundary(arn, lane).await?,
                session_s: session(set.session_duration.as_deref())?.as_secs(),
                relay_state: set.relay_state.filter(|text| !text.is_empty()),
            })
        };
        match read.await {
            Ok(content) => Ok(Some(content)),
            Err(CloudError::Call { source: CallError::NotFound(_), .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn inline_policy(&self, arn: &PermissionSetArn, lane: Lane) -> Result<Option<String>, CloudError> {
        const OPERATION: &str = "GetInlinePolicyForPermissionSet";
        self.identity_center_limit.call(lane).await;
        let asking = self.sso.get_inline_policy_for_permission_set().instance_arn(&self.instance.arn);
        let answer = call(SERVICE, OPERATION, asking.permission_set_arn(arn.as_str()).send())
            .await
            .map_err(CloudError::calling(OPERATION))?;
        Ok(answer.inline_policy.filter(|policy| !policy.trim().is_empty()))
    }

    async fn managed_policies(&self, arn: &PermissionSetArn, lane: Lane) -> Result<Vec<String>, CloudError> {
        const OPERATION: &str = "ListManagedPoliciesInPermissionSet";
        let attached = pages::all(|token| async move {
            self.identity_center_limit.call(lane).await;
            let page = self
                .sso
                .list_managed_policies_in_permission_set()
                .instance_arn(&self.instance.arn)
                .permission_set_arn(arn.as_str())
                .set_next_token(token);
            let page = call(SERVICE, OPERATION, page.send()).await?;
            Ok((page.attached_managed_policies.unwrap_or_default(), page.next_token))
        })
        .await
        .map_err(CloudError::calling(OPERATION))?;
        let mut arns: Vec<String> = attached.into_iter().filter_map(|policy| policy.arn).collect();
        arns.sort();
        Ok(arns)
    }

    async fn customer_policies(&self, arn: &PermissionSetArn, lane: Lane) -> Result<Vec<Policy>, CloudError> {
        const OPERATION: &str = "ListCustomerManagedPolicyReferencesInPermissionSet";
        let attached = pages::all(|token| async move {
            self.identity_center_limit.call(lane).await;
            let page = self
                .sso
                .list_customer_managed_policy_references_in_permission_set()
                .instance_arn(&self.instance.arn)
                .permission_set_arn(arn.as_str())
                .set_next_token(token);
            let page = call(SERVICE, OPERATION, page.send()).await?;
            Ok((page.customer_managed_policy_references.unwrap_or_default(), page.next_token))
        })
        .await
        .map_err(CloudError::calling(OPERATION))?;
        let mut policies: Vec<Policy> = attached.into_iter().map(Policy::customer).collect();
        policies.sort();
        Ok(policies)
    }

    async fn boundary(&self, arn: &PermissionSetArn, lane: Lane) -> Result<Option<Policy>, CloudError> {
        const OPERATION: &str = "GetPermissionsBoundaryForPermissionSet";
        self.identity_center_limit.call(lane).await;
        let asking = self.sso.get_permissions_boundary_for_permission_set().instance_arn(&self.instance.arn);
        let boundary = match call(SERVICE, OPERATION, asking.permission_set_arn(arn.as_str()).send()).await {
            Ok(answer) => answer.permissions_boundary,
            // That is how AWS says that there is no boundary. The permission set was there a moment ago.
            Err(CallError::NotFound(_)) => None,
            Err(error) => return Err(CloudError::calling(OPERATION)(error)),
        };
        Ok(boundary.and_then(|boundary| {
            let managed = boundary.managed_policy_arn.map(Policy::Managed);
            managed.or_else(|| boundary.customer_managed_policy_reference.map(Policy::customer))
        }))
    }
}

/// JSON without white space and with its keys in order; any other text as it is.
fn canonical(text: &str) -> String {
    let Ok(value) = serde_json::from_str::<Value>(text) else { return text.to_owned() };
    let mut canonical = String::with_capacity(text.len());
    write_canonical(&value, &mut canonical);
    canonical
}

/// Not left to the serializer, whose order of keys depends on what else is built.
fn write_canonical(value: &Value, to: &mut String) {
    let between = |to: &mut String, index: usize| {
        if index > 0 {
            to.push(',');
        }
    };
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| *name);
            to.push('{');
            for (index, (name, value)) in fields.into_iter().enumerate() {
                between(to, index);
                to.push_str(&Value::String(name.clone()).to_string());
                to.push(':');
                write_canonical(value, to);
            }
            to.push('}');
        }
        Value::Array(items) => {
            to.push('[');
            for (index, value) in items.iter().enumerate() {
                between(to, index);
                write_canonical(value, to);
            }
            to.push(']');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => to.push_str(&value.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content() -> PermissionSetContent {
        PermissionSetContent {
            inline_policy: Some(
                r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*"}]}"#.to_owned(),
            ),
            managed_policies: vec!["arn:aws:iam::aws:policy/B".to_owned(), "arn:aws:iam::aws:policy/A".to_owned()],
            customer_policies: vec![Policy::Customer { path: "/".to_owned(), name: "ops".to_owned() }],
            boundary: None,
            session_s: 3600,
            relay_state: None,
        }
    }

    #[test]
    fn the_order_of_things_and_white_space_do_not_count() {
        let mut same = content();
        same.managed_policies.reverse();
        same.inline_policy = Some(
            "{\"Statement\":[{\"Action\":\"s3:*\",\n  \"Effect\":\"Allow\"}],\"Version\":\"2012-10-17\"}".to_owned(),
        );
        assert_eq!(content().hash(), same.hash());
        assert_eq!(content().hash().len(), 64);
    }

    #[test]
    fn statements_that_deny_sessions_do_not_count() {
        let denying = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*"},{"Sid":"CurfewCut0","Effect":"Deny"}]}"#;
        let cut = PermissionSetContent { inline_policy: Some(denying.to_owned()), ..content() };
        assert_eq!(cut.hash(), content().hash());
        let only = r#"{"Version":"2012-10-17","Statement":[{"Sid":"CurfewCut0","Effect":"Deny"}]}"#;
        let none = PermissionSetContent { inline_policy: None, ..content() };
        let cut = PermissionSetContent { inline_policy: Some(only.to_owned()), ..content() };
        assert_eq!(cut.hash(), none.hash());
    }

    #[test]
    fn every_part_counts() {
        type Change = fn(&mut PermissionSetContent);
        let changes: [Change; 9] = [
            |c| c.inline_policy = None,
            |c| c.inline_policy = Some("{}".to_owned()),
            |c| c.managed_policies.truncate(1),
            |c| c.managed_policies.push("arn:aws:iam::aws:policy/C".to_owned()),
            |c| c.customer_policies = vec![Policy::Customer { path: "/x/".to_owned(), name: "ops".to_owned() }],
            |c| c.boundary = Some(Policy::Managed("arn:aws:iam::aws:policy/C".to_owned())),
            |c| c.boundary = Some(Policy::Customer { path: "/".to_owned(), name: "edge".to_owned() }),
            |c| c.session_s = 7200,
            |c| c.relay_state = Some("https://console".to_owned()),
        ];
        let mut seen = vec![content().hash()];
        for change in changes {
            let mut changed = content();
            change(&mut changed);
            let hash = changed.hash();
            assert!(!seen.contains(&hash), "{changed:?}");
            seen.push(hash);
        }
    }
}
