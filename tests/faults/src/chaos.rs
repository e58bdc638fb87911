//! How bad the day is: how often things go wrong in a play, as the seed has it, and until when.

use jiff::Timestamp;
use rand::Rng as _;
use rand::rngs::StdRng;

use crate::stage::State;

/// Probabilities at each point, while the day is bad.
#[derive(Debug, Clone, Copy, Default)]
pub struct Chaos {
    /// From then on nothing of this goes wrong any more.
    pub until: Timestamp,
    /// The process dies where it stands.
    pub crash: f64,
    /// The process dies before it commits what it wrote.
    pub crash_in_commit: f64,
    /// The process stands still for a while, a lease and more.
    pub freeze: f64,
    /// Postgres is away when a unit of work begins.
    pub lost_begin: f64,
    /// Postgres does not commit.
    pub refused_commit: f64,
    /// Postgres commits, and the answer is lost.
    pub unheard_commit: f64,
    /// A fact does not ring.
    pub lost_bell: f64,
    /// A fact rings once more, up to two minutes later.
    pub echo: f64,
    /// A request takes long to arrive.
    pub slow_network: f64,
}

impl Chaos {
    /// Every kind is there or not, and rare or not so rare.
    pub fn drawn(random: &mut StdRng, until: Timestamp) -> Self {
        let mut some = |most: f64| if random.random_bool(0.5) { most * random.random::<f64>() } else { 0.0 };
        Self {
            until,
            crash: some(0.03),
            crash_in_commit: some(0.06),
            freeze: some(0.015),
            lost_begin: some(0.03),
            refused_commit: some(0.05),
            unheard_commit: some(0.05),
            lost_bell: some(1.0),
            slow_network: some(0.1),
            echo: 0.0,
        }
    }
}

impl State {
    /// Whether this goes wrong now.
    pub fn loses(&mut self, probability: impl Fn(&Chaos) -> f64) -> bool {
        let lost = self.now < self.chaos.until && self.happens(probability(&self.chaos));
        if lost {
            // A lease may have to run out before others go on.
            let (now, over) = (self.now, self.now + crate::play::LEASE);
            match self.current {
                Some((_, process)) => self.trouble(process, now, over),
                None => self.record.trouble(now, over),
            }
        }
        lost
    }
}
