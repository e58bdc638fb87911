//! A schedule in a sentence or two.

use serde_json::Value;

use super::{part, some, text, texts};
use crate::texts::Texts;

pub(super) fn sentence(entry: &Value, t: Texts) -> String {
    let rotation = part(entry, "rotation");
    let turns = rotation
        .is_object()
        .then(|| t.words_rotation(some(&texts(rotation, "users"), t.words_nobody(), t), text(rotation, "hours")));
    let shifts = part(entry, "shifts").as_array().map_or(0, Vec::len);
    let single = (shifts > 0).then(|| t.words_shifts(shifts));
    turns.into_iter().chain(single).collect::<Vec<_>>().join(" ")
}
