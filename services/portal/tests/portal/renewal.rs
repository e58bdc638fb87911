//! Sessions outlive the provider's tokens, which live for five minutes here, for as long as the provider lets them.

use super::world::{Browser, World};

const SIGNED_IN: &str = "Sign out";

async fn signed_in(world: &World) -> Browser<'_> {
    world.issuer.gives_refresh_tokens();
    let mut browser = Browser::new(world);
    browser.signs_in("bob", "/sign-in").await;
    browser
}

#[actix_web::test]
async fn a_session_goes_on_with_the_next_token_until_a_day_is_over() {
    let world = World::new().await;
    let mut browser = signed_in(&world).await;
    world.db.advance_minutes(3);
    assert!(browser.get("/").await.body.contains(SIGNED_IN));
    assert_eq!(world.issuer.renewed(), 0, "nothing is asked of the provider while the token is good");
    for times in 1..=3 {
        world.db.advance_minutes(60);
        assert!(browser.get("/").await.body.contains(SIGNED_IN), "after the token's end, for the {times}. time");
        assert_eq!(world.issuer.renewed(), times);
    }
    for _ in 0..4 {
        world.db.advance_minutes(5 * 60);
        assert!(browser.get("/").await.body.contains(SIGNED_IN));
    }
    world.db.advance_minutes(60);
    assert!(!browser.get("/").await.body.contains(SIGNED_IN), "a day is over, whatever the provider would give");
    let rows = world.db.rows("sessions").await;
    let digits = |secret: &str| secret.bytes().map(|b| format!("{b:02x}")).collect::<String>();
    assert!(rows.iter().all(|row| !row.contains(&digits("refresh"))), "what renews a session is sealed");
}

#[actix_web::test]
async fn pages_that_are_opened_at_once_renew_it_once() {
    let world = World::new().await;
    let browser = signed_in(&world).await;
    world.db.advance_minutes(10);
    let mut others: Vec<Browser<'_>> =
        (0..6).map(|_| Browser { jar: browser.jar.clone(), ..Browser::new(&world) }).collect();
    let answers = futures_util::future::join_all(others.iter_mut().map(|other| other.get("/"))).await;
    assert!(answers.iter().all(|answer| answer.body.contains(SIGNED_IN)), "each of them is somebody's");
    assert_eq!(world.issuer.renewed(), 1, "a refresh token that is used twice would end the session");
}

#[actix_web::test]
async fn a_session_ends_when_the_provider_takes_its_token_back() {
    let world = World::new().await;
    let mut browser = signed_in(&world).await;
    world.issuer.takes_refresh_tokens_back();
    world.db.advance_minutes(3);
    assert!(browser.get("/").await.body.contains(SIGNED_IN), "the bearer token is good still");
    world.db.advance_minutes(2);
    let asked = browser.get("/history").await;
    assert_eq!((asked.status, asked.place.as_str()), (303, "/sign-in?return_to=%2Fhistory"));
    assert!(world.db.rows("sessions").await.is_empty());
}

#[actix_web::test]
async fn a_provider_that_is_away_ends_no_session() {
    let world = World::new().await;
    let mut browser = signed_in(&world).await;
    world.issuer.is_away(true);
    world.db.advance_minutes(4);
    assert!(browser.get("/").await.body.contains(SIGNED_IN), "the token has a minute left");
    world.db.advance_minutes(10);
    let page = browser.get("/").await;
    assert_eq!(page.status, 503, "{}", page.body);
    world.issuer.is_away(false);
    assert!(browser.get("/").await.body.contains(SIGNED_IN), "and it goes on when the provider is back");
}

#[actix_web::test]
async fn a_session_never_becomes_somebody_elses() {
    for (bearer, identity) in [("bob", "mallory"), ("mallory", "bob")] {
        let world = World::new().await;
        let mut browser = signed_in(&world).await;
        world.issuer.renews_for(bearer, identity);
        world.db.advance_minutes(10);
        let page = browser.get("/history").await;
        assert_eq!(page.status, 303, "a bearer token of {bearer} and an ID token of {identity}: {}", page.body);
        assert!(world.db.rows("sessions").await.is_empty());
    }
}

#[actix_web::test]
async fn whoever_signs_out_while_a_token_is_renewed_stays_signed_out() {
    let world = World::new().await;
    let browser = signed_in(&world).await;
    let id = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, browser.jar["curfew-session"].as_bytes());
    let lease = jiff::SignedDuration::from_secs(45);
    let claimed = store::sessions::claim_renewal(&world.db, id.as_ref(), lease).await.unwrap();
    assert!(claimed.is_some());
    assert_eq!(store::sessions::claim_renewal(&world.db, id.as_ref(), lease).await.unwrap(), None, "one at a time");
    store::sessions::end(&world.db, id.as_ref()).await.unwrap();
    assert!(!store::sessions::renew(&world.db, id.as_ref(), b"new").await.unwrap(), "there is nothing to renew");
    assert!(world.db.rows("sessions").await.is_empty());
}

#[actix_web::test]
async fn a_renewal_that_died_holds_nobody_up_for_long() {
    let world = World::new().await;
    let mut browser = signed_in(&world).await;
    let id = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, browser.jar["curfew-session"].as_bytes());
    world.db.advance_minutes(10);
    let lease = jiff::SignedDuration::from_secs(45);
    assert!(store::sessions::claim_renewal(&world.db, id.as_ref(), lease).await.unwrap().is_some());
    world.db.advance_minutes(1);
    assert!(browser.get("/").await.body.contains(SIGNED_IN));
    assert_eq!(world.issuer.renewed(), 1);
}
