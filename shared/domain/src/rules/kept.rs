//! Reading codes that were kept, perhaps by a later version.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

/// What was kept, or nothing where a later version wrote a code that this one does not know: the words beside it tell
/// the same.
pub(super) fn known<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(from: D) -> Result<T, D::Error> {
    let kept = serde_json::Value::deserialize(from)?;
    Ok(serde_json::from_value(kept).unwrap_or_default())
}
