//! Who is on call.

mod memory;
mod pagerduty;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use runtime::settings;

use crate::{Away, Unusable, clock};
use memory::Memory;
use pagerduty::PagerDuty;

/// Somebody who is on call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnCallPerson {
    /// Their address, by which they are known here too; compare it without case.
    pub email: String,
    /// Their name there.
    pub name: String,
    /// Until when; none where they stay, or where the service does not say.
    pub until: Option<Timestamp>,
}

/// The on-call service, where there is one.
#[derive(Debug, Clone)]
pub struct OnCall {
    service: Option<Arc<Service>>,
}

#[derive(Debug)]
struct Service {
    pagerduty: PagerDuty,
    memory: Memory,
}

impl OnCall {
    pub(crate) fn new(settings: &settings::OnCall) -> Result<Self, Unusable> {
        let Some(token) = &settings.pagerduty_token else { return Ok(Self { service: None }) };
        let pagerduty = PagerDuty::new(settings.pagerduty_url.as_ref(), token, settings.allow_http)?;
        let memory = Memory::new(Duration::from_secs(settings.remembered_s.into()));
        Ok(Self { service: Some(Arc::new(Service { pagerduty, memory })) })
    }

    /// Whether there is one.
    #[must_use]
    pub const fn is_configured(&self) -> bool {
        self.service.is_some()
    }

    /// Who is on call in a schedule at this moment, each person once, by address. Nobody is a valid answer.
    ///
    /// # Errors
    /// When the service gives no answer.
    pub async fn now(&self, schedule: &str) -> Result<Vec<OnCallPerson>, Away> {
        let Some(service) = &self.service else {
            let what = "no on-call service is configured: on_call.pagerduty_token is not set";
            return Err(Away::NotConfigured(what.to_owned()));
        };
        if let Some(people) = service.memory.recall(schedule, std::time::Instant::now()) {
            return Ok(people);
        }
        let people = service.pagerduty.on_call(schedule).await?;
        service.memory.remember(schedule, &people, std::time::Instant::now(), clock::now());
        Ok(people)
    }
}
