//! Instances and permission sets.

use conformance::comparison::{Follows, Group};

use super::{CONFLICT, INVALID, MISSING, NOT_THERE, OK, TOKEN};

pub const GROUPS: &[Group] = &[
    Group {
        case: "instances::the_instance",
        follows: Follows::Simulator,
        why: "The model has DescribeInstance; moto does not.",
        rows: &[("describe", OK, NOT_THERE)],
    },
    Group {
        case: "instances::the_instance",
        follows: Follows::Simulator,
        why: "The model lists ResourceNotFoundException for ListPermissionSets, and a pattern for InstanceArn; moto looks at neither.",
        rows: &[("permission sets of another instance", MISSING, OK), ("permission sets of nonsense", INVALID, OK)],
    },
    Group {
        case: "permission_sets::created_with_everything",
        follows: Follows::Simulator,
        why: "The model's pattern of PermissionSetArn begins with arn:aws:sso:::permissionSet/.",
        rows: &[(
            "form of its ARN",
            "arn:aws:sso:::permissionSet/ssoins-(16)/ps-(16)",
            "arn:aws:sso:::instance/ssoins-(16)/ps-(16)",
        )],
    },
    Group {
        case: "permission_sets::created_with_a_name_only",
        follows: Follows::Simulator,
        why: "SessionDuration is a text in ISO 8601 in the model and one hour by default; moto's number cannot be read by the SDK.",
        rows: &[
            ("create", OK, "an error without a code, HTTP 200"),
            ("duration on the wire", "\"PT1H\"", "3600"),
            ("then described", OK, "an error without a code, HTTP 200"),
            ("then described: duration on the wire", "\"PT1H\"", "3600"),
        ],
    },
    Group {
        case: "permission_sets::updated_in_part",
        follows: Follows::Simulator,
        why: "UpdatePermissionSet updates an existing permission set, and all but its ARN is optional in the model; moto empties what is left out.",
        rows: &[
            ("duration described: description", "after", "nothing"),
            ("duration described: relay state", "https://example.com/new", "nothing"),
            ("description described", OK, "an error without a code, HTTP 200"),
            ("description described: duration on the wire", "\"PT5H\"", "3600"),
        ],
    },
    Group {
        case: "permission_sets::a_name_twice",
        follows: Follows::Simulator,
        why: "The model lists ConflictException for CreatePermissionSet, and a permission set's role is called by its name in every account.",
        rows: &[("create again", CONFLICT, OK)],
    },
    Group {
        case: "permission_sets::refused",
        follows: Follows::Simulator,
        why: "The model bounds a name to 32 characters of a pattern and a duration to ISO 8601, the user guide to 1 to 12 hours.",
        rows: &[
            ("a name of 33 characters", INVALID, OK),
            ("a name with a space", INVALID, OK),
            ("13 hours", INVALID, OK),
            ("half an hour", INVALID, OK),
            ("a number of seconds", INVALID, OK),
        ],
    },
    Group {
        case: "permission_sets::refused",
        follows: Follows::Simulator,
        why: "The model has a pattern for PermissionSetArn, and what breaks a pattern is a ValidationException.",
        rows: &[("no ARN described", INVALID, MISSING)],
    },
    Group {
        case: "permission_sets::listed_in_pages",
        follows: Follows::Simulator,
        why: "The model bounds MaxResults to 1 to 100 and lists ValidationException, but no InvalidToken.",
        rows: &[
            ("a token that nobody gave", INVALID, TOKEN),
            ("101 at once", INVALID, OK),
            ("none at once", INVALID, OK),
        ],
    },
    Group {
        case: "permission_sets::tagged",
        follows: Follows::Simulator,
        why: "The model has ListTagsForResource in SSO Admin; moto does not.",
        rows: &[("list", OK, NOT_THERE)],
    },
];
