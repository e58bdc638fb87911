//! Pages of lists. A token names the last key that was shown, so that a list which changes meanwhile neither repeats nor skips others.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::error::AwsError;
use super::input::Input;

/// The page that a call asks for.
pub struct Page {
    most: usize,
    /// Show what comes after this key.
    pub after: Option<String>,
    operation: String,
}

impl Page {
    /// From `MaxResults` and `NextToken`.
    pub fn asked(input: &Input, largest: usize) -> Result<Self, AwsError> {
        let most = match input.number("MaxResults")? {
            None => largest,
            Some(number) => match usize::try_from(number) {
                Ok(0) | Err(_) => {
                    return Err(input.broken(
                        "MIN_VALUE_EXCEEDED",
                        "MaxResults",
                        "Member must have value greater than or equal to 1",
                    ));
                }
                Ok(number) if number > largest => {
                    let constraint = format!("Member must have value less than or equal to {largest}");
                    return Err(input.broken("MAX_VALUE_EXCEEDED", "MaxResults", &constraint));
                }
                Ok(number) => number,
            },
        };
        let after = match input.text("NextToken")? {
            None | Some("") => None,
            Some(token) => Some(
                read(token, &input.operation)
                    .ok_or_else(|| input.broken("INVALID_NEXT_TOKEN", "NextToken", "Invalid token"))?,
            ),
        };
        Ok(Self { most, after, operation: input.operation.clone() })
    }

    /// Cuts the page from items that are ordered by key, and says how to go on.
    pub fn cut<T>(&self, items: impl IntoIterator<Item = (String, T)>) -> (Vec<T>, Option<String>) {
        let after = self.after.as_deref();
        self.take(items.into_iter().skip_while(|(key, _)| after.is_some_and(|after| key.as_str() <= after)))
    }

    /// Cuts the page from items that begin where the page begins.
    pub fn take<T>(&self, items: impl IntoIterator<Item = (String, T)>) -> (Vec<T>, Option<String>) {
        let mut items = items.into_iter();
        let mut last = String::new();
        let shown: Vec<T> = items
            .by_ref()
            .take(self.most)
            .map(|(key, item)| {
                last = key;
                item
            })
            .collect();
        let next = items.next().map(|_| self.token(&last));
        (shown, next)
    }

    /// The token that goes on after a key.
    pub fn token(&self, key: &str) -> String {
        STANDARD.encode(format!("{}\n{key}", self.operation))
    }
}

fn read(token: &str, operation: &str) -> Option<String> {
    let text = String::from_utf8(STANDARD.decode(token).ok()?).ok()?;
    let (of, key) = text.split_once('\n')?;
    (of == operation).then(|| key.to_owned())
}
