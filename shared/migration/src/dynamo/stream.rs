//! Items one by one from a file, whatever its form: lines of `{"Item": …}` as S3 exports have them, or the answers of
//! `aws dynamodb scan` with `{"Items": […]}`; compressed or not. Only one item is in memory at a time.

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufRead, BufReader};
use std::rc::Rc;
use std::sync::Arc;

use flate2::bufread::MultiGzDecoder;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::Item;
use crate::{Place, Problem};

/// DynamoDB's items have at most 400 KB; written as JSON, with every character escaped, still less than this.
const ITEM_MOST: u64 = 4 << 20;

/// What was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Read {
    /// How many items.
    pub items: u64,
    /// Whether the file says that more pages follow it.
    pub more: bool,
}

/// Hands each item over, with the place where it begins.
///
/// # Errors
/// When the file is no export of a table in DynamoDB JSON, or breaks off.
pub fn stream(file: &Arc<str>, input: impl io::Read, each: &mut dyn FnMut(Place, Item)) -> Result<Read, Problem> {
    let mut input = BufReader::with_capacity(1 << 16, input);
    let head = input.fill_buf().map_err(|e| broken(file, 1, &e))?;
    if head.starts_with(&[0x1f, 0x8b]) {
        let inner = BufReader::with_capacity(1 << 16, MultiGzDecoder::new(input));
        plain(file, inner, each)
    } else {
        plain(file, input, each)
    }
}

fn plain(file: &Arc<str>, mut input: impl BufRead, each: &mut dyn FnMut(Place, Item)) -> Result<Read, Problem> {
    let head = input.fill_buf().map_err(|e| broken(file, 1, &e))?;
    if head.starts_with(b"$ion_") {
        let why = "this is Amazon Ion; export the table again and choose DynamoDB JSON";
        return Err(Problem {
            place: Place { file: Arc::clone(file), line: 1 },
            item: None,
            attribute: None,
            why: why.to_owned(),
        });
    }
    let at = Rc::new(At { line: Cell::new(1), left: Cell::new(ITEM_MOST) });
    let mut json = serde_json::Deserializer::from_reader(Counted { inner: input, at: Rc::clone(&at) });
    let mut top = Top { file, at: &at, each, read: Read::default() };
    while json.end().is_err() {
        (&mut top).deserialize(&mut json).map_err(|e| not_understood(file, &at, &e))?;
    }
    Ok(top.read)
}

fn broken(file: &Arc<str>, line: u64, error: &io::Error) -> Problem {
    let why = format!("the file cannot be read: {error}");
    Problem { place: Place { file: Arc::clone(file), line }, item: None, attribute: None, why }
}

fn not_understood(file: &Arc<str>, at: &At, error: &serde_json::Error) -> Problem {
    let line = u64::try_from(error.line()).ok().filter(|line| *line > 0).unwrap_or_else(|| at.line.get());
    let why = match error.classify() {
        serde_json::error::Category::Io => format!("the file cannot be read: {error}"),
        serde_json::error::Category::Eof => "the file breaks off in the middle of an item; export it again".to_owned(),
        serde_json::error::Category::Syntax => format!("this is not JSON: {error}"),
        serde_json::error::Category::Data => error.to_string(),
    };
    Problem { place: Place { file: Arc::clone(file), line }, item: None, attribute: None, why }
}

/// Where the reader is, and how much the present item may still have.
struct At {
    line: Cell<u64>,
    left: Cell<u64>,
}

/// Counts lines and bounds items. serde_json asks for single bytes, so the count is never ahead by more than one.
struct Counted<R> {
    inner: R,
    at: Rc<At>,
}

impl<R: io::Read> io::Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let found = self.inner.read(buffer)?;
        let lines = buffer.iter().take(found).filter(|byte| **byte == b'\n').count();
        self.at.line.set(self.at.line.get().saturating_add(u64::try_from(lines).unwrap_or(u64::MAX)));
        match self.at.left.get().checked_sub(u64::try_from(found).unwrap_or(u64::MAX)) {
            Some(left) => {
                self.at.left.set(left);
                Ok(found)
            }
            None => Err(io::Error::other("an item has more than 4 MiB; DynamoDB's largest has 400 KB")),
        }
    }
}

struct Top<'a> {
    file: &'a Arc<str>,
    at: &'a Rc<At>,
    each: &'a mut dyn FnMut(Place, Item),
    read: Read,
}

impl Top<'_> {
    fn take<'de, D: Deserializer<'de>>(&mut self, deserializer: D) -> Result<(), D::Error> {
        self.at.left.set(ITEM_MOST);
        let line = self.at.line.get();
        let item = Item::deserialize(deserializer)?;
        self.read.items += 1;
        (self.each)(Place { file: Arc::clone(self.file), line }, item);
        self.at.left.set(ITEM_MOST);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for &mut Top<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.at.left.set(ITEM_MOST);
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Top<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{\"Item\": …} or {\"Items\": […]}, as DynamoDB exports a table")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut found = false;
        let mut keys = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "Item" => {
                    map.next_value_seed(One(self))?;
                    found = true;
                }
                "Items" => {
                    map.next_value_seed(Many(self))?;
                    found = true;
                }
                "NextToken" | "LastEvaluatedKey" => {
                    self.read.more |= map.next_value::<Option<IgnoredAny>>()?.is_some();
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    keys.push(key.chars().take(40).collect::<String>());
                }
            }
        }
        if found {
            return Ok(());
        }
        let told = if keys.iter().any(|key| key == "NewImage" || key == "OldImage" || key == "Keys") {
            "this is an incremental export; a full one is needed".to_owned()
        } else {
            keys.truncate(5);
            format!(
                "there is neither Item nor Items, only {keys:?}: this is no export of a DynamoDB table in DynamoDB JSON"
            )
        };
        Err(A::Error::custom(told))
    }
}

struct One<'a, 'b>(&'a mut Top<'b>);

impl<'de> DeserializeSeed<'de> for One<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.0.take(deserializer)
    }
}

struct Many<'a, 'b>(&'a mut Top<'b>);

impl<'de> DeserializeSeed<'de> for Many<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Many<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(One(self.0))?.is_some() {}
        Ok(())
    }
}
