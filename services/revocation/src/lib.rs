//! Removing: deadlines, early ends, revocations. It may remove and never add; no rule, directory, approver,
//! setting or notification can stop a deadline, an end or a revoke.

pub mod http;
mod observe;
pub mod offline;
pub mod reconcile;
mod remove;
mod sessions;
mod settle;
pub mod sweep;
pub mod usecase;
mod watch;
mod work;
mod workers;

use std::sync::Arc;

use actix_web::web::Data;
use domain::emergency::Caution;
use futures_util::FutureExt;
use process::{AppData, Process, Service};
use runtime::settings::EmergencySecondPerson;

pub use reconcile::{Plan, Reconciler};
pub use sessions::{CuttingSessions, Means};
pub use settle::Settling;
use usecase::emergency::Desk;
pub use work::Removing;

/// The service, for any process.
pub const SERVICE: Service =
    Service { name: "revocation", routes: http::routes, start: |process| start(process).boxed() };

/// The facts that make removal work, or an earlier deadline.
pub const FACTS: &[&str] = &["grant.activated.v1", "grant.extended.v1", "grant.revoking.v1", "grant.adopted.v1"];

async fn start(process: Process) -> anyhow::Result<AppData> {
    let [removal, memory] = process.bells("revocation.wake", FACTS);
    workers::remove(&process, removal);
    workers::remember(&process, memory);
    workers::reconcile(&process);
    workers::cut_sessions(&process);
    let sweep = workers::sweep(&process);
    let Process { db, broker, aws, settings, .. } = process;
    let desk = Desk {
        caution: caution(settings.emergency.second_person),
        admin_groups: settings.personas.admin_groups.clone(),
    };
    let backstop = if settings.backstop.role_arn.is_some() { http::Backstop::On } else { http::Backstop::Off };
    let state = Data::new(http::State { db, desk, sweep, aws: Some(aws), broker: Some(broker), backstop });
    Ok(Arc::new(move |config| {
        config.app_data(state.clone());
    }))
}

const fn caution(second_person: EmergencySecondPerson) -> Caution {
    match second_person {
        EmergencySecondPerson::Never => Caution::Never,
        EmergencySecondPerson::Resume => Caution::Resume,
        EmergencySecondPerson::Always => Caution::Always,
    }
}
