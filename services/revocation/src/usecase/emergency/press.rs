//! Pressing it: in force with the commit, or waiting for a second admin where the settings ask for one and there is one.

use domain::{Actor, EmergencyId};
use store::emergencies::{self, Order};
use store::{Tx, directory};

use super::{Desk, Refused};
use crate::observe;

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pressed {
    /// It is in force.
    Declared(EmergencyId),
    /// It waits for a second person.
    Waits(EmergencyId),
}

/// Presses the button in the name of whoever acts.
///
/// # Errors
/// When Postgres is away.
pub async fn press(tx: &mut Tx, desk: &Desk, order: &Order) -> Result<Pressed, Refused> {
    let pressed = if waits(tx, desk, order).await? {
        Pressed::Waits(emergencies::propose(tx, order).await?)
    } else {
        Pressed::Declared(emergencies::declare(tx, order, desk.caution.needs_two(order.switch)).await?)
    };
    match pressed {
        Pressed::Declared(id) => observe::emergency(id, false),
        Pressed::Waits(id) => observe::emergency(id, true),
    }
    Ok(pressed)
}

/// Whether it would wait for a second person.
///
/// # Errors
/// When Postgres is away.
pub async fn waits(tx: &mut Tx, desk: &Desk, order: &Order) -> Result<bool, Refused> {
    Ok(desk.caution.needs_two(order.switch) && there_is_another(tx, desk).await?)
}

/// Whether the directory knows another active admin.
async fn there_is_another(tx: &mut Tx, desk: &Desk) -> Result<bool, Refused> {
    let admins = directory::active_in(tx.connection(), &desk.admin_groups).await?;
    let who = match tx.actor() {
        Actor::User { id } => Some(id),
        Actor::Machine { .. } | Actor::Service { .. } => None,
    };
    Ok(admins.iter().any(|admin| Some(admin) != who))
}
