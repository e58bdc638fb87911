//! What a change of documents opens and closes: only documents that differ are looked at, by what they reach.

mod above;
mod compare;
mod listing;
mod loosens;
mod places;
mod rules;
mod terms;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::book::{Book, CompiledRule};
use super::document::Kind;
use super::selector::Subjects;
use crate::{AccountId, GroupId, PermissionSetArn, UserId};
use listing::Listing;
use places::Translation;
pub use terms::{Term, TermWay, Terms};

/// Somebody as a rule names them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Subject {
    /// Everybody in the directory.
    Everyone,
    /// The members of a group.
    Group {
        /// Which.
        id: GroupId,
    },
    /// A person.
    User {
        /// Who.
        id: UserId,
    },
}

/// Permission sets in accounts that somebody gets more easily, for longer, or at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Lightened {
    /// Who.
    pub subject: Subject,
    /// What sort of document causes it: a rule, a guardrail or a freeze.
    pub kind: Kind,
    /// Which.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// In each of these accounts.
    pub accounts: Vec<AccountId>,
    /// Each of these permission sets.
    pub permission_sets: Vec<PermissionSetArn>,
    /// What the document said before, in words.
    pub before: String,
    /// What holds now, in words.
    pub after: String,
    /// What the document said before, by codes; empty where it was found out before there were any.
    #[serde(default, deserialize_with = "super::kept::known")]
    pub before_terms: Terms,
    /// What holds now, by codes.
    #[serde(default, deserialize_with = "super::kept::known")]
    pub after_terms: Terms,
}

/// What a change of documents does. It may say more than the truth and never less: who is in which group is not
/// known here, and conditions are compared one by one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Impact {
    /// What becomes easier to get, by document, whom and where; no more than can be read.
    pub lightened: Vec<Lightened>,
    /// How many more entries there would be in `lightened`.
    pub unlisted: usize,
    /// How many (subject, account, permission set) become easier to get, counted for each document that causes it.
    pub total: usize,
    /// How many become harder to get, or go away.
    pub tightened: usize,
    /// Whether anything becomes easier now, or could when the directory changes; when in doubt, it does.
    pub loosens: bool,
}

/// What changes when `after` takes the place of `before`.
#[must_use]
pub fn impact(before: &Book, after: &Book) -> Impact {
    let mut gained = Listing::new(after);
    gain(before, after, &mut gained);
    let mut lost = Listing::counting(before);
    gain(after, before, &mut lost);
    let loosens = gained.total > 0 || loosens::loosens(before, after);
    Impact { unlisted: gained.unlisted, total: gained.total, tightened: lost.total, loosens, lightened: gained.entries }
}

fn gain(before: &Book, after: &Book, listing: &mut Listing<'_>) {
    let change = Change { before, after, translation: Translation::between(before, after), asking: asking(after) };
    change.by_rules(listing);
    change.by_guardrails(listing);
    change.by_freezes(listing);
}

/// The two books, seen from one that is to have more.
struct Change<'b> {
    before: &'b Book,
    after: &'b Book,
    translation: Translation,
    asking: Vec<Asking<'b>>,
}

/// A rule that counts, with whom it names one by one.
struct Asking<'b> {
    compiled: &'b CompiledRule,
    area: super::area::Area,
    subjects: Vec<(Subject, Subjects)>,
}

/// The rules of a book that reach something.
fn asking(book: &Book) -> Vec<Asking<'_>> {
    let counting = book.rules.iter().filter(|compiled| book.counts(compiled));
    counting
        .map(|compiled| Asking {
            compiled,
            area: book.usable(compiled),
            subjects: one_by_one(&compiled.rule.spec.subjects),
        })
        .filter(|asking| !asking.area.is_empty())
        .collect()
}

fn one_by_one(subjects: &Subjects) -> Vec<(Subject, Subjects)> {
    if subjects.everyone {
        return vec![(Subject::Everyone, Subjects { everyone: true, ..Subjects::default() })];
    }
    let groups = subjects
        .groups
        .iter()
        .map(|id| (Subject::Group { id: id.clone() }, Subjects { groups: vec![id.clone()], ..Subjects::default() }));
    let users = subjects
        .users
        .iter()
        .map(|id| (Subject::User { id: id.clone() }, Subjects { users: vec![id.clone()], ..Subjects::default() }));
    groups.chain(users).collect()
}

impl Book {
    /// Whether the rule is switched on and its policy is there.
    fn counts(&self, compiled: &CompiledRule) -> bool {
        compiled.rule.spec.enabled && self.weight(&compiled.rule.spec.approval).is_some()
    }
}
