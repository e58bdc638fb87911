//! A freeze in two sentences.

use serde_json::Value;

use super::{part, place, sets, text};
use crate::look::Look;

pub(super) fn sentence(entry: &Value, look: &Look) -> String {
    let t = look.t;
    let day = |name: &str| {
        let text = text(entry, name);
        let at = text.parse::<jiff::Timestamp>().ok();
        at.map_or(text, |at| at.to_zoned(look.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string())
    };
    let when = t.words_from_until(day("from"), day("until"));
    format!("{when} {}", t.words_freeze(sets(part(entry, "permission_sets"), t), place(part(entry, "accounts"), t)))
}
