//! Members of answers.

use conformance::comparison::{Follows, Group};

use crate::recorder::SHAPES;

pub const GROUPS: &[Group] = &[
    Group {
        case: SHAPES,
        follows: Follows::Simulator,
        why: "The model has Paths of an account and Path of a unit; moto has not learned them.",
        rows: &[
            ("Organizations DescribeAccount: Account.Paths", "list", "absent"),
            ("Organizations DescribeOrganizationalUnit: OrganizationalUnit.Path", "text", "absent"),
            ("Organizations ListAccounts: Accounts[].Paths", "list", "absent"),
            ("Organizations ListAccountsForParent: Accounts[].Paths", "list", "absent"),
            ("Organizations ListOrganizationalUnitsForParent: OrganizationalUnits[].Path", "text", "absent"),
        ],
    },
    Group {
        case: SHAPES,
        follows: Follows::Simulator,
        why: "SessionDuration is a text in the model, whoever chose it.",
        rows: &[
            ("SSO Admin CreatePermissionSet: PermissionSet.SessionDuration", "text", "number or text"),
            ("SSO Admin DescribePermissionSet: PermissionSet.SessionDuration", "text", "number or text"),
        ],
    },
    Group {
        case: SHAPES,
        follows: Follows::Both,
        why: "An instance's name is optional in the model; the simulator's instance has one.",
        rows: &[("SSO Admin ListInstances: Instances[].Name", "text", "absent")],
    },
    Group {
        case: SHAPES,
        follows: Follows::Simulator,
        why: "The model has UserStatus and the times of creation and change; moto has not learned them.",
        rows: &[
            ("identitystore DescribeGroup: CreatedAt", "number", "absent"),
            ("identitystore DescribeGroup: UpdatedAt", "number", "absent"),
            ("identitystore DescribeGroupMembership: CreatedAt", "number", "absent"),
            ("identitystore DescribeGroupMembership: UpdatedAt", "number", "absent"),
            ("identitystore DescribeUser: CreatedAt", "number", "absent"),
            ("identitystore DescribeUser: UpdatedAt", "number", "absent"),
            ("identitystore DescribeUser: UserStatus", "text", "absent"),
            ("identitystore ListGroupMemberships: GroupMemberships[].CreatedAt", "number", "absent"),
            ("identitystore ListGroupMemberships: GroupMemberships[].UpdatedAt", "number", "absent"),
            ("identitystore ListGroupMembershipsForMember: GroupMemberships[].CreatedAt", "number", "absent"),
            ("identitystore ListGroupMembershipsForMember: GroupMemberships[].UpdatedAt", "number", "absent"),
            ("identitystore ListGroups: Groups[].CreatedAt", "number", "absent"),
            ("identitystore ListGroups: Groups[].UpdatedAt", "number", "absent"),
            ("identitystore ListUsers: Users[].CreatedAt", "number", "absent"),
            ("identitystore ListUsers: Users[].UpdatedAt", "number", "absent"),
            ("identitystore ListUsers: Users[].UserStatus", "text", "absent"),
        ],
    },
    Group {
        case: SHAPES,
        follows: Follows::Simulator,
        why: "The model has these members of the errors; moto sends the message alone.",
        rows: &[
            ("Organizations InvalidInputException: Reason", "text", "absent"),
            ("identitystore ResourceNotFoundException: ResourceId", "text", "absent"),
        ],
    },
    Group {
        case: SHAPES,
        follows: Follows::Both,
        why: "These are optional in the model; moto sends an empty list of external ids, and a size though no policy was packed.",
        rows: &[
            ("STS AssumeRole: PackedPolicySize", "absent", "text"),
            ("identitystore DescribeGroup: ExternalIds", "absent", "list"),
            ("identitystore ListGroups: Groups[].ExternalIds", "absent", "list"),
        ],
    },
];
