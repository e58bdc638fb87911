//! Assignments, their lists, and provisioning.

use conformance::comparison::{Follows, Group};

use super::{CONFLICT, INVALID, MISSING, NOT_THERE, OK};

pub const GROUPS: &[Group] = &[
    Group {
        case: "assignments::created_and_followed",
        follows: Follows::Simulator,
        why: "Creation and deletion are asynchronous by the API reference: the answer is IN_PROGRESS, and the status operations tell the end.",
        rows: &[
            ("create: accepted as", "\"IN_PROGRESS\"", "\"SUCCEEDED\""),
            ("delete: accepted as", "\"IN_PROGRESS\"", "\"SUCCEEDED\""),
        ],
    },
    Group {
        case: "assignments::created_and_followed",
        follows: Follows::Simulator,
        why: "RequestId identifies the request by the API reference, so a deletion has its own, and only its own kind of status knows it.",
        rows: &[("the deletion has an id of its own", "true", "false"), ("poll creation as deletion", MISSING, OK)],
    },
    Group {
        case: "assignments::created_and_followed",
        follows: Follows::Both,
        why: "How long AWS keeps a creation's status is not documented; moto forgets it with the assignment.",
        rows: &[("poll creation after deletion", OK, MISSING)],
    },
    Group {
        case: "assignments::created_twice",
        follows: Follows::Simulator,
        why: "Nothing in the model tells two assignments of the same account, permission set and principal apart; moto keeps a row for each call.",
        rows: &[
            (
                "created twice: rows",
                "<account payments-ledger-production> <set TwiceHeld> USER <user ben>",
                "<account payments-ledger-production> <set TwiceHeld> USER <user ben> <account payments-ledger-production> <set TwiceHeld> USER <user ben>",
            ),
            ("deleted once: rows", "", "<account payments-ledger-production> <set TwiceHeld> USER <user ben>"),
            ("delete again", MISSING, OK),
        ],
    },
    Group {
        case: "assignments::of_what_does_not_exist",
        follows: Follows::Simulator,
        why: "The model lists ResourceNotFoundException for a specified resource that does not exist; moto accepts every id.",
        rows: &[
            ("an unknown account: create", MISSING, OK),
            ("an unknown account: delete", MISSING, OK),
            ("an unknown permission set: create", MISSING, OK),
            ("an unknown permission set: delete", MISSING, OK),
            ("an unknown user: create", MISSING, OK),
            ("an unknown user: delete", MISSING, OK),
            ("a group named as user: create", MISSING, OK),
            ("a group named as user: delete", MISSING, OK),
        ],
    },
    Group {
        case: "assignments::of_what_does_not_exist",
        follows: Follows::Simulator,
        why: "The model has patterns for TargetId and PrincipalId and two words for PrincipalType; moto checks none.",
        rows: &[
            ("eleven digits: create", INVALID, OK),
            ("eleven digits: delete", INVALID, OK),
            ("nonsense for a user: create", INVALID, OK),
            ("nonsense for a user: delete", INVALID, OK),
            ("a robot: create", INVALID, OK),
            ("a robot: delete", INVALID, OK),
        ],
    },
    Group {
        case: "assignments::followed_with_a_wrong_id",
        follows: Follows::Simulator,
        why: "The model's pattern of a request id is a UUID, and what breaks a pattern is a ValidationException.",
        rows: &[("nonsense", INVALID, MISSING)],
    },
    Group {
        case: "assignments::keep_their_permission_set",
        follows: Follows::Simulator,
        why: "By the user guide a permission set is deleted after it is removed from all accounts; the model lists ConflictException.",
        rows: &[("delete the permission set while it is held", CONFLICT, OK)],
    },
    Group {
        case: "assignment_lists::of_a_principal",
        follows: Follows::Simulator,
        why: "The API reference says that the list has the accounts that the principal has access to, which a user has by groups too.",
        rows: &[
            ("user ann: what groups hold is listed", "true", "false"),
            ("user carla: what groups hold is listed", "true", "false"),
            ("user frank: what groups hold is listed", "true", "false"),
        ],
    },
    Group {
        case: "assignment_lists::of_operations",
        follows: Follows::Simulator,
        why: "The model has both lists of statuses; moto does not.",
        rows: &[("creations", OK, NOT_THERE), ("deletions", OK, NOT_THERE)],
    },
    Group {
        case: "provisioning::by_assignment",
        follows: Follows::Simulator,
        why: "By the API reference of CreateAccountAssignment a successful creation provisions the permission set to the account; moto waits for ProvisionPermissionSet.",
        rows: &[
            ("created: sets of the account: has it", "true", "false"),
            ("created: accounts of the set: all", "<account payments-ledger-production>", ""),
        ],
    },
    Group {
        case: "provisioning::on_demand",
        follows: Follows::Both,
        why: "What ProvisionPermissionSet says of an account where nobody holds the permission set is not documented; the model allows ResourceNotFoundException.",
        rows: &[("where nobody holds it", MISSING, OK)],
    },
    Group {
        case: "provisioning::on_demand",
        follows: Follows::Simulator,
        why: "Provisioning is asynchronous by the API reference and goes to the account of TargetId; moto ignores the target and has no status of it.",
        rows: &[
            ("status", "IN_PROGRESS", "SUCCEEDED"),
            ("account", "<account payments-ledger-production>", "<management>"),
            ("poll the run", OK, NOT_THERE),
        ],
    },
];
