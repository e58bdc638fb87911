//! The backstop: a schedule inside AWS for each access that we give, which takes it away when all of us are gone. It is
//! there before the access is, moves before a later deadline counts, and goes when the access is seen gone.

mod cover;
mod keep;

use domain::backstop::{Fires, Timing};
use store::backstops::{Gate, Order};

pub use keep::Keeping;

/// What puts schedules there, and when they fire.
#[derive(Clone)]
pub struct Backstop {
    /// EventBridge Scheduler.
    pub aws: cloud::Backstop,
    /// When schedules fire.
    pub timing: Timing,
}

impl Backstop {
    /// Whether access is given only with a schedule that takes it away.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.aws.is_on()
    }

    fn gate<'a>(&self, order: Option<&'a Order>) -> Gate<'a> {
        if self.is_on() { Gate::On(order) } else { Gate::Off }
    }

    /// From when on the schedule that AWS holds may be changed.
    fn free_from(&self, fires: Option<Fires>, now: jiff::Timestamp) -> jiff::Timestamp {
        fires.map_or(now, |fires| self.timing.free_from(fires, now))
    }
}
