//! What can go wrong between us and Postgres.

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Postgres is away, refused a statement, or a constraint spoke.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("migration: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A row that the constraints should have refused.
    #[error("impossible row in {table}: {detail}")]
    Impossible {
        /// Which table.
        table: &'static str,
        /// What is wrong with it.
        detail: String,
    },
    /// Somebody else changed the row since it was read.
    #[error("{what} was changed by somebody else at the same time")]
    Raced {
        /// What was raced for.
        what: &'static str,
    },
}

impl StoreError {
    /// The name of the constraint that refused the change, if one did.
    #[must_use]
    pub fn constraint(&self) -> Option<&str> {
        match self {
            Self::Database(sqlx::Error::Database(inner)) => inner.constraint(),
            Self::Database(_) | Self::Migration(_) | Self::Impossible { .. } | Self::Raced { .. } => None,
        }
    }

    /// Whether the same transaction may well succeed when tried again at once.
    #[must_use]
    pub fn is_retriable(&self) -> bool {
        match self {
            Self::Database(sqlx::Error::Database(inner)) => matches!(inner.code().as_deref(), Some("40001" | "40P01")),
            Self::Database(_) | Self::Migration(_) | Self::Impossible { .. } | Self::Raced { .. } => false,
        }
    }

    /// Whether Postgres could not be reached, as opposed to having said no.
    #[must_use]
    pub fn is_away(&self) -> bool {
        let away = |e: &sqlx::Error| {
            // A wire that answers, but not as Postgres does, is one whose server is away: a proxy, or a restart.
            matches!(
                e,
                sqlx::Error::Io(_)
                    | sqlx::Error::Tls(_)
                    | sqlx::Error::Protocol(_)
                    | sqlx::Error::PoolTimedOut
                    | sqlx::Error::PoolClosed
            ) || matches!(e, sqlx::Error::Database(d) if d.code().is_some_and(|c| c.starts_with("57P") || c.starts_with("08")))
        };
        match self {
            Self::Database(inner) | Self::Migration(sqlx::migrate::MigrateError::Execute(inner)) => away(inner),
            Self::Migration(_) | Self::Impossible { .. } | Self::Raced { .. } => false,
        }
    }

    pub(crate) fn impossible(table: &'static str, detail: impl std::fmt::Display) -> Self {
        Self::Impossible { table, detail: detail.to_string() }
    }
}
