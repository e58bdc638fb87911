//! A rule in a sentence.

use serde_json::Value;

use super::{decision, part, place, sets, who};
use crate::parts::duration;
use crate::texts::Texts;

pub(super) fn sentence(entry: &Value, t: Texts) -> String {
    let longest = duration(part(entry, "max_minutes").as_i64().unwrap_or_default(), t);
    t.words_rule(
        who(part(entry, "subjects"), t),
        sets(part(entry, "permission_sets"), t),
        place(part(entry, "accounts"), t),
        longest,
        decision(part(entry, "approval"), t),
    )
}
