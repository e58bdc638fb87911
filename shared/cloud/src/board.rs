//! Who is followed together: the operations of one kind that this process waits for. One list call says how all of
//! them are, so that while there are several nobody asks alone.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::Notify;

use crate::{OperationId, Progress};

/// From so many on, a list is asked for.
const SEVERAL: usize = 3;
/// An operation that so many lists did not name is asked about alone.
const UNNAMED: u32 = 3;

/// The operations of one kind. Times are those since some moment, as the followers' clock tells them.
#[derive(Debug, Default)]
pub(crate) struct Board {
    state: Mutex<State>,
}

/// In an order that a simulation can play again.
#[derive(Debug, Default)]
struct State {
    seats: BTreeMap<OperationId, Place>,
    listing: bool,
    list_at: Duration,
    no_lists_until: Duration,
}

#[derive(Debug, Default)]
struct Place {
    said: Option<Progress>,
    under_way: Option<Duration>,
    unnamed: u32,
    rung: Arc<Notify>,
}

/// One operation's place, until dropped.
#[derive(Debug)]
pub(crate) struct Seat<'a> {
    board: &'a Board,
    operation: OperationId,
    rung: Arc<Notify>,
}

/// The right to ask for the list, until dropped: one at a time.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    board: &'a Board,
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        self.board.lock().seats.remove(&self.operation);
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.board.lock().listing = false;
    }
}

/// How a follower goes on.
#[derive(Debug)]
pub(crate) enum Next<'a> {
    /// It was told.
    Told(Progress),
    /// It may ask for the list now.
    List(Turn<'a>),
    /// Others ask for it; it may be its turn at that time.
    Wait(Duration),
    /// It asks alone.
    Alone,
}

impl Board {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes part from now on.
    pub(crate) fn sit(&self, operation: &OperationId) -> Seat<'_> {
        let rung = Arc::new(Notify::new());
        let place = Place { rung: Arc::clone(&rung), ..Place::default() };
        self.lock().seats.insert(operation.clone(), place);
        Seat { board: self, operation: operation.clone(), rung }
    }

    /// What a list said at `now`.
    pub(crate) fn tell(&self, now: Duration, listed: Vec<(OperationId, Progress)>) {
        let mut state = self.lock();
        let mut listed: BTreeMap<_, _> = listed.into_iter().collect();
        for (operation, place) in &mut state.seats {
            match listed.remove(operation) {
                Some(Progress::InProgress) => {
                    place.unnamed = 0;
                    place.under_way = Some(now);
                }
                Some(over) => {
                    place.said = Some(over);
                    place.rung.notify_one();
                }
                None => place.unnamed += 1,
            }
        }
    }

    /// There is no list to be had until then.
    pub(crate) fn without_lists(&self, until: Duration) {
        let mut state = self.lock();
        state.no_lists_until = until;
        for place in state.seats.values() {
            place.rung.notify_one();
        }
    }
}

impl<'a> Seat<'a> {
    /// What to do at `now`, when lists are asked for at most every `gap` and not before `not_before`.
    pub(crate) fn next(&self, now: Duration, not_before: Duration, gap: Duration) -> Next<'a> {
        let mut state = self.board.lock();
        let crowded = state.seats.len() >= SEVERAL && state.no_lists_until <= now;
        let Some(place) = state.seats.get_mut(&self.operation) else { return Next::Alone };
        if let Some(said) = place.said.take() {
            return Next::Told(said);
        }
        if !crowded || place.unnamed >= UNNAMED {
            return Next::Alone;
        }
        let at = state.list_at.max(not_before);
        if state.listing {
            return Next::Wait(at.max(now + gap));
        }
        if at > now {
            return Next::Wait(at);
        }
        state.listing = true;
        state.list_at = now + gap;
        Next::List(Turn { board: self.board })
    }

    /// When a list last saw it under way.
    pub(crate) fn under_way(&self) -> Option<Duration> {
        self.board.lock().seats.get(&self.operation).and_then(|place| place.under_way)
    }

    /// Waits until there may be something new for it.
    pub(crate) async fn rung(&self) {
        self.rung.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    const GAP: Duration = ms(200);

    fn id(n: u32) -> OperationId {
        OperationId::from(n.to_string())
    }

    fn seats(board: &Board, count: u32) -> Vec<Seat<'_>> {
        (0..count).map(|n| board.sit(&id(n))).collect()
    }

    fn next<'a>(seat: &Seat<'a>, now: Duration) -> Next<'a> {
        seat.next(now, Duration::ZERO, GAP)
    }

    #[test]
    fn one_or_two_ask_alone_and_three_ask_for_the_list_one_at_a_time() {
        let board = Board::default();
        let two = seats(&board, 2);
        assert!(two.iter().all(|seat| matches!(next(seat, ms(0)), Next::Alone)));
        let third = board.sit(&id(2));
        let turn = next(&third, ms(0));
        assert!(matches!(turn, Next::List(_)), "{turn:?}");
        assert!(two.iter().all(|seat| matches!(next(seat, ms(0)), Next::Wait(at) if at == GAP)));
        drop(turn);
        assert!(matches!(next(&two[0], ms(100)), Next::Wait(at) if at == GAP), "lists keep their distance");
        assert!(matches!(next(&two[0], GAP), Next::List(_)));
    }

    #[test]
    fn each_is_told_what_the_list_says_of_it() {
        let board = Board::default();
        let three = seats(&board, 3);
        let failed = Progress::Failed { reason: "suspended".to_owned() };
        board.tell(ms(50), vec![(id(0), Progress::Succeeded), (id(1), Progress::InProgress), (id(2), failed.clone())]);
        assert!(matches!(next(&three[0], ms(60)), Next::Told(Progress::Succeeded)));
        assert!(!matches!(next(&three[1], ms(60)), Next::Told(_)));
        assert_eq!(three[1].under_way(), Some(ms(50)));
        assert!(matches!(next(&three[2], ms(60)), Next::Told(told) if told == failed));
    }

    #[test]
    fn whom_no_list_names_asks_alone() {
        let board = Board::default();
        let three = seats(&board, 3);
        for n in 0..3 {
            board.tell(ms(n), vec![(id(1), Progress::InProgress)]);
        }
        assert!(matches!(next(&three[0], ms(300)), Next::Alone));
        assert!(matches!(next(&three[1], ms(300)), Next::List(_)));
    }

    #[test]
    fn where_there_are_no_lists_everybody_asks_alone_for_a_while() {
        let board = Board::default();
        let three = seats(&board, 3);
        board.without_lists(ms(60_000));
        assert!(three.iter().all(|seat| matches!(next(seat, ms(1000)), Next::Alone)));
        assert!(matches!(next(&three[0], ms(60_000)), Next::List(_)));
    }

    #[test]
    fn whoever_leaves_is_not_counted() {
        let board = Board::default();
        let mut three = seats(&board, 3);
        drop(three.pop());
        assert!(matches!(next(&three[0], ms(0)), Next::Alone));
    }

    #[test]
    fn no_list_before_the_first_can_be_over() {
        let board = Board::default();
        let three = seats(&board, 3);
        assert!(matches!(three[0].next(ms(100), ms(900), GAP), Next::Wait(at) if at == ms(900)));
    }
}
