//! `GET /who`: who can get a permission set in an account, by which rule and with whose word.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Query;
use askama::Template;
use client::Pair;
use serde::Deserialize;
use serde_json::Value;

use super::frame::{Frame, page};
use super::visit::{Visit, answer};
use super::words;
use crate::parts::{PairPart, duration};
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "who.html")]
struct Who {
    frame: Frame,
    t: Texts,
    accounts: Vec<(String, String, bool)>,
    sets: Vec<(String, String, bool)>,
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
        me.must_read_all()?;
        let t = me.t();
        let Params { account, set } = params.into_inner();
        let (places, sets) =
            futures_util::future::join(me.site().atlas.places(&me.api), me.api.every_permission_set()).await;
        let sets = sets.map_err(|error| me.refused(t.who_title(), &error))?;
        let (mut what, mut rows) = (None, Ok(Vec::new()));
        if !account.is_empty() && !set.is_empty() {
            let pair = Pair { account: account.clone(), permission_set: set.clone() };
            match me.api.access(&pair).await {
                Ok(access) => {
                    let names = (
                        (account.as_str(), access.account_name.as_str()),
                        (set.as_str(), access.permission_set_name.as_str()),
                    );
                    what = Some(words::part(names.0, names.1, &places, t));
                    rows = Ok(access.rules.iter().map(|rule| row(rule, t)).collect());
                }
                Err(error) => rows = Err(me.why(&error)),
            }
        }
        let accounts = places
            .by_name()
            .into_iter()
            .map(|place| (place.id.clone(), format!("{} ({})", place.name, place.id), place.id == account));
        let sets = sets.into_iter().map(|one| (one.arn.clone(), one.name, one.arn == set));
        let who = Who { frame: me.frame(), t, accounts: accounts.collect(), sets: sets.collect(), what, rows };
        Ok(page(StatusCode::OK, &who))
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
        approval: text(rule, "approval"),
        guardrails: guardrails.iter().map(|one| t.who_guardrail(text(one, "name"), text(one, "effect"))).collect(),
    }
}
