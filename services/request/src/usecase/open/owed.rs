//! What a yes without anybody owes: one look at all the automatic approvals of a request, and one at its break-glass.

use domain::ReviewId;
use domain::rules::{Review as Demand, Way};
use jiff::{SignedDuration, Timestamp};
use judge::PairJudged;
use store::new_id;
use store::requests::Request;
use store::reviews::{Review, Reviewers};

/// The looks that these pairs owe: whoever any of their rules names may look, and the shortest time counts.
pub(super) fn reviews(request: &Request, pairs: &[(i16, &PairJudged)], now: Timestamp) -> Vec<Review> {
    let ways = || pairs.iter().filter_map(|(_, pair)| pair.chosen.as_ref().map(|chosen| &chosen.way));
    let of_kind = |break_glass: bool| -> Vec<&Demand> {
        ways()
            .filter_map(|way| match way {
                Way::Automatic { review } if !break_glass => Some(review),
                Way::BreakGlass { review } if break_glass => Some(review),
                Way::Automatic { .. } | Way::BreakGlass { .. } | Way::People(_) => None,
            })
            .collect()
    };
    [false, true]
        .into_iter()
        .filter_map(|break_glass| {
            let demands = of_kind(break_glass);
            let hours = demands.iter().map(|demand| demand.within_hours).min()?;
            let due_at = now.checked_add(SignedDuration::from_hours(i64::from(hours))).unwrap_or(Timestamp::MAX);
            Some(Review {
                id: ReviewId(new_id()),
                request: request.id,
                break_glass,
                requester: request.requester.clone(),
                beneficiary: request.beneficiary.clone(),
                reviewers: together(&demands),
                opened_at: now,
                due_at,
                done: None,
            })
        })
        .collect()
}

fn together(demands: &[&Demand]) -> Reviewers {
    let mut all = Reviewers::default();
    for Demand { reviewers, .. } in demands {
        all.by_default |= reviewers.is_empty();
        all.named.everyone |= reviewers.everyone;
        add(&mut all.named.groups, &reviewers.groups);
        add(&mut all.named.users, &reviewers.users);
    }
    all
}

fn add<T: Clone + PartialEq>(known: &mut Vec<T>, more: &[T]) {
    for one in more {
        if !known.contains(one) {
            known.push(one.clone());
        }
    }
}
