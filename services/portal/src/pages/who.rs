//! `GET /who`: who can get a permission set in an account, by which rule and with whose word.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Query;
use askama::Template;
use client::{Need, Pair};
use serde::Deserialize;
use serde_json::Value;

use super::ask::stages;
use super::choose::Chosen;
use super::frame::{Frame, page};
use super::visit::{Visit, answer};
use super::words;
use crate::parts::{PairPart, Which, duration};
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "who.html")]
struct Who {
    frame: Frame,
    t: Texts,
    account: String,
    set: String,
    /// Which of several.
    which: Vec<Which>,
    /// Whether nothing was asked yet.
    unasked: bool,
    what: Option<PairPart>,
    rows: Result<Vec<Row>, String>,
}

struct Row {
    rule: String,
    people: Vec<String>,
    count: Option<String>,
    longest: String,
    approval: String,
    guardrails: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Params {
    #[serde(default)]
    account: String,
    #[serde(default)]
    set: String,
}

pub(super) async fn show(visit: Visit, params: Query<Params>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        me.must_oversee()?;
        let t = me.t();
        let asked = params.into_inner();
        let (places, sets) =
            futures_util::future::join(me.site().atlas.places(&me.api), me.api.every_permission_set()).await;
        let sets = sets.map_err(|error| me.refused(t.who_title(), &error))?;
        let place = |account: &str, set: &str| super::query("/who", &[("account", account), ("set", set)]);
        let account = Chosen::account(&asked.account, &places);
        let set = Chosen::permission_set(&asked.set, &sets);
        let which_account = account.which(t, |id| place(id, &asked.set));
        let which_set = set.which(t, |arn| place(account.id().unwrap_or(&asked.account), arn));
        let (mut what, mut rows) = (None, Ok(Vec::new()));
        if let Some((account, set)) = account.id().zip(set.id()) {
            let pair = Pair { account: account.to_owned(), permission_set: set.to_owned() };
            match me.api.access(&pair).await {
                Ok(access) => {
                    let names = ((account, access.account_name.as_str()), (set, access.permission_set_name.as_str()));
                    what = Some(words::part(names.0, names.1, &places, t));
                    rows = Ok(access.rules.iter().map(|rule| row(rule, t)).collect());
                }
                Err(error) => rows = Err(me.why(&error)),
            }
        }
        let shown = Who {
            frame: me.frame(),
            t,
            unasked: account.is_unasked() || set.is_unasked(),
            account: account.text,
            set: set.text,
            which: which_account.into_iter().chain(which_set).collect(),
            what,
            rows,
        };
        Ok(page(StatusCode::OK, &shown))
    })
    .await
}

fn row(rule: &Value, t: Texts) -> Row {
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let list = |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
    let subjects = rule.get("subjects").cloned().unwrap_or_default();
    let mut people: Vec<String> =
        list(subjects.get("groups")).iter().map(|group| t.preview_group(text(group, "name"))).collect();
    people.extend(list(subjects.get("users")).iter().map(|user| text(user, "name")));
    if subjects.get("everyone").and_then(Value::as_bool).unwrap_or(false) {
        people.insert(0, t.who_everyone().to_owned());
    }
    let guardrails = list(rule.get("guardrails"));
    Row {
        rule: text(rule, "name"),
        people,
        count: subjects.get("people").and_then(Value::as_i64).map(|count| t.who_people(count)),
        longest: duration(rule.get("max_minutes").and_then(Value::as_i64).unwrap_or_default(), t),
        approval: decision(rule, t).unwrap_or_else(|| text(rule, "approval")),
        guardrails: guardrails
            .iter()
            .map(|one| {
                let effect = effect(one, t).unwrap_or_else(|| text(one, "effect"));
                t.who_guardrail(text(one, "name"), effect)
            })
            .collect(),
    }
}

/// How a rule comes to a yes; nothing where the code is not known.
fn decision(rule: &Value, t: Texts) -> Option<String> {
    let way = rule.get("way")?;
    let flag = |name: &str| way.get(name).and_then(Value::as_bool).unwrap_or(false);
    match way.get("code").and_then(Value::as_str)? {
        "people" => {
            let needs: Vec<Need> = serde_json::from_value(rule.get("needs")?.clone()).ok()?;
            Some(needs.iter().map(|need| stages(need, t)).collect::<Vec<_>>().join("; "))
        }
        "automatic" => {
            let waiver = way.get("waiver").and_then(Value::as_str);
            Some(match (waiver, flag("incident"), flag("on_duty")) {
                (Some(waiver), _, _) => t.decides_nobody_waived(waiver),
                (None, true, false) => t.decides_nobody_incident().to_owned(),
                (None, true, true) => t.decides_nobody_incident_or_duty().to_owned(),
                (None, false, _) => t.decides_nobody_duty().to_owned(),
            })
        }
        "break_glass" => Some(t.decides_break_glass(way.get("within_hours").and_then(Value::as_i64)?)),
        _ => None,
    }
}

/// What a guardrail does; nothing where the code is not known.
fn effect(guardrail: &Value, t: Texts) -> Option<String> {
    let does = guardrail.get("does")?;
    match does.get("code").and_then(Value::as_str)? {
        "deny" if does.get("spares_break_glass").and_then(Value::as_bool)? => Some(t.effect_deny_sparing().to_owned()),
        "deny" => Some(t.effect_deny().to_owned()),
        "floor" => Some(t.effect_floor().to_owned()),
        "cap" => Some(t.effect_cap(does.get("concurrent").and_then(Value::as_i64)?)),
        _ => None,
    }
}
