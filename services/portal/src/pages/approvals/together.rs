//! `/approvals/together`: requests of the same person that the same policy decides about, decided with one confirmation
//! that names each. Each is decided by a call of its own, and what became of each is told.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Form, Query};
use askama::Template;
use client::{ClientError, Decision, Outcome, Pair, Waiting, Word};
use serde::Deserialize;
use uuid::Uuid;

use crate::look::Look;
use crate::pages::frame::{Frame, page, see};
use crate::pages::visit::{SignedIn, Visit, answer};
use crate::pages::{problems, words};
use crate::parts::{Moment, Notice, PairPart, Status, Tone, duration};
use crate::places::Places;
use crate::texts::Texts;

/// What the form is about.
const WHAT: &str = "decide together";
/// So many are decided together at most.
const MOST: usize = 50;
/// So many pages of the queue are looked through.
const PAGES: usize = 20;

/// What must be the same: who asked, and what demands the decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kind {
    requester: String,
    /// By name, and whether it has one of its own.
    policies: Vec<(String, bool)>,
}

impl Kind {
    /// None is decided by itself: what nothing is known to demand, and here is the place for a decision that needs more
    /// than a signed-in click.
    pub(super) fn of(waiting: &Waiting) -> Option<Self> {
        // A policy is known by its name; one that is written into a rule by the rule's.
        let name = |need: &client::WaitingNeed| match &need.policy {
            Some(named) => (named.clone(), true),
            None => (need.because.clone(), false),
        };
        let mut policies: Vec<(String, bool)> = waiting.needs.iter().map(name).collect();
        policies.sort_unstable();
        policies.dedup();
        let requester = waiting.requester.id.clone();
        (!policies.is_empty()).then_some(Self { requester, policies })
    }
}

/// What is decided together, each request once.
pub(super) struct Together {
    kind: Kind,
    pub requests: Vec<Waiting>,
}

impl Together {
    /// All that belong together, where there is more than one.
    pub(super) fn groups(queue: &[Waiting]) -> Vec<Self> {
        let mut groups: Vec<Self> = Vec::new();
        for waiting in queue {
            let Some(kind) = Kind::of(waiting) else { continue };
            match groups.iter_mut().find(|group| group.kind == kind) {
                Some(group) => group.take(waiting),
                None => groups.push(Self { kind, requests: vec![waiting.clone()] }),
            }
        }
        groups.retain(|group| group.requests.len() > 1);
        groups
    }

    fn take(&mut self, waiting: &Waiting) {
        if let Some(known) = self.requests.iter_mut().find(|known| known.request == waiting.request) {
            known.items.extend(waiting.items.iter().cloned());
        } else if self.requests.len() < MOST {
            self.requests.push(waiting.clone());
        }
    }

    /// What demands the decision.
    pub(super) fn because(&self) -> String {
        self.kind.policies.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// Who asked.
    pub(super) fn who(&self) -> String {
        self.requests.first().map(|first| first.requester.name.clone()).unwrap_or_default()
    }

    /// Where they are decided.
    pub(super) fn place(&self) -> String {
        let first = self.requests.first().map(|first| first.request).unwrap_or_default();
        format!("/approvals/together?with={first}")
    }
}

#[derive(Template)]
#[template(path = "together.html")]
struct Confirmation {
    frame: Frame,
    t: Texts,
    code: String,
    title: String,
    text: String,
    rows: Vec<Row>,
}

/// One of them, to be ticked.
struct Row {
    id: Uuid,
    version: i64,
    page: String,
    who: Option<String>,
    what: Vec<PairPart>,
    severity: Option<Status>,
    duration: String,
    from: Option<Moment>,
    reason: String,
    ticket: Option<String>,
    exposure: Option<String>,
}

#[derive(Template)]
#[template(path = "together_done.html")]
struct Done {
    frame: Frame,
    t: Texts,
    title: String,
    notice: Notice,
    rows: Vec<DoneRow>,
}

/// What became of one of them.
struct DoneRow {
    page: String,
    what: Vec<PairPart>,
    good: bool,
    state: String,
    text: String,
}

#[derive(Deserialize)]
pub(in crate::pages) struct With {
    with: Uuid,
}

/// `GET /approvals/together?with=ID`: everything that belongs together with this request.
pub(in crate::pages) async fn show(visit: Visit, with: Query<With>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        let queue = queue(&me).await.map_err(|error| me.refused(me.t().nothing_to_decide(), &error))?;
        let found = Together::groups(&queue)
            .into_iter()
            .find(|group| group.requests.iter().any(|waiting| waiting.request == with.with));
        // Where others have decided meanwhile, what is left is shown by itself.
        let Some(group) = found else { return Ok(see(&format!("/requests/{}", with.with))) };
        let places = me.site().atlas.places(&me.api).await;
        let t = me.t();
        let confirmation = Confirmation {
            frame: me.frame(),
            t,
            code: me.code(WHAT)?,
            title: t.together_title(group.who()),
            text: t.together_text(group.because()),
            rows: group.requests.iter().map(|waiting| row(&me, waiting, &places)).collect(),
        };
        Ok(page(StatusCode::OK, &confirmation))
    })
    .await
}

fn row(me: &SignedIn, waiting: &Waiting, places: &Places) -> Row {
    let (t, look) = (me.t(), me.look());
    let minutes = duration(waiting.minutes, t);
    let what: Vec<PairPart> = waiting.items.iter().map(|item| words::pair(item, places, t)).collect();
    let lives = waiting.items.iter().filter_map(|item| item.session_minutes).max();
    Row {
        id: waiting.request,
        version: waiting.version,
        page: format!("/requests/{}", waiting.request),
        who: (waiting.requester.id != waiting.beneficiary.id).then(|| t.for_person(&waiting.beneficiary.name)),
        what,
        severity: Status::severity(&waiting.severity, t),
        exposure: lives.map(|lives| t.exposure(&minutes, duration(lives, t))),
        duration: if waiting.extends.is_some() { t.more_time(minutes) } else { minutes },
        from: waiting.start_at.map(|at| Moment::new(at, look)),
        reason: waiting.reason.clone(),
        ticket: waiting.ticket.clone(),
    }
}

/// What was said: the decision, and about which requests, each in the version that was seen.
struct Said {
    code: String,
    decision: Option<Decision>,
    comment: Option<String>,
    chosen: Vec<(Uuid, i64)>,
}

impl Said {
    fn of(fields: &[(String, String)]) -> Self {
        let field = |wanted: &str| fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.trim());
        let one = |text: &str| {
            let (request, version) = text.split_once(' ')?;
            Some((request.parse().ok()?, version.parse().ok()?))
        };
        Self {
            code: field("code").unwrap_or_default().to_owned(),
            decision: match field("decision") {
                Some("approve") => Some(Decision::Approve),
                Some("reject") => Some(Decision::Reject),
                _ => None,
            },
            comment: field("comment").filter(|text| !text.is_empty()).map(str::to_owned),
            chosen: fields.iter().filter(|(name, _)| name == "one").filter_map(|(_, text)| one(text)).collect(),
        }
    }
}

/// `POST /approvals/together`
pub(in crate::pages) async fn decide(visit: Visit, fields: Form<Vec<(String, String)>>) -> HttpResponse {
    answer(async {
        let me = visit.signed_in().await?;
        let said = Said::of(&fields);
        me.checked(WHAT, &said.code)?;
        let t = me.t();
        let wrong = |text: &str| me.notice(StatusCode::UNPROCESSABLE_ENTITY, t.nothing_decided(), text);
        let decision = said.decision.ok_or_else(|| wrong(t.stale_text()))?;
        if said.chosen.is_empty() || said.chosen.len() > MOST {
            return Err(wrong(t.together_none()));
        }
        let queue = queue(&me).await.map_err(|error| me.refused(t.nothing_decided(), &error))?;
        let waiting = |id: Uuid| queue.iter().filter(move |waiting| waiting.request == id);
        let kinds: Vec<Option<Kind>> =
            said.chosen.iter().filter_map(|(id, _)| waiting(*id).next()).map(Kind::of).collect();
        if kinds.windows(2).any(|two| two.first() != two.last()) || kinds.iter().any(Option::is_none) {
            return Err(wrong(t.together_differ()));
        }
        let kind = kinds.into_iter().flatten().next();
        let places = me.site().atlas.places(&me.api).await;
        let mut rows = Vec::with_capacity(said.chosen.len());
        let mut gone = false;
        for (id, version) in &said.chosen {
            let items: Vec<&client::Item> =
                waiting(*id).filter(|one| Kind::of(one) == kind).flat_map(|one| &one.items).collect();
            let what = items.iter().map(|item| words::pair(item, &places, t)).collect();
            let told = if items.is_empty() {
                Told::left(t)
            } else if gone {
                Told::not_tried(t)
            } else {
                let word = Word {
                    decision,
                    comment: said.comment.clone(),
                    version: Some(*version),
                    pairs: items.iter().map(|item| pair(item)).collect(),
                    ..Word::default()
                };
                let outcome = me.api.say(*id, &word).await;
                // Whatever does not answer now will not answer for the next one either.
                gone = outcome.as_ref().is_err_and(|error| error.problem().is_none() || error.needs_sign_in());
                Told::of(outcome, me.look())
            };
            rows.push(DoneRow {
                page: format!("/requests/{id}"),
                what,
                good: told.good,
                state: told.state,
                text: told.text,
            });
        }
        let done = rows.iter().filter(|row| row.good).count();
        let title = t.together_done(done, rows.len());
        let tone = if done == rows.len() { Tone::Good } else { Tone::Care };
        let text = if done == rows.len() { t.together_all() } else { t.together_some() };
        Ok(page(StatusCode::OK, &Done { frame: me.frame(), t, title, notice: Notice::new(tone, text), rows }))
    })
    .await
}

fn pair(item: &client::Item) -> Pair {
    Pair { account: item.account.clone(), permission_set: item.permission_set.clone() }
}

/// What is told of one.
struct Told {
    good: bool,
    state: String,
    text: String,
}

impl Told {
    fn left(t: Texts) -> Self {
        Self { good: false, state: t.nothing_decided().to_owned(), text: t.together_left().to_owned() }
    }

    fn not_tried(t: Texts) -> Self {
        Self { good: false, state: t.nothing_decided().to_owned(), text: t.together_not_tried().to_owned() }
    }

    fn of(outcome: Result<Outcome, ClientError>, look: &Look) -> Self {
        let t = look.t;
        match outcome {
            Ok(outcome) => {
                let (state, text) = words::decided(&outcome, t);
                Self { good: true, state: state.to_owned(), text: text.to_owned() }
            }
            // Nobody knows whether what did not answer was heard.
            Err(error) if error.problem().is_none() => {
                Self { good: false, state: t.together_unknown().to_owned(), text: problems::why(&error, look) }
            }
            Err(error) => {
                Self { good: false, state: t.nothing_decided().to_owned(), text: problems::why(&error, look) }
            }
        }
    }
}

/// Everything that waits for the caller.
async fn queue(me: &SignedIn) -> Result<Vec<Waiting>, ClientError> {
    let (mut all, mut cursor) = (Vec::new(), None);
    for _ in 0..PAGES {
        let page = me.api.waiting(cursor.as_deref()).await?;
        all.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn waiting(request: u128, requester: &str, policy: Option<&str>, because: &str) -> Waiting {
        let item = json!({ "account": format!("{request:012}"), "permission_set": "arn:x" });
        let need = json!({ "policy": policy, "because": because });
        let person = json!({ "id": requester, "name": requester });
        let told = json!({ "request": Uuid::from_u128(request), "version": 1, "state": "pending", "requester": person,
            "beneficiary": person, "reason": "because", "ticket": null, "minutes": 30, "start_at": null, "extends": null,
            "submitted_at": "2026-06-01T09:00:00Z", "decide_by": "2026-06-01T12:00:00Z", "items": [item], "needs": [need] });
        serde_json::from_value(told).unwrap()
    }

    #[test]
    fn only_the_same_persons_requests_under_the_same_policy_are_decided_together() {
        let queue = [
            waiting(1, "ann", Some("Two eyes"), "a rule"),
            waiting(2, "ann", Some("Two eyes"), "another rule"),
            waiting(3, "ann", Some("Four eyes"), "a rule"),
            waiting(4, "ben", Some("Two eyes"), "a rule"),
            waiting(5, "ben", None, "a rule"),
            waiting(6, "ben", None, "another rule"),
        ];
        let groups = Together::groups(&queue);
        let ids = |group: &Together| group.requests.iter().map(|one| one.request.as_u128()).collect::<Vec<_>>();
        assert_eq!(groups.iter().map(ids).collect::<Vec<_>>(), [[1, 2]]);
        assert_eq!(groups[0].because(), "Two eyes");
        let mut nothing = waiting(7, "ann", None, "");
        nothing.needs.clear();
        assert!(Kind::of(&nothing).is_none() && Together::groups(&[nothing.clone(), nothing]).is_empty());
    }

    #[test]
    fn a_request_with_two_waiting_parts_is_named_once_with_both() {
        let one = waiting(1, "ann", Some("Two eyes"), "a rule");
        let queue = [one.clone(), one, waiting(2, "ann", Some("Two eyes"), "a rule")];
        let groups = Together::groups(&queue);
        assert_eq!(groups[0].requests.len(), 2);
        assert_eq!(groups[0].requests[0].items.len(), 2);
    }
}
