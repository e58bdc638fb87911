//! What the button shall do: as a form holds it, as the API takes it, and in words.

use std::collections::HashMap;

use client::{Emergency, EmergencyScope, Find, NewEmergency};
use serde::Deserialize;

use super::super::visit::SignedIn;
use crate::places::Places;
use crate::texts::Texts;

/// So many are looked through for the one that is meant.
const LOOKED: u16 = 50;
/// So many are offered to choose from.
const OFFERED: usize = 8;

/// What a form holds.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::pages) struct Draft {
    pub code: String,
    pub key: String,
    /// `person`, `account`, `everything`, `pause` or `resume`.
    pub what: String,
    /// What was typed.
    pub person: String,
    pub account: String,
    /// Who or where was chosen of those that this may mean.
    pub user: String,
    pub number: String,
    pub also_pause: String,
    pub reason: String,
    /// Whether it was confirmed.
    pub press: String,
    /// What is wrong with a field, by its name.
    #[serde(skip)]
    pub wrong: Option<(&'static str, String)>,
    /// Whom or where what was typed may mean: as forms hold it, and in words.
    #[serde(skip)]
    pub candidates: Vec<(String, String)>,
}

impl Draft {
    /// What is wrong with this field.
    pub(super) fn wrong(&self, field: &str) -> Option<&str> {
        self.wrong.as_ref().filter(|(name, _)| *name == field).map(|(_, why)| why.as_str())
    }

    pub(super) fn pauses(&self) -> bool {
        !self.also_pause.is_empty()
    }

    fn amiss(mut self, field: &'static str, why: impl Into<String>) -> Self {
        self.wrong = Some((field, why.into()));
        self
    }
}

/// What is asked for and what it is called, or the draft with what is missing.
pub(super) async fn meant(
    me: &SignedIn,
    draft: Draft,
    places: &Places,
) -> Result<(NewEmergency, String, Draft), Box<Draft>> {
    let t = me.t();
    let (ends, title, draft) = match draft.what.as_str() {
        "person" => {
            let (id, name, draft) = person(me, draft).await?;
            (Some(EmergencyScope::User { user: id }), t.end_all_of(name), draft)
        }
        "account" => {
            let (id, name, draft) = account(draft, places, t)?;
            (Some(EmergencyScope::Account { account: id.clone() }), t.end_all_in(format!("{name} ({id})")), draft)
        }
        "everything" => (Some(EmergencyScope::Everything), t.end_all().to_owned(), draft),
        "pause" => (None, t.pause_question().to_owned(), draft),
        "resume" => (None, t.resume_question().to_owned(), draft),
        _ => return Err(Box::new(draft.amiss("what", t.say_who()))),
    };
    let new_access = match draft.what.as_str() {
        "resume" => Some("resume"),
        "pause" => Some("pause"),
        _ if draft.pauses() => Some("pause"),
        _ => None,
    };
    let reason = draft.reason.trim().to_owned();
    Ok((NewEmergency { ends, new_access: new_access.map(str::to_owned), reason }, title, draft))
}

/// Who is meant: whoever was chosen, or the only one who is called so.
async fn person(me: &SignedIn, mut draft: Draft) -> Result<(String, String, Draft), Box<Draft>> {
    let t = me.t();
    let chosen = !draft.user.is_empty();
    let text = if chosen { draft.user.clone() } else { draft.person.trim().to_owned() };
    if text.is_empty() {
        return Err(Box::new(draft.amiss("person", t.say_who())));
    }
    let find = Find { text: text.clone(), limit: Some(LOOKED), ..Find::default() };
    let found = match me.api.users(&find).await {
        Ok(page) => page.items,
        Err(error) => {
            let why = me.why(&error);
            return Err(Box::new(draft.amiss("person", why)));
        }
    };
    let exact = |user: &&client::User| user.id == text || user.user_name == text;
    let only = found.iter().find(exact).or_else(|| found.first().filter(|_| found.len() == 1 && !chosen));
    match only {
        Some(user) => {
            let name = format!("{} ({})", user.name, user.user_name);
            draft.user.clone_from(&user.id);
            Ok((user.id.clone(), name, draft))
        }
        None if found.is_empty() || chosen => Err(Box::new(draft.amiss("person", t.nobody_called(text)))),
        None => {
            draft.candidates = found
                .into_iter()
                .take(OFFERED)
                .map(|user| (user.id, format!("{} ({})", user.name, user.user_name)))
                .collect();
            Err(Box::new(draft.amiss("user", t.which_person())))
        }
    }
}

/// Which account is meant: the one of this number, or the only one that is called so.
fn account(mut draft: Draft, places: &Places, t: Texts) -> Result<(String, String, Draft), Box<Draft>> {
    let text = if draft.number.is_empty() { draft.account.trim() } else { &draft.number }.to_owned();
    if text.is_empty() {
        return Err(Box::new(draft.amiss("account", t.say_where())));
    }
    if let Some(place) = places.get(&text) {
        draft.number.clone_from(&place.id);
        return Ok((place.id.clone(), place.name.clone(), draft));
    }
    let words = text.to_lowercase();
    let mut found: Vec<_> = places.by_name().into_iter().filter(|place| place.haystack.contains(&words)).collect();
    if let Some(place) = found.iter().find(|place| place.name.to_lowercase() == words).filter(|_| found.len() > 1) {
        found = vec![*place];
    }
    match found.as_slice() {
        [] => Err(Box::new(draft.amiss("account", t.no_account_called(text)))),
        [place] => {
            let (id, name) = (place.id.clone(), place.name.clone());
            draft.number.clone_from(&id);
            Ok((id, name, draft))
        }
        several => {
            let offered = several.iter().take(OFFERED);
            draft.candidates =
                offered.map(|place| (place.id.clone(), format!("{} ({})", place.name, place.id))).collect();
            Err(Box::new(draft.amiss("number", t.which_account())))
        }
    }
}

/// The person whose access a use ends.
pub(super) fn person_in(one: &Emergency) -> Option<String> {
    match &one.ends {
        Some(EmergencyScope::User { user }) => Some(user.clone()),
        Some(EmergencyScope::Account { .. } | EmergencyScope::Everything) | None => None,
    }
}

/// What a use does, in words.
pub(super) fn told(one: &Emergency, names: &HashMap<String, String>, places: &Places, t: Texts) -> String {
    let ends = one.ends.as_ref().map(|ends| match ends {
        EmergencyScope::Everything => t.emergency_everything().to_owned(),
        EmergencyScope::User { user } => t.emergency_person(names.get(user).unwrap_or(user)),
        EmergencyScope::Account { account } => {
            let name =
                places.get(account).map_or_else(|| account.clone(), |place| format!("{} ({account})", place.name));
            t.emergency_account(name)
        }
    });
    let switch = match one.new_access.as_deref() {
        Some("pause") => Some(t.emergency_pauses().to_owned()),
        Some("resume") => Some(t.emergency_resumes().to_owned()),
        Some(_) | None => None,
    };
    ends.into_iter().chain(switch).collect::<Vec<_>>().join(". ")
}
