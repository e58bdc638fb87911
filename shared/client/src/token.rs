//! Where the bearer token comes from.

use std::fmt;
use std::sync::Arc;

use secrecy::SecretString;

/// Gives a bearer token for each call. It is never shown.
#[derive(Clone, Default)]
pub struct TokenSource(Option<Arc<dyn Fn() -> Option<SecretString> + Send + Sync>>);

impl TokenSource {
    /// Calls without a token.
    #[must_use]
    pub fn none() -> Self {
        Self(None)
    }

    /// The same token each time.
    #[must_use]
    pub fn fixed(token: SecretString) -> Self {
        Self::from_fn(move || Some(token.clone()))
    }

    /// Asks for the token before each call.
    pub fn from_fn(source: impl Fn() -> Option<SecretString> + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(source)))
    }

    pub(crate) fn token(&self) -> Option<SecretString> {
        self.0.as_ref().and_then(|source| source())
    }
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "TokenSource(..)" } else { "TokenSource(none)" })
    }
}
