//! The schema as this build knows it.

use sha2::{Digest, Sha256};

/// Every migration, in order.
pub(crate) static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// Changes whenever a migration does; names template databases.
#[must_use]
pub fn fingerprint() -> String {
    let mut hash = Sha256::new();
    for migration in MIGRATIONS.iter() {
        hash.update(&migration.checksum);
    }
    hex::encode(hash.finalize()).chars().take(16).collect()
}
