//! Account assignments and their true history: who could use which permission set in which account, from when until when.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::clock::Millis;

/// Who holds an assignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum PrincipalType {
    Group,
    User,
}

impl PrincipalType {
    /// AWS's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Group => "GROUP",
            Self::User => "USER",
        }
    }
}

/// What an assignment is in AWS. The order of the fields makes one account, and one permission set in it, neighbours.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Tuple {
    pub account_id: String,
    pub permission_set_arn: String,
    pub principal_type: PrincipalType,
    pub principal_id: String,
}

/// One stretch of time in which an assignment really existed.
#[derive(Clone, Debug, Serialize)]
pub struct Interval {
    #[serde(flatten)]
    pub tuple: Tuple,
    pub from: Millis,
    /// Absent while it exists.
    pub until: Option<Millis>,
    /// ARN of the caller, or `seed`, or `outside` (the control API).
    pub created_by: String,
    pub removed_by: Option<String>,
}

/// All assignments, now and before.
#[derive(Default)]
pub struct Access {
    present: BTreeMap<Tuple, usize>,
    by_principal: BTreeSet<(PrincipalType, String, String, String)>,
    intervals: Vec<Interval>,
    /// Ended intervals that a lagging read may still show.
    fading: BTreeMap<Tuple, Vec<usize>>,
}

impl Access {
    /// Makes the assignment exist from this moment. False if it existed: AWS has set semantics.
    pub fn add(&mut self, tuple: &Tuple, at: Millis, by: &str) -> bool {
        if self.present.contains_key(tuple) {
            return false;
        }
        self.present.insert(tuple.clone(), self.intervals.len());
        self.by_principal.insert(principal_key(tuple));
        self.intervals.push(Interval {
            tuple: tuple.clone(),
            from: at,
            until: None,
            created_by: by.to_owned(),
            removed_by: None,
        });
        true
    }

    /// Ends the assignment at this moment. False if there was none.
    pub fn remove(&mut self, tuple: &Tuple, at: Millis, by: &str) -> bool {
        let Some(index) = self.present.remove(tuple) else {
            return false;
        };
        self.by_principal.remove(&principal_key(tuple));
        if let Some(interval) = self.intervals.get_mut(index) {
            interval.until = Some(at.max(interval.from));
            interval.removed_by = Some(by.to_owned());
        }
        self.fading.entry(tuple.clone()).or_default().push(index);
        true
    }

    /// Ends all assignments that fit, at this moment.
    pub fn remove_where(&mut self, fits: impl Fn(&Tuple) -> bool, at: Millis, by: &str) {
        let gone: Vec<Tuple> = self.present.keys().filter(|tuple| fits(tuple)).cloned().collect();
        for tuple in gone {
            self.remove(&tuple, at, by);
        }
    }

    /// Whether it exists, in truth.
    pub fn exists(&self, tuple: &Tuple) -> bool {
        self.present.contains_key(tuple)
    }

    /// Whether anybody holds the permission set in the account: then its role is provisioned there.
    pub fn provisioned(&self, account_id: &str, permission_set_arn: &str) -> bool {
        self.present
            .range(first_of(account_id, permission_set_arn)..)
            .next()
            .is_some_and(|(tuple, _)| tuple.account_id == account_id && tuple.permission_set_arn == permission_set_arn)
    }

    /// Whether anybody holds the permission set anywhere.
    pub fn in_use(&self, permission_set_arn: &str) -> bool {
        self.present.keys().any(|tuple| tuple.permission_set_arn == permission_set_arn)
    }

    /// The assignments as a read sees them that shows the state of the moment `seen`, ordered. An account and a permission set narrow it.
    pub fn visible(&self, account_id: Option<&str>, permission_set_arn: Option<&str>, seen: Millis) -> Vec<&Tuple> {
        let wanted = |tuple: &Tuple| {
            account_id.is_none_or(|id| tuple.account_id == id)
                && permission_set_arn.is_none_or(|arn| tuple.permission_set_arn == arn)
        };
        let start = first_of(
            account_id.unwrap_or_default(),
            permission_set_arn.filter(|_| account_id.is_some()).unwrap_or_default(),
        );
        let near = |tuple: &Tuple| account_id.is_none_or(|id| tuple.account_id == id);
        let mut found: BTreeSet<&Tuple> = self
            .present
            .range(start.clone()..)
            .take_while(|(tuple, _)| near(tuple))
            .filter(|(tuple, index)| wanted(tuple) && self.shown(**index, seen))
            .map(|(tuple, _)| tuple)
            .collect();
        let fading = self.fading.range(start..).take_while(|(tuple, _)| near(tuple));
        found.extend(
            fading
                .filter(|(tuple, old)| wanted(tuple) && old.iter().any(|i| self.shown(*i, seen)))
                .map(|(tuple, _)| tuple),
        );
        found.into_iter().collect()
    }

    /// The assignments of one principal, as such a read sees them, ordered.
    pub fn visible_of(&self, kind: PrincipalType, principal_id: &str, seen: Millis) -> Vec<Tuple> {
        let of = |account: &str, set: &str| Tuple {
            account_id: account.to_owned(),
            permission_set_arn: set.to_owned(),
            principal_type: kind,
            principal_id: principal_id.to_owned(),
        };
        let start = (kind, principal_id.to_owned(), String::new(), String::new());
        let mut found: BTreeSet<Tuple> = self
            .by_principal
            .range(start..)
            .take_while(|(k, id, _, _)| *k == kind && id == principal_id)
            .map(|(_, _, account, set)| of(account, set))
            .filter(|tuple| self.present.get(tuple).is_some_and(|index| self.shown(*index, seen)))
            .collect();
        let fading = self.fading.iter().filter(|(t, _)| t.principal_type == kind && t.principal_id == principal_id);
        found
            .extend(fading.filter(|(_, old)| old.iter().any(|i| self.shown(*i, seen))).map(|(tuple, _)| tuple.clone()));
        found.into_iter().collect()
    }

    /// Forgets what no read can show any more.
    pub fn forget_faded(&mut self, seen: Millis) {
        let intervals = &self.intervals;
        self.fading.retain(|_, old| {
            old.retain(|index| intervals.get(*index).is_some_and(|i| i.until.is_some_and(|until| until > seen)));
            !old.is_empty()
        });
    }

    /// The whole truth, oldest first.
    pub fn intervals(&self) -> &[Interval] {
        &self.intervals
    }

    fn shown(&self, index: usize, seen: Millis) -> bool {
        self.intervals.get(index).is_some_and(|i| i.from <= seen && i.until.is_none_or(|until| until > seen))
    }
}

fn principal_key(tuple: &Tuple) -> (PrincipalType, String, String, String) {
    (tuple.principal_type, tuple.principal_id.clone(), tuple.account_id.clone(), tuple.permission_set_arn.clone())
}

fn first_of(account_id: &str, permission_set_arn: &str) -> Tuple {
    Tuple {
        account_id: account_id.to_owned(),
        permission_set_arn: permission_set_arn.to_owned(),
        principal_type: PrincipalType::Group,
        principal_id: String::new(),
    }
}
