//! Who made or removed something, as CloudTrail tells: asked once in a while for all there is, and only where something
//! differs.

use std::collections::BTreeMap;
use std::time::Duration;

use cloud::{Change, ChangeKind};
use domain::Tuple;

use super::{Reconciler, Trouble};
use crate::observe;

/// How long what was read is gone by.
const FRESH: Duration = Duration::from_secs(300);

/// The last change of each kind of each tuple, and when that was read.
pub(super) struct Who {
    read: Duration,
    last: BTreeMap<(ChangeKind, Tuple), Change>,
}

impl Reconciler {
    /// The last such change of the tuple that CloudTrail shows.
    pub(super) async fn last_change(&self, kind: ChangeKind, tuple: &Tuple) -> Result<Option<Change>, Trouble> {
        let mut who = self.who.lock().await;
        let now = self.db.clock().monotonic();
        let fresh = who.take().filter(|who| now.saturating_sub(who.read) < FRESH);
        let fresh = match fresh {
            Some(fresh) => fresh,
            None => self.read_changes().await?,
        };
        let last = fresh.last.get(&(kind, tuple.clone())).cloned();
        *who = Some(fresh);
        Ok(last)
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
        Ok(Who { read: self.db.clock().monotonic(), last })
    }

    /// What was read is not gone by any more: the next run asks anew.
    pub(super) async fn forget_changes(&self) {
        *self.who.lock().await = None;
    }
}
