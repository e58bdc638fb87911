//! What some seeds play besides: few places for operations, people who leave, the emergency button, and what comes twice.
//! It is drawn apart from the rest, so that a seed without any of it plays as if there were none.

use domain::sessions::Cutting;
use jiff::{SignedDuration, Timestamp};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use simulator::Settings;
use store::slots::Slots;

use crate::house::FOREIGN;
use crate::plan::{Deed, near};

/// From the end of a comparison to the next.
pub const COMPARED_EVERY: SignedDuration = SignedDuration::from_mins(10);
/// How long after its writing a policy begins to count.
pub const POLICY_LAG: SignedDuration = SignedDuration::from_secs(2);

/// What a seed plays besides.
#[derive(Debug, Clone, Default)]
pub struct More {
    /// How many operations may be under way at once, by our own count and by AWS's; any number without.
    pub places: Option<u16>,
    /// Those that look for access of leavers and emergencies.
    pub sweepers: usize,
    /// Those that write who is denied, where live sessions are cut.
    pub cutters: usize,
    /// Those that remember what to remove while Postgres is away.
    pub memories: usize,
    /// When Postgres is away.
    pub outages: Vec<(Timestamp, Timestamp)>,
    /// Those that compare AWS with the ledger.
    pub comparers: usize,
    /// Whether one repair of theirs is too many.
    pub brakes: bool,
    /// How often a fact rings once more.
    pub echo: f64,
}

/// Whose or where an emergency ends everything.
#[derive(Debug, Clone, Copy)]
pub enum Struck {
    Everything,
    /// The person of this tuple.
    Person(usize),
    /// The account of this tuple.
    Account(usize),
}

impl More {
    /// Of a seed, with its deeds among the others.
    pub fn drawn(
        seed: u64,
        tuples: usize,
        start: Timestamp,
        busy: &[Timestamp],
        deeds: &mut Vec<(Timestamp, Deed)>,
    ) -> Self {
        let mut random = StdRng::seed_from_u64(seed.wrapping_mul(0xD6E8_FEB8_6659_FD93) ^ 0x5EED);
        let random = &mut random;
        let places = random.random_bool(0.2).then(|| random.random_range(1..=3));
        let asks = deeds.iter().filter(|(_, deed)| matches!(deed, Deed::Ask { .. })).count();
        let mut new = Vec::new();
        if random.random_bool(0.12) {
            let (tuple, gone) = (random.random_range(0..tuples), random.random_bool(0.4));
            new.push((soon(random, busy), Deed::Leave { tuple, gone }));
        }
        if random.random_bool(0.08) {
            let tuple = random.random_range(0..tuples);
            let all = [Struck::Everything, Struck::Person(tuple), Struck::Account(tuple)];
            new.push((soon(random, busy), Deed::Emergency { ends: all[random.random_range(0..all.len())] }));
        }
        if random.random_bool(0.12) {
            let from = soon(random, busy);
            new.push((from, Deed::Pause));
            if random.random_bool(0.8) {
                let lasts = [20, 120, 900][random.random_range(0..3)];
                new.push((from + SignedDuration::from_secs(random.random_range(1..=lasts)), Deed::Resume));
            }
        }
        if random.random_bool(0.25) {
            let nth = random.random_range(0..asks);
            new.push((soon(random, busy), Deed::ApproveAgain { nth }));
            // Whoever does not hear an answer asks again.
            let twice = deeds.iter().filter(|(_, deed)| matches!(deed, Deed::End { .. } | Deed::Revoke { .. }));
            new.extend(twice.map(|(at, deed)| (*at + SignedDuration::from_secs(2), deed.clone())).collect::<Vec<_>>());
        }
        let cutters = if random.random_bool(0.15) { random.random_range(1..=2) } else { 0 };
        if cutters > 0 {
            for _ in 0..random.random_range(3..=8) {
                let within = SignedDuration::from_mins([2, 15][random.random_range(0..2)]);
                let at = near(random, busy, within);
                new.push((at, Deed::OpenSession { tuple: random.random_range(0..tuples) }));
            }
            // Not every end cuts sessions; a revoke does.
            let nth = random.random_range(0..asks);
            new.push((soon(random, busy), Deed::Revoke { nth, only_this: false }));
        }
        let sweeps = new.iter().any(|(_, deed)| matches!(deed, Deed::Leave { .. } | Deed::Emergency { .. }));
        let sweepers = if sweeps { random.random_range(1..=2) } else { 0 };
        let memories = if random.random_bool(0.12) { random.random_range(1..=2) } else { 0 };
        let outages = (0..if memories > 0 { random.random_range(1..=2) } else { 0 }).map(|_| outage(random, busy));
        let outages: Vec<(Timestamp, Timestamp)> = outages.collect();
        // Who removes from memory asks nobody for a place.
        let places = places.filter(|_| memories == 0);
        let comparers = if random.random_bool(0.12) { random.random_range(1..=2) } else { 0 };
        let brakes = random.random_bool(0.4);
        if comparers > 0 {
            new.push((soon(random, busy), Deed::MakeOutside { tuple: FOREIGN }));
            new.push((soon(random, busy), Deed::MakeUnknown));
            if random.random_bool(0.5) {
                let after = SignedDuration::from_mins(random.random_range(5..40));
                new.push((soon(random, busy) + after, Deed::ReleaseBrake));
            }
        }
        deeds.extend(new.into_iter().map(|(at, deed)| (at.max(start), deed)));
        deeds.sort_by_key(|(at, _)| *at);
        let echo = if random.random_bool(0.3) { random.random::<f64>() } else { 0.0 };
        Self { places, sweepers, cutters, memories, outages, comparers, brakes, echo }
    }

    /// The places by our own count.
    pub fn slots(&self) -> Slots {
        match self.places {
            Some(outstanding) => {
                Slots { outstanding, covers_delete: true, reserved: outstanding.min(2) - 1, one_at_a_time: true }
            }
            None => Slots::unlimited(),
        }
    }

    /// The places by AWS's.
    pub fn apply(&self, settings: &mut Settings) {
        if let Some(places) = self.places {
            settings.quotas = true;
            settings.outstanding_operations = usize::from(places);
        }
        if self.cutters > 0 {
            // What ends sessions here is the policy alone.
            settings.role_removal_kills_sessions = false;
            settings.policy_lag_seconds = POLICY_LAG.as_secs_f64();
        }
    }

    /// How often it is compared, and what is too much.
    pub fn comparing(&self) -> revocation::Plan {
        let (brake_least, brake_percent) = if self.brakes { (0, 0) } else { (5, 50) };
        revocation::Plan { every: COMPARED_EVERY, brake_least, brake_percent, lag: std::time::Duration::from_secs(2) }
    }

    /// How sessions are cut, where they are.
    pub fn cutting(&self) -> Option<Cutting> {
        let cutting = Cutting { lag: SignedDuration::from_secs(10), margin: SignedDuration::from_mins(5) };
        (self.cutters > 0).then_some(cutting)
    }
}

fn outage(random: &mut StdRng, busy: &[Timestamp]) -> (Timestamp, Timestamp) {
    let lasts = SignedDuration::from_secs([15, 60, 150][random.random_range(0..3)]);
    let from = near(random, busy, SignedDuration::from_secs(20)) - lasts.mul_f64(random.random::<f64>());
    (from, from + lasts)
}

fn soon(random: &mut StdRng, busy: &[Timestamp]) -> Timestamp {
    let within = SignedDuration::from_secs([2, 20, 120][random.random_range(0..3)]);
    near(random, busy, within)
}
