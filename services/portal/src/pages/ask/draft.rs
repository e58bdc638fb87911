//! What was typed so far, as forms and addresses hold it.

use client::Pair;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use uuid::Uuid;

/// As many pairs as a request may have.
const MOST: usize = 50;

/// What was typed so far.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Draft {
    pub code: String,
    pub key: String,
    pub q: String,
    /// Somebody else who shall have it, by immutable id; empty for oneself.
    pub beneficiary: String,
    /// What was typed to find them.
    pub who: String,
    pub pairs: Vec<Pair>,
    /// The chip that was chosen.
    pub chip: String,
    /// What was written beside the chips, which counts more.
    pub other: String,
    pub later: bool,
    pub start: String,
    pub severity: String,
    pub reason: String,
    pub ticket: String,
    pub break_glass: Option<Uuid>,
    pub template: Option<Uuid>,
    /// A request of one's own to be asked for again.
    pub like: Option<Uuid>,
    /// Whether it shall be asked for now.
    pub sends: bool,
    /// Whether something was chosen or removed just now.
    pub moved: bool,
}

impl Draft {
    pub(super) fn of(fields: &[(String, String)]) -> Self {
        let mut draft = Self::default();
        for (name, value) in fields {
            let value = value.as_str();
            match name.as_str() {
                "code" => value.clone_into(&mut draft.code),
                "key" => draft.key = value.chars().filter(char::is_ascii_graphic).take(100).collect(),
                "q" => draft.q = value.chars().filter(|c| !c.is_control()).take(200).collect(),
                "who" => draft.who = value.chars().filter(|c| !c.is_control()).take(200).collect(),
                "for" => draft.beneficiary = person(value),
                "choose_for" => draft.moved = true,
                "pair" => draft.choose(value),
                "add" => {
                    draft.choose(value);
                    draft.moved = true;
                }
                "drop" => draft.moved = true,
                "duration" | "minutes" => value.clone_into(&mut draft.chip),
                "other" => value.clone_into(&mut draft.other),
                "when" => draft.later = value == "later",
                "start" => value.clone_into(&mut draft.start),
                "severity" => value.clone_into(&mut draft.severity),
                "reason" => value.clone_into(&mut draft.reason),
                "ticket" => value.clone_into(&mut draft.ticket),
                "template" => draft.template = value.parse().ok(),
                "like" => draft.like = value.parse().ok(),
                "send" => draft.sends = true,
                "break_glass" => {
                    draft.break_glass = value.parse().ok();
                    draft.sends = draft.break_glass.is_some();
                }
                _ => {}
            }
        }
        if let Some((_, chosen)) = fields.iter().find(|(name, _)| name == "choose_for") {
            // Whatever else the form holds.
            draft.beneficiary = person(chosen);
            draft.who.clear();
        }
        let dropped = fields.iter().filter(|(name, _)| name == "drop").filter_map(|(_, value)| pair(value));
        for gone in dropped {
            draft.pairs.retain(|kept| *kept != gone);
        }
        draft
    }

    fn choose(&mut self, text: &str) {
        if let Some(pair) = pair(text)
            && !self.pairs.contains(&pair)
            && self.pairs.len() < MOST
        {
            self.pairs.push(pair);
        }
    }

    /// How long, as it was written; none where nothing was.
    pub(super) fn duration(&self) -> Option<&str> {
        [self.other.trim(), self.chip.trim()].into_iter().find(|text| !text.is_empty())
    }

    /// From when; none is as soon as it is approved.
    pub(super) fn start_at(&self, zone: &TimeZone) -> Result<Option<Timestamp>, ()> {
        if !self.later {
            return Ok(None);
        }
        let civil: DateTime = self.start.trim().parse().map_err(|_| ())?;
        civil.to_zoned(zone.clone()).map(|zoned| Some(zoned.timestamp())).map_err(|_| ())
    }

    /// The address that holds all of it but the words.
    pub(super) fn address(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for pair in &self.pairs {
            query.append_pair("pair", &written(pair));
        }
        let rest = [
            ("for", self.beneficiary.as_str()),
            ("who", &self.who),
            ("q", &self.q),
            ("minutes", self.duration().unwrap_or_default()),
        ];
        for (name, value) in rest {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        if let Some(template) = self.template {
            query.append_pair("template", &template.to_string());
        }
        format!("/ask?{}", query.finish())
    }
}

/// A person's id as fields hold it.
fn person(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(100).collect()
}

/// A pair as fields hold it.
pub(super) fn written(pair: &Pair) -> String {
    format!("{} {}", pair.account, pair.permission_set)
}

fn pair(text: &str) -> Option<Pair> {
    let (account, permission_set) = text.split_once(' ')?;
    let is_account = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
    let pair = || Pair { account: account.to_owned(), permission_set: permission_set.to_owned() };
    (is_account && !permission_set.is_empty()).then(pair)
}

/// Minutes as people write them: `45`, `90 min`, `2h`, `1h30`, `1:30`, `1 h 30 min`, `1.5h`.
pub(in crate::pages) fn minutes_of(text: &str) -> Option<i64> {
    let text: String = text.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    let number = |text: &str| -> Option<i64> { if text.len() > 6 { None } else { text.parse().ok() } };
    let minutes = |text: &str| {
        let bare = ["minutes", "minuten", "mins", "min", "m"].into_iter().find_map(|unit| text.strip_suffix(unit));
        number(bare.unwrap_or(text))
    };
    let parts = ["hours", "hour", "stunden", "stunde", "std", "hrs", "h", ":"]
        .into_iter()
        .find_map(|unit| text.split_once(unit));
    let found = match parts {
        None => minutes(&text)?,
        Some((hours, rest)) => {
            let hours = match hours.replace(',', ".").split_once('.') {
                None => number(hours)? * 60,
                Some((whole, "5")) if rest.is_empty() => number(whole)? * 60 + 30,
                Some(_) => return None,
            };
            hours + if rest.is_empty() { 0 } else { minutes(rest)? }
        }
    };
    (1..=999_999).contains(&found).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(all: &[(&str, &str)]) -> Vec<(String, String)> {
        all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn durations_are_understood_as_people_write_them() {
        for (text, minutes) in [
            ("45", Some(45)),
            ("90 min", Some(90)),
            ("2h", Some(120)),
            ("1h30", Some(90)),
            ("1 h 30 min", Some(90)),
            ("1:30", Some(90)),
            ("1.5h", Some(90)),
            ("1,5 h", Some(90)),
            ("2 Stunden", Some(120)),
            ("", None),
            ("0", None),
            ("-5", None),
            ("h", None),
            ("1.25h", None),
            ("99999999999999999999", None),
            ("half an hour", None),
        ] {
            assert_eq!(minutes_of(text), minutes, "{text}");
        }
    }

    #[test]
    fn what_is_chosen_and_removed_is_in_the_address_and_words_are_not() {
        let (one, two) = ("000000000001 arn:a", "000000000002 arn:b");
        let draft = Draft::of(&fields(&[
            ("pair", one),
            ("pair", one),
            ("add", two),
            ("drop", one),
            ("reason", "secret words"),
            ("duration", "60"),
            ("pair", "nonsense"),
        ]));
        assert_eq!(draft.pairs.iter().map(written).collect::<Vec<_>>(), [two]);
        assert!(draft.moved && !draft.sends);
        assert_eq!(draft.address(), "/ask?pair=000000000002+arn%3Ab&minutes=60");
        let for_ben = Draft::of(&fields(&[("choose_for", "ben-1"), ("for", "carla-2"), ("who", "be"), ("pair", two)]));
        assert_eq!(for_ben.address(), "/ask?pair=000000000002+arn%3Ab&for=ben-1");
        let for_me = Draft::of(&fields(&[("for", "ben-1"), ("choose_for", "")]));
        assert!(for_me.moved && for_me.beneficiary.is_empty());
        assert!(Draft::of(&fields(&[("send", "1")])).sends);
        assert!(!Draft::of(&fields(&[("break_glass", "nonsense")])).sends, "nothing is taken by a name that is none");
    }

    #[test]
    fn a_start_is_meant_in_the_zone_of_whoever_asks() {
        let zone = crate::look::zone("Europe/Berlin").unwrap();
        let draft = |start: &str| Draft { later: true, start: start.to_owned(), ..Draft::default() };
        let at: Timestamp = "2026-06-01T12:30:00Z".parse().unwrap();
        assert_eq!(draft("2026-06-01T14:30").start_at(&zone), Ok(Some(at)));
        assert_eq!(Draft { later: false, ..draft("nonsense") }.start_at(&zone), Ok(None));
        assert_eq!(draft("nonsense").start_at(&zone), Err(()));
        assert_eq!(draft("").start_at(&zone), Err(()));
    }
}
