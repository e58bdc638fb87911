//! Who may sign: access keys of the seed, temporary credentials that STS handed out, and what their roles may do.

use std::collections::HashMap;

use crate::clock::Millis;

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

/// What a caller may change. Reading is allowed to all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Powers {
    Everything,
    OnlyCreateAssignments,
    OnlyDeleteAssignments,
    /// As above, and Scheduler may assume the role while nobody else can.
    DeletesForScheduler,
    /// Schedules, with one role that it may pass to them.
    OnlySchedules,
    Nothing,
}

impl Powers {
    /// Whether the operation is allowed.
    pub fn allow(self, operation: &str) -> bool {
        let reads = ["List", "Describe", "Get", "Is"].iter().any(|verb| operation.starts_with(verb));
        match self {
            Self::Everything => true,
            Self::OnlyCreateAssignments => reads || operation == "CreateAccountAssignment",
            Self::OnlyDeleteAssignments => reads || operation == "DeleteAccountAssignment",
            Self::DeletesForScheduler => operation == "DeleteAccountAssignment",
            Self::OnlySchedules => [
                "GetSchedule",
                "ListSchedules",
                "CreateSchedule",
                "UpdateSchedule",
                "DeleteSchedule",
                "CreateScheduleGroup",
            ]
            .contains(&operation),
            Self::Nothing => reads,
        }
    }

    /// Whether the caller may hand this role to a service.
    pub fn may_pass(self, role_arn: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::OnlySchedules => role_arn.ends_with(":role/curfew-backstop-target"),
            Self::OnlyCreateAssignments | Self::OnlyDeleteAssignments | Self::DeletesForScheduler | Self::Nothing => {
                false
            }
        }
    }

    /// Whether the role with these powers lets Scheduler assume it.
    pub fn for_scheduler(self) -> bool {
        matches!(self, Self::DeletesForScheduler)
    }

    /// Whether the role with these powers lets people and programs of its account assume it.
    pub fn for_callers(self) -> bool {
        !self.for_scheduler()
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
    roles: HashMap<String, Powers>,
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

    /// Lets a role be assumed, by ARN.
    pub fn add_role(&mut self, arn: String, powers: Powers) {
        self.roles.insert(arn, powers);
    }

    /// What a role may do, if it exists.
    pub fn role(&self, arn: &str) -> Option<Powers> {
        self.roles.get(arn).copied()
    }

    /// The roles, by ARN.
    pub fn roles(&self) -> impl Iterator<Item = &String> {
        self.roles.keys()
    }
}
