//! What an operator sets. Defaults, then a TOML file, then the environment; each key is documented
//! in `curfew.sample.toml`, and nothing dangerous has a default.

mod aws;
mod integrations;
mod keys;
mod load;
mod told;

use std::{collections::BTreeMap, net::SocketAddr};

pub use aws::{Aws, AwsRoles, Backstop, LiveSessions, Offline, Reconcile};
pub use integrations::{OnCall, TicketKind, TicketSystem, Tickets, is_loopback};
pub use load::ConfigError;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
pub use told::{Source, Told};
use url::Url;

/// Everything. All processes of an installation take the same file and use what concerns them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where this process listens, and where people reach it.
    pub http: Http,
    /// PostgreSQL.
    pub database: Database,
    /// RabbitMQ.
    pub broker: Broker,
    /// AWS IAM Identity Center.
    pub aws: Aws,
    /// The roles that are assumed in AWS, one for each kind of work.
    #[serde(default)]
    pub aws_roles: AwsRoles,
    /// Removals inside AWS itself, for when all of us are gone.
    #[serde(default)]
    pub backstop: Backstop,
    /// Who vouches for callers.
    pub oidc: Oidc,
    /// Groups that make somebody admin or auditor.
    #[serde(default)]
    pub personas: Personas,
    /// Outgoing mail.
    pub mail: Mail,
    /// Links in mails.
    pub links: Links,
    /// Receipts of removed access.
    #[serde(default)]
    pub receipts: Receipts,
    /// Live sessions of removed access.
    #[serde(default)]
    pub live_sessions: LiveSessions,
    /// Outgoing webhooks.
    #[serde(default)]
    pub webhooks: Webhooks,
    /// Where the REST API is, for the portal and the command line.
    #[serde(default)]
    pub api: Api,
    /// The pages.
    #[serde(default)]
    pub portal: Portal,
    /// Removing while PostgreSQL is away.
    #[serde(default)]
    pub offline: Offline,
    /// Limits of requests.
    #[serde(default)]
    pub requests: Requests,
    /// How AWS is compared with what is known.
    #[serde(default)]
    pub reconcile: Reconcile,
    /// How rules may be changed.
    #[serde(default)]
    pub policy: Policy,
    /// The emergency button.
    #[serde(default)]
    pub emergency: Emergency,
    /// How it is decided.
    #[serde(default)]
    pub approvals: Approvals,
    /// Who is on call, as another system knows it.
    #[serde(default)]
    pub on_call: OnCall,
    /// Tickets of other systems.
    #[serde(default)]
    pub tickets: Tickets,
    /// Traces and metrics.
    #[serde(default)]
    pub telemetry: Telemetry,
    /// What is set and where that comes from, without secrets.
    #[serde(skip)]
    pub told: Vec<Told>,
}

/// Where this process listens, and where people reach it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Http {
    /// Address and port to listen on.
    #[serde(default = "defaults::listen")]
    pub listen: SocketAddr,
    /// The address that stands in links: what people's browsers reach.
    pub public_url: Url,
    /// Requests a second that one caller may send, with a burst of twice that; 0 means no limit.
    #[serde(default = "defaults::calls_per_caller")]
    pub calls_per_second_per_caller: u32,
    /// Streams of events that one caller may hold at a time, as each open page of the portal does.
    #[serde(default = "defaults::streams_per_caller")]
    pub streams_per_caller: usize,
}

/// PostgreSQL.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// `postgres://user:password@host/name`.
    #[serde(skip_serializing)]
    pub url: SecretString,
    /// Connections that this process may hold.
    #[serde(default = "defaults::max_connections")]
    pub max_connections: u32,
}

/// RabbitMQ.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Broker {
    /// `amqp://user:password@host/vhost`, or `amqps`.
    #[serde(skip_serializing)]
    pub url: SecretString,
    /// Begins the names of our exchange and queues, so that installations can share a virtual host.
    #[serde(default = "defaults::prefix")]
    pub prefix: String,
}

/// Who vouches for callers.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Oidc {
    /// The issuer exactly as it stands in its tokens.
    pub issuer: Url,
    /// The audience that a token must be meant for.
    pub audience: String,
    /// The claim that holds the user name of Identity Center.
    #[serde(default = "defaults::user_claim")]
    pub user_claim: String,
    /// The portal's client at the issuer.
    pub client_id: String,
    /// Its secret; none for a public client with PKCE.
    #[serde(skip_serializing)]
    pub client_secret: Option<SecretString>,
}

/// Groups that make somebody admin or auditor, by id or by display name.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Personas {
    /// May change rules and settings and use the emergency verbs.
    pub admin_groups: Vec<String>,
    /// May read everything.
    pub auditor_groups: Vec<String>,
}

/// Outgoing mail.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// `smtp://host:port` or `smtps://user:password@host`; without it no mail is sent.
    #[serde(skip_serializing)]
    pub smtp_url: Option<SecretString>,
    /// The sender.
    pub from: String,
}

/// Links in mails.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Links {
    /// The key that signs them: base64 of at least 32 random bytes.
    #[serde(skip_serializing)]
    pub key: SecretString,
}

/// Receipts of removed access.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Receipts {
    /// The key that signs them: base64 of at least 32 random bytes. Without it they are kept unsigned.
    #[serde(skip_serializing)]
    pub key: Option<SecretString>,
}

/// Outgoing webhooks.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Webhooks {
    /// Whether endpoints may be on private addresses and without TLS. Only for a laptop.
    pub allow_private: bool,
}

/// Where the REST API is.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Api {
    /// Its base address; the process's own when absent.
    pub base_url: Option<Url>,
    /// Service name to base address, where the services are separate processes without a gateway.
    pub services: BTreeMap<String, Url>,
}

/// The pages.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Portal {
    /// The accounts' tag that says what they are for: production, staging and so on.
    pub environment_tag: String,
    /// Where people open what they have: the AWS access portal.
    pub aws_access_portal: Option<Url>,
}

impl Default for Portal {
    fn default() -> Self {
        Self { environment_tag: "environment".to_owned(), aws_access_portal: None }
    }
}

/// Limits of requests; rules may be narrower, never wider.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Requests {
    /// The longest access, in minutes.
    pub max_minutes: u32,
    /// The duration that is proposed.
    pub default_minutes: u32,
    /// Minutes until an undecided request times out.
    pub pending_minutes: u32,
    /// How many days ahead a start may lie.
    pub start_within_days: u32,
    /// Characters that a reason must have.
    pub min_reason: u32,
    /// How urgent something can be, the most urgent first.
    pub severities: Vec<String>,
}

impl Default for Requests {
    fn default() -> Self {
        Self {
            max_minutes: 480,
            default_minutes: 60,
            pending_minutes: 180,
            start_within_days: 30,
            min_reason: 10,
            severities: ["critical", "high", "normal", "low"].map(str::to_owned).to_vec(),
        }
    }
}

/// How rules, policies, guardrails, freezes, owners and schedules may be changed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Which changes need a second admin's word.
    pub second_person: SecondPerson,
}

/// Which changes need a second admin's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondPerson {
    /// Those that let somebody have more, longer, or by a lighter approval.
    #[default]
    Loosening,
    /// All.
    Always,
    /// None.
    Never,
}

/// The emergency button.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Emergency {
    /// What of it needs a second admin's word.
    pub second_person: EmergencySecondPerson,
}

/// What of the emergency button needs a second admin's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmergencySecondPerson {
    /// Letting new access begin again. Stopping is one person's to do.
    #[default]
    Resume,
    /// All of it.
    Always,
    /// None.
    Never,
}

/// How it is decided.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Approvals {
    /// Whether a vote is refused while AWS cannot say who is in which group.
    pub fresh_check: FreshCheck,
    /// How old the directory's copy may be that is gone by instead, in minutes.
    pub copy_minutes: u32,
}

impl Default for Approvals {
    fn default() -> Self {
        Self { fresh_check: FreshCheck::Prefer, copy_minutes: 60 }
    }
}

/// What a vote needs of AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FreshCheck {
    /// An answer; without one nobody decides.
    Demand,
    /// An answer, or a copy of the directory that is not too old.
    Prefer,
}

/// Traces and metrics.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Telemetry {
    /// The name under which this process reports; the service's own when absent.
    pub service_name: Option<String>,
}

mod defaults {
    use std::net::{IpAddr, Ipv4Addr, SocketAddr};

    pub(super) const fn listen() -> SocketAddr {
        SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080)
    }
    pub(super) const fn streams_per_caller() -> usize {
        24
    }
    pub(super) const fn calls_per_caller() -> u32 {
        1000
    }
    pub(super) const fn max_connections() -> u32 {
        16
    }
    pub(super) fn prefix() -> String {
        "curfew".to_owned()
    }
    pub(super) const fn calls_per_second() -> u32 {
        18
    }
    pub(super) const fn outstanding() -> u32 {
        10
    }
    pub(super) const fn yes() -> bool {
        true
    }
    pub(super) const fn outstanding_for_grants() -> u32 {
        2
    }
    pub(super) const fn calls_per_second_alone() -> u32 {
        4
    }
    pub(super) const fn call_timeout_s() -> u32 {
        10
    }
    pub(super) const fn permission_set_tags() -> bool {
        true
    }
    pub(super) const fn directory_every_s() -> u32 {
        300
    }
    pub(super) const fn directory_contents_every_s() -> u32 {
        3600
    }
    pub(super) fn user_claim() -> String {
        "preferred_username".to_owned()
    }
}
