//! Past requests as they were asked, with what was known then. What other systems said is not kept: tickets are taken
//! for good ones, and duty by `PagerDuty` for given where the request was allowed by a rule that asked for it.

use std::collections::{BTreeSet, HashMap, HashSet};

use domain::approval::{ScheduleRef, ScheduleSource};
use domain::rules::{Approval, Book, Duty, RuleSpec, TicketAnswer, Use};
use domain::{GroupId, Minutes, Pair, UserId};
use jiff::{SignedDuration, Timestamp};
use policy::PastRequest;
use store::past::{Asked, Open, asked_since, groups_of_each, incidents_since};
use store::{StoreError, Tx};

/// The most pairs that are replayed; of more the newest.
const MOST: i64 = 200_000;
/// How long before the first request accesses are looked for that lived into it.
const BEFORE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What was asked for since a moment, and what has to be known about it.
#[derive(Debug, Default)]
pub struct Past {
    since: Timestamp,
    asked: Vec<Asked>,
    groups: HashMap<UserId, Vec<GroupId>>,
    incidents: Vec<Open>,
}

/// Reads what was asked for since a moment.
///
/// # Errors
/// When Postgres is away.
pub async fn past(tx: &mut Tx, since: Timestamp) -> Result<Past, StoreError> {
    let earlier = since.saturating_sub(BEFORE).unwrap_or(Timestamp::MIN);
    let asked = asked_since(tx.connection(), earlier, MOST).await?;
    let people: HashSet<&UserId> = asked.iter().flat_map(|asked| [&asked.beneficiary, &asked.requester]).collect();
    let groups = groups_of_each(tx.connection(), &people.into_iter().collect::<Vec<_>>()).await?;
    let incidents = incidents_since(tx.connection(), earlier).await?;
    Ok(Past { since, asked, groups, incidents })
}

/// What one person has, waits for and had, as time goes on.
#[derive(Default)]
struct Having<'a> {
    living: Vec<&'a Asked>,
    ended: HashMap<&'a Pair, Timestamp>,
}

impl Past {
    /// The requests, the oldest first. Extensions are not among them: what they were judged by is not kept.
    #[must_use]
    pub fn requests(&self, before: &Book, after: &Book) -> Vec<PastRequest> {
        let systems = Systems::of(before, after);
        let mut having: HashMap<&UserId, Having<'_>> = HashMap::new();
        let mut requests = Vec::new();
        for asked in self.asked.iter().filter(|asked| !asked.extension) {
            let having = having.entry(&asked.beneficiary).or_default();
            if asked.submitted_at >= self.since {
                let uses = having.at(asked);
                requests.extend(self.request(asked, uses, &systems, (before, after)));
            }
            having.living.push(asked);
        }
        requests
    }

    fn request(&self, asked: &Asked, uses: Vec<Use>, systems: &Systems, books: (&Book, &Book)) -> Option<PastRequest> {
        let groups = |user: &UserId| self.groups.get(user).cloned().unwrap_or_default();
        let (account, at) = (asked.pair.account.as_str(), asked.submitted_at);
        let covers = |open: &Open| {
            open.from <= at
                && open.until.is_none_or(|until| at < until)
                && (open.accounts.is_empty() || open.accounts.iter().any(|a| a == account))
        };
        let tickets = asked.ticket.as_ref().map(|_| systems.tickets.clone()).unwrap_or_default();
        Some(PastRequest {
            request: asked.request,
            groups: groups(&asked.beneficiary),
            sponsor: (asked.requester != asked.beneficiary)
                .then(|| (asked.requester.clone(), groups(&asked.requester))),
            beneficiary: asked.beneficiary.clone(),
            pair: asked.pair.clone(),
            submitted_at: at,
            start: asked.start_at,
            minutes: Minutes::new(asked.minutes.into()).ok()?,
            severity: asked.severity.clone(),
            reason: asked.reason.clone(),
            ticket: asked.ticket.clone(),
            tickets,
            duty: systems.duty(asked, books),
            incident: self.incidents.iter().any(covers),
            break_glass: asked.break_glass,
            uses,
            kept: Some(asked.state.clone()),
        })
    }
}

impl<'a> Having<'a> {
    /// What there was when this was asked, without what was asked together with it.
    fn at(&mut self, asked: &'a Asked) -> Vec<Use> {
        let at = asked.submitted_at;
        let (living, over): (Vec<&Asked>, Vec<&Asked>) =
            self.living.drain(..).partition(|other| other.over_at.is_none_or(|over| over > at));
        self.living = living;
        for other in over.into_iter().filter(|other| other.had) {
            let ended = self.ended.entry(&other.pair).or_insert(Timestamp::MIN);
            *ended = other.over_at.map_or(*ended, |over| over.max(*ended));
        }
        let one = |other: &&Asked| Use { pair: other.pair.clone(), rule: Some(other.rule), ended: None };
        let others = self.living.iter().filter(|other| other.request != asked.request).map(one);
        let last = self.ended.get(&asked.pair);
        let last = last.map(|ended| Use { pair: asked.pair.clone(), rule: None, ended: Some(*ended) });
        others.chain(last).collect()
    }
}

/// What the rules of either book ask of other systems.
struct Systems {
    tickets: Vec<(String, TicketAnswer)>,
    schedules: BTreeSet<ScheduleRef>,
}

impl Systems {
    fn of(before: &Book, after: &Book) -> Self {
        let rules = || before.rules().chain(after.rules()).map(|rule| &rule.spec);
        let systems: BTreeSet<&String> = rules().filter_map(|r| r.ticket.check.as_ref()).map(|c| &c.system).collect();
        let window = Some((Timestamp::MIN, Timestamp::MAX));
        let good = |system: &String| (system.clone(), TicketAnswer::Found { open: true, assigned: true, window });
        Self {
            tickets: systems.into_iter().map(good).collect(),
            schedules: rules().flat_map(on_call).cloned().collect(),
        }
    }

    fn duty(&self, asked: &Asked, (before, after): (&Book, &Book)) -> Duty {
        let allowed_by = [before, after].into_iter().flat_map(Book::rules).find(|rule| rule.id == asked.rule);
        let given = |schedule: &ScheduleRef| allowed_by.is_some_and(|rule| on_call(&rule.spec).contains(schedule));
        let on_duty = |schedule: &&ScheduleRef| match schedule.source {
            ScheduleSource::PagerDuty => given(schedule),
            ScheduleSource::Curfew => schedule
                .id
                .parse()
                .ok()
                .and_then(|id| after.schedule(id).or_else(|| before.schedule(id)))
                .is_some_and(|spec| spec.on_duty(asked.submitted_at).contains(&asked.beneficiary)),
        };
        Duty { on: self.schedules.iter().filter(on_duty).cloned().collect(), away: vec![] }
    }
}

fn on_call(rule: &RuleSpec) -> &[ScheduleRef] {
    match &rule.approval {
        Approval::Automatic(automatic) => &automatic.on_call,
        Approval::Policy(_) | Approval::Named(_) | Approval::BreakGlass(_) => &[],
    }
}
