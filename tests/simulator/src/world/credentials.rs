//! Who may sign: access keys of the seed, temporary credentials that STS handed out, and the roles they are of.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::clock::Millis;
use crate::world::iam::{Asked, Policy, Verdict};

/// Somebody who signs calls.
#[derive(Clone, Debug)]
pub struct Caller {
    pub access_key_id: String,
    pub arn: String,
    pub account: String,
    /// What GetCallerIdentity calls `UserId`.
    pub user_id: String,
    pub powers: Powers,
}

/// What a caller may do.
#[derive(Clone, Debug)]
pub enum Powers {
    Everything,
    /// What the policy allows.
    Policy(Arc<Policy>),
}

impl Powers {
    /// Judges a call that is about these resources: each of them must be allowed, and none denied.
    pub fn judge(&self, action: &str, resources: &[String], context: &BTreeMap<&'static str, String>) -> Verdict {
        let Self::Policy(policy) = self else { return Verdict::Allowed };
        let of = |resource: &String| {
            policy.judge(&Asked {
                action: action.to_owned(),
                resource: resource.clone(),
                principal: None,
                context: context.clone(),
            })
        };
        let verdicts: Vec<Verdict> = resources.iter().map(of).collect();
        if verdicts.contains(&Verdict::Denied) {
            Verdict::Denied
        } else if verdicts.iter().all(|verdict| *verdict == Verdict::Allowed) {
            Verdict::Allowed
        } else {
            Verdict::Unmentioned
        }
    }

    /// Whether the caller may hand this role to this service.
    pub fn may_pass(&self, role_arn: &str, service: &str) -> bool {
        let context = BTreeMap::from([("iam:PassedToService", service.to_owned())]);
        self.judge("iam:PassRole", &[role_arn.to_owned()], &context) == Verdict::Allowed
    }
}

/// A role that can be assumed.
#[derive(Clone, Debug)]
pub struct Role {
    pub powers: Powers,
    pub trust: Policy,
    /// Whether its credentials were taken away.
    pub revoked: bool,
}

impl Role {
    /// Whether it lets this principal assume it, who is an ARN or a service. `context` is what is known besides.
    pub fn trusts(&self, principal: &str, context: BTreeMap<&'static str, String>) -> bool {
        let asked = Asked {
            action: "sts:AssumeRole".to_owned(),
            resource: "*".to_owned(),
            principal: Some(principal.to_owned()),
            context,
        };
        !self.revoked && self.trust.judge(&asked) == Verdict::Allowed
    }
}

/// A key and what it takes to use it.
#[derive(Clone, Debug)]
pub struct Key {
    pub secret: String,
    pub session_token: Option<String>,
    pub expires: Option<Millis>,
    pub caller: Caller,
}

/// All keys, and the roles that can be assumed.
#[derive(Default)]
pub struct Credentials {
    keys: HashMap<String, Key>,
    roles: BTreeMap<String, Role>,
}

impl Credentials {
    /// The key with this id.
    pub fn key(&self, access_key_id: &str) -> Option<&Key> {
        self.keys.get(access_key_id)
    }

    /// Adds a key.
    pub fn add(&mut self, key: Key) {
        self.keys.insert(key.caller.access_key_id.clone(), key);
    }

    /// Adds a role, by ARN.
    pub fn add_role(&mut self, arn: String, role: Role) {
        self.roles.insert(arn, role);
    }

    /// Takes the credentials of every role of this name away, those that were handed out included, or lets them be used
    /// again. False if there is none.
    pub fn set_revoked(&mut self, name: &str, revoked: bool) -> bool {
        let of_name = |arn: &str| arn.rsplit('/').next() == Some(name);
        let mut any = false;
        for (_, role) in self.roles.iter_mut().filter(|(arn, _)| of_name(arn)) {
            role.revoked = revoked;
            any = true;
        }
        if revoked {
            self.keys.retain(|_, key| !key.caller.arn.contains(&format!(":assumed-role/{name}/")));
        }
        any
    }

    /// The role of this ARN.
    pub fn role(&self, arn: &str) -> Option<&Role> {
        self.roles.get(arn)
    }

    /// The roles, by ARN.
    pub fn roles(&self) -> impl Iterator<Item = &String> {
        self.roles.keys()
    }
}
