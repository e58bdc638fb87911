//! How a set of edits is numbered and bounded.

use std::collections::BTreeSet;

use domain::rules::Edit;

use super::{Refused, Why};

/// The most edits of one set: more than any installation has documents that are kept by hand.
const EDITS_MOST: usize = 5_000;

/// The edits with an id for everything that is to be made.
///
/// # Errors
/// When there are none or too many, or two are about the same document.
pub(super) fn numbered(edits: &[Edit]) -> Result<Vec<Edit>, Refused> {
    match edits.len() {
        0 => return Err(Why::NoEdits.into()),
        found if found > EDITS_MOST => return Err(Why::TooManyEdits { found, most: EDITS_MOST }.into()),
        _ => {}
    }
    let edits: Vec<Edit> = edits
        .iter()
        .cloned()
        .map(|edit| match edit {
            Edit::Make { id: None, document } => Edit::Make { id: Some(store::new_id()), document },
            Edit::Make { .. } | Edit::Change { .. } | Edit::Delete { .. } => edit,
        })
        .collect();
    let mut seen = BTreeSet::new();
    for (at, id) in edits.iter().map(Edit::id).enumerate() {
        if let Some(id) = id.filter(|id| !seen.insert(*id)) {
            return Err(Why::Twice(id).of(at));
        }
    }
    Ok(edits)
}
