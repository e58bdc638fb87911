//! How real requests would have been decided: each past request is asked of the documents in force and of those
//! wanted, with the same facts, and what differs is told.
//!
//! Only those are asked that a changed document could have a say in, and only what differs is asked for its reasons.

use std::collections::BTreeSet;

use domain::approval::{Need, PolicySpec};
use domain::rules::{
    Ask, Book, Chosen, Concerned, Details, Duty, Kind, Person, Severity, TicketAnswer, Use, Way, choose, evaluate,
};
use domain::{GroupId, Minutes, Pair, RequestId, RuleId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::limits::DIFFERING_MOST;
use crate::read::told as kind;

/// One pair of a request that was made, with what was known when it was.
#[derive(Debug, Clone)]
pub struct PastRequest {
    /// Which.
    pub request: RequestId,
    /// Who was to have the access.
    pub beneficiary: UserId,
    /// Their groups as they are now.
    pub groups: Vec<GroupId>,
    /// Who asked, with their groups as they are now, where that was somebody else.
    pub sponsor: Option<(UserId, Vec<GroupId>)>,
    /// What.
    pub pair: Pair,
    /// When it was asked.
    pub submitted_at: Timestamp,
    /// From when; `None` is as soon as it was approved.
    pub start: Option<Timestamp>,
    /// How long.
    pub minutes: Minutes,
    /// How urgent.
    pub severity: Severity,
    /// Why.
    pub reason: String,
    /// The ticket.
    pub ticket: Option<String>,
    /// What ticket systems said about it.
    pub tickets: Vec<(String, TicketAnswer)>,
    /// The beneficiary's duty then.
    pub duty: Duty,
    /// Whether an incident that covers the account was open.
    pub incident: bool,
    /// The break-glass rule that was asked for by name.
    pub break_glass: Option<RuleId>,
    /// What the beneficiary had then.
    pub uses: Vec<Use>,
    /// What was decided then, in words.
    pub kept: Option<String>,
}

impl PastRequest {
    fn ask<T>(&self, answer: impl FnOnce(&Ask<'_>) -> T) -> T {
        let sponsor = self.sponsor.as_ref().map(|(user, groups)| Person { user, groups });
        let details = Details {
            minutes: self.minutes,
            severity: &self.severity,
            reason: &self.reason,
            ticket: self.ticket.as_deref(),
            tickets: &self.tickets,
            duty: &self.duty,
            incident: self.incident,
        };
        answer(&Ask {
            beneficiary: Person { user: &self.beneficiary, groups: &self.groups },
            sponsor,
            pair: &self.pair,
            now: self.submitted_at,
            start: self.start,
            details: Some(details),
            break_glass: self.break_glass,
            uses: &self.uses,
        })
    }
}

/// How a request is decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Outcome {
    /// In words: `refused`, `automatic`, `break-glass`, `2 approvals in 1 stage`.
    pub way: String,
    /// The rule by which, where one allows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// A cool-down that is waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Timestamp>,
}

/// In which way a decision would differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// It would be refused.
    Refused,
    /// It would be allowed.
    Allowed,
    /// Fewer people would have to agree.
    Lighter,
    /// More people would have to agree.
    Heavier,
    /// Other people would have to agree, or in another way.
    Otherwise,
    /// It would begin at another time.
    Later,
}

/// A request that would be decided otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Differs {
    /// Which.
    pub request: RequestId,
    /// Who was to have the access.
    pub beneficiary: UserId,
    /// Which of its pairs.
    pub pair: Pair,
    /// When it was asked.
    pub submitted_at: Timestamp,
    /// In which way.
    pub how: How,
    /// How the documents in force decide it.
    pub was: Outcome,
    /// How those wanted would.
    pub would_be: Outcome,
    /// Why.
    pub because: String,
    /// What was decided then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<String>,
}

/// What a change of documents would have meant.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Replay {
    /// How many pairs of requests were looked at.
    pub checked: usize,
    /// Those that would be decided otherwise, the first 500 of them.
    pub differing: Vec<Differs>,
    /// How many would be refused.
    pub refused: usize,
    /// How many would be allowed.
    pub allowed: usize,
    /// For how many fewer people would have to agree.
    pub lighter: usize,
    /// For how many more people would have to agree.
    pub heavier: usize,
    /// For how many other people would have to agree, or in another way.
    pub otherwise: usize,
    /// How many would begin at another time.
    pub later: usize,
}

impl Replay {
    /// How many would be decided otherwise.
    #[must_use]
    pub const fn total(&self) -> usize {
        self.refused + self.allowed + self.lighter + self.heavier + self.otherwise + self.later
    }

    fn count(&mut self, how: How) {
        match how {
            How::Refused => self.refused += 1,
            How::Allowed => self.allowed += 1,
            How::Lighter => self.lighter += 1,
            How::Heavier => self.heavier += 1,
            How::Otherwise => self.otherwise += 1,
            How::Later => self.later += 1,
        }
    }
}

/// A replay under way: past requests are asked of both books as they come, and none is kept.
#[derive(Debug)]
pub struct Replaying {
    before: Book,
    after: Book,
    concerned: (Concerned, Concerned),
    told: Replay,
}

impl Replaying {
    /// Of two books that are of one organization and differ in these documents.
    #[must_use]
    pub fn of(before: Book, after: Book, changed: &BTreeSet<Uuid>) -> Self {
        let concerned = (before.concerned(changed), after.concerned(changed));
        Self { before, after, concerned, told: Replay::default() }
    }

    /// The documents in force and those wanted.
    #[must_use]
    pub const fn books(&self) -> (&Book, &Book) {
        (&self.before, &self.after)
    }

    /// Asks one of both.
    pub fn ask(&mut self, request: &PastRequest) {
        let (before, after) = (&self.before, &self.after);
        self.told.checked += 1;
        let touched = |book: &Book, concerned| request.ask(|ask| book.concerns(concerned, ask));
        if !touched(before, &self.concerned.0) && !touched(after, &self.concerned.1) {
            return;
        }
        let (was, would_be) = request.ask(|ask| (choose(before, ask), choose(after, ask)));
        let Some(how) = how(was.as_ref(), would_be.as_ref()) else { return };
        self.told.count(how);
        if self.told.differing.len() < DIFFERING_MOST {
            self.told.differing.push(differs(request, how, (before, was.as_ref()), (after, would_be.as_ref())));
        }
    }

    /// What all of them together mean.
    #[must_use]
    pub fn done(self) -> Replay {
        self.told
    }
}

fn how(was: Option<&Chosen>, would_be: Option<&Chosen>) -> Option<How> {
    let (was, would_be) = match (was, would_be) {
        (None, None) => return None,
        (None, Some(_)) => return Some(How::Allowed),
        (Some(_), None) => return Some(How::Refused),
        (Some(was), Some(would_be)) => (was, would_be),
    };
    match weight(&would_be.way).cmp(&weight(&was.way)) {
        std::cmp::Ordering::Less => return Some(How::Lighter),
        std::cmp::Ordering::Greater => return Some(How::Heavier),
        std::cmp::Ordering::Equal => {}
    }
    let same = match (&was.way, &would_be.way) {
        (Way::People(a), Way::People(b)) => policies(a).eq(policies(b)),
        (Way::Automatic { .. }, Way::Automatic { .. }) | (Way::BreakGlass { .. }, Way::BreakGlass { .. }) => true,
        _ => false,
    };
    if !same {
        return Some(How::Otherwise);
    }
    (was.not_before != would_be.not_before).then_some(How::Later)
}

/// What has to be met, whatever it is called and whoever demands it.
fn policies(needs: &[Need]) -> impl Iterator<Item = &PolicySpec> {
    needs.iter().map(|need| &need.policy)
}

fn weight(way: &Way) -> (usize, u32) {
    match way {
        Way::Automatic { .. } | Way::BreakGlass { .. } => (0, 0),
        Way::People(needs) => (stages(needs), votes(needs)),
    }
}

fn stages(needs: &[Need]) -> usize {
    policies(needs).map(|policy| policy.stages.len()).sum()
}

fn votes(needs: &[Need]) -> u32 {
    policies(needs).map(PolicySpec::votes).sum()
}

fn differs(
    request: &PastRequest,
    how: How,
    was: (&Book, Option<&Chosen>),
    would_be: (&Book, Option<&Chosen>),
) -> Differs {
    Differs {
        request: request.request,
        beneficiary: request.beneficiary.clone(),
        pair: request.pair.clone(),
        submitted_at: request.submitted_at,
        how,
        was: outcome(was.0, was.1),
        would_be: outcome(would_be.0, would_be.1),
        because: because(request, was, would_be),
        kept: request.kept.clone(),
    }
}

fn outcome(book: &Book, chosen: Option<&Chosen>) -> Outcome {
    let Some(chosen) = chosen else { return Outcome { way: "refused".to_owned(), rule: None, not_before: None } };
    let way = match &chosen.way {
        Way::Automatic { .. } => "automatic".to_owned(),
        Way::BreakGlass { .. } => "break-glass".to_owned(),
        Way::People(needs) => {
            let counted = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
            let votes = usize::try_from(votes(needs)).unwrap_or(usize::MAX);
            format!("{} in {}", counted(votes, "approval"), counted(stages(needs), "stage"))
        }
    };
    let rule = book.rules().find(|rule| rule.id == chosen.rule).map(|rule| rule.spec.name.clone());
    Outcome { way, rule, not_before: chosen.not_before }
}

/// Which document makes the difference, and what it says.
fn because(request: &PastRequest, was: (&Book, Option<&Chosen>), would_be: (&Book, Option<&Chosen>)) -> String {
    let (old, new) = (request.ask(|ask| evaluate(was.0, ask)), request.ask(|ask| evaluate(would_be.0, ask)));
    let said = |id: Uuid| {
        let now = new.trace.iter().find(|judged| judged.id == id);
        now.map(|judged| format!("{} {:?}: {}", kind(judged.kind), judged.name, judged.because))
    };
    let taken = |chosen: Option<&Chosen>| chosen.map(|chosen| chosen.rule.uuid());
    let (lost, gained) = (taken(was.1), taken(would_be.1));
    // What newly stands in the way comes first, whatever the rules say.
    let stopped = new.trace.iter().find(|now| {
        let before = old.trace.iter().find(|before| before.id == now.id);
        now.kind != Kind::Rule && !now.allows && before.is_none_or(|before| before.allows)
    });
    if let (None, Some(stopped)) = (gained, stopped) {
        return format!("{} {:?}: {}", kind(stopped.kind), stopped.name, stopped.because);
    }
    // What no longer stands in the way.
    let freed = old.trace.iter().find(|before| {
        let now = new.trace.iter().find(|now| now.id == before.id);
        before.kind != Kind::Rule && !before.allows && now.is_none_or(|now| now.allows)
    });
    if let (None, Some(freed)) = (lost, freed) {
        return format!("{} {:?} no longer says: {}", kind(freed.kind), freed.name, freed.because);
    }
    match (lost, gained) {
        (Some(lost), None) => said(lost).unwrap_or_else(|| {
            let name = old.trace.iter().find(|judged| judged.id == lost).map(|judged| judged.name.as_str());
            format!("the rule {:?} is gone, and no other allows it", name.unwrap_or_default())
        }),
        (_, Some(gained)) => floors(would_be.1).map_or_else(
            || said(gained).unwrap_or_default(),
            |floors| format!("{}, and the guardrails demand: {floors}", said(gained).unwrap_or_default()),
        ),
        (None, None) => String::new(),
    }
}

/// The guardrails whose approval is needed as well.
fn floors(chosen: Option<&Chosen>) -> Option<String> {
    let Way::People(needs) = &chosen?.way else { return None };
    let rest: Vec<&str> = needs.iter().skip(1).map(|need| need.because.as_str()).collect();
    (!rest.is_empty()).then(|| rest.join(", "))
}
