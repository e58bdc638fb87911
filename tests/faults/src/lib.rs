//! Whole lives of many requests, played under one manual clock by a seed: random commands, several instances of each worker
//! that die and stand still at any point, Postgres that refuses commits or does not say that it made them, lost bells, a
//! slow network, and AWS's own faults. After each play the invariants are judged by the simulator's own record of
//! assignments, not by our tables. A seed plays the same every time; see `README.md`.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a play that cannot be set up fails with the reason, at once"
)]

mod chaos;
mod deeds;
mod house;
mod more;
mod plan;
mod play;
mod process;
mod record;
mod seam;
mod stage;
mod thread;
mod time;
mod verdict;
mod wire;

pub use house::{House, start};
pub use plan::Plan;
pub use play::play;
pub use thread::thread;
pub use verdict::Verdict;

/// Plays one seed.
pub async fn play_seed(house: &House, seed: u64) -> Verdict {
    play(house, &Plan::of(seed, start())).await
}
