//! Users, groups and memberships.

use conformance::comparison::{Follows, Group};

use super::{CONFLICT, INVALID, MISSING, NOT_THERE, OK, TOKEN};

pub const GROUPS: &[Group] = &[
    Group {
        case: "users::looked_up",
        follows: Follows::Both,
        why: "The API reference does not say whether a look-up distinguishes case; the simulator does not, as addresses change their case.",
        rows: &[("name in capitals", OK, MISSING), ("address in capitals", OK, MISSING)],
    },
    Group {
        case: "users::refused",
        follows: Follows::Both,
        why: "The API reference does not say whether names that differ in case only are the same; the simulator takes them for it.",
        rows: &[("the same name in capitals", CONFLICT, OK)],
    },
    Group {
        case: "users::refused",
        follows: Follows::Simulator,
        why: "The API reference names userName and emails.value as the unique attributes; moto guards the first only.",
        rows: &[("the same address", CONFLICT, OK)],
    },
    Group {
        case: "users::refused",
        follows: Follows::Simulator,
        why: "The model bounds UserName to 128 characters; moto takes any number.",
        rows: &[("a name of 129 characters", INVALID, OK)],
    },
    Group {
        case: "users::deleted",
        follows: Follows::Simulator,
        why: "The model lists ResourceNotFoundException for DeleteUser; moto finds nothing to say.",
        rows: &[("delete again", MISSING, OK)],
    },
    Group {
        case: "users::deleted",
        follows: Follows::Simulator,
        why: "The model has a pattern for ids, and what breaks a pattern is a ValidationException.",
        rows: &[("describe nonsense", INVALID, MISSING)],
    },
    Group {
        case: "users::listed",
        follows: Follows::Simulator,
        why: "The API reference names UserName as the filter of ListUsers, bounds MaxResults to 100, and has no InvalidToken.",
        rows: &[("by title", INVALID, OK), ("101 at once", INVALID, OK), ("a token that nobody gave", INVALID, TOKEN)],
    },
    Group {
        case: "users::listed",
        follows: Follows::Simulator,
        why: "The model has UpdateUser; moto does not.",
        rows: &[("update", OK, NOT_THERE)],
    },
    Group {
        case: "groups::created_and_described",
        follows: Follows::Simulator,
        why: "The API reference knows displayName as the only unique attribute of a group, and moto itself refuses others for users.",
        rows: &[("by an attribute that is not unique", INVALID, MISSING)],
    },
    Group {
        case: "groups::refused",
        follows: Follows::Both,
        why: "The model does not demand DisplayName of a group, CloudFormation's resource does; the simulator keeps nameless groups out.",
        rows: &[("no name", INVALID, OK)],
    },
    Group {
        case: "groups::refused",
        follows: Follows::Simulator,
        why: "The model bounds a group's DisplayName to 1,024 characters; moto takes any number.",
        rows: &[("a name of 1,025 characters", INVALID, OK)],
    },
    Group {
        case: "groups::deleted",
        follows: Follows::Simulator,
        why: "The model lists ResourceNotFoundException for DeleteGroup and has a pattern for ids.",
        rows: &[("delete again", MISSING, OK), ("describe nonsense", INVALID, MISSING)],
    },
    Group {
        case: "memberships::made_twice",
        follows: Follows::Simulator,
        why: "The model lists ConflictException for CreateGroupMembership, and GetGroupMembershipId has one answer for a user in a group.",
        rows: &[("join again", CONFLICT, OK)],
    },
    Group {
        case: "memberships::of_what_does_not_exist",
        follows: Follows::Simulator,
        why: "The model lists ResourceNotFoundException for each of these operations; moto looks for memberships only.",
        rows: &[
            ("members of an unknown group", MISSING, OK),
            ("groups of an unknown user", MISSING, OK),
            ("is member of an unknown group", MISSING, OK),
            ("leave an unknown membership", MISSING, OK),
        ],
    },
    Group {
        case: "memberships::ended",
        follows: Follows::Simulator,
        why: "The model lists ResourceNotFoundException for DeleteGroupMembership; moto finds nothing to say.",
        rows: &[("leave again", MISSING, OK)],
    },
    Group {
        case: "memberships::ended",
        follows: Follows::Both,
        why: "What becomes of a deleted user's memberships is not documented; moto goes on listing a user who is gone.",
        rows: &[("members when the user is gone: count", "0", "1")],
    },
    Group {
        case: "memberships::asked_for_many_groups",
        follows: Follows::Simulator,
        why: "The model bounds GroupIds of IsMemberInGroups to 1 to 100; moto takes any number.",
        rows: &[("101 groups", INVALID, OK), ("no group", INVALID, OK)],
    },
];
