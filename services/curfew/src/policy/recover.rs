//! `curfew policy apply --recover`: the way back in when nobody can change policy any more. It writes to the database
//! directly; whoever can reach that with these settings could change everything anyway.

use std::path::PathBuf;

use anyhow::Context;
use domain::Actor;
use judge::Books;
use request::usecase::documents::Desk;
use request::usecase::policy::{Put, Unapplied, recover_files};
use runtime::Settings;
use secrecy::ExposeSecret;
use store::Db;

use super::apply::Arguments;
use super::{DONE, FAILED, files, show};

/// Puts files into force in the name of whoever holds the database.
///
/// # Errors
/// When a file cannot be read, the settings are not usable, or Postgres is away.
pub async fn recover(config: Option<PathBuf>, arguments: Arguments) -> anyhow::Result<u8> {
    let files = files::read(&arguments.files)?;
    let reason = arguments.reason.clone().unwrap_or_default();
    let settings = Settings::load(config.as_deref())?;
    let db = Db::connect(settings.database.url.expose_secret(), 2, "curfew-recover")?;
    if !arguments.agreed("Write this to the database, past the API and without a second person?")? {
        println!("Nothing was done.");
        return Ok(FAILED);
    }
    let desk = Desk::new(&settings, Books::default());
    let mut tx = db.begin(Actor::service("recovery")).await.context("the database cannot be used")?;
    match recover_files(&mut tx, &desk, &files, &reason).await {
        Ok(put) => {
            tx.commit().await?;
            match put {
                Put::InForce(revision) | Put::Waiting(_, revision) => println!("In force at revision {revision}."),
                Put::Unchanged(_) => println!("Nothing to do."),
            }
            Ok(DONE)
        }
        Err(Unapplied::Mistakes(problems)) => {
            eprint!("{}", show::problems(&problems));
            Ok(FAILED)
        }
        Err(error) => Err(error.into()),
    }
}
