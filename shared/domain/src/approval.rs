//! Deciding: what a policy needs, and what the votes amount to.

use serde::{Deserialize, Serialize};

use crate::{GroupId, UserId};

/// One person's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Yes.
    Approve,
    /// No; one is enough.
    Reject,
}

impl Decision {
    /// The name in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject => "reject",
        }
    }

    /// The decision of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Approve, Self::Reject].into_iter().find(|d| d.as_str() == name)
    }
}

/// What a link in a mail may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MailDecision {
    /// The link leads to the decision; deciding demands signing in as the approver.
    #[default]
    SignIn,
    /// Who holds the link decides; the vote is recorded as made by the link alone.
    LinkAlone,
}

/// How a vote came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// By the REST API or the portal, signed in.
    SignedIn,
    /// By a mail's link, signed in as its approver.
    LinkSignedIn,
    /// By a mail's link, without signing in.
    LinkAlone,
}

impl Channel {
    /// The name in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignedIn => "signed_in",
            Self::LinkSignedIn => "link_signed_in",
            Self::LinkAlone => "link_alone",
        }
    }
}

/// Who decides, and how many of them must agree.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalPolicy {
    /// Members of these groups may vote, as the groups are when they vote.
    #[serde(default)]
    pub groups: Vec<GroupId>,
    /// These people may vote.
    #[serde(default)]
    pub users: Vec<UserId>,
    /// How many different people must say yes, at least one.
    #[serde(default = "one")]
    pub votes: u8,
    /// What a link in a mail may do.
    #[serde(default)]
    pub mail_decision: MailDecision,
}

const fn one() -> u8 {
    1
}

impl ApprovalPolicy {
    /// Whether the policy names this person, in these groups.
    #[must_use]
    pub fn names(&self, user: &UserId, groups: &[GroupId]) -> bool {
        self.users.contains(user) || self.groups.iter().any(|g| groups.contains(g))
    }
}

/// A vote as the verdict sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    /// Who voted; one vote a person.
    pub voter: UserId,
    /// Their groups when they voted.
    pub groups: Vec<GroupId>,
    /// What they said.
    pub decision: Decision,
}

/// Where an approval stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Not enough votes yet.
    Open,
    /// Every policy has its votes.
    Approved,
    /// Somebody said no.
    Rejected,
}

/// The verdict over all policies that the request's pairs need. A person's yes counts once for each
/// policy that names them; a no counts at once.
#[must_use]
pub fn verdict(needs: &[ApprovalPolicy], votes: &[Vote]) -> Verdict {
    if votes.iter().any(|v| v.decision == Decision::Reject) {
        return Verdict::Rejected;
    }
    let met = needs.iter().all(|policy| {
        let mut people: Vec<&UserId> =
            votes.iter().filter(|v| policy.names(&v.voter, &v.groups)).map(|v| &v.voter).collect();
        people.sort_unstable();
        people.dedup();
        people.len() >= usize::from(policy.votes.max(1))
    });
    if met { Verdict::Approved } else { Verdict::Open }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(n: u8) -> UserId {
        UserId::parse(format!("00000000-0000-4000-8000-0000000000{n:02x}")).unwrap()
    }
    fn group(n: u8) -> GroupId {
        GroupId::parse(format!("11111111-0000-4000-8000-0000000000{n:02x}")).unwrap()
    }
    fn policy(groups: &[u8], votes: u8) -> ApprovalPolicy {
        ApprovalPolicy {
            groups: groups.iter().map(|g| group(*g)).collect(),
            users: vec![],
            votes,
            mail_decision: MailDecision::SignIn,
        }
    }
    fn vote(who: u8, groups: &[u8], decision: Decision) -> Vote {
        Vote { voter: user(who), groups: groups.iter().map(|g| group(*g)).collect(), decision }
    }

    #[test]
    fn votes_are_counted_by_people_who_are_named() {
        use Decision::{Approve, Reject};
        let two = [policy(&[1], 2)];
        let table = [
            (vec![], Verdict::Open),
            (vec![vote(1, &[1], Approve)], Verdict::Open),
            (vec![vote(1, &[1], Approve), vote(1, &[1], Approve)], Verdict::Open),
            (vec![vote(1, &[1], Approve), vote(2, &[2], Approve)], Verdict::Open),
            (vec![vote(1, &[1], Approve), vote(2, &[1, 2], Approve)], Verdict::Approved),
            (vec![vote(1, &[1], Approve), vote(2, &[1], Reject)], Verdict::Rejected),
        ];
        for (votes, expected) in table {
            assert_eq!(verdict(&two, &votes), expected, "{votes:?}");
        }
    }

    #[test]
    fn every_policy_needs_its_own_votes() {
        let needs = [policy(&[1], 1), policy(&[2], 1)];
        assert_eq!(verdict(&needs, &[vote(1, &[1], Decision::Approve)]), Verdict::Open);
        assert_eq!(verdict(&needs, &[vote(1, &[1, 2], Decision::Approve)]), Verdict::Approved);
    }

    #[test]
    fn a_policy_always_needs_a_person() {
        assert_eq!(verdict(&[], &[]), Verdict::Approved, "without any policy there is nobody to wait for");
        assert_eq!(verdict(&[policy(&[], 0)], &[]), Verdict::Open);
    }
}
