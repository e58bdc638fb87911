//! How Curfew proves itself to a system: a header that never shows itself.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// An OAuth token is renewed this long before its end.
const MARGIN: Duration = Duration::from_secs(60);
/// How long a token is good that does not say so.
const SHORT: Duration = Duration::from_secs(300);

/// A proof.
#[derive(Debug)]
pub(crate) enum Auth {
    /// The same header with every call.
    Fixed { header: HeaderValue, secret: SecretString },
    /// A token that is fetched with a client's credentials and renewed.
    Client { id: String, secret: SecretString, token: Mutex<Option<Token>> },
}

/// A fetched token.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    header: HeaderValue,
    until: Instant,
}

/// What a token endpoint answers (RFC 6749, 5.1).
#[derive(Deserialize)]
pub(crate) struct Granted {
    access_token: SecretString,
    expires_in: Option<u64>,
}

impl Auth {
    /// `Authorization: SCHEME SECRET`.
    pub(crate) fn scheme(scheme: &str, secret: &SecretString) -> Option<Self> {
        let header = sensitive(&format!("{scheme}{}", secret.expose_secret()))?;
        Some(Self::Fixed { header, secret: secret.clone() })
    }

    /// Basic authentication.
    pub(crate) fn basic(user: &str, secret: &SecretString) -> Option<Self> {
        let pair = STANDARD.encode(format!("{user}:{}", secret.expose_secret()));
        Some(Self::Fixed { header: sensitive(&format!("Basic {pair}"))?, secret: secret.clone() })
    }

    /// A client's credentials.
    pub(crate) fn client(id: &str, secret: &SecretString) -> Self {
        Self::Client { id: id.to_owned(), secret: secret.clone(), token: Mutex::new(None) }
    }

    /// The header, where it is there already.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        match self {
            Self::Fixed { header, .. } => Some(header.clone()),
            Self::Client { token, .. } => {
                let token = token.lock().unwrap_or_else(PoisonError::into_inner);
                token.as_ref().filter(|token| Instant::now() < token.until).map(|token| token.header.clone())
            }
        }
    }

    /// The form that asks for a token, where one is needed.
    pub(crate) fn form(&self) -> Option<[(&'static str, &str); 3]> {
        match self {
            Self::Fixed { .. } => None,
            Self::Client { id, secret, .. } => Some([
                ("grant_type", "client_credentials"),
                ("client_id", id),
                ("client_secret", secret.expose_secret()),
            ]),
        }
    }

    /// Keeps a token. None where it cannot stand in a header.
    pub(crate) fn keep(&self, granted: &Granted) -> Option<HeaderValue> {
        let header = sensitive(&format!("Bearer {}", granted.access_token.expose_secret()))?;
        if let Self::Client { token, .. } = self {
            let life = granted.expires_in.map_or(SHORT, Duration::from_secs).min(Duration::from_secs(86_400));
            let until = Instant::now() + life.saturating_sub(MARGIN).max(life / 2);
            let mut token = token.lock().unwrap_or_else(PoisonError::into_inner);
            *token = Some(Token { header: header.clone(), until });
        }
        Some(header)
    }

    /// Forgets a token that was refused; whether a new one may help.
    pub(crate) fn forget(&self) -> bool {
        match self {
            Self::Fixed { .. } => false,
            Self::Client { token, .. } => token.lock().unwrap_or_else(PoisonError::into_inner).take().is_some(),
        }
    }

    /// The text without any credential of ours, should the other side repeat one.
    pub(crate) fn scrub(&self, text: &str) -> String {
        let (secret, header) = match self {
            Self::Fixed { secret, header } => (secret, Some(header.clone())),
            Self::Client { secret, .. } => (secret, self.header()),
        };
        let mut clean = text.replace(secret.expose_secret(), "(hidden)");
        let proof = header.as_ref().and_then(|header| header.to_str().ok()).and_then(|text| text.rsplit(' ').next());
        if let Some(proof) = proof {
            clean = clean.replace(proof.trim_start_matches("token="), "(hidden)");
        }
        clean
    }
}

fn sensitive(text: &str) -> Option<HeaderValue> {
    let mut header = HeaderValue::from_str(text).ok()?;
    header.set_sensitive(true);
    Some(header)
}
