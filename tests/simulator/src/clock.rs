//! The only place that reads the machine's clock. Time is milliseconds since the Unix epoch, since that is what the oracle promises.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Serialize, Serializer};

/// A moment, in milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Millis(pub i64);

impl Millis {
    /// Now.
    pub fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    /// The moment that many seconds later (or earlier, if negative).
    pub fn plus_seconds(self, seconds: f64) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "saturating, and a simulator's delays are far from the limits"
        )]
        let millis = (seconds * 1000.0) as i64;
        Self(self.0.saturating_add(millis))
    }

    /// AWS JSON writes timestamps as seconds with a fraction.
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of this age fit a double exactly")]
    pub fn epoch_seconds(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// RFC 3339 with milliseconds, in UTC.
    pub fn rfc3339(self) -> String {
        jiff::Timestamp::from_millisecond(self.0).map_or_else(|_| String::from("invalid"), |at| format!("{at:.3}"))
    }

    /// Reads RFC 3339.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|at| Self(at.as_millisecond()))
    }
}

impl Serialize for Millis {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.rfc3339())
    }
}
