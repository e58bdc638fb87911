//! Who is signed in: a row in the database that only the browser's cookie opens.

pub(crate) mod cookies;
pub(crate) mod forms;
pub(crate) mod provider;
mod renewal;
pub(crate) mod seal;

use client::{Client, TokenSource};
use domain::UserId;
use jiff::SignedDuration;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use store::sessions;
use uuid::Uuid;

use crate::Site;
use seal::{Key, SealError};

/// A session ends when nothing is asked of it for so long.
pub(crate) const IDLE: SignedDuration = SignedDuration::from_hours(8);
/// And at the latest so long after signing in.
const ABSOLUTE: SignedDuration = SignedDuration::from_hours(24);

/// Who signed in, and with which browser.
pub(crate) struct SignedInBy {
    pub user: UserId,
    pub name: String,
    pub agent: String,
}

/// Who does something with a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Touch {
    /// A person, which keeps it.
    Person,
    /// An open page by itself, which does not: or a forgotten one would keep it for ever.
    Page,
}

/// Somebody who is signed in.
pub(crate) struct Session {
    /// Who.
    pub user: UserId,
    /// What pages call them.
    pub name: String,
    token: SecretString,
    cookie: Cookie,
}

/// What the browser holds: 32 random bytes, from which everything about the session is derived.
#[derive(Clone)]
pub(crate) struct Cookie(String);

#[derive(Serialize, Deserialize)]
struct Sealed {
    token: String,
    name: String,
    /// Absent where the provider gave no refresh token: the session ends with its bearer token then.
    #[serde(default)]
    renewal: Option<renewal::Renewal>,
}

/// What can go wrong with sessions.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SessionError {
    #[error(transparent)]
    Store(#[from] store::StoreError),
    #[error(transparent)]
    Seal(#[from] SealError),
    /// Its token is over, and the provider does not answer.
    #[error("the session's token could not be renewed: {0}")]
    NotRenewed(String),
}

impl Cookie {
    pub(crate) fn from_browser(text: &str) -> Option<Self> {
        (text.len() == 43 && seal::decode(text).is_some_and(|bytes| bytes.len() == 32)).then(|| Self(text.to_owned()))
    }

    pub(crate) fn value(&self) -> &str {
        &self.0
    }

    /// The row's key: a reader of the table cannot make the cookie from it.
    fn id(&self) -> Vec<u8> {
        aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, self.0.as_bytes()).as_ref().to_vec()
    }
}

impl Sealed {
    fn open(cookie: &Cookie, sealed: Vec<u8>) -> Result<Self, SealError> {
        let plain = Key::of_cookie(cookie.value(), "bearer token")?.open(&cookie.id(), sealed)?;
        serde_json::from_slice(&plain).map_err(|_| SealError)
    }

    fn seal(&self, cookie: &Cookie) -> Result<Vec<u8>, SealError> {
        let plain = serde_json::to_vec(self).map_err(|_| SealError)?;
        Key::of_cookie(cookie.value(), "bearer token")?.seal(&cookie.id(), plain)
    }
}

impl Session {
    /// Begins a session with a new cookie; the one before, if there was one, ends.
    pub(crate) async fn begin(
        site: &Site,
        before: Option<Cookie>,
        by: SignedInBy,
        signed_in: provider::SignedIn,
    ) -> Result<Cookie, SessionError> {
        let SignedInBy { user, name, agent } = by;
        let cookie = Cookie(seal::random()?);
        let latest = site.db.clock().now() + ABSOLUTE;
        let expires_at = if signed_in.refresh.is_some() { latest } else { latest.min(signed_in.expires_at) };
        let sealed = Sealed::of(name, signed_in, None).seal(&cookie)?;
        sessions::begin(&site.db, &cookie.id(), &sessions::Session { user, sealed, expires_at }, &agent).await?;
        if let Some(before) = before {
            sessions::end(&site.db, &before.id()).await?;
        }
        Ok(cookie)
    }

    /// The session of a cookie, if it is good now.
    pub(crate) async fn of(site: &Site, cookie: Cookie, by: Touch) -> Result<Option<Self>, SessionError> {
        let id = cookie.id();
        let found = match by {
            Touch::Person => sessions::see(&site.db, &id, IDLE).await?,
            Touch::Page => sessions::peek(&site.db, &id, IDLE).await?,
        };
        let Some(found) = found else { return Ok(None) };
        let kept = Sealed::open(&cookie, found.sealed)?;
        let Some(Sealed { token, name, .. }) = renewal::current(site, &cookie, kept).await? else { return Ok(None) };
        Ok(Some(Self { user: found.user, name, token: token.into(), cookie }))
    }

    /// Ends it: the row is gone, so that a copied cookie opens nothing.
    pub(crate) async fn end(&self, site: &Site) -> Result<(), SessionError> {
        Ok(sessions::end(&site.db, &self.cookie.id()).await?)
    }

    /// The same person's sessions, here and elsewhere.
    pub(crate) async fn all(&self, site: &Site) -> Result<Vec<sessions::Listed>, SessionError> {
        Ok(sessions::of_user(&site.db, &self.user, &self.cookie.id(), IDLE).await?)
    }

    /// Ends one of them; says whether there was one.
    pub(crate) async fn end_one(&self, site: &Site, handle: Uuid) -> Result<bool, SessionError> {
        Ok(sessions::end_one(&site.db, &self.user, handle).await?)
    }

    /// Ends all of them but this one.
    pub(crate) async fn end_others(&self, site: &Site) -> Result<u64, SessionError> {
        Ok(sessions::end_others(&site.db, &self.user, &self.cookie.id()).await?)
    }

    /// The API in this person's name.
    pub(crate) fn api(&self, site: &Site) -> Client {
        site.api.with_token(TokenSource::fixed(self.token.clone()))
    }

    /// The cookie's text, for tokens in forms.
    pub(crate) fn secret(&self) -> &str {
        self.cookie.value()
    }
}
