//! IAM policies, and whether they allow a call. An explicit deny wins; what nothing allows is refused.
//!
//! Only what `deploy/iam` uses is understood, and everything else in a policy is an error: a condition that was read over would
//! allow what AWS refuses.

mod document;
mod pattern;

use std::collections::BTreeMap;

use document::Statement;
use pattern::matches;

/// A policy.
#[derive(Clone, Debug)]
pub struct Policy {
    statements: Vec<Statement>,
}

/// What is asked of a policy.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// `service:Operation`.
    pub action: String,
    /// An ARN, or `*` where the action is about nothing that has one.
    pub resource: String,
    /// Who asks, where the policy says whom it trusts: an ARN, or a service.
    pub principal: Option<String>,
    /// Condition keys and their values.
    pub context: BTreeMap<&'static str, String>,
}

/// What a policy says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Allowed,
    /// Nothing allows it.
    Unmentioned,
    /// Something denies it.
    Denied,
}

impl Policy {
    /// Reads a policy.
    ///
    /// # Errors
    /// When it is not one, or holds something that is not understood here.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some((_, rest)) = text.split_once("${") {
            return Err(format!(
                "nothing was put in the place of ${{{}",
                rest.split_inclusive('}').next().unwrap_or(rest)
            ));
        }
        let document: document::Document = serde_json::from_str(text).map_err(|error| error.to_string())?;
        document.statements().map(|statements| Self { statements })
    }

    /// Judges one call about one resource.
    pub fn judge(&self, asked: &Asked) -> Verdict {
        let mut verdict = Verdict::Unmentioned;
        for statement in self.statements.iter().filter(|statement| statement.applies(asked)) {
            match statement.effect {
                document::Effect::Deny => return Verdict::Denied,
                document::Effect::Allow => verdict = Verdict::Allowed,
            }
        }
        verdict
    }
}

impl Statement {
    fn applies(&self, asked: &Asked) -> bool {
        let any = |patterns: &[String], text: &str| patterns.iter().any(|pattern| matches(pattern, text));
        // Names of actions do not distinguish case.
        let action = asked.action.to_ascii_lowercase();
        any(&self.actions, &action) != self.all_but_these_actions
            && any(&self.resources, &asked.resource)
            && self.principals.as_ref().is_none_or(|trusted| {
                asked.principal.as_ref().is_some_and(|asks| trusted.iter().any(|one| one == "*" || one == asks))
            })
            && self.conditions.iter().all(|condition| condition.holds(asked))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(policy: &str, action: &str, resource: &str) -> Verdict {
        let asked = Asked { action: action.to_owned(), resource: resource.to_owned(), ..Asked::default() };
        Policy::parse(policy).unwrap().judge(&asked)
    }

    #[test]
    fn what_nothing_allows_is_unmentioned() {
        let policy =
            r#"{"Statement": {"Effect": "Allow", "Action": "sso:List*", "Resource": "arn:aws:sso:::instance/a"}}"#;
        assert_eq!(judged(policy, "sso:ListInstances", "arn:aws:sso:::instance/a"), Verdict::Allowed);
        assert_eq!(judged(policy, "SSO:listinstances", "arn:aws:sso:::instance/a"), Verdict::Allowed);
        assert_eq!(judged(policy, "sso:ListInstances", "arn:aws:sso:::instance/b"), Verdict::Unmentioned);
        assert_eq!(judged(policy, "sso:ListInstances", "*"), Verdict::Unmentioned);
        assert_eq!(judged(policy, "sso:DeleteInstance", "arn:aws:sso:::instance/a"), Verdict::Unmentioned);
    }

    #[test]
    fn a_deny_wins_wherever_it_stands() {
        let (allow, deny) = (
            r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#,
            r#"{"Effect": "Deny", "NotAction": ["sso:DeleteAccountAssignment"], "Resource": "*"}"#,
        );
        for both in [format!("[{allow}, {deny}]"), format!("[{deny}, {allow}]")] {
            let policy = format!(r#"{{"Statement": {both}}}"#);
            assert_eq!(judged(&policy, "sso:DeleteAccountAssignment", "x"), Verdict::Allowed);
            assert_eq!(judged(&policy, "sso:CreateAccountAssignment", "x"), Verdict::Denied);
        }
    }

    #[test]
    fn a_condition_on_what_is_not_known_does_not_hold() {
        let policy = Policy::parse(
            r#"{"Statement": {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*", "Condition":
                {"StringEquals": {"iam:PassedToService": ["a", "b"]}, "ArnLike": {"aws:SourceArn": "arn:*:group/g"}}}}"#,
        )
        .unwrap();
        let judged = |context: &[(&'static str, &str)]| {
            let context = context.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
            policy.judge(&Asked { action: "iam:PassRole".into(), resource: "r".into(), principal: None, context })
        };
        let group = ("aws:SourceArn", "arn:aws:scheduler:x:1:group/g");
        assert_eq!(judged(&[("iam:PassedToService", "b"), group]), Verdict::Allowed);
        assert_eq!(judged(&[("iam:PassedToService", "c"), group]), Verdict::Unmentioned);
        assert_eq!(judged(&[group]), Verdict::Unmentioned);
        assert_eq!(judged(&[("iam:PassedToService", "b")]), Verdict::Unmentioned);
    }

    #[test]
    fn a_trust_policy_names_who_may_ask() {
        let policy = Policy::parse(
            r#"{"Statement": {"Effect": "Allow", "Principal": {"AWS": "me"}, "Action": "sts:AssumeRole"}}"#,
        )
        .unwrap();
        let judged = |principal: Option<&str>| {
            let principal = principal.map(str::to_owned);
            policy.judge(&Asked {
                action: "sts:AssumeRole".into(),
                resource: "*".into(),
                principal,
                ..Asked::default()
            })
        };
        assert_eq!(judged(Some("me")), Verdict::Allowed);
        assert_eq!(judged(Some("you")), Verdict::Unmentioned);
        assert_eq!(judged(None), Verdict::Unmentioned);
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        for (policy, named) in [
            (
                r#"{"Statement": {"Effect": "Allow", "Action": "a", "Resource": "*", "Condition": {"IpAddress": {"a": "b"}}}}"#,
                "IpAddress",
            ),
            (r#"{"Statement": {"Effect": "Allow", "Action": "a", "NotResource": "*"}}"#, "NotResource"),
            (r#"{"Statement": {"Effect": "Allow", "Action": "a", "NotAction": "b", "Resource": "*"}}"#, "NotAction"),
            (r#"{"Statement": {"Effect": "Allow", "Resource": "*"}}"#, "Action"),
            (r#"{"Statement": {"Effect": "Allow", "Action": "a"}}"#, "Resource"),
            (r#"{"Statement": {"Effect": "Allow", "Action": "a", "Resource": "${INSTANCE}"}}"#, "${INSTANCE}"),
        ] {
            let error = Policy::parse(policy).unwrap_err();
            assert!(error.contains(named), "{error}");
        }
    }
}
