//! A queue with a fast lane before a fixed number of places.
//!
//! Revocations go before everything else, but one pass in five is for the others while both wait, so that a mass end
//! of access does not stop every grant. A waiter that gives up (its future is dropped) loses nothing for the rest.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

pub(crate) use domain::governor::Lane;
use tokio::sync::oneshot;

/// Where in its lane somebody waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// Before those who wait already: it makes room for others.
    Front,
    /// Behind them.
    Back,
}

/// After so many revocations in a row, one of the others.
const REVOCATIONS_IN_A_ROW: u32 = 4;

#[derive(Debug)]
pub(crate) struct Queue {
    line: Mutex<Line>,
}

#[derive(Debug)]
struct Line {
    free: usize,
    revocations: VecDeque<oneshot::Sender<Pass>>,
    usual: VecDeque<oneshot::Sender<Pass>>,
    background: VecDeque<oneshot::Sender<Pass>>,
    revocations_in_a_row: u32,
}

impl Line {
    fn next(&mut self) -> Option<oneshot::Sender<Pass>> {
        let share_is_due = self.revocations_in_a_row >= REVOCATIONS_IN_A_ROW && !self.usual.is_empty();
        if !share_is_due && let Some(waiter) = self.revocations.pop_front() {
            self.revocations_in_a_row += 1;
            return Some(waiter);
        }
        self.revocations_in_a_row = 0;
        self.usual.pop_front().or_else(|| self.background.pop_front())
    }
}

/// One place, given back when dropped.
#[derive(Debug)]
pub(crate) struct Pass {
    queue: Option<Arc<Queue>>,
}

impl Drop for Pass {
    fn drop(&mut self) {
        if let Some(queue) = self.queue.take() {
            queue.give_back();
        }
    }
}

impl Queue {
    pub(crate) fn new(places: usize) -> Arc<Self> {
        let line = Line {
            free: places,
            revocations: VecDeque::new(),
            usual: VecDeque::new(),
            background: VecDeque::new(),
            revocations_in_a_row: 0,
        };
        Arc::new(Self { line: Mutex::new(line) })
    }

    /// Waits for a place.
    pub(crate) async fn enter(self: &Arc<Self>, lane: Lane) -> Pass {
        self.enter_at(lane, End::Back).await
    }

    /// Waits for a place at this end of the lane.
    pub(crate) async fn enter_at(self: &Arc<Self>, lane: Lane, end: End) -> Pass {
        loop {
            let waiting = {
                let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
                if line.free > 0 {
                    line.free -= 1;
                    return self.pass();
                }
                let (sender, receiver) = oneshot::channel();
                let waiters = match lane {
                    Lane::Revocation => &mut line.revocations,
                    Lane::Usual => &mut line.usual,
                    Lane::Background => &mut line.background,
                };
                match end {
                    End::Front => waiters.push_front(sender),
                    End::Back => waiters.push_back(sender),
                }
                receiver
            };
            // A waiter's sender is only ever dropped after it has sent; should that change, queue again.
            if let Ok(pass) = waiting.await {
                return pass;
            }
        }
    }

    /// How many wait in each lane.
    pub(crate) fn waiting(&self) -> [u32; 3] {
        let line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        [&line.revocations, &line.usual, &line.background].map(|lane| u32::try_from(lane.len()).unwrap_or(u32::MAX))
    }

    fn pass(self: &Arc<Self>) -> Pass {
        Pass { queue: Some(Arc::clone(self)) }
    }

    /// Hands the place to the next who still waits.
    fn give_back(self: &Arc<Self>) {
        loop {
            let waiter = {
                let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
                let Some(waiter) = line.next() else {
                    line.free += 1;
                    return;
                };
                waiter
            };
            match waiter.send(self.pass()) {
                Ok(()) => return,
                Err(mut unwanted) => unwanted.queue = None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::Future,
        pin::{Pin, pin},
        task::{Context, Poll, Waker},
    };

    use super::*;

    type Waiting = Pin<Box<dyn Future<Output = Pass>>>;

    fn wait(queue: &Arc<Queue>, lane: Lane) -> Waiting {
        let queue = Arc::clone(queue);
        let mut waiting: Waiting = Box::pin(async move { queue.enter(lane).await });
        assert!(poll(&mut waiting).is_none(), "there should have been no place");
        waiting
    }

    fn poll(waiting: &mut Waiting) -> Option<Pass> {
        match waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(pass) => Some(pass),
            Poll::Pending => None,
        }
    }

    fn enter_at_once(queue: &Arc<Queue>) -> Option<Pass> {
        match pin!(queue.enter(Lane::Usual)).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(pass) => Some(pass),
            Poll::Pending => None,
        }
    }

    #[test]
    fn a_revocation_goes_before_grants_that_came_earlier() {
        let queue = Queue::new(1);
        let held = enter_at_once(&queue).unwrap();
        let mut grant = wait(&queue, Lane::Usual);
        let mut revocation = wait(&queue, Lane::Revocation);
        drop(held);
        assert!(poll(&mut grant).is_none());
        let first = poll(&mut revocation).unwrap();
        drop(first);
        assert!(poll(&mut grant).is_some());
    }

    #[test]
    fn the_background_takes_what_the_others_leave() {
        let queue = Queue::new(1);
        let held = enter_at_once(&queue).unwrap();
        let mut reading = wait(&queue, Lane::Background);
        let mut grant = wait(&queue, Lane::Usual);
        let mut revocation = wait(&queue, Lane::Revocation);
        drop(held);
        drop(poll(&mut revocation).unwrap());
        assert!(poll(&mut reading).is_none());
        drop(poll(&mut grant).unwrap());
        assert!(poll(&mut reading).is_some());
    }

    #[test]
    fn one_place_in_five_is_for_grants_while_both_wait() {
        let queue = Queue::new(1);
        let mut held = enter_at_once(&queue);
        let mut revocations: Vec<_> = (0..9).map(|_| wait(&queue, Lane::Revocation)).collect();
        let mut grants: Vec<_> = (0..3).map(|_| wait(&queue, Lane::Usual)).collect();
        let mut order = String::new();
        for _ in 0..12 {
            drop(held.take());
            for (waiting, letter) in [(&mut revocations, 'r'), (&mut grants, 'g')] {
                if let Some(pass) = waiting.first_mut().and_then(poll) {
                    held = Some(pass);
                    order.push(letter);
                    drop(waiting.remove(0));
                    break;
                }
            }
        }
        assert_eq!(order, "rrrrgrrrrgrg");
    }

    #[test]
    fn a_waiter_that_gave_up_does_not_swallow_a_place() {
        let queue = Queue::new(1);
        let held = enter_at_once(&queue).unwrap();
        let gave_up = wait(&queue, Lane::Revocation);
        let mut next = wait(&queue, Lane::Usual);
        drop(gave_up);
        drop(held);
        assert!(poll(&mut next).is_some());
        assert!(enter_at_once(&queue).is_some());
    }

    #[test]
    fn a_place_given_to_somebody_who_left_before_looking_goes_on() {
        let queue = Queue::new(1);
        let held = enter_at_once(&queue).unwrap();
        let left = wait(&queue, Lane::Revocation);
        drop(held);
        drop(left);
        assert!(enter_at_once(&queue).is_some());
    }

    #[test]
    fn what_makes_room_goes_before_the_others_of_its_lane_and_of_no_other() {
        let queue = Queue::new(1);
        let held = enter_at_once(&queue).unwrap();
        let mut read = wait(&queue, Lane::Revocation);
        let front = Arc::clone(&queue);
        let mut poll_of_grant: Waiting = Box::pin(async move { front.enter_at(Lane::Usual, End::Front).await });
        assert!(poll(&mut poll_of_grant).is_none());
        let front = Arc::clone(&queue);
        let mut write: Waiting = Box::pin(async move { front.enter_at(Lane::Revocation, End::Front).await });
        assert!(poll(&mut write).is_none());
        drop(held);
        assert!(poll(&mut read).is_none() && poll(&mut poll_of_grant).is_none());
        drop(poll(&mut write).unwrap());
        drop(poll(&mut read).unwrap());
        assert!(poll(&mut poll_of_grant).is_some());
    }

    #[test]
    fn there_are_as_many_places_as_were_said() {
        let queue = Queue::new(2);
        let held = (enter_at_once(&queue), enter_at_once(&queue));
        assert!(held.0.is_some() && held.1.is_some());
        assert!(enter_at_once(&queue).is_none());
    }
}
