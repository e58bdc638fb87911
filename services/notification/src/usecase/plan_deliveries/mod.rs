//! From facts to messages: whom each concerns ([`crate::table`]), and what has to be known to write to them,
//! read once for a whole batch.

mod alarm;
mod known;
mod news;
mod recipients;

use std::collections::HashSet;

use domain::fact::Occurred;
use domain::{EndpointId, RequestId, UserId};
use jiff::Timestamp;
use judge::Books;
use runtime::settings::Personas;
use serde_json::json;
use store::deliveries::{self, Channel, Planned};
use store::{StoreError, Tx, endpoints};

use crate::message::{Message, News, To};
use crate::table::audiences;
use known::Known;

/// A fact, and the trace that it belongs to.
#[derive(Debug, Clone)]
pub struct Heard {
    /// What happened.
    pub occurred: Occurred,
    /// The trace, as a `traceparent`.
    pub trace_parent: Option<String>,
}

/// What planning mails needs besides the database.
#[derive(Clone)]
pub struct Mailing {
    /// Who is admin or auditor.
    pub personas: Personas,
    /// The rules, for those who have to hear of a break-glass.
    pub books: Books,
}

impl std::fmt::Debug for Mailing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mailing").field("personas", &self.personas).finish_non_exhaustive()
    }
}

/// Plans every message about these facts; what was planned before stays as it is. Mails only where there is
/// a mail server. Returns how many are new.
///
/// # Errors
/// When Postgres is away.
pub async fn plan_deliveries(tx: &mut Tx, heard: &[Heard], mailing: Option<&Mailing>) -> Result<u64, StoreError> {
    let endpoints = endpoints::enabled(tx.connection()).await?;
    let mut planned = Vec::new();
    for one in heard.iter().filter(|one| one.occurred.fact.is_published()) {
        planned.extend(webhooks(one, &endpoints)?);
    }
    if let Some(mailing) = mailing {
        let known = Known::read(tx, heard, mailing).await?;
        let mut told = known.told();
        for one in heard {
            planned.extend(mails(one, &known, &mut told)?);
        }
    }
    if planned.is_empty() {
        return Ok(0);
    }
    deliveries::plan(tx, &planned).await
}

fn planned(one: &Heard, channel: Channel, recipient: String, body: serde_json::Value) -> Planned {
    Planned {
        fact: one.occurred.id,
        fact_name: one.occurred.fact.name(),
        channel,
        recipient,
        body,
        trace_parent: one.trace_parent.clone(),
    }
}

fn to_json(value: &impl serde::Serialize) -> Result<serde_json::Value, StoreError> {
    serde_json::to_value(value).map_err(|e| StoreError::Impossible { table: "deliveries", detail: e.to_string() })
}

/// One message for every endpoint: the Standard Webhooks payload, whose data is the fact's own with its id and
/// its author.
fn webhooks(one: &Heard, endpoints: &[EndpointId]) -> Result<Vec<Planned>, StoreError> {
    if endpoints.is_empty() {
        return Ok(Vec::new());
    }
    let occurred = &one.occurred;
    let mut data = match to_json(&occurred.fact)? {
        serde_json::Value::Object(mut fact) => fact.remove("data").unwrap_or_default(),
        _ => serde_json::Value::Null,
    };
    if let Some(data) = data.as_object_mut() {
        data.insert("id".to_owned(), to_json(&occurred.id)?);
        data.insert("actor".to_owned(), to_json(&occurred.actor)?);
    }
    let payload = json!({"type": occurred.fact.name(), "timestamp": occurred.at, "data": data});
    Ok(endpoints.iter().map(|id| planned(one, Channel::Webhook, id.to_string(), payload.clone())).collect())
}

/// That somebody was asked about a request because of facts of one name and moment: one commit may hold several,
/// one for each approval, and asks once.
type AskedOnce = (RequestId, &'static str, Timestamp, UserId);

/// The moment as the database keeps it.
fn moment(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

fn mails(one: &Heard, known: &Known, told: &mut HashSet<AskedOnce>) -> Result<Vec<Planned>, StoreError> {
    let occurred = &one.occurred;
    let request = occurred.fact.request().and_then(|id| known.requests.get(&id));
    let mut out = Vec::new();
    let mut reached: HashSet<UserId> = HashSet::new();
    let mut asks = None;
    for audience in audiences(&occurred.fact) {
        for id in known.recipients(*audience, occurred, request) {
            let Some(person) = known.people.get(&id).filter(|person| person.active) else { continue };
            let Some(address) = person.email.clone() else { continue };
            let told_as = known.news(&occurred.fact, *audience, request, &id, &occurred.actor);
            let Some((news, places)) = told_as else { continue };
            if let (News::Asked { .. }, Some(request)) = (&news, request) {
                asks = asks.or(Some(request.id));
                if !told.insert((request.id, occurred.fact.name(), moment(occurred.at), id.clone())) {
                    continue;
                }
            }
            if !reached.insert(id.clone()) {
                continue;
            }
            let to = To { name: person.display_name.clone(), address };
            let for_you = request.is_some_and(|r| r.beneficiary == id && r.requester != id);
            let message = Message { to, about: request.map(|r| known.about(r, &places)), news, for_you };
            out.push(planned(one, Channel::Mail, id.to_string(), to_json(&message)?));
        }
    }
    if let domain::Fact::RequestSubmitted { request, approvals, .. } = &occurred.fact
        && !approvals.is_empty()
        && asks.is_none()
    {
        tracing::warn!(request.id = %request, "no approver can be reached by mail");
    }
    Ok(out)
}
