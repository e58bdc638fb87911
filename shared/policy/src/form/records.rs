//! The table itself. A field that is added to the domain's type has to be added here; a test says so.

use domain::approval::{Escalation, Manager, Named, People, PolicySpec, ScheduleRef, Stage, Voters};
use domain::rules::{
    Accounts, Automatic, BreakGlass, Effect, Except, FreezeSpec, GuardrailSpec, Hours, Kind, NamedPolicySpec, Owned,
    OwnersSpec, Pace, PermissionSets, ReasonDemand, Review, Rotation, RuleSpec, ScheduleSpec, Shift, Subjects,
    TagSelector, TicketCheck, TicketDemand, UnitSelector, Validity, Weekly,
};
use utoipa::PartialSchema;

use super::shape::{Choice, Field, Record, Shape, Sort, may, must, or};
use super::texts;

use Shape::{Flag, Word};

const fn number(least: i64, most: i64) -> Shape {
    Shape::Number { least, most }
}

const MINUTES: Shape = number(1, domain::Minutes::MOST as i64);
const COUNT: Shape = number(0, u32::MAX as i64);
const TEXT: Shape = Shape::Text(&texts::ANY);
const MOMENT: Shape = Shape::Text(&texts::MOMENT);
const USERS: Shape = Shape::List(&Shape::Name(Sort::User));
const GROUPS: Shape = Shape::List(&Shape::Name(Sort::Group));
const UNITS: Shape = Shape::List(&Shape::Record(&UNIT));
const TAGS: Shape = Shape::List(&Shape::Record(&TAG));
const ACCOUNT_IDS: Shape = Shape::List(&Shape::Name(Sort::Account));
const SUBJECTS_SHAPE: Shape = Shape::Record(&SUBJECTS);
const ON_CALL: Shape = Shape::List(&Shape::Choice(&SCHEDULE_REF));
const AWAY: Shape = Word(&["refuse", "allow"]);
const NAME: Field = must("name", Shape::Text(&texts::NAME));
const FALSE: &str = "false";
const EMPTY: &str = "[]";

/// The key of a kind's list in a file.
#[must_use]
pub const fn file_key(kind: Kind) -> &'static str {
    match kind {
        Kind::Schedule => "schedules",
        Kind::Owners => "owners",
        Kind::ApprovalPolicy => "approval_policies",
        Kind::Rule => "rules",
        Kind::Guardrail => "guardrails",
        Kind::Freeze => "freezes",
    }
}

/// What a kind's entries look like, without `id`.
#[must_use]
pub const fn record(kind: Kind) -> &'static Record {
    match kind {
        Kind::Schedule => &SCHEDULE,
        Kind::Owners => &OWNERS,
        Kind::ApprovalPolicy => &NAMED_POLICY,
        Kind::Rule => &RULE,
        Kind::Guardrail => &GUARDRAIL,
        Kind::Freeze => &FREEZE,
    }
}

macro_rules! records {
    ($($name:ident: $title:ident $(from $brief:literal)? = [$($field:expr),+ $(,)?];)+) => {$(
        static $name: Record = Record {
            title: stringify!($title),
            about: <$title as PartialSchema>::schema,
            brief: records!(@brief $($brief)?),
            fields: &[$($field),+],
        };
    )+};
    (@brief) => { None };
    (@brief $brief:literal) => { Some($brief) };
}

records! {
    SCHEDULE: ScheduleSpec = [
        NAME,
        may("rotation", Shape::Record(&ROTATION)),
        or("shifts", Shape::List(&Shape::Record(&SHIFT)), EMPTY),
    ];
    ROTATION: Rotation = [
        must("users", USERS),
        must("from", MOMENT),
        must("hours", COUNT),
    ];
    SHIFT: Shift = [
        must("user", Shape::Name(Sort::User)),
        must("from", MOMENT),
        must("until", MOMENT),
    ];
    OWNERS: OwnersSpec = [
        NAME,
        must("target", Shape::Choice(&OWNED)),
        must("owners", Shape::Record(&PEOPLE)),
    ];
    OWNED_ACCOUNT: Owned = [must("id", Shape::Name(Sort::Account))];
    OWNED_UNIT: Owned = [must("id", Shape::Name(Sort::Unit))];
    PEOPLE: People = [or("groups", GROUPS, EMPTY), or("users", USERS, EMPTY)];
    NAMED_POLICY: NamedPolicySpec = [NAME, must("policy", Shape::Record(&POLICY))];
    POLICY: PolicySpec = [
        must("stages", Shape::List(&Shape::Record(&STAGE))),
        or("rejections", number(1, 10), "1"),
        or("mail_decision", Word(&["sign_in", "link_alone"]), r#""sign_in""#),
        or("pairs", Word(&["together", "apart"]), r#""together""#),
        or("owners", Word(&["nearest", "all"]), r#""nearest""#),
        or("delegates", SUBJECTS_SHAPE, "{}"),
        may("pending_minutes", number(1, 43_200)),
    ];
    STAGE: Stage = [
        must("voters", Shape::Record(&VOTERS)),
        or("votes", number(1, 10), "1"),
        may("remind_after_minutes", COUNT),
        may("escalation", Shape::Record(&ESCALATION)),
    ];
    VOTERS: Voters = [
        or("groups", GROUPS, EMPTY),
        or("users", USERS, EMPTY),
        may("manager", Shape::Record(&MANAGER)),
        or("owners", Flag, FALSE),
        or("on_call", ON_CALL, EMPTY),
    ];
    MANAGER: Manager = [or("fallback", Shape::Record(&PEOPLE), "{}")];
    ESCALATION: Escalation = [
        must("after_minutes", COUNT),
        must("to", Shape::Record(&PEOPLE)),
    ];
    OUR_SCHEDULE: ScheduleRef = [must("id", Shape::Name(Sort::Schedule))];
    THEIR_SCHEDULE: ScheduleRef = [must("id", TEXT)];
    RULE: RuleSpec = [
        NAME,
        or("enabled", Flag, "true"),
        must("subjects", SUBJECTS_SHAPE),
        must("accounts", Shape::Record(&ACCOUNTS)),
        must("permission_sets", Shape::Record(&PERMISSION_SETS)),
        must("max_minutes", MINUTES),
        or("severities", Shape::List(&Shape::Text(&texts::SEVERITY)), EMPTY),
        or("reason", Shape::Record(&REASON), "{}"),
        or("ticket", Shape::Record(&TICKET), "{}"),
        may("hours", Shape::Record(&HOURS)),
        or("validity", Shape::Record(&VALIDITY), "{}"),
        or("on_behalf", SUBJECTS_SHAPE, "{}"),
        or("pace", Shape::Record(&PACE), "{}"),
        or("when_away", AWAY, r#""refuse""#),
        or("cut_sessions", Word(&["always", "on_revoke", "never"]), r#""on_revoke""#),
        must("approval", Shape::Choice(&APPROVAL)),
    ];
    AUTOMATIC: Automatic = [
        or("incident", Flag, FALSE),
        or("on_call", ON_CALL, EMPTY),
        may("waiver", Shape::Text(&texts::WAIVER)),
        or("review", Shape::Record(&REVIEW), "{}"),
    ];
    BREAK_GLASS: BreakGlass = [or("review", Shape::Record(&REVIEW), "{}")];
    REVIEW: Review = [or("reviewers", SUBJECTS_SHAPE, "{}"), or("within_hours", number(1, 2_160), "72")];
    NAMED: Named = [must("policy", Shape::Name(Sort::Policy))];
    REASON: ReasonDemand = [may("min_length", number(0, 10_000)), may("pattern", Shape::Text(&texts::PATTERN))];
    TICKET: TicketDemand = [
        or("required", Flag, FALSE),
        may("pattern", Shape::Text(&texts::PATTERN)),
        may("check", Shape::Record(&TICKET_CHECK)),
    ];
    TICKET_CHECK: TicketCheck = [
        must("system", TEXT),
        or("assigned", Flag, FALSE),
        or("change_window", Flag, FALSE),
        or("when_away", AWAY, r#""refuse""#),
    ];
    PACE: Pace = [may("concurrent", number(1, u32::MAX as i64)), may("cool_down_minutes", number(1, 527_040))];
    HOURS: Hours = [
        must("time_zone", Shape::Text(&texts::ZONE)),
        must("windows", Shape::List(&Shape::Record(&WEEKLY))),
    ];
    WEEKLY: Weekly = [
        must("days", Shape::List(&Word(&["mon", "tue", "wed", "thu", "fri", "sat", "sun"]))),
        must("from", Shape::Text(&texts::CLOCK)),
        must("to", Shape::Text(&texts::CLOCK)),
    ];
    VALIDITY: Validity = [may("from", MOMENT), may("until", MOMENT)];
    SUBJECTS: Subjects = [or("everyone", Flag, FALSE), or("groups", GROUPS, EMPTY), or("users", USERS, EMPTY)];
    ACCOUNTS: Accounts = [
        or("all", Flag, FALSE),
        or("ids", ACCOUNT_IDS, EMPTY),
        or("units", UNITS, EMPTY),
        or("tags", TAGS, EMPTY),
        or("administration", Flag, FALSE),
        or("management", Flag, FALSE),
        or("except", Shape::Record(&EXCEPT), "{}"),
    ];
    EXCEPT: Except = [or("ids", ACCOUNT_IDS, EMPTY), or("units", UNITS, EMPTY), or("tags", TAGS, EMPTY)];
    UNIT: UnitSelector from "id" = [
        must("id", Shape::Name(Sort::Unit)),
        or("depth", Word(&["subtree", "children"]), r#""subtree""#),
    ];
    TAG: TagSelector from "key" = [
        must("key", Shape::Text(&texts::TAG_KEY)),
        or("values", Shape::List(&TEXT), EMPTY),
    ];
    PERMISSION_SETS: PermissionSets = [
        or("all", Flag, FALSE),
        or("arns", Shape::List(&Shape::Name(Sort::PermissionSet)), EMPTY),
        or("names", Shape::List(&Shape::Text(&texts::NAME_PATTERN)), EMPTY),
        or("tags", TAGS, EMPTY),
    ];
    GUARDRAIL: GuardrailSpec = [
        NAME,
        or("enabled", Flag, "true"),
        must("subjects", SUBJECTS_SHAPE),
        must("accounts", Shape::Record(&ACCOUNTS)),
        must("permission_sets", Shape::Record(&PERMISSION_SETS)),
        must("effect", Shape::Choice(&EFFECT)),
    ];
    DENY: Effect = [or("spares_break_glass", Flag, FALSE)];
    FLOOR: Effect = [must("policy", Shape::Choice(&POLICY_REF))];
    CAP: Effect = [must("concurrent", number(1, u32::MAX as i64))];
    FREEZE: FreezeSpec = [
        NAME,
        must("from", MOMENT),
        must("until", MOMENT),
        must("accounts", Shape::Record(&ACCOUNTS)),
        must("permission_sets", Shape::Record(&PERMISSION_SETS)),
        or("spares_break_glass", Flag, "true"),
    ];
}

static OWNED: Choice =
    Choice { title: "Owned", tag: "kind", brief: None, options: &[("account", &OWNED_ACCOUNT), ("unit", &OWNED_UNIT)] };

static SCHEDULE_REF: Choice = Choice {
    title: "ScheduleRef",
    tag: "source",
    brief: Some(("curfew", "id")),
    options: &[("curfew", &OUR_SCHEDULE), ("pagerduty", &THEIR_SCHEDULE)],
};

static APPROVAL: Choice = Choice {
    title: "Approval",
    tag: "kind",
    brief: Some(("named", "policy")),
    options: &[("automatic", &AUTOMATIC), ("policy", &POLICY), ("named", &NAMED), ("break_glass", &BREAK_GLASS)],
};

static POLICY_REF: Choice = Choice {
    title: "PolicyRef",
    tag: "kind",
    brief: Some(("named", "policy")),
    options: &[("policy", &POLICY), ("named", &NAMED)],
};

static EFFECT: Choice =
    Choice { title: "Effect", tag: "kind", brief: None, options: &[("deny", &DENY), ("floor", &FLOOR), ("cap", &CAP)] };

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    /// Every record that is a whole type of the domain.
    static WHOLE: [&Record; 31] = [
        &SCHEDULE,
        &ROTATION,
        &SHIFT,
        &OWNERS,
        &PEOPLE,
        &NAMED_POLICY,
        &POLICY,
        &STAGE,
        &VOTERS,
        &MANAGER,
        &ESCALATION,
        &RULE,
        &AUTOMATIC,
        &BREAK_GLASS,
        &REVIEW,
        &NAMED,
        &REASON,
        &TICKET,
        &TICKET_CHECK,
        &PACE,
        &HOURS,
        &WEEKLY,
        &VALIDITY,
        &SUBJECTS,
        &ACCOUNTS,
        &EXCEPT,
        &UNIT,
        &TAG,
        &PERMISSION_SETS,
        &GUARDRAIL,
        &FREEZE,
    ];

    #[test]
    fn every_field_of_the_domain_is_in_the_form() {
        for record in WHOLE {
            let schema = serde_json::to_value((record.about)()).unwrap();
            let told: BTreeSet<&str> = schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
            let here: BTreeSet<&str> = record.fields.iter().map(|field| field.name).collect();
            assert_eq!(here, told, "{}", record.title);
            let needed = schema["required"].as_array().cloned().unwrap_or_default();
            let here: BTreeSet<&str> = record.fields.iter().filter(|f| f.needed).map(|f| f.name).collect();
            let told: BTreeSet<&str> = needed.iter().filter_map(Value::as_str).collect();
            assert_eq!(here, told, "what has to be there in {}", record.title);
        }
    }

    #[test]
    fn every_choice_of_the_domain_is_in_the_form() {
        for (choice, schema) in [
            (&OWNED, Owned::schema()),
            (&APPROVAL, domain::rules::Approval::schema()),
            (&POLICY_REF, domain::rules::PolicyRef::schema()),
            (&EFFECT, Effect::schema()),
        ] {
            let schema = serde_json::to_value(schema).unwrap().to_string();
            for tag in choice.tags() {
                assert!(schema.contains(&format!("\"{tag}\"")), "{tag} in {schema}");
            }
            let told = serde_json::from_str::<Value>(&schema).unwrap()["oneOf"].as_array().unwrap().len();
            assert_eq!(choice.options.len(), told, "{}", choice.title);
        }
    }

    #[test]
    fn defaults_are_json() {
        for record in WHOLE {
            for field in record.fields {
                assert_eq!(field.default.is_some(), field.default().is_some(), "{}.{}", record.title, field.name);
            }
        }
    }
}
