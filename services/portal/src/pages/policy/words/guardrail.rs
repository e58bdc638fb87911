//! A guardrail in a sentence.

use serde_json::Value;

use super::{decision, is, part, place, sets, text, who};
use crate::texts::Texts;

pub(super) fn sentence(entry: &Value, t: Texts) -> String {
    let effect = part(entry, "effect");
    let who = who(part(entry, "subjects"), t);
    let what = sets(part(entry, "permission_sets"), t);
    let place = place(part(entry, "accounts"), t);
    match text(effect, "kind").as_str() {
        "deny" if is(effect, "spares_break_glass") => {
            format!("{} {}", t.words_deny(who, what, place), t.words_spares())
        }
        "deny" => t.words_deny(who, what, place),
        "cap" => t.words_cap(who, what, place, text(effect, "concurrent")),
        _ => t.words_floor(who, what, place, decision(part(effect, "policy"), t)),
    }
}
