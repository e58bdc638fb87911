//! What becomes of one that waits. Never its proposer's to agree to; the database holds that too.

use domain::EmergencyId;
use store::Tx;
use store::emergencies::{self, Emergency, EmergencyState};

use super::Refused;

/// The second person agrees: it is in force with the commit. Agreeing to what is in force changes nothing.
///
/// # Errors
/// [`Refused`].
pub async fn agree(tx: &mut Tx, id: EmergencyId) -> Result<(), Refused> {
    let emergency = emergencies::lock(tx, id).await?.ok_or(Refused::Unknown)?;
    if emergency.proposed_by == *tx.actor() {
        return Err(Refused::Own);
    }
    match emergency.state {
        EmergencyState::Waiting => Ok(emergencies::decide(tx, &emergency, EmergencyState::Running).await?),
        EmergencyState::Running | EmergencyState::Done if emergency.decided_by.as_ref() == Some(tx.actor()) => Ok(()),
        state => Err(Refused::Decided { state, tried: "agree to it" }),
    }
}

/// The second person says no.
///
/// # Errors
/// [`Refused`].
pub async fn refuse(tx: &mut Tx, id: EmergencyId) -> Result<(), Refused> {
    let emergency = waiting(tx, id, "refuse it").await?;
    if emergency.proposed_by == *tx.actor() {
        return Err(Refused::Own);
    }
    Ok(emergencies::decide(tx, &emergency, EmergencyState::Refused).await?)
}

/// Whoever proposed it takes it back.
///
/// # Errors
/// [`Refused`].
pub async fn withdraw(tx: &mut Tx, id: EmergencyId) -> Result<(), Refused> {
    let emergency = waiting(tx, id, "withdraw it").await?;
    if emergency.proposed_by != *tx.actor() {
        return Err(Refused::NotYours);
    }
    Ok(emergencies::decide(tx, &emergency, EmergencyState::Withdrawn).await?)
}

async fn waiting(tx: &mut Tx, id: EmergencyId, tried: &'static str) -> Result<Emergency, Refused> {
    let emergency = emergencies::lock(tx, id).await?.ok_or(Refused::Unknown)?;
    match emergency.state {
        EmergencyState::Waiting => Ok(emergency),
        state => Err(Refused::Decided { state, tried }),
    }
}
