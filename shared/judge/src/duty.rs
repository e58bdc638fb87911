//! Who is on duty: by a schedule kept here, or by asking the service that keeps it. Asking takes up to three seconds,
//! so it is done before anything is locked.

use std::collections::BTreeSet;

use domain::approval::{ScheduleRef, ScheduleSource};
use domain::rules::{Book, Duty};
use domain::{ScheduleId, UserId};
use jiff::Timestamp;
use store::{PgConnection, StoreError, directory};

use crate::Judge;

/// The people on duty by a schedule; or why nobody knows.
pub type OnDuty = Result<BTreeSet<UserId>, String>;

impl Judge {
    /// Who is on duty by a schedule at this moment. People whom the directory does not know are left out.
    ///
    /// # Errors
    /// When Postgres is away. A service that is away is an answer.
    pub async fn on_duty(
        &self,
        connection: &mut PgConnection,
        book: &Book,
        schedule: &ScheduleRef,
        now: Timestamp,
    ) -> Result<OnDuty, StoreError> {
        match schedule.source {
            ScheduleSource::Curfew => {
                let kept = schedule.id.parse::<ScheduleId>().ok().and_then(|id| book.schedule(id));
                Ok(match kept {
                    Some(kept) => Ok(kept.on_duty(now).into_iter().collect()),
                    None => Err(format!("there is no schedule {}", schedule.id)),
                })
            }
            ScheduleSource::PagerDuty => match self.systems.on_call().now(&schedule.id).await {
                Ok(people) => {
                    let emails: Vec<String> = people.into_iter().map(|person| person.email).collect();
                    Ok(Ok(directory::users_by_email(connection, &emails).await?.into_iter().collect()))
                }
                Err(away) => Ok(Err(away.to_string())),
            },
        }
    }

    /// By which of these schedules somebody is on duty.
    ///
    /// # Errors
    /// When Postgres is away.
    pub async fn duty_of(
        &self,
        connection: &mut PgConnection,
        book: &Book,
        schedules: &BTreeSet<ScheduleRef>,
        user: &UserId,
        now: Timestamp,
    ) -> Result<Duty, StoreError> {
        let mut duty = Duty::default();
        for schedule in schedules {
            match self.on_duty(connection, book, schedule, now).await? {
                Ok(people) if people.contains(user) => duty.on.push(schedule.clone()),
                Ok(_) => {}
                Err(why) => {
                    tracing::warn!(schedule = %schedule.id, %why, "nobody knows who is on duty");
                    duty.away.push(schedule.clone());
                }
            }
        }
        Ok(duty)
    }
}
