//! Quantiles of two scenarios: the difference of each, with the interval of that difference.

use super::bootstrap::{RESAMPLES, acceleration, bca, resample};
use super::paired::{Compared, Pairs, ratio, replicate, replicated, scale};
use super::test::{is_rounding, student_p};
use crate::metrics::{MetricUnit, MissingRank};
use crate::random::Streams;
use crate::sampling::{REPLICATES, Sampling};
use crate::summary::estimate::{Estimate, Interval};
use crate::summary::quantile::Percent;
use serde::Serialize;

/// The levels that are compared.
pub const LEVELS: [Percent; 3] = [Percent(5), Percent(50), Percent(95)];

/// Probability outside an interval, on each side.
const TAIL: f64 = 0.025;

/// Something for each of the [`LEVELS`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ByLevel<T> {
    /// At the 5% quantile.
    pub p5: T,
    /// At the median.
    pub p50: T,
    /// At the 95% quantile.
    pub p95: T,
}

/// A quantile with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Point {
    /// The quantile.
    pub at: Option<f64>,
    /// Its 95% interval, by order statistics.
    pub interval: Option<Interval>,
}

impl Point {
    /// A quantile with its interval.
    pub fn new(at: Option<f64>, interval: Option<Interval>) -> Self {
        Self { at, interval }
    }
}

/// A quantile in two scenarios. What falls on a path without a value is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct QuantileDifference {
    /// Of the base.
    pub base: Option<f64>,
    /// Of the other.
    pub other: Option<f64>,
    /// Other less base.
    pub difference: Option<f64>,
    /// Its paired 95% interval.
    pub interval: Option<Interval>,
    /// Its paired standard error.
    pub se: Option<f64>,
    /// Variance of independent runs over the paired one.
    pub variance_ratio: Option<f64>,
    /// Degrees of freedom behind the standard error.
    #[serde(skip)]
    freedom: f64,
}

impl QuantileDifference {
    /// The same with a test, by Student's t (the normal law where a bootstrap gave the standard error).
    pub fn compared(&self) -> Compared {
        let scale = scale(self.base, self.other);
        Compared {
            difference: self.difference,
            se: self.se,
            interval: self.interval,
            variance_ratio: self.variance_ratio,
            p_value: self
                .difference
                .zip(self.se)
                .and_then(|(by, se)| student_p(by, se, self.freedom, scale)),
        }
    }
}

/// One scenario's values in order, what ranks worst as an infinity, with the path of each.
struct Sorted {
    paths: Vec<u32>,
    values: Vec<f64>,
}

impl Sorted {
    /// Of the pairs' values on `side`: those of pairs without a gap where gaps are left out, else of all paths.
    fn of(pairs: &Pairs, side: fn(&Pairs, usize) -> f64, keep: impl Fn(usize) -> bool) -> Self {
        let gap = match pairs.missing {
            MissingRank::Omitted => f64::NAN,
            MissingRank::Lowest => f64::NEG_INFINITY,
            MissingRank::Highest => f64::INFINITY,
        };
        let mut found: Vec<(u32, f64)> = (0..pairs.base.len())
            .filter(|path| keep(*path))
            .filter_map(|path| {
                let both = pairs.base[path].is_finite() && pairs.other[path].is_finite();
                let value = side(pairs, path);
                match pairs.missing {
                    MissingRank::Omitted => both.then_some((path as u32, value)),
                    _ if value.is_finite() => Some((path as u32, value)),
                    _ => Some((path as u32, gap)),
                }
            })
            .collect();
        found.sort_by(|a, b| a.1.total_cmp(&b.1));
        let (paths, values) = found.into_iter().unzip();
        Self { paths, values }
    }

    /// The quantiles of the values as they are; NaN of none.
    fn quantiles(&self) -> [f64; 3] {
        LEVELS.map(|level| match level.ranks(self.values.len()) {
            Some(ranks) => self.values[ranks.at],
            None => f64::NAN,
        })
    }

    /// The quantiles when path p counts `counts[p]` times; NaN of none.
    fn resampled(&self, counts: &[u32]) -> [f64; 3] {
        let total: usize = self
            .paths
            .iter()
            .map(|p| counts[*p as usize] as usize)
            .sum();
        let mut found = [f64::NAN; 3];
        let ranks = LEVELS.map(|level| (total * usize::from(level.0)).div_ceil(100));
        let (mut next, mut seen) = (0, 0);
        for (path, value) in self.paths.iter().zip(&self.values) {
            seen += counts[*path as usize] as usize;
            while next < ranks.len() && seen >= ranks[next] && total > 0 {
                found[next] = *value;
                next += 1;
            }
            if next == ranks.len() {
                break;
            }
        }
        found
    }

    /// For each path, the quantile at `level` without it: of the values below it one, of the others the next.
    fn without_one(&self, level: Percent, out: &mut [f64], sign: f64) {
        let Some(ranks) = level.ranks(self.values.len().saturating_sub(1)) else {
            return;
        };
        for (place, path) in self.paths.iter().enumerate() {
            let at = if place <= ranks.at {
                ranks.at + 1
            } else {
                ranks.at
            };
            out[*path as usize] += sign * self.values[at];
        }
    }
}

/// A metric's two sides in order, and its replicates by level.
struct Job {
    sides: [Sorted; 2],
    replicates: [Vec<[f64; 2]>; 3],
}

/// The differences of quantiles of several metrics, all of as many paths; the resamples are common to all.
pub fn differences(
    metrics: &[Pairs],
    seed: u64,
    sampling: Sampling,
) -> Vec<ByLevel<QuantileDifference>> {
    let mut jobs: Vec<Job> = metrics
        .iter()
        .map(|pairs| Job::new(pairs, |_| true))
        .collect();
    match sampling {
        Sampling::Plain => {
            let paths = metrics.first().map_or(0, |pairs| pairs.base.len());
            let mut counts = vec![0; paths];
            for number in 0..RESAMPLES {
                resample(Streams::new(seed), number, &mut counts);
                for job in &mut jobs {
                    let [base, other] = [0, 1].map(|side| job.sides[side].resampled(&counts));
                    job.keep(base, other);
                }
            }
        }
        Sampling::Antithetic | Sampling::Sobol => {
            for (job, pairs) in jobs.iter_mut().zip(metrics) {
                for number in 0..REPLICATES {
                    let part = Job::new(pairs, |path| replicate(sampling, path) == number);
                    let [base, other] = [0, 1].map(|side| part.sides[side].quantiles());
                    job.keep(base, other);
                }
            }
        }
    }
    jobs.into_iter()
        .zip(metrics)
        .map(|(job, pairs)| job.differences(pairs.base.len(), sampling))
        .collect()
}

impl Job {
    fn new(pairs: &Pairs, keep: impl Fn(usize) -> bool) -> Self {
        Self {
            sides: [
                Sorted::of(pairs, |pairs, path| pairs.base[path], &keep),
                Sorted::of(pairs, |pairs, path| pairs.other[path], &keep),
            ],
            replicates: std::array::from_fn(|_| Vec::new()),
        }
    }

    fn keep(&mut self, base: [f64; 3], other: [f64; 3]) {
        for (level, replicates) in self.replicates.iter_mut().enumerate() {
            replicates.push([base[level], other[level]]);
        }
    }

    fn differences(self, paths: usize, sampling: Sampling) -> ByLevel<QuantileDifference> {
        let [base, other] = [0, 1].map(|side| self.sides[side].quantiles());
        let at = |level: usize| {
            let plain = || self.bootstrapped(level, base[level], other[level], paths);
            match sampling {
                Sampling::Plain => plain(),
                Sampling::Antithetic | Sampling::Sobol => {
                    let by = finite(other[level] - base[level]);
                    let compared = replicated(by, &self.replicates[level]);
                    QuantileDifference {
                        base: finite(base[level]),
                        other: finite(other[level]),
                        difference: by,
                        interval: compared.interval,
                        se: compared.se,
                        variance_ratio: compared.variance_ratio,
                        freedom: self.replicates[level].len() as f64 - 1.0,
                    }
                }
            }
        };
        ByLevel {
            p5: at(0),
            p50: at(1),
            p95: at(2),
        }
    }

    /// The difference at a level with its BCa interval.
    fn bootstrapped(
        &self,
        level: usize,
        base: f64,
        other: f64,
        paths: usize,
    ) -> QuantileDifference {
        let replicates = &self.replicates[level];
        let mut moved: Vec<f64> = replicates.iter().map(|[a, b]| b - a).collect();
        let sd = |values: Vec<f64>| {
            let estimate = Estimate::new(&values, MetricUnit::Multiple, MissingRank::Omitted);
            estimate.sd.filter(|_| estimate.missing == 0)
        };
        let sds = [
            sd(replicates.iter().map(|pair| pair[0]).collect()),
            sd(replicates.iter().map(|pair| pair[1]).collect()),
            sd(moved.clone()),
        ];
        let mut without_one = vec![0.0; paths];
        for (side, sign) in self.sides.iter().zip([-1.0, 1.0]) {
            side.without_one(LEVELS[level], &mut without_one, sign);
        }
        let skewness = acceleration(&without_one);
        let skewness = if skewness.is_finite() { skewness } else { 0.0 };
        let by = other - base;
        let scale = scale(finite(base), finite(other));
        if is_rounding(by, scale) {
            // Replicates that differ in last bits only are the estimate.
            for replicate in &mut moved {
                if is_rounding(*replicate - by, scale) {
                    *replicate = by;
                }
            }
        }
        let interval = bca(&mut moved, by, skewness, TAIL);
        QuantileDifference {
            base: finite(base),
            other: finite(other),
            difference: finite(by),
            interval: interval.map(|ends| ends.map(finite)),
            se: sds[2],
            variance_ratio: ratio(sds),
            freedom: f64::INFINITY,
        }
    }
}

/// A number; an infinity stands for a missing value and is none.
fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs<'a>(base: &'a [f64], other: &'a [f64], missing: MissingRank) -> Pairs<'a> {
        Pairs {
            unit: MetricUnit::Multiple,
            missing,
            base,
            other,
        }
    }

    fn all(pairs: Pairs) -> ByLevel<QuantileDifference> {
        differences(&[pairs], 1, Sampling::Plain)[0]
    }

    /// Values 1..100, and the same turned round: every quantile stays, every path moves.
    #[test]
    fn a_difference_of_quantiles_is_not_a_quantile_of_differences() {
        let base: Vec<f64> = (1..=100).map(f64::from).collect();
        let other: Vec<f64> = base.iter().rev().copied().collect();
        let quantiles = all(pairs(&base, &other, MissingRank::Omitted));
        for level in [quantiles.p5, quantiles.p50, quantiles.p95] {
            assert_eq!(level.difference, Some(0.0));
            let [low, high] = level.interval.expect("an interval").map(Option::unwrap);
            assert!(low < 0.0 && high > 0.0);
        }
        let moved: Vec<f64> = base.iter().zip(&other).map(|(a, b)| b - a).collect();
        let moved = Estimate::new(&moved, MetricUnit::Multiple, MissingRank::Omitted);
        assert_eq!((moved.p5, moved.p95), (Some(-91.0), Some(89.0)));
    }

    /// A shift that is the same on all paths moves each quantile by just as much, and nothing is uncertain.
    #[test]
    fn a_shift_moves_quantiles_without_error() {
        let base: Vec<f64> = (0..500).map(|i| f64::from(i * i % 499)).collect();
        let other: Vec<f64> = base.iter().map(|v| v + 3.0).collect();
        for level in [
            all(pairs(&base, &other, MissingRank::Omitted)).p5,
            all(pairs(&base, &other, MissingRank::Lowest)).p95,
        ] {
            assert_eq!(level.difference, Some(3.0));
            assert_eq!(level.interval, Some([Some(3.0), Some(3.0)]));
        }
    }

    /// Where 10% never get there, P5 of an IRR falls on "none" and its difference does not exist; the median stands.
    #[test]
    fn a_quantile_on_a_missing_value_has_no_difference() {
        let base: Vec<f64> = (0..100)
            .map(|i| if i < 10 { f64::NAN } else { f64::from(i) })
            .collect();
        let other: Vec<f64> = (0..100).map(f64::from).collect();
        let found = all(pairs(&base, &other, MissingRank::Lowest));
        assert_eq!((found.p5.base, found.p5.difference), (None, None));
        assert_eq!(found.p50.difference, Some(0.0));
        assert!(found.p50.interval.is_some());
        let omitted = all(pairs(&base, &other, MissingRank::Omitted));
        assert_eq!(omitted.p5.difference, Some(0.0), "pairs with a gap are out");
    }

    /// Replicates: the difference of each, Student's t over them.
    #[test]
    fn replicates_give_an_interval_by_students_t() {
        let base: Vec<f64> = (0..160).map(f64::from).collect();
        let other: Vec<f64> = (0..160)
            .map(|i| f64::from(i) + f64::from(i % 16) / 16.0)
            .collect();
        let pairs = pairs(&base, &other, MissingRank::Omitted);
        let found = differences(&[pairs], 1, Sampling::Sobol)[0].p50;
        let [low, high] = found.interval.expect("an interval").map(Option::unwrap);
        // Differences 0, 1/16, ..., 15/16: sd 4.7610 / 16, t of 15 degrees 2.131450.
        let half = 2.131_450 * 4.760_952 / 16.0 / 4.0;
        assert!(((high - low) / 2.0 - half).abs() < 1e-5, "{low} {high}");
    }
}
