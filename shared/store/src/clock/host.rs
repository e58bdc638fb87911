//! What the host tells of time: a wall clock that anybody may set, and a count of microseconds that nobody can.

use std::fmt::Debug;
use std::sync::Arc;

use jiff::Timestamp;

/// How often the two are read, until nothing came between the two readings.
const TRIES: u32 = 5;
/// Microseconds between two readings that count as one.
const AT_ONCE_US: i64 = 200;

/// Both of the host's clocks at one moment, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading {
    /// Since 1970, as the wall clock has it.
    pub(super) wall_us: i64,
    /// Since some moment before the process began. It counts while the host sleeps, and is never set.
    pub(super) running_us: i64,
}

/// A host.
pub(super) trait Host: Debug + Send + Sync {
    /// Both clocks.
    fn read(&self) -> Reading;

    /// The second alone.
    fn running_us(&self) -> i64;
}

/// The host that this process runs on.
#[derive(Debug)]
pub(super) struct Here;

impl Host for Here {
    fn read(&self) -> Reading {
        let mut tries = TRIES;
        loop {
            let before = self.running_us();
            let wall_us = wall_us();
            let between = self.running_us() - before;
            tries -= 1;
            if between <= AT_ONCE_US || tries == 0 {
                return Reading { wall_us, running_us: before + between / 2 };
            }
        }
    }

    fn running_us(&self) -> i64 {
        let time = rustix::time::clock_gettime(RUNNING);
        time.tv_sec.saturating_mul(1_000_000).saturating_add(time.tv_nsec / 1000)
    }
}

#[cfg(target_os = "linux")]
const RUNNING: rustix::time::ClockId = rustix::time::ClockId::Boottime;
#[cfg(not(target_os = "linux"))]
const RUNNING: rustix::time::ClockId = rustix::time::ClockId::Monotonic;

/// The wall clock, in microseconds since 1970.
pub(super) fn wall_us() -> i64 {
    Timestamp::now().as_microsecond()
}

impl<H: Host> Host for Arc<H> {
    fn read(&self) -> Reading {
        (**self).read()
    }

    fn running_us(&self) -> i64 {
        (**self).running_us()
    }
}
