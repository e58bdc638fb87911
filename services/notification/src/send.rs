//! One message from its row to the wire: what it says is read and written as it leaves, so that nothing is
//! sent that has lost its point, and no link is kept in a table.

use std::collections::HashSet;

use domain::approval::Decision;
use domain::{ApprovalId, RequestId, UserId};
use jiff::Timestamp;
use store::deliveries::{Delivery, Lane};
use store::endpoints::{self, Endpoint};
use store::{Db, StoreError, telling};
use tracing::Instrument;
use web::link::{Link, LinkKey, mint};

use crate::letter::texts::letter;
use crate::letter::{Decide, Links};
use crate::message::{Message, News};
use crate::outlet::Attempt;
use crate::outlet::mail::{MailOutlet, Post};
use crate::outlet::webhook::WebhookOutlet;

/// All ways out.
#[derive(Debug)]
pub struct Sender {
    /// The mail server, where there is one.
    pub mail: Option<MailOutlet>,
    /// The way to endpoints.
    pub webhooks: WebhookOutlet,
    /// What signs links.
    pub link_key: LinkKey,
    /// Where people reach the portal, without a slash at the end.
    pub portal: String,
}

/// What a lane's batch needs to know.
#[derive(Debug)]
pub enum Ready {
    /// Who may still decide what.
    Mail(MayDecide),
    /// The endpoint, if it is still there.
    Webhook(Option<Endpoint>),
}

/// Who may still decide what.
#[derive(Debug, Default)]
pub struct MayDecide {
    approvals: HashSet<(ApprovalId, UserId)>,
    requests: HashSet<(RequestId, UserId)>,
}

impl MayDecide {
    fn has(&self, request: RequestId, approval: Option<ApprovalId>, who: &UserId) -> bool {
        match approval {
            Some(approval) => self.approvals.contains(&(approval, who.clone())),
            None => self.requests.contains(&(request, who.clone())),
        }
    }
}

/// What came of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It was tried.
    Tried(Attempt),
    /// It was not sent, for this reason.
    NotNeeded(String),
}

impl Sender {
    /// Reads what the messages of a batch need, once for all of them.
    ///
    /// # Errors
    /// When Postgres is away.
    pub async fn prepare(&self, db: &Db, lane: Lane, batch: &[Delivery]) -> Result<Ready, StoreError> {
        let mut connection = db.read().await?;
        match lane {
            Lane::Webhook(id) => Ok(Ready::Webhook(endpoints::get(&mut connection, id).await?)),
            Lane::Mail => {
                let asking: Vec<uuid::Uuid> = batch
                    .iter()
                    .filter_map(|delivery| read(delivery).ok())
                    .filter(|message| matches!(message.news, News::Asked { .. }))
                    .filter_map(|message| message.about.map(|about| about.request.uuid()))
                    .collect();
                let mut may = MayDecide::default();
                if !asking.is_empty() {
                    for asked in telling::approvers(&mut connection, &asking, db.clock().now()).await? {
                        may.approvals.insert((asked.approval, asked.person.id.clone()));
                        may.requests.insert((asked.request, asked.person.id));
                    }
                }
                Ok(Ready::Mail(may))
            }
        }
    }

    /// Sends one message, in the trace of its fact.
    pub async fn send(&self, ready: &Ready, delivery: &Delivery, now: Timestamp) -> Verdict {
        let span = tracing::info_span!("deliver", delivery.id = %delivery.id, channel = delivery.channel.as_str(), fact = delivery.fact_name);
        store::trace::continue_from(&span, delivery.trace_parent.as_deref());
        match ready {
            Ready::Webhook(None) => Verdict::NotNeeded("the endpoint was removed".to_owned()),
            Ready::Webhook(Some(endpoint)) => {
                let id = delivery.fact.to_string();
                Verdict::Tried(self.webhooks.send(endpoint, &id, delivery.body.to_string(), now).instrument(span).await)
            }
            Ready::Mail(may_decide) => self.send_mail(may_decide, delivery, now).instrument(span).await,
        }
    }

    async fn send_mail(&self, may_decide: &MayDecide, delivery: &Delivery, now: Timestamp) -> Verdict {
        let later = |why: &str| Verdict::Tried(Attempt::Failed { status: None, why: why.to_owned(), after: None });
        let Some(mail) = &self.mail else { return later("no mail server is configured") };
        let Ok(message) = read(delivery) else {
            return Verdict::Tried(Attempt::Refused {
                status: None,
                why: "the planned mail cannot be read".to_owned(),
            });
        };
        let mut links = Links { portal: self.portal.clone(), decide: None };
        let request = message.about.as_ref().map(|about| about.request);
        if let (News::Asked { approval, decide_by, .. }, Some(request)) = (&message.news, request) {
            let Ok(approver) = UserId::parse(delivery.recipient.as_str()) else {
                return Verdict::Tried(Attempt::Refused {
                    status: None,
                    why: "the recipient is not a user".to_owned(),
                });
            };
            if now >= *decide_by || !may_decide.has(request, *approval, &approver) {
                return Verdict::NotNeeded("there is nothing left for them to decide".to_owned());
            }
            links.decide = approval.map(|approval| {
                let url = |decision| {
                    let link = Link { approval, approver: approver.clone(), decision, expires_at: *decide_by };
                    format!("{}/decide/{}", self.portal, mint(&self.link_key, &link))
                };
                Decide { approve: url(Decision::Approve), reject: url(Decision::Reject) }
            });
        }
        let letter = letter(&message, &links);
        let post = Post { id: delivery.id, request, to: &message.to, at: now, letter: &letter };
        Verdict::Tried(mail.send(&post).await)
    }
}

fn read(delivery: &Delivery) -> Result<Message, serde_json::Error> {
    // By reference: a batch's bodies are not copied to be looked at.
    serde::Deserialize::deserialize(&delivery.body)
}
