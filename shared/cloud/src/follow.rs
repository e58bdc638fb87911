//! Asking again and again until an operation is over: alone while there are one or two, by lists while there are more.

use std::{future::Future, time::Duration};

use crate::{
    CallError, OperationId, Progress,
    board::{Board, Next, Seat},
    pace::{Pace, longer, with_jitter},
    surroundings::{Time, within},
};

/// The least wait after a poll that AWS refused or did not answer.
const AFTER_TROUBLE: Duration = Duration::from_millis(200);
/// AWS may not know an operation's id in the first moments of its life.
const UNKNOWN_AT_FIRST: Duration = Duration::from_secs(5);
/// Lists are not asked for again so soon where AWS, or what stands in for it, has none.
const NO_LISTS: Duration = Duration::from_secs(60);
/// The same after an answer that says nothing.
const LIST_UNCLEAR: Duration = Duration::from_secs(2);

/// What followers of one kind of operation share.
#[derive(Debug, Default)]
pub(crate) struct Following {
    pub(crate) pace: Pace,
    pub(crate) board: Board,
}

/// How one operation is followed.
pub(crate) struct Follower<'a> {
    pub(crate) time: &'a dyn Time,
    pub(crate) shared: &'a Following,
    pub(crate) operation: &'a OperationId,
    /// How long; then it is still under way.
    pub(crate) patience: Duration,
    /// The least time between two lists.
    pub(crate) gap: Duration,
    pub(crate) unknown_at_first: Duration,
}

impl<'a> Follower<'a> {
    pub(crate) fn new(
        time: &'a dyn Time,
        shared: &'a Following,
        operation: &'a OperationId,
        patience: Duration,
        gap: Duration,
    ) -> Self {
        Self { time, shared, operation, patience, gap, unknown_at_first: UNKNOWN_AT_FIRST }
    }

    /// Follows it to its end. Alone it is asked about first when such operations are typically over, then at growing
    /// intervals; lists begin when the quickest can be over. Trouble with asking says nothing about the operation, so it
    /// only slows the asking down.
    pub(crate) async fn follow<Poll, List>(
        &self,
        mut poll: impl FnMut() -> Poll,
        mut list: impl FnMut() -> List,
    ) -> Result<Progress, CallError>
    where
        Poll: Future<Output = Result<Progress, CallError>>,
        List: Future<Output = Result<Vec<(OperationId, Progress)>, CallError>>,
    {
        let Following { pace, board } = self.shared;
        let seat = board.sit(self.operation);
        let started = self.time.monotonic();
        let elapsed = || self.time.monotonic().saturating_sub(started);
        let first = pace.typical();
        let mut next = with_jitter(first, self.time.chance());
        let mut wait = first / 3;
        let mut under_way = Duration::ZERO;
        loop {
            let left = self.patience.saturating_sub(elapsed());
            if left.is_zero() {
                return Ok(Progress::InProgress);
            }
            match seat.next(self.time.monotonic(), started + pace.early(), self.gap) {
                Next::Told(over) => {
                    let seen = seat.under_way().map_or(under_way, |at| at.saturating_sub(started));
                    pace.record(seen.max(under_way), elapsed());
                    return Ok(self.with_reason(over, poll()).await);
                }
                Next::List(turn) => {
                    let listed = within(self.time, left, list()).await;
                    self.note(listed);
                    drop(turn);
                }
                Next::Wait(at) => self.rest(&seat, at.saturating_sub(self.time.monotonic()).min(left)).await,
                Next::Alone if next >= self.patience => return Ok(Progress::InProgress),
                Next::Alone if elapsed() < next => self.rest(&seat, next.saturating_sub(elapsed()).min(left)).await,
                Next::Alone => {
                    let Some(answer) = within(self.time, left, poll()).await else { continue };
                    match answer {
                        Ok(Progress::InProgress) => under_way = elapsed(),
                        Ok(over) => {
                            pace.record(under_way, elapsed());
                            return Ok(over);
                        }
                        Err(CallError::NotFound(_)) if elapsed() < self.unknown_at_first => {}
                        Err(error) if error.is_transient() => wait = wait.max(AFTER_TROUBLE),
                        Err(error) => return Err(error),
                    }
                    next = elapsed() + with_jitter(wait, self.time.chance());
                    wait = longer(wait);
                }
            }
        }
    }

    fn note(&self, listed: Option<Result<Vec<(OperationId, Progress)>, CallError>>) {
        let (board, now) = (&self.shared.board, self.time.monotonic());
        match listed {
            Some(Ok(listed)) => board.tell(now, listed),
            // The next one may ask again in its time.
            None | Some(Err(CallError::Throttled | CallError::TooLate | CallError::Conflict)) => {}
            Some(Err(CallError::Unclear(_))) => board.without_lists(now + LIST_UNCLEAR),
            Some(Err(CallError::NotFound(_) | CallError::Denied(_) | CallError::Invalid(_) | CallError::Quota(_))) => {
                board.without_lists(now + NO_LISTS)
            }
        }
    }

    /// Lists say that an operation failed and not why.
    async fn with_reason(&self, over: Progress, poll: impl Future<Output = Result<Progress, CallError>>) -> Progress {
        if !matches!(over, Progress::Failed { .. }) {
            return over;
        }
        match within(self.time, AFTER_TROUBLE * 10, poll).await {
            Some(Ok(told @ Progress::Failed { .. })) => told,
            _ => over,
        }
    }

    async fn rest(&self, seat: &Seat<'_>, most: Duration) {
        let sleep = self.time.sleep(most);
        tokio::select! {
            biased;
            () = seat.rung() => {}
            () = sleep => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        cell::{Cell, RefCell},
        collections::VecDeque,
        future::pending,
        time::Instant,
    };

    use super::*;
    use crate::Surroundings;

    fn id(n: usize) -> OperationId {
        OperationId::from(format!("operation {n}"))
    }

    fn never_listed() -> std::future::Ready<Result<Vec<(OperationId, Progress)>, CallError>> {
        std::future::ready(Err(CallError::Invalid("no list is asked for".to_owned())))
    }

    /// Follows an operation that answers these, then "in progress" for ever. Says the result and the number of polls.
    async fn play(
        answers: Vec<Result<Progress, CallError>>,
        patience: Duration,
    ) -> (Result<Progress, CallError>, usize, Duration) {
        let left = RefCell::new(VecDeque::from(answers));
        let polls = RefCell::new(0);
        let started = Instant::now();
        let (time, shared, operation) = (Surroundings::default().time, Following::default(), id(0));
        let mut follower = Follower::new(&*time, &shared, &operation, patience, GAP);
        follower.unknown_at_first = UNKNOWN;
        let poll = || async {
            *polls.borrow_mut() += 1;
            left.borrow_mut().pop_front().unwrap_or(Ok(Progress::InProgress))
        };
        let result = follower.follow(poll, never_listed).await;
        (result, polls.into_inner(), started.elapsed())
    }

    const PATIENCE: Duration = Duration::from_millis(700);
    const UNKNOWN: Duration = Duration::from_millis(150);
    const GAP: Duration = Duration::from_millis(20);

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
        let (time, shared, operation) = (Surroundings::default().time, Following::default(), id(0));
        let result = Follower::new(&*time, &shared, &operation, PATIENCE, GAP).follow(pending, never_listed).await;
        assert_eq!(result, Ok(Progress::InProgress));
        assert!(started.elapsed() < PATIENCE * 2, "{:?}", started.elapsed());
    }

    /// Follows so many at once, of which the lists say after `over_after` that they are over. Says their ends, and how
    /// often was polled and listed.
    async fn crowd(
        count: usize,
        over_after: Duration,
        listed: impl Fn(Duration) -> Result<Progress, CallError>,
    ) -> (Vec<Result<Progress, CallError>>, usize, usize) {
        let (time, shared) = (Surroundings::default().time, Following::default());
        let (started, polls, lists) = (Instant::now(), Cell::new(0), Cell::new(0));
        let ids: Vec<_> = (0..count).map(id).collect();
        let follow = |operation| {
            let (time, shared, listed, ids, polls, lists) = (&*time, &shared, &listed, &ids, &polls, &lists);
            async move {
                let poll = || async {
                    polls.set(polls.get() + 1);
                    let over = started.elapsed() >= over_after;
                    Ok(if over { Progress::Failed { reason: "why".to_owned() } } else { Progress::InProgress })
                };
                let list = || async {
                    lists.set(lists.get() + 1);
                    let progress = listed(started.elapsed())?;
                    Ok(ids.iter().map(|id| (id.clone(), progress.clone())).collect())
                };
                Follower::new(time, shared, operation, PATIENCE * 5, GAP).follow(poll, list).await
            }
        };
        let mut all: Vec<_> = ids.iter().map(|id| Box::pin(follow(id))).collect();
        let mut ends: Vec<Option<_>> = all.iter().map(|_| None).collect();
        std::future::poll_fn(|context| {
            for (one, end) in all.iter_mut().zip(&mut ends) {
                if end.is_none()
                    && let std::task::Poll::Ready(result) = one.as_mut().poll(context)
                {
                    *end = Some(result);
                }
            }
            if ends.iter().all(Option::is_some) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
        (ends.into_iter().flatten().collect(), polls.get(), lists.get())
    }

    const OVER: Duration = Duration::from_millis(300);

    #[tokio::test]
    async fn one_list_serves_many_and_nobody_asks_alone() {
        let says = |at| Ok(if at >= OVER { Progress::Succeeded } else { Progress::InProgress });
        let (ends, polls, lists) = crowd(20, OVER, says).await;
        assert_eq!(ends, vec![Ok(Progress::Succeeded); 20]);
        assert_eq!(polls, 0);
        assert!((2..=18).contains(&lists), "{lists} lists");
    }

    #[tokio::test]
    async fn why_it_failed_is_asked_once_more_for_each() {
        let says = |at| {
            let failed = Progress::Failed { reason: String::new() };
            Ok(if at >= OVER { failed } else { Progress::InProgress })
        };
        let (ends, polls, _) = crowd(4, Duration::ZERO, says).await;
        assert_eq!(ends, vec![Ok(Progress::Failed { reason: "why".to_owned() }); 4]);
        assert_eq!(polls, 4);
    }

    #[tokio::test]
    async fn where_there_are_no_lists_each_asks_alone() {
        let says = |_| Err(CallError::Invalid("no such operation".to_owned()));
        let (ends, polls, lists) = crowd(4, OVER, says).await;
        assert_eq!(ends, vec![Ok(Progress::Failed { reason: "why".to_owned() }); 4]);
        assert!(polls >= 4 && lists == 1, "{polls} polls, {lists} lists");
    }
}
