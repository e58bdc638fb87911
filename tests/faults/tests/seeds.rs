//! Three hundred seeds, and that a seed plays the same twice. `CURFEW_FAULTS_SEED=7 ./dev test the_seed_that_is_wanted` plays
//! one of them again and prints everything that happened in it.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use faults::{House, Verdict, play_seed, thread};

/// The seeds of one test: four of them share two cores.
const SEEDS: u64 = 75;

fn fail(verdict: &Verdict) -> ! {
    let last = verdict.lines.len().saturating_sub(60);
    panic!(
        "seed {} broke what must never break:\n{}\n\nits last lines:\n{}\n\nplay it again: CURFEW_FAULTS_SEED={} ./dev test the_seed_that_is_wanted",
        verdict.seed,
        verdict.broken.join("\n"),
        verdict.lines[last..].join("\n"),
        verdict.seed,
    );
}

async fn plays(seeds: impl Iterator<Item = u64>) {
    let house = House::open().await;
    for seed in seeds {
        let verdict = play_seed(&house, seed).await;
        if !verdict.broken.is_empty() {
            fail(&verdict);
        }
    }
}

fn wanted() -> Option<u64> {
    std::env::var("CURFEW_FAULTS_SEED").ok().map(|seed| seed.parse().unwrap())
}

/// The n-th quarter, unless one seed is wanted.
fn quarter(n: u64) {
    if wanted().is_none() {
        thread().block_on(plays(n * SEEDS + 1..=(n + 1) * SEEDS));
    }
}

#[test]
fn no_seed_of_the_first_quarter_breaks_an_invariant() {
    quarter(0);
}

#[test]
fn no_seed_of_the_second_quarter_breaks_an_invariant() {
    quarter(1);
}

#[test]
fn no_seed_of_the_third_quarter_breaks_an_invariant() {
    quarter(2);
}

#[test]
fn no_seed_of_the_fourth_quarter_breaks_an_invariant() {
    quarter(3);
}

#[test]
fn the_seed_that_is_wanted_breaks_no_invariant() {
    let Some(seed) = wanted() else { return };
    let verdict = thread().block_on(async { play_seed(&House::open().await, seed).await });
    for line in &verdict.lines {
        println!("{line}");
    }
    if !verdict.broken.is_empty() {
        fail(&verdict);
    }
}

#[test]
fn a_seed_plays_the_same_twice() {
    thread().block_on(plays_twice(1..=12));
}

async fn plays_twice(seeds: impl Iterator<Item = u64>) {
    let house = House::open().await;
    for seed in seeds {
        let first = play_seed(&house, seed).await;
        let again = play_seed(&house, seed).await;
        let differs = first.lines.iter().zip(&again.lines).position(|(one, other)| one != other);
        if let Some(at) = differs {
            let from = at.saturating_sub(5);
            panic!("seed {seed} played differently:\n{:#?}\n{:#?}", &first.lines[from..=at], &again.lines[from..=at]);
        }
        assert_eq!((first.hash, first.turns), (again.hash, again.turns), "seed {seed}");
    }
}
