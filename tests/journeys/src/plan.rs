//! What a test wants to run.

use simulator::Config;

use crate::{Moto, System};

/// A system to be started: everything in one process beside an AWS without quotas and delays, if nothing else is said.
#[derive(Default)]
pub struct Plan {
    pub(crate) seven: bool,
    pub(crate) aws_like: bool,
    pub(crate) desk: bool,
    pub(crate) moto: Option<Moto>,
    pub(crate) settings: Vec<(String, String)>,
    pub(crate) broker: Option<Wire>,
    pub(crate) database: Option<Wire>,
}

impl Plan {
    /// The plain one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A process for each service.
    #[must_use]
    pub fn seven_processes(mut self) -> Self {
        self.seven = true;
        self
    }

    /// AWS's quotas and delays.
    #[must_use]
    pub fn with_the_pace_of_aws(mut self) -> Self {
        self.aws_like = true;
        self
    }

    /// PagerDuty and a ticket system called `jira`, as the simulator plays them; no answer is remembered.
    #[must_use]
    pub fn with_the_desk(mut self) -> Self {
        self.desk = true;
        self
    }

    /// Every AWS call goes to moto's server.
    #[must_use]
    pub fn on_moto(mut self, moto: Moto) -> Self {
        self.moto = Some(moto);
        self.set("aws.permission_set_tags", "false")
    }

    /// Another value of a setting, by its name in the settings' file.
    #[must_use]
    pub fn set(self, key: &str, value: &str) -> Self {
        let variable = format!("CURFEW__{}", key.to_ascii_uppercase().replace('.', "__"));
        self.variable(&variable, value)
    }

    /// Another value in the environment.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The broker is behind a wire that can be cut.
    #[must_use]
    pub fn broker_behind(mut self, wire: Wire) -> Self {
        self.broker = Some(wire);
        self
    }

    /// The database is behind a wire that can be cut.
    #[must_use]
    pub fn database_behind(mut self, wire: Wire) -> Self {
        self.database = Some(wire);
        self
    }

    /// Starts it, and waits until it is ready (with a cut wire: until it answers).
    ///
    /// # Panics
    /// When it does not get ready.
    pub async fn start(self) -> System {
        System::start(self).await
    }

    pub(crate) fn simulator(&self) -> Config {
        if self.aws_like { Config::aws() } else { Config::instant() }
    }
}

/// How a wire is when the system starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// It carries.
    Whole,
    /// It carries nothing.
    Cut,
}
