use serde_json::{Value, json};
use testkit::company::{account, group, user};

use super::{App, an_hour, pair, with};

fn ids(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

async fn ask(app: &App, who: &str, pairs: Value) -> String {
    let body = with(&an_hour(), &json!({ "pairs": pairs }));
    app.post(who, "/v1/requests", &body).await.is(201)["id"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn only_those_whom_it_concerns_see_a_request() {
    let app = App::start().await;
    let id = ask(&app, "ann", json!([pair("payments-prod", "PowerUserAccess")])).await;
    let path = format!("/v1/requests/{id}");
    for who in ["ann", "cora", "dave", "eve", "root", "machine:requests:read"] {
        let shown = app.get(who, &path).await.is(200);
        let need = &shown["approvals"][0]["needs"][0];
        assert_eq!(need["stages"][0]["groups"][0]["name"], "leads", "{who}");
        assert_eq!((&need["because"], &need["stage"]), (&json!("power"), &json!(0)), "{who}");
        assert_eq!(shown["items"][0]["approval"], shown["approvals"][0]["id"], "{who}");
        assert_eq!(shown["trace"][0]["rules"][0]["name"], "power", "{who}");
    }
    for who in ["ben", "zoe", "machine:other"] {
        app.get(who, &path).await.refused("not-found");
    }
}

#[actix_web::test]
async fn lists_are_ones_own_what_waits_for_one_or_everybodys() {
    let app = App::start().await;
    let first = ask(&app, "ann", json!([pair("payments-prod", "PowerUserAccess")])).await;
    let second = ask(&app, "cora", json!([pair("search-prod", "PowerUserAccess")])).await;
    let automatic = ask(&app, "ann", json!([pair("payments-dev", "ReadOnlyAccess")])).await;
    let list = async |who: &str, query: &str| app.get(who, &format!("/v1/requests{query}")).await.is(200);
    assert_eq!(ids(&list("ann", "").await), [&automatic, &first]);
    assert_eq!(ids(&list("ann", "?state=pending").await), [&first]);
    assert_eq!(ids(&list("ann", &format!("?account={}", account("payments-dev"))).await), [&automatic]);
    assert_eq!(ids(&list("cora", "?role=waiting").await), [&first], "never her own");
    assert_eq!(ids(&list("dave", "?role=waiting").await), [&second, &first]);
    let search = account("search-prod");
    assert_eq!(ids(&list("dave", &format!("?role=waiting&account={search}")).await), [&second]);
    assert_eq!(ids(&list("ben", "?role=waiting").await), Vec::<&str>::new());
    assert_eq!(ids(&list("eve", "?role=all").await), [&automatic, &second, &first]);
    assert_eq!(ids(&list("machine:requests:read", "?role=all").await).len(), 3);
    let page = list("eve", "?role=all&limit=2").await;
    assert_eq!(ids(&page), [&automatic, &second]);
    let next = page["next"].as_str().unwrap();
    let rest = list("eve", &format!("?role=all&limit=2&cursor={next}")).await;
    assert_eq!((ids(&rest), rest.get("next")), (vec![first.as_str()], None));
    assert_eq!(ids(&list("dave", "?role=waiting&limit=1").await), [&second]);
}

#[actix_web::test]
async fn the_directory_is_searched_by_name_page_by_page() {
    let app = App::start().await;
    let me = app.get("cora", "/v1/me").await.is(200);
    assert_eq!((&me["kind"], &me["id"], &me["admin"]), (&json!("user"), &json!(user("cora")), &json!(false)));
    assert_eq!(me["groups"][1], json!({ "id": group("leads"), "name": "leads" }));
    assert_eq!(app.get("machine:a b", "/v1/me").await.is(200)["scopes"], json!(["a", "b"]));
    let page = app.get("ann", "/v1/accounts?limit=2").await.is(200);
    assert_eq!(page["items"][0]["name"], "management");
    let next = page["next"].as_str().unwrap();
    let rest = app.get("ann", &format!("/v1/accounts?limit=2&cursor={next}")).await.is(200);
    assert_eq!(rest["items"][0]["name"], "payments-prod");
    assert_eq!(ids(&app.get("ann", "/v1/users?q=CORA").await.is(200)), [user("cora").as_str()]);
    assert_eq!(
        app.get("ann", "/v1/users?q=cora").await.is(200)["items"][0].get("email"),
        None,
        "addresses are not for all"
    );
    assert_eq!(app.get("eve", "/v1/users?q=cora").await.is(200)["items"][0]["email"], "cora@example.com");
    assert_eq!(ids(&app.get("ann", "/v1/users?exactly=CORA").await.is(200)), [user("cora").as_str()]);
    let id = user("cora");
    assert_eq!(ids(&app.get("ann", &format!("/v1/users?exactly={id}")).await.is(200)), [id.as_str()]);
    for nobody in ["cor", "%25", "cora%20"] {
        let found = app.get("ann", &format!("/v1/users?exactly={nobody}")).await.is(200);
        assert!(ids(&found).is_empty(), "{nobody} is nobody's whole name");
    }
    for both in ["exactly=cora&q=cora", "exactly=a%00b"] {
        app.get("ann", &format!("/v1/users?{both}")).await.refused("invalid-query");
    }
    assert_eq!(ids(&app.get("ann", "/v1/groups?q=lea").await.is(200)), [group("leads").as_str()]);
    assert_eq!(app.get("ann", "/v1/permission-sets?q=power").await.is(200)["items"][0]["session_minutes"], 60);
    assert_eq!(app.get("ann", "/v1/organizational-units?q=prod").await.is(200)["items"][0]["parent"], "r-1");
    app.get("machine:nothing", "/v1/users").await.refused("missing-scope");
}

#[actix_web::test]
async fn everybody_sees_how_old_the_directory_is() {
    let app = App::start().await;
    app.db.clock.advance(jiff::SignedDuration::from_secs(90));
    let seen = app.get("ann", "/v1/directory").await.is(200);
    assert_eq!(seen["ready"], true);
    assert!(seen["revision"].as_i64().unwrap() > 1);
    let part = |name: &str| seen["parts"].as_array().unwrap().iter().find(|part| part["part"] == name).unwrap().clone();
    assert_eq!(part("users")["there"], 8);
    assert_eq!(part("members")["there"], 8);
    assert_eq!(part("users")["age_s"], 90);
    assert_eq!(part("permission_set_contents").get("succeeded_at"), None, "never read");
    app.get("machine:directory:read", "/v1/directory").await.is(200);
    app.get("machine:other", "/v1/directory").await.refused("missing-scope");
}
