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
use crate::texts::{Language, Texts};

#[derive(Template)]
#[template(path = "settings.html")]
struct SettingsPage {
    frame: Frame,
    t: Texts,
    limits: Vec<(&'static str, String)>,
    backstop: bool,
    integrations: Vec<System>,
    q: String,
    /// Whether only keys are shown that somebody set.
    only_set: bool,
    themes: Vec<Theme>,
}

/// Keys that belong together.
struct Theme {
    id: &'static str,
    name: &'static str,
    said: String,
    keys: Vec<Key>,
    /// Whether they are shown without a click: somebody looks for some of them.
    open: bool,
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
    /// What counts.
    value: String,
    /// What would count if nobody had set it.
    default: Option<String>,
    source: &'static str,
    set: bool,
}

/// The sections of the file by what they are about; what no other has is in the last.
const THEMES: [(&str, &[&str]); 5] = [
    ("deciding", &["requests", "approvals", "policy", "emergency", "on_call", "tickets"]),
    ("aws", &["aws", "aws_roles", "backstop", "reconcile", "live_sessions", "offline"]),
    ("people", &["oidc", "personas", "portal"]),
    ("telling", &["mail", "webhooks", "links", "receipts"]),
    ("running", &["http", "database", "broker", "api", "telemetry"]),
];

#[derive(Deserialize)]
pub(super) struct Params {
    #[serde(default)]
    q: String,
    #[serde(default)]
    set: String,
}

pub(super) async fn show(visit: Visit, params: Query<Params>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        me.must_read_all()?;
        let t = me.t();
        let settings = me.api.settings().await.map_err(|error| me.refused(t.settings_title(), &error))?;
        let Params { q, set } = params.into_inner();
        let (q, only_set) = (q.trim().to_lowercase(), !set.is_empty());
        let found: Vec<Key> = settings.keys.into_iter().map(|one| key(one, t)).collect();
        let found = found.into_iter().filter(|key| key.key.contains(&q) && (key.set || !only_set));
        let shown = SettingsPage {
            frame: me.frame(),
            t,
            backstop: settings.limits.backstop,
            limits: limits(settings.limits, t),
            integrations: settings.integrations.into_iter().map(|one| system(one, t)).collect(),
            themes: themes(found, only_set || !q.is_empty(), t),
            q,
            only_set,
        };
        Ok(page(StatusCode::OK, &shown))
    })
    .await
}

/// The keys by theme, without themes that have none of them.
fn themes(keys: impl Iterator<Item = Key>, open: bool, t: Texts) -> Vec<Theme> {
    let mut all: Vec<Theme> = THEMES
        .iter()
        .map(|(id, _)| Theme { id, name: theme_name(id, t), said: String::new(), keys: Vec::new(), open })
        .collect();
    for key in keys {
        let section = key.key.split('.').next().unwrap_or_default();
        let at = THEMES.iter().position(|(_, sections)| sections.contains(&section));
        if let Some(theme) = all.get_mut(at.unwrap_or(THEMES.len() - 1)) {
            theme.keys.push(key);
        }
    }
    all.retain(|theme| !theme.keys.is_empty());
    for theme in &mut all {
        theme.said = t.settings_keys_said(theme.keys.len(), theme.keys.iter().filter(|key| key.set).count());
    }
    all
}

fn theme_name(id: &str, t: Texts) -> &'static str {
    match id {
        "deciding" => t.settings_deciding(),
        "aws" => t.settings_aws(),
        "people" => t.settings_people(),
        "telling" => t.settings_telling(),
        _ => t.settings_running(),
    }
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
    let (value, default) = match (one.secret, one.value, one.default) {
        (true, ..) if set => (t.settings_secret().to_owned(), None),
        (true, ..) => (t.settings_secret_unset().to_owned(), None),
        (false, Some(value), default) => (value, default),
        (false, None, Some(default)) => (default, None),
        (false, None, None) => (t.settings_nothing().to_owned(), None),
    };
    let source = match one.source.as_str() {
        "file" => t.settings_from_file(),
        "environment" => t.settings_from_environment(),
        _ => t.settings_from_default(),
    };
    let what = match t.key_for(&one.key) {
        Some(what) if t.language != Language::OF_THE_API => what.to_owned(),
        Some(_) | None => one.what,
    };
    Key { key: one.key, what, value, default, source, set }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_of_the_file_has_its_theme() {
        let sample = include_str!("../../../../shared/runtime/curfew.sample.toml");
        let sections = sample.lines().filter_map(|line| line.trim_start_matches("# ").strip_prefix('['));
        let sections: Vec<&str> = sections.filter_map(|line| line.split([']', '.']).next()).collect();
        assert!(sections.contains(&"requests"), "{sections:?}");
        for section in sections {
            let themes = THEMES.iter().filter(|(_, sections)| sections.contains(&section)).count();
            assert_eq!(themes, 1, "{section}");
        }
    }
}
