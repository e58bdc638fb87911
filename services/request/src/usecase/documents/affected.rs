//! Access that a change of documents would not allow any more. It is listed, never cut: an end depends on nothing but
//! the grant, and people decide about the rest.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::grant::GrantState;
use domain::rules::{Ask, Book, Details, Duty, Judged, Kind, Person, Reason, Refused, TicketAnswer, Use, evaluate};
use domain::{AccountId, GrantId, GroupId, Minutes, Pair, PermissionSetArn, RequestId, RuleId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::grants::{self, Grant};
use store::requests::{self, Request};
use store::{StoreError, Tx, directory};
use utoipa::ToSchema;
use uuid::Uuid;

/// How many grants are read at a time.
const PAGE: i64 = 500;

/// An access that would not be allowed any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Affected {
    /// Which.
    pub grant: GrantId,
    /// The request that it came from.
    pub request: RequestId,
    /// Who has it.
    pub user: UserId,
    /// Where.
    pub account: AccountId,
    /// What.
    pub permission_set: PermissionSetArn,
    /// When it ends by itself; absent before it has started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Why it would not be allowed, in words.
    pub because: String,
    /// The same by codes; absent where it was found out before there were any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refused>,
}

/// What was allowed before and would not be after. What tickets, incidents and duty were when it was approved stands,
/// so only the documents make the difference.
///
/// # Errors
/// When Postgres is away.
pub(super) async fn affected(tx: &mut Tx, before: &Book, after: &Book) -> Result<Vec<Affected>, StoreError> {
    let living = living(tx).await?;
    let ids: BTreeSet<Uuid> = living.iter().map(|grant| grant.request.uuid()).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let asked: HashMap<RequestId, Request> =
        requests::by_ids(tx.connection(), &ids).await?.into_iter().map(|request| (request.id, request)).collect();
    let rules: HashMap<(RequestId, i16), RuleId> = requests::items_of(tx.connection(), &ids)
        .await?
        .into_iter()
        .map(|(request, item)| ((request, item.ordinal), item.rule))
        .collect();
    let groups = groups(tx, asked.values()).await?;
    let now = tx.now();
    let mut found = Vec::new();
    for grant in &living {
        let Some(request) = asked.get(&grant.request) else { continue };
        let rule = rules.get(&(grant.request, grant.ordinal)).copied();
        let uses = others(&living, grant, &rules);
        let access = Access { grant, request, rule, groups: &groups, uses: &uses, now };
        let Some(refused) = access.refused(after) else { continue };
        if access.refused(before).is_none() {
            found.push(access.affected(refused));
        }
    }
    Ok(found)
}

/// Whatever is scheduled, coming or there, the oldest first.
async fn living(tx: &mut Tx) -> Result<Vec<Grant>, StoreError> {
    let states = vec![GrantState::Scheduled, GrantState::Granting, GrantState::Active];
    let mut filter = grants::Filter { states, limit: PAGE, ..grants::Filter::default() };
    let mut living = Vec::new();
    loop {
        let page = grants::list(tx.connection(), &filter).await?;
        filter.before = page.last().map(|grant| grant.id);
        let last = i64::try_from(page.len()).is_ok_and(|found| found < PAGE);
        living.extend(page);
        if last || filter.before.is_none() {
            living.reverse();
            return Ok(living);
        }
    }
}

type Groups = BTreeMap<UserId, Vec<GroupId>>;

async fn groups(tx: &mut Tx, requests: impl Iterator<Item = &Request>) -> Result<Groups, StoreError> {
    let people: BTreeSet<&UserId> = requests.flat_map(|request| [&request.requester, &request.beneficiary]).collect();
    let mut groups = Groups::new();
    for person in people {
        groups.insert(person.clone(), directory::groups_of(tx.connection(), person).await?);
    }
    Ok(groups)
}

fn pair(grant: &Grant) -> Pair {
    Pair { account: grant.tuple.account.clone(), permission_set: grant.tuple.permission_set.clone() }
}

/// What the same person got before it: of two accesses beside each other the earlier one has the right of way.
fn others(living: &[Grant], grant: &Grant, rules: &HashMap<(RequestId, i16), RuleId>) -> Vec<Use> {
    let earlier = living.iter().filter(|other| other.tuple.principal == grant.tuple.principal && other.id < grant.id);
    earlier
        .map(|other| Use { pair: pair(other), rule: rules.get(&(other.request, other.ordinal)).copied(), ended: None })
        .collect()
}

/// One access with what is known about it.
struct Access<'a> {
    grant: &'a Grant,
    request: &'a Request,
    rule: Option<RuleId>,
    groups: &'a Groups,
    uses: &'a [Use],
    now: Timestamp,
}

impl Access<'_> {
    fn person<'p>(&'p self, user: &'p UserId) -> Person<'p> {
        Person { user, groups: self.groups.get(user).map_or(&[], Vec::as_slice) }
    }

    /// Why a book does not allow it; `None` when it does.
    fn refused(&self, book: &Book) -> Option<Refused> {
        let (request, pair) = (self.request, pair(self.grant));
        let beneficiary = self.person(&request.beneficiary);
        let sponsor = (request.requester != request.beneficiary).then(|| self.person(&request.requester));
        let start = self.grant.active_at.or(self.grant.started_at).unwrap_or(self.grant.start_at);
        let minutes = match self.grant.deadline_at {
            Some(deadline) => deadline.duration_since(start).as_mins().max(1),
            None => i64::from(self.grant.minutes),
        };
        let minutes = Minutes::new(minutes).ok()?;
        let window = (start, start.saturating_add(minutes.duration()).ok()?);
        // As other systems would speak for it.
        let questions = book.questions(beneficiary, &pair);
        let said = TicketAnswer::Found { open: true, assigned: true, window: Some(window) };
        let tickets: Vec<(String, TicketAnswer)> =
            questions.ticket_systems.into_iter().map(|system| (system, said.clone())).collect();
        let duty = Duty { on: questions.schedules.into_iter().collect(), away: Vec::new() };
        let answer = evaluate(
            book,
            &Ask {
                beneficiary,
                sponsor,
                pair: &pair,
                now: self.now,
                start: Some(start),
                details: Some(Details {
                    minutes,
                    severity: &request.severity,
                    reason: &request.reason,
                    ticket: request.ticket.as_deref(),
                    tickets: &tickets,
                    duty: &duty,
                    incident: true,
                }),
                break_glass: request.break_glass,
                uses: self.uses,
            },
        );
        answer.chosen.is_none().then(|| self.why(&answer.trace))
    }

    /// What stands above, or the rule that once allowed it, and why.
    fn why(&self, trace: &[Judged]) -> Refused {
        let above = trace.iter().find(|judged| !judged.allows && judged.kind != Kind::Rule);
        let own = || trace.iter().find(|judged| self.rule.is_some_and(|rule| rule.uuid() == judged.id));
        above.or_else(own).map_or_else(|| Refused::by_nothing(Reason::RuleGone), Refused::from)
    }

    fn affected(&self, refused: Refused) -> Affected {
        Affected {
            grant: self.grant.id,
            request: self.grant.request,
            user: self.grant.tuple.principal.clone(),
            account: self.grant.tuple.account.clone(),
            permission_set: self.grant.tuple.permission_set.clone(),
            until: self.grant.deadline_at,
            because: refused.to_string(),
            refused: Some(refused),
        }
    }
}
