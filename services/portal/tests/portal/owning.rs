//! What owners of accounts see, and that it is nothing else.

use crate::world::{Browser, World, text};

#[actix_web::test]
async fn an_owner_sees_who_has_access_in_theirs_and_the_way_to_who_can_get_it() {
    let world = World::new().await;
    let mut olga = Browser::new(&world);
    olga.signs_in("olga", "/sign-in").await;
    assert!(olga.get("/").await.body.contains("href=\"/accounts\""), "there is a door to them");
    let list = olga.get("/accounts").await;
    let words = text(&list.body);
    assert!(words.contains("Your accounts") && words.contains("Prod production 000000000001 Workloads"), "{words}");
    assert!(!words.contains("000000000002"), "those of others are not listed: {words}");
    assert!(!list.body.contains("/history?"), "{}", list.body);
    let page = olga.get("/accounts/000000000001").await;
    let words = text(&page.body);
    assert!(
        words.contains("Who has access now") && words.contains("Ann &#60;b&#62;x&#60;/b&#62; Reader Active"),
        "{words}"
    );
    for beyond in ["/people/", "/requests/", "/history?"] {
        assert!(!page.body.contains(beyond), "{beyond} is beyond what they may see: {}", page.body);
    }
    assert!(page.body.contains("action=\"/who\"") && page.body.contains("value=\"000000000001\""), "{}", page.body);
}

#[actix_web::test]
async fn an_owner_sees_no_other_account_and_no_other_room() {
    let world = World::new().await;
    let mut olga = Browser::new(&world);
    olga.signs_in("olga", "/sign-in").await;
    let other = olga.get("/accounts/000000000002").await;
    assert!(other.status == 403 && other.body.contains("That is for owners of the account"), "{}", other.body);
    let who = text(&olga.get("/who?account=000000000002&set=reader").await.body);
    assert!(who.contains("That is for owners of the account, auditors and admins."), "{who}");
    for room in ["/people", "/people/u-1", "/policy/rules", "/operations", "/emergency", "/log", "/settings"] {
        assert_eq!(olga.get(room).await.status, 403, "{room}");
    }
    let mut ann = Browser::new(&world);
    ann.signs_in("ann", "/sign-in").await;
    assert_eq!(ann.get("/accounts/000000000001").await.status, 403, "whoever owns nothing sees none");
    assert_eq!(world.calls("GET /v1/accounts/000000000001/holders ann"), 0);
}

#[actix_web::test]
async fn an_auditor_goes_on_from_an_account_to_people_and_requests() {
    let world = World::new().await;
    let mut erin = Browser::new(&world);
    erin.signs_in("erin", "/sign-in").await;
    let page = erin.get("/accounts/000000000001").await;
    for way in
        ["href=\"/people/u-1\"", "href=\"/requests/01990000-", "href=\"/history?whose=all&amp;account=000000000001\""]
    {
        assert!(page.body.contains(way), "{way}: {}", page.body);
    }
    assert_eq!(erin.get("/accounts/999999999999").await.status, 404);
}
