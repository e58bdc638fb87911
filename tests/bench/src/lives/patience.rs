//! Repeating a call whose answer did not come, as a careful client does.

use std::time::{Duration, Instant};

use client::ClientError;

/// Calls until there is an answer, for so long at most. `None`: an earlier attempt, whose answer was lost, has taken
/// effect already, which the API tells as a conflict.
pub async fn insist<T, F>(time: Duration, mut call: impl FnMut() -> F) -> Result<Option<T>, ClientError>
where
    F: Future<Output = Result<T, ClientError>>,
{
    let until = Instant::now() + time;
    let mut lost_answers = false;
    loop {
        let error = match call().await {
            Ok(answer) => return Ok(Some(answer)),
            Err(error) => error,
        };
        if lost_answers && error.problem().is_some_and(|problem| problem.status == 409) {
            return Ok(None);
        }
        let passing = match &error {
            ClientError::Away(_) | ClientError::Unreadable { .. } => true,
            ClientError::Problem(problem) => problem.status >= 500,
            ClientError::NoEndpoint { .. } => false,
        };
        if !passing || Instant::now() >= until {
            return Err(error);
        }
        lost_answers = true;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
