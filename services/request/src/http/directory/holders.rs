//! `GET /v1/accounts/{id}/holders`

use actix_web::{get, web::Data};
use domain::grant::GrantState;
use domain::rules::Book;
use domain::{AccountId, GrantId, RequestId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::grants::{self, Filter, Grant};
use web::{Caller, Cursor, Json, Limit, Page, Path, Problem, Query};

use crate::http::owners::may_oversee;
use crate::http::view::{Names, PersonView};
use crate::http::{Api, problems};

/// In which states somebody has it, will have it, or may still have it.
const THERE: [GrantState; 4] = [GrantState::Scheduled, GrantState::Granting, GrantState::Active, GrantState::Revoking];

/// Which page.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WhichHolders {
    /// The page after this one.
    cursor: Option<Cursor>,
    /// How many a page has, 1 to 200.
    #[serde(default)]
    limit: Limit,
}

/// Somebody who has access in an account, or is about to.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct HolderView {
    /// The grant.
    id: GrantId,
    /// Who.
    person: PersonView,
    /// The permission set's ARN.
    permission_set: String,
    /// The permission set's name.
    permission_set_name: String,
    /// `scheduled`, `granting`, `active` or `revoking`.
    state: GrantState,
    /// When it begins; only while it is scheduled.
    #[serde(skip_serializing_if = "Option::is_none")]
    start_at: Option<Timestamp>,
    /// Since when AWS shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    active_at: Option<Timestamp>,
    /// When it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    deadline_at: Option<Timestamp>,
    /// The request that it came from; only auditors and admins see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<RequestId>,
}

/// Who has access by Curfew in this account, or is about to have it or to lose it, the newest first? For its owners,
/// auditors and admins.
#[utoipa::path(tag = "directory", params(("id" = AccountId, Path, description = "The account, twelve digits."), WhichHolders),
    responses((status = 200, description = "A page of people and what they have.", body = Page<HolderView>)))]
#[get("/v1/accounts/{id}/holders")]
pub async fn list_holders(
    api: Data<Api>,
    caller: Caller,
    id: Path<AccountId>,
    which: Query<WhichHolders>,
) -> Result<Json<Page<HolderView>>, Problem> {
    let account = id.into_inner();
    let WhichHolders { cursor, limit } = which.into_inner();
    let before: Option<GrantId> = Cursor::id_in(cursor.as_ref())?;
    let mut tx = api.begin(caller.actor()).await?;
    let book = api.judge.books.current(tx.connection()).await.map_err(problems::store)?;
    may_oversee(&caller, &book, &account)?;
    if book.account(&account).is_none() {
        return Err(Problem::not_found("account"));
    }
    let filter =
        Filter { principal: None, states: THERE.to_vec(), account: Some(account), before, limit: limit.rows() };
    let found = grants::list(tx.connection(), &filter).await.map_err(problems::store)?;
    let names = Names::of(&mut tx, found.iter().map(|grant| grant.tuple.principal.clone())).await;
    let names = names.map_err(problems::store)?;
    let sees_requests = caller.require_auditor_or_admin().is_ok();
    let page = Page::by_id(found, limit, |grant| grant.id);
    Ok(Json(page.map(|grant| view(grant, &names, &book, sees_requests))))
}

fn view(grant: Grant, names: &Names, book: &Book, sees_requests: bool) -> HolderView {
    let set = &grant.tuple.permission_set;
    HolderView {
        id: grant.id,
        person: names.person(&grant.tuple.principal),
        permission_set_name: book.permission_set(set).map_or_else(|| set.to_string(), |facts| facts.name.clone()),
        permission_set: set.to_string(),
        state: grant.state,
        start_at: (grant.state == GrantState::Scheduled).then_some(grant.start_at),
        active_at: grant.active_at,
        deadline_at: grant.deadline_at,
        request: sees_requests.then_some(grant.request),
    }
}
