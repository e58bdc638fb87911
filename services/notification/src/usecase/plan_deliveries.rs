//! From facts to messages: whom each concerns ([`crate::table`]), and what has to be known to write to them,
//! read once for a whole batch.

use std::collections::{BTreeSet, HashMap};

use domain::fact::Occurred;
use domain::grant::EndReason;
use domain::{EndpointId, Fact, GrantId, RequestId, Tuple, UserId};
use serde_json::json;
use store::deliveries::{self, Channel, Planned};
use store::grants::{self, Grant};
use store::requests::{self, Item, Request};
use store::telling::{self, Person};
use store::{StoreError, Tx, endpoints};

use crate::message::{About, Message, News, Place, To};
use crate::table::{Audience, audience};

/// A fact, and the trace that it belongs to.
#[derive(Debug, Clone)]
pub struct Heard {
    /// What happened.
    pub occurred: Occurred,
    /// The trace, as a `traceparent`.
    pub trace_parent: Option<String>,
}

/// Plans every message about these facts; what was planned before stays as it is. Mails only where there is
/// a mail server. Returns how many are new.
///
/// # Errors
/// When Postgres is away.
pub async fn plan_deliveries(tx: &mut Tx, heard: &[Heard], with_mail: bool) -> Result<u64, StoreError> {
    let endpoints = endpoints::enabled(tx.connection()).await?;
    let mut planned = Vec::new();
    for one in heard.iter().filter(|one| one.occurred.fact.is_published()) {
        planned.extend(webhooks(one, &endpoints)?);
    }
    if with_mail {
        let known = Known::read(tx, heard).await?;
        for one in heard {
            planned.extend(mails(one, &known)?);
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

/// What the mails of a batch say.
#[derive(Debug, Default)]
struct Known {
    requests: HashMap<RequestId, Request>,
    items: HashMap<RequestId, Vec<Item>>,
    grants: HashMap<GrantId, Grant>,
    people: HashMap<UserId, Person>,
    approvers: HashMap<RequestId, Vec<UserId>>,
    asked: HashMap<RequestId, Vec<UserId>>,
    refusals: HashMap<RequestId, String>,
}

impl Known {
    async fn read(tx: &mut Tx, heard: &[Heard]) -> Result<Self, StoreError> {
        let mut known = Self::default();
        let of = |wanted: &dyn Fn(&Fact) -> bool| -> Vec<uuid::Uuid> {
            let facts = heard.iter().map(|one| &one.occurred.fact).filter(|fact| wanted(fact));
            facts.filter_map(Fact::request).map(RequestId::uuid).collect::<BTreeSet<_>>().into_iter().collect()
        };
        let concerned = of(&|fact| audience(fact) != Audience::Nobody);
        if concerned.is_empty() {
            return Ok(known);
        }
        let connection = tx.connection();
        known.requests = requests::by_ids(connection, &concerned).await?.into_iter().map(|r| (r.id, r)).collect();
        for (id, item) in requests::items_of(connection, &concerned).await? {
            known.items.entry(id).or_default().push(item);
        }
        let asking = of(&|fact| audience(fact) == Audience::Approvers);
        if !asking.is_empty() {
            for (id, person) in telling::approvers(connection, &asking).await? {
                known.approvers.entry(id).or_default().push(person.id.clone());
                known.people.insert(person.id.clone(), person);
            }
        }
        let cancelled = of(&|fact| audience(fact) == Audience::Asked);
        if !cancelled.is_empty() {
            for (id, person) in telling::asked(connection, &cancelled).await? {
                known.asked.entry(id).or_default().push(person);
            }
        }
        let rejected = of(&|fact| matches!(fact, Fact::RequestRejected { .. }));
        if !rejected.is_empty() {
            known.refusals = telling::refusals(connection, &rejected).await?.into_iter().collect();
        }
        let granted = of(&|fact| matches!(fact, Fact::GrantEnded { .. } | Fact::GrantExtended { .. }));
        if !granted.is_empty() {
            known.grants = grants::of_requests(connection, &granted).await?.into_iter().map(|g| (g.id, g)).collect();
        }
        let mut people: BTreeSet<&str> = known.asked.values().flatten().map(UserId::as_str).collect();
        for request in known.requests.values() {
            people.extend([request.requester.as_str(), request.beneficiary.as_str()]);
        }
        for one in heard {
            if let Fact::RequestApproved { by: Some(by), .. } | Fact::RequestRejected { by, .. } = &one.occurred.fact {
                people.insert(by.as_str());
            }
        }
        let people: Vec<&str> = people.into_iter().collect();
        for person in telling::people(connection, &people).await? {
            known.people.insert(person.id.clone(), person);
        }
        Ok(known)
    }

    fn name(&self, id: &UserId) -> String {
        self.people.get(id).map_or_else(|| id.to_string(), |person| person.display_name.clone())
    }

    fn about(&self, request: &Request, only: Option<&Tuple>) -> About {
        let items = self.items.get(&request.id).map(Vec::as_slice).unwrap_or_default();
        let of_grant = |item: &&Item| {
            only.is_none_or(|t| t.account == item.pair.account && t.permission_set == item.pair.permission_set)
        };
        About {
            request: request.id,
            requester: self.name(&request.requester),
            beneficiary: (request.beneficiary != request.requester).then(|| self.name(&request.beneficiary)),
            places: items.iter().filter(of_grant).map(place).collect(),
            minutes: request.minutes,
            start_at: request.start_at,
            reason: request.reason.clone(),
            ticket: request.ticket.clone(),
            extends: request.extends.is_some(),
        }
    }

    fn recipients<'a>(&'a self, audience: Audience, request: &'a Request) -> Vec<&'a UserId> {
        let listed = |of: &'a HashMap<RequestId, Vec<UserId>>| of.get(&request.id).into_iter().flatten().collect();
        match audience {
            Audience::Nobody => Vec::new(),
            Audience::Approvers => listed(&self.approvers),
            Audience::Asked => listed(&self.asked),
            Audience::Requester => vec![&request.requester],
            Audience::RequesterAndBeneficiary if request.beneficiary == request.requester => vec![&request.requester],
            Audience::RequesterAndBeneficiary => vec![&request.requester, &request.beneficiary],
        }
    }
}

fn place(item: &Item) -> Place {
    Place {
        account: item.pair.account.clone(),
        account_name: item.account_name.clone(),
        permission_set: item.permission_set_name.clone(),
    }
}

fn mails(one: &Heard, known: &Known) -> Result<Vec<Planned>, StoreError> {
    let fact = &one.occurred.fact;
    let Some(request) = fact.request().and_then(|id| known.requests.get(&id)) else { return Ok(Vec::new()) };
    let Some((news, only)) = news(fact, request, known) else { return Ok(Vec::new()) };
    let about = known.about(request, only);
    let mut out = Vec::new();
    for id in known.recipients(audience(fact), request) {
        let Some(person) = known.people.get(id).filter(|person| person.active) else { continue };
        let Some(address) = person.email.clone() else { continue };
        let to = To { name: person.display_name.clone(), address };
        let message = Message { to, about: about.clone(), news: news.clone() };
        out.push(planned(one, Channel::Mail, id.to_string(), to_json(&message)?));
    }
    if out.is_empty() && matches!(news, News::Asked { .. }) {
        tracing::warn!(request.id = %request.id, "no approver can be reached by mail");
    }
    Ok(out)
}

/// What a fact says, and the one access that it is about, where it is about one.
fn news<'a>(fact: &'a Fact, request: &Request, known: &'a Known) -> Option<(News, Option<&'a Tuple>)> {
    let detail = |grant: &GrantId| known.grants.get(grant).and_then(|g| g.detail.clone());
    Some(match fact {
        Fact::RequestSubmitted { approval, .. } => {
            (News::Asked { approval: (*approval)?, decide_by: request.decide_by }, None)
        }
        // The news of an approved extension is the extension.
        Fact::RequestApproved { .. } if request.extends.is_some() => return None,
        Fact::RequestApproved { by, .. } => (News::Approved { by: by.as_ref().map(|by| known.name(by)) }, None),
        Fact::RequestRejected { by, .. } => {
            (News::Rejected { by: known.name(by), comment: known.refusals.get(&request.id).cloned() }, None)
        }
        Fact::RequestCancelled { .. } => (News::Withdrawn, None),
        Fact::RequestTimedOut { .. } => (News::TimedOut, None),
        Fact::GrantActivated { tuple, deadline_at, .. } => (News::Ready { deadline_at: *deadline_at }, Some(tuple)),
        Fact::GrantExtended { grant, from, deadline_at, .. } => {
            let tuple = known.grants.get(grant).map(|g| &g.tuple);
            (News::Extended { from: *from, deadline_at: *deadline_at }, tuple)
        }
        Fact::GrantEnded { grant, tuple, reason: EndReason::Failed, evidence, .. } => {
            (News::Failed { detail: detail(grant), evidence: evidence.clone() }, Some(tuple))
        }
        Fact::GrantEnded { grant, tuple, reason, evidence, .. } => {
            (News::Ended { reason: *reason, detail: detail(grant), evidence: evidence.clone() }, Some(tuple))
        }
        Fact::ApprovalVoted { .. }
        | Fact::GrantStarted { .. }
        | Fact::GrantRevoking { .. }
        | Fact::AssignmentChanged { .. }
        | Fact::RuleSaved { .. }
        | Fact::RuleDeleted { .. }
        | Fact::WebhookSaved { .. }
        | Fact::WebhookDeleted { .. }
        | Fact::DirectoryAccepted { .. } => return None,
    })
}
