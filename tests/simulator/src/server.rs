//! Starting and stopping: one HTTP port for everything, one SMTP port.

use std::any::Any;
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc;
use std::thread::JoinHandle;

use actix_web::dev::Extensions;
use actix_web::web::{self, Data};
use actix_web::{App, HttpServer, guard};
use anyhow::Context as _;
use tokio_util::sync::CancellationToken;

use crate::host::{Connection, Host};
use crate::world::World;
use crate::world::settings::Profile;
use crate::{aws, control, desk, mail, oidc, pages, sink};

/// The largest body that is accepted.
const LARGEST_BODY: usize = 8 * 1024 * 1024;

/// What a simulator is started with.
#[derive(Clone, Debug)]
pub struct Config {
    pub http: SocketAddr,
    pub smtp: SocketAddr,
    /// The address that clients use, if it is not the one listened on.
    pub public_url: Option<String>,
    pub profile: Profile,
    pub seed: u64,
    /// Threads that serve HTTP.
    pub workers: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self::aws()
    }
}

impl Config {
    /// Free ports of this machine, behaving like AWS.
    pub fn aws() -> Self {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        Self { http: any, smtp: any, public_url: None, profile: Profile::Aws, seed: 1, workers: 1 }
    }

    /// Free ports of this machine, without quotas and delays.
    pub fn instant() -> Self {
        Self { profile: Profile::Instant, ..Self::aws() }
    }
}

/// Starts simulators.
pub struct Simulator;

/// A running simulator. It ends when this is dropped.
pub struct Running {
    /// `http://HOST:PORT`: AWS at `/`, everything else below.
    pub http: String,
    /// `smtp://HOST:PORT`.
    pub smtp: String,
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl Simulator {
    /// Listens on both ports and serves on a thread of its own. It is ready when this returns.
    pub fn start(config: Config) -> anyhow::Result<Running> {
        let http =
            TcpListener::bind(config.http).with_context(|| format!("cannot listen on {} for HTTP", config.http))?;
        let smtp =
            TcpListener::bind(config.smtp).with_context(|| format!("cannot listen on {} for SMTP", config.smtp))?;
        smtp.set_nonblocking(true)?;
        let http_url = match &config.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", http.local_addr()?),
        };
        let smtp_url = format!("smtp://{}", smtp.local_addr()?);
        let host = Data::new(Host::new(World::new(config.profile, config.seed), http_url.clone(), smtp_url.clone()));
        let stop = CancellationToken::new();
        let (ready, started) = mpsc::channel();
        let stopped = stop.clone();
        let thread = std::thread::Builder::new().name("simulator".to_owned()).spawn(move || {
            let system = actix_web::rt::System::new();
            if let Err(error) = system.block_on(serve(http, smtp, host, config.workers, stopped, ready)) {
                tracing::error!(error = %format!("{error:#}"), "the simulator ended");
            }
        })?;
        let running = Running { http: http_url, smtp: smtp_url, stop, thread: Some(thread) };
        started.recv().context("the simulator ended while starting")?;
        Ok(running)
    }
}

impl Running {
    /// Ends it, open calls included.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.stop.cancel();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the simulator's thread panicked");
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

async fn serve(
    http: TcpListener,
    smtp: TcpListener,
    host: Data<Host>,
    workers: usize,
    stop: CancellationToken,
    ready: mpsc::Sender<()>,
) -> anyhow::Result<()> {
    let smtp = tokio::net::TcpListener::from_std(smtp)?;
    let (shared, taker) = (host.clone(), host.clone());
    let server = HttpServer::new(move || App::new().app_data(shared.clone()).configure(routes))
        .on_connect(move |io: &dyn Any, extensions: &mut Extensions| Connection::keep(&taker, io, extensions))
        .workers(workers.max(1))
        .disable_signals()
        .shutdown_timeout(0)
        .listen(http)?
        .run();
    let handle = server.handle();
    let mails = mail::smtp::serve(smtp, host.into_inner());
    ready.send(()).context("nobody waits for the start any more")?;
    tokio::select! {
        ended = server => ended?,
        () = mails => {}
        () = stop.cancelled() => handle.stop(false).await,
    }
    Ok(())
}

fn routes(app: &mut web::ServiceConfig) {
    app.app_data(web::PayloadConfig::new(LARGEST_BODY))
        .app_data(web::JsonConfig::default().limit(LARGEST_BODY).content_type_required(false))
        .service(
            web::resource("/")
                .route(web::route().guard(guard::Post()).to(aws::answer))
                .route(web::get().to(pages::landing)),
        )
        .service(web::scope("/control").configure(control::routes))
        .service(web::scope("/oidc").configure(oidc::routes))
        .service(web::scope("/mail").configure(mail::routes))
        .configure(desk::routes)
        .configure(sink::routes);
}
