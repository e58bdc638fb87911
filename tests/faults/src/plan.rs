//! What a seed plays: how AWS behaves, how many processes there are, what people do, and which faults strike when.

use jiff::{SignedDuration, Timestamp};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use simulator::{Fault, FaultKind, Settings};

use crate::chaos::Chaos;

/// What somebody does.
#[derive(Debug, Clone)]
pub enum Deed {
    /// Asks for a tuple, and gets a yes at once.
    Ask { tuple: usize, minutes: i32, starts_in: Option<i64> },
    /// Whoever has the n-th grant gives it back.
    End { nth: usize },
    /// An admin takes the n-th grant away, or all on its assignment.
    Revoke { nth: usize, only_this: bool },
    /// The n-th grant is extended.
    Extend { nth: usize, minutes: i32 },
    /// Somebody removes the assignment outside.
    RemoveOutside { tuple: usize },
    /// Somebody makes the assignment outside.
    MakeOutside { tuple: usize },
    /// A user may not sign in any more.
    Disable { tuple: usize },
    /// A process is stopped as for a deployment, or by a kill.
    Kill { process: usize },
}

/// A fault and how long it strikes.
#[derive(Debug, Clone)]
pub struct Spell {
    pub from: Timestamp,
    pub until: Timestamp,
    pub fault: Fault,
}

/// Everything that a seed decides.
#[derive(Debug, Clone)]
pub struct Plan {
    pub seed: u64,
    pub start: Timestamp,
    pub grants: usize,
    pub revocations: usize,
    pub tuples: usize,
    /// Those of the tuples that are assigned before anything begins.
    pub standing: Vec<usize>,
    pub aws: Aws,
    pub deeds: Vec<(Timestamp, Deed)>,
    pub spells: Vec<Spell>,
    pub chaos: Chaos,
    /// Whether the day of watching is played too.
    pub whole_watch: bool,
}

/// How AWS behaves.
#[derive(Debug, Clone, Copy)]
pub struct Aws {
    pub median_s: f64,
    pub sigma: f64,
    pub linger_s: f64,
    pub lag_s: f64,
}

impl Aws {
    pub fn apply(self, settings: &mut Settings) {
        settings.latency_median_seconds = self.median_s;
        settings.latency_sigma = self.sigma;
        settings.linger_seconds = self.linger_s;
        settings.visibility_lag_seconds = self.lag_s;
    }
}

impl Plan {
    /// The plan of a seed.
    pub fn of(seed: u64, start: Timestamp) -> Self {
        let mut random = StdRng::seed_from_u64(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let random = &mut random;
        let length = SignedDuration::from_mins(random.random_range(15..90));
        let tuples = random.random_range(1..=3);
        let standing = (0..tuples).filter(|_| random.random_bool(0.15)).collect();
        let aws = Aws {
            median_s: [0.0, 0.3, 2.0][random.random_range(0..3)],
            sigma: 0.5,
            linger_s: [0.0, 1.5][random.random_range(0..2)],
            lag_s: [0.0, 0.0, 0.8][random.random_range(0..3)],
        };
        let (grants, revocations) = (random.random_range(1..=3), random.random_range(2..=3));
        let deeds = deeds(random, start, length, tuples, grants + revocations);
        let spells = (0..random.random_range(0..=4)).map(|_| spell(random, start, length)).collect();
        let calm = random.random_bool(0.15);
        let chaos = if calm { Chaos::default() } else { Chaos::drawn(random, start + length) };
        let whole_watch = random.random_bool(0.1);
        Self { seed, start, grants, revocations, tuples, standing, aws, deeds, spells, chaos, whole_watch }
    }

    /// When the last fault is over.
    pub fn calm_from(&self) -> Timestamp {
        self.spells.iter().map(|spell| spell.until).chain([self.chaos.until, self.start]).max().unwrap_or(self.start)
    }
}

fn deeds(
    random: &mut StdRng,
    start: Timestamp,
    length: SignedDuration,
    tuples: usize,
    processes: usize,
) -> Vec<(Timestamp, Deed)> {
    let asks = random.random_range(2..=5);
    let mut deeds: Vec<(Timestamp, Deed)> = (0..asks)
        .map(|_| {
            let minutes = random.random_range(2..=30);
            let starts_in = random.random_bool(0.25).then(|| random.random_range(1..20));
            (moment(random, start, length), Deed::Ask { tuple: random.random_range(0..tuples), minutes, starts_in })
        })
        .collect();
    for _ in 0..random.random_range(0..=5) {
        let nth = random.random_range(0..asks);
        let tuple = random.random_range(0..tuples);
        let deed = match random.random_range(0..20) {
            0..=4 => Deed::End { nth },
            5..=8 => Deed::Revoke { nth, only_this: random.random_bool(0.3) },
            9..=12 => Deed::Extend { nth, minutes: random.random_range(1..=20) },
            13..=14 => Deed::RemoveOutside { tuple },
            15 => Deed::MakeOutside { tuple },
            16 => Deed::Disable { tuple },
            _ => Deed::Kill { process: random.random_range(0..processes) },
        };
        deeds.push((moment(random, start, length), deed));
    }
    deeds.sort_by_key(|(at, _)| *at);
    deeds
}

/// Many at the beginning, so that lives overlap and commands race.
fn moment(random: &mut StdRng, start: Timestamp, length: SignedDuration) -> Timestamp {
    let share: f64 = random.random::<f64>();
    start + length.mul_f64(if random.random_bool(0.5) { share * 0.05 } else { share })
}

fn spell(random: &mut StdRng, start: Timestamp, length: SignedDuration) -> Spell {
    let kinds = [
        FaultKind::Throttle,
        FaultKind::ServerError,
        FaultKind::ResetBefore,
        FaultKind::ResetAfter,
        FaultKind::Hang,
        FaultKind::Delay,
        FaultKind::Failed,
        FaultKind::Slow,
        FaultKind::Conflict,
        FaultKind::AccessDenied,
    ];
    let kind = kinds[random.random_range(0..kinds.len())];
    let operations: Option<&[&str]> = match random.random_range(0..6) {
        0 => Some(&["CreateAccountAssignment"]),
        1 => Some(&["DeleteAccountAssignment"]),
        2 => Some(&["ListAccountAssignments"]),
        3 => Some(&["DescribeAccountAssignmentCreationStatus", "DescribeAccountAssignmentDeletionStatus"]),
        _ => None,
    };
    let operations = operations.filter(|_| !matches!(kind, FaultKind::Failed | FaultKind::Slow));
    let seconds = match kind {
        FaultKind::Hang => Some(random.random_range(2.0..40.0)),
        FaultKind::Delay => Some(random.random_range(0.1..14.0)),
        FaultKind::Slow => random.random_bool(0.7).then(|| random.random_range(3.0..90.0)),
        _ => None,
    };
    let fault = Fault {
        kind,
        operations: operations.map(|all| all.iter().map(|one| (*one).to_owned()).collect()),
        count: None,
        probability: Some([0.3, 0.7, 1.0][random.random_range(0..3)]),
        seconds,
        reason: None,
        account: None,
        effect: random.random_bool(0.5),
    };
    let from = moment(random, start, length);
    let lasts = SignedDuration::from_secs([5, 30, 120, 300][random.random_range(0..4)]);
    Spell { from, until: from + lasts, fault }
}
