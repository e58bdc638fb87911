//! `/policy/{kind}`: rules, approval policies, guardrails, freezes, owners and schedules one by one: listed, shown in
//! words, made, edited and deleted, each with what that means before it is written. All of them as one file are at `/rules`.

mod change;
mod delete;
mod edit;
mod form;
mod kinds;
mod list;
mod meaning;
mod mistakes;
mod one;
mod words;

pub(super) use change::{Edit, edits, show as show_change};
pub(super) use delete::{ask as ask_delete, delete};
pub(super) use edit::{edit, edit_post, new, new_post};
pub(super) use form::difference;
pub(super) use kinds::one as called;
pub(super) use list::show as list;
pub(super) use mistakes::told as mistake;
pub(super) use one::show;

use actix_web::HttpResponse;
use domain::rules::Kind;
use uuid::Uuid;

use super::not_found;
use super::visit::{SignedIn, Visit};
use crate::texts::Texts;

/// What the forms are about.
const WHAT: &str = "policy";

/// Whoever looks at documents of this kind.
async fn reader(visit: Visit, kind: &str) -> Result<(SignedIn, Kind), HttpResponse> {
    let Some(kind) = kinds::of_path(kind) else { return Err(not_found::not_found(visit).await) };
    let me = visit.signed_in().await?;
    me.must_read_all()?;
    Ok((me, kind))
}

/// Whoever changes one of them.
async fn writer(visit: Visit, kind: &str) -> Result<(SignedIn, Kind), HttpResponse> {
    let (me, kind) = reader(visit, kind).await?;
    me.must_administer()?;
    Ok((me, kind))
}

/// The same with the document that an address names.
async fn writer_of(visit: Visit, (kind, id): &(String, String)) -> Result<(SignedIn, Kind, Uuid), HttpResponse> {
    let Ok(id) = id.parse::<Uuid>() else { return Err(not_found::not_found(visit).await) };
    let (me, kind) = writer(visit, kind).await?;
    Ok((me, kind, id))
}

/// A page beside others.
pub(super) struct Tab {
    pub place: String,
    pub name: &'static str,
    pub here: bool,
}

/// The kinds, and all of them as one file.
pub(super) fn tabs(here: Option<Kind>, t: Texts) -> Vec<Tab> {
    let tab = |kind: Kind| Tab { place: kinds::list(kind), name: kinds::many(kind, t).0, here: here == Some(kind) };
    let mut all: Vec<Tab> = kinds::ALL.into_iter().map(tab).collect();
    all.push(Tab { place: "/rules".to_owned(), name: t.policy_all_yaml(), here: here.is_none() });
    all
}
