//! Errors of estimates from replicates that do not depend on each other, where paths do.
//!
//! An estimate from all paths is, to first order, the truth plus the mean over paths of its *influence*: of a mean, x less the
//! mean; of a variance, the squared distance less the variance; of the level of a value, whether a path lies at or below it. The
//! replicates' means of the influence are independent and alike, so they give the estimate's error, and Student's t at R - 1
//! degrees of freedom its interval. A quantile's interval is that of the level of the quantile found, read off the values
//! (Woodruff 1952): it needs no density, keeps its skew, and does not suffer from the bias of quantiles of small replicates.

use crate::outcomes::Outcomes;
use crate::sampling::{REPLICATES, Sampling};
use crate::summary::estimate::student_t;
use crate::summary::probability::Probability;

/// With fewer hits or misses than this, one per replicate, the replicates' shares are too lumpy to tell an error.
const FEW: u64 = REPLICATES as u64;

/// The replicates of a range of paths.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Replicates {
    sampling: Sampling,
    first_path: u64,
    /// Paths of each.
    paths: [u64; REPLICATES],
}

impl Replicates {
    /// Those of `outcomes`; `None` where every path is one of its own.
    pub fn of(outcomes: &Outcomes) -> Option<Self> {
        let (sampling, first_path) = (outcomes.sampling, outcomes.first_path);
        sampling.replicate(0)?;
        let mut paths = [0; REPLICATES];
        for path in first_path..first_path + outcomes.paths() as u64 {
            paths[sampling.replicate(path)?] += 1;
        }
        Some(Self {
            sampling,
            first_path,
            paths,
        })
    }

    /// 97.5% quantile of Student's t at one degree of freedom less than there are replicates.
    pub fn t() -> Option<f64> {
        student_t((REPLICATES - 1) as f64)
    }

    /// Paths of each replicate.
    pub fn paths(&self) -> &[u64; REPLICATES] {
        &self.paths
    }

    /// Standard error of an estimate from the influence of each path, in path order.
    pub fn error(&self, influence: impl IntoIterator<Item = f64>) -> Option<f64> {
        let mut sums = [0.0; REPLICATES];
        for (path, influence) in (self.first_path..).zip(influence) {
            sums[self.sampling.replicate(path)?] += influence;
        }
        self.error_of_sums(sums)
    }

    /// The same from the influence summed over each replicate's paths; `None` where a replicate has no path.
    pub fn error_of_sums(&self, sums: [f64; REPLICATES]) -> Option<f64> {
        if self.paths.contains(&0) {
            return None;
        }
        let mut means = sums;
        for (mean, paths) in means.iter_mut().zip(self.paths) {
            *mean /= paths as f64;
        }
        let count = REPLICATES as f64;
        let mean = means.iter().sum::<f64>() / count;
        let squares: f64 = means.iter().map(|m| (m - mean) * (m - mean)).sum();
        Some((squares / (count - 1.0) / count).sqrt())
    }

    /// `hits` out of `n`, whose share has this standard error. With fewer than 16 hits or misses, and where all replicates agree,
    /// t would give an interval that is empty or too short: it is then Wilson's, as if paths were independent.
    pub fn probability(hits: u64, n: u64, error: Option<f64>) -> Option<Probability> {
        let wilson = Probability::wilson(hits, n)?;
        let half = error.zip(Self::t()).map(|(error, t)| t * error);
        Some(match half {
            Some(half) if half > 0.0 && hits.min(n - hits) >= FEW => Probability {
                p: wilson.p,
                lo: (wilson.p - half).max(0.0),
                hi: (wilson.p + half).min(1.0),
            },
            _ => wilson,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{MetricSpec, MetricUnit, MissingRank};
    use crate::outcomes::Totals;
    use crate::summary::method::Method;

    fn outcomes(sampling: Sampling, values: Vec<f64>) -> Outcomes {
        Outcomes {
            first_path: 0,
            specs: vec![MetricSpec {
                name: "x".into(),
                unit: MetricUnit::Multiple,
                missing: MissingRank::Omitted,
            }],
            rows: values,
            totals: Totals::default(),
            followed: Vec::new(),
            sampling,
            replicates: Vec::new(),
        }
    }

    #[test]
    fn the_error_of_a_mean_is_that_of_the_replicates_means() {
        // Replicate r has the values r and r + 2: means r + 1, whose variance over 0..16 is 22.666...
        let values: Vec<f64> = (0..32).map(|p| f64::from(p % 16 + 2 * (p / 16))).collect();
        let found = Replicates::of(&outcomes(Sampling::Sobol, values.clone())).unwrap();
        let error = found.error(values.iter().copied()).unwrap();
        assert!((error - (68.0_f64 / 3.0 / 16.0).sqrt()).abs() < 1e-12);
        assert_eq!(found.paths(), &[2; REPLICATES]);
        assert_eq!(Replicates::of(&outcomes(Sampling::Plain, values)), None);
    }

    #[test]
    fn pairs_that_mirror_each_other_have_no_error_of_the_mean() {
        let mirrored = |p| f64::from(p / 2) * (1.0 - 2.0 * f64::from(p % 2));
        let values: Vec<f64> = (0..64).map(mirrored).collect();
        let found = Replicates::of(&outcomes(Sampling::Antithetic, values.clone())).unwrap();
        assert_eq!(found.error(values), Some(0.0));
    }

    #[test]
    fn too_few_paths_for_every_replicate_give_no_error() {
        let found = Replicates::of(&outcomes(Sampling::Sobol, vec![1.0; 15])).unwrap();
        assert_eq!(found.error([1.0; 15]), None);
    }

    #[test]
    fn rare_and_certain_events_have_wilson_s_interval() {
        for hits in [0, 3, 2048, 2040] {
            assert_eq!(
                Replicates::probability(hits, 2048, Some(1e-9)),
                Probability::wilson(hits, 2048)
            );
        }
        assert_eq!(
            Replicates::probability(1024, 2048, Some(0.0)),
            Probability::wilson(1024, 2048),
            "replicates that agree to the last path tell no error"
        );
        let common = Replicates::probability(1024, 2048, Some(0.001)).unwrap();
        assert!((common.hi - common.lo - 2.0 * 2.131_45 * 0.001).abs() < 1e-7);
    }

    /// Uniform numbers in (0, 1) from a linear congruential generator.
    fn uniforms(seed: u64) -> impl Iterator<Item = f64> {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        std::iter::repeat_with(move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            ((state >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
        })
    }

    /// 512 values of a skewed law: u^2, u stratified within each replicate, so that a plain interval is far too long.
    fn stratified(seed: u64) -> Vec<f64> {
        let strata = (0..512).map(|path| f64::from(path / 16) / 32.0);
        let uniforms = uniforms(seed).skip(10);
        let squares = strata.zip(uniforms).map(|(low, u)| low + u / 32.0);
        squares.map(|u| u * u).collect()
    }

    /// 4000 samples: a true coverage of 95% is missed by 1.7 points with probability 1e-6; limits of 93 and 97 leave room for the skew
    /// of the law. The twins: a normal quantile and 8 replicates, whose coverage is P(|t7| < 1.96) = 90.9%; and plain intervals.
    #[test]
    fn intervals_of_replicates_cover_and_those_of_few_or_of_none_do_not() {
        let mut covered = [0_u32; 6];
        for seed in 0..4000 {
            let values = stratified(seed + 1);
            let estimate = |sampling| {
                let method = Method::of(&outcomes(sampling, values.clone()));
                method.estimate(&values, MetricUnit::Multiple, MissingRank::Omitted)
            };
            let holds = |interval: Option<[Option<f64>; 2]>, truth: f64| {
                let [low, high] = interval.unwrap().map(Option::unwrap);
                u32::from(low <= truth && truth <= high)
            };
            let found = estimate(Sampling::Sobol);
            covered[0] += holds(found.intervals.mean, 1.0 / 3.0);
            covered[1] += holds(found.intervals.sd, (4.0_f64 / 45.0).sqrt());
            covered[2] += holds(found.intervals.p5, 0.0025);
            covered[3] += holds(found.intervals.p50, 0.25);
            covered[4] += holds(estimate(Sampling::Plain).intervals.mean, 1.0 / 3.0);
            covered[5] += holds(Some(few_replicates(&values)), 1.0 / 3.0);
        }
        let shares = covered.map(|count| f64::from(count) / 4000.0);
        println!("{shares:?}");
        assert!((0.93..0.97).contains(&shares[0]), "mean");
        assert!((0.93..0.97).contains(&shares[1]), "sd");
        // Levels are told in steps of one value, and all replicates agree on the median, which ends a stratum: cautious.
        assert!(shares[2] > 0.93 && shares[3] > 0.93, "quantiles");
        assert!(shares[4] > 0.97, "plain");
        assert!(shares[5] < 0.93, "few");
    }

    /// The mean's interval from 8 replicates and the normal quantile.
    fn few_replicates(values: &[f64]) -> [Option<f64>; 2] {
        let mean = |r: usize| values.iter().skip(r).step_by(8).sum::<f64>() / 64.0;
        let means: Vec<f64> = (0..8).map(mean).collect();
        let centre = means.iter().sum::<f64>() / 8.0;
        let squares: f64 = means.iter().map(|m| (m - centre) * (m - centre)).sum();
        let half = 1.96 * (squares / 7.0 / 8.0).sqrt();
        [Some(centre - half), Some(centre + half)]
    }
}
