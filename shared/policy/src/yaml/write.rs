//! Tree to text: block style, two spaces, quotes only where a value could be taken for something else.

use std::fmt::Write;

/// What is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Out {
    /// Written as it is: a number, true or false.
    Bare(String),
    /// A text, and what is said beside it.
    Text(String, Option<String>),
    List(Vec<Out>),
    Map(Vec<(String, Out)>),
}

/// The tree as text, ending with a line feed.
pub(crate) fn write(out: &Out) -> String {
    let mut text = String::new();
    block(out, 0, &mut text);
    text
}

fn block(out: &Out, depth: usize, text: &mut String) {
    match out {
        Out::Map(entries) if !entries.is_empty() => {
            for (place, (key, value)) in entries.iter().enumerate() {
                // Room between the lists of a file and their entries.
                if depth == 0 && place > 0 {
                    text.push('\n');
                }
                indent(depth, text);
                member(key, value, depth, text);
            }
        }
        Out::List(entries) if !entries.is_empty() => {
            for entry in entries {
                indent(depth, text);
                item(entry, depth, text);
            }
        }
        Out::Map(_) | Out::List(_) | Out::Bare(_) | Out::Text(..) => {
            indent(depth, text);
            inline(out, text);
        }
    }
}

fn member(key: &str, value: &Out, depth: usize, text: &mut String) {
    text.push_str(&scalar(key));
    text.push(':');
    match value {
        Out::Map(entries) if !entries.is_empty() => {
            text.push('\n');
            block(value, depth + 1, text);
        }
        Out::List(entries) if !entries.is_empty() => {
            text.push('\n');
            block(value, depth + 1, text);
        }
        Out::Map(_) | Out::List(_) | Out::Bare(_) | Out::Text(..) => {
            text.push(' ');
            inline(value, text);
        }
    }
}

/// An entry of a list: a mapping begins on the line of its dash.
fn item(entry: &Out, depth: usize, text: &mut String) {
    text.push_str("- ");
    match entry {
        Out::Map(entries) if !entries.is_empty() => {
            for (place, (key, value)) in entries.iter().enumerate() {
                if place > 0 {
                    indent(depth + 1, text);
                }
                member(key, value, depth + 1, text);
            }
        }
        Out::List(entries) if !entries.is_empty() => {
            text.push('\n');
            block(entry, depth + 1, text);
        }
        Out::Map(_) | Out::List(_) | Out::Bare(_) | Out::Text(..) => inline(entry, text),
    }
}

fn inline(out: &Out, text: &mut String) {
    match out {
        Out::Bare(bare) => text.push_str(bare),
        Out::Text(value, beside) => {
            text.push_str(&scalar(value));
            if let Some(beside) = beside {
                // A name that somebody chose must not end the comment and begin a line of its own.
                let beside: String = beside.chars().map(|c| if needs_escape(c) { ' ' } else { c }).collect();
                text.push_str(" # ");
                text.push_str(beside.trim());
            }
        }
        Out::List(_) => text.push_str("[]"),
        Out::Map(_) => text.push_str("{}"),
    }
    text.push('\n');
}

fn indent(depth: usize, text: &mut String) {
    text.extend(std::iter::repeat_n("  ", depth));
}

/// Characters that readers take for ends of lines, or that nobody sees.
fn needs_escape(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}')
}

fn scalar(value: &str) -> String {
    if is_plain(value) {
        return value.to_owned();
    }
    let mut quoted = String::with_capacity(value.len() + 2);
    quoted.push('"');
    for c in value.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c if needs_escape(c) => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Whether every reader of YAML, old ones too, takes it for this very text.
fn is_plain(value: &str) -> bool {
    const WORDS: [&str; 11] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"];
    let starts = value.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '_'));
    let inner = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | '/' | '@' | '+' | '(' | ')');
    starts
        && value.chars().all(inner)
        && !value.ends_with(' ')
        && !value.contains("  ")
        && !WORDS.contains(&value.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::super::{Node, Value, read};
    use super::*;
    use proptest::prelude::*;

    fn back(node: &Node) -> Out {
        match &node.value {
            Value::Scalar { text, .. } => Out::Text(text.clone(), None),
            Value::List(entries) => Out::List(entries.iter().map(back).collect()),
            Value::Map(entries) => Out::Map(entries.iter().map(|(k, v)| (k.text.clone(), back(v))).collect()),
        }
    }

    fn tree() -> impl Strategy<Value = Out> {
        let text = prop_oneof![any::<String>(), "[ -~]{0,12}", Just("yes".to_owned()), Just("1_000".to_owned())];
        let leaf = text.prop_map(|text| Out::Text(text, None));
        leaf.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Out::List),
                prop::collection::btree_map("[a-z ]{0,4}", inner, 0..5)
                    .prop_map(|map| Out::Map(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back_as_it_was(tree in tree()) {
            let text = write(&tree);
            let node = read(&text).map_err(|e| TestCaseError::fail(format!("{e:?}\n{text}")))?.expect("a node");
            prop_assert_eq!(back(&node), tree, "{}", text);
        }
    }

    #[test]
    fn a_comment_stays_on_its_line() {
        let out = Out::Map(vec![("id".to_owned(), Out::Text("x".to_owned(), Some("evil\nrules: []".to_owned())))]);
        assert_eq!(write(&out), "id: x # evil rules: []\n");
    }
}
