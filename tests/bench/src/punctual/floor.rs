//! The least time that AWS's quotas allow.

/// AWS's quotas for an organization.
#[derive(Debug, Clone, Copy)]
pub struct Quotas {
    /// Calls a second.
    pub per_second: f64,
    /// Operations under way at once.
    pub outstanding: f64,
    /// Whether deletions count among them.
    pub deletions_counted: bool,
}

/// AWS's own.
pub const AWS: Quotas = Quotas { per_second: 20.0, outstanding: 10.0, deletions_counted: true };

/// Each operation needs its write, a poll and a read.
const CALLS: f64 = 3.0;

/// Seconds for so many deletions and creations, each taking `mean` seconds at AWS: as many calls as there are at
/// their rate, or as many operations as count at theirs, whichever is slower.
pub fn seconds(quotas: Quotas, deletions: f64, creations: f64, mean: f64) -> f64 {
    let by_calls = (deletions + creations) * CALLS / quotas.per_second;
    let counted = if quotas.deletions_counted { deletions + creations } else { creations };
    by_calls.max(counted * mean / quotas.outstanding)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_ends_need_what_the_slower_quota_says() {
        for (mean, expected) in [(1.0, 150.0), (2.0, 200.0), (5.0, 500.0), (10.0, 1000.0)] {
            assert!((seconds(AWS, 1000.0, 0.0, mean) - expected).abs() < 1e-9, "mean {mean}");
        }
    }

    #[test]
    fn deletions_that_do_not_count_are_bound_by_calls_alone() {
        let uncounted = Quotas { deletions_counted: false, ..AWS };
        assert!((seconds(uncounted, 1000.0, 100.0, 5.0) - 165.0).abs() < 1e-9);
        assert!((seconds(AWS, 1000.0, 100.0, 2.0) - 220.0).abs() < 1e-9);
    }
}
