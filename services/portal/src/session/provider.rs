//! The OpenID provider: authorization code with PKCE. Its document is fetched when it is first needed and
//! again after an hour, or at once when a token's key is not in it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreTokenResponse};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, DiscoveryError, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce, NonceVerifier, OAuth2TokenResponse,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, Scope, TokenResponse,
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;

type Ready =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// How long the provider's document is good for.
const FRESH: Duration = Duration::from_secs(3600);
/// Bounds the life of a token that does not say how long it lives.
const SILENT: SignedDuration = SignedDuration::from_hours(1);
/// What providers that want to be asked for refresh tokens want to be asked for.
const OFFLINE: &str = "offline_access";

/// The provider.
pub(crate) struct Provider {
    http: reqwest::Client,
    /// Without and with a slash at the end: a setting that is a URL cannot tell them apart.
    issuers: [IssuerUrl; 2],
    client_id: ClientId,
    client_secret: Option<SecretString>,
    redirect: RedirectUrl,
    known: Mutex<Option<(Instant, Arc<CoreProviderMetadata>)>>,
}

/// What must be the same when the person comes back from the provider.
#[derive(Serialize, Deserialize)]
pub(crate) struct Started {
    pub state: String,
    nonce: String,
    verifier: String,
    /// The page to go to then.
    pub return_to: String,
    /// Until when to come back.
    pub until: Timestamp,
}

/// A bearer token for the API, and how to come to the next one.
pub(crate) struct SignedIn {
    /// Who the provider says they are.
    pub subject: String,
    pub token: SecretString,
    pub expires_at: Timestamp,
    /// Where the provider gives one.
    pub refresh: Option<SecretString>,
}

/// Why nobody is signed in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SignInError {
    /// The provider could not be reached.
    #[error("the sign-in provider is away: {0}")]
    Away(String),
    /// It answered, and the answer is not good.
    #[error("the sign-in provider's answer is not good: {0}")]
    Refused(String),
}

impl Provider {
    pub(crate) fn new(oidc: &runtime::settings::Oidc, public: &Url) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(10))
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let bare = oidc.issuer.as_str().trim_end_matches('/').to_owned();
        let issuers = [IssuerUrl::new(bare.clone())?, IssuerUrl::new(format!("{bare}/"))?];
        Ok(Self {
            http,
            issuers,
            client_id: ClientId::new(oidc.client_id.clone()),
            client_secret: oidc.client_secret.clone(),
            redirect: RedirectUrl::new(public.join("/callback")?.into())?,
            known: Mutex::default(),
        })
    }

    /// Where to send somebody to sign in, and what to keep meanwhile.
    pub(crate) async fn start(&self, return_to: String, now: Timestamp) -> Result<(Url, Started), SignInError> {
        let metadata = self.metadata(FRESH).await?;
        let client = self.client(&metadata);
        let offline = metadata.scopes_supported().is_some_and(|all| all.iter().any(|scope| scope.as_str() == OFFLINE));
        let scopes = ["profile", "email"].into_iter().chain(offline.then_some(OFFLINE));
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state, nonce) = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .add_scopes(scopes.map(|scope| Scope::new(scope.to_owned())))
            .set_pkce_challenge(challenge)
            .url();
        let started = Started {
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
            return_to,
            until: now + SignedDuration::from_mins(10),
        };
        Ok((url, started))
    }

    /// Exchanges the code for tokens and checks them.
    pub(crate) async fn finish(
        &self,
        code: String,
        started: &Started,
        now: Timestamp,
    ) -> Result<SignedIn, SignInError> {
        let client = self.client(&*self.metadata(FRESH).await?);
        let answer = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(refused)?
            .set_pkce_verifier(PkceCodeVerifier::new(started.verifier.clone()))
            .request_async(&|request| call(&self.http, request))
            .await
            .map_err(of_call)?;
        let nonce = Nonce::new(started.nonce.clone());
        let subject =
            self.subject(client, &answer, &nonce).await?.ok_or_else(|| refused("no ID token came with it"))?;
        Ok(signed_in(&answer, subject, now))
    }

    /// The next bearer token of somebody who is signed in; a provider that keeps the refresh token sends none.
    pub(crate) async fn renew(&self, refresh: &str, subject: &str, now: Timestamp) -> Result<SignedIn, SignInError> {
        let client = self.client(&*self.metadata(FRESH).await?);
        let refresh = RefreshToken::new(refresh.to_owned());
        let answer = client
            .exchange_refresh_token(&refresh)
            .map_err(refused)?
            .request_async(&|request| call(&self.http, request))
            .await
            .map_err(of_call)?;
        // There need be no ID token, and where there is one it need have no nonce.
        let found = self.subject(client, &answer, |_: Option<&Nonce>| Ok(())).await?;
        if found.is_some_and(|found| found != subject) {
            return Err(refused("it is somebody else's"));
        }
        Ok(signed_in(&answer, subject.to_owned(), now))
    }

    /// Who the ID token is about, if there is one, once it is known to be good and to belong to the access token.
    async fn subject(
        &self,
        client: Ready,
        answer: &CoreTokenResponse,
        nonce: impl NonceVerifier + Copy,
    ) -> Result<Option<String>, SignInError> {
        let Some(id_token) = answer.id_token() else { return Ok(None) };
        let mut keys = client;
        if id_token.claims(&keys.id_token_verifier(), nonce).is_err() {
            // Perhaps its keys were rotated.
            keys = self.client(&*self.metadata(Duration::ZERO).await?);
        }
        let verifier = keys.id_token_verifier();
        let claims = id_token.claims(&verifier, nonce).map_err(refused)?;
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = id_token.signing_alg().map_err(refused)?;
            let key = id_token.signing_key(&verifier).map_err(refused)?;
            let found = AccessTokenHash::from_token(answer.access_token(), algorithm, key).map_err(refused)?;
            if found != *expected {
                return Err(refused("the two tokens do not belong together"));
            }
        }
        Ok(Some(claims.subject().to_string()))
    }

    fn client(&self, metadata: &CoreProviderMetadata) -> Ready {
        let secret = self.client_secret.as_ref().map(|s| ClientSecret::new(s.expose_secret().to_owned()));
        CoreClient::from_provider_metadata(metadata.clone(), self.client_id.clone(), secret)
            .set_redirect_uri(self.redirect.clone())
    }

    async fn metadata(&self, fresh: Duration) -> Result<Arc<CoreProviderMetadata>, SignInError> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((at, metadata)) = known
            && at.elapsed() < fresh
        {
            return Ok(metadata);
        }
        let call = |request| call(&self.http, request);
        let [bare, slashed] = self.issuers.clone();
        let found = match CoreProviderMetadata::discover_async(bare, &call).await {
            Err(DiscoveryError::Validation(_)) => CoreProviderMetadata::discover_async(slashed, &call).await,
            found => found,
        };
        let metadata = Arc::new(found.map_err(|e| SignInError::Away(e.to_string()))?);
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), Arc::clone(&metadata)));
        Ok(metadata)
    }
}

fn signed_in(answer: &CoreTokenResponse, subject: String, now: Timestamp) -> SignedIn {
    let lives = answer.expires_in().and_then(|d| SignedDuration::try_from(d).ok()).unwrap_or(SILENT);
    SignedIn {
        subject,
        token: answer.access_token().secret().clone().into(),
        expires_at: now + lives,
        refresh: answer.refresh_token().map(|token| token.secret().clone().into()),
    }
}

fn refused(error: impl std::fmt::Display) -> SignInError {
    SignInError::Refused(error.to_string())
}

/// No answer, or one that is none of a token endpoint's, says nothing about whoever signs in.
fn of_call<R, E>(error: RequestTokenError<R, E>) -> SignInError
where
    R: std::error::Error + 'static,
    E: openidconnect::ErrorResponse + 'static,
{
    match error {
        RequestTokenError::Request(inner) => SignInError::Away(inner.to_string()),
        RequestTokenError::Parse(inner, _) => SignInError::Away(inner.to_string()),
        other => refused(other),
    }
}

/// One call for openidconnect, which brings an older HTTP client of its own otherwise.
async fn call(http: &reqwest::Client, request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
    let response = http.execute(request.try_into()?).await?;
    let mut answer = HttpResponse::default();
    *answer.status_mut() = response.status();
    *answer.headers_mut() = response.headers().clone();
    *answer.body_mut() = response.bytes().await?.to_vec();
    Ok(answer)
}
