//! Everything in one binary: the services in any combination, and the operator's commands.

pub mod demo;
mod dev_issuer;
pub mod import;
pub mod migrate;
pub mod openapi;
pub mod policy;
pub mod sample_rules;
pub mod verify_receipt;

use process::Service;

/// Every service, in the order of a request's life.
pub const SERVICES: [Service; 7] = [
    request::SERVICE,
    approval::SERVICE,
    grant::SERVICE,
    revocation::SERVICE,
    notification::SERVICE,
    audit::SERVICE,
    portal::SERVICE,
];

/// The services of these names, or all.
///
/// # Errors
/// When a name is none of a service; the text names those that are.
pub fn services(only: &[String]) -> Result<Vec<Service>, String> {
    if only.is_empty() {
        return Ok(SERVICES.to_vec());
    }
    only.iter()
        .map(|name| {
            SERVICES.into_iter().find(|s| s.name == name).ok_or_else(|| {
                let known = SERVICES.map(|s| s.name).join(", ");
                format!("there is no service {name:?}; there are {known}")
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_chosen_by_name_and_a_wrong_name_is_told() {
        let names = |only: &[&str]| {
            let only: Vec<String> = only.iter().map(ToString::to_string).collect();
            services(&only).map(|s| s.iter().map(|s| s.name).collect::<Vec<_>>())
        };
        assert_eq!(names(&[]).unwrap().len(), 7);
        assert_eq!(names(&["grant", "revocation"]).unwrap(), ["grant", "revocation"]);
        let error = names(&["grants"]).unwrap_err();
        assert!(error.contains("\"grants\"") && error.contains("notification"), "{error}");
    }
}
