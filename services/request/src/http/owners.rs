//! Owners of an account may see who can get it and who has it there, as those do who may read everything.

use domain::rules::{Book, Property};
use domain::{AccountId, GroupId};
use web::{Caller, Person, Problem, ProblemType};

/// What this person owns.
pub fn property<'b>(book: &'b Book, me: &Person) -> Property<'b> {
    let groups: Vec<GroupId> = me.groups.iter().map(|(id, _)| id.clone()).collect();
    Property::of(book.owners(), &me.id, &groups)
}

/// # Errors
/// When the caller neither may read everything nor owns this account.
pub fn may_oversee(caller: &Caller, book: &Book, account: &AccountId) -> Result<(), Problem> {
    if caller.require_auditor_or_admin().is_ok() {
        return Ok(());
    }
    let units = book.account(account).map(|facts| facts.units.as_slice()).unwrap_or_default();
    let owns = caller.person().is_some_and(|me| property(book, me).has(account, units));
    if owns { Ok(()) } else { Err(Problem::new(ProblemType::OwnerRequired)) }
}
