//! AWS's errors on the wire. Which operation may return which error is the service model's business: see `catalog`.

use actix_web::http::StatusCode;
use serde_json::{Map, Value, json};

use super::{Said, Service};

/// An error as a service returns it.
#[derive(Debug, Clone)]
pub struct AwsError {
    pub code: &'static str,
    pub message: String,
    pub status: StatusCode,
    /// Further members of the error's shape.
    pub members: Map<String, Value>,
}

impl AwsError {
    /// A client's error: HTTP 400.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), status: StatusCode::BAD_REQUEST, members: Map::new() }
    }

    /// With one more member.
    pub fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.members.insert(member.to_owned(), value.into());
        self
    }

    /// With another HTTP status.
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// Input that breaks the model's constraints. Organizations has its own error for it, with a reason.
    pub fn invalid(service: Service, reason: &'static str, message: impl Into<String>) -> Self {
        match service {
            Service::Organizations => Self::new("InvalidInputException", message).with("Reason", reason),
            Service::Sts => Self::new("ValidationError", message),
            Service::SsoAdmin | Service::IdentityStore => Self::new("ValidationException", message),
        }
    }

    /// Too many calls.
    pub fn throttled(service: Service, message: &str) -> Self {
        match service {
            Service::SsoAdmin => Self::new("ThrottlingException", message),
            Service::IdentityStore => Self::new("ThrottlingException", message).with("RetryAfterSeconds", 1),
            Service::Organizations => Self::new("TooManyRequestsException", message).with("Type", "RATE_LIMIT"),
            Service::Sts => Self::new("Throttling", message),
        }
    }

    /// Something broke inside AWS.
    pub fn internal(service: Service) -> Self {
        let code = match service {
            Service::SsoAdmin | Service::IdentityStore => "InternalServerException",
            Service::Organizations => "ServiceException",
            Service::Sts => "InternalFailure",
        };
        Self::new(code, "An internal error occurred.").status(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Not allowed.
    pub fn denied(service: Service, message: impl Into<String>) -> Self {
        match service {
            Service::Sts => Self::new("AccessDenied", message).status(StatusCode::FORBIDDEN),
            Service::SsoAdmin | Service::IdentityStore | Service::Organizations => {
                Self::new("AccessDeniedException", message)
            }
        }
    }

    /// What is named does not exist.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new("ResourceNotFoundException", message)
    }

    /// Something else is going on with it.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new("ConflictException", message)
    }

    /// The answer in the service's protocol.
    pub fn said(&self, service: Service, request_id: &str) -> Said {
        let mut headers = vec![("x-amzn-requestid", request_id.to_owned())];
        if service == Service::Sts {
            let sender = if self.status.is_server_error() { "Receiver" } else { "Sender" };
            headers.push(("content-type", "text/xml".to_owned()));
            let body = format!(
                "<ErrorResponse xmlns=\"{}\"><Error><Type>{sender}</Type><Code>{}</Code><Message>{}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>",
                super::sts::NAMESPACE,
                self.code,
                super::sts::escape(&self.message),
            );
            return Said { status: self.status, headers, body };
        }
        let mut body = Map::new();
        body.insert("__type".to_owned(), json!(self.code));
        body.insert("Message".to_owned(), json!(self.message));
        if service == Service::IdentityStore {
            body.insert("RequestId".to_owned(), json!(request_id));
        }
        body.extend(self.members.clone());
        headers.push(("x-amzn-errortype", self.code.to_owned()));
        headers.push(("content-type", "application/x-amz-json-1.1".to_owned()));
        Said { status: self.status, headers, body: Value::Object(body).to_string() }
    }
}
