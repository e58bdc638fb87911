//! The tokens in approve and reject links: bound to one approval, one approver and one decision.
//!
//! `v1.<payload>.<mac>`, both base64url; the payload is JSON, the mac HMAC-SHA-256 over everything
//! before it. A token proves that Curfew made it; that it is used once is a row, not its business.

use base64::{Engine, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{ApprovalId, UserId, approval::Decision};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// The key that signs links.
#[derive(Clone)]
pub struct LinkKey(Vec<u8>);

impl LinkKey {
    /// From the setting `links.key`, base64 of at least 32 bytes.
    #[must_use]
    pub fn new(setting: &SecretString) -> Option<Self> {
        let bytes = STANDARD.decode(setting.expose_secret().trim()).ok()?;
        (bytes.len() >= 32).then_some(Self(bytes))
    }

    fn mac(&self, text: &str) -> Option<Hmac<Sha256>> {
        // HMAC takes keys of any length, so this is always there.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        mac.update(text.as_bytes());
        Some(mac)
    }
}

impl std::fmt::Debug for LinkKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LinkKey([REDACTED])")
    }
}

/// What a link says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The approval that it decides.
    pub approval: ApprovalId,
    /// Whose decision it is.
    pub approver: UserId,
    /// The decision.
    pub decision: Decision,
    /// When it stops being good, in whole seconds.
    pub expires_at: Timestamp,
}

/// Why a token is not good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// It has not the form of a token.
    #[error("the link is incomplete")]
    Malformed,
    /// It was not made with this key.
    #[error("the link was not made by Curfew, or was changed")]
    Forged,
    /// It was good once.
    #[error("the link has expired")]
    Expired,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Payload {
    a: ApprovalId,
    u: UserId,
    d: Short,
    e: i64,
}

#[derive(Serialize, Deserialize)]
enum Short {
    #[serde(rename = "y")]
    Approve,
    #[serde(rename = "n")]
    Reject,
}

/// The token of a link.
#[must_use]
pub fn mint(key: &LinkKey, link: &Link) -> String {
    let decision = match link.decision {
        Decision::Approve => Short::Approve,
        Decision::Reject => Short::Reject,
    };
    let payload = Payload { a: link.approval, u: link.approver.clone(), d: decision, e: link.expires_at.as_second() };
    let signed = format!("v1.{}", URL_SAFE_NO_PAD.encode(serde_json::to_vec(&payload).unwrap_or_default()));
    let mac = key.mac(&signed).map(|mac| URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())).unwrap_or_default();
    format!("{signed}.{mac}")
}

/// What the token says, if it was made with this key and is still good at `now`.
///
/// # Errors
/// When it is not; a forged token is never read, and its mac is compared in constant time.
pub fn verify(key: &LinkKey, token: &str, now: Timestamp) -> Result<Link, LinkError> {
    if token.len() > 1024 {
        return Err(LinkError::Malformed);
    }
    let (signed, mac) = token.rsplit_once('.').ok_or(LinkError::Malformed)?;
    let payload = signed.strip_prefix("v1.").ok_or(LinkError::Malformed)?;
    let mac = URL_SAFE_NO_PAD.decode(mac).map_err(|_| LinkError::Malformed)?;
    key.mac(signed).ok_or(LinkError::Forged)?.verify_slice(&mac).map_err(|_| LinkError::Forged)?;
    let payload = URL_SAFE_NO_PAD.decode(payload).map_err(|_| LinkError::Malformed)?;
    let Payload { a, u, d, e } = serde_json::from_slice(&payload).map_err(|_| LinkError::Malformed)?;
    let expires_at = Timestamp::from_second(e).map_err(|_| LinkError::Malformed)?;
    if now >= expires_at {
        return Err(LinkError::Expired);
    }
    let decision = match d {
        Short::Approve => Decision::Approve,
        Short::Reject => Decision::Reject,
    };
    Ok(Link { approval: a, approver: u, decision, expires_at })
}

#[cfg(test)]
#[path = "link_tests.rs"]
mod tests;
