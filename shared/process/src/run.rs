//! From nothing to running, and back.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use integrations::Integrations;
use judge::Judge;
use messaging::Broker;
use runtime::{Health, Settings, Shutdown, telemetry};
use secrecy::ExposeSecret;
use store::Db;
use store::workers::{self, Worker};
use utoipa_actix_web::service_config::ServiceConfig;
use web::server::{Server, serve};

use crate::{AppData, Aws, People, Process, Service, ends, waiting};

/// How long what is in hand may take once stopping was asked for.
const FINISH: Duration = Duration::from_secs(30);

/// How a process is started.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The settings' file; the environment alone where there is none.
    pub config: Option<PathBuf>,
}

/// A service's own binary: `curfew-NAME [--config FILE]`.
#[must_use]
pub fn main(service: Service) -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let config = match (arguments.next(), arguments.next()) {
        (None, _) => None,
        (Some(flag), Some(file)) if flag == "--config" => Some(PathBuf::from(file)),
        _ => {
            eprintln!("usage: curfew-{} [--config FILE]", service.name);
            return ExitCode::from(64);
        }
    };
    run(service.name, &[service], &Options { config })
}

/// Runs these services until a signal or a failure ends them.
#[must_use]
pub fn run(name: &str, services: &[Service], options: &Options) -> ExitCode {
    runtime::install_crypto();
    let settings = match Settings::load(options.config.as_deref()) {
        Ok(settings) => settings,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(78);
        }
    };
    let made = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    match made {
        Ok(tokio) => tokio.block_on(run_inside(name, services, settings)),
        Err(error) => {
            eprintln!("no threads to run on: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run_inside(name: &str, services: &[Service], settings: Settings) -> ExitCode {
    let reported = settings.telemetry.service_name.clone().unwrap_or_else(|| format!("curfew-{name}"));
    let _telemetry = telemetry::init(&reported);
    let ended = async {
        let process = prepare(&reported, settings)?;
        listen(&reported, services, &process).await?;
        anyhow::Ok(process)
    };
    match ended.await {
        Ok(process) => {
            let code = process.shutdown.wait(FINISH).await;
            process.broker.close().await;
            code
        }
        Err(error) => {
            tracing::error!("cannot start: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn prepare(name: &str, settings: Settings) -> anyhow::Result<Process> {
    let (health, shutdown) = (Health::new(), Shutdown::on_signals()?);
    let db = Db::connect(settings.database.url.expose_secret(), settings.database.max_connections, name)?
        .with_ends(ends::of(&settings)?);
    let broker = Broker::new(settings.broker.url.expose_secret(), &settings.broker.prefix, name);
    let auth = web::Auth::new(&settings, Arc::new(People(db.clone())), db.clock().clone())?;
    let aws = Aws::new(&settings, &db, &health, &shutdown);
    let judge = Judge::new(Integrations::new(&settings)?);
    Ok(Process { settings: Arc::new(settings), db, broker, aws, judge, auth, health, shutdown })
}

/// What one service adds to the HTTP server.
struct Part {
    routes: fn(&mut ServiceConfig),
    data: AppData,
}

async fn listen(name: &str, services: &[Service], process: &Process) -> anyhow::Result<()> {
    watch_dependencies(process);
    if !migrate(process).await? {
        waiting::for_database(name, services, process).await?;
    }
    ends::announce(&process.db).await?;
    be_seen(name, services, process);
    let (broker, db, stop) = (process.broker.clone(), process.db.clone(), process.shutdown.token());
    process.shutdown.spawn("relay", async move { messaging::run_relay(broker, db, stop).await });
    let mut parts = Vec::new();
    for service in services {
        parts.push(Part { routes: service.routes, data: (service.start)(process.clone()).await? });
    }
    let server = Server::new(
        name,
        &process.settings,
        Some(Arc::clone(&process.auth)),
        process.health.clone(),
        process.shutdown.clone(),
    );
    let parts: Arc<[Part]> = parts.into();
    serve(server, move |config| {
        for part in parts.iter() {
            config.map(|plain| {
                (part.data)(plain);
                plain
            });
            (part.routes)(config);
        }
    })?;
    Ok(())
}

/// How often a process says that it is there.
const SEEN: Duration = Duration::from_secs(10);

/// Says now and then that this process is there, for those who look at the operations.
fn be_seen(name: &str, services: &[Service], process: &Process) {
    let (db, stop) = (process.db.clone(), process.shutdown.clone());
    let now = db.clock().now();
    let worker = Worker {
        id: store::new_id(),
        name: name.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        services: services.iter().map(|service| service.name.to_owned()).collect(),
        started_at: now,
        seen_at: now,
        clock_offset_ms: 0,
        clock_doubt: None,
    };
    process.shutdown.spawn("process.seen", async move {
        loop {
            if let Err(error) = workers::seen(&db, &worker).await {
                tracing::debug!(%error, "could not say that this process is there");
            }
            if !stop.sleep(SEEN).await {
                break;
            }
        }
    });
}

/// Brings the schema up to date; `false` while Postgres is away.
pub(crate) async fn migrate(process: &Process) -> anyhow::Result<bool> {
    match process.db.migrate().await {
        Ok(()) => Ok(true),
        Err(error) if error.is_away() => {
            tracing::warn!(%error, "cannot reach the database yet, trying again");
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}

/// Keeps `/readyz` and the clock true.
fn watch_dependencies(process: &Process) {
    let db = process.db.clone();
    process.health.probe("database", move || {
        let db = db.clone();
        async move { db.ping().await.map_err(|error| error.to_string()) }
    });
    let (mut status, health, stop) = (process.broker.status(), process.health.clone(), process.shutdown.clone());
    process.shutdown.spawn("broker.health", async move {
        loop {
            let now = status.borrow_and_update().clone();
            health.set("broker", now);
            tokio::select! { changed = status.changed() => if changed.is_err() { break }, () = stop.stopped() => break }
        }
    });
    process.shutdown.spawn("clock", crate::clock::keep(process.clone()));
}
