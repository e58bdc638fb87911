//! AWS, connected when it can be: a process starts, and waits for its work, also while AWS is away.

use std::sync::Arc;
use std::time::Duration;

use cloud::{Cloud, CloudConfig, Roles};
use runtime::{Health, Settings, Shutdown};
use tokio::sync::OnceCell;

/// The connection, shared by the services of a process.
#[derive(Clone)]
pub struct Aws {
    config: CloudConfig,
    connected: Arc<OnceCell<Cloud>>,
    health: Health,
    shutdown: Shutdown,
}

impl Aws {
    /// Nothing connects before [`Aws::connected`] is asked for.
    #[must_use]
    pub fn new(settings: &Settings, health: &Health, shutdown: &Shutdown) -> Self {
        let aws = &settings.aws;
        let roles = settings.aws_roles.clone();
        let config = CloudConfig {
            region: aws.region.clone(),
            endpoint_url: aws.endpoint_url.as_ref().map(ToString::to_string),
            instance_arn: aws.instance_arn.clone(),
            identity_store_id: aws.identity_store_id.clone(),
            roles: Roles {
                grant: roles.grant,
                revocation: roles.revocation,
                backstop: roles.backstop,
                session_deny: roles.session_deny,
                directory: roles.directory,
                external_id: roles.external_id,
            },
            calls_per_second: aws.calls_per_second,
            outstanding: aws.outstanding,
            call_timeout: Duration::from_secs(aws.call_timeout_s.into()),
            permission_set_tags: aws.permission_set_tags,
        };
        Self { config, connected: Arc::default(), health: health.clone(), shutdown: shutdown.clone() }
    }

    /// The connection, if AWS has answered already: for those who would rather say that it is away than wait.
    #[must_use]
    pub fn now(&self) -> Option<Cloud> {
        self.connected.get().cloned()
    }

    /// Waits until AWS answered once; `None` when the process stops before.
    pub async fn connected(&self) -> Option<Cloud> {
        let connect = self.connected.get_or_try_init(|| async {
            loop {
                match Cloud::connect(self.config.clone()).await {
                    Ok(cloud) => {
                        self.health.set("aws", Ok(()));
                        return Ok::<_, ()>(cloud);
                    }
                    Err(error) => {
                        tracing::warn!(%error, "cannot reach AWS yet, trying again");
                        self.health.set("aws", Err(error.to_string()));
                    }
                }
                if !self.shutdown.sleep(Duration::from_secs(2)).await {
                    return Err(());
                }
            }
        });
        connect.await.ok().cloned()
    }
}
