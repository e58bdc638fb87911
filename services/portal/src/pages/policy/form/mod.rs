//! A document as a form that works without a script. The form is made from the same table by which files are read and
//! written, so that it has every field that a file may have; what it sends back is an entry as files have it, with names
//! where the API has ids.

mod differences;
mod facts;
mod labels;
mod sent;
mod shown;
mod suggestions;

pub(in crate::pages) use differences::difference;
pub(super) use facts::{Line, facts};
pub(super) use labels::word;
pub(super) use sent::{Blanks, Sent};
pub(super) use shown::shown;
pub(super) use suggestions::{Names, Suggestions, suggestions};

/// One piece of a form, in the order of the page.
pub(super) struct Part {
    /// The field as problems name it: `approval.stages.0.votes`; empty where no problem is about it.
    pub path: String,
    /// The field as the form sends it.
    pub name: String,
    pub label: String,
    pub hint: Option<String>,
    pub errors: Vec<String>,
    pub what: What,
}

/// What it is.
pub(super) enum What {
    /// Fields that belong together begin.
    Group {
        /// Where they may be left out: whether they are there.
        optional: Option<bool>,
        /// Whether it is one of several, which can be taken away.
        entry: bool,
    },
    /// They end.
    GroupEnd,
    /// Of several possibilities one, with fields of its own; they follow as options.
    Choice(Vec<Pick>),
    /// The fields of one of them begin, by its name.
    Option(&'static str),
    /// They end.
    OptionEnd,
    /// The choice ends.
    ChoiceEnd,
    /// What is needed less often begins; whether some of it is filled in.
    Further(bool),
    /// It ends.
    FurtherEnd,
    Flag(bool),
    Number {
        value: String,
        least: i64,
        most: i64,
    },
    Text {
        value: String,
        kind: &'static str,
        /// What names stand for here; none where it is no name.
        names: Option<Names>,
    },
    /// Some of these words.
    Many(Vec<Pick>),
    /// One of these words.
    One(Vec<Pick>),
    /// Any number of names or texts, a field for each and some empty ones.
    Several {
        values: Vec<(String, String)>,
        /// What names stand for here; none where it is no name.
        names: Option<Names>,
    },
    /// A button for one more.
    Add,
}

/// Something to choose.
pub(super) struct Pick {
    pub value: &'static str,
    pub label: String,
    pub chosen: bool,
}

/// Puts each problem beside the field that it is about, or the nearest around it; what is about none is returned.
pub(super) fn place(problems: Vec<(String, String)>, parts: &mut [Part]) -> Vec<String> {
    let mut above = Vec::new();
    for (field, message) in problems {
        let around = |path: &str| {
            !path.is_empty() && (field == path || field.strip_prefix(path).is_some_and(|rest| rest.starts_with('.')))
        };
        let best = parts.iter_mut().filter(|part| around(&part.path)).max_by_key(|part| part.path.len());
        match best {
            Some(part) => part.errors.push(message),
            None => above.push(message),
        }
    }
    above
}

/// A problem's path as forms have it: `rules[0].stages[1].votes` is `stages.1.votes`.
pub(super) fn path_of(field: &str) -> String {
    let inside = field.split_once('.').map_or("", |(_, inside)| inside);
    inside.replace('[', ".").replace(']', "")
}
