//! What of the history is looked for: as addresses hold it, as the API is asked, and as a view keeps it.

use client::{ClientError, RequestFilter, ViewFilter};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::pages::choose::Chosen;
use crate::pages::query;
use crate::pages::visit::SignedIn;

/// What can be looked for.
pub(super) const STATES: [&str; 5] = ["pending", "approved", "rejected", "cancelled", "timed_out"];

#[derive(Deserialize)]
pub(in crate::pages) struct Params {
    #[serde(default)]
    whose: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    account: String,
    /// What somebody is called, or their id, for those who may read everything.
    #[serde(default)]
    person: String,
    #[serde(default)]
    since: String,
    #[serde(default)]
    until: String,
    cursor: Option<String>,
}

/// The filters as they are taken.
pub(super) struct Filters {
    pub role: &'static str,
    pub state: &'static str,
    pub account: String,
    pub person: String,
    pub since: Option<Date>,
    pub until: Option<Date>,
    pub cursor: Option<String>,
}

/// What the names that were written mean.
pub(super) struct Meant {
    pub person: Chosen,
    pub account: Chosen,
}

impl Filters {
    pub(super) fn of(reads_all: bool, params: Params) -> Self {
        let role = if reads_all && params.whose != "mine" { "all" } else { "mine" };
        Self {
            role,
            person: if role == "all" { params.person.trim().to_owned() } else { String::new() },
            since: params.since.parse().ok(),
            until: params.until.parse().ok(),
            state: STATES.into_iter().find(|known| *known == params.state).unwrap_or_default(),
            account: params.account.trim().to_owned(),
            cursor: params.cursor,
        }
    }

    /// What a view shows. Only what a filter can be is taken over, so that a view leads nowhere else.
    pub(super) fn of_view(reads_all: bool, view: &ViewFilter) -> Self {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let whose = if view.whose.as_deref() == Some("all") { "all" } else { "mine" };
        let params = Params {
            whose: whose.to_owned(),
            state: text(&view.state),
            account: text(&view.account),
            person: text(&view.person),
            since: day(view.since),
            until: day(view.until),
            cursor: None,
        };
        Self::of(reads_all, params)
    }

    /// As a view keeps it.
    pub(super) fn view(&self) -> ViewFilter {
        let set = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        ViewFilter {
            whose: set(self.role),
            state: set(self.state),
            account: set(&self.account),
            person: set(&self.person),
            since: self.since,
            until: self.until,
        }
    }

    /// What the names that were written mean.
    pub(super) async fn meant(&self, me: &SignedIn) -> Result<Meant, ClientError> {
        let (person, places) =
            futures_util::future::join(Chosen::person(me, &self.person), me.site().atlas.places(&me.api)).await;
        Ok(Meant { person: person?, account: Chosen::account_ever(&self.account, &places) })
    }

    /// As the API is asked; none where it is not known what about.
    pub(super) fn for_api(&self, limit: u16, zone: &TimeZone, meant: &Meant) -> Option<RequestFilter> {
        let midnight = |day: Date| day.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp());
        let set = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        if [&meant.person, &meant.account].into_iter().any(|one| one.id().is_none() && !one.is_unasked()) {
            return None;
        }
        let id = |one: &Chosen| one.id().map(str::to_owned);
        Some(RequestFilter {
            role: set(self.role),
            state: set(self.state),
            account: id(&meant.account),
            person: id(&meant.person),
            since: self.since.and_then(midnight),
            // The whole of the last day.
            until: self.until.and_then(|day| day.tomorrow().ok()).and_then(midnight),
            cursor: self.cursor.clone(),
            limit: Some(limit),
        })
    }

    pub(super) fn place(&self, path: &str, cursor: &str) -> String {
        let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let parameters: [(&str, &str); 7] = [
            ("whose", self.role),
            ("state", self.state),
            ("account", &self.account),
            ("person", &self.person),
            ("since", &day(self.since)),
            ("until", &day(self.until)),
            ("cursor", cursor),
        ];
        query(path, &parameters)
    }

    /// The same about this person; without an id about anybody.
    pub(super) fn about(&self, person: &str) -> String {
        let all = Self { person: person.to_owned(), account: self.account.clone(), cursor: None, ..*self };
        all.place("/history", "")
    }

    /// The same in this account.
    pub(super) fn inside(&self, account: &str) -> String {
        let all = Self { person: self.person.clone(), account: account.to_owned(), cursor: None, ..*self };
        all.place("/history", "")
    }
}
