//! How somebody wants pages to look: language, colours and time zone. It is kept with the person; where nobody is signed in,
//! or somebody never chose, by their browser.

use actix_web::HttpRequest;
use actix_web::http::header::ACCEPT_LANGUAGE;
use client::Profile;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::Site;
use crate::session::cookies;
use crate::texts::{Language, Texts};

/// Light, dark, or as the system is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Theme {
    #[default]
    Auto,
    Light,
    Dark,
}

impl Theme {
    pub(crate) const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub(crate) fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.code() == code)
    }
}

/// What was chosen; whatever was not is left to the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Chosen {
    pub language: Option<Language>,
    pub theme: Theme,
}

impl Chosen {
    /// As it stands in the cookie.
    pub(crate) fn cookie(self) -> String {
        format!("{}.{}", self.language.map_or("auto", Language::code), self.theme.code())
    }

    fn of_cookie(text: &str) -> Self {
        let (language, theme) = text.split_once('.').unwrap_or_default();
        Self { language: Language::of_code(language), theme: Theme::of_code(theme).unwrap_or_default() }
    }
}

/// How pages look for one request.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    pub t: Texts,
    pub chosen: Chosen,
    pub zone: TimeZone,
    pub now: Timestamp,
}

impl Look {
    pub(crate) fn of(site: &Site, request: &HttpRequest) -> Self {
        let chosen = cookies::look_of(site, request).map(|text| Chosen::of_cookie(&text)).unwrap_or_default();
        let language = chosen.language.or_else(|| accepted(request)).unwrap_or_default();
        let zone = cookies::zone_of(site, request).and_then(|name| zone(&name)).unwrap_or(TimeZone::UTC);
        Self { t: Texts { language }, chosen, zone, now: site.db.clock().now() }
    }

    /// As this person wants it, wherever they sign in: what they left open is their browser's to say.
    pub(crate) fn with(self, profile: &Profile, request: &HttpRequest) -> Self {
        let chosen = Chosen {
            language: profile.language.as_deref().and_then(Language::of_code),
            theme: profile.theme.as_deref().and_then(Theme::of_code).unwrap_or_default(),
        };
        let language = chosen.language.or_else(|| accepted(request)).unwrap_or_default();
        let zone = profile.time_zone.as_deref().and_then(zone).unwrap_or(self.zone);
        Self { t: Texts { language }, chosen, zone, now: self.now }
    }

    /// What the zone is called; `UTC` where there is no other.
    pub(crate) fn zone_name(&self) -> String {
        self.zone.iana_name().unwrap_or("UTC").to_owned()
    }

    pub(crate) fn is_utc(&self) -> bool {
        self.zone == TimeZone::UTC || matches!(self.zone.iana_name(), Some("UTC" | "Etc/UTC"))
    }
}

/// The best of our languages that the browser asks for.
fn accepted(request: &HttpRequest) -> Option<Language> {
    let header = request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    header.and_then(Language::accepted)
}

/// A zone of this name, however it came.
pub(crate) fn zone(name: &str) -> Option<TimeZone> {
    let harmless = name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-+/".contains(&b));
    harmless.then(|| TimeZone::get(name).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_is_read_as_it_was_written_and_nonsense_is_nothing() {
        for language in [None, Some(Language::English), Some(Language::German)] {
            for theme in Theme::ALL {
                let chosen = Chosen { language, theme };
                assert_eq!(Chosen::of_cookie(&chosen.cookie()), chosen);
            }
        }
        for nonsense in ["", "de", ".", "xx.yy", "dark.de"] {
            assert_eq!(Chosen::of_cookie(nonsense), Chosen::default(), "{nonsense}");
        }
    }

    #[test]
    fn zones_are_known_by_name() {
        assert!(zone("Europe/Berlin").is_some() && zone("America/Argentina/Buenos_Aires").is_some());
        for nonsense in ["", "Nowhere/City", "../../etc/passwd", "Europe/Berlin\r\n", "<b>"] {
            assert!(zone(nonsense).is_none(), "{nonsense}");
        }
    }
}
