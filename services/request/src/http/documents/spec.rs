//! What each kind of document is to the API.

use domain::rules::{Body, FreezeSpec, GuardrailSpec, Kind, NamedPolicySpec, OwnersSpec, RuleSpec, ScheduleSpec};
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

/// The body of one kind of document.
pub trait Spec: Clone + Serialize + DeserializeOwned + ToSchema + 'static {
    /// The kind.
    const KIND: Kind;
    /// Its name in the published document.
    const NAME: &'static str;
    /// Where its documents are found.
    const LIST: &'static str;
    /// As any body.
    fn into_body(self) -> Body;
    /// From any body, if it is of this kind.
    fn of(body: Body) -> Option<Self>;
}

macro_rules! spec {
    ($($spec:ident, $kind:ident, $name:literal, $list:literal;)+) => {$(
        impl Spec for $spec {
            const KIND: Kind = Kind::$kind;
            const NAME: &'static str = $name;
            const LIST: &'static str = $list;
            fn into_body(self) -> Body {
                Body::$kind(self)
            }
            fn of(body: Body) -> Option<Self> {
                if let Body::$kind(spec) = body { Some(spec) } else { None }
            }
        }
    )+};
}

spec! {
    RuleSpec, Rule, "Rule", "/v1/rules";
    NamedPolicySpec, ApprovalPolicy, "ApprovalPolicy", "/v1/approval-policies";
    GuardrailSpec, Guardrail, "Guardrail", "/v1/guardrails";
    FreezeSpec, Freeze, "Freeze", "/v1/freezes";
    OwnersSpec, Owners, "Owners", "/v1/owners";
    ScheduleSpec, Schedule, "Schedule", "/v1/schedules";
}
