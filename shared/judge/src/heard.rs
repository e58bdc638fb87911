//! What other systems say about somebody's asking. They take seconds, so they are heard before anything is locked;
//! what they said is kept with the request, and stands when it is judged again.

use std::collections::BTreeSet;

use domain::rules::{Book, Duty, Person, Questions, TicketAnswer};
use domain::{Pair, UserId};
use futures_util::future::join_all;
use integrations::{Away, TicketFacts};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{PgConnection, StoreError, directory};

use crate::Judge;

/// What they said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Heard {
    /// The duty of whoever gets the access.
    #[serde(default)]
    pub duty: Duty,
    /// What ticket systems said, by their names in the settings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub tickets: Vec<(String, TicketAnswer)>,
    /// Whether an incident that covers the account was open.
    #[serde(default)]
    pub incident: bool,
}

impl Heard {
    /// Whether a system that was asked is away.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        let away = |answer: &TicketAnswer| matches!(answer, TicketAnswer::Away(_));
        !self.duty.away.is_empty() || self.tickets.iter().any(|(_, answer)| away(answer))
    }
}

impl Judge {
    /// Asks what the rules that could matter want to know. Whoever or whatever does not exist is not asked about:
    /// judging says so.
    ///
    /// # Errors
    /// When Postgres is away. A system that is away is an answer.
    pub async fn hear(
        &self,
        connection: &mut PgConnection,
        asker: &UserId,
        beneficiary: &UserId,
        pairs: &[Pair],
        ticket: Option<&str>,
        now: Timestamp,
    ) -> Result<Heard, StoreError> {
        let book = self.books.current(connection).await?;
        let groups = directory::groups_of(connection, beneficiary).await?;
        let questions = questions(&book, Person { user: beneficiary, groups: &groups }, pairs);
        let duty = self.duty_of(connection, &book, &questions.schedules, beneficiary, now).await?;
        let tickets = match ticket {
            Some(ticket) if !questions.ticket_systems.is_empty() => {
                let email = directory::user(connection, asker).await?.and_then(|user| user.email);
                self.ask_about(ticket, email.as_deref(), &questions.ticket_systems).await
            }
            Some(_) | None => Vec::new(),
        };
        Ok(Heard { duty, tickets, incident: false })
    }

    async fn ask_about(
        &self,
        ticket: &str,
        email: Option<&str>,
        systems: &BTreeSet<String>,
    ) -> Vec<(String, TicketAnswer)> {
        let asking = systems.iter().map(async |system| {
            let answer = match self.systems.tickets().look_up(system, ticket).await {
                Ok(Some(facts)) => found(&facts, email),
                // What cannot be one of its numbers it does not have.
                Ok(None) | Err(Away::NotANumber { .. }) => TicketAnswer::Missing,
                Err(away) => TicketAnswer::Away(away.to_string()),
            };
            (system.clone(), answer)
        });
        join_all(asking).await
    }
}

fn questions(book: &Book, person: Person<'_>, pairs: &[Pair]) -> Questions {
    let mut all = Questions::default();
    for pair in pairs {
        let Questions { schedules, ticket_systems } = book.questions(person, pair);
        all.schedules.extend(schedules);
        all.ticket_systems.extend(ticket_systems);
    }
    all
}

fn found(facts: &TicketFacts, email: Option<&str>) -> TicketAnswer {
    let assigned =
        facts.assignee_email.as_deref().zip(email).is_some_and(|(a, b)| a.to_lowercase() == b.to_lowercase());
    TicketAnswer::Found { open: facts.open, assigned, window: facts.window }
}
