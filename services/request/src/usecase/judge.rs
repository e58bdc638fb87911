//! What the rules say about some pairs, asked of the one function in `domain`. Submitting, extending and
//! explaining all come through here, so that the answer before asking is the answer when asking.

use std::collections::{BTreeMap, BTreeSet};

use domain::approval::ApprovalPolicy;
use domain::rules::{Approval, Ask, Chosen, Judged, evaluate};
use domain::{AccountId, Minutes, Pair, PermissionSetArn, RuleId, UserId};
use serde::{Deserialize, Serialize};
use store::directory::{self, Account, PermissionSet, Person};
use store::{Tx, rules};

use super::Refusal;

/// The most pairs of one request.
const PAIRS_MOST: usize = 50;

/// A pair with its names and what the rules said.
#[derive(Debug, Clone)]
pub struct PairJudged {
    /// Which.
    pub pair: Pair,
    /// The account's name.
    pub account_name: String,
    /// The permission set's name.
    pub permission_set_name: String,
    /// The rule that was taken, if one allows it.
    pub chosen: Option<Chosen>,
    /// What each rule said.
    pub trace: Vec<Judged>,
}

/// What is kept of it with the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PairTrace {
    /// Which pair.
    pub pair: Pair,
    /// The rule that was taken.
    pub rule: Option<RuleId>,
    /// What each rule said.
    pub rules: Vec<Judged>,
}

impl PairJudged {
    /// What is kept of it.
    #[must_use]
    pub fn trace(&self) -> PairTrace {
        PairTrace { pair: self.pair.clone(), rule: self.chosen.as_ref().map(|c| c.rule), rules: self.trace.clone() }
    }
}

/// Judges the pairs for somebody. `minutes` is the whole of it, the part already had included; `None` asks what
/// is possible at all.
///
/// # Errors
/// When a pair is not one, or the person is not there. A pair that no rule allows is an answer, not an error.
pub async fn judge(
    tx: &mut Tx,
    beneficiary: &UserId,
    pairs: &[Pair],
    minutes: Option<Minutes>,
    has_ticket: bool,
) -> Result<Vec<PairJudged>, Refusal> {
    let sound = pairs_are_sound(pairs);
    let person = person(tx, beneficiary).await?;
    sound?;
    let account_ids: BTreeSet<AccountId> = pairs.iter().map(|p| p.account.clone()).collect();
    let account_ids: Vec<AccountId> = account_ids.into_iter().collect();
    let (accounts, management) = directory::accounts_and_management(tx.connection(), &account_ids).await?;
    let arns: BTreeSet<PermissionSetArn> = pairs.iter().map(|p| p.permission_set.clone()).collect();
    let arns: Vec<PermissionSetArn> = arns.into_iter().collect();
    let sets = directory::permission_sets(tx.connection(), &arns).await?;
    let accounts: BTreeMap<&AccountId, &Account> = accounts.iter().map(|a| (&a.id, a)).collect();
    let sets: BTreeMap<&PermissionSetArn, &PermissionSet> = sets.iter().map(|s| (&s.arn, s)).collect();
    let rules = rules::all(tx.connection()).await?;
    let groups = person.group_ids();
    pairs
        .iter()
        .map(|pair| {
            let account = accounts.get(&pair.account).ok_or_else(|| Refusal::UnknownAccount(pair.account.clone()))?;
            if !account.active {
                return Err(Refusal::InactiveAccount(pair.account.clone()));
            }
            let set = sets.get(&pair.permission_set);
            let set = set.ok_or_else(|| Refusal::UnknownPermissionSet(pair.permission_set.clone()))?;
            let ask = Ask {
                user: beneficiary,
                groups: &groups,
                pair,
                minutes,
                has_ticket,
                management_account: management.as_ref(),
            };
            let answer = evaluate(&rules, &ask);
            Ok(PairJudged {
                pair: pair.clone(),
                account_name: account.name.clone(),
                permission_set_name: set.name.clone(),
                chosen: answer.chosen,
                trace: answer.trace,
            })
        })
        .collect()
}

fn pairs_are_sound(pairs: &[Pair]) -> Result<(), Refusal> {
    match pairs.len() {
        0 => return Err(Refusal::NoPairs),
        found if found > PAIRS_MOST => return Err(Refusal::TooManyPairs { found, most: PAIRS_MOST }),
        _ => {}
    }
    let mut seen = BTreeSet::new();
    match pairs.iter().find(|pair| !seen.insert(*pair)) {
        Some(pair) => Err(Refusal::DuplicatePair { pair: pair.clone() }),
        None => Ok(()),
    }
}

async fn person(tx: &mut Tx, id: &UserId) -> Result<Person, Refusal> {
    match directory::person(tx.connection(), id).await? {
        Some(person) if person.active => Ok(person),
        Some(_) => Err(Refusal::UserDisabled(id.clone())),
        None => Err(Refusal::UnknownBeneficiary(id.clone())),
    }
}

/// Whether there are enough people to meet a policy.
#[derive(Debug, Clone)]
pub struct Decider {
    /// The policy.
    pub policy: ApprovalPolicy,
    /// How many active people it names, without those who may not decide.
    pub people: i64,
}

impl Decider {
    /// How many of them must agree.
    #[must_use]
    pub fn needed(&self) -> i64 {
        i64::from(self.policy.votes.max(1))
    }

    /// Whether there are that many.
    #[must_use]
    pub fn can(&self) -> bool {
        self.people >= self.needed()
    }
}

/// The different policies that these pairs need, each with the people who could decide about this person's asking.
///
/// # Errors
/// When Postgres is away.
pub async fn deciders(tx: &mut Tx, asker: &UserId, judged: &[PairJudged]) -> Result<Vec<Decider>, Refusal> {
    let mut policies: Vec<&ApprovalPolicy> = Vec::new();
    for chosen in judged.iter().filter_map(|j| j.chosen.as_ref()) {
        match &chosen.approval {
            Approval::Policy(policy) if !policies.contains(&policy) => policies.push(policy),
            Approval::Policy(_) | Approval::Automatic => {}
        }
    }
    let without = std::slice::from_ref(asker);
    let mut deciders = Vec::with_capacity(policies.len());
    for policy in policies {
        let people = directory::approver_count(tx.connection(), &policy.groups, &policy.users, without).await?;
        deciders.push(Decider { policy: policy.clone(), people });
    }
    Ok(deciders)
}

/// The answer before asking: each pair with what the rules say, and who would decide.
///
/// # Errors
/// As [`judge`].
pub async fn explain(
    tx: &mut Tx,
    asker: &UserId,
    pairs: &[Pair],
    minutes: Option<Minutes>,
    has_ticket: bool,
) -> Result<(Vec<PairJudged>, Vec<Decider>), Refusal> {
    let judged = judge(tx, asker, pairs, minutes, has_ticket).await?;
    let deciders = deciders(tx, asker, &judged).await?;
    Ok((judged, deciders))
}
