//! Removals that were seen are written down together: whoever comes first writes for all who wait, so that very many
//! ends at one moment are few transactions. Nobody waits for others to come.

use std::sync::{Arc, Mutex, PoisonError};

use store::tuple::{self, Gone};
use store::{Db, StoreError};
use tokio::sync::oneshot::{self, error::TryRecvError};

use crate::work::Removing;

/// So many are written at once.
const TOGETHER: usize = 32;

/// The line of those that a process is about to write down.
#[derive(Debug, Clone, Default)]
pub struct Settling(Arc<Line>);

#[derive(Debug, Default)]
struct Line {
    waiting: Mutex<Vec<Waiting>>,
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Waiting {
    gone: Gone,
    answer: oneshot::Sender<Result<(), StoreError>>,
}

impl Settling {
    /// Writes it down, with whatever else waits by then.
    ///
    /// # Errors
    /// When Postgres is away, or the lease is lost.
    pub async fn gone(&self, db: &Db, gone: Gone) -> Result<(), StoreError> {
        let (answer, mut answered) = oneshot::channel();
        self.line().push(Waiting { gone, answer });
        loop {
            let _turn = self.0.turn.lock().await;
            match answered.try_recv() {
                Ok(written) => return written,
                // Whoever wrote for this one was stopped.
                Err(TryRecvError::Closed) => return Err(not_written()),
                Err(TryRecvError::Empty) => {}
            }
            let together = {
                let mut line = self.line();
                let count = line.len().min(TOGETHER);
                line.drain(..count).collect()
            };
            write(db, together).await;
        }
    }

    fn line(&self) -> std::sync::MutexGuard<'_, Vec<Waiting>> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The row is claimed again when its lease is over.
const fn not_written() -> StoreError {
    StoreError::Raced { what: "what was about to be written down" }
}

/// In one transaction; where that is refused, each in one of its own, since only one of them may be the reason.
async fn write(db: &Db, together: Vec<Waiting>) {
    let (removed, answers): (Vec<Gone>, Vec<_>) = together.into_iter().map(|one| (one.gone, one.answer)).unzip();
    let alone = removed.len() == 1;
    match written(db, &removed).await {
        Ok(answered) => answer(answers, answered),
        Err(error) if alone => answer(answers, vec![Err(error)]),
        Err(error) if error.is_away() => answer(answers, removed.iter().map(|_| Err(not_written())).collect()),
        Err(_) => {
            for (one, to) in removed.into_iter().zip(answers) {
                let answered = written(db, std::slice::from_ref(&one)).await.unwrap_or_else(|error| vec![Err(error)]);
                answer(vec![to], answered);
            }
        }
    }
}

async fn written(db: &Db, removed: &[Gone]) -> Result<Vec<Result<(), StoreError>>, StoreError> {
    let mut tx = db.begin(Removing::actor()).await?;
    let settled = tuple::gone(&mut tx, removed).await?;
    tx.commit().await?;
    let answer = |one: &Gone| match settled.contains(&one.assignment) {
        true => Ok(()),
        false => Err(StoreError::Raced { what: "the lease of the assignment" }),
    };
    Ok(removed.iter().map(answer).collect())
}

fn answer(to: Vec<oneshot::Sender<Result<(), StoreError>>>, answers: Vec<Result<(), StoreError>>) {
    for (to, answer) in to.into_iter().zip(answers) {
        // Who is not there any more needs no answer: it is written.
        let _ = to.send(answer);
    }
}
