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
mod lists;
mod oversight;
mod people;
mod policy;
mod problems;
mod request;
mod sessions;
mod settings;
mod states;
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

/// `key: "English" | "German";`, with `key(name): "… {name} …" | "… {name} …";` where something is filled in.
macro_rules! catalogue {
    (@text $key:ident () $english:literal $german:literal) => {
        pub(crate) const fn $key(self) -> &'static str {
            match self.language {
                $crate::texts::Language::English => $english,
                $crate::texts::Language::German => $german,
            }
        }
    };
    (@text $key:ident ($($part:ident),+) $english:literal $german:literal) => {
        pub(crate) fn $key(self, $($part: impl std::fmt::Display),+) -> String {
            match self.language {
                $crate::texts::Language::English => format!($english),
                $crate::texts::Language::German => format!($german),
            }
        }
    };
    ($($key:ident $(($($part:ident),+))? : $english:literal | $german:literal;)*) => {
        impl $crate::texts::Texts {
            $( $crate::texts::catalogue!(@text $key ($($($part),+)?) $english $german); )*
        }
        #[cfg(test)]
        pub(super) const ALL: &[(&str, &str, &str)] = &[$((stringify!($key), $english, $german)),*];
    };
}
use catalogue;

impl Language {
    /// Every language, the first of them for whoever asks for none of ours.
    pub(crate) const ALL: [Self; 2] = [Self::English, Self::German];

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
    use super::*;

    const ROOMS: [&[(&str, &str, &str)]; 18] = [
        ask::ALL,
        choose::ALL,
        decide::ALL,
        design::ALL,
        emergency::ALL,
        fields::ALL,
        frame::ALL,
        home::ALL,
        lists::ALL,
        oversight::ALL,
        people::ALL,
        policy::ALL,
        problems::ALL,
        request::ALL,
        sessions::ALL,
        settings::ALL,
        states::ALL,
        time::ALL,
    ];

    fn places(text: &str) -> Vec<&str> {
        let mut all: Vec<&str> = text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
        all.sort_unstable();
        all
    }

    #[test]
    fn every_text_is_there_in_both_languages_and_fills_in_the_same() {
        let mut keys = std::collections::BTreeSet::new();
        for (key, english, german) in ROOMS.concat() {
            assert!(keys.insert(key), "{key} is there twice");
            assert!(!english.trim().is_empty() && !german.trim().is_empty(), "{key} is empty");
            assert_eq!(places(english), places(german), "{key}");
        }
        assert!(keys.len() > 100);
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
