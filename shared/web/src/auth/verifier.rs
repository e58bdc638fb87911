//! Tokens: signature, issuer, audience and times, and then who it is about.

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, Validation, decode, decode_header, errors::ErrorKind};
use runtime::settings::Oidc;
use serde_json::{Map, Value};
use store::Clock;

use super::keys::Keys;
use crate::{Problem, ProblemType};

const ALGORITHMS: [Algorithm; 3] = [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA];

/// Seconds that the issuer's clock may differ from ours.
const LEEWAY: f64 = 60.0;

/// Longer tokens are refused unread.
const MOST: usize = 16 * 1024;

/// Who a token is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The user name of a person.
    User(String),
    /// An OAuth2 client on its own behalf.
    Machine {
        /// Its id.
        client: String,
        /// What it may do.
        scopes: Vec<String>,
    },
}

/// Checks tokens of one issuer.
pub struct Verifier {
    keys: Keys,
    issuers: [String; 2],
    audience: String,
    user_claim: String,
    clock: Clock,
}

impl Verifier {
    /// One that goes by this clock: it is Postgres', so that a host whose own is wrong refuses nobody.
    ///
    /// # Errors
    /// When the HTTP client cannot be made.
    pub fn new(oidc: &Oidc, clock: Clock) -> Result<Self, reqwest::Error> {
        // A URL grows a slash when it is parsed; issuers are written with and without.
        let bare = oidc.issuer.as_str().trim_end_matches('/').to_owned();
        let slash = format!("{bare}/");
        Ok(Self {
            keys: Keys::new(oidc.issuer.clone())?,
            issuers: [bare, slash],
            audience: oidc.audience.clone(),
            user_claim: oidc.user_claim.clone(),
            clock,
        })
    }

    /// Another least time between two fetches of the issuer's keys than ten seconds.
    #[must_use]
    pub fn fetching_every(mut self, pause: std::time::Duration) -> Self {
        self.keys.pause = pause;
        self
    }

    /// Who the token is about.
    ///
    /// # Errors
    /// 401 with the reason when it is not good, 503 when the issuer was never reached.
    pub async fn verify(&self, token: &str) -> Result<Subject, Problem> {
        if token.len() > MOST {
            return Err(invalid("It is too long."));
        }
        let header = decode_header(token).map_err(|_| invalid("It is not a signed JWT."))?;
        if !ALGORITHMS.contains(&header.alg) {
            return Err(invalid("It must be signed with RS256, ES256 or EdDSA."));
        }
        if header.crit.is_some() {
            return Err(invalid("It demands extensions that are not known."));
        }
        let key =
            self.keys.find(header.kid.as_deref()).await.map_err(|()| Problem::new(ProblemType::IssuerUnavailable))?;
        let key = key.ok_or_else(|| invalid("The issuer has no key with its `kid`."))?;
        let mut validation = Validation::new(key.algorithm);
        // Times are judged below: the library knows no clock but the host's.
        validation.validate_exp = false;
        validation.set_issuer(&self.issuers);
        validation.set_audience(&[&self.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        let token =
            decode::<Map<String, Value>>(token, &key.decoding, &validation).map_err(|error| refused(error.kind()))?;
        in_its_time(&token.claims, self.clock.now())?;
        self.subject(&token.claims)
    }

    fn subject(&self, claims: &Map<String, Value>) -> Result<Subject, Problem> {
        if let Some(user) = claims.get(&self.user_claim) {
            return match user.as_str() {
                Some(name) if !name.is_empty() && name.len() <= 256 => Ok(Subject::User(name.to_owned())),
                _ => Err(invalid("Its user name is not usable.")),
            };
        }
        match claims.get("client_id").and_then(Value::as_str) {
            Some(client) if !client.is_empty() && client.len() <= 256 => {
                Ok(Subject::Machine { client: client.to_owned(), scopes: scopes(claims) })
            }
            _ => Err(invalid("It names neither a user nor a client.")),
        }
    }
}

/// Whether a token with these claims is good now. Its times are seconds since 1970.
fn in_its_time(claims: &Map<String, Value>, now: Timestamp) -> Result<(), Problem> {
    let now = now.as_duration().as_secs_f64();
    match claims.get("exp").and_then(Value::as_f64) {
        None => return Err(invalid("Its `exp` is not a number.")),
        Some(until) if until + LEEWAY < now => {
            return Err(Problem::because(ProblemType::ExpiredToken, "Sign in again, or fetch a new token."));
        }
        Some(_) => {}
    }
    match claims.get("nbf").map(Value::as_f64) {
        Some(None) => Err(invalid("Its `nbf` is not a number.")),
        Some(Some(from)) if from - LEEWAY > now => Err(invalid("It is not valid yet.")),
        Some(Some(_)) | None => Ok(()),
    }
}

/// `scope` is a text with spaces (RFC 9068), `scp` a list with some issuers.
fn scopes(claims: &Map<String, Value>) -> Vec<String> {
    match claims.get("scope").or_else(|| claims.get("scp")) {
        Some(Value::String(text)) => text.split_ascii_whitespace().map(str::to_owned).collect(),
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

fn invalid(detail: &str) -> Problem {
    Problem::because(ProblemType::InvalidToken, detail)
}

fn refused(kind: &ErrorKind) -> Problem {
    match kind {
        ErrorKind::InvalidIssuer => invalid("It is of another issuer."),
        ErrorKind::InvalidAudience => invalid("It is meant for another audience."),
        ErrorKind::MissingRequiredClaim(_) => invalid("It lacks one of `exp`, `iss` and `aud`."),
        _ => invalid("Its signature does not match."),
    }
}
