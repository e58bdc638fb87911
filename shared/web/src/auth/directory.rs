//! From a user name to a person. The look-up needs SQL, so it comes from outside.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use domain::{GroupId, UserId};
use futures_util::future::BoxFuture;

/// A user of Identity Center, as last synchronised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who, for good.
    pub id: UserId,
    /// The name that tokens carry; it may change.
    pub user_name: String,
    /// The name for people.
    pub display_name: String,
    /// Whether the user is enabled.
    pub active: bool,
    /// The groups, by id and display name.
    pub groups: Vec<(GroupId, String)>,
}

/// The directory could not answer.
#[derive(Debug, thiserror::Error)]
#[error("the directory cannot be read: {0}")]
pub struct DirectoryError(pub String);

/// Who is who.
pub trait Directory: Send + Sync {
    /// The person with exactly this user name.
    fn person<'a>(&'a self, user_name: &'a str) -> BoxFuture<'a, Result<Option<Person>, DirectoryError>>;
}

/// How long an answer is good for. Decisions check again in their own transaction.
const FRESH: Duration = Duration::from_millis(1_500);
const MOST: usize = 10_000;

type Known = HashMap<String, (Instant, Option<Arc<Person>>)>;

/// The directory with a short memory.
pub(crate) struct People {
    directory: Arc<dyn Directory>,
    known: Mutex<Known>,
}

impl People {
    pub(crate) fn new(directory: Arc<dyn Directory>) -> Self {
        Self { directory, known: Mutex::default() }
    }

    pub(crate) async fn find(&self, user_name: &str) -> Result<Option<Arc<Person>>, DirectoryError> {
        if let Some((at, person)) = self.lock().get(user_name)
            && at.elapsed() < FRESH
        {
            return Ok(person.clone());
        }
        let person = self.directory.person(user_name).await?.map(Arc::new);
        let mut known = self.lock();
        if known.len() >= MOST {
            known.retain(|_, (at, _)| at.elapsed() < FRESH);
        }
        if known.len() < MOST {
            known.insert(user_name.to_owned(), (Instant::now(), person.clone()));
        }
        Ok(person)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
