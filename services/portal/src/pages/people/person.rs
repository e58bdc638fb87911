//! `GET /people/{id}`: what the directory knows of somebody, what they may ask for, and whether and why they may have one
//! permission set in one account.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use askama::Template;
use client::{Eligibility, Pair, PersonDetail, Question};
use serde::Deserialize;

use crate::pages::ask::stages;
use crate::pages::frame::{Frame, page};
use crate::pages::visit::{SignedIn, Visit, answer};
use crate::pages::{problems, reasons, words};
use crate::parts::{Notice, PairPart, Tone, duration};
use crate::places::Places;
use crate::texts::Texts;

/// So many rules are told.
const TOLD: usize = 100;

#[derive(Template)]
#[template(path = "person.html")]
struct PersonPage {
    frame: Frame,
    t: Texts,
    person: PersonDetail,
    history: String,
    offers: Result<Vec<Offer>, String>,
    more: usize,
    account: String,
    set: String,
    wrong: Option<String>,
    answer: Option<Answer>,
}

/// What one rule offers.
struct Offer {
    page: String,
    name: String,
    what: String,
    place: String,
    longest: String,
    decision: String,
}

/// Whether they may have one thing.
struct Answer {
    notice: Notice,
    what: PairPart,
    who: Vec<String>,
    trace: Vec<(bool, String, String)>,
}

#[derive(Deserialize)]
pub(in crate::pages) struct Params {
    #[serde(default)]
    account: String,
    #[serde(default)]
    set: String,
}

pub(in crate::pages) async fn show(visit: Visit, id: Path<String>, params: Query<Params>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        me.must_read_all()?;
        let t = me.t();
        let id = id.into_inner();
        let (person, offers, places) = futures_util::future::join3(
            me.api.user(&id),
            me.api.eligibility_of_user(&id),
            me.site().atlas.places(&me.api),
        )
        .await;
        let person = person.map_err(|error| me.refused(t.people_people(), &error))?;
        let Params { account, set } = params.into_inner();
        let (wrong, answer) = match asked(&me, &id, (account.trim(), set.trim()), &places).await {
            Ok(answer) => (None, answer),
            Err(why) => (Some(why), None),
        };
        let more = offers.as_ref().map_or(0, |all| all.items.len().saturating_sub(TOLD));
        let shown = PersonPage {
            frame: me.frame(),
            t,
            history: crate::pages::query("/history", &[("whose", "all"), ("person", &person.user_name)]),
            offers: offers.map(|all| offered(&all, &places, t)).map_err(|error| me.why(&error)),
            person,
            more,
            account,
            set,
            wrong,
            answer,
        };
        Ok(page(StatusCode::OK, &shown))
    })
    .await
}

fn offered(all: &Eligibility, places: &Places, t: Texts) -> Vec<Offer> {
    let account = |id: &String| places.get(id).map_or_else(|| id.clone(), |place| place.name.clone());
    let set = |arn: &String| {
        let known = all.permission_sets.iter().find(|set| set.arn == *arn);
        known.map_or_else(|| arn.clone(), |set| set.name.clone())
    };
    let some = |all: &[String], name: &dyn Fn(&String) -> String| match all {
        few if few.len() <= 3 => few.iter().map(name).collect::<Vec<_>>().join(", "),
        many => {
            let told: Vec<String> = many.iter().take(3).map(name).collect();
            format!("{}, {}", told.join(", "), t.and_more(many.len() - 3))
        }
    };
    let told = all.items.iter().take(TOLD).map(|offer| Offer {
        page: format!("/policy/rules/{}", offer.rule),
        name: offer.name.clone(),
        what: some(&offer.permission_sets, &set),
        place: if offer.accounts.len() > 3 {
            t.accounts_counted(offer.accounts.len())
        } else {
            some(&offer.accounts, &account)
        },
        longest: duration(offer.max_minutes, t),
        decision: decision(offer, t),
    });
    told.collect()
}

fn decision(offer: &client::Offer, t: Texts) -> String {
    match &offer.approval {
        _ if offer.break_glass => t.words_break_glass().to_owned(),
        _ if offer.automatic => t.person_nobody().to_owned(),
        Some(need) => stages(need, t),
        None => String::new(),
    }
}

/// Whether they may have what was asked about; nothing where nothing was.
async fn asked(
    me: &SignedIn,
    user: &str,
    (account, set): (&str, &str),
    places: &Places,
) -> Result<Option<Answer>, String> {
    let t = me.t();
    if account.is_empty() || set.is_empty() {
        return Ok(None);
    }
    let lower = account.to_lowercase();
    let place = places.get(account).or_else(|| places.by_name().into_iter().find(|p| p.name.to_lowercase() == lower));
    let place = place.ok_or_else(|| t.no_account_called(account))?;
    let found = me.api.permission_sets(set).await.map_err(|error| me.why(&error))?.items;
    let text = |value: &serde_json::Value, name: &str| {
        value.get(name).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
    };
    let exact = |value: &&serde_json::Value| text(value, "arn") == set || text(value, "name").eq_ignore_ascii_case(set);
    let known = found.iter().find(exact).ok_or_else(|| t.person_no_set(set))?;
    let (arn, name) = (text(known, "arn"), text(known, "name"));
    let question = Question {
        user: Some(user.to_owned()),
        pairs: vec![Pair { account: place.id.clone(), permission_set: arn.clone() }],
        ..Question::default()
    };
    let told = me.api.explain(&question).await.map_err(|error| me.why(&error))?;
    let notice = if told.allowed {
        Notice::new(Tone::Good, t.person_explain_yes())
    } else {
        let why = told.refused.as_ref().map(|why| problems::of_slug(told.refused_as.as_deref(), why, t));
        Notice::new(Tone::Care, why.unwrap_or_else(|| t.person_explain_no().to_owned()))
    };
    let mut who: Vec<String> = Vec::new();
    for asks in told.approvals.iter().map(|approval| &approval.asks) {
        who.extend(asks.groups.iter().map(|group| t.preview_group(&group.name)));
        who.extend(asks.users.iter().map(|user| user.name.clone()));
        who.extend(asks.on_duty.iter().map(|user| t.preview_on_duty(&user.name)));
    }
    let trace = told.pairs.iter().flat_map(|pair| &pair.trace);
    let trace = trace.map(|said| (said.allows, said.name.clone(), reasons::because(said, me.look()))).collect();
    let what = words::part((&place.id, &place.name), (&arn, &name), places, t);
    Ok(Some(Answer { notice, what, who, trace }))
}
