//! What was found, as a part of the page.

use askama::Template;
use askama::filters::HtmlSafe;
use client::Pair;

use super::draft::{Draft, written};
use super::offers::Offers;
use crate::parts::Env;
use crate::texts::Texts;

/// So many accounts are shown where somebody looks for something, where nobody does yet, and where something is chosen.
const SHOWN: [usize; 3] = [12, 6, 0];

/// What may be asked for and matches.
#[derive(Template)]
#[template(path = "found.html")]
pub(super) struct Found {
    t: Texts,
    q: String,
    rows: Vec<Row>,
    more: usize,
    /// Whether nothing is looked for.
    idle: bool,
    /// Whether there is nothing to ask for at all.
    nothing: bool,
    /// Whether it would be for somebody else.
    on_behalf: bool,
    error: Option<String>,
}

struct Row {
    name: String,
    id: String,
    env: Option<Env>,
    units: String,
    sets: Vec<Choice>,
}

struct Choice {
    value: String,
    name: String,
    chosen: bool,
}

impl HtmlSafe for Found {}

impl Found {
    pub(super) fn of(offers: &Offers, draft: &Draft, t: Texts) -> Self {
        let (q, chosen) = (draft.q.as_str(), &draft.pairs);
        let found = offers.search(q);
        let [looking, idle, chosen_before] = SHOWN;
        let shown = match (q.trim().is_empty(), chosen.is_empty()) {
            (false, _) => looking,
            (true, true) => idle,
            (true, false) => chosen_before,
        };
        let rows = found.iter().take(shown).map(|(account, sets)| Row {
            name: account.name.clone(),
            id: account.id.clone(),
            env: account.environment.as_deref().map(|tag| Env::new(tag, t)),
            units: account.units.clone(),
            sets: sets
                .iter()
                .map(|(name, arn)| {
                    let pair = Pair { account: account.id.clone(), permission_set: arn.to_string() };
                    Choice { value: written(&pair), name: name.to_string(), chosen: chosen.contains(&pair) }
                })
                .collect(),
        });
        Self {
            t,
            q: q.to_owned(),
            rows: rows.collect(),
            more: found.len().saturating_sub(shown),
            idle: shown == chosen_before,
            nothing: offers.accounts.is_empty(),
            on_behalf: !draft.beneficiary.is_empty(),
            error: None,
        }
    }

    pub(super) const fn failed(why: String, t: Texts) -> Self {
        Self {
            t,
            q: String::new(),
            rows: Vec::new(),
            more: 0,
            idle: true,
            nothing: false,
            on_behalf: false,
            error: Some(why),
        }
    }
}
