//! Documents in a sentence, a file for each kind; and what they share: who, what and where.

mod approval_policy;
mod freeze;
mod guardrail;
mod owners;
mod rule;
mod schedule;

use domain::rules::Kind;
use serde_json::Value;

use crate::look::Look;
use crate::texts::Texts;

/// So many names are told.
const TOLD: usize = 4;

/// What an entry says, in a sentence or two.
pub(super) fn sentence(kind: Kind, entry: &Value, look: &Look) -> String {
    match kind {
        Kind::Rule => rule::sentence(entry, look.t),
        Kind::ApprovalPolicy => approval_policy::sentence(entry, look.t),
        Kind::Guardrail => guardrail::sentence(entry, look.t),
        Kind::Freeze => freeze::sentence(entry, look),
        Kind::Owners => owners::sentence(entry, look.t),
        Kind::Schedule => schedule::sentence(entry, look.t),
    }
}

/// The texts of a list.
fn texts(value: &Value, name: &str) -> Vec<String> {
    value.get(name).and_then(Value::as_array).into_iter().flatten().map(text_of).collect()
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn text(value: &Value, name: &str) -> String {
    value.get(name).map(text_of).unwrap_or_default()
}

fn is(value: &Value, name: &str) -> bool {
    value.get(name).and_then(Value::as_bool).unwrap_or(false)
}

/// A few of them, and how many more there are; a word where there is none.
fn some(all: &[String], none: &str, t: Texts) -> String {
    match all.len() {
        0 => none.to_owned(),
        many => {
            let mut told: Vec<String> = all.iter().take(TOLD).cloned().collect();
            if many > TOLD {
                told.push(t.and_more(many - TOLD));
            }
            told.join(", ")
        }
    }
}

/// People as rules name them.
fn who(subjects: &Value, t: Texts) -> String {
    if is(subjects, "everyone") {
        return t.who_everyone().to_owned();
    }
    let mut all = texts(subjects, "groups");
    all.extend(texts(subjects, "users"));
    some(&all, t.words_nobody(), t)
}

fn tags(value: &Value, t: Texts) -> Vec<String> {
    let tag = |tag: &Value| {
        let values = texts(tag, "values");
        let key = text(tag, "key");
        t.words_tagged(if values.is_empty() { key } else { format!("{key}={}", values.join("|")) })
    };
    value.get("tags").and_then(Value::as_array).into_iter().flatten().map(tag).collect()
}

fn units(value: &Value, t: Texts) -> Vec<String> {
    let unit = |unit: &Value| match unit.get("depth").and_then(Value::as_str) {
        Some("children") => t.words_directly_in(text(unit, "id")),
        Some(_) | None => t.words_below(text(unit, "id")),
    };
    value.get("units").and_then(Value::as_array).into_iter().flatten().map(unit).collect()
}

/// Accounts as rules name them.
fn place(accounts: &Value, t: Texts) -> String {
    let mut all: Vec<String> = Vec::new();
    if is(accounts, "all") {
        all.push(t.words_all_accounts().to_owned());
    }
    all.extend(texts(accounts, "ids"));
    all.extend(units(accounts, t));
    all.extend(tags(accounts, t));
    all.extend(is(accounts, "administration").then(|| t.words_administration().to_owned()));
    all.extend(is(accounts, "management").then(|| t.words_management().to_owned()));
    let told = some(&all, t.words_nothing(), t);
    let nothing = Value::Null;
    let except = accounts.get("except").unwrap_or(&nothing);
    let mut without = texts(except, "ids");
    without.extend(units(except, t));
    without.extend(tags(except, t));
    if without.is_empty() { told } else { format!("{told} {}", t.words_except(some(&without, "", t))) }
}

/// Permission sets as rules name them.
fn sets(permission_sets: &Value, t: Texts) -> String {
    if is(permission_sets, "all") {
        return t.words_all_sets().to_owned();
    }
    let mut all = texts(permission_sets, "arns");
    all.extend(texts(permission_sets, "names"));
    all.extend(tags(permission_sets, t));
    some(&all, t.words_nothing(), t)
}

/// How it comes to a yes.
fn decision(approval: &Value, t: Texts) -> String {
    match approval.get("kind").and_then(Value::as_str) {
        Some("automatic") => t.words_automatic().to_owned(),
        Some("named") => t.words_named(text(approval, "policy")),
        Some("break_glass") => t.words_break_glass().to_owned(),
        Some(_) | None => t.words_decided(stages(approval, t)),
    }
}

/// The stages in their order.
fn stages(policy: &Value, t: Texts) -> String {
    let stage = |stage: &Value| {
        let nothing = Value::Null;
        let voters = stage.get("voters").unwrap_or(&nothing);
        let mut all = texts(voters, "groups");
        all.extend(texts(voters, "users"));
        all.extend(voters.get("manager").map(|_| t.preview_manager().to_owned()));
        all.extend(is(voters, "owners").then(|| t.preview_owners().to_owned()));
        all.extend(voters.get("on_call").map(|_| t.preview_schedule().to_owned()));
        let who = some(&all, t.words_nobody(), t);
        t.words_votes(stage.get("votes").and_then(Value::as_i64).unwrap_or(1), who)
    };
    let all: Vec<String> = policy.get("stages").and_then(Value::as_array).into_iter().flatten().map(stage).collect();
    if all.is_empty() { t.words_nobody().to_owned() } else { all.join(t.words_then()) }
}

/// A part of an entry; nothing where it is not there.
fn part<'a>(entry: &'a Value, name: &str) -> &'a Value {
    static NOTHING: Value = Value::Null;
    entry.get(name).unwrap_or(&NOTHING)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::Chosen;
    use crate::texts::Language;
    use jiff::tz::TimeZone;

    const SAMPLE: &str = include_str!("../../../../../../shared/policy/policy.sample.yaml");

    fn told(kind: Kind, language: Language) -> Vec<String> {
        let files = [policy::File { name: "sample".to_owned(), text: SAMPLE.to_owned() }];
        let now = "2026-06-01T10:00:00Z".parse().unwrap();
        let look = Look { t: Texts { language }, chosen: Chosen::default(), zone: TimeZone::UTC, now };
        policy::entries(kind, &files).iter().map(|entry| sentence(kind, entry, &look)).collect()
    }

    #[test]
    fn documents_are_told_in_sentences() {
        for (kind, at, sentence) in [
            (
                Kind::Rule,
                0,
                "engineers may have ReadOnlyAccess in all accounts except management, at most 8 h; nobody has to decide.",
            ),
            (
                Kind::Rule,
                1,
                "engineers may have Power* in everything below /Root/Production, whatever is tagged team=payments, at most 2 h; decided by “two eyes”.",
            ),
            (
                Kind::Rule,
                3,
                "engineers, leads may have AdministratorAccess in everything below /Root/Production, at most 1 h; at once as break-glass, reviewed afterwards.",
            ),
            (Kind::ApprovalPolicy, 0, "1 of leads, the manager"),
            (Kind::ApprovalPolicy, 1, "1 of the account's owners, then 1 of admins, whoever is on duty"),
            (
                Kind::Guardrail,
                0,
                "Denied to everybody: all permission sets in the accounts that administer the organization.",
            ),
            (
                Kind::Guardrail,
                1,
                "Whenever everybody may ask for AdministratorAccess in all accounts, it is at least decided by “two eyes”.",
            ),
            (Kind::Guardrail, 2, "At most 3 at a time for everybody: all permission sets in all accounts."),
            (Kind::Owners, 0, "everything below /Root/Production: owned by leads."),
            (Kind::Schedule, 0, "ann, ben take turns every 168 hours. Single shifts that go before: 1."),
        ] {
            assert_eq!(told(kind, Language::English)[at], sentence);
        }
        for kind in Kind::ALL {
            let (english, german) = (told(kind, Language::English), told(kind, Language::German));
            assert!(!english.is_empty() && english.iter().zip(&german).all(|(a, b)| a != b), "{german:?}");
        }
    }
}
