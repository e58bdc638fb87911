//! The host's clock: another system's words about time ("not for 30 s", "who is on call now") are about its own clock,
//! which ours follows closely enough.

use jiff::Timestamp;

pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}
