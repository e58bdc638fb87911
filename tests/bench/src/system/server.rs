//! Postgres and RabbitMQ themselves: stopped in good order and run again, with the data and the port that they had.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use lapin::ConnectionProperties;
use sqlx::{Connection, PgConnection};

use super::Place;

/// How long one may take until it answers.
const START: Duration = Duration::from_secs(120);

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Postgres,
    RabbitMq,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::RabbitMq => "rabbitmq",
        }
    }
}

/// Who stops and runs them.
#[derive(Debug, Clone)]
pub struct Servers {
    program: PathBuf,
    database: String,
    broker: String,
}

impl Servers {
    /// Those of this place; none, where nobody said how they are stopped.
    pub(super) fn of(place: &Place) -> Option<Self> {
        let program = place.servers.clone()?;
        Some(Self { program, database: place.database.clone(), broker: place.broker.clone() })
    }

    /// Ends it; nobody listens any more when this answers.
    pub async fn stop(&self, kind: Kind) -> anyhow::Result<()> {
        let mut command = Command::new(&self.program);
        command.args(["stop", kind.name()]).stdin(Stdio::null());
        // The lives go on meanwhile.
        let stopped = tokio::task::spawn_blocking(move || command.status()).await?;
        ensure!(stopped.with_context(|| self.program.display().to_string())?.success(), "{} stays", kind.name());
        Ok(())
    }

    /// Runs it again, and waits until it answers. It ends with this program.
    pub async fn run(&self, kind: Kind) -> anyhow::Result<()> {
        let mut server = run(&self.program, kind.name())?;
        let began = Instant::now();
        loop {
            let answer = match kind {
                Kind::Postgres => PgConnection::connect(&self.database).await.map(drop).map_err(anyhow::Error::from),
                Kind::RabbitMq => amqp(&self.broker).await,
            };
            let Err(error) = answer else { break };
            if let Some(ended) = server.try_wait()? {
                bail!("{} has ended instead of starting ({ended})", kind.name());
            }
            if began.elapsed() > START {
                return Err(error.context(format!("{} does not answer", kind.name())));
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        // Whoever stops it looks for it among the living.
        std::thread::spawn(move || server.wait());
        Ok(())
    }
}

fn run(program: &Path, name: &str) -> anyhow::Result<std::process::Child> {
    // In a group of its own: what asks this program to end leaves the servers to whoever started them first.
    let mut command = Command::new(program);
    command.args(["run", name]).stdin(Stdio::null()).process_group(0);
    command.spawn().with_context(|| program.display().to_string())
}

async fn amqp(url: &str) -> anyhow::Result<()> {
    let connection = lapin::Connection::connect(url, ConnectionProperties::default()).await?;
    connection.close(200, "done".into()).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn servers(script: &str) -> (Servers, PathBuf) {
        let folder = std::env::temp_dir().join(format!("curfew-bench-server-{}", rand::random::<u64>()));
        std::fs::create_dir_all(&folder).unwrap();
        let program = folder.join("server.sh");
        std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).unwrap();
        let nobody = "127.0.0.1:1";
        let (database, broker) = (format!("postgres://a:b@{nobody}/c"), format!("amqp://a:b@{nobody}/%2f"));
        (Servers { program, database, broker }, folder)
    }

    #[tokio::test]
    async fn a_server_that_does_not_stop_or_does_not_start_is_told() {
        let (servers, folder) = servers(r#"[ "$1" = stop ] && [ "$2" = postgres ]"#);
        servers.stop(Kind::Postgres).await.unwrap();
        assert!(servers.stop(Kind::RabbitMq).await.unwrap_err().to_string().contains("rabbitmq stays"));
        let error = servers.run(Kind::RabbitMq).await.unwrap_err().to_string();
        assert!(error.contains("rabbitmq has ended instead of starting"), "{error}");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
