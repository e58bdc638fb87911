//! `PagerDuty`'s REST API, version 2.
//!
//! `GET /oncalls` answers with an entry for each escalation level at which the schedule stands, so one person may come
//! several times. A schedule that stands in no escalation policy has no entries although somebody is on call; then
//! `GET /schedules/{id}/users` knows, and says too whether the schedule exists at all.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use reqwest::StatusCode;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::OnCallPerson;
use crate::auth::Auth;
use crate::away::one_line;
use crate::door::{Answer, Door};
use crate::{Away, Unusable, clock};

/// The API of the US region.
const ADDRESS: &str = "https://api.pagerduty.com";
const ACCEPT: &str = "application/vnd.pagerduty+json;version=2";
/// Entries a page; the API allows no more.
const PAGE: usize = 100;
/// Pages that are read; a schedule with more entries is a mistake.
const MOST_PAGES: usize = 20;

#[derive(Debug)]
pub(super) struct PagerDuty {
    door: Door,
}

#[derive(Deserialize)]
struct OnCalls {
    oncalls: Vec<Entry>,
    #[serde(default)]
    more: bool,
}

#[derive(Deserialize)]
struct Entry {
    user: User,
    schedule: Option<Reference>,
    end: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Users {
    users: Vec<User>,
}

#[derive(Deserialize)]
struct User {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    summary: Option<String>,
    #[serde(default)]
    email: Option<String>,
}

#[derive(Deserialize)]
struct Reference {
    id: String,
}

impl PagerDuty {
    pub(super) fn new(address: Option<&Url>, token: &SecretString, allow_http: bool) -> Result<Self, Unusable> {
        let unusable = |setting: &str, why: &str| Unusable { setting: setting.to_owned(), why: why.to_owned() };
        let auth = Auth::scheme("Token token=", token)
            .ok_or_else(|| unusable("on_call.pagerduty_token", "it holds a character that no header may hold"))?;
        let base = match address {
            Some(address) => address.clone(),
            None => ADDRESS.parse().map_err(|_| unusable("on_call.pagerduty_url", "it is not an address"))?,
        };
        Ok(Self { door: Door::new("PagerDuty".to_owned(), base, auth, allow_http)? })
    }

    /// Who is on call now.
    pub(super) async fn on_call(&self, schedule: &str) -> Result<Vec<OnCallPerson>, Away> {
        let fits = schedule.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        if !fits || schedule.is_empty() || schedule.len() > 64 {
            return Err(self.unknown(schedule));
        }
        self.door
            .in_time(async {
                let entries = self.entries(schedule).await?;
                if entries.is_empty() { self.users(schedule).await } else { self.people(entries) }
            })
            .await
    }

    /// The entries of all pages. Those of other schedules would make others' people approvers, so none is taken.
    async fn entries(&self, schedule: &str) -> Result<Vec<(User, Option<Timestamp>)>, Away> {
        let mut entries = Vec::new();
        for page in 0..MOST_PAGES {
            let mut url = self.door.url(&["oncalls"]);
            url.query_pairs_mut()
                .append_pair("schedule_ids[]", schedule)
                .append_pair("earliest", "true")
                .append_pair("time_zone", "UTC")
                .append_pair("include[]", "users")
                .append_pair("limit", &PAGE.to_string())
                .append_pair("offset", &(page * PAGE).to_string());
            let answer = self.door.get(url, ACCEPT).await?;
            self.not_found(&answer, schedule)?;
            let OnCalls { oncalls, more } = self.door.read(&answer)?;
            let ours = oncalls.into_iter().filter(|entry| entry.schedule.as_ref().is_some_and(|s| s.id == schedule));
            entries.extend(ours.map(|entry| (entry.user, entry.end)));
            if !more {
                return Ok(entries);
            }
        }
        Err(self.door.unreadable(&format!("schedule {schedule} has more than {} entries", MOST_PAGES * PAGE)))
    }

    async fn users(&self, schedule: &str) -> Result<Vec<OnCallPerson>, Away> {
        let now = clock::now();
        let soon = now.saturating_add(SignedDuration::from_secs(1)).unwrap_or(now);
        let mut url = self.door.url(&["schedules", schedule, "users"]);
        url.query_pairs_mut().append_pair("since", &format!("{now:.0}")).append_pair("until", &format!("{soon:.0}"));
        let answer = self.door.get(url, ACCEPT).await?;
        self.not_found(&answer, schedule)?;
        let Users { users } = self.door.read(&answer)?;
        self.people(users.into_iter().map(|user| (user, None)).collect())
    }

    /// Each person once, with their latest end. Who has no address cannot be known here and is left out.
    fn people(&self, entries: Vec<(User, Option<Timestamp>)>) -> Result<Vec<OnCallPerson>, Away> {
        let found = entries.len();
        let mut people: BTreeMap<String, OnCallPerson> = BTreeMap::new();
        for (user, until) in entries {
            let email = one_line(user.email.as_deref().unwrap_or_default(), 320);
            if email.is_empty() {
                continue;
            }
            let name = one_line(user.name.or(user.summary).as_deref().unwrap_or(&email), 200);
            people
                .entry(email.to_lowercase())
                // No end is later than any.
                .and_modify(|known| known.until = known.until.zip(until).map(|(one, other)| one.max(other)))
                .or_insert(OnCallPerson { email, name, until });
        }
        if people.is_empty() && found > 0 {
            return Err(self.door.unreadable("it names people without their addresses; may the API key read users?"));
        }
        Ok(people.into_values().collect())
    }

    /// "Not found" is about the schedule when the API itself says so; another server's is about the address.
    fn not_found(&self, answer: &Answer, schedule: &str) -> Result<(), Away> {
        if answer.status != StatusCode::NOT_FOUND {
            return Ok(());
        }
        let value: Value = self.door.read(answer).unwrap_or_default();
        if value.get("error").is_some_and(Value::is_object) {
            return Err(self.unknown(schedule));
        }
        Err(self.door.unreadable("HTTP 404 without PagerDuty's form; is on_call.pagerduty_url right?"))
    }

    fn unknown(&self, schedule: &str) -> Away {
        Away::UnknownSchedule { system: self.door.system.clone(), schedule: one_line(schedule, 64) }
    }
}
