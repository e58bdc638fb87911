//! A simulator for one test, with clients.

use aws_sdk_ssoadmin::Client as SsoAdmin;
use aws_sdk_ssoadmin::config::retry::RetryConfig;
use aws_sdk_ssoadmin::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_ssoadmin::types::{PrincipalType, StatusValues, TargetType};
use serde_json::{Value, json};
use simulator::{ACCESS_KEY_ID, Config, INSTANCE_ARN, Running, SECRET_ACCESS_KEY, Simulator};

pub struct Lab {
    pub simulator: Running,
    pub sso: SsoAdmin,
    pub http: reqwest::Client,
    pub company: Value,
}

/// An assignment in words that the SDK takes.
#[derive(Clone)]
pub struct Wanted {
    pub account: String,
    pub set: String,
    pub user: String,
}

impl Lab {
    pub async fn start(config: Config) -> Self {
        let simulator = Simulator::start(config).unwrap();
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let company =
            http.get(format!("{}/control/directory", simulator.http)).send().await.unwrap().json().await.unwrap();
        let sso = sso_admin(&simulator.http, ACCESS_KEY_ID, SECRET_ACCESS_KEY, None);
        Self { simulator, sso, http, company }
    }

    pub async fn instant() -> Self {
        Self::start(Config::instant()).await
    }

    /// AWS's behaviour without its rates, and with this latency.
    pub async fn slow(seconds: f64) -> Self {
        let lab = Self::start(Config::aws()).await;
        lab.set(json!({"latency_median_seconds": seconds, "latency_sigma": 0.0, "transactions_per_second": 10_000.0}))
            .await;
        lab
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.simulator.http)
    }

    pub async fn get(&self, path: &str) -> Value {
        self.http.get(self.url(path)).send().await.unwrap().error_for_status().unwrap().json().await.unwrap()
    }

    pub async fn post(&self, path: &str, body: Value) -> reqwest::Response {
        self.http.post(self.url(path)).json(&body).send().await.unwrap().error_for_status().unwrap()
    }

    pub async fn set(&self, settings: Value) {
        self.http
            .patch(self.url("/control/settings"))
            .json(&settings)
            .send()
            .await
            .unwrap()
            .error_for_status()
            .unwrap();
    }

    pub async fn fault(&self, fault: Value) {
        self.post("/control/faults", fault).await;
    }

    /// A user, an account and a permission set, by name.
    pub fn wanted(&self, user: &str, account: &str, set: &str) -> Wanted {
        let find = |list: &str, field: &str, name: &str, id: &str| {
            let all = self.company[list].as_array().unwrap();
            all.iter().find(|one| one[field] == name).unwrap_or_else(|| panic!("{name}"))[id]
                .as_str()
                .unwrap()
                .to_owned()
        };
        Wanted {
            account: find("accounts", "name", account, "id"),
            set: find("permission_sets", "name", set, "arn"),
            user: find("users", "user_name", user, "id"),
        }
    }

    pub fn any(&self) -> Wanted {
        self.wanted("ann", "payments-ledger-production", "PowerUserAccess")
    }

    /// Asks for a creation; the request id, or the error's code.
    pub async fn create(&self, wanted: &Wanted) -> Result<String, String> {
        create_with(&self.sso, wanted).await
    }

    pub async fn delete(&self, wanted: &Wanted) -> Result<String, String> {
        delete_with(&self.sso, wanted).await
    }

    /// Where a creation stands, and why it failed.
    pub async fn created(&self, id: &str) -> (StatusValues, Option<String>) {
        let call = self.sso.describe_account_assignment_creation_status().instance_arn(INSTANCE_ARN);
        let answer = call.account_assignment_creation_request_id(id).send().await.unwrap();
        let status = answer.account_assignment_creation_status().unwrap();
        (status.status().unwrap().clone(), status.failure_reason().map(str::to_owned))
    }

    pub async fn deleted(&self, id: &str) -> (StatusValues, Option<String>) {
        let call = self.sso.describe_account_assignment_deletion_status().instance_arn(INSTANCE_ARN);
        let answer = call.account_assignment_deletion_request_id(id).send().await.unwrap();
        let status = answer.account_assignment_deletion_status().unwrap();
        (status.status().unwrap().clone(), status.failure_reason().map(str::to_owned))
    }

    /// Whether AWS's read shows the assignment.
    pub async fn reads(&self, wanted: &Wanted) -> bool {
        let call = self.sso.list_account_assignments().instance_arn(INSTANCE_ARN).account_id(&wanted.account);
        let answer = call.permission_set_arn(&wanted.set).send().await.unwrap();
        answer.account_assignments().iter().any(|row| row.principal_id() == Some(wanted.user.as_str()))
    }

    /// The oracle's intervals of the tuple.
    pub async fn intervals(&self, wanted: &Wanted) -> Vec<Value> {
        let Wanted { account, set, user } = wanted;
        let path =
            format!("/control/oracle/assignments?account_id={account}&permission_set_arn={set}&principal_id={user}");
        self.get(&path).await["assignments"].as_array().unwrap().clone()
    }

    /// Whether it exists, in truth.
    pub async fn exists(&self, wanted: &Wanted) -> bool {
        self.intervals(wanted).await.iter().any(|interval| interval["until"].is_null())
    }
}

pub async fn create_with(sso: &SsoAdmin, wanted: &Wanted) -> Result<String, String> {
    let call = sso
        .create_account_assignment()
        .instance_arn(INSTANCE_ARN)
        .target_id(&wanted.account)
        .target_type(TargetType::AwsAccount);
    let call = call.permission_set_arn(&wanted.set).principal_type(PrincipalType::User).principal_id(&wanted.user);
    match call.send().await {
        Ok(answer) => {
            let status = answer.account_assignment_creation_status().unwrap();
            assert_eq!(
                status.status(),
                Some(&StatusValues::InProgress),
                "the answer to a creation is never its result"
            );
            Ok(status.request_id().unwrap().to_owned())
        }
        Err(error) => Err(code(&error)),
    }
}

pub async fn delete_with(sso: &SsoAdmin, wanted: &Wanted) -> Result<String, String> {
    let call = sso
        .delete_account_assignment()
        .instance_arn(INSTANCE_ARN)
        .target_id(&wanted.account)
        .target_type(TargetType::AwsAccount);
    let call = call.permission_set_arn(&wanted.set).principal_type(PrincipalType::User).principal_id(&wanted.user);
    match call.send().await {
        Ok(answer) => {
            let status = answer.account_assignment_deletion_status().unwrap();
            assert_eq!(
                status.status(),
                Some(&StatusValues::InProgress),
                "the answer to a deletion is never its result"
            );
            Ok(status.request_id().unwrap().to_owned())
        }
        Err(error) => Err(code(&error)),
    }
}

/// The error's code; a call without an answer is `lost`.
pub fn code<E: aws_sdk_ssoadmin::error::ProvideErrorMetadata, R>(
    error: &aws_sdk_ssoadmin::error::SdkError<E, R>,
) -> String {
    match error {
        aws_sdk_ssoadmin::error::SdkError::ServiceError(context) => context.err().code().unwrap_or("?").to_owned(),
        _ => "lost".to_owned(),
    }
}

/// An SSO Admin client that does not retry.
pub fn sso_admin(url: &str, key: &str, secret: &str, token: Option<String>) -> SsoAdmin {
    let config = aws_sdk_ssoadmin::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .endpoint_url(url)
        .credentials_provider(Credentials::new(key, secret, token, None, "test"))
        .retry_config(RetryConfig::disabled())
        .build();
    SsoAdmin::from_conf(config)
}
