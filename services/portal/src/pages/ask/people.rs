//! For whom it is asked: the caller, or somebody else whom they find by name.

use askama::Template;
use askama::filters::HtmlSafe;
use client::Find;

use super::draft::Draft;
use crate::pages::visit::SignedIn;
use crate::texts::Texts;

/// So many people are shown.
const SHOWN: u16 = 8;

/// The people who were found, as a part of the page.
#[derive(Template)]
#[template(path = "people.html")]
pub(super) struct People {
    t: Texts,
    who: String,
    /// Each by id, name, and what they sign in with.
    rows: Vec<(String, String, String)>,
    more: bool,
    error: Option<String>,
}

impl HtmlSafe for People {}

impl People {
    pub(super) async fn of(me: &SignedIn, draft: &Draft) -> Self {
        let t = me.t();
        let who = draft.who.trim().to_owned();
        let none = Self { t, who, rows: Vec::new(), more: false, error: None };
        if none.who.is_empty() || !draft.beneficiary.is_empty() {
            return Self { who: String::new(), ..none };
        }
        // One more than is shown, and the caller may be among them.
        let find = Find { text: none.who.clone(), limit: Some(SHOWN + 2), ..Find::default() };
        match me.api.users(&find).await {
            Ok(page) => {
                let others = page.items.into_iter().filter(|user| user.active && user.id != me.id);
                let mut rows: Vec<_> = others.map(|user| (user.id, user.name, user.user_name)).collect();
                let more = rows.len() > usize::from(SHOWN);
                rows.truncate(SHOWN.into());
                Self { rows, more, ..none }
            }
            Err(error) => Self { error: Some(me.why(&error)), ..none },
        }
    }
}

/// Somebody else who shall have it: their id and their name, or the id where nobody knows the name.
pub(super) async fn beneficiary(me: &SignedIn, draft: &Draft) -> Option<(String, String)> {
    let id = draft.beneficiary.clone();
    if id.is_empty() || id == me.id {
        return None;
    }
    let name = me.site().people.names(&me.api, [id.clone()]).await.remove(&id);
    Some((id.clone(), name.unwrap_or(id)))
}
