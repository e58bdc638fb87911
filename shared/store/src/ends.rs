//! What the end of an access leaves behind besides its state: a receipt, and its sessions to be cut. Both are settings
//! of the installation, kept with the database so that no end can forget them.

use std::sync::Arc;

use domain::sessions::Cutting;
use receipts::SigningKey;

/// How ends are attested and what they do about live sessions.
#[derive(Debug, Clone, Default)]
pub struct Ends {
    /// Signs receipts; without it they are kept unsigned.
    pub receipts: Option<Arc<SigningKey>>,
    /// How sessions are cut, where they are.
    pub cutting: Option<Cutting>,
}
