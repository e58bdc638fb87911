//! The API's own description: what every document begins with, and how services' documents meet.

use actix_web::App;
use utoipa::openapi::{
    Components, Content, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, ResponseBuilder,
    path::{Operation, PathItem},
    security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
};
use utoipa_actix_web::{AppExt, service_config::ServiceConfig};

use crate::problem::ProblemBody;
use crate::{Cursor, Limit};

/// Title, licence, the bearer token and the form of a problem, without any operation.
#[must_use]
pub fn base(title: &str) -> OpenApi {
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some(
            "A token of the configured OpenID provider: a person's, or a client's by client credentials.",
        ))
        .build();
    let mut components = Components::new();
    components.schemas.insert("Problem".to_owned(), <ProblemBody as utoipa::PartialSchema>::schema());
    // Parameters refer to these, and their collector leaves them out.
    components.schemas.insert("Cursor".to_owned(), <Cursor as utoipa::PartialSchema>::schema());
    components.schemas.insert("Limit".to_owned(), <Limit as utoipa::PartialSchema>::schema());
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title(title)
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some("Temporary elevated access for AWS IAM Identity Center."))
                .license(Some(LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build()))
                .build(),
        )
        .components(Some(components))
        .security(Some([SecurityRequirement::new("bearer", Vec::<String>::new())]))
        .build()
}

/// The document of a service's routes, each operation with the problem as its default answer.
#[must_use]
pub fn collect(title: &str, routes: impl FnOnce(&mut ServiceConfig)) -> OpenApi {
    let (_, mut document) = App::new().into_utoipa_app().openapi(base(title)).configure(routes).split_for_parts();
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            operation.responses.responses.entry("default".to_owned()).or_insert_with(problem);
        }
    }
    document
}

/// One document from several, under a title of its own.
#[must_use]
pub fn merge(title: &str, documents: impl IntoIterator<Item = OpenApi>) -> OpenApi {
    let mut whole = base(title);
    for document in documents {
        whole.merge(document);
    }
    whole
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch].into_iter().flatten()
}

fn problem() -> RefOr<utoipa::openapi::Response> {
    let content = Content::new(Some(Ref::from_schema_name("Problem")));
    ResponseBuilder::new()
        .description("What is wrong, and what would be right.")
        .content("application/problem+json", content)
        .build()
        .into()
}
