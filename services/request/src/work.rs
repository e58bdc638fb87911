//! The background: the directory is read at the start and every few minutes, each part by itself, and old
//! idempotency keys are forgotten. What cannot be read keeps its last good copy.

use std::time::Duration;

use cloud::Directory;
use domain::Actor;
use jiff::{SignedDuration, Timestamp};
use process::Process;
use store::directory::{self, Account, Group, Part, PermissionSet, Replaced, SyncError, Unit, User, note_failure};
use store::{Db, StoreError, Tx, idempotency};

use crate::observe;

/// The first pause after a part could not be read; it doubles until it is the usual one.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(2);
/// How often it is looked whether something is due.
const LOOK: Duration = Duration::from_secs(1);
/// How often old idempotency keys are swept, and how many at once.
const SWEEP: Duration = Duration::from_secs(600);
const SWEEP_BATCH: i64 = 5_000;

/// What was read of one part.
#[derive(Debug, Clone)]
pub enum Snapshot {
    /// Everybody.
    Users(Vec<User>),
    /// Every group with its members.
    Groups(Vec<(Group, Vec<domain::UserId>)>),
    /// The tree.
    Organization(Vec<Unit>, Vec<Account>),
    /// Every permission set.
    PermissionSets(Vec<PermissionSet>),
}

/// When a part is tried again after it could not be read.
#[derive(Debug, Default, Clone, Copy)]
struct Patience {
    failures: u32,
}

impl Patience {
    fn pause(self, every: SignedDuration) -> SignedDuration {
        let doubled = FIRST_PAUSE.checked_mul(1 << self.failures.saturating_sub(1).min(10)).unwrap_or(every);
        doubled.min(every)
    }
}

/// Starts the workers.
pub fn start(process: Process) {
    let db = process.db.clone();
    process.health.probe("directory", move || {
        let db = db.clone();
        async move { ready(&db).await }
    });
    let shutdown = process.shutdown.clone();
    let (db, aws, stop) = (process.db.clone(), process.aws.clone(), shutdown.clone());
    let every = SignedDuration::from_secs(process.settings.aws.directory_every_s.into());
    shutdown.spawn("request.directory", async move {
        let Some(cloud) = aws.connected().await else { return };
        let mut patience = [Patience::default(); Part::ALL.len()];
        while !stop.stopping() {
            for (part, patience) in Part::ALL.into_iter().zip(&mut patience) {
                // Nothing is written before all of a part was read: it may be left where it is.
                tokio::select! {
                    () = step(&db, cloud.directory(), part, patience, every) => {}
                    () = stop.stopped() => return,
                }
            }
            stop.sleep(LOOK).await;
        }
    });
    let (db, stop) = (process.db, shutdown.clone());
    shutdown.spawn("request.sweep", async move {
        while stop.sleep(SWEEP).await {
            match idempotency::forget_old(&db, SWEEP_BATCH).await {
                Ok(forgotten) => tracing::debug!(forgotten, "old idempotency keys"),
                Err(error) => tracing::warn!(%error, "old idempotency keys stay for now"),
            }
        }
    });
}

async fn ready(db: &Db) -> Result<(), String> {
    let away = |error: StoreError| error.to_string();
    let mut tx = db.begin(Actor::service("request")).await.map_err(away)?;
    let syncs = directory::syncs(tx.connection()).await.map_err(away)?;
    match syncs.iter().find(|sync| sync.succeeded_at.is_none()) {
        None => Ok(()),
        Some(sync) => {
            let why = sync.error.as_deref().unwrap_or("not yet");
            Err(format!("{} were never read: {why}", sync.part.as_str()))
        }
    }
}

/// Reads one part if that is due. Where several processes share a database, whoever comes first spares the others.
async fn step(db: &Db, source: &Directory, part: Part, patience: &mut Patience, every: SignedDuration) {
    match is_due(db, part, every, patience.pause(every)).await {
        Ok(false) => return,
        Ok(true) => {}
        Err(error) => return tracing::debug!(%error, "the directory waits for the database"),
    }
    let outcome = match read(source, part).await {
        Ok(snapshot) => take_over(db, snapshot).await.map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    match outcome {
        Ok(replaced) => {
            *patience = Patience::default();
            observe::synchronised(part, replaced);
        }
        Err(error) => {
            patience.failures += 1;
            observe::not_synchronised(part, &error);
            if let Err(lost) = fail(db, part, &error).await {
                tracing::debug!(%lost, "the failure could not be noted");
            }
        }
    }
}

/// Due is what was not read for a while, and did not fail a moment ago.
async fn is_due(db: &Db, part: Part, every: SignedDuration, pause: SignedDuration) -> Result<bool, StoreError> {
    let mut tx = db.begin(Actor::service("request")).await?;
    let syncs = directory::syncs(tx.connection()).await?;
    let Some(sync) = syncs.into_iter().find(|sync| sync.part == part) else { return Ok(true) };
    let passed = |at: Option<Timestamp>, time: SignedDuration| at.is_none_or(|at| tx.now().duration_since(at) >= time);
    Ok(passed(sync.succeeded_at, every) && (sync.error.is_none() || passed(sync.failed_at, pause)))
}

async fn read(source: &Directory, part: Part) -> Result<Snapshot, cloud::CloudError> {
    Ok(match part {
        Part::Users => Snapshot::Users(source.users().await?.into_iter().map(user).collect()),
        Part::Groups => Snapshot::Groups(source.groups().await?.into_iter().map(group).collect()),
        Part::Organization => {
            let organization = source.organization().await?;
            let management = organization.management_account;
            let units = organization.units.into_iter().map(unit).collect();
            let accounts = organization.accounts.into_iter().map(|a| account(a, &management)).collect();
            Snapshot::Organization(units, accounts)
        }
        Part::PermissionSets => {
            Snapshot::PermissionSets(source.permission_sets().await?.into_iter().map(permission_set).collect())
        }
    })
}

/// Takes over what was read of one part, whole or not at all.
///
/// # Errors
/// When it is implausible or Postgres is away; the last good copy stays.
pub async fn take_over(db: &Db, snapshot: Snapshot) -> Result<Replaced, SyncError> {
    let mut tx: Tx = db.begin(Actor::service("request")).await?;
    let replaced = match &snapshot {
        Snapshot::Users(users) => directory::replace_users(&mut tx, users).await?,
        Snapshot::Groups(groups) => directory::replace_groups(&mut tx, groups).await?,
        Snapshot::Organization(units, accounts) => directory::replace_organization(&mut tx, units, accounts).await?,
        Snapshot::PermissionSets(sets) => directory::replace_permission_sets(&mut tx, sets).await?,
    };
    tx.commit().await?;
    Ok(replaced)
}

async fn fail(db: &Db, part: Part, error: &str) -> Result<(), StoreError> {
    let mut tx = db.begin(Actor::service("request")).await?;
    note_failure(&mut tx, part, error).await?;
    tx.commit().await?;
    Ok(())
}

fn user(user: cloud::User) -> User {
    User {
        id: user.id,
        user_name: user.user_name,
        display_name: user.display_name,
        email: user.email,
        active: user.active,
    }
}

fn group(group: cloud::Group) -> (Group, Vec<domain::UserId>) {
    (Group { id: group.id, name: group.name }, group.members)
}

fn unit(unit: cloud::Unit) -> Unit {
    Unit { id: unit.id, name: unit.name, parent: unit.parent }
}

fn account(account: cloud::Account, management: &domain::AccountId) -> Account {
    Account {
        management: account.id == *management,
        id: account.id,
        name: account.name,
        email: account.email,
        active: account.active,
        unit: account.parent,
        tags: account.tags,
    }
}

fn permission_set(set: cloud::PermissionSet) -> PermissionSet {
    PermissionSet {
        arn: set.arn,
        name: set.name,
        description: set.description,
        session_s: i64::try_from(set.session.as_secs()).unwrap_or(i64::MAX),
        tags: set.tags,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_usual_interval() {
        let pauses: Vec<i64> =
            (1..=9).map(|failures| Patience { failures }.pause(SignedDuration::from_mins(5)).as_secs()).collect();
        assert_eq!(pauses, [2, 4, 8, 16, 32, 64, 128, 256, 300]);
    }
}
