//! What answers where no route does: 404, or 405 where the address takes another method.

use actix_web::{HttpRequest, http::header, web::Data};
use utoipa::openapi::OpenApi;

use crate::{Problem, ProblemType};

/// The addresses of the OpenAPI document with their methods.
///
/// actix takes a route's method for a guard, so that another method falls through to here; the
/// document knows better.
pub(super) struct Known(Vec<(Vec<String>, Vec<String>)>);

impl Known {
    pub(super) fn new(document: &OpenApi) -> Self {
        let paths = document.paths.paths.iter().map(|(path, item)| {
            let methods = [
                ("GET", &item.get),
                ("PUT", &item.put),
                ("POST", &item.post),
                ("DELETE", &item.delete),
                ("PATCH", &item.patch),
                ("HEAD", &item.head),
            ];
            let methods =
                methods.into_iter().filter(|(_, operation)| operation.is_some()).map(|(name, _)| name.to_owned());
            (path.split('/').map(str::to_owned).collect(), methods.collect())
        });
        Self(paths.collect())
    }

    /// The methods that the address takes, if it is one of the document's.
    fn allowed(&self, path: &str) -> Option<String> {
        let fits = |template: &[String]| {
            template.len() == path.split('/').count()
                && template
                    .iter()
                    .zip(path.split('/'))
                    .all(|(part, given)| part == given || (part.starts_with('{') && !given.is_empty()))
        };
        let methods: Vec<&str> = self
            .0
            .iter()
            .filter(|(template, _)| fits(template))
            .flat_map(|(_, methods)| methods.iter().map(String::as_str))
            .collect();
        (!methods.is_empty()).then(|| methods.join(", "))
    }
}

pub(super) async fn nothing_here(request: HttpRequest, known: Data<Known>) -> Result<actix_web::HttpResponse, Problem> {
    Err(match known.allowed(request.path()) {
        Some(methods) => Problem::because(ProblemType::MethodNotAllowed, format!("It takes {methods}."))
            .header(header::ALLOW, methods),
        None => Problem::because(ProblemType::NotFound, "The API is described at /openapi.json."),
    })
}
