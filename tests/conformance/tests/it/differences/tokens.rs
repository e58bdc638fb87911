//! STS.

use conformance::comparison::{Follows, Group};

use super::OK;

const INVALID: &str = "ValidationError, HTTP 400";

pub const GROUPS: &[Group] = &[
    Group {
        case: "tokens::who_am_i",
        follows: Follows::Simulator,
        why: "By the IAM user guide a user's ARN is arn:aws:iam::ACCOUNT:user/NAME; moto's is in sts.",
        rows: &[("service in the ARN", "iam", "sts")],
    },
    Group {
        case: "tokens::a_role",
        follows: Follows::Simulator,
        why: "By the IAM user guide a session's unique id is the role's id and the session's name; moto invents a role's id for each question.",
        rows: &[("same id", "true", "false")],
    },
    Group {
        case: "tokens::refused",
        follows: Follows::Simulator,
        why: "By the API reference a role's trust policy must allow the caller, so a role that does not exist is AccessDenied; moto says of itself that it need not exist.",
        rows: &[("a role that is not there", "AccessDenied, HTTP 403", OK)],
    },
    Group {
        case: "tokens::refused",
        follows: Follows::Simulator,
        why: "The model bounds DurationSeconds to 900 to 43,200, RoleSessionName to 2 to 64 characters of a pattern, and RoleArn to 20 and more.",
        rows: &[
            ("13 hours", INVALID, OK),
            ("a minute", INVALID, OK),
            ("a session of one letter", INVALID, OK),
            ("a session with a space", INVALID, OK),
            ("no ARN", INVALID, OK),
        ],
    },
];
