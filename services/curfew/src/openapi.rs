//! The OpenAPI documents, as they are served and checked in.

use anyhow::Context;

use crate::SERVICES;

/// One document for all services.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn whole() -> anyhow::Result<String> {
    let document = web::openapi::collect("Curfew", |config| {
        for service in SERVICES {
            (service.routes)(config);
        }
    });
    document.to_pretty_json().context("the document is not JSON")
}

/// A document for each service that has endpoints, by the service's name.
///
/// # Errors
/// When one cannot be written as JSON.
pub fn by_service() -> anyhow::Result<Vec<(&'static str, String)>> {
    let mut documents = Vec::new();
    for service in SERVICES {
        let document = web::openapi::collect(&format!("Curfew: {}", service.name), service.routes);
        if !document.paths.paths.is_empty() {
            documents.push((service.name, document.to_pretty_json().context("the document is not JSON")?));
        }
    }
    Ok(documents)
}
