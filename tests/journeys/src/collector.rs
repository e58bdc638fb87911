//! An OpenTelemetry collector that keeps what it is sent.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The bodies of all exports of spans.
#[derive(Clone)]
pub struct Collector {
    /// What `OTEL_EXPORTER_OTLP_ENDPOINT` is set to.
    pub endpoint: String,
    exports: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Collector {
    /// On a free port.
    ///
    /// # Panics
    /// When there is none.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        let exports = Arc::<Mutex<Vec<Vec<u8>>>>::default();
        let kept = Arc::clone(&exports);
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(answer(connection, Arc::clone(&kept)));
            }
        });
        Self { endpoint, exports }
    }

    /// Whether a process of this name exported a span of this trace. A span holds its trace as sixteen bytes,
    /// and an export holds the spans of one process.
    ///
    /// # Panics
    /// When the id is not sixteen bytes in hexadecimal digits.
    #[must_use]
    pub fn has(&self, service: &str, trace_id: &str) -> bool {
        let id = u128::from_str_radix(trace_id, 16).expect("a trace id").to_be_bytes();
        let exports = self.exports.lock().unwrap_or_else(PoisonError::into_inner);
        let holds = |export: &[u8], part: &[u8]| export.windows(part.len()).any(|window| window == part);
        exports.iter().any(|export| holds(export, service.as_bytes()) && holds(export, &id))
    }
}

/// Just enough HTTP/1.1: requests with a length, one after the other.
async fn answer(mut connection: TcpStream, kept: Arc<Mutex<Vec<Vec<u8>>>>) -> std::io::Result<()> {
    let mut buffer = Vec::new();
    loop {
        let Some(head) = read_until(&mut connection, &mut buffer, |b| find(b, b"\r\n\r\n").map(|at| at + 4)).await?
        else {
            return Ok(());
        };
        let head_text = String::from_utf8_lossy(&buffer[..head]).to_ascii_lowercase();
        let length =
            head_text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
        let whole = head + length.unwrap_or(0);
        let is_whole = |b: &[u8]| (b.len() >= whole).then_some(whole);
        if read_until(&mut connection, &mut buffer, is_whole).await?.is_none() {
            return Ok(());
        }
        if head_text.starts_with("post /v1/traces") {
            kept.lock().unwrap_or_else(PoisonError::into_inner).push(buffer[head..whole].to_vec());
        }
        buffer.drain(..whole);
        connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await?;
    }
}

async fn read_until(
    connection: &mut TcpStream,
    buffer: &mut Vec<u8>,
    found: impl Fn(&[u8]) -> Option<usize>,
) -> std::io::Result<Option<usize>> {
    loop {
        if let Some(at) = found(buffer) {
            return Ok(Some(at));
        }
        if connection.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    }
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}
