//! What is to be known about an access beside its state.

use askama::Template;
use askama::filters::HtmlSafe;
use jiff::Timestamp;

use super::Moment;
use crate::look::Look;
use crate::texts::Texts;

/// That AWS does not show it any more, and that more time is about to count.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(
    source = r#"{% if let Some(at) = vanished %}<div class="small error">{{ t.vanished_since() }} {{ at }}</div>{% endif %}{% if let Some(at) = extending %}<div class="small quiet">{{ t.extending_until() }} {{ at }}</div>{% endif %}"#,
    ext = "html"
)]
pub(crate) struct Beside {
    t: Texts,
    vanished: Option<Moment>,
    extending: Option<Moment>,
}

impl HtmlSafe for Beside {}

impl Beside {
    pub(crate) fn new(vanished_at: Option<Timestamp>, extending_to: Option<Timestamp>, look: &Look) -> Self {
        let moment = |at| Moment::new(at, look);
        Self { t: look.t, vanished: vanished_at.map(moment), extending: extending_to.map(moment) }
    }
}
