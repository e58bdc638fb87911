//! A wire to a server that can be cut and mended.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Stands between a client and a server.
pub struct Proxy {
    /// Where it listens.
    pub address: SocketAddr,
    whole: Arc<watch::Sender<bool>>,
}

impl Proxy {
    /// Before the server that this URL names; and the URL with the proxy's address in its place.
    ///
    /// # Panics
    /// When no port is free.
    pub async fn before(url: &str) -> (Self, String) {
        let mut url: url::Url = url.parse().expect("a URL");
        let default = if url.scheme().starts_with("amqp") { 5672 } else { 5432 };
        let target = format!("{}:{}", url.host_str().expect("a host"), url.port().unwrap_or(default));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let whole = Arc::new(watch::channel(true).0);
        tokio::spawn(serve(listener, target, Arc::clone(&whole)));
        url.set_host(Some("127.0.0.1")).expect("a host");
        url.set_port(Some(address.port())).expect("a port");
        (Self { address, whole }, url.into())
    }

    /// Ends every connection and takes no more.
    pub fn cut(&self) {
        self.whole.send_replace(false);
    }

    /// Takes connections again.
    pub fn mend(&self) {
        self.whole.send_replace(true);
    }
}

async fn serve(listener: TcpListener, target: String, whole: Arc<watch::Sender<bool>>) {
    while let Ok((client, _)) = listener.accept().await {
        let mut state = whole.subscribe();
        if !*state.borrow_and_update() {
            continue;
        }
        let target = target.clone();
        tokio::spawn(async move {
            let mut client = client;
            let Ok(mut server) = TcpStream::connect(target).await else { return };
            tokio::select! {
                _ = tokio::io::copy_bidirectional(&mut client, &mut server) => {}
                _ = state.wait_for(|whole| !whole) => {}
            }
        });
    }
}
