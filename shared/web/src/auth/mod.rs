//! Who calls: a bearer token of the configured issuer, and the person or client behind it.

mod caller;
mod directory;
mod keys;
mod verifier;

use std::sync::Arc;

pub(crate) use caller::after_caller;
pub use caller::{Caller, Personas};
pub use directory::{Directory, DirectoryError, Person};
use runtime::Settings;
use store::Clock;
pub use verifier::{Subject, Verifier};

use directory::People;

/// What [`Caller`] needs; one for the process, in the application's data.
pub struct Auth {
    pub(crate) verifier: Verifier,
    pub(crate) people: People,
    personas: runtime::settings::Personas,
}

impl Auth {
    /// With the clock that tokens are judged by.
    ///
    /// # Errors
    /// When the HTTP client for the issuer cannot be made.
    pub fn new(settings: &Settings, directory: Arc<dyn Directory>, clock: Clock) -> Result<Arc<Self>, reqwest::Error> {
        Ok(Self::with_verifier(Verifier::new(&settings.oidc, clock)?, settings.personas.clone(), directory))
    }

    /// The same with a verifier made elsewhere.
    #[must_use]
    pub fn with_verifier(
        verifier: Verifier,
        personas: runtime::settings::Personas,
        directory: Arc<dyn Directory>,
    ) -> Arc<Self> {
        Arc::new(Self { verifier, people: People::new(directory), personas })
    }

    /// Which personas a person's groups give, by group id or display name.
    #[must_use]
    pub fn personas(&self, person: &Person) -> Personas {
        let any = |wanted: &[String]| {
            person.groups.iter().any(|(id, name)| wanted.iter().any(|group| group == id.as_str() || group == name))
        };
        Personas { admin: any(&self.personas.admin_groups), auditor: any(&self.personas.auditor_groups) }
    }

    /// The person with a user name, as [`Caller`] sees it: for sign-in pages.
    ///
    /// # Errors
    /// When the directory is away.
    pub async fn person(&self, user_name: &str) -> Result<Option<Arc<Person>>, DirectoryError> {
        self.people.find(user_name).await
    }
}
