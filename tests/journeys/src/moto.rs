//! Moto's server: an AWS that none of us wrote, with a small company made through its own API.

use std::collections::BTreeMap;
use std::net::TcpListener;

use serde_json::{Value, json};

use crate::{Child, environment, eventually};

/// The people whom the simulator signs in, and their groups.
const PEOPLE: [(&str, &str); 5] = [
    ("ann", "engineers"),
    ("carla", "prod-approvers"),
    ("dave", "prod-approvers"),
    ("erin", "curfew-auditors"),
    ("frank", "curfew-admins"),
];

/// Moto's server.
pub struct Moto {
    /// Where it is.
    pub url: String,
    /// The company in it, in the simulator's form.
    pub company: Value,
    instance: String,
    http: reqwest::Client,
    _process: Child,
}

impl Moto {
    /// Starts it and makes the company.
    ///
    /// # Panics
    /// When it does not start, or does not take the company.
    pub async fn start() -> Self {
        let port = {
            let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
            listener.local_addr().expect("an address").port()
        };
        let arguments = ["-H", "127.0.0.1", "-p", &port.to_string()];
        let process = Child::start("moto", &environment::moto(), &arguments, &BTreeMap::new());
        let url = format!("http://127.0.0.1:{port}");
        let http = reqwest::Client::builder().no_proxy().build().expect("an HTTP client");
        eventually("moto answers", async || http.get(format!("{url}/moto-api/")).send().await.ok()).await;
        let mut moto = Self { url, company: Value::Null, instance: String::new(), http, _process: process };
        moto.make_company().await;
        moto
    }

    async fn make_company(&mut self) {
        let instances = self.sso_admin("ListInstances", json!({})).await;
        let instance = &instances["Instances"][0];
        let store = text(&instance["IdentityStoreId"]);
        self.instance = text(&instance["InstanceArn"]);
        self.organizations("CreateOrganization", json!({"FeatureSet": "ALL"})).await;
        let mut accounts = Vec::new();
        for name in ["freight-booking-production", "payments-ledger-production"] {
            let wish = json!({"AccountName": name, "Email": format!("aws+{name}@harbourfreight.example")});
            let made = self.organizations("CreateAccount", wish).await;
            accounts.push(json!({"name": name, "id": made["CreateAccountStatus"]["AccountId"]}));
        }
        let mut sets = Vec::new();
        for name in ["PowerUserAccess", "ReadOnlyAccess"] {
            let wish = json!({"InstanceArn": self.instance, "Name": name, "SessionDuration": "PT1H"});
            let made = self.sso_admin("CreatePermissionSet", wish).await;
            sets.push(json!({"name": name, "arn": made["PermissionSet"]["PermissionSetArn"]}));
        }
        let mut groups = BTreeMap::new();
        let mut users = Vec::new();
        for (user, group) in PEOPLE {
            if !groups.contains_key(group) {
                let wish = json!({"IdentityStoreId": store, "DisplayName": group, "Description": group});
                let made = self.identity_store("CreateGroup", wish).await;
                groups.insert(group, text(&made["GroupId"]));
            }
            let wish = json!({
                "IdentityStoreId": store, "UserName": user, "DisplayName": user,
                "Name": {"GivenName": user, "FamilyName": "of moto"},
                "Emails": [{"Value": format!("{user}@{}", simulator::MAIL_DOMAIN), "Type": "work", "Primary": true}],
            });
            let id = text(&self.identity_store("CreateUser", wish).await["UserId"]);
            let wish = json!({"IdentityStoreId": store, "GroupId": groups[group], "MemberId": {"UserId": id}});
            self.identity_store("CreateGroupMembership", wish).await;
            users.push(json!({"user_name": user, "id": id}));
        }
        let groups: Vec<Value> = groups.iter().map(|(name, id)| json!({"display_name": name, "id": id})).collect();
        self.company = json!({"users": users, "groups": groups, "accounts": accounts, "permission_sets": sets});
    }

    /// How many assignments this user has there now, as moto lists them.
    ///
    /// # Panics
    /// When moto refuses.
    pub async fn assignments(&self, user: &str, account: &str, permission_set: &str) -> usize {
        let wish = json!({"InstanceArn": self.instance, "AccountId": account, "PermissionSetArn": permission_set});
        let listed = self.sso_admin("ListAccountAssignments", wish).await;
        let all = listed["AccountAssignments"].as_array().cloned().unwrap_or_default();
        all.iter().filter(|one| one["PrincipalId"] == user).count()
    }

    async fn sso_admin(&self, operation: &str, body: Value) -> Value {
        self.call("sso", "SWBExternalService", operation, body).await
    }

    async fn identity_store(&self, operation: &str, body: Value) -> Value {
        self.call("identitystore", "AWSIdentityStore", operation, body).await
    }

    async fn organizations(&self, operation: &str, body: Value) -> Value {
        self.call("organizations", "AWSOrganizationsV20161128", operation, body).await
    }

    /// Moto finds the service by the scope of the signature and does not check the signature itself.
    async fn call(&self, service: &str, target: &str, operation: &str, body: Value) -> Value {
        let region = if service == "organizations" { "us-east-1" } else { "eu-central-1" };
        let scope = format!("Credential=AKIATEST/20260101/{region}/{service}/aws4_request");
        let authorization = format!("AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0");
        let sent = self
            .http
            .post(format!("{}/", self.url))
            .header("authorization", authorization)
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", format!("{target}.{operation}"))
            .body(body.to_string())
            .send()
            .await
            .expect("moto answers");
        let (status, text) = (sent.status(), sent.text().await.unwrap_or_default());
        assert!(status.is_success(), "moto says {status} to {operation}: {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("moto left a text out")).to_owned()
}
