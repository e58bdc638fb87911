//! What owners of accounts may see over the API.

use client::{DocumentKind, Find, Me};
use journeys::{Plan, automatic};
use serde_json::json;

const OWNED: &str = "freight-booking-production";
const OTHER: &str = "payments-ledger-production";
const SET: &str = "ReadOnlyAccess";

#[tokio::test]
async fn owners_see_who_has_access_in_theirs_and_who_can_get_it_and_nothing_of_others() {
    let system = Plan::new().start().await;
    system.rule(SET, automatic()).await;
    let (ann, dave, erin) = (system.person("ann").await, system.person("dave").await, system.person("erin").await);
    let owns = async |who: &client::Client| matches!(who.me().await.unwrap(), Me::User { owner: true, .. });
    assert!(!owns(&dave).await, "nobody said so yet");
    let refused = dave.holders(&system.account(OWNED), None).await.unwrap_err();
    assert!(refused.is("owner-required"), "{refused}");

    let bound = json!({
        "name": "Whose it is",
        "target": {"kind": "account", "id": system.account(OWNED)},
        "owners": {"users": [system.user("dave")]},
    });
    system.document(DocumentKind::Owners, &bound).await;
    for place in [OWNED, OTHER] {
        let request = system.ask("ann", vec![system.pair(place, SET)], 30).await;
        system.grant_in(&ann, request.id, "active").await;
    }
    assert!(owns(&dave).await && !owns(&ann).await);
    let owned = dave.owned_accounts(&Find::default()).await.unwrap().items;
    assert_eq!(owned.iter().map(|account| account.name.as_str()).collect::<Vec<_>>(), [OWNED]);
    let holders = dave.holders(&system.account(OWNED), None).await.unwrap().items;
    assert_eq!((holders.len(), holders[0].person.id.as_str()), (1, system.user("ann").as_str()));
    assert_eq!((holders[0].permission_set_name.as_str(), holders[0].state.as_str()), (SET, "active"));
    assert!(holders[0].request.is_none() && holders[0].deadline_at.is_some(), "the request is not theirs to see");
    assert!(erin.holders(&system.account(OWNED), None).await.unwrap().items[0].request.is_some());
    let access = dave.access(&system.pair(OWNED, SET)).await.unwrap();
    assert_eq!(access.rules.len(), 1);

    for refused in [
        dave.holders(&system.account(OTHER), None).await.unwrap_err(),
        dave.access(&system.pair(OTHER, SET)).await.unwrap_err(),
        ann.holders(&system.account(OWNED), None).await.unwrap_err(),
        ann.access(&system.pair(OWNED, SET)).await.unwrap_err(),
    ] {
        assert!(refused.is("owner-required"), "{refused}");
    }
    assert!(ann.owned_accounts(&Find::default()).await.unwrap().items.is_empty());
    let all = client::GrantFilter { role: Some("all".to_owned()), ..client::GrantFilter::default() };
    assert!(dave.grants(&all).await.unwrap_err().is("auditor-required"), "owners read nothing else");
}

#[tokio::test]
async fn who_owns_a_unit_owns_every_account_in_it_page_after_page() {
    let system = Plan::new().start().await;
    let erin = system.person("erin").await;
    let all = erin.accounts(&Find { text: "freight-booking".to_owned(), ..Find::default() }).await.unwrap().items;
    let unit = all.iter().find(|account| account.name == OWNED).unwrap().organizational_unit.clone();
    let bound = json!({
        "name": "Whose they are",
        "target": {"kind": "unit", "id": unit},
        "owners": {"groups": [system.group("security")]},
    });
    system.document(DocumentKind::Owners, &bound).await;
    let mut expected = Vec::new();
    let mut find = Find { limit: Some(200), ..Find::default() };
    loop {
        let page = erin.accounts(&find).await.unwrap();
        expected.extend(page.items.into_iter().filter(|account| account.organizational_unit == unit).map(|one| one.id));
        find.cursor = page.next;
        if find.cursor.is_none() {
            break;
        }
    }
    let owner = member_of(&system, "security");
    let owner = system.person(&owner).await;
    let mut owned = Vec::new();
    let mut find = Find { limit: Some(1), ..Find::default() };
    loop {
        let page = owner.owned_accounts(&find).await.unwrap();
        owned.extend(page.items.into_iter().map(|account| account.id));
        find.cursor = page.next;
        if find.cursor.is_none() {
            break;
        }
    }
    assert!(!owned.is_empty());
    assert!(expected.iter().all(|id| owned.contains(id)), "{expected:?} {owned:?}");
    let one = Find { text: OWNED.to_owned(), ..Find::default() };
    assert_eq!(owner.owned_accounts(&one).await.unwrap().items.len(), 1);
}

fn member_of(system: &journeys::System, group: &str) -> String {
    let users = system.company["users"].as_array().unwrap();
    let in_it = |user: &&serde_json::Value| {
        user["enabled"] == true && user["groups"].as_array().unwrap().iter().any(|name| name == group)
    };
    users.iter().find(in_it).unwrap()["user_name"].as_str().unwrap().to_owned()
}
