//! Pending requests, as submitting them would have left them.

use domain::approval::{Need, PolicySpec};
use domain::request::RequestState;
use domain::rules::Severity;
use domain::{AccountId, Actor, ApprovalId, Fact, GrantId, GroupId, Pair, PermissionSetArn, RequestId, RuleId, UserId};
use jiff::{SignedDuration, Timestamp};
use store::requests::{Item, Request};
use store::{Db, Tx};

use crate::TestDb;

/// What somebody asks for; one pair unless more are given.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Who asks.
    pub requester: UserId,
    /// Who shall have it.
    pub beneficiary: UserId,
    /// What the pairs need.
    pub needs: Vec<Need>,
    /// What.
    pub pairs: Vec<Pair>,
    /// How long, in minutes.
    pub minutes: i32,
    /// When the window opens.
    pub start_at: Option<Timestamp>,
    /// The grant that it would extend.
    pub extends: Option<GrantId>,
    /// How long people have to decide, in minutes.
    pub decide_within: i64,
    /// Whether each pair is decided on its own.
    pub apart: bool,
}

impl Asked {
    /// An hour of one permission set in one account, which one member of `approvers` decides.
    #[must_use]
    pub fn by(requester: &UserId, approvers: &GroupId) -> Self {
        Self {
            requester: requester.clone(),
            beneficiary: requester.clone(),
            needs: vec![one_of(approvers)],
            pairs: vec![pair(1, 1)],
            minutes: 60,
            start_at: None,
            extends: None,
            decide_within: 180,
            apart: false,
        }
    }
}

/// A need that one member of this group meets.
#[must_use]
pub fn one_of(group: &GroupId) -> Need {
    need(PolicySpec::of(vec![group.clone()], vec![], 1))
}

/// A need for this policy.
#[must_use]
pub fn need(policy: PolicySpec) -> Need {
    Need { policy, named: None, because: "a rule".to_owned() }
}

/// Whom the first stages of these needs ask, of those written in them.
fn asked_first(needs: &[Need]) -> Vec<String> {
    let first = needs.iter().filter_map(|need| need.policy.stages.first());
    first
        .flat_map(|stage| {
            let users = stage.voters.users.iter().map(|user| format!("user:{user}"));
            users.chain(stage.voters.groups.iter().map(|group| format!("group:{group}"))).collect::<Vec<_>>()
        })
        .collect()
}

/// The pair of the n-th account and the m-th permission set.
///
/// # Panics
/// Never.
#[must_use]
pub fn pair(account: u32, permission_set: u32) -> Pair {
    Pair {
        account: AccountId::parse(format!("{account:012}")).expect("twelve digits"),
        permission_set: PermissionSetArn::parse(format!("arn:aws:sso:::permissionSet/ssoins-0/ps-{permission_set}"))
            .expect("an ARN"),
    }
}

impl TestDb {
    /// A unit of work in this person's name.
    ///
    /// # Panics
    /// When Postgres is away.
    pub async fn tx(&self, actor: &UserId) -> Tx {
        self.db.begin(Actor::User { id: actor.clone() }).await.expect("Postgres answers")
    }

    /// The names of all facts so far, in their order.
    ///
    /// # Panics
    /// When Postgres is away.
    pub async fn facts(&self) -> Vec<String> {
        sqlx::query_scalar("SELECT action FROM trail_entries ORDER BY id")
            .fetch_all(self.db.pool())
            .await
            .expect("the trail")
    }

    /// All rows of a table as text, bytes as hexadecimal digits.
    ///
    /// # Panics
    /// When Postgres is away or there is no such table.
    pub async fn rows(&self, table: &str) -> Vec<String> {
        sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT t::text FROM {table} t")))
            .fetch_all(self.db.pool())
            .await
            .expect("the table")
    }

    /// Turns the clock forward.
    pub fn advance_minutes(&self, minutes: i64) {
        self.clock.advance(SignedDuration::from_mins(minutes));
    }

    /// A pending request with its open approval, or the first of them, and its fact.
    ///
    /// # Panics
    /// When Postgres refuses.
    pub async fn asks(&self, asked: Asked) -> (RequestId, ApprovalId) {
        asks(&self.db, asked).await
    }

    /// The state of a request, by its name.
    ///
    /// # Panics
    /// When Postgres is away or there is no such request.
    pub async fn request_state(&self, id: RequestId) -> String {
        sqlx::query_scalar("SELECT state FROM requests WHERE id = $1")
            .bind(id.uuid())
            .fetch_one(self.db.pool())
            .await
            .expect("the request")
    }
}

/// A pending request with its open approval, or the first of them, and its fact.
///
/// # Panics
/// When Postgres refuses.
pub async fn asks(db: &Db, asked: Asked) -> (RequestId, ApprovalId) {
    let mut tx = db.begin(Actor::User { id: asked.requester.clone() }).await.expect("Postgres answers");
    let now = tx.now();
    let request = Request {
        id: RequestId(store::new_id()),
        version: 1,
        state: RequestState::Pending,
        requester: asked.requester.clone(),
        beneficiary: asked.beneficiary.clone(),
        reason: "a customer's invoice cannot be read".to_owned(),
        ticket: Some("OPS-1".to_owned()),
        minutes: asked.minutes,
        start_at: asked.start_at,
        extends: asked.extends,
        severity: Severity::default(),
        break_glass: None,
        asked: None,
        submitted_at: now,
        decide_by: now + SignedDuration::from_mins(asked.decide_within),
        decided_at: None,
        trace_parent: None,
    };
    let items: Vec<Item> = asked
        .pairs
        .iter()
        .zip(0_i16..)
        .map(|(pair, ordinal)| Item {
            ordinal,
            pair: pair.clone(),
            account_name: format!("account {}", pair.account),
            permission_set_name: "Reader".to_owned(),
            rule: RuleId(store::new_id()),
            rule_version: 1,
            state: RequestState::Pending,
            approval: None,
            not_before: None,
            content_hash: None,
        })
        .collect();
    store::requests::insert(&mut tx, &request, &items, &serde_json::json!([])).await.expect("a new request");
    let ordinals: Vec<i16> = items.iter().map(|item| item.ordinal).collect();
    let together = if asked.apart { 1 } else { ordinals.len() };
    let mut approvals = Vec::new();
    for some in ordinals.chunks(together) {
        let asks = asked_first(&asked.needs);
        let opened = store::approvals::open(&mut tx, request.id, some, &asked.needs, &asks, None).await;
        approvals.push(opened.expect("a new approval"));
    }
    let approval = approvals[0];
    tx.record(Fact::RequestSubmitted {
        request: request.id,
        approvals,
        requester: asked.requester,
        beneficiary: asked.beneficiary,
        pairs: asked.pairs,
        minutes: i64::from(asked.minutes),
        start_at: asked.start_at,
        extends: asked.extends,
        severity: Severity::default(),
        break_glass: None,
    });
    tx.commit().await.expect("the request committed");
    (request.id, approval)
}
