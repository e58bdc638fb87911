//! What Curfew is told: the environment of its processes.

use std::collections::BTreeMap;

use url::Url;

/// What is there beside Curfew.
#[derive(Debug)]
pub struct Surroundings<'a> {
    pub database: &'a str,
    pub broker: &'a str,
    pub simulator: &'a Url,
    /// Where AWS is called; the simulator, by whatever way.
    pub aws: &'a str,
    pub smtp: &'a str,
}

/// What Curfew may ask of AWS: nothing is limited where the simulator is instant.
#[derive(Debug, Clone, Copy, Default)]
pub struct AwsLimits {
    /// Calls a second; 0 is no limit.
    pub calls_per_second: u32,
    /// Operations under way at once; 0 is no limit.
    pub outstanding: u32,
    /// Whether deletions count among them.
    pub deletions_counted: bool,
}

impl AwsLimits {
    /// Sets them in a process's environment.
    pub fn put(self, variables: &mut Vec<(String, String)>) {
        let said = [
            ("CURFEW__AWS__CALLS_PER_SECOND", self.calls_per_second.to_string()),
            ("CURFEW__AWS__OUTSTANDING", self.outstanding.to_string()),
            ("CURFEW__AWS__ASYNC_LIMIT_COVERS_DELETE", self.deletions_counted.to_string()),
        ];
        variables.retain(|(name, _)| said.iter().all(|(set, _)| set != name));
        variables.extend(said.map(|(name, value)| (name.to_owned(), value)));
    }
}

/// What one process may use.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub database_connections: u32,
}

/// Of the process at this address, when the services are at these.
pub fn of(
    around: &Surroundings<'_>,
    address: &Url,
    services: &BTreeMap<String, Url>,
    limits: Limits,
) -> Vec<(String, String)> {
    let (host, port) = (address.host_str().unwrap_or("127.0.0.1"), address.port_or_known_default().unwrap_or(80));
    let simulator = around.simulator.as_str().trim_end_matches('/');
    let mut variables: Vec<(String, String)> = [
        ("AWS_ACCESS_KEY_ID", "AKIACURFEWDEV0000001".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "curfew-dev-secret".to_owned()),
        ("CURFEW__HTTP__LISTEN", format!("{host}:{port}")),
        ("CURFEW__HTTP__PUBLIC_URL", address.to_string()),
        ("CURFEW__HTTP__CALLS_PER_SECOND_PER_CALLER", "0".to_owned()),
        ("CURFEW__DATABASE__URL", around.database.to_owned()),
        ("CURFEW__DATABASE__MAX_CONNECTIONS", limits.database_connections.to_string()),
        ("CURFEW__BROKER__URL", around.broker.to_owned()),
        ("CURFEW__AWS__ENDPOINT_URL", around.aws.trim_end_matches('/').to_owned()),
        ("CURFEW__AWS__REGION", "eu-central-1".to_owned()),
        ("CURFEW__AWS__CALLS_PER_SECOND", "0".to_owned()),
        ("CURFEW__AWS__OUTSTANDING", "0".to_owned()),
        ("CURFEW__OIDC__ISSUER", format!("{simulator}/oidc")),
        ("CURFEW__OIDC__AUDIENCE", "curfew".to_owned()),
        ("CURFEW__OIDC__CLIENT_ID", "curfew-portal".to_owned()),
        ("CURFEW__OIDC__CLIENT_SECRET", "curfew-portal-secret".to_owned()),
        ("CURFEW__PERSONAS__ADMIN_GROUPS", "curfew-admins".to_owned()),
        ("CURFEW__PERSONAS__AUDITOR_GROUPS", "curfew-auditors".to_owned()),
        ("CURFEW__MAIL__SMTP_URL", around.smtp.to_owned()),
        ("CURFEW__MAIL__FROM", "Curfew <curfew@harbourfreight.example>".to_owned()),
        ("CURFEW__LINKS__KEY", "Y3VyZmV3LWJlbmNoLWxpbmsta2V5LTMyLWJ5dGVzISE=".to_owned()),
        ("CURFEW__WEBHOOKS__ALLOW_PRIVATE", "true".to_owned()),
        ("CURFEW_LOG", "warn".to_owned()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    if services.len() > 1 {
        let named = services
            .iter()
            .map(|(name, url)| (format!("CURFEW__API__SERVICES__{}", name.to_uppercase()), url.to_string()));
        variables.extend(named);
    }
    variables
}
