//! How many streams a caller holds, so that a page gone wrong fills no process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The streams of this process, by caller.
#[derive(Debug)]
pub struct Seats {
    most: usize,
    taken: Mutex<HashMap<String, usize>>,
}

/// A stream's place, free again when it is dropped.
#[derive(Debug)]
pub struct Seat {
    seats: Arc<Seats>,
    who: String,
}

impl Seats {
    /// So many for each caller.
    pub fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { most, taken: Mutex::default() })
    }

    /// A place for one more of this caller's streams; none where they hold as many as they may.
    pub fn take(self: &Arc<Self>, who: String) -> Option<Seat> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let held = taken.entry(who.clone()).or_default();
        if *held >= self.most {
            return None;
        }
        *held += 1;
        drop(taken);
        Some(Seat { seats: Arc::clone(self), who })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = taken.get_mut(&self.who) {
            *held -= 1;
            if *held == 0 {
                taken.remove(&self.who);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_holds_so_many_and_hinders_nobody_else() {
        let seats = Seats::new(2);
        let take = |who: &str| seats.take(who.to_owned());
        let (one, two) = (take("ann").unwrap(), take("ann").unwrap());
        assert!(take("ann").is_none());
        assert!(take("ben").is_some());
        drop(one);
        let again = take("ann").unwrap();
        assert!(take("ann").is_none());
        drop((two, again));
        assert!(seats.taken.lock().unwrap().is_empty(), "nothing is kept of who is gone");
    }
}
