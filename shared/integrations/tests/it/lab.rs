//! A simulator for one test, and the integrations as an operator would set them up for it.

use integrations::Integrations;
use reqwest::Client;
use runtime::Settings;
use serde_json::Value;
use simulator::{Config, Running, Simulator};

const SAMPLE: &str = include_str!("../../../runtime/curfew.sample.toml");

pub struct Lab {
    simulator: Running,
    http: Client,
}

impl Lab {
    pub fn start() -> Self {
        let simulator = Simulator::start(Config::instant()).unwrap();
        Self { simulator, http: Client::builder().no_proxy().build().unwrap() }
    }

    /// Everything, with the right credentials.
    pub fn integrations(&self) -> Integrations {
        self.integrations_with(&[])
    }

    /// The same with other settings; an empty one is not set.
    pub fn integrations_with(&self, more: &[(&str, &str)]) -> Integrations {
        integrations(&[&standard(&self.simulator.http), &owned(more)[..]].concat())
    }

    /// Orders something below `/control/desk`.
    pub async fn put(&self, path: &str, body: Value) {
        let url = format!("{}/control/desk/{path}", self.simulator.http);
        self.http.put(url).json(&body).send().await.unwrap().error_for_status().unwrap();
    }

    pub async fn delete(&self, path: &str) {
        let url = format!("{}/control/desk/{path}", self.simulator.http);
        self.http.delete(url).send().await.unwrap().error_for_status().unwrap();
    }

    /// What a system was asked so far.
    pub async fn asked(&self, system: &str) -> Vec<Value> {
        let url = format!("{}/control/desk/{system}/requests", self.simulator.http);
        let answer: Value = self.http.get(url).send().await.unwrap().json().await.unwrap();
        answer["requests"].as_array().unwrap().clone()
    }
}

/// From variables as they would stand in the environment.
pub fn integrations(variables: &[(String, String)]) -> Integrations {
    let settings = Settings::from_sources(Some(("curfew.toml", SAMPLE)), variables.to_vec()).unwrap();
    Integrations::new(&settings).unwrap()
}

pub fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| (format!("CURFEW__{name}"), (*value).to_owned())).collect()
}

fn standard(http: &str) -> Vec<(String, String)> {
    let (pagerduty, jira, servicenow) =
        (format!("{http}/pagerduty"), format!("{http}/jira"), format!("{http}/servicenow/"));
    owned(&[
        ("ON_CALL__PAGERDUTY_URL", &pagerduty),
        ("ON_CALL__PAGERDUTY_TOKEN", "pagerduty-token"),
        ("ON_CALL__REMEMBERED_S", "0"),
        ("TICKETS__SYSTEMS__JIRA__KIND", "jira_cloud"),
        ("TICKETS__SYSTEMS__JIRA__BASE_URL", &jira),
        ("TICKETS__SYSTEMS__JIRA__USER", "curfew@harbourfreight.example"),
        ("TICKETS__SYSTEMS__JIRA__SECRET", "jira-token"),
        ("TICKETS__SYSTEMS__JIRA__WINDOW_START_FIELD", "customfield_10060"),
        ("TICKETS__SYSTEMS__JIRA__WINDOW_END_FIELD", "customfield_10061"),
        ("TICKETS__SYSTEMS__JIRA_DC__KIND", "jira_data_center"),
        ("TICKETS__SYSTEMS__JIRA_DC__BASE_URL", &jira),
        ("TICKETS__SYSTEMS__JIRA_DC__SECRET", "jira-personal-token"),
        ("TICKETS__SYSTEMS__CHANGES__KIND", "servicenow"),
        ("TICKETS__SYSTEMS__CHANGES__BASE_URL", &servicenow),
        ("TICKETS__SYSTEMS__CHANGES__USER", "curfew"),
        ("TICKETS__SYSTEMS__CHANGES__SECRET", "servicenow-password"),
        ("TICKETS__SYSTEMS__INCIDENTS__KIND", "servicenow"),
        ("TICKETS__SYSTEMS__INCIDENTS__BASE_URL", &servicenow),
        ("TICKETS__SYSTEMS__INCIDENTS__CLIENT_ID", "curfew-client"),
        ("TICKETS__SYSTEMS__INCIDENTS__SECRET", "servicenow-client-secret"),
        ("TICKETS__SYSTEMS__INCIDENTS__TABLE", "incident"),
    ])
}
