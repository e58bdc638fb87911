//! Before what was approved begins, it is judged again: by the rules, guardrails and freezes of now, by whether the
//! person may still sign in, and by what the permission set gives now. It may only tighten: a grant that is refused
//! ends without a call, one whose cool-down lasts begins later, and nothing that is alive is touched.
//!
//! A system that is away holds nothing up: then the directory's copy decides.

mod fresh;

use std::collections::{BTreeMap, BTreeSet};

use cloud::Directory;
use domain::approval::{Need, PolicySpec};
use domain::{GrantId, RequestId, UserId};
use jiff::{SignedDuration, Timestamp};
use judge::{Judge, Recheck, Standing};
use store::approvals::{self, Approval};
use store::grants::Grant;
use store::requests::{self, Item};
use store::{Clock, Db, StoreError};

use fresh::{Contents, People};

/// What was approved longer ago than this had time to change in AWS without the directory's copy knowing.
const LATELY: SignedDuration = SignedDuration::from_secs(60);

/// Judges again. Cheap to clone; clones share what they remember.
#[derive(Clone)]
pub struct Again {
    judge: Judge,
    people: People,
    contents: Contents,
}

/// What may not begin, and why or until when.
#[derive(Debug, Default)]
pub struct Verdicts {
    /// Never any more.
    pub refused: Vec<(GrantId, String)>,
    /// Not before a cool-down is over.
    pub postponed: Vec<(GrantId, Timestamp)>,
}

/// What the rules say about one.
enum Verdict<'a> {
    Allowed(Allowed<'a>),
    NotBefore(Timestamp),
    Refused(String),
}

/// A grant that the rules still allow, and what is left to ask about it.
struct Allowed<'a> {
    grant: &'a Grant,
    /// What the permission set gave when it was asked for or approved, where that was kept.
    content: Option<String>,
    /// Whether the directory's copy shows something else.
    changed: bool,
}

impl Again {
    /// Nobody is asked before there is a grant.
    #[must_use]
    pub fn new(judge: Judge, directory: Directory) -> Self {
        Self { judge, people: People::new(directory.clone()), contents: Contents::new(directory) }
    }

    /// Which of these grants may not begin any more, or not yet.
    ///
    /// # Errors
    /// When Postgres is away, or what is stored cannot be read.
    pub async fn judge(&self, db: &Db, due: &[Grant]) -> Result<Verdicts, StoreError> {
        let now = db.clock().now();
        // What is too late ends for that.
        let due: Vec<&Grant> = due.iter().filter(|grant| grant.start_by > now).collect();
        let mut verdicts = Verdicts::default();
        if due.is_empty() {
            return Ok(verdicts);
        }
        let mut allowed = Vec::new();
        for (grant, verdict) in self.by_rules(db, due, now).await? {
            match verdict {
                Verdict::Allowed(one) => allowed.push(one),
                Verdict::NotBefore(until) => verdicts.postponed.push((grant, until)),
                Verdict::Refused(why) => verdicts.refused.push((grant, why)),
            }
        }
        verdicts.refused.extend(self.by_aws(db.clock(), allowed, now).await);
        Ok(verdicts)
    }

    async fn by_rules<'a>(
        &self,
        db: &Db,
        due: Vec<&'a Grant>,
        now: Timestamp,
    ) -> Result<Vec<(GrantId, Verdict<'a>)>, StoreError> {
        let mut kept = db.read().await?;
        let connection = &mut *kept;
        let ids: BTreeSet<RequestId> = due.iter().map(|grant| grant.request).collect();
        let ids: Vec<_> = ids.into_iter().map(RequestId::uuid).collect();
        let mut items: BTreeMap<RequestId, Vec<Item>> = BTreeMap::new();
        for (request, item) in requests::items_of(connection, &ids).await? {
            if due.iter().any(|grant| grant.request == request && grant.ordinal == item.ordinal) {
                items.entry(request).or_default().push(item);
            }
        }
        let requests = requests::by_ids(connection, &ids).await?;
        let standing: Vec<Standing> = requests
            .into_iter()
            .map(|request| {
                let items = items.remove(&request.id).unwrap_or_default();
                (request, items)
            })
            .collect();
        let judged = self.judge.recheck_all(connection, &standing, now).await?;
        // Who had to agree is read only where somebody has to.
        let approvals = if judged.iter().flatten().any(|one| !one.needs.is_empty()) {
            approvals::of_requests(connection, &ids).await?
        } else {
            Vec::new()
        };
        due.into_iter()
            .map(|grant| {
                let mut of_each = standing.iter().zip(&judged).filter(|((request, _), _)| request.id == grant.request);
                let found = of_each.next().and_then(|((_, items), judged)| {
                    let item = items.iter().find(|item| item.ordinal == grant.ordinal)?;
                    Some((item, judged.iter().find(|one| one.ordinal == grant.ordinal)?))
                });
                match found {
                    Some((item, judged)) => Ok((grant.id, verdict(grant, item, judged, &approvals))),
                    None => {
                        Err(StoreError::Impossible { table: "grants", detail: format!("{} of no request", grant.id) })
                    }
                }
            })
            .collect()
    }

    /// Asks Identity Center, about everybody and everything at once, and each only once.
    async fn by_aws(&self, clock: &Clock, allowed: Vec<Allowed<'_>>, now: Timestamp) -> Vec<(GrantId, String)> {
        let users: Vec<UserId> = allowed.iter().map(|one| one.grant.tuple.principal.clone()).collect();
        let doubtful = |one: &&Allowed<'_>| {
            one.content.is_some() && (one.changed || now.duration_since(one.grant.approved_at) > LATELY)
        };
        let sets: Vec<_> = allowed.iter().filter(doubtful).map(|one| one.grant.tuple.permission_set.clone()).collect();
        let (people, contents) =
            futures_util::future::join(self.people.ask(clock, users), self.contents.ask(clock, sets)).await;
        let mut refused = Vec::new();
        for one in allowed {
            let tuple = &one.grant.tuple;
            let why = match people.get(&tuple.principal) {
                Some(None) => Some("the user does not exist in Identity Center any more".to_owned()),
                Some(Some(false)) => Some("the user is disabled in Identity Center".to_owned()),
                Some(Some(true)) | None => match (contents.get(&tuple.permission_set), &one.content) {
                    (Some(None), _) => Some("the permission set does not exist any more".to_owned()),
                    (Some(Some(now)), Some(then)) if now != then => Some(CHANGED.to_owned()),
                    (None, _) if one.changed => Some(CHANGED.to_owned()),
                    _ => None,
                },
            };
            refused.extend(why.map(|why| (one.grant.id, why)));
        }
        refused
    }
}

const CHANGED: &str =
    "what the permission set gives was changed after it was approved; a new approval is needed: ask again";

fn verdict<'a>(grant: &'a Grant, item: &Item, judged: &Recheck, approvals: &[Approval]) -> Verdict<'a> {
    if let Some(why) = &judged.refused {
        return Verdict::Refused(why.to_string());
    }
    let given = approvals.iter().filter(|approval| Some(approval.id) == item.approval);
    let given: Vec<&Need> = given.flat_map(|approval| &approval.needs).collect();
    if let Some(missing) = judged.needs.iter().find(|need| !given.iter().any(|had| covers(&had.policy, &need.policy))) {
        return Verdict::Refused(format!("{} demands an approval that was not given; ask again", missing.because));
    }
    match judged.not_before {
        Some(until) => Verdict::NotBefore(until),
        None => {
            Verdict::Allowed(Allowed { grant, content: item.content_hash.clone(), changed: judged.content_changed })
        }
    }
}

/// Whether those who agreed by the one are those whom the other wants, and no fewer.
fn covers(had: &PolicySpec, wanted: &PolicySpec) -> bool {
    let mut had = had.stages.iter();
    wanted.stages.iter().all(|stage| had.any(|other| other.voters == stage.voters && other.votes >= stage.votes))
}

#[cfg(test)]
mod tests {
    use domain::GroupId;

    use super::*;

    fn policy(stages: &[(u8, u8)]) -> PolicySpec {
        let group = |n: u8| GroupId::parse(format!("11111111-0000-4000-8000-0000000000{n:02x}")).unwrap();
        let stages = stages.iter().flat_map(|(n, votes)| PolicySpec::of(vec![group(*n)], vec![], *votes).stages);
        PolicySpec { stages: stages.collect(), ..PolicySpec::of(vec![], vec![], 1) }
    }

    #[test]
    fn what_was_agreed_covers_the_same_and_less_and_nothing_else() {
        let two = policy(&[(1, 2), (2, 1)]);
        for (wanted, covered) in [
            (policy(&[(1, 2), (2, 1)]), true),
            (policy(&[(1, 1), (2, 1)]), true),
            (policy(&[(2, 1)]), true),
            (policy(&[(1, 3), (2, 1)]), false),
            (policy(&[(2, 1), (1, 2)]), false),
            (policy(&[(1, 2), (2, 1), (3, 1)]), false),
            (policy(&[(3, 1)]), false),
        ] {
            assert_eq!(covers(&two, &wanted), covered, "{wanted:?}");
        }
    }
}
