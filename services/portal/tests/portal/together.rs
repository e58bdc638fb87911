//! Several requests decided with one confirmation.

use super::world::{Browser, ORIGIN, World, code, text};

const PLACE: &str = "/approvals/together";

fn request(number: u8) -> String {
    format!("01990000-0000-7000-8000-0000000000{number}")
}

/// As the page ticks it: the request in the version that was seen.
fn one(number: u8) -> String {
    format!("{} {number}", request(number))
}

#[actix_web::test]
async fn several_requests_are_decided_together_and_what_became_of_each_is_told() {
    let world = World::new().await;
    let mut carl = Browser::new(&world);
    carl.signs_in("carl", "/sign-in").await;
    let queue = carl.get("/approvals").await;
    assert!(text(&queue.body).contains("3 requests of Ann"), "{}", text(&queue.body));
    assert_eq!(queue.body.matches("/approvals/together?with=").count(), 1, "only those that belong together");
    let page = carl.get(&format!("/approvals/together?with={}", request(11))).await;
    let words = text(&page.body);
    for part in ["reason 11", "reason 12", "reason 14", "Two eyes"] {
        assert!(words.contains(part), "{part} is not named: {words}");
    }
    assert!(!words.contains("reason 13"), "{words}");
    let alone = carl.get(&format!("/approvals/together?with={}", request(13))).await;
    assert_eq!(alone.place, format!("/requests/{}", request(13)), "nothing belongs together with this");

    let code = code(&page.body, "action=\"/approvals/together\"");
    let base = |code| vec![("code", code), ("decision", "approve"), ("comment", "as agreed")];
    assert_eq!(carl.post(PLACE, Some("https://evil.example"), &base(&code)).await.status, 403);
    assert_eq!(carl.post(PLACE, Some(ORIGIN), &base("forged")).await.status, 403);
    let none = carl.post(PLACE, Some(ORIGIN), &base(&code)).await;
    assert!(none.status == 422 && none.body.contains("Tick at least one."), "{}", none.body);
    let (eleven, twelve, thirteen, gone) = (one(11), one(12), one(13), one(99));
    let mixed = [base(&code), vec![("one", eleven.as_str()), ("one", &thirteen)]].concat();
    assert_eq!(carl.post(PLACE, Some(ORIGIN), &mixed).await.status, 422, "other policies are decided by themselves");
    assert_eq!(world.calls("POST"), 0, "nothing was decided by any of it");

    let three = [base(&code), vec![("one", eleven.as_str()), ("one", &twelve), ("one", &gone)]].concat();
    let done = carl.post(PLACE, Some(ORIGIN), &three).await;
    let words = text(&done.body);
    assert!(done.status == 200 && words.contains("1 of 3 decided"), "{words}");
    for part in ["Approved The access is being added", "You are too late", "It does not wait for you any more."] {
        assert!(words.contains(part), "{part} in {words}");
    }
    assert_eq!(world.calls("POST /v1/requests/"), 2, "one call for each that waits");
    let sent = world.fake.sent.lock().unwrap().clone();
    let first = &sent[sent.len() - 2];
    assert_eq!((&first["version"], &first["comment"]), (&serde_json::json!(11), &serde_json::json!("as agreed")));
    assert_eq!(first["pairs"][0]["permission_set"], "arn:x", "about what was shown and nothing else");
}

/// Decides about these as dora, who was shown what belongs together with the first of her queue.
async fn dora_approves(world: &World, numbers: &[u8]) -> (u16, String) {
    let mut dora = Browser::new(world);
    dora.signs_in("dora", "/sign-in").await;
    let page = dora.get(&format!("{PLACE}?with={}", request(21))).await;
    let code = code(&page.body, "action=\"/approvals/together\"");
    let ticked: Vec<String> = numbers.iter().map(|number| one(*number)).collect();
    let mut fields = vec![("code", code.as_str()), ("decision", "approve")];
    fields.extend(ticked.iter().map(|one| ("one", one.as_str())));
    let done = dora.post(PLACE, Some(ORIGIN), &fields).await;
    (done.status, text(&done.body))
}

#[actix_web::test]
async fn what_nothing_is_known_to_demand_is_decided_by_itself() {
    let world = World::new().await;
    let (status, words) = dora_approves(&world, &[22]).await;
    assert_eq!((status, world.calls("POST")), (422, 0), "{words}");
}

#[actix_web::test]
async fn of_a_request_that_several_policies_decide_about_only_the_pairs_of_one_are_decided() {
    let world = World::new().await;
    let (status, words) = dora_approves(&world, &[21, 23]).await;
    assert_eq!(status, 200, "{words}");
    let sent = world.fake.sent.lock().unwrap().clone();
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[1]["pairs"], serde_json::json!([{ "account": "000000000001", "permission_set": "arn:x" }]));
}

#[actix_web::test]
async fn where_the_api_falls_silent_the_others_are_not_tried_and_the_page_says_which() {
    let world = World::new().await;
    let (status, words) = dora_approves(&world, &[21, 24, 25]).await;
    assert!(status == 200 && words.contains("1 of 3 decided"), "{words}");
    assert_eq!(world.calls("POST /v1/requests/"), 2, "the third was not tried");
    for part in ["Not known", "Nothing was decided"] {
        assert!(words.contains(part), "{part} in {words}");
    }
}
