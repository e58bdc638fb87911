//! `GET /who`: who can get a permission set in an account, by which rule and with whose word.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Query;
use askama::Template;
use client::{Need, Pair};
use serde::Deserialize;
use serde_json::Value;

use super::ask::stages;
use super::frame::{Frame, page};
use super::visit::{Visit, answer};
use super::words;
use crate::parts::{PairPart, duration};
use crate::texts::Texts;

/// What is offered where several are meant; more are found by typing.
const OFFERED: usize = 20;

#[derive(Template)]
#[template(path = "who.html")]
struct Who {
    frame: Frame,
    t: Texts,
    account: Chosen,
    set: Chosen,
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

/// One of very many, by what somebody typed.
struct Chosen {
    /// What the field says.
    text: String,
    found: Found,
}

enum Found {
    /// Nothing was typed.
    Unasked,
    Nothing,
    /// By id.
    One(String),
    /// Names and where they lead, and how many more there are.
    Several(Vec<(String, String)>, usize),
}

impl Chosen {
    /// Among these, by id and by what each is called; `place` is the page with one of them chosen.
    fn among(typed: &str, all: &[(&str, String)], place: impl Fn(&str) -> String) -> Self {
        let text: String = typed.chars().filter(|c| !c.is_control()).take(200).collect();
        let is_it = |id: &str, called: &str| {
            id == text
                || called.strip_prefix(text.as_str()).is_some_and(|rest| rest.is_empty() || rest == format!(" ({id})"))
        };
        if let Some((id, called)) = all.iter().find(|(id, called)| is_it(id, called)) {
            return Self { text: called.clone(), found: Found::One((*id).to_owned()) };
        }
        let words: Vec<String> = text.to_lowercase().split_whitespace().map(str::to_owned).collect();
        if words.is_empty() {
            return Self { text, found: Found::Unasked };
        }
        let meant = |called: &str| words.iter().all(|word| called.to_lowercase().contains(word.as_str()));
        let found: Vec<_> = all.iter().filter(|(_, called)| meant(called)).collect();
        match found.as_slice() {
            [] => Self { text, found: Found::Nothing },
            [(id, called)] => Self { text: called.clone(), found: Found::One((*id).to_owned()) },
            several => {
                let offered = several.iter().take(OFFERED).map(|(id, called)| (called.clone(), place(id))).collect();
                Self { text, found: Found::Several(offered, several.len().saturating_sub(OFFERED)) }
            }
        }
    }

    const fn is_unasked(&self) -> bool {
        matches!(self.found, Found::Unasked)
    }

    fn id(&self) -> Option<&str> {
        match &self.found {
            Found::One(id) => Some(id),
            Found::Unasked | Found::Nothing | Found::Several(..) => None,
        }
    }
}

pub(super) async fn show(visit: Visit, params: Query<Params>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        me.must_read_all()?;
        let t = me.t();
        let asked = params.into_inner();
        let (places, sets) =
            futures_util::future::join(me.site().atlas.places(&me.api), me.api.every_permission_set()).await;
        let sets = sets.map_err(|error| me.refused(t.who_title(), &error))?;
        let accounts: Vec<(&str, String)> = places
            .by_name()
            .into_iter()
            .map(|place| (place.id.as_str(), format!("{} ({})", place.name, place.id)))
            .collect();
        let sets: Vec<(&str, String)> = sets.iter().map(|one| (one.arn.as_str(), one.name.clone())).collect();
        let place = |account: &str, set: &str| super::query("/who", &[("account", account), ("set", set)]);
        let account = Chosen::among(&asked.account, &accounts, |id| place(id, &asked.set));
        let set = Chosen::among(&asked.set, &sets, |arn| place(account.id().unwrap_or(&asked.account), arn));
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
        Ok(page(StatusCode::OK, &Who { frame: me.frame(), t, account, set, what, rows }))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn found(typed: &str) -> Found {
        let all =
            [("1", "ledger (1)".to_owned()), ("2", "ledger-old (2)".to_owned()), ("3", "Payments (3)".to_owned())];
        Chosen::among(typed, &all, |id| format!("/{id}")).found
    }

    #[test]
    fn a_number_or_a_whole_name_is_that_one_also_where_others_are_called_alike() {
        for typed in ["1", "ledger", "ledger (1)"] {
            assert!(matches!(found(typed), Found::One(id) if id == "1"), "{typed}");
        }
    }

    #[test]
    fn a_part_of_a_name_is_enough_and_where_several_have_it_they_are_offered() {
        assert!(matches!(found("PAY"), Found::One(id) if id == "3"));
        assert!(matches!(found("old led"), Found::One(id) if id == "2"));
        let Found::Several(offered, 0) = found("led") else { panic!("one of two") };
        assert_eq!(
            offered,
            [("ledger (1)".to_owned(), "/1".to_owned()), ("ledger-old (2)".to_owned(), "/2".to_owned())]
        );
    }

    #[test]
    fn nothing_typed_is_no_question_and_a_wrong_name_is_nobody() {
        assert!(matches!(found(" "), Found::Unasked));
        assert!(matches!(found("<script>"), Found::Nothing));
    }
}
