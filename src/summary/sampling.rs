//! What a run tells of its own sampling: the mode, how much it saved, and whether a wanted precision was reached.

use crate::metrics::target::Target;
use crate::outcomes::Outcomes;
use crate::sampling::{REPLICATES, Sampling};
use crate::summary::estimate::Estimate;
use crate::summary::method::Method;
use crate::summary::named::Named;
use crate::summary::probability::Z;
use serde::Serialize;

/// Metrics whose means are compared with what plain paths would give.
const COMPARED: [&str; 7] = [
    "leverage.consolidated",
    "leverage.social",
    "national.dpi",
    "national.tvpi",
    "fiscal.npv",
    "sub_fund.pooled.tvpi",
    "companies.funded",
];

/// Quantiles of chi-square at 15 degrees of freedom over 15, at 2.5% and 97.5%.
const CHI_SQUARE_OVER_FREEDOM: [f64; 2] = [6.262_138 / 15.0, 27.488_393 / 15.0];

/// How the paths of a summary were sampled.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sampled {
    /// `plain`, `antithetic` or `sobol`.
    pub mode: &'static str,
    /// Independent replicates of the paths; `None` where each path is one of its own.
    pub replicates: Option<usize>,
    /// Paths that were asked for, where the mode rounded them up.
    pub paths_asked: Option<u64>,
    /// By metric: what plain paths would need.
    pub variance_reduction: Named<VarianceReduction>,
    /// The precision that was asked for, if any.
    pub precision: Option<Precision>,
}

/// Variance of a mean from as many plain paths over its variance here.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct VarianceReduction {
    /// Variance between paths over their number, over the squared standard error from replicates.
    pub ratio: f64,
    /// Lower end of its 95% interval: the error rests on 16 replicates (chi-square at 15 degrees of freedom).
    pub lo: f64,
    /// Upper end.
    pub hi: f64,
}

/// Whether a wanted precision was reached.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Precision {
    /// The metric, or the probability `metric>=threshold`.
    pub on: String,
    /// Whether errors are parts of the estimate instead of its own units.
    pub relative: bool,
    /// The standard error that was asked for.
    pub wanted: f64,
    /// The standard error with all paths; `None` where the metric has no mean, or a mean of 0.
    pub error: Option<f64>,
    /// Whether it is at most the wanted one.
    pub reached: bool,
    /// Most paths that were allowed.
    pub max_paths: u64,
}

impl Sampled {
    /// What `metrics` of paths that were sampled in this way tell.
    pub fn of(sampling: Sampling, metrics: &Named<Estimate>) -> Self {
        let compared = COMPARED.into_iter().filter_map(|name| {
            let reduction = VarianceReduction::of(metrics.get(name)?)?;
            Some((name.to_owned(), reduction))
        });
        let replicated = sampling.has_replicates();
        Self {
            mode: sampling.name(),
            replicates: replicated.then_some(REPLICATES),
            paths_asked: None,
            variance_reduction: compared.filter(|_| replicated).collect(),
            precision: None,
        }
    }

    /// Whether nothing is to be told: plain paths, and as many as were asked for.
    pub fn is_plain(&self) -> bool {
        self.replicates.is_none() && self.paths_asked.is_none() && self.precision.is_none()
    }
}

impl Precision {
    /// What `outcomes` reach. The error of a probability is half its interval over the normal quantile, so that none is 0.
    pub fn of(outcomes: &Outcomes, target: &Target, wanted: f64, max_paths: u64) -> Self {
        let method = Method::of(outcomes);
        let spec = &outcomes.specs[target.column];
        let values = outcomes.values(target.column);
        let error = if let Some(threshold) = target.threshold {
            let found = method.at_least(&values, threshold);
            found.map(|found| (found.hi - found.lo) / 2.0 / Z)
        } else {
            let found = method.estimate(&values, spec.unit, spec.missing);
            let scale = match found.mean {
                Some(mean) if target.is_relative() => mean.abs(),
                _ => 1.0,
            };
            found.se.filter(|_| scale > 0.0).map(|se| se / scale)
        };
        Self {
            on: target.name.clone(),
            relative: target.is_relative(),
            wanted,
            error,
            reached: error.is_some_and(|error| error <= wanted),
            max_paths,
        }
    }

    /// Whether more paths are of no use: it is reached, or there is nothing whose error could fall.
    pub fn is_settled(&self) -> bool {
        self.reached || self.error.is_none()
    }
}

impl VarianceReduction {
    /// The reduction of a mean's variance; `None` where there is no error.
    pub fn of(estimate: &Estimate) -> Option<Self> {
        let (sd, se) = (estimate.sd?, estimate.se?);
        let ratio = sd * sd / estimate.n as f64 / (se * se);
        let [low, high] = CHI_SQUARE_OVER_FREEDOM;
        (se > 0.0).then_some(Self {
            ratio,
            lo: ratio * low,
            hi: ratio * high,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::{ChiSquared, ContinuousCDF};

    #[test]
    fn the_interval_of_a_reduction_is_that_of_chi_square_at_fifteen() {
        let law = ChiSquared::new(15.0).unwrap();
        for (found, level) in CHI_SQUARE_OVER_FREEDOM.into_iter().zip([0.025, 0.975]) {
            assert!((found - law.inverse_cdf(level) / 15.0).abs() < 1e-6);
        }
    }
}
