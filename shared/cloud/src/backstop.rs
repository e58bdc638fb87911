//! The backstop: schedules of EventBridge Scheduler that delete an assignment when all of us are gone. Each says the same
//! sentence again and again for some hours, since Scheduler takes an accepted call for success.

use std::sync::Arc;

use aws_sdk_scheduler::{
    Client,
    primitives::DateTime,
    types::{
        ActionAfterCompletion, DeadLetterConfig, FlexibleTimeWindow, FlexibleTimeWindowMode, RetryPolicy,
        ScheduleState, Target,
    },
};
use domain::{AccountId, PermissionSetArn, Tuple, UserId, backstop::Fires};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use crate::{CallError, assignments::Instance, call::call, deadline::SendBy, pages, surroundings::Time};

const SERVICE: &str = "scheduler";
/// What a schedule calls.
const DELETE: &str = "arn:aws:scheduler:::aws-sdk:ssoadmin:deleteAccountAssignment";
/// A refused call is tried again for no longer than this: the schedule fires again by itself, and a call that comes late
/// could meet somebody's next access.
const OLDEST_S: i32 = 60;
const RETRIES: i32 = 3;

/// All that a schedule says: an update leaves nothing as it was, and the two writes have no type in common.
macro_rules! whole {
    ($backstop:expr, $write:expr, $tuple:expr, $fires:expr) => {
        $write
            .group_name(&$backstop.config.group)
            .schedule_expression($backstop.expression())
            .start_date(DateTime::from_secs($fires.first_at.as_second()))
            .end_date(DateTime::from_secs($fires.last_at.as_second()))
            .flexible_time_window(on_time()?)
            .state(ScheduleState::Enabled)
            .target($backstop.target($tuple)?)
            .action_after_completion(ActionAfterCompletion::Delete)
    };
}

/// The section of a service's configuration about the backstop.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BackstopConfig {
    /// The role that Scheduler assumes and that may delete assignments. None: there is no backstop.
    pub role_arn: Option<String>,
    /// The group that our schedules are in. It is made when it is not there.
    pub group: String,
    /// What tells this installation's schedules from others': up to twelve small letters and digits.
    pub prefix: String,
    /// How often a schedule fires, in minutes.
    pub every_minutes: u32,
    /// The queue (SQS) for calls that were given up, if there is one.
    pub dead_letter_arn: Option<String>,
}

impl Default for BackstopConfig {
    fn default() -> Self {
        Self {
            role_arn: None,
            group: "curfew".to_owned(),
            prefix: "main".to_owned(),
            every_minutes: 5,
            dead_letter_arn: None,
        }
    }
}

/// The schedules. Cheap to clone.
#[derive(Clone)]
pub struct Backstop {
    client: Client,
    instance: Instance,
    config: BackstopConfig,
    time: Arc<dyn Time>,
}

impl Backstop {
    pub(crate) const fn new(client: Client, instance: Instance, config: BackstopConfig, time: Arc<dyn Time>) -> Self {
        Self { client, instance, config, time }
    }

    /// Whether schedules can be put there; removing them always can.
    #[must_use]
    pub const fn is_on(&self) -> bool {
        self.config.role_arn.is_some()
    }

    /// What tells this installation's schedules from others'.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.config.prefix
    }

    /// Sees to it that a schedule of this name removes the assignment at these times, whatever it did before. Nothing is
    /// sent after `send_by`.
    ///
    /// # Errors
    /// See [`CallError`]; [`CallError::Invalid`] where the backstop is off.
    pub async fn place(&self, name: &str, tuple: &Tuple, fires: Fires, send_by: Timestamp) -> Result<(), CallError> {
        match self.create(name, tuple, fires, send_by).await {
            Err(CallError::Conflict) => match self.update(name, tuple, fires, send_by).await {
                // It was there a moment ago.
                Err(CallError::NotFound(_)) => Err(CallError::Conflict),
                answer => answer,
            },
            Err(CallError::NotFound(_)) => {
                self.make_group(send_by).await?;
                self.create(name, tuple, fires, send_by).await
            }
            answer => answer,
        }
    }

    /// As [`Backstop::place`], for a schedule that should be there.
    ///
    /// # Errors
    /// As [`Backstop::place`].
    pub async fn move_to(&self, name: &str, tuple: &Tuple, fires: Fires, send_by: Timestamp) -> Result<(), CallError> {
        match self.update(name, tuple, fires, send_by).await {
            Err(CallError::NotFound(_)) => self.place(name, tuple, fires, send_by).await,
            answer => answer,
        }
    }

    /// Sees to it that there is no schedule of this name.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn remove(&self, name: &str, send_by: Timestamp) -> Result<(), CallError> {
        let removal = self.client.delete_schedule().name(name).group_name(&self.config.group);
        let removal = removal.customize().interceptor(self.send_by(send_by));
        match call(SERVICE, "DeleteSchedule", removal.send()).await {
            Ok(_) | Err(CallError::NotFound(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The names of all schedules of this installation.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn list(&self) -> Result<Vec<String>, CallError> {
        let prefix = domain::backstop::names_begin(&self.config.prefix);
        let seen = pages::all(|token| async {
            let page = self.client.list_schedules().group_name(&self.config.group).name_prefix(&prefix);
            let page = call(SERVICE, "ListSchedules", page.set_next_token(token).send()).await?;
            Ok((page.schedules, page.next_token))
        })
        .await;
        match seen {
            Ok(seen) => Ok(seen.into_iter().filter_map(|schedule| schedule.name).collect()),
            // Without the group there are none.
            Err(CallError::NotFound(_)) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// The assignment that a schedule of this installation removes; none, where there is no such schedule any more, or
    /// it says something else.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn about(&self, name: &str) -> Result<Option<Tuple>, CallError> {
        let asking = self.client.get_schedule().name(name).group_name(&self.config.group);
        let schedule = match call(SERVICE, "GetSchedule", asking.send()).await {
            Ok(schedule) => schedule,
            Err(CallError::NotFound(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let said = schedule.target.and_then(|target| target.input).unwrap_or_default();
        let Ok(said) = serde_json::from_str::<Sentence>(&said) else { return Ok(None) };
        let tuple = (UserId::parse(said.principal_id), AccountId::parse(said.target_id));
        let (Ok(principal), Ok(account)) = tuple else { return Ok(None) };
        let set = PermissionSetArn::parse(said.permission_set_arn).ok();
        Ok(set.map(|permission_set| Tuple { principal, account, permission_set }))
    }

    async fn create(&self, name: &str, tuple: &Tuple, fires: Fires, send_by: Timestamp) -> Result<(), CallError> {
        let creation = whole!(self, self.client.create_schedule(), tuple, fires).name(name).customize();
        call(SERVICE, "CreateSchedule", creation.interceptor(self.send_by(send_by)).send()).await.map(drop)
    }

    async fn update(&self, name: &str, tuple: &Tuple, fires: Fires, send_by: Timestamp) -> Result<(), CallError> {
        let update = whole!(self, self.client.update_schedule(), tuple, fires).name(name).customize();
        call(SERVICE, "UpdateSchedule", update.interceptor(self.send_by(send_by)).send()).await.map(drop)
    }

    async fn make_group(&self, send_by: Timestamp) -> Result<(), CallError> {
        let making = self.client.create_schedule_group().name(&self.config.group);
        let making = making.customize().interceptor(self.send_by(send_by));
        match call(SERVICE, "CreateScheduleGroup", making.send()).await {
            Ok(_) | Err(CallError::Conflict) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn send_by(&self, at: Timestamp) -> SendBy {
        SendBy { at, time: Arc::clone(&self.time) }
    }

    /// The start date is the first firing, and the rate counts from it.
    fn expression(&self) -> String {
        match self.config.every_minutes {
            0 | 1 => "rate(1 minute)".to_owned(),
            minutes => format!("rate({minutes} minutes)"),
        }
    }

    fn target(&self, tuple: &Tuple) -> Result<Target, CallError> {
        let Some(role) = &self.config.role_arn else {
            return Err(CallError::Invalid("the backstop is off: no role is configured".to_owned()));
        };
        let sentence = json!({
            "InstanceArn": self.instance.arn,
            "TargetType": "AWS_ACCOUNT",
            "TargetId": tuple.account.as_str(),
            "PermissionSetArn": tuple.permission_set.as_str(),
            "PrincipalType": "USER",
            "PrincipalId": tuple.principal.as_str(),
        });
        let retries =
            RetryPolicy::builder().maximum_event_age_in_seconds(OLDEST_S).maximum_retry_attempts(RETRIES).build();
        let dead = self.config.dead_letter_arn.as_ref().map(|arn| DeadLetterConfig::builder().arn(arn).build());
        Target::builder()
            .arn(DELETE)
            .role_arn(role)
            .input(sentence.to_string())
            .retry_policy(retries)
            .set_dead_letter_config(dead)
            .build()
            .map_err(|error| CallError::Invalid(error.to_string()))
    }
}

/// What a schedule says, as far as it tells whose assignment it is about.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Sentence {
    target_id: String,
    permission_set_arn: String,
    principal_id: String,
}

fn on_time() -> Result<FlexibleTimeWindow, CallError> {
    let window = FlexibleTimeWindow::builder().mode(FlexibleTimeWindowMode::Off).build();
    window.map_err(|error| CallError::Invalid(error.to_string()))
}
