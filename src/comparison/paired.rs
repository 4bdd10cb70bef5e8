//! One metric of two scenarios, path by path.

use super::quantiles::{self, ByLevel, Point, QuantileDifference};
use super::test::{Verdict, student_p};
use crate::metrics::{MetricUnit, MissingRank};
use crate::sampling::{REPLICATES, Sampling};
use crate::summary::columns::Columns;
use crate::summary::estimate::{Estimate, Interval, student_t, unit_name};
use crate::summary::method::Method;
use crate::summary::named::Named;
use serde::Serialize;

/// What of a metric is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Statistic {
    /// Means, over the paths on which both scenarios have a value.
    Mean,
    /// Medians over all paths, "never" ranked worst: for metrics that some path may be without.
    Median,
}

impl Statistic {
    /// The statistic by which metrics with this meaning of a missing value are compared.
    pub fn of(missing: MissingRank) -> Self {
        match missing {
            MissingRank::Omitted => Self::Mean,
            MissingRank::Lowest | MissingRank::Highest => Self::Median,
        }
    }

    /// This statistic of an estimate.
    pub fn value(self, estimate: &Estimate) -> Option<f64> {
        match self {
            Self::Mean => estimate.mean,
            Self::Median => estimate.p50,
        }
    }

    /// Its interval.
    pub fn interval(self, estimate: &Estimate) -> Option<Interval> {
        match self {
            Self::Mean => estimate.intervals.mean,
            Self::Median => estimate.intervals.p50,
        }
    }
}

/// A metric in two scenarios: one value per path each, in path order from path 0; NaN is missing.
#[derive(Clone, Copy, Debug)]
pub struct Pairs<'a> {
    /// What the metric counts in.
    pub unit: MetricUnit,
    /// What a missing value means.
    pub missing: MissingRank,
    /// Values of the base.
    pub base: &'a [f64],
    /// Values of the other.
    pub other: &'a [f64],
}

impl<'a> Pairs<'a> {
    /// The metric of this name, if both sides have it.
    pub fn of(columns: &'a [Columns; 2], name: &str) -> Option<Self> {
        let ((spec, base), (_, other)) = (columns[0].get(name)?, columns[1].get(name)?);
        Some(Self {
            unit: spec.unit,
            missing: spec.missing,
            base,
            other,
        })
    }

    /// The pairs in which both have a value, with the number of their path.
    pub fn present(&self) -> impl Iterator<Item = (usize, f64, f64)> {
        let pairs = self.base.iter().zip(self.other).enumerate();
        pairs
            .map(|(path, (base, other))| (path, *base, *other))
            .filter(|(_, base, other)| base.is_finite() && other.is_finite())
    }
}

/// A metric in two scenarios and the difference, other less base, in the metric's unit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MetricDifference {
    /// What all numbers count in.
    #[serde(serialize_with = "unit_name")]
    pub unit: MetricUnit,
    /// The base alone.
    pub base: Estimate,
    /// The other alone.
    pub other: Estimate,
    /// What is compared.
    pub statistic: Statistic,
    /// Its difference.
    pub difference: Option<f64>,
    /// Paired standard error of the difference.
    pub se: Option<f64>,
    /// Paired 95% interval of the difference.
    pub interval: Option<Interval>,
    /// Variance of the difference between two independent runs of as many paths over that of the paired difference;
    /// `None` where the paired one has no variance.
    pub variance_ratio: Option<f64>,
    /// Paths on which both have a value.
    pub pairs: u64,
    /// Paths on which one or both have none.
    pub pairs_missing: u64,
    /// How far P5, P50 and P95 move.
    pub difference_of_quantiles: ByLevel<QuantileDifference>,
    /// P5, P50 and P95 of what single paths move.
    pub quantiles_of_differences: ByLevel<Point>,
    /// Whether the difference is more than luck.
    pub verdict: Verdict,
}

/// The differences of several metrics, all of as many paths. `seed` is that of the runs.
pub fn differences(
    metrics: &[(String, Pairs)],
    seed: u64,
    sampling: Sampling,
    methods: &[Method; 2],
) -> Named<MetricDifference> {
    let pairs: Vec<Pairs> = metrics.iter().map(|(_, pairs)| *pairs).collect();
    let quantiles = quantiles::differences(&pairs, seed, sampling);
    metrics
        .iter()
        .zip(quantiles)
        .map(|((name, pairs), quantiles)| {
            (
                name.clone(),
                difference(pairs, &quantiles, sampling, methods),
            )
        })
        .collect()
}

fn difference(
    pairs: &Pairs,
    quantiles: &ByLevel<QuantileDifference>,
    sampling: Sampling,
    methods: &[Method; 2],
) -> MetricDifference {
    let moved: Vec<f64> = pairs
        .present()
        .map(|(_, base, other)| other - base)
        .collect();
    let paths = Estimate::new(&moved, pairs.unit, MissingRank::Omitted);
    let statistic = Statistic::of(pairs.missing);
    let compared = match statistic {
        Statistic::Mean => means(pairs, &paths, sampling),
        Statistic::Median => quantiles.p50.compared(),
    };
    let [base, other] = methods;
    let estimate = |of: &Method, values| of.estimate(values, pairs.unit, pairs.missing);
    MetricDifference {
        unit: pairs.unit,
        base: estimate(base, pairs.base),
        other: estimate(other, pairs.other),
        statistic,
        difference: compared.difference,
        se: compared.se,
        interval: compared.interval,
        variance_ratio: compared.variance_ratio,
        pairs: moved.len() as u64,
        pairs_missing: (pairs.base.len() - moved.len()) as u64,
        difference_of_quantiles: *quantiles,
        quantiles_of_differences: ByLevel {
            p5: Point::new(paths.p5, paths.intervals.p5),
            p50: Point::new(paths.p50, paths.intervals.p50),
            p95: Point::new(paths.p95, paths.intervals.p95),
        },
        verdict: Verdict::of(compared.p_value),
    }
}

/// A difference with its error.
#[derive(Clone, Copy, Debug, Default)]
pub struct Compared {
    /// Other less base.
    pub difference: Option<f64>,
    /// Its paired standard error.
    pub se: Option<f64>,
    /// Its paired 95% interval.
    pub interval: Option<Interval>,
    /// Variance of independent runs over the paired one.
    pub variance_ratio: Option<f64>,
    /// Of the test of no difference.
    pub p_value: Option<f64>,
}

/// The means of pairs whose differences are estimated in `paths`.
fn means(pairs: &Pairs, paths: &Estimate, sampling: Sampling) -> Compared {
    if !sampling.has_replicates() {
        let alone = |side: fn((usize, f64, f64)) -> f64| {
            let values: Vec<f64> = pairs.present().map(side).collect();
            Estimate::new(&values, pairs.unit, MissingRank::Omitted)
        };
        let (base, other) = (alone(|pair| pair.1), alone(|pair| pair.2));
        let scale = scale(base.mean, other.mean);
        return Compared {
            difference: paths.mean,
            se: paths.se,
            interval: paths.intervals.mean,
            variance_ratio: ratio([base.sd, other.sd, paths.sd]),
            p_value: paths
                .mean
                .zip(paths.se)
                .and_then(|(mean, se)| student_p(mean, se, paths.n as f64 - 1.0, scale)),
        };
    }
    let mut sums = vec![[0.0; 3]; REPLICATES];
    for (path, base, other) in pairs.present() {
        let sum = &mut sums[replicate(sampling, path)];
        *sum = [sum[0] + base, sum[1] + other, sum[2] + 1.0];
    }
    let estimates: Vec<[f64; 2]> = sums.iter().map(|[a, b, n]| [a / n, b / n]).collect();
    replicated(paths.mean, &estimates)
}

/// The replicate of a path; the first where there are none.
pub(super) fn replicate(sampling: Sampling, path: usize) -> usize {
    sampling.replicate(path as u64).unwrap_or(0)
}

/// `difference` with the error that the estimates of base and other on each replicate show.
pub fn replicated(difference: Option<f64>, estimates: &[[f64; 2]]) -> Compared {
    let Some(difference) = difference else {
        return Compared::default();
    };
    let of = |value: fn(&[f64; 2]) -> f64| {
        let values: Vec<f64> = estimates.iter().map(value).collect();
        Estimate::new(&values, MetricUnit::Multiple, MissingRank::Omitted)
    };
    let (base, other, moved) = (of(|e| e[0]), of(|e| e[1]), of(|e| e[1] - e[0]));
    if moved.missing > 0 {
        return Compared {
            difference: Some(difference),
            ..Compared::default()
        };
    }
    let freedom = moved.n as f64 - 1.0;
    let half = moved.se.zip(student_t(freedom)).map(|(se, t)| se * t);
    let scale = scale(base.mean, other.mean);
    Compared {
        difference: Some(difference),
        se: moved.se,
        interval: half.map(|half| [Some(difference - half), Some(difference + half)]),
        variance_ratio: ratio([base.sd, other.sd, moved.sd]),
        p_value: moved
            .se
            .and_then(|se| student_p(difference, se, freedom, scale)),
    }
}

/// The larger of two values by size.
pub fn scale(base: Option<f64>, other: Option<f64>) -> f64 {
    base.unwrap_or(0.0).abs().max(other.unwrap_or(0.0).abs())
}

/// Variance of independent runs over that of the difference, from the standard deviations of base, other and difference.
pub fn ratio([base, other, moved]: [Option<f64>; 3]) -> Option<f64> {
    let (base, other, moved) = (base?, other?, moved?);
    (moved > 0.0).then(|| (base * base + other * other) / (moved * moved))
}

#[cfg(test)]
mod tests;
