//! Live sessions: credentials that somebody got while an assignment was there, and who of them can act now. They outlive
//! the assignment; a policy that denies them, the removal of their role, or time ends them.

use serde::Serialize;
use serde_json::Value;

use crate::clock::Millis;
use crate::seed::hex_of;
use crate::world::World;
use crate::world::access::{PrincipalType, Tuple};
use crate::world::operations::Status;

/// One session.
#[derive(Clone, Debug, Serialize)]
pub struct Session {
    pub id: usize,
    pub user_id: String,
    pub account_id: String,
    pub permission_set_arn: String,
    pub role_arn: String,
    pub issued: Millis,
    pub expires: Millis,
}

/// Why a session cannot act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    Expired,
    RoleRemoved,
    DeniedByPolicy(String),
    DeniedByRole,
}

impl World {
    /// Somebody opens a session by the portal. None, if they have no such access just now.
    pub fn open_session(&mut self, user_id: &str, account_id: &str, permission_set_arn: &str) -> Option<Session> {
        let set = self.permission_sets.find(permission_set_arn)?;
        let tuple = |principal_type, principal_id: &str| Tuple {
            account_id: account_id.to_owned(),
            permission_set_arn: permission_set_arn.to_owned(),
            principal_type,
            principal_id: principal_id.to_owned(),
        };
        let has = self.access.exists(&tuple(PrincipalType::User, user_id))
            || self
                .directory
                .groups_of(user_id)
                .any(|membership| self.access.exists(&tuple(PrincipalType::Group, &membership.group_id)));
        if !has || !self.directory.user(user_id).is_some_and(|user| user.enabled) {
            return None;
        }
        let seconds = set.session_duration.parse::<jiff::SignedDuration>().map_or(3_600.0, |d| d.as_secs_f64());
        let digits = hex_of("role", &format!("{account_id}/{permission_set_arn}"), 16);
        let session = Session {
            id: self.live_sessions.len() + 1,
            user_id: user_id.to_owned(),
            account_id: account_id.to_owned(),
            permission_set_arn: permission_set_arn.to_owned(),
            role_arn: format!(
                "arn:aws:iam::{account_id}:role/aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_{}_{digits}",
                set.name
            ),
            issued: self.now,
            expires: self.now.plus_seconds(seconds),
        };
        self.live_sessions.push(session.clone());
        Some(session)
    }

    /// Why the session cannot act now, if it cannot.
    pub fn ended(&self, session: &Session) -> Option<Ended> {
        self.ended_at(session, self.now)
    }

    /// Why it could not act at this moment, which is past, if it could not.
    pub fn ended_at(&self, session: &Session, at: Millis) -> Option<Ended> {
        if session.expires <= at {
            return Some(Ended::Expired);
        }
        if self.settings.role_removal_kills_sessions && !self.role_stayed(session, at) {
            return Some(Ended::RoleRemoved);
        }
        let seen = at.plus_seconds(-self.settings.policy_lag_seconds);
        let denying = self
            .policies
            .reaching(&self.organization, &session.account_id)
            .find(|policy| policy.content_at(seen).is_some_and(|content| denies(content, session)));
        if let Some(policy) = denying {
            return Some(Ended::DeniedByPolicy(policy.id.clone()));
        }
        let provisioned = self.permission_sets.provisionings.iter().rev().find(|run| {
            run.permission_set_arn == session.permission_set_arn
                && run.account_id.as_ref().is_none_or(|id| *id == session.account_id)
                && run.status(seen) == Status::Succeeded
        });
        provisioned.filter(|run| denies(&run.inline, session)).map(|_| Ended::DeniedByRole)
    }

    /// Whether somebody held the permission set in the account at every moment since the session began.
    fn role_stayed(&self, session: &Session, then: Millis) -> bool {
        let of_role: Vec<_> = self
            .access
            .intervals()
            .iter()
            .filter(|i| {
                i.tuple.account_id == session.account_id && i.tuple.permission_set_arn == session.permission_set_arn
            })
            .collect();
        let mut at = session.issued;
        loop {
            let covering = of_role.iter().filter(|i| i.from <= at && i.until.is_none_or(|until| until > at));
            match covering.map(|i| i.until.unwrap_or(Millis(i64::MAX))).max() {
                None => return false,
                Some(until) if until > then => return true,
                Some(until) => at = until,
            }
        }
    }
}

/// Whether a statement of the policy denies the session everything.
fn denies(content: &str, session: &Session) -> bool {
    let Ok(document) = serde_json::from_str::<Value>(content) else { return false };
    let statements = match document.get("Statement") {
        Some(Value::Array(all)) => all.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => return false,
    };
    statements.iter().any(|statement| {
        let is = |name: &str, value: &str| texts(statement.get(name)).contains(&value);
        is("Effect", "Deny") && is("Action", "*") && is("Resource", "*") && applies(statement.get("Condition"), session)
    })
}

/// Whether every condition holds. What is not understood here does not hold, so that no test passes by it.
fn applies(condition: Option<&Value>, session: &Session) -> bool {
    let Some(operators) = condition.and_then(Value::as_object) else { return condition.is_none() };
    operators.iter().all(|(operator, keys)| {
        keys.as_object().is_some_and(|keys| {
            keys.iter().all(|(key, wanted)| texts(Some(wanted)).into_iter().any(|w| holds(operator, key, w, session)))
        })
    })
}

fn holds(operator: &str, key: &str, wanted: &str, session: &Session) -> bool {
    let value = match key.to_ascii_lowercase().as_str() {
        "identitystore:userid" => session.user_id.as_str(),
        "aws:principalarn" => session.role_arn.as_str(),
        "aws:tokenissuetime" => {
            // Whole seconds, as AWS keeps them.
            let issued = session.issued.0.div_euclid(1000) * 1000;
            return operator == "DateLessThan" && Millis::parse(wanted).is_some_and(|before| issued < before.0);
        }
        _ => return false,
    };
    match operator {
        "StringEquals" => value == wanted,
        "StringLike" => like(wanted, value),
        "ArnLike" | "ArnEquals" => {
            let (wanted, value): (Vec<&str>, Vec<&str>) =
                (wanted.splitn(6, ':').collect(), value.splitn(6, ':').collect());
            wanted.len() == value.len() && wanted.iter().zip(value).all(|(wanted, value)| like(wanted, value))
        }
        _ => false,
    }
}

fn texts(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
        Some(_) | None => Vec::new(),
    }
}

/// Whether the text is like the pattern: `*` is any characters, `?` is one.
fn like(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    // The characters of the text that the pattern's beginning may have used up.
    let mut reached = vec![false; text.len() + 1];
    if let Some(first) = reached.first_mut() {
        *first = true;
    }
    for wanted in pattern {
        let mut next = vec![false; reached.len()];
        for (at, _) in reached.iter().enumerate().filter(|(_, here)| **here) {
            match wanted {
                '*' => next.iter_mut().skip(at).for_each(|slot| *slot = true),
                _ if text.get(at).is_some_and(|c| wanted == '?' || *c == wanted) => {
                    if let Some(slot) = next.get_mut(at + 1) {
                        *slot = true;
                    }
                }
                _ => {}
            }
        }
        reached = next;
    }
    reached.last().copied().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_has_stars_and_question_marks() {
        for (pattern, text, fits) in [
            ("*", "", true),
            ("a*c", "abbbc", true),
            ("a?c", "abc", true),
            ("a?c", "abbc", false),
            ("role/*/AWSReservedSSO_Admin_????", "role/aws-reserved/sso/eu/AWSReservedSSO_Admin_12ab", true),
            ("role/*/AWSReservedSSO_Admin_????", "role/aws-reserved/sso/AWSReservedSSO_Admin_Ext_12ab", false),
        ] {
            assert_eq!(like(pattern, text), fits, "{pattern} {text}");
        }
    }

    #[test]
    fn what_is_not_understood_denies_nobody() {
        let session = Session {
            id: 1,
            user_id: "u".to_owned(),
            account_id: "1".to_owned(),
            permission_set_arn: "p".to_owned(),
            role_arn: "arn:aws:iam::1:role/x".to_owned(),
            issued: Millis(0),
            expires: Millis(1),
        };
        let policy = |condition: &str| {
            format!(r#"{{"Statement":[{{"Effect":"Deny","Action":"*","Resource":"*","Condition":{condition}}}]}}"#)
        };
        assert!(denies(&policy(r#"{"StringEquals":{"identitystore:UserId":["v","u"]}}"#), &session));
        assert!(!denies(&policy(r#"{"StringEquals":{"identitystore:UserId":"v"}}"#), &session));
        assert!(!denies(&policy(r#"{"StringEquals":{"aws:SourceIp":"u"}}"#), &session));
        assert!(!denies(&policy(r#"{"Strange":{"identitystore:UserId":"u"}}"#), &session));
        assert!(!denies(&policy(r#"{"DateLessThan":{"aws:TokenIssueTime":"1970-01-01T00:00:00Z"}}"#), &session));
        assert!(denies(&policy(r#"{"DateLessThan":{"aws:TokenIssueTime":"1970-01-01T00:00:01Z"}}"#), &session));
    }
}
