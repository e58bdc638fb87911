//! What AWS shows of some tuples, held against what the ledger knew before and after it was asked.

use std::collections::{BTreeMap, BTreeSet};

use cloud::{ChangeKind, CloudError};
use domain::drift::{DriftKind, Verdict, judge};
use domain::{Pair, Tuple, UserId};
use store::drift::{self, Found, Ledger};

use super::{Reconciler, Trouble};
use crate::observe;

/// Whose tuples, or which: what one call to AWS shows.
pub(super) enum Scope {
    Person(UserId),
    Pair(Pair),
}

/// What became of a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Looked {
    Compared,
    /// AWS does not let this account ask so.
    NotAllowed,
    /// AWS refuses to show it, and will again.
    Unreadable,
}

/// What is to be said about a tuple, and what the ledger has of it.
type Differing = BTreeMap<Tuple, (Verdict, Option<Ledger>)>;

impl Reconciler {
    /// Compares a scope and notes what differs: what does so at two looks, a while apart, since AWS's reads may be
    /// behind.
    pub(super) async fn look(&self, run: i64, scope: &Scope) -> Result<Looked, Trouble> {
        match self.try_look(run, scope).await {
            Err(Trouble::Aws(error)) if !is_transient(&error) => {
                observe::not_compared(&error);
                Ok(Looked::Unreadable)
            }
            looked => looked,
        }
    }

    async fn try_look(&self, run: i64, scope: &Scope) -> Result<Looked, Trouble> {
        let Some(first) = self.differing(scope).await? else { return Ok(Looked::NotAllowed) };
        if first.is_empty() {
            return Ok(Looked::Compared);
        }
        self.db.clock().sleep(self.plan.lag).await;
        let Some(second) = self.differing(scope).await? else { return Ok(Looked::NotAllowed) };
        for (tuple, differs) in first.into_iter().filter(|(tuple, differs)| second.get(tuple) == Some(differs)) {
            match differs {
                (Verdict::InOrder, _) => {}
                (Verdict::ShowsAgain, row) => self.hurry(row.as_ref()).await?,
                (Verdict::Drifted(kind), row) => self.drifted(run, kind, tuple, row.as_ref()).await?,
                (Verdict::Strange, row) => self.strange(run, tuple, row.as_ref()).await?,
            }
        }
        Ok(Looked::Compared)
    }

    /// What is not in order. What changed in the ledger while AWS was asked is left to the next run. `None` where AWS
    /// does not let this account ask so.
    async fn differing(&self, scope: &Scope) -> Result<Option<Differing>, Trouble> {
        let before = self.ledger(scope).await?;
        let shown = match scope {
            Scope::Person(person) => self.aws.of_person(person).await?,
            Scope::Pair(pair) => Some(self.aws.of_pair(pair).await?),
        };
        let Some(shown) = shown else { return Ok(None) };
        let (after, shown) = (self.ledger(scope).await?, shown.into_iter().collect::<BTreeSet<_>>());
        let mut differing = Differing::new();
        let tuples: BTreeSet<Tuple> = after.keys().chain(&shown).cloned().collect();
        for tuple in tuples.into_iter().filter(|tuple| before.get(tuple) == after.get(tuple)) {
            let verdict = judge(after.get(&tuple).map(|row| row.known), shown.contains(&tuple));
            if verdict != Verdict::InOrder {
                let row = after.get(&tuple).cloned();
                differing.insert(tuple, (verdict, row));
            }
        }
        Ok(Some(differing))
    }

    async fn ledger(&self, scope: &Scope) -> Result<BTreeMap<Tuple, Ledger>, Trouble> {
        let (mut connection, now) = (self.db.read().await?, self.db.clock().now());
        let rows = match scope {
            Scope::Person(person) => drift::of_person(&mut connection, now, person).await?,
            Scope::Pair(pair) => drift::of_pair(&mut connection, now, pair).await?,
        };
        Ok(rows.into_iter().map(|row| (row.tuple.clone(), row)).collect())
    }

    async fn hurry(&self, row: Option<&Ledger>) -> Result<(), Trouble> {
        let Some(row) = row else { return Ok(()) };
        let mut tx = self.db.begin(Self::actor()).await?;
        drift::hurry(&mut tx, row.assignment).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn drifted(&self, run: i64, kind: DriftKind, tuple: Tuple, row: Option<&Ledger>) -> Result<(), Trouble> {
        let by = match kind {
            DriftKind::Vanished => self.last_change(ChangeKind::Removed, &tuple).await?,
            DriftKind::Overdue | DriftKind::Orphaned | DriftKind::Foreign => None,
        };
        let (done_by, done_at) = by.map(|change| (change.by, change.at)).unzip();
        let assignment = row.map(|row| row.assignment);
        self.note(run, Found { kind, tuple, assignment, done_by, done_at }).await
    }

    /// Somebody made it, and if it was us, it is an orphan.
    async fn strange(&self, run: i64, tuple: Tuple, row: Option<&Ledger>) -> Result<(), Trouble> {
        let made = self.last_change(ChangeKind::Made, &tuple).await?;
        let ours = made.as_ref().is_some_and(|change| change.by_grant_role);
        let kind = if ours { DriftKind::Orphaned } else { DriftKind::Foreign };
        let (done_by, done_at) = made.map(|change| (change.by, change.at)).unzip();
        let assignment = row.map(|row| row.assignment);
        self.note(run, Found { kind, tuple, assignment, done_by, done_at }).await
    }

    async fn note(&self, run: i64, found: Found) -> Result<(), Trouble> {
        let mut tx = self.db.begin(Self::actor()).await?;
        if drift::found(&mut tx, run, &found).await? {
            observe::drifted(&found);
        }
        // It should have been gone: the usual removal takes it at once.
        if let (DriftKind::Overdue, Some(assignment)) = (found.kind, found.assignment) {
            drift::hurry(&mut tx, assignment).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

fn is_transient(error: &CloudError) -> bool {
    matches!(error, CloudError::Call { source, .. } if source.is_transient())
}
