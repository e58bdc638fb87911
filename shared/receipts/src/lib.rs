//! Receipts, signed with Ed25519 over the bytes of their JSON as they were written: what is verified is a text, not
//! somebody's idea of how to write it again. No network, no database: an auditor needs this, a file and a public key.

mod key;
mod verify;

use serde::{Deserialize, Serialize};

pub use key::{PublicKey, SigningKey, Unusable};
pub use verify::{Untrue, verify, verify_all};

/// A receipt as it is kept and handed out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Signed {
    /// The receipt's JSON, byte for byte as it was signed.
    pub signed: String,
    /// Whose signature; none where the installation has no key.
    pub key_id: Option<String>,
    /// Ed25519 over the bytes of `signed`, base64.
    pub signature: Option<String>,
}
