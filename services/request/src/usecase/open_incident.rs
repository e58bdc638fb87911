//! Saying that something is wrong: rules may let responders in while it is.

use domain::rules::Severity;
use domain::{AccountId, IncidentId};
use runtime::settings::Requests as Limits;
use store::incidents::{self, Incident};
use store::{Tx, directory, new_id};

use super::refusal::{Refusal, is_known};

/// What is wrong.
#[derive(Debug, Clone)]
pub struct OpenIncident {
    /// What people call it.
    pub title: String,
    /// How urgent.
    pub severity: Severity,
    /// Where; nowhere named means everywhere.
    pub accounts: Vec<AccountId>,
    /// Its id in the system that it comes from.
    pub reference: Option<String>,
}

/// Opens an incident. While one with the same reference is open, that one stands, whatever else is said.
///
/// # Errors
/// [`Refusal`]: a severity or an account is not there.
pub async fn open_incident(tx: &mut Tx, limits: &Limits, command: OpenIncident) -> Result<Incident, Refusal> {
    is_known(limits, &command.severity)?;
    let mut accounts = command.accounts;
    accounts.sort_unstable();
    accounts.dedup();
    let known = directory::accounts(tx.connection(), &accounts).await?;
    if let Some(unknown) = accounts.iter().find(|id| !known.iter().any(|account| account.id == **id)) {
        return Err(Refusal::UnknownAccount(unknown.clone()));
    }
    let incident = Incident {
        id: IncidentId(new_id()),
        title: command.title,
        severity: command.severity,
        accounts,
        reference: command.reference,
        opened_by: tx.actor().clone(),
        opened_at: tx.now(),
        closed: None,
    };
    Ok(incidents::begin(tx, incident).await?)
}
