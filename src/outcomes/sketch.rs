//! The law of many values in little memory: how many fell into each narrow bucket, and their moments.
//!
//! A bucket is named by the leading bits of its values: sign, exponent and nine bits of the mantissa, so that it is at most
//! [`WIDTH`] of its values wide, whatever their size, and finding it takes no logarithm. A value of some rank is told as the mean of
//! the bucket that it fell into: exact where all values of a bucket are the same, such as small counts. Shares above a positive
//! threshold of nine bits or fewer (1, 4.5, 10) are exact, because no bucket reaches across it.

use std::collections::BTreeMap;

/// Width of a bucket in parts of its values: 2^-9.
pub const WIDTH: f64 = 1.0 / 512.0;

/// Bits of a number that its bucket forgets.
const FORGOTTEN: u32 = 52 - 9;

/// Values of one column, as far as they are kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sketch {
    buckets: BTreeMap<i32, Bucket>,
    missing: u64,
    moments: Moments,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Bucket {
    count: u64,
    mean: f64,
}

/// Number of values, their mean, and sums of powers of their distances from it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    /// Number of values.
    pub n: u64,
    /// Their mean.
    pub mean: f64,
    /// Sum of squared distances from the mean.
    pub second: f64,
    third: f64,
    /// Sum of fourth powers of distances from the mean.
    pub fourth: f64,
}

impl Moments {
    /// Takes in one value (Pébay 2008, formulas for one more value): no sum of large squares loses digits.
    fn add(&mut self, value: f64) {
        let before = self.n as f64;
        self.n += 1;
        let n = self.n as f64;
        let step = value - self.mean;
        let part = step / n;
        let square = step * part * before;
        self.mean += part;
        self.fourth += square * part * part * (n * n - 3.0 * n + 3.0)
            + 6.0 * part * part * self.second
            - 4.0 * part * self.third;
        self.third += square * part * (n - 2.0) - 3.0 * part * self.second;
        self.second += square;
    }
}

/// The bucket of a value; buckets are ordered as values are.
fn bucket(value: f64) -> i32 {
    // The order of `f64::total_cmp`, with one zero: adding 0 makes -0 of it.
    let bits = (value + 0.0).to_bits() as i64;
    let ordered = bits ^ (((bits >> 63) as u64) >> 1) as i64;
    (ordered >> FORGOTTEN) as i32
}

impl Sketch {
    /// Takes in the value of the next path; what is not finite is missing.
    pub fn add(&mut self, value: f64) {
        if !value.is_finite() {
            self.missing += 1;
            return;
        }
        self.moments.add(value);
        let bucket = self.buckets.entry(bucket(value)).or_default();
        bucket.count += 1;
        bucket.mean += (value - bucket.mean) / bucket.count as f64;
    }

    /// Values taken in that are not missing.
    pub fn present(&self) -> u64 {
        self.moments.n
    }

    /// Missing values.
    pub fn missing(&self) -> u64 {
        self.missing
    }

    /// The moments of the values, which no bucket rounds.
    pub fn moments(&self) -> &Moments {
        &self.moments
    }

    /// About the value of this rank, counted from 0; `None` beyond the last.
    pub fn of_rank(&self, rank: u64) -> Option<f64> {
        let mut before = 0;
        for bucket in self.buckets.values() {
            before += bucket.count;
            if rank < before {
                return Some(bucket.mean);
            }
        }
        None
    }

    /// Values at or above `threshold`: exact for a threshold of 0, or a positive one of nine bits.
    pub fn at_least(&self, threshold: f64) -> u64 {
        let on = bucket(threshold);
        let counts = self.buckets.range(on..).map(|(name, found)| {
            let inside = *name > on || found.mean >= threshold;
            if inside { found.count } else { 0 }
        });
        counts.sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Uniform numbers in (0, 1): every fraction of a prime once, in an order that mixes.
    fn mixed(count: u64) -> impl Iterator<Item = f64> {
        (1..=count).map(move |k| ((k * 7919) % (count + 1)) as f64 / (count + 1) as f64)
    }

    #[test]
    fn buckets_are_ordered_and_narrow() {
        let values = [
            -1e12, -3.0, -1.0, -1e-300, 0.0, 1e-300, 0.03, 1.0, 1.5, 10.0, 1e12,
        ];
        for pair in values.windows(2) {
            assert!(bucket(pair[0]) < bucket(pair[1]), "{pair:?}");
        }
        assert_eq!(bucket(-0.0), bucket(0.0));
        for value in [1e-9, 0.7, 3.3, 9.99, 8.8e11] {
            assert_ne!(bucket(value), bucket(value * (1.0 + 1.001 * WIDTH)));
            assert_eq!(bucket(-value), bucket(-value * (1.0 + 1e-9)));
        }
    }

    #[test]
    fn ranks_are_told_to_the_width_of_a_bucket() {
        let mut sketch = Sketch::default();
        let values: Vec<f64> = mixed(10_006).map(|u| u * u * 40.0 - 10.0).collect();
        for value in &values {
            sketch.add(*value);
        }
        let mut sorted = values;
        sorted.sort_unstable_by(f64::total_cmp);
        let mut rounded = 0;
        for rank in (0..sorted.len()).step_by(97) {
            let found = sketch.of_rank(rank as u64).unwrap();
            let error = (found - sorted[rank]).abs();
            assert!(
                error <= WIDTH * sorted[rank].abs().max(found.abs()),
                "{rank}"
            );
            rounded += u32::from(found != sorted[rank]);
        }
        assert!(
            rounded > 50,
            "a sketch that keeps every value saves nothing"
        );
        assert!(sketch.buckets.len() < 6000);
        assert_eq!(sketch.of_rank(10_006), None);
    }

    #[test]
    fn moments_are_those_of_all_values() {
        let mut sketch = Sketch::default();
        // A mean of 1e6 with a spread of 0.3: naive sums of fourth powers would lose all digits.
        let values: Vec<f64> = mixed(10_006).map(|u| 1e6 + u * u).collect();
        for value in &values {
            sketch.add(*value);
        }
        sketch.add(f64::NAN);
        let n = values.len() as f64;
        let mean = values.iter().map(|v| v - 1e6).sum::<f64>() / n;
        let power = |k: usize| {
            let powers = values
                .iter()
                .map(|v| (0..k).fold(1.0, |product, _| product * (v - 1e6 - mean)));
            powers.sum::<f64>()
        };
        let found = sketch.moments();
        let near = |found: f64, wanted: f64, what| {
            assert!(
                (found / wanted - 1.0).abs() < 1e-6,
                "{what}: {found} {wanted}"
            );
        };
        near(found.mean - 1e6, mean, "mean");
        near(found.second, power(2), "second");
        near(found.third, power(3), "third");
        near(found.fourth, power(4), "fourth");
        assert_eq!((sketch.present(), sketch.missing()), (10_006, 1));
    }

    #[test]
    fn shares_above_round_thresholds_are_exact() {
        let mut sketch = Sketch::default();
        let values: Vec<f64> = mixed(10_006).map(|u| u * 14.0 - 1.0).collect();
        for value in &values {
            sketch.add(*value);
        }
        for threshold in [0.0, 0.5, 1.0, 4.5, 10.0, 12.0, 13.5] {
            let wanted = values.iter().filter(|value| **value >= threshold).count();
            assert_eq!(sketch.at_least(threshold), wanted as u64, "{threshold}");
        }
    }
}
