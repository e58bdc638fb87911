//! The reconciler: holds what AWS shows against the ledger, in pieces, slowly, again and again, without any input. What is
//! ours and should not be there is removed by the usual means; everything else is reported.
//!
//! Its brake stops its own repairs and nothing else: deadlines, ends and revocations do not come by here.

mod compare;
mod repair;
mod who;

use std::time::Duration;

use cloud::{CloudError, Survey};
use domain::{Actor, Pair};
use jiff::SignedDuration;
use runtime::Shutdown;
use store::drift::{self, Piece};
use store::{Db, StoreError};
use tokio::sync::Mutex;

use crate::observe;
use compare::{Looked, Scope};
use who::Who;

/// People or pairs that are looked at under one lease.
const PIECE: i64 = 20;
/// Longer than a piece may take inside the budget that the others leave.
const LEASE: SignedDuration = SignedDuration::from_mins(5);
/// How often it is looked whether a run is due, or another process left one.
const LOOK: Duration = Duration::from_secs(5);
/// How long after what could not be read it is tried again.
const AFTER_TROUBLE: Duration = Duration::from_secs(60);

/// AWS's reads may be this much behind.
const LAG: Duration = Duration::from_secs(2);

/// How often, and when it is too much.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// From the end of a run to the next.
    pub every: SignedDuration,
    /// So many repairs of one run are never too many.
    pub brake_least: u64,
    /// The share of what is ours, in hundredths, above which repairs wait for an admin.
    pub brake_percent: u64,
    /// How far apart two reads must be to count as two.
    pub lag: Duration,
}

/// Compares.
pub struct Reconciler {
    db: Db,
    aws: Survey,
    plan: Plan,
    who: Mutex<Option<Who>>,
}

/// What became of one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing was due, or somebody else has it.
    Idle,
    /// A piece was compared.
    Piece,
    /// The run is over.
    Over,
}

/// What stands in the way of a step.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// AWS.
    #[error(transparent)]
    Aws(#[from] CloudError),
}

impl Plan {
    /// As the operator set it.
    #[must_use]
    pub fn of(settings: &runtime::settings::Reconcile) -> Self {
        Self {
            every: SignedDuration::from_secs(settings.every_s.into()),
            brake_least: settings.brake_least.into(),
            brake_percent: settings.brake_percent.into(),
            lag: LAG,
        }
    }
}

impl Reconciler {
    /// Compares this organization with this database.
    #[must_use]
    pub const fn new(db: Db, aws: Survey, plan: Plan) -> Self {
        Self { db, aws, plan, who: Mutex::const_new(None) }
    }

    /// Compares until the process stops.
    pub async fn run(&self, stop: &Shutdown) {
        let mut rest = LOOK;
        while stop.sleep(rest).await {
            rest = match self.step().await {
                Ok(Step::Idle | Step::Over) => LOOK,
                Ok(Step::Piece) => Duration::ZERO,
                Err(trouble) => {
                    observe::not_compared(&trouble);
                    AFTER_TROUBLE
                }
            };
        }
    }

    /// One piece, or the end of the run.
    ///
    /// # Errors
    /// When AWS or Postgres is away; the piece is taken again when its lease is over.
    pub async fn step(&self) -> Result<Step, Trouble> {
        let mut tx = self.db.begin(Self::actor()).await?;
        let Some(piece) = drift::claim(&mut tx, LEASE).await? else { return Ok(Step::Idle) };
        tx.commit().await?;
        match Place::read(&piece.place) {
            Place::People(after) => self.people(&piece, after).await,
            Place::Pairs(after) => self.pairs(&piece, after.as_ref()).await,
        }
    }

    async fn people(&self, piece: &Piece, after: &str) -> Result<Step, Trouble> {
        let people = drift::next_people(&mut *self.db.read().await?, after, PIECE).await?;
        let Some(last) = people.last().cloned() else { return self.over(piece).await };
        let mut whole = true;
        for person in people {
            match self.look(piece.run, &Scope::Person(person)).await? {
                Looked::Compared => {}
                Looked::Unreadable => whole = false,
                // Only the management account may ask by person; the others ask by what may be held.
                Looked::NotAllowed => return self.go_on(piece, &Place::Pairs(None), whole).await,
            }
        }
        self.go_on(piece, &Place::People(last.as_str()), whole).await
    }

    async fn pairs(&self, piece: &Piece, after: Option<&Pair>) -> Result<Step, Trouble> {
        let pairs = drift::next_pairs(&mut *self.db.read().await?, after, PIECE).await?;
        let Some(last) = pairs.last().cloned() else { return self.over(piece).await };
        let mut whole = true;
        for pair in pairs {
            whole &= self.look(piece.run, &Scope::Pair(pair)).await? == Looked::Compared;
        }
        self.go_on(piece, &Place::Pairs(Some(last)), whole).await
    }

    async fn go_on(&self, piece: &Piece, place: &Place<'_>, whole: bool) -> Result<Step, Trouble> {
        let mut tx = self.db.begin(Self::actor()).await?;
        drift::give_back(&mut tx, piece, &place.written(), whole).await?;
        tx.commit().await?;
        Ok(Step::Piece)
    }

    /// Who is behind what the reconciler changes.
    fn actor() -> Actor {
        Actor::service("revocation")
    }
}

/// Where a run goes on.
enum Place<'a> {
    /// After this person.
    People(&'a str),
    /// After this pair.
    Pairs(Option<Pair>),
}

impl<'a> Place<'a> {
    /// A place that cannot be read is the beginning.
    fn read(written: &'a str) -> Self {
        match written.split_once(' ') {
            Some(("pairs", after)) => Self::Pairs(serde_json::from_str(after).ok()),
            Some(("people", after)) => Self::People(after),
            Some(_) | None => Self::People(""),
        }
    }

    fn written(&self) -> String {
        match self {
            Self::People(after) => format!("people {after}"),
            Self::Pairs(after) => format!("pairs {}", serde_json::json!(after)),
        }
    }
}
