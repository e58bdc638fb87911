//! One mail: as it came, and as people read it.

use std::sync::OnceLock;

use mail_parser::{Address, MessageParser, MimeHeaders as _, PartType};
use serde::Serialize;

use crate::clock::Millis;

/// A mail as it came.
pub struct Mail {
    pub id: u64,
    pub received_at: Millis,
    /// The envelope's sender.
    pub envelope_from: String,
    /// The envelope's recipients.
    pub recipients: Vec<String>,
    raw: Vec<u8>,
    read: OnceLock<Content>,
}

/// What it says.
#[derive(Default, Serialize)]
pub struct Content {
    pub from: String,
    pub subject: String,
    pub text: Option<String>,
    pub html: Option<String>,
    pub headers: Vec<(String, String)>,
    pub attachments: Vec<String>,
}

impl Mail {
    /// A mail that has just arrived.
    pub fn new(id: u64, received_at: Millis, envelope_from: String, recipients: Vec<String>, raw: Vec<u8>) -> Self {
        Self { id, received_at, envelope_from, recipients, raw, read: OnceLock::new() }
    }

    /// What it says; read once.
    pub fn content(&self) -> &Content {
        self.read.get_or_init(|| read(&self.raw).unwrap_or_default())
    }

    /// The mail as it came.
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }
}

fn read(raw: &[u8]) -> Option<Content> {
    let message = MessageParser::default().parse(raw)?;
    let text = message.text_part(0).and_then(|part| match &part.body {
        PartType::Text(text) => Some(text.to_string()),
        _ => None,
    });
    let html = message.html_part(0).and_then(|part| match &part.body {
        PartType::Html(html) => Some(html.to_string()),
        _ => None,
    });
    let headers = message.headers_raw().map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect();
    Some(Content {
        from: message.from().map(written).unwrap_or_default(),
        subject: message.subject().unwrap_or_default().to_owned(),
        text,
        html,
        headers,
        attachments: message.attachments().map(|part| part.attachment_name().unwrap_or("unnamed").to_owned()).collect(),
    })
}

fn written(address: &Address<'_>) -> String {
    let one = |addr: &mail_parser::Addr<'_>| match (addr.name(), addr.address()) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (None, Some(only)) | (Some(only), None) => only.to_owned(),
        (None, None) => String::new(),
    };
    address.iter().map(one).collect::<Vec<_>>().join(", ")
}
