//! The state of the simulated organization: what AWS would know. Everything changes behind one lock, and asynchronous results are
//! settled lazily, at their exact due moment, whenever somebody looks: the oracle's intervals do not depend on when it is asked.

pub mod access;
pub mod calls;
pub mod credentials;
pub mod directory;
pub mod faults;
pub mod live_sessions;
pub mod operations;
pub mod organization;
pub mod permission_sets;
pub mod policies;
pub mod quotas;
pub mod settings;

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use crate::clock::Millis;
use crate::seed;
use access::Access;
use calls::CallLog;
use credentials::Credentials;
use directory::Directory;
use faults::Faults;
use live_sessions::Session;
use operations::Operations;
use organization::Organization;
use permission_sets::PermissionSets;
use policies::Policies;
use quotas::Quotas;
use settings::{Profile, Settings};

/// Everything that the organization consists of, and how it behaves.
pub struct World {
    /// The moment at which the current call looks at the world.
    pub now: Millis,
    /// The time, where a test turns it by hand.
    pub turned_to: Option<Millis>,
    pub profile: Profile,
    pub seed: u64,
    pub settings: Settings,
    pub organization: Organization,
    pub directory: Directory,
    pub permission_sets: PermissionSets,
    pub access: Access,
    pub operations: Operations,
    /// Every session that anybody opened.
    pub live_sessions: Vec<Session>,
    pub policies: Policies,
    pub credentials: Credentials,
    pub faults: Faults,
    pub quotas: Quotas,
    pub calls: CallLog,
    pub random: StdRng,
}

impl World {
    /// The seeded organization.
    pub fn new(profile: Profile, seed: u64) -> Self {
        let organization = seed::organization(seed);
        let directory = seed::directory();
        let permission_sets = seed::permission_sets();
        let access = seed::standing_assignments(&organization, &directory, &permission_sets);
        let credentials = seed::credentials(&organization);
        let policies = Policies::seeded(&organization, seed::FOUNDED);
        Self {
            now: Millis::now(),
            turned_to: None,
            profile,
            seed,
            settings: Settings::of(profile),
            organization,
            directory,
            permission_sets,
            access,
            operations: Operations::default(),
            live_sessions: Vec::new(),
            policies,
            credentials,
            faults: Faults::default(),
            quotas: Quotas::default(),
            calls: CallLog::default(),
            random: StdRng::seed_from_u64(seed),
        }
    }

    /// The time: the machine's, or the one it was turned to by hand.
    pub fn time(&self) -> Millis {
        self.turned_to.unwrap_or_else(Millis::now)
    }

    /// Back to the seed: state, faults, calls and settings. Handed-out credentials stay valid, so that clients live on.
    pub fn reset(&mut self) {
        let fresh = Self::new(self.profile, self.seed);
        let credentials = std::mem::replace(self, fresh).credentials;
        self.credentials = credentials;
    }

    /// From here on everything that happens by chance follows from this seed.
    pub fn seed_luck(&mut self, seed: u64) {
        self.random = StdRng::seed_from_u64(seed);
    }

    /// A fresh identifier, the same sequence for the same seed.
    pub fn new_uuid(&mut self) -> uuid::Uuid {
        uuid::Builder::from_random_bytes(self.random.random()).into_uuid()
    }

    /// How long AWS takes for the next assignment: lognormal, as service times with a heavy tail are.
    pub fn next_latency(&mut self) -> f64 {
        let (median, sigma) = (self.settings.latency_median_seconds, self.settings.latency_sigma);
        if median <= 0.0 {
            return 0.0;
        }
        let (a, b): (f64, f64) = (self.random.random(), self.random.random());
        let normal = (-2.0 * a.max(f64::MIN_POSITIVE).ln()).sqrt() * (std::f64::consts::TAU * b).cos();
        median * (sigma * normal).exp()
    }
}
