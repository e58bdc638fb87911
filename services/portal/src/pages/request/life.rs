//! A request's life as a time line.

use client::{Approval, Decision, Grant, Request, Review, Vote};
use jiff::Timestamp;

use crate::look::Look;
use crate::pages::words;
use crate::parts::{Event, Mark, Moment, PairPart, duration};
use crate::texts::Texts;

/// Everything that happened and what is still to come, the oldest first.
pub(super) fn life(request: &Request, parts: &[PairPart], look: &Look) -> Vec<Event> {
    let t = look.t;
    let mut line = Line { look, events: Vec::new() };
    let who = &request.requester.name;
    let begun = if request.break_glass.is_some() { t.taken_by(who) } else { t.asked_for_it(who) };
    line.add(Some(request.submitted_at), Mark::Plain, begun, None);
    for vote in request.approvals.iter().flat_map(|approval: &Approval| &approval.votes) {
        let (mark, what) = voted(vote, t);
        line.add(vote.voted_at, mark, what, vote.comment.clone());
    }
    for said in &request.comments {
        let name = &said.author.name;
        let what = if said.question { t.asked_question(name) } else { t.commented(name) };
        line.add(Some(said.said_at), Mark::Plain, what, Some(said.text.clone()));
    }
    for review in &request.reviews {
        line.review(review);
    }
    if request.state == "pending" {
        line.add(Some(request.decide_by), Mark::ToCome, t.will_time_out().to_owned(), None);
    } else if let Some((mark, what)) = concluded(request, t) {
        line.add(request.decided_at, mark, what.to_owned(), None);
    }
    for grant in &request.grants {
        line.grant(grant, several(grant, request, parts));
    }
    line.events.sort_by_key(|event| event.at);
    line.events
}

/// What an access is to, where a request has several.
fn several(grant: &Grant, request: &Request, parts: &[PairPart]) -> Option<PairPart> {
    let place =
        request.items.iter().position(|i| i.account == grant.account && i.permission_set == grant.permission_set)?;
    parts.get(place).filter(|_| parts.len() > 1).cloned()
}

fn voted(vote: &Vote, t: Texts) -> (Mark, String) {
    let (mark, mut what) = match vote.decision {
        Decision::Approve => (Mark::Good, t.said_yes(&vote.voter.name)),
        Decision::Reject => (Mark::Bad, t.said_no(&vote.voter.name)),
    };
    let more = [
        vote.stands_for.as_ref().map(|person| t.for_somebody(&person.name)),
        vote.minutes.map(|minutes| t.narrowed_to(duration(minutes, t))),
        vote.channel.as_deref().filter(|channel| *channel == "link_alone").map(|_| t.by_link_alone().to_owned()),
    ];
    for part in more.into_iter().flatten() {
        what = format!("{what}, {part}");
    }
    (mark, what)
}

fn concluded(request: &Request, t: Texts) -> Option<(Mark, &'static str)> {
    Some(match request.state.as_str() {
        "approved" if request.break_glass.is_some() => return None,
        "approved" if request.approvals.is_empty() => (Mark::Good, t.was_approved_by_rule()),
        "approved" => (Mark::Good, t.was_approved()),
        "rejected" => (Mark::Bad, t.was_rejected()),
        "cancelled" => (Mark::Plain, t.was_cancelled()),
        "timed_out" => (Mark::Bad, t.was_timed_out()),
        _ => return None,
    })
}

struct Line<'a> {
    look: &'a Look,
    events: Vec<Event>,
}

impl Line<'_> {
    fn add(&mut self, at: Option<Timestamp>, mark: Mark, what: String, said: Option<String>) {
        if let Some(at) = at {
            self.events.push(Event { at, when: Moment::new(at, self.look), mark, what, said });
        }
    }

    fn review(&mut self, review: &Review) {
        let t = self.look.t;
        match &review.done {
            None => self.add(Some(review.due_at), Mark::ToCome, t.review_due().to_owned(), None),
            Some(seen) => {
                let name = &seen.reviewer.name;
                let (mark, what) =
                    if seen.concern { (Mark::Bad, t.review_raised(name)) } else { (Mark::Good, t.review_passed(name)) };
                self.add(seen.at, mark, what, seen.comment.clone());
            }
        }
    }

    fn grant(&mut self, grant: &Grant, pair: Option<PairPart>) {
        let t = self.look.t;
        let about = pair.map(|pair| pair.plain(t));
        let start = grant.start_at.filter(|_| grant.state == "scheduled");
        self.add(start, Mark::ToCome, t.is_scheduled().to_owned(), about.clone());
        self.add(grant.active_at, Mark::Good, t.became_active().to_owned(), about.clone());
        self.add(grant.vanished_at, Mark::Bad, t.has_vanished().to_owned(), about.clone());
        let deadline = grant.deadline_at.filter(|_| grant.state == "active");
        self.add(deadline, Mark::ToCome, t.will_end().to_owned(), about.clone());
        let why = words::end_reason(grant.reason.as_deref().unwrap_or_default(), t);
        let mark = if grant.reason.as_deref() == Some("failed") { Mark::Bad } else { Mark::Plain };
        self.add(grant.ended_at, mark, t.has_ended(why), about);
    }
}
