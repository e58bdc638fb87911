//! The one thread of a play. It sleeps while Postgres works, and whoever waits for the last connection to come back is woken
//! when there is nothing else to do: a connection that is given back rings for nobody.

use std::cell::RefCell;
use std::task::Waker;

use tokio::runtime::{Builder, Runtime};

/// Whom to wake, and when.
type Waiting = (Waker, Box<dyn Fn() -> bool>);

thread_local! {
    static WAITING: RefCell<Option<Waiting>> = const { RefCell::new(None) };
}

/// What plays run in.
///
/// # Panics
/// When the operating system has no room for it.
pub fn thread() -> Runtime {
    Builder::new_current_thread().enable_all().on_thread_park(look).build().unwrap()
}

/// Wakes this when nothing is left to do and it is so.
pub fn wake_when(waker: &Waker, is_so: impl Fn() -> bool + 'static) {
    WAITING.set(Some((waker.clone(), Box::new(is_so))));
}

fn look() {
    WAITING.with_borrow_mut(|waiting| {
        if let Some((waker, _)) = waiting.take_if(|(_, is_so)| is_so()) {
            waker.wake();
        }
    });
}
