//! Mails by SMTP, over a few connections that are kept.

use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::{self, PoolConfig};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use secrecy::{ExposeSecret, SecretString};

use super::{Attempt, PATIENCE, causes, one_line};
use crate::letter::{Letter, render};

/// Connections to the mail server at most; many servers take no more than 50 from one client. A mail's body and
/// its end leave in two writes, and the kernel holds the second back for some 40 ms, so it takes many connections
/// for many mails a second.
pub const CONNECTIONS: u32 = 48;

/// The mail server, and who writes.
#[derive(Clone)]
pub struct MailOutlet {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl std::fmt::Debug for MailOutlet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MailOutlet").field("from", &self.from.email).finish_non_exhaustive()
    }
}

/// Why the mail settings cannot be used. Neither says what they are: the URL holds a password.
#[derive(Debug, thiserror::Error)]
pub enum InvalidMailSettings {
    /// Not a sender.
    #[error("mail.from is not an address like \"Curfew <curfew@example.com>\"")]
    From,
    /// Not a mail server.
    #[error(
        "mail.smtp_url is not a URL like smtp://host:25, smtp://user:password@host:587?tls=required or smtps://user:password@host"
    )]
    Url,
}

/// A mail with all that its envelope and headers need.
#[derive(Debug, Clone)]
pub struct Post<'a> {
    /// The delivery's id: the same mail has the same `Message-ID`, however often it is sent.
    pub id: domain::DeliveryId,
    /// The request, where it is about one: all its mails refer to it, so that they stand together.
    pub request: Option<domain::RequestId>,
    /// Whom it reaches.
    pub to: &'a crate::message::To,
    /// When it is sent.
    pub at: jiff::Timestamp,
    /// What it says.
    pub letter: &'a Letter,
}

#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }
    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }
    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// Why a mail cannot be written.
#[derive(Debug, thiserror::Error)]
enum Unwritable {
    #[error("the recipient's address cannot be used")]
    Address(#[from] lettre::address::AddressError),
    #[error("the mail could not be put together")]
    Message(#[from] lettre::error::Error),
    #[error("the mail could not be laid out")]
    Template(#[from] askama::Error),
}

impl MailOutlet {
    /// A mail server by URL; nothing connects before there is a mail.
    ///
    /// # Errors
    /// When a setting cannot be used.
    pub fn new(smtp_url: &SecretString, from: &str) -> Result<Self, InvalidMailSettings> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(smtp_url.expose_secret())
            .map_err(|_| InvalidMailSettings::Url)?
            .timeout(Some(PATIENCE))
            .pool_config(PoolConfig::new().max_size(CONNECTIONS).idle_timeout(std::time::Duration::from_secs(30)))
            .build();
        Ok(Self { transport, from: from.parse().map_err(|_| InvalidMailSettings::From)? })
    }

    /// Tries once.
    pub async fn send(&self, post: &Post<'_>) -> Attempt {
        let message = match self.write(post) {
            Ok(message) => message,
            Err(error) => return Attempt::Refused { status: None, why: causes(&error) },
        };
        match tokio::time::timeout(PATIENCE, self.transport.send(message)).await {
            Ok(Ok(response)) => Attempt::Taken { status: code(response.code()) },
            Ok(Err(error)) => judge(&error),
            Err(_) => {
                Attempt::Failed { status: None, why: format!("no answer within {} s", PATIENCE.as_secs()), after: None }
            }
        }
    }

    fn write(&self, post: &Post<'_>) -> Result<lettre::Message, Unwritable> {
        let address: Address = post.to.address.trim().parse()?;
        let domain = self.from.email.domain();
        let bodies = render(post.letter)?;
        let mut builder = lettre::Message::builder();
        if let Some(request) = post.request {
            let thread = format!("<request-{request}@{domain}>");
            builder = builder.in_reply_to(thread.clone()).references(thread);
        }
        Ok(builder
            .from(self.from.clone())
            .to(Mailbox::new(Some(one_line(&post.to.name)).filter(|name| !name.is_empty()), address))
            .subject(one_line(&post.letter.subject))
            .date(post.at.into())
            .message_id(Some(format!("<{}@{domain}>", post.id)))
            .header(AutoSubmitted)
            .multipart(MultiPart::alternative_plain_html(bodies.text, bodies.html))?)
    }
}

fn code(code: smtp::response::Code) -> i32 {
    u16::from(code).into()
}

/// A permanent refusal concerns this mail, unless it is about our own signing in: that an operator mends.
fn judge(error: &smtp::Error) -> Attempt {
    let (status, why) = (error.status().map(code), causes(error));
    let about_us = matches!(status, Some(503 | 530 | 534 | 535 | 538));
    if error.is_permanent() && !about_us {
        Attempt::Refused { status, why }
    } else {
        Attempt::Failed { status, why, after: None }
    }
}
