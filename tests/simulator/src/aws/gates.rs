//! The gates that a call goes through, the same as in AWS: signature, fault of the day, quota, permission, then the service itself.
//! Every call is written down with what became of it.

use actix_web::http::StatusCode;
use serde_json::Value;

use super::error::AwsError;
use super::input::Input;
use super::sigv4::{self, Refusal};
use super::{
    Answer, Delivery, Incoming, Service, catalog, identity_store, organizations, service_control_policies, sso_admin,
    sts,
};
use crate::world::World;
use crate::world::calls::{Call, Subject};
use crate::world::credentials::Caller;
use crate::world::faults::{Fault, FaultKind};

/// How long a hanging call is held if the fault does not say.
const HANG_SECONDS: f64 = 30.0;

/// Serves one call and writes it down.
pub fn serve(
    world: &mut World,
    service: Service,
    input: Result<Input, AwsError>,
    request: Incoming<'_>,
) -> (Result<Answer, AwsError>, Delivery) {
    let input = match input {
        Ok(input) => input,
        Err(error) => {
            let named = request.headers.get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or("?");
            let operation = named.rsplit('.').next().unwrap_or(named).to_owned();
            note(world, service, operation, Subject::default(), error.code, None, request);
            return (Err(error), Delivery::Now);
        }
    };
    let subject = subject_of(&input);
    let Incoming { method, path, query, headers, body } = request;
    let signed = sigv4::Request { method, path, query, body };
    let caller = match sigv4::verify(signed, headers, service.signing_name(), &world.credentials, world.now) {
        Ok(caller) => caller,
        Err(refusal) => {
            let error = refused(service, refusal);
            note(world, service, input.operation, subject, error.code, None, request);
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
    note(world, service, input.operation, subject, &outcome, Some(&caller), request);
    (result, delivery)
}

fn outcome_of(result: &Result<Answer, AwsError>) -> String {
    result.as_ref().map_or_else(|error| error.code.to_owned(), |_| "ok".to_owned())
}

/// The fault that strikes this call on the way in. Faults of asynchronous results wait until an operation is accepted.
fn strike(world: &mut World, input: &Input, subject: &Subject) -> Option<Fault> {
    let (service, operation) = (input.service, input.operation.as_str());
    let account = subject.account_id.as_deref();
    world.faults.strike(&mut world.random, operation, account, |kind| match kind {
        FaultKind::Failed | FaultKind::Slow => false,
        FaultKind::Conflict => {
            catalog::lists(service, operation, "ConflictException")
                || catalog::lists(service, operation, "ConcurrentModificationException")
        }
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
        FaultKind::AccessDenied => {
            AwsError::denied(service, message("You do not have sufficient access to perform this action."))
        }
        FaultKind::Conflict if service == Service::Organizations => {
            let usual = "The target of the operation is currently being modified by a different request.";
            AwsError::new("ConcurrentModificationException", message(usual))
        }
        FaultKind::Conflict => AwsError::conflict(message("There is a conflicting operation in process.")),
        FaultKind::Delay => {
            let result = gated(world, caller, input);
            let outcome = outcome_of(&result);
            return (result, Delivery::After(fault.seconds.unwrap_or(1.0)), outcome);
        }
        FaultKind::ResetAfter => {
            let outcome = format!("reset_after:{}", outcome_of(&gated(world, caller, input)));
            return (Err(AwsError::internal(service)), Delivery::CloseAfter(0.0), outcome);
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
            return (Err(AwsError::internal(service)), Delivery::CloseAfter(0.0), "reset_before".to_owned());
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
        Service::Organizations if service_control_policies::serves(&input.operation) => {
            service_control_policies::serve(world, input).map(Answer::Json)
        }
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
        Service::SsoAdmin => {
            ("sso-admin".to_owned(), settings.transactions_per_second - settings.other_tenant_per_second)
        }
        Service::IdentityStore => ("identitystore".to_owned(), settings.identity_store_per_second),
        Service::Organizations => (format!("organizations:{}", input.operation), settings.organizations_per_second),
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
        Refusal::UnknownKey | Refusal::WrongToken => {
            ("UnrecognizedClientException", "InvalidClientTokenId", INVALID.to_owned())
        }
        Refusal::ExpiredToken => (
            "ExpiredTokenException",
            "ExpiredToken",
            "The security token included in the request is expired".to_owned(),
        ),
        Refusal::Skewed(why) | Refusal::WrongScope(why) => ("InvalidSignatureException", "SignatureDoesNotMatch", why),
        Refusal::WrongSignature => ("InvalidSignatureException", "SignatureDoesNotMatch", WRONG.to_owned()),
    };
    match service {
        Service::Sts => AwsError::new(query, message).status(StatusCode::FORBIDDEN),
        Service::SsoAdmin | Service::IdentityStore | Service::Organizations => AwsError::new(json, message),
    }
}

fn subject_of(input: &Input) -> Subject {
    let text = |name: &str| input.value(name).and_then(Value::as_str).map(str::to_owned);
    Subject {
        account_id: text("TargetId").or_else(|| text("AccountId")),
        permission_set_arn: text("PermissionSetArn"),
        principal_id: text("PrincipalId").or_else(|| text("UserId")),
        request_id: text("AccountAssignmentCreationRequestId").or_else(|| text("AccountAssignmentDeletionRequestId")),
    }
}

fn note(
    world: &mut World,
    service: Service,
    operation: String,
    subject: Subject,
    outcome: &str,
    caller: Option<&Caller>,
    request: Incoming<'_>,
) {
    let traceparent = request.headers.get("traceparent").and_then(|value| value.to_str().ok()).map(str::to_owned);
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
