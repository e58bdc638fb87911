//! AWS's wire protocols: JSON 1.1 for SSO Admin, Identity Store and Organizations, the query protocol for STS, one address for all.
//! A call goes through the same gates as in AWS: signature, fault of the day, quota, permission, then the service itself.

mod catalog;
pub mod cloudtrail;
mod error;
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
use crate::world::World;
use crate::world::calls::{Call, Subject};
use crate::world::credentials::Caller;
use crate::world::faults::{Fault, FaultKind};
use error::AwsError;
use input::Input;
use sigv4::Refusal;

/// How long a hanging call is held if the fault does not say.
const HANG_SECONDS: f64 = 30.0;

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

/// `POST /`.
pub async fn answer(request: HttpRequest, body: Bytes, host: Data<Host>) -> HttpResponse {
    let (service, input) = read(&request, &body);
    let now = Millis::now();
    let (result, delivery, request_id) = {
        let mut world = host.world();
        world.settle(now);
        let request_id = world.new_uuid().to_string();
        let (result, delivery) = serve(&mut world, service, input, &request, &body);
        (result, delivery, request_id)
    };
    match delivery {
        Delivery::Now => {}
        Delivery::After(seconds) => pause(seconds).await,
        Delivery::CloseAfter(seconds) => {
            pause(seconds).await;
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
    let target = request
        .headers()
        .get("x-amz-target")
        .and_then(|value| value.to_str().ok());
    if let Some(target) = target {
        let (prefix, operation) = target.rsplit_once('.').unwrap_or((target, ""));
        return match Service::of_target(prefix) {
            Some(service) if catalog::knows(service, operation) => (
                service,
                Input::from_json(service, operation.to_owned(), body),
            ),
            service => (
                service.unwrap_or(Service::SsoAdmin),
                Err(unknown(operation)),
            ),
        };
    }
    let form: Vec<(String, String)> = url::form_urlencoded::parse(body).into_owned().collect();
    let operation = form
        .iter()
        .find(|(name, _)| name == "Action")
        .map(|(_, value)| value.clone())
        .unwrap_or_default();
    if catalog::knows(Service::Sts, &operation) {
        return (
            Service::Sts,
            Ok(Input::from_form(Service::Sts, operation, form)),
        );
    }
    let message = format!("Could not find operation {operation} for version 2011-06-15");
    (Service::Sts, Err(AwsError::new("InvalidAction", message)))
}

fn unknown(operation: &str) -> AwsError {
    AwsError::new(
        "UnknownOperationException",
        format!("The operation {operation} is not known."),
    )
}

/// Serves one call and writes it down.
fn serve(
    world: &mut World,
    service: Service,
    input: Result<Input, AwsError>,
    request: &HttpRequest,
    body: &[u8],
) -> (Result<Answer, AwsError>, Delivery) {
    let input = match input {
        Ok(input) => input,
        Err(error) => {
            let named = request
                .headers()
                .get("x-amz-target")
                .and_then(|value| value.to_str().ok())
                .unwrap_or("?");
            let operation = named.rsplit('.').next().unwrap_or(named).to_owned();
            note(
                world,
                service,
                operation,
                Subject::default(),
                error.code,
                None,
                request,
            );
            return (Err(error), Delivery::Now);
        }
    };
    let subject = subject_of(&input);
    let signed = sigv4::Request {
        method: request.method().as_str(),
        path: request.path(),
        query: request.query_string(),
        body,
    };
    let caller = match sigv4::verify(
        signed,
        request.headers(),
        service.signing_name(),
        &world.credentials,
        world.now,
    ) {
        Ok(caller) => caller,
        Err(refusal) => {
            let error = refused(service, refusal);
            note(
                world,
                service,
                input.operation,
                subject,
                error.code,
                None,
                request,
            );
            return (Err(error), Delivery::Now);
        }
    };
    let fault = strike(world, &input, &subject);
    let (result, delivery, outcome) = match fault {
        Some(fault) => struck(world, &fault, &caller, &input),
        None => {
            let result = gated(world, &caller, &input);
            let outcome = outcome_of(&result);
            (result, Delivery::Now, outcome)
        }
    };
    note(
        world,
        service,
        input.operation,
        subject,
        &outcome,
        Some(&caller),
        request,
    );
    (result, delivery)
}

fn outcome_of(result: &Result<Answer, AwsError>) -> String {
    result
        .as_ref()
        .map_or_else(|error| error.code.to_owned(), |_| "ok".to_owned())
}

/// The fault that strikes this call on the way in. Faults of asynchronous results wait until an operation is accepted.
fn strike(world: &mut World, input: &Input, subject: &Subject) -> Option<Fault> {
    let (service, operation) = (input.service, input.operation.as_str());
    let account = subject.account_id.as_deref();
    world
        .faults
        .strike(&mut world.random, operation, account, |kind| match kind {
            FaultKind::Failed | FaultKind::Slow => false,
            FaultKind::Conflict => catalog::lists(service, operation, "ConflictException"),
            FaultKind::Throttle
            | FaultKind::ServerError
            | FaultKind::ResetBefore
            | FaultKind::ResetAfter
            | FaultKind::Hang
            | FaultKind::Delay
            | FaultKind::AccessDenied => true,
        })
}

/// What becomes of a call that a fault strikes: the result, its delivery, and the word for the log.
fn struck(
    world: &mut World,
    fault: &Fault,
    caller: &Caller,
    input: &Input,
) -> (Result<Answer, AwsError>, Delivery, String) {
    let service = input.service;
    let message = |usual: &str| fault.reason.clone().unwrap_or_else(|| usual.to_owned());
    let error = match fault.kind {
        FaultKind::Throttle => AwsError::throttled(service, &message("Rate exceeded")),
        FaultKind::ServerError => AwsError::internal(service),
        FaultKind::AccessDenied => AwsError::denied(
            service,
            message("You do not have sufficient access to perform this action."),
        ),
        FaultKind::Conflict => {
            AwsError::conflict(message("There is a conflicting operation in process."))
        }
        FaultKind::Delay => {
            let result = gated(world, caller, input);
            let outcome = outcome_of(&result);
            return (
                result,
                Delivery::After(fault.seconds.unwrap_or(1.0)),
                outcome,
            );
        }
        FaultKind::ResetAfter => {
            let outcome = format!("reset_after:{}", outcome_of(&gated(world, caller, input)));
            return (
                Err(AwsError::internal(service)),
                Delivery::CloseAfter(0.0),
                outcome,
            );
        }
        FaultKind::Hang => {
            let outcome = if fault.effect {
                format!("hang_after:{}", outcome_of(&gated(world, caller, input)))
            } else {
                "hang".to_owned()
            };
            return (
                Err(AwsError::internal(service)),
                Delivery::CloseAfter(fault.seconds.unwrap_or(HANG_SECONDS)),
                outcome,
            );
        }
        FaultKind::ResetBefore | FaultKind::Failed | FaultKind::Slow => {
            return (
                Err(AwsError::internal(service)),
                Delivery::CloseAfter(0.0),
                "reset_before".to_owned(),
            );
        }
    };
    let outcome = error.code.to_owned();
    (Err(error), Delivery::Now, outcome)
}

/// Quota, permission, service; and no error that the model does not list.
fn gated(world: &mut World, caller: &Caller, input: &Input) -> Result<Answer, AwsError> {
    let service = input.service;
    within_rate(world, input)?;
    if !caller.powers.allow(&input.operation) && service != Service::Sts {
        let action = format!("{}:{}", service.signing_name(), input.operation);
        let message = format!(
            "User: {} is not authorized to perform: {action} because no identity-based policy allows the action",
            caller.arn
        );
        return Err(AwsError::denied(service, message));
    }
    let result = match service {
        Service::SsoAdmin => sso_admin::serve(world, caller, input).map(Answer::Json),
        Service::IdentityStore => identity_store::serve(world, input).map(Answer::Json),
        Service::Organizations => organizations::serve(world, input).map(Answer::Json),
        Service::Sts => sts::serve(world, caller, input).map(Answer::Xml),
    };
    result.map_err(|error| {
        if catalog::lists(service, &input.operation, error.code) {
            return error;
        }
        tracing::error!(operation = %input.operation, code = error.code, "an error that the service model does not list");
        AwsError::internal(service)
    })
}

fn within_rate(world: &mut World, input: &Input) -> Result<(), AwsError> {
    let settings = &world.settings;
    if !settings.quotas {
        return Ok(());
    }
    let service = input.service;
    let (bucket, rate) = match service {
        Service::SsoAdmin => (
            "sso-admin".to_owned(),
            settings.transactions_per_second - settings.other_tenant_per_second,
        ),
        Service::IdentityStore => (
            "identitystore".to_owned(),
            settings.identity_store_per_second,
        ),
        Service::Organizations => (
            format!("organizations:{}", input.operation),
            settings.organizations_per_second,
        ),
        Service::Sts => return Ok(()),
    };
    if world.quotas.take(&bucket, rate, world.now) {
        Ok(())
    } else {
        Err(AwsError::throttled(service, "Rate exceeded"))
    }
}

/// A refused signature in the service's words: STS has names and statuses of its own.
fn refused(service: Service, refusal: Refusal) -> AwsError {
    const WRONG: &str = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.";
    const INVALID: &str = "The security token included in the request is invalid.";
    let (json, query, message) = match refusal {
        Refusal::Unsigned => (
            "MissingAuthenticationTokenException",
            "MissingAuthenticationToken",
            "Missing Authentication Token".to_owned(),
        ),
        Refusal::Incomplete(why) => ("IncompleteSignatureException", "IncompleteSignature", why),
        Refusal::UnknownKey | Refusal::WrongToken => (
            "UnrecognizedClientException",
            "InvalidClientTokenId",
            INVALID.to_owned(),
        ),
        Refusal::ExpiredToken => (
            "ExpiredTokenException",
            "ExpiredToken",
            "The security token included in the request is expired".to_owned(),
        ),
        Refusal::Skewed(why) | Refusal::WrongScope(why) => {
            ("InvalidSignatureException", "SignatureDoesNotMatch", why)
        }
        Refusal::WrongSignature => (
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
            WRONG.to_owned(),
        ),
    };
    match service {
        Service::Sts => {
            AwsError::new(query, message).status(actix_web::http::StatusCode::FORBIDDEN)
        }
        Service::SsoAdmin | Service::IdentityStore | Service::Organizations => {
            AwsError::new(json, message)
        }
    }
}

fn subject_of(input: &Input) -> Subject {
    let text = |name: &str| input.value(name).and_then(Value::as_str).map(str::to_owned);
    Subject {
        account_id: text("TargetId").or_else(|| text("AccountId")),
        permission_set_arn: text("PermissionSetArn"),
        principal_id: text("PrincipalId").or_else(|| text("UserId")),
        request_id: text("AccountAssignmentCreationRequestId")
            .or_else(|| text("AccountAssignmentDeletionRequestId")),
    }
}

fn note(
    world: &mut World,
    service: Service,
    operation: String,
    subject: Subject,
    outcome: &str,
    caller: Option<&Caller>,
    request: &HttpRequest,
) {
    let traceparent = request
        .headers()
        .get("traceparent")
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let call = Call {
        id: 0,
        at: world.now,
        service: service.name(),
        operation,
        subject,
        outcome: outcome.to_owned(),
        access_key_id: caller.map(|caller| caller.access_key_id.clone()),
        caller_arn: caller.map(|caller| caller.arn.clone()),
        traceparent,
    };
    let keep = world.settings.call_log;
    world.calls.record(call, keep);
}
