//! Texts and numbers that people type, parsed at the door.

use serde::{Deserialize, Serialize};

/// Why a typed text or number is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidText {
    /// Fewer characters than asked for.
    #[error("{what} has {found} characters; at least {least} are needed")]
    TooShort {
        /// What was typed.
        what: &'static str,
        /// Characters found, white space at both ends not counted.
        found: usize,
        /// Characters needed.
        least: usize,
    },
    /// More characters than allowed.
    #[error("{what} has {found} characters; at most {most} are allowed")]
    TooLong {
        /// What was typed.
        what: &'static str,
        /// Characters found.
        found: usize,
        /// Characters allowed.
        most: usize,
    },
    /// A control character other than line feed and tab.
    #[error("{what} holds the control character U+{code:04X} at character {at}; only line feed and tab are allowed")]
    Control {
        /// What was typed.
        what: &'static str,
        /// The character's code point.
        code: u32,
        /// Its position, counted in characters from 1.
        at: usize,
    },
    /// Not a whole number of minutes in range.
    #[error("a duration is a whole number of minutes from 1 to {most}; {found} is not")]
    Minutes {
        /// What was given.
        found: i64,
        /// The largest duration that can be written at all.
        most: u32,
    },
}

fn checked(what: &'static str, text: &str, most: usize) -> Result<String, InvalidText> {
    let text = text.trim();
    let found = text.chars().count();
    if found > most {
        return Err(InvalidText::TooLong { what, found, most });
    }
    let bad = text.chars().enumerate().find(|(_, c)| c.is_control() && !matches!(c, '\n' | '\t'));
    match bad {
        Some((at, c)) => Err(InvalidText::Control { what, code: c.into(), at: at + 1 }),
        None => Ok(text.to_owned()),
    }
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident: $what:literal, $most:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The most characters that it may have.
            pub const MOST: usize = $most;

            /// # Errors
            /// When it is too long or holds control characters.
            pub fn parse(text: &str) -> Result<Self, InvalidText> {
                checked($what, text, Self::MOST).map(Self)
            }

            /// # Errors
            /// When fewer than `least` characters remain without the white space at both ends.
            pub fn at_least(self, least: usize) -> Result<Self, InvalidText> {
                let found = self.0.chars().count();
                if found < least { Err(InvalidText::TooShort { what: $what, found, least }) } else { Ok(self) }
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidText;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }
    )+};
}

texts! {
    /// Why somebody asks.
    Justification: "the reason", 10_000;
    /// The number of a ticket in another system.
    Ticket: "the ticket", 200;
    /// What an approver says with a vote.
    Comment: "the comment", 4_000;
}

/// A duration in whole minutes, from one minute to a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Minutes(u32);

impl Minutes {
    /// A year.
    pub const MOST: u32 = 366 * 24 * 60;

    /// # Errors
    /// When it is not from 1 to [`Minutes::MOST`].
    pub fn new(minutes: i64) -> Result<Self, InvalidText> {
        match u32::try_from(minutes) {
            Ok(m) if (1..=Self::MOST).contains(&m) => Ok(Self(m)),
            _ => Err(InvalidText::Minutes { found: minutes, most: Self::MOST }),
        }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// As a span of time.
    #[must_use]
    pub fn duration(self) -> jiff::SignedDuration {
        jiff::SignedDuration::from_mins(i64::from(self.0))
    }
}

impl TryFrom<i64> for Minutes {
    type Error = InvalidText;
    fn try_from(minutes: i64) -> Result<Self, Self::Error> {
        Self::new(minutes)
    }
}

impl From<Minutes> for i64 {
    fn from(minutes: Minutes) -> Self {
        Self::from(minutes.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_named_with_their_place() {
        assert_eq!(Justification::parse("ab\u{0}c"), Err(InvalidText::Control { what: "the reason", code: 0, at: 3 }));
        assert!(Justification::parse("two\nlines\tand a tab").is_ok());
        assert!(Justification::parse("emoji 🚀 and \u{202e} marks are text").is_ok());
    }

    #[test]
    fn length_is_counted_in_characters_without_outer_white_space() {
        assert!(Justification::parse(&"é".repeat(10_000)).is_ok());
        assert!(matches!(Justification::parse(&"é".repeat(10_001)), Err(InvalidText::TooLong { found: 10_001, .. })));
        let short = Justification::parse("   hi   ").unwrap().at_least(10);
        assert_eq!(short, Err(InvalidText::TooShort { what: "the reason", found: 2, least: 10 }));
    }

    #[test]
    fn minutes_are_whole_and_bounded() {
        for bad in [0, -1, 1_000_000_000, i64::MIN] {
            assert!(Minutes::new(bad).is_err(), "{bad}");
        }
        assert_eq!(Minutes::new(60).unwrap().duration(), jiff::SignedDuration::from_hours(1));
    }
}
