//! Lives on seven processes, one of which is killed at a random moment of each life and started again at once. Judged
//! by the simulator's oracle: what was really assigned, from when until when.

mod judge;
mod killer;

use std::time::Duration;

use anyhow::ensure;
use futures_util::stream::{self, StreamExt};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::json;

use crate::figures::{Aim, Figures, number};
use crate::lives::{Life, Plan, Post, live, millis_between};
use crate::oracle::Oracle;
use crate::people::People;
use crate::system::{Limits, Place, Shape, System};
pub(crate) use judge::Verdict;
pub(crate) use killer::{Kill, Killer};

/// How long an answer is waited for while processes come and go.
const INSIST: Duration = Duration::from_secs(60);

/// How long the system may take for one hop: longer than any lease, so that what is slow is told from what is lost.
const PATIENCE: Duration = Duration::from_secs(150);

/// How much is tried.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// Lives, each with one kill
    #[arg(long, default_value_t = 100)]
    pub lives: usize,
    /// Lives at a time
    #[arg(long, default_value_t = 25)]
    pub concurrent: usize,
    /// Decides who ends how and when, and which process is killed when; a random one, if absent
    #[arg(long)]
    pub seed: Option<u64>,
}

/// One life and the kill that belongs to it.
#[derive(Debug, Clone, Copy)]
struct Fate {
    plan: Plan,
    kill_after: Duration,
    victim: usize,
}

/// Plays and judges.
///
/// # Errors
/// When the system does not start, or a life did not end right, or a fact was lost.
pub async fn run(place: &Place, options: &Options) -> anyhow::Result<()> {
    let seed = options.seed.unwrap_or_else(rand::random);
    println!("seed {seed}");
    let mut figures = Figures::new("kill");
    figures.note("seed", seed);
    figures.note("concurrent", options.concurrent);
    let mut system = System::start(place, Shape::SevenProcesses, Limits { database_connections: 8 }).await?;
    let oracle = Oracle::new(system.http.clone(), system.simulator.clone());
    let people = People::gather(&system, &oracle).await?;
    let post = Post::open(oracle.clone());
    let killer = Killer::new(system.http.clone(), std::mem::take(&mut system.processes), system.addresses.clone());

    let mut chance = StdRng::seed_from_u64(seed);
    let fates: Vec<Fate> = (0..options.lives).map(|turn| fate(&mut chance, turn, killer.count())).collect();
    let mut lived: Vec<Life> = Vec::new();
    let mut wrong: Vec<String> = Vec::new();
    let lives = stream::iter(fates).map(|fate| {
        let (people, post, killer) = (&people, &post, &killer);
        async move {
            let killing = async {
                tokio::time::sleep(fate.kill_after).await;
                killer.kill(fate.victim).await
            };
            let (life, killed) = tokio::join!(live(people, post, fate.plan), killing);
            killed.and(life)
        }
    });
    let mut lives = std::pin::pin!(lives.buffer_unordered(options.concurrent));
    while let Some(life) = lives.next().await {
        match life {
            Ok(life) => lived.push(life),
            Err(error) => {
                eprintln!("a life went wrong: {error:#}");
                wrong.push(format!("{error:#}"));
            }
        }
        let so_far = lived.len() + wrong.len();
        if so_far.is_multiple_of(10) {
            println!("{so_far} of {} lives", options.lives);
        }
    }
    let kills = killer.kills();
    let verdict = Verdict::reach(&system, &oracle, (&people, &post), &lived, &kills).await?;
    for complaint in &verdict.complaints {
        eprintln!("{complaint}");
    }
    let none = Some(Aim::AtMost(0.0));
    figures.add("lives", Some(number(options.lives)), "", None);
    figures.add("kills", Some(number(kills.len())), "", None);
    figures.add("ended_right", Some(number(verdict.ended_right)), "", Some(Aim::AtLeast(number(options.lives))));
    figures.add("outlived", Some(number(verdict.outlived)), "", none);
    figures.add("unapproved", Some(number(verdict.unapproved)), "", none);
    figures.add("lost_facts", Some(number(verdict.lost_facts)), "", none);
    figures.note("outlived_max_s", verdict.latest.map(crate::figures::round));
    let slowest = lived.iter().map(|life| millis_between(life.approved_at, life.activated_at)).fold(0.0, f64::max);
    figures.note("until_active_max_s", crate::figures::round(slowest / 1000.0));
    figures.note("facts", verdict.facts);
    figures.note("told_more_than_once", verdict.repetitions);
    figures.note("kills_by_process", json!(killer.kills_by_process()));
    figures.note("ended_at_deadline", lived.iter().filter(|life| life.reason == "deadline").count());
    figures.tell(place.figures.as_deref())?;
    let right = verdict.ended_right == options.lives && verdict.complaints.is_empty();
    ensure!(right, "not every life ended right (seed {seed})");
    Ok(())
}

/// Half of them are ended by the requester within seconds, half are left to a deadline of a minute.
fn fate(chance: &mut StdRng, turn: usize, processes: usize) -> Fate {
    let early = chance.random_bool(0.5);
    let pause = Duration::from_millis(chance.random_range(0..3_000));
    let (minutes, end_after, span) = if early { (30, Some(pause), 4_000) } else { (1, None, 65_000) };
    Fate {
        plan: Plan { turn, minutes, end_after, insist: INSIST, patience: PATIENCE },
        kill_after: Duration::from_millis(chance.random_range(0..span)),
        victim: chance.random_range(0..processes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_is_one_fate_and_both_ends_and_all_processes_occur() {
        let fates = |seed| {
            let mut chance = StdRng::seed_from_u64(seed);
            (0..100).map(|turn| fate(&mut chance, turn, 7)).collect::<Vec<_>>()
        };
        let (first, again, other) = (fates(1), fates(1), fates(2));
        let moments = |fates: &[Fate]| fates.iter().map(|f| (f.kill_after, f.victim)).collect::<Vec<_>>();
        assert_eq!(moments(&first), moments(&again));
        assert_ne!(moments(&first), moments(&other));
        let by_deadline = first.iter().filter(|fate| fate.plan.end_after.is_none()).count();
        assert!((20..80).contains(&by_deadline), "{by_deadline}");
        assert!((0..7).all(|process| first.iter().any(|fate| fate.victim == process)));
    }
}
