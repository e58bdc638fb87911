//! What changes in a document, field by field, as the form calls its fields.

use domain::rules::Kind;
use policy::Difference;
use policy::form::{Field, Record, Shape, record};

use super::labels;
use crate::look::Look;
use crate::parts::Moment;

/// What stands behind a path where only the order of a list changes.
const ORDER: &str = " (order)";

/// One difference in a line.
pub(in crate::pages) fn difference(kind: Kind, one: &Difference, look: &Look) -> String {
    let t = look.t;
    let path = one.field.strip_suffix(ORDER).unwrap_or(&one.field);
    let (mut labels, shape) = walk(record(kind), path, look);
    if path.len() < one.field.len() {
        labels.push(t.difference_order().to_owned());
    }
    let field = labels.join(" › ");
    let name = path.rsplit('.').next().map_or("", |step| step_of(step).0);
    let said = |text: &String| value(shape, name, text, look);
    match (&one.before, &one.after) {
        (Some(before), Some(after)) => t.difference_becomes(field, said(before), said(after)),
        (Some(before), None) => t.difference_without(field, said(before)),
        (None, Some(after)) => t.difference_with(field, said(after)),
        (None, None) => field,
    }
}

/// What the steps of a path are called, and what stands at its end. What the form does not know is called as it is.
fn walk(from: &'static Record, path: &str, look: &Look) -> (Vec<String>, Option<&'static Shape>) {
    let t = look.t;
    let mut records: Vec<&'static Record> = vec![from];
    let (mut labels, mut shape) = (Vec::new(), None);
    for step in path.split('.') {
        let (name, place) = step_of(step);
        let found = records.iter().find_map(|record| record.field(name).map(|field| (*record, field)));
        let label = found.and_then(|(record, field)| labels::field(record.title, field.name, t)).unwrap_or(name);
        labels.push(place.map_or_else(|| label.to_owned(), |place| t.policy_number_of(label, place + 1)));
        shape = found.map(|(_, field): (_, &'static Field)| &field.shape);
        records = shape.map(below).unwrap_or_default();
    }
    (labels, shape)
}

/// A step's name and, of one of several, its place.
fn step_of(step: &str) -> (&str, Option<usize>) {
    match step.split_once('[') {
        Some((name, place)) => (name, place.trim_end_matches(']').parse().ok()),
        None => (step, None),
    }
}

/// The records in which the next step may be: of a choice all, since the path does not say which was chosen.
fn below(shape: &'static Shape) -> Vec<&'static Record> {
    match shape {
        Shape::Record(record) => vec![record],
        Shape::Choice(choice) => choice.options.iter().map(|(_, record)| *record).collect(),
        Shape::List(inner) => below(inner),
        Shape::Flag | Shape::Number { .. } | Shape::Word(_) | Shape::Text(_) | Shape::Name(_) => Vec::new(),
    }
}

/// A value as it is read: texts without their quotation marks, words by what they are called.
fn value(shape: Option<&'static Shape>, name: &str, text: &str, look: &Look) -> String {
    let plain = || serde_json::from_str::<String>(text).unwrap_or_else(|_| text.to_owned());
    match shape {
        Some(Shape::Flag) if text == "true" => "✓".to_owned(),
        Some(Shape::Flag) if text == "false" => "✗".to_owned(),
        Some(Shape::Word(_) | Shape::Choice(_)) => {
            let word = plain();
            labels::word(name, &word, look.t).map_or(word, str::to_owned)
        }
        Some(Shape::Text(form)) if form.title == "a moment" => {
            plain().parse().map_or_else(|_| plain(), |at| Moment::new(at, look).plain())
        }
        _ => plain(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::Chosen;
    use crate::texts::{Language, Texts};
    use jiff::tz::TimeZone;

    #[test]
    fn fields_and_words_are_called_as_in_the_form() {
        let now = "2026-06-01T10:00:00Z".parse().unwrap();
        let t = Texts { language: Language::German };
        let look = Look { t, chosen: Chosen::default(), zone: TimeZone::UTC, now };
        for (kind, field, before, after, said) in [
            (Kind::Rule, "max_minutes", Some("60"), Some("90"), "Höchstens (Minuten): 60 wird 90"),
            (Kind::Rule, "enabled", Some("true"), Some("false"), "In Kraft: ✓ wird ✗"),
            (
                Kind::Rule,
                "when_away",
                Some("\"refuse\""),
                Some("\"allow\""),
                "Wenn das Gefragte nicht erreichbar ist: ablehnen wird erlauben",
            ),
            (Kind::Rule, "accounts.ids", Some("\"ledger\""), None, "Wo › Konten: ohne ledger"),
            (
                Kind::Rule,
                "approval.stages[1].votes",
                Some("1"),
                Some("2"),
                "Entscheidung › Stufe 2 › Wie viele zustimmen müssen: 1 wird 2",
            ),
            (
                Kind::Freeze,
                "from",
                Some("\"2026-06-01T08:00:00Z\""),
                Some("\"2026-06-02T08:00:00Z\""),
                "Von: heute 08:00 UTC wird morgen 08:00 UTC",
            ),
            (
                Kind::Schedule,
                "rotation.users (order)",
                Some("[\"a\", \"b\"]"),
                Some("[\"b\", \"a\"]"),
                "Wechsel › Personen › Reihenfolge: [\"a\", \"b\"] wird [\"b\", \"a\"]",
            ),
            (Kind::Rule, "of_a_later_version", None, Some("7"), "of_a_later_version: mit 7"),
        ] {
            let one = Difference {
                field: field.to_owned(),
                before: before.map(str::to_owned),
                after: after.map(str::to_owned),
            };
            assert_eq!(difference(kind, &one, &look), said);
        }
    }
}
