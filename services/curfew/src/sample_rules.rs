//! `curfew sample-rules`: through the REST API, as the sample company's admin would.

use anyhow::{Context, bail};
use client::{Client, Endpoints};
use serde_json::{Value, json};
use url::Url;

use crate::dev_issuer::People;

/// Where the system and its sample company are.
#[derive(Debug, Clone, clap::Args)]
pub struct Arguments {
    /// The REST API.
    #[arg(long, env = "CURFEW_API")]
    pub api: Url,
    /// The simulator.
    #[arg(long, env = "CURFEW_SIMULATOR")]
    pub simulator: Url,
}

/// Makes the rules if there are none.
///
/// # Errors
/// When the system is away or refuses.
pub async fn sample_rules(arguments: Arguments) -> anyhow::Result<()> {
    let people = People::new(arguments.simulator, Endpoints::one(arguments.api));
    let admin = people.sign_in("frank").await?;
    let made = make(&admin).await?;
    println!("{made} sample rules made");
    Ok(())
}

/// Makes the rules if there are none; returns how many.
///
/// # Errors
/// When the system refuses, or the sample company's groups are not there.
pub async fn make(admin: &Client) -> anyhow::Result<usize> {
    if !admin.rules().await?.items.is_empty() {
        return Ok(0);
    }
    let engineers = group(admin, "engineers").await?;
    let approvers = group(admin, "prod-approvers").await?;
    let admins = group(admin, "curfew-admins").await?;
    let set = |name: &'static str| permission_set(admin, name);
    let rules = [
        json!({
            "name": "Engineers look around everywhere",
            "subjects": {"groups": [engineers]},
            "accounts": {"all": true},
            "permission_sets": {"arns": [set("ReadOnlyAccess").await?, set("LogReader").await?]},
            "max_minutes": 480,
            "approval": {"kind": "automatic"},
        }),
        json!({
            "name": "Engineers change things with an approval",
            "subjects": {"groups": [engineers]},
            "accounts": {"all": true},
            "permission_sets": {"arns": [set("PowerUserAccess").await?, set("DatabaseAdministrator").await?]},
            "max_minutes": 240,
            "approval": {"kind": "policy", "groups": [approvers], "votes": 1},
        }),
        json!({
            "name": "Administrator for an hour, two approvals",
            "subjects": {"groups": [engineers, admins]},
            "accounts": {"all": true},
            "permission_sets": {"arns": [set("AdministratorAccess").await?]},
            "max_minutes": 60,
            "ticket_required": true,
            "approval": {"kind": "policy", "groups": [approvers], "votes": 2},
        }),
    ];
    let made = rules.len();
    for rule in rules {
        admin.create_rule(&rule).await.with_context(|| format!("the rule {:?}", rule.get("name")))?;
    }
    Ok(made)
}

async fn group(admin: &Client, name: &str) -> anyhow::Result<Value> {
    find(admin.groups(name).await?.items, name, "id")
}

async fn permission_set(admin: &Client, name: &str) -> anyhow::Result<Value> {
    find(admin.permission_sets(name).await?.items, name, "arn")
}

fn find(items: Vec<Value>, name: &str, id: &str) -> anyhow::Result<Value> {
    for item in items {
        if item.get("name").and_then(Value::as_str) == Some(name) {
            return item.get(id).cloned().with_context(|| format!("{name} has no {id}"));
        }
    }
    bail!("the directory has no {name}")
}
