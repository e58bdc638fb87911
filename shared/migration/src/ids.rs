//! Ids that an import makes are functions of TEAM's, so that importing twice changes nothing.

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

/// Tells these ids from other names that are hashed the same way.
const SPACE: &[u8] = b"curfew import team\0";

fn digest(kind: &str, id: &str) -> [u8; 16] {
    let mut hash = Sha256::new();
    hash.update(SPACE);
    hash.update(kind.as_bytes());
    hash.update([0]);
    hash.update(id.as_bytes());
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(hash.finalize()) {
        *to = from;
    }
    bytes
}

/// The id of a document made from a row of TEAM's: a UUIDv8 by name.
#[must_use]
pub fn document_id(kind: &str, id: &str) -> Uuid {
    Builder::from_custom_bytes(digest(kind, id)).into_uuid()
}

/// The id of something that happened at a moment: a UUIDv7, so that it stands among ours in the order of time, whose
/// random part is not random.
#[must_use]
pub fn timed_id(kind: &str, id: &str, at: Timestamp) -> Uuid {
    let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
    let mut random = [0; 10];
    for (to, from) in random.iter_mut().zip(digest(kind, id)) {
        *to = from;
    }
    Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_row_has_the_same_id_and_another_one_another() {
        assert_eq!(document_id("rule", "a"), document_id("rule", "a"));
        assert_ne!(document_id("rule", "a"), document_id("owners", "a"));
        assert_ne!(document_id("rule", "a"), document_id("rule", "b"));
        assert_eq!(document_id("rule", "a").get_version_num(), 8);
    }

    #[test]
    fn what_happened_later_sorts_later() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let early = timed_id("request", "b", at("2024-01-01T00:00:00Z"));
        let late = timed_id("request", "a", at("2024-01-01T00:00:01Z"));
        assert!(early < late);
        assert_eq!(early.get_version_num(), 7);
        assert_eq!(early, timed_id("request", "b", at("2024-01-01T00:00:00Z")));
    }
}
