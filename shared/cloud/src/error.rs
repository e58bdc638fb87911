//! What can go wrong with a call, in the classes that a caller acts on.

/// Why a call did not do what it should. Every error code of AWS belongs to one of these, see [`CallError::of_code`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// AWS is asked too often, or too many operations are under way. Nothing happened.
    #[error("throttled by AWS")]
    Throttled,
    /// Another operation on the same thing is under way, or was until a moment ago. Nothing happened.
    #[error("another operation on the same thing is under way or not yet settled")]
    Conflict,
    /// No answer, or none that tells: a 5xx, a time-out, a lost connection. **The effect may have happened.**
    #[error("unclear, the effect may have happened: {0}")]
    Unclear(String),
    /// What the call names does not exist.
    #[error("not found: {0}")]
    NotFound(String),
    /// Our credentials may not do this, or AWS does not take them.
    #[error("denied: {0}")]
    Denied(String),
    /// AWS does not understand the call.
    #[error("invalid: {0}")]
    Invalid(String),
    /// A limit that waiting does not lift.
    #[error("quota exhausted: {0}")]
    Quota(String),
    /// The call was not made, because the time until which it might be sent is over.
    #[error("not sent: too late")]
    TooLate,
}

impl CallError {
    /// Whether the effect may have happened although the call failed: read back before anything else.
    #[must_use]
    pub const fn effect_unknown(&self) -> bool {
        match self {
            Self::Unclear(_) => true,
            Self::Throttled
            | Self::Conflict
            | Self::NotFound(_)
            | Self::Denied(_)
            | Self::Invalid(_)
            | Self::Quota(_)
            | Self::TooLate => false,
        }
    }

    /// Whether the same call may well succeed a little later.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        match self {
            Self::Throttled | Self::Conflict | Self::Unclear(_) => true,
            Self::NotFound(_) | Self::Denied(_) | Self::Invalid(_) | Self::Quota(_) | Self::TooLate => false,
        }
    }

    /// One word for spans and metrics.
    pub(crate) const fn word(&self) -> &'static str {
        self.class().as_str()
    }

    /// The class of an answer by AWS's error code, or by the HTTP status where the code is none that we know.
    pub(crate) fn of_answer(code: Option<&str>, message: Option<&str>, status: u16) -> Self {
        let told = told(code, message, status);
        if let Some(class) = code.and_then(Self::of_code) {
            return class(told);
        }
        match status {
            401 | 403 => Self::Denied(told),
            404 => Self::NotFound(told),
            429 => Self::Throttled,
            400..=499 => Self::Invalid(told),
            _ => Self::Unclear(told),
        }
    }

    /// The one table: AWS's error codes (those in the models of SSO Admin, Identity Store and Organizations, and those
    /// common to all services) and the class of each.
    fn of_code(code: &str) -> Option<fn(String) -> Self> {
        let class: fn(String) -> Self = match code {
            "ThrottlingException"
            | "Throttling"
            | "ThrottledException"
            | "RequestThrottled"
            | "RequestThrottledException"
            | "TooManyRequestsException"
            | "RequestLimitExceeded"
            | "SlowDown" => |_| Self::Throttled,
            "ConflictException" | "ConcurrentModificationException" | "PolicyChangesInProgressException" => {
                |_| Self::Conflict
            }
            "InternalServerException"
            | "InternalServerError"
            | "InternalFailure"
            | "InternalError"
            | "ServiceException"
            | "ServiceUnavailable"
            | "ServiceUnavailableException"
            | "RequestTimeout"
            | "RequestTimeoutException" => Self::Unclear,
            "ResourceNotFoundException"
            | "ParentNotFoundException"
            | "TargetNotFoundException"
            | "AccountNotFoundException"
            | "OrganizationalUnitNotFoundException"
            | "RootNotFoundException"
            | "PolicyNotFoundException"
            | "AWSOrganizationsNotInUseException" => Self::NotFound,
            "AccessDeniedException"
            | "AccessDenied"
            | "NotAuthorized"
            | "OptInRequired"
            | "UnrecognizedClientException"
            | "InvalidClientTokenId"
            | "MissingAuthenticationToken"
            | "MissingAuthenticationTokenException"
            | "ExpiredToken"
            | "ExpiredTokenException"
            | "RequestExpired"
            | "IncompleteSignature"
            | "IncompleteSignatureException"
            | "InvalidSignatureException"
            | "SignatureDoesNotMatch"
            | "AuthFailure" => Self::Denied,
            "ValidationException"
            | "ValidationError"
            | "InvalidInputException"
            | "InvalidParameterValue"
            | "InvalidAction"
            | "InvalidRequestException"
            | "MalformedQueryString"
            | "MalformedPolicyDocumentException"
            | "MissingAction"
            | "MissingParameter"
            | "SerializationException"
            | "UnknownOperationException"
            | "UnsupportedAPIEndpointException" => Self::Invalid,
            "ServiceQuotaExceededException" | "LimitExceededException" | "ConstraintViolationException" => Self::Quota,
            _ => return None,
        };
        Some(class)
    }
}

/// AWS's words, short, and without those of a refused signature: they repeat the headers, session token included.
fn told(code: Option<&str>, message: Option<&str>, status: u16) -> String {
    const LONGEST: usize = 300;
    let code = code.map_or_else(|| format!("HTTP {status}"), str::to_owned);
    match message {
        Some(message) if !code.contains("Signature") => format!("{code}: {message}").chars().take(LONGEST).collect(),
        Some(_) | None => code,
    }
}

/// Why the organization cannot be reached or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CloudError {
    /// A call failed.
    #[error("{operation}: {source}")]
    Call {
        /// AWS's name of the operation.
        operation: &'static str,
        /// Why.
        source: CallError,
    },
    /// There is no Identity Center instance where we look.
    #[error("no Identity Center instance{} is visible in {region}", instance.as_ref().map(|arn| format!(" {arn}")).unwrap_or_default())]
    NoInstance {
        /// The instance that the configuration names, if it names one.
        instance: Option<String>,
        /// Where was looked.
        region: String,
    },
    /// The configuration must say which one is meant.
    #[error("several Identity Center instances are visible, set instance_arn to one of them: {}", .0.join(", "))]
    SeveralInstances(Vec<String>),
    /// An answer lacks something that AWS always gives, or has it in a form that we do not know.
    #[error("{operation} answered without a usable {what}: {got}")]
    Unusable {
        /// AWS's name of the operation.
        operation: &'static str,
        /// What is missing or strange.
        what: &'static str,
        /// What was there instead.
        got: String,
    },
}

impl CloudError {
    /// For `map_err`: a failed call of that operation.
    pub(crate) fn calling(operation: &'static str) -> impl Fn(CallError) -> Self + Copy {
        move |source| Self::Call { operation, source }
    }

    /// For `map_err`: a value that is not of the form it should have.
    pub(crate) fn unusable(operation: &'static str, what: &'static str) -> impl Fn(domain::InvalidId) -> Self + Copy {
        move |invalid| Self::Unusable { operation, what, got: format!("{:?}", invalid.value) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(code: &str, status: u16) -> &'static str {
        CallError::of_answer(Some(code), Some("words"), status).word()
    }

    #[test]
    fn every_code_has_its_class_whatever_the_status() {
        let table: &[(&str, &[&str])] = &[
            (
                "throttled",
                &[
                    "ThrottlingException",
                    "Throttling",
                    "ThrottledException",
                    "RequestThrottled",
                    "RequestThrottledException",
                    "TooManyRequestsException",
                    "RequestLimitExceeded",
                    "SlowDown",
                ],
            ),
            ("conflict", &["ConflictException", "ConcurrentModificationException"]),
            (
                "unclear",
                &[
                    "InternalServerException",
                    "InternalServerError",
                    "InternalFailure",
                    "InternalError",
                    "ServiceException",
                    "ServiceUnavailable",
                    "ServiceUnavailableException",
                    "RequestTimeout",
                    "RequestTimeoutException",
                ],
            ),
            (
                "not_found",
                &[
                    "ResourceNotFoundException",
                    "ParentNotFoundException",
                    "TargetNotFoundException",
                    "AccountNotFoundException",
                    "OrganizationalUnitNotFoundException",
                    "RootNotFoundException",
                    "AWSOrganizationsNotInUseException",
                ],
            ),
            (
                "denied",
                &[
                    "AccessDeniedException",
                    "AccessDenied",
                    "NotAuthorized",
                    "OptInRequired",
                    "UnrecognizedClientException",
                    "InvalidClientTokenId",
                    "MissingAuthenticationToken",
                    "MissingAuthenticationTokenException",
                    "ExpiredToken",
                    "ExpiredTokenException",
                    "RequestExpired",
                    "IncompleteSignature",
                    "IncompleteSignatureException",
                    "InvalidSignatureException",
                    "SignatureDoesNotMatch",
                    "AuthFailure",
                ],
            ),
            (
                "invalid",
                &[
                    "ValidationException",
                    "ValidationError",
                    "InvalidInputException",
                    "InvalidParameterValue",
                    "InvalidAction",
                    "InvalidRequestException",
                    "MalformedQueryString",
                    "MissingAction",
                    "MissingParameter",
                    "SerializationException",
                    "UnknownOperationException",
                    "UnsupportedAPIEndpointException",
                ],
            ),
            ("quota", &["ServiceQuotaExceededException", "LimitExceededException", "ConstraintViolationException"]),
        ];
        for (class, codes) in table {
            for code in *codes {
                for status in [400, 403, 503] {
                    assert_eq!(word(code, status), *class, "{code} with {status}");
                }
            }
        }
    }

    #[test]
    fn an_unknown_code_is_judged_by_its_status() {
        let table = [
            (400, "invalid"),
            (401, "denied"),
            (403, "denied"),
            (404, "not_found"),
            (418, "invalid"),
            (429, "throttled"),
        ];
        for (status, class) in table.into_iter().chain([(301, "unclear"), (500, "unclear"), (503, "unclear")]) {
            assert_eq!(word("BrandNewException", status), class, "{status}");
            assert_eq!(CallError::of_answer(None, None, status).word(), class, "{status} without a code");
        }
    }

    #[test]
    fn only_an_unclear_answer_may_have_had_its_effect() {
        let text = String::new;
        let table = [
            (CallError::Throttled, true, false),
            (CallError::Conflict, true, false),
            (CallError::Unclear(text()), true, true),
            (CallError::NotFound(text()), false, false),
            (CallError::Denied(text()), false, false),
            (CallError::Invalid(text()), false, false),
            (CallError::Quota(text()), false, false),
            (CallError::TooLate, false, false),
        ];
        for (error, transient, unknown) in table {
            assert_eq!((error.is_transient(), error.effect_unknown()), (transient, unknown), "{error}");
        }
    }

    #[test]
    fn a_refused_signature_does_not_spill_the_session_token() {
        let message = "The Canonical String for this request should have been 'POST\n/\n\nx-amz-security-token:SECRET'";
        for code in ["InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignature"] {
            let shown = CallError::of_answer(Some(code), Some(message), 403).to_string();
            assert!(shown.contains(code) && !shown.contains("SECRET"), "{shown}");
        }
    }
}
