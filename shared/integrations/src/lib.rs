//! Systems of others: who is on call (PagerDuty), and how a ticket stands (Jira, `ServiceNow`).
//!
//! They are asked at the moment of a decision, so each look-up has three seconds, and one that gets no answer says in
//! words what is wrong ([`Away`]); what then happens is the rule's to say. Nothing is written there.
//!
//! Deliberately absent: retries (a person is waiting, and may ask again), following redirects (the credentials would go
//! along), and answers that are past their time (an old one would let somebody decide who has gone home).

mod auth;
mod away;
mod clock;
mod door;
mod on_call;
mod tickets;

use runtime::Settings;

pub use away::Away;
pub use on_call::{OnCall, OnCallPerson};
pub use tickets::{TicketFacts, Tickets};

/// All of them, as the settings have them. Clones share connections and what is remembered.
#[derive(Debug, Clone)]
pub struct Integrations {
    on_call: OnCall,
    tickets: Tickets,
}

/// A setting from which no way to a system can be made. It is named, its value is not shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{setting} cannot be used: {why}")]
pub struct Unusable {
    /// The setting.
    pub setting: String,
    /// What is wrong with it.
    pub why: String,
}

impl Integrations {
    /// From the settings. Nobody is asked yet.
    ///
    /// # Errors
    /// When a credential cannot stand in a header, or TLS cannot be set up.
    pub fn new(settings: &Settings) -> Result<Self, Unusable> {
        Ok(Self { on_call: OnCall::new(&settings.on_call)?, tickets: Tickets::new(&settings.tickets)? })
    }

    /// Who is on call.
    #[must_use]
    pub const fn on_call(&self) -> &OnCall {
        &self.on_call
    }

    /// How a ticket stands.
    #[must_use]
    pub const fn tickets(&self) -> &Tickets {
        &self.tickets
    }
}
