//! What fields, words and options are called. A test goes through the whole form and wants a name for each.

use policy::form::{Shape, Sort};

use crate::texts::Texts;

/// What a field of a record is called.
pub(super) fn field(record: &str, name: &str, t: Texts) -> Option<&'static str> {
    Some(match (record, name) {
        ("Accounts", "all") => t.f_all_accounts(),
        ("PermissionSets", "all") => t.f_all_sets(),
        ("Voters", "on_call") => t.f_on_call_voters(),
        ("Voters", "owners") => t.f_owners_vote(),
        ("PolicySpec", "owners") => t.f_owners_which(),
        ("NamedPolicySpec", "policy") => t.f_approval(),
        ("ScheduleRef", "id") => t.f_schedule(),
        ("Owned", "id") => t.f_target(),
        ("UnitSelector", "id") => t.f_unit(),
        ("Rotation", "hours") => t.f_turn_hours(),
        ("Escalation", "to") => t.f_ask_too(),
        (_, "groups") => t.f_groups(),
        (_, "name") => t.f_name(),
        (_, "enabled") => t.f_enabled(),
        (_, "subjects") => t.f_subjects(),
        (_, "accounts") => t.f_accounts(),
        (_, "permission_sets") => t.f_permission_sets(),
        (_, "max_minutes") => t.f_max_minutes(),
        (_, "severities") => t.f_severities(),
        (_, "reason") => t.f_reason(),
        (_, "ticket") => t.f_ticket(),
        (_, "hours") => t.f_hours(),
        (_, "validity") => t.f_validity(),
        (_, "on_behalf") => t.f_on_behalf(),
        (_, "pace") => t.f_pace(),
        (_, "when_away") => t.f_when_away(),
        (_, "cut_sessions") => t.f_cut_sessions(),
        (_, "approval") => t.f_approval(),
        (_, "incident") => t.f_incident(),
        (_, "on_call") => t.f_on_call(),
        (_, "waiver") => t.f_waiver(),
        (_, "review") => t.f_review(),
        (_, "reviewers") => t.f_reviewers(),
        (_, "within_hours") => t.f_within_hours(),
        (_, "policy") => t.f_policy(),
        (_, "min_length") => t.f_min_length(),
        (_, "pattern") => t.f_pattern(),
        (_, "required") => t.f_required(),
        (_, "check") => t.f_check(),
        (_, "system") => t.f_system(),
        (_, "assigned") => t.f_assigned(),
        (_, "change_window") => t.f_change_window(),
        (_, "concurrent") => t.f_concurrent(),
        (_, "cool_down_minutes") => t.f_cool_down(),
        (_, "time_zone") => t.f_time_zone(),
        (_, "windows") => t.f_windows(),
        (_, "days") => t.f_days(),
        (_, "from") => t.f_from(),
        (_, "to") => t.f_to(),
        (_, "until") => t.f_until(),
        (_, "everyone") => t.f_everyone(),
        (_, "users") => t.f_users(),
        (_, "ids") => t.f_ids(),
        (_, "units") => t.f_units(),
        (_, "tags") => t.f_tags(),
        (_, "administration") => t.f_administration(),
        (_, "management") => t.f_management(),
        (_, "except") => t.f_except(),
        (_, "depth") => t.f_depth(),
        (_, "key") => t.f_key(),
        (_, "values") => t.f_values(),
        (_, "arns") => t.f_arns(),
        (_, "names") => t.f_names(),
        (_, "effect") => t.f_effect(),
        (_, "spares_break_glass") => t.f_spares(),
        (_, "target") => t.f_target(),
        (_, "owners") => t.f_owners(),
        (_, "stages") => t.f_stages(),
        (_, "rejections") => t.f_rejections(),
        (_, "mail_decision") => t.f_mail_decision(),
        (_, "pairs") => t.f_pairs(),
        (_, "delegates") => t.f_delegates(),
        (_, "pending_minutes") => t.f_pending_minutes(),
        (_, "voters") => t.f_voters(),
        (_, "votes") => t.f_votes(),
        (_, "remind_after_minutes") => t.f_remind(),
        (_, "escalation") => t.f_escalation(),
        (_, "manager") => t.f_manager(),
        (_, "fallback") => t.f_fallback(),
        (_, "after_minutes") => t.f_after_minutes(),
        (_, "rotation") => t.f_rotation(),
        (_, "shifts") => t.f_shifts(),
        (_, "user") => t.f_user(),
        _ => return None,
    })
}

/// What a word of a field, or an option of a choice, is called.
pub(in crate::pages::policy) fn word(field: &str, word: &str, t: Texts) -> Option<&'static str> {
    let day = |at: usize| t.weekdays().split(' ').nth(at);
    match (field, word) {
        ("owners", "all") => Some(t.w_all_owners()),
        (_, "refuse") => Some(t.w_refuse()),
        (_, "allow") => Some(t.w_allow()),
        (_, "always") => Some(t.w_always()),
        (_, "on_revoke") => Some(t.w_on_revoke()),
        (_, "never") => Some(t.w_never()),
        (_, "sign_in") => Some(t.w_sign_in()),
        (_, "link_alone") => Some(t.w_link_alone()),
        (_, "together") => Some(t.w_together()),
        (_, "apart") => Some(t.w_apart()),
        (_, "nearest") => Some(t.w_nearest()),
        (_, "subtree") => Some(t.w_subtree()),
        (_, "children") => Some(t.w_children()),
        (_, "automatic") => Some(t.w_automatic()),
        (_, "policy") => Some(t.w_policy()),
        (_, "named") => Some(t.w_named()),
        (_, "break_glass") => Some(t.w_break_glass()),
        (_, "deny") => Some(t.w_deny()),
        (_, "floor") => Some(t.w_floor()),
        (_, "cap") => Some(t.w_cap()),
        (_, "account") => Some(t.w_account()),
        (_, "unit") => Some(t.w_unit()),
        (_, "curfew") => Some(t.w_curfew()),
        (_, "pagerduty") => Some(t.w_pagerduty()),
        (_, "mon") => day(0),
        (_, "tue") => day(1),
        (_, "wed") => day(2),
        (_, "thu") => day(3),
        (_, "fri") => day(4),
        (_, "sat") => day(5),
        (_, "sun") => day(6),
        _ => None,
    }
}

/// What helps to fill in a field.
pub(super) fn hint(shape: &Shape, zone: &str, t: Texts) -> Option<String> {
    match shape {
        Shape::Text(text) => match text.title {
            "a time zone" => Some(t.h_zone().to_owned()),
            "a time of day" => Some(t.h_clock().to_owned()),
            "a moment" => Some(t.h_moment(zone)),
            _ => None,
        },
        Shape::Name(Sort::Unit) => Some(t.h_unit().to_owned()),
        Shape::List(Shape::Name(_)) => Some(t.h_names().to_owned()),
        Shape::List(Shape::Text(text)) if text.title == "a pattern of names" => Some(t.h_wildcard().to_owned()),
        Shape::Flag
        | Shape::Number { .. }
        | Shape::Word(_)
        | Shape::Name(_)
        | Shape::List(_)
        | Shape::Record(_)
        | Shape::Choice(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::rules::Kind;
    use policy::form::{Record, record};

    use super::*;

    fn shape(name: &str, one: &Shape, missing: &mut BTreeSet<String>) {
        let t = Texts::default();
        match one {
            Shape::Word(words) => {
                missing.extend(words.iter().filter(|w| word(name, w, t).is_none()).map(|w| format!("{name} {w}")));
            }
            Shape::List(inner) => shape(name, inner, missing),
            Shape::Record(record) => fields(record, missing),
            Shape::Choice(choice) => {
                for (tag, record) in choice.options {
                    if word(name, tag, t).is_none() {
                        missing.insert(format!("{name} {tag}"));
                    }
                    fields(record, missing);
                }
            }
            Shape::Flag | Shape::Number { .. } | Shape::Text(_) | Shape::Name(_) => {}
        }
    }

    fn fields(record: &Record, missing: &mut BTreeSet<String>) {
        for one in record.fields {
            if field(record.title, one.name, Texts::default()).is_none() {
                missing.insert(format!("{}.{}", record.title, one.name));
            }
            shape(one.name, &one.shape, missing);
        }
    }

    #[test]
    fn every_field_every_word_and_every_option_has_a_name() {
        let mut missing = BTreeSet::new();
        for kind in Kind::ALL {
            fields(record(kind), &mut missing);
        }
        assert!(missing.is_empty(), "{missing:?}");
    }
}
