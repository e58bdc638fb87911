//! The portal in a real Chromium: people with a browser each, before a whole running system.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up fails with the reason, at once"
)]

mod chromium;
mod tab;

pub use chromium::Chromium;
pub use tab::{Colours, Tab};
