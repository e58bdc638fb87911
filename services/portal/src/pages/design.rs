//! `GET /design`: the design system, every component in each of its states.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use jiff::SignedDuration;

use super::frame::{Frame, page};
use super::visit::{Visit, answer};
use crate::parts::{Beside, Countdown, Env, Event, Mark, Moment, Notice, PairPart, Status, Tone, Which};
use crate::texts::Texts;

/// The colours by name.
const TOKENS: [&str; 14] = [
    "paper",
    "sheet",
    "wash",
    "line",
    "edge",
    "ink",
    "quiet",
    "accent",
    "accent-ink",
    "good",
    "care",
    "bad",
    "moves",
    "focus",
];
/// Every state of a request and of an access.
const STATES: [&str; 10] = [
    "pending",
    "approved",
    "rejected",
    "cancelled",
    "timed_out",
    "scheduled",
    "granting",
    "active",
    "revoking",
    "ended",
];

#[derive(Template)]
#[template(path = "design.html")]
struct Design {
    frame: Frame,
    t: Texts,
    tokens: [&'static str; 14],
    envs: Vec<Env>,
    states: Vec<Status>,
    severities: Vec<Status>,
    beside: Beside,
    moments: Vec<Moment>,
    countdowns: Vec<Countdown>,
    notices: Vec<Notice>,
    which: Vec<Which>,
    pairs: Vec<PairPart>,
    events: Vec<Event>,
}

pub(super) async fn show(visit: Visit) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        let (t, look) = (me.t(), me.look());
        let at = |minutes: i64| look.now + SignedDuration::from_mins(minutes);
        let event = |minutes: i64, mark: Mark, what: &str, said: Option<&str>| Event {
            at: at(minutes),
            when: Moment::new(at(minutes), look),
            mark,
            what: what.to_owned(),
            said: said.map(str::to_owned),
        };
        let pair = |set: &str, account: &str, tag: &str| PairPart {
            set: set.to_owned(),
            account: account.to_owned(),
            number: Some("123456789012".to_owned()),
            env: Some(Env::new(tag, t)),
        };
        let design = Design {
            tokens: TOKENS,
            envs: ["production", "staging", "development", "sandbox", "archive"].map(|tag| Env::new(tag, t)).to_vec(),
            states: STATES.map(|state| Status::new(state, t)).into_iter().chain([Status::vanished(t)]).collect(),
            beside: Beside::new(Some(at(-3)), Some(at(90)), look),
            severities: ["critical", "high", "low"].iter().filter_map(|s| Status::severity(s, t)).collect(),
            moments: [0, 300, -1500, 60 * 24 * 9, -60 * 24 * 400].map(|m| Moment::new(at(m), look)).to_vec(),
            countdowns: [-1, 0, 9, 47, 300, 2880].map(|m| Countdown::new(at(m), look)).to_vec(),
            notices: [
                Notice::new(Tone::Calm, t.design_sample()),
                Notice::new(Tone::Good, t.look_kept()),
                Notice::new(Tone::Care, t.preview_refused()),
                Notice::new(Tone::Bad, t.away()),
            ]
            .to_vec(),
            which: vec![
                Which::several(
                    t.which_account(),
                    ["freight-booking-production", "freight-booking-staging"]
                        .map(|name| (format!("{name} (123456789012)"), "#d-which".to_owned()))
                        .to_vec(),
                    Some(t.which_others()),
                ),
                Which::none(t.no_account_called("freight")),
            ],
            pairs: vec![
                pair("PowerUserAccess", "freight-booking-production", "production"),
                pair("ReadOnlyAccess", "freight-booking-staging", "staging"),
                pair("AVeryLongPermissionSetNameOf32Chr", "an-account-with-a-name-that-does-not-want-to-end", "dev"),
            ],
            events: vec![
                event(-40, Mark::Plain, &t.asked_for_it("Ann"), None),
                event(-31, Mark::Plain, &t.asked_question("Carla"), Some(t.design_sample())),
                event(-12, Mark::Good, &t.said_yes("Carla"), None),
                event(-5, Mark::Bad, &t.said_no("Dave"), Some(t.design_wrong())),
                event(48, Mark::ToCome, t.will_end(), None),
            ],
            frame: me.frame(),
            t,
        };
        Ok(page(StatusCode::OK, &design))
    })
    .await
}
