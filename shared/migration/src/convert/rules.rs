//! Each entry becomes one rule: its accounts and the direct children of its OUs, times its permission sets.

use std::collections::BTreeSet;

use domain::approval::{Named, PolicySpec};
use domain::rules::{
    Accounts, Approval, Automatic, Body, Depth, Document, Pace, Pattern, PermissionSets, ReasonDemand, RuleSpec,
    Subjects, TicketDemand, UnitSelector, Validity, WhenAway,
};
use domain::{AccountId, GroupId, Minutes, PermissionSetArn, PolicyId, RuleId, Tuple};
use uuid::Uuid;

use super::approvers::Owners;
use super::everywhere::{APPROVERS, pending_minutes};
use super::overlap;
use super::sources::Source;
use super::{count, name, some};
use crate::report::{Difference, Effect, PolicyReport};
use crate::team::{Settings, Subject};
use crate::{Directory, Report, document_id};

/// TEAM only looked at the first character.
const TICKET: &str = "[A-Za-z0-9].*";

/// What became of the entries.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// The rules.
    pub documents: Vec<Document>,
    /// Whether a rule asks the owners.
    pub ask_owners: bool,
    /// Whether a rule asks nobody.
    pub automatic: bool,
    /// The longest that any of them allows.
    pub longest: u32,
    /// Whether somebody has several entries of different length.
    pub uneven: bool,
}

/// A rule, with what it reaches now.
pub struct Made<'a> {
    /// Its document.
    pub id: Uuid,
    /// Where it comes from.
    pub source: &'a Source<'a>,
    /// Accounts.
    pub accounts: BTreeSet<&'a AccountId>,
    /// Permission sets.
    pub permission_sets: BTreeSet<&'a PermissionSetArn>,
    /// The longest access.
    pub hours: u32,
    /// Whether it asks nobody.
    pub automatic: bool,
}

/// The lightest rule that allows a tuple, in the order in which Curfew takes rules.
pub fn lightest(made: &[Made<'_>], tuple: &Tuple, directory: &Directory) -> Option<RuleId> {
    let is_for = |subject: &Subject| match subject {
        Subject::User(user) => *user == tuple.principal,
        Subject::Group(group) => directory.members.get(group).is_some_and(|people| people.contains(&tuple.principal)),
    };
    let allows = |rule: &&Made<'_>| {
        is_for(rule.source.subject)
            && rule.accounts.contains(&tuple.account)
            && rule.permission_sets.contains(&tuple.permission_set)
    };
    made.iter().filter(allows).min_by_key(|rule| (!rule.automatic, rule.id)).map(|rule| RuleId(rule.id))
}

/// Every rule, with what it reaches.
pub fn convert<'a>(
    sources: &'a [Source<'a>],
    settings: &Settings,
    owners: &Owners,
    directory: &'a Directory,
    report: &mut Report,
) -> (Rules, Vec<Made<'a>>) {
    let mut names = BTreeSet::new();
    let mut rules = Rules::default();
    let mut made = Vec::new();
    let mut places = Vec::new();
    for source in sources {
        let mut told = PolicyReport {
            team_id: source.key.clone(),
            name: source.name.clone(),
            document: None,
            says: "not taken over".to_owned(),
            differences: Vec::new(),
        };
        if let Some((mut document, rule)) = rule(source, settings, owners, directory, &mut told) {
            unique(&mut document, &source.key, &mut names);
            rules.ask_owners |=
                matches!(&document.body, Body::Rule(spec) if matches!(spec.approval, Approval::Named(_)));
            rules.automatic |= rule.automatic;
            rules.longest = rules.longest.max(rule.hours);
            rules.documents.push(document);
            places.push(report.policies.len());
            made.push(rule);
        }
        report.policies.push(told);
    }
    let overlaps = overlap::differences(&made, directory);
    rules.uneven = overlaps.iter().flatten().any(|difference| difference.code == overlap::LONGER);
    for (place, differences) in places.into_iter().zip(overlaps) {
        if let Some(told) = report.policies.get_mut(place) {
            told.differences.extend(differences);
        }
    }
    (rules, made)
}

/// Two rules of one name cannot be; TEAM's id tells them apart.
fn unique(document: &mut Document, key: &str, names: &mut BTreeSet<String>) {
    if let Body::Rule(spec) = &mut document.body
        && !names.insert(spec.name.clone())
    {
        let key: String = key.chars().rev().take(40).collect();
        spec.name = format!("{} ({})", spec.name, key.chars().rev().collect::<String>());
        names.insert(spec.name.clone());
    }
}

fn rule<'a>(
    source: &'a Source<'a>,
    settings: &Settings,
    owners: &Owners,
    directory: &'a Directory,
    told: &mut PolicyReport,
) -> Option<(Document, Made<'a>)> {
    let differences = &mut told.differences;
    let subjects = subjects(source.subject, directory, differences)?;
    let accounts = accounts(source, directory, differences)?;
    let permission_sets = permission_sets(source, directory, differences)?;
    let own = source.entitled.hours.unwrap_or(settings.hours);
    let hours = own.min(settings.hours);
    if source.entitled.hours.is_none() {
        let words = format!("TEAM kept no duration here; {hours} h, its greatest, is taken");
        differences.push(Difference::new(Effect::Changed, "no_duration", words));
    } else if hours < own {
        let words = format!("it says {own} h, but TEAM's setting allowed {hours} h at most, and so does the rule");
        differences.push(Difference::new(Effect::Changed, "cut_by_setting", words));
    }
    let reached: BTreeSet<&AccountId> = source
        .entitled
        .accounts
        .iter()
        .filter_map(|(id, _)| directory.accounts.get(id).map(|account| &account.id))
        .chain(source.entitled.units.iter().flat_map(|(id, _)| children(directory, id)))
        .collect();
    let approval = approval(source, settings, owners, differences);
    if matches!(approval, Approval::Named(_)) {
        nobody_approves(&reached, owners, directory, differences);
    }
    let automatic = matches!(approval, Approval::Automatic(_));
    let spec = RuleSpec {
        name: format!("TEAM: {}", name(&source.name)),
        enabled: true,
        subjects,
        accounts,
        permission_sets,
        max_minutes: Minutes::new(i64::from(hours) * 60).ok()?,
        severities: Vec::new(),
        reason: ReasonDemand::default(),
        ticket: TicketDemand { required: settings.ticket_required, pattern: Pattern::parse(TICKET).ok(), check: None },
        hours: None,
        validity: Validity::default(),
        on_behalf: Subjects::default(),
        pace: Pace::default(),
        when_away: WhenAway::default(),
        cut_sessions: domain::sessions::CutSessions::default(),
        approval,
    };
    let body = Body::Rule(spec);
    if let Err(invalid) = body.validate() {
        differences.push(Difference::new(Effect::LeftOut, "not_valid", format!("no rule can say this: {invalid}")));
        return None;
    }
    let id = document_id("rule", &source.key);
    told.document = Some(id);
    let sets: BTreeSet<&PermissionSetArn> = source
        .entitled
        .permission_sets
        .iter()
        .filter_map(|(arn, _)| directory.permission_sets.get_key_value(arn).map(|(arn, _)| arn))
        .collect();
    told.says = format!(
        "{} in {}, up to {hours} h, {}",
        some(sets.iter().filter_map(|arn| directory.permission_sets.get(*arn).cloned())),
        count(reached.len(), "account"),
        if automatic { "without approval" } else { "with approval" },
    );
    let made = Made { id, source, accounts: reached, permission_sets: sets, hours, automatic };
    Some((Document { id, version: 1, body }, made))
}

/// The accounts in a unit itself that its selector reaches: the management account is not among them.
fn children<'a>(directory: &'a Directory, unit: &str) -> impl Iterator<Item = &'a AccountId> {
    directory.children(unit).iter().filter(|id| directory.accounts.get(*id).is_none_or(|account| !account.management))
}

fn subjects(subject: &Subject, directory: &Directory, differences: &mut Vec<Difference>) -> Option<Subjects> {
    let known = match subject {
        Subject::User(id) => directory.users.contains_key(id),
        Subject::Group(id) => directory.groups.contains_key(id),
    };
    if !known {
        let words = match subject {
            Subject::User(id) => format!("the directory has no user {id}"),
            Subject::Group(id) => format!("the directory has no group {id}"),
        };
        differences.push(Difference::new(Effect::LeftOut, "unknown_subject", words));
        return None;
    }
    Some(match subject {
        Subject::User(id) => Subjects { users: vec![id.clone()], ..Subjects::default() },
        Subject::Group(id) => Subjects { groups: vec![id.clone()], ..Subjects::default() },
    })
}

fn accounts(source: &Source<'_>, directory: &Directory, differences: &mut Vec<Difference>) -> Option<Accounts> {
    let (mut ids, mut units) = (Vec::new(), Vec::new());
    for (id, called) in &source.entitled.accounts {
        match directory.accounts.get(id) {
            None => {
                let words = format!("the organization has no account {id} ({called})");
                differences.push(Difference::new(Effect::LeftOut, "unknown_account", words));
            }
            Some(account) => {
                if account.management {
                    let words = format!(
                        "{} is the management account; a guardrail forbids it unless an admin lifts that",
                        directory.account_words(id)
                    );
                    differences.push(Difference::new(Effect::TeamAllowed, "management_account", words));
                }
                ids.push(id.clone());
            }
        }
    }
    for (id, called) in &source.entitled.units {
        if !directory.units.contains_key(id) {
            let words = format!("the organization has no unit {id} ({called})");
            differences.push(Difference::new(Effect::LeftOut, "unknown_unit", words));
            continue;
        }
        if let Some(account) = directory
            .children(id)
            .iter()
            .find(|id| directory.accounts.get(*id).is_some_and(|account| account.management))
        {
            let words = format!(
                "{} lies in {called}; a rule reaches the management account by its id only",
                directory.account_words(account)
            );
            differences.push(Difference::new(Effect::TeamAllowed, "management_account", words));
        }
        units.push(UnitSelector { id: id.clone(), depth: Depth::Children });
    }
    ids.sort_unstable();
    ids.dedup();
    units.sort_by(|a, b| a.id.cmp(&b.id));
    units.dedup();
    let accounts = Accounts { ids, units, ..Accounts::default() };
    if accounts.is_empty() {
        differences.push(Difference::new(Effect::LeftOut, "nothing_left", "none of its accounts and units is known"));
        return None;
    }
    Some(accounts)
}

fn permission_sets(
    source: &Source<'_>,
    directory: &Directory,
    differences: &mut Vec<Difference>,
) -> Option<PermissionSets> {
    let mut arns = Vec::new();
    for (arn, called) in &source.entitled.permission_sets {
        if directory.permission_sets.contains_key(arn) {
            arns.push(arn.clone());
        } else {
            let words = format!("Identity Center has no permission set {arn} ({called})");
            differences.push(Difference::new(Effect::LeftOut, "unknown_permission_set", words));
        }
    }
    arns.sort_unstable();
    arns.dedup();
    if arns.is_empty() {
        differences.push(Difference::new(Effect::LeftOut, "nothing_left", "none of its permission sets is known"));
        return None;
    }
    Some(PermissionSets { arns, ..PermissionSets::default() })
}

fn approval(source: &Source<'_>, settings: &Settings, owners: &Owners, differences: &mut Vec<Difference>) -> Approval {
    let waived = |why: String| Approval::Automatic(Automatic { waiver: Some(why), ..Automatic::default() });
    if !settings.approval {
        return waived("Imported from TEAM while its setting \"Approval required\" was off for everything".to_owned());
    }
    match source.entitled.approval_required {
        Some(false) => {
            return waived(format!("Imported from TEAM, whose policy for {} needed no approval", name(&source.name)));
        }
        Some(true) => {}
        None => {
            let words = "TEAM kept nothing about approval here; one is needed";
            differences.push(Difference::new(Effect::Changed, "approval_not_said", words));
        }
    }
    let groups: BTreeSet<GroupId> =
        source.approvers.iter().filter_map(|id| owners.of_policies.get(id)).flatten().cloned().collect();
    if groups.is_empty() {
        if !source.approvers.is_empty() {
            let words = "none of the approver groups that the policy names is known; the owners of the account decide";
            differences.push(Difference::new(Effect::Changed, "policy_approvers_unknown", words));
        }
        return Approval::Named(Named { policy: PolicyId(document_id(APPROVERS.0, APPROVERS.1)) });
    }
    Approval::Policy(PolicySpec {
        pending_minutes: Some(pending_minutes(settings)),
        ..PolicySpec::of(groups.into_iter().collect(), Vec::new(), 1)
    })
}

fn nobody_approves(
    reached: &BTreeSet<&AccountId>,
    owners: &Owners,
    directory: &Directory,
    differences: &mut Vec<Difference>,
) {
    let alone: Vec<String> =
        reached.iter().filter(|id| !owners.cover(directory, id)).map(|id| directory.account_words(id)).collect();
    if !alone.is_empty() {
        let words = format!(
            "nobody can approve in {}, neither in TEAM nor here, until it has owners: {}",
            count(alone.len(), "account"),
            some(alone)
        );
        differences.push(Difference::new(Effect::Changed, "no_approver", words));
    }
}
