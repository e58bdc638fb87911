//! What time it is, by whoever uses this crate: it dates signatures, and decides what is too late to be sent. So a host
//! whose clock is wrong by an hour is still understood by AWS.

use std::{fmt, sync::Arc, time::SystemTime};

use aws_smithy_async::time::TimeSource;
use jiff::Timestamp;

/// A way to read the time. The default is the host's clock.
#[derive(Clone)]
pub struct ReadTime(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl ReadTime {
    /// Reads the time like this.
    pub fn by(read: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }
}

impl Default for ReadTime {
    fn default() -> Self {
        Self::by(|| Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::UNIX_EPOCH))
    }
}

impl TimeSource for ReadTime {
    fn now(&self) -> SystemTime {
        (self.0)().into()
    }
}

impl fmt::Debug for ReadTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReadTime")
    }
}

/// How the time is read is no part of what a configuration says.
impl PartialEq for ReadTime {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for ReadTime {}
