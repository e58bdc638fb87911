//! `GET /settings`: how the installation is set and where that comes from; read only, and never a secret.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Query;
use askama::Template;
use client::{Integration, LimitsInForce, SettingsKey};
use serde::Deserialize;

use super::frame::{Frame, page};
use super::visit::{Visit, answer};
use super::words;
use crate::parts::duration;
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "settings.html")]
struct SettingsPage {
    frame: Frame,
    t: Texts,
    limits: Vec<(&'static str, String)>,
    backstop: bool,
    integrations: Vec<System>,
    q: String,
    keys: Vec<Key>,
}

/// Another system: its name, what it is for, how it stands.
struct System {
    name: String,
    kind: &'static str,
    class: &'static str,
    stands: &'static str,
    why: Option<String>,
}

struct Key {
    key: String,
    what: String,
    value: String,
    source: &'static str,
    set: bool,
}

#[derive(Deserialize)]
pub(super) struct Params {
    #[serde(default)]
    q: String,
}

pub(super) async fn show(visit: Visit, params: Query<Params>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        me.must_read_all()?;
        let t = me.t();
        let settings = me.api.settings().await.map_err(|error| me.refused(t.settings_title(), &error))?;
        let q = params.q.trim().to_lowercase();
        let found = settings.keys.into_iter().filter(|key| key.key.contains(&q));
        let shown = SettingsPage {
            frame: me.frame(),
            t,
            backstop: settings.limits.backstop,
            limits: limits(settings.limits, t),
            integrations: settings.integrations.into_iter().map(|one| system(one, t)).collect(),
            keys: found.map(|one| key(one, t)).collect(),
            q,
        };
        Ok(page(StatusCode::OK, &shown))
    })
    .await
}

fn limits(limits: LimitsInForce, t: Texts) -> Vec<(&'static str, String)> {
    let two = |word: &str| match word {
        "loosening" => t.settings_two_loosening(),
        "resume" => t.settings_two_resume(),
        "always" => t.settings_two_always(),
        _ => t.settings_two_never(),
    };
    vec![
        (t.settings_longest(), duration(limits.max_minutes, t)),
        (t.settings_proposed(), duration(limits.default_minutes, t)),
        (t.settings_pending(), duration(limits.pending_minutes, t)),
        (t.settings_ahead(), t.days(limits.start_within_days)),
        (t.settings_reason(), t.settings_characters(limits.min_reason)),
        (t.settings_severities(), severities(&limits.severities, t)),
        (t.settings_changes_two(), two(&limits.changes_need_two).to_owned()),
        (t.settings_emergency_two(), two(&limits.emergencies_need_two).to_owned()),
    ]
}

fn severities(all: &[String], t: Texts) -> String {
    all.iter().map(|code| words::severity(code, t)).collect::<Vec<_>>().join(", ")
}

fn system(one: Integration, t: Texts) -> System {
    let (class, stands) = match (one.configured, one.answers) {
        (false, _) => ("past", t.settings_not_configured()),
        (true, Some(true)) => ("good", t.settings_answers()),
        (true, Some(false)) => ("bad", t.settings_silent()),
        (true, None) => ("waits", t.settings_configured()),
    };
    let kind = if one.kind == "tickets" { t.settings_kind_tickets() } else { t.settings_kind_on_call() };
    System { name: one.name, kind, class, stands, why: one.why }
}

fn key(one: SettingsKey, t: Texts) -> Key {
    let set = one.source != "default";
    let value = match (one.secret, one.value) {
        (true, _) if set => t.settings_secret().to_owned(),
        (true, _) => t.settings_secret_unset().to_owned(),
        (false, value) => value.unwrap_or_default(),
    };
    let source = match one.source.as_str() {
        "file" => t.settings_from_file(),
        "environment" => t.settings_from_environment(),
        _ => t.settings_from_default(),
    };
    let what = t.key_for(&one.key).map_or(one.what, str::to_owned);
    Key { key: one.key, what, value, source, set }
}
