//! Lists come in pages: items and an opaque cursor to the next ones.

use std::str::FromStr;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::{Problem, ProblemType};

/// Where the next page begins: the sort key and the id of the last item before it.
///
/// Callers see it as one opaque text. It carries no authority: it can only move within a list
/// that its caller may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The sort key as text.
    pub key: String,
    /// The id, which breaks ties.
    pub id: String,
}

impl Cursor {
    /// After an item with this sort key and id.
    #[must_use]
    pub fn after(key: impl ToString, id: impl ToString) -> Self {
        Self { key: key.to_string(), id: id.to_string() }
    }

    /// As callers see it.
    #[must_use]
    pub fn encode(&self) -> String {
        let json = serde_json::to_vec(&(&self.key, &self.id)).unwrap_or_default();
        URL_SAFE_NO_PAD.encode(json)
    }

    /// The id in a list's cursor, where there is one; for lists that are sorted by nothing but their ids.
    ///
    /// # Errors
    /// When it is the cursor of another list.
    pub fn id_in<Id: FromStr>(cursor: Option<&Self>) -> Result<Option<Id>, Problem> {
        cursor.map(|cursor| cursor.id.parse().map_err(|_| Self::strange())).transpose()
    }

    /// What is said about the cursor of another list.
    #[must_use]
    pub fn strange() -> Problem {
        Problem::because(ProblemType::InvalidCursor, "Take the cursor from the `next` of the page before.")
    }

    /// From what a caller sent.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        if text.len() > 1024 {
            return None;
        }
        let (key, id) = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        Some(Self { key, id })
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::decode(&text)
            .ok_or_else(|| marked(ProblemType::InvalidCursor, "take the cursor from the `next` of the page before"))
    }
}

impl utoipa::PartialSchema for Cursor {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        String::schema()
    }
}

impl utoipa::ToSchema for Cursor {}

/// How many items a page has: 1 to 200, 50 where nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(u16);

impl Limit {
    /// The number.
    #[must_use]
    pub const fn get(self) -> usize {
        self.0 as usize
    }

    /// What to ask the database for: one more, which tells whether there is a next page.
    #[must_use]
    pub const fn rows(self) -> i64 {
        self.0 as i64 + 1
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(50)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.parse() {
            Ok(limit @ 1..=200) => Ok(Self(limit)),
            _ => Err(marked(ProblemType::InvalidLimit, "a limit is a whole number from 1 to 200")),
        }
    }
}

impl utoipa::PartialSchema for Limit {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        use utoipa::openapi::schema::{ObjectBuilder, Type};
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(1))
            .maximum(Some(200))
            .default(Some(serde_json::json!(50)))
            .into()
    }
}

impl utoipa::ToSchema for Limit {}

/// An error of a newtype's `Deserialize` that the extractors turn into this type of problem.
pub fn marked<E: de::Error>(kind: ProblemType, detail: &str) -> E {
    E::custom(format_args!("{}: {detail}", kind.slug()))
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// The items, sorted.
    pub items: Vec<T>,
    /// The cursor of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// From up to [`Limit::rows`] rows; the one too many becomes the cursor to the next page.
    #[must_use]
    pub fn of(mut rows: Vec<T>, limit: Limit, cursor: impl Fn(&T) -> Cursor) -> Self {
        let more = rows.len() > limit.get();
        rows.truncate(limit.get());
        let next = rows.last().filter(|_| more).map(|last| cursor(last).encode());
        Self { items: rows, next }
    }

    /// The same of a list that is sorted by nothing but its ids.
    #[must_use]
    pub fn by_id<Id: ToString>(rows: Vec<T>, limit: Limit, id: impl Fn(&T) -> Id) -> Self {
        Self::of(rows, limit, |row| Cursor::after("", id(row)))
    }

    /// The same page of something else.
    #[must_use]
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), next: self.next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        let cursor = Cursor::after("2026-01-01T00:00:00Z", "0\"ü");
        assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        for bad in ["", "x", "e30", "WzFd", &"A".repeat(2000), "WyJhIl0", "💥"] {
            assert_eq!(Cursor::decode(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_id_comes_back_and_the_cursor_of_another_list_is_refused() {
        let limit: Limit = serde_json::from_str("\"1\"").unwrap();
        let page = Page::by_id(vec![7_u8, 8], limit, |id| *id);
        let cursor = page.next.as_deref().and_then(Cursor::decode);
        assert_eq!(Cursor::id_in::<u8>(cursor.as_ref()).unwrap(), Some(7));
        assert_eq!(Cursor::id_in::<u8>(None).unwrap(), None);
        assert!(Cursor::id_in::<u8>(Some(&Cursor::after("", "seven"))).is_err());
    }

    #[test]
    fn the_last_page_has_no_next() {
        let limit: Limit = serde_json::from_str("\"2\"").unwrap();
        let page = |rows: Vec<u8>| Page::of(rows, limit, |n| Cursor::after(n, "id"));
        assert_eq!(page(vec![1, 2]), Page { items: vec![1, 2], next: None });
        assert_eq!(page(vec![1, 2, 3]), Page { items: vec![1, 2], next: Some(Cursor::after(2, "id").encode()) });
        assert_eq!(page(vec![]), Page { items: vec![], next: None });
    }
}
