//! Reading who and what there is, and the fresh questions about one person or one permission set.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use cloud::{Administration, CallError, CloudConfig, CloudError, Group, Policy, User};
use domain::{GroupId, PermissionSetArn};
use reqwest::Method;
use serde_json::{Value, json};
use simulator::Config;

use super::World;

impl World {
    async fn person(&self, name: &str) -> User {
        let users = self.cloud.directory().users().await.unwrap();
        users.into_iter().find(|user| user.user_name == name).unwrap()
    }

    async fn group(&self, name: &str) -> Group {
        self.cloud.directory().groups().await.unwrap().into_iter().find(|group| group.name == name).unwrap()
    }

    async fn permission_set(&self, name: &str) -> PermissionSetArn {
        let sets = self.cloud.directory().permission_sets().await.unwrap();
        sets.into_iter().find(|set| set.name == name).unwrap().arn
    }

    async fn count(&self, service: &str, operation: &str) -> u64 {
        let counts = self.control(Method::GET, "oracle/calls/count", &json!({})).await;
        counts[service][operation].as_object().map_or(0, |all| all.values().filter_map(Value::as_u64).sum())
    }
}

#[tokio::test]
async fn people_and_groups_are_read_as_a_whole() {
    let world = World::instant().await;
    world.control(Method::PUT, "users/ann/manager/carla", &json!({})).await;
    let directory = world.cloud.directory();
    let users = directory.users().await.unwrap();
    let named = |name: &str| users.iter().find(|user| user.user_name == name).unwrap();
    assert!(users.len() >= 80, "{}", users.len());
    assert!(named("ann").active && !named("gone").active);
    assert_eq!(named("ann").email.as_deref(), Some("ann@harbourfreight.example"));
    assert_eq!(named("ann").manager.as_ref(), Some(&named("carla").id));
    assert_eq!(named("ben").manager, None);

    assert_eq!(directory.groups().await.unwrap().len(), 20);
    let approvers = world.group("prod-approvers").await.id;
    let members = directory.members(&approvers).await.unwrap();
    assert!(members.contains(&named("carla").id) && !members.contains(&named("ann").id));
    assert_eq!(directory.memberships(&named("ann").id).await.unwrap().len(), 2);
    let nowhere = GroupId::parse("00000000-0000-4000-8000-000000000000").unwrap();
    assert_eq!(directory.members(&nowhere).await, Ok(vec![]), "nobody is in a group that is gone");
}

#[tokio::test]
async fn the_tree_is_read_as_a_whole() {
    let world = World::instant().await;
    // Pages are small, and may be empty and still have a successor.
    world.settings(json!({"empty_pages": true})).await;
    let directory = world.cloud.directory();
    let organization = directory.organization().await.unwrap();
    assert_eq!(organization.accounts.len(), 60);
    assert_eq!(organization.units.iter().filter(|unit| unit.parent.is_none()).count(), 1);
    let unit = |id: &String| organization.units.iter().find(|unit| unit.id == *id);
    let depth = |id: &String| std::iter::successors(unit(id), |at| at.parent.as_ref().and_then(unit)).count();
    let deepest = organization.accounts.iter().map(|account| depth(&account.parent)).max();
    assert_eq!(deepest, Some(4), "three levels below the root");
    assert_eq!(organization.accounts.iter().filter(|account| !account.active).count(), 1, "one is suspended");
    assert_eq!(world.count("organizations", "ListAccountsForParent").await, 0, "the paths say where accounts are");

    let management = organization.management_account.clone();
    let identity = organization.accounts.iter().find(|account| account.name == "security-identity").unwrap();
    let expected = BTreeSet::from([management.clone(), identity.id.clone()]);
    assert_eq!(organization.administration, Administration::Whole(expected));
    let tags = directory.account_tags(&identity.id).await.unwrap().unwrap();
    assert_eq!(tags["environment"], "production");
    let nowhere = domain::AccountId::parse("000000000000").unwrap();
    assert_eq!(directory.account_tags(&nowhere).await, Ok(None));

    let sets = directory.permission_sets().await.unwrap();
    assert_eq!(sets.len(), 14);
    assert!(sets.iter().all(|set| set.session >= Duration::from_secs(3600)));
}

#[tokio::test]
async fn who_administers_access_is_partly_known_where_aws_does_not_tell() {
    let world = World::instant().await;
    world.fault(json!({"kind": "access_denied", "operations": ["ListDelegatedAdministrators"]})).await;
    let organization = world.cloud.directory().organization().await.unwrap();
    let expected = BTreeSet::from([organization.management_account.clone()]);
    assert_eq!(organization.administration, Administration::Partly(expected));
    assert_eq!(organization.accounts.len(), 60, "the rest does not depend on it");
}

#[tokio::test]
async fn whether_somebody_may_sign_in_is_asked_afresh() {
    let world = World::instant().await;
    let (directory, ann) = (world.cloud.directory(), world.person("ann").await.id);
    assert_eq!(directory.is_enabled(&ann).await, Ok(Some(true)));
    world.control(Method::POST, "users/ann/disable", &json!({})).await;
    assert_eq!(directory.is_enabled(&ann).await, Ok(Some(false)));
    world.control(Method::DELETE, "users/ann", &json!({})).await;
    assert_eq!(directory.is_enabled(&ann).await, Ok(None));
    let approvers = world.group("prod-approvers").await.id;
    assert_eq!(directory.groups_of(&ann, &[approvers]).await, Ok(vec![]), "whoever is gone is in no group");
}

#[tokio::test]
async fn which_groups_somebody_is_in_is_asked_afresh_a_hundred_at_once() {
    let world = World::instant().await;
    world.control(Method::POST, "directory/grow", &json!({"groups": 230})).await;
    let (directory, carla) = (world.cloud.directory(), world.person("carla").await.id);
    let all: Vec<GroupId> = directory.groups().await.unwrap().into_iter().map(|group| group.id).collect();
    let mut hers = directory.memberships(&carla).await.unwrap();
    hers.sort();
    let mut found = directory.groups_of(&carla, &all).await.unwrap();
    found.sort();
    assert_eq!(found, hers);
    assert_eq!(world.count("identitystore", "IsMemberInGroups").await, 3);

    let approvers = world.group("prod-approvers").await.id;
    world.control(Method::DELETE, "groups/prod-approvers/members/carla", &json!({})).await;
    assert!(!directory.groups_of(&carla, &all).await.unwrap().contains(&approvers));
    assert_eq!(directory.groups_of(&carla, &[]).await, Ok(vec![]));
}

#[tokio::test]
async fn a_group_that_is_gone_does_not_hide_the_others() {
    let world = World::instant().await;
    let (directory, carla) = (world.cloud.directory(), world.person("carla").await.id);
    let mut asked: Vec<GroupId> = directory.groups().await.unwrap().into_iter().map(|group| group.id).collect();
    let hers = directory.groups_of(&carla, &asked).await.unwrap();
    assert!(!hers.is_empty());
    asked.insert(7, GroupId::parse("00000000-0000-4000-8000-000000000000").unwrap());
    assert_eq!(directory.groups_of(&carla, &asked).await, Ok(hers));
}

#[tokio::test]
async fn nobody_waits_long_for_a_fresh_answer() {
    let world = World::instant().await;
    let ann = world.person("ann").await.id;
    world.fault(json!({"kind": "hang", "operations": ["DescribeUser", "IsMemberInGroups"]})).await;
    let started = Instant::now();
    let group = world.group("engineers").await.id;
    let directory = world.cloud.directory();
    let groups = [group];
    let (enabled, groups) = tokio::join!(directory.is_enabled(&ann), directory.groups_of(&ann, &groups));
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    for error in [enabled.unwrap_err(), groups.unwrap_err()] {
        assert!(matches!(&error, CloudError::Call { source: CallError::Unclear(_), .. }), "{error}");
    }
}

#[tokio::test]
async fn a_hash_tells_when_what_a_permission_set_allows_has_changed() {
    let world = World::instant().await;
    let (directory, arn) = (world.cloud.directory(), world.permission_set("LogReader").await);
    let before = directory.permission_set_content(&arn).await.unwrap().unwrap();
    assert_eq!(before.managed_policies, ["arn:aws:iam::aws:policy/LogReader"]);
    assert_eq!((before.session_s, &before.inline_policy, &before.boundary), (28_800, &None, &None));
    assert_eq!(directory.permission_set_content(&arn).await.unwrap().unwrap().hash(), before.hash());
    let mut seen = vec![before.hash()];
    for change in [
        json!({"inline_policy": "{\"Version\": \"2012-10-17\", \"Statement\": []}"}),
        json!({"managed_policies": ["arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws:iam::aws:policy/LogReader"]}),
        json!({"customer_policies": ["operations"]}),
        json!({"boundary": "arn:aws:iam::aws:policy/PowerUserAccess"}),
        json!({"session_duration": "PT1H"}),
    ] {
        world.control(Method::PATCH, "permission-sets/LogReader", &change).await;
        let hash = directory.permission_set_content(&arn).await.unwrap().unwrap().hash();
        assert!(!seen.contains(&hash), "{change}");
        seen.push(hash);
    }
    let whole = directory.permission_set_content(&arn).await.unwrap().unwrap();
    assert_eq!(whole.boundary, Some(Policy::Managed("arn:aws:iam::aws:policy/PowerUserAccess".to_owned())));
    assert_eq!(whole.customer_policies, [Policy::Customer { path: "/".to_owned(), name: "operations".to_owned() }]);

    // A new name is no new content.
    world.control(Method::PATCH, "permission-sets/LogReader", &json!({"name": "LogViewer"})).await;
    assert_eq!(directory.permission_set_content(&arn).await.unwrap().unwrap().hash(), whole.hash());
    let gone = PermissionSetArn::parse(format!("{}0", &arn.as_str()[..arn.as_str().len() - 1])).unwrap();
    assert_eq!(directory.permission_set_content(&gone).await, Ok(None));
}

#[tokio::test]
async fn reading_the_directory_keeps_within_the_limits_of_aws() {
    let world = World::start(Config::aws(), CloudConfig::default()).await;
    world.settings(json!({"empty_pages": false})).await;
    let directory = world.cloud.directory();
    let (users, sets, tree) = tokio::join!(directory.users(), directory.permission_sets(), directory.organization());
    assert_eq!((users.unwrap().len(), sets.unwrap().len(), tree.unwrap().accounts.len()), (80, 14, 60));
    let counts = world.control(Method::GET, "oracle/calls/count", &json!({})).await.to_string();
    assert!(!counts.contains("ThrottlingException") && !counts.contains("TooManyRequests"), "{counts}");
}
