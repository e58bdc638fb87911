//! The plain life, the directory and the limits against a simulated organization, judged by its oracle.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a helper that cannot go on fails its test")]

mod directory;
mod roles;

use std::time::Duration;

use cloud::{AccessKey, CallError, Cloud, CloudConfig, CloudError, Presence, Progress};
use domain::{Tuple, UserId};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use simulator::{Config, Running, Simulator};

const PATIENCE: Duration = Duration::from_secs(20);

fn soon() -> Timestamp {
    Timestamp::now() + SignedDuration::from_secs(60)
}

fn key() -> AccessKey {
    AccessKey { id: simulator::ACCESS_KEY_ID.to_owned(), secret: simulator::SECRET_ACCESS_KEY.to_owned() }
}

fn unlimited() -> CloudConfig {
    CloudConfig { calls_per_second: 0, outstanding: 0, ..CloudConfig::default() }
}

/// A simulated organization and a connection to it.
struct World {
    simulator: Running,
    cloud: Cloud,
}

impl World {
    async fn start(simulator: Config, config: CloudConfig) -> Self {
        let simulator = Simulator::start(simulator).unwrap();
        let cloud = Self::connect(&simulator, config).await.unwrap();
        Self { simulator, cloud }
    }

    async fn connect(simulator: &Running, config: CloudConfig) -> Result<Cloud, CloudError> {
        let config = CloudConfig { endpoint_url: Some(simulator.http.clone()), ..config };
        Cloud::connect_as(config, key()).await
    }

    async fn instant() -> Self {
        Self::start(Config::instant(), unlimited()).await
    }

    async fn control(&self, method: reqwest::Method, path: &str, body: &Value) -> Value {
        let url = format!("{}/control/{path}", self.simulator.http);
        let answer = reqwest::Client::new().request(method, url).json(body).send().await.unwrap();
        let answer = answer.error_for_status().unwrap().text().await.unwrap();
        serde_json::from_str(&answer).unwrap_or_default()
    }

    async fn fault(&self, fault: Value) {
        self.control(reqwest::Method::POST, "faults", &fault).await;
    }

    async fn settings(&self, settings: Value) {
        self.control(reqwest::Method::PATCH, "settings", &settings).await;
    }

    /// How many assignments of this person truly exist.
    async fn truly_assigned(&self, person: &UserId) -> usize {
        let path = format!("oracle/assignments?open=true&principal_id={person}");
        self.control(reqwest::Method::GET, &path, &json!({})).await["assignments"].as_array().unwrap().len()
    }

    /// People's tuples that nobody has: each account below production, one permission set, for this user.
    async fn tuples(&self, user_name: &str) -> Vec<Tuple> {
        let directory = self.cloud.directory();
        let users = directory.users().await.unwrap();
        let person = users.into_iter().find(|user| user.user_name == user_name).unwrap().id;
        let sets = directory.permission_sets().await.unwrap();
        let set = sets.into_iter().find(|set| set.name == "LogReader").unwrap().arn;
        let organization = directory.organization().await.unwrap();
        let accounts = organization.accounts.into_iter().filter(|account| account.active);
        accounts
            .filter(|account| account.id != organization.management_account)
            .map(|account| Tuple { principal: person.clone(), account: account.id, permission_set: set.clone() })
            .collect()
    }

    async fn tuple(&self) -> Tuple {
        self.tuples("ann").await.remove(0)
    }
}

#[tokio::test]
async fn an_assignment_comes_and_goes() {
    let world = World::instant().await;
    let tuple = world.tuple().await;
    let (creations, deletions) = (world.cloud.creations(), world.cloud.deletions());
    world.settings(json!({"latency_median_seconds": 0.3, "latency_sigma": 0.1})).await;
    let before = world.truly_assigned(&tuple.principal).await;
    assert_eq!(deletions.read(&tuple).await, Ok(Presence::Absent));

    let creation = creations.create(&tuple, soon()).await.unwrap();
    assert_eq!(creation.progress, Progress::InProgress);
    assert_eq!(creations.follow_creation(&creation.operation, PATIENCE).await, Ok(Progress::Succeeded));
    assert_eq!(deletions.read(&tuple).await, Ok(Presence::Present));
    assert_eq!(world.truly_assigned(&tuple.principal).await, before + 1);

    let deletion = deletions.delete(&tuple, soon()).await.unwrap();
    assert_eq!(deletions.follow_deletion(&deletion.operation, PATIENCE).await, Ok(Progress::Succeeded));
    assert_eq!(deletions.read(&tuple).await, Ok(Presence::Absent));
    assert_eq!(world.truly_assigned(&tuple.principal).await, before);

    let missing = deletions.delete(&tuple, soon()).await.unwrap_err();
    assert!(matches!(missing, CallError::NotFound(_)), "{missing}");
}

#[tokio::test]
async fn an_answer_that_is_lost_after_the_effect_is_unclear_and_a_read_tells() {
    let world = World::instant().await;
    let tuple = world.tuple().await;
    let (creations, deletions) = (world.cloud.creations(), world.cloud.deletions());
    world.fault(json!({"kind": "reset_after", "operations": ["CreateAccountAssignment"], "count": 1})).await;
    let lost = creations.create(&tuple, soon()).await.unwrap_err();
    assert!(lost.effect_unknown(), "{lost}");
    assert_eq!(deletions.read(&tuple).await, Ok(Presence::Present));

    world.fault(json!({"kind": "reset_before", "operations": ["DeleteAccountAssignment"], "count": 1})).await;
    let lost = deletions.delete(&tuple, soon()).await.unwrap_err();
    assert!(lost.effect_unknown(), "{lost}");
    assert_eq!(deletions.read(&tuple).await, Ok(Presence::Present));
}

#[tokio::test]
async fn an_accepted_creation_can_fail_with_a_reason() {
    let world = World::instant().await;
    let tuple = world.tuple().await;
    let (creations, deletions) = (world.cloud.creations(), world.cloud.deletions());
    let reason = "The account has no room for another role";
    world.fault(json!({"kind": "failed", "reason": reason, "count": 1})).await;
    let creation = creations.create(&tuple, soon()).await.unwrap();
    let end = creations.follow_creation(&creation.operation, PATIENCE).await;
    assert_eq!(end, Ok(Progress::Failed { reason: reason.to_owned() }));
    assert_eq!(deletions.read(&tuple).await, Ok(Presence::Absent));
}

#[tokio::test]
async fn a_second_operation_on_a_tuple_is_a_conflict() {
    let world = World::instant().await;
    let tuple = world.tuple().await;
    let (creations, deletions) = (world.cloud.creations(), world.cloud.deletions());
    world.fault(json!({"kind": "slow", "seconds": 30.0, "count": 1})).await;
    let creation = creations.create(&tuple, soon()).await.unwrap();
    assert_eq!(deletions.delete(&tuple, soon()).await.unwrap_err(), CallError::Conflict);
    let short = Duration::from_millis(300);
    assert_eq!(creations.follow_creation(&creation.operation, short).await, Ok(Progress::InProgress));
}

#[tokio::test]
async fn our_limits_keep_within_those_of_aws() {
    let world = World::instant().await;
    let tuples = world.tuples("ben").await;
    let endpoint_url = Some(world.simulator.http.clone());
    let cloud = Cloud::connect_as(CloudConfig { endpoint_url, ..CloudConfig::default() }, key()).await.unwrap();
    world.settings(json!({"quotas": true, "latency_median_seconds": 1.5, "latency_sigma": 0.1})).await;
    let mut under_way = Vec::new();
    for tuple in tuples.into_iter().take(25) {
        let creations = cloud.creations().clone();
        under_way.push(tokio::spawn(async move {
            let creation = creations.create(&tuple, soon()).await?;
            creations.follow_creation(&creation.operation, PATIENCE).await
        }));
    }
    assert_eq!(under_way.len(), 25);
    for creation in under_way {
        assert_eq!(creation.await.unwrap(), Ok(Progress::Succeeded));
    }
    let counts = world.control(reqwest::Method::GET, "oracle/calls/count", &json!({})).await;
    assert!(!counts.to_string().contains("ThrottlingException"), "{counts}");
}

#[tokio::test]
async fn a_key_that_aws_does_not_take_is_denied() {
    let simulator = Simulator::start(Config::instant()).unwrap();
    let config = CloudConfig { endpoint_url: Some(simulator.http.clone()), ..CloudConfig::default() };
    let wrong = AccessKey { secret: "another-secret".to_owned(), ..key() };
    let refused = Cloud::connect_as(config, wrong).await.err();
    let Some(CloudError::Call { operation: "ListInstances", source: CallError::Denied(why) }) = refused else {
        panic!("{refused:?}");
    };
    assert!(!why.contains("another-secret"), "{why}");
}
