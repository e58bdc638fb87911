//! What all handlers share, and the raw connection behind a request, for those faults that leave it without an answer.

use std::any::Any;
use std::net::{Shutdown, TcpStream};
use std::os::fd::AsFd as _;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use actix_web::body::SizedStream;
use actix_web::dev::Extensions;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};

use futures_util::stream;

use crate::clock::Millis;
use crate::desk::Desk;
use crate::mail::Mailbox;
use crate::oidc::Provider;
use crate::sink::Sink;
use crate::world::World;

/// The state of the whole process.
pub struct Host {
    world: Mutex<World>,
    pub mail: Mailbox,
    pub hooks: Sink,
    pub chat: Sink,
    pub desk: Desk,
    pub oidc: Provider,
    /// `http://HOST:PORT`, as clients see it.
    pub http: String,
    /// `smtp://HOST:PORT`.
    pub smtp: String,
    /// Until when no connection is taken, in milliseconds.
    away_until: AtomicI64,
}

impl Host {
    /// A host of this world.
    pub fn new(world: World, http: String, smtp: String) -> Self {
        let oidc = Provider::new(format!("{http}/oidc"));
        Self {
            world: Mutex::new(world),
            mail: Mailbox::default(),
            hooks: Sink::default(),
            chat: Sink::default(),
            desk: Desk::new(),
            oidc,
            http,
            smtp,
            away_until: AtomicI64::new(0),
        }
    }

    /// Takes no connection for a while.
    pub fn go_away(&self, seconds: f64) {
        self.away_until.store(Millis::now().plus_seconds(seconds).0, Ordering::Relaxed);
    }

    /// The world, for the moment of one call.
    pub fn world(&self) -> MutexGuard<'_, World> {
        lock(&self.world)
    }
}

/// The guard, also after a panic elsewhere: the state stays usable.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The connection that a request came on.
pub struct Connection(TcpStream);

impl Connection {
    /// Keeps a handle of an accepted connection, or closes it at once while the host is away.
    pub fn keep(host: &Host, io: &dyn Any, extensions: &mut Extensions) {
        let stream = io.downcast_ref::<actix_web::rt::net::TcpStream>();
        if let Some(Ok(handle)) = stream.map(|stream| stream.as_fd().try_clone_to_owned()) {
            let connection = Self(TcpStream::from(handle));
            if Millis::now().0 < host.away_until.load(Ordering::Relaxed) {
                connection.shut();
            }
            extensions.insert(connection);
        }
    }

    fn shut(&self) {
        if let Err(error) = self.0.shutdown(Shutdown::Both) {
            tracing::debug!(%error, "the connection was closed already");
        }
    }

    /// An answer that breaks off in the middle of its body.
    pub fn half(whole: String) -> HttpResponse {
        let size = u64::try_from(whole.len()).unwrap_or(u64::MAX);
        let mut half = Bytes::from(whole);
        half.truncate(half.len() / 2);
        let broken = std::io::Error::other("the answer breaks off here");
        let parts = stream::iter([Ok(half), Err(broken)]);
        HttpResponse::Ok().content_type("application/x-amz-json-1.1").body(SizedStream::new(size, parts))
    }

    /// Closes the connection of a request, so that no answer arrives. What is returned is written to nobody.
    pub fn close(request: &HttpRequest) -> HttpResponse {
        if let Some(connection) = request.conn_data::<Self>() {
            connection.shut();
        }
        HttpResponse::InternalServerError().force_close().finish()
    }
}
