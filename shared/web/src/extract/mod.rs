//! What a handler takes from a request. Each refusal has its own type and says what would be right.

mod explain;
mod idempotency;
mod json;
mod path;
mod query;

pub use idempotency::IdempotencyKey;
pub use json::{BODY_MOST, Json, Upload};
pub use path::Path;
pub use query::Query;
