//! A process that starts while Postgres is away: it answers `/livez` and `/readyz`, says what that means, and waits.

use std::time::Duration;

use actix_web::HttpResponse;
use runtime::Shutdown;
use utoipa_actix_web::service_config::ServiceConfig;
use web::Problem;
use web::server::Server;

use crate::run::migrate;
use crate::{Process, Service};

/// How often Postgres is tried.
const AGAIN: Duration = Duration::from_secs(1);
/// The service whose memory is empty after such a start.
const REMEMBERS: &str = "revocation";

/// Waits until Postgres is there and its schema is up to date.
///
/// # Errors
/// When the address is taken, a migration fails, or the process is to stop.
pub async fn for_database(name: &str, services: &[Service], process: &Process) -> anyhow::Result<()> {
    if services.iter().any(|service| service.name == REMEMBERS) {
        tracing::error!(
            "started while the database is away: until it is back only the backstop removes access that is over"
        );
        let why =
            "not known, since the database was away at the start; until it is back only the backstop removes access";
        process.health.set("deadlines", Err(why.to_owned()));
    }
    let here = Shutdown::new();
    let server = Server::new(name, &process.settings, None, process.health.clone(), here.clone());
    let answering = server.bind(nothing_yet)?.run();
    let waiting = async {
        let waited = wait(process).await;
        here.begin();
        waited
    };
    let (waited, ()) = futures_util::future::join(waiting, answering).await;
    waited
}

/// Whoever calls is to come again.
fn nothing_yet(config: &mut ServiceConfig) {
    config.map(|plain| plain.service(actix_web::web::resource("/v1/{tail:.*}").to(come_again)));
}

async fn come_again() -> Result<HttpResponse, Problem> {
    Err(Problem::unavailable("the database is away"))
}

async fn wait(process: &Process) -> anyhow::Result<()> {
    loop {
        if !process.shutdown.sleep(AGAIN).await {
            anyhow::bail!("stopped before the database was there");
        }
        if migrate(process).await? {
            return Ok(());
        }
    }
}
