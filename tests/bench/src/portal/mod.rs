//! The portal over a large organization with a long history: how large a page is the first time, how soon it shows,
//! and how long the server takes. The worst page counts.

mod pages;

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use browser::{Chromium, Tab};
use url::Url;

use crate::figures::{Aim, Figures, number};
use crate::rules::filling;
use crate::rules::organization::{Company, Sizes};
use crate::spread::Spread;
use crate::system::{Limits, Place, Shape, System};

use pages::Page;

/// How large everything is, and how often a page is asked for.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    #[command(flatten)]
    pub sizes: Sizes,
    /// Requests of the past
    #[arg(long, default_value_t = 100_000)]
    pub past: usize,
    /// Times that each page is asked for
    #[arg(long, default_value_t = 200)]
    pub times: usize,
    /// Times that each page is opened in the browser
    #[arg(long, default_value_t = 5)]
    pub views: usize,
}

/// What is typed into the search for an account and a permission set.
const TYPED: [&str; 8] = ["a", "acc", "account", "account-12", "prod", "production 42", "set-1", "nothing like it"];
/// Pages that nobody measures: they warm the processes up.
const WARM_UP: usize = 10;

/// Measures.
///
/// # Errors
/// When a page cannot be had. Never because it took long.
pub async fn run(place: &Place, options: &Options) -> anyhow::Result<()> {
    let mut figures = Figures::new("portal");
    let company = Company::of(&options.sizes)?;
    let system = System::start(place, Shape::OneProcess, Limits { database_connections: 16 }).await?;
    println!("{} accounts and {} requests of the past ...", options.sizes.accounts, options.past);
    filling::fill(&system.database.pool, &company, options.past).await?;
    let portal = system.addresses.get("curfew").context("nothing runs")?.clone();
    let pages = pages::all(&system.database.pool).await?;
    figures.note("accounts", options.sizes.accounts);
    figures.note("requests", options.past);
    figures.note("pages", pages.len());

    let browser = Chromium::start();
    let mut worst = Worst::default();
    for who in pages::PEOPLE {
        let tab = browser.window().await;
        sign_in(&tab, &portal, who).await?;
        let visitor = Visitor { http: &system.http, portal: &portal, cookies: tab.cookies(portal.as_str()).await };
        for page in pages.iter().filter(|page| page.who == who) {
            let server = visitor.times(page.path.as_str(), options.times).await?;
            let shown = views(&tab, &portal, page, options.views).await?;
            println!(
                "{:<24} {:>8.1} ms p99, {:>6.1} kB, seen after {:>6.1} ms",
                page.name, server, shown.kilobytes, shown.seen
            );
            worst.server.see(server, page.name);
            worst.kilobytes.see(shown.kilobytes, page.name);
            worst.seen.see(shown.seen, page.name);
            worst.violations += tab.violations().await.len();
        }
        if who == pages::REQUESTER {
            figures.add("typeahead_p99_ms", visitor.type_ahead(options.times).await?, "", Some(Aim::AtMost(50.0)));
        }
    }
    figures.add("first_view_kb", Some(worst.kilobytes.value), "", Some(Aim::AtMost(120.0)));
    figures.add("page_p99_ms", Some(worst.server.value), "TEAM: seconds", Some(Aim::AtMost(30.0)));
    figures.add("fcp_ms", Some(worst.seen.value), "", Some(Aim::AtMost(300.0)));
    figures.add("axe_violations", Some(number(worst.violations)), "", Some(Aim::AtMost(0.0)));
    figures.note("largest_page", worst.kilobytes.page);
    figures.note("slowest_page", worst.server.page);
    figures.note("last_seen_page", worst.seen.page);
    figures.tell(place.figures.as_deref())
}

#[derive(Default)]
struct Worst {
    server: Greatest,
    kilobytes: Greatest,
    seen: Greatest,
    violations: usize,
}

/// A figure, and whose it is.
#[derive(Default)]
struct Greatest {
    value: f64,
    page: &'static str,
}

impl Greatest {
    fn see(&mut self, value: f64, page: &'static str) {
        if value > self.value {
            *self = Self { value, page };
        }
    }
}

/// Through the issuer, as a person does.
async fn sign_in(tab: &Tab, portal: &Url, who: &str) -> anyhow::Result<()> {
    tab.open(portal.join("/sign-in")?.as_str()).await;
    let asked = tab.run("location.href").await;
    let asked = asked.as_str().context("no address")?;
    ensure!(asked.contains("/oidc/authorize"), "signing in leads to {asked}");
    tab.open(&format!("{asked}&login_hint={who}&auto=1")).await;
    tab.until("the portal is there", &format!("location.href.startsWith({:?})", portal.as_str())).await;
    Ok(())
}

struct Shown {
    /// Of everything that the first view loads, unpacked.
    kilobytes: f64,
    /// Median time from the click to the first content.
    seen: f64,
}

/// Opens it as somebody does who was never there.
async fn views(tab: &Tab, portal: &Url, page: &Page, times: usize) -> anyhow::Result<Shown> {
    tab.without_cache().await;
    let (mut seen, mut kilobytes) = (Spread::default(), 0.0_f64);
    for _ in 0..times.max(1) {
        tab.open(portal.join(&page.path)?.as_str()).await;
        tab.until("content is seen", "performance.getEntriesByName('first-contentful-paint').length > 0").await;
        let seen_after = tab.run("performance.getEntriesByName('first-contentful-paint')[0].startTime").await;
        seen.add(seen_after.as_f64().context("no time")?);
        let loaded = tab
            .run(
                "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')] \
                 .reduce((sum, one) => sum + one.decodedBodySize, 0)",
            )
            .await;
        kilobytes = kilobytes.max(loaded.as_f64().context("no size")? / 1_000.0);
    }
    Ok(Shown { kilobytes, seen: seen.p50().context("it was never opened")? })
}

/// Somebody who is signed in, without a browser.
struct Visitor<'a> {
    http: &'a reqwest::Client,
    portal: &'a Url,
    cookies: String,
}

impl Visitor<'_> {
    /// How long the server takes for a page, in 99 of 100 cases.
    async fn times(&self, path: &str, times: usize) -> anyhow::Result<f64> {
        let mut spread = Spread::default();
        for at in 0..times + WARM_UP {
            let took = self.get(path).await?;
            if at >= WARM_UP {
                spread.add(took.as_secs_f64() * 1_000.0);
            }
        }
        spread.p99().context("it was never asked for")
    }

    async fn type_ahead(&self, times: usize) -> anyhow::Result<Option<f64>> {
        let mut spread = Spread::default();
        for typed in TYPED.iter().cycle().take(times) {
            let path = format!("/ask/found?q={}", typed.replace(' ', "+"));
            spread.add(self.get(&path).await?.as_secs_f64() * 1_000.0);
        }
        Ok(spread.p99())
    }

    async fn get(&self, path: &str) -> anyhow::Result<Duration> {
        let began = Instant::now();
        let answer = self.http.get(self.portal.join(path)?).header("cookie", &self.cookies).send().await?;
        let (status, place) = (answer.status(), answer.url().path().to_owned());
        answer.bytes().await?;
        let took = began.elapsed();
        ensure!(status.is_success(), "{path} answers {status}");
        ensure!(path.starts_with(&place), "{path} leads to {place}");
        Ok(took)
    }
}
