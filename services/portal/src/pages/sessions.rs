//! `/sessions`: everywhere somebody is signed in, and signing out elsewhere.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Form;
use askama::Template;
use serde::Deserialize;
use uuid::Uuid;

use super::frame::{Frame, page, see};
use super::visit::{SignedIn, Visit, answer};
use crate::parts::Moment;
use crate::session::SessionError;
use crate::texts::Texts;

/// What the forms are about.
const WHAT: &str = "end sessions";

#[derive(Template)]
#[template(path = "sessions.html")]
struct Sessions {
    frame: Frame,
    t: Texts,
    code: String,
    rows: Vec<Row>,
    others: bool,
}

struct Row {
    handle: Uuid,
    agent: String,
    begun: Moment,
    seen: Moment,
    ends: Moment,
    here: bool,
}

#[derive(Deserialize)]
pub(super) struct Fields {
    code: String,
    /// One of them; without it all others.
    handle: Option<Uuid>,
}

fn failed(me: &SignedIn, error: &SessionError) -> HttpResponse {
    tracing::error!(%error, "the sessions could not be read or ended");
    me.visit.away()
}

pub(super) async fn show(visit: Visit) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        let all = me.session.all(me.site()).await.map_err(|error| failed(&me, &error))?;
        let (t, look) = (me.t(), me.look());
        let rows: Vec<Row> = all
            .into_iter()
            .map(|one| Row {
                handle: one.handle,
                agent: if one.agent.is_empty() { t.session_unknown().to_owned() } else { browser(&one.agent) },
                begun: Moment::new(one.created_at, look),
                seen: Moment::new(one.seen_at, look),
                ends: Moment::new(one.expires_at, look),
                here: one.here,
            })
            .collect();
        let others = rows.iter().any(|row| !row.here);
        Ok(page(StatusCode::OK, &Sessions { frame: me.frame(), t, code: me.code(WHAT)?, rows, others }))
    })
    .await
}

pub(super) async fn end(visit: Visit, fields: Form<Fields>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        me.checked(WHAT, &fields.code)?;
        let ended = match fields.handle {
            Some(handle) => me.session.end_one(me.site(), handle).await.map(drop),
            None => me.session.end_others(me.site()).await.map(drop),
        };
        ended.map_err(|error| failed(&me, &error))?;
        Ok(see("/sessions"))
    })
    .await
}

/// A browser's long name in short: which, and on what; the whole of it where neither is known.
fn browser(agent: &str) -> String {
    let find =
        |known: &[(&str, &'static str)]| known.iter().find(|(part, _)| agent.contains(part)).map(|(_, name)| *name);
    let which = find(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = find(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (which, system) {
        (Some(which), Some(system)) => format!("{which}, {system}"),
        (Some(which), None) => which.to_owned(),
        (None, _) => agent.chars().take(80).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_named_shortly() {
        for (agent, name) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36",
                "Chrome, Linux",
            ),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox, macOS"),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Mobile/15E148 Safari/604.1",
                "Safari, iPhone",
            ),
            ("Mozilla/5.0 (Windows NT 10.0) Chrome/131.0 Safari/537.36 Edg/131.0", "Edge, Windows"),
            ("curl/8.5.0", "curl/8.5.0"),
        ] {
            assert_eq!(browser(agent), name);
        }
    }
}
