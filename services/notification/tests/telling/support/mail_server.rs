//! An SMTP server that keeps what it is given and says what it is told to say.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use mail_parser::{Message, MessageParser};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

#[derive(Default)]
struct Inner {
    mails: Vec<Mail>,
    answers: VecDeque<&'static str>,
}

#[derive(Debug, Clone)]
pub struct Mail {
    pub to: String,
    pub raw: String,
}

pub struct MailServer {
    address: SocketAddr,
    inner: Arc<Mutex<Inner>>,
}

impl MailServer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let inner: Arc<Mutex<Inner>> = Arc::default();
        let shared = Arc::clone(&inner);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let inner = Arc::clone(&shared);
                tokio::spawn(async move { serve(stream, &inner).await });
            }
        });
        Self { address, inner }
    }

    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// The next answers to a whole mail; after them every mail is taken.
    pub fn answer(&self, answers: &[&'static str]) {
        self.inner.lock().unwrap().answers.extend(answers);
    }

    /// What came, in order of the recipients.
    pub fn mails(&self) -> Vec<Mail> {
        let mut mails = self.inner.lock().unwrap().mails.clone();
        mails.sort_by(|a, b| a.to.cmp(&b.to));
        mails
    }

    pub fn take(&self) -> Vec<Mail> {
        let mails = self.mails();
        self.inner.lock().unwrap().mails.clear();
        mails
    }
}

impl Mail {
    pub fn parsed(&self) -> Message<'_> {
        MessageParser::default().parse(&self.raw).unwrap()
    }

    pub fn subject(&self) -> String {
        self.parsed().subject().unwrap().to_owned()
    }

    pub fn text(&self) -> String {
        self.parsed().body_text(0).unwrap().into_owned()
    }

    pub fn html(&self) -> String {
        self.parsed().body_html(0).unwrap().into_owned()
    }

    pub fn id(&self) -> String {
        self.parsed().message_id().unwrap().to_owned()
    }
}

async fn serve(stream: TcpStream, inner: &Mutex<Inner>) -> Option<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 here\r\n").await.ok()?;
    let mut to = String::new();
    while let Some(line) = lines.next_line().await.ok()? {
        let verb = line.split(' ').next().unwrap_or_default().to_ascii_uppercase();
        let reply = match verb.as_str() {
            "EHLO" => "250-here\r\n250 8BITMIME\r\n".to_owned(),
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                "250 ok\r\n".to_owned()
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await.ok()?;
                let mut raw = String::new();
                loop {
                    let line = lines.next_line().await.ok()??;
                    if line == "." {
                        break;
                    }
                    raw.push_str(line.strip_prefix('.').unwrap_or(&line));
                    raw.push_str("\r\n");
                }
                let mut inner = inner.lock().unwrap();
                inner.mails.push(Mail { to: to.clone(), raw });
                format!("{}\r\n", inner.answers.pop_front().unwrap_or("250 taken"))
            }
            "QUIT" => {
                write.write_all(b"221 bye\r\n").await.ok()?;
                return Some(());
            }
            _ => "250 ok\r\n".to_owned(),
        };
        write.write_all(reply.as_bytes()).await.ok()?;
    }
    Some(())
}
