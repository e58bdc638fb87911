//! The issuer's public keys: discovered, cached, fetched again when they rotate, kept when the
//! issuer is away.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse},
};
use serde::Deserialize;
use url::Url;

/// The least time between two fetches: unknown key ids must not become a load on the issuer.
const AGAIN: Duration = Duration::from_secs(10);
/// The same while there is no key at all.
const AGAIN_EMPTY: Duration = Duration::from_secs(1);
/// Keys older than this are fetched again, so that a key that was taken back stops being good.
const FRESH: Duration = Duration::from_secs(600);

/// A key and the one algorithm that it is for.
pub(super) struct Key {
    pub(super) algorithm: Algorithm,
    pub(super) decoding: DecodingKey,
}

#[derive(Default, Clone)]
struct Known {
    keys: Arc<HashMap<Option<String>, Arc<Key>>>,
    fetched: Option<Instant>,
}

pub(super) struct Keys {
    issuer: Url,
    http: reqwest::Client,
    /// The least time between two fetches.
    pub(super) pause: Duration,
    known: RwLock<Known>,
    /// When the last fetch ended; holding it is the right to fetch.
    tried: tokio::sync::Mutex<Option<Instant>>,
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: Url,
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<serde_json::Value>,
}

impl Keys {
    pub(super) fn new(issuer: Url) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(5))
            .redirect(reqwest::redirect::Policy::limited(3))
            .build()?;
        Ok(Self { issuer, http, pause: AGAIN, known: RwLock::default(), tried: tokio::sync::Mutex::default() })
    }

    /// The key with this id; `Err` when no key is known at all because the issuer is away.
    pub(super) async fn find(&self, id: Option<&str>) -> Result<Option<Arc<Key>>, ()> {
        let known = self.known();
        let fresh = known.fetched.is_some_and(|at| at.elapsed() < FRESH);
        if let Some(key) = look_up(&known, id)
            && fresh
        {
            return Ok(Some(key));
        }
        self.refresh().await;
        let known = self.known();
        if known.fetched.is_none() { Err(()) } else { Ok(look_up(&known, id)) }
    }

    async fn refresh(&self) {
        let asked = Instant::now();
        let mut tried = self.tried.lock().await;
        let pause = if self.known().fetched.is_some() { self.pause } else { self.pause.min(AGAIN_EMPTY) };
        // Somebody may have fetched while this one waited for its turn.
        if tried.is_some_and(|at| at > asked || at.elapsed() < pause) {
            return;
        }
        // Noted only when it is over: a caller that hangs up in the middle leaves the next one free to try.
        let fetched = self.fetch().await;
        *tried = Some(Instant::now());
        match fetched {
            Ok(keys) => {
                let known = Known { keys: Arc::new(keys), fetched: Some(Instant::now()) };
                *self.known.write().unwrap_or_else(PoisonError::into_inner) = known;
            }
            Err(error) => tracing::warn!("the issuer's keys cannot be fetched: {error}"),
        }
    }

    async fn fetch(&self) -> Result<HashMap<Option<String>, Arc<Key>>, String> {
        let base = self.issuer.as_str().trim_end_matches('/');
        let discovery: Discovery = self.get(&format!("{base}/.well-known/openid-configuration")).await?;
        if discovery.issuer.trim_end_matches('/') != base {
            return Err(format!("it calls itself {}", crate::text::shown(&discovery.issuer, 200)));
        }
        if self.issuer.scheme() == "https" && discovery.jwks_uri.scheme() != "https" {
            return Err("its keys are not served over https".to_owned());
        }
        let set: Set = self.get(discovery.jwks_uri.as_str()).await?;
        // One key of a form that is not known must not hide the others.
        let keys = set.keys.into_iter().filter_map(|key| serde_json::from_value::<Jwk>(key).ok());
        Ok(keys.filter_map(|jwk| Some((jwk.common.key_id.clone(), Arc::new(usable(&jwk)?)))).collect())
    }

    async fn get<T: serde::de::DeserializeOwned>(&self, url: &str) -> Result<T, String> {
        let fetch = async { self.http.get(url).send().await?.error_for_status()?.json().await };
        fetch.await.map_err(|error: reqwest::Error| error.to_string())
    }

    fn known(&self) -> Known {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// By id; a token without one is for the only key.
fn look_up(known: &Known, id: Option<&str>) -> Option<Arc<Key>> {
    match id {
        Some(id) => known.keys.get(&Some(id.to_owned())).cloned(),
        None if known.keys.len() == 1 => known.keys.values().next().cloned(),
        None => None,
    }
}

/// Only asymmetric keys for signatures, each for the one algorithm of its form.
fn usable(jwk: &Jwk) -> Option<Key> {
    let algorithm = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => Algorithm::RS256,
        AlgorithmParameters::EllipticCurve(ec) if ec.curve == EllipticCurve::P256 => Algorithm::ES256,
        AlgorithmParameters::OctetKeyPair(okp) if okp.curve == EllipticCurve::Ed25519 => Algorithm::EdDSA,
        _ => return None,
    };
    let signs = matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature));
    let named = jwk.common.key_algorithm.is_none_or(|named| named.to_string().parse() == Ok(algorithm));
    let decoding = DecodingKey::from_jwk(jwk).ok()?;
    (signs && named).then_some(Key { algorithm, decoding })
}
