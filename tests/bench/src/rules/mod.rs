//! The rules of a large organization: what it costs to ask them.

mod documents;
mod evaluating;
pub mod filling;
pub mod organization;
mod serving;

use crate::figures::Figures;
use crate::system::Place;
use organization::{Company, Sizes};

/// How large the organization is, and how much is asked.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    #[command(flatten)]
    pub sizes: Sizes,
    /// Questions of each kind
    #[arg(long, default_value_t = 10_000)]
    pub questions: usize,
    /// Past requests that a plan asks again
    #[arg(long, default_value_t = 100_000)]
    pub past: usize,
}

/// Measures.
///
/// # Errors
/// When the organization cannot be made, or a figure cannot be written. Never because something took long.
pub async fn run(place: &Place, options: &Options) -> anyhow::Result<()> {
    let mut figures = Figures::new("rules");
    let sizes = &options.sizes;
    for (name, count) in [
        ("accounts", sizes.accounts),
        ("units", sizes.units),
        ("users", sizes.users),
        ("groups", sizes.groups),
        ("permission_sets", sizes.permission_sets),
        ("rules", sizes.rules),
    ] {
        figures.note(name, count);
    }
    figures.note("seed", sizes.seed);
    println!("{} rules over {} accounts, {} questions ...", sizes.rules, sizes.accounts, options.questions);
    let company = Company::of(sizes)?;
    evaluating::measure(&company, sizes.seed, options.questions, &mut figures)?;
    serving::measure(place, &company, options.questions.min(2_000), options.past, &mut figures).await?;
    figures.tell(place.figures.as_deref())
}
