//! The answer before asking: what the rules say about each pair, who would be asked, and how long it could be.

use domain::rules::Rule;
use domain::{Minutes, RuleId};
use jiff::Timestamp;
use judge::{Judge, Opening, PairJudged, Proposal};
use runtime::settings::Requests as Limits;
use serde::Serialize;
use store::{PgConnection, reviews};
use utoipa::ToSchema;

use super::bundles::{Bundle, bundles};
use super::prepare::about;
use super::refusal::{Objection, Refusal, is_known, pairs_are_sound};

/// What would happen.
#[derive(Debug)]
pub struct Explained {
    /// Each pair.
    pub pairs: Vec<PairExplained>,
    /// Each approval that would be opened, with whom it would ask.
    pub approvals: Vec<(Bundle, Opening)>,
    /// The rules by which all of it could be asked for as break-glass.
    pub break_glass: Vec<(RuleId, String, Minutes)>,
    /// Why all of it would be refused, whatever the rules say about each pair.
    pub refused: Option<Refusal>,
}

/// What would happen to one pair.
#[derive(Debug)]
pub struct PairExplained {
    /// What the rules say.
    pub judged: PairJudged,
    /// The longest access from this start by any rule, and why it is no longer.
    pub longest: Option<(u32, LongestWhy)>,
}

/// Why an access can be no longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum LongestWhy {
    /// Nobody may have more.
    Everybody {
        /// Minutes.
        most: u32,
    },
    /// The rule that allows the most allows no more.
    Rule {
        /// Its name.
        name: String,
        /// Minutes.
        most: u32,
    },
    /// It would allow more, but its hours, the end of its validity or the next freeze come earlier.
    Earlier {
        /// Its name.
        name: String,
        /// Minutes.
        most: u32,
    },
    /// No rule says more.
    NoRule,
}

impl std::fmt::Display for LongestWhy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Everybody { most } => write!(f, "nobody may have more than {most} minutes"),
            Self::Rule { name, most } => write!(f, "{name} allows at most {most} minutes"),
            Self::Earlier { name, most } => write!(
                f,
                "{name} allows at most {most} minutes, but its hours, the end of its validity or the next freeze come earlier"
            ),
            Self::NoRule => f.write_str("no rule says more"),
        }
    }
}

/// Explains a proposal. Nothing is written.
///
/// # Errors
/// When it cannot be judged: somebody or something is not there.
pub async fn explain(
    judge: &Judge,
    connection: &mut PgConnection,
    limits: &Limits,
    proposal: &Proposal,
    now: Timestamp,
) -> Result<Explained, Refusal> {
    pairs_are_sound(&proposal.pairs)?;
    let Proposal { asker, beneficiary, pairs, typed, .. } = proposal;
    if let Some(typed) = typed {
        is_known(limits, &typed.severity)?;
    }
    let ticket = typed.as_ref().and_then(|typed| typed.ticket.as_deref());
    let heard = judge.hear(connection, asker, beneficiary, pairs, ticket, now).await?;
    let answer = judge.judge(connection, proposal, &heard, now).await?;
    // How long it could be is a question without a length.
    let open_ended = Proposal { typed: None, ..proposal.clone() };
    let at_most = judge.judge(connection, &open_ended, &heard, now).await?;
    let mut approvals = Vec::new();
    let mut refused = None;
    for bundle in bundles(&answer.pairs) {
        let opening =
            judge.opening(connection, &answer.book, &about(proposal, &bundle.accounts), &bundle.needs, now).await?;
        if !opening.shortages.is_empty() {
            refused = Some(Refusal::NobodyCanApprove(opening.shortages.clone()));
        }
        approvals.push((bundle, opening));
    }
    let objections: Vec<Objection> = answer.pairs.iter().filter(|p| p.chosen.is_none()).map(Objection::about).collect();
    if !objections.is_empty() {
        refused = Some(Refusal::NotEligible { objections, instead: Vec::new() });
    }
    if proposal.break_glass.is_some()
        && let Some(review) = reviews::overdue_of(connection, beneficiary, now).await?
    {
        refused = Some(Refusal::ReviewOverdue { request: review.request, due_at: review.due_at });
    }
    let break_glass = answer.break_glass(proposal, now);
    let break_glass = break_glass.into_iter().map(|r| (r.id, r.spec.name.clone(), r.spec.max_minutes)).collect();
    let rules: Vec<&Rule> = answer.book.rules().collect();
    let pairs = answer
        .pairs
        .iter()
        .zip(&at_most.pairs)
        .map(|(judged, at_most)| PairExplained {
            judged: judged.clone(),
            longest: at_most
                .longest
                .map(|longest| (longest.get().min(limits.max_minutes), why(at_most, &rules, limits))),
        })
        .collect();
    Ok(Explained { pairs, approvals, break_glass, refused })
}

/// Why an access by any of the rules that allow it can be no longer than the longest.
fn why(judged: &PairJudged, rules: &[&Rule], limits: &Limits) -> LongestWhy {
    let longest = judged.longest.map_or(0, Minutes::get);
    if longest > limits.max_minutes {
        return LongestWhy::Everybody { most: limits.max_minutes };
    }
    let allowing = judged.trace.iter().filter(|said| said.allows);
    let mut widest: Vec<&Rule> =
        allowing.filter_map(|said| rules.iter().find(|rule| rule.id.uuid() == said.id).copied()).collect();
    widest.sort_by_key(|rule| std::cmp::Reverse(rule.spec.max_minutes));
    match widest.first() {
        Some(rule) if rule.spec.max_minutes.get() <= longest => {
            LongestWhy::Rule { name: rule.spec.name.clone(), most: longest }
        }
        Some(rule) => LongestWhy::Earlier { name: rule.spec.name.clone(), most: rule.spec.max_minutes.get() },
        None => LongestWhy::NoRule,
    }
}
