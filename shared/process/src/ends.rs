//! What the settings say about ends of access, for the database to keep to.

use std::sync::Arc;

use anyhow::Context;
use domain::sessions::Cutting;
use jiff::SignedDuration;
use receipts::SigningKey;
use runtime::Settings;
use secrecy::ExposeSecret;
use store::{Db, Ends, StoreError, receipts as kept};

/// Reads them.
pub(crate) fn of(settings: &Settings) -> anyhow::Result<Ends> {
    let key = settings.receipts.key.as_ref().map(|key| SigningKey::from_secret(key.expose_secret())).transpose();
    let key = key.context("receipts.key")?;
    let live = &settings.live_sessions;
    let cuts = live.policy_id.is_some() || live.inline_policy;
    let cutting = cuts.then(|| Cutting {
        lag: SignedDuration::from_secs(live.lag_s.into()),
        margin: SignedDuration::from_secs(live.margin_s.into()),
    });
    Ok(Ends { receipts: key.map(Arc::new), cutting })
}

/// Publishes the key's public part, and says at the start what is not done.
pub(crate) async fn announce(db: &Db) -> Result<(), StoreError> {
    let ends = db.ends();
    match &ends.receipts {
        Some(key) => kept::keep_key(&mut *db.read().await?, key.public(), db.clock().now()).await?,
        None => tracing::warn!("receipts.key is not set: receipts of removed access are kept unsigned"),
    }
    if ends.cutting.is_none() {
        tracing::warn!(
            "neither live_sessions.policy_id nor live_sessions.inline_policy is set: sessions of removed access run out by themselves"
        );
    }
    Ok(())
}
