//! AWS's wire protocols: JSON 1.1 for SSO Admin, Identity Store, Organizations and CloudTrail, the query protocol for STS, one address for all.

mod authorize;
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

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;

use crate::clock::Millis;
use crate::host::{Connection, Host};
use error::AwsError;
use input::Input;

/// The services that are simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Service {
    SsoAdmin,
    IdentityStore,
    Organizations,
    Sts,
    CloudTrail,
}

impl Service {
    /// Its name in the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::SsoAdmin => "sso-admin",
            Self::IdentityStore => "identitystore",
            Self::Organizations => "organizations",
            Self::Sts => "sts",
            Self::CloudTrail => "cloudtrail",
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
            "CloudTrail_20131101" => Some(Self::CloudTrail),
            _ => None,
        }
    }
}

/// Whether any service has this operation.
pub fn simulates(operation: &str) -> bool {
    let services =
        [Service::SsoAdmin, Service::IdentityStore, Service::Organizations, Service::Sts, Service::CloudTrail];
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
    /// The head of the answer and half of its body.
    Half,
}

/// `POST /`.
pub async fn answer(request: HttpRequest, body: Bytes, host: Data<Host>) -> HttpResponse {
    let (service, input) = read(&request, &body);
    let now = Millis::now();
    let (result, delivery, request_id) = {
        let mut world = host.world();
        world.settle(now);
        let request_id = world.new_uuid().to_string();
        let (result, delivery) = gates::serve(&mut world, service, input, &request, &body);
        (result, delivery, request_id)
    };
    match delivery {
        Delivery::Now => {}
        Delivery::After(seconds) => pause(seconds).await,
        Delivery::CloseAfter(seconds) => {
            pause(seconds).await;
            return Connection::close(&request);
        }
        Delivery::Half => {
            if let Ok(Answer::Json(value)) = &result {
                return Connection::half(value.to_string());
            }
            return Connection::close(&request);
        }
    }
    match result {
        Ok(Answer::Json(value)) => HttpResponse::Ok()
            .insert_header(("x-amzn-requestid", request_id))
            .content_type("application/x-amz-json-1.1")
            .body(value.to_string()),
        Ok(Answer::Xml(result)) => HttpResponse::Ok()
            .insert_header(("x-amzn-requestid", request_id.as_str()))
            .content_type("text/xml")
            .body(sts::envelope(&result, &request_id)),
        Err(error) => error.response(service, &request_id),
    }
}

async fn pause(seconds: f64) {
    if seconds > 0.0 {
        tokio::time::sleep(Duration::from_secs_f64(seconds.min(86_400.0))).await;
    }
}

/// Which service and operation a call is for.
fn read(request: &HttpRequest, body: &[u8]) -> (Service, Result<Input, AwsError>) {
    let target = request.headers().get("x-amz-target").and_then(|value| value.to_str().ok());
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
