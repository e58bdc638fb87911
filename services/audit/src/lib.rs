//! Proving: the trail of every change, written by each service in the transaction of the change itself and
//! read here. Nobody writes or removes an entry afterwards; the database refuses it.
//!
//! Rooms kept for what belongs here and is not here: `chain` (numbering, chaining and signing the entries, and
//! the offline verifier), `activity` (what was done with an access), `reports` and exports.

pub mod http;

use std::sync::Arc;

use actix_web::web::Data;
use futures_util::FutureExt;
use process::{AppData, Process, Service};

/// The service, for any process.
pub const SERVICE: Service = Service { name: "audit", routes: http::routes, start: |process| start(process).boxed() };

async fn start(process: Process) -> anyhow::Result<AppData> {
    let state = Data::new(http::State { db: process.db });
    Ok(Arc::new(move |config| {
        config.app_data(state.clone());
    }))
}
