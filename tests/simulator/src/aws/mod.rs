//! AWS's wire protocols: JSON 1.1 for SSO Admin, Identity Store and Organizations, the query protocol for STS, one address for all.

mod catalog;
pub mod cloudtrail;
mod error;
mod gates;
mod identity_store;
mod input;
mod organizations;
mod page;
pub mod scheduler;
pub mod service_control_policies;
pub mod sigv4;
mod sso_admin;
mod sts;

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::HeaderMap;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;

use crate::host::{Connection, Host};
use crate::world::World;
use error::AwsError;
use input::Input;

/// The services that are simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Service {
    SsoAdmin,
    IdentityStore,
    Organizations,
    Sts,
}

impl Service {
    /// Its name in the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::SsoAdmin => "sso-admin",
            Self::IdentityStore => "identitystore",
            Self::Organizations => "organizations",
            Self::Sts => "sts",
        }
    }

    /// Its name in a signature's scope.
    fn signing_name(self) -> &'static str {
        match self {
            Self::SsoAdmin => "sso",
            other => other.name(),
        }
    }

    fn of_target(prefix: &str) -> Option<Self> {
        match prefix {
            "SWBExternalService" => Some(Self::SsoAdmin),
            "AWSIdentityStore" => Some(Self::IdentityStore),
            "AWSOrganizationsV20161128" => Some(Self::Organizations),
            _ => None,
        }
    }
}

/// Whether any service has this operation.
pub fn simulates(operation: &str) -> bool {
    let services = [Service::SsoAdmin, Service::IdentityStore, Service::Organizations, Service::Sts];
    services.into_iter().any(|service| catalog::knows(service, operation))
}

/// What a service answers.
enum Answer {
    Json(Value),
    Xml(String),
}

/// What reaches the caller, and how.
enum Delivery {
    Now,
    After(f64),
    CloseAfter(f64),
}

/// A call as it came over the wire.
#[derive(Clone, Copy)]
pub struct Incoming<'a> {
    pub method: &'a str,
    pub path: &'a str,
    /// Without the question mark.
    pub query: &'a str,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
}

/// An answer as it goes over the wire.
pub struct Said {
    pub status: StatusCode,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

/// What becomes of a call: its answer, so many seconds later, or none and a closed connection.
pub struct Reply {
    pub after: f64,
    pub said: Option<Said>,
}

/// `POST /`.
pub async fn answer(request: HttpRequest, body: Bytes, host: Data<Host>) -> HttpResponse {
    let incoming = Incoming {
        method: request.method().as_str(),
        path: request.path(),
        query: request.query_string(),
        headers: request.headers(),
        body: &body,
    };
    let reply = serve(&mut host.world(), incoming);
    pause(reply.after).await;
    let Some(said) = reply.said else { return Connection::close(&request) };
    let mut response = HttpResponse::build(said.status);
    for header in said.headers {
        response.insert_header(header);
    }
    response.body(said.body)
}

/// Serves one call at the world's present moment.
pub fn serve(world: &mut World, incoming: Incoming<'_>) -> Reply {
    let (service, input) = read(incoming);
    let now = world.time();
    world.settle(now);
    let request_id = world.new_uuid().to_string();
    let (result, delivery) = gates::serve(world, service, input, incoming);
    let said = || match result {
        Ok(Answer::Json(value)) => ok("application/x-amz-json-1.1", &request_id, value.to_string()),
        Ok(Answer::Xml(result)) => ok("text/xml", &request_id, sts::envelope(&result, &request_id)),
        Err(error) => error.said(service, &request_id),
    };
    match delivery {
        Delivery::Now => Reply { after: 0.0, said: Some(said()) },
        Delivery::After(seconds) => Reply { after: seconds, said: Some(said()) },
        Delivery::CloseAfter(seconds) => Reply { after: seconds, said: None },
    }
}

fn ok(content_type: &str, request_id: &str, body: String) -> Said {
    let headers = vec![("x-amzn-requestid", request_id.to_owned()), ("content-type", content_type.to_owned())];
    Said { status: StatusCode::OK, headers, body }
}

async fn pause(seconds: f64) {
    if seconds > 0.0 {
        tokio::time::sleep(Duration::from_secs_f64(seconds.min(86_400.0))).await;
    }
}

/// Which service and operation a call is for.
fn read(Incoming { headers, body, .. }: Incoming<'_>) -> (Service, Result<Input, AwsError>) {
    let target = headers.get("x-amz-target").and_then(|value| value.to_str().ok());
    if let Some(target) = target {
        let (prefix, operation) = target.rsplit_once('.').unwrap_or((target, ""));
        return match Service::of_target(prefix) {
            Some(service) if catalog::knows(service, operation) => {
                (service, Input::from_json(service, operation.to_owned(), body))
            }
            service => (service.unwrap_or(Service::SsoAdmin), Err(unknown(operation))),
        };
    }
    let form: Vec<(String, String)> = url::form_urlencoded::parse(body).into_owned().collect();
    let operation = form.iter().find(|(name, _)| name == "Action").map(|(_, value)| value.clone()).unwrap_or_default();
    if catalog::knows(Service::Sts, &operation) {
        return (Service::Sts, Ok(Input::from_form(Service::Sts, operation, form)));
    }
    let message = format!("Could not find operation {operation} for version 2011-06-15");
    (Service::Sts, Err(AwsError::new("InvalidAction", message)))
}

fn unknown(operation: &str) -> AwsError {
    AwsError::new("UnknownOperationException", format!("The operation {operation} is not known."))
}
