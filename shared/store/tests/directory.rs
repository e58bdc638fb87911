//! The directory takes over what was read, refuses what cannot be true, and forgets nobody.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails at once")]

use domain::Actor;
use store::directory::{self, Part, Search, SyncError};
use testkit::company::{self, account, group, permission_set, user};

async fn begin(db: &testkit::TestDb) -> store::Tx {
    db.begin(Actor::service("test")).await.unwrap()
}

#[tokio::test]
async fn it_is_ready_when_every_part_was_read_once() {
    let db = testkit::database().await;
    let mut tx = begin(&db).await;
    assert!(!directory::is_ready(tx.connection()).await.unwrap());
    drop(tx);
    company::move_in(&db).await;
    let mut tx = begin(&db).await;
    assert!(directory::is_ready(tx.connection()).await.unwrap());
}

#[tokio::test]
async fn reading_the_same_twice_changes_nothing() {
    let db = testkit::database().await;
    company::move_in(&db).await;
    let before: Vec<(String, String)> =
        sqlx::query_as("SELECT id, xmin::text FROM directory_users ORDER BY id").fetch_all(db.pool()).await.unwrap();
    company::move_in(&db).await;
    let after: Vec<(String, String)> =
        sqlx::query_as("SELECT id, xmin::text FROM directory_users ORDER BY id").fetch_all(db.pool()).await.unwrap();
    assert_eq!(before, after, "rows that did not change were not written");
}

#[tokio::test]
async fn whoever_vanishes_is_marked_and_comes_back_as_themselves() {
    let db = testkit::database().await;
    company::move_in(&db).await;
    let mut without_ann = company::users();
    without_ann.retain(|u| u.user_name != "ann");
    let mut tx = begin(&db).await;
    let replaced = directory::replace_users(&mut tx, &without_ann).await.unwrap();
    assert_eq!(replaced.vanished, 1);
    let ann = directory::user(tx.connection(), &user("ann")).await.unwrap().unwrap();
    assert!(!ann.active);
    assert_eq!(directory::person_by_name(tx.connection(), "ann").await.unwrap(), None);
    directory::replace_users(&mut tx, &company::users()).await.unwrap();
    assert!(directory::person_by_name(tx.connection(), "ann").await.unwrap().unwrap().active);
}

#[tokio::test]
async fn an_answer_without_half_of_them_is_not_believed() {
    let db = testkit::database().await;
    company::move_in(&db).await;
    let mut tx = begin(&db).await;
    let three: Vec<_> = company::users().into_iter().take(3).collect();
    let refused = directory::replace_users(&mut tx, &three).await.unwrap_err();
    assert!(matches!(refused, SyncError::Implausible { had: 8, vanished: 5, .. }), "{refused}");
    let refused = directory::replace_organization(&mut tx, &[], &[]).await.unwrap_err();
    assert!(matches!(refused, SyncError::Implausible { had: 4, vanished: 4, .. }), "{refused}");
    assert!(directory::replace_groups(&mut tx, &[]).await.is_err());
    assert!(directory::replace_permission_sets(&mut tx, &[]).await.is_err());
    directory::note_failure(&mut tx, Part::Users, &refused.to_string()).await.unwrap();
    let syncs = directory::syncs(tx.connection()).await.unwrap();
    let users = syncs.iter().find(|s| s.part == Part::Users).unwrap();
    assert!(users.succeeded_at.is_some(), "the last good copy is still good");
    assert!(users.error.is_some());
    assert!(directory::person_by_name(tx.connection(), "ann").await.unwrap().is_some());
}

#[tokio::test]
async fn an_account_that_leaves_is_kept_as_inactive() {
    let db = testkit::database().await;
    company::move_in(&db).await;
    let (units, mut accounts) = company::organization();
    accounts.retain(|a| a.name != "payments-dev");
    let mut tx = begin(&db).await;
    directory::replace_organization(&mut tx, &units, &accounts).await.unwrap();
    let left = directory::accounts(tx.connection(), &[account("payments-dev")]).await.unwrap();
    assert!(!left[0].active);
    assert_eq!(directory::management_account(tx.connection()).await.unwrap(), Some(account("management")));
}

#[tokio::test]
async fn people_are_found_by_name_whatever_the_case_but_never_guessed() {
    let db = testkit::database().await;
    company::move_in(&db).await;
    let mut tx = begin(&db).await;
    let cora = directory::person_by_name(tx.connection(), "CORA").await.unwrap().unwrap();
    let names: Vec<_> = cora.groups.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(names, ["engineers", "leads"]);
    let mut twins = company::users();
    twins[7].user_name = "Ann".to_owned();
    directory::replace_users(&mut tx, &twins).await.unwrap();
    assert_eq!(directory::person_by_name(tx.connection(), "ann").await.unwrap().unwrap().id, user("ann"));
    assert_eq!(directory::person_by_name(tx.connection(), "Ann").await.unwrap().unwrap().id, user("gus"));
    assert_eq!(directory::person_by_name(tx.connection(), "ANN").await.unwrap(), None, "two could be meant");
}

#[tokio::test]
async fn groups_follow_their_members() {
    let db = testkit::database().await;
    company::move_in(&db).await;
    let mut tx = begin(&db).await;
    let count =
        directory::approver_count(tx.connection(), &[group("leads")], &[user("eve"), user("gus")], &[user("cora")])
            .await;
    assert_eq!(count.unwrap(), 2, "dave and eve; cora is left out, gus is disabled");
    let mut groups = company::groups();
    groups[1].1 = vec![user("eve"), user("eve")];
    directory::replace_groups(&mut tx, &groups).await.unwrap();
    let members = directory::members(tx.connection(), &[group("leads")]).await.unwrap();
    assert_eq!(members.len(), 1);
    assert_eq!(members[0].id, user("eve"));
    assert_eq!(directory::groups_of(tx.connection(), &user("dave")).await.unwrap(), []);
    let names = directory::group_names(tx.connection(), &[group("leads")]).await.unwrap();
    assert_eq!(names[&group("leads")], "leads");
}

#[tokio::test]
async fn lists_are_filtered_by_text_and_paged_by_name() {
    let db = testkit::database().await;
    company::move_in(&db).await;
    let mut tx = begin(&db).await;
    let mut search = Search { limit: 2, ..Search::default() };
    let first = directory::search_accounts(tx.connection(), &search).await.unwrap();
    assert_eq!(first.iter().map(|a| a.name.as_str()).collect::<Vec<_>>(), ["management", "payments-dev"]);
    search.after = Some((first[1].name.clone(), first[1].id.to_string()));
    let second = directory::search_accounts(tx.connection(), &search).await.unwrap();
    assert_eq!(second.iter().map(|a| a.name.as_str()).collect::<Vec<_>>(), ["payments-prod", "search-prod"]);
    let by_text = Search { text: "PROD".to_owned(), limit: 10, ..Search::default() };
    assert_eq!(directory::search_accounts(tx.connection(), &by_text).await.unwrap().len(), 2);
    let everything_is_literal = Search { text: "%".to_owned(), limit: 10, ..Search::default() };
    assert_eq!(directory::search_accounts(tx.connection(), &everything_is_literal).await.unwrap(), []);
    let ann = Search { text: "ann".to_owned(), limit: 10, ..Search::default() };
    assert_eq!(directory::search_users(tx.connection(), &ann).await.unwrap().len(), 1);
    let leads = Search { text: "lea".to_owned(), limit: 10, ..Search::default() };
    assert_eq!(directory::search_groups(tx.connection(), &leads).await.unwrap()[0].id, group("leads"));
    let admin = Search { text: "admin".to_owned(), limit: 10, ..Search::default() };
    let found = directory::search_permission_sets(tx.connection(), &admin).await.unwrap();
    assert_eq!(found[0].arn, permission_set("AdministratorAccess"));
    let prod = Search { text: "ou-p".to_owned(), limit: 10, ..Search::default() };
    assert_eq!(directory::search_units(tx.connection(), &prod).await.unwrap()[0].name, "Production");
}
