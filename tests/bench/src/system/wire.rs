//! The wire between Curfew's processes and AWS, which can be cut and mended. What the measurement asks itself does not
//! go through it.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use url::Url;

/// A wire to what listens at a URL.
#[derive(Debug)]
pub struct Wire {
    address: SocketAddr,
    whole: Arc<watch::Sender<bool>>,
    serving: JoinHandle<()>,
}

impl Wire {
    pub(super) async fn before(url: &Url) -> anyhow::Result<Self> {
        let host = url.host_str().context("a URL without a host")?;
        let target = format!("{host}:{}", url.port_or_known_default().context("a URL without a port")?);
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (address, whole) = (listener.local_addr()?, Arc::new(watch::Sender::new(true)));
        let serving = tokio::spawn(serve(listener, target, Arc::clone(&whole)));
        Ok(Self { address, whole, serving })
    }

    /// The URL with the wire's end in the server's place.
    pub(super) fn at(&self, url: &str) -> anyhow::Result<String> {
        let mut url: Url = url.parse()?;
        url.set_host(Some("127.0.0.1"))?;
        url.set_port(Some(self.address.port())).ok().context("a URL without a port")?;
        Ok(url.into())
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

impl Drop for Wire {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(listener: TcpListener, target: String, whole: Arc<watch::Sender<bool>>) {
    while let Ok((mut near, _)) = listener.accept().await {
        let mut state = whole.subscribe();
        if !*state.borrow_and_update() {
            continue;
        }
        let target = target.clone();
        tokio::spawn(async move {
            let Ok(mut far) = TcpStream::connect(target).await else { return };
            let _ = near.set_nodelay(true);
            let _ = far.set_nodelay(true);
            tokio::select! {
                _ = tokio::io::copy_bidirectional(&mut near, &mut far) => {}
                _ = state.wait_for(|whole| !whole) => {}
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn a_cut_wire_carries_nothing_until_it_is_mended() {
        let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url: Url = format!("http://{}/x", server.local_addr().unwrap()).parse().unwrap();
        tokio::spawn(async move {
            while let Ok((mut connection, _)) = server.accept().await {
                tokio::spawn(async move { connection.write_all(b"hello").await });
            }
        });
        let wire = Wire::before(&url).await.unwrap();
        assert!(wire.at(url.as_str()).unwrap().ends_with(&format!("{}/x", wire.address.port())));
        let heard = async || {
            let mut text = String::new();
            let mut connection = TcpStream::connect(wire.address).await.unwrap();
            let _ = connection.read_to_string(&mut text).await;
            text
        };
        assert_eq!(heard().await, "hello");
        wire.cut();
        assert_eq!(heard().await, "");
        wire.mend();
        assert_eq!(heard().await, "hello");
    }
}
