use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Value, json};
use url::Url;

use crate::lab::Lab;

const BACK: &str = "http://127.0.0.1:9999/callback";

/// The claims of a token, checked as a relying party checks them.
async fn checked(lab: &Lab, token: &str, audience: &str) -> Result<Value, String> {
    let keys: JwkSet = serde_json::from_value(lab.get("/oidc/jwks").await).unwrap();
    let kid = decode_header(token).unwrap().kid.unwrap();
    let key = keys.find(&kid).ok_or("unknown key")?;
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&[audience]);
    validation.set_issuer(&[lab.url("/oidc")]);
    validation.leeway = 0;
    let decoded = decode::<Value>(token, &DecodingKey::from_jwk(key).unwrap(), &validation);
    decoded.map(|token| token.claims).map_err(|error| error.to_string())
}

fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier.as_bytes()))
}

fn authorize(lab: &Lab, user: &str, verifier: &str) -> Url {
    let mut url = Url::parse(&lab.url("/oidc/authorize")).unwrap();
    url.query_pairs_mut().extend_pairs([
        ("client_id", "curfew-portal"),
        ("redirect_uri", BACK),
        ("response_type", "code"),
        ("scope", "openid email"),
        ("state", "a state"),
        ("nonce", "a nonce"),
        ("code_challenge", challenge(verifier).as_str()),
        ("code_challenge_method", "S256"),
        ("login_hint", user),
        ("auto", "1"),
    ]);
    url
}

/// What the provider sends back to the client.
async fn sent_back(lab: &Lab, url: Url) -> Url {
    let answer = lab.http.get(url).send().await.unwrap();
    Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap()
}

fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

async fn exchange(lab: &Lab, code: &str, verifier: &str) -> (u16, Value) {
    let form =
        [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", BACK), ("code_verifier", verifier)];
    let call = lab.http.post(lab.url("/oidc/token")).basic_auth("curfew-portal", Some("curfew-portal-secret"));
    let answer = call.form(&form).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test]
async fn a_person_signs_in_with_a_code_and_pkce_and_the_code_works_once() {
    let lab = Lab::instant().await;
    let verifier = "a-verifier-of-at-least-forty-three-characters-long";
    let back = sent_back(&lab, authorize(&lab, "carla", verifier)).await;
    assert_eq!(parameter(&back, "state").as_deref(), Some("a state"));
    let code = parameter(&back, "code").unwrap();
    let (status, tokens) = exchange(&lab, &code, verifier).await;
    assert_eq!(status, 200);
    let identity = checked(&lab, tokens["id_token"].as_str().unwrap(), "curfew-portal").await.unwrap();
    assert_eq!((identity["preferred_username"].as_str(), identity["nonce"].as_str()), (Some("carla"), Some("a nonce")));
    let access = tokens["access_token"].as_str().unwrap();
    let claims = checked(&lab, access, "curfew").await.unwrap();
    assert_eq!(
        (claims["sub"].clone(), claims["email"].as_str()),
        (identity["sub"].clone(), Some("carla@harbourfreight.example"))
    );
    let info: Value =
        lab.http.get(lab.url("/oidc/userinfo")).bearer_auth(access).send().await.unwrap().json().await.unwrap();
    assert_eq!(info["sub"], claims["sub"]);
    assert_eq!(exchange(&lab, &code, verifier).await.1["error"], "invalid_grant", "a code works once");
}

#[tokio::test]
async fn a_refresh_token_is_given_to_whoever_asks_for_it_and_works_once_while_its_user_is_there() {
    let lab = Lab::instant().await;
    let verifier = "a-verifier-of-at-least-forty-three-characters-long";
    let url = authorize(&lab, "carla", verifier).as_str().replace("openid+email", "openid+email+offline_access");
    let code = parameter(&sent_back(&lab, Url::parse(&url).unwrap()).await, "code").unwrap();
    let (_, tokens) = exchange(&lab, &code, verifier).await;
    let renew = async |token: &str, client: &str, secret: &str| -> (u16, Value) {
        let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
        let call = lab.http.post(lab.url("/oidc/token")).basic_auth(client, Some(secret)).form(&form);
        let answer = call.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    };
    let first = tokens["refresh_token"].as_str().unwrap();
    let (status, next) = renew(first, "curfew-portal", "curfew-portal-secret").await;
    assert_eq!(status, 200, "{next}");
    let claims = checked(&lab, next["access_token"].as_str().unwrap(), "curfew").await.unwrap();
    assert_eq!(claims["preferred_username"], "carla");
    let second = next["refresh_token"].as_str().unwrap();
    assert_eq!(renew(first, "curfew-portal", "curfew-portal-secret").await.1["error"], "invalid_grant", "used");
    assert_eq!(renew(second, "ticketing", "ticketing-secret").await.1["error"], "invalid_grant", "another client's");

    let code = parameter(&sent_back(&lab, Url::parse(&url).unwrap()).await, "code").unwrap();
    let (_, tokens) = exchange(&lab, &code, verifier).await;
    let _ = lab.post("/control/users/carla/disable", json!({})).await;
    let last = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(renew(last, "curfew-portal", "curfew-portal-secret").await.1["error"], "invalid_grant", "disabled");

    let code = parameter(&sent_back(&lab, authorize(&lab, "ann", verifier)).await, "code").unwrap();
    assert!(exchange(&lab, &code, verifier).await.1.get("refresh_token").is_none(), "nobody asked for one");
}

#[tokio::test]
async fn a_wrong_verifier_no_challenge_and_a_foreign_address_are_refused() {
    let lab = Lab::instant().await;
    let back = sent_back(&lab, authorize(&lab, "ann", "the-right-verifier-of-forty-three-characters-or-so")).await;
    let code = parameter(&back, "code").unwrap();
    assert_eq!(exchange(&lab, &code, "another-verifier").await.1["error"], "invalid_grant");
    let mut bare = Url::parse(&lab.url("/oidc/authorize")).unwrap();
    bare.query_pairs_mut().extend_pairs([
        ("client_id", "curfew-portal"),
        ("redirect_uri", BACK),
        ("response_type", "code"),
    ]);
    assert_eq!(parameter(&sent_back(&lab, bare.clone()).await, "error").as_deref(), Some("invalid_request"));
    let foreign = bare.as_str().replace("127.0.0.1%3A9999", "evil.example");
    assert_eq!(lab.http.get(foreign).send().await.unwrap().status(), 400);
    let disabled = sent_back(&lab, authorize(&lab, "gone", "the-right-verifier-of-forty-three-characters-or-so"));
    let _ = lab.post("/control/users/gone/disable", json!({})).await;
    assert_eq!(parameter(&disabled.await, "error").as_deref(), Some("access_denied"));
}

#[tokio::test]
async fn the_page_offers_people_by_name_and_a_choice_signs_in() {
    let lab = Lab::instant().await;
    let mut url = authorize(&lab, "", "the-right-verifier-of-forty-three-characters-or-so");
    url.query_pairs_mut().append_pair("q", "frank");
    let asked: Vec<(String, String)> =
        url.query_pairs().into_owned().filter(|(name, _)| !matches!(name.as_str(), "auto" | "login_hint")).collect();
    let url = Url::parse_with_params(&lab.url("/oidc/authorize"), &asked).unwrap();
    let page = lab.http.get(url).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Frank Novak") && !page.contains("Carla Lindqvist"));
    let mut form = asked;
    form.push(("user_name".to_owned(), "frank".to_owned()));
    let answer = lab.http.post(lab.url("/oidc/authorize")).form(&form).send().await.unwrap();
    assert!(answer.headers()["location"].to_str().unwrap().contains("code="));
}

#[tokio::test]
async fn a_machine_gets_the_scopes_that_it_may_have_and_no_others() {
    let lab = Lab::instant().await;
    let ask = |secret: &'static str, scope: &'static str| {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", "ticketing"),
            ("client_secret", secret),
            ("scope", scope),
        ];
        let call = lab.http.post(lab.url("/oidc/token")).form(&form);
        async move { call.send().await.unwrap().json::<Value>().await.unwrap() }
    };
    let good = ask("ticketing-secret", "requests:read").await;
    let claims = checked(&lab, good["access_token"].as_str().unwrap(), "curfew").await.unwrap();
    assert_eq!((claims["client_id"].as_str(), claims["scope"].as_str()), (Some("ticketing"), Some("requests:read")));
    assert_eq!(ask("wrong", "requests:read").await["error"], "invalid_client");
    assert_eq!(ask("ticketing-secret", "everything").await["error"], "invalid_scope");
}

#[tokio::test]
async fn tokens_expire_and_keys_rotate() {
    let lab = Lab::instant().await;
    let token = |wish: &'static str| {
        let call = lab.http.get(lab.url(&format!("/oidc/token-for/ann{wish}")));
        async move { call.send().await.unwrap().text().await.unwrap() }
    };
    let old = token("").await;
    checked(&lab, &old, "curfew").await.unwrap();
    assert!(checked(&lab, &token("?ttl_seconds=-60").await, "curfew").await.unwrap_err().contains("Expired"));
    assert!(checked(&lab, &token("?audience=other").await, "curfew").await.unwrap_err().contains("Audience"));
    lab.post("/control/oidc/rotate", json!({})).await;
    let new = token("").await;
    assert_ne!(decode_header(&old).unwrap().kid, decode_header(&new).unwrap().kid);
    checked(&lab, &old, "curfew").await.unwrap();
    checked(&lab, &new, "curfew").await.unwrap();
    lab.post("/control/oidc/rotate?withdraw=true", json!({})).await;
    assert_eq!(checked(&lab, &old, "curfew").await.unwrap_err(), "unknown key");
}
