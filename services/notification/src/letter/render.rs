//! The page around the words, as text and as HTML. Everything that people typed is escaped by askama in HTML,
//! and kept behind a bar in text, so that it cannot pass for a line of ours.

use askama::Template;

use super::{Letter, Row, Tone};

/// A mail's two bodies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// For those who read text.
    pub text: String,
    /// For those who read HTML.
    pub html: String,
}

#[derive(Template)]
#[template(path = "mail.txt")]
struct Text<'a> {
    letter: &'a Letter,
}

#[derive(Template)]
#[template(path = "mail.html")]
struct Html<'a> {
    letter: &'a Letter,
}

impl Row {
    /// The value's lines.
    fn lines(&self) -> impl Iterator<Item = &str> {
        self.value.lines()
    }
}

impl Tone {
    const fn background(self) -> &'static str {
        match self {
            Self::Yes => "#1a7f37",
            Self::No => "#b42318",
            Self::Plain => "#2f5bb7",
        }
    }
}

/// Lays a letter out.
///
/// # Errors
/// When a template fails, which only a mistake in it could cause.
pub fn render(letter: &Letter) -> Result<Rendered, askama::Error> {
    Ok(Rendered { text: Text { letter }.render()?, html: Html { letter }.render()? })
}
