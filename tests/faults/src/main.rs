//! `curfew-faults`: plays many seeds, or one of them again with everything that happened in it.

use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use serde_json::json;

/// Plays seeds and prints what must never happen and did.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    /// The first seed.
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// How many.
    #[arg(long, default_value_t = 1000)]
    seeds: u64,
    /// Prints every line of each play.
    #[arg(long)]
    lines: bool,
    /// Sums up in JSON.
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    runtime::install_crypto();
    let arguments = Arguments::parse();
    faults::thread().block_on(async {
        let house = faults::House::open().await;
        let (began, mut violations) = (Instant::now(), 0);
        let (mut grants, mut calls, mut troubles) = (0, 0, 0);
        for seed in arguments.from..arguments.from + arguments.seeds {
            let verdict = faults::play_seed(&house, seed).await;
            if arguments.lines {
                for line in &verdict.lines {
                    println!("{line}");
                }
                println!("{verdict:#?}", verdict = (verdict.hash, verdict.turns, verdict.grants, verdict.calls));
            }
            for broken in &verdict.broken {
                println!("seed {seed}: {broken}");
            }
            violations += usize::from(!verdict.broken.is_empty());
            grants += verdict.grants;
            calls += verdict.calls;
            troubles += verdict.troubles;
        }
        let (seeds, took) = (arguments.seeds, began.elapsed().as_secs_f64());
        if arguments.json {
            let sum = json!({"seeds": seeds, "violations": violations, "grants": grants, "calls": calls, "troubles": troubles});
            println!("{sum}");
        } else {
            println!(
                "{seeds} seeds, {violations} violations, {grants} grants, {calls} calls to AWS, {troubles} troubles, {took:.1} s"
            );
        }
        if violations == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    })
}
