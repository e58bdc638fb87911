//! Who made or removed something, as CloudTrail tells: asked once in a while for all there is, and only where something
//! differs.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use cloud::{CallError, Change, ChangeKind};
use domain::{Tuple, backstop};

use super::{Reconciler, Trouble};
use crate::observe;

/// How long what was read is gone by.
const FRESH: Duration = Duration::from_secs(300);

/// The last change of each kind of each tuple, and when that was read.
pub(super) struct Who {
    read: Duration,
    last: BTreeMap<(ChangeKind, Tuple), Change>,
    /// What schedules of ours are about that the ledger knows nothing of.
    scheduled: BTreeSet<Tuple>,
}

impl Reconciler {
    /// The last such change of the tuple that CloudTrail shows.
    pub(super) async fn last_change(&self, kind: ChangeKind, tuple: &Tuple) -> Result<Option<Change>, Trouble> {
        self.by_what_is_told(|who| who.last.get(&(kind, tuple.clone())).cloned()).await
    }

    /// Whether a schedule of ours is about the tuple, of an assignment that the ledger knows nothing of.
    pub(super) async fn is_scheduled(&self, tuple: &Tuple) -> Result<bool, Trouble> {
        self.by_what_is_told(|who| who.scheduled.contains(tuple)).await
    }

    async fn by_what_is_told<T>(&self, look: impl FnOnce(&Who) -> T) -> Result<T, Trouble> {
        let mut who = self.who.lock().await;
        let now = self.db.clock().monotonic();
        let fresh = who.take().filter(|who| now.saturating_sub(who.read) < FRESH);
        let fresh = match fresh {
            Some(fresh) => fresh,
            None => self.read_changes().await?,
        };
        let seen = look(&fresh);
        *who = Some(fresh);
        Ok(seen)
    }

    async fn read_changes(&self) -> Result<Who, Trouble> {
        let mut last = BTreeMap::new();
        for kind in [ChangeKind::Made, ChangeKind::Removed] {
            match self.aws.changes(kind, None).await? {
                // The newest first.
                Some(changes) => {
                    for change in changes {
                        last.entry((kind, change.tuple.clone())).or_insert(change);
                    }
                }
                None => observe::nobody_tells_who(),
            }
        }
        let scheduled = self.read_schedules().await?;
        Ok(Who { scheduled, read: self.db.clock().monotonic(), last })
    }

    /// A schedule's name tells which assignment it was made for. One that the ledger knows is kept by whoever made it, and
    /// proves nothing about who made what is there now.
    async fn read_schedules(&self) -> Result<BTreeSet<Tuple>, Trouble> {
        let names = match self.schedules.list().await {
            Ok(names) => names,
            Err(error) if error.is_transient() => return Err(error.into()),
            // There is no backstop, or it may not be asked.
            Err(_) => Vec::new(),
        };
        let mut scheduled = BTreeSet::new();
        for name in names {
            let Some((assignment, _)) = backstop::read_name(self.schedules.prefix(), &name) else { continue };
            let known = store::assignments::get(&mut *self.db.read().await?, assignment).await?.is_some();
            let about = if known { None } else { self.about(&name).await? };
            scheduled.extend(about);
        }
        Ok(scheduled)
    }

    async fn about(&self, name: &str) -> Result<Option<Tuple>, CallError> {
        match self.schedules.about(name).await {
            Err(error) if !error.is_transient() => Ok(None),
            about => about,
        }
    }

    /// What was read is not gone by any more: the next run asks anew.
    pub(super) async fn forget_changes(&self) {
        *self.who.lock().await = None;
    }
}
