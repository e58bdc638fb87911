//! Rates that AWS enforces: a bucket of tokens for each quota, as large as one second's worth.

use std::collections::HashMap;

use crate::clock::Millis;

#[derive(Default)]
pub struct Quotas {
    buckets: HashMap<String, Bucket>,
}

struct Bucket {
    tokens: f64,
    filled: Millis,
}

impl Quotas {
    /// Takes one token of the named bucket. False: the rate is exceeded.
    pub fn take(&mut self, name: &str, per_second: f64, now: Millis) -> bool {
        let full = per_second.max(1.0);
        if !self.buckets.contains_key(name) {
            self.buckets.insert(name.to_owned(), Bucket { tokens: full, filled: now });
        }
        let Some(bucket) = self.buckets.get_mut(name) else {
            return true;
        };
        let passed = now.epoch_seconds() - bucket.filled.epoch_seconds();
        bucket.tokens = (bucket.tokens + passed.max(0.0) * per_second).min(full);
        bucket.filled = bucket.filled.max(now);
        if bucket.tokens < 1.0 {
            return false;
        }
        bucket.tokens -= 1.0;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_gives_one_second_at_once_and_then_its_rate() {
        let mut quotas = Quotas::default();
        let start = Millis(1_000_000);
        let taken =
            |quotas: &mut Quotas, at: Millis, tries: usize| (0..tries).filter(|_| quotas.take("x", 20.0, at)).count();
        assert_eq!(taken(&mut quotas, start, 50), 20);
        assert_eq!(taken(&mut quotas, start.plus_seconds(0.5), 50), 10);
        assert_eq!(taken(&mut quotas, start.plus_seconds(60.0), 50), 20);
    }
}
