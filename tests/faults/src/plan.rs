//! What a seed plays: how AWS behaves, how many processes there are, what people do, and which faults strike when.

use jiff::{SignedDuration, Timestamp};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use simulator::{Fault, FaultKind, Settings};

use crate::chaos::Chaos;
use crate::more::{More, Struck};

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
    /// A user may not sign in any more, and the directory's copy does not know it.
    Disable { tuple: usize },
    /// Somebody leaves: may not sign in any more, or is gone, and the directory's copy says so.
    Leave { tuple: usize, gone: bool },
    /// Somebody opens a session by the portal, if they may.
    OpenSession { tuple: usize },
    /// Our own role makes what nobody asked for.
    MakeUnknown,
    /// An admin says that the reconciler shall repair what it found.
    ReleaseBrake,
    /// An admin ends everything of a person, of an account, or all.
    Emergency { ends: Struck },
    /// No access begins from now on.
    Pause,
    /// It begins again.
    Resume,
    /// What was asked for n-th is approved once more.
    ApproveAgain { nth: usize },
    /// A process is stopped as for a deployment, or by a kill.
    Kill { process: usize },
}

impl Deed {
    /// Whether Postgres is needed for it.
    pub const fn is_written(&self) -> bool {
        match self {
            Self::Ask { .. }
            | Self::End { .. }
            | Self::Revoke { .. }
            | Self::Extend { .. }
            | Self::Leave { .. }
            | Self::Emergency { .. }
            | Self::Pause
            | Self::Resume
            | Self::ApproveAgain { .. }
            | Self::ReleaseBrake => true,
            Self::RemoveOutside { .. }
            | Self::MakeOutside { .. }
            | Self::Disable { .. }
            | Self::OpenSession { .. }
            | Self::MakeUnknown
            | Self::Kill { .. } => false,
        }
    }
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
    /// Those that see to the schedules inside AWS; without any there are none.
    pub keepers: usize,
    pub tuples: usize,
    /// Those of the tuples that are assigned before anything begins.
    pub standing: Vec<usize>,
    pub aws: Aws,
    pub deeds: Vec<(Timestamp, Deed)>,
    pub spells: Vec<Spell>,
    pub chaos: Chaos,
    /// Whether the day of watching is played too.
    pub whole_watch: bool,
    pub more: More,
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
        let mut deeds = deeds(random, start, length, tuples, grants + revocations);
        let busy = busy(&deeds);
        let spells = (0..random.random_range(0..=4)).map(|_| spell(random, &busy)).collect();
        let calm = random.random_bool(0.15);
        let mut chaos = if calm { Chaos::default() } else { Chaos::drawn(random, start + length) };
        let whole_watch = random.random_bool(0.1);
        let keepers = [0, 1, 0, 2][usize::try_from(seed % 4).unwrap_or(0)];
        let more = More::drawn(seed, tuples, start, &busy, &mut deeds);
        // A day of those who look again and again is long, and tells nothing more.
        let whole_watch = whole_watch && more.memories == 0 && more.comparers == 0;
        chaos.echo = if calm { 0.0 } else { more.echo };
        Self {
            seed,
            start,
            grants,
            revocations,
            keepers,
            tuples,
            standing,
            aws,
            deeds,
            spells,
            chaos,
            whole_watch,
            more,
        }
    }

    /// When the last fault is over.
    pub fn calm_from(&self) -> Timestamp {
        let outages = self.more.outages.iter().map(|(_, until)| *until);
        self.spells
            .iter()
            .map(|spell| spell.until)
            .chain(outages)
            .chain([self.chaos.until, self.start])
            .max()
            .unwrap_or(self.start)
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
        let busy = busy(&deeds);
        let deed = match random.random_range(0..20) {
            0..=4 => Deed::End { nth },
            5..=8 => Deed::Revoke { nth, only_this: random.random_bool(0.3) },
            9..=12 => Deed::Extend { nth, minutes: random.random_range(1..=20) },
            13..=14 => Deed::RemoveOutside { tuple },
            15 => Deed::MakeOutside { tuple },
            16 => Deed::Disable { tuple },
            _ => Deed::Kill { process: random.random_range(0..processes) },
        };
        let within = SignedDuration::from_secs([1, 8, 60][random.random_range(0..3)]);
        let at = near(random, &busy, within);
        deeds.push((at.max(start), deed));
    }
    deeds.sort_by_key(|(at, _)| *at);
    deeds
}

/// Many at the beginning, so that lives overlap and commands race.
fn moment(random: &mut StdRng, start: Timestamp, length: SignedDuration) -> Timestamp {
    let share: f64 = random.random::<f64>();
    start + length.mul_f64(if random.random_bool(0.5) { share * 0.05 } else { share })
}

/// When something begins or ends, as far as the plan knows.
fn busy(deeds: &[(Timestamp, Deed)]) -> Vec<Timestamp> {
    let moments = deeds.iter().flat_map(|(at, deed)| match deed {
        Deed::Ask { minutes, starts_in, .. } => {
            let begins = *at + SignedDuration::from_mins(starts_in.unwrap_or(0));
            vec![begins, begins + SignedDuration::from_mins(i64::from(*minutes))]
        }
        _ => vec![*at],
    });
    moments.collect()
}

/// At one of these moments, a little before or up to so much after.
pub fn near(random: &mut StdRng, busy: &[Timestamp], after: SignedDuration) -> Timestamp {
    let at = busy[random.random_range(0..busy.len())];
    at - after.mul_f64(0.3) + after.mul_f64(random.random::<f64>())
}

fn spell(random: &mut StdRng, busy: &[Timestamp]) -> Spell {
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
        lasts: None,
        until: None,
    };
    let lasts = SignedDuration::from_secs([5, 30, 120, 300][random.random_range(0..4)]);
    let from = near(random, busy, lasts) - lasts.mul_f64(0.5 * random.random::<f64>());
    Spell { from, until: from + lasts, fault }
}
