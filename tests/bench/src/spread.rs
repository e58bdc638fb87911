//! Many values of one kind: count, percentiles, greatest.

/// Milliseconds, gathered.
#[derive(Debug, Clone, Default)]
pub struct Spread(Vec<f64>);

impl Spread {
    pub fn add(&mut self, value: f64) {
        self.0.push(value);
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The least value that this share of all values does not exceed (nearest rank); none of nothing.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank is small and not negative")]
        let rank = (share * super::figures::number(sorted.len())).ceil().max(1.0) as usize;
        sorted.get(rank.min(sorted.len()).checked_sub(1)?).copied()
    }

    pub fn p50(&self) -> Option<f64> {
        self.quantile(0.5)
    }

    pub fn p99(&self) -> Option<f64> {
        self.quantile(0.99)
    }

    pub fn max(&self) -> Option<f64> {
        self.quantile(1.0)
    }
}

impl FromIterator<f64> for Spread {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_one_of_the_values() {
        let spread: Spread = (1..=100).rev().map(f64::from).collect();
        assert_eq!(spread.p50(), Some(50.0));
        assert_eq!(spread.p99(), Some(99.0));
        assert_eq!(spread.max(), Some(100.0));
        assert_eq!(Spread::default().p50(), None);
        let one: Spread = [7.0].into_iter().collect();
        assert_eq!((one.p50(), one.p99()), (Some(7.0), Some(7.0)));
    }
}
