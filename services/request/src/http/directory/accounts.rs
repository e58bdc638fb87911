//! `GET /v1/accounts`

use std::collections::BTreeMap;

use actix_web::{get, web::Data};
use serde::Serialize;
use store::directory;
use web::{Caller, Json, Page, Problem, Query};

use super::{Find, after, may_look};
use crate::http::{Api, problems};

/// An AWS account.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AccountView {
    /// Twelve digits.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The root or organizational unit that it is in.
    pub organizational_unit: String,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Whether the organization belongs to it.
    pub management: bool,
}

/// The accounts in use, by name.
#[utoipa::path(tag = "directory", params(Find),
    responses((status = 200, description = "A page of accounts.", body = Page<AccountView>)))]
#[get("/v1/accounts")]
pub async fn list_accounts(
    api: Data<Api>,
    caller: Caller,
    find: Query<Find>,
) -> Result<Json<Page<AccountView>>, Problem> {
    may_look(&caller)?;
    let mut tx = api.begin(caller.actor()).await?;
    let rows = directory::search_accounts(tx.connection(), &find.0.search()?).await.map_err(problems::store)?;
    let page = Page::of(rows, find.0.limit, |a| after(&a.name, a.id.as_str()));
    Ok(Json(page.map(AccountView::from)))
}

impl From<directory::Account> for AccountView {
    fn from(account: directory::Account) -> Self {
        let directory::Account { id, name, unit, tags, management, .. } = account;
        Self { id: id.into(), name, organizational_unit: unit, tags, management }
    }
}
