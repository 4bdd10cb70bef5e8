//! One metric over all paths: its moments and quantiles, each with its Monte Carlo error.

use crate::metrics::{MetricUnit, MissingRank};
use crate::outcomes::sketch::Sketch;
use crate::summary::probability::Z;
use crate::summary::quantile::{LEVELS, Percent, RankTable, Ranks};
use crate::summary::replicates::Replicates;
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

/// 95% intervals of an [`Estimate`], by the method of its summary: from independent paths by Student's t for the mean, the normal
/// law with the fourth moment of the sample for the standard deviation and order statistics for quantiles.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Intervals {
    /// Of the mean.
    pub mean: Option<Interval>,
    /// Of the standard deviation.
    pub sd: Option<Interval>,
    /// Of the 5% quantile.
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
pub(crate) fn unit_name<S: serde::Serializer>(
    unit: &MetricUnit,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(unit_key(*unit))
}

impl Estimate {
    /// The estimate from one value per independent path in path order; NaN is missing.
    pub fn new(values: &[f64], unit: MetricUnit, rank: MissingRank) -> Self {
        Sample::new(values, rank).estimate(unit, &RankTable::new(values.len()))
    }

    /// The estimate from a sketch of independent paths, with the ranks of quantiles looked up in `table`.
    pub fn sketched(
        sketch: &Sketch,
        unit: MetricUnit,
        rank: MissingRank,
        table: &RankTable,
    ) -> Self {
        let moments = || {
            let found = sketch.moments();
            Moments::from_sums(found.n as usize, found.mean, found.second, found.fourth)
        };
        let (present, missing) = (sketch.present() as usize, sketch.missing() as usize);
        let known = Known::new(rank, present, missing, moments);
        known.independent(unit, table, |rank| sketch.of_rank(rank as u64))
    }

    /// The quantiles and their intervals in the order of [`LEVELS`].
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

/// The values of a metric in path order and in their own.
pub struct Sample<'a> {
    values: &'a [f64],
    sorted: Vec<f64>,
    known: Known,
}

/// What is known of the values of a metric but their order.
struct Known {
    rank: MissingRank,
    present: usize,
    missing: usize,
    moments: Moments,
}

impl<'a> Sample<'a> {
    /// One value per path in path order; NaN is missing.
    pub fn new(values: &'a [f64], rank: MissingRank) -> Self {
        let mut sorted: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
        let (present, missing) = (sorted.len(), values.len() - sorted.len());
        let known = Known::new(rank, present, missing, || Moments::of(&sorted));
        sorted.sort_unstable_by(f64::total_cmp);
        Self {
            values,
            sorted,
            known,
        }
    }

    /// The estimate from independent paths, with the ranks of quantiles looked up in `table`, which is best one of as many values.
    pub fn estimate(&self, unit: MetricUnit, table: &RankTable) -> Estimate {
        let value = |rank: usize| self.sorted.get(rank).copied();
        self.known.independent(unit, table, value)
    }

    /// The estimate from paths in replicates, see [`replicates`](crate::summary::replicates).
    pub fn replicated(
        &self,
        unit: MetricUnit,
        table: &RankTable,
        replicates: &Replicates,
    ) -> Estimate {
        let mut ranks = table.among(self.known.ranked());
        for (level, ranks) in LEVELS.into_iter().zip(&mut ranks) {
            if let Some(ranks) = ranks {
                ranks.interval = self.replicated_ranks(level, *ranks, replicates);
            }
        }
        let error = self.replicated_error(replicates, |x, mean| x - mean);
        let of_squares = self.replicated_error(replicates, |x, mean| (x - mean) * (x - mean));
        let around = |centre: Option<f64>, error: Option<f64>| {
            let (centre, half) = (centre?, Replicates::t()? * error?);
            Some([centre - half, centre + half])
        };
        let mean = around(self.known.moments.mean, error).map(|ends| ends.map(Some));
        let sd = self.replicated_sd(error);
        let error_of_sd = sd.zip(of_squares).map(
            |(sd, error)| {
                if sd > 0.0 { error / (2.0 * sd) } else { 0.0 }
            },
        );
        let sd_interval = around(sd, error_of_sd);
        let sd_interval = sd_interval.map(|[low, high]| [Some(low.max(0.0)), Some(high)]);
        Estimate {
            sd,
            ..self
                .known
                .with_errors(unit, ranks, error, [mean, sd_interval], |rank| {
                    self.sorted.get(rank).copied()
                })
        }
    }

    /// Standard deviation of the law that paths in replicates share. The squared distance from the mean found falls short of the
    /// variance by that of the mean, which is not a part 1/n of it as from independent paths.
    fn replicated_sd(&self, error_of_mean: Option<f64>) -> Option<f64> {
        let (sd, n) = (self.known.moments.sd?, self.known.moments.n);
        let error = error_of_mean?;
        Some((sd * sd * (n - 1.0) / n + error * error).sqrt())
    }

    /// Standard error of the mean of `of(x, mean)` over the paths that have a value.
    fn replicated_error(
        &self,
        replicates: &Replicates,
        of: impl Fn(f64, f64) -> f64,
    ) -> Option<f64> {
        let mean = self.known.moments.mean?;
        let present = self.sorted.len() as f64;
        let values = self
            .values
            .iter()
            .map(|&x| if x.is_finite() { of(x, mean) } else { f64::NAN });
        let centre = values.clone().filter(|x| x.is_finite()).sum::<f64>() / present;
        let scale = self.values.len() as f64 / present;
        replicates.error(values.map(|x| {
            if x.is_finite() {
                (x - centre) * scale
            } else {
                0.0
            }
        }))
    }

    /// Ranks that enclose the quantile of `level`: those of the ends of the interval of the level of the value found. Where all
    /// replicates agree on that level they tell no error, and the ranks are those of independent paths.
    fn replicated_ranks(
        &self,
        level: Percent,
        plain: Ranks,
        replicates: &Replicates,
    ) -> Option<(usize, usize)> {
        let found = plain
            .at
            .checked_sub(self.known.worse())
            .and_then(|i| self.sorted.get(i));
        let n = self.known.ranked() as f64;
        let scale = self.values.len() as f64 / n;
        let influence = self.values.iter().map(|x| {
            let below = match (x.is_finite(), self.known.rank) {
                (false, MissingRank::Omitted) => return 0.0,
                (false, MissingRank::Lowest) => true,
                (false, MissingRank::Highest) => plain.at >= self.sorted.len(),
                (true, _) => match found {
                    Some(found) => x <= found,
                    None => self.known.rank == MissingRank::Highest,
                },
            };
            (f64::from(u8::from(below)) - level.share()) * scale
        });
        let half = Replicates::t()? * replicates.error(influence)?;
        if half <= 0.0 {
            return plain.interval;
        }
        // The value of rank k from 1 stands at the level (k - 1/2) / n: the nearest ranks. Where n values can give an interval at all,
        // the least and the greatest value enclose the quantile surely enough.
        let rank = |level: f64| (n * level + 0.5).round().clamp(1.0, n) as usize - 1;
        plain.interval?;
        Some((rank(level.share() - half), rank(level.share() + half)))
    }
}

impl Known {
    /// Of an ordered metric of which some paths have no value there are no `moments`.
    fn new(
        rank: MissingRank,
        present: usize,
        missing: usize,
        moments: impl FnOnce() -> Moments,
    ) -> Self {
        let has_moments = missing == 0 || rank == MissingRank::Omitted;
        Self {
            rank,
            present,
            missing,
            moments: has_moments.then(moments).unwrap_or_default(),
        }
    }

    /// Missing values that precede all others.
    fn worse(&self) -> usize {
        match self.rank {
            MissingRank::Lowest => self.missing,
            MissingRank::Omitted | MissingRank::Highest => 0,
        }
    }

    /// Values that quantiles are taken among.
    fn ranked(&self) -> usize {
        match self.rank {
            MissingRank::Omitted => self.present,
            MissingRank::Lowest | MissingRank::Highest => self.present + self.missing,
        }
    }

    /// The estimate from independent paths; `value` is that of a rank among those that are present.
    fn independent(
        &self,
        unit: MetricUnit,
        table: &RankTable,
        value: impl Fn(usize) -> Option<f64>,
    ) -> Estimate {
        let ranks = table.among(self.ranked());
        let intervals = [self.moments.mean_interval(), self.moments.sd_interval()];
        let error = self.moments.standard_error();
        self.with_errors(unit, ranks, error, intervals, value)
    }

    fn with_errors(
        &self,
        unit: MetricUnit,
        ranks: [Option<Ranks>; LEVELS.len()],
        se: Option<f64>,
        [mean_interval, sd_interval]: [Option<Interval>; 2],
        value: impl Fn(usize) -> Option<f64>,
    ) -> Estimate {
        // What lies outside of the values that are present is missing.
        let worse = self.worse();
        let value = |rank: usize| rank.checked_sub(worse).and_then(&value);
        let [p5, p25, p50, p75, p95] = ranks.map(|ranks| Quantile::of(ranks, value));
        Estimate {
            unit,
            mean: self.moments.mean,
            se,
            sd: self.moments.sd,
            lo: mean_interval.and_then(|ends| ends[0]),
            hi: mean_interval.and_then(|ends| ends[1]),
            p5: p5.at,
            p25: p25.at,
            p50: p50.at,
            p75: p75.at,
            p95: p95.at,
            n: self.present as u64,
            missing: self.missing as u64,
            intervals: Intervals {
                mean: mean_interval,
                sd: sd_interval,
                p5: p5.interval,
                p25: p25.interval,
                p50: p50.interval,
                p75: p75.interval,
                p95: p95.interval,
            },
            rank: self.rank,
        }
    }
}

/// A quantile with its interval.
struct Quantile {
    at: Option<f64>,
    interval: Option<Interval>,
}

impl Quantile {
    /// The values of `ranks`.
    fn of(ranks: Option<Ranks>, value: impl Fn(usize) -> Option<f64>) -> Self {
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
        Self::from_sums(values.len(), mean, power(2), power(4))
    }

    /// From the mean of `n` values and the sums of the second and fourth powers of their distances from it.
    fn from_sums(n: usize, mean: f64, second: f64, fourth: f64) -> Self {
        if n == 0 {
            return Self::default();
        }
        let n = n as f64;
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
pub(crate) fn student_t(freedom: f64) -> Option<f64> {
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
