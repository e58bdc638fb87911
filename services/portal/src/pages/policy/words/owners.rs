//! Whose an account is, in a sentence.

use serde_json::Value;

use super::{part, text, who};
use crate::texts::Texts;

pub(super) fn sentence(entry: &Value, t: Texts) -> String {
    let target = part(entry, "target");
    let id = text(target, "id");
    let place = if text(target, "kind") == "unit" { t.words_below(id) } else { id };
    t.words_owners(place, who(part(entry, "owners"), t))
}
