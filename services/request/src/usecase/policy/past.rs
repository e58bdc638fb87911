//! Past requests as they were asked, with what was known then. What other systems said is not kept: tickets are taken
//! for good ones, and duty by `PagerDuty` for given where the request was allowed by a rule that asked for it.

use std::collections::{BTreeSet, HashMap, HashSet};

use domain::approval::{ScheduleRef, ScheduleSource};
use domain::rules::{Approval, Book, Duty, RuleSpec, TicketAnswer, Use};
use domain::{GroupId, Minutes, Pair, RequestId, RuleId, UserId};
use jiff::{SignedDuration, Timestamp};
use policy::PastRequest;
use store::past::{Asked, Open, Place, asked_after, beginning, groups_of_each, incidents_since};
use store::{PgConnection, StoreError};

/// The most requests that are replayed; of more the newest.
const MOST: i64 = 200_000;
/// How many requests are read at once, and so held in memory.
const PAGE: i64 = 2_000;
/// How long before the first request accesses are looked for that lived into it.
const BEFORE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Past requests, read one page after the other, and what has to be known about them.
#[derive(Debug)]
pub struct Past {
    since: Timestamp,
    until: Timestamp,
    read: Place,
    groups: HashMap<UserId, Vec<GroupId>>,
    incidents: Vec<Open>,
    systems: Systems,
    /// The longest cool-down of any rule: what ended longer ago means nothing.
    rest: Option<SignedDuration>,
    having: HashMap<UserId, Having>,
}

/// Begins with what was asked for since a moment and until another, to be asked of these two books.
///
/// # Errors
/// When Postgres is away.
pub async fn past(
    connection: &mut PgConnection,
    since: Timestamp,
    until: Timestamp,
    books: (&Book, &Book),
) -> Result<Past, StoreError> {
    let earlier = since.saturating_sub(BEFORE).unwrap_or(Timestamp::MIN);
    let rules = || books.0.rules().chain(books.1.rules()).map(|rule| &rule.spec);
    let rest = rules().filter_map(|rule| rule.pace.cool_down_minutes).max();
    Ok(Past {
        since,
        until,
        read: beginning(connection, earlier, until, MOST).await?,
        groups: HashMap::new(),
        incidents: incidents_since(connection, earlier).await?,
        systems: Systems::of(rules),
        rest: rest.map(|minutes| SignedDuration::from_mins(i64::from(minutes))),
        having: HashMap::new(),
    })
}

/// What one person has, waits for and had, as time goes on.
#[derive(Debug, Default)]
struct Having {
    living: Vec<Living>,
    ended: HashMap<Pair, Timestamp>,
}

/// A wish, with its access if it got one.
#[derive(Debug)]
struct Living {
    request: RequestId,
    pair: Pair,
    rule: RuleId,
    over_at: Option<Timestamp>,
    had: bool,
}

impl Past {
    /// Reads the next page, and the groups of its people; nothing when all is read.
    ///
    /// # Errors
    /// When Postgres is away or a row cannot be read.
    pub async fn next(&mut self, connection: &mut PgConnection) -> Result<Option<Vec<Asked>>, StoreError> {
        let page = asked_after(connection, self.read, self.until, PAGE).await?;
        let Some(last) = page.last() else { return Ok(None) };
        self.read = (last.submitted_at, last.request);
        let people = page.iter().flat_map(|asked| [&asked.beneficiary, &asked.requester]);
        let new: HashSet<&UserId> = people.filter(|person| !self.groups.contains_key(*person)).collect();
        let new: Vec<&UserId> = new.into_iter().collect();
        let found = groups_of_each(connection, &new).await?;
        self.groups.extend(new.into_iter().map(|person| (person.clone(), Vec::new())));
        self.groups.extend(found);
        Ok(Some(page))
    }

    /// The requests of a page, the oldest first. Extensions are not among them: what they were judged by is not kept.
    pub fn requests<'p>(
        &'p mut self,
        page: Vec<Asked>,
        books: (&'p Book, &'p Book),
    ) -> impl Iterator<Item = PastRequest> + 'p {
        page.into_iter().filter(|asked| !asked.extension).filter_map(move |asked| {
            let counts = asked.submitted_at >= self.since;
            let having = self.having.entry(asked.beneficiary.clone()).or_default();
            let uses = having.at(&asked, self.rest);
            having.living.push(Living {
                request: asked.request,
                pair: asked.pair.clone(),
                rule: asked.rule,
                over_at: asked.over_at,
                had: asked.had,
            });
            if counts { self.request(asked, uses, books) } else { None }
        })
    }

    fn request(&self, asked: Asked, uses: Vec<Use>, books: (&Book, &Book)) -> Option<PastRequest> {
        let groups = |user: &UserId| self.groups.get(user).cloned().unwrap_or_default();
        let (account, at) = (asked.pair.account.as_str(), asked.submitted_at);
        let covers = |open: &Open| {
            open.from <= at
                && open.until.is_none_or(|until| at < until)
                && (open.accounts.is_empty() || open.accounts.iter().any(|a| a == account))
        };
        let tickets = asked.ticket.as_ref().map(|_| self.systems.tickets.clone()).unwrap_or_default();
        let incident = self.incidents.iter().any(covers);
        Some(PastRequest {
            request: asked.request,
            groups: groups(&asked.beneficiary),
            sponsor: (asked.requester != asked.beneficiary)
                .then(|| (asked.requester.clone(), groups(&asked.requester))),
            duty: self.systems.duty(&asked, books),
            beneficiary: asked.beneficiary,
            pair: asked.pair,
            submitted_at: at,
            start: asked.start_at,
            minutes: Minutes::new(asked.minutes.into()).ok()?,
            severity: asked.severity,
            reason: asked.reason,
            ticket: asked.ticket,
            tickets,
            incident,
            break_glass: asked.break_glass,
            uses,
            kept: Some(asked.state),
        })
    }
}

impl Having {
    /// What there was when this was asked, without what was asked together with it.
    fn at(&mut self, asked: &Asked, rest: Option<SignedDuration>) -> Vec<Use> {
        let at = asked.submitted_at;
        for over in self.living.extract_if(.., |other| other.over_at.is_some_and(|over| over <= at)) {
            if let (true, Some(over_at)) = (over.had && rest.is_some(), over.over_at) {
                let ended = self.ended.entry(over.pair).or_insert(Timestamp::MIN);
                *ended = over_at.max(*ended);
            }
        }
        if let Some(rest) = rest {
            self.ended.retain(|_, ended| at.duration_since(*ended) < rest);
        }
        let one = |other: &Living| Use { pair: other.pair.clone(), rule: Some(other.rule), ended: None };
        let others = self.living.iter().filter(|other| other.request != asked.request).map(one);
        let last = self.ended.get(&asked.pair);
        let last = last.map(|ended| Use { pair: asked.pair.clone(), rule: None, ended: Some(*ended) });
        others.chain(last).collect()
    }
}

/// What the rules of either book ask of other systems.
#[derive(Debug)]
struct Systems {
    tickets: Vec<(String, TicketAnswer)>,
    schedules: BTreeSet<ScheduleRef>,
}

impl Systems {
    fn of<'r, R: Iterator<Item = &'r RuleSpec>>(rules: impl Fn() -> R) -> Self {
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
