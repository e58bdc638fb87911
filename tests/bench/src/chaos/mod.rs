//! Lives while what Curfew stands on goes away for a minute, across their deadlines: seven processes and a second one
//! of each that works by itself. Judged by the simulator's oracle: what was really assigned, from when until when.

mod fault;
mod outage;
mod tally;

use std::time::Duration;

use anyhow::{Context, ensure};
use futures_util::future::join_all;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::figures::{Aim, Figures, number, round};
use crate::kill::{Kill, Killer, Verdict};
use crate::lives::{Life, Plan, Post, live};
use crate::oracle::Oracle;
use crate::people::People;
use crate::system::{Limits, Place, Shape, System};
pub use fault::Scenario;
use fault::Site;
use tally::Tally;

/// How long an answer is waited for: longer than a fault.
const INSIST: Duration = Duration::from_secs(120);
/// How long the system may take for one hop: longer than a fault and any lease.
const PATIENCE: Duration = Duration::from_secs(180);
/// Lives of a wave begin within this time.
const BEGIN_WITHIN: Duration = Duration::from_secs(20);
/// When the fault begins: all of the wave are active, and no deadline of a minute has come.
const FAULT_AFTER: Duration = Duration::from_secs(40);

/// How much is tried.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// Lives for each scenario
    #[arg(long, default_value_t = 500)]
    pub lives: usize,
    /// Lives at a time; each wave of them meets one fault
    #[arg(long, default_value_t = 125)]
    pub concurrent: usize,
    /// How long a fault lasts, in seconds
    #[arg(long, default_value_t = 60)]
    pub fault_seconds: u64,
    /// The scenarios; all, if absent
    #[arg(long, value_enum)]
    pub only: Vec<Scenario>,
    /// Decides who begins when and which process is hit; a random one, if absent
    #[arg(long)]
    pub seed: Option<u64>,
}

/// Plays and judges every scenario.
///
/// # Errors
/// When the system does not start, a life went wrong, an access outlived its time, or a fact was lost.
pub async fn run(place: &Place, options: &Options) -> anyhow::Result<()> {
    let seed = options.seed.unwrap_or_else(rand::random);
    println!("seed {seed}");
    let mut figures = Figures::new("chaos");
    figures.note("seed", seed);
    figures.note("concurrent", options.concurrent);
    figures.note("fault_s", options.fault_seconds);
    let mut total = Tally::default();
    let scenarios = if options.only.is_empty() { Scenario::ALL.to_vec() } else { options.only.clone() };
    for scenario in scenarios {
        println!("\n{}", scenario.name());
        let tally =
            play(place, options, scenario, seed).await.with_context(|| format!("scenario {}", scenario.name()))?;
        tally.note(scenario, &mut figures);
        total.add(&tally);
    }
    let none = Some(Aim::AtMost(0.0));
    figures.add("lives", Some(number(total.lives)), "", None);
    figures.add("outlived", Some(number(total.outlived)), "", none);
    figures.add("outlived_max_s", total.outlived_max_s.map(round), "", none);
    figures.add("unapproved", Some(number(total.unapproved)), "", none);
    figures.add("lost_facts", Some(number(total.lost_facts)), "", none);
    figures.add("duplicate_effects", Some(number(total.duplicate_effects)), "", none);
    figures.tell(place.figures.as_deref())?;
    ensure!(total.is_clean(), "not every life ended right (seed {seed})");
    Ok(())
}

/// One scenario on a system of its own.
async fn play(place: &Place, options: &Options, scenario: Scenario, seed: u64) -> anyhow::Result<Tally> {
    let shape = Shape::Doubled { movable_clocks: scenario == Scenario::Clock };
    let mut system = System::start(place, shape, Limits { database_connections: 8 }).await?;
    let oracle = Oracle::new(system.http.clone(), system.simulator.clone());
    let people = People::gather(&system, &oracle).await?;
    let post = Post::open(oracle.clone());
    let killer = Killer::new(system.http.clone(), std::mem::take(&mut system.processes), system.addresses.clone());
    let site = Site { system: &system, killer: &killer, lasts: Duration::from_secs(options.fault_seconds) };
    let mut chance = StdRng::seed_from_u64(seed);
    let (mut lived, mut wrong): (Vec<Life>, Vec<String>) = (Vec::new(), Vec::new());
    let mut faults: Vec<Kill> = Vec::new();
    let mut turn = 0;
    while turn < options.lives {
        let wave = options.concurrent.max(1).min(options.lives - turn);
        let starts: Vec<(usize, Duration)> =
            (turn..turn + wave).map(|life| (life, chance.random_range(Duration::ZERO..BEGIN_WITHIN))).collect();
        let lives = join_all(starts.into_iter().map(|(life, pause)| {
            let (people, post) = (&people, &post);
            async move {
                tokio::time::sleep(pause).await;
                let plan = Plan { turn: life, minutes: 1, end_after: None, insist: INSIST, patience: PATIENCE };
                live(people, post, plan).await
            }
        }));
        let fault = async {
            tokio::time::sleep(FAULT_AFTER).await;
            site.strike(scenario, &mut chance).await
        };
        let (ended, struck) = tokio::join!(lives, fault);
        faults.extend(struck?);
        for life in ended {
            match life {
                Ok(life) => lived.push(life),
                Err(error) => {
                    eprintln!("a life went wrong: {error:#}");
                    wrong.push(format!("{error:#}"));
                }
            }
        }
        turn += wave;
        println!("{} of {} lives, {} went wrong", turn, options.lives, wrong.len());
    }
    let excused: Vec<Kill> = if scenario.excuses() { faults.clone() } else { Vec::new() };
    let verdict = Verdict::reach(&system, &oracle, (&people, &post), &lived, &excused).await?;
    for complaint in &verdict.complaints {
        eprintln!("{complaint}");
    }
    Tally::of(options.lives, &wrong, &verdict, &lived, &faults, &oracle).await
}
