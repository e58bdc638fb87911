//! Who may do what: the policies of `deploy/iam`, enforced.

use aws_sdk_identitystore as people;
use aws_sdk_organizations as organizations;
use aws_sdk_ssoadmin as sso;
use aws_sdk_sts as sts;
use simulator::{
    ACCESS_KEY_ID, DELEGATED_ACCESS_KEY_ID, DELEGATED_SECRET_ACCESS_KEY, IDENTITY_STORE_ID, INSTANCE_ARN,
    SECRET_ACCESS_KEY,
};
use sts::config::{BehaviorVersion, Credentials, Region};
use sts::error::ProvideErrorMetadata;

use crate::lab::{Lab, Wanted, create_with, delete_with, sso_admin};

macro_rules! client {
    ($service:ident, $lab:expr, $credentials:expr) => {{
        let config = $service::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-central-1"))
            .endpoint_url(&$lab.simulator.http)
            .credentials_provider($credentials)
            .build();
        $service::Client::from_conf(config)
    }};
}

pub fn own() -> Credentials {
    Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY, None, None, "test")
}

fn role_arn(lab: &Lab, role: &str) -> String {
    format!("arn:aws:iam::{}:role/{role}", lab.company["management_account_id"].as_str().unwrap())
}

pub async fn assume(lab: &Lab, by: Credentials, role: &str) -> Result<Credentials, String> {
    let call = client!(sts, lab, by).assume_role().role_arn(role_arn(lab, role)).role_session_name("test");
    let assumed = call.send().await.map_err(|error| error.code().unwrap().to_owned())?.credentials.unwrap();
    let token = Some(assumed.session_token.clone());
    Ok(Credentials::new(assumed.access_key_id, assumed.secret_access_key, token, None, "test"))
}

/// A client of Identity Center that has taken this role on.
pub async fn as_role(lab: &Lab, role: &str) -> Result<sso::Client, String> {
    Ok(client!(sso, lab, assume(lab, own(), role).await?))
}

/// One identity's clients.
struct Clients {
    sso: sso::Client,
    people: people::Client,
    organizations: organizations::Client,
}

impl Clients {
    async fn of(lab: &Lab, role: &str) -> Self {
        let as_role = assume(lab, own(), role).await.unwrap();
        Self {
            sso: client!(sso, lab, as_role.clone()),
            people: client!(people, lab, as_role.clone()),
            organizations: client!(organizations, lab, as_role),
        }
    }

    /// `ok`, or the error's code.
    async fn tries(&self, what: &str, wanted: &Wanted) -> String {
        fn said<T, E: ProvideErrorMetadata>(answer: Result<T, E>) -> String {
            answer.map_or_else(|error| error.code().unwrap_or("?").to_owned(), |_| "ok".to_owned())
        }
        match what {
            "create" => create_with(&self.sso, wanted).await.map_or_else(|code| code, |_| "ok".to_owned()),
            "delete" => delete_with(&self.sso, wanted).await.map_or_else(|code| code, |_| "ok".to_owned()),
            "read" => said(
                self.sso
                    .list_account_assignments()
                    .instance_arn(INSTANCE_ARN)
                    .account_id(&wanted.account)
                    .permission_set_arn(&wanted.set)
                    .send()
                    .await,
            ),
            "widen" => said(
                self.sso
                    .update_permission_set()
                    .instance_arn(INSTANCE_ARN)
                    .permission_set_arn(&wanted.set)
                    .session_duration("PT12H")
                    .send()
                    .await,
            ),
            "people" => said(self.people.list_users().identity_store_id(IDENTITY_STORE_ID).send().await),
            "remove somebody" => {
                said(self.people.delete_user().identity_store_id(IDENTITY_STORE_ID).user_id(&wanted.user).send().await)
            }
            "cut sessions" => {
                let update = self.organizations.update_policy().policy_id("p-curfewdeny");
                let nobody = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "none:None", "Resource": "*"}}"#;
                said(update.content(nobody).send().await)
            }
            "cut in a permission set" => {
                let put = self.sso.put_inline_policy_to_permission_set().instance_arn(INSTANCE_ARN);
                let nobody = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "none:None", "Resource": "*"}}"#;
                said(put.permission_set_arn(&wanted.set).inline_policy(nobody).send().await)
            }
            "bring it to an account" => {
                let provision = self.sso.provision_permission_set().instance_arn(INSTANCE_ARN);
                let provision = provision.permission_set_arn(&wanted.set).target_id(&wanted.account);
                said(provision.target_type(sso::types::ProvisionTargetType::AwsAccount).send().await)
            }
            "see what is cut" => said(self.organizations.describe_policy().policy_id("p-curfewdeny").send().await),
            "tree" => said(self.organizations.list_roots().send().await),
            other => panic!("{other} is nothing to try"),
        }
    }
}

#[tokio::test]
async fn no_role_can_do_anothers_work() {
    let tries = [
        "read",
        "create",
        "delete",
        "widen",
        "people",
        "remove somebody",
        "tree",
        "cut sessions",
        "see what is cut",
        "cut in a permission set",
        "bring it to an account",
    ];
    for (role, may) in [
        ("curfew-grant", vec!["read", "create"]),
        ("curfew-revocation", vec!["read", "delete"]),
        ("curfew-backstop", vec![]),
        ("curfew-session-deny", vec!["cut sessions", "see what is cut"]),
        ("curfew-session-deny-inline", vec!["cut in a permission set", "bring it to an account"]),
        ("curfew-directory", vec!["read", "people", "tree"]),
    ] {
        let lab = Lab::instant().await;
        let wanted = lab.any();
        let clients = Clients::of(&lab, role).await;
        for what in tries {
            let there = lab.reads(&wanted).await;
            if what == "create" && there {
                lab.delete(&wanted).await.unwrap();
            } else if what == "delete" && !there {
                lab.create(&wanted).await.unwrap();
            }
            lab.reads(&wanted).await;
            let expected = if may.contains(&what) { "ok" } else { "AccessDeniedException" };
            assert_eq!(clients.tries(what, &wanted).await, expected, "{role} tries to {what}");
        }
    }
}

#[tokio::test]
async fn who_added_and_who_removed_is_known() {
    let lab = Lab::instant().await;
    let wanted = lab.any();
    create_with(&Clients::of(&lab, "curfew-grant").await.sso, &wanted).await.unwrap();
    lab.reads(&wanted).await;
    delete_with(&Clients::of(&lab, "curfew-revocation").await.sso, &wanted).await.unwrap();
    lab.reads(&wanted).await;
    let intervals = lab.intervals(&wanted).await;
    let by = |field: &str| intervals[0][field].as_str().unwrap().rsplit(':').next().unwrap().to_owned();
    assert_eq!(
        (by("created_by"), by("removed_by")),
        ("assumed-role/curfew-grant/test".into(), "assumed-role/curfew-revocation/test".into())
    );
}

#[tokio::test]
async fn the_role_that_schedules_delete_with_is_for_the_scheduler_alone() {
    let lab = Lab::instant().await;
    let refused = Some("AccessDenied".to_owned());
    assert_eq!(assume(&lab, own(), "curfew-backstop-target").await.err(), refused);
    let owner = assume(&lab, own(), "curfew-backstop").await.unwrap();
    assert_eq!(assume(&lab, owner, "curfew-backstop-target").await.err(), refused);
}

#[tokio::test]
async fn one_role_does_not_lead_to_another() {
    let lab = Lab::instant().await;
    let grant = assume(&lab, own(), "curfew-grant").await.unwrap();
    assert_eq!(assume(&lab, grant, "curfew-revocation").await.err(), Some("AccessDenied".to_owned()));
    let stranger = Credentials::new(DELEGATED_ACCESS_KEY_ID, DELEGATED_SECRET_ACCESS_KEY, None, None, "test");
    assert_eq!(assume(&lab, stranger, "curfew-grant").await.err(), Some("AccessDenied".to_owned()));
}

#[tokio::test]
async fn sts_says_who_one_is_and_refuses_unknown_roles() {
    let lab = Lab::instant().await;
    let identity = client!(sts, lab, own()).get_caller_identity().send().await.unwrap();
    assert_eq!(identity.account(), lab.company["management_account_id"].as_str());
    assert_eq!(assume(&lab, own(), "none").await.err(), Some("AccessDenied".to_owned()));
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
