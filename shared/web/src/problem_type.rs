//! Every kind of problem that the API answers with, in one table: the stable name, the status, the title.

use actix_web::http::StatusCode;

macro_rules! problem_types {
    ($($name:ident = $slug:literal, $status:ident, $title:literal;)+) => {
        /// What went wrong, as a stable name that programs may rely on.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ProblemType {
            $(#[doc = $title] $name,)+
        }

        impl ProblemType {
            /// Every type, for the documents and for tests.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The last part of the type's name.
            #[must_use]
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$name => $slug),+ }
            }

            /// The HTTP status that it comes with.
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status),+ }
            }

            /// The same short sentence each time.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title),+ }
            }
        }
    };
}

problem_types! {
    // The form of a request
    MalformedJson = "malformed-json", BAD_REQUEST, "The body is not JSON";
    UnknownField = "unknown-field", BAD_REQUEST, "The body has a field that is not known";
    WrongType = "wrong-type", BAD_REQUEST, "A value is of the wrong type";
    MissingField = "missing-field", BAD_REQUEST, "A field is missing";
    DuplicateField = "duplicate-field", BAD_REQUEST, "A field is given twice";
    InvalidValue = "invalid-value", UNPROCESSABLE_ENTITY, "A value is not possible here";
    PayloadTooLarge = "payload-too-large", PAYLOAD_TOO_LARGE, "The body is too large";
    UnsupportedMediaType = "unsupported-media-type", UNSUPPORTED_MEDIA_TYPE, "The body must be JSON";
    InvalidQuery = "invalid-query", BAD_REQUEST, "A query parameter is not usable";
    InvalidPath = "invalid-path", BAD_REQUEST, "A part of the path is not usable";
    InvalidCursor = "invalid-cursor", BAD_REQUEST, "The cursor is not one that Curfew gave";
    InvalidLimit = "invalid-limit", BAD_REQUEST, "The limit is not from 1 to 200";
    InvalidHeader = "invalid-header", BAD_REQUEST, "A header is not usable";
    InvalidIdempotencyKey = "invalid-idempotency-key", BAD_REQUEST, "The idempotency key is not usable";
    IdempotencyKeyReused = "idempotency-key-reused", UNPROCESSABLE_ENTITY, "The idempotency key came with another request before";
    IdempotencyInProgress = "idempotency-in-progress", CONFLICT, "The first request with this idempotency key is still at work";
    NotFound = "not-found", NOT_FOUND, "There is nothing here";
    MethodNotAllowed = "method-not-allowed", METHOD_NOT_ALLOWED, "This address does not take this method";
    RateLimited = "rate-limited", TOO_MANY_REQUESTS, "Too many requests";
    TooManyStreams = "too-many-streams", TOO_MANY_REQUESTS, "Too many streams at once";
    // Who calls
    MissingToken = "missing-token", UNAUTHORIZED, "A bearer token is needed";
    InvalidToken = "invalid-token", UNAUTHORIZED, "The bearer token is not valid";
    ExpiredToken = "expired-token", UNAUTHORIZED, "The bearer token has expired";
    SignInRequired = "sign-in-required", UNAUTHORIZED, "Signing in is needed for this";
    UnknownUser = "unknown-user", FORBIDDEN, "The token's user is not in Identity Center";
    DisabledUser = "disabled-user", FORBIDDEN, "The token's user is disabled";
    UserRequired = "user-required", FORBIDDEN, "Only a person may do this";
    AdminRequired = "admin-required", FORBIDDEN, "Only an admin may do this";
    AuditorRequired = "auditor-required", FORBIDDEN, "Only an auditor or an admin may do this";
    OwnerRequired = "owner-required", FORBIDDEN, "Only an owner of the account, an auditor or an admin may do this";
    MissingScope = "missing-scope", FORBIDDEN, "The client lacks a scope";
    Forbidden = "forbidden", FORBIDDEN, "This is not allowed to the caller";
    // What is asked
    UnknownAccount = "unknown-account", UNPROCESSABLE_ENTITY, "The account is not known";
    UnknownPermissionSet = "unknown-permission-set", UNPROCESSABLE_ENTITY, "The permission set is not known";
    UnknownBeneficiary = "unknown-beneficiary", UNPROCESSABLE_ENTITY, "The person to have the access is not known";
    DurationZero = "duration-zero", UNPROCESSABLE_ENTITY, "A duration of no time";
    DurationNegative = "duration-negative", UNPROCESSABLE_ENTITY, "A negative duration";
    DurationTooLong = "duration-too-long", UNPROCESSABLE_ENTITY, "The duration is longer than allowed";
    StartInPast = "start-in-past", UNPROCESSABLE_ENTITY, "The start lies in the past";
    StartTooFar = "start-too-far", UNPROCESSABLE_ENTITY, "The start lies too far ahead";
    JustificationTooShort = "justification-too-short", UNPROCESSABLE_ENTITY, "The reason is too short";
    JustificationTooLong = "justification-too-long", UNPROCESSABLE_ENTITY, "The reason is too long";
    CommentTooLong = "comment-too-long", UNPROCESSABLE_ENTITY, "The comment is too long";
    InvalidTicket = "invalid-ticket", UNPROCESSABLE_ENTITY, "The ticket is not usable";
    ControlCharacters = "control-characters", UNPROCESSABLE_ENTITY, "A text holds control characters";
    NoPairs = "no-pairs", UNPROCESSABLE_ENTITY, "Nothing is asked for";
    TooManyPairs = "too-many-pairs", UNPROCESSABLE_ENTITY, "More than 50 pairs in one request";
    DuplicatePair = "duplicate-pair", UNPROCESSABLE_ENTITY, "A pair is asked for twice";
    InactiveAccount = "inactive-account", UNPROCESSABLE_ENTITY, "The account is not in use";
    UnknownGroup = "unknown-group", UNPROCESSABLE_ENTITY, "The group is not known";
    UnknownPerson = "unknown-person", UNPROCESSABLE_ENTITY, "The person is not known";
    InvalidPolicy = "invalid-policy", UNPROCESSABLE_ENTITY, "The policy files have mistakes";
    UnknownUnit = "unknown-unit", UNPROCESSABLE_ENTITY, "The organizational unit is not known";
    UnknownPolicy = "unknown-policy", UNPROCESSABLE_ENTITY, "The approval policy is not known";
    UnknownSchedule = "unknown-schedule", UNPROCESSABLE_ENTITY, "The schedule is not known";
    UnknownTicketSystem = "unknown-ticket-system", UNPROCESSABLE_ENTITY, "The ticket system is not known";
    InvalidDocument = "invalid-document", UNPROCESSABLE_ENTITY, "What it says could never work";
    ManagementAccount = "management-account", UNPROCESSABLE_ENTITY, "Rules do not reach the management account here";
    NameTaken = "name-taken", CONFLICT, "Another one has this name";
    IdTaken = "id-taken", CONFLICT, "Another one has this id";
    InUse = "in-use", CONFLICT, "Others stand on it";
    OwnChange = "own-change", FORBIDDEN, "Nobody agrees to their own change";
    NobodyCanApprove = "nobody-can-approve", UNPROCESSABLE_ENTITY, "Nobody could approve this";
    ExtensionPending = "extension-pending", CONFLICT, "Another extension of this access waits for its decision";
    NotEligible = "not-eligible", FORBIDDEN, "No rule allows this";
    UnknownSeverity = "unknown-severity", UNPROCESSABLE_ENTITY, "The severity is not one of those in the settings";
    NotBreakGlass = "not-break-glass", UNPROCESSABLE_ENTITY, "There is no such break-glass rule";
    ReviewOverdue = "review-overdue", CONFLICT, "The review of an earlier break-glass is overdue";
    InvalidTemplate = "invalid-template", UNPROCESSABLE_ENTITY, "The template could never be asked for";
    InvalidView = "invalid-view", UNPROCESSABLE_ENTITY, "The view is not usable";
    InvalidIncident = "invalid-incident", UNPROCESSABLE_ENTITY, "The incident is not usable";
    OwnReview = "own-review", FORBIDDEN, "Nobody reviews their own access";
    NotAReviewer = "not-a-reviewer", FORBIDDEN, "The caller is no reviewer of this";
    // What is decided
    OwnRequest = "own-request", FORBIDDEN, "Nobody decides about their own request";
    NotAnApprover = "not-an-approver", FORBIDDEN, "The caller is no approver of this request";
    BeneficiaryDisabled = "beneficiary-disabled", CONFLICT, "The person to have the access is disabled";
    AlreadyVoted = "already-voted", CONFLICT, "The caller has decided already";
    StageNotBegun = "stage-not-begun", CONFLICT, "An earlier stage waits for its votes";
    DecidedTogether = "decided-together", UNPROCESSABLE_ENTITY, "The pairs are decided together";
    PairNotAsked = "pair-not-asked", UNPROCESSABLE_ENTITY, "The request does not ask for this";
    OutsideWindow = "outside-window", UNPROCESSABLE_ENTITY, "It is not inside the time that was asked for";
    NoLongerAllowed = "no-longer-allowed", CONFLICT, "The rules do not allow this any more";
    MembershipUnknown = "membership-unknown", SERVICE_UNAVAILABLE, "Nobody can say whether the caller may decide";
    // Standing in
    DelegationToOneself = "delegation-to-oneself", UNPROCESSABLE_ENTITY, "Nobody stands in for themselves";
    DelegationCircle = "delegation-circle", CONFLICT, "People would stand in for each other";
    DelegationOverlaps = "delegation-overlaps", CONFLICT, "The same person stands in at this time already";
    StateConflict = "state-conflict", CONFLICT, "The state does not allow this any more";
    StaleVersion = "stale-version", CONFLICT, "Somebody else changed it in between";
    LinkUnknown = "link-unknown", NOT_FOUND, "There is no such link";
    LinkOfSomebodyElse = "link-of-somebody-else", FORBIDDEN, "The link was sent to somebody else";
    LinkExpired = "link-expired", GONE, "The link has expired";
    LinkUsed = "link-used", CONFLICT, "The link was used already";
    // Webhooks
    InvalidAddress = "invalid-address", UNPROCESSABLE_ENTITY, "The address is not usable";
    PrivateAddress = "private-address", UNPROCESSABLE_ENTITY, "The address is not a public one";
    // Ourselves
    Internal = "internal", INTERNAL_SERVER_ERROR, "Something went wrong in Curfew";
    Unavailable = "unavailable", SERVICE_UNAVAILABLE, "Something that is needed for this is away";
    IssuerUnavailable = "issuer-unavailable", SERVICE_UNAVAILABLE, "The sign-in provider is away, so tokens cannot be checked";
}

impl ProblemType {
    /// The whole name, as it stands in `type`.
    #[must_use]
    pub fn urn(self) -> String {
        format!("urn:curfew:problem:{}", self.slug())
    }

    /// The type with this slug.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.slug() == slug)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_can_be_found_again() {
        let slugs: BTreeSet<_> = ProblemType::ALL.iter().map(|kind| kind.slug()).collect();
        assert_eq!(slugs.len(), ProblemType::ALL.len());
        for kind in ProblemType::ALL {
            assert_eq!(ProblemType::from_slug(kind.slug()), Some(*kind));
            assert!(kind.status().is_client_error() || kind.status().is_server_error());
            assert!(kind.slug().bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{}", kind.slug());
        }
        assert_eq!(ProblemType::from_slug("nothing"), None);
    }
}
