//! Every text of the pages, in every language: a table for each room of the portal. A text is a method, so a key that
//! is missing, wrong or unused does not compile, and each line has all languages side by side.

mod ask;
mod choose;
mod decide;
mod design;
mod emergency;
mod fields;
mod frame;
mod home;
mod keys;
mod lists;
mod oversight;
mod people;
mod policy;
mod problems;
mod reasons;
mod request;
mod sessions;
mod settings;
mod states;
mod terms;
mod time;

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Language {
    #[default]
    English,
    German,
}

/// The texts in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Texts {
    pub language: Language,
}

impl Texts {
    /// A number with one decimal.
    pub(crate) fn tenths(self, value: f64) -> String {
        match self.language {
            Language::English => format!("{value:.1}"),
            Language::German => format!("{value:.1}").replace('.', ","),
        }
    }
}

/// A number that a noun follows, which is another word for one than for many.
pub(crate) trait Count: std::fmt::Display {
    fn is_one(&self) -> bool;
}

macro_rules! counts {
    ($($number:ty),+) => {
        $(impl Count for $number {
            fn is_one(&self) -> bool {
                *self == 1
            }
        })+
    };
}
counts!(i32, i64, u8, u32, u64, usize);

impl<C: Count + ?Sized> Count for &C {
    fn is_one(&self) -> bool {
        (**self).is_one()
    }
}

/// `key: "English" | "German";`, with `key(name): "… {name} …" | "… {name} …";` where something is filled in, and with
/// `key[count](name): "one" / "many" | "one" / "many";` where a noun follows a number.
macro_rules! catalogue {
    (@text $key:ident [] () $english:literal $german:literal) => {
        pub(crate) const fn $key(self) -> &'static str {
            match self.language {
                $crate::texts::Language::English => $english,
                $crate::texts::Language::German => $german,
            }
        }
    };
    (@text $key:ident [] ($($part:ident),+) $english:literal $german:literal) => {
        pub(crate) fn $key(self, $($part: impl std::fmt::Display),+) -> String {
            match self.language {
                $crate::texts::Language::English => format!($english),
                $crate::texts::Language::German => format!($german),
            }
        }
    };
    (@text $key:ident [$count:ident] ($($part:ident),*) $one:literal $many:literal $eins:literal $viele:literal) => {
        pub(crate) fn $key(self, $count: impl $crate::texts::Count, $($part: impl std::fmt::Display),*) -> String {
            match (self.language, $crate::texts::Count::is_one(&$count)) {
                ($crate::texts::Language::English, true) => format!($one),
                ($crate::texts::Language::English, false) => format!($many),
                ($crate::texts::Language::German, true) => format!($eins),
                ($crate::texts::Language::German, false) => format!($viele),
            }
        }
    };
    ($($key:ident $([$count:ident])? $(($($part:ident),+))? :
        $english:literal $(/ $english_many:literal)? | $german:literal $(/ $german_many:literal)?;)*) => {
        impl $crate::texts::Texts {
            $( $crate::texts::catalogue!(
                @text $key [$($count)?] ($($($part),+)?) $english $($english_many)? $german $($german_many)?
            ); )*
        }
        #[cfg(test)]
        pub(super) const ALL: &[$crate::texts::tests::Entry] = &[$($crate::texts::tests::Entry {
            key: stringify!($key),
            counted: &[$(stringify!($count))?],
            english: &[$english $(, $english_many)?],
            german: &[$german $(, $german_many)?],
        }),*];
    };
}
use catalogue;

impl Language {
    /// Every language, the first of them for whoever asks for none of ours.
    pub(crate) const ALL: [Self; 2] = [Self::English, Self::German];

    /// The one that the API speaks.
    pub(crate) const OF_THE_API: Self = Self::English;

    /// As browsers and cookies write it.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// As those who read it call it.
    pub(crate) const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }

    pub(crate) fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// The best of ours for an `Accept-Language`.
    pub(crate) fn accepted(header: &str) -> Option<Self> {
        let mut wanted: Vec<(Self, f32)> = header
            .split(',')
            .filter_map(|part| {
                let mut part = part.trim().split(';');
                let tag = part.next()?.trim().to_ascii_lowercase();
                let language = Self::of_code(tag.split('-').next()?)?;
                let weight = part.find_map(|p| p.trim().strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
                Some((language, weight))
            })
            .filter(|(_, weight)| *weight > 0.0)
            .collect();
        wanted.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        wanted.first().map(|(language, _)| *language)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// A text as it stands in the table: of a counted one, the words for one and for many.
    #[derive(Clone, Copy)]
    pub(super) struct Entry {
        pub key: &'static str,
        pub counted: &'static [&'static str],
        pub english: &'static [&'static str],
        pub german: &'static [&'static str],
    }

    const ROOMS: [&[Entry]; 21] = [
        ask::ALL,
        choose::ALL,
        decide::ALL,
        design::ALL,
        emergency::ALL,
        fields::ALL,
        frame::ALL,
        home::ALL,
        keys::ALL,
        lists::ALL,
        oversight::ALL,
        people::ALL,
        policy::ALL,
        problems::ALL,
        reasons::ALL,
        request::ALL,
        sessions::ALL,
        settings::ALL,
        states::ALL,
        terms::ALL,
        time::ALL,
    ];

    /// What is filled in that is no number, whatever follows it.
    const WORDS: &[&str] = &[
        "account",
        "approvals",
        "asked",
        "at",
        "because",
        "before",
        "duration",
        "effect",
        "field",
        "from",
        "kind",
        "latest",
        "lives",
        "longest",
        "median",
        "name",
        "outcome",
        "pattern",
        "place",
        "problem",
        "set",
        "severities",
        "source",
        "system",
        "tag",
        "terms",
        "unit",
        "unknown",
        "until",
        "way",
        "what",
        "who",
        "why",
    ];

    /// Texts in which what follows a number is the same for one and for many.
    const ALIKE: &[&str] = &[
        "and_more",
        "and_more_pairs",
        "figures_access_said",
        "hours",
        "hours_and_minutes",
        "limit_to_add",
        "limit_to_remove",
        "minutes",
        "mistake_number",
        "policy_lighter_more",
        "rules_changes",
        "rules_replay",
        "same_for_more",
        "seconds",
        "stage_of",
        "term_at_a_time",
        "together_done",
        "votes_of",
        "words_cap",
        "words_votes",
        "worker_clock",
    ];

    fn places(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect()
    }

    /// The places that a word follows.
    fn before_words(text: &str) -> Vec<&str> {
        let word = |rest: &&str| rest.strip_prefix(' ').is_some_and(|rest| rest.starts_with(char::is_alphabetic));
        let filled = text.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
        filled.filter(|(_, rest)| word(rest)).map(|(name, _)| name).collect()
    }

    #[test]
    fn every_text_is_there_in_both_languages_and_fills_in_the_same() {
        let mut keys = BTreeSet::new();
        for Entry { key, counted, english, german } in ROOMS.concat() {
            assert!(keys.insert(key), "{key} is there twice");
            let forms = if counted.is_empty() { 1 } else { 2 };
            assert_eq!((english.len(), german.len()), (forms, forms), "{key}");
            // For one the number may be said in a word, or not at all.
            let filled = |text: &'static str| {
                let mut places = places(text);
                places.extend(counted);
                places
            };
            for text in english.iter().chain(german) {
                assert!(!text.trim().is_empty(), "{key} is empty");
                assert_eq!(filled(text), filled(english[0]), "{key}");
            }
            assert!(counted.iter().all(|count| places(english[forms - 1]).contains(count)), "{key}");
        }
        assert!(keys.len() > 100);
    }

    #[test]
    fn a_number_before_a_noun_has_words_for_one_and_for_many() {
        let mut alike = BTreeSet::new();
        for Entry { key, counted, english, german } in ROOMS.concat() {
            for name in english.iter().chain(german).flat_map(|text| before_words(text)) {
                if WORDS.contains(&name) || counted.contains(&name) {
                    continue;
                }
                assert!(ALIKE.contains(&key), "{key}: {name} stands before a noun, write `{key}[{name}]: one / many`");
                alike.insert(key);
            }
        }
        assert_eq!(alike, ALIKE.iter().copied().collect(), "what need not be listed any more");
    }

    #[test]
    fn decimals_stand_behind_the_languages_own_mark() {
        assert_eq!(Language::ALL.map(|language| Texts { language }.tenths(2.5)), ["2.5", "2,5"]);
    }

    #[test]
    fn one_is_told_as_one() {
        let (english, german) = (Texts::default(), Texts { language: Language::German });
        for (count, told) in [(0, "0 accounts"), (1, "1 account"), (2, "2 accounts")] {
            assert_eq!(english.accounts_counted(count), told);
        }
        assert_eq!(english.policy_changes_wait(1), "1 change waits for a second admin.");
        assert_eq!(german.policy_changes_wait(1), "1 Änderung wartet auf einen zweiten Admin.");
        assert_eq!(german.policy_changes_wait(2), "2 Änderungen warten auf einen zweiten Admin.");
    }

    #[test]
    fn the_browsers_languages_are_weighed() {
        for (header, language) in [
            ("de", Some(Language::German)),
            ("de-AT,de;q=0.9,en;q=0.8", Some(Language::German)),
            ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7", Some(Language::English)),
            ("en;q=0.2,de;q=0.3", Some(Language::German)),
            ("de;q=0,en", Some(Language::English)),
            ("fr", None),
            ("", None),
            ("*;q=;;", None),
        ] {
            assert_eq!(Language::accepted(header), language, "{header}");
        }
    }
}
