//! How much of the variance assumptions make, and how much luck: a crossed analysis of variance.
//!
//! The value of world w on path p is `y = m + a_w + b_p + c_wp`: all worlds meet the same luck. The variance of a world's mean over n paths is
//! var(a) + var(c) / n, so var(a) is estimated by the variance between worlds less the *interaction* over n. (With a luck of its own for each
//! world it would be the variance within worlds over n; on common luck that would take off too much.) The share of assumptions is
//! var(a) / (var(a) + var(b) + var(c)), the correlation ratio of the assumptions; the rest is luck, alone or together with assumptions.

use crate::metrics::{MetricUnit, MissingRank};
use crate::summary::estimate::{Estimate, Interval, Intervals, student_t};
use crate::summary::quantile::LEVELS;
use serde::Serialize;

/// One number per world and path, without gaps.
#[derive(Clone, Debug, PartialEq)]
pub struct Crossed {
    worlds: usize,
    paths: usize,
    values: Vec<f64>,
}

/// Estimated variances of the parts of a value; an estimate may fall below 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Components {
    /// Between worlds, luck averaged out.
    pub assumptions: f64,
    /// Between paths, assumptions averaged out.
    pub luck: f64,
    /// What luck does differently under different assumptions.
    pub both: f64,
}

/// A share of a variance with its 95% interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ShareOfVariance {
    /// The share, brought into [0, 1].
    pub share: f64,
    /// Its standard error over worlds and paths.
    pub se: f64,
    /// Lower end of its interval.
    pub lo: f64,
    /// Upper end of its interval.
    pub hi: f64,
}

impl Crossed {
    /// The numbers `values` of each world, path after path; `None` unless all have the same number, at least 2 each way.
    pub fn new(values: &[Vec<f64>]) -> Option<Self> {
        let paths = values.first()?.len();
        let whole = values.iter().all(|world| world.len() == paths);
        (whole && values.len() >= 2 && paths >= 2).then(|| Self {
            worlds: values.len(),
            paths,
            values: values.concat(),
        })
    }

    /// Number of worlds or of paths, whichever is smaller.
    pub fn fewest(&self) -> usize {
        self.worlds.min(self.paths)
    }

    /// The same with every number passed through `score`.
    #[must_use]
    pub fn map(&self, score: impl Fn(f64) -> f64) -> Self {
        Self {
            values: self.values.iter().map(|value| score(*value)).collect(),
            ..*self
        }
    }

    /// Only the paths on which no world misses a value.
    pub fn complete(&self) -> Option<Self> {
        let full = |path: &usize| self.rows().all(|row| row[*path].is_finite());
        let kept: Vec<usize> = (0..self.paths).filter(full).collect();
        let rows = self
            .rows()
            .map(|row| kept.iter().map(|path| row[*path]).collect());
        Self::new(&rows.collect::<Vec<Vec<f64>>>())
    }

    fn rows(&self) -> impl Iterator<Item = &[f64]> {
        self.values.chunks_exact(self.paths)
    }

    /// Means of the worlds.
    pub fn world_means(&self) -> Vec<f64> {
        self.rows().map(mean).collect()
    }

    fn path_means(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.paths];
        for row in self.rows() {
            for (sum, value) in sums.iter_mut().zip(row) {
                *sum += value;
            }
        }
        sums.iter().map(|sum| sum / self.worlds as f64).collect()
    }

    /// The estimated variances.
    pub fn components(&self) -> Components {
        let (by_world, by_path) = (self.world_means(), self.path_means());
        let both = self.interaction(&by_world, &by_path);
        Components {
            assumptions: variance(&by_world) - both / self.paths as f64,
            luck: variance(&by_path) - both / self.worlds as f64,
            both,
        }
    }

    /// Mean square of what neither world nor path explains.
    fn interaction(&self, by_world: &[f64], by_path: &[f64]) -> f64 {
        let all = mean(by_world);
        let rests = self.rows().zip(by_world).map(|(row, world)| {
            let rests = row
                .iter()
                .zip(by_path)
                .map(|(value, path)| value - world - path + all);
            rests.map(|rest| rest * rest).sum::<f64>()
        });
        rests.sum::<f64>() / ((self.worlds - 1) * (self.paths - 1)) as f64
    }

    /// The mean with its standard error over worlds and paths, and degrees of freedom (Satterthwaite).
    fn mean_and_error(&self) -> (f64, f64, f64) {
        let (by_world, by_path) = (self.world_means(), self.path_means());
        let (worlds, paths) = (self.worlds as f64, self.paths as f64);
        let (of_worlds, of_paths) = (variance(&by_world) / worlds, variance(&by_path) / paths);
        // Both hold the interaction.
        let twice = self.interaction(&by_world, &by_path) / (worlds * paths);
        let square = (of_worlds + of_paths - twice).max(of_worlds.max(of_paths));
        let spread = of_worlds * of_worlds / (worlds - 1.0) + of_paths * of_paths / (paths - 1.0);
        let freedom = if spread > 0.0 {
            square * square / spread
        } else {
            worlds.min(paths)
        };
        (mean(&by_world), square.sqrt(), freedom)
    }

    /// The share of assumptions, with the error of leaving out one world and one path at a time (jackknife over both).
    pub fn share_of_assumptions(&self) -> Option<ShareOfVariance> {
        if self.worlds < 3 || self.paths < 3 {
            return None;
        }
        let share = self.components().share()?;
        let without_world = (0..self.worlds).map(|world| self.without(Some(world), None));
        let without_path = (0..self.paths).map(|path| self.without(None, Some(path)));
        let square = jackknife(without_world)? + jackknife(without_path)?;
        let se = square.sqrt();
        let half = student_t(self.worlds.min(self.paths) as f64 - 1.0)? * se;
        Some(ShareOfVariance {
            share: share.clamp(0.0, 1.0),
            se,
            lo: (share - half).clamp(0.0, 1.0),
            hi: (share + half).clamp(0.0, 1.0),
        })
    }

    fn without(&self, world: Option<usize>, path: Option<usize>) -> Option<f64> {
        let rows = self.rows().zip(0..).filter(|(_, at)| Some(*at) != world);
        let values = rows.flat_map(|(row, _)| {
            let cells = row.iter().zip(0..).filter(|(_, at)| Some(*at) != path);
            cells.map(|(value, _)| *value)
        });
        let left = Self {
            worlds: self.worlds - usize::from(world.is_some()),
            paths: self.paths - usize::from(path.is_some()),
            values: values.collect(),
        };
        left.components().share()
    }

    /// Mean and quantiles over worlds and paths together, each with an interval that counts both as drawn. Missing values (NaN) rank as
    /// `rank` says; where they are omitted, or a mean is asked for, only paths count on which no world misses one.
    pub fn estimate(&self, unit: MetricUnit, rank: MissingRank) -> Estimate {
        let missing = self.values.iter().filter(|value| value.is_nan()).count();
        let complete = if missing == 0 {
            Some(self.clone())
        } else {
            self.complete()
        };
        let ordered = missing > 0 && rank != MissingRank::Omitted;
        let of_mean = complete
            .as_ref()
            .filter(|_| !ordered)
            .map(Self::mean_and_error);
        let ends = of_mean.and_then(|(mean, se, freedom)| {
            let half = student_t(freedom)? * se;
            Some([Some(mean - half), Some(mean + half)])
        });
        let ranked = if rank == MissingRank::Omitted {
            complete.as_ref()
        } else {
            Some(self)
        };
        let [p5, p25, p50, p75, p95] = match ranked {
            Some(ranked) => ranked.quantiles(rank),
            None => [(None, None); 5],
        };
        let spread = complete.as_ref().filter(|_| !ordered).map(Self::components);
        Estimate {
            unit,
            mean: of_mean.map(|(mean, _, _)| mean),
            se: of_mean.map(|(_, se, _)| se),
            sd: spread.map(|parts| parts.total().max(0.0).sqrt()),
            lo: ends.and_then(|[lo, _]| lo),
            hi: ends.and_then(|[_, hi]| hi),
            p5: p5.0,
            p25: p25.0,
            p50: p50.0,
            p75: p75.0,
            p95: p95.0,
            n: (self.values.len() - missing) as u64,
            missing: missing as u64,
            intervals: Intervals {
                mean: ends,
                sd: None,
                p5: p5.1,
                p25: p25.1,
                p50: p50.1,
                p75: p75.1,
                p95: p95.1,
            },
            rank,
        }
    }

    /// Quantiles with intervals of Woodruff: the values at p minus and plus the error of the share of values up to the quantile.
    fn quantiles(&self, rank: MissingRank) -> [(Option<f64>, Option<Interval>); 5] {
        let worst = if rank == MissingRank::Lowest {
            f64::NEG_INFINITY
        } else {
            f64::INFINITY
        };
        let ranked = |value: &f64| if value.is_nan() { worst } else { *value };
        let all = Self {
            values: self.values.iter().map(ranked).collect(),
            ..*self
        };
        let mut sorted = all.values.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        let count = sorted.len() as f64;
        let at = |share: f64| {
            let index = (libm::ceil(share * count) as usize).max(1) - 1;
            sorted.get(index).copied()
        };
        let finite = |value: Option<f64>| value.filter(|value| value.is_finite());
        LEVELS.map(|level| {
            let share = level.share();
            let Some(quantile) = at(share) else {
                return (None, None);
            };
            let below = |value: &f64| f64::from(u8::from(*value <= quantile));
            let below = Self {
                values: all.values.iter().map(below).collect(),
                ..*self
            };
            let (_, se, freedom) = below.mean_and_error();
            let interval = student_t(freedom).and_then(|t| {
                let (low, high) = (share - t * se, share + t * se);
                (low > 0.0 && high < 1.0).then(|| [finite(at(low)), finite(at(high))])
            });
            (finite(Some(quantile)), interval)
        })
    }
}

impl Components {
    fn total(self) -> f64 {
        self.assumptions + self.luck + self.both
    }

    /// Share of the assumptions; `None` where nothing varies.
    fn share(self) -> Option<f64> {
        let total = self.total();
        (total > 0.0).then(|| self.assumptions / total)
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn variance(values: &[f64]) -> f64 {
    let centre = mean(values);
    let squares = values
        .iter()
        .map(|value| (value - centre) * (value - centre));
    squares.sum::<f64>() / (values.len() - 1) as f64
}

/// The variance of an estimate from its values without one part at a time.
fn jackknife(without: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let values: Vec<f64> = without.collect::<Option<_>>()?;
    let count = values.len() as f64;
    Some(variance(&values) * (count - 1.0) * (count - 1.0) / count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::elementary::normal_quantile_f64;
    use crate::random::{Entity, Streams, unit_f64};

    /// A normal number at an address.
    fn normal(sample: u32, kind: u32, world: usize, path: usize) -> f64 {
        let entity = Entity::from_word(kind << 24 | (world as u32) << 12 | path as u32);
        let word = Streams::new(99).words(sample, entity, 0, 0)[0];
        normal_quantile_f64(unit_f64(word))
    }

    /// A sample with variances 4 (assumptions), 1 (luck) and 3 (both): the share of assumptions is a half.
    fn sample(number: u32, worlds: usize, paths: usize) -> Crossed {
        let value = |world: usize, path: usize| {
            10.0 + 2.0 * normal(number, 1, world, 0)
                + normal(number, 2, 0, path)
                + 3.0_f64.sqrt() * normal(number, 3, world, path)
        };
        let row = |world| (0..paths).map(|path| value(world, path)).collect();
        Crossed::new(&(0..worlds).map(row).collect::<Vec<Vec<f64>>>()).expect("a sample")
    }

    /// Means over 200 samples against the known components. Standard errors of the mean of estimates from their spread; five of them.
    /// Taking off the variance within worlds instead, as for a luck of each world's own, must miss.
    #[test]
    fn components_are_unbiased() {
        let samples: Vec<Crossed> = (0..200).map(|number| sample(number, 12, 4)).collect();
        let hits = |estimate: &dyn Fn(&Crossed) -> f64, truth: f64| {
            let found: Vec<f64> = samples.iter().map(estimate).collect();
            let se = (variance(&found) / found.len() as f64).sqrt();
            (mean(&found) - truth).abs() < 5.0 * se
        };
        assert!(hits(&|s| s.components().assumptions, 4.0));
        assert!(hits(&|s| s.components().luck, 1.0));
        assert!(hits(&|s| s.components().both, 3.0));
        let within = |s: &Crossed| mean(&s.rows().map(variance).collect::<Vec<_>>());
        assert!(
            hits(&within, 4.0),
            "luck, alone and together with assumptions"
        );
        let nested = |s: &Crossed| variance(&s.world_means()) - within(s) / 4.0;
        let naive = |s: &Crossed| variance(&s.world_means());
        assert!(!hits(&naive, 4.0));
        // The luck that all worlds share is no part of the variance between them.
        let bias = mean(&samples.iter().map(nested).collect::<Vec<_>>()) - 4.0;
        assert!(bias < 0.0, "{bias}");
    }

    /// 95% intervals over 300 samples of 40 worlds and 40 paths: at a true coverage of 95% fewer than 90% or no miss at all have a chance
    /// below 1e-4. Ignoring that worlds are drawn, too, must fall short for the mean.
    #[test]
    fn intervals_cover() {
        let (mut share, mut centre, mut median, mut paths_only) = (0, 0, 0, 0);
        for number in 0..300 {
            let made = sample(1000 + number, 40, 40);
            let found = made.share_of_assumptions().expect("a share");
            share += u32::from(found.lo <= 0.5 && 0.5 <= found.hi);
            let estimate = made.estimate(MetricUnit::Multiple, MissingRank::Omitted);
            let holds = |ends: Option<[Option<f64>; 2]>| matches!(ends, Some([Some(lo), Some(hi)]) if lo <= 10.0 && 10.0 <= hi);
            centre += u32::from(holds(estimate.intervals.mean));
            median += u32::from(holds(estimate.intervals.p50));
            let of_paths = made.path_means();
            let half = 1.96 * (variance(&of_paths) / 40.0).sqrt();
            paths_only += u32::from((mean(&of_paths) - 10.0).abs() <= half);
        }
        for covered in [share, centre, median] {
            assert!(covered >= 270, "{share} {centre} {median}");
        }
        assert!(paths_only < 270, "{paths_only}");
    }

    #[test]
    fn missing_values_rank_or_drop_their_path() {
        let never = f64::NAN;
        let made = Crossed::new(&[vec![1.0, 2.0, never], vec![3.0, 4.0, 5.0]]).expect("a sample");
        let lowest = made.estimate(MetricUnit::Rate, MissingRank::Lowest);
        assert_eq!(
            (lowest.mean, lowest.p5, lowest.p50, lowest.missing),
            (None, None, Some(2.0), 1)
        );
        let omitted = made.estimate(MetricUnit::Multiple, MissingRank::Omitted);
        assert_eq!((omitted.mean, omitted.p50), (Some(2.5), Some(2.0)));
    }
}
