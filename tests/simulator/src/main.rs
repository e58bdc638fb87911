//! `curfew-simulator`: the simulator as a process of its own.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Parser;
use simulator::{Config, Profile, Simulator};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// An AWS organization, an OpenID provider, a mail server and receivers for webhooks and chat, for development and tests.
#[derive(Parser)]
#[command(version, about)]
struct Options {
    /// Where to listen for HTTP; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:0")]
    http: SocketAddr,
    /// Where to listen for SMTP
    #[arg(long, default_value = "127.0.0.1:0")]
    smtp: SocketAddr,
    /// The address that clients use, if it is not the one listened on
    #[arg(long)]
    public_url: Option<String>,
    /// Written when ready: {"http": "http://...", "smtp": "smtp://..."}
    #[arg(long)]
    ready_file: Option<PathBuf>,
    /// How AWS behaves at first
    #[arg(long, value_enum, default_value_t = Profile::Aws)]
    profile: Profile,
    /// Decides account numbers and every random delay
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads that serve HTTP
    #[arg(long, default_value_t = 1)]
    workers: usize,
}

fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new("info,actix_server=warn"))
        .with_writer(std::io::stderr)
        .init();
    let options = Options::parse();
    let running = Simulator::start(Config {
        http: options.http,
        smtp: options.smtp,
        public_url: options.public_url,
        profile: options.profile,
        seed: options.seed,
        workers: options.workers,
    })?;
    let addresses = serde_json::json!({"http": running.http, "smtp": running.smtp}).to_string();
    println!("{addresses}");
    let waiting = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    waiting.block_on(async {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        if let Some(path) = &options.ready_file {
            write_whole(path, &addresses)?;
        }
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        anyhow::Ok(())
    })?;
    running.stop();
    Ok(())
}

/// Readers see nothing or everything.
fn write_whole(path: &Path, text: &str) -> anyhow::Result<()> {
    let draft = path.with_extension("draft");
    std::fs::write(&draft, text).with_context(|| format!("cannot write {}", draft.display()))?;
    std::fs::rename(&draft, path).with_context(|| format!("cannot write {}", path.display()))
}
