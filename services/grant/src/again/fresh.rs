//! What Identity Center says at this moment, remembered for a few seconds: many grants begin at once for one person, or
//! with one permission set, and AWS's budget is small.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cloud::{CloudError, Directory};
use domain::{PermissionSetArn, UserId};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, join_all};
use store::Clock;

use crate::observe;

/// How long an answer is fresh.
const FRESH: Duration = Duration::from_secs(10);
/// How long nobody is asked after there was no answer, so that one system that is away does not slow every start.
const SILENCE: Duration = Duration::from_secs(15);
/// How long an answer may take; the start waits for it.
const PATIENCE_USER: Duration = Duration::from_millis(1_500);
const PATIENCE_CONTENT: Duration = Duration::from_secs(4);

/// What was answered lately, by the clock's monotonic time; nothing where there was no answer.
struct Kept<K, V> {
    answers: HashMap<K, (Duration, V)>,
    silent_until: Option<Duration>,
}

struct Memory<K, V>(Arc<Mutex<Kept<K, V>>>);

impl<K, V> Clone for Memory<K, V> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K: Hash + Eq + Ord + Clone, V: Clone> Memory<K, V> {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(Kept { answers: HashMap::new(), silent_until: None })))
    }

    /// What is known of these, and whom to ask.
    fn split(&self, now: Duration, wanted: Vec<K>) -> (BTreeMap<K, V>, Vec<K>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.answers.retain(|_, (at, _)| now.saturating_sub(*at) < FRESH);
        let silent = kept.silent_until.is_some_and(|until| now < until);
        let (mut known, mut ask) = (BTreeMap::new(), Vec::new());
        for one in wanted.into_iter().collect::<BTreeSet<K>>() {
            match kept.answers.get(&one) {
                Some((_, answer)) => {
                    known.insert(one, answer.clone());
                }
                None if silent => {}
                None => ask.push(one),
            }
        }
        (known, ask)
    }

    fn keep(&self, now: Duration, one: &K, answer: Option<&V>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match answer {
            Some(answer) => {
                kept.silent_until = None;
                kept.answers.insert(one.clone(), (now, answer.clone()));
            }
            None => kept.silent_until = Some(now + SILENCE),
        }
    }

    /// Everything that is known, and what was answered in time.
    async fn ask(
        &self,
        clock: &Clock,
        what: &'static str,
        patience: Duration,
        wanted: Vec<K>,
        question: impl Fn(K) -> BoxFuture<'static, Result<V, CloudError>>,
    ) -> BTreeMap<K, V> {
        let (mut known, ask) = self.split(clock.monotonic(), wanted);
        let asked = ask.into_iter().map(|one| (one.clone(), question(one))).map(|(one, question)| async move {
            let answer = match clock.within(patience, question).await {
                Some(Ok(answer)) => Some(answer),
                Some(Err(error)) => {
                    observe::not_fresh(what, &error);
                    None
                }
                None => {
                    observe::not_fresh(what, &"not in time");
                    None
                }
            };
            self.keep(clock.monotonic(), &one, answer.as_ref());
            answer.map(|answer| (one, answer))
        });
        known.extend(join_all(asked).await.into_iter().flatten());
        known
    }
}

/// Whether people may sign in.
#[derive(Clone)]
pub(super) struct People {
    directory: Directory,
    memory: Memory<UserId, Option<bool>>,
}

impl People {
    pub fn new(directory: Directory) -> Self {
        Self { directory, memory: Memory::new() }
    }

    /// Whether each may sign in, `None` who is gone; who is missing was not told in time.
    pub async fn ask(&self, clock: &Clock, users: Vec<UserId>) -> BTreeMap<UserId, Option<bool>> {
        let question = |user: UserId| {
            let directory = self.directory.clone();
            async move { directory.is_enabled(&user).await }.boxed()
        };
        self.memory.ask(clock, "user", PATIENCE_USER, users, question).await
    }
}

/// What permission sets give.
#[derive(Clone)]
pub(super) struct Contents {
    directory: Directory,
    memory: Memory<PermissionSetArn, Option<String>>,
}

impl Contents {
    pub fn new(directory: Directory) -> Self {
        Self { directory, memory: Memory::new() }
    }

    /// The hash of what each gives, `None` what is gone; what is missing was not told in time.
    pub async fn ask(&self, clock: &Clock, sets: Vec<PermissionSetArn>) -> BTreeMap<PermissionSetArn, Option<String>> {
        let question = |arn: PermissionSetArn| {
            let directory = self.directory.clone();
            async move { Ok(directory.permission_set_content(&arn).await?.map(|content| content.hash())) }.boxed()
        };
        self.memory.ask(clock, "permission set", PATIENCE_CONTENT, sets, question).await
    }
}
