//! What was allowed when it was asked is judged again before it is approved and before it is given: by the documents,
//! the directory and the people as they are then. It only ever tightens.

use domain::approval::Need;
use domain::rules::{Ask, Details, Judged, Person, Use, Way, evaluate};
use domain::{Minutes, RuleId};
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
    /// Why it may not be had any more, in words.
    pub refused: Option<String>,
    /// What has to be met by what is in force now. Whoever uses it adds what is new, and takes nothing away.
    pub needs: Vec<Need>,
    /// Whether the permission set gives something else than when it was asked for.
    pub content_changed: bool,
    /// What it gives now, where that is known.
    pub content_hash: Option<String>,
}

impl Judge {
    /// Judges these items of a request again. What other systems said when it was asked stands. Of what else the
    /// beneficiary has or waits for, only what was asked for earlier counts: so two requests never stand in each
    /// other's way.
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
        let book = self.books.current(connection).await?;
        let gone = gone(connection, request).await?;
        let groups = directory::groups_of(connection, &request.beneficiary).await?;
        let sponsor_groups = directory::groups_of(connection, &request.requester).await?;
        let traces: Vec<PairTrace> = requests::evaluation(connection, request.id).await?.unwrap_or_default();
        let pairs: Vec<_> = items.iter().map(|item| item.pair.clone()).collect();
        let used = uses::of_person(connection, &request.beneficiary, &pairs).await?;
        let arns: Vec<_> = pairs.iter().map(|pair| pair.permission_set.clone()).collect();
        let sets = directory::permission_sets(connection, &arns).await?;
        let (start, minutes) = time(connection, request).await?;
        Ok(items
            .iter()
            .map(|item| {
                let content_hash =
                    sets.iter().find(|s| s.arn == item.pair.permission_set).and_then(|s| s.content_hash.clone());
                let heard = traces.iter().find(|t| t.pair == item.pair).map(|t| t.heard.clone()).unwrap_or_default();
                let uses = earlier(&used, request, item);
                let answer = evaluate(
                    &book,
                    &Ask {
                        beneficiary: Person { user: &request.beneficiary, groups: &groups },
                        sponsor: (request.requester != request.beneficiary)
                            .then_some(Person { user: &request.requester, groups: &sponsor_groups }),
                        pair: &item.pair,
                        now,
                        start,
                        details: Some(details(request, minutes, &heard)),
                        break_glass: request.break_glass,
                        uses: &uses,
                    },
                );
                let refused = gone.clone().or_else(|| match &answer.chosen {
                    Some(_) => None,
                    None => Some(why(&answer.trace, item.rule)),
                });
                let needs = match answer.chosen.map(|chosen| chosen.way) {
                    Some(Way::People(needs)) => needs,
                    Some(Way::Automatic { .. } | Way::BreakGlass { .. }) | None => Vec::new(),
                };
                let content_changed =
                    item.content_hash.is_some() && content_hash.is_some() && item.content_hash != content_hash;
                Recheck { ordinal: item.ordinal, refused, needs, content_changed, content_hash }
            })
            .collect())
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

/// Who of those whom it is about may not sign in any more.
async fn gone(connection: &mut PgConnection, request: &Request) -> Result<Option<String>, StoreError> {
    for (who, id) in [("whoever would have the access", &request.beneficiary), ("whoever asked", &request.requester)] {
        if !directory::person(connection, id).await?.is_some_and(|person| person.active) {
            return Ok(Some(format!("{who} is disabled")));
        }
    }
    Ok(None)
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

/// What counts beside this item: what was asked for before it, and what ended.
fn earlier(used: &[Used], request: &Request, item: &Item) -> Vec<Use> {
    used.iter()
        .filter(|u| u.ended.is_some() || (u.request, u.ordinal) < (request.id, item.ordinal))
        .filter(|u| request.extends.is_none() || u.grant != request.extends)
        .map(|u| Use { pair: u.pair.clone(), rule: Some(u.rule), ended: u.ended })
        .collect()
}

/// The reason of what stands above, or of the rule that once allowed it, or of any.
fn why(trace: &[Judged], rule: RuleId) -> String {
    let refusing = || trace.iter().filter(|judged| !judged.allows);
    let above = refusing().find(|judged| judged.kind != domain::rules::Kind::Rule);
    let found = above.or_else(|| refusing().find(|judged| judged.id == rule.uuid()));
    match found {
        Some(judged) => format!("{}: {}", judged.name, judged.because),
        None => "no rule allows it any more".to_owned(),
    }
}
