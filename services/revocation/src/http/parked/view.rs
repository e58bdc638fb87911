//! A parked thing as callers see it.

use domain::Actor;
use domain::parked::ParkedKind;
use jiff::Timestamp;
use serde::Serialize;
use store::parked::Parked;
use utoipa::ToSchema;
use uuid::Uuid;

/// Something that cannot go on by itself.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Parked)]
pub struct ParkedView {
    /// Its id: an assignment's, a grant's, a message's, a delivery's or a fact's.
    pub id: Uuid,
    /// What sort of thing.
    pub kind: ParkedKind,
    /// Since when.
    pub since: Timestamp,
    /// Why, in AWS's or the other side's words.
    pub why: String,
    /// What it is about.
    pub about: String,
    /// How often it was tried without success.
    pub tries: i32,
    /// Whether Curfew goes on trying by itself.
    pub tried_on: bool,
    /// What helps, in a sentence.
    pub help: &'static str,
    /// Who knows of it; none while nobody has said so.
    pub acknowledged: Option<AcknowledgedView>,
}

/// Somebody knows.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Acknowledged)]
pub struct AcknowledgedView {
    /// Who.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// What they noted.
    pub note: Option<String>,
}

const fn help(kind: ParkedKind) -> &'static str {
    match kind {
        ParkedKind::Assignment => {
            "Mend what AWS complains about (rights, quotas, a suspended account), then retry; Curfew tries on meanwhile."
        }
        ParkedKind::Grant => {
            "Mend what AWS complained about, then retry inside the time that was approved; no new votes are needed."
        }
        ParkedKind::Message => "Upgrade or mend what could not take it, then retry; it goes to its queue again.",
        ParkedKind::Delivery => "Mend the endpoint or the mail server, then retry; it goes out again with the same id.",
        ParkedKind::Fact => "Look after RabbitMQ; nothing is lost, and the facts leave as soon as it takes them.",
    }
}

impl From<Parked> for ParkedView {
    fn from(parked: Parked) -> Self {
        Self {
            id: parked.id,
            kind: parked.kind,
            since: parked.since,
            why: parked.why,
            about: parked.about,
            tries: parked.tries,
            tried_on: matches!(parked.kind, ParkedKind::Assignment | ParkedKind::Fact),
            help: help(parked.kind),
            acknowledged: parked.acknowledged.map(|a| AcknowledgedView { by: a.by, at: a.at, note: a.note }),
        }
    }
}
