//! What a name may mean, where it is not one.

use askama::Template;
use askama::filters::HtmlSafe;

/// That nothing is called so, or which of several is meant, each with a link to where it is chosen.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(
    source = r#"{% if let Some(none) = none %}<p class="notice bad" role="alert">{{ none }}</p>{% else %}<div class="which"><p><strong>{{ question }}</strong></p><ul class="plain">{% for (called, place) in offered %}<li><a href="{{ place }}" dir="auto">{{ called }}</a></li>{% endfor %}</ul>{% if let Some(others) = others %}<p class="hint">{{ others }}</p>{% endif %}</div>{% endif %}"#,
    ext = "html"
)]
pub(crate) struct Which {
    none: Option<String>,
    question: &'static str,
    /// Names and where they lead.
    offered: Vec<(String, String)>,
    /// That there are others.
    others: Option<&'static str>,
}

impl HtmlSafe for Which {}

impl Which {
    pub(crate) fn none(none: impl Into<String>) -> Self {
        Self { none: Some(none.into()), question: "", offered: Vec::new(), others: None }
    }

    pub(crate) const fn several(
        question: &'static str,
        offered: Vec<(String, String)>,
        others: Option<&'static str>,
    ) -> Self {
        Self { none: None, question, offered, others }
    }
}
