//! Webhooks: what endpoints are posted, and how they can tell that it is from us.

use std::sync::Arc;
use std::time::Duration;

use crate::support::sink::{Answer, Post, Sink};
use crate::support::{World, webhook_deleted};
use domain::Actor;
use notification::outlet::Attempt;
use notification::outlet::guard::Reach;
use notification::outlet::webhook::WebhookOutlet;
use notification::usecase::change_endpoint::{Change, change_endpoint};
use notification::usecase::rotate_secret::{OVERLAP, rotate_secret};
use standardwebhooks::Webhook;
use store::deliveries::DeliveryState;
use testkit::company;

fn is_signed_by(post: &Post, secret: &str) -> bool {
    let (id, at) = (&post.headers["webhook-id"], post.headers["webhook-timestamp"].parse().unwrap());
    let expected = Webhook::new(secret).unwrap().sign(id, at, post.body.as_bytes()).unwrap();
    post.headers["webhook-signature"].split(' ').any(|signature| signature == expected)
}

#[tokio::test]
async fn every_enabled_endpoint_hears_every_published_fact_signed() {
    let world = World::new().await;
    let (a, b) = (Sink::start().await, Sink::start().await);
    let (first, second) = (world.endpoint(&a.url()).await, world.endpoint(&b.url()).await);
    assert_ne!(first.secret, second.secret);
    let asked = world.ask("ann", "ann", "the queue is stuck").await;
    world.plan(std::slice::from_ref(&asked.submitted)).await;
    world.send().await;
    for (sink, endpoint) in [(&a, &first), (&b, &second)] {
        let posts = sink.posts();
        assert_eq!(posts.len(), 1);
        assert!(is_signed_by(&posts[0], &endpoint.secret));
        assert_eq!(posts[0].headers["webhook-id"], asked.submitted.occurred.id.to_string());
        assert_eq!(posts[0].headers["content-type"], "application/json");
        let body: serde_json::Value = serde_json::from_str(&posts[0].body).unwrap();
        assert_eq!(body["type"], "request.submitted.v1");
        assert_eq!(body["timestamp"], "2026-03-02T09:00:00Z");
        assert_eq!(body["data"]["id"], asked.submitted.occurred.id.to_string());
        assert_eq!(body["data"]["request"], asked.request.to_string());
        assert_eq!(body["data"]["actor"], serde_json::json!({"kind": "user", "id": company::user("ann")}));
        assert_eq!(body["data"]["minutes"], 90);
    }
    assert!(!is_signed_by(&a.posts()[0], &second.secret));
}

#[tokio::test]
async fn more_endpoints_than_connections_do_not_hold_each_other_up() {
    let world = World::new().await;
    let sink = Sink::start().await;
    for _ in 0..40 {
        world.endpoint(&sink.url()).await;
    }
    for _ in 0..3 {
        let fact = world.happened(Actor::service("test"), webhook_deleted()).await;
        world.plan(&[fact]).await;
    }
    let working = tokio::spawn(world.worker.clone().run(Arc::default()));
    sink.has(120, Duration::from_secs(20)).await;
    world.stop.cancel();
    tokio::time::timeout(Duration::from_secs(5), working).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_paused_endpoint_hears_nothing_and_what_waited_goes_out_when_it_goes_on() {
    let world = World::new().await;
    let sink = Sink::start().await;
    let endpoint = world.endpoint(&sink.url()).await;
    let set = async |enabled| {
        let mut tx = world.db.begin(company::actor("root")).await.unwrap();
        let change = Change { url: None, enabled: Some(enabled) };
        change_endpoint(&mut tx, endpoint.id, &change, Reach::Anywhere).await.unwrap();
        tx.commit().await.unwrap().len()
    };
    let before = world.happened(Actor::service("test"), webhook_deleted()).await;
    world.plan(std::slice::from_ref(&before)).await;
    assert_eq!(set(false).await, 1);
    assert_eq!(set(false).await, 0, "what changes nothing leaves no fact");
    let meanwhile = world.happened(Actor::service("test"), webhook_deleted()).await;
    world.plan(&[meanwhile]).await;
    assert_eq!(world.send().await, 0);
    set(true).await;
    world.send().await;
    let heard: Vec<String> = sink.posts().into_iter().map(|post| post.headers["webhook-id"].clone()).collect();
    assert_eq!(heard, [before.occurred.id.to_string()]);
}

#[tokio::test]
async fn after_a_rotation_both_secrets_sign_for_a_day() {
    let world = World::new().await;
    let sink = Sink::start().await;
    let old = world.endpoint(&sink.url()).await;
    let mut tx = world.db.begin(company::actor("root")).await.unwrap();
    let new = rotate_secret(&mut tx, old.id, rand::random()).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    for expected in [true, false] {
        let told = world.happened(Actor::service("test"), webhook_deleted()).await;
        world.plan(&[told]).await;
        world.send().await;
        let post = sink.posts().pop().unwrap();
        assert!(is_signed_by(&post, &new.secret));
        assert_eq!(is_signed_by(&post, &old.secret), expected);
        world.turn(OVERLAP);
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let world = World::new().await;
    let (elsewhere, sink) = (Sink::start().await, Sink::start().await);
    let location: &'static str = Box::leak(format!("location: {}\r\n", elsewhere.url()).into_boxed_str());
    sink.answer(Answer::Say(307, location, String::new()));
    world.endpoint(&sink.url()).await;
    let told = world.happened(Actor::service("test"), webhook_deleted()).await;
    world.plan(&[told]).await;
    world.send().await;
    assert!(elsewhere.posts().is_empty());
    let delivery = world.only_delivery().await;
    assert_eq!((delivery.state, delivery.last_status), (DeliveryState::Due, Some(307)));
}

#[tokio::test]
async fn gone_means_never_again_and_patience_is_granted() {
    let world = World::new().await;
    let sink = Sink::start().await;
    world.endpoint(&sink.url()).await;
    sink.answer(Answer::Say(503, "retry-after: 600\r\n", String::new()));
    let told = world.happened(Actor::service("test"), webhook_deleted()).await;
    world.plan(&[told]).await;
    world.send().await;
    let wait = world.only_delivery().await.due_at.duration_since(world.db.clock().now());
    assert_eq!(wait.as_secs(), 600);
    world.turn(wait);
    sink.answer(Answer::Say(410, "", "moved away".to_owned()));
    world.send().await;
    let delivery = world.only_delivery().await;
    assert_eq!(
        (delivery.state, delivery.last_error.as_deref()),
        (DeliveryState::GivenUp, Some("HTTP 410 Gone: moved away"))
    );
}

#[tokio::test]
async fn of_a_long_answer_little_is_read() {
    let world = World::new().await;
    let sink = Sink::that(Answer::Say(500, "", "x".repeat(10_000_000))).await;
    world.endpoint(&sink.url()).await;
    let told = world.happened(Actor::service("test"), webhook_deleted()).await;
    world.plan(&[told]).await;
    world.send().await;
    assert!(world.only_delivery().await.last_error.unwrap().len() < 400);
}

#[tokio::test]
async fn nothing_leaves_for_an_address_that_is_not_public() {
    let world = World::new().await;
    let sink = Sink::start().await;
    // An endpoint made while private addresses were allowed, or whose name leads inside.
    let outlet = WebhookOutlet::new(Reach::Public).unwrap();
    let mut endpoint = world.endpoint(&sink.url()).await;
    let now = world.db.clock().now();
    let sent = outlet.send(&endpoint, "id", "{}".to_owned(), now).await;
    assert!(matches!(sent, Attempt::Refused { .. }), "{sent:?}");
    endpoint.url = sink.url().replace("http://127.0.0.1", "https://localhost.example.localhost");
    assert!(matches!(outlet.send(&endpoint, "id", "{}".to_owned(), now).await, Attempt::Refused { .. }));
    assert!(sink.posts().is_empty());
}
