//! `GET /v1/requests`

use std::collections::BTreeSet;

use actix_web::{get, web::Data};
use domain::request::RequestState;
use domain::{AccountId, ApprovalId, RequestId, UserId};
use jiff::Timestamp;
use judge::voters::{schedule_of, schedule_token};
use serde::Deserialize;
use store::approvals::{Approval, CastVote};
use store::requests::{Filter, Request};
use store::{PgConnection, StoreError, Tx, approvals, delegations, directory, requests};
use web::{Caller, Cursor, Json, Limit, Page, Person, Problem, Query};

use crate::http::view::{RequestView, requests as views};
use crate::http::{Api, problems};

/// Whose requests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Those that the caller asked for, or would have the access of.
    #[default]
    Mine,
    /// Those that wait for the caller's decision.
    Waiting,
    /// Everybody's; for auditors, admins, and machines with the scope `requests:read`.
    All,
}

/// Which requests.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// Whose.
    #[serde(default)]
    #[param(inline)]
    role: Role,
    /// Only those in this state.
    state: Option<RequestState>,
    /// Only those about this account.
    account: Option<AccountId>,
    /// With `role=all`, only those that this person asked for, or would have the access of.
    #[param(value_type = Option<String>)]
    person: Option<UserId>,
    /// Only those submitted at this moment or later.
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// Only those submitted before this moment.
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// The page after this one.
    cursor: Option<Cursor>,
    /// How many a page has, 1 to 200.
    #[serde(default)]
    limit: Limit,
}

/// Requests, the newest first.
#[utoipa::path(tag = "requests", params(Which),
    responses((status = 200, description = "A page of requests.", body = Page<RequestView>)))]
#[get("/v1/requests")]
pub async fn list_requests(
    api: Data<Api>,
    caller: Caller,
    which: Query<Which>,
) -> Result<Json<Page<RequestView>>, Problem> {
    let which = which.into_inner();
    let before: Option<RequestId> = Cursor::id_in(which.cursor.as_ref())?;
    let mut tx = api.begin(caller.actor()).await?;
    let page = match which.role {
        Role::Mine => {
            let person = Some(caller.require_user()?.id.clone());
            filtered(&mut tx, &which, Filter { person, ..Filter::default() }, before).await?
        }
        Role::All => {
            match &caller {
                Caller::User { .. } => drop(caller.require_auditor_or_admin()?.id.clone()),
                Caller::Machine { .. } => caller.require_scope("requests:read")?,
            }
            let person = which.person.clone();
            filtered(&mut tx, &which, Filter { person, ..Filter::default() }, before).await?
        }
        Role::Waiting => waiting(&api, &which, &caller, before).await?,
    };
    let items = views(&mut tx, page.items).await.map_err(problems::store)?;
    Ok(Json(Page { items, next: page.next }))
}

fn cursor(request: RequestId) -> Cursor {
    Cursor::after("", request)
}

async fn filtered(
    tx: &mut Tx,
    which: &Which,
    filter: Filter,
    before: Option<RequestId>,
) -> Result<Page<Request>, Problem> {
    let filter = Filter {
        states: which.state.into_iter().collect(),
        account: which.account.clone(),
        since: which.since,
        until: which.until,
        before,
        limit: which.limit.rows(),
        ..filter
    };
    let rows = requests::list(tx.connection(), &filter).await.map_err(problems::store)?;
    Ok(Page::of(rows, which.limit, |r| cursor(r.id)))
}

/// Those that wait for the caller, or for whom the caller stands in: as groups and duty are now.
async fn waiting(
    api: &Api,
    which: &Which,
    caller: &Caller,
    before: Option<RequestId>,
) -> Result<Page<Request>, Problem> {
    let me = caller.require_user()?;
    let after = before.map(|request| (request, after_in(which)));
    if which.state.is_some_and(|state| state != RequestState::Pending) {
        return Ok(Page { items: Vec::new(), next: None });
    }
    // No transaction: whoever keeps a schedule may have to be asked.
    let mut connection = api.db.read().await.map_err(problems::store)?;
    let known = known_as(api, &mut connection, me).await.map_err(problems::store)?;
    let open = approvals::waiting_for(&mut connection, &me.id, &known.all, after, which.limit.rows()).await;
    let page = Page::of(open.map_err(problems::store)?, which.limit, |a| Cursor::after(a.id, a.request));
    let ids: Vec<_> = page.items.iter().map(|approval| approval.id.uuid()).collect();
    let votes = approvals::votes_of(&mut connection, &ids).await.map_err(problems::store)?;
    let waits = |approval: &&Approval| known.may_vote(me, approval) && has_open_need(me, approval, &votes);
    let ids: Vec<_> = page.items.iter().filter(waits).map(|a| a.request.uuid()).collect();
    let mut items = requests::by_ids(&mut connection, &ids).await.map_err(problems::store)?;
    if let Some(account) = &which.account {
        let about = requests::items_of(&mut connection, &ids).await.map_err(problems::store)?;
        items.retain(|r| about.iter().any(|(id, item)| *id == r.id && item.pair.account == *account));
    }
    Ok(Page { items, next: page.next })
}

/// Which approval of the last request came last; after all of them where the cursor is of another list.
fn after_in(which: &Which) -> ApprovalId {
    let key = which.cursor.as_ref().and_then(|cursor| cursor.key.parse().ok());
    key.unwrap_or(ApprovalId(uuid::Uuid::max()))
}

/// Whether some policy waits in which they have not voted.
fn has_open_need(me: &Person, approval: &Approval, votes: &[(ApprovalId, CastVote)]) -> bool {
    let voted = |need: usize| {
        votes.iter().any(|(id, cast)| {
            let vote = &cast.vote;
            *id == approval.id && vote.need == need && (vote.voter == me.id || vote.stands_for.as_ref() == Some(&me.id))
        })
    };
    approval.progress.iter().enumerate().any(|(need, progress)| progress.stage.is_some() && !voted(need))
}

/// Every way in which an approval may ask somebody.
pub struct KnownAs {
    /// By themselves.
    own: Vec<String>,
    /// And by those for whom they stand in.
    pub all: Vec<String>,
}

impl KnownAs {
    /// Whether the approval asks them, or lets them stand in for whom it asks.
    fn may_vote(&self, me: &Person, approval: &Approval) -> bool {
        let groups: Vec<_> = me.groups.iter().map(|(id, _)| id.clone()).collect();
        approval.asks.iter().any(|token| self.own.contains(token))
            || approval.needs.iter().any(|need| need.policy.delegates.name(&me.id, &groups))
    }
}

/// As groups, duty and delegations are now.
pub async fn known_as(api: &Api, connection: &mut PgConnection, me: &Person) -> Result<KnownAs, StoreError> {
    let now = api.db.clock().now();
    let mut own = vec![format!("user:{}", me.id)];
    own.extend(me.groups.iter().map(|(id, _)| format!("group:{id}")));
    let book = api.judge.books.current(connection).await?;
    let asked = approvals::schedules_asked(connection).await?;
    let asked: BTreeSet<_> = asked.iter().filter_map(|token| schedule_of(token)).collect();
    let duty = api.judge.duty_of(connection, &book, &asked, &me.id, now).await?;
    own.extend(duty.on.iter().map(schedule_token));
    let mut all = own.clone();
    for person in delegations::stood_in_for(connection, &me.id, now).await? {
        all.extend(directory::groups_of(connection, &person).await?.iter().map(|id| format!("group:{id}")));
        all.extend([format!("user:{person}"), format!("duty:{person}")]);
    }
    Ok(KnownAs { own, all })
}
