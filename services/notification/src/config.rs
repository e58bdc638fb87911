//! The settings that concern this service, as what it is made of.

use anyhow::Context;
use runtime::Settings;
use web::link::LinkKey;

use crate::outlet::guard::Reach;
use crate::outlet::mail::MailOutlet;
use crate::outlet::webhook::WebhookOutlet;
use crate::send::Sender;

/// How far webhooks may go.
#[must_use]
pub const fn reach(settings: &Settings) -> Reach {
    if settings.webhooks.allow_private { Reach::Anywhere } else { Reach::Public }
}

/// All ways out.
///
/// # Errors
/// When a setting cannot be used; it is named, its value is not shown.
pub fn sender(settings: &Settings) -> anyhow::Result<Sender> {
    let mail = settings.mail.smtp_url.as_ref().map(|url| MailOutlet::new(url, &settings.mail.from)).transpose()?;
    Ok(Sender {
        mail,
        webhooks: WebhookOutlet::new(reach(settings)).context("cannot make the client for webhooks")?,
        link_key: LinkKey::new(&settings.links.key).context("links.key is not the Base64 of at least 32 bytes")?,
        portal: settings.http.public_url.as_str().trim_end_matches('/').to_owned(),
    })
}
