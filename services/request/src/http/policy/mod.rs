//! Policy as files: what is in force as one, what files would change, and putting that into force.

pub mod apply;
pub mod export;
pub mod plan;

use policy::limits::FILES_MOST_BYTES;
use utoipa_actix_web::service_config::ServiceConfig;
use web::{Caller, Problem, ProblemType as T};

use crate::http::documents::problems::set;
use crate::usecase::policy::Unapplied;

/// The most bytes of a body that carries files: as JSON, every line and quote takes two.
const BODY_MOST: usize = 2 * FILES_MOST_BYTES;

/// The endpoints.
pub fn routes(config: &mut ServiceConfig) {
    config.service(export::export_policy).service(plan::plan_policy).service(apply::apply_policy);
}

/// Who may read and plan: admins, auditors, and machines with the scope.
fn may_read(caller: &Caller) -> Result<(), Problem> {
    match caller {
        Caller::User { .. } => caller.require_auditor_or_admin().map(drop),
        Caller::Machine { .. } => caller.require_scope("policy:read"),
    }
}

/// Who may put files into force: admins, and machines with the scope.
fn may_write(caller: &Caller) -> Result<(), Problem> {
    match caller {
        Caller::User { .. } => caller.require_admin().map(drop),
        Caller::Machine { .. } => caller.require_scope("policy:write"),
    }
}

impl From<Unapplied> for Problem {
    fn from(unapplied: Unapplied) -> Self {
        let said = crate::http::problems::sentence(&unapplied);
        match unapplied {
            Unapplied::Mistakes(problems) => {
                let told = serde_json::to_value(problems).unwrap_or_default();
                Self::because(T::InvalidPolicy, said).with("problems", told)
            }
            Unapplied::Stale { given, current } => {
                Self::because(T::StaleVersion, said).with("given", given).with("revision", current)
            }
            Unapplied::Otherwise => Self::because(T::StaleVersion, said),
            Unapplied::Refused(refused) => set(refused),
        }
    }
}
