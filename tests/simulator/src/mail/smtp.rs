//! SMTP as far as a sender needs it: EHLO, MAIL, RCPT, DATA, RSET, NOOP, QUIT, with PIPELINING, 8BITMIME and SIZE.

use std::sync::Arc;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

use crate::host::Host;

const LARGEST_MAIL: usize = 10 * 1024 * 1024;
const LONGEST_LINE: u64 = 64 * 1024;

/// Accepts connections until it is dropped.
pub async fn serve(listener: TcpListener, host: Arc<Host>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let host = Arc::clone(&host);
                actix_web::rt::spawn(async move {
                    if let Err(error) = (Session::new(stream, host)).run().await {
                        tracing::debug!(%error, "an SMTP connection broke");
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept an SMTP connection");
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        }
    }
}

struct Session {
    reader: BufReader<OwnedReadHalf>,
    writer: OwnedWriteHalf,
    /// Answers that wait for the end of a pipelined group.
    answers: Vec<u8>,
    host: Arc<Host>,
    from: Option<String>,
    recipients: Vec<String>,
}

impl Session {
    fn new(stream: TcpStream, host: Arc<Host>) -> Self {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "cannot set TCP_NODELAY");
        }
        let (reader, writer) = stream.into_split();
        Self { reader: BufReader::new(reader), writer, answers: Vec::new(), host, from: None, recipients: Vec::new() }
    }

    async fn run(mut self) -> std::io::Result<()> {
        self.say("220 simulator ESMTP");
        loop {
            if self.reader.buffer().is_empty() {
                self.flush().await?;
            }
            let Some(line) = self.line().await? else {
                return self.flush().await;
            };
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
            match verb.to_ascii_uppercase().as_str() {
                "EHLO" => {
                    self.reset();
                    self.say(&format!(
                        "250-simulator\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE {LARGEST_MAIL}"
                    ));
                }
                "HELO" => {
                    self.reset();
                    self.say("250 simulator");
                }
                "MAIL" => self.mail(rest),
                "RCPT" => self.recipient(rest),
                "DATA" => self.data().await?,
                "RSET" => {
                    self.reset();
                    self.say("250 2.0.0 OK");
                }
                "NOOP" => self.say("250 2.0.0 OK"),
                "VRFY" => self.say("252 2.5.0 Send it and see"),
                "QUIT" => {
                    self.say("221 2.0.0 Bye");
                    return self.flush().await;
                }
                _ => self.say("502 5.5.1 Not implemented"),
            }
        }
    }

    fn mail(&mut self, rest: &str) {
        let size = rest
            .split_whitespace()
            .find_map(|word| word.to_ascii_uppercase().strip_prefix("SIZE=").and_then(|n| n.parse().ok()));
        if size.is_some_and(|size: usize| size > LARGEST_MAIL) {
            return self.say("552 5.3.4 The mail is too large");
        }
        match address(rest, "FROM:") {
            Some(from) => {
                self.reset();
                self.from = Some(from);
                self.say("250 2.1.0 OK");
            }
            None => self.say("501 5.5.4 MAIL FROM:<address>"),
        }
    }

    fn recipient(&mut self, rest: &str) {
        match address(rest, "TO:") {
            _ if self.from.is_none() => self.say("503 5.5.1 MAIL first"),
            Some(to) if !to.is_empty() => {
                self.recipients.push(to);
                self.say("250 2.1.5 OK");
            }
            Some(_) | None => self.say("501 5.5.4 RCPT TO:<address>"),
        }
    }

    async fn data(&mut self) -> std::io::Result<()> {
        if self.recipients.is_empty() {
            self.say("503 5.5.1 RCPT first");
            return Ok(());
        }
        self.say("354 End with a line that holds a dot only");
        self.flush().await?;
        let mut raw = Vec::new();
        let mut too_large = false;
        loop {
            let Some(line) = self.line().await? else {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            };
            if line == b".\r\n" || line == b".\n" {
                break;
            }
            // A sender doubles a dot that begins a line.
            let line = line.strip_prefix(b".").unwrap_or(&line);
            too_large |= raw.len() + line.len() > LARGEST_MAIL;
            if !too_large {
                raw.extend_from_slice(line);
            }
        }
        let from = self.from.take().unwrap_or_default();
        let recipients = std::mem::take(&mut self.recipients);
        if too_large {
            self.say("552 5.3.4 The mail is too large");
        } else {
            let id = self.host.mail.deliver(from, recipients, raw);
            self.say(&format!("250 2.0.0 OK {id}"));
        }
        Ok(())
    }

    /// The next line with its end, or nothing at the end of the connection.
    async fn line(&mut self) -> std::io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let read = (&mut self.reader).take(LONGEST_LINE).read_until(b'\n', &mut line).await?;
        Ok((read > 0).then_some(line))
    }

    fn reset(&mut self) {
        self.from = None;
        self.recipients.clear();
    }

    fn say(&mut self, answer: &str) {
        self.answers.extend_from_slice(answer.as_bytes());
        self.answers.extend_from_slice(b"\r\n");
    }

    async fn flush(&mut self) -> std::io::Result<()> {
        let answers = std::mem::take(&mut self.answers);
        self.writer.write_all(&answers).await
    }
}

/// The address in `FROM:<ann@example.com> SIZE=100`.
fn address(rest: &str, prefix: &str) -> Option<String> {
    let head = rest.get(..prefix.len())?;
    let after = head.eq_ignore_ascii_case(prefix).then(|| rest.get(prefix.len()..))??;
    let (_, after) = after.split_once('<')?;
    let (address, _) = after.split_once('>')?;
    Some(address.to_owned())
}
