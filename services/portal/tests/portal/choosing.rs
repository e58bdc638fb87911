//! Pages that take a name ask which of several is meant, and none takes the first of them.

use crate::world::{Browser, ORIGIN, World, code, text};

#[actix_web::test]
async fn the_history_of_a_name_that_two_have_asks_which_of_them_and_shows_neithers_meanwhile() {
    let world = World::new().await;
    let mut erin = Browser::new(&world);
    erin.signs_in("erin", "/sign-in").await;
    let page = erin.get("/history?person=twin&state=approved").await;
    let words = text(&page.body);
    assert!(words.contains("Which person? Twin &#60;i&#62;One&#60;/i&#62; (left.twin)"), "{words}");
    assert!(!page.body.contains("<i>One"), "{}", page.body);
    assert!(page.body.contains("href=\"/history?whose=all&#38;state=approved&#38;person=u-5\""), "{}", page.body);
    assert_eq!(world.calls("GET /v1/requests erin"), 0, "nobody's are shown instead");
    let file = erin.get("/history.csv?person=twin&state=approved").await;
    let place = "/history?whose=all&state=approved&person=twin";
    assert_eq!((file.status, file.place.as_str()), (303, place), "no file of anybody's either");
    assert_eq!(world.calls("GET /v1/requests erin"), 0);

    let chosen = erin.get("/history?person=u-5&state=approved").await;
    assert!(
        text(&chosen.body).contains("Asked for by Twin &#60;i&#62;One&#60;/i&#62; (right.twin)"),
        "{}",
        chosen.body
    );
    assert!(chosen.body.contains("value=\"Twin &#60;i&#62;One&#60;/i&#62; (right.twin)\""), "{}", chosen.body);
    let asked = world.fake.asked.lock().unwrap().iter().rfind(|uri| uri.starts_with("/v1/requests?")).cloned().unwrap();
    assert!(asked.contains("person=u-5"), "{asked}");
}

#[actix_web::test]
async fn what_the_field_says_of_whoever_was_chosen_means_them_again() {
    let world = World::new().await;
    let mut erin = Browser::new(&world);
    erin.signs_in("erin", "/sign-in").await;
    erin.get("/history?person=Twin+%3Ci%3EOne%3C%2Fi%3E+(right.twin)").await;
    let asked = world.fake.asked.lock().unwrap().iter().rfind(|uri| uri.starts_with("/v1/requests?")).cloned().unwrap();
    assert!(asked.contains("person=u-5"), "{asked}");
}

#[actix_web::test]
async fn the_emergency_offers_those_of_a_name_and_takes_the_one_that_was_chosen() {
    let world = World::new().await;
    let mut frank = Browser::new(&world);
    frank.signs_in("frank", "/sign-in").await;
    let page = frank.get("/emergency").await;
    let code = code(&page.body, "action=\"/emergency\"");
    let order = |more: &[(&'static str, &'static str)]| {
        let base = [("code", code.clone()), ("what", "person".to_owned()), ("reason", "keys were found".to_owned())];
        let more = more.iter().map(|(name, value)| (*name, (*value).to_owned()));
        base.into_iter().chain(more).collect::<Vec<_>>()
    };
    let post = async |frank: &mut Browser<'_>, fields: Vec<(&'static str, String)>| {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        frank.post("/emergency", Some(ORIGIN), &fields).await
    };
    let asked = post(&mut frank, order(&[("person", "twin")])).await;
    assert!(asked.status == 422 && text(&asked.body).contains("Which person?"), "{}", asked.body);
    assert!(asked.body.contains("name=\"user\" value=\"u-5\""), "{}", asked.body);
    assert_eq!(world.calls("POST /v1/emergency"), 0, "nothing is asked about the first of them");
    post(&mut frank, order(&[("person", "twin"), ("user", "u-5")])).await;
    let sent = world.fake.sent.lock().unwrap().clone();
    assert_eq!(sent.last().unwrap()["ends"]["user"], "u-5");
}

#[actix_web::test]
async fn who_can_get_what_asks_which_account_and_goes_on_with_the_one_that_was_chosen() {
    let world = World::new().await;
    let mut erin = Browser::new(&world);
    erin.signs_in("erin", "/sign-in").await;
    let page = erin.get("/who?account=r&set=reader").await;
    let words = text(&page.body);
    assert!(words.contains("Which account?") && words.contains("Prod (000000000001)"), "{words}");
    assert!(page.body.contains("href=\"/who?account=000000000001&#38;set=reader\""), "{}", page.body);
    assert_eq!(world.calls("GET /v1/access erin"), 0);
    erin.get("/who?account=000000000001&set=reader").await;
    assert_eq!(world.calls("GET /v1/access erin"), 1);
    let nothing = text(&erin.get("/who?account=nowhere&set=reader").await.body);
    assert!(nothing.contains("There is no account “nowhere”."), "{nothing}");
}

#[actix_web::test]
async fn an_account_is_looked_for_by_name_in_the_history_and_in_the_access_too() {
    let world = World::new().await;
    let mut erin = Browser::new(&world);
    erin.signs_in("erin", "/sign-in").await;
    let last = |path: &str| {
        let asked = world.fake.asked.lock().unwrap();
        asked.iter().rfind(|uri| uri.starts_with(&format!("{path}?"))).cloned().unwrap_or_default()
    };
    for (page, path) in [("/history", "/v1/requests"), ("/access", "/v1/grants")] {
        let several = erin.get(&format!("{page}?account=r")).await;
        assert!(text(&several.body).contains("Which account?"), "{}", several.body);
        assert_eq!(world.calls(&format!("GET {path} erin")), 0, "{page}");
        let named = erin.get(&format!("{page}?account=prod")).await;
        assert!(last(path).contains("account=000000000001"), "{page}: {}", last(path));
        assert!(named.body.contains("value=\"Prod (000000000001)\""), "{}", named.body);
        erin.get(&format!("{page}?account=999999999999")).await;
        assert!(last(path).contains("account=999999999999"), "what happened in an account outlives it: {}", last(path));
    }
}

#[actix_web::test]
async fn who_is_called_exactly_so_is_meant_though_thousands_have_it_in_their_names() {
    let world = World::new().await;
    let mut erin = Browser::new(&world);
    erin.signs_in("erin", "/sign-in").await;
    for typed in ["one.of.many", "Many+(one.of.many)"] {
        erin.get(&format!("/history?person={typed}&state=approved")).await;
        let asked = world.fake.asked.lock().unwrap().clone();
        assert!(asked.last().is_some_and(|uri| uri.contains("person=u-9")), "{typed}: {asked:?}");
        assert!(!asked.iter().any(|uri| uri.starts_with("/v1/users?q=")), "nobody is looked for among them");
    }
}
