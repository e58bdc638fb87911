//! `curfew sample-rules`: through the REST API, as the sample company's admin would.

use anyhow::{Context, bail};
use client::{Client, Document, DocumentKind, Endpoints, Saved};
use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;

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

/// Makes the rules if there are none; returns how many documents it made. A single admin makes them alone; where there
/// is a second one already, they wait for that one's word, which the error says.
///
/// # Errors
/// When the system refuses, or the sample company's groups are not there.
pub async fn make(admin: &Client) -> anyhow::Result<usize> {
    if !admin.rules().await?.items.is_empty() {
        return Ok(0);
    }
    let company = Company::of(admin).await?;
    let policy = put(admin, DocumentKind::ApprovalPolicy, &security_then_production(&company)).await?;
    let documents = documents(&company, policy.id);
    for (kind, document) in &documents {
        put(admin, *kind, document).await?;
    }
    Ok(documents.len() + 1)
}

async fn put(admin: &Client, kind: DocumentKind, spec: &Value) -> anyhow::Result<Document> {
    let what = || format!("{:?} of /v1/{}", spec.get("name").and_then(Value::as_str).unwrap_or_default(), kind.path());
    match admin.make(kind, spec).await.with_context(what)? {
        Saved::Done(document) => Ok(document),
        Saved::Waiting(change) => {
            bail!("{} waits for a second admin as the change {}; apply it, and run this again", what(), change.id)
        }
    }
}

/// The groups and permission sets of the sample company that the rules name.
struct Company {
    engineers: Value,
    approvers: Value,
    admins: Value,
    security: Value,
    /// Named by their names.
    sets: Vec<(&'static str, Value)>,
}

impl Company {
    async fn of(admin: &Client) -> anyhow::Result<Self> {
        let mut sets = Vec::new();
        for name in ["ReadOnlyAccess", "LogReader", "PowerUserAccess", "DatabaseAdministrator", "AdministratorAccess"] {
            sets.push((name, permission_set(admin, name).await?));
        }
        Ok(Self {
            engineers: group(admin, "engineers").await?,
            approvers: group(admin, "prod-approvers").await?,
            admins: group(admin, "curfew-admins").await?,
            security: group(admin, "security").await?,
            sets,
        })
    }

    fn sets(&self, names: &[&str]) -> Value {
        let arns = self.sets.iter().filter(|(name, _)| names.contains(name)).map(|(_, arn)| arn.clone());
        json!({ "arns": arns.collect::<Vec<_>>() })
    }
}

/// Two stages, and who is away may be stood in for.
fn security_then_production(company: &Company) -> Value {
    let Company { approvers, security, .. } = company;
    json!({
        "name": "Security, then production",
        "policy": {
            "stages": [
                {"voters": {"groups": [security]}, "votes": 1, "remind_after_minutes": 20},
                {"voters": {"groups": [approvers]}, "votes": 1, "remind_after_minutes": 20},
            ],
            "delegates": {"groups": [approvers, security]},
        },
    })
}

/// A rule of each sort, from the lightest to the loudest, and a guardrail above them.
fn documents(company: &Company, policy: Uuid) -> Vec<(DocumentKind, Value)> {
    let Company { engineers, approvers, admins, security, .. } = company;
    let production = json!({"tags": [{"key": "environment", "values": ["production"]}]});
    vec![
        (
            DocumentKind::Rule,
            json!({
                "name": "Engineers look around everywhere",
                "subjects": {"groups": [engineers]},
                "accounts": {"all": true},
                "permission_sets": company.sets(&["ReadOnlyAccess", "LogReader"]),
                "max_minutes": 480,
                "approval": {"kind": "automatic", "waiver": "Reading changes nothing, and CloudTrail keeps who read what"},
            }),
        ),
        (
            DocumentKind::Rule,
            json!({
                "name": "Engineers change things with an approval",
                "subjects": {"groups": [engineers]},
                "accounts": {"all": true},
                "permission_sets": company.sets(&["PowerUserAccess", "DatabaseAdministrator"]),
                "max_minutes": 240,
                "approval": {"kind": "policy", "stages": [{
                    "voters": {"groups": [approvers]}, "votes": 1, "remind_after_minutes": 30,
                    "escalation": {"after_minutes": 60, "to": {"groups": [security]}},
                }]},
            }),
        ),
        (
            DocumentKind::Rule,
            json!({
                "name": "Administrator for an hour, with a ticket",
                "subjects": {"groups": [engineers, admins]},
                "accounts": {"all": true},
                "permission_sets": company.sets(&["AdministratorAccess"]),
                "max_minutes": 60,
                "ticket": {"required": true},
                "on_behalf": {"groups": [approvers]},
                "approval": {"kind": "named", "policy": policy},
            }),
        ),
        (
            DocumentKind::Rule,
            json!({
                "name": "Whoever mends an incident changes things at once",
                "subjects": {"groups": [engineers]},
                "accounts": production,
                "permission_sets": company.sets(&["PowerUserAccess"]),
                "max_minutes": 120,
                "severities": ["critical"],
                "approval": {"kind": "automatic", "incident": true, "review": {"reviewers": {"groups": [security]}}},
            }),
        ),
        (
            DocumentKind::Rule,
            json!({
                "name": "Break-glass",
                "subjects": {"groups": [engineers]},
                "accounts": {"all": true},
                "permission_sets": company.sets(&["AdministratorAccess"]),
                "max_minutes": 60,
                "reason": {"min_length": 20},
                "approval": {"kind": "break_glass", "review": {"reviewers": {"groups": [security]}, "within_hours": 24}},
            }),
        ),
        (
            DocumentKind::Guardrail,
            json!({
                "name": "One administrator access at a time",
                "subjects": {"everyone": true},
                "accounts": {"all": true},
                "permission_sets": company.sets(&["AdministratorAccess"]),
                "effect": {"kind": "cap", "concurrent": 1},
            }),
        ),
    ]
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
