use serde_json::Value;
use simulator::signing::{Request, SigningKey, sign};
use simulator::{ACCESS_KEY_ID, Millis, SECRET_ACCESS_KEY};

use crate::lab::{Lab, code, sso_admin};

const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

#[tokio::test]
async fn the_sdks_signature_is_accepted_and_a_wrong_secret_or_key_is_not() {
    let lab = Lab::instant().await;
    lab.sso.list_instances().send().await.unwrap();
    for (key, secret, token, expected) in [
        (ACCESS_KEY_ID, "wrong", None, "InvalidSignatureException"),
        ("AKIAUNKNOWN", SECRET_ACCESS_KEY, None, "UnrecognizedClientException"),
        (ACCESS_KEY_ID, SECRET_ACCESS_KEY, Some("stray token".to_owned()), "UnrecognizedClientException"),
    ] {
        let sso = sso_admin(&lab.simulator.http, key, secret, token);
        assert_eq!(code(&sso.list_instances().send().await.unwrap_err()), expected, "{key} {secret}");
    }
}

#[tokio::test]
async fn a_skewed_clock_a_changed_body_another_service_and_no_signature_are_refused() {
    let lab = Lab::instant().await;
    let now = Millis::now();
    for (name, at, service, sent, expected) in [
        ("right", now, "sso", "{}", "ok"),
        ("four minutes behind", now.plus_seconds(-240.0), "sso", "{}", "ok"),
        ("six minutes behind", now.plus_seconds(-360.0), "sso", "{}", "InvalidSignatureException"),
        ("six minutes ahead", now.plus_seconds(360.0), "sso", "{}", "InvalidSignatureException"),
        ("for another service", now, "identitystore", "{}", "InvalidSignatureException"),
        ("changed on the way", now, "sso", "{\"MaxResults\":1}", "InvalidSignatureException"),
    ] {
        assert_eq!(call(&lab, at, service, "{}", sent, true).await, expected, "{name}");
    }
    assert_eq!(call(&lab, now, "sso", "{}", "{}", false).await, "MissingAuthenticationTokenException");
}

#[tokio::test]
async fn what_is_not_simulated_says_so_and_broken_json_is_a_serialization_error() {
    let lab = Lab::instant().await;
    let unknown = lab
        .http
        .post(lab.url("/"))
        .header("x-amz-target", "AmazonEventBridgeScheduler.CreateSchedule")
        .send()
        .await
        .unwrap();
    assert_eq!(unknown.status(), 400);
    assert_eq!(unknown.json::<Value>().await.unwrap()["__type"], "UnknownOperationException");
    assert_eq!(call(&lab, Millis::now(), "sso", "[", "[", true).await, "SerializationException");
}

#[tokio::test]
async fn the_log_keeps_who_called_in_which_trace_and_with_what_outcome() {
    let lab = Lab::instant().await;
    call(&lab, Millis::now(), "sso", "{}", "{}", true).await;
    call(&lab, Millis::now(), "sso", "{}", "{}", false).await;
    let log = lab.get("/control/oracle/calls?operation=ListInstances").await;
    let kept = |index: usize, field: &str| log["calls"][index][field].as_str().map(str::to_owned);
    assert_eq!(kept(0, "traceparent").as_deref(), Some(TRACE));
    assert_eq!((kept(0, "outcome").as_deref(), kept(0, "access_key_id").as_deref()), (Some("ok"), Some(ACCESS_KEY_ID)));
    assert_eq!(
        (kept(1, "outcome").as_deref(), kept(1, "access_key_id")),
        (Some("MissingAuthenticationTokenException"), None)
    );
    let after = log["calls"][0]["id"].as_u64().unwrap();
    let later = lab.get(&format!("/control/oracle/calls?after={after}")).await;
    assert_eq!(later["calls"].as_array().unwrap().len(), 1);
}

async fn call(lab: &Lab, at: Millis, service: &str, signed: &str, sent: &str, with_signature: bool) -> String {
    let target = "SWBExternalService.ListInstances";
    let host = lab.simulator.http.trim_start_matches("http://");
    let key = SigningKey { access_key_id: ACCESS_KEY_ID.into(), secret: SECRET_ACCESS_KEY.into(), session_token: None };
    let request = Request { method: "POST", path: "/", query: "", body: signed.as_bytes() };
    let headers = sign(request, host, &[("x-amz-target", target)], "eu-central-1", service, &key, at);
    let mut call =
        lab.http.post(lab.url("/")).header("x-amz-target", target).header("traceparent", TRACE).body(sent.to_owned());
    for (name, value) in headers.into_iter().filter(|_| with_signature) {
        call = call.header(name, value);
    }
    let answer = call.send().await.unwrap();
    let ok = answer.status().is_success();
    let body: Value = answer.json().await.unwrap();
    if ok { "ok".to_owned() } else { body["__type"].as_str().unwrap().to_owned() }
}
