//! Access that AWS itself takes away by a schedule, if nobody else does.

use cloud::{BackstopConfig, Cloud, CloudConfig};
use domain::backstop::Timing;
use grant::{Backstop, Keeping};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Lab, key, unlimited};

/// How long after the last deadline schedules fire here, without spread.
pub const MARGIN: SignedDuration = SignedDuration::from_mins(15);
/// When they do.
pub const TIMING: Timing = Timing {
    margin: MARGIN,
    spread: SignedDuration::ZERO,
    most: SignedDuration::from_hours(2),
    every: SignedDuration::from_mins(5),
    lasting: SignedDuration::from_hours(12),
};

/// A schedule as the simulator tells it.
#[derive(Debug, Clone, Deserialize)]
pub struct Scheduled {
    pub name: String,
    pub start: Timestamp,
    pub target: ScheduledTarget,
}

#[derive(Debug, Clone, Deserialize)]
pub struct ScheduledTarget {
    pub input: String,
}

impl Lab {
    /// No quotas and no delays, and access only with a schedule that takes it away. The simulator's clock goes with the
    /// lives'.
    pub async fn backed() -> Self {
        let mut lab = Self::instant().await;
        lab.switch_backstop(true).await;
        lab.backed = true;
        lab.turn_simulator().await;
        lab
    }

    /// As if the setting had been changed and every process started again.
    pub async fn switch_backstop(&mut self, on: bool) {
        let account = self.company["management_account_id"].as_str().unwrap();
        let role_arn = on.then(|| format!("arn:aws:iam::{account}:role/curfew-backstop-target"));
        let backstop = BackstopConfig { role_arn, ..BackstopConfig::default() };
        let config = CloudConfig { backstop, ..unlimited(&self.simulator.http, CloudConfig::default()) };
        let aws = Cloud::connect_as(config, key()).await.unwrap();
        self.backstop = Backstop { aws: aws.backstop().clone(), timing: TIMING };
    }

    /// The simulator's clock as the lives'.
    pub async fn turn_simulator(&self) {
        let url = format!("{}/control/clock", self.simulator.http);
        let clock = json!({"at": self.now().to_string()});
        self.http.put(url).json(&clock).send().await.unwrap().error_for_status().unwrap();
    }

    /// The schedules that there are, in truth.
    pub async fn schedules(&self) -> Vec<Scheduled> {
        let url = format!("{}/control/schedules", self.simulator.http);
        let mut answer: Value = self.http.get(url).send().await.unwrap().json().await.unwrap();
        serde_json::from_value(answer["schedules"].take()).unwrap()
    }

    pub fn keeping(&self) -> Keeping {
        Keeping::new(self.db.db.clone(), self.backstop.clone())
    }
}
