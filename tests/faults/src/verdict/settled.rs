//! In the end everything is quiet: nothing of ours stands, no work and no lease is left, and every fact that was committed
//! is in the trail, and in the outbox where others shall hear of it, once.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::Case;
use crate::house::House;

pub async fn check(case: &Case<'_>, house: &House) -> Vec<String> {
    let mut broken = Vec::new();
    for span in case.intervals.iter().filter(|span| span.is_ours && span.until.is_none()) {
        broken.push(format!("stands in the end: {span:?}"));
    }
    for life in case.lives.values().filter(|life| life.ended.is_none()) {
        broken.push(format!("never ended: {life:?}"));
    }
    broken.extend(house.db.unfinished().await.into_iter().map(|row| format!("left undone: {row}")));
    let told = |published: bool| {
        let facts = case.told.iter().filter(move |told| !published || told.occurred.fact.is_published());
        count(facts.map(|told| told.occurred.id.0))
    };
    for (name, kept, told) in [
        ("outbox", count(house.db.ids("outbox").await), told(true)),
        ("trail_entries", count(house.db.ids("trail_entries").await), told(false)),
    ] {
        if kept != told {
            broken.push(format!("{name} holds {} facts of {} that were committed", kept.len(), told.len()));
        }
    }
    broken
}

fn count(ids: impl IntoIterator<Item = Uuid>) -> BTreeMap<Uuid, usize> {
    let mut counts = BTreeMap::new();
    for id in ids {
        *counts.entry(id).or_default() += 1;
    }
    counts
}
