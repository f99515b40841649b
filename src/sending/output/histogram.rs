//! How long many answers took, in constant memory.

use std::time::Duration;

/// Values below this many microseconds have a bucket each.
const LINEAR: u64 = 64;
/// Buckets for every doubling above: values are off by 3 % at most.
const PER_DOUBLING: usize = 32;
/// Doublings that are told apart: up to 2^40 microseconds, twelve days.
const DOUBLINGS: usize = 34;
const BUCKETS: usize = LINEAR as usize + PER_DOUBLING * DOUBLINGS;

/// Counts of durations in buckets that grow with the value.
#[derive(Debug, Clone)]
pub(crate) struct Histogram {
    buckets: Box<[u64; BUCKETS]>,
    count: u64,
    max: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self {
            buckets: Box::new([0; BUCKETS]),
            count: 0,
            max: 0,
        }
    }
}

fn bucket_of(micros: u64) -> usize {
    if micros < LINEAR {
        return micros as usize;
    }
    let doubling = (63 - micros.leading_zeros()) as usize;
    let within = (micros >> (doubling - 5)) as usize & (PER_DOUBLING - 1);
    (LINEAR as usize + (doubling - 6) * PER_DOUBLING + within).min(BUCKETS - 1)
}

/// The largest value that falls into a bucket.
fn upper_bound(bucket: usize) -> u64 {
    if bucket < LINEAR as usize {
        return bucket as u64;
    }
    let doubling = (bucket - LINEAR as usize) / PER_DOUBLING + 6;
    let within = ((bucket - LINEAR as usize) % PER_DOUBLING) as u64;
    ((PER_DOUBLING as u64 + within + 1) << (doubling - 5)) - 1
}

impl Histogram {
    pub(crate) fn record(&mut self, duration: Duration) {
        let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        self.buckets[bucket_of(micros)] += 1;
        self.count += 1;
        self.max = self.max.max(micros);
    }

    /// Adds another histogram's counts.
    pub(crate) fn merge(&mut self, other: &Self) {
        for (ours, theirs) in self.buckets.iter_mut().zip(other.buckets.iter()) {
            *ours += theirs;
        }
        self.count += other.count;
        self.max = self.max.max(other.max);
    }

    /// How many were counted.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    pub(crate) fn max(&self) -> Duration {
        Duration::from_micros(self.max)
    }

    /// The duration that this share (0 to 1) of all did not exceed, to within 3 %.
    pub(crate) fn quantile(&self, share: f64) -> Duration {
        let wanted = ((self.count as f64 * share).ceil() as u64).max(1);
        let mut seen = 0;
        for (bucket, count) in self.buckets.iter().enumerate() {
            seen += count;
            if seen >= wanted {
                return Duration::from_micros(upper_bound(bucket).min(self.max));
            }
        }
        self.max()
    }

    /// At most `rows` rows of (upper bound, count) that together hold everything, on a scale
    /// that doubles.
    pub(crate) fn rows(&self, rows: usize) -> Vec<(Duration, u64)> {
        let mut doubled: Vec<(u64, u64)> = Vec::new();
        for (bucket, count) in self
            .buckets
            .iter()
            .enumerate()
            .filter(|(_, count)| **count > 0)
        {
            let bound = upper_bound(bucket).max(1).next_power_of_two();
            match doubled.last_mut() {
                Some((last, sum)) if *last == bound => *sum += count,
                _ => doubled.push((bound, *count)),
            }
        }
        // The sparse ends are summed up so that the middle stays readable.
        while doubled.len() > rows.max(1) {
            let (first, last) = (doubled[0].1, doubled[doubled.len() - 1].1);
            if first <= last {
                let (_, count) = doubled.remove(0);
                doubled[0].1 += count;
            } else if let Some((bound, count)) = doubled.pop()
                && let Some(end) = doubled.last_mut()
            {
                *end = (bound, end.1 + count);
            }
        }
        doubled
            .into_iter()
            .map(|(bound, count)| (Duration::from_micros(bound), count))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_close_and_in_order() {
        let mut last = 0;
        for micros in (0..5_000).chain([1 << 20, (1 << 39) + 7, 1 << 39, u64::MAX]) {
            let bucket = bucket_of(micros);
            if micros < 5_000 {
                assert!(bucket >= last);
                last = bucket;
            }
            if micros < 1 << 40 {
                let bound = upper_bound(bucket);
                assert!(
                    bound >= micros && bound - micros <= micros / 32 + 1,
                    "{micros} {bound}"
                );
            }
        }
    }

    #[test]
    fn quantiles_and_rows_hold_everything() {
        let mut histogram = Histogram::default();
        for micros in 1..=1_000 {
            histogram.record(Duration::from_micros(micros));
        }
        let p50 = histogram.quantile(0.5).as_micros();
        assert!((500..=516).contains(&p50), "{p50}");
        assert_eq!(histogram.quantile(1.0), Duration::from_micros(1_000));
        for rows in [1, 3, 20] {
            let rows = histogram.rows(rows);
            assert_eq!(rows.iter().map(|(_, count)| count).sum::<u64>(), 1_000);
        }
        let mut twice = histogram.clone();
        twice.merge(&histogram);
        assert_eq!(twice.count(), 2_000);
    }
}
