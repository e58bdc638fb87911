//! `curfew migrate`

use std::path::PathBuf;

use anyhow::Context;
use runtime::Settings;
use secrecy::ExposeSecret;
use store::Db;

/// Brings the schema up to date.
///
/// # Errors
/// When the settings are not usable, Postgres is away, or a migration fails.
pub async fn migrate(config: Option<PathBuf>) -> anyhow::Result<()> {
    let settings = Settings::load(config.as_deref())?;
    let db = Db::connect(settings.database.url.expose_secret(), 2, "curfew-migrate")?;
    db.migrate().await.context("the schema could not be brought up to date")?;
    println!("the schema is up to date");
    Ok(())
}
