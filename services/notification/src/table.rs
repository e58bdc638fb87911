//! Who is mailed about what. Webhooks hear every published fact.

use domain::Fact;
use domain::grant::EndReason;

/// The people whom a fact concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Nobody is mailed.
    Nobody,
    /// Those who may decide, as the directory is now.
    Approvers,
    /// Those who were asked to decide.
    Asked,
    /// Who asked.
    Requester,
    /// Who asked, and who has the access.
    RequesterAndBeneficiary,
}

/// The table. Exhaustive on purpose: a new fact does not compile before somebody says who hears it.
#[must_use]
pub const fn audience(fact: &Fact) -> Audience {
    match fact {
        // An automatic approval asks nobody.
        Fact::RequestSubmitted { approval: None, .. } => Audience::Nobody,
        Fact::RequestSubmitted { approval: Some(_), .. } => Audience::Approvers,
        Fact::RequestApproved { .. } | Fact::RequestRejected { .. } | Fact::RequestTimedOut { .. } => {
            Audience::Requester
        }
        Fact::RequestCancelled { .. } => Audience::Asked,
        Fact::GrantActivated { .. } | Fact::GrantExtended { .. } => Audience::RequesterAndBeneficiary,
        // Who cancelled it before it started knows.
        Fact::GrantEnded { reason: EndReason::Cancelled, .. } => Audience::Nobody,
        Fact::GrantEnded { .. } => Audience::RequesterAndBeneficiary,
        // The end is told once it is read back from AWS, not when it is wished for.
        Fact::GrantRevoking { .. }
        | Fact::GrantStarted { .. }
        | Fact::ApprovalVoted { .. }
        | Fact::AssignmentChanged { .. }
        | Fact::RuleSaved { .. }
        | Fact::RuleDeleted { .. }
        | Fact::WebhookSaved { .. }
        | Fact::WebhookDeleted { .. }
        | Fact::DirectoryAccepted { .. } => Audience::Nobody,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const REQUEST: &str = "01890000-0000-7000-8000-000000000001";
    const USER: &str = "906768ae6b-0f1c2d3e-4b5a-4968-8776-655443322110";

    fn fact(name: &str, data: serde_json::Value) -> Fact {
        serde_json::from_value(json!({"type": name, "data": data})).unwrap()
    }

    fn submitted(approval: serde_json::Value) -> Fact {
        let data = json!({"request": REQUEST, "approval": approval, "requester": USER, "beneficiary": USER, "pairs": [],
            "minutes": 60, "start_at": null, "extends": null});
        fact("request.submitted.v1", data)
    }

    fn ended(reason: &str) -> Fact {
        let tuple =
            json!({"principal": USER, "account": "111122223333", "permission_set": "arn:aws:sso:::permissionSet/i/p"});
        let evidence = json!({"kind": "never_attempted"});
        fact(
            "grant.ended.v1",
            json!({"grant": REQUEST, "request": REQUEST, "tuple": tuple, "reason": reason, "evidence": evidence}),
        )
    }

    #[test]
    fn every_fact_is_told_to_those_whom_it_concerns() {
        let request = json!({"request": REQUEST});
        let table = [
            (submitted(json!(REQUEST)), Audience::Approvers),
            (submitted(json!(null)), Audience::Nobody),
            (
                fact("request.approved.v1", json!({"request": REQUEST, "grants": [], "automatic": false, "by": USER})),
                Audience::Requester,
            ),
            (fact("request.rejected.v1", json!({"request": REQUEST, "by": USER})), Audience::Requester),
            (fact("request.cancelled.v1", request.clone()), Audience::Asked),
            (fact("request.timed_out.v1", request), Audience::Requester),
            (ended("deadline"), Audience::RequesterAndBeneficiary),
            (ended("revoked"), Audience::RequesterAndBeneficiary),
            (ended("ended_by_requester"), Audience::RequesterAndBeneficiary),
            (ended("failed"), Audience::RequesterAndBeneficiary),
            (ended("cancelled"), Audience::Nobody),
            (fact("webhook.deleted.v1", json!({"endpoint": REQUEST})), Audience::Nobody),
        ];
        for (fact, expected) in table {
            assert_eq!(audience(&fact), expected, "{fact:?}");
        }
    }
}
