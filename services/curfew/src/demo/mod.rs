//! `curfew demo`: one whole life, each step as the other side shows it.

mod life;
mod mail;
mod tell;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use client::Endpoints;
use cloud::{Cloud, CloudConfig, Surroundings};
use runtime::Settings;
use url::Url;

use crate::dev_issuer::People;
use crate::sample_rules;
use tell::Teller;

/// Where the system and its sample company are.
#[derive(Debug, Clone, clap::Args)]
pub struct Arguments {
    /// The REST API.
    #[arg(long, env = "CURFEW_API")]
    pub api: Url,
    /// The simulator: sign-in and mail.
    #[arg(long, env = "CURFEW_SIMULATOR")]
    pub simulator: Url,
    /// Addresses of services that run on their own, as name=URL.
    #[arg(long = "service", value_parser = named)]
    pub services: Vec<(String, Url)>,
}

fn named(text: &str) -> Result<(String, Url), String> {
    let (name, url) = text.split_once('=').ok_or("it is written name=URL")?;
    Ok((name.to_owned(), url.parse().map_err(|e| format!("{e}"))?))
}

/// Plays the life. AWS is read through the settings' endpoint with an eye of our own, not through Curfew.
///
/// # Errors
/// When a step does not happen; what was seen instead is told.
pub async fn demo(config: Option<PathBuf>, arguments: Arguments) -> anyhow::Result<()> {
    let settings = Settings::load(config.as_deref())?;
    let config = CloudConfig {
        region: settings.aws.region.clone(),
        endpoint_url: settings.aws.endpoint_url.as_ref().map(ToString::to_string),
        calls_per_second: 2,
        outstanding: 1,
        call_timeout: Duration::from_secs(10),
        permission_set_tags: false,
        ..CloudConfig::default()
    };
    let aws = Cloud::connect(config, Surroundings::default()).await.context("AWS, read with an eye of our own")?;
    let endpoints = Endpoints::each(arguments.services.into_iter().collect(), Some(arguments.api));
    let people = People::new(arguments.simulator, endpoints);
    let mut teller = Teller::start();
    sample_rules::make(&people.sign_in("frank").await?).await?;
    life::play(&mut teller, &people, &aws).await?;
    teller.done();
    Ok(())
}
