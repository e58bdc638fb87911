//! Whether somebody is enabled, and in the groups that matter, asked of AWS at the moment of the vote: who was removed
//! from a group a minute ago decides nothing, though the directory's copy may not know it yet.

use std::sync::Arc;
use std::time::Duration;

use domain::{GroupId, UserId};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use process::Aws;
use runtime::settings::{Approvals, FreshCheck};
use store::directory::{self, Part};
use store::{Db, StoreError};

/// Who can say how somebody stands just now; an error says in words why there is no answer.
pub trait Witness: Send + Sync {
    /// Whether this person may sign in; none when there is no such person.
    fn is_enabled<'a>(&'a self, user: &'a UserId) -> BoxFuture<'a, Result<Option<bool>, String>>;

    /// Which of these groups this person is in.
    fn groups_of<'a>(&'a self, user: &'a UserId, groups: &'a [GroupId]) -> BoxFuture<'a, Result<Vec<GroupId>, String>>;
}

/// Waiting for a connection to AWS that was never made.
const PATIENCE: Duration = Duration::from_secs(3);

async fn connected(aws: &Aws) -> Result<cloud::Cloud, String> {
    let away = || "AWS cannot be reached".to_owned();
    tokio::time::timeout(PATIENCE, aws.connected()).await.ok().flatten().ok_or_else(away)
}

impl Witness for Aws {
    fn is_enabled<'a>(&'a self, user: &'a UserId) -> BoxFuture<'a, Result<Option<bool>, String>> {
        async move { connected(self).await?.directory().is_enabled(user).await.map_err(|e| e.to_string()) }.boxed()
    }

    fn groups_of<'a>(&'a self, user: &'a UserId, groups: &'a [GroupId]) -> BoxFuture<'a, Result<Vec<GroupId>, String>> {
        async move { connected(self).await?.directory().groups_of(user, groups).await.map_err(|e| e.to_string()) }
            .boxed()
    }
}

/// How somebody stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Who.
    pub user: UserId,
    /// Whether they may sign in; never true for somebody who is gone.
    pub enabled: bool,
    /// Those of the groups asked about that they are in.
    pub groups: Vec<GroupId>,
    /// The age of the copy that said it, where AWS could not be asked.
    pub by_copy_of: Option<Timestamp>,
}

/// Why nobody can say how somebody stands.
#[derive(Debug, thiserror::Error)]
pub enum Unknown {
    /// AWS is away, and nothing else is good enough.
    #[error("AWS cannot say which groups you are in, and without it nobody decides")]
    Away,
    /// AWS is away, and the copy is too old.
    #[error("AWS cannot say which groups you are in, and the directory's copy was read {}", .0.map_or("never".to_owned(), |at| format!("at {at}")))]
    TooOld(Option<Timestamp>),
    /// Postgres.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Asks the witness, and goes by the directory's copy where that is allowed. Cheap to clone.
#[derive(Clone)]
pub struct Fresh {
    witness: Arc<dyn Witness>,
    demanded: bool,
    copy_within: SignedDuration,
}

impl Fresh {
    /// As the settings have it.
    #[must_use]
    pub fn new(witness: Arc<dyn Witness>, settings: &Approvals) -> Self {
        let copy_within = SignedDuration::from_mins(i64::from(settings.copy_minutes));
        Self { witness, demanded: settings.fresh_check == FreshCheck::Demand, copy_within }
    }

    /// How somebody stands now, in these groups.
    ///
    /// # Errors
    /// [`Unknown`].
    pub async fn standing(&self, db: &Db, user: &UserId, groups: &[GroupId]) -> Result<Standing, Unknown> {
        match self.ask(user, groups).await {
            Ok((enabled, groups)) => Ok(Standing { user: user.clone(), enabled, groups, by_copy_of: None }),
            Err(why) => {
                tracing::warn!(%why, "AWS cannot say how a voter stands");
                self.by_copy(db, user, groups).await
            }
        }
    }

    async fn ask(&self, user: &UserId, groups: &[GroupId]) -> Result<(bool, Vec<GroupId>), String> {
        let asking =
            async { if groups.is_empty() { Ok(Vec::new()) } else { self.witness.groups_of(user, groups).await } };
        let (enabled, groups) = tokio::try_join!(self.witness.is_enabled(user), asking)?;
        Ok((enabled.unwrap_or(false), groups))
    }

    async fn by_copy(&self, db: &Db, user: &UserId, groups: &[GroupId]) -> Result<Standing, Unknown> {
        if self.demanded {
            return Err(Unknown::Away);
        }
        let mut connection = db.read().await?;
        let syncs = directory::syncs(&mut connection).await?;
        let read = |part| syncs.iter().find(|sync| sync.part == part).and_then(|sync| sync.succeeded_at);
        let oldest = read(Part::Users).zip(read(Part::Members)).map(|(users, members)| users.min(members));
        let Some(read_at) = oldest.filter(|at| db.clock().now().duration_since(*at) <= self.copy_within) else {
            return Err(Unknown::TooOld(oldest));
        };
        let person = directory::person(&mut connection, user).await?;
        let enabled = person.as_ref().is_some_and(|person| person.active);
        let mut theirs = person.map(|person| person.group_ids()).unwrap_or_default();
        theirs.retain(|group| groups.contains(group));
        Ok(Standing { user: user.clone(), enabled, groups: theirs, by_copy_of: Some(read_at) })
    }
}
