//! How long until a moment; our script counts it down.

use askama::Template;
use askama::filters::HtmlSafe;
use jiff::Timestamp;

use crate::look::Look;

use super::duration;

/// What is left.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(
    source = r#"<time class="countdown{% if soon %} soon{% endif %}" datetime="{{ iso }}" data-until="{{ iso }}" data-over="{{ over }}">{{ text }}</time>"#,
    ext = "html"
)]
pub(crate) struct Countdown {
    iso: String,
    text: String,
    over: &'static str,
    soon: bool,
}

impl HtmlSafe for Countdown {}

/// From here on it is told loudly.
const SOON_S: i64 = 600;

impl Countdown {
    pub(crate) fn new(until: Timestamp, look: &Look) -> Self {
        let left = until.duration_since(look.now).as_secs();
        let text = match left {
            ..=0 => look.t.is_over().to_owned(),
            1..60 => look.t.under_a_minute().to_owned(),
            _ => duration(left / 60, look.t),
        };
        let iso = until.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        Self { iso, text, over: look.t.is_over(), soon: left < SOON_S }
    }
}
