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
    assert!(directory::is_member(tx.connection(), &user("dave"), &group("leads")).await.unwrap());
    directory::replace_members(&mut tx, &[(group("leads"), vec![user("eve"), user("eve")])]).await.unwrap();
    assert!(!directory::is_member(tx.connection(), &user("dave"), &group("leads")).await.unwrap());
    let members = directory::members(tx.connection(), &[group("leads")]).await.unwrap();
    assert_eq!(members.len(), 1);
    assert_eq!(members[0].id, user("eve"));
    assert_eq!(directory::groups_of(tx.connection(), &user("dave")).await.unwrap(), []);
    let names = directory::group_names(tx.connection(), &[group("leads")]).await.unwrap();
    assert_eq!(names[&group("leads")], "leads");
    assert_eq!(directory::members(tx.connection(), &[group("engineers")]).await.unwrap().len(), 3, "others stay");
}

#[tokio::test]
async fn memberships_may_come_person_by_person() {
    let db = testkit::database().await;
    company::move_in(&db).await;
    let mut tx = begin(&db).await;
    let unknown = domain::GroupId::parse("22222222-0000-4000-8000-000000000000").unwrap();
    let about = [(user("ann"), vec![group("leads"), unknown]), (user("cora"), vec![])];
    directory::replace_memberships(&mut tx, &about).await.unwrap();
    assert_eq!(directory::groups_of(tx.connection(), &user("ann")).await.unwrap(), [group("leads")]);
    assert_eq!(directory::groups_of(tx.connection(), &user("cora")).await.unwrap(), []);
    assert_eq!(directory::groups_of(tx.connection(), &user("dave")).await.unwrap(), [group("leads")], "others stay");
}

#[tokio::test]
async fn the_members_of_a_group_that_is_gone_go_with_it() {
    let db = testkit::database().await;
    company::move_in(&db).await;
    let mut tx = begin(&db).await;
    let mut groups: Vec<_> = company::groups().into_iter().map(|(group, _)| group).collect();
    groups.retain(|group| group.name != "leads");
    directory::replace_groups(&mut tx, &groups).await.unwrap();
    assert_eq!(directory::groups_of(tx.connection(), &user("dave")).await.unwrap(), []);
    assert_eq!(directory::groups_of(tx.connection(), &user("cora")).await.unwrap(), [group("engineers")]);
}

#[tokio::test]
async fn a_crowd_does_not_leave_its_groups_at_once() {
    let db = testkit::database().await;
    company::move_in(&db).await;
    let mut tx = begin(&db).await;
    let crowd: Vec<_> =
        (0..120).map(|n| domain::UserId::parse(format!("33333333-0000-4000-8000-{n:012}")).unwrap()).collect();
    directory::replace_members(&mut tx, &[(group("engineers"), crowd.clone())]).await.unwrap();
    let count = async |tx: &mut store::Tx| directory::counts(tx.connection()).await.unwrap()[2].there;
    assert_eq!(count(&mut tx).await, 124);
    let half = [(group("engineers"), crowd[..50].to_vec()), (group("leads"), vec![user("eve")])];
    directory::replace_members(&mut tx, &half).await.unwrap();
    assert_eq!(count(&mut tx).await, 123, "the leads changed, the engineers did not");
    let trouble = directory::sync(&mut tx, Part::Members).await.unwrap().unwrap().error.unwrap();
    assert!(trouble.starts_with("1 groups would lose more than half"), "{trouble}");
    directory::replace_members(&mut tx, &[(group("leads"), vec![])]).await.unwrap();
    assert!(directory::sync(&mut tx, Part::Members).await.unwrap().unwrap().error.is_some(), "still");

    directory::accept(&mut tx, Part::Members, jiff::SignedDuration::from_hours(1)).await.unwrap();
    assert_eq!(directory::next_groups(tx.connection(), 1).await.unwrap(), [group("engineers")], "at once");
    directory::replace_members(&mut tx, &half[..1]).await.unwrap();
    assert_eq!(count(&mut tx).await, 52);
    assert_eq!(directory::sync(&mut tx, Part::Members).await.unwrap().unwrap().error, None);
    directory::replace_members(&mut tx, &[(group("engineers"), crowd[..5].to_vec())]).await.unwrap();
    assert_eq!(count(&mut tx).await, 7, "small groups change by more than half on an ordinary day");
}

#[tokio::test]
async fn a_loss_is_believed_once_after_somebody_accepted_it() {
    let db = testkit::database().await;
    company::move_in(&db).await;
    let mut tx = begin(&db).await;
    assert!(directory::replace_groups(&mut tx, &[]).await.is_err());
    directory::note_failure(&mut tx, Part::Groups, "a loss").await.unwrap();
    directory::accept(&mut tx, Part::Groups, jiff::SignedDuration::from_hours(1)).await.unwrap();
    assert!(directory::replace_users(&mut tx, &[]).await.is_err(), "nobody spoke of users");
    assert_eq!(directory::replace_groups(&mut tx, &[]).await.unwrap().vanished, 4);
    let groups = directory::sync(&mut tx, Part::Groups).await.unwrap().unwrap();
    assert_eq!((groups.accept_until, groups.error, groups.failures), (None, None, 0));
}

#[tokio::test]
async fn the_word_about_a_loss_does_not_hold_for_ever() {
    let db = testkit::database().await;
    company::move_in(&db).await;
    let mut tx = begin(&db).await;
    directory::accept(&mut tx, Part::Groups, jiff::SignedDuration::from_hours(1)).await.unwrap();
    tx.commit().await.unwrap();
    db.clock.advance(jiff::SignedDuration::from_mins(61));
    let mut tx = begin(&db).await;
    assert!(directory::replace_groups(&mut tx, &[]).await.is_err());
}

#[tokio::test]
async fn what_somebody_said_about_a_manager_goes_before_what_the_directory_says() {
    let db = testkit::database().await;
    company::move_in(&db).await;
    let mut tx = begin(&db).await;
    let manager =
        async |tx: &mut store::Tx, who: &str| directory::manager_of(tx.connection(), &user(who)).await.unwrap();
    assert_eq!(manager(&mut tx, "ann").await, Some(user("cora")));
    assert_eq!(manager(&mut tx, "ben").await, None);
    directory::set_manager(&mut tx, &user("ann"), &user("dave")).await.unwrap();
    directory::set_manager(&mut tx, &user("ann"), &user("eve")).await.unwrap();
    assert_eq!(manager(&mut tx, "ann").await, Some(user("eve")));
    company::move_in(&db).await;
    assert_eq!(manager(&mut tx, "ann").await, Some(user("eve")));
    assert!(directory::forget_manager(&mut tx, &user("ann")).await.unwrap());
    assert!(!directory::forget_manager(&mut tx, &user("ann")).await.unwrap());
    assert_eq!(manager(&mut tx, "ann").await, Some(user("cora")));
    assert!(directory::set_manager(&mut tx, &user("ann"), &user("ann")).await.is_err(), "nobody is their own");
}

#[tokio::test]
async fn the_revision_grows_with_what_rules_aim_at_and_with_nothing_else() {
    let db = testkit::database().await;
    company::move_in(&db).await;
    let mut tx = begin(&db).await;
    let first = directory::whole(tx.connection()).await.unwrap();
    assert_eq!((first.units.len(), first.accounts.len(), first.permission_sets.len()), (3, 5, 3));
    assert!(first.accounts.iter().all(|account| account.tags_known && account.tags.contains_key("team")));
    let administration: Vec<_> = first.accounts.iter().filter(|a| a.administration).map(|a| a.id.clone()).collect();
    assert_eq!(administration, [account("management")]);
    drop(tx);
    company::move_in(&db).await;
    let mut tx = begin(&db).await;
    directory::replace_users(&mut tx, &company::users()[1..]).await.unwrap();
    directory::replace_members(&mut tx, &[(group("leads"), vec![])]).await.unwrap();
    assert_eq!(directory::revision(tx.connection()).await.unwrap(), first.revision);

    let (mut units, mut accounts) = company::organization();
    units[1].name = "Live".to_owned();
    directory::replace_organization(&mut tx, &units, &accounts).await.unwrap();
    assert_eq!(directory::revision(tx.connection()).await.unwrap(), first.revision + 1);
    accounts.retain(|a| a.name != "payments-dev");
    directory::replace_organization(&mut tx, &units, &accounts).await.unwrap();
    assert_eq!(directory::revision(tx.connection()).await.unwrap(), first.revision + 2);
    let tags = [(account("search-prod"), Some([("team".to_owned(), "finding".to_owned())].into()))];
    directory::replace_tags(&mut tx, &tags).await.unwrap();
    directory::replace_tags(&mut tx, &tags).await.unwrap();
    assert_eq!(directory::revision(tx.connection()).await.unwrap(), first.revision + 3);
    let hash = [(permission_set("PowerUserAccess"), Some("ab".repeat(32)))];
    directory::replace_contents(&mut tx, &hash).await.unwrap();
    directory::replace_contents(&mut tx, &hash).await.unwrap();
    let whole = directory::whole(tx.connection()).await.unwrap();
    assert_eq!(whole.revision, first.revision + 4);
    let power = whole.permission_sets.iter().find(|set| set.name == "PowerUserAccess").unwrap();
    assert_eq!(power.content_hash.as_deref(), Some("ab".repeat(32).as_str()));
    directory::replace_permission_sets(&mut tx, &company::permission_sets()).await.unwrap();
    let whole = directory::whole(tx.connection()).await.unwrap();
    assert_eq!(whole.revision, first.revision + 4, "the list of permission sets does not touch their contents");
    assert!(whole.permission_sets.iter().any(|set| set.content_hash.is_some()));
}

#[tokio::test]
async fn a_rotation_is_as_old_as_its_oldest_piece() {
    let db = testkit::database().await;
    company::move_in(&db).await;
    let start = db.clock.now();
    db.clock.advance(jiff::SignedDuration::from_secs(60));
    let mut tx = begin(&db).await;
    let next = directory::next_groups(tx.connection(), 2).await.unwrap();
    assert_eq!(next, [group("engineers"), group("leads")], "all as old, so by id");
    directory::replace_members(&mut tx, &[(group("engineers"), vec![user("ann")])]).await.unwrap();
    assert_eq!(directory::next_groups(tx.connection(), 1).await.unwrap(), [group("leads")]);
    let sync = directory::sync(&mut tx, Part::Members).await.unwrap().unwrap();
    assert_eq!(sync.succeeded_at, Some(start));
    let mut groups: Vec<_> = company::groups().into_iter().map(|(group, _)| group).collect();
    let fresh = domain::GroupId::parse("22222222-0000-4000-8000-000000000000").unwrap();
    groups.push(directory::Group { id: fresh.clone(), name: "fresh".to_owned() });
    directory::settle(&mut tx, Part::Members, jiff::SignedDuration::from_secs(30)).await.unwrap();
    directory::replace_groups(&mut tx, &groups).await.unwrap();
    let sync = directory::sync(&mut tx, Part::Members).await.unwrap().unwrap();
    assert_eq!((sync.succeeded_at, sync.rest_until), (Some(start), None), "a new group ends the rest");
    assert_eq!(directory::next_groups(tx.connection(), 1).await.unwrap(), [fresh]);
    assert_eq!(directory::stock(tx.connection()).await.unwrap().groups_unread, 1);
    let counts = directory::counts(tx.connection()).await.unwrap();
    assert_eq!(counts.iter().map(|c| c.there).collect::<Vec<_>>(), [8, 5, 5, 4, 4, 3, 0]);
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

#[tokio::test]
async fn a_crowd_is_not_disabled_at_once_unless_somebody_accepts_it() {
    let db = testkit::database().await;
    company::move_in(&db).await;
    let mut crowd = company::users();
    let example = crowd.first().cloned().unwrap();
    crowd.extend((0..6).map(|n| directory::User {
        id: domain::UserId::parse(format!("22222222-0000-4000-8000-00000000000{n}")).unwrap(),
        user_name: format!("crowd{n}"),
        ..example.clone()
    }));
    let mut tx = begin(&db).await;
    directory::replace_users(&mut tx, &crowd).await.unwrap();
    tx.commit().await.unwrap();
    let everybody_out: Vec<_> = crowd.iter().cloned().map(|user| directory::User { active: false, ..user }).collect();
    let mut tx = begin(&db).await;
    let refused = directory::replace_users(&mut tx, &everybody_out).await.unwrap_err();
    assert!(matches!(refused, SyncError::Implausible { what: "enabled users", had: 13, vanished: 13 }), "{refused}");
    tx.roll_back().await.unwrap();
    let mut tx = begin(&db).await;
    directory::accept(&mut tx, Part::Users, jiff::SignedDuration::from_hours(1)).await.unwrap();
    directory::replace_users(&mut tx, &everybody_out).await.unwrap();
    assert!(!directory::user(tx.connection(), &user("ann")).await.unwrap().unwrap().active);
}
