//! `/ask`: asking for access. One form that works without a script: finding, choosing, looking at what will happen, and
//! asking are its buttons. With our script, what is found and what will happen appear while somebody types.

mod draft;
mod find;
mod offers;
mod people;
mod preview;
mod shortcuts;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Form, Query};
use askama::Template;
use client::{ClientError, NewRequest, Pair};

use self::draft::Draft;
use self::find::Found;
use self::people::People;
use self::preview::Preview;
use self::shortcuts::Shortcut;
use super::frame::{Frame, page, see};
use super::visit::{SignedIn, Visit, answer};
use super::words;
use crate::parts::{Notice, PairPart, Tone, duration};
use crate::session::seal;
use crate::texts::Texts;

pub(super) use self::draft::minutes_of;
pub(crate) use self::offers::Catalogue;
pub(super) use self::preview::stages;

/// What the form is about.
const WHAT: &str = "ask";
/// What is offered at a click, in minutes.
const CHIPS: [i64; 6] = [30, 60, 120, 240, 480, 720];

/// Fields as browsers send them, some more than once.
type Fields = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "ask.html")]
struct Ask {
    frame: Frame,
    t: Texts,
    code: String,
    key: String,
    error: Option<Notice>,
    q: String,
    found: Found,
    /// Somebody else who shall have it, by id and name.
    beneficiary: Option<(String, String)>,
    who: String,
    people: People,
    /// As forms hold it, in a line, and as a badge.
    chosen: Vec<(String, String, PairPart)>,
    shortcuts: Vec<Shortcut>,
    templates: Vec<Shortcut>,
    chips: Vec<(i64, String, bool)>,
    other: String,
    most: String,
    later: bool,
    start: String,
    zone: String,
    severities: Vec<(String, String, bool)>,
    reason: String,
    least: usize,
    ticket: String,
    preview: Preview,
}

/// `GET /ask`: an address can hold what is asked for, `like` a request or a `template` of one's own.
pub(super) async fn show(visit: Visit, fields: Query<Fields>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        let draft = shortcuts::filled(&me, Draft::of(&fields)).await;
        Ok(page(StatusCode::OK, &form(&me, draft, None).await?))
    })
    .await
}

/// `GET /ask/found`: what may be asked for and matches, as a part of the page.
pub(super) async fn found(visit: Visit, fields: Query<Fields>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        let draft = Draft::of(&fields);
        Ok(page(StatusCode::OK, &look_for(&me, &draft).await))
    })
    .await
}

/// `GET /ask/people`: who is found by what was typed, as a part of the page.
pub(super) async fn people(visit: Visit, fields: Query<Fields>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        Ok(page(StatusCode::OK, &People::of(&me, &Draft::of(&fields)).await))
    })
    .await
}

/// `POST /ask/preview`: what would happen, as a part of the page.
pub(super) async fn preview(visit: Visit, fields: Form<Fields>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        let draft = Draft::of(&fields);
        me.checked(WHAT, &draft.code)?;
        let places = me.site().atlas.places(&me.api).await;
        Ok(page(StatusCode::OK, &Preview::of(&me, &draft, &places).await))
    })
    .await
}

/// `POST /ask`: whatever button was pressed.
pub(super) async fn post(visit: Visit, fields: Form<Fields>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        let draft = Draft::of(&fields);
        me.checked(WHAT, &draft.code)?;
        if draft.sends {
            return send(&me, draft).await;
        }
        if draft.moved && draft.reason.is_empty() && draft.ticket.is_empty() {
            // Nothing that the address cannot hold: so that going back and sharing work.
            return Ok(see(&draft.address()));
        }
        Ok(page(StatusCode::OK, &form(&me, draft, None).await?))
    })
    .await
}

async fn send(me: &SignedIn, draft: Draft) -> Result<HttpResponse, HttpResponse> {
    let request = match asked(me, &draft) {
        Ok(request) => request,
        Err(why) => return Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &form(me, draft, Some(why.to_owned())).await?)),
    };
    match me.api.submit(&request, Some(&draft.key).filter(|key| !key.is_empty()).map(String::as_str)).await {
        Ok(made) => Ok(see(&format!("/requests/{}", made.id))),
        Err(error) => {
            let status = status_of(&error);
            let why = me.why(&error);
            Ok(page(status, &form(me, draft, Some(why)).await?))
        }
    }
}

fn status_of(error: &ClientError) -> StatusCode {
    error.problem().and_then(|p| StatusCode::from_u16(p.status).ok()).unwrap_or(StatusCode::BAD_GATEWAY)
}

/// The request, or what is still missing.
fn asked(me: &SignedIn, draft: &Draft) -> Result<NewRequest, &'static str> {
    let t = me.t();
    if draft.pairs.is_empty() {
        return Err(t.chosen_none());
    }
    let written = draft.duration().ok_or_else(|| t.no_duration())?;
    let minutes = minutes_of(written).ok_or_else(|| t.bad_duration())?;
    let start_at = draft.start_at(&me.look().zone).map_err(|()| t.bad_start())?;
    let text = |text: &str| Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned);
    Ok(NewRequest {
        pairs: draft.pairs.clone(),
        minutes,
        reason: draft.reason.trim().to_owned(),
        ticket: text(&draft.ticket),
        start_at,
        beneficiary: text(&draft.beneficiary).filter(|id| *id != me.id),
        severity: text(&draft.severity),
        break_glass: draft.break_glass,
        template: draft.template,
    })
}

async fn look_for(me: &SignedIn, draft: &Draft) -> Found {
    let places = me.site().atlas.places(&me.api).await;
    match me.site().catalogue.offers(me, &draft.beneficiary, &places).await {
        Ok(offers) => Found::of(&offers, draft, me.t()),
        Err(error) => Found::failed(me.why(&error), me.t()),
    }
}

/// The form with everything in it that was typed.
async fn form(me: &SignedIn, draft: Draft, error: Option<String>) -> Result<Ask, HttpResponse> {
    let (t, look) = (me.t(), me.look());
    let places = me.site().atlas.places(&me.api).await;
    let (found, preview, (templates, shortcuts), people, beneficiary) = futures_util::future::join5(
        look_for(me, &draft),
        Preview::of(me, &draft, &places),
        shortcuts::shortcuts(me, &places),
        People::of(me, &draft),
        people::beneficiary(me, &draft),
    )
    .await;
    let most = preview.longest.unwrap_or(me.limits.max_minutes);
    let proposed = me.limits.default_minutes.min(most);
    let wanted = draft.duration().and_then(minutes_of).or_else(|| draft.duration().is_none().then_some(proposed));
    let mut offered: Vec<i64> = CHIPS.into_iter().filter(|minutes| *minutes <= most).collect();
    if most > 0 && most < CHIPS.into_iter().max().unwrap_or_default() && !offered.contains(&most) {
        offered.push(most);
    }
    let on_chip = wanted.is_some_and(|minutes| offered.contains(&minutes));
    let chips = offered.into_iter().map(|m| (m, duration(m, t), on_chip && wanted == Some(m))).collect();
    let chosen = |pair: &Pair| {
        let part = preview.named(pair, &places, t);
        (draft::written(pair), part.plain(t), part)
    };
    let severity = if draft.severity.is_empty() { "normal" } else { &draft.severity };
    let word = |code: &str| (code.to_owned(), words::severity(code, t).to_owned(), code == severity);
    Ok(Ask {
        frame: me.frame(),
        t,
        code: me.code(WHAT)?,
        key: if draft.key.is_empty() { seal::random().unwrap_or_default() } else { draft.key.clone() },
        error: error.map(|why| Notice::new(Tone::Bad, why)),
        chosen: draft.pairs.iter().map(chosen).collect(),
        other: if on_chip { String::new() } else { draft.duration().unwrap_or_default().to_owned() },
        most: duration(most, t),
        later: draft.later,
        start: draft.start.clone(),
        zone: look.zone_name(),
        severities: me.limits.severities.iter().map(|code| word(code)).collect(),
        least: me.limits.min_reason,
        beneficiary,
        who: draft.who,
        people,
        q: draft.q,
        reason: draft.reason,
        ticket: draft.ticket,
        found,
        shortcuts,
        templates,
        chips,
        preview,
    })
}
