//! New matches of selectors: an account that came into a unit or got a tag, a permission set that got a name or a tag,
//! and is now reached by a rule or guardrail that nobody changed. Admins are told.

use std::collections::BTreeSet;

use domain::Fact;
use domain::rules::Reached;
use judge::Books;
use store::reaches::{self, Before};
use store::{StoreError, Tx, directory, documents};
use uuid::Uuid;

/// Compares what selectors reach with what they reached at the last look, and notes what is new. What a document
/// reaches when it is new itself, or was changed, is no news. Answers how many documents had new matches, or `None`
/// when nothing moved since the last look or another process looks.
///
/// # Errors
/// When Postgres is away.
pub async fn announce(tx: &mut Tx, books: &Books) -> Result<Option<usize>, StoreError> {
    let Some(last) = reaches::lock(tx).await? else { return Ok(None) };
    // Both are read before what they count, so that a change in between is looked at again.
    let now = (documents::revision(tx.connection()).await?, directory::revision(tx.connection()).await?);
    if last == now {
        return Ok(None);
    }
    let book = books.current(tx.connection()).await?;
    let mut before = reaches::all(tx.connection()).await?;
    let mut announced = 0;
    for reached in book.reached() {
        let known = before.remove(&reached.id);
        if known.as_ref().is_some_and(|known| is_same(known, &reached)) {
            continue;
        }
        if let Some(known) = known.filter(|known| known.version == reached.version) {
            announced += usize::from(tell(tx, &known, &reached));
        }
        reaches::keep(tx, &reached).await?;
    }
    let gone: Vec<Uuid> = before.into_keys().collect();
    reaches::forget(tx, &gone).await?;
    reaches::looked(tx, now.0, now.1).await?;
    Ok(Some(announced))
}

fn is_same(before: &Before, now: &Reached) -> bool {
    before.version == now.version && before.accounts == now.accounts && before.permission_sets == now.permission_sets
}

fn tell(tx: &mut Tx, before: &Before, now: &Reached) -> bool {
    let accounts = added(&before.accounts, &now.accounts);
    let permission_sets = added(&before.permission_sets, &now.permission_sets);
    let news = !(accounts.is_empty() && permission_sets.is_empty());
    if news {
        let (kind, id, name) = (now.kind, now.id, now.name.clone());
        tx.record(Fact::PolicyMatched { kind, id, name, accounts, permission_sets });
    }
    news
}

fn added<T: Ord + Clone>(before: &[T], now: &[T]) -> Vec<T> {
    let before: BTreeSet<&T> = before.iter().collect();
    now.iter().filter(|one| !before.contains(one)).cloned().collect()
}
