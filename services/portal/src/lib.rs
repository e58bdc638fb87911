//! The web pages and signing in: a client of the REST API like any other, with the user's own bearer token and
//! no door that others do not have. Works without JavaScript.
//!
//! Rooms: `pages`, a file or a folder per page; `parts`, the design system's components; `texts`, every text in every
//! language; `session`, who is signed in; `look`, how pages shall look; `places`, accounts with their environments;
//! `people`, their names; `names`, those of everything else;
//! `assets`, what browsers fetch beside pages.

mod assets;
mod look;
mod names;
mod pages;
mod parts;
mod people;
mod places;
mod session;
mod site;
mod texts;

use std::sync::Arc;
use std::time::Duration;

use actix_web::web::{Data, FormConfig};
use futures_util::FutureExt;
use process::{AppData, Process, Service};

pub use pages::routes;
pub use site::{Site, local_path};

/// The service, for any process.
pub const SERVICE: Service = Service { name: "portal", routes, start: |process| start(process).boxed() };

/// How often ended sessions are removed.
const SWEEP: Duration = Duration::from_secs(600);

async fn start(process: Process) -> anyhow::Result<AppData> {
    let Process { settings, db, shutdown, .. } = process;
    let (tasks, sweep_db) = (shutdown.clone(), db.clone());
    shutdown.spawn("portal.sweep", async move {
        while tasks.sleep(SWEEP).await {
            if let Err(error) = store::sessions::sweep(&sweep_db, session::IDLE).await {
                tracing::warn!(%error, "could not remove ended sessions, trying again later");
            }
        }
    });
    app_data(&settings, db)
}

/// What the pages share, for the application's data.
///
/// # Errors
/// When a setting cannot be used.
pub fn app_data(settings: &runtime::Settings, db: store::Db) -> anyhow::Result<AppData> {
    let site = Data::new(Site::new(settings, db)?);
    Ok(Arc::new(move |config| {
        config.app_data(site.clone()).app_data(FormConfig::default().limit(pages::LONGEST_FORM));
    }))
}
