//! The mail server that delivers to a page. Mails are kept as they came and read only when somebody looks: accepting is cheap.

mod message;
mod routes;
pub mod smtp;

pub use message::Mail;
pub use routes::routes;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use crate::clock::Millis;
use crate::host::lock;

/// Beyond this many the oldest go.
const KEPT: usize = 20_000;

/// All mails that are kept, oldest first.
#[derive(Default)]
pub struct Mailbox {
    shelf: Mutex<Shelf>,
}

#[derive(Default)]
struct Shelf {
    last_id: u64,
    mails: VecDeque<Arc<Mail>>,
}

impl Mailbox {
    /// Keeps a mail and gives it an id.
    pub fn deliver(&self, from: String, recipients: Vec<String>, raw: Vec<u8>) -> u64 {
        let mut shelf = lock(&self.shelf);
        shelf.last_id += 1;
        let id = shelf.last_id;
        if shelf.mails.len() >= KEPT {
            shelf.mails.pop_front();
        }
        shelf.mails.push_back(Arc::new(Mail::new(id, Millis::now(), from, recipients, raw)));
        id
    }

    /// The mails after this id, oldest first.
    pub fn since(&self, id: u64) -> Vec<Arc<Mail>> {
        let shelf = lock(&self.shelf);
        let start = shelf.mails.partition_point(|mail| mail.id <= id);
        shelf.mails.iter().skip(start).cloned().collect()
    }

    /// The newest mails, newest first.
    pub fn newest(&self, most: usize) -> Vec<Arc<Mail>> {
        lock(&self.shelf).mails.iter().rev().take(most).cloned().collect()
    }

    /// One mail.
    pub fn find(&self, id: u64) -> Option<Arc<Mail>> {
        let shelf = lock(&self.shelf);
        let index = shelf.mails.binary_search_by_key(&id, |mail| mail.id).ok()?;
        shelf.mails.get(index).cloned()
    }

    /// How many have ever arrived.
    pub fn arrived(&self) -> u64 {
        lock(&self.shelf).last_id
    }

    /// Throws all away. Ids go on, so that nobody who polls misses a mail.
    pub fn clear(&self) {
        lock(&self.shelf).mails.clear();
    }
}
