//! The one function that says whether a pair may be asked for, for how long, and who decides.

use serde::{Deserialize, Serialize};

use super::rule::{Approval, Rule};
use crate::{AccountId, GroupId, Minutes, Pair, RuleId, UserId};

/// What is asked of the rules.
#[derive(Debug, Clone)]
pub struct Ask<'a> {
    /// Who shall have the access.
    pub user: &'a UserId,
    /// Their groups now.
    pub groups: &'a [GroupId],
    /// What.
    pub pair: &'a Pair,
    /// How long, the part already had included when it is an extension; `None` asks what is possible.
    pub minutes: Option<Minutes>,
    /// Whether a ticket is named.
    pub has_ticket: bool,
    /// The organization's management account, which `accounts.all` does not reach.
    pub management_account: Option<&'a AccountId>,
}

/// What one rule said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Judged {
    /// Which rule.
    pub rule: RuleId,
    /// Its version when it was asked.
    pub version: i64,
    /// Its name then.
    pub name: String,
    /// Whether it allows the whole of what was asked.
    pub allows: bool,
    /// Why, in words.
    pub because: String,
}

/// The rule that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// Which rule.
    pub rule: RuleId,
    /// Its version.
    pub version: i64,
    /// The longest access that it allows.
    pub max: Minutes,
    /// Who decides.
    pub approval: Approval,
}

/// The answer, with why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    /// The lightest rule that allows the whole, if one does.
    pub chosen: Option<Chosen>,
    /// What each rule said, in the order of the rules' ids.
    pub trace: Vec<Judged>,
}

/// Each rule stands alone: the pair is allowed if one rule allows it whole. Where several do, the
/// lightest approval is taken: automatic, then fewer votes, then the older rule.
#[must_use]
pub fn evaluate(rules: &[Rule], ask: &Ask<'_>) -> Evaluation {
    let mut trace: Vec<Judged> = rules.iter().map(|rule| judge(rule, ask)).collect();
    trace.sort_by_key(|j| j.rule);
    let chosen = rules
        .iter()
        .filter(|rule| objection(rule, ask).is_none())
        .min_by_key(|rule| (weight(&rule.spec.approval), rule.id))
        .map(|rule| Chosen {
            rule: rule.id,
            version: rule.version,
            max: rule.spec.max_minutes,
            approval: rule.spec.approval.clone(),
        });
    Evaluation { chosen, trace }
}

fn weight(approval: &Approval) -> u8 {
    match approval {
        Approval::Automatic => 0,
        Approval::Policy(policy) => policy.votes.max(1),
    }
}

fn judge(rule: &Rule, ask: &Ask<'_>) -> Judged {
    let objection = objection(rule, ask);
    Judged {
        rule: rule.id,
        version: rule.version,
        name: rule.spec.name.clone(),
        allows: objection.is_none(),
        because: objection.unwrap_or_else(|| match &rule.spec.approval {
            Approval::Automatic => {
                format!("it allows up to {} minutes without an approval", rule.spec.max_minutes.get())
            }
            Approval::Policy(p) => {
                format!("it allows up to {} minutes with {} approval(s)", rule.spec.max_minutes.get(), p.votes)
            }
        }),
    }
}

/// The first reason why the rule does not allow the whole of it.
fn objection(rule: &Rule, ask: &Ask<'_>) -> Option<String> {
    let spec = &rule.spec;
    let pair = ask.pair;
    if !spec.enabled {
        return Some("it is switched off".to_owned());
    }
    let subject = spec.subjects.everyone
        || spec.subjects.users.contains(ask.user)
        || spec.subjects.groups.iter().any(|g| ask.groups.contains(g));
    if !subject {
        return Some("it is for other people".to_owned());
    }
    if spec.accounts.except.contains(&pair.account) {
        return Some(format!("it leaves out account {}", pair.account));
    }
    let management = ask.management_account == Some(&pair.account);
    if !(spec.accounts.ids.contains(&pair.account) || (spec.accounts.all && !management)) {
        return Some(format!("it does not reach account {}", pair.account));
    }
    if !spec.permission_sets.arns.contains(&pair.permission_set) {
        return Some("it does not allow this permission set".to_owned());
    }
    if let Some(minutes) = ask.minutes.filter(|m| *m > spec.max_minutes) {
        return Some(format!("it allows at most {} minutes, {} were asked for", spec.max_minutes.get(), minutes.get()));
    }
    if spec.ticket_required && !ask.has_ticket && ask.minutes.is_some() {
        return Some("it needs a ticket".to_owned());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::rule::{Accounts, PermissionSets, RuleSpec, Subjects};
    use super::*;
    use crate::PermissionSetArn;
    use crate::approval::{ApprovalPolicy, MailDecision};

    fn user(n: u8) -> UserId {
        UserId::parse(format!("00000000-0000-4000-8000-0000000000{n:02x}")).unwrap()
    }
    fn group(n: u8) -> GroupId {
        GroupId::parse(format!("11111111-0000-4000-8000-0000000000{n:02x}")).unwrap()
    }
    fn account(n: u8) -> AccountId {
        AccountId::parse(format!("{n:012}")).unwrap()
    }
    fn arn(n: u8) -> PermissionSetArn {
        PermissionSetArn::parse(format!("arn:aws:sso:::permissionSet/ssoins-1/ps-{n}")).unwrap()
    }
    fn rule(n: u128) -> Rule {
        Rule {
            id: RuleId(uuid::Uuid::from_u128(n)),
            version: 1,
            spec: RuleSpec {
                name: format!("rule {n}"),
                enabled: true,
                subjects: Subjects { groups: vec![group(1)], ..Subjects::default() },
                accounts: Accounts { ids: vec![account(1)], ..Accounts::default() },
                permission_sets: PermissionSets { arns: vec![arn(1)] },
                max_minutes: Minutes::new(60).unwrap(),
                ticket_required: false,
                approval: Approval::Policy(ApprovalPolicy {
                    groups: vec![group(9)],
                    users: vec![],
                    votes: 1,
                    mail_decision: MailDecision::SignIn,
                }),
            },
        }
    }
    fn asked(rules: &[Rule], who: u8, groups: &[u8], acc: u8, ps: u8, minutes: i64) -> Evaluation {
        let (u, p) = (user(who), Pair { account: account(acc), permission_set: arn(ps) });
        let groups: Vec<_> = groups.iter().map(|g| group(*g)).collect();
        evaluate(
            rules,
            &Ask {
                user: &u,
                groups: &groups,
                pair: &p,
                minutes: Some(Minutes::new(minutes).unwrap()),
                has_ticket: false,
                management_account: Some(&account(99)),
            },
        )
    }

    #[test]
    fn a_rule_allows_the_whole_or_nothing() {
        let rules = [rule(1)];
        assert!(asked(&rules, 1, &[1], 1, 1, 60).chosen.is_some());
        for (groups, acc, ps, minutes, because) in [
            (&[2_u8][..], 1, 1, 60, "it is for other people"),
            (&[1], 2, 1, 60, "it does not reach account 000000000002"),
            (&[1], 1, 2, 60, "it does not allow this permission set"),
            (&[1], 1, 1, 61, "it allows at most 60 minutes, 61 were asked for"),
        ] {
            let answer = asked(&rules, 1, groups, acc, ps, minutes);
            assert_eq!(answer.chosen, None);
            assert_eq!(answer.trace[0].because, because);
        }
    }

    #[test]
    fn two_rules_are_never_combined() {
        let mut long = rule(2);
        long.spec.accounts.ids = vec![account(2)];
        long.spec.max_minutes = Minutes::new(480).unwrap();
        assert_eq!(asked(&[rule(1), long], 1, &[1], 1, 1, 120).chosen, None);
    }

    #[test]
    fn the_lightest_approval_is_taken_in_a_total_order() {
        let mut automatic = rule(3);
        automatic.spec.approval = Approval::Automatic;
        let twin = rule(2);
        let first = asked(&[rule(1), twin.clone()], 1, &[1], 1, 1, 60);
        let turned = asked(&[twin, rule(1)], 1, &[1], 1, 1, 60);
        assert_eq!(first, turned, "order never matters");
        assert_eq!(first.chosen.unwrap().rule, rule(1).id);
        assert_eq!(asked(&[rule(1), automatic.clone()], 1, &[1], 1, 1, 60).chosen.unwrap().rule, automatic.id);
    }

    #[test]
    fn all_accounts_leaves_out_the_management_account() {
        let mut all = rule(1);
        all.spec.accounts = Accounts { all: true, ..Accounts::default() };
        assert!(asked(std::slice::from_ref(&all), 1, &[1], 7, 1, 5).chosen.is_some());
        assert!(asked(&[all], 1, &[1], 99, 1, 5).chosen.is_none());
    }
}
