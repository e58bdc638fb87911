//! `GET /history`: requests, the newest first; the address holds the filters, so that they can be shared.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Query;
use askama::Template;
use client::{Find, Request, RequestFilter};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::frame::{Frame, page};
use super::visit::{SignedIn, Visit, answer};
use super::words;
use crate::parts::{Moment, PairPart, Status, duration};
use crate::places::Places;
use crate::texts::Texts;

/// Rows on a page.
const ROWS: u16 = 50;
/// Rows in a file: the API's largest page, so many times.
const FILE_PAGES: usize = 50;
/// Whom a name means that nobody has.
const NOBODY: &str = "00000000-0000-0000-0000-000000000000";
/// What can be looked for.
const STATES: [&str; 5] = ["pending", "approved", "rejected", "cancelled", "timed_out"];

#[derive(Template)]
#[template(path = "history.html")]
struct History {
    frame: Frame,
    t: Texts,
    reads_all: bool,
    all: bool,
    states: Vec<(&'static str, Status, bool)>,
    account: String,
    person: String,
    since: String,
    until: String,
    rows: Result<Vec<Row>, String>,
    next: Option<String>,
    export: String,
}

struct Row {
    page: String,
    who: String,
    asked_by: Option<String>,
    what: Vec<PairPart>,
    state: Status,
    break_glass: Option<Status>,
    severity: Option<Status>,
    duration: String,
    asked: Moment,
    decided: Option<Moment>,
    reason: String,
    ticket: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Params {
    #[serde(default)]
    whose: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    account: String,
    /// A part of somebody's name, for those who may read everything.
    #[serde(default)]
    person: String,
    #[serde(default)]
    since: String,
    #[serde(default)]
    until: String,
    cursor: Option<String>,
}

/// The filters as they are taken.
struct Filters {
    role: &'static str,
    state: &'static str,
    account: String,
    person: String,
    /// The first whole person of that name, by id; an id that nobody has where there is none.
    person_id: Option<String>,
    since: Option<Date>,
    until: Option<Date>,
    cursor: Option<String>,
}

impl Filters {
    async fn of(me: &SignedIn, params: Params) -> Self {
        let role = if me.reads_all() && params.whose != "mine" { "all" } else { "mine" };
        let person = if role == "all" { params.person.trim().to_owned() } else { String::new() };
        let person_id = if person.is_empty() {
            None
        } else {
            let find = Find { text: person.clone(), limit: Some(1), ..Find::default() };
            let found = me.api.users(&find).await.ok().and_then(|mut page| page.items.pop());
            Some(found.map_or_else(|| NOBODY.to_owned(), |user| user.id))
        };
        Self {
            role,
            person,
            person_id,
            since: params.since.parse().ok(),
            until: params.until.parse().ok(),
            state: STATES.into_iter().find(|known| *known == params.state).unwrap_or_default(),
            account: params.account.trim().to_owned(),
            cursor: params.cursor,
        }
    }

    fn for_api(&self, limit: u16, zone: &TimeZone) -> RequestFilter {
        let midnight = |day: Date| day.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp());
        let set = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        RequestFilter {
            role: set(self.role),
            state: set(self.state),
            account: set(&self.account),
            person: self.person_id.clone(),
            since: self.since.and_then(midnight),
            // The whole of the last day.
            until: self.until.and_then(|day| day.tomorrow().ok()).and_then(midnight),
            cursor: self.cursor.clone(),
            limit: Some(limit),
        }
    }

    fn place(&self, path: &str, cursor: &str) -> String {
        let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let parameters: [(&str, &str); 7] = [
            ("whose", self.role),
            ("state", self.state),
            ("account", &self.account),
            ("person", &self.person),
            ("since", &day(self.since)),
            ("until", &day(self.until)),
            ("cursor", cursor),
        ];
        super::query(path, &parameters)
    }
}

pub(super) async fn show(visit: Visit, params: Query<Params>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        let filters = Filters::of(&me, params.into_inner()).await;
        let asking = filters.for_api(ROWS, &me.look().zone);
        let (found, places) =
            futures_util::future::join(me.api.requests(&asking), me.site().atlas.places(&me.api)).await;
        let next = found.as_ref().ok().and_then(|page| page.next.as_deref());
        let next = next.map(|cursor| filters.place("/history", cursor));
        let rows = found
            .map(|page| page.items.into_iter().map(|request| row(&me, request, &places)).collect())
            .map_err(|error| me.why(&error));
        let t = me.t();
        let history = History {
            frame: me.frame(),
            t,
            reads_all: me.reads_all(),
            all: filters.role == "all",
            states: STATES.map(|known| (known, Status::new(known, t), known == filters.state)).to_vec(),
            export: filters.place("/history.csv", ""),
            since: filters.since.map(|day| day.to_string()).unwrap_or_default(),
            until: filters.until.map(|day| day.to_string()).unwrap_or_default(),
            account: filters.account,
            person: filters.person,
            rows,
            next,
        };
        Ok(page(StatusCode::OK, &history))
    })
    .await
}

fn row(me: &SignedIn, request: Request, places: &Places) -> Row {
    let (t, look) = (me.t(), me.look());
    let minutes = duration(request.minutes, t);
    Row {
        page: format!("/requests/{}", request.id),
        asked_by: (request.requester.id != request.beneficiary.id).then_some(request.requester.name),
        who: request.beneficiary.name,
        what: request.items.iter().map(|item| words::pair(item, places, t)).collect(),
        state: Status::new(&request.state, t),
        break_glass: request.break_glass.map(|_| Status::break_glass(t)),
        severity: Status::severity(&request.severity, t),
        duration: if request.extends.is_some() { t.more_time(minutes) } else { minutes },
        asked: Moment::new(request.submitted_at, look),
        decided: request.decided_at.map(|at| Moment::new(at, look)),
        reason: request.reason,
        ticket: request.ticket,
    }
}

/// `GET /history.csv`: the same filters as a file, a line for each pair.
pub(super) async fn export(visit: Visit, params: Query<Params>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        let filters = Filters::of(&me, params.into_inner()).await;
        let mut asking = RequestFilter { cursor: None, ..filters.for_api(200, &me.look().zone) };
        let mut lines = vec![
            "request,state,submitted_at,decided_at,requester,beneficiary,account,account_name,permission_set,minutes,\
             severity,break_glass,ticket,reason"
                .to_owned(),
        ];
        for _ in 0..FILE_PAGES {
            let found = me.api.requests(&asking).await.map_err(|error| me.refused(me.t().history_title(), &error))?;
            lines.extend(found.items.iter().flat_map(csv));
            let Some(next) = found.next else { break };
            asking.cursor = Some(next);
        }
        Ok(HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
            .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"requests.csv\""))
            .body(lines.join("\r\n") + "\r\n"))
    })
    .await
}

fn csv(request: &Request) -> Vec<String> {
    let lines = request.items.iter().map(|item| {
        [
            request.id.to_string(),
            request.state.clone(),
            request.submitted_at.to_string(),
            request.decided_at.map(|at| at.to_string()).unwrap_or_default(),
            request.requester.name.clone(),
            request.beneficiary.name.clone(),
            item.account.clone(),
            item.account_name.clone(),
            if item.permission_set_name.is_empty() { &item.permission_set } else { &item.permission_set_name }.clone(),
            request.minutes.to_string(),
            request.severity.clone(),
            request.break_glass.is_some().to_string(),
            request.ticket.clone().unwrap_or_default(),
            request.reason.clone(),
        ]
        .map(|value| cell(&value))
        .join(",")
    });
    lines.collect()
}

/// A value that spreadsheets read as text, whatever somebody wrote.
fn cell(value: &str) -> String {
    let formula = value.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guarded = if formula { format!("'{value}") } else { value.to_owned() };
    if guarded.contains(['"', ',', '\n', '\r', '\'']) {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_text_whatever_somebody_wrote() {
        for (value, written) in [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("say \"no\"", "\"say \"\"no\"\"\""),
            ("=HYPERLINK(1)", "\"'=HYPERLINK(1)\""),
            ("-1+2", "\"'-1+2\""),
            ("@SUM", "\"'@SUM\""),
            ("two\nlines", "\"two\nlines\""),
        ] {
            assert_eq!(cell(value), written);
        }
    }
}
