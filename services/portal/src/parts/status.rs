//! Where something stands.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::texts::Texts;

/// A state: a mark and a word.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(source = r#"<span class="status {{ class }}">{{ word }}</span>"#, ext = "html")]
pub(crate) struct Status {
    class: &'static str,
    word: String,
}

impl HtmlSafe for Status {}

impl Status {
    /// Of a request or an access, by the API's word.
    pub(crate) fn new(state: &str, t: Texts) -> Self {
        let (class, word) = match state {
            "pending" => ("waits", t.state_pending()),
            "approved" => ("good", t.state_approved()),
            "rejected" => ("bad", t.state_rejected()),
            "cancelled" => ("past", t.state_cancelled()),
            "timed_out" => ("past", t.state_timed_out()),
            "scheduled" => ("waits", t.state_scheduled()),
            "granting" => ("moves", t.state_granting()),
            "active" => ("good", t.state_active()),
            "revoking" => ("moves", t.state_revoking()),
            "ended" => ("past", t.state_ended()),
            other => return Self { class: "past", word: other.to_owned() },
        };
        Self { class, word: word.to_owned() }
    }

    /// Of an access that should be there and that AWS does not show.
    pub(crate) fn vanished(t: Texts) -> Self {
        Self { class: "bad", word: t.state_vanished().to_owned() }
    }

    /// The word alone, for lists to choose from.
    pub(crate) fn word(&self) -> &str {
        &self.word
    }

    /// A word of its own that says how urgent something is; none where it is as usual.
    pub(crate) fn severity(severity: &str, t: Texts) -> Option<Self> {
        let (class, word) = match severity {
            "" | "normal" => return None,
            "critical" => ("bad", t.severity_critical()),
            "high" => ("waits", t.severity_high()),
            "low" => ("past", t.severity_low()),
            other => return Some(Self { class: "past", word: other.to_owned() }),
        };
        Some(Self { class, word: word.to_owned() })
    }

    /// Of a use of the emergency button.
    pub(crate) fn emergency(state: &str, t: Texts) -> Self {
        let (class, word) = match state {
            "waiting" => ("waits", t.emergency_waits()),
            "running" => ("moves", t.emergency_running()),
            "done" => ("good", t.emergency_done()),
            "refused" => ("bad", t.emergency_refused()),
            "withdrawn" => ("past", t.emergency_withdrawn()),
            other => return Self { class: "past", word: other.to_owned() },
        };
        Self { class, word: word.to_owned() }
    }

    /// That nobody was asked.
    pub(crate) fn break_glass(t: Texts) -> Self {
        Self { class: "bad", word: t.break_glass().to_owned() }
    }
}
