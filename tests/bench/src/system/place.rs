//! Where the measured system finds what it stands on.

use std::path::PathBuf;

use anyhow::{Context, ensure};

/// Servers, binaries, and the folder for figures. `./dev bench` and `./dev soak` set all of them.
#[derive(Debug, Clone, clap::Args)]
pub struct Place {
    /// A database on the server to measure on; a fresh one is made beside it
    #[arg(long, env = "CURFEW_TEST_DATABASE_URL", hide_env_values = true)]
    pub database: String,
    /// The RabbitMQ to measure on; Curfew's own queue on it is emptied
    #[arg(long, env = "CURFEW_TEST_AMQP_URL", hide_env_values = true)]
    pub broker: String,
    /// What stops these two and runs them again
    #[arg(long, env = "CURFEW_SERVERS")]
    pub servers: Option<PathBuf>,
    /// PostgreSQL's own benchmark, the yardstick
    #[arg(long, env = "CURFEW_PGBENCH")]
    pub pgbench: Option<PathBuf>,
    /// The folder with the binaries
    #[arg(long, env = "CURFEW_BENCH_BIN_DIR")]
    pub bin_dir: PathBuf,
    /// The folder that gets the figures as JSON
    #[arg(long, env = "CURFEW_FIGURES_DIR")]
    pub figures: Option<PathBuf>,
}

impl Place {
    /// One of our binaries.
    pub(crate) fn program(&self, name: &str) -> anyhow::Result<PathBuf> {
        let path = self.bin_dir.join(name);
        ensure!(path.is_file(), "{} is not there: build it first", path.display());
        Ok(path)
    }

    /// A folder of this run for logs and ready files.
    pub(super) fn folder(&self) -> anyhow::Result<PathBuf> {
        let folder = std::env::temp_dir().join(format!("curfew-bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(folder)
    }
}
