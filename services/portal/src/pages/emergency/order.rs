//! What the button shall do: as a form holds it, as the API takes it, and in words.

use std::collections::HashMap;

use client::{Emergency, EmergencyScope, NewEmergency};
use serde::Deserialize;

use crate::pages::choose::{Chosen, One};
use crate::pages::visit::SignedIn;
use crate::places::Places;
use crate::texts::Texts;

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
    /// Whether there are others.
    #[serde(skip)]
    pub others: bool,
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

    /// The one that is meant; else what is wrong: that nothing was said at `asked`, nothing is called so, or several are,
    /// which are then to choose from at `choice`.
    fn decided(
        &self,
        chosen: &Chosen,
        asked: (&'static str, &'static str),
        choice: &'static str,
        t: Texts,
    ) -> Result<One, Box<Self>> {
        if let Some(one) = chosen.one() {
            return Ok(one.clone());
        }
        let (field, missing) = asked;
        let mut draft = self.clone();
        draft.candidates = chosen.several().iter().map(|one| (one.id.clone(), one.called.clone())).collect();
        draft.others = chosen.others();
        Err(Box::new(match chosen.none(t) {
            Some(none) => draft.amiss(field, none),
            None if chosen.is_unasked() => draft.amiss(field, missing),
            None => draft.amiss(choice, chosen.question(t)),
        }))
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
            (Some(EmergencyScope::Account { account: id }), t.end_all_in(name), draft)
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
async fn person(me: &SignedIn, draft: Draft) -> Result<(String, String, Draft), Box<Draft>> {
    let t = me.t();
    let typed = if draft.user.is_empty() { &draft.person } else { &draft.user };
    let chosen = match Chosen::person(me, typed).await {
        Ok(chosen) => chosen,
        Err(error) => {
            let why = me.why(&error);
            return Err(Box::new(draft.amiss("person", why)));
        }
    };
    let One { id, called } = draft.decided(&chosen, ("person", t.say_who()), "user", t)?;
    Ok((id.clone(), called, Draft { user: id, ..draft }))
}

/// Which account is meant: the one of this number, or the only one that is called so.
fn account(draft: Draft, places: &Places, t: Texts) -> Result<(String, String, Draft), Box<Draft>> {
    let typed = if draft.number.is_empty() { &draft.account } else { &draft.number };
    let chosen = Chosen::account(typed, places);
    let One { id, called } = draft.decided(&chosen, ("account", t.say_where()), "number", t)?;
    Ok((id.clone(), called, Draft { number: id, ..draft }))
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
