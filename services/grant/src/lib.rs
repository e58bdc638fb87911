//! Adding: scheduled starts and assignments. It may add and never remove.
//!
//! What was approved is judged again before it begins; that may only end it, and nothing that is alive.

mod add;
mod again;
mod backstop;
pub mod http;
mod observe;
mod work;
mod workers;

use std::sync::Arc;

use actix_web::web::Data;
use futures_util::FutureExt;
use process::{AppData, Process, Service};

pub use again::Again;
pub use backstop::{Backstop, Keeping};
pub use work::Adding;

/// The service, for any process.
pub const SERVICE: Service = Service { name: "grant", routes: http::routes, start: |process| start(process).boxed() };

/// The facts that make work here.
pub const FACTS: &[&str] = &[
    "request.approved.v1",
    "approval.concluded.v1",
    "grant.ended.v1",
    "grant.adopted.v1",
    "grant.retried.v1",
    "emergency.declared.v1",
];

/// The facts that make work on schedules.
pub const BACKSTOP_FACTS: &[&str] =
    &["request.approved.v1", "grant.activated.v1", "grant.ended.v1", "grant.adopted.v1"];

async fn start(process: Process) -> anyhow::Result<AppData> {
    if process.settings.backstop.role_arn.is_some() {
        observe::backstop_on();
    } else {
        observe::backstop_off();
    }
    let [adding] = process.bells("grant.wake", FACTS);
    let [keeping] = process.bells("grant.backstop.wake", BACKSTOP_FACTS);
    workers::add(&process, adding);
    workers::keep_backstop(&process, keeping);
    let (slots, calls_per_second) = (process::slots(&process.settings), process.settings.aws.calls_per_second);
    let state = Data::new(http::State { db: process.db, slots, calls_per_second });
    Ok(Arc::new(move |config| {
        config.app_data(state.clone());
    }))
}
