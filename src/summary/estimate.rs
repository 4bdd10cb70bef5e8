//! One metric over all paths: its moments and quantiles, each with its Monte Carlo error.

use crate::metrics::{MetricUnit, MissingRank};
use crate::summary::probability::Z;
use crate::summary::quantile::{RankTable, Ranks};
use serde::Serialize;
use statrs::distribution::{ContinuousCDF, StudentsT};

/// Ends of a 95% interval. An end that falls on a missing value is `None`.
pub type Interval = [Option<f64>; 2];

/// A metric over all paths, in the metric's own unit.
///
/// What cannot be said is `None`: a spread from one path, a quantile that falls on a path without
/// a value ("never"), the mean of an ordered metric of which some paths have no value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// Unit of every number below but `n` and `missing`.
    #[serde(serialize_with = "unit_name")]
    pub unit: MetricUnit,
    /// Mean over the paths that have a value.
    pub mean: Option<f64>,
    /// Standard error of the mean.
    pub se: Option<f64>,
    /// Standard deviation between paths.
    pub sd: Option<f64>,
    /// Lower end of the mean's interval.
    pub lo: Option<f64>,
    /// Upper end of the mean's interval.
    pub hi: Option<f64>,
    /// 5% quantile.
    pub p5: Option<f64>,
    /// Lower quartile.
    pub p25: Option<f64>,
    /// Median.
    pub p50: Option<f64>,
    /// Upper quartile.
    pub p75: Option<f64>,
    /// 95% quantile.
    pub p95: Option<f64>,
    /// Paths that have a value.
    pub n: u64,
    /// Paths that have none.
    pub missing: u64,
    /// 95% intervals; `None` where the paths are too few for one.
    pub intervals: Intervals,
    /// What a missing value means for quantiles.
    #[serde(skip)]
    pub rank: MissingRank,
}

/// 95% intervals of an [`Estimate`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Intervals {
    /// Of the mean, by Student's t.
    pub mean: Option<Interval>,
    /// Of the standard deviation, by the normal law with the fourth moment of the sample.
    pub sd: Option<Interval>,
    /// Of the 5% quantile, by order statistics.
    pub p5: Option<Interval>,
    /// Of the lower quartile.
    pub p25: Option<Interval>,
    /// Of the median.
    pub p50: Option<Interval>,
    /// Of the upper quartile.
    pub p75: Option<Interval>,
    /// Of the 95% quantile.
    pub p95: Option<Interval>,
}

/// The name of a unit in machine-readable results.
pub fn unit_key(unit: MetricUnit) -> &'static str {
    match unit {
        MetricUnit::Multiple => "multiple",
        MetricUnit::Rate => "rate_per_year",
        MetricUnit::Share => "share",
        MetricUnit::Money => "yuan",
        MetricUnit::Count => "count",
        MetricUnit::Years => "years",
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's signature
fn unit_name<S: serde::Serializer>(unit: &MetricUnit, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(unit_key(*unit))
}

impl Estimate {
    /// The estimate from one value per path in path order; NaN is missing.
    pub fn new(values: &[f64], unit: MetricUnit, rank: MissingRank) -> Self {
        Self::ranked(values, unit, rank, &RankTable::new(values.len()))
    }

    /// [`Estimate::new`] with the ranks of quantiles looked up in `table`, which is best one of as many values.
    pub fn ranked(values: &[f64], unit: MetricUnit, rank: MissingRank, table: &RankTable) -> Self {
        let mut sorted: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
        let missing = values.len() - sorted.len();
        let moments = if missing > 0 && rank != MissingRank::Omitted {
            Moments::default()
        } else {
            Moments::of(&sorted)
        };
        sorted.sort_unstable_by(f64::total_cmp);
        let (ranked, worse) = match rank {
            MissingRank::Omitted => (sorted.len(), 0),
            MissingRank::Lowest => (values.len(), missing),
            MissingRank::Highest => (values.len(), 0),
        };
        let ranks = table.among(ranked);
        let quantiles = ranks.map(|ranks| Quantile::of(&sorted, worse, ranks));
        let [p5, p25, p50, p75, p95] = quantiles;
        let mean_interval = moments.mean_interval();
        Self {
            unit,
            mean: moments.mean,
            se: moments.standard_error(),
            sd: moments.sd,
            lo: mean_interval.and_then(|ends| ends[0]),
            hi: mean_interval.and_then(|ends| ends[1]),
            p5: p5.at,
            p25: p25.at,
            p50: p50.at,
            p75: p75.at,
            p95: p95.at,
            n: sorted.len() as u64,
            missing: missing as u64,
            intervals: Intervals {
                mean: mean_interval,
                sd: moments.sd_interval(),
                p5: p5.interval,
                p25: p25.interval,
                p50: p50.interval,
                p75: p75.interval,
                p95: p95.interval,
            },
            rank,
        }
    }

    /// The quantiles and their intervals in the order of [`LEVELS`](crate::summary::quantile::LEVELS).
    pub fn quantiles(&self) -> [(Option<f64>, Option<Interval>); 5] {
        [
            (self.p5, self.intervals.p5),
            (self.p25, self.intervals.p25),
            (self.p50, self.intervals.p50),
            (self.p75, self.intervals.p75),
            (self.p95, self.intervals.p95),
        ]
    }
}

/// A quantile with its interval.
struct Quantile {
    at: Option<f64>,
    interval: Option<Interval>,
}

impl Quantile {
    /// Reads `ranks` off `sorted`, which `worse` missing values precede; what lies outside of
    /// `sorted` is missing.
    fn of(sorted: &[f64], worse: usize, ranks: Option<Ranks>) -> Self {
        let value = |rank: usize| rank.checked_sub(worse).and_then(|i| sorted.get(i)).copied();
        Self {
            at: ranks.and_then(|ranks| value(ranks.at)),
            interval: ranks
                .and_then(|r| r.interval)
                .map(|(low, high)| [value(low), value(high)]),
        }
    }
}

/// Mean, standard deviation and kurtosis.
#[derive(Default)]
struct Moments {
    n: f64,
    mean: Option<f64>,
    sd: Option<f64>,
    kurtosis: Option<f64>,
}

impl Moments {
    /// Two passes with compensated sums, in path order: stable for values with a large mean, and
    /// the same bits however the paths were shared out.
    fn of(values: &[f64]) -> Self {
        if values.is_empty() {
            return Self::default();
        }
        let n = values.len() as f64;
        let mean = compensated_sum(values.iter().copied()) / n;
        let power = |k: usize| {
            compensated_sum(
                values
                    .iter()
                    .map(|v| (0..k).fold(1.0, |power, _| power * (v - mean))),
            )
        };
        let (second, fourth) = (power(2), power(4));
        Self {
            n,
            mean: Some(mean),
            sd: (n > 1.0).then(|| (second / (n - 1.0)).sqrt()),
            kurtosis: (second > 0.0).then(|| n * fourth / (second * second)),
        }
    }

    fn standard_error(&self) -> Option<f64> {
        self.sd.map(|sd| sd / self.n.sqrt())
    }

    /// `mean +- t se` with Student's t at n - 1 degrees of freedom.
    fn mean_interval(&self) -> Option<Interval> {
        let (mean, se) = (self.mean?, self.standard_error()?);
        let half = student_t(self.n - 1.0)? * se;
        Some([Some(mean - half), Some(mean + half)])
    }

    /// `sd +- z se(sd)` with `se(sd) = sd / 2 sqrt((kurtosis - (n - 3) / (n - 1)) / n)`.
    ///
    /// The large-sample law of a standard deviation whatever the law of the values (the normal
    /// law, of kurtosis 3, gives the familiar `sd / sqrt(2 n)`); it needs a fourth moment, so with
    /// very heavy tails it is too short. Ends below 0 are 0.
    fn sd_interval(&self) -> Option<Interval> {
        let sd = self.sd?;
        let Some(kurtosis) = self.kurtosis else {
            return Some([Some(sd), Some(sd)]);
        };
        if self.n < 4.0 {
            return None;
        }
        let variance = (kurtosis - (self.n - 3.0) / (self.n - 1.0)).max(0.0) / self.n;
        let half = Z * sd / 2.0 * variance.sqrt();
        Some([Some((sd - half).max(0.0)), Some(sd + half)])
    }
}

/// The 97.5% quantile of Student's t, rounded to six decimals so that no last bit of a library's
/// gamma function reaches a result.
///
/// From 1000 degrees of freedom on by the first term of its expansion around the normal law
/// (error below 3e-6), because statrs loses digits there: 1.959931 at a million, not 1.959966.
pub fn student_t(freedom: f64) -> Option<f64> {
    if freedom >= 1000.0 {
        return Some(Z + (Z * Z * Z + Z) / (4.0 * freedom));
    }
    let law = StudentsT::new(0.0, 1.0, freedom).ok()?;
    Some((law.inverse_cdf(0.975) * 1e6).round() / 1e6)
}

/// Neumaier's sum: the rounding error of each addition is carried along.
fn compensated_sum(values: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut error) = (0.0_f64, 0.0_f64);
    for value in values {
        let next = sum + value;
        error += if sum.abs() >= value.abs() {
            (sum - next) + value
        } else {
            (value - next) + sum
        };
        sum = next;
    }
    sum + error
}

#[cfg(test)]
mod tests;
