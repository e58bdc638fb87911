//! Reading the directory from a simulated organization into a real database.

use std::collections::BTreeMap;

use cloud::{AccessKey, Cloud, CloudConfig};
use jiff::SignedDuration;
use request::directory::{Keeper, Plan, Snapshot, Step, take_over};
use reqwest::Method;
use serde_json::{Value, json};
use simulator::{Config, Running, Simulator};
use store::directory::{self, Claim, Part, SyncError};
use testkit::TestDb;
use testkit::company::{self, group, user};

const EVERY: SignedDuration = SignedDuration::from_mins(5);

/// A simulated organization, a database, and whoever reads the one into the other.
struct World {
    simulator: Running,
    db: TestDb,
    keeper: Keeper,
}

impl World {
    async fn start() -> Self {
        let simulator = Simulator::start(Config::instant()).unwrap();
        let db = testkit::database().await;
        let keeper = keeper(&simulator, &db).await;
        Self { simulator, db, keeper }
    }

    async fn control(&self, method: Method, path: &str, body: Value) -> Value {
        let url = format!("{}/control/{path}", self.simulator.http);
        let answer = reqwest::Client::new().request(method, url).json(&body).send().await.unwrap();
        serde_json::from_str(&answer.error_for_status().unwrap().text().await.unwrap()).unwrap_or_default()
    }

    async fn deny(&self, operation: &str) {
        self.control(Method::POST, "faults", json!({"kind": "access_denied", "operations": [operation]})).await;
    }

    async fn calls(&self, operation: &str) -> u64 {
        let counts = self.control(Method::GET, "oracle/calls/count", json!({})).await;
        let services = counts.as_object().unwrap().values();
        let outcomes = services.filter_map(|service| service[operation].as_object()).flat_map(|all| all.values());
        outcomes.filter_map(Value::as_u64).sum()
    }

    /// Reads until nothing is due, and says what could not be read.
    async fn settle(&self) -> Vec<Part> {
        let mut failed = Vec::new();
        loop {
            let mut idle = true;
            for part in Part::ALL {
                match self.keeper.step(part).await.unwrap() {
                    Step::Idle => {}
                    Step::Done(_) => idle = false,
                    Step::Failed => failed.push(part),
                }
            }
            if idle {
                return failed;
            }
        }
    }

    /// Reads everything again, as time passes.
    async fn settle_later(&self) -> Vec<Part> {
        let mut failed = Vec::new();
        for _ in 0..101 {
            self.db.clock.advance(EVERY / 100);
            failed.extend(self.settle().await);
        }
        failed
    }

    /// What is being read or waits for it: whether it has begun, how many were read, and of how many.
    async fn progress(&self) -> Vec<(Part, bool, i64, Option<i64>)> {
        let mut tx = self.tx().await;
        let now = tx.now();
        let standing = directory::standing(tx.connection(), now).await.unwrap();
        standing.progress.into_iter().map(|told| (told.part, told.begun, told.done, told.of)).collect()
    }

    async fn tx(&self) -> store::Tx {
        self.db.begin(domain::Actor::service("test")).await.unwrap()
    }

    async fn error_of(&self, part: Part) -> Option<String> {
        directory::sync(&mut self.tx().await, part).await.unwrap().unwrap().error
    }

    async fn account(&self, name: &str) -> directory::Account {
        let mut tx = self.tx().await;
        let whole = directory::whole(tx.connection()).await.unwrap();
        whole.accounts.into_iter().find(|account| account.name == name).unwrap_or_else(|| panic!("no {name}"))
    }
}

async fn keeper(simulator: &Running, db: &TestDb) -> Keeper {
    let config = CloudConfig {
        endpoint_url: Some(simulator.http.clone()),
        calls_per_second: 0,
        outstanding: 0,
        ..CloudConfig::default()
    };
    let key = AccessKey { id: simulator::ACCESS_KEY_ID.to_owned(), secret: simulator::SECRET_ACCESS_KEY.to_owned() };
    let cloud = Cloud::connect_as(config, key).await.unwrap();
    let plan = Plan { every: EVERY, contents_every: EVERY, calls_per_second: 0 };
    Keeper::new(db.db.clone(), cloud.directory().clone(), plan)
}

#[tokio::test]
async fn the_last_good_copy_stays_when_what_was_read_cannot_be_true() {
    let db = testkit::database().await;
    company::move_in(&db).await;
    let nothing = take_over(&db, Snapshot::Groups(vec![])).await;
    assert!(matches!(nothing, Err(SyncError::Implausible { .. })));
    let mut tx = db.tx(&user("ann")).await;
    assert!(directory::is_ready(tx.connection()).await.unwrap());
    assert_eq!(directory::members(tx.connection(), &[group("leads")]).await.unwrap().len(), 2);
}

#[tokio::test]
async fn everything_is_read_once_and_nothing_is_due_then() {
    let world = World::start().await;
    world.control(Method::PUT, "users/ann/manager/carla", json!({})).await;
    assert_eq!(world.settle().await, []);
    let mut tx = world.tx().await;
    assert!(directory::is_ready(tx.connection()).await.unwrap());
    let counts = directory::counts(tx.connection()).await.unwrap();
    let there: Vec<_> = counts.iter().map(|count| count.there).collect();
    assert_eq!((there[0], there[1], there[3], there[4], there[5], there[6]), (80, 20, 59, 59, 14, 14));
    assert!(there[2] > 100, "{there:?}");

    let person =
        async |tx: &mut store::Tx, name: &str| directory::person_by_name(tx.connection(), name).await.unwrap().unwrap();
    let (ann, carla, gone) =
        (person(&mut tx, "ann").await, person(&mut tx, "carla").await, person(&mut tx, "gone").await);
    assert!(ann.active && !gone.active, "who is disabled may nothing");
    assert_eq!(directory::manager_of(tx.connection(), &ann.id).await.unwrap(), Some(carla.id.clone()));
    let approvers = carla.groups.iter().find(|(_, name)| name == "prod-approvers").unwrap().0.clone();
    assert!(directory::is_member(tx.connection(), &carla.id, &approvers).await.unwrap());
    let contractors = gone.groups.iter().find(|(_, name)| name == "contractors").unwrap().0.clone();
    let members = directory::members(tx.connection(), &[contractors]).await.unwrap();
    assert!(!members.is_empty() && members.iter().all(|member| member.id != gone.id), "disabled ones are left out");

    let whole = directory::whole(tx.connection()).await.unwrap();
    let named = |name: &str| whole.accounts.iter().find(|account| account.name == name).unwrap();
    assert!(!named("legacy-tracking").active, "suspended ones are left out");
    assert_eq!(named("freight-booking-staging").tags["environment"], "staging");
    let administration: Vec<&str> =
        whole.accounts.iter().filter(|account| account.administration).map(|account| account.name.as_str()).collect();
    assert_eq!(administration.len(), 2, "{administration:?}");
    assert!(administration.contains(&"security-identity") && named("harbour-freightline").management);
    assert!(whole.permission_sets.iter().all(|set| set.content_hash.as_ref().is_some_and(|hash| hash.len() == 64)));
    drop(tx);
    let before = world.calls("ListUsers").await;
    assert_eq!(world.settle().await, []);
    assert_eq!(world.calls("ListUsers").await, before);
}

#[tokio::test]
async fn reading_the_same_again_writes_nothing() {
    let world = World::start().await;
    world.settle().await;
    let rows = async || -> Vec<(String, String)> {
        sqlx::query_as(
            "SELECT group_id || user_id, xmin::text FROM directory_members UNION ALL \
             SELECT id, xmin::text FROM directory_users UNION ALL SELECT id, xmin::text FROM directory_units ORDER BY 1",
        )
        .fetch_all(world.db.pool())
        .await
        .unwrap()
    };
    let revision = async || directory::revision(world.tx().await.connection()).await.unwrap();
    let (rows_before, revision_before, users) = (rows().await, revision().await, world.calls("ListUsers").await);
    assert_eq!(world.settle_later().await, []);
    assert!(world.calls("ListUsers").await > users, "it was read again");
    assert_eq!(rows().await, rows_before);
    assert_eq!(revision().await, revision_before);
}

#[tokio::test]
async fn new_names_places_tags_and_contents_are_followed_by_id() {
    let world = World::start().await;
    world.settle().await;
    let account = world.account("freight-booking-staging").await;
    let production = world.account("freight-booking-production").await;
    let mut tx = world.tx().await;
    let ann = directory::person_by_name(tx.connection(), "ann").await.unwrap().unwrap();
    let before = directory::whole(tx.connection()).await.unwrap();
    drop(tx);
    world.control(Method::DELETE, "groups/freight/members/ann", json!({})).await;
    world.control(Method::PATCH, "users/ann", json!({"user_name": "ann.ferreira", "display_name": "Ann F."})).await;
    world.control(Method::PATCH, "groups/engineers", json!({"display_name": "makers"})).await;
    let change = json!({"name": "freight-test", "parent": production.unit, "tags": {"environment": "test"}});
    world.control(Method::PATCH, &format!("accounts/{}", account.id), change).await;
    let change = json!({"name": "LogViewer", "inline_policy": "{\"Statement\": []}"});
    world.control(Method::PATCH, "permission-sets/LogReader", change).await;
    world.control(Method::POST, "users/ben/disable", json!({})).await;
    world.control(Method::POST, "accounts/sandbox-data/suspend", json!({})).await;
    assert_eq!(world.settle_later().await, []);

    let mut tx = world.tx().await;
    let found = directory::person_by_name(tx.connection(), "ann.ferreira").await.unwrap().unwrap();
    assert_eq!((&found.id, found.display_name.as_str()), (&ann.id, "Ann F."));
    assert_eq!(found.groups.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>(), ["makers"]);
    assert!(!directory::person_by_name(tx.connection(), "ben").await.unwrap().unwrap().active);
    let whole = directory::whole(tx.connection()).await.unwrap();
    assert!(whole.revision > before.revision);
    let moved = whole.accounts.iter().find(|a| a.id == account.id).unwrap();
    assert_eq!((moved.name.as_str(), &moved.unit), ("freight-test", &production.unit));
    assert_eq!(moved.tags, BTreeMap::from([("environment".to_owned(), "test".to_owned())]));
    assert!(!whole.accounts.iter().find(|a| a.name == "sandbox-data").unwrap().active);
    let old = before.permission_sets.iter().find(|set| set.name == "LogReader").unwrap();
    let new = whole.permission_sets.iter().find(|set| set.name == "LogViewer").unwrap();
    assert_eq!(new.arn, old.arn);
    assert_ne!(new.content_hash, old.content_hash, "what it allows has changed");
}

#[tokio::test]
async fn a_rotation_goes_on_where_it_stopped() {
    let world = World::start().await;
    world.control(Method::POST, "directory/grow", json!({"accounts": 160})).await;
    assert!(matches!(world.keeper.step(Part::Organization).await.unwrap(), Step::Done(_)));
    assert!(matches!(world.keeper.step(Part::AccountTags).await.unwrap(), Step::Done(_)));
    assert_eq!(world.calls("ListTagsForResource").await, 150);
    world.deny("ListTagsForResource").await;
    assert_eq!(world.keeper.step(Part::AccountTags).await.unwrap(), Step::Failed);
    let error = world.error_of(Part::AccountTags).await.unwrap();
    assert!(error.contains("ListTagsForResource: denied"), "{error}");
    assert_eq!(world.keeper.step(Part::AccountTags).await.unwrap(), Step::Idle, "not at once");
    let mut tx = world.tx().await;
    assert_eq!(directory::stock(tx.connection()).await.unwrap().accounts_unread, 9, "what was read counts");
    assert!(!directory::is_ready(tx.connection()).await.unwrap());
    drop(tx);

    world.control(Method::DELETE, "faults", json!({})).await;
    let before = world.calls("ListTagsForResource").await;
    world.db.clock.advance(SignedDuration::from_secs(2));
    assert!(matches!(world.keeper.step(Part::AccountTags).await.unwrap(), Step::Done(_)));
    assert_eq!(world.calls("ListTagsForResource").await - before, 9, "and is not read again");
    assert_eq!(world.error_of(Part::AccountTags).await, None);
}

#[tokio::test]
async fn what_somebody_wants_anew_is_read_at_once_without_a_rest_and_tells_how_far_it_is() {
    let world = World::start().await;
    world.control(Method::POST, "directory/grow", json!({"accounts": 160})).await;
    assert_eq!(world.settle().await, []);
    assert_eq!(world.progress().await, [], "nothing is to be read");
    world.db.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(world.keeper.step(Part::AccountTags).await.unwrap(), Step::Idle);

    let mut tx = world.tx().await;
    directory::want(&mut tx, &[Part::Users, Part::AccountTags]).await.unwrap();
    tx.commit().await.unwrap();
    let waits = |part, of| (part, false, 0, Some(of));
    assert_eq!(world.progress().await, [waits(Part::Users, 80), waits(Part::AccountTags, 159)]);
    let (users, tags) = (world.calls("ListUsers").await, world.calls("ListTagsForResource").await);
    assert!(matches!(world.keeper.step(Part::Users).await.unwrap(), Step::Done(_)));
    assert_eq!(world.calls("ListUsers").await, users + 1);
    assert_eq!(world.keeper.step(Part::Users).await.unwrap(), Step::Idle, "it was read once");
    assert!(matches!(world.keeper.step(Part::AccountTags).await.unwrap(), Step::Done(_)));
    assert_eq!(world.progress().await, [(Part::AccountTags, true, 150, Some(159))]);
    assert!(matches!(world.keeper.step(Part::AccountTags).await.unwrap(), Step::Done(_)));
    assert_eq!(world.progress().await, []);
    assert_eq!(world.calls("ListTagsForResource").await, tags + 159, "each of them once");
    assert_eq!(world.keeper.step(Part::AccountTags).await.unwrap(), Step::Idle, "the rest is taken again");
}

#[tokio::test]
async fn what_was_begun_before_somebody_wanted_it_is_read_once_more() {
    let world = World::start().await;
    world.settle().await;
    let mut tx = world.tx().await;
    directory::claim(&mut tx, Part::Groups, Claim::new()).await.unwrap();
    tx.commit().await.unwrap();
    world.db.clock.advance(SignedDuration::from_secs(1));
    let mut tx = world.tx().await;
    directory::want(&mut tx, &[Part::Groups]).await.unwrap();
    tx.commit().await.unwrap();
    let known = directory::groups(world.tx().await.connection()).await.unwrap();
    take_over(&world.db, Snapshot::Groups(known)).await.unwrap();
    assert_eq!(world.progress().await, [(Part::Groups, false, 0, Some(20))], "that answer may be older");
    assert!(matches!(world.keeper.step(Part::Groups).await.unwrap(), Step::Done(_)));
    assert_eq!(world.progress().await, []);
}

#[tokio::test]
async fn one_part_that_cannot_be_read_does_not_stop_the_others_and_keeps_its_copy() {
    let world = World::start().await;
    world.settle().await;
    world.deny("ListUsers").await;
    world.control(Method::PATCH, "groups/engineers", json!({"display_name": "makers"})).await;
    world.db.clock.advance(EVERY);
    assert_eq!(world.settle().await, [Part::Users]);
    let mut tx = world.tx().await;
    let ann = directory::person_by_name(tx.connection(), "ann").await.unwrap().unwrap();
    assert!(ann.groups.iter().any(|(_, name)| name == "makers"));
    let users = directory::sync(&mut tx, Part::Users).await.unwrap().unwrap();
    assert_eq!((users.failures, users.failed_at), (1, Some(tx.now())));
    assert_eq!(users.succeeded_at, tx.now().checked_sub(EVERY).ok());
}

#[tokio::test]
async fn who_administers_access_stays_known_when_aws_does_not_tell_any_more() {
    let world = World::start().await;
    world.settle().await;
    assert!(world.account("security-identity").await.administration);
    world.deny("ListDelegatedAdministrators").await;
    assert_eq!(world.settle_later().await, []);
    assert!(world.account("security-identity").await.administration);
    assert!(world.account("harbour-freightline").await.administration);
}

#[tokio::test]
async fn only_one_process_reads_a_part_at_a_time() {
    let world = World::start().await;
    let other = keeper(&world.simulator, &world.db).await;
    let mut tx = world.tx().await;
    directory::claim(&mut tx, Part::Users, Claim::new()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(other.step(Part::Users).await.unwrap(), Step::Idle);
    world.db.clock.advance(SignedDuration::from_secs(31));
    assert!(matches!(other.step(Part::Users).await.unwrap(), Step::Done(_)), "whoever claimed it is gone");
    assert_eq!(world.keeper.step(Part::Users).await.unwrap(), Step::Idle, "the other one has just read it");
    assert_eq!(world.calls("ListUsers").await, 1);
}

#[tokio::test]
async fn memberships_are_asked_by_person_where_there_are_far_fewer_people_than_groups() {
    let world = World::start().await;
    world.control(Method::POST, "directory/grow", json!({"groups": 200})).await;
    assert_eq!(world.settle().await, []);
    assert_eq!(world.calls("ListGroupMemberships").await, 0);
    assert_eq!(world.calls("ListGroupMembershipsForMember").await, 80);
    let mut tx = world.tx().await;
    assert!(directory::is_ready(tx.connection()).await.unwrap());
    let memberships = directory::counts(tx.connection()).await.unwrap()[2].there;
    assert_eq!(memberships, world.memberships().await);
}

impl World {
    async fn memberships(&self) -> i64 {
        let company = self.control(Method::GET, "directory", json!({})).await;
        let users = company["users"].as_array().unwrap();
        users.iter().map(|user| user["groups"].as_array().unwrap().len()).sum::<usize>().try_into().unwrap()
    }
}
