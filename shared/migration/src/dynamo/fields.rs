//! An item's attributes by name and type; whatever is wrong is told with its path.

use std::str::FromStr;

use jiff::Timestamp;

use super::{Attribute, Item};
use crate::problem::shown;
use crate::{Place, Problem};

/// TEAM's pairs of an id and the name that it had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The id.
    pub id: String,
    /// For people to read.
    pub name: String,
}

/// An item on its way to become a row.
#[derive(Debug)]
pub struct Fields<'a> {
    item: &'a Item,
    place: &'a Place,
    table: &'static str,
}

/// The most hours that TEAM takes.
const HOURS_MOST: u32 = 8_000;

impl<'a> Fields<'a> {
    pub const fn new(item: &'a Item, place: &'a Place, table: &'static str) -> Self {
        Self { item, place, table }
    }

    /// What is wrong with this attribute.
    pub fn wrong(&self, attribute: &str, why: impl Into<String>) -> Problem {
        let id = match self.item.get("id") {
            Some(Attribute::Text(id)) => format!("{} {}", self.table, shown(id)),
            _ => format!("{} without an id", self.table),
        };
        Problem { place: self.place.clone(), item: Some(id), attribute: Some(attribute.to_owned()), why: why.into() }
    }

    fn unfit(&self, attribute: &str, found: &Attribute, right: &str) -> Problem {
        self.wrong(attribute, format!("this is {}; {right} is right", found.kind()))
    }

    fn present(&self, name: &str) -> Option<&'a Attribute> {
        self.item.get(name).filter(|attribute| **attribute != Attribute::Null)
    }

    /// A text; nothing and white space are none.
    pub fn text(&self, name: &str) -> Result<Option<String>, Problem> {
        match self.present(name) {
            None => Ok(None),
            Some(Attribute::Text(text)) => Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty())),
            Some(other) => Err(self.unfit(name, other, "a text, {\"S\": \"…\"},")),
        }
    }

    /// A text that must be there.
    pub fn needed(&self, name: &str) -> Result<String, Problem> {
        self.text(name)?.ok_or_else(|| self.wrong(name, "it is missing; a text, {\"S\": \"…\"}, is right"))
    }

    /// A yes or no.
    pub fn flag(&self, name: &str) -> Result<Option<bool>, Problem> {
        match self.present(name) {
            None => Ok(None),
            Some(Attribute::Flag(flag)) => Ok(Some(*flag)),
            Some(other) => Err(self.unfit(name, other, "a yes or no, {\"BOOL\": true},")),
        }
    }

    /// Whole hours, which TEAM keeps as text.
    pub fn hours(&self, name: &str) -> Result<Option<u32>, Problem> {
        match self.present(name) {
            None => Ok(None),
            Some(Attribute::Text(text) | Attribute::Number(text)) => {
                let hours = text.trim().parse::<u32>().ok().filter(|hours| (1..=HOURS_MOST).contains(hours));
                let wrong = || format!("{} is not a whole number of hours from 1 to {HOURS_MOST}", shown(text));
                hours.map(Some).ok_or_else(|| self.wrong(name, wrong()))
            }
            Some(other) => Err(self.unfit(name, other, "a number of hours, {\"S\": \"8\"},")),
        }
    }

    /// A moment.
    pub fn moment(&self, name: &str) -> Result<Option<Timestamp>, Problem> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let wrong = || format!("{} is not a moment such as 2026-01-31T12:00:00Z", shown(&text));
        text.parse().map(Some).map_err(|_| self.wrong(name, wrong()))
    }

    /// A list or a set of texts.
    pub fn texts(&self, name: &str) -> Result<Vec<String>, Problem> {
        match self.present(name) {
            None => Ok(Vec::new()),
            Some(Attribute::Texts(texts)) => Ok(texts.clone()),
            Some(Attribute::List(list)) => list
                .iter()
                .enumerate()
                .filter(|(_, entry)| **entry != Attribute::Null)
                .map(|(at, entry)| match entry {
                    Attribute::Text(text) => Ok(text.trim().to_owned()),
                    other => Err(self.unfit(&format!("{name}[{at}]"), other, "a text, {\"S\": \"…\"},")),
                })
                .collect(),
            Some(other) => Err(self.unfit(name, other, "a list of texts, {\"L\": [{\"S\": \"…\"}]},")),
        }
    }

    /// A list of ids with names.
    pub fn named(&self, name: &str) -> Result<Vec<Named>, Problem> {
        let right = "{\"M\": {\"id\": {\"S\": \"…\"}, \"name\": {\"S\": \"…\"}}}";
        let list = match self.present(name) {
            None => return Ok(Vec::new()),
            Some(Attribute::List(list)) => list,
            Some(other) => return Err(self.unfit(name, other, &format!("a list of {right}"))),
        };
        list.iter()
            .enumerate()
            .filter(|(_, entry)| **entry != Attribute::Null)
            .map(|(at, entry)| {
                let path = format!("{name}[{at}]");
                let Attribute::Map(map) = entry else { return Err(self.unfit(&path, entry, right)) };
                let text = |key: &str| match map.get(key) {
                    Some(Attribute::Text(text)) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
                    _ => None,
                };
                let id = text("id")
                    .ok_or_else(|| self.wrong(&format!("{path}.id"), format!("it is missing; {right} is right")))?;
                Ok(Named { name: text("name").unwrap_or_else(|| id.clone()), id })
            })
            .collect()
    }

    /// A text parsed as what it stands for.
    pub fn parsed<T: FromStr<Err: std::fmt::Display>>(&self, path: &str, text: &str) -> Result<T, Problem> {
        text.parse().map_err(|error: T::Err| self.wrong(path, error.to_string()))
    }
}
