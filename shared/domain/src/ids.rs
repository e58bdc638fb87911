//! Every id has its own type, so that a grant's id cannot be handed in where a request's is meant.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! uuid_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The id as its bare UUID, for SQL and messages.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

uuid_ids! {
    /// What somebody asked for (UUIDv7).
    RequestId,
    /// The decision process about one request.
    ApprovalId,
    /// One person's vote in an approval.
    VoteId,
    /// One pair's access.
    GrantId,
    /// The row of a (principal, account, permission set) tuple.
    AssignmentId,
    /// An eligibility rule.
    RuleId,
    /// An approval policy that has a name.
    PolicyId,
    /// A guardrail.
    GuardrailId,
    /// An entry of the freeze calendar.
    FreezeId,
    /// A binding of owners to an account or a unit.
    OwnersId,
    /// An on-call schedule kept in Curfew.
    ScheduleId,
    /// A change of rules that waits for a second person.
    ChangeId,
    /// One person standing in for another.
    DelegationId,
    /// A difference between AWS and what is known.
    DriftId,
    /// An incident.
    IncidentId,
    /// A use of the emergency button.
    EmergencyId,
    /// A look at an access after the fact.
    ReviewId,
    /// What somebody asks for again and again.
    TemplateId,
    /// What of the history somebody looks at again and again.
    ViewId,
    /// Something said about a request.
    CommentId,
    /// A fact, the same in the outbox, on the wire, in the trail and in webhooks.
    FactId,
    /// A webhook endpoint.
    EndpointId,
    /// One message to one recipient.
    DeliveryId,
}

/// Why a text is not the id that it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{value:?} is not {expected}")]
pub struct InvalidId {
    /// What was given, cut to 80 characters.
    pub value: String,
    /// What would be right.
    pub expected: &'static str,
}

macro_rules! text_ids {
    ($($(#[$doc:meta])* $name:ident: $expected:literal, $valid:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(try_from = "String", into = "String")]
        #[schema(value_type = String)]
        pub struct $name(String);

        impl $name {
            /// # Errors
            /// When the text is not of the id's form.
            pub fn parse(text: impl Into<String>) -> Result<Self, InvalidId> {
                let text = text.into();
                let valid: fn(&str) -> bool = $valid;
                if valid(&text) {
                    Ok(Self(text))
                } else {
                    Err(InvalidId { value: text.chars().take(80).collect(), expected: $expected })
                }
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )+};
}

/// Identity Store's ids: a UUID, or ten hexadecimal digits, a dash and a UUID.
fn identity_store_id(text: &str) -> bool {
    let bare = match text.split_once('-') {
        Some((prefix, rest)) if prefix.len() == 10 => {
            if !prefix.bytes().all(|b| b.is_ascii_hexdigit()) {
                return false;
            }
            rest
        }
        _ => text,
    };
    bare.len() == 36 && Uuid::try_parse(bare).is_ok()
}

fn account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

/// AWS's form, and moto's: `arn:aws:sso:::instance/INSTANCE/ps-ID`.
fn permission_set_arn(text: &str) -> bool {
    let mut parts = text.splitn(6, ':');
    let head = (parts.next(), parts.next(), parts.next());
    matches!(head, (Some("arn"), Some(p), Some("sso")) if p.starts_with("aws"))
        && text.len() <= 1224
        && (text.contains(":permissionSet/") || text.contains(":instance/") && text.contains("/ps-"))
        && text.bytes().all(|b| b.is_ascii_graphic())
}

text_ids! {
    /// The immutable id of a user in Identity Store: who somebody is, whatever their name or address.
    UserId: "an Identity Store user id (a UUID, or ten hexadecimal digits, a dash and a UUID)", identity_store_id;
    /// The id of a group in Identity Store.
    GroupId: "an Identity Store group id (a UUID, or ten hexadecimal digits, a dash and a UUID)", identity_store_id;
    /// An AWS account: twelve digits.
    AccountId: "an AWS account id (twelve digits)", account_id;
    /// A permission set, `arn:aws:sso:::permissionSet/ssoins-.../ps-...`.
    PermissionSetArn: "the ARN of a permission set (arn:aws:sso:::permissionSet/INSTANCE/ID)", permission_set_arn;
}

/// What AWS calls an account assignment: at most one exists for a tuple.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Tuple {
    /// Who has the access.
    pub principal: UserId,
    /// Where.
    pub account: AccountId,
    /// What.
    pub permission_set: PermissionSetArn,
}

/// One (account, permission set) of a request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// Where.
    pub account: AccountId,
    /// What.
    pub permission_set: PermissionSetArn,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_store_ids_have_two_forms() {
        for good in ["906768ae6b-0f1c2d3e-4b5a-4968-8776-655443322110", "0f1c2d3e-4b5a-4968-8776-655443322110"] {
            assert_eq!(UserId::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "ann",
            "906768ae6b-",
            "zzzzzzzzzz-0f1c2d3e-4b5a-4968-8776-655443322110",
            "0f1c2d3e4b5a49688776655443322110",
        ] {
            assert!(UserId::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_account_is_twelve_digits() {
        assert!(AccountId::parse("123456789012").is_ok());
        for bad in ["12345678901", "1234567890123", "12345678901a", "١٢٣٤٥٦٧٨٩٠١٢"] {
            assert!(AccountId::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_permission_set_is_named_by_its_arn_in_any_partition() {
        for good in [
            "arn:aws:sso:::permissionSet/ssoins-7223/ps-1",
            "arn:aws-cn:sso:::permissionSet/ssoins-7223/ps-1",
            "arn:aws:sso:::instance/ssoins-7223/ps-1",
        ] {
            assert!(PermissionSetArn::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "AdministratorAccess",
            "arn:aws:iam::1:role/permissionSet/x",
            "arn:aws:sso:::permissionSet/a b",
            "arn:aws:sso:::instance/ssoins-7223",
        ] {
            assert!(PermissionSetArn::parse(bad).is_err(), "{bad}");
        }
    }
}
