//! The wire's forms.

use domain::{DeliveryId, EndpointId, FactId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::deliveries::{Channel, Delivery, DeliveryState};
use store::endpoints::Endpoint;
use utoipa::{IntoParams, ToSchema};
use web::{Cursor, Limit};

/// A new endpoint.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWebhook {
    /// Where facts are posted: `https://`, and a public address unless the installation allows others.
    #[schema(example = "https://hooks.example.com/curfew")]
    pub url: String,
    /// Whether it is told facts from now on.
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub enabled: bool,
}

const fn yes() -> bool {
    true
}

/// What shall be different; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookChange {
    /// Where facts are posted.
    pub url: Option<String>,
    /// Whether it is told facts. What waits for a paused endpoint goes out when it goes on; what happens
    /// meanwhile it never hears.
    pub enabled: Option<bool>,
}

/// An endpoint; its secret is shown once, when it is made or rotated.
#[derive(Debug, Serialize, ToSchema)]
pub struct Webhook {
    /// Which.
    pub id: EndpointId,
    /// Where facts are posted.
    pub url: String,
    /// Whether it is told facts.
    pub enabled: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when the secret before the last rotation signs beside the new one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_secret_until: Option<Timestamp>,
}

/// An endpoint with its secret, which is never shown again.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookWithSecret {
    /// The endpoint.
    #[serde(flatten)]
    pub webhook: Webhook,
    /// What signs, to be kept by whoever receives: Standard Webhooks, `whsec_` and Base64.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    pub secret: String,
}

impl Webhook {
    /// As it is at `now`.
    #[must_use]
    pub fn of(endpoint: &Endpoint, now: Timestamp) -> Self {
        Self {
            id: endpoint.id,
            url: endpoint.url.clone(),
            enabled: endpoint.enabled,
            created_at: endpoint.created_at,
            previous_secret_until: endpoint.previous.as_ref().map(|(_, until)| *until).filter(|until| now < *until),
        }
    }
}

impl WebhookWithSecret {
    /// As it is at `now`.
    #[must_use]
    pub fn of(endpoint: Endpoint, now: Timestamp) -> Self {
        Self { webhook: Webhook::of(&endpoint, now), secret: endpoint.secret }
    }
}

/// How a message travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryChannel {
    /// To a person.
    Mail,
    /// To an endpoint.
    Webhook,
}

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeliveryState)]
pub enum DeliveryStateName {
    /// To be tried at `due_at`.
    Due,
    /// Taken by the other side.
    Delivered,
    /// Not tried any more, until it is replayed.
    GivenUp,
    /// There was no point in sending it any more.
    NotNeeded,
}

impl From<DeliveryStateName> for DeliveryState {
    fn from(name: DeliveryStateName) -> Self {
        match name {
            DeliveryStateName::Due => Self::Due,
            DeliveryStateName::Delivered => Self::Delivered,
            DeliveryStateName::GivenUp => Self::GivenUp,
            DeliveryStateName::NotNeeded => Self::NotNeeded,
        }
    }
}

impl From<DeliveryState> for DeliveryStateName {
    fn from(state: DeliveryState) -> Self {
        match state {
            DeliveryState::Due => Self::Due,
            DeliveryState::Delivered => Self::Delivered,
            DeliveryState::GivenUp => Self::GivenUp,
            DeliveryState::NotNeeded => Self::NotNeeded,
        }
    }
}

impl From<DeliveryChannel> for Channel {
    fn from(channel: DeliveryChannel) -> Self {
        match channel {
            DeliveryChannel::Mail => Self::Mail,
            DeliveryChannel::Webhook => Self::Webhook,
        }
    }
}

impl From<Channel> for DeliveryChannel {
    fn from(channel: Channel) -> Self {
        match channel {
            Channel::Mail => Self::Mail,
            Channel::Webhook => Self::Webhook,
        }
    }
}

/// Which messages to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeliveryFilter {
    /// Only to this endpoint.
    pub endpoint: Option<EndpointId>,
    /// Only this channel; both where nothing is said.
    pub channel: Option<DeliveryChannel>,
    /// Only in this state.
    pub state: Option<DeliveryStateName>,
    /// The `next` of the page before.
    pub cursor: Option<Cursor>,
    /// How many at most.
    #[serde(default)]
    pub limit: Limit,
}

/// Which part of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Part {
    /// The `next` of the page before.
    pub cursor: Option<Cursor>,
    /// How many at most.
    #[serde(default)]
    pub limit: Limit,
}

/// One message to one recipient.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryView {
    /// Which.
    pub id: DeliveryId,
    /// The fact that it tells; the `webhook-id` of a webhook.
    pub fact: FactId,
    /// What happened.
    #[serde(rename = "type")]
    #[schema(example = "request.approved.v1")]
    pub kind: String,
    /// How it travels.
    pub channel: DeliveryChannel,
    /// To whom: an endpoint's id or a user's.
    pub recipient: String,
    /// Where it stands.
    pub state: DeliveryStateName,
    /// When it is tried next, while it is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    /// How often it was tried in vain, since it was planned or replayed.
    pub tries: i32,
    /// What the other side answered last: a status of HTTP or SMTP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_status: Option<i32>,
    /// Why the last try failed, why it was given up or not sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    /// When it was planned.
    pub created_at: Timestamp,
    /// When it was delivered, given up or dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done_at: Option<Timestamp>,
}

impl From<Delivery> for DeliveryView {
    fn from(delivery: Delivery) -> Self {
        Self {
            id: delivery.id,
            fact: delivery.fact,
            kind: delivery.fact_name,
            channel: delivery.channel.into(),
            recipient: delivery.recipient,
            state: delivery.state.into(),
            due_at: (delivery.state == DeliveryState::Due).then_some(delivery.due_at),
            tries: delivery.tries,
            last_status: delivery.last_status,
            last_error: delivery.last_error,
            created_at: delivery.created_at,
            done_at: delivery.done_at,
        }
    }
}
