//! What every page needs: where we are, where the API is, and who vouches for people.

use std::sync::Arc;

use client::{Client, Endpoints, TokenSource};
use runtime::Settings;
use store::Db;
use url::Url;

use crate::names::Names;
use crate::pages::Catalogue;
use crate::people::People;
use crate::places::Atlas;
use crate::session::provider::Provider;
use crate::session::seal::Key;

/// The portal's circumstances; one for the process.
pub struct Site {
    /// The shared database, for sessions alone.
    pub(crate) db: Db,
    /// The API, in nobody's name.
    pub(crate) api: Client,
    /// Who signs people in.
    pub(crate) provider: Provider,
    /// Seals what a browser keeps while somebody signs in; the same in every process of an installation.
    pub(crate) key: Key,
    /// Our origin, as browsers write it.
    pub(crate) origin: String,
    /// The accounts, for their names and environments.
    pub(crate) atlas: Arc<Atlas>,
    /// What people are called.
    pub(crate) people: People,
    /// What everything else is called.
    pub(crate) names: Names,
    /// What people may ask for.
    pub(crate) catalogue: Catalogue,
    /// Where people open what they have.
    pub(crate) aws_access_portal: Option<Url>,
    /// Whether browsers reach us by https, so that cookies can be bound to it.
    pub(crate) secure: bool,
}

impl Site {
    /// As the settings say.
    ///
    /// # Errors
    /// When a setting cannot be used.
    pub fn new(settings: &Settings, db: Db) -> anyhow::Result<Self> {
        let public = &settings.http.public_url;
        let services = settings.api.services.clone();
        let base = match (&settings.api.base_url, services.is_empty()) {
            (Some(base), _) => Some(base.clone()),
            (None, false) => None,
            // Everything is in this process.
            (None, true) => Some(Url::parse(&format!("http://{}", reachable(settings.http.listen)))?),
        };
        let key = web::link::LinkKey::new(&settings.links.key);
        anyhow::ensure!(key.is_some(), "links.key must be base64 of at least 32 bytes");
        Ok(Self {
            db,
            api: Client::new(Endpoints::each(services, base), TokenSource::none())?,
            provider: Provider::new(&settings.oidc, public)?,
            key: Key::of_installation(&settings.links.key)?,
            origin: public.origin().ascii_serialization(),
            secure: public.scheme() == "https",
            atlas: Arc::new(Atlas::new(settings.portal.environment_tag.clone())),
            people: People::default(),
            names: Names::default(),
            catalogue: Catalogue::default(),
            aws_access_portal: settings.portal.aws_access_portal.clone(),
        })
    }
}

/// An address that listens on all interfaces is reached by the loopback one.
fn reachable(listen: std::net::SocketAddr) -> std::net::SocketAddr {
    let mut address = listen;
    if listen.ip().is_unspecified() {
        let loopback: std::net::IpAddr =
            if listen.is_ipv4() { std::net::Ipv4Addr::LOCALHOST.into() } else { std::net::Ipv6Addr::LOCALHOST.into() };
        address.set_ip(loopback);
    }
    address
}

/// The path if it leads to a page of ours and nowhere else, however a browser reads it.
#[must_use]
pub fn local_path(text: &str) -> Option<String> {
    let harmless = text.len() <= 2000
        && text.starts_with('/')
        && !text.starts_with("//")
        && text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if !harmless {
        return None;
    }
    let here = Url::parse("https://here.invalid").ok()?;
    let there = here.join(text).ok()?;
    // What was written must be what is meant: no dots that climb, no second origin.
    let read = there.query().map_or_else(|| there.path().to_owned(), |q| format!("{}?{q}", there.path()));
    (there.origin() == here.origin() && read == text).then_some(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_are_returned_to() {
        for good in ["/", "/decide/v1.abc.def", "/?page=2", "/a/b-c_d~e"] {
            assert_eq!(local_path(good).as_deref(), Some(good));
        }
        for bad in [
            "",
            "decide",
            "//evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "https://evil.example",
            "/a//../../..//evil",
            "/%0d%0aLocation:evil\r\n",
            "/\t/evil.example",
            "/ /evil",
            "/a\u{2028}b",
            "javascript:alert(1)",
            "/x#y",
            "/../x",
            "///evil.example",
            "/\u{0}",
        ] {
            assert_eq!(local_path(bad), None, "{bad:?}");
        }
        assert_eq!(local_path(&format!("/{}", "a".repeat(2000))), None);
    }
}
