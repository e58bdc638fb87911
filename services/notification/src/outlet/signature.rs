//! Signing webhooks as the Standard Webhooks specification says: HMAC-SHA-256 over id, time and body.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

const PREFIX: &str = "whsec_";

/// A stored secret that cannot sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the endpoint's secret cannot be read")]
pub struct UnreadableSecret;

/// Random bytes as a secret that its owner can copy.
#[must_use]
pub fn secret_from(random: [u8; 32]) -> String {
    format!("{PREFIX}{}", STANDARD.encode(random))
}

/// The value of `webhook-signature`: one signature for each secret, the current one first.
///
/// # Errors
/// When a secret is not of the form that [`secret_from`] makes.
pub fn sign(secrets: &[&str], id: &str, timestamp: i64, body: &[u8]) -> Result<String, UnreadableSecret> {
    let signatures: Result<Vec<String>, UnreadableSecret> = secrets
        .iter()
        .map(|secret| {
            let bare = secret.strip_prefix(PREFIX).ok_or(UnreadableSecret)?;
            let key = STANDARD.decode(bare).map_err(|_| UnreadableSecret)?;
            let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(|_| UnreadableSecret)?;
            mac.update(format!("{id}.{timestamp}.").as_bytes());
            mac.update(body);
            Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
        })
        .collect();
    Ok(signatures?.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_implementation_makes_the_same_signature() {
        for seed in 0..50_u8 {
            let secret = secret_from([seed; 32]);
            let body = format!(r#"{{"type":"request.approved.v1","data":{{"n":{seed},"name":"Zoë"}}}}"#);
            let (id, timestamp) = (format!("0190-{seed}"), 1_700_000_000 + i64::from(seed));
            let theirs =
                standardwebhooks::Webhook::new(&secret).unwrap().sign(&id, timestamp, body.as_bytes()).unwrap();
            assert_eq!(sign(&[&secret], &id, timestamp, body.as_bytes()).unwrap(), theirs);
        }
    }

    #[test]
    fn after_a_rotation_both_secrets_sign() {
        let (new, old) = (secret_from([1; 32]), secret_from([2; 32]));
        let both = sign(&[&new, &old], "id", 1, b"{}").unwrap();
        let (first, second) = both.split_once(' ').unwrap();
        assert_eq!(first, sign(&[&new], "id", 1, b"{}").unwrap());
        assert_eq!(second, sign(&[&old], "id", 1, b"{}").unwrap());
    }

    #[test]
    fn a_secret_of_another_form_is_refused() {
        assert_eq!(sign(&["plain"], "id", 1, b""), Err(UnreadableSecret));
        assert_eq!(sign(&["whsec_###"], "id", 1, b""), Err(UnreadableSecret));
    }
}
