//! Each kind of work is done by a role of its own.

use std::collections::BTreeMap;

use cloud::{CallError, CloudConfig, CloudError, Roles};
use reqwest::Method;
use serde_json::json;
use simulator::Config;

use crate::{World, soon, unlimited};

async fn roles(world: &World) -> Roles {
    let account = world.cloud.directory().organization().await.unwrap().management_account;
    let role = |name: &str| Some(format!("arn:aws:iam::{account}:role/{name}"));
    Roles {
        grant: role("curfew-grant"),
        revocation: role("curfew-revocation"),
        directory: role("curfew-directory"),
        ..Roles::default()
    }
}

#[tokio::test]
async fn what_creates_deletes_and_reads_are_three_callers() {
    let mut world = World::instant().await;
    let roles = roles(&world).await;
    let connected = World::connect(&world.simulator, CloudConfig { roles, ..unlimited() }).await;
    world.cloud = connected.unwrap();
    world.control(Method::DELETE, "oracle/calls", &json!({})).await;
    let tuple = world.tuple().await;
    drop(world.cloud.creations().create(&tuple, soon()).await.unwrap());
    world.cloud.creations().read(&tuple).await.unwrap();
    drop(world.cloud.deletions().delete(&tuple, soon()).await.unwrap());

    let calls = world.control(Method::GET, "oracle/calls", &json!({})).await;
    let mut callers = BTreeMap::new();
    for call in calls["calls"].as_array().unwrap().iter().filter(|call| call["service"] != "sts") {
        assert_eq!(call["outcome"], "ok", "{call}");
        let (operation, caller) = (call["operation"].as_str().unwrap(), call["caller_arn"].as_str().unwrap());
        callers.insert(operation, caller.split_once(":assumed-role/").unwrap().1);
    }
    assert_eq!(callers["CreateAccountAssignment"], "curfew-grant/curfew-grant");
    assert_eq!(callers["ListAccountAssignments"], "curfew-grant/curfew-grant");
    assert_eq!(callers["DeleteAccountAssignment"], "curfew-revocation/curfew-revocation");
    for read in ["ListUsers", "ListPermissionSets", "ListAccounts", "ListRoots"] {
        assert_eq!(callers[read], "curfew-directory/curfew-directory", "{read}");
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
