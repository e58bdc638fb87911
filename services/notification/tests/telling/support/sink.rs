//! An endpoint that keeps what it is posted and answers what it is told to, or never.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// This status, these headers, this body.
    Say(u16, &'static str, String),
    /// The connection stays open and silent.
    Nothing,
}

#[derive(Debug, Clone)]
pub struct Post {
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

struct Inner {
    posts: Vec<Post>,
    next: VecDeque<Answer>,
    always: Answer,
}

pub struct Sink {
    address: SocketAddr,
    inner: Arc<Mutex<Inner>>,
    count: watch::Receiver<usize>,
}

impl Sink {
    pub async fn start() -> Self {
        Self::that(Answer::Say(204, "", String::new())).await
    }

    pub async fn that(always: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let inner = Arc::new(Mutex::new(Inner { posts: vec![], next: VecDeque::new(), always }));
        let shared = Arc::clone(&inner);
        let (tell, count) = watch::channel(0);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (inner, tell) = (Arc::clone(&shared), tell.clone());
                tokio::spawn(async move { serve(stream, &inner, &tell).await });
            }
        });
        Self { address, inner, count }
    }

    /// Waits until so many have arrived.
    pub async fn has(&self, posts: usize, within: Duration) {
        let mut count = self.count.clone();
        let arrived = tokio::time::timeout(within, count.wait_for(|count| *count >= posts)).await;
        assert!(arrived.is_ok(), "{} of {posts} arrived within {within:?}", self.posts().len());
    }

    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    pub fn answer(&self, next: Answer) {
        self.inner.lock().unwrap().next.push_back(next);
    }

    pub fn posts(&self) -> Vec<Post> {
        self.inner.lock().unwrap().posts.clone()
    }
}

async fn serve(stream: TcpStream, inner: &Mutex<Inner>, tell: &watch::Sender<usize>) -> Option<()> {
    let (read, mut write) = stream.into_split();
    let mut reader = BufReader::new(read);
    loop {
        let mut first = String::new();
        if reader.read_line(&mut first).await.ok()? == 0 {
            return None;
        }
        let mut headers = BTreeMap::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).await.ok()?;
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            headers.insert(name.to_ascii_lowercase(), value.to_owned());
        }
        let mut body = vec![0; headers.get("content-length")?.parse().ok()?];
        reader.read_exact(&mut body).await.ok()?;
        let answer = {
            let mut inner = inner.lock().unwrap();
            inner.posts.push(Post { headers, body: String::from_utf8(body).unwrap() });
            tell.send_replace(inner.posts.len());
            inner.next.pop_front().unwrap_or_else(|| inner.always.clone())
        };
        match answer {
            Answer::Nothing => std::future::pending().await,
            Answer::Say(status, more, body) => {
                let head = format!("HTTP/1.1 {status} Said\r\n{more}content-length: {}\r\n\r\n", body.len());
                write.write_all(head.as_bytes()).await.ok()?;
                write.write_all(body.as_bytes()).await.ok()?;
            }
        }
    }
}
