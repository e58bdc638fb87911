//! The HTTP server: the same manners, health, metrics and documents around any service's routes.

mod manners;
mod operations;
mod routes;

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use actix_web::{App, HttpServer, dev::Server as Running, middleware::from_fn, web};
use runtime::{Health, Settings, Shutdown};
use utoipa_actix_web::service_config::ServiceConfig;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::{Auth, limit::Limiter, openapi};
pub(crate) use manners::peer;

/// What a server is made of, beside its routes.
pub struct Server {
    /// The title of its OpenAPI document.
    pub title: String,
    /// Address and port; port 0 takes a free one.
    pub listen: SocketAddr,
    /// What callers are checked with; none for a server without [`crate::Caller`].
    pub auth: Option<Arc<Auth>>,
    /// Requests a second of one caller; 0 means no limit.
    pub calls_per_second_per_caller: u32,
    /// What `/readyz` reports.
    pub health: Health,
    /// What ends it.
    pub shutdown: Shutdown,
}

/// A server that listens; it answers once [`Bound::run`] is polled.
pub struct Bound {
    server: Running,
    address: SocketAddr,
    shutdown: Shutdown,
}

impl Server {
    /// As the settings say.
    #[must_use]
    pub fn new(title: &str, settings: &Settings, auth: Option<Arc<Auth>>, health: Health, shutdown: Shutdown) -> Self {
        Self {
            title: title.to_owned(),
            listen: settings.http.listen,
            auth,
            calls_per_second_per_caller: settings.http.calls_per_second_per_caller,
            health,
            shutdown,
        }
    }

    /// Takes the port and starts the workers. `configure` runs once for each worker, so what the
    /// routes share is made outside and handed in as `web::Data`.
    ///
    /// # Errors
    /// When the address is taken.
    pub fn bind<F>(self, configure: F) -> io::Result<Bound>
    where
        F: Fn(&mut ServiceConfig) + Clone + Send + 'static,
    {
        let listener = TcpListener::bind(self.listen)
            .map_err(|error| io::Error::new(error.kind(), format!("cannot listen on {}: {error}", self.listen)))?;
        let address = listener.local_addr()?;
        let document = openapi::collect(&self.title, configure.clone());
        let known = web::Data::new(routes::Known::new(&document));
        let json = web::Data::new(operations::Document(document.to_json().map_err(io::Error::other)?));
        let limiter = web::Data::new(Limiter::new(self.calls_per_second_per_caller));
        let auth = self.auth.map(web::Data::from);
        let (health, stop) = (web::Data::new(self.health), web::Data::new(self.shutdown.clone()));
        let server = HttpServer::new(move || {
            let mut app = App::new()
                .app_data(known.clone())
                .app_data(json.clone())
                .app_data(limiter.clone())
                .app_data(health.clone())
                .app_data(stop.clone());
            if let Some(auth) = &auth {
                app = app.app_data(auth.clone());
            }
            app.configure(|config| configure(&mut ServiceConfig::new(config)))
                .configure(operations::configure)
                .service(SwaggerUi::new("/docs/{_:.*}").config(Config::from("/openapi.json")))
                .default_service(web::to(routes::nothing_here))
                .wrap(from_fn(manners::manners))
        })
        .disable_signals()
        .shutdown_timeout(10)
        .keep_alive(Duration::from_secs(75))
        .listen(listener)?
        .run();
        Ok(Bound { server, address, shutdown: self.shutdown })
    }
}

impl Bound {
    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until stopping is asked for; then finishes the requests under way, within ten seconds.
    pub async fn run(self) {
        let handle = self.server.handle();
        let shutdown = self.shutdown.clone();
        let stop = async move {
            shutdown.stopped().await;
            handle.stop(true).await;
        };
        let (ended, ()) = futures_util::future::join(self.server, stop).await;
        if let Err(error) = ended {
            tracing::error!("the HTTP server ended: {error}");
        }
    }
}

/// Binds, tells where, and answers as a task of the process.
///
/// # Errors
/// When the address is taken.
pub fn serve<F>(server: Server, configure: F) -> io::Result<SocketAddr>
where
    F: Fn(&mut ServiceConfig) + Clone + Send + 'static,
{
    let shutdown = server.shutdown.clone();
    let bound = server.bind(configure)?;
    let address = bound.address();
    tracing::info!(%address, "listening");
    shutdown.spawn("http", bound.run());
    Ok(address)
}
