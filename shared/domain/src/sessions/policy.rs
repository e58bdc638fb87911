//! The policy that denies sessions, as text: the same entries make the same text, whoever renders it and in whatever
//! order they come.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, Unit};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{AccountId, PermissionSetArn, UserId};

/// The characters that AWS lets a service control policy have.
pub const SERVICE_CONTROL_POLICY: usize = 5_120;
/// The characters that AWS lets the inline policies of a role have.
pub const INLINE_POLICY: usize = 10_240;
/// What begins the ids of our statements, where others' stand beside them.
pub const SID: &str = "CurfewCut";

/// Sessions of one person by one permission set in one account, from before a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Which.
    pub id: Uuid,
    /// Whose.
    pub user: UserId,
    /// Where.
    pub account: AccountId,
    /// By what.
    pub permission_set: PermissionSetArn,
    /// The permission set's name.
    pub role_name: String,
    /// Those from before this moment.
    pub cut_before: Timestamp,
    /// When the last of them has run out by itself.
    pub until: Timestamp,
    /// Whether AWS showed it once.
    pub in_place: bool,
}

/// A policy, and which entries it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The policy's JSON.
    pub content: String,
    /// Those that it denies.
    pub held: Vec<Uuid>,
    /// Those for which there is no room.
    pub left_out: Vec<Uuid>,
}

/// Whose sessions, by which roles: every one of these by every one of those.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Statement {
    before: Timestamp,
    users: BTreeSet<String>,
    roles: BTreeSet<String>,
}

/// The policy of these entries in at most so many characters. Where there is no room for all, those stay that are in
/// place, and then those that run out first.
#[must_use]
pub fn render(entries: &[Entry], most: usize) -> Rendered {
    fitted(entries, most, |held| Some(written(&statements(held)))).unwrap_or_else(|| Rendered {
        content: written(&[]),
        held: Vec::new(),
        left_out: entries.iter().map(|e| e.id).collect(),
    })
}

/// A permission set's own policy with these entries in it: what others wrote into it stays, and white space does not
/// count. None where what is there cannot be understood; it is left alone then.
#[must_use]
pub fn render_inline(existing: &str, entries: &[Entry], most: usize) -> Option<Rendered> {
    fitted(entries, most, |held| with_ours(existing, statements(held)))
}

/// A permission set's own policy as it is without our statements. What cannot be understood is as it is.
#[must_use]
pub fn without_ours(existing: &str) -> String {
    // Where there are none, not a character changes.
    let without = existing.contains(SID).then(|| with_ours(existing, Vec::new()));
    without.flatten().unwrap_or_else(|| existing.to_owned())
}

/// As many entries as have room in what `write` makes of them; none where it makes nothing even of none.
fn fitted(entries: &[Entry], most: usize, write: impl Fn(&[&Entry]) -> Option<String>) -> Option<Rendered> {
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    sorted.sort_by_key(|e| (!e.in_place, e.until, e.id));
    let mut held: Vec<&Entry> = Vec::new();
    let mut left_out = Vec::new();
    let mut content = write(&[])?;
    for entry in sorted {
        held.push(entry);
        let longer = write(&held)?;
        if longer.chars().count() <= most {
            content = longer;
        } else {
            held.pop();
            left_out.push(entry.id);
        }
    }
    Some(Rendered { content, held: held.into_iter().map(|e| e.id).collect(), left_out })
}

/// Whether two texts are the same policy: AWS may write it in another way than it was sent.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    let read = |text: &str| serde_json::from_str::<Value>(text).ok();
    one == other || read(one).is_some_and(|one| read(other) == Some(one))
}

/// The policy with these statements in the place of ours. Empty where nothing is left.
fn with_ours(existing: &str, ours: Vec<Statement>) -> Option<String> {
    let mut document = match existing.trim() {
        "" => json!({"Version": "2012-10-17", "Statement": []}),
        text => serde_json::from_str::<Value>(text).ok()?,
    };
    let fields = document.as_object_mut()?;
    let mut all = match fields.remove("Statement") {
        Some(Value::Array(all)) => all,
        Some(one @ Value::Object(_)) => vec![one],
        Some(_) | None => return None,
    };
    let sid = |statement: &Value| statement.get("Sid").and_then(Value::as_str).map(str::to_owned);
    let is_ours = |statement: &Value| sid(statement).is_some_and(|sid| sid.starts_with(SID));
    all.retain(|statement| !is_ours(statement));
    all.extend(ours.iter().enumerate().map(|(n, statement)| {
        let mut value = statement.value();
        if let Some(fields) = value.as_object_mut() {
            fields.insert("Sid".to_owned(), json!(format!("{SID}{n}")));
        }
        value
    }));
    if all.is_empty() {
        return Some(String::new());
    }
    fields.insert("Statement".to_owned(), Value::Array(all));
    Some(document.to_string())
}

/// One statement for those that share all but the person, or all but the role: no further pair is denied by it.
fn statements(entries: &[&Entry]) -> Vec<Statement> {
    // Of one person's sessions by one role, the latest moment covers the earlier ones.
    let mut latest: BTreeMap<(String, String), Timestamp> = BTreeMap::new();
    for entry in entries {
        let key = (entry.user.as_str().to_owned(), role(entry));
        let before = latest.entry(key).or_insert(entry.cut_before);
        *before = (*before).max(entry.cut_before);
    }
    let mut by_role: BTreeMap<(Timestamp, String), BTreeSet<String>> = BTreeMap::new();
    for ((user, role), before) in latest {
        by_role.entry((before, role)).or_default().insert(user);
    }
    let mut by_users: BTreeMap<(Timestamp, BTreeSet<String>), BTreeSet<String>> = BTreeMap::new();
    for ((before, role), users) in by_role {
        by_users.entry((before, users)).or_default().insert(role);
    }
    by_users.into_iter().map(|((before, users), roles)| Statement { before, users, roles }).collect()
}

impl Statement {
    fn value(&self) -> Value {
        json!({
            "Effect": "Deny",
            "Action": "*",
            "Resource": "*",
            "Condition": {
                "StringEquals": {"identitystore:UserId": self.users},
                "ArnLike": {"aws:PrincipalArn": self.roles},
                "DateLessThan": {"aws:TokenIssueTime": seconds(self.before)},
            },
        })
    }
}

/// The roles that Identity Center makes of a permission set in an account: their names end in sixteen digits.
fn role(entry: &Entry) -> String {
    format!("arn:*:iam::{}:role/*/AWSReservedSSO_{}_????????????????", entry.account, entry.role_name)
}

fn seconds(at: Timestamp) -> String {
    at.round(Unit::Second).unwrap_or(at).to_string()
}

/// A policy has at least one statement; where there is nobody to deny, it is about nobody.
fn written(statements: &[Statement]) -> String {
    let nobody = json!({
        "Effect": "Deny",
        "Action": "*",
        "Resource": "*",
        "Condition": {"StringEquals": {"identitystore:UserId": "nobody"}},
    });
    let all = if statements.is_empty() { vec![nobody] } else { statements.iter().map(Statement::value).collect() };
    json!({"Version": "2012-10-17", "Statement": all}).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn entry(n: u16, account: u16, role: &str, before: &str) -> Entry {
        let cut_before = at(before);
        Entry {
            id: Uuid::from_u128(u128::from(n) << 16 | u128::from(account)),
            user: UserId::parse(format!("906768ae6b-0f1c2d3e-4b5a-4968-8776-65544332{n:04x}")).unwrap(),
            account: AccountId::parse(format!("1111222233{account:02}")).unwrap(),
            permission_set: PermissionSetArn::parse(
                "arn:aws:sso:::permissionSet/ssoins-7223b8a4c1d90e56/ps-0123456789abcdef",
            )
            .unwrap(),
            role_name: role.to_owned(),
            cut_before,
            until: cut_before + jiff::SignedDuration::from_mins(60 + i64::from(n)),
            in_place: false,
        }
    }

    fn policy(entries: &[Entry]) -> Value {
        serde_json::from_str(&render(entries, SERVICE_CONTROL_POLICY).content).unwrap()
    }

    #[test]
    fn one_entry_denies_one_persons_older_sessions_by_one_role() {
        let policy = policy(&[entry(1, 33, "PowerUserAccess", "2026-03-02T09:01:05Z")]);
        assert_eq!(
            policy["Statement"],
            json!([{
                "Effect": "Deny", "Action": "*", "Resource": "*",
                "Condition": {
                    "StringEquals": {"identitystore:UserId": ["906768ae6b-0f1c2d3e-4b5a-4968-8776-655443320001"]},
                    "ArnLike": {"aws:PrincipalArn":
                        ["arn:*:iam::111122223333:role/*/AWSReservedSSO_PowerUserAccess_????????????????"]},
                    "DateLessThan": {"aws:TokenIssueTime": "2026-03-02T09:01:05Z"},
                },
            }])
        );
    }

    #[test]
    fn the_same_policy_may_be_written_in_another_way() {
        assert!(same(r#"{"a": 1, "b": [2]}"#, r#"{"b":[2],"a":1}"#));
        assert!(!same(r#"{"a": 1}"#, r#"{"a": 2}"#));
        assert!(!same("not json", "nor this"));
    }

    #[test]
    fn in_a_permission_sets_own_policy_what_others_wrote_stays() {
        let entries = [entry(1, 1, "A", "2026-03-02T09:01:05Z")];
        let theirs =
            r#"{"Version":"2012-10-17","Statement":{"Sid":"Theirs","Effect":"Allow","Action":"s3:*","Resource":"*"}}"#;
        let first = render_inline(theirs, &entries, INLINE_POLICY).unwrap();
        let policy: Value = serde_json::from_str(&first.content).unwrap();
        let sids: Vec<_> = policy["Statement"].as_array().unwrap().iter().map(|s| s["Sid"].clone()).collect();
        assert_eq!(sids, ["Theirs", "CurfewCut0"]);
        // Again changes nothing, and without entries it is as it was.
        assert_eq!(render_inline(&first.content, &entries, INLINE_POLICY).unwrap(), first);
        let without: Value = serde_json::from_str(&without_ours(&first.content)).unwrap();
        assert_eq!(without["Statement"].as_array().unwrap().len(), 1);
        let nothing = render_inline("", &entries, INLINE_POLICY).unwrap();
        assert_eq!(without_ours(&nothing.content), "");
    }

    #[test]
    fn a_permission_sets_own_policy_that_cannot_be_understood_is_left_alone() {
        for strange in ["not json", "[]", r#"{"Version":"2012-10-17"}"#] {
            assert_eq!(render_inline(strange, &[], INLINE_POLICY), None, "{strange}");
            assert_eq!(without_ours(strange), strange);
        }
    }

    #[test]
    fn nobody_to_deny_is_a_policy_about_nobody() {
        let rendered = render(&[], SERVICE_CONTROL_POLICY);
        assert!(rendered.content.contains(r#""identitystore:UserId":"nobody""#), "{}", rendered.content);
    }

    #[test]
    fn the_order_of_entries_does_not_matter() {
        let moments = ["2026-03-02T09:01:05Z", "2026-03-02T09:02:00Z", "2026-03-02T09:01:05Z"];
        let mut entries: Vec<Entry> =
            (0..9).map(|n| entry(n, n % 2, "LogReader", moments[usize::from(n) % 3])).collect();
        let first = render(&entries, SERVICE_CONTROL_POLICY);
        for _ in 0..entries.len() {
            entries.rotate_left(1);
            assert_eq!(render(&entries, SERVICE_CONTROL_POLICY), first);
        }
        assert!(first.left_out.is_empty(), "{first:?}");
    }

    #[test]
    fn statements_never_reach_a_pair_that_is_no_entry() {
        // Two people by two roles, but not all four pairs.
        let moment = "2026-03-02T09:01:05Z";
        let entries =
            [entry(1, 1, "A", moment), entry(1, 2, "B", moment), entry(2, 1, "A", moment), entry(3, 2, "B", moment)];
        let policy = policy(&entries);
        let mut pairs = BTreeSet::new();
        for statement in policy["Statement"].as_array().unwrap() {
            let condition = &statement["Condition"];
            for user in condition["StringEquals"]["identitystore:UserId"].as_array().unwrap() {
                for role in condition["ArnLike"]["aws:PrincipalArn"].as_array().unwrap() {
                    pairs.insert((user.as_str().unwrap().to_owned(), role.as_str().unwrap().to_owned()));
                }
            }
        }
        let wanted: BTreeSet<_> = entries.iter().map(|e| (e.user.as_str().to_owned(), role(e))).collect();
        assert_eq!(pairs, wanted);
    }

    #[test]
    fn a_later_cut_of_the_same_sessions_takes_the_place_of_the_earlier() {
        let mut later = entry(1, 1, "A", "2026-03-02T10:00:00Z");
        later.id = Uuid::from_u128(7);
        let both = [entry(1, 1, "A", "2026-03-02T09:00:00Z"), later];
        let rendered = render(&both, SERVICE_CONTROL_POLICY);
        assert_eq!(rendered.held.len(), 2);
        assert!(rendered.content.contains("10:00:00") && !rendered.content.contains("09:00:00"));
    }

    #[test]
    fn an_emergency_of_one_person_or_of_one_role_is_one_statement() {
        let moment = "2026-03-02T09:01:05Z";
        let person: Vec<Entry> = (0..20).map(|account| entry(1, account, "A", moment)).collect();
        assert_eq!(policy(&person)["Statement"].as_array().unwrap().len(), 1);
        let people: Vec<Entry> = (0..60).map(|n| entry(n, 1, "A", moment)).collect();
        assert_eq!(policy(&people)["Statement"].as_array().unwrap().len(), 1);
    }

    #[test]
    fn it_fits_whatever_comes_and_who_is_in_place_stays() {
        let mut entries: Vec<Entry> = (0..200)
            .map(|n| {
                let before = at("2026-03-02T09:00:00Z") + jiff::SignedDuration::from_secs(5 * i64::from(n));
                entry(n, n % 60, "DatabaseAdministrator", &before.to_string())
            })
            .collect();
        // The one that runs out last is in place.
        entries[199].in_place = true;
        let rendered = render(&entries, SERVICE_CONTROL_POLICY);
        assert!(rendered.content.len() <= SERVICE_CONTROL_POLICY, "{}", rendered.content.len());
        assert!(rendered.held.len() >= 15, "only {} have room", rendered.held.len());
        assert_eq!(rendered.held.len() + rendered.left_out.len(), 200);
        assert_eq!(rendered.held[0], entries[199].id);
        assert_eq!(rendered.held[1], entries[0].id, "then who runs out first");
    }
}
