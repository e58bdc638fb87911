//! A page that names what will be done, and asks whether that is meant.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use serde::Deserialize;

use super::frame::{Frame, page};
use super::visit::{Instead, SignedIn};
use crate::parts::PairPart;
use crate::texts::Texts;

/// What a form that only confirms sends.
#[derive(Deserialize)]
pub(super) struct Code {
    pub code: String,
}

/// The page.
#[derive(Template)]
#[template(path = "confirm.html")]
pub(super) struct Confirm {
    frame: Frame,
    t: Texts,
    title: String,
    about: Vec<PairPart>,
    text: &'static str,
    button: &'static str,
    code: String,
    back: String,
    /// Something to write, by its label.
    note: Option<&'static str>,
    danger: bool,
}

impl Confirm {
    /// Of a form that acts on `what`; `back` is where nothing happens.
    pub(super) fn new(me: &SignedIn, title: impl Into<String>, what: &str, back: String) -> Result<Self, Instead> {
        Ok(Self {
            frame: me.frame(),
            t: me.t(),
            title: title.into(),
            about: Vec::new(),
            text: "",
            button: "",
            code: me.code(what)?,
            back,
            note: None,
            danger: true,
        })
    }

    pub(super) fn about(self, about: Vec<PairPart>) -> Self {
        Self { about, ..self }
    }

    pub(super) fn saying(self, text: &'static str) -> Self {
        Self { text, ..self }
    }

    pub(super) fn button(self, button: &'static str) -> Self {
        Self { button, ..self }
    }

    pub(super) fn note(self, label: &'static str) -> Self {
        Self { note: Some(label), ..self }
    }

    pub(super) fn page(&self) -> HttpResponse {
        page(StatusCode::OK, self)
    }
}
