use aws_sdk_sts::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_sts::error::ProvideErrorMetadata as _;
use simulator::{ACCESS_KEY_ID, DELEGATED_ACCESS_KEY_ID, DELEGATED_SECRET_ACCESS_KEY, SECRET_ACCESS_KEY};

use crate::lab::{Lab, create_with, delete_with, sso_admin};

fn sts(lab: &Lab) -> aws_sdk_sts::Client {
    let config = aws_sdk_sts::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .endpoint_url(&lab.simulator.http)
        .credentials_provider(Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY, None, None, "test"))
        .build();
    aws_sdk_sts::Client::from_conf(config)
}

/// Key, secret and token of an assumed role, if it can be.
pub async fn try_credentials_of(lab: &Lab, role: &str) -> Option<(String, String, String)> {
    let account = lab.company["management_account_id"].as_str().unwrap();
    let call = sts(lab).assume_role().role_arn(format!("arn:aws:iam::{account}:role/{role}")).role_session_name("test");
    let given = call.send().await.ok()?.credentials.unwrap();
    Some((given.access_key_id, given.secret_access_key, given.session_token))
}

pub async fn credentials_of(lab: &Lab, role: &str) -> (String, String, String) {
    try_credentials_of(lab, role).await.unwrap()
}

async fn assumed(lab: &Lab, role: &str) -> aws_sdk_ssoadmin::Client {
    let (key, secret, token) = credentials_of(lab, role).await;
    sso_admin(&lab.simulator.http, &key, &secret, Some(token))
}

#[tokio::test]
async fn sts_says_who_one_is_and_refuses_unknown_roles() {
    let lab = Lab::instant().await;
    let identity = sts(&lab).get_caller_identity().send().await.unwrap();
    assert_eq!(identity.account(), lab.company["management_account_id"].as_str());
    let refused =
        sts(&lab).assume_role().role_arn("arn:aws:iam::123456789012:role/none").role_session_name("test").send().await;
    assert_eq!(refused.unwrap_err().code(), Some("AccessDenied"));
}

#[tokio::test]
async fn the_granting_role_cannot_remove_and_the_revoking_role_cannot_add() {
    let lab = Lab::instant().await;
    let wanted = lab.any();
    let (grant, revocation, directory) = (
        assumed(&lab, "curfew-grant").await,
        assumed(&lab, "curfew-revocation").await,
        assumed(&lab, "curfew-directory").await,
    );
    let denied = Err("AccessDeniedException".to_owned());
    assert_eq!(create_with(&revocation, &wanted).await, denied);
    assert_eq!(create_with(&directory, &wanted).await, denied);
    create_with(&grant, &wanted).await.unwrap();
    assert_eq!(delete_with(&grant, &wanted).await, denied);
    delete_with(&revocation, &wanted).await.unwrap();
    directory.list_instances().send().await.unwrap();
    let intervals = lab.intervals(&wanted).await;
    let by = |field: &str| intervals[0][field].as_str().unwrap().rsplit(':').next().unwrap().to_owned();
    assert_eq!(
        (by("created_by"), by("removed_by")),
        ("assumed-role/curfew-grant/test".into(), "assumed-role/curfew-revocation/test".into())
    );
}

#[tokio::test]
async fn a_delegated_administrator_touches_neither_the_management_account_nor_its_permission_sets() {
    let lab = Lab::instant().await;
    let sso = sso_admin(&lab.simulator.http, DELEGATED_ACCESS_KEY_ID, DELEGATED_SECRET_ACCESS_KEY, None);
    let denied = Err("AccessDeniedException".to_owned());
    assert_eq!(create_with(&sso, &lab.wanted("ann", "harbour-freightline", "LogReader")).await, denied);
    assert_eq!(
        create_with(&sso, &lab.wanted("ann", "sandbox-data", "Billing")).await,
        denied,
        "Billing is provisioned there"
    );
    create_with(&sso, &lab.wanted("ann", "sandbox-data", "LogReader")).await.unwrap();
}
