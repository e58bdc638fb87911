//! Mails for people (`/mail`) and for tests (`/mail/api/messages`).

use actix_web::HttpResponse;
use actix_web::web::{self, Data, Path, Query, ServiceConfig};
use askama::Template;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Mail;
use crate::host::Host;
use crate::pages::page;

/// Mails on the list page.
const LISTED: usize = 200;

/// Everything below `/mail`.
pub fn routes(app: &mut ServiceConfig) {
    app.route("", web::get().to(list))
        .route("/api/messages", web::get().to(messages))
        .route("/api/messages", web::delete().to(clear))
        .route("/{id}", web::get().to(show))
        .route("/{id}/raw", web::get().to(raw));
}

#[derive(Template)]
#[template(path = "mails.html")]
struct ListPage {
    arrived: u64,
    query: String,
    mails: Vec<Line>,
}

struct Line {
    id: u64,
    at: String,
    from: String,
    to: String,
    subject: String,
}

#[derive(Deserialize)]
struct Search {
    #[serde(default)]
    q: String,
}

async fn list(host: Data<Host>, search: Query<Search>) -> HttpResponse {
    let query = search.into_inner().q;
    let words = query.to_lowercase();
    let most = if words.is_empty() { LISTED } else { usize::MAX };
    let fits = |line: &Line| {
        words.is_empty() || format!("{} {} {}", line.from, line.to, line.subject).to_lowercase().contains(&words)
    };
    let mails = host.mail.newest(most).iter().map(|mail| line(mail)).filter(fits).take(LISTED).collect();
    page(&ListPage { arrived: host.mail.arrived(), query, mails })
}

fn line(mail: &Mail) -> Line {
    let content = mail.content();
    Line {
        id: mail.id,
        at: mail.received_at.rfc3339(),
        from: content.from.clone(),
        to: mail.recipients.join(", "),
        subject: content.subject.clone(),
    }
}

#[derive(Template)]
#[template(path = "mail.html")]
struct MailPage {
    line: Line,
    html: Option<String>,
    text: Vec<Piece>,
    headers: Vec<(String, String)>,
    attachments: Vec<String>,
}

/// A piece of the text part: plain, or a link.
struct Piece {
    text: String,
    link: bool,
}

async fn show(host: Data<Host>, id: Path<u64>) -> HttpResponse {
    let Some(mail) = host.mail.find(*id) else {
        return HttpResponse::NotFound()
            .content_type("text/plain; charset=utf-8")
            .body("There is no such mail (any more).");
    };
    let content = mail.content();
    page(&MailPage {
        line: line(&mail),
        html: content.html.as_deref().map(opening_links_outside),
        text: pieces(content.text.as_deref().unwrap_or_default()),
        headers: content.headers.clone(),
        attachments: content.attachments.clone(),
    })
}

/// The part is shown in a frame that runs nothing; its links open in a window of their own.
fn opening_links_outside(html: &str) -> String {
    format!("<base target=\"_blank\">{html}")
}

fn pieces(text: &str) -> Vec<Piece> {
    text.split_inclusive(char::is_whitespace)
        .flat_map(|word| {
            let bare = word.trim_end();
            let start = bare.find("http://").or_else(|| bare.find("https://"));
            let Some((before, rest)) = start.and_then(|at| word.split_at_checked(at)) else {
                return vec![Piece { text: word.to_owned(), link: false }];
            };
            let address = rest.trim_end().trim_end_matches(['.', ',', ')', '>', ']', ';']);
            let after = rest.strip_prefix(address).unwrap_or_default();
            [(before, false), (address, true), (after, false)]
                .map(|(text, link)| Piece { text: text.to_owned(), link })
                .into()
        })
        .filter(|piece| !piece.text.is_empty())
        .collect()
}

async fn raw(host: Data<Host>, id: Path<u64>) -> HttpResponse {
    match host.mail.find(*id) {
        Some(mail) => HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(mail.raw().to_vec()),
        None => HttpResponse::NotFound().finish(),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// Part of a recipient's address.
    to: Option<String>,
    /// Part of the subject.
    subject: Option<String>,
    #[serde(default)]
    since_id: u64,
    limit: Option<usize>,
}

async fn messages(host: Data<Host>, wanted: Query<Wanted>) -> HttpResponse {
    let fits = |mail: &&std::sync::Arc<Mail>| {
        wanted
            .to
            .as_ref()
            .is_none_or(|to| mail.recipients.iter().any(|one| one.to_lowercase().contains(&to.to_lowercase())))
            && wanted.subject.as_ref().is_none_or(|subject| mail.content().subject.contains(subject))
    };
    let mails = host.mail.since(wanted.since_id);
    let found: Vec<Value> =
        mails.iter().filter(fits).take(wanted.limit.unwrap_or(usize::MAX)).map(|mail| described(mail)).collect();
    HttpResponse::Ok().json(json!({"arrived": host.mail.arrived(), "messages": found}))
}

fn described(mail: &Mail) -> Value {
    let content = mail.content();
    json!({
        "id": mail.id, "from": content.from, "envelope_from": mail.envelope_from, "to": mail.recipients, "subject": content.subject,
        "text": content.text, "html": content.html, "headers": content.headers, "attachments": content.attachments,
        "received_at": mail.received_at,
    })
}

async fn clear(host: Data<Host>) -> HttpResponse {
    host.mail.clear();
    HttpResponse::NoContent().finish()
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn links_in_the_text_part_end_before_punctuation() {
        let links = |text: &str| {
            pieces(text).into_iter().filter(|piece| piece.link).map(|piece| piece.text).collect::<Vec<_>>()
        };
        assert_eq!(
            links("Approve: http://x.example/a?b=1.\nReject <https://x.example/r>"),
            ["http://x.example/a?b=1", "https://x.example/r"]
        );
        assert!(links("no link here").is_empty());
    }
}
