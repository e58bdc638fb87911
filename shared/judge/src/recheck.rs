//! What was allowed when it was asked is judged again before it is approved and before it is given: by the documents,
//! the directory and the people as they are then. It only ever tightens.

use std::collections::{BTreeMap, BTreeSet};

use domain::approval::Need;
use domain::rules::{Ask, Book, Details, Judged, Person, Reason, Refused, Use, Way, evaluate};
use domain::{GroupId, Minutes, PermissionSetArn, RequestId, RuleId, UserId};
use jiff::Timestamp;
use store::requests::{self, Item, Request};
use store::uses::{self, Used};
use store::{PgConnection, StoreError, directory, grants};

use crate::asking::{PairTrace, whole};
use crate::{Heard, Judge};

/// How an item stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recheck {
    /// Which item, by its place in the request.
    pub ordinal: i16,
    /// Why it may not be had any more.
    pub refused: Option<Refused>,
    /// What has to be met by what is in force now. Whoever uses it adds what is new, and takes nothing away.
    pub needs: Vec<Need>,
    /// A cool-down that is to be waited for before it begins.
    pub not_before: Option<Timestamp>,
    /// Whether the permission set gives something else than when it was asked for.
    pub content_changed: bool,
    /// What it gives now, where that is known.
    pub content_hash: Option<String>,
}

/// A request with those of its pairs that are judged again.
pub type Standing = (Request, Vec<Item>);

impl Judge {
    /// Judges these items of a request again, see [`Judge::recheck_all`].
    ///
    /// # Errors
    /// When Postgres is away, or what is stored cannot be read.
    pub async fn recheck(
        &self,
        connection: &mut PgConnection,
        request: &Request,
        items: &[Item],
        now: Timestamp,
    ) -> Result<Vec<Recheck>, StoreError> {
        let standing = (request.clone(), items.to_vec());
        Ok(self.recheck_all(connection, std::slice::from_ref(&standing), now).await?.pop().unwrap_or_default())
    }

    /// Judges these items of several requests again, in their order, with one reading for all of them. What other
    /// systems said when it was asked stands. Of what else the beneficiary has or waits for, only what was asked for
    /// earlier counts: so two requests never stand in each other's way.
    ///
    /// # Errors
    /// When Postgres is away, or what is stored cannot be read.
    pub async fn recheck_all(
        &self,
        connection: &mut PgConnection,
        standing: &[Standing],
        now: Timestamp,
    ) -> Result<Vec<Vec<Recheck>>, StoreError> {
        let book = self.books.current(connection).await?;
        let known = Known::read(connection, standing).await?;
        let mut all = Vec::with_capacity(standing.len());
        for (request, items) in standing {
            let time = time(connection, request).await?;
            let gone = known.gone(request);
            all.push(items.iter().map(|item| known.recheck(&book, request, item, gone.clone(), time, now)).collect());
        }
        Ok(all)
    }
}

/// What has to be known about some requests, read once for all of them.
struct Known {
    people: BTreeMap<UserId, (bool, Vec<GroupId>)>,
    traces: BTreeMap<RequestId, Vec<PairTrace>>,
    uses: Vec<(UserId, Used)>,
    contents: BTreeMap<PermissionSetArn, Option<String>>,
}

impl Known {
    async fn read(connection: &mut PgConnection, standing: &[Standing]) -> Result<Self, StoreError> {
        let requests = || standing.iter().map(|(request, _)| request);
        let people: BTreeSet<&UserId> = requests().flat_map(|r| [&r.requester, &r.beneficiary]).collect();
        let people: Vec<UserId> = people.into_iter().cloned().collect();
        let people = directory::people(connection, &people).await?;
        let ids: Vec<_> = requests().map(|request| request.id.uuid()).collect();
        let beneficiaries: BTreeSet<&UserId> = requests().map(|request| &request.beneficiary).collect();
        let asked: Vec<_> =
            standing.iter().flat_map(|(r, items)| items.iter().map(|item| (&r.beneficiary, &item.pair))).collect();
        let arns: BTreeSet<&PermissionSetArn> = asked.iter().map(|(_, pair)| &pair.permission_set).collect();
        let arns: Vec<PermissionSetArn> = arns.into_iter().cloned().collect();
        let sets = directory::permission_sets(connection, &arns).await?;
        Ok(Self {
            people: people.into_iter().map(|p| (p.id.clone(), (p.active, p.group_ids()))).collect(),
            traces: requests::evaluations(connection, &ids).await?.into_iter().collect(),
            uses: uses::of_people(connection, &beneficiaries.into_iter().collect::<Vec<_>>(), &asked).await?,
            contents: sets.into_iter().map(|set| (set.arn, set.content_hash)).collect(),
        })
    }

    /// Who of those whom it is about may not sign in any more.
    fn gone(&self, request: &Request) -> Option<Reason> {
        let there = |id: &UserId| self.people.get(id).is_some_and(|(active, _)| *active);
        if !there(&request.beneficiary) {
            Some(Reason::BeneficiaryDisabled)
        } else if !there(&request.requester) {
            Some(Reason::AskerDisabled)
        } else {
            None
        }
    }

    fn groups(&self, id: &UserId) -> &[GroupId] {
        self.people.get(id).map(|(_, groups)| groups.as_slice()).unwrap_or_default()
    }

    fn recheck(
        &self,
        book: &Book,
        request: &Request,
        item: &Item,
        gone: Option<Reason>,
        (start, minutes): (Option<Timestamp>, Minutes),
        now: Timestamp,
    ) -> Recheck {
        let traces = self.traces.get(&request.id).map(Vec::as_slice).unwrap_or_default();
        let heard = traces.iter().find(|t| t.pair == item.pair).map(|t| t.heard.clone()).unwrap_or_default();
        let uses = self.earlier(request, item);
        let (beneficiary, requester) = (&request.beneficiary, &request.requester);
        let answer = evaluate(
            book,
            &Ask {
                beneficiary: Person { user: beneficiary, groups: self.groups(beneficiary) },
                sponsor: (requester != beneficiary).then(|| Person { user: requester, groups: self.groups(requester) }),
                pair: &item.pair,
                now,
                start,
                details: Some(details(request, minutes, &heard)),
                break_glass: request.break_glass,
                uses: &uses,
            },
        );
        let refused = gone.map(Refused::by_nothing).or_else(|| match &answer.chosen {
            Some(_) => None,
            None => Some(why(&answer.trace, item.rule)),
        });
        let not_before = answer.chosen.as_ref().and_then(|chosen| chosen.not_before);
        let needs = match answer.chosen.map(|chosen| chosen.way) {
            Some(Way::People(needs)) => needs,
            Some(Way::Automatic { .. } | Way::BreakGlass { .. }) | None => Vec::new(),
        };
        let content_hash = self.contents.get(&item.pair.permission_set).cloned().flatten();
        let content_changed =
            item.content_hash.is_some() && content_hash.is_some() && item.content_hash != content_hash;
        Recheck { ordinal: item.ordinal, refused, needs, not_before, content_changed, content_hash }
    }

    /// What counts beside this item: what was asked for before it, and what ended.
    fn earlier(&self, request: &Request, item: &Item) -> Vec<Use> {
        let theirs = self.uses.iter().filter(|(person, _)| *person == request.beneficiary).map(|(_, used)| used);
        theirs
            .filter(|u| u.ended.is_some() || (u.request, u.ordinal) < (request.id, item.ordinal))
            .filter(|u| request.extends.is_none() || u.grant != request.extends)
            .map(|u| Use { pair: u.pair.clone(), rule: Some(u.rule), ended: u.ended })
            .collect()
    }
}

fn details<'a>(request: &'a Request, minutes: Minutes, heard: &'a Heard) -> Details<'a> {
    Details {
        minutes,
        severity: &request.severity,
        reason: &request.reason,
        ticket: request.ticket.as_deref(),
        tickets: &heard.tickets,
        duty: &heard.duty,
        incident: heard.incident,
    }
}

/// From when, and how long: of an extension the whole access, the part already had included.
async fn time(connection: &mut PgConnection, request: &Request) -> Result<(Option<Timestamp>, Minutes), StoreError> {
    let impossible = |e: &dyn std::fmt::Display| StoreError::Impossible { table: "requests", detail: e.to_string() };
    let asked = Minutes::new(request.minutes.into()).map_err(|e| impossible(&e))?;
    let extended = match request.extends {
        Some(grant) => grants::get(connection, grant).await?,
        None => None,
    };
    match extended.and_then(|grant| grant.active_at.zip(grant.deadline_at)) {
        Some((active_at, deadline)) => {
            Ok((Some(active_at), Minutes::new(whole(active_at, deadline, asked)).map_err(|e| impossible(&e))?))
        }
        None => Ok((request.start_at, asked)),
    }
}

/// The reason of what stands above, or of the rule that once allowed it, or of any.
fn why(trace: &[Judged], rule: RuleId) -> Refused {
    let refusing = || trace.iter().filter(|judged| !judged.allows);
    let above = refusing().find(|judged| judged.kind != domain::rules::Kind::Rule);
    let found = above.or_else(|| refusing().find(|judged| judged.id == rule.uuid()));
    found.map_or_else(|| Refused::by_nothing(Reason::NoRuleAnyMore), Refused::from)
}
