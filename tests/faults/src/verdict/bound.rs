//! By when something must be done: as long as AWS needs, and whatever was in the way meanwhile.

use domain::{Fact, Tuple};
use jiff::{SignedDuration, Timestamp};
use simulator::FaultKind;

use super::{Case, places};
use crate::play::REFRESH;
use crate::process::Kind;

/// Until it is noticed that Postgres is away, and whoever remembers has its turn.
const NOTICED: SignedDuration = SignedDuration::from_secs(35);
/// What happened this long before Postgres went away may not be remembered.
const FRESH: SignedDuration = SignedDuration::from_secs(25);

impl Case<'_> {
    /// By when something that is due at `at` must be done, where Postgres is needed for it.
    pub fn settled_by(&self, at: Timestamp) -> Timestamp {
        self.by(at, |_| true)
    }

    /// By when an assignment whose time is over at `at` must be gone: also while Postgres is away, where it is remembered.
    pub fn gone_by(&self, tuple: &Tuple, at: Timestamp) -> Timestamp {
        self.by(at, |outage| !self.is_remembered(tuple, outage))
    }

    fn by(&self, at: Timestamp, hinders: impl Fn(&(Timestamp, Timestamp)) -> bool) -> Timestamp {
        let base = self.needed();
        let mut by = at + base;
        let outages: Vec<_> = self.plan.more.outages.iter().filter(|outage| hinders(outage)).copied().collect();
        loop {
            let spells = self.plan.spells.iter().map(|spell| (spell.from, spell.until + after(&spell.fault)));
            let troubles = spells.chain(self.troubles.iter().copied()).chain(outages.iter().copied());
            let next =
                troubles.filter(|(from, until)| *from <= by && *until + base > by).map(|(_, until)| until + base).max();
            match next {
                Some(later) => by = later,
                None => return by,
            }
        }
    }

    /// As long as AWS needs for a creation under way and a deletion.
    fn needed(&self) -> SignedDuration {
        let (aws, more) = (self.plan.aws, &self.plan.more);
        let needs = 14.0 * aws.median_s + 2.0 * aws.linger_s + 2.0 * aws.lag_s;
        // A creation that nobody heard of is waited for, and what conflicts is tried again after up to eight seconds.
        let alone = SignedDuration::from_millis(30_000) + SignedDuration::from_secs_f64(needs);
        // Whoever has no place waits for all the others, and for a place that is kept for an operation that nobody heard of.
        let others = i32::try_from(self.plan.tuples).unwrap_or(1);
        let base = if more.places.is_some() { alone * others + places::KEPT } else { alone };
        if more.outages.is_empty() { base } else { base + NOTICED }
    }

    /// Whether somebody remembered the tuple all through the outage as it was.
    fn is_remembered(&self, tuple: &Tuple, (from, until): &(Timestamp, Timestamp)) -> bool {
        let before = *from - FRESH - SignedDuration::try_from(REFRESH).unwrap_or_default();
        let forgets = self.troubles_of(Kind::Memory, before, *until) > 0;
        self.plan.more.memories > 0 && !forgets && !self.is_changed(tuple, before, *until)
    }

    /// How often a process of this kind was dead, stood still, or lost a unit of work in that time.
    pub fn troubles_of(&self, kind: Kind, from: Timestamp, until: Timestamp) -> usize {
        let within = |(of, lost, back): &&(Kind, Timestamp, Timestamp)| *of == kind && *lost < until && *back > from;
        self.of_process.iter().filter(within).count()
    }

    /// Whether anything was told of the tuple's grants in that time.
    pub fn is_changed(&self, tuple: &Tuple, from: Timestamp, until: Timestamp) -> bool {
        let told = self.told.iter().filter(|told| from <= told.at && told.at <= until);
        told.filter_map(|told| match &told.occurred.fact {
            Fact::GrantStarted { tuple, .. }
            | Fact::GrantActivated { tuple, .. }
            | Fact::GrantRevoking { tuple, .. }
            | Fact::GrantEnded { tuple, .. }
            | Fact::AssignmentChanged { tuple, .. } => Some(tuple),
            Fact::GrantExtended { grant, .. } => self.lives.get(grant).map(|life| &life.tuple),
            _ => None,
        })
        .any(|told| told == tuple)
    }
}

/// How much longer than itself a fault may be felt: what hangs or is slow ends later, and who was refused for long waits
/// before the next try.
fn after(fault: &simulator::Fault) -> SignedDuration {
    let itself = SignedDuration::from_secs_f64(fault.seconds.unwrap_or(0.0));
    itself
        + match fault.kind {
            FaultKind::AccessDenied | FaultKind::Failed => SignedDuration::from_secs(310),
            FaultKind::Throttle => SignedDuration::from_secs(65),
            _ => SignedDuration::from_secs(15),
        }
}
