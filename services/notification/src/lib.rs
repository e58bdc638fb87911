//! Telling: e-mail and webhooks. Every published fact becomes messages, each planned once, sent until it
//! arrives or is given up, and shown in a log that can be replayed.
//!
//! A mail server or an endpoint that is away is no reason for `/readyz` to say no: asking, deciding and
//! removing go on, and what could not be told waits in its table.
//!
//! Rooms kept for what belongs here and is not here: chat, SNS, who hears what on which channel as a setting.

mod backoff;
pub mod config;
pub mod http;
pub mod inbound;
pub mod letter;
pub mod message;
mod observe;
pub mod outlet;
pub mod send;
pub mod table;
pub mod usecase;
pub mod work;

use std::sync::Arc;

use actix_web::web::Data;
use futures_util::FutureExt;
use process::{AppData, Process, Service};
use tokio::sync::Notify;

use usecase::plan_deliveries::Mailing;

/// The service, for any process.
pub const SERVICE: Service =
    Service { name: "notification", routes: http::routes, start: |process| async move { start(process) }.boxed() };

fn start(process: Process) -> anyhow::Result<AppData> {
    let Process { settings, db, broker, judge, shutdown, .. } = process;
    let sender = Arc::new(config::sender(&settings)?);
    let bell = Arc::new(Notify::new());
    let mailing = sender.mail.as_ref().map(|_| Mailing { personas: settings.personas.clone(), books: judge.books });
    if mailing.is_none() {
        tracing::warn!("mail.smtp_url is not set: no mail is sent, approvers find what waits for them in the portal");
    }
    let worker = work::Worker::new(db.clone(), sender, shutdown.token());
    shutdown.spawn("notification.work", worker.run(Arc::clone(&bell)));
    shutdown.spawn("notification.parking", messaging::run_parking(broker.clone(), db.clone(), shutdown.token()));
    let inbound = inbound::Inbound { db: db.clone(), mailing, bell: Arc::clone(&bell) };
    shutdown.spawn("notification.inbound", inbound.run(broker, shutdown.token()));
    let state = Data::new(http::State { db, reach: config::reach(&settings), bell });
    Ok(Arc::new(move |config| {
        config.app_data(state.clone());
    }))
}
