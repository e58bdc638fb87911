//! A bearer token lives for minutes, a session for a working day: before the token ends, the provider is asked for the
//! next one. It gives the refresh token's successor to one caller only, so one at a time asks, whichever process it is.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use store::sessions;

use super::provider::{SignInError, SignedIn};
use super::{Cookie, Sealed, SessionError};
use crate::Site;

/// A token is renewed when so little is left of its life.
const EARLY: SignedDuration = SignedDuration::from_secs(60);
/// Longer than the provider is waited for; whoever died with it is waited for no longer.
const CLAIM: SignedDuration = SignedDuration::from_secs(45);
/// How long, and how often, somebody looks whether another's renewal has come.
const PATIENCE: Duration = Duration::from_secs(10);
const LOOK: Duration = Duration::from_millis(100);

/// What the next bearer token is had for.
#[derive(Serialize, Deserialize)]
pub(super) struct Renewal {
    refresh: String,
    /// Whose tokens they are.
    subject: String,
    /// When the present one ends.
    ends: Timestamp,
}

impl Sealed {
    /// What is kept of an answer of the provider; one without a refresh token leaves the one `before` good.
    pub(super) fn of(name: String, signed_in: SignedIn, before: Option<String>) -> Self {
        let SignedIn { subject, token, expires_at: ends, refresh } = signed_in;
        let refresh = refresh.map(|token| token.expose_secret().to_owned()).or(before);
        Self {
            token: token.expose_secret().to_owned(),
            name,
            renewal: refresh.map(|refresh| Renewal { refresh, subject, ends }),
        }
    }

    fn lasts_beyond(&self, moment: Timestamp) -> bool {
        self.renewal.as_ref().is_none_or(|renewal| renewal.ends > moment)
    }
}

/// The session's contents with a token that is good now; none where the provider does not let it go on.
pub(super) async fn current(site: &Site, cookie: &Cookie, kept: Sealed) -> Result<Option<Sealed>, SessionError> {
    let now = site.db.clock().now();
    if kept.lasts_beyond(now + EARLY) {
        return Ok(Some(kept));
    }
    match sessions::claim_renewal(&site.db, &cookie.id(), CLAIM).await? {
        Some(sealed) => renew(site, cookie, Sealed::open(cookie, sealed)?).await,
        None if kept.lasts_beyond(now) => Ok(Some(kept)),
        None => renewed_by_another(site, cookie).await,
    }
}

/// With the claim: asks the provider, unless another has done so since the row was read.
async fn renew(site: &Site, cookie: &Cookie, kept: Sealed) -> Result<Option<Sealed>, SessionError> {
    let (id, now) = (cookie.id(), site.db.clock().now());
    let Some(renewal) = &kept.renewal else { return Ok(Some(kept)) };
    if kept.lasts_beyond(now + EARLY) {
        sessions::give_up_renewal(&site.db, &id).await?;
        return Ok(Some(kept));
    }
    match site.provider.renew(&renewal.refresh, &renewal.subject, now).await {
        Ok(signed_in) => {
            let next = Sealed::of(kept.name, signed_in, kept.renewal.map(|renewal| renewal.refresh));
            let there = sessions::renew(&site.db, &id, &next.seal(cookie)?).await?;
            Ok(there.then_some(next))
        }
        Err(SignInError::Refused(why)) => {
            tracing::info!(%why, "a session ends, since its token was not renewed");
            sessions::end(&site.db, &id).await?;
            Ok(None)
        }
        Err(SignInError::Away(why)) => {
            sessions::give_up_renewal(&site.db, &id).await?;
            if kept.lasts_beyond(now) { Ok(Some(kept)) } else { Err(SessionError::NotRenewed(why)) }
        }
    }
}

async fn renewed_by_another(site: &Site, cookie: &Cookie) -> Result<Option<Sealed>, SessionError> {
    let until = tokio::time::Instant::now() + PATIENCE;
    loop {
        tokio::time::sleep(LOOK).await;
        let Some(found) = sessions::peek(&site.db, &cookie.id(), super::IDLE).await? else { return Ok(None) };
        let kept = Sealed::open(cookie, found.sealed)?;
        if kept.lasts_beyond(site.db.clock().now()) {
            return Ok(Some(kept));
        }
        if tokio::time::Instant::now() > until {
            return Err(SessionError::NotRenewed("another's renewal did not come".to_owned()));
        }
    }
}
