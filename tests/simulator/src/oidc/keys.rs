//! Signing keys: RS256, made when first needed, since making one takes a moment that most tests need not spend.

use std::sync::Mutex;

use anyhow::anyhow;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::host::lock;

/// All keys that are published; the newest signs.
#[derive(Default)]
pub struct Keys {
    all: Mutex<Ring>,
}

#[derive(Default)]
struct Ring {
    made: u32,
    keys: Vec<Key>,
}

struct Key {
    id: String,
    pair: KeyPair,
}

impl Keys {
    /// The keys as a JSON Web Key Set holds them.
    pub fn published(&self) -> anyhow::Result<Vec<Value>> {
        let mut ring = lock(&self.all);
        ring.newest()?;
        Ok(ring.keys.iter().map(Key::published).collect())
    }

    /// A new key signs from now on. The ones before it stay published, unless they are withdrawn.
    pub fn rotate(&self, withdraw: bool) -> anyhow::Result<String> {
        let mut ring = lock(&self.all);
        if withdraw {
            ring.keys.clear();
        }
        ring.make()
    }

    /// A token with these claims. `kind` is its `typ`: `JWT`, or `at+jwt` for access tokens.
    pub fn signed(&self, kind: &str, claims: &Value) -> anyhow::Result<String> {
        let mut ring = lock(&self.all);
        let key = ring.newest()?;
        let header = json!({"alg": "RS256", "typ": kind, "kid": key.id});
        let signing =
            format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()));
        let mut signature = vec![0; key.pair.public_modulus_len()];
        key.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signing.as_bytes(), &mut signature)
            .map_err(|_| anyhow!("cannot sign"))?;
        Ok(format!("{signing}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// The claims of a token that one of the published keys signed.
    pub fn verified(&self, token: &str) -> Option<Value> {
        let (signed, signature) = token.rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let known = lock(&self.all).keys.iter().any(|key| {
            let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.pair.public_key().as_ref());
            public.verify(signed.as_bytes(), &signature).is_ok()
        });
        let claims = signed.split_once('.')?.1;
        known.then(|| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok())?
    }
}

impl Ring {
    fn newest(&mut self) -> anyhow::Result<&Key> {
        if self.keys.is_empty() {
            self.make()?;
        }
        self.keys.last().ok_or_else(|| anyhow!("no key"))
    }

    fn make(&mut self) -> anyhow::Result<String> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| anyhow!("cannot make a key"))?;
        self.made += 1;
        let id = format!("simulator-{}", self.made);
        self.keys.push(Key { id: id.clone(), pair });
        Ok(id)
    }
}

impl Key {
    fn published(&self) -> Value {
        let public = self.pair.public_key();
        json!({
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.id,
            "n": URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero()),
            "e": URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero()),
        })
    }
}
