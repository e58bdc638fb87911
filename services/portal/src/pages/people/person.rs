//! `GET /people/{id}`: what the directory knows of somebody, what they may ask for, and whether and why they may have one
//! permission set in one account.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use askama::Template;
use client::{Eligibility, Pair, PersonDetail, Question};
use serde::Deserialize;

use crate::pages::ask::stages;
use crate::pages::choose::{Chosen, One};
use crate::pages::frame::{Frame, page};
use crate::pages::visit::{SignedIn, Visit, answer};
use crate::pages::{problems, reasons, words};
use crate::parts::{Notice, PairPart, Tone, Which, duration};
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
    asked: Asked,
}

/// What it was asked whether they may have it: the texts, and the answer or what stands before one.
struct Asked {
    account: String,
    set: String,
    which: Vec<Which>,
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
        let asked = asked(&me, &id, &params, &places).await;
        let more = offers.as_ref().map_or(0, |all| all.items.len().saturating_sub(TOLD));
        let shown = PersonPage {
            frame: me.frame(),
            t,
            history: crate::pages::query("/history", &[("whose", "all"), ("person", &person.user_name)]),
            offers: offers.map(|all| offered(&all, &places, t)).map_err(|error| me.why(&error)),
            person,
            more,
            asked,
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

/// What the form holds, and what there is to say about it.
async fn asked(me: &SignedIn, user: &str, typed: &Params, places: &Places) -> Asked {
    let t = me.t();
    let account = Chosen::account(&typed.account, places);
    let nothing = |text: &str| Asked {
        account: account.text.clone(),
        set: text.trim().to_owned(),
        which: Vec::new(),
        wrong: None,
        answer: None,
    };
    if typed.account.trim().is_empty() && typed.set.trim().is_empty() {
        return nothing("");
    }
    let sets = match me.api.every_permission_set().await {
        Ok(sets) => sets,
        Err(error) => return Asked { wrong: Some(me.why(&error)), ..nothing(&typed.set) },
    };
    let set = Chosen::permission_set(&typed.set, &sets);
    let place = |account: &str, set: &str| {
        crate::pages::query(&format!("/people/{user}"), &[("account", account), ("set", set)])
    };
    let which = [
        account.which(t, |id| place(id, &typed.set)),
        set.which(t, |arn| place(account.id().unwrap_or(&typed.account), arn)),
    ];
    let told = match account.id().zip(set.one()) {
        Some((account, set)) => explained(me, user, (account, set), places).await.map(Some),
        None => Ok(None),
    };
    let (wrong, answer) = told.map_or_else(|why| (Some(why), None), |answer| (None, answer));
    Asked { which: which.into_iter().flatten().collect(), wrong, answer, ..nothing(&set.text) }
}

/// Whether they may have it, and why.
async fn explained(me: &SignedIn, user: &str, (account, set): (&str, &One), places: &Places) -> Result<Answer, String> {
    let t = me.t();
    let question = Question {
        user: Some(user.to_owned()),
        pairs: vec![Pair { account: account.to_owned(), permission_set: set.id.clone() }],
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
    let name = places.get(account).map_or(account, |place| place.name.as_str());
    let what = words::part((account, name), (&set.id, &set.called), places, t);
    Ok(Answer { notice, what, who, trace })
}
