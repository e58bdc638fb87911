//! Entries are counted without end and listed as long as they can be read.

use uuid::Uuid;

use super::super::area::Area;
use super::super::book::Book;
use super::super::document::Kind;
use super::{Lightened, Subject, Terms};

const ENTRIES_MOST: usize = 1_000;
/// Accounts and permission sets named in all entries together.
const NAMED_MOST: usize = 200_000;

/// What causes an entry.
pub(super) struct Cause<'a> {
    pub kind: Kind,
    pub id: Uuid,
    pub name: &'a str,
}

pub(super) struct Listing<'b> {
    book: &'b Book,
    room: usize,
    named: usize,
    pub entries: Vec<Lightened>,
    pub unlisted: usize,
    pub total: usize,
}

impl<'b> Listing<'b> {
    pub const fn new(book: &'b Book) -> Self {
        Self { book, room: ENTRIES_MOST, named: 0, entries: Vec::new(), unlisted: 0, total: 0 }
    }

    /// Lists nothing.
    pub const fn counting(book: &'b Book) -> Self {
        Self { book, room: 0, named: 0, entries: Vec::new(), unlisted: 0, total: 0 }
    }

    pub fn add(&mut self, cause: &Cause<'_>, subject: &Subject, area: &Area, terms: impl FnOnce() -> (Terms, Terms)) {
        self.total = self.total.saturating_add(area.count());
        let named = area.accounts.count_ones(..) + area.permission_sets.count_ones(..);
        if self.entries.len() >= self.room || self.named + named > NAMED_MOST {
            self.unlisted += 1;
            return;
        }
        self.named += named;
        let organization = self.book.organization();
        let accounts = area.accounts.ones().filter_map(|at| organization.accounts.get(at)).map(|a| a.id.clone());
        let sets = area.permission_sets.ones().filter_map(|at| organization.permission_sets.get(at));
        let (before, after) = terms();
        self.entries.push(Lightened {
            subject: subject.clone(),
            kind: cause.kind,
            id: cause.id,
            name: cause.name.to_owned(),
            accounts: accounts.collect(),
            permission_sets: sets.map(|p| p.arn.clone()).collect(),
            before: before.to_string(),
            after: after.to_string(),
            before_terms: before,
            after_terms: after,
        });
    }
}
