//! One approval with everything that helps to decide it: its stages, who may vote now, who has, and what whoever would
//! have the access did with the same before.

use domain::approval::Vote;
use domain::{Actor, ApprovalId, UserId};
use jiff::Timestamp;
use store::grants::{self, Grant};
use store::{StoreError, approvals};

use super::electors::Desk;
use super::summary::{Names, Person, Summary, summaries};

/// The newest grants of the same pairs that are shown.
const HISTORY: usize = 10;
/// People who may vote that are named.
const NAMED: usize = 50;

/// One approval in full.
#[derive(Debug, Clone)]
pub struct Detail {
    /// What it is about.
    pub summary: Summary,
    /// Of each need: who may vote now, the first of them, and how many there are.
    pub may_vote: Vec<(Vec<Person>, usize)>,
    /// When it was looked at, which decides whether a stage is escalated.
    pub seen_at: Timestamp,
    /// In which needs the onlooker's own word would count.
    pub mine: Vec<usize>,
    /// The newest grants of the same pairs to the same person.
    pub before: Vec<Grant>,
    /// Why nobody knows who is on duty, where that is so.
    pub away: Option<String>,
}

/// Who looks.
#[derive(Debug, Clone)]
pub struct Onlooker {
    /// Who.
    pub user: UserId,
    /// Whether they may see everything.
    pub sees_all: bool,
}

impl Desk {
    /// An approval as somebody may see it: who is named in it, has voted, asked, would have the access, or sees all.
    ///
    /// # Errors
    /// When Postgres is away.
    pub async fn detail(&self, id: ApprovalId, onlooker: &Onlooker) -> Result<Option<Detail>, StoreError> {
        let Some(approval) = approvals::get(&mut *self.db.read().await?, id).await? else { return Ok(None) };
        let me = &onlooker.user;
        let Some(electors) = self.onlooker(approval.request, me).await? else { return Ok(None) };
        let mut tx = self.db.begin(Actor::User { id: me.clone() }).await?;
        let Some(summary) = summaries(&mut tx, std::slice::from_ref(&approval)).await?.pop() else { return Ok(None) };
        let votes: Vec<Vote> = summary.votes.iter().map(|(_, cast)| cast.vote.clone()).collect();
        let concerned = *me == summary.request.requester || *me == summary.request.beneficiary;
        let voted = votes.iter().any(|vote| vote.voter == *me);
        if !(onlooker.sees_all || concerned || voted || electors.is_named(&approval)) {
            return Ok(None);
        }
        let now = tx.now();
        let roll = &electors.paper(&approval)?.roll;
        let mut candidates = Vec::new();
        for (place, (need, progress)) in approval.needs.iter().zip(&approval.progress).enumerate() {
            let mut people = roll.candidates(tx.connection(), need, progress, now).await?;
            let spoke =
                |user: &UserId| votes.iter().any(|v| v.need == place && (v.voter == *user || v.person() == user));
            people.retain(|user| !spoke(user));
            candidates.push(people);
        }
        let named = candidates.iter().flat_map(|people| people.iter().take(NAMED).cloned()).collect();
        let names = Names::of(&mut tx, named).await?;
        let may_vote = candidates
            .iter()
            .map(|people| (people.iter().take(NAMED).map(|id| names.person(id)).collect(), people.len()))
            .collect();
        let mut before = Vec::new();
        for item in &summary.items {
            let filter = grants::Filter {
                principal: Some(summary.request.beneficiary.clone()),
                account: Some(item.pair.account.clone()),
                limit: 100,
                ..grants::Filter::default()
            };
            let found = grants::list(tx.connection(), &filter).await?;
            before.extend(found.into_iter().filter(|grant| grant.tuple.permission_set == item.pair.permission_set));
        }
        before.sort_by_key(|grant| std::cmp::Reverse(grant.id));
        before.truncate(HISTORY);
        let mine = electors.counting(&approval, &votes, now)?;
        let away = electors.away().map(ToOwned::to_owned);
        Ok(Some(Detail { may_vote, seen_at: now, mine, before, away, summary }))
    }
}
