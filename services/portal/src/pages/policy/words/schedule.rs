//! A schedule in a sentence or two.

use serde_json::Value;

use super::{part, some, texts};
use crate::texts::Texts;

pub(super) fn sentence(entry: &Value, t: Texts) -> String {
    let rotation = part(entry, "rotation");
    let hours = part(rotation, "hours").as_i64().unwrap_or_default();
    let turns =
        rotation.is_object().then(|| t.words_rotation(hours, some(&texts(rotation, "users"), t.words_nobody(), t)));
    let shifts = part(entry, "shifts").as_array().map_or(0, Vec::len);
    let single = (shifts > 0).then(|| t.words_shifts(shifts));
    turns.into_iter().chain(single).collect::<Vec<_>>().join(" ")
}
