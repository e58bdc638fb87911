//! The table of keys: what the file and the environment may hold, and how each value must look.
//!
//! It exists beside the structs because an answer to a wrong setting should name the key, the place
//! and an example, all of them at once, and never the value of a secret.

use base64::Engine;
use toml::Value;
use url::Url;

/// How a value must look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A text that is not empty.
    Text,
    /// A text that is never shown.
    Secret,
    /// A secret: base64 of at least 32 bytes.
    Key,
    /// Up to twelve small letters and digits.
    Prefix,
    /// An absolute `http` or `https` address.
    Address,
    /// An IP address and a port.
    Socket,
    /// A whole number within bounds.
    Number(i64, i64),
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// True or false.
    Flag,
    /// A list of texts; in the environment with commas between them.
    List,
    /// A table of addresses by name.
    Addresses,
    /// A table of ticket systems by name; each is looked at by `integrations::check`.
    Systems,
}

pub(super) struct Key {
    pub(super) path: &'static str,
    pub(super) kind: Kind,
    pub(super) required: bool,
    pub(super) what: &'static str,
    pub(super) example: &'static str,
}

const fn key(path: &'static str, kind: Kind, required: bool, what: &'static str, example: &'static str) -> Key {
    Key { path, kind, required, what, example }
}

use Kind::{Address, Addresses, Flag, List, Number, OneOf, Prefix, Secret, Socket, Systems, Text};

pub(super) const KEYS: &[Key] = &[
    key("http.listen", Socket, false, "the address to listen on", "127.0.0.1:8080"),
    key("http.public_url", Address, true, "the address that people reach Curfew at", "https://curfew.example.com"),
    key(
        "http.calls_per_second_per_caller",
        Number(0, 1_000_000),
        false,
        "requests a second allowed to one caller",
        "1000",
    ),
    key("http.streams_per_caller", Number(1, 10_000), false, "streams of events that one caller may hold", "24"),
    key("database.url", Secret, true, "the PostgreSQL database", "postgres://curfew:PASSWORD@db.example.com/curfew"),
    key("database.max_connections", Number(2, 1_000), false, "connections held by this process", "16"),
    key("broker.url", Secret, true, "the RabbitMQ broker", "amqps://curfew:PASSWORD@mq.example.com/curfew"),
    key("broker.prefix", Text, false, "what begins the names of our exchange and queues", "curfew"),
    key("aws.region", Text, true, "the region of Identity Center", "eu-central-1"),
    key("aws.endpoint_url", Address, false, "another endpoint than AWS's own", "http://127.0.0.1:4566"),
    key(
        "aws.instance_arn",
        Text,
        false,
        "the Identity Center instance",
        "arn:aws:sso:::instance/ssoins-7223ab09c8d1e2f3",
    ),
    key("aws.identity_store_id", Text, false, "the instance's identity store", "d-9067a1b2c3"),
    key("aws.calls_per_second", Number(0, 20), false, "calls a second to Identity Center", "18"),
    key("aws.outstanding", Number(0, 10), false, "assignment operations under way at once", "10"),
    key("aws.async_limit_covers_delete", Flag, false, "whether deletions count among them", "true"),
    key("aws.outstanding_for_grants", Number(0, 9), false, "how many of them are for creations while both wait", "2"),
    key(
        "aws.one_operation_per_permission_set_and_account",
        Flag,
        false,
        "whether a permission set has one operation at a time in an account",
        "true",
    ),
    key("aws.calls_per_second_alone", Number(1, 20), false, "calls a second while the database is away", "4"),
    key("aws.call_timeout_s", Number(1, 10), false, "seconds until a call is given up", "10"),
    key("aws.permission_set_tags", Flag, false, "whether the tags of permission sets are read", "true"),
    key("aws.management_account", Flag, false, "whether rules may reach the management account", "false"),
    key(
        "aws.directory_every_s",
        Number(1, 86_400),
        false,
        "seconds between two readings of users, groups, accounts and permission sets",
        "300",
    ),
    key(
        "aws.directory_contents_every_s",
        Number(1, 604_800),
        false,
        "seconds between two readings of what a permission set allows",
        "3600",
    ),
    key(
        "aws_roles.grant",
        Text,
        false,
        "the role that creates assignments",
        "arn:aws:iam::111122223333:role/curfew-grant",
    ),
    key(
        "aws_roles.revocation",
        Text,
        false,
        "the role that deletes assignments",
        "arn:aws:iam::111122223333:role/curfew-revocation",
    ),
    key(
        "aws_roles.backstop",
        Text,
        false,
        "the role that owns the schedules of the backstop",
        "arn:aws:iam::111122223333:role/curfew-backstop",
    ),
    key(
        "aws_roles.session_deny",
        Text,
        false,
        "the role that writes the policy that cuts live sessions",
        "arn:aws:iam::111122223333:role/curfew-session-deny",
    ),
    key(
        "aws_roles.directory",
        Text,
        false,
        "the role that reads the directory",
        "arn:aws:iam::111122223333:role/curfew-directory",
    ),
    key("aws_roles.external_id", Text, false, "the external id that the roles ask for", "curfew-7c1b"),
    key(
        "backstop.role_arn",
        Text,
        false,
        "the role that Scheduler assumes to delete assignments",
        "arn:aws:iam::111122223333:role/curfew-backstop-target",
    ),
    key("backstop.group", Text, false, "the schedule group", "curfew"),
    key("backstop.prefix", Prefix, false, "what tells our schedules from others'", "main"),
    key("backstop.margin_minutes", Number(4, 1_440), false, "minutes from a deadline to its schedule", "15"),
    key("backstop.spread_minutes", Number(0, 240), false, "minutes over which schedules are spread", "10"),
    key("backstop.most_minutes", Number(4, 2_880), false, "the most minutes from a deadline to its schedule", "120"),
    key("backstop.every_minutes", Number(5, 60), false, "minutes between two firings", "5"),
    key("backstop.hours", Number(1, 168), false, "hours for which a schedule goes on firing", "12"),
    key(
        "backstop.dead_letter_arn",
        Text,
        false,
        "a queue for calls that Scheduler gave up",
        "arn:aws:sqs:eu-central-1:111122223333:curfew-backstop",
    ),
    key("reconcile.every_s", Number(1, 86_400), false, "seconds between two comparisons with AWS", "900"),
    key("reconcile.brake_least", Number(0, 100_000), false, "orphans that are removed in any case", "5"),
    key("reconcile.brake_percent", Number(0, 100), false, "the share of orphans above which an admin is asked", "10"),
    key("oidc.issuer", Address, true, "the OpenID provider, as in its tokens' iss", "https://login.example.com"),
    key("oidc.audience", Text, true, "the audience of tokens meant for Curfew", "curfew"),
    key("oidc.user_claim", Text, false, "the claim with the Identity Center user name", "preferred_username"),
    key("oidc.client_id", Text, true, "the portal's client at the provider", "curfew-portal"),
    key("oidc.client_secret", Secret, false, "that client's secret", "SECRET"),
    key("personas.admin_groups", List, false, "groups whose members are admins", "[\"Curfew admins\"]"),
    key("personas.auditor_groups", List, false, "groups whose members are auditors", "[\"Auditors\"]"),
    key("mail.smtp_url", Secret, false, "the mail server", "smtps://curfew:PASSWORD@smtp.example.com"),
    key("mail.from", Text, true, "the sender of mails", "Curfew <curfew@example.com>"),
    key(
        "links.key",
        Kind::Key,
        true,
        "the key that signs links in mails, base64 of at least 32 random bytes",
        "the output of: openssl rand -base64 32",
    ),
    key(
        "receipts.key",
        Kind::Key,
        false,
        "the key that signs receipts, base64 of at least 32 random bytes",
        "the output of: openssl rand -base64 32",
    ),
    key("live_sessions.policy_id", Text, false, "the service control policy that cuts sessions", "p-1a2b3c4d"),
    key(
        "live_sessions.inline_policy",
        Flag,
        false,
        "whether sessions are cut by permission sets' own policies",
        "false",
    ),
    key("live_sessions.lag_s", Number(0, 3_600), false, "seconds in which a removal may still give credentials", "60"),
    key("live_sessions.margin_s", Number(0, 86_400), false, "seconds that a deny outlives the longest session", "300"),
    key("webhooks.allow_private", Flag, false, "whether webhooks may go to private addresses", "false"),
    key("api.base_url", Address, false, "the base address of the REST API", "https://curfew.example.com"),
    key(
        "api.services",
        Addresses,
        false,
        "base addresses of services that run on their own",
        "{ request = \"http://request:8080\" }",
    ),
    key("portal.environment_tag", Text, false, "the accounts' tag that says what they are for", "environment"),
    key(
        "portal.aws_access_portal",
        Address,
        false,
        "the address of the AWS access portal",
        "https://example.awsapps.com/start",
    ),
    key("offline.refresh_s", Number(1, 10), false, "seconds between two readings of the remembered deadlines", "5"),
    key("offline.at_once", Number(1, 10), false, "removals under way at once while PostgreSQL is away", "5"),
    key("requests.max_minutes", Number(1, 527_040), false, "the longest access in minutes", "480"),
    key("requests.default_minutes", Number(1, 527_040), false, "the proposed duration in minutes", "60"),
    key("requests.pending_minutes", Number(1, 527_040), false, "minutes until an undecided request times out", "180"),
    key("requests.start_within_days", Number(0, 3_660), false, "days ahead that a start may lie", "30"),
    key("requests.min_reason", Number(0, 1_000), false, "characters that a reason must have", "10"),
    key(
        "policy.second_person",
        OneOf(&["loosening", "always", "never"]),
        false,
        "which changes of rules need a second admin",
        "loosening",
    ),
    key(
        "emergency.second_person",
        OneOf(&["resume", "always", "never"]),
        false,
        "what of the emergency button needs a second admin",
        "resume",
    ),
    key(
        "requests.severities",
        List,
        false,
        "how urgent something can be, the most urgent first, `normal` among them",
        "[\"critical\", \"high\", \"normal\", \"low\"]",
    ),
    key("approvals.fresh_check", OneOf(&["prefer", "demand"]), false, "what a vote needs of AWS", "prefer"),
    key(
        "approvals.copy_minutes",
        Number(1, 10_080),
        false,
        "minutes of age that the directory's copy may have when AWS cannot be asked about a voter",
        "60",
    ),
    key("on_call.pagerduty_url", Address, false, "PagerDuty's API", "https://api.eu.pagerduty.com"),
    key("on_call.pagerduty_token", Secret, false, "a PagerDuty API key that may read", "TOKEN"),
    key("on_call.remembered_s", Number(0, 300), false, "seconds for which an answer is good", "30"),
    key("on_call.allow_http", Flag, false, "whether PagerDuty may be asked without TLS", "false"),
    key("tickets.allow_http", Flag, false, "whether ticket systems may be asked without TLS", "false"),
    key(
        "tickets.systems",
        Systems,
        false,
        "systems that know tickets",
        "{ jira = { kind = \"jira_cloud\", base_url = \"https://example.atlassian.net\", user = \"curfew@example.com\", secret = \"TOKEN\" } }",
    ),
    key("telemetry.service_name", Text, false, "the name under which this process reports", "curfew"),
];

impl Key {
    /// The name of its variable in the environment.
    pub(super) fn variable(&self) -> String {
        format!("CURFEW__{}", self.path.to_ascii_uppercase().replace('.', "__"))
    }

    /// A value from the environment, which knows only text.
    pub(super) fn read(&self, text: &str) -> Value {
        let own = || Value::String(text.to_owned());
        match self.kind {
            Kind::Number(..) => text.trim().parse().map_or_else(|_| own(), Value::Integer),
            Kind::Flag => text.trim().to_ascii_lowercase().parse().map_or_else(|_| own(), Value::Boolean),
            Kind::List => Value::Array(
                text.split(',')
                    .map(str::trim)
                    .filter(|part| !part.is_empty())
                    .map(|part| Value::String(part.to_owned()))
                    .collect(),
            ),
            Kind::Text
            | Kind::Prefix
            | Kind::Secret
            | Kind::Key
            | Kind::Address
            | Kind::Socket
            | Kind::OneOf(_)
            | Kind::Addresses
            | Kind::Systems => own(),
        }
    }

    /// What the value should be, where it is not.
    pub(super) fn complaint(&self, value: &Value) -> Option<String> {
        let text = value.as_str().map(str::trim);
        match self.kind {
            Kind::Text | Kind::Secret => text.is_none_or(str::is_empty).then(|| "a text".to_owned()),
            Kind::Prefix => {
                let fits = |text: &str| {
                    (1..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
                };
                (!text.is_some_and(fits)).then(|| "up to twelve small letters and digits".to_owned())
            }
            Kind::Key => {
                let bytes = text.and_then(|text| base64::engine::general_purpose::STANDARD.decode(text).ok());
                bytes.is_none_or(|bytes| bytes.len() < 32).then(|| "base64 of at least 32 bytes".to_owned())
            }
            Kind::Address => (!text.is_some_and(is_address)).then(|| "an absolute http or https address".to_owned()),
            Kind::Socket => {
                let socket = text.and_then(|text| text.parse::<std::net::SocketAddr>().ok());
                socket.is_none().then(|| "an IP address and a port".to_owned())
            }
            Kind::Number(least, most) => {
                let fits = value.as_integer().is_some_and(|number| (least..=most).contains(&number));
                (!fits).then(|| format!("a whole number from {least} to {most}"))
            }
            Kind::OneOf(words) => {
                (!text.is_some_and(|text| words.contains(&text))).then(|| format!("one of {}", words.join(" and ")))
            }
            Kind::Flag => value.as_bool().is_none().then(|| "true or false".to_owned()),
            Kind::List => {
                let texts = value.as_array().is_some_and(|list| list.iter().all(Value::is_str));
                (!texts).then(|| "a list of texts".to_owned())
            }
            Kind::Addresses => {
                let fits = value
                    .as_table()
                    .is_some_and(|table| table.values().all(|value| value.as_str().is_some_and(is_address)));
                (!fits).then(|| "a table of absolute http or https addresses".to_owned())
            }
            Kind::Systems => {
                let fits = value.as_table().is_some_and(|table| table.values().all(Value::is_table));
                (!fits).then(|| "a table of ticket systems by name".to_owned())
            }
        }
    }
}

pub(super) fn is_address(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}
