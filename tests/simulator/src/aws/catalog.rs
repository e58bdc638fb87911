//! The operations that are simulated, each with the errors that its service model lists. An error that is not listed never leaves:
//! clients are generated from these models and would not know what to do with it.

use super::Service;

/// Errors that any call of any service may get, listed or not: they come from the layer in front of the services.
const COMMON: [&str; 14] = [
    "UnknownOperationException",
    "SerializationException",
    "MissingAuthenticationTokenException",
    "IncompleteSignatureException",
    "InvalidSignatureException",
    "UnrecognizedClientException",
    "ExpiredTokenException",
    "InvalidAction",
    "MissingAuthenticationToken",
    "IncompleteSignature",
    "SignatureDoesNotMatch",
    "InvalidClientTokenId",
    "ExpiredToken",
    "ValidationError",
];

const SSO: [&str; 4] =
    ["ThrottlingException", "InternalServerException", "AccessDeniedException", "ValidationException"];
const STORE: [&str; 5] = [
    "ResourceNotFoundException",
    "ThrottlingException",
    "AccessDeniedException",
    "InternalServerException",
    "ValidationException",
];
const ORGANIZATIONS: [&str; 4] =
    ["AccessDeniedException", "AWSOrganizationsNotInUseException", "ServiceException", "TooManyRequestsException"];
const TRAIL: [&str; 6] = [
    "ThrottlingException",
    "AccessDeniedException",
    "InternalFailure",
    "OperationNotPermittedException",
    "UnsupportedOperationException",
    "ValidationException",
];
const STS: [&str; 3] = ["Throttling", "InternalFailure", "AccessDenied"];

/// What the model adds to the service's usual errors, or nothing if the operation is not simulated.
fn further(service: Service, operation: &str) -> Option<&'static [&'static str]> {
    const NOT_FOUND: &[&str] = &["ResourceNotFoundException"];
    const CHANGE: &[&str] = &["ResourceNotFoundException", "ConflictException"];
    const CREATE: &[&str] = &["ResourceNotFoundException", "ConflictException", "ServiceQuotaExceededException"];
    Some(match (service, operation) {
        (Service::SsoAdmin, "ListInstances" | "DescribeInstance") => &[],
        (
            Service::SsoAdmin,
            "ListPermissionSets"
            | "DescribePermissionSet"
            | "ListTagsForResource"
            | "DescribeAccountAssignmentCreationStatus"
            | "DescribeAccountAssignmentDeletionStatus"
            | "ListAccountAssignmentCreationStatus"
            | "ListAccountAssignmentDeletionStatus"
            | "ListAccountAssignments"
            | "ListAccountAssignmentsForPrincipal"
            | "ListPermissionSetsProvisionedToAccount"
            | "ListAccountsForProvisionedPermissionSet"
            | "DescribePermissionSetProvisioningStatus"
            | "GetInlinePolicyForPermissionSet"
            | "GetPermissionsBoundaryForPermissionSet"
            | "ListManagedPoliciesInPermissionSet"
            | "ListCustomerManagedPolicyReferencesInPermissionSet",
        ) => NOT_FOUND,
        (Service::SsoAdmin, "CreatePermissionSet" | "CreateAccountAssignment" | "PutInlinePolicyToPermissionSet") => {
            CREATE
        }
        (
            Service::SsoAdmin,
            "UpdatePermissionSet"
            | "DeletePermissionSet"
            | "DeleteInlinePolicyFromPermissionSet"
            | "DeleteAccountAssignment"
            | "ProvisionPermissionSet",
        ) => CHANGE,
        (
            Service::IdentityStore,
            "ListUsers"
            | "DescribeUser"
            | "GetUserId"
            | "ListGroups"
            | "DescribeGroup"
            | "GetGroupId"
            | "ListGroupMemberships"
            | "ListGroupMembershipsForMember"
            | "IsMemberInGroups"
            | "GetGroupMembershipId"
            | "DescribeGroupMembership",
        ) => &[],
        (Service::IdentityStore, "DeleteGroupMembership" | "DeleteUser" | "DeleteGroup") => &["ConflictException"],
        (Service::IdentityStore, "CreateGroupMembership" | "CreateUser" | "UpdateUser" | "CreateGroup") => {
            &["ConflictException", "ServiceQuotaExceededException"]
        }
        (Service::Organizations, "DescribeOrganization") => &[],
        (Service::Organizations, "ListRoots" | "ListAccounts") => &["InvalidInputException"],
        (Service::Organizations, "ListDelegatedAdministrators") => {
            &["InvalidInputException", "ConstraintViolationException", "UnsupportedAPIEndpointException"]
        }
        (Service::Organizations, "ListOrganizationalUnitsForParent" | "ListAccountsForParent" | "ListChildren") => {
            &["InvalidInputException", "ParentNotFoundException"]
        }
        (Service::Organizations, "DescribeAccount") => &["InvalidInputException", "AccountNotFoundException"],
        (Service::Organizations, "ListParents") => &["InvalidInputException", "ChildNotFoundException"],
        (Service::Organizations, "ListTagsForResource") => &["InvalidInputException", "TargetNotFoundException"],
        (Service::Organizations, "DescribeOrganizationalUnit") => {
            &["InvalidInputException", "OrganizationalUnitNotFoundException"]
        }
        (Service::CloudTrail, "LookupEvents") => &[
            "InvalidEventCategoryException",
            "InvalidLookupAttributesException",
            "InvalidMaxResultsException",
            "InvalidNextTokenException",
            "InvalidTimeRangeException",
        ],
        (Service::Organizations, "DescribePolicy" | "ListTargetsForPolicy") => {
            &["InvalidInputException", "PolicyNotFoundException", "UnsupportedAPIEndpointException"]
        }
        (Service::Organizations, "ListPoliciesForTarget") => {
            &["InvalidInputException", "TargetNotFoundException", "UnsupportedAPIEndpointException"]
        }
        (Service::Organizations, "UpdatePolicy") => &[
            "ConcurrentModificationException",
            "ConstraintViolationException",
            "DuplicatePolicyException",
            "InvalidInputException",
            "MalformedPolicyDocumentException",
            "PolicyChangesInProgressException",
            "PolicyNotFoundException",
            "UnsupportedAPIEndpointException",
        ],
        (Service::Sts, "GetCallerIdentity") => &[],
        (Service::Sts, "AssumeRole") => {
            &["MalformedPolicyDocument", "PackedPolicyTooLarge", "RegionDisabledException", "ExpiredTokenException"]
        }
        _ => return None,
    })
}

/// Whether the operation is simulated.
pub fn knows(service: Service, operation: &str) -> bool {
    further(service, operation).is_some()
}

/// Whether the operation may answer with this error.
pub fn lists(service: Service, operation: &str, code: &str) -> bool {
    let usual: &[&str] = match service {
        Service::SsoAdmin => &SSO,
        Service::IdentityStore => &STORE,
        Service::Organizations => &ORGANIZATIONS,
        Service::Sts => &STS,
        Service::CloudTrail => &TRAIL,
    };
    COMMON.contains(&code)
        || usual.contains(&code)
        || further(service, operation).is_some_and(|more| more.contains(&code))
}
