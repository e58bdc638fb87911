//! The compiled rules, kept as long as neither documents nor the organization changed.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use domain::rules::{AccountFacts, Book, Organization, PermissionSetFacts};
use store::directory::{self, Snapshot, Unit};
use store::{PgConnection, StoreError, documents};

/// Keeps the newest book. Cheap to clone; clones share it.
#[derive(Clone, Default)]
pub struct Books {
    kept: Arc<RwLock<Option<Kept>>>,
}

#[derive(Clone)]
struct Kept {
    documents: i64,
    organization: i64,
    book: Arc<Book>,
}

impl Books {
    /// The rules in force and the organization as this transaction sees them.
    ///
    /// # Errors
    /// When Postgres is away or a stored document cannot be read.
    pub async fn current(&self, connection: &mut PgConnection) -> Result<Arc<Book>, StoreError> {
        let (documents, organization) = documents::revisions(connection).await?;
        if let Some(book) = self.kept(documents, organization) {
            return Ok(book);
        }
        // The revisions were read before what they count: a change in between is compiled again, never missed.
        let snapshot = directory::whole(connection).await?;
        let book = Arc::new(Book::compile(documents::all(connection).await?, facts(snapshot)));
        let kept = Kept { documents, organization, book: Arc::clone(&book) };
        *self.kept.write().unwrap_or_else(PoisonError::into_inner) = Some(kept);
        Ok(book)
    }

    fn kept(&self, documents: i64, organization: i64) -> Option<Arc<Book>> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let kept = kept.as_ref().filter(|k| k.documents == documents && k.organization == organization)?;
        Some(Arc::clone(&kept.book))
    }
}

/// The directory's copy as the rules see it.
#[must_use]
pub fn facts(snapshot: Snapshot) -> Organization {
    let units: HashMap<String, Unit> = snapshot.units.into_iter().map(|unit| (unit.id.clone(), unit)).collect();
    let accounts = snapshot
        .accounts
        .into_iter()
        .map(|account| AccountFacts {
            units: path(&units, &account.unit),
            id: account.id,
            name: account.name,
            tags: account.tags,
            active: account.active,
            management: account.management,
            administration: account.administration,
        })
        .collect();
    let permission_sets = snapshot
        .permission_sets
        .into_iter()
        .map(|set| PermissionSetFacts { arn: set.arn, name: set.name, tags: set.tags })
        .collect();
    Organization { accounts, permission_sets }
}

/// More than AWS allows.
const DEPTH_MOST: usize = 32;

/// A unit and those above it, the nearest first.
fn path(units: &HashMap<String, Unit>, unit: &str) -> Vec<String> {
    std::iter::successors(Some(unit.to_owned()), |id| units.get(id)?.parent.clone()).take(DEPTH_MOST).collect()
}
