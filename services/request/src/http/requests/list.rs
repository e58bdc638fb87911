//! `GET /v1/requests`

use actix_web::{get, web::Data};
use domain::request::RequestState;
use domain::{AccountId, RequestId};
use serde::Deserialize;
use store::requests::{Filter, Request};
use store::{Tx, approvals, requests};
use web::{Caller, Cursor, Json, Limit, Page, Problem, ProblemType, Query};

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
    let before = match &which.cursor {
        None => None,
        Some(cursor) => Some(cursor.id.parse::<RequestId>().map_err(|_| Problem::new(ProblemType::InvalidCursor))?),
    };
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
            filtered(&mut tx, &which, Filter::default(), before).await?
        }
        Role::Waiting => waiting(&mut tx, &which, &caller, before).await?,
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
        before,
        limit: which.limit.rows(),
        ..filter
    };
    let rows = requests::list(tx.connection(), &filter).await.map_err(problems::store)?;
    Ok(Page::of(rows, which.limit, |r| cursor(r.id)))
}

/// Those that wait for the caller: the policies say who decides, as the groups are now.
async fn waiting(
    tx: &mut Tx,
    which: &Which,
    caller: &Caller,
    before: Option<RequestId>,
) -> Result<Page<Request>, Problem> {
    let me = caller.require_user()?;
    if which.state.is_some_and(|state| state != RequestState::Pending) {
        return Ok(Page { items: Vec::new(), next: None });
    }
    let groups: Vec<_> = me.groups.iter().map(|(id, _)| id.clone()).collect();
    let open = approvals::waiting_for(tx.connection(), &me.id, &groups, before, which.limit.rows()).await;
    let page = Page::of(open.map_err(problems::store)?, which.limit, |a| cursor(a.request));
    let ids: Vec<_> = page.items.iter().map(|a| a.request.uuid()).collect();
    let mut items = requests::by_ids(tx.connection(), &ids).await.map_err(problems::store)?;
    if let Some(account) = &which.account {
        let about = requests::items_of(tx.connection(), &ids).await.map_err(problems::store)?;
        items.retain(|r| about.iter().any(|(id, item)| *id == r.id && item.pair.account == *account));
    }
    Ok(Page { items, next: page.next })
}
