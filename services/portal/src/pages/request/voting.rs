//! How far the decision is, for people.

use client::{ApprovalDetail, ClientError, Request};

use crate::pages::visit::SignedIn;

/// One policy that must be met.
pub(super) struct Voting {
    pub because: String,
    /// How far it is, in words.
    pub stands: String,
    pub escalated: bool,
    /// Who may decide now.
    pub may_vote: String,
}

/// The policies of what is still open; those whose part of the API is away are left out.
pub(super) fn voting(me: &SignedIn, request: &Request, open: &[Result<ApprovalDetail, ClientError>]) -> Vec<Voting> {
    let t = me.t();
    if request.state != "pending" {
        return Vec::new();
    }
    let mut all = Vec::new();
    for approval in open.iter().flatten() {
        for (place, need) in approval.about.needs.iter().enumerate() {
            let Some(stage) = need.stage else { continue };
            let policy = approval.policies.get(place);
            let mut stands = t.votes_of(need.votes_needed, need.votes);
            if need.stages > 1 {
                stands = format!("{stands}, {}", t.stage_of(stage + 1, need.stages));
            }
            let mut names: Vec<String> =
                policy.iter().flat_map(|p| &p.may_vote).take(8).map(|person| person.name.clone()).collect();
            let more = policy.map_or(0, |p| p.may_vote_count).saturating_sub(names.len());
            if more > 0 {
                names.push(t.and_more(more));
            }
            all.push(Voting {
                because: need.because.clone(),
                stands,
                escalated: need.escalated,
                may_vote: names.join(", "),
            });
        }
    }
    all
}
