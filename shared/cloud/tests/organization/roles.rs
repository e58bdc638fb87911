//! Each kind of work is done by a role of its own, whose policy allows exactly what that work calls.

use std::collections::{BTreeMap, BTreeSet};

use cloud::{BackstopConfig, CallError, ChangeKind, CloudConfig, CloudError, Presence, Progress, Roles};
use domain::backstop::Fires;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};
use simulator::Config;

use crate::{PATIENCE, World, soon, unlimited};

/// Role, an operation that its policy allows and that this life does not need, and why.
const NOT_IN_THIS_LIFE: &[(&str, &str, &str)] = &[
    ("curfew-backstop", "iam:PassRole", "asked by Scheduler where a schedule names the role"),
    ("curfew-directory", "organizations:ListAccountsForParent", "asked only where accounts do not say where they are"),
    ("curfew-grant", "sso:ListAccountAssignmentCreationStatus", "asked only while several are under way"),
    (
        "curfew-session-deny-inline",
        "sso:DescribePermissionSetProvisioningStatus",
        "asked only where provisioning takes its time",
    ),
    ("curfew-revocation", "sso:ListAccountAssignmentDeletionStatus", "asked only while several are under way"),
];

impl World {
    /// The same organization, by roles.
    async fn by_roles() -> Self {
        Self::by_roles_cutting_as("curfew-session-deny").await
    }

    async fn by_roles_cutting_as(session_deny: &str) -> Self {
        let mut world = Self::instant().await;
        let account = world.cloud.directory().organization().await.unwrap().management_account;
        let role = |name: &str| Some(format!("arn:aws:iam::{account}:role/{name}"));
        let roles = Roles {
            grant: role("curfew-grant"),
            revocation: role("curfew-revocation"),
            backstop: role("curfew-backstop"),
            session_deny: role(session_deny),
            directory: role("curfew-directory"),
            external_id: None,
        };
        let backstop = BackstopConfig { role_arn: role("curfew-backstop-target"), ..BackstopConfig::default() };
        let config = CloudConfig { roles, backstop, ..unlimited() };
        world.cloud = Self::connect(&world.simulator, config).await.unwrap();
        world
    }

    /// Role, then what was called with it: `service:Operation`. Nothing was refused.
    async fn calls_by_role(&self) -> BTreeMap<String, BTreeSet<String>> {
        let calls = self.control(Method::GET, "oracle/calls?limit=100000", &json!({})).await;
        let mut by_role = BTreeMap::<_, BTreeSet<_>>::new();
        for call in calls["calls"].as_array().unwrap() {
            assert_ne!(call["outcome"], "AccessDeniedException", "{call}");
            let text = |name: &str| call[name].as_str().unwrap();
            if let Some((_, session)) = text("caller_arn").split_once(":assumed-role/") {
                let service = if text("service") == "sso-admin" { "sso" } else { text("service") };
                let role = session.split('/').next().unwrap().to_owned();
                by_role.entry(role).or_default().insert(format!("{service}:{}", text("operation")));
            }
        }
        by_role
    }
}

/// What a policy allows.
fn allowed(policy: &str) -> BTreeSet<String> {
    let path = format!("{}/../../deploy/iam/{policy}.json", env!("CARGO_MANIFEST_DIR"));
    let policy: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let allows = policy["Statement"].as_array().unwrap().iter().filter(|statement| statement["Effect"] == "Allow");
    allows
        .flat_map(|statement| match &statement["Action"] {
            Value::String(action) => vec![action.clone()],
            actions => actions.as_array().unwrap().iter().map(|action| action.as_str().unwrap().to_owned()).collect(),
        })
        .collect()
}

/// A whole life with everything that the services ask on the way.
async fn live(world: &World) {
    let tuple = world.tuple().await;
    let (creations, deletions, directory) = (world.cloud.creations(), world.cloud.deletions(), world.cloud.directory());
    creations.read(&tuple).await.unwrap();
    let creation = creations.create(&tuple, soon()).await.unwrap();
    creations.follow_creation(&creation.operation, PATIENCE).await.unwrap();
    deletions.read(&tuple).await.unwrap();
    let deletion = deletions.delete(&tuple, soon()).await.unwrap();
    deletions.follow_deletion(&deletion.operation, PATIENCE).await.unwrap();

    let group = directory.groups().await.unwrap().remove(0).id;
    directory.members(&group).await.unwrap();
    directory.memberships(&tuple.principal).await.unwrap();
    directory.is_enabled(&tuple.principal).await.unwrap();
    directory.groups_of(&tuple.principal, &[group]).await.unwrap();
    directory.account_tags(&tuple.account).await.unwrap();
    directory.permission_set_content_unhurried(&tuple.permission_set).await.unwrap();

    let backstop = world.cloud.backstop();
    let assignment = "01890000-0000-7000-8000-000000000001".parse().unwrap();
    let name = domain::backstop::name(backstop.prefix(), assignment, 1);
    let first_at = Timestamp::now() + SignedDuration::from_hours(1);
    let mut fires = Fires { first_at, last_at: first_at + SignedDuration::from_hours(1) };
    backstop.place(&name, &tuple, fires, soon()).await.unwrap();
    fires.first_at += SignedDuration::from_mins(5);
    backstop.move_to(&name, &tuple, fires, soon()).await.unwrap();
    assert_eq!(backstop.list().await, Ok(vec![name.clone()]));
    assert_eq!(backstop.about(&name).await, Ok(Some(tuple.clone())));
    backstop.remove(&name, soon()).await.unwrap();
    assert_eq!(backstop.about(&name).await, Ok(None));

    let policy = world.cloud.session_policy("p-curfewdeny");
    let nobody = policy.read().await.unwrap();
    policy.write(&nobody, soon()).await.unwrap();

    let survey = world.cloud.survey();
    assert_eq!(survey.read(&tuple).await, Ok(Presence::Absent));
    let held = survey.of_person(&tuple.principal).await.unwrap().unwrap();
    assert!(!held.contains(&tuple) && held.len() == 1, "what stood there before: {held:?}");
    for kind in [ChangeKind::Made, ChangeKind::Removed] {
        let changes = survey.changes(kind, None).await.unwrap().unwrap();
        let role = if kind == ChangeKind::Made { "curfew-grant" } else { "curfew-revocation" };
        assert_eq!(changes.len(), 1);
        assert_eq!((&changes[0].tuple, changes[0].by_grant_role), (&tuple, kind == ChangeKind::Made));
        assert!(changes[0].by.ends_with(&format!("assumed-role/{role}/{role}")), "{}", changes[0].by);
    }
}

#[tokio::test]
async fn who_cuts_sessions_by_the_permission_sets_own_policies_may_call_what_that_needs_and_nothing_else() {
    let role = "curfew-session-deny-inline";
    let world = World::by_roles_cutting_as(role).await;
    let (tuple, policies) = (world.tuple().await, world.cloud.inline_policies());
    let creation = world.cloud.creations().create(&tuple, soon()).await.unwrap();
    world.cloud.creations().follow_creation(&creation.operation, PATIENCE).await.unwrap();
    let nobody = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"none:None","Resource":"*"}}"#;
    for content in [nobody, ""] {
        policies.write(&tuple.permission_set, content, soon()).await.unwrap();
        assert_eq!(policies.read(&tuple.permission_set).await.unwrap(), content);
    }
    assert!(policies.outdated(&tuple.permission_set).await.unwrap().contains(&tuple.account.to_string()));
    let provisioned = policies.provision(&tuple.permission_set, &tuple.account, soon(), PATIENCE).await;
    assert_eq!(provisioned, Ok(Progress::Succeeded));
    let mut allowed = allowed("session-deny-inline");
    let called = world.calls_by_role().await.remove(role).unwrap();
    allowed.retain(|action| called.contains(action) || NOT_IN_THIS_LIFE.iter().all(|(_, other, _)| action != other));
    assert_eq!(allowed, called);
}

#[tokio::test]
async fn each_role_may_call_what_its_work_calls_and_nothing_else() {
    let world = World::by_roles().await;
    live(&world).await;
    let called = world.calls_by_role().await;
    let expected = ["curfew-backstop", "curfew-directory", "curfew-grant", "curfew-revocation", "curfew-session-deny"];
    assert_eq!(called.keys().map(String::as_str).collect::<Vec<_>>(), expected);
    for (role, called) in &called {
        let mut allowed = allowed(role.strip_prefix("curfew-").unwrap());
        allowed.retain(|action| NOT_IN_THIS_LIFE.iter().all(|(of, other, _)| of != role || action != other));
        assert_eq!(&allowed, called, "{role}");
    }
}

#[tokio::test]
async fn a_role_that_may_not_be_assumed_is_told_when_connecting() {
    let world = World::start(Config::instant(), unlimited()).await;
    let directory = Some("arn:aws:iam::123456789012:role/none".to_owned());
    let roles = Roles { directory, ..Roles::default() };
    let refused = World::connect(&world.simulator, CloudConfig { roles, ..unlimited() }).await.err();
    let Some(CloudError::Call { operation: "ListInstances", source: CallError::Unclear(why) }) = refused else {
        panic!("{refused:?}");
    };
    assert!(why.contains("AccessDenied"), "{why}");
}
