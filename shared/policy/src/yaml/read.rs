//! Text to tree.

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::{Key, Node, Place, Value};
use crate::limits::{DEPTH_MOST, NODES_MOST};

/// What is wrong with the text, and where.
#[derive(Debug)]
pub(crate) struct Unreadable {
    pub at: Place,
    pub why: String,
}

fn unreadable<T>(at: Place, why: impl Into<String>) -> Result<T, Unreadable> {
    Err(Unreadable { at, why: why.into() })
}

fn place(span: &Span) -> Place {
    Place { line: span.start.line(), column: span.start.col() + 1 }
}

/// A list or mapping that is being read.
enum Open {
    List(Place, Vec<Node>),
    Map(Place, Vec<(Key, Node)>, Option<Key>),
}

/// # Errors
/// When it is no YAML, or has what is not taken. One is told: what comes after it could be meant in any way.
pub(crate) fn read(text: &str) -> Result<Option<Node>, Unreadable> {
    let mut open: Vec<Open> = Vec::new();
    let mut whole: Option<Node> = None;
    let mut count = 0;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| Unreadable {
            at: Place { line: error.marker().line(), column: error.marker().col() + 1 },
            why: format!("this is not YAML: {}", error.info()),
        })?;
        let at = place(&span);
        plain_node(&event, at)?;
        count += 1;
        if count > NODES_MOST {
            return unreadable(at, format!("the file has more than {NODES_MOST} values; make several files of it"));
        }
        let done = match event {
            Event::DocumentStart(_) if whole.is_some() => {
                return unreadable(at, "a second document begins here (---); make a file of it");
            }
            Event::MappingStart(..) => {
                open.push(Open::Map(at, Vec::new(), None));
                None
            }
            Event::SequenceStart(..) => {
                open.push(Open::List(at, Vec::new()));
                None
            }
            Event::MappingEnd | Event::SequenceEnd => open.pop().map(closed),
            Event::Scalar(text, style, ..) => {
                let value = Value::Scalar { text: text.into_owned(), plain: style == ScalarStyle::Plain };
                Some(Node { at, value })
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd
            | Event::Alias(_) => None,
        };
        if open.len() > DEPTH_MOST {
            return unreadable(at, format!("this lies deeper than {DEPTH_MOST} lists and mappings; nothing does"));
        }
        if let Some(node) = done {
            put(&mut open, &mut whole, node)?;
        }
    }
    Ok(whole)
}

/// Refuses what would make a value mean something else than what stands there.
fn plain_node(event: &Event<'_>, at: Place) -> Result<(), Unreadable> {
    let (anchor, tag) = match event {
        Event::Alias(_) => return unreadable(at, "an alias (*name) is not taken; write the value here"),
        Event::Scalar(_, _, anchor, tag) | Event::SequenceStart(anchor, tag) | Event::MappingStart(anchor, tag) => {
            (*anchor, tag)
        }
        _ => return Ok(()),
    };
    if anchor != 0 {
        return unreadable(at, "an anchor (&name) is not taken; write the value wherever it is meant");
    }
    if tag.is_some() {
        return unreadable(at, "a tag (!name) is not taken; write the value alone, in quotes where it is a text");
    }
    Ok(())
}

fn closed(open: Open) -> Node {
    match open {
        Open::List(at, entries) => Node { at, value: Value::List(entries) },
        Open::Map(at, entries, _) => Node { at, value: Value::Map(entries) },
    }
}

fn put(open: &mut [Open], whole: &mut Option<Node>, node: Node) -> Result<(), Unreadable> {
    match open.last_mut() {
        None => *whole = Some(node),
        Some(Open::List(_, entries)) => entries.push(node),
        Some(Open::Map(_, entries, key)) => match key.take() {
            Some(key) => entries.push((key, node)),
            None => {
                let Value::Scalar { text, .. } = node.value else {
                    return unreadable(node.at, "a key is a single word, not a list or mapping");
                };
                // The form has fifteen keys in a mapping at most: looking through them all is quick.
                if let Some((first, _)) = entries.iter().find(|(key, _)| key.text == text) {
                    let why = format!("the key {text:?} was given already in line {}", first.at.line);
                    return unreadable(node.at, why);
                }
                if entries.len() >= KEYS_MOST {
                    return unreadable(node.at, format!("a mapping has at most {KEYS_MOST} keys"));
                }
                *key = Some(Key { at: node.at, text });
            }
        },
    }
    Ok(())
}

const KEYS_MOST: usize = 64;
