//! Asking: submit, cancel, extend; eligibility and rules; templates, incidents and reviews; the directory of people,
//! accounts and permission sets.
//!
//! Nothing here reaches into AWS but the reading of the directory, and nothing here ends access.

pub mod directory;
pub mod http;
mod live;
mod observe;
mod policy;
pub mod usecase;
pub mod work;

use std::sync::Arc;

use actix_web::web::{Data, ServiceConfig};
use futures_util::FutureExt;
use process::{AppData, Process, Service};

pub use http::{Api, routes};

/// The service, as a process takes it in.
pub const SERVICE: Service = Service { name: "request", routes, start: |process| start(process).boxed() };

/// What the handlers are given.
#[must_use]
pub fn app_data(api: Api) -> AppData {
    let api = Data::new(api);
    Arc::new(move |config: &mut ServiceConfig| {
        config.app_data(api.clone());
    })
}

/// Starts the workers and says what the handlers need.
///
/// # Errors
/// When the process stops before the database was there; whatever else is away is waited for.
pub async fn start(process: Process) -> anyhow::Result<AppData> {
    policy::build_in(&process).await?;
    let data =
        app_data(Api { db: process.db.clone(), settings: Arc::clone(&process.settings), judge: process.judge.clone() });
    let live = Data::new(live::start(&process));
    work::start(&process);
    Ok(Arc::new(move |config: &mut ServiceConfig| {
        data(config);
        config.app_data(live.clone());
    }))
}
