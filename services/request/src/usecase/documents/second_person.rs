//! Whether a change needs a second admin's word, and whether there is one to give it.
//!
//! An installation begins with one admin, and may come down to one. Then that one changes documents alone, and the
//! change is kept as made alone, for auditors to see. Who is in the group of admins is Identity Center's to say, so
//! nobody gets there through Curfew.

use domain::Actor;
use runtime::settings::SecondPerson;
use store::{StoreError, Tx, directory};

use super::{Desk, Weighed};

/// How many must stand behind a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needed {
    /// Whoever makes it.
    One,
    /// Two, and the second is there.
    Two,
    /// Two, and nobody else is there.
    TwoButAlone,
}

/// How many must stand behind this change.
///
/// # Errors
/// When Postgres is away.
pub(super) async fn needed(tx: &mut Tx, desk: &Desk, weighed: &Weighed) -> Result<Needed, StoreError> {
    let two = match desk.second_person {
        SecondPerson::Never => false,
        SecondPerson::Always => true,
        SecondPerson::Loosening => weighed.impact.loosens,
    };
    if !two {
        return Ok(Needed::One);
    }
    let admins = directory::active_in(tx.connection(), &desk.admin_groups).await?;
    let proposer = match tx.actor() {
        Actor::User { id } => Some(id),
        Actor::Machine { .. } | Actor::Service { .. } => None,
    };
    Ok(if admins.iter().any(|admin| Some(admin) != proposer) { Needed::Two } else { Needed::TwoButAlone })
}
