//! Who is mailed about what. Webhooks hear every published fact. Nobody can mute what is in this table.

use domain::Fact;
use domain::grant::EndReason;

/// The people whom a fact concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Those who may decide just now and have not, as the directory is now.
    Approvers,
    /// Those who may decide as well since it takes too long.
    Further,
    /// Those who were asked to decide.
    Asked,
    /// Who has the access, where somebody else asked for it.
    Beneficiary,
    /// Who asked, and who has the access.
    Concerned,
    /// Who asked, who has the access, and who was asked to decide; not whose words they are.
    Talkers,
    /// Who has to know at once: admins, auditors, the owners of what it is about, and those who would have been asked.
    Alarmed,
    /// Those who may review.
    Reviewers,
    /// Admins and auditors.
    Overseers,
    /// Admins.
    Admins,
    /// Admins, but for whoever did it.
    OtherAdmins,
    /// Who stands in, and for whom.
    Delegation,
    /// Whoever proposed it.
    Proposer,
}

/// The table. Exhaustive on purpose: a new fact does not compile before somebody says who hears it. Who belongs to
/// several audiences hears what the first has to be told.
#[must_use]
pub const fn audiences(fact: &Fact) -> &'static [Audience] {
    use Audience::{
        Admins, Alarmed, Approvers, Asked, Beneficiary, Concerned, Delegation, Further, OtherAdmins, Overseers,
        Proposer, Reviewers, Talkers,
    };
    match fact {
        // What nobody has to decide asks nobody.
        Fact::RequestSubmitted { approvals, .. } if approvals.is_empty() => &[Beneficiary],
        Fact::RequestSubmitted { .. } => &[Approvers, Beneficiary],
        Fact::ApprovalStageBegan { .. } | Fact::ApprovalReminded { .. } | Fact::ApprovalTightened { .. } => {
            &[Approvers]
        }
        Fact::ApprovalEscalated { .. } => &[Further],
        Fact::RequestApproved { .. }
        | Fact::RequestRejected { .. }
        | Fact::RequestTimedOut { .. }
        | Fact::ApprovalConcluded { .. } => &[Concerned],
        Fact::RequestCancelled { because: None, .. } => &[Asked],
        Fact::RequestCancelled { because: Some(_), .. } => &[Asked, Concerned],
        Fact::RequestCommented { .. } => &[Talkers],
        Fact::BreakGlass { .. } | Fact::GrantOverdue { .. } => &[Alarmed],
        Fact::GrantOverdueCleared { .. } | Fact::EmergencyDeclared { .. } | Fact::EmergencyFinished { .. } => {
            &[Overseers]
        }
        Fact::EmergencyProposed { .. } => &[OtherAdmins],
        Fact::LeaverEnded { .. } | Fact::ParkedRaised { .. } => &[Admins],
        Fact::ReviewOpened { .. } => &[Reviewers],
        Fact::ReviewOverdue { .. } => &[Concerned, Reviewers, Admins],
        Fact::ReviewDone { concern: false, .. } => &[Concerned],
        Fact::ReviewDone { concern: true, .. } => &[Concerned, Overseers],
        Fact::GrantActivated { .. }
        | Fact::GrantExtended { .. }
        | Fact::GrantExtensionFailed { .. }
        | Fact::GrantPostponed { .. } => &[Concerned],
        // Who cancelled it before it started knows.
        Fact::GrantEnded { reason: EndReason::Cancelled, .. } => &[],
        Fact::GrantEnded { .. } => &[Concerned],
        Fact::DelegationMade { .. } | Fact::DelegationEnded { .. } => &[Delegation],
        Fact::ChangeProposed { .. } => &[OtherAdmins],
        Fact::ChangeDecided { alone: false, .. } => &[Proposer],
        Fact::ChangeDecided { alone: true, .. } => &[Overseers],
        Fact::PolicyMatched { .. } | Fact::DriftFound { .. } => &[Admins],
        Fact::DriftBraked { .. } | Fact::SessionsNotCut { .. } => &[Overseers],
        // The end is told once it is read back from AWS, not when it is wished for. Incidents have channels of their
        // own, and saved rules are seen where they are edited.
        Fact::GrantRevoking { .. }
        | Fact::GrantRetried { .. }
        | Fact::GrantForceRevoked { .. }
        | Fact::EmergencyDropped { .. }
        | Fact::ParkedCleared { .. }
        | Fact::ParkedHandled { .. }
        | Fact::GrantStarted { .. }
        | Fact::ApprovalVoted { .. }
        | Fact::AssignmentChanged { .. }
        | Fact::BackstopChanged { .. }
        | Fact::AssignmentRemovedOffline { .. }
        | Fact::DriftResolved { .. }
        | Fact::DriftAcknowledged { .. }
        | Fact::DriftBrakeReleased { .. }
        | Fact::ReceiptMade { .. }
        | Fact::SessionsCut { .. }
        | Fact::PolicySaved { .. }
        | Fact::PolicyDeleted { .. }
        | Fact::IncidentOpened { .. }
        | Fact::IncidentClosed { .. }
        | Fact::TemplateSaved { .. }
        | Fact::TemplateDeleted { .. }
        | Fact::ViewSaved { .. }
        | Fact::ViewDeleted { .. }
        | Fact::ProfileSaved { .. }
        | Fact::WebhookSaved { .. }
        | Fact::WebhookDeleted { .. }
        | Fact::DirectoryAccepted { .. }
        | Fact::DirectoryWanted { .. }
        | Fact::ManagerSaid { .. }
        | Fact::GrantAdopted { .. }
        | Fact::ImportApplied { .. } => &[],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const ID: &str = "01890000-0000-7000-8000-000000000001";
    const USER: &str = "906768ae6b-0f1c2d3e-4b5a-4968-8776-655443322110";

    fn fact(name: &str, data: Value) -> Fact {
        serde_json::from_value(json!({"type": name, "data": data})).unwrap()
    }

    fn submitted(approvals: Value) -> Fact {
        let data = json!({"request": ID, "approvals": approvals, "requester": USER, "beneficiary": USER, "pairs": [],
            "minutes": 60, "start_at": null, "extends": null, "severity": "normal", "break_glass": null});
        fact("request.submitted.v1", data)
    }

    fn tuple() -> Value {
        json!({"principal": USER, "account": "111122223333", "permission_set": "arn:aws:sso:::permissionSet/i/p"})
    }

    fn postponed() -> Fact {
        let (from, start_at) = ("2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z");
        let data = json!({"grant": ID, "request": ID, "tuple": tuple(), "from": from, "start_at": start_at});
        fact("grant.postponed.v1", data)
    }

    fn ended(reason: &str) -> Fact {
        let evidence = json!({"kind": "never_attempted"});
        fact(
            "grant.ended.v1",
            json!({"grant": ID, "request": ID, "tuple": tuple(), "reason": reason, "evidence": evidence}),
        )
    }

    fn about_sessions(name: &str, mut data: Value) -> Fact {
        let tuple =
            json!({"principal": USER, "account": "111122223333", "permission_set": "arn:aws:sso:::permissionSet/i/p"});
        for (field, value) in [("grant", json!(ID)), ("request", json!(ID)), ("tuple", tuple)] {
            data[field] = value;
        }
        fact(name, data)
    }

    #[test]
    fn every_fact_is_told_to_those_whom_it_concerns() {
        use Audience::*;
        let request = json!({"request": ID});
        let stage = json!({"approval": ID, "request": ID, "need": 0, "stage": 1});
        let reviewed = |concern: bool| json!({"review": ID, "request": ID, "reviewer": USER, "concern": concern});
        let glass = json!({"request": ID, "rule": ID, "beneficiary": USER, "pairs": [], "grants": []});
        let said = json!({"request": ID, "comment": ID, "author": USER, "question": true});
        let dated = json!({"delegation": ID, "from": USER, "to": USER, "starts_at": "2026-03-02T09:00:00Z",
            "ends_at": "2026-03-03T09:00:00Z"});
        let matched = json!({"kind": "rule", "id": ID, "name": "n", "accounts": [], "permission_sets": []});
        let part = json!({"approval": ID, "request": ID, "approved": true, "pairs": [], "grants": []});
        let table: Vec<(Fact, &[Audience])> = vec![
            (submitted(json!([ID])), &[Approvers, Beneficiary]),
            (submitted(json!([])), &[Beneficiary]),
            (
                fact("request.approved.v1", json!({"request": ID, "grants": [], "automatic": false, "by": USER})),
                &[Concerned],
            ),
            (fact("request.rejected.v1", json!({"request": ID, "by": USER})), &[Concerned]),
            (fact("request.cancelled.v1", request.clone()), &[Asked]),
            (fact("request.cancelled.v1", json!({"request": ID, "because": "emergency"})), &[Asked, Concerned]),
            (
                fact(
                    "grant.overdue.v1",
                    json!({"grant": ID, "request": ID, "tuple": tuple(), "since": "2026-03-02T09:00:00Z", "overdue_s": 60,
                        "tries": 3, "last_error": null}),
                ),
                &[Alarmed],
            ),
            (
                fact(
                    "grant.overdue_cleared.v1",
                    json!({"grant": ID, "request": ID, "tuple": tuple(), "overdue_s": 90}),
                ),
                &[Overseers],
            ),
            (
                fact(
                    "emergency.proposed.v1",
                    json!({"emergency": ID, "ends": null, "switch": "resume", "reason": "r"}),
                ),
                &[OtherAdmins],
            ),
            (
                fact(
                    "emergency.declared.v1",
                    json!({"emergency": ID, "ends": {"kind": "everything"}, "switch": "pause", "reason": "r"}),
                ),
                &[Overseers],
            ),
            (fact("emergency.finished.v1", json!({"emergency": ID, "grants": 1, "requests": 0})), &[Overseers]),
            (fact("emergency.dropped.v1", json!({"emergency": ID})), &[]),
            (fact("leaver.ended.v1", json!({"user": USER, "gone": true, "grants": [ID]})), &[Admins]),
            (fact("parked.raised.v1", json!({"kind": "delivery", "id": null, "count": 2, "why": "w"})), &[Admins]),
            (fact("parked.cleared.v1", json!({"kind": "delivery", "id": null})), &[]),
            (fact("request.timed_out.v1", request), &[Concerned]),
            (fact("request.commented.v1", said), &[Talkers]),
            (fact("request.break_glass.v1", glass), &[Alarmed]),
            (fact("approval.stage_began.v1", stage.clone()), &[Approvers]),
            (fact("approval.reminded.v1", stage.clone()), &[Approvers]),
            (fact("approval.escalated.v1", stage), &[Further]),
            (fact("approval.tightened.v1", json!({"approval": ID, "request": ID})), &[Approvers]),
            (fact("approval.concluded.v1", part), &[Concerned]),
            (
                fact("review.opened.v1", json!({"review": ID, "request": ID, "due_at": "2026-03-02T09:00:00Z"})),
                &[Reviewers],
            ),
            (fact("review.overdue.v1", json!({"review": ID, "request": ID})), &[Concerned, Reviewers, Admins]),
            (fact("review.done.v1", reviewed(false)), &[Concerned]),
            (fact("review.done.v1", reviewed(true)), &[Concerned, Overseers]),
            (fact("delegation.made.v1", dated), &[Delegation]),
            (fact("delegation.ended.v1", json!({"delegation": ID})), &[Delegation]),
            (fact("change.proposed.v1", json!({"change": ID})), &[OtherAdmins]),
            (fact("change.decided.v1", json!({"change": ID, "applied": true})), &[Proposer]),
            (fact("change.decided.v1", json!({"change": ID, "applied": true, "alone": true})), &[Overseers]),
            (fact("policy.matched.v1", matched), &[Admins]),
            (
                fact(
                    "drift.found.v1",
                    json!({"drift": ID, "kind": "foreign", "assignment": null, "by": null, "done_at": null,
                        "tuple": {"principal": USER, "account": "111122223333",
                            "permission_set": "arn:aws:sso:::permissionSet/i/p"}}),
                ),
                &[Admins],
            ),
            (fact("drift.braked.v1", json!({"orphans": 7, "ours": 3})), &[Overseers]),
            (fact("drift.acknowledged.v1", json!({"drift": ID})), &[]),
            (about_sessions("sessions.not_cut.v1", json!({"until": "2026-03-02T10:00:00Z", "why": "w"})), &[Overseers]),
            (about_sessions("sessions.cut.v1", json!({"cut_before": "2026-03-02T09:00:00Z"})), &[]),
            (fact("incident.opened.v1", json!({"incident": ID, "title": "t"})), &[]),
            (
                fact(
                    "grant.extension_failed.v1",
                    json!({"grant": ID, "request": ID, "deadline_at": "2026-03-02T09:00:00Z", "why": "w"}),
                ),
                &[Concerned],
            ),
            (postponed(), &[Concerned]),
            (ended("deadline"), &[Concerned]),
            (ended("revoked"), &[Concerned]),
            (ended("ended_by_requester"), &[Concerned]),
            (ended("failed"), &[Concerned]),
            (ended("no_longer_allowed"), &[Concerned]),
            (ended("cancelled"), &[]),
            (fact("webhook.deleted.v1", json!({"endpoint": ID})), &[]),
        ];
        for (fact, expected) in table {
            assert_eq!(audiences(&fact), expected, "{fact:?}");
        }
    }
}
