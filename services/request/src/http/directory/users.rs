//! `GET /v1/users`

use actix_web::{get, web::Data};
use serde::{Deserialize, Serialize};
use store::directory;
use web::{Caller, Cursor, Json, Limit, Page, Problem, ProblemType, Query};

use super::{Find, after, may_look};
use crate::http::{Api, problems};

/// Whom to look for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FindUsers {
    /// A part of the name or of what they sign in with, or the beginning of the id, at most 200 characters.
    #[serde(default)]
    q: String,
    /// Only whose id this is, or who signs in with exactly this, in small or capital letters; instead of `q`.
    exactly: Option<String>,
    /// The page after this one.
    cursor: Option<Cursor>,
    /// How many a page has, 1 to 200.
    #[serde(default)]
    limit: Limit,
}

/// A person.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct UserView {
    /// The immutable id in Identity Store.
    pub id: String,
    /// The display name.
    pub name: String,
    /// What they sign in with.
    pub user_name: String,
    /// Whether they may sign in.
    pub active: bool,
    /// The address; only auditors and admins see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

impl UserView {
    /// With the address, for those who may see it.
    pub(super) fn whole(user: directory::User) -> Self {
        Self {
            id: user.id.into(),
            name: user.display_name,
            user_name: user.user_name,
            active: user.active,
            email: user.email,
        }
    }
}

/// The people in Identity Store, by display name.
#[utoipa::path(tag = "directory", params(FindUsers),
    responses((status = 200, description = "A page of people.", body = Page<UserView>)))]
#[get("/v1/users")]
pub async fn list_users(
    api: Data<Api>,
    caller: Caller,
    find: Query<FindUsers>,
) -> Result<Json<Page<UserView>>, Problem> {
    may_look(&caller)?;
    let sees_addresses = caller.require_auditor_or_admin().is_ok();
    let FindUsers { q, exactly, cursor, limit } = find.0;
    let search = Find { q, cursor, limit }.search()?;
    let mut tx = api.begin(caller.actor()).await?;
    let rows = match exactly {
        None => directory::search_users(tx.connection(), &search).await,
        Some(exactly) if search.text.is_empty() && !exactly.chars().any(char::is_control) => {
            directory::users_exactly(tx.connection(), &exactly).await
        }
        Some(_) => {
            let detail = "Give `q` or `exactly`, not both, and no control character in either.";
            return Err(Problem::because(ProblemType::InvalidQuery, detail).with("path", "exactly"));
        }
    };
    let page = Page::of(rows.map_err(problems::store)?, limit, |u| after(&u.display_name, u.id.as_str()));
    Ok(Json(page.map(|u| {
        let view = UserView::whole(u);
        UserView { email: view.email.filter(|_| sees_addresses), ..view }
    })))
}
