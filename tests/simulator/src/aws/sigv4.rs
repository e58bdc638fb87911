//! Signature Version 4 in the `Authorization` header: checked as AWS checks it, and written, for tests and examples without an SDK.

use actix_web::http::header::HeaderMap;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use subtle::ConstantTimeEq as _;

use crate::clock::Millis;
use crate::world::credentials::{Caller, Credentials};

/// How far the caller's clock may be off.
const SKEW: i64 = 5 * 60 * 1000;

/// What is signed, apart from the headers.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    pub method: &'a str,
    pub path: &'a str,
    /// Without the question mark, in any order.
    pub query: &'a str,
    pub body: &'a [u8],
}

/// Why a call was not accepted.
#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    Unsigned,
    Incomplete(String),
    UnknownKey,
    WrongToken,
    ExpiredToken,
    Skewed(String),
    WrongScope(String),
    WrongSignature,
}

/// Finds out who signed the call, if the signature is right.
pub fn verify(
    request: Request<'_>,
    headers: &HeaderMap,
    service: &str,
    keys: &Credentials,
    now: Millis,
) -> Result<Caller, Refusal> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let authorization = header("authorization").ok_or(Refusal::Unsigned)?;
    let parts =
        authorization.strip_prefix("AWS4-HMAC-SHA256 ").ok_or_else(|| Refusal::Incomplete(authorization.to_owned()))?;
    let part = |name: &str| parts.split(',').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='));
    let (Some(credential), Some(signed), Some(signature)) =
        (part("Credential"), part("SignedHeaders"), part("Signature"))
    else {
        return Err(Refusal::Incomplete(authorization.to_owned()));
    };
    let scope: Vec<&str> = credential.split('/').collect();
    let &[access_key_id, date, region, signed_service, "aws4_request"] = scope.as_slice() else {
        return Err(Refusal::Incomplete(authorization.to_owned()));
    };
    let key = keys.key(access_key_id).ok_or(Refusal::UnknownKey)?;
    if key.session_token.as_deref() != header("x-amz-security-token") {
        return Err(Refusal::WrongToken);
    }
    if key.expires.is_some_and(|expires| expires <= now) {
        return Err(Refusal::ExpiredToken);
    }
    if signed_service != service {
        return Err(Refusal::WrongScope(format!("Credential should be scoped to correct service: '{service}'.")));
    }
    let stamp = header("x-amz-date").ok_or_else(|| Refusal::Incomplete(authorization.to_owned()))?;
    let at = moment(stamp)
        .ok_or_else(|| Refusal::Incomplete(format!("Date must be in ISO-8601 'basic format'. Got '{stamp}'.")))?;
    if !stamp.starts_with(date) {
        return Err(Refusal::WrongScope(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP".to_owned(),
        ));
    }
    if (at.0 - now.0).abs() > SKEW {
        let (word, other) = if at < now { ("expired", "earlier") } else { ("not yet current", "later") };
        return Err(Refusal::Skewed(format!(
            "Signature {word}: {stamp} is now {other} than the time of this server, more than 5 min."
        )));
    }
    let names: Vec<&str> = signed.split(';').collect();
    if !names.contains(&"host") {
        return Err(Refusal::Incomplete("'Host' must be a 'SignedHeader' in the AWS Authorization.".to_owned()));
    }
    let mut pairs = Vec::with_capacity(names.len());
    for name in names {
        let values: Vec<&str> = headers.get_all(name).filter_map(|value| value.to_str().ok()).collect();
        pairs.push((name, values.join(",")));
    }
    let wanted = signature_of(request, &pairs, &Scope { stamp, date, region, service }, &key.secret);
    if bool::from(wanted.as_bytes().ct_eq(signature.as_bytes())) {
        Ok(key.caller.clone())
    } else {
        Err(Refusal::WrongSignature)
    }
}

/// A key to sign with.
#[derive(Clone, Debug)]
pub struct SigningKey {
    pub access_key_id: String,
    pub secret: String,
    pub session_token: Option<String>,
}

/// The headers that sign this call: `authorization`, `x-amz-date` and, where there is one, `x-amz-security-token`. The call must be
/// sent with this `host` and these `extra` headers (lower-case names).
pub fn sign(
    request: Request<'_>,
    host: &str,
    extra: &[(&str, &str)],
    region: &str,
    service: &str,
    key: &SigningKey,
    at: Millis,
) -> Vec<(String, String)> {
    let stamp = stamp_of(at);
    let date = stamp.get(..8).unwrap_or_default().to_owned();
    let mut pairs: Vec<(&str, String)> = extra.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    pairs.push(("host", host.to_owned()));
    pairs.push(("x-amz-date", stamp.clone()));
    if let Some(token) = &key.session_token {
        pairs.push(("x-amz-security-token", token.clone()));
    }
    pairs.sort();
    let names = pairs.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
    let signature = signature_of(request, &pairs, &Scope { stamp: &stamp, date: &date, region, service }, &key.secret);
    let credential = format!("{}/{date}/{region}/{service}/aws4_request", key.access_key_id);
    let authorization =
        format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={names}, Signature={signature}");
    let mut headers = vec![("authorization".to_owned(), authorization), ("x-amz-date".to_owned(), stamp)];
    headers.extend(key.session_token.clone().map(|token| ("x-amz-security-token".to_owned(), token)));
    headers
}

struct Scope<'a> {
    stamp: &'a str,
    date: &'a str,
    region: &'a str,
    service: &'a str,
}

fn signature_of(request: Request<'_>, headers: &[(&str, String)], scope: &Scope<'_>, secret: &str) -> String {
    let mut query: Vec<&str> = request.query.split('&').collect();
    query.sort_unstable();
    let mut canonical = format!("{}\n{}\n{}\n", request.method, request.path, query.join("&"));
    for (name, value) in headers {
        canonical.push_str(name);
        canonical.push(':');
        canonical.push_str(&value.split_whitespace().collect::<Vec<_>>().join(" "));
        canonical.push('\n');
    }
    let names = headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
    canonical.push_str(&format!("\n{names}\n{}", hex::encode(digest(&SHA256, request.body))));
    let Scope { stamp, date, region, service } = scope;
    let hashed = hex::encode(digest(&SHA256, canonical.as_bytes()));
    let to_sign = format!("AWS4-HMAC-SHA256\n{stamp}\n{date}/{region}/{service}/aws4_request\n{hashed}");
    let mut key = mac(format!("AWS4{secret}").as_bytes(), date);
    for part in [*region, *service, "aws4_request"] {
        key = mac(key.as_ref(), part);
    }
    hex::encode(mac(key.as_ref(), &to_sign))
}

fn mac(key: &[u8], message: &str) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message.as_bytes())
}

fn moment(stamp: &str) -> Option<Millis> {
    let civil = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", stamp).ok()?;
    Some(Millis(civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond()))
}

fn stamp_of(at: Millis) -> String {
    jiff::Timestamp::from_millisecond(at.0).map(|at| at.strftime("%Y%m%dT%H%M%SZ").to_string()).unwrap_or_default()
}
