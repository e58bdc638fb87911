//! From what there is to tell to a mail that somebody can read at three in the morning: the words
//! ([`texts`]), their form ([`words`]) and the page around them ([`render`]).

pub mod render;
pub mod texts;
mod words;

pub use render::{Rendered, render};

/// A mail's content, in one language, before it is laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// One line that says it all.
    pub subject: String,
    /// The subject as a sentence.
    pub headline: String,
    /// What follows from it, a paragraph each.
    pub paragraphs: Vec<String>,
    /// Who, what, where, how long, why.
    pub rows: Vec<Row>,
    /// What can be done.
    pub buttons: Vec<Button>,
    /// Why one gets this mail.
    pub foot: String,
}

/// A labelled line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it is.
    pub label: &'static str,
    /// The value; several lines where people typed them.
    pub value: String,
}

/// A link that stands out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// What it says.
    pub label: &'static str,
    /// Where it leads.
    pub url: String,
    /// Its colour.
    pub tone: Tone,
}

/// A button's colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Only a way to a page.
    Plain,
}

/// Where the links of one mail lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    /// The portal's address, without a slash at the end.
    pub portal: String,
    /// The links that decide, where something is to be decided.
    pub decide: Option<Decide>,
}

/// The two links of an approver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decide {
    /// Leads to saying yes.
    pub approve: String,
    /// Leads to saying no.
    pub reject: String,
}
