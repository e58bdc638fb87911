//! Whether documents make sense here: by themselves, by the settings, and by what the directory knows.

use std::collections::BTreeSet;

use domain::rules::{Body, Document, Kind, Reference, Referred};
use domain::{AccountId, GroupId, PermissionSetArn, UserId};
use store::{StoreError, Tx, directory};
use uuid::Uuid;

use super::draft::{Draft, Step};
use super::{Desk, Refused, Why};

/// Checks every document that gets a new version.
///
/// # Errors
/// The first thing that is wrong, with its edit and its field.
pub(super) async fn check(tx: &mut Tx, desk: &Desk, draft: &Draft) -> Result<(), Refused> {
    let mut saved: Vec<(usize, &Body, Vec<Reference>)> = Vec::new();
    for (at, step) in &draft.steps {
        let Step::Save(Document { body, .. }, _) = step else { continue };
        body.validate().map_err(|invalid| Why::Invalid(invalid).of(*at))?;
        by_settings(desk, body).map_err(|why| why.of(*at))?;
        saved.push((*at, body, body.references()));
    }
    let known = Known::of(tx, desk, draft, saved.iter().flat_map(|(_, _, references)| references)).await?;
    for (at, body, references) in saved {
        let bound = matches!(body, Body::Rule(_)) && !desk.management_account;
        for Reference { field, to } in references {
            if !known.has(&to) {
                return Err(Why::Unknown { field, to }.of(at));
            }
            if bound && field.starts_with("accounts.ids") && known.management.contains(&to) {
                return Err(Why::ManagementAccount { field }.of(at));
            }
        }
    }
    Ok(())
}

fn by_settings(desk: &Desk, body: &Body) -> Result<(), Why> {
    let Body::Rule(spec) = body else { return Ok(()) };
    if spec.max_minutes.get() > desk.most_minutes {
        return Err(Why::TooLong { asked: spec.max_minutes.get(), most: desk.most_minutes });
    }
    if spec.accounts.management && !desk.management_account {
        return Err(Why::ManagementAccount { field: "accounts.management".to_owned() });
    }
    Ok(())
}

/// Those of the things named that are there.
struct Known<'a> {
    desk: &'a Desk,
    there: BTreeSet<Referred>,
    management: BTreeSet<Referred>,
    policies: BTreeSet<Uuid>,
    schedules: BTreeSet<Uuid>,
}

impl<'a> Known<'a> {
    async fn of(
        tx: &mut Tx,
        desk: &'a Desk,
        draft: &Draft,
        references: impl Iterator<Item = &Reference>,
    ) -> Result<Self, StoreError> {
        let mut named = Named::default();
        for reference in references {
            named.add(&reference.to);
        }
        let mut there = BTreeSet::new();
        let accounts = directory::accounts(tx.connection(), &named.accounts).await?;
        let management = accounts.iter().filter(|a| a.management).map(|a| Referred::Account(a.id.clone())).collect();
        there.extend(accounts.into_iter().map(|account| Referred::Account(account.id)));
        let units = directory::unit_names(tx.connection(), &named.units).await?;
        there.extend(units.into_keys().map(Referred::Unit));
        let groups = directory::group_names(tx.connection(), &named.groups).await?;
        there.extend(groups.into_keys().map(Referred::Group));
        let users = directory::users(tx.connection(), &named.users).await?;
        there.extend(users.into_iter().map(|user| Referred::User(user.id)));
        let sets = directory::permission_sets(tx.connection(), &named.permission_sets).await?;
        there.extend(sets.into_iter().map(|set| Referred::PermissionSet(set.arn)));
        let of_kind = |kind: Kind| draft.after.iter().filter(move |d| d.body.kind() == kind).map(|d| d.id).collect();
        let (policies, schedules) = (of_kind(Kind::ApprovalPolicy), of_kind(Kind::Schedule));
        Ok(Self { desk, there, management, policies, schedules })
    }

    fn has(&self, to: &Referred) -> bool {
        match to {
            Referred::Account(_)
            | Referred::Unit(_)
            | Referred::Group(_)
            | Referred::User(_)
            | Referred::PermissionSet(_) => self.there.contains(to),
            Referred::Policy(id) => self.policies.contains(&id.uuid()),
            Referred::Schedule(id) => id.parse().is_ok_and(|id| self.schedules.contains(&id)),
            Referred::PagerDuty(_) => self.desk.pagerduty,
            Referred::TicketSystem(name) => self.desk.ticket_systems.contains(name),
            Referred::Severity(severity) => self.desk.severities.iter().any(|name| name == severity.as_str()),
        }
    }
}

/// What the directory is asked about.
#[derive(Default)]
struct Named {
    accounts: Vec<AccountId>,
    units: Vec<String>,
    groups: Vec<GroupId>,
    users: Vec<UserId>,
    permission_sets: Vec<PermissionSetArn>,
}

impl Named {
    fn add(&mut self, to: &Referred) {
        match to {
            Referred::Account(id) => self.accounts.push(id.clone()),
            Referred::Unit(id) => self.units.push(id.clone()),
            Referred::Group(id) => self.groups.push(id.clone()),
            Referred::User(id) => self.users.push(id.clone()),
            Referred::PermissionSet(arn) => self.permission_sets.push(arn.clone()),
            Referred::Policy(_)
            | Referred::Schedule(_)
            | Referred::PagerDuty(_)
            | Referred::TicketSystem(_)
            | Referred::Severity(_) => {}
        }
    }
}
