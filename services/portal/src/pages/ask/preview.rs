//! What would happen if it were asked for: who decides, for how long at most, and why or why not.

use askama::Template;
use askama::filters::HtmlSafe;
use client::{ApprovalExplanation, Explanation, Need, Pair, PairExplanation, Question, Stage};

use super::draft::{Draft, minutes_of};
use crate::look::Look;
use crate::pages::visit::SignedIn;
use crate::pages::{problems, reasons, terms, words};
use crate::parts::{Notice, PairPart, Tone, duration};
use crate::places::Places;
use crate::texts::Texts;

/// No rule demands a longer reason.
const LONG_ENOUGH: usize = 200;

/// What would happen.
#[derive(Template)]
#[template(path = "preview.html")]
pub(super) struct Preview {
    t: Texts,
    /// Whether nothing is chosen.
    empty: bool,
    error: Option<Notice>,
    refused: Option<Notice>,
    automatic: bool,
    pairs: Vec<Told>,
    approvals: Vec<Asks>,
    break_glass: Vec<(String, String, String)>,
    /// The longest that all of it may last.
    pub longest: Option<i64>,
    names: Vec<(Pair, PairPart)>,
}

/// What the rules say about a pair.
struct Told {
    what: PairPart,
    allowed: bool,
    longest: Option<String>,
    because: Option<String>,
    trace: Vec<(bool, String, String)>,
}

/// Who would be asked.
struct Asks {
    who: Vec<String>,
    stages: Vec<String>,
    possible: bool,
}

impl HtmlSafe for Preview {}

impl Preview {
    const fn none(t: Texts) -> Self {
        Self {
            t,
            empty: true,
            error: None,
            refused: None,
            automatic: false,
            pairs: Vec::new(),
            approvals: Vec::new(),
            break_glass: Vec::new(),
            longest: None,
            names: Vec::new(),
        }
    }

    pub(super) async fn of(me: &SignedIn, draft: &Draft, places: &Places) -> Self {
        let t = me.t();
        if draft.pairs.is_empty() {
            return Self::none(t);
        }
        let written = draft.duration().and_then(minutes_of);
        let proposed = me.limits.default_minutes;
        let mut explained = me.api.explain(&question(me, draft, written.unwrap_or(proposed))).await;
        if let Ok(first) = &explained
            && written.is_none()
            && let Some(most) = longest(first).filter(|most| *most < proposed)
        {
            // Nobody has said how long: what is proposed is no longer than it can be.
            explained = me.api.explain(&question(me, draft, most)).await;
        }
        match explained {
            Ok(explanation) => Self::told(&explanation, places, me.look()),
            Err(error) => {
                let error = Some(Notice::new(Tone::Care, me.why(&error)));
                Self { empty: false, error, ..Self::none(t) }
            }
        }
    }

    fn told(explanation: &Explanation, places: &Places, look: &Look) -> Self {
        let t = look.t;
        let longest = longest(explanation);
        let named = |pair: &PairExplanation| {
            let account = (pair.account.as_str(), pair.account_name.as_str());
            let set = (pair.permission_set.as_str(), pair.permission_set_name.as_str());
            words::part(account, set, places, t)
        };
        let key = |pair: &PairExplanation| Pair {
            account: pair.account.clone(),
            permission_set: pair.permission_set.clone(),
        };
        let told = |pair: &PairExplanation| Told {
            what: named(pair),
            allowed: pair.allowed,
            longest: pair.longest_minutes.map(|m| t.preview_longest(duration(m, t))),
            because: pair
                .longest_why
                .as_ref()
                .and_then(|why| terms::longest(why, t))
                .or_else(|| pair.longest_because.clone()),
            trace: pair
                .trace
                .iter()
                .map(|said| (said.allows, said.name.clone(), reasons::because(said, look)))
                .collect(),
        };
        let refused = explanation.refused.clone().filter(|_| !explanation.allowed);
        Self {
            t,
            empty: false,
            error: None,
            refused: refused.map(|why| {
                // Why a pair is not allowed is told rule by rule below.
                let told_below = explanation.pairs.iter().any(|pair| !pair.allowed && !pair.trace.is_empty());
                let why = problems::of_slug(explanation.refused_as.as_deref(), &why, t);
                let text =
                    if told_below { t.preview_refused().to_owned() } else { format!("{} {why}", t.preview_refused()) };
                Notice::new(Tone::Care, text)
            }),
            automatic: explanation.allowed && explanation.automatic,
            names: explanation.pairs.iter().map(|pair| (key(pair), named(pair))).collect(),
            pairs: explanation.pairs.iter().map(told).collect(),
            approvals: explanation.approvals.iter().map(|approval| asks(approval, t)).collect(),
            break_glass: explanation
                .break_glass
                .iter()
                .map(|offer| {
                    let text = t.take_break_glass_text(duration(offer.max_minutes, t));
                    (offer.rule.to_string(), t.take_break_glass(&offer.name), text)
                })
                .collect(),
            longest,
        }
    }

    /// A chosen pair by name.
    pub(super) fn named(&self, pair: &Pair, places: &Places, t: Texts) -> PairPart {
        let known = self.names.iter().find(|(key, _)| key == pair).map(|(_, part)| part.clone());
        known.unwrap_or_else(|| words::part((&pair.account, ""), (&pair.permission_set, ""), places, t))
    }
}

/// How long all of it may last.
fn longest(explanation: &Explanation) -> Option<i64> {
    explanation.pairs.iter().filter_map(|pair| pair.longest_minutes).min()
}

/// The question as it would be asked. A reason that is still being written counts as one that is long enough: what it
/// lacks is said beside its field, and without one nothing of what was typed would be looked at.
fn question(me: &SignedIn, draft: &Draft, minutes: i64) -> Question {
    let text = |text: &str| Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned);
    let reason = format!("{:·<1$}", draft.reason.trim(), me.limits.min_reason.max(LONG_ENOUGH));
    Question {
        pairs: draft.pairs.clone(),
        minutes: Some(minutes).filter(|minutes| *minutes > 0),
        start_at: draft.start_at(&me.look().zone).ok().flatten(),
        ticket: text(&draft.ticket),
        severity: text(&draft.severity),
        reason: Some(reason),
        beneficiary: text(&draft.beneficiary),
        ..Question::default()
    }
}

fn asks(approval: &ApprovalExplanation, t: Texts) -> Asks {
    let people = &approval.asks;
    let mut who: Vec<String> = people.groups.iter().map(|group| t.preview_group(&group.name)).collect();
    who.extend(people.users.iter().map(|person| person.name.clone()));
    who.extend(people.on_duty.iter().map(|person| t.preview_on_duty(&person.name)));
    if people.on_duty.is_empty() && people.schedules > 0 {
        who.push(t.preview_schedule().to_owned());
    }
    Asks { who, stages: approval.needs.iter().map(|need| stages(need, t)).collect(), possible: approval.possible }
}

/// A policy in a line: who must agree, stage by stage.
pub(in crate::pages) fn stages(need: &Need, t: Texts) -> String {
    let one = |stage: &Stage| {
        let mut who: Vec<String> = stage.groups.iter().map(|group| t.preview_group(&group.name)).collect();
        who.extend(stage.users.iter().map(|person| person.name.clone()));
        if stage.manager {
            who.push(t.preview_manager().to_owned());
        }
        if stage.owners {
            who.push(t.preview_owners().to_owned());
        }
        if !stage.on_call.is_empty() {
            who.push(t.preview_schedule().to_owned());
        }
        format!("{} ({})", t.preview_needs(stage.votes), who.join(", "))
    };
    let then = format!(", {} ", t.preview_then());
    need.stages.iter().map(one).collect::<Vec<_>>().join(&then)
}
