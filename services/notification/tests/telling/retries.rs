//! What did not arrive is tried again at its time, and given up in words; nothing is lost by a crash.

use std::time::Duration;

use crate::support::sink::{Answer, Sink};
use crate::support::{World, ended, webhook_deleted};
use domain::Actor;
use domain::fact::Evidence;
use domain::grant::EndReason;
use jiff::SignedDuration;
use notification::usecase::delete_endpoint::delete_endpoint;
use notification::usecase::replay_delivery::{ReplayError, replay_delivery};
use store::deliveries::{self, DeliveryState, Lane};
use testkit::company;

async fn one_mail(world: &World) {
    let asked = world.ask("ann", "ann", "the queue is stuck").await;
    let told = world
        .happened(Actor::service("revocation"), ended(&asked, "ann", EndReason::Deadline, Evidence::NeverAttempted))
        .await;
    world.plan(&[told]).await;
}

#[tokio::test]
async fn a_mail_that_was_put_off_is_sent_again_with_the_same_id() {
    let world = World::new().await;
    world.mail.answer(&["451 later", "421 later still"]);
    one_mail(&world).await;
    world.send().await;
    let put_off = world.only_delivery().await;
    assert_eq!((put_off.state, put_off.tries, put_off.last_status), (DeliveryState::Due, 1, Some(451)));
    let wait = put_off.due_at.duration_since(world.db.clock().now());
    assert!((5.0..=6.0).contains(&wait.as_secs_f64()), "{wait}");
    assert_eq!(world.send().await, 0, "nothing is due before its time");
    world.turn(SignedDuration::from_secs(6));
    world.send().await;
    world.turn(SignedDuration::from_secs(18));
    world.send().await;
    let delivered = world.only_delivery().await;
    assert_eq!(
        (delivered.state, delivered.last_status, delivered.last_error),
        (DeliveryState::Delivered, Some(250), None)
    );
    let mails = world.mail.mails();
    assert_eq!(mails.len(), 3);
    assert!(mails.iter().all(|mail| mail.id() == mails[0].id()));
}

#[tokio::test]
async fn a_mail_that_is_refused_for_good_is_given_up_with_the_reason_and_can_be_replayed() {
    let world = World::new().await;
    world.mail.answer(&["550 no such mailbox"]);
    one_mail(&world).await;
    world.send().await;
    let refused = world.only_delivery().await;
    assert_eq!((refused.state, refused.last_status), (DeliveryState::GivenUp, Some(550)));
    assert!(refused.last_error.unwrap().contains("no such mailbox"));
    let mut tx = world.db.begin(company::actor("root")).await.unwrap();
    replay_delivery(&mut tx, refused.id).await.unwrap();
    tx.commit().await.unwrap();
    world.send().await;
    assert_eq!(world.only_delivery().await.state, DeliveryState::Delivered);
}

#[tokio::test]
async fn a_mail_that_cannot_be_addressed_is_given_up() {
    let world = World::new().await;
    let mut users = company::users();
    users[0].email = Some("ann@example.com>\r\nRCPT TO:<evil@example.com".to_owned());
    let mut tx = world.db.begin(Actor::service("test")).await.unwrap();
    store::directory::replace_users(&mut tx, &users).await.unwrap();
    tx.commit().await.unwrap();
    one_mail(&world).await;
    world.send().await;
    assert_eq!(world.only_delivery().await.state, DeliveryState::GivenUp);
    assert!(world.mail.mails().is_empty());
}

#[tokio::test]
async fn a_crash_between_sending_and_settling_sends_again_with_the_same_id() {
    let world = World::new().await;
    let sink = Sink::start().await;
    world.endpoint(&sink.url()).await;
    let told = world.happened(Actor::service("test"), webhook_deleted()).await;
    world.plan(std::slice::from_ref(&told)).await;
    let endpoint = world.only_delivery().await.recipient.parse().unwrap();
    // Somebody claimed it and was never heard of again.
    let lost = deliveries::claim(&world.db, Lane::Webhook(endpoint), 10, SignedDuration::from_secs(120)).await.unwrap();
    assert_eq!(lost.deliveries.len(), 1);
    assert_eq!(world.send().await, 0);
    world.turn(SignedDuration::from_secs(121));
    assert_eq!(world.send().await, 1);
    assert_eq!(sink.posts()[0].headers["webhook-id"], told.occurred.id.to_string());
    // Whoever lost the lease cannot settle any more.
    let late = store::deliveries::Settled {
        id: lost.deliveries[0].id,
        status: None,
        outcome: deliveries::Outcome::GivenUp("late".to_owned()),
    };
    assert_eq!(deliveries::settle(&world.db, lost.token, &[late]).await.unwrap(), 0);
    assert_eq!(world.only_delivery().await.state, DeliveryState::Delivered);
}

#[tokio::test]
async fn a_webhook_is_tried_ten_times_and_then_given_up() {
    let world = World::new().await;
    let sink = Sink::that(Answer::Say(500, "", "out of\r\norder".to_owned())).await;
    world.endpoint(&sink.url()).await;
    let told = world.happened(Actor::service("test"), webhook_deleted()).await;
    world.plan(&[told]).await;
    let began = world.db.clock().now();
    let mut waits = Vec::new();
    while world.only_delivery().await.state == DeliveryState::Due {
        let due = world.only_delivery().await.due_at;
        let wait = due.duration_since(world.db.clock().now());
        waits.push(wait.as_secs());
        world.turn(wait);
        assert_eq!(world.send().await, 1);
    }
    for (wait, least) in waits.iter().zip([0, 5, 30, 120, 600, 3_600, 10_800, 21_600, 43_200, 86_400]) {
        assert!((least..=least + least / 5 + 1).contains(wait), "{waits:?}");
    }
    assert_eq!((waits.len(), sink.posts().len()), (10, 10));
    assert!(world.db.clock().now().duration_since(began) < SignedDuration::from_hours(60));
    let given_up = world.only_delivery().await;
    assert_eq!((given_up.state, given_up.tries, given_up.last_status), (DeliveryState::GivenUp, 10, Some(500)));
    assert_eq!(given_up.last_error.as_deref(), Some("HTTP 500 Internal Server Error: out of  order"));
}

#[tokio::test]
async fn an_endpoint_that_hangs_delays_nobody_else() {
    let world = World::new().await;
    let (silent, swift) = (Sink::that(Answer::Nothing).await, Sink::start().await);
    world.endpoint(&silent.url()).await;
    world.endpoint(&swift.url()).await;
    for _ in 0..100 {
        let told = world.happened(Actor::service("test"), webhook_deleted()).await;
        world.plan(&[told]).await;
    }
    let running = tokio::spawn(world.worker.clone().run(world.inbound.bell.clone()));
    swift.has(100, Duration::from_secs(5)).await;
    assert!(silent.posts().len() <= 8, "at most eight at once");
    running.abort();
}

#[tokio::test]
async fn stopping_finishes_what_is_on_the_wire_and_gives_the_rest_back() {
    let world = World::new().await;
    let sink = Sink::start().await;
    world.endpoint(&sink.url()).await;
    let told = world.happened(Actor::service("test"), webhook_deleted()).await;
    world.plan(&[told]).await;
    let endpoint = world.only_delivery().await.recipient.parse().unwrap();
    world.stop.cancel();
    assert_eq!(world.worker.step(Lane::Webhook(endpoint)).await.unwrap(), 1);
    assert!(sink.posts().is_empty());
    let claimed =
        deliveries::claim(&world.db, Lane::Webhook(endpoint), 10, SignedDuration::from_secs(1)).await.unwrap();
    assert_eq!(claimed.deliveries.len(), 1, "it is free for others at once");
    tokio::time::timeout(Duration::from_secs(5), world.worker.clone().run(world.inbound.bell.clone())).await.unwrap();
}

#[tokio::test]
async fn what_was_on_its_way_to_a_removed_endpoint_is_given_up_and_not_replayed() {
    let world = World::new().await;
    let sink = Sink::start().await;
    let endpoint = world.endpoint(&sink.url()).await;
    let told = world.happened(Actor::service("test"), webhook_deleted()).await;
    world.plan(&[told]).await;
    let mut tx = world.db.begin(company::actor("root")).await.unwrap();
    assert!(delete_endpoint(&mut tx, endpoint.id).await.unwrap());
    tx.commit().await.unwrap();
    world.send().await;
    let delivery = world.only_delivery().await;
    assert_eq!((delivery.state, sink.posts().len()), (DeliveryState::GivenUp, 0));
    let mut tx = world.db.begin(company::actor("root")).await.unwrap();
    assert!(matches!(replay_delivery(&mut tx, delivery.id).await, Err(ReplayError::NobodyThere("removed"))));
}
