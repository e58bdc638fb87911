//! The way in: credentials, clients, and which Identity Center instance is ours.

use std::{fmt, sync::Arc, time::Duration};

use aws_config::{ConfigLoader, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_ssoadmin::{self as sso, config::Credentials, types::InstanceMetadata};

use crate::{
    Backstop, CloudConfig, CloudError, Creations, Deletions, Directory, InlinePolicies, Lender, Survey,
    assignments::Instance,
    call::call,
    directory::Clients,
    identity::{Identities, Identity},
    limit::Limiter,
    pages,
    queue::Lane,
    session_policy::SessionPolicy,
    surroundings::{ByTime, ByWire, Surroundings, Time},
    trace_header::TraceHeader,
};

/// How often the SDK tries a read of the directory in all.
const READ_ATTEMPTS: u32 = 6;

/// A long-lived access key.
#[derive(Clone)]
pub struct AccessKey {
    /// Its id, which is no secret.
    pub id: String,
    /// Its secret.
    pub secret: String,
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessKey").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A connected organization.
#[derive(Clone)]
pub struct Cloud {
    creations: Creations,
    deletions: Deletions,
    survey: Survey,
    directory: Directory,
    backstop: Backstop,
    limiter: Limiter,
    denying: aws_sdk_organizations::Client,
    inline_policies: InlinePolicies,
    time: Arc<dyn Time>,
}

impl Cloud {
    /// Loads credentials by the SDK's default chain, and asks which instance is meant if the configuration does not say.
    /// The surroundings' time dates signatures and decides what is too late to be sent.
    ///
    /// # Errors
    /// When AWS does not answer, or there is not exactly one instance to choose.
    pub async fn connect(config: CloudConfig, around: Surroundings) -> Result<Self, CloudError> {
        Self::connect_by(Identities::defaults(), config, around).await
    }

    /// Connects with this key instead of the default chain, for tools and tests that bring their own.
    ///
    /// # Errors
    /// As [`Cloud::connect`].
    pub async fn connect_as(config: CloudConfig, key: AccessKey) -> Result<Self, CloudError> {
        Self::connect_in(config, key, Surroundings::default()).await
    }

    /// Connects with this key in these surroundings, for simulations.
    ///
    /// # Errors
    /// As [`Cloud::connect`].
    pub async fn connect_in(config: CloudConfig, key: AccessKey, around: Surroundings) -> Result<Self, CloudError> {
        let key = Credentials::new(key.id, key.secret, None, None, "given");
        Self::connect_by(Identities::defaults().credentials_provider(key), config, around).await
    }

    async fn connect_by(loader: ConfigLoader, config: CloudConfig, around: Surroundings) -> Result<Self, CloudError> {
        let Surroundings { time, wire } = around;
        let by_time = ByTime(Arc::clone(&time));
        let mut loader = loader.sleep_impl(by_time.clone()).time_source(by_time);
        // Over a wire of its own everything follows from what it says, the rests between tries included.
        let by_chance = wire.is_none();
        if let Some(wire) = wire {
            loader = loader.http_client(ByWire(wire));
        }
        let identities = Identities::load(loader, &config).await;
        // The time-out is for one try; where there are several, the whole is longer.
        let once = TimeoutConfig::builder().operation_timeout(config.call_timeout).build();
        let each = TimeoutConfig::builder().operation_attempt_timeout(config.call_timeout).build();
        let patient =
            RetryConfig::standard().with_max_attempts(READ_ATTEMPTS).with_use_static_exponential_base(!by_chance);
        macro_rules! client {
            ($service:ident as $identity:ident, $retries:expr, $timeouts:expr) => {{
                let of = identities.of(Identity::$identity).await;
                let mut builder = $service::config::Builder::from(&of)
                    .retry_config($retries)
                    .timeout_config($timeouts)
                    .interceptor(TraceHeader);
                if let Some(url) = &config.endpoint_url {
                    builder = builder.endpoint_url(url);
                }
                $service::Client::from_conf(builder.build())
            }};
        }
        let adding = client!(sso as Grant, RetryConfig::disabled(), once.clone());
        let removing = client!(sso as Revocation, RetryConfig::disabled(), once.clone());
        let schedules = client!(aws_sdk_scheduler as Backstop, RetryConfig::disabled(), once.clone());
        let denying = client!(aws_sdk_organizations as SessionDeny, RetryConfig::disabled(), once.clone());
        let writing = client!(sso as SessionDeny, RetryConfig::disabled(), once);
        let reads = client!(sso as Directory, patient.clone(), each.clone());
        let people = client!(aws_sdk_identitystore as Directory, patient.clone(), each.clone());
        let organizations = client!(aws_sdk_organizations as Directory, patient.clone(), each.clone());
        let trail = client!(aws_sdk_cloudtrail as Directory, patient.clone(), each.clone());
        let identity = client!(aws_sdk_sts as Own, patient, each);

        let limiter = Limiter::identity_center(&config);
        let instance = find_instance(&reads, &limiter, &config).await?;
        let (sees, grant_role) = (reads.clone(), config.roles.grant.clone());
        let survey = Survey::new(sees, trail, instance.clone(), limiter.clone(), Limiter::trail(&config), grant_role);
        let clients = Clients { sso: reads, people, organizations, identity };
        let directory = Directory::new(clients, &instance, &config, limiter.clone(), Arc::clone(&time));
        let creations = Creations::new(adding, instance.clone(), limiter.clone(), Arc::clone(&time));
        let inline_policies = InlinePolicies::new(writing, instance.clone(), limiter.clone(), Arc::clone(&time));
        let backstop = Backstop::new(schedules, instance.clone(), config.backstop, Arc::clone(&time));
        let deletions = Deletions::new(removing, instance, limiter.clone(), Arc::clone(&time));
        Ok(Self { creations, deletions, survey, directory, backstop, limiter, denying, inline_policies, time })
    }

    /// From now on the calls a second are not this process's own but lent.
    pub fn borrow_from(&self, lender: Arc<dyn Lender>) {
        self.limiter.borrow_from(lender);
    }

    /// How long AWS takes for a creation and for a deletion, as far as this process has learned it.
    #[must_use]
    pub fn learned(&self) -> (Option<Duration>, Option<Duration>) {
        (self.creations.learned(), self.deletions.learned())
    }

    /// Creating and reading account assignments, as the grant role.
    #[must_use]
    pub const fn creations(&self) -> &Creations {
        &self.creations
    }

    /// Deleting and reading account assignments, as the revocation role.
    #[must_use]
    pub const fn deletions(&self) -> &Deletions {
        &self.deletions
    }

    /// The schedules that remove access when all of us are gone, as the backstop's role.
    #[must_use]
    pub const fn backstop(&self) -> &Backstop {
        &self.backstop
    }

    /// Which assignments there are, and who made them.
    #[must_use]
    pub const fn survey(&self) -> &Survey {
        &self.survey
    }

    /// The service control policy of this id, which denies live sessions, as the session-deny role.
    #[must_use]
    pub fn session_policy(&self, id: &str) -> SessionPolicy {
        SessionPolicy::new(self.denying.clone(), id.to_owned(), Arc::clone(&self.time))
    }

    /// The policies inside permission sets, as the session-deny role.
    #[must_use]
    pub const fn inline_policies(&self) -> &InlinePolicies {
        &self.inline_policies
    }

    /// Who is there, and what is under what.
    #[must_use]
    pub const fn directory(&self) -> &Directory {
        &self.directory
    }
}

async fn find_instance(client: &sso::Client, limiter: &Limiter, config: &CloudConfig) -> Result<Instance, CloudError> {
    if let (Some(arn), Some(identity_store)) = (&config.instance_arn, &config.identity_store_id) {
        return Ok(Instance { arn: arn.clone(), identity_store: identity_store.clone() });
    }
    let seen = pages::all(|token| async move {
        limiter.call(Lane::Usual).await;
        let answer = call("sso", "ListInstances", client.list_instances().set_next_token(token).send()).await?;
        Ok((answer.instances.unwrap_or_default(), answer.next_token))
    })
    .await
    .map_err(CloudError::calling("ListInstances"))?;
    choose(seen, config)
}

/// The one that the configuration names, or else the only one.
fn choose(seen: Vec<InstanceMetadata>, config: &CloudConfig) -> Result<Instance, CloudError> {
    let mut candidates = seen
        .into_iter()
        .filter_map(|instance| {
            Some(Instance { arn: instance.instance_arn?, identity_store: instance.identity_store_id? })
        })
        .filter(|instance| config.instance_arn.as_ref().is_none_or(|wanted| *wanted == instance.arn))
        .collect::<Vec<_>>();
    let Some(chosen) = candidates.pop() else {
        return Err(CloudError::NoInstance { instance: config.instance_arn.clone(), region: config.region.clone() });
    };
    if candidates.is_empty() {
        let identity_store = config.identity_store_id.clone().unwrap_or(chosen.identity_store);
        return Ok(Instance { identity_store, ..chosen });
    }
    candidates.push(chosen);
    Err(CloudError::SeveralInstances(candidates.into_iter().map(|instance| instance.arn).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(names: &[&str]) -> Vec<InstanceMetadata> {
        let instance = |name: &&str| {
            InstanceMetadata::builder().instance_arn(*name).identity_store_id(format!("store of {name}")).build()
        };
        names.iter().map(instance).collect()
    }

    #[test]
    fn a_key_does_not_show_its_secret() {
        let shown = format!("{:?}", AccessKey { id: "AKIA".to_owned(), secret: "hush".to_owned() });
        assert!(shown.contains("AKIA") && !shown.contains("hush"), "{shown}");
    }

    #[test]
    fn the_only_instance_is_ours() {
        let chosen = choose(seen(&["a"]), &CloudConfig::default()).unwrap();
        assert_eq!((chosen.arn.as_str(), chosen.identity_store.as_str()), ("a", "store of a"));
    }

    #[test]
    fn of_several_the_configuration_must_name_one() {
        let two = || seen(&["a", "b"]);
        assert_eq!(
            choose(two(), &CloudConfig::default()).unwrap_err(),
            CloudError::SeveralInstances(vec!["a".to_owned(), "b".to_owned()])
        );
        let named = |name: &str| CloudConfig { instance_arn: Some(name.to_owned()), ..CloudConfig::default() };
        assert_eq!(choose(two(), &named("a")).unwrap().identity_store, "store of a");
        assert!(matches!(choose(two(), &named("c")), Err(CloudError::NoInstance { instance: Some(_), .. })));
    }
}
