//! Why something did not work, in the reader's language: by the code of the problem and by what it carries. The API
//! speaks English; its own sentence stands where the reader does too, or where no code tells it.

use client::{ClientError, Problem, Said};
use domain::rules::Refused;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use web::ProblemType as T;

use super::{reasons, words};
use crate::look::Look;
use crate::parts::{Moment, duration};
use crate::texts::{Language, Texts};

/// So many pairs, and rules of each, are told.
const TOLD: usize = 5;

/// Why it did not work, for the person who tried.
pub(super) fn why(error: &ClientError, look: &Look) -> String {
    match error.problem() {
        Some(problem) => told(problem, look),
        None => {
            tracing::warn!(%error, "the API did not answer as it should");
            look.t.away().to_owned()
        }
    }
}

/// The same where only the code and the API's sentence are known.
pub(super) fn of_slug(slug: Option<&str>, sentence: &str, t: Texts) -> String {
    match slug.and_then(T::from_slug).filter(|_| t.language != Language::OF_THE_API) {
        Some(kind) => named(kind, t).to_owned(),
        None => sentence.to_owned(),
    }
}

fn told(problem: &Problem, look: &Look) -> String {
    let t = look.t;
    let Some(kind) = T::from_slug(problem.slug()) else { return problem.sentence().to_owned() };
    match own(kind, problem, look) {
        Some(text) => text,
        None if t.language == Language::OF_THE_API => problem.sentence().to_owned(),
        None => at_field(kind, problem, t),
    }
}

/// What is told better than by the API, whatever the language.
fn own(kind: T, problem: &Problem, look: &Look) -> Option<String> {
    let t = look.t;
    let member = |name: &str| problem.members.get(name);
    let number = |name: &str| member(name).and_then(Value::as_i64);
    Some(match kind {
        T::OwnRequest => t.own_request().to_owned(),
        T::NotAnApprover => t.not_an_approver().to_owned(),
        T::AlreadyVoted | T::LinkUsed => t.already_voted().to_owned(),
        T::LinkExpired => t.link_expired().to_owned(),
        T::LinkUnknown => t.link_unknown().to_owned(),
        T::LinkOfSomebodyElse => t.link_of_somebody_else().to_owned(),
        T::NotFound => t.does_not_exist().to_owned(),
        T::UnknownUser => t.unknown_user().to_owned(),
        T::DisabledUser => t.disabled_user().to_owned(),
        T::OwnerRequired => t.owner_required().to_owned(),
        T::NameTaken => t.name_taken().to_owned(),
        T::InvalidView => t.bad_view_name().to_owned(),
        T::RateLimited => t.rate_limited().to_owned(),
        T::StateConflict => {
            let state = member("from").or_else(|| member("state")).and_then(Value::as_str);
            too_late(state.unwrap_or_default(), t)
        }
        T::NoLongerAllowed => {
            let what = member("what").and_then(Value::as_str)?;
            let refused: Refused = serde_json::from_value(member("refused")?.clone()).ok()?;
            let why = t.no_longer_allowed_what(what, reasons::refused(&refused, look)?);
            format!("{} {why}", t.no_longer_allowed())
        }
        T::NotEligible => not_eligible(problem, look)?,
        T::NobodyCanApprove => {
            let shortages: Vec<Shortage> = serde_json::from_value(member("shortages")?.clone()).ok()?;
            let short = shortages.iter().map(|short| {
                t.short_of(&short.because, t.approvals_counted(short.needed), short.stage + 1, short.there)
            });
            std::iter::once(t.preview_impossible().to_owned()).chain(short).collect::<Vec<_>>().join(" ")
        }
        T::ReviewOverdue => {
            let due: Timestamp = member("due_at").and_then(Value::as_str)?.parse().ok()?;
            t.review_overdue(Moment::new(due, look).plain())
        }
        T::JustificationTooShort => t.reason_too_short(number("least")?),
        T::DurationTooLong => t.not_longer_than(duration(number("most")?, t)),
        T::Internal => t.problem_internal(member("error_id").and_then(Value::as_str)?),
        T::Unavailable => t.away().to_owned(),
        _ => return None,
    })
}

/// A stage that nobody could meet, as the API tells it.
#[derive(Deserialize)]
struct Shortage {
    because: String,
    stage: usize,
    needed: u8,
    there: u8,
}

/// Why a pair is not allowed, as the API tells it.
#[derive(Deserialize)]
struct Objection {
    account_name: String,
    permission_set_name: String,
    rules: Vec<Said>,
    others: usize,
}

fn not_eligible(problem: &Problem, look: &Look) -> Option<String> {
    let t = look.t;
    let objections: Vec<Objection> = serde_json::from_value(problem.members.get("pairs")?.clone()).ok()?;
    let mut all: Vec<String> = objections.iter().take(TOLD).map(|one| one.told(look)).collect();
    if objections.len() > TOLD {
        all.push(t.same_for_more(objections.len() - TOLD));
    }
    if problem.members.contains_key("break_glass") {
        all.push(t.break_glass_left().to_owned());
    }
    (!all.is_empty()).then(|| all.join(" "))
}

impl Objection {
    fn told(&self, look: &Look) -> String {
        let t = look.t;
        let what = t.in_account(&self.permission_set_name, &self.account_name);
        let refusing = || self.rules.iter().filter(|said| !said.allows);
        let said = |said: &Said| format!("{}: {}", said.name, reasons::because(said, look));
        let above: Vec<String> = refusing().filter(|said| said.kind != "rule").map(said).collect();
        if !above.is_empty() {
            return t.held_back(what, above.join("; "));
        }
        // A rule that comes close is of more use than one for other people.
        let mut rules: Vec<&Said> = refusing().collect();
        rules.sort_by_key(|said| reasons::is_about_others(said));
        let told: Vec<String> = rules.into_iter().take(TOLD).map(said).collect();
        let why = match (told.is_empty(), self.others) {
            (false, _) => told.join("; "),
            (true, 0) => t.no_rule_there().to_owned(),
            (true, others) => t.rules_for_others(others),
        };
        t.no_rule_allows(what, why)
    }
}

/// Somebody was faster.
fn too_late(state: &str, t: Texts) -> String {
    match state {
        "scheduled" | "granting" | "active" | "revoking" | "ended" => t.grant_moved_on(words::grant_state(state, t)),
        "pending" | "approved" | "rejected" | "cancelled" | "timed_out" => t.too_late(words::outcome(state, t)),
        "overdue" => t.time_was_up().to_owned(),
        "ending" => t.ends_too_soon().to_owned(),
        _ => t.changed_meanwhile().to_owned(),
    }
}

/// The kind, and which field it is about where only that says what is meant.
fn at_field(kind: T, problem: &Problem, t: Texts) -> String {
    let text = named(kind, t);
    let general = matches!(
        kind,
        T::WrongType | T::MissingField | T::InvalidValue | T::InvalidQuery | T::InvalidDocument | T::InvalidIncident
    );
    match problem.members.get("path").and_then(Value::as_str).filter(|_| general) {
        Some(field) => t.at_field(text, field),
        None => text.to_owned(),
    }
}

/// A kind of problem in a sentence.
const fn named(kind: T, t: Texts) -> &'static str {
    match kind {
        T::MalformedJson
        | T::UnknownField
        | T::DuplicateField
        | T::UnsupportedMediaType
        | T::InvalidPath
        | T::InvalidCursor
        | T::InvalidLimit
        | T::InvalidHeader
        | T::InvalidIdempotencyKey
        | T::IdempotencyKeyReused
        | T::MethodNotAllowed => t.problem_not_understood(),
        T::WrongType => t.problem_wrong_type(),
        T::MissingField => t.problem_missing_field(),
        T::InvalidValue => t.problem_invalid_value(),
        T::PayloadTooLarge => t.problem_too_large(),
        T::InvalidQuery => t.problem_query(),
        T::IdempotencyInProgress => t.problem_in_progress(),
        T::NotFound => t.does_not_exist(),
        T::RateLimited => t.rate_limited(),
        T::TooManyStreams => t.problem_too_many_streams(),
        T::MissingToken | T::InvalidToken | T::ExpiredToken | T::SignInRequired => t.problem_sign_in(),
        T::UnknownUser => t.unknown_user(),
        T::DisabledUser => t.disabled_user(),
        T::UserRequired => t.problem_user_required(),
        T::AdminRequired => t.problem_admin_required(),
        T::AuditorRequired => t.problem_auditor_required(),
        T::OwnerRequired => t.owner_required(),
        T::MissingScope | T::Forbidden => t.problem_forbidden(),
        T::UnknownAccount => t.problem_unknown_account(),
        T::UnknownPermissionSet => t.problem_unknown_set(),
        T::UnknownBeneficiary => t.problem_unknown_beneficiary(),
        T::DurationZero | T::DurationNegative => t.problem_duration_zero(),
        T::DurationTooLong => t.problem_duration_long(),
        T::StartInPast => t.problem_start_past(),
        T::StartTooFar => t.problem_start_far(),
        T::JustificationTooShort => t.problem_reason_short(),
        T::JustificationTooLong => t.problem_reason_long(),
        T::CommentTooLong => t.problem_comment_long(),
        T::InvalidTicket => t.problem_ticket(),
        T::ControlCharacters => t.problem_control(),
        T::NoPairs => t.problem_no_pairs(),
        T::TooManyPairs => t.problem_many_pairs(),
        T::DuplicatePair => t.problem_twice(),
        T::InactiveAccount => t.problem_inactive_account(),
        T::UnknownGroup => t.problem_unknown_group(),
        T::UnknownPerson => t.problem_unknown_person(),
        T::InvalidPolicy => t.problem_invalid_policy(),
        T::UnknownUnit => t.problem_unknown_unit(),
        T::UnknownPolicy => t.problem_unknown_policy(),
        T::UnknownSchedule => t.problem_unknown_schedule(),
        T::UnknownTicketSystem => t.problem_unknown_tickets(),
        T::InvalidDocument => t.problem_invalid_document(),
        T::ManagementAccount => t.problem_management_account(),
        T::NameTaken => t.name_taken(),
        T::IdTaken => t.problem_id_taken(),
        T::InUse => t.problem_in_use(),
        T::OwnChange => t.problem_own_change(),
        T::NobodyCanApprove => t.preview_impossible(),
        T::ExtensionPending => t.problem_extension_pending(),
        T::NotEligible => t.problem_not_eligible(),
        T::UnknownSeverity => t.problem_unknown_severity(),
        T::NotBreakGlass => t.problem_not_break_glass(),
        T::ReviewOverdue => t.problem_review_overdue(),
        T::InvalidTemplate => t.problem_template(),
        T::InvalidView => t.bad_view_name(),
        T::InvalidIncident => t.problem_incident(),
        T::OwnReview => t.problem_own_review(),
        T::NotAReviewer => t.problem_not_reviewer(),
        T::OwnRequest => t.own_request(),
        T::NotAnApprover => t.not_an_approver(),
        T::BeneficiaryDisabled => t.problem_beneficiary_disabled(),
        T::AlreadyVoted | T::LinkUsed => t.already_voted(),
        T::StageNotBegun => t.problem_stage(),
        T::DecidedTogether => t.problem_together(),
        T::PairNotAsked => t.problem_not_asked(),
        T::OutsideWindow => t.problem_outside(),
        T::NoLongerAllowed => t.no_longer_allowed(),
        T::MembershipUnknown => t.problem_membership(),
        T::DelegationToOneself => t.problem_delegation_self(),
        T::DelegationCircle => t.problem_delegation_circle(),
        T::DelegationOverlaps => t.problem_delegation_overlaps(),
        T::StateConflict => t.changed_meanwhile(),
        T::StaleVersion => t.problem_stale(),
        T::LinkUnknown => t.link_unknown(),
        T::LinkOfSomebodyElse => t.link_of_somebody_else(),
        T::LinkExpired => t.link_expired(),
        T::InvalidAddress => t.problem_address(),
        T::PrivateAddress => t.problem_private_address(),
        T::Internal | T::Unavailable => t.away(),
        T::IssuerUnavailable => t.sign_in_away(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use serde_json::{Map, json};

    use super::*;
    use crate::look::Chosen;

    fn look(language: Language) -> Look {
        let now = "2026-06-01T10:00:00Z".parse().unwrap();
        Look { t: Texts { language }, chosen: Chosen::default(), zone: TimeZone::UTC, now }
    }

    fn problem(kind: T, members: &Value) -> Problem {
        Problem {
            kind: kind.urn(),
            title: kind.title().to_owned(),
            status: kind.status().as_u16(),
            detail: Some("as the API says".to_owned()),
            members: members.as_object().cloned().unwrap_or_else(Map::new),
        }
    }

    #[test]
    fn every_kind_of_problem_is_told_in_german_without_the_apis_words() {
        for kind in T::ALL {
            let german = told(&problem(*kind, &Value::Null), &look(Language::German));
            assert!(!german.is_empty() && !german.contains("API") && german != kind.title(), "{kind:?}: {german}");
        }
        let later =
            Problem { kind: "urn:curfew:problem:of-a-later-version".to_owned(), ..problem(T::Internal, &Value::Null) };
        assert_eq!(told(&later, &look(Language::German)), "as the API says");
    }

    #[test]
    fn what_a_problem_carries_is_told_and_the_rest_to_english_readers_in_the_apis_words() {
        let shortages = json!({ "shortages": [{ "because": "Two eyes", "stage": 1, "needed": 1, "there": 0 }] });
        for (kind, members, english, german) in [
            (
                T::StateConflict,
                json!({ "expected_state": "pending", "state": "approved" }),
                "You are too late: the request was approved. Nothing was changed.",
                "Sie kommen zu spät: Die Anfrage wurde genehmigt. Es wurde nichts geändert.",
            ),
            (
                T::StateConflict,
                json!({ "state": "ended" }),
                "It has moved on meanwhile and is now: Ended. Nothing was changed.",
                "Es hat sich inzwischen geändert und ist jetzt: Beendet. Es wurde nichts geändert.",
            ),
            (
                T::StateConflict,
                json!({ "state": "ending" }),
                "It ends in a moment, and it is too late for more time. Ask anew.",
                "Der Zugriff endet gleich, für mehr Zeit ist es zu spät. Fragen Sie neu an.",
            ),
            (
                T::JustificationTooShort,
                json!({ "path": "reason", "found": 2, "least": 10 }),
                "The reason needs at least 10 characters.",
                "Der Grund braucht mindestens 10 Zeichen.",
            ),
            (T::DurationTooLong, json!({ "most": 480 }), "At most 8 h are allowed.", "Erlaubt sind höchstens 8 h."),
            (
                T::NobodyCanApprove,
                shortages,
                "There are too few people who could approve it. “Two eyes” needs 1 approval in stage 2; others who could \
                 give one: 0.",
                "Es gibt zu wenige, die es genehmigen könnten. „Two eyes“ verlangt 1 Zustimmung in Stufe 2; andere, die \
                 zustimmen könnten: 0.",
            ),
            (
                T::InvalidValue,
                json!({ "path": "minutes" }),
                "as the API says",
                "Eine Angabe ist hier nicht möglich. (minutes)",
            ),
            (T::StartTooFar, json!({ "path": "start_at" }), "as the API says", "Der Beginn liegt zu weit voraus."),
        ] {
            let problem = problem(kind, &members);
            assert_eq!(told(&problem, &look(Language::English)), english);
            assert_eq!(told(&problem, &look(Language::German)), german);
        }
    }
}
