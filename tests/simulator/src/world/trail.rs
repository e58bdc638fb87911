//! CloudTrail's event history: who changed what, seen late and not in the order in which it happened.

use serde_json::{Value, json};

use crate::clock::Millis;

/// One change, or one that was refused.
#[derive(Clone, Debug)]
pub struct Event {
    pub id: String,
    pub at: Millis,
    /// Before this nobody is shown it.
    pub shown_from: Millis,
    pub source: &'static str,
    pub name: String,
    /// The caller's ARN.
    pub caller_arn: String,
    pub access_key_id: String,
    pub error: Option<String>,
    /// What was asked, as it came.
    pub parameters: Value,
}

impl Event {
    /// The part of the caller's name that `Username` is: the session of a role, or the user.
    pub fn user_name(&self) -> &str {
        self.caller_arn.rsplit('/').next().unwrap_or_default()
    }

    /// The record in CloudTrail's own shape, as text.
    pub fn record(&self) -> String {
        let mut record = json!({
            "eventVersion": "1.11",
            "userIdentity": self.identity(),
            "eventTime": self.at.rfc3339(),
            "eventSource": self.source,
            "eventName": self.name,
            "awsRegion": crate::seed::REGION,
            "requestParameters": lower_case(&self.parameters),
            "eventID": self.id,
            "readOnly": false,
            "eventType": "AwsApiCall",
            "managementEvent": true,
        });
        if let (Some(fields), Some(code)) = (record.as_object_mut(), &self.error) {
            fields.insert("errorCode".to_owned(), json!(code.trim_end_matches("Exception")));
        }
        record.to_string()
    }

    fn identity(&self) -> Value {
        let account = self.caller_arn.split(':').nth(4).unwrap_or_default();
        match self.caller_arn.split_once(":assumed-role/").and_then(|(_, session)| session.split_once('/')) {
            Some((role, _)) => json!({
                "type": "AssumedRole",
                "arn": self.caller_arn,
                "accountId": account,
                "accessKeyId": self.access_key_id,
                "sessionContext": {"sessionIssuer": {
                    "type": "Role",
                    "arn": format!("arn:aws:iam::{account}:role/{role}"),
                    "accountId": account,
                    "userName": role,
                }},
            }),
            None => json!({
                "type": "IAMUser",
                "arn": self.caller_arn,
                "accountId": account,
                "accessKeyId": self.access_key_id,
                "userName": self.user_name(),
            }),
        }
    }
}

/// All events, oldest first.
#[derive(Default)]
pub struct Trail {
    events: Vec<Event>,
}

impl Trail {
    /// Writes an event down.
    pub fn note(&mut self, event: Event) {
        let after = self.events.partition_point(|other| other.at <= event.at);
        self.events.insert(after, event);
    }

    /// What is shown at this moment, newest first, each with its place.
    pub fn shown(&self, now: Millis) -> impl Iterator<Item = (usize, &Event)> {
        self.events.iter().enumerate().rev().filter(move |(_, event)| event.shown_from <= now)
    }
}

/// CloudTrail writes members with a small first letter.
fn lower_case(value: &Value) -> Value {
    let Value::Object(fields) = value else { return value.clone() };
    let small = |name: &str| {
        let mut letters = name.chars();
        letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect::<String>()
    };
    fields.iter().map(|(name, value)| (small(name), lower_case(value))).collect()
}
