//! How people want pages to look.

use domain::profile::{LanguageTag, Profile, Theme};
use domain::rules::ZoneName;
use domain::{Fact, UserId};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::{StoreError, Tx};

/// What somebody chose; none where they never did.
///
/// # Errors
/// When Postgres is away.
pub async fn get(connection: &mut PgConnection, user: &UserId) -> Result<Option<Profile>, StoreError> {
    let row: Option<(Option<String>, Option<String>, Option<String>)> =
        sqlx::query_as("SELECT language, theme, time_zone FROM profiles WHERE user_id = $1")
            .bind(user.as_str())
            .fetch_optional(connection)
            .await?;
    row.map(|(language, theme, zone)| {
        let language = language.map(LanguageTag::parse).transpose();
        Ok(Profile {
            language: language.map_err(|e| StoreError::impossible("profiles", e))?,
            theme: theme.as_deref().and_then(theme_of),
            // A name that a newer time zone database has dropped is left to the browser.
            time_zone: zone.and_then(|name| ZoneName::parse(name).ok()),
        })
    })
    .transpose()
}

/// Writes what somebody chose, with its fact.
///
/// # Errors
/// When Postgres is away.
pub async fn save(tx: &mut Tx, user: &UserId, profile: &Profile) -> Result<(), StoreError> {
    let now = tx.now().to_sqlx();
    sqlx::query(
        "INSERT INTO profiles (user_id, language, theme, time_zone, saved_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (user_id) DO UPDATE SET language = $2, theme = $3, time_zone = $4, saved_at = $5",
    )
    .bind(user.as_str())
    .bind(profile.language.as_ref().map(LanguageTag::as_str))
    .bind(profile.theme.map(word))
    .bind(profile.time_zone.as_ref().map(ZoneName::as_str))
    .bind(now)
    .execute(tx.connection())
    .await?;
    tx.record(Fact::ProfileSaved { user: user.clone() });
    Ok(())
}

const fn word(theme: Theme) -> &'static str {
    match theme {
        Theme::Light => "light",
        Theme::Dark => "dark",
    }
}

fn theme_of(word: &str) -> Option<Theme> {
    match word {
        "light" => Some(Theme::Light),
        "dark" => Some(Theme::Dark),
        _ => None,
    }
}
