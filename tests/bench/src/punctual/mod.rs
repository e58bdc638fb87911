//! How punctual ends are when very many come at once: with an AWS that is instant, and at AWS's own quotas, with new
//! grants arriving meanwhile. The ends are prepared as rows and as assignments that are there; grants arrive through
//! the REST API. Judged by the simulator's oracle.

mod arrivals;
mod ends;
mod floor;
mod quotas;
mod same_second;

use crate::figures::Figures;
use crate::system::Place;

/// How much is measured.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// Grants that end at one moment, AWS being instant; 0 leaves this part out
    #[arg(long, default_value_t = 10_000)]
    pub ends: usize,
    /// Grants that end at one moment at AWS's quotas; 0 leaves this part out
    #[arg(long, default_value_t = 1_000)]
    pub quota_ends: usize,
    /// Grants that are asked for meanwhile
    #[arg(long, default_value_t = 100)]
    pub arrivals: usize,
    /// How long AWS takes for an assignment there on average, in seconds
    #[arg(long, default_value_t = 2.0)]
    pub mean: f64,
    /// Leaves out the quotas that do not count deletions as operations under way
    #[arg(long)]
    pub counted_only: bool,
}

/// Measures.
///
/// # Errors
/// When the system does not start, or an access is not gone in time.
pub async fn run(place: &Place, options: &Options) -> anyhow::Result<()> {
    let mut figures = Figures::new("punctual");
    if options.ends > 0 {
        same_second::measure(place, options.ends, &mut figures).await?;
    }
    if options.quota_ends > 0 {
        let counted: &[bool] = if options.counted_only { &[true] } else { &[true, false] };
        for counted in counted {
            quotas::measure(place, options, *counted, &mut figures).await?;
        }
    }
    figures.tell(place.figures.as_deref())
}
