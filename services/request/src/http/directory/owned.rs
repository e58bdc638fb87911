//! `GET /v1/me/accounts`

use actix_web::{get, web::Data};
use domain::AccountId;
use domain::rules::AccountFacts;
use store::directory;
use web::{Caller, Json, Page, Problem, Query};

use super::accounts::AccountView;
use super::{Find, after};
use crate::http::owners::property;
use crate::http::{Api, problems};

/// The accounts in use that the caller owns, or that lie in units that they own, by name.
#[utoipa::path(tag = "me", params(Find), responses((status = 200, description = "A page of accounts.", body = Page<AccountView>)))]
#[get("/v1/me/accounts")]
pub async fn list_owned_accounts(
    api: Data<Api>,
    caller: Caller,
    find: Query<Find>,
) -> Result<Json<Page<AccountView>>, Problem> {
    let me = caller.require_user()?;
    let search = find.0.search()?;
    let mut tx = api.begin(caller.actor()).await?;
    let book = api.judge.books.current(tx.connection()).await.map_err(problems::store)?;
    let property = property(&book, me);
    let text = search.text.trim().to_lowercase();
    let meant = |facts: &&AccountFacts| {
        facts.active
            && property.has(&facts.id, &facts.units)
            && (facts.name.to_lowercase().contains(&text) || facts.id.as_str().starts_with(&text))
    };
    let mut found: Vec<(String, AccountId)> = if property.is_empty() {
        Vec::new()
    } else {
        let all = book.organization().accounts.iter();
        all.filter(meant).map(|facts| (facts.name.to_lowercase(), facts.id.clone())).collect()
    };
    found.sort_unstable();
    if let Some((name, id)) = search.after {
        let last = (name.to_lowercase(), id);
        found.retain(|(name, id)| (name.as_str(), id.as_str()) > (last.0.as_str(), last.1.as_str()));
    }
    found.truncate(usize::try_from(search.limit).unwrap_or_default());
    let ids: Vec<AccountId> = found.into_iter().map(|(_, id)| id).collect();
    let mut rows = directory::accounts(tx.connection(), &ids).await.map_err(problems::store)?;
    rows.sort_by_key(|account| ids.iter().position(|id| *id == account.id));
    let page = Page::of(rows, find.0.limit, |account| after(&account.name, account.id.as_str()));
    Ok(Json(page.map(AccountView::from)))
}
