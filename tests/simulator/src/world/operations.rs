//! Asynchronous assignment operations: answered at once, ended later, remembered by request id.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::clock::Millis;
use crate::world::World;
use crate::world::access::{PrincipalType, Tuple};

/// Ended operations are remembered until there are this many: AWS does not say how long it keeps them.
const REMEMBERED: usize = 20_000;

/// What an operation does. Creations and deletions are asked about separately.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Create,
    Delete,
}

/// Where an operation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    InProgress,
    Succeeded,
    Failed,
}

impl Status {
    /// AWS's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "IN_PROGRESS",
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
        }
    }

    /// Reads AWS's word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::InProgress, Self::Succeeded, Self::Failed].into_iter().find(|status| status.as_str() == word)
    }
}

/// How an operation will end, decided when it is accepted.
#[derive(Clone, Debug, Default)]
pub struct Fate {
    /// Why it fails, if it does.
    pub failure: Option<String>,
    /// Whether a failing operation takes effect all the same.
    pub effect_though_failed: bool,
    /// It never ends.
    pub stuck: bool,
    /// Seconds that it takes, instead of the usual latency.
    pub takes: Option<f64>,
}

/// One accepted operation.
#[derive(Clone, Debug)]
pub struct Operation {
    pub request_id: String,
    pub kind: Kind,
    pub tuple: Tuple,
    pub created: Millis,
    /// When it was over, if it is.
    pub ended: Option<Millis>,
    pub status: Status,
    pub failure: Option<String>,
    /// The caller's ARN.
    pub caller: String,
    fate: Fate,
}

/// All remembered operations.
#[derive(Default)]
pub struct Operations {
    next: u64,
    all: BTreeMap<u64, Operation>,
    by_request_id: HashMap<String, u64>,
    by_status: HashMap<(Kind, Status), BTreeSet<u64>>,
    due: BTreeSet<(Millis, u64)>,
    busy: HashMap<Tuple, Busy>,
}

/// Why a tuple answers with a conflict.
enum Busy {
    UnderWay,
    LingersUntil(Millis),
}

impl Operations {
    /// How many operations of a kind are under way.
    pub fn outstanding(&self, kind: Kind) -> usize {
        self.by_status.get(&(kind, Status::InProgress)).map_or(0, BTreeSet::len)
    }

    /// Those that are remembered, oldest first.
    pub fn all(&self) -> impl Iterator<Item = &Operation> {
        self.all.values()
    }

    /// The operation with this request id, if it is of this kind and still remembered.
    pub fn find(&self, kind: Kind, request_id: &str) -> Option<&Operation> {
        let found = self.all.get(self.by_request_id.get(request_id)?)?;
        (found.kind == kind).then_some(found)
    }

    /// Operations of a kind, newest first, each with its sequence number; `before` continues a list.
    pub fn list(
        &self,
        kind: Kind,
        status: Option<Status>,
        before: Option<u64>,
    ) -> Box<dyn Iterator<Item = (u64, &Operation)> + '_> {
        let before = before.unwrap_or(u64::MAX);
        match status {
            Some(status) => match self.by_status.get(&(kind, status)) {
                Some(ids) => {
                    Box::new(ids.range(..before).rev().filter_map(|id| self.all.get(id).map(|found| (*id, found))))
                }
                None => Box::new(std::iter::empty()),
            },
            None => {
                Box::new(self.all.range(..before).rev().filter(move |(_, o)| o.kind == kind).map(|(id, o)| (*id, o)))
            }
        }
    }

    /// Whether something is being done to the tuple, or was a moment ago.
    pub fn conflicts(&self, tuple: &Tuple, now: Millis) -> bool {
        match self.busy.get(tuple) {
            Some(Busy::UnderWay) => true,
            Some(Busy::LingersUntil(until)) => *until > now,
            None => false,
        }
    }

    fn end(&mut self, id: u64, status: Status, failure: Option<String>, at: Millis, lingers_seconds: f64) {
        let Some(operation) = self.all.get_mut(&id) else {
            return;
        };
        operation.status = status;
        operation.ended = Some(at);
        operation.failure = failure;
        if let Some(open) = self.by_status.get_mut(&(operation.kind, Status::InProgress)) {
            open.remove(&id);
        }
        self.by_status.entry((operation.kind, status)).or_default().insert(id);
        self.busy.insert(operation.tuple.clone(), Busy::LingersUntil(at.plus_seconds(lingers_seconds)));
    }

    fn forget_oldest(&mut self) {
        while self.all.len() > REMEMBERED {
            let Some((id, old)) =
                self.all.iter().find(|(_, o)| o.status != Status::InProgress).map(|(id, o)| (*id, o.clone()))
            else {
                return;
            };
            self.all.remove(&id);
            self.by_request_id.remove(&old.request_id);
            if let Some(ids) = self.by_status.get_mut(&(old.kind, old.status)) {
                ids.remove(&id);
            }
        }
    }
}

impl World {
    /// Accepts an operation: its answer is IN_PROGRESS, its effect comes at its due moment.
    pub fn begin(&mut self, kind: Kind, tuple: Tuple, caller: &str, fate: Fate) -> Operation {
        let latency = self.next_latency();
        let due = self.now.plus_seconds(fate.takes.unwrap_or(latency));
        let operation = Operation {
            request_id: self.new_uuid().to_string(),
            kind,
            tuple: tuple.clone(),
            created: self.now,
            ended: None,
            status: Status::InProgress,
            failure: None,
            caller: caller.to_owned(),
            fate,
        };
        let book = &mut self.operations;
        let id = book.next;
        book.next += 1;
        if !operation.fate.stuck {
            book.due.insert((due, id));
        }
        book.by_request_id.insert(operation.request_id.clone(), id);
        book.by_status.entry((kind, Status::InProgress)).or_default().insert(id);
        book.busy.insert(tuple, Busy::UnderWay);
        book.all.insert(id, operation.clone());
        book.forget_oldest();
        operation
    }

    /// Operations that would never end, end now as they would have.
    pub fn release_stuck(&mut self) {
        let now = self.now;
        let waits = |o: &Operation| o.fate.stuck && o.status == Status::InProgress;
        let stuck: Vec<u64> = self.operations.all.iter().filter(|(_, o)| waits(o)).map(|(id, _)| *id).collect();
        self.operations.due.extend(stuck.into_iter().map(|id| (now, id)));
    }

    /// Whether any operation is under way.
    pub fn is_busy(&self) -> bool {
        [Kind::Create, Kind::Delete].into_iter().any(|kind| self.operations.outstanding(kind) > 0)
    }

    /// Moves the world to this moment: every operation due by then has ended, and every schedule due by then has fired, each at its
    /// own moment and in order.
    pub fn settle(&mut self, now: Millis) {
        let end = self.now.max(now);
        let mut ended = false;
        loop {
            let operation = self.operations.due.first().copied().filter(|(due, _)| *due <= end);
            let firing = self.schedules.next_due().filter(|due| *due <= end);
            match (operation, firing) {
                (Some((due, id)), firing) if firing.is_none_or(|at| due <= at) => {
                    self.operations.due.remove(&(due, id));
                    self.finish(id, due);
                    ended = true;
                }
                (_, Some(at)) => {
                    self.now = self.now.max(at);
                    crate::aws::fire(self);
                }
                (_, None) => break,
            }
        }
        self.now = end;
        if ended {
            let lags = self.settings.visibility_lag_seconds + self.settings.replica_lag_seconds;
            self.access.forget_faded(self.now.plus_seconds(-lags));
            if self.operations.busy.len() > REMEMBERED {
                let now = self.now;
                self.operations.busy.retain(|_, busy| !matches!(busy, Busy::LingersUntil(until) if *until <= now));
            }
        }
    }

    /// The moment whose state reads show.
    pub fn seen_at(&self) -> Millis {
        let behind = if self.behind { self.settings.replica_lag_seconds } else { 0.0 };
        self.now.plus_seconds(-self.settings.visibility_lag_seconds - behind)
    }

    fn finish(&mut self, id: u64, at: Millis) {
        let Some(operation) = self.operations.all.get(&id).cloned() else {
            return;
        };
        let failure = operation.fate.failure.clone().or_else(|| match operation.kind {
            Kind::Create => self.obstacle(&operation.tuple),
            Kind::Delete => None,
        });
        if failure.is_none() || operation.fate.effect_though_failed {
            match operation.kind {
                Kind::Create => self.access.add(&operation.tuple, at, &operation.caller),
                Kind::Delete => self.access.remove(&operation.tuple, at, &operation.caller),
            };
        }
        let status = if failure.is_some() { Status::Failed } else { Status::Succeeded };
        self.operations.end(id, status, failure, at, self.settings.linger_seconds);
    }

    /// Why a creation that was accepted fails later: what it names went away, or the account is suspended.
    fn obstacle(&self, tuple: &Tuple) -> Option<String> {
        let Some(account) = self.organization.account(&tuple.account_id) else {
            return Some(format!("Account {} is not part of the organization.", tuple.account_id));
        };
        if account.suspended {
            return Some(format!("Account {} is suspended.", tuple.account_id));
        }
        if self.permission_sets.find(&tuple.permission_set_arn).is_none() {
            return Some(format!("Permission set {} does not exist.", tuple.permission_set_arn));
        }
        let principal_known = match tuple.principal_type {
            PrincipalType::User => self.directory.user(&tuple.principal_id).is_some(),
            PrincipalType::Group => self.directory.group(&tuple.principal_id).is_some(),
        };
        (!principal_known).then(|| format!("{} {} does not exist.", tuple.principal_type.as_str(), tuple.principal_id))
    }
}
