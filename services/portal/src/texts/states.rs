//! States and kinds, as badges and sentences say them.

use super::catalogue;

catalogue! {
    state_pending: "Waiting for a decision" | "Wartet auf Entscheidung";
    state_approved: "Approved" | "Genehmigt";
    state_rejected: "Rejected" | "Abgelehnt";
    state_cancelled: "Cancelled" | "Zurückgezogen";
    state_timed_out: "Timed out" | "Zeit abgelaufen";
    state_scheduled: "Scheduled" | "Geplant";
    state_granting: "Being added" | "Wird eingerichtet";
    state_active: "Active" | "Aktiv";
    state_revoking: "Being removed" | "Wird entfernt";
    state_ended: "Ended" | "Beendet";
    state_vanished: "Missing in AWS" | "Fehlt in AWS";
    vanished_since: "AWS does not show it any more, noticed" | "AWS zeigt es nicht mehr, bemerkt";
    has_vanished: "AWS does not show the access any more" | "AWS zeigt den Zugriff nicht mehr";
    extending_until: "More time is approved and counts in a moment, until" | "Mehr Zeit ist genehmigt und gilt gleich, bis";
    outcome_approved: "was approved" | "wurde genehmigt";
    outcome_rejected: "was rejected" | "wurde abgelehnt";
    outcome_cancelled: "was cancelled" | "wurde zurückgezogen";
    outcome_timed_out: "timed out before somebody decided" | "lief ab, bevor jemand entschied";
    outcome_pending: "waits for a decision" | "wartet auf eine Entscheidung";
    end_deadline: "the time was up" | "die Zeit war um";
    end_ended_by_requester: "given back" | "zurückgegeben";
    end_revoked: "revoked" | "entzogen";
    end_failed: "could not be given" | "konnte nicht gegeben werden";
    end_user_disabled: "the user was disabled" | "die Person wurde deaktiviert";
    end_emergency: "ended by the emergency button" | "durch den Notschalter beendet";
    end_no_longer_allowed: "not allowed any more when it should begin" | "bei seinem Beginn nicht mehr erlaubt";
    end_cancelled: "cancelled before it began" | "vor Beginn zurückgezogen";
    severity_critical: "critical" | "kritisch";
    severity_high: "high" | "hoch";
    severity_normal: "normal" | "normal";
    severity_low: "low" | "niedrig";
    break_glass: "Break-glass" | "Notzugriff";
    production: "production" | "Produktion";
    staging: "staging" | "Staging";
    development: "development" | "Entwicklung";
    in_account(set, account): "{set} in {account}" | "{set} in {account}";
}
