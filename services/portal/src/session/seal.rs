//! Keys derived by HKDF-SHA-256, sealing by AES-256-GCM.

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use aws_lc_rs::{hmac, rand};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};

const NONCE: usize = 12;

/// Something could not be sealed or opened; why is nobody's business.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("it was not sealed here")]
pub(crate) struct SealError;

/// A key for one purpose.
pub(crate) struct Key([u8; 32]);

struct Bytes32;

impl KeyType for Bytes32 {
    fn len(&self) -> usize {
        32
    }
}

impl Key {
    fn derive(secret: &[u8], purpose: &str) -> Result<Self, SealError> {
        let mut key = [0; 32];
        let salt = Salt::new(HKDF_SHA256, b"curfew portal");
        let info = [purpose.as_bytes()];
        salt.extract(secret).expand(&info, Bytes32).and_then(|okm| okm.fill(&mut key)).map_err(|_| SealError)?;
        Ok(Self(key))
    }

    /// The key that every process of an installation shares.
    pub(crate) fn of_installation(secret: &SecretString) -> Result<Self, SealError> {
        let bytes = STANDARD.decode(secret.expose_secret().trim()).map_err(|_| SealError)?;
        Self::derive(&bytes, "installation")
    }

    /// The key that only the holder of a cookie has.
    pub(crate) fn of_cookie(cookie: &str, purpose: &str) -> Result<Self, SealError> {
        Self::derive(cookie.as_bytes(), purpose)
    }

    /// Nonce, text and tag; `bound` must be the same when it is opened.
    pub(crate) fn seal(&self, bound: &[u8], mut text: Vec<u8>) -> Result<Vec<u8>, SealError> {
        let key = RandomizedNonceKey::new(&AES_256_GCM, &self.0).map_err(|_| SealError)?;
        let nonce = key.seal_in_place_append_tag(Aad::from(bound), &mut text).map_err(|_| SealError)?;
        let mut sealed = nonce.as_ref().to_vec();
        sealed.append(&mut text);
        Ok(sealed)
    }

    /// What was sealed.
    pub(crate) fn open(&self, bound: &[u8], mut sealed: Vec<u8>) -> Result<Vec<u8>, SealError> {
        if sealed.len() < NONCE {
            return Err(SealError);
        }
        let mut text = sealed.split_off(NONCE);
        let nonce = Nonce::try_assume_unique_for_key(&sealed).map_err(|_| SealError)?;
        let key = RandomizedNonceKey::new(&AES_256_GCM, &self.0).map_err(|_| SealError)?;
        let length = key.open_in_place(nonce, Aad::from(bound), &mut text).map_err(|_| SealError)?.len();
        text.truncate(length);
        Ok(text)
    }

    /// A code that only a holder of the key can make.
    pub(crate) fn code(&self, text: &str) -> String {
        encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &self.0), text.as_bytes()).as_ref())
    }

    /// Whether the code was made with this key over this text, in constant time.
    pub(crate) fn verifies(&self, text: &str, code: &str) -> bool {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        decode(code).is_some_and(|code| hmac::verify(&key, text.as_bytes(), &code).is_ok())
    }
}

/// 32 random bytes as text.
pub(crate) fn random() -> Result<String, SealError> {
    let mut bytes = [0; 32];
    rand::fill(&mut bytes).map_err(|_| SealError)?;
    Ok(encode(&bytes))
}

pub(crate) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_only_with_its_key_and_its_place() {
        let (key, other) = (Key::of_cookie("a", "x").unwrap(), Key::of_cookie("b", "x").unwrap());
        let sealed = key.seal(b"row 1", b"secret".to_vec()).unwrap();
        assert_eq!(key.open(b"row 1", sealed.clone()).unwrap(), b"secret");
        assert!(key.open(b"row 2", sealed.clone()).is_err());
        assert!(other.open(b"row 1", sealed.clone()).is_err());
        assert!(Key::of_cookie("a", "y").unwrap().open(b"row 1", sealed.clone()).is_err());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(key.open(b"row 1", changed).is_err(), "byte {at}");
        }
        assert!(key.open(b"row 1", vec![]).is_err());
        assert_ne!(sealed, key.seal(b"row 1", b"secret".to_vec()).unwrap(), "the nonce is new each time");
    }

    #[test]
    fn a_code_is_bound_to_key_and_text() {
        let key = Key::of_cookie("a", "forms").unwrap();
        let code = key.code("decide");
        assert!(key.verifies("decide", &code));
        assert!(!key.verifies("sign out", &code));
        assert!(!Key::of_cookie("b", "forms").unwrap().verifies("decide", &code));
        assert!(!key.verifies("decide", ""));
    }
}
