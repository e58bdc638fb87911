//! Standing in for somebody who is away. Whether a policy takes a stand-in is asked when they vote; here only what
//! could never work is refused.

mod circle;

use domain::{Actor, Comment, DelegationId, UserId};
use jiff::{SignedDuration, Timestamp};
use store::delegations::{self, Delegation};
use store::{StoreError, Tx, directory, new_id};

/// The longest time that somebody may be stood in for.
pub const MOST: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Who stands in for whom, and when.
#[derive(Debug, Clone)]
pub struct Make {
    /// Who is away.
    pub from: UserId,
    /// Who stands in.
    pub to: UserId,
    /// From when; now where nothing is said.
    pub starts_at: Option<Timestamp>,
    /// Until when.
    pub ends_at: Timestamp,
    /// Why.
    pub reason: Option<Comment>,
}

/// Why somebody cannot stand in.
#[derive(Debug, thiserror::Error)]
pub enum DelegationError {
    /// For oneself.
    #[error("nobody stands in for themselves")]
    ToOneself,
    /// Nobody of this id.
    #[error("nobody in the directory has the id {0}")]
    UnknownPerson(UserId),
    /// They may not sign in.
    #[error("the user {0} is disabled")]
    DisabledPerson(UserId),
    /// It would be over, in the past, or too long.
    #[error("it must end after it starts and after now, start now or later, and last at most 90 days")]
    BadTime,
    /// Two people would stand in for each other, or more of them in a circle.
    #[error("people would stand in for each other in a circle: {}", .0.iter().map(UserId::as_str).collect::<Vec<_>>().join(", "))]
    Circle(Vec<UserId>),
    /// The same person stands in at this time already.
    #[error("the same person stands in from {} to {} already", .0.starts_at, .0.over_at())]
    Overlaps(Box<Delegation>),
    /// No such delegation, or not theirs.
    #[error("there is no such delegation")]
    UnknownDelegation,
    /// It is over.
    #[error("it ended at {0}")]
    Over(Timestamp),
    /// Postgres.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a delegation in the actor's name.
///
/// # Errors
/// [`DelegationError`]; nothing is to be committed then.
pub async fn make(tx: &mut Tx, command: Make) -> Result<Delegation, DelegationError> {
    let now = tx.now();
    let (starts_at, ends_at) = (command.starts_at.unwrap_or(now), command.ends_at);
    if command.from == command.to {
        return Err(DelegationError::ToOneself);
    }
    if starts_at < now || ends_at <= starts_at || ends_at.duration_since(starts_at) > MOST {
        return Err(DelegationError::BadTime);
    }
    for person in [&command.from, &command.to] {
        match directory::user(tx.connection(), person).await? {
            Some(user) if user.active => {}
            Some(_) => return Err(DelegationError::DisabledPerson(person.clone())),
            None => return Err(DelegationError::UnknownPerson(person.clone())),
        }
    }
    delegations::lock(tx).await?;
    let others = delegations::during(tx.connection(), starts_at, ends_at).await?;
    if let Some(same) = others.iter().find(|other| other.from == command.from && other.to == command.to) {
        return Err(DelegationError::Overlaps(Box::new(same.clone())));
    }
    let new = Delegation {
        id: DelegationId(new_id()),
        from: command.from,
        to: command.to,
        starts_at,
        ends_at,
        reason: command.reason.map(String::from),
        made_by: tx.actor().clone(),
        made_at: now,
        ended_at: None,
    };
    if let Some(people) = circle::closed_by(&others, &new) {
        return Err(DelegationError::Circle(people));
    }
    delegations::insert(tx, &new).await?;
    Ok(new)
}

/// Ends a delegation before its time: whoever is away, whoever stands in, or an admin.
///
/// # Errors
/// [`DelegationError`]; nothing is to be committed then.
pub async fn end(tx: &mut Tx, id: DelegationId, by: &UserId, is_admin: bool) -> Result<Delegation, DelegationError> {
    let found = delegations::lock_one(tx, id).await?.ok_or(DelegationError::UnknownDelegation)?;
    if !is_admin && *by != found.from && *by != found.to {
        return Err(DelegationError::UnknownDelegation);
    }
    if found.over_at() <= tx.now() {
        return Err(DelegationError::Over(found.over_at()));
    }
    delegations::end(tx, id).await?;
    Ok(Delegation { ended_at: Some(tx.now()), ..found })
}

/// Whether the actor may make one for this person.
#[must_use]
pub fn may_make_for(actor: &Actor, is_admin: bool, from: &UserId) -> bool {
    is_admin || actor.user() == Some(from)
}
