//! Keys: one that signs, and what others need of it.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::receipt::Receipt;
use serde::{Deserialize, Serialize};

use crate::Signed;

/// Why a key is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a usable key: {0}")]
pub struct Unusable(pub &'static str);

/// Signs receipts.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    public: PublicKey,
}

/// Verifies receipts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PublicKey {
    /// The first 16 hexadecimal digits of the SHA-256 of the key's bytes.
    pub key_id: String,
    /// `ed25519`.
    pub algorithm: String,
    /// The 32 bytes, base64.
    pub public_key: String,
}

impl SigningKey {
    /// The key that belongs to this secret: base64 of at least 32 random bytes.
    ///
    /// # Errors
    /// When it is something else.
    pub fn from_secret(secret: &str) -> Result<Self, Unusable> {
        let bytes = STANDARD.decode(secret.trim()).map_err(|_| Unusable("no base64"))?;
        if bytes.len() < 32 {
            return Err(Unusable("fewer than 32 bytes"));
        }
        // A secret that is used elsewhere too makes another key here.
        let seed = digest(&SHA256, &[b"curfew receipts\0", bytes.as_slice()].concat());
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.as_ref()).map_err(|_| Unusable("refused"))?;
        let public = PublicKey::of(pair.public_key().as_ref());
        Ok(Self { pair, public })
    }

    /// What others need to verify what it signs.
    #[must_use]
    pub const fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Signs a receipt's JSON.
    #[must_use]
    pub fn sign(&self, text: String) -> Signed {
        let signature = STANDARD.encode(self.pair.sign(text.as_bytes()).as_ref());
        Signed { signed: text, key_id: Some(self.public.key_id.clone()), signature: Some(signature) }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("key_id", &self.public.key_id).finish_non_exhaustive()
    }
}

impl Signed {
    /// A receipt as it is kept, signed where there is a key.
    ///
    /// # Errors
    /// When the receipt cannot be written as JSON, which no receipt is known for.
    pub fn of(receipt: &Receipt, key: Option<&SigningKey>) -> Result<Self, serde_json::Error> {
        let text = serde_json::to_string(receipt)?;
        Ok(match key {
            Some(key) => key.sign(text),
            None => Self { signed: text, key_id: None, signature: None },
        })
    }
}

impl PublicKey {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut key_id = hex::encode(digest(&SHA256, bytes).as_ref());
        key_id.truncate(16);
        Self { key_id, algorithm: "ed25519".to_owned(), public_key: STANDARD.encode(bytes) }
    }

    /// The key of these 32 bytes in base64.
    ///
    /// # Errors
    /// When it is something else.
    pub fn parse(text: &str) -> Result<Self, Unusable> {
        let bytes = STANDARD.decode(text.trim()).map_err(|_| Unusable("no base64"))?;
        if bytes.len() == 32 { Ok(Self::of(&bytes)) } else { Err(Unusable("not 32 bytes")) }
    }

    /// Whether the signature is this key's over these bytes.
    pub(crate) fn signed(&self, bytes: &[u8], signature: &str) -> bool {
        let (Ok(key), Ok(signature)) = (STANDARD.decode(&self.public_key), STANDARD.decode(signature)) else {
            return false;
        };
        UnparsedPublicKey::new(&ED25519, key).verify(bytes, &signature).is_ok()
    }
}
