//! What selectors of unit, tag and name reach now: what may grow without anybody changing a document.

use uuid::Uuid;

use super::book::Book;
use super::document::Kind;
use super::reach::Reach;
use super::selector::{Accounts, PermissionSets};
use crate::{AccountId, PermissionSetArn};

/// What one rule or guardrail reaches by selectors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// What it is.
    pub kind: Kind,
    /// Which.
    pub id: Uuid,
    /// Its version.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// The accounts, where units or tags select them; whoever writes `all` means whatever comes.
    pub accounts: Vec<AccountId>,
    /// The permission sets, where names or tags select them.
    pub permission_sets: Vec<PermissionSetArn>,
}

impl Book {
    /// Each enabled rule and guardrail that has such selectors, with what it reaches.
    #[must_use]
    pub fn reached(&self) -> Vec<Reached> {
        let rules = self.rules.iter().filter(|compiled| compiled.rule.spec.enabled).filter_map(|compiled| {
            let (rule, spec) = (&compiled.rule, &compiled.rule.spec);
            let document = (Kind::Rule, rule.id.uuid(), rule.version, spec.name.as_str());
            self.selected(document, &spec.accounts, &spec.permission_sets, &compiled.reach)
        });
        let guardrails = self.guardrails.iter().filter(|(g, _)| g.spec.enabled).filter_map(|(guardrail, reach)| {
            let spec = &guardrail.spec;
            let document = (Kind::Guardrail, guardrail.id.uuid(), guardrail.version, spec.name.as_str());
            self.selected(document, &spec.accounts, &spec.permission_sets, reach)
        });
        rules.chain(guardrails).collect()
    }

    /// The permission sets that a rule reaches.
    #[must_use]
    pub fn permission_sets_of(&self, rule: Uuid) -> Vec<PermissionSetArn> {
        let organization = self.organization();
        let found = self.rules.iter().find(|compiled| compiled.rule.id.uuid() == rule);
        let sets = found.into_iter().flat_map(|compiled| compiled.reach.area.permission_sets.ones());
        sets.filter_map(|at| organization.permission_sets.get(at)).map(|set| set.arn.clone()).collect()
    }

    fn selected(
        &self,
        (kind, id, version, name): (Kind, Uuid, i64, &str),
        accounts: &Accounts,
        permission_sets: &PermissionSets,
        reach: &Reach,
    ) -> Option<Reached> {
        let (units, tags) = (&accounts.units, &accounts.tags);
        let by_account = !accounts.all && (!units.is_empty() || !tags.is_empty());
        let (names, tags) = (&permission_sets.names, &permission_sets.tags);
        let by_set = !permission_sets.all && (!names.is_empty() || !tags.is_empty());
        let organization = self.organization();
        let accounts = || reach.area.accounts.ones().filter_map(|at| organization.accounts.get(at));
        let sets = || reach.area.permission_sets.ones().filter_map(|at| organization.permission_sets.get(at));
        (by_account || by_set).then(|| Reached {
            kind,
            id,
            version,
            name: name.to_owned(),
            accounts: accounts().filter(|_| by_account).map(|account| account.id.clone()).collect(),
            permission_sets: sets().filter(|_| by_set).map(|set| set.arn.clone()).collect(),
        })
    }
}
