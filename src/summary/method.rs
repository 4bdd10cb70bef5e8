//! How the error of an estimate is judged: one choice, made by how luck was spread over the paths.

use crate::metrics::{MetricUnit, MissingRank};
use crate::outcomes::sketch::{Sketch, WIDTH};
use crate::outcomes::{Outcomes, Totals};
use crate::sampling::REPLICATES;
use crate::summary::curve::Curve;
use crate::summary::estimate::{Estimate, Sample};
use crate::summary::probability::Probability;
use crate::summary::quantile::RankTable;
use crate::summary::replicates::Replicates;
use serde::Serialize;

/// How the intervals of a summary were made.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct IntervalMethod {
    /// Share of samples whose interval holds the truth.
    pub level: f64,
    /// Of means.
    pub mean: &'static str,
    /// Of quantiles.
    pub quantiles: &'static str,
    /// Of standard deviations.
    pub sd: &'static str,
    /// Of probabilities.
    pub probabilities: &'static str,
    /// What a quantile is.
    pub quantile_definition: &'static str,
    /// Width of the buckets of values that quantiles are told by, in parts of the value; `None` where every path is kept and
    /// quantiles are exact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sketch_width: Option<f64>,
    /// Independent replicates that errors are judged by; `None` where paths are independent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replicates: Option<usize>,
}

/// The methods of independent paths.
pub const INTERVAL_METHOD: IntervalMethod = IntervalMethod {
    level: 0.95,
    mean: "student_t",
    quantiles: "order_statistics",
    sd: "normal_fourth_moment",
    probabilities: "wilson",
    quantile_definition: "inverse_cdf",
    sketch_width: None,
    replicates: None,
};

/// The methods of paths in replicates.
pub const REPLICATE_METHOD: IntervalMethod = IntervalMethod {
    mean: "replicate_t",
    quantiles: "replicate_t_of_the_level",
    sd: "replicate_t",
    probabilities: "replicate_t_or_wilson_below_16",
    replicates: Some(REPLICATES),
    ..INTERVAL_METHOD
};

/// The method of some outcomes.
#[derive(Clone, Copy, Debug)]
pub struct Method {
    ranks: RankTable,
    paths: u64,
    replicates: Option<Replicates>,
    sketch_width: Option<f64>,
}

/// Sums over all paths, and over those of each replicate where there are any.
#[derive(Clone, Copy, Debug)]
pub struct Sums<'a> {
    /// Over all paths.
    pub all: &'a Totals,
    /// Over those of each replicate.
    pub replicates: &'a [Totals],
}

/// What a metric was on the paths.
#[derive(Clone, Copy, Debug)]
pub enum Column<'a> {
    /// One value per path, in path order.
    Values(&'a [f64]),
    /// Counts of values.
    Sketch(&'a Sketch),
}

impl Method {
    /// The method that fits how the paths of `outcomes` were sampled.
    pub fn of(outcomes: &Outcomes) -> Self {
        Self {
            ranks: RankTable::new(outcomes.paths()),
            paths: outcomes.paths() as u64,
            replicates: Replicates::of(outcomes),
            sketch_width: None,
        }
    }

    /// The method of so many paths of which each is on its own.
    pub fn independent(paths: usize) -> Self {
        Self {
            ranks: RankTable::new(paths),
            paths: paths as u64,
            replicates: None,
            sketch_width: None,
        }
    }

    /// The method of so many independent paths that are only counted.
    pub fn sketched(paths: u64) -> Self {
        Self {
            sketch_width: Some(WIDTH),
            ..Self::independent(paths as usize)
        }
    }

    /// Its name, part by part.
    pub fn described(&self) -> IntervalMethod {
        let method = match self.replicates {
            None => INTERVAL_METHOD,
            Some(_) => REPLICATE_METHOD,
        };
        IntervalMethod {
            sketch_width: self.sketch_width,
            ..method
        }
    }

    /// A metric with its errors.
    pub fn of_column(&self, column: Column, unit: MetricUnit, rank: MissingRank) -> Estimate {
        match column {
            Column::Values(values) => self.estimate(values, unit, rank),
            Column::Sketch(sketch) => Estimate::sketched(sketch, unit, rank, &self.ranks),
        }
    }

    /// The share of a column at or above `threshold`; missing values do not count at all.
    pub fn share_at_least(&self, column: Column, threshold: f64) -> Option<Probability> {
        match column {
            Column::Values(values) => self.at_least(values, threshold),
            Column::Sketch(sketch) => Probability::sketched(sketch, threshold),
        }
    }

    /// A metric with its errors, from one value per path in path order; NaN is missing.
    pub fn estimate(&self, values: &[f64], unit: MetricUnit, rank: MissingRank) -> Estimate {
        let sample = Sample::new(values, rank);
        match &self.replicates {
            None => sample.estimate(unit, &self.ranks),
            Some(replicates) => sample.replicated(unit, &self.ranks, replicates),
        }
    }

    /// The share of `values` at or above `threshold`; missing values (NaN) do not count at all.
    pub fn at_least(&self, values: &[f64], threshold: f64) -> Option<Probability> {
        let plain = Probability::at_least(values, threshold)?;
        let Some(replicates) = &self.replicates else {
            return Some(plain);
        };
        let present = values.iter().filter(|value| !value.is_nan()).count();
        let hits = values.iter().filter(|value| **value >= threshold).count();
        let scale = values.len() as f64 / present as f64;
        let influence = values.iter().map(|value| {
            let hit = f64::from(u8::from(*value >= threshold));
            if value.is_nan() {
                0.0
            } else {
                (hit - plain.p) * scale
            }
        });
        Replicates::probability(hits as u64, present as u64, replicates.error(influence))
    }

    /// The share of paths that something holds for, from its count in some totals.
    pub fn share(&self, sums: Sums, count: impl Fn(&Totals) -> u64) -> Option<Probability> {
        let hits = count(sums.all);
        let Some(replicates) = &self.replicates else {
            return Probability::wilson(hits, self.paths);
        };
        let error = replicates.error_of_sums(of_replicates(sums, |totals| count(totals) as f64));
        Replicates::probability(hits, self.paths, error)
    }

    /// Curve `number` of the totals, averaged over paths; `None` if there are fewer.
    pub fn curve(&self, sums: Sums, number: usize) -> Option<Curve> {
        let curve = Curve::new(sums.all.curves.get(number)?, self.paths);
        let Some(replicates) = &self.replicates else {
            return Some(curve);
        };
        let point = |totals: &Totals, period: usize| {
            let sums = totals.curves.get(number).map(|curve| &curve.sum);
            sums.and_then(|sums| sums.get(period)).copied().unwrap_or(0)
        };
        let error = |period: usize, mean: f64| {
            // Whole sums less the whole mean: digits cancel before anything is rounded.
            let whole = (mean * curve.scale()) as i128;
            let paths = replicates.paths().iter();
            let rests = sums.replicates.iter().zip(paths);
            let mut left = [0.0; REPLICATES];
            for (sum, (totals, paths)) in left.iter_mut().zip(rests) {
                *sum = (point(totals, period) - whole * i128::from(*paths)) as f64;
            }
            replicates
                .error_of_sums(left)
                .map(|error| error / curve.scale())
        };
        let se = curve.mean.iter().enumerate();
        let se = se.map(|(period, mean)| error(period, *mean)).collect();
        Some(Curve { se, ..curve })
    }
}

/// One number per replicate from the sums over its paths.
fn of_replicates(sums: Sums, of: impl Fn(&Totals) -> f64) -> [f64; REPLICATES] {
    let mut numbers = [0.0; REPLICATES];
    for (number, totals) in numbers.iter_mut().zip(sums.replicates) {
        *number = of(totals);
    }
    numbers
}
