//! Where webhooks may go: an admin names the address, but the request leaves from inside our network. So it
//! goes over https to public addresses only, unless the installation says otherwise, and it follows nothing.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// How far webhooks reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Over https to public addresses.
    Public,
    /// Also over http and to private addresses, for development and for closed networks.
    Anywhere,
}

/// Why an address is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not a URL at all.
    #[error("it is not an absolute URL")]
    NotAUrl,
    /// Another scheme.
    #[error("it must begin with https://")]
    Scheme,
    /// Longer than any sensible one.
    #[error("it has more than 2000 characters")]
    TooLong,
    /// A name and password in the URL would be shown wherever it is.
    #[error("it must not hold a user name or password")]
    Credentials,
    /// Never sent, so it can only be a mistake.
    #[error("it must not hold a fragment (#...)")]
    Fragment,
    /// A loopback, private, link-local or otherwise special address.
    #[error("{0} is not a public address")]
    NotPublic(String),
}

/// Reads an address and checks what can be checked without a look-up; the rest is [`PublicResolver`]'s.
///
/// # Errors
/// When webhooks may not go there.
pub fn check(text: &str, reach: Reach) -> Result<Url, Refused> {
    if text.chars().count() > 2000 {
        return Err(Refused::TooLong);
    }
    // `url` brings every spelling of an address into one form: 0x7f.1, 2130706433, full-width digits.
    let url = Url::parse(text).map_err(|_| Refused::NotAUrl)?;
    match (url.scheme(), reach) {
        ("https", _) | ("http", Reach::Anywhere) => {}
        _ => return Err(Refused::Scheme),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refused::Credentials);
    }
    if url.fragment().is_some() {
        return Err(Refused::Fragment);
    }
    let not_public = |host: &dyn std::fmt::Display| Err(Refused::NotPublic(host.to_string()));
    match (url.host(), reach) {
        (None, _) => return Err(Refused::NotAUrl),
        (Some(Host::Ipv4(ip)), Reach::Public) if !is_public(ip.into()) => return not_public(&ip),
        (Some(Host::Ipv6(ip)), Reach::Public) if !is_public(ip.into()) => return not_public(&ip),
        (Some(Host::Domain(name)), Reach::Public) if is_local_name(name) => return not_public(&name),
        (Some(_), _) => {}
    }
    Ok(url)
}

fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name.is_empty()
        || !name.contains('.')
        || [".localhost", ".local", ".internal", ".home.arpa"].iter().any(|end| name.ends_with(end))
}

/// Whether anybody on the internet could be meant.
#[must_use]
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !matches!(
        (a, b, c),
        (0 | 10 | 127 | 224..=255, _, _)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (192, 168, _)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    )
}

/// Global unicast is 2000::/3; what is carved out of it, or carries a private IPv4 address inside, is not.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [first, second, ..] = ip.segments();
    let global = first & 0xe000 == 0x2000;
    let special = match first {
        0x2001 => second < 0x0200 || second == 0x0db8,
        0x2002 => true,
        0x3fff => second < 0x1000,
        _ => false,
    };
    global && !special
}

/// Looks names up and keeps what is public, at the moment of connecting: a name that changes its mind after
/// it was checked gains nothing.
#[derive(Debug, Clone, Copy)]
pub struct PublicResolver;

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err(format!("{} has no public address", name.as_str()).into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_refused_in_every_spelling() {
        let table = [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://0x7f.1/",
            "https://0177.0.0.1/",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://１２７.０.０.１/",
            "https://127。0。0。1/",
            "https://0.0.0.0/",
            "https://0/",
            "https://10.0.0.1/",
            "https://172.16.0.1/",
            "https://172.31.255.255/",
            "https://192.168.1.1/",
            "https://169.254.169.254/latest/meta-data/",
            "https://169.254.170.2/",
            "https://100.64.0.1/",
            "https://100.100.100.200/",
            "https://192.0.0.192/",
            "https://198.18.0.1/",
            "https://224.0.0.1/",
            "https://255.255.255.255/",
            "https://[::1]/",
            "https://[::]/",
            "https://[::ffff:10.0.0.1]/",
            "https://[::ffff:7f00:1]/",
            "https://[::127.0.0.1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://[64:ff9b:1::a00:1]/",
            "https://[fc00::1]/",
            "https://[fd00:ec2::254]/",
            "https://[fe80::1]/",
            "https://[ff02::1]/",
            "https://[2001:db8::1]/",
            "https://[2001::1]/",
            "https://[2002:7f00:1::]/",
            "https://localhost/",
            "https://LOCALHOST./",
            "https://curfew.localhost/",
            "https://metadata.google.internal/",
            "https://printer.local/",
            "https://intranet/",
        ];
        for text in table {
            assert!(
                matches!(check(text, Reach::Public), Err(Refused::NotPublic(_))),
                "{text}: {:?}",
                check(text, Reach::Public)
            );
            assert!(check(text, Reach::Anywhere).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_is_no_plain_https_address_is_refused_and_said_why() {
        let table = [
            ("hooks.example.com", Refused::NotAUrl),
            ("//hooks.example.com", Refused::NotAUrl),
            ("https://", Refused::NotAUrl),
            ("http://hooks.example.com/", Refused::Scheme),
            ("ftp://hooks.example.com/", Refused::Scheme),
            ("file:///etc/passwd", Refused::Scheme),
            ("gopher://hooks.example.com/", Refused::Scheme),
            ("https://ann:secret@hooks.example.com/", Refused::Credentials),
            ("https://hooks.example.com/#x", Refused::Fragment),
        ];
        for (text, expected) in table {
            assert_eq!(check(text, Reach::Public), Err(expected), "{text}");
        }
        assert_eq!(
            check(&format!("https://hooks.example.com/{}", "x".repeat(2000)), Reach::Public),
            Err(Refused::TooLong)
        );
    }

    #[test]
    fn public_addresses_pass() {
        for text in [
            "https://hooks.example.com/a?b=c",
            "https://8.8.8.8/",
            "https://[2606:4700::1111]/",
            "https://172.32.0.1:8443/",
        ] {
            assert!(check(text, Reach::Public).is_ok(), "{text}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_to_ourselves_is_not_resolved() {
        let error = PublicResolver.resolve("localhost".parse().unwrap()).await.err().unwrap();
        assert_eq!(error.to_string(), "localhost has no public address");
    }
}
