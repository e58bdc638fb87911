//! Which service answers a path, and where it is.

use std::collections::BTreeMap;

use url::Url;

use crate::ClientError;

/// One base address for everything (all services in one process, or a gateway before them), or one each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Endpoints {
    base: Option<Url>,
    services: BTreeMap<String, Url>,
}

impl Endpoints {
    /// Everything is at this address.
    #[must_use]
    pub const fn one(base: Url) -> Self {
        Self { base: Some(base), services: BTreeMap::new() }
    }

    /// Each service is at its own address; those that are not named are at `base`.
    #[must_use]
    pub const fn each(services: BTreeMap<String, Url>, base: Option<Url>) -> Self {
        Self { base, services }
    }

    /// The address of a path given by its segments, which are escaped here.
    ///
    /// # Errors
    /// [`ClientError::NoEndpoint`] when no address is set for the service behind it.
    pub fn url(&self, segments: &[&str]) -> Result<Url, ClientError> {
        let service = service_of(segments);
        let missing = || ClientError::NoEndpoint { service };
        let mut url = self.services.get(service).or(self.base.as_ref()).cloned().ok_or_else(missing)?;
        url.path_segments_mut().map_err(|()| missing())?.pop_if_empty().extend(segments);
        Ok(url)
    }
}

/// The service that answers this path.
#[must_use]
pub fn service_of(segments: &[&str]) -> &'static str {
    match segments {
        ["v1", "requests", _, "decisions" | "comments", ..] | ["v1", "approvals" | "links" | "delegations", ..] => {
            "approval"
        }
        ["v1", "grants", _, "end" | "revoke", ..] | ["v1", "grants", "revoke"] => "revocation",
        ["v1", "grants", _, "extensions", ..] => "request",
        ["v1", "grants", ..] => "grant",
        ["v1", "webhooks", ..] => "notification",
        ["v1", "trail" | "imported-requests" | "receipt-keys", ..] => "audit",
        _ => "request",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_has_its_service() {
        for (path, service) in [
            ("v1/requests", "request"),
            ("v1/requests/1", "request"),
            ("v1/requests/1/cancel", "request"),
            ("v1/requests/1/decisions", "approval"),
            ("v1/requests/1/comments", "approval"),
            ("v1/approvals", "approval"),
            ("v1/delegations/1/end", "approval"),
            ("v1/approval-policies", "request"),
            ("v1/links/v1.a.b/decision", "approval"),
            ("v1/grants", "grant"),
            ("v1/grants/1", "grant"),
            ("v1/grants/1/end", "revocation"),
            ("v1/grants/1/revoke", "revocation"),
            ("v1/grants/revoke", "revocation"),
            ("v1/grants/1/extensions", "request"),
            ("v1/webhooks/deliveries", "notification"),
            ("v1/trail", "audit"),
            ("v1/imported-requests", "audit"),
            ("v1/me", "request"),
            ("v1/rules/1", "request"),
        ] {
            assert_eq!(service_of(&path.split('/').collect::<Vec<_>>()), service, "{path}");
        }
    }

    #[test]
    fn a_base_address_may_have_a_path_and_segments_are_escaped() {
        let endpoints = Endpoints::one("https://example.com/curfew/".parse().unwrap());
        let url = endpoints.url(&["v1", "links", "a/../b?c"]).unwrap();
        assert_eq!(url.as_str(), "https://example.com/curfew/v1/links/a%2F..%2Fb%3Fc");
    }

    #[test]
    fn a_service_without_an_address_is_named() {
        let only: BTreeMap<_, _> = [("request".to_owned(), "http://r:1".parse().unwrap())].into();
        let endpoints = Endpoints::each(only, None);
        assert_eq!(endpoints.url(&["v1", "me"]).unwrap().as_str(), "http://r:1/v1/me");
        let missing = endpoints.url(&["v1", "trail"]).unwrap_err();
        assert_eq!(missing.to_string(), "no address is set for the audit service");
    }
}
