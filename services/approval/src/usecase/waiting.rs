//! What waits for somebody's decision.

use std::collections::{BTreeSet, HashMap};

use domain::approval::Vote;
use domain::{Actor, ApprovalId, RequestId, UserId};
use judge::voters::{schedule_of, schedule_token};
use store::approvals::{self, Approval};
use store::requests::{Item, Request};
use store::{StoreError, delegations, directory, requests};

use super::electors::{Desk, about};
use super::summary::{Summary, summaries};

/// Where a page begins: after this approval.
pub type After = Option<(RequestId, ApprovalId)>;

impl Desk {
    /// The approvals in which `user`'s word would count now, for themselves or for whom they stand in for, the newest
    /// first.
    ///
    /// # Errors
    /// When Postgres is away.
    pub async fn waiting(&self, user: &UserId, after: After, limit: i64) -> Result<Vec<Summary>, StoreError> {
        let known_as = self.known_as(user).await?;
        if known_as.is_empty() {
            return Ok(vec![]);
        }
        let most = usize::try_from(limit).unwrap_or_default();
        let (mut found, mut after) = (Vec::new(), after);
        // Not everybody who is asked may vote just now, so a page may take several looks.
        while found.len() < most {
            let asked = approvals::waiting_for(&mut *self.db.read().await?, user, &known_as, after, limit).await?;
            let Some(last) = asked.last() else { break };
            after = Some((last.request, last.id));
            let whole = asked.len() < most;
            found.extend(self.counting(user, asked).await?);
            if whole {
                break;
            }
        }
        found.truncate(most);
        let mut tx = self.db.begin(Actor::User { id: user.clone() }).await?;
        summaries(&mut tx, &found).await
    }

    /// Those of these approvals in which somebody's word would count.
    async fn counting(&self, user: &UserId, asked: Vec<Approval>) -> Result<Vec<Approval>, StoreError> {
        let mut connection = self.db.read().await?;
        let ids: Vec<_> = asked.iter().map(|approval| approval.request.uuid()).collect();
        let requests: HashMap<RequestId, Request> =
            requests::by_ids(&mut connection, &ids).await?.into_iter().map(|r| (r.id, r)).collect();
        let mut items: HashMap<RequestId, Vec<Item>> = HashMap::new();
        for (request, item) in requests::items_of(&mut connection, &ids).await? {
            items.entry(request).or_default().push(item);
        }
        let ids: Vec<_> = asked.iter().map(|approval| approval.id.uuid()).collect();
        let mut votes: HashMap<ApprovalId, Vec<Vote>> = HashMap::new();
        for (approval, cast) in approvals::votes_of(&mut connection, &ids).await? {
            votes.entry(approval).or_default().push(cast.vote);
        }
        drop(connection);
        let abouts: Vec<_> = asked
            .iter()
            .filter_map(|a| Some((a, about(requests.get(&a.request)?, items.get(&a.request)?, a))))
            .collect();
        let electors = self.onlooker_of(user, &abouts).await?;
        let now = self.db.clock().now();
        let counts = |approval: &Approval| {
            let votes = votes.get(&approval.id).map(Vec::as_slice).unwrap_or_default();
            electors.counting(approval, votes, now).is_ok_and(|places| !places.is_empty())
        };
        Ok(asked.iter().filter(|approval| counts(approval)).cloned().collect())
    }

    /// Every way in which an approval may ask somebody, or somebody whom they stand in for.
    async fn known_as(&self, user: &UserId) -> Result<Vec<String>, StoreError> {
        let now = self.db.clock().now();
        let mut connection = self.db.read().await?;
        let Some(_) = directory::person(&mut connection, user).await?.filter(|person| person.active) else {
            return Ok(vec![]);
        };
        let book = self.judge.books.current(&mut connection).await?;
        let asked = approvals::schedules_asked(&mut connection).await?;
        let schedules: BTreeSet<_> = asked.iter().filter_map(|token| schedule_of(token)).collect();
        let mut everybody = delegations::stood_in_for(&mut connection, user, now).await?;
        everybody.push(user.clone());
        let mut known_as = Vec::new();
        for person in everybody {
            let groups = directory::groups_of(&mut connection, &person).await?;
            let duty = self.judge.duty_of(&mut connection, &book, &schedules, &person, now).await?;
            known_as.push(format!("user:{person}"));
            known_as.extend(groups.iter().map(|group| format!("group:{group}")));
            known_as.extend(duty.on.iter().map(schedule_token));
        }
        Ok(known_as)
    }
}
