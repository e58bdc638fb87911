//! Asking again and again until an operation is over.

use std::{future::Future, time::Duration};

use crate::{
    CallError, Progress,
    pace::{Pace, longer, with_jitter},
    surroundings::{Time, within},
};

/// The least wait after a poll that AWS refused or did not answer.
const AFTER_TROUBLE: Duration = Duration::from_millis(200);
/// AWS may not know an operation's id in the first moments of its life.
const UNKNOWN_AT_FIRST: Duration = Duration::from_secs(5);

/// Polls: first when such operations are typically over, then at growing intervals. Trouble with a poll says nothing
/// about the operation, so it only slows the polling down.
pub(crate) async fn follow<Poll>(
    time: &dyn Time,
    pace: &Pace,
    patience: Duration,
    poll: impl FnMut() -> Poll,
) -> Result<Progress, CallError>
where
    Poll: Future<Output = Result<Progress, CallError>>,
{
    follow_with(time, pace, patience, UNKNOWN_AT_FIRST, poll).await
}

async fn follow_with<Poll>(
    time: &dyn Time,
    pace: &Pace,
    patience: Duration,
    unknown_at_first: Duration,
    mut poll: impl FnMut() -> Poll,
) -> Result<Progress, CallError>
where
    Poll: Future<Output = Result<Progress, CallError>>,
{
    let started = time.monotonic();
    let elapsed = || time.monotonic().saturating_sub(started);
    let first = pace.typical();
    let mut next = with_jitter(first, time.chance());
    let mut wait = first / 2;
    let mut under_way = Duration::ZERO;
    while next < patience {
        time.sleep(next.saturating_sub(elapsed())).await;
        let Some(answer) = within(time, patience.saturating_sub(elapsed()), poll()).await else {
            break;
        };
        match answer {
            Ok(Progress::InProgress) => under_way = elapsed(),
            Ok(over) => {
                pace.record(under_way, elapsed());
                return Ok(over);
            }
            Err(CallError::NotFound(_)) if elapsed() < unknown_at_first => {}
            Err(error) if error.is_transient() => wait = wait.max(AFTER_TROUBLE),
            Err(error) => return Err(error),
        }
        next = elapsed() + with_jitter(wait, time.chance());
        wait = longer(wait);
    }
    Ok(Progress::InProgress)
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, collections::VecDeque, time::Instant};

    use super::*;
    use crate::Surroundings;

    /// Follows an operation that answers these, then "in progress" for ever. Says the result and the number of polls.
    async fn play(
        answers: Vec<Result<Progress, CallError>>,
        patience: Duration,
    ) -> (Result<Progress, CallError>, usize, Duration) {
        let left = RefCell::new(VecDeque::from(answers));
        let polls = RefCell::new(0);
        let started = Instant::now();
        let time = Surroundings::default().time;
        let result = follow_with(&*time, &Pace::default(), patience, UNKNOWN, || async {
            *polls.borrow_mut() += 1;
            left.borrow_mut().pop_front().unwrap_or(Ok(Progress::InProgress))
        })
        .await;
        (result, polls.into_inner(), started.elapsed())
    }

    const PATIENCE: Duration = Duration::from_millis(700);
    const UNKNOWN: Duration = Duration::from_millis(150);

    #[tokio::test]
    async fn an_operation_is_followed_to_its_end() {
        let failed = Progress::Failed { reason: "the account is suspended".to_owned() };
        let answers = vec![Ok(Progress::InProgress), Ok(Progress::InProgress), Ok(failed.clone())];
        let (result, polls, took) = play(answers, PATIENCE).await;
        assert_eq!((result, polls), (Ok(failed), 3));
        assert!(took < PATIENCE, "{took:?}");
    }

    #[tokio::test]
    async fn trouble_with_a_poll_is_not_trouble_with_the_operation() {
        let trouble = vec![
            Err(CallError::NotFound("not yet known".to_owned())),
            Err(CallError::Throttled),
            Err(CallError::Unclear("HTTP 503".to_owned())),
            Ok(Progress::Succeeded),
        ];
        let (result, polls, took) = play(trouble, PATIENCE * 10).await;
        assert_eq!((result, polls), (Ok(Progress::Succeeded), 4));
        assert!(took > AFTER_TROUBLE, "{took:?}");
    }

    #[tokio::test]
    async fn what_asking_again_does_not_help_against_is_told_at_once() {
        let denied = CallError::Denied("no".to_owned());
        let (result, polls, _) = play(vec![Err(denied.clone())], PATIENCE).await;
        assert_eq!((result, polls), (Err(denied), 1));
    }

    #[tokio::test]
    async fn an_id_that_stays_unknown_is_told_after_a_while() {
        let unknown = || Err(CallError::NotFound("no such request".to_owned()));
        let (result, _, took) = play((0..100).map(|_| unknown()).collect(), PATIENCE).await;
        assert_eq!(result, unknown());
        assert!(took >= UNKNOWN && took < PATIENCE, "{took:?}");
    }

    #[tokio::test]
    async fn when_patience_is_over_the_operation_is_still_under_way() {
        let (result, polls, took) = play(vec![], PATIENCE).await;
        assert_eq!(result, Ok(Progress::InProgress));
        assert!(took < PATIENCE * 2 && (4..=10).contains(&polls), "{polls} polls in {took:?}");
    }

    #[tokio::test]
    async fn a_poll_that_hangs_does_not_outlast_patience() {
        let started = Instant::now();
        let time = Surroundings::default().time;
        let result = follow(&*time, &Pace::default(), PATIENCE, std::future::pending).await;
        assert_eq!(result, Ok(Progress::InProgress));
        assert!(started.elapsed() < PATIENCE * 2, "{:?}", started.elapsed());
    }
}
