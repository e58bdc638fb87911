//! What happens, as it happens.

use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

/// What is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Something happened to a request.
    Happened(Happened),
    /// What is known of AWS, or how far its reading is, changed.
    Directory,
    /// Something may have happened unheard: look for yourself.
    Gap,
}

/// Something that happened to a request.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Happened {
    /// The fact's id.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// The versioned name of what happened.
    pub action: String,
    /// To which request.
    pub request: Uuid,
}
