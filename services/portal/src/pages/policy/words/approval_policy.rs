//! An approval policy in a line.

use serde_json::Value;

use super::{part, stages};
use crate::texts::Texts;

pub(super) fn sentence(entry: &Value, t: Texts) -> String {
    stages(part(entry, "policy"), t)
}
