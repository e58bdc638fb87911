//! `GET /v1/users`

use actix_web::{get, web::Data};
use serde::Serialize;
use store::directory;
use web::{Caller, Json, Page, Problem, Query};

use super::{Find, after, may_look};
use crate::http::{Api, problems};

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
#[utoipa::path(tag = "directory", params(Find),
    responses((status = 200, description = "A page of people.", body = Page<UserView>)))]
#[get("/v1/users")]
pub async fn list_users(api: Data<Api>, caller: Caller, find: Query<Find>) -> Result<Json<Page<UserView>>, Problem> {
    may_look(&caller)?;
    let sees_addresses = caller.require_auditor_or_admin().is_ok();
    let mut tx = api.begin(caller.actor()).await?;
    let rows = directory::search_users(tx.connection(), &find.0.search()?).await.map_err(problems::store)?;
    let page = Page::of(rows, find.0.limit, |u| after(&u.display_name, u.id.as_str()));
    Ok(Json(page.map(|u| {
        let view = UserView::whole(u);
        UserView { email: view.email.filter(|_| sees_addresses), ..view }
    })))
}
