//! All pages of a list. A page may be empty and still have a successor.

use std::future::Future;

use crate::error::CallError;

/// One page: its items, and the token of the next.
pub(crate) type Page<T> = (Vec<T>, Option<String>);

/// Asks for page after page, and gives up on a list that runs in circles.
pub(crate) async fn all<T, F, Answer>(mut ask: F) -> Result<Vec<T>, CallError>
where
    F: FnMut(Option<String>) -> Answer,
    Answer: Future<Output = Result<Page<T>, CallError>>,
{
    let mut all = Vec::new();
    let mut token = None;
    loop {
        let (items, next) = ask(token.clone()).await?;
        all.extend(items);
        match next.filter(|next| !next.is_empty()) {
            None => return Ok(all),
            Some(next) if token.as_ref() == Some(&next) => {
                return Err(CallError::Unclear("a page names itself as the next one".to_owned()));
            }
            Some(next) => token = Some(next),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn walk(pages: &[(&[u8], Option<&str>)]) -> Result<Vec<u8>, CallError> {
        all(|token| async move {
            let at = token.map_or(0, |token| token.parse().unwrap());
            let (items, next): &(&[u8], _) = &pages[at];
            Ok((items.to_vec(), next.map(str::to_owned)))
        })
        .await
    }

    #[tokio::test]
    async fn an_empty_page_is_not_the_end() {
        let pages: &[(&[u8], _)] = &[(&[1, 2], Some("1")), (&[], Some("2")), (&[3], None)];
        assert_eq!(walk(pages).await, Ok(vec![1, 2, 3]));
    }

    #[tokio::test]
    async fn an_empty_token_is_the_end() {
        assert_eq!(walk(&[(&[7], Some(""))]).await, Ok(vec![7]));
    }

    #[tokio::test]
    async fn a_list_that_runs_in_circles_is_given_up() {
        assert!(walk(&[(&[1], Some("1")), (&[2], Some("1"))]).await.is_err());
    }
}
