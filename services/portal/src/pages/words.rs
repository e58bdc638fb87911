//! The API's words as people read them.

use client::{Grant, Item, Outcome, Person};
use domain::grant::EndReason;

use crate::look::Look;
use crate::parts::{Beside, Env, PairPart, Status};
use crate::places::Places;
use crate::texts::Texts;

/// Where an access stands, as a word.
pub(super) fn grant_state(state: &str, t: Texts) -> &'static str {
    match state {
        "scheduled" => t.state_scheduled(),
        "granting" => t.state_granting(),
        "active" => t.state_active(),
        "revoking" => t.state_revoking(),
        _ => t.state_ended(),
    }
}

/// What a decision did: a title, and a sentence.
pub(super) fn decided(outcome: &Outcome, t: Texts) -> (&'static str, &'static str) {
    match outcome.state.as_str() {
        "approved" => (t.state_approved(), t.approved_text()),
        "rejected" => (t.state_rejected(), t.rejected_text()),
        _ if outcome.tightened => (t.counts_title(), t.counts_tightened()),
        _ => (t.counts_title(), t.counts_more()),
    }
}

/// How a request ended, as the end of a sentence.
pub(super) fn outcome(state: &str, t: Texts) -> &'static str {
    match state {
        "approved" => t.outcome_approved(),
        "rejected" => t.outcome_rejected(),
        "cancelled" => t.outcome_cancelled(),
        "timed_out" => t.outcome_timed_out(),
        _ => t.outcome_pending(),
    }
}

/// Why an access ended, as the end of a sentence.
pub(super) fn end_reason(reason: &str, t: Texts) -> &str {
    match EndReason::from_name(reason) {
        Some(EndReason::Deadline) => t.end_deadline(),
        Some(EndReason::EndedByRequester) => t.end_ended_by_requester(),
        Some(EndReason::Revoked) => t.end_revoked(),
        Some(EndReason::Failed) => t.end_failed(),
        Some(EndReason::UserDisabled) => t.end_user_disabled(),
        Some(EndReason::Emergency) => t.end_emergency(),
        Some(EndReason::Cancelled) => t.end_cancelled(),
        Some(EndReason::NoLongerAllowed) => t.end_no_longer_allowed(),
        None => reason,
    }
}

/// A part of the directory.
pub(super) fn directory_part(part: &str, t: Texts) -> &str {
    match part {
        "users" => t.part_users(),
        "groups" => t.part_groups(),
        "members" => t.part_members(),
        "organization" => t.part_organization(),
        "account_tags" => t.part_account_tags(),
        "permission_sets" => t.part_permission_sets(),
        "permission_set_contents" => t.part_contents(),
        other => other,
    }
}

/// A severity; an own one of the organization is called as it is.
pub(super) fn severity(code: &str, t: Texts) -> &str {
    match code {
        "critical" => t.severity_critical(),
        "high" => t.severity_high(),
        "normal" => t.severity_normal(),
        "low" => t.severity_low(),
        other => other,
    }
}

/// The other one of the two, where somebody asked on somebody's behalf and the reader is one of them.
pub(super) fn other(me: &str, requester: &Person, beneficiary: &Person, t: Texts) -> Option<String> {
    if requester.id == beneficiary.id {
        None
    } else if beneficiary.id == me {
        Some(t.asked_by_person(&requester.name))
    } else {
        Some(t.for_person(&beneficiary.name))
    }
}

/// Where an access stands: what AWS does not show is not called active.
pub(super) fn standing(grant: &Grant, t: Texts) -> Status {
    if grant.state == "active" && grant.vanished_at.is_some() {
        Status::vanished(t)
    } else {
        Status::new(&grant.state, t)
    }
}

/// What is to be known about an access beside that.
pub(super) fn beside(grant: &Grant, look: &Look) -> Beside {
    Beside::new(grant.vanished_at, grant.extending_to, look)
}

/// One pair of a request: what, where, and which environment.
pub(super) fn pair(item: &Item, places: &Places, t: Texts) -> PairPart {
    part((&item.account, &item.account_name), (&item.permission_set, &item.permission_set_name), places, t)
}

/// What an access is to; `names` are the items of its request, which knows it by name where the access does not.
pub(super) fn granted(grant: &Grant, names: &[&Item], places: &Places, t: Texts) -> PairPart {
    let known = names.iter().find(|item| item.account == grant.account && item.permission_set == grant.permission_set);
    match known {
        Some(item) => pair(item, places, t),
        None => {
            let account = (grant.account.as_str(), grant.account_name.as_str());
            part(account, (&grant.permission_set, &grant.permission_set_name), places, t)
        }
    }
}

/// An account and a permission set by id and, where it is known, by name.
pub(super) fn part(account: (&str, &str), set: (&str, &str), places: &Places, t: Texts) -> PairPart {
    let env = places.environment(account.0).map(|tag| Env::new(tag, t));
    let known = places.get(account.0).map_or("", |place| place.name.as_str());
    let name = if account.1.is_empty() { known } else { account.1 };
    let set = if set.1.is_empty() { set.0 } else { set.1 };
    PairPart {
        set: set.to_owned(),
        account: if name.is_empty() { account.0 } else { name }.to_owned(),
        number: (!name.is_empty()).then(|| account.0.to_owned()),
        env,
    }
}

/// What is asked for in one line: the first, and how many more.
pub(super) fn summary(parts: &[PairPart], look: &Look) -> String {
    let first = parts.first().map(|part| part.plain(look.t)).unwrap_or_default();
    match parts.len() {
        0 | 1 => first,
        more => format!("{first} {}", look.t.and_more_pairs(more - 1)),
    }
}

#[cfg(test)]
mod tests {
    use store::directory::Part;

    use super::*;
    use crate::texts::Language;

    #[test]
    fn every_part_of_the_directory_has_a_name_in_each_language() {
        for language in Language::ALL {
            for part in Part::ALL {
                let name = directory_part(part.as_str(), Texts { language });
                assert_ne!(name, part.as_str());
            }
        }
    }
}
