//! Whole lives a second beside the machine's own yardsticks, what a life costs, and how punctual it is.

mod closed;
mod open;

use std::time::Duration;

use anyhow::Context;
use serde_json::json;

use crate::figures::{Aim, Figures, number, round};
use crate::lives::Post;
use crate::oracle::Oracle;
use crate::people::People;
use crate::spread::Spread;
use crate::system::{Limits, Place, Shape, System, confirmed_publishes_per_second, pgbench};
use closed::Round;

/// How long the system may take for one hop before the life counts as gone wrong.
const PATIENCE: Duration = Duration::from_secs(60);

/// How much is measured.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// Seconds that count, of each number of concurrent lives
    #[arg(long, default_value_t = 30)]
    pub seconds: u64,
    /// Seconds before that, which do not count
    #[arg(long, default_value_t = 5)]
    pub warm_up: u64,
    /// Numbers of concurrent lives to try; the best one counts
    #[arg(long, value_delimiter = ',', default_value = "16,64,128")]
    pub concurrent: Vec<usize>,
    /// Lives that begin each second while punctuality is measured
    #[arg(long, default_value_t = 20)]
    pub rate: u32,
    /// Seconds for each yardstick
    #[arg(long, default_value_t = 10)]
    pub yardstick: u64,
}

/// Measures.
///
/// # Errors
/// When the system does not start, or a life went wrong. Never because something took long.
pub async fn run(place: &Place, options: &Options) -> anyhow::Result<()> {
    let mut figures = Figures::new("lifecycle");
    let yardstick = Duration::from_secs(options.yardstick);
    let transactions = match &place.pgbench {
        Some(program) if !yardstick.is_zero() => {
            println!("pgbench, {} s ...", options.yardstick);
            Some(pgbench(program, &place.database, yardstick).await?)
        }
        _ => None,
    };
    let publishes = if yardstick.is_zero() {
        None
    } else {
        println!("confirmed publishes, {} s ...", options.yardstick);
        Some(confirmed_publishes_per_second(&place.broker, yardstick).await.context("RabbitMQ's yardstick")?)
    };

    let mut system = System::start(place, Shape::OneProcess, Limits { database_connections: 32 }).await?;
    let oracle = Oracle::new(system.http.clone(), system.simulator.clone());
    let people = People::gather(&system, &oracle).await?;
    let post = Post::open(oracle.clone());
    figures.note("postgres", system.database.durability().await?);
    figures.note("requesters", people.count());
    figures.note("seconds", options.seconds);
    figures.note("warm_up_s", options.warm_up);

    let mut rounds = Vec::new();
    for concurrent in &options.concurrent {
        println!("{concurrent} lives at a time, {} s ...", options.warm_up + options.seconds);
        let round = closed::play(&system, &oracle, &people, &post, *concurrent, options).await?;
        system.all_alive()?;
        println!("  {:.1} lives a second", round.lives_per_s);
        rounds.push(round);
    }
    let tried: Vec<_> =
        rounds.iter().map(|r| json!({"concurrent": r.concurrent, "lives_per_s": round(r.lives_per_s)})).collect();
    figures.note("tried", tried);
    if let Some(best) = rounds.iter().max_by(|a, b| a.lives_per_s.total_cmp(&b.lives_per_s)) {
        describe(&mut figures, best);
        figures.add("pgbench_tx_per_life", transactions.map(|tx| tx / best.lives_per_s), "", None);
    }
    if options.rate > 0 {
        println!("{} lives a second for {} s, and their deadlines a minute later ...", options.rate, options.seconds);
        let punctual = open::play(&oracle, &people, &post, options).await?;
        system.all_alive()?;
        let (grant, revoke) = (&punctual.grant_overhead_ms, &punctual.revoke_lateness_ms);
        let ms = |aim: f64| Some(Aim::AtMost(aim));
        figures.add("grant_overhead_p50_ms", grant.p50(), "sso-elevator 650 to 1360 ms", ms(20.0));
        figures.add("grant_overhead_p99_ms", grant.p99(), "", ms(100.0));
        figures.add("revoke_lateness_p50_ms", revoke.p50(), "0 to 60 s; about 1 s", ms(20.0));
        figures.add("revoke_lateness_p99_ms", revoke.p99(), "", ms(100.0));
        figures.add("revoke_lateness_max_ms", revoke.max(), "", ms(1000.0));
        figures.note("punctual_lives", grant.count());
        figures.note("punctual_lives_per_s", options.rate);
    }
    figures.add("pgbench_tx_per_s", transactions, "yardstick", None);
    figures.add("confirmed_publishes_per_s", publishes, "yardstick", None);
    figures.tell(place.figures.as_deref())
}

fn describe(figures: &mut Figures, best: &Round) {
    figures.add(
        "lives_per_s",
        Some(best.lives_per_s),
        "sso-elevator about 9.5, TEAM about 0.6",
        Some(Aim::AtLeast(300.0)),
    );
    figures.add("commits_per_life", Some(best.per_life(best.commits)), "", Some(Aim::AtMost(12.0)));
    figures.add("messages_per_life", Some(best.per_life(best.messages)), "", Some(Aim::AtMost(8.0)));
    figures.add(
        "sso_calls_per_life",
        Some(best.per_life(best.sso_calls.values().sum())),
        "sso-elevator 15 to 30",
        Some(Aim::AtMost(7.0)),
    );
    let hops: [(&str, &Spread); 6] = [
        ("submit", &best.submit_ms),
        ("approve", &best.approve_ms),
        ("active", &best.active_ms),
        ("end", &best.end_ms),
        ("gone", &best.gone_ms),
        ("told", &best.told_ms),
    ];
    for (hop, spread) in hops {
        figures.add(format!("{hop}_p50_ms"), spread.p50(), "", None);
        figures.add(format!("{hop}_p99_ms"), spread.p99(), "", None);
    }
    figures.note(
        "hops",
        "submit, approve, end: the call's round trip; active: approval's commit to the grant's; gone: end's commit to the \
         verified absence's; told: a fact's commit to its arrival by webhook",
    );
    figures.note("concurrent", best.concurrent);
    figures.note("lives", best.lives);
    figures.note("lives_in_window_per_s", round(best.in_window_per_s));
    figures.note("handed_over_share", round(best.handed_over));
    figures.note("drain_s", round(best.drain.as_secs_f64()));
    figures.note("mails_per_life", round(best.per_life(best.mails)));
    figures.note("webhooks_per_life", round(best.per_life(best.webhooks)));
    figures.note("writing_commits_per_life", round(best.per_life(best.writing)));
    figures.note("wal_syncs_per_life", round(best.per_life(best.syncs)));
    figures.note("wal_bytes_per_life", round(best.per_life(best.log_bytes)));
    let calls: serde_json::Map<_, _> =
        best.sso_calls.iter().map(|(name, count)| (name.clone(), json!(round(best.per_life(*count))))).collect();
    figures.note("sso_calls_by_operation", calls);
    figures.note("cpu_ms_per_life", best.effort.clone());
}

impl Round {
    fn per_life(&self, count: u64) -> f64 {
        number(usize::try_from(count).unwrap_or(usize::MAX)) / number(self.lives)
    }
}
