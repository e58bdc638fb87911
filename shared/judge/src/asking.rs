//! What the rules say when somebody asks, before anything is written: submitting, extending and explaining all come
//! through here, so that the answer before asking is the answer when asking.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::approval::Need;
use domain::rules::{
    Approval, Ask, Book, Chosen, Details, Evaluation, Judged, Person, Rule, Severity, Use, Way, evaluate,
};
use domain::{AccountId, GrantId, GroupId, Minutes, Pair, PermissionSetArn, RuleId, UserId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use store::{PgConnection, StoreError, directory, incidents, uses};

use crate::{Heard, Judge};

/// What somebody asks for.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// Who asks.
    pub asker: UserId,
    /// Who shall have it.
    pub beneficiary: UserId,
    /// What.
    pub pairs: Vec<Pair>,
    /// From when; `None` is as soon as it is approved. Of an extension, since when it is had.
    pub start: Option<Timestamp>,
    /// The rest of what was typed; `None` asks what is possible at all.
    pub typed: Option<Typed>,
    /// The break-glass rule that was asked for by name.
    pub break_glass: Option<RuleId>,
    /// The grant that would live longer.
    pub extends: Option<GrantId>,
}

/// What was typed.
#[derive(Debug, Clone)]
pub struct Typed {
    /// How long, the part already had included.
    pub minutes: Minutes,
    /// How urgent.
    pub severity: Severity,
    /// Why.
    pub reason: String,
    /// The ticket.
    pub ticket: Option<String>,
}

/// A pair with its names and what the rules said.
#[derive(Debug, Clone)]
pub struct PairJudged {
    /// Which.
    pub pair: Pair,
    /// The account's name.
    pub account_name: String,
    /// The permission set's name.
    pub permission_set_name: String,
    /// What the permission set gives, where that is known.
    pub content_hash: Option<String>,
    /// The rule that was taken, if one allows it.
    pub chosen: Option<Chosen>,
    /// The longest access that any rule would allow.
    pub longest: Option<Minutes>,
    /// What each guardrail, freeze and rule said.
    pub trace: Vec<Judged>,
    /// What other systems said.
    pub heard: Heard,
}

/// What is kept of it with the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PairTrace {
    /// Which pair.
    pub pair: Pair,
    /// The rule that was taken.
    pub rule: Option<RuleId>,
    /// What each guardrail, freeze and rule said.
    pub rules: Vec<Judged>,
    /// How many more there were that are for other people or about something else. Few of those are told one by one.
    #[serde(default)]
    pub others: usize,
    /// What other systems said.
    #[serde(default)]
    pub heard: Heard,
}

/// As many are told whatever they say.
const TOLD: usize = 100;

impl PairJudged {
    /// What is kept of it. In a large organization most rules are for other people: those are counted.
    #[must_use]
    pub fn trace(&self) -> PairTrace {
        let mut rules = self.trace.clone();
        if rules.len() > TOLD {
            rules.retain(|judged| !judged.is_about_others());
        }
        PairTrace {
            pair: self.pair.clone(),
            rule: self.chosen.as_ref().map(|c| c.rule),
            others: self.trace.len() - rules.len(),
            rules,
            heard: self.heard.clone(),
        }
    }

    /// What has to be met before it is approved; nothing where it is approved at once.
    #[must_use]
    pub fn needs(&self) -> &[Need] {
        match self.chosen.as_ref().map(|chosen| &chosen.way) {
            Some(Way::People(needs)) => needs,
            Some(Way::Automatic { .. } | Way::BreakGlass { .. }) | None => &[],
        }
    }
}

/// The rules' answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The rules that gave it.
    pub book: Arc<Book>,
    /// The beneficiary's groups.
    groups: Vec<GroupId>,
    /// The asker's, where that is somebody else.
    sponsor: Option<Vec<GroupId>>,
    /// Each pair, in the order in which they were asked.
    pub pairs: Vec<PairJudged>,
}

impl Answer {
    /// The rules by which all of it could be asked for as break-glass.
    #[must_use]
    pub fn break_glass(&self, proposal: &Proposal, now: Timestamp) -> Vec<&Rule> {
        let offers = self.book.offers(&proposal.beneficiary, &self.groups, now);
        let by_break_glass = offers.iter().filter(|offer| offer.break_glass);
        let mut rules: Vec<&Rule> = self.book.rules().filter(|rule| self.lets_ask(rule, proposal)).collect();
        rules.retain(|rule| {
            let mine = || by_break_glass.clone().filter(|offer| offer.rule.id == rule.id);
            let holds = |pair: &Pair| mine().any(|offer| offer.holds(&pair.account, &pair.permission_set));
            mine().next().is_some() && proposal.pairs.iter().all(holds)
        });
        rules
    }

    fn lets_ask(&self, rule: &Rule, proposal: &Proposal) -> bool {
        matches!(rule.spec.approval, Approval::BreakGlass(_))
            && self.sponsor.as_ref().is_none_or(|groups| rule.spec.on_behalf.name(&proposal.asker, groups))
    }
}

/// What cannot be judged: it does not exist, or not any more.
#[derive(Debug, thiserror::Error)]
pub enum Unjudged {
    /// Nobody of this id.
    #[error("nobody in the directory has the id {0}")]
    UnknownPerson(UserId),
    /// They were disabled or deleted.
    #[error("the user {0} is disabled")]
    DisabledPerson(UserId),
    /// No account of this id.
    #[error("there is no account {0} in the organization")]
    UnknownAccount(AccountId),
    /// It is suspended, closed, or has left.
    #[error("account {0} is not in use")]
    InactiveAccount(AccountId),
    /// No permission set of this ARN.
    #[error("there is no permission set {0}")]
    UnknownPermissionSet(PermissionSetArn),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Judge {
    /// What the rules in force say about each pair. The pairs of one request count beside each other, in their order.
    ///
    /// # Errors
    /// [`Unjudged`]. A pair that no rule allows is an answer, not an error.
    pub async fn judge(
        &self,
        connection: &mut PgConnection,
        asking: &Proposal,
        heard: &Heard,
        now: Timestamp,
    ) -> Result<Answer, Unjudged> {
        let groups = person(connection, &asking.beneficiary).await?;
        let sponsor =
            if asking.asker == asking.beneficiary { None } else { Some(person(connection, &asking.asker).await?) };
        let book = self.books.current(connection).await?;
        let hashes = known(connection, &book, &asking.pairs).await?;
        let incidents = incidents::open(connection).await?;
        let used = uses::of_person(connection, &asking.beneficiary, &asking.pairs).await?;
        let mut uses: Vec<Use> = used
            .into_iter()
            .filter(|u| asking.extends.is_none() || u.grant != asking.extends)
            .map(|u| Use { pair: u.pair, rule: Some(u.rule), ended: u.ended })
            .collect();
        let mut pairs = Vec::with_capacity(asking.pairs.len());
        for pair in &asking.pairs {
            let incident = incidents.iter().any(|incident| incident.covers(&pair.account));
            let heard = Heard { incident, ..heard.clone() };
            let Evaluation { chosen, longest, trace } = evaluate(
                &book,
                &Ask {
                    beneficiary: Person { user: &asking.beneficiary, groups: &groups },
                    sponsor: sponsor.as_ref().map(|groups| Person { user: &asking.asker, groups }),
                    pair,
                    now,
                    start: asking.start,
                    details: asking.typed.as_ref().map(|typed| typed.details(&heard)),
                    break_glass: asking.break_glass,
                    uses: &uses,
                },
            );
            if let Some(chosen) = &chosen {
                uses.push(Use { pair: pair.clone(), rule: Some(chosen.rule), ended: None });
            }
            let account = book.account(&pair.account).map(|account| account.name.clone());
            let set = book.permission_set(&pair.permission_set).map(|set| set.name.clone());
            pairs.push(PairJudged {
                pair: pair.clone(),
                account_name: account.unwrap_or_default(),
                permission_set_name: set.unwrap_or_default(),
                content_hash: hashes.get(&pair.permission_set).cloned().flatten(),
                chosen,
                longest,
                trace,
                heard,
            });
        }
        Ok(Answer { book, groups, sponsor, pairs })
    }
}

impl Typed {
    fn details<'a>(&'a self, heard: &'a Heard) -> Details<'a> {
        Details {
            minutes: self.minutes,
            severity: &self.severity,
            reason: &self.reason,
            ticket: self.ticket.as_deref(),
            tickets: &heard.tickets,
            duty: &heard.duty,
            incident: heard.incident,
        }
    }
}

/// The groups of somebody who is there.
async fn person(connection: &mut PgConnection, id: &UserId) -> Result<Vec<GroupId>, Unjudged> {
    match directory::person(connection, id).await? {
        Some(person) if person.active => Ok(person.group_ids()),
        Some(_) => Err(Unjudged::DisabledPerson(id.clone())),
        None => Err(Unjudged::UnknownPerson(id.clone())),
    }
}

/// That everything is there; and what the permission sets give.
async fn known(
    connection: &mut PgConnection,
    book: &Book,
    pairs: &[Pair],
) -> Result<BTreeMap<PermissionSetArn, Option<String>>, Unjudged> {
    for pair in pairs {
        match book.account(&pair.account) {
            Some(account) if account.active => {}
            Some(_) => return Err(Unjudged::InactiveAccount(pair.account.clone())),
            None => return Err(Unjudged::UnknownAccount(pair.account.clone())),
        }
        if book.permission_set(&pair.permission_set).is_none() {
            return Err(Unjudged::UnknownPermissionSet(pair.permission_set.clone()));
        }
    }
    let arns: BTreeSet<PermissionSetArn> = pairs.iter().map(|pair| pair.permission_set.clone()).collect();
    let sets = directory::permission_sets(connection, &arns.into_iter().collect::<Vec<_>>()).await?;
    Ok(sets.into_iter().map(|set| (set.arn, set.content_hash)).collect())
}

/// A whole access in minutes, the part already had included and so much more; a begun minute counts.
#[must_use]
pub fn whole(active_at: Timestamp, deadline: Timestamp, more: Minutes) -> i64 {
    let had: SignedDuration = deadline.duration_since(active_at);
    let begun = i64::from(had.as_millis() % 60_000 != 0);
    had.as_mins() + begun + i64::from(more)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_already_had_counts_with_its_begun_minute() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let more = Minutes::new(30).unwrap();
        assert_eq!(whole(at("2026-01-01T00:00:00Z"), at("2026-01-01T01:00:00Z"), more), 90);
        assert_eq!(whole(at("2026-01-01T00:00:00Z"), at("2026-01-01T01:00:00.5Z"), more), 91);
    }
}
