//! `GET /v1/grants`

use actix_web::{get, web::Data};
use domain::grant::GrantState;
use domain::{AccountId, GrantId};
use serde::Deserialize;
use store::grants::{self, Filter};
use web::{Caller, Cursor, Json, Limit, Page, Problem, Query};

use super::State;
use super::view::GrantView;

/// Which grants.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListGrants {
    /// Only those in this state.
    state: Option<GrantState>,
    /// Only those in this account.
    account: Option<AccountId>,
    /// Whose: one's own, or everybody's, which is for auditors, admins and machines.
    #[serde(default)]
    role: Role,
    /// The `next` of the page before.
    cursor: Option<Cursor>,
    /// Items on a page, 1 to 200.
    #[serde(default)]
    limit: Limit,
}

/// Whose grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// One's own.
    #[default]
    Mine,
    /// Everybody's.
    All,
}

/// Grants, the newest first.
#[utoipa::path(
    tag = "grants",
    operation_id = "list_grants",
    params(ListGrants),
    responses(
        (status = 200, body = Page<GrantView>),
        (status = "4XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", body = web::problem::ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
#[get("/v1/grants")]
pub async fn list_grants(
    state: Data<State>,
    caller: Caller,
    query: Query<ListGrants>,
) -> Result<Json<Page<GrantView>>, Problem> {
    caller.require_scope("requests:read")?;
    let query = query.into_inner();
    let principal = match caller.person() {
        Some(_) if query.role == Role::All => {
            caller.require_auditor_or_admin()?;
            None
        }
        Some(person) => Some(person.id.clone()),
        None => None,
    };
    let before: Option<GrantId> = Cursor::id_in(query.cursor.as_ref())?;
    let states = query.state.into_iter().collect();
    let filter = Filter { principal, states, account: query.account, before, limit: query.limit.rows() };
    let mut connection = state.db.read().await?;
    let rows: Vec<GrantView> = grants::list(&mut connection, &filter).await?.into_iter().map(Into::into).collect();
    Ok(Json(Page::by_id(rows, query.limit, |grant| grant.id)))
}
