//! AWS, connected when it can be: a process starts, and waits for its work, also while AWS is away.

use std::sync::Arc;
use std::time::Duration;

use cloud::{Cloud, CloudConfig, Roles, Surroundings};
use runtime::{Health, Settings, Shutdown};
use store::Db;
use tokio::sync::OnceCell;

use crate::governor;

/// The connection, shared by the services of a process.
#[derive(Clone)]
pub struct Aws {
    config: CloudConfig,
    connected: Arc<OnceCell<Cloud>>,
    db: Db,
    health: Health,
    shutdown: Shutdown,
}

impl Aws {
    /// Nothing connects before [`Aws::connected`] is asked for. Calls are dated by the clock.
    #[must_use]
    pub fn new(settings: &Settings, db: &Db, health: &Health, shutdown: &Shutdown) -> Self {
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
            calls_per_second_alone: aws.calls_per_second_alone,
            outstanding: aws.outstanding,
            async_limit_covers_delete: aws.async_limit_covers_delete,
            outstanding_for_grants: aws.outstanding_for_grants,
            call_timeout: Duration::from_secs(aws.call_timeout_s.into()),
            permission_set_tags: aws.permission_set_tags,
        };
        Self { config, connected: Arc::default(), db: db.clone(), health: health.clone(), shutdown: shutdown.clone() }
    }

    fn around(&self) -> Surroundings {
        let clock = self.db.clock().clone();
        Surroundings::by_clock(move || clock.now())
    }

    /// Waits until AWS answered once; `None` when the process stops before.
    pub async fn connected(&self) -> Option<Cloud> {
        let connect = self.connected.get_or_try_init(|| async {
            loop {
                match Cloud::connect(self.config.clone(), self.around()).await {
                    Ok(cloud) => {
                        self.health.set("aws", Ok(()));
                        self.share_the_budget(&cloud);
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

    /// The calls of all processes come out of one budget.
    fn share_the_budget(&self, cloud: &Cloud) {
        cloud.borrow_from(governor::lender(&self.db));
        let (db, cloud, stop) = (self.db.clone(), cloud.clone(), self.shutdown.clone());
        self.shutdown.spawn("governor", async move { governor::report(&db, &cloud, &stop).await });
    }
}
