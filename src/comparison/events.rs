//! Probabilities of two scenarios: the paths that changed sides.

use super::paired::{Pairs, replicate, replicated};
use super::test::{Verdict, mcnemar_p};
use crate::metrics::MissingRank;
use crate::sampling::{REPLICATES, Sampling};
use crate::summary::estimate::Interval;
use crate::summary::method::Method;
use crate::summary::probability::Probability;
use serde::Serialize;

/// P(metric >= threshold) in two scenarios on the same paths.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EventDifference {
    /// The base alone.
    pub base: Probability,
    /// The other alone.
    pub other: Probability,
    /// Other less base.
    pub difference: f64,
    /// Its paired 95% interval.
    pub interval: Option<Interval>,
    /// Paths on which the event happens in both.
    pub both: u64,
    /// Paths on which it happens in the other only.
    pub gained: u64,
    /// Paths on which it happens in the base only.
    pub lost: u64,
    /// Paths on which it happens in neither.
    pub neither: u64,
    /// Paths on which one or both have no value, left out.
    pub missing: u64,
    /// Whether the difference is more than luck.
    pub verdict: Verdict,
}

impl EventDifference {
    /// How often `pairs` reach `threshold`, as [`happens`] has it; `None` without any path to tell.
    pub fn new(
        pairs: &Pairs,
        threshold: f64,
        sampling: Sampling,
        methods: &[Method; 2],
    ) -> Option<Self> {
        let happens = |value| happens(value, threshold, pairs.missing);
        let told: Vec<(usize, bool, bool)> = (pairs.base.iter().zip(pairs.other))
            .enumerate()
            .filter_map(|(path, (a, b))| Some((path, happens(*a)?, happens(*b)?)))
            .collect();
        let count = |base, other| {
            let alike = |(_, a, b): &&(usize, bool, bool)| (*a, *b) == (base, other);
            told.iter().filter(alike).count() as u64
        };
        let counts = Counts {
            both: count(true, true),
            lost: count(true, false),
            gained: count(false, true),
            neither: count(false, false),
        };
        let n = told.len() as u64;
        let share = |method: &Method, side: fn(&(usize, bool, bool)) -> bool| {
            let mut hits = vec![f64::NAN; pairs.base.len()];
            for pair in &told {
                hits[pair.0] = f64::from(u8::from(side(pair)));
            }
            method.at_least(&hits, 0.5)
        };
        let (base, other) = (
            share(&methods[0], |pair| pair.1)?,
            share(&methods[1], |pair| pair.2)?,
        );
        let difference = (counts.gained as f64 - counts.lost as f64) / n as f64;
        let (interval, p_value) = match sampling {
            Sampling::Plain => {
                let p = mcnemar_p(counts.gained, counts.lost);
                (Some(counts.newcombe(base, other, difference)), p)
            }
            Sampling::Antithetic | Sampling::Sobol => {
                let shares = shares(&told, sampling);
                let compared = replicated(Some(difference), &shares);
                (compared.interval, compared.p_value)
            }
        };
        Some(Self {
            base,
            other,
            difference,
            interval,
            both: counts.both,
            gained: counts.gained,
            lost: counts.lost,
            neither: counts.neither,
            missing: pairs.base.len() as u64 - n,
            verdict: Verdict::of(p_value),
        })
    }
}

/// Whether `value` reaches `threshold`; `None` where that is left open.
///
/// Of an ordered metric a missing value is worse than any: an IRR that does not exist is below every threshold, a date
/// that never comes beyond.
pub fn happens(value: f64, threshold: f64, missing: MissingRank) -> Option<bool> {
    match missing {
        _ if value.is_finite() => Some(value >= threshold),
        MissingRank::Omitted => None,
        MissingRank::Lowest => Some(false),
        MissingRank::Highest => Some(true),
    }
}

/// The shares of base and other within each replicate.
fn shares(told: &[(usize, bool, bool)], sampling: Sampling) -> Vec<[f64; 2]> {
    let mut sums = vec![[0.0; 3]; REPLICATES];
    for (path, base, other) in told {
        let sum = &mut sums[replicate(sampling, *path)];
        sum[0] += f64::from(u8::from(*base));
        sum[1] += f64::from(u8::from(*other));
        sum[2] += 1.0;
    }
    sums.iter().map(|[a, b, n]| [a / n, b / n]).collect()
}

/// Paths by what happens on them.
#[derive(Clone, Copy, Debug)]
struct Counts {
    both: u64,
    lost: u64,
    gained: u64,
    neither: u64,
}

impl Counts {
    /// The interval of the paired difference by method 10 of Newcombe (1998), Statistics in Medicine 17, 2635-2650:
    /// Wilson's limits of the two shares, squared and added with their correlation.
    fn newcombe(self, base: Probability, other: Probability, difference: f64) -> Interval {
        let phi = self.correlation();
        let half = |up: f64, down: f64| {
            (up * up - 2.0 * phi * up * down + down * down)
                .max(0.0)
                .sqrt()
        };
        let low = difference - half(other.p - other.lo, base.hi - base.p);
        let high = difference + half(other.hi - other.p, base.p - base.lo);
        [Some(low.max(-1.0)), Some(high.min(1.0))]
    }

    /// Phi with Newcombe's correction for continuity where it is positive; 0 where a share is 0 or 1.
    fn correlation(self) -> f64 {
        let [both, lost, gained, neither] =
            [self.both, self.lost, self.gained, self.neither].map(|count| count as f64);
        let n = both + lost + gained + neither;
        let margins = (both + lost) * (gained + neither) * (both + gained) * (lost + neither);
        if margins == 0.0 {
            return 0.0;
        }
        let product = both * neither - lost * gained;
        let corrected = if product > 0.0 {
            (product - n / 2.0).max(0.0)
        } else {
            product
        };
        corrected / margins.sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::MetricUnit;

    /// Values that make a table of these counts around the threshold 1.
    fn table(counts: [usize; 4]) -> (Vec<f64>, Vec<f64>) {
        let kinds = [(1.0, 1.0), (1.0, 0.0), (0.0, 1.0), (0.0, 0.0)];
        kinds
            .iter()
            .zip(counts)
            .flat_map(|(pair, n)| vec![*pair; n])
            .unzip()
    }

    fn independent(paths: usize) -> [Method; 2] {
        [Method::independent(paths); 2]
    }

    fn found(counts: [usize; 4]) -> EventDifference {
        let (base, other) = table(counts);
        let pairs = Pairs {
            unit: MetricUnit::Multiple,
            missing: MissingRank::Omitted,
            base: &base,
            other: &other,
        };
        EventDifference::new(&pairs, 1.0, Sampling::Plain, &independent(base.len())).expect("paths")
    }

    /// Altman, "Statistics with confidence" (2nd edition), p. 52: 14, 5, 0 and 22 of 41 pairs, as 19/41 against 14/41:
    /// difference 0.122 (0.011 to 0.226). Its phi is corrected like this one.
    #[test]
    fn a_published_paired_difference() {
        let found = found([14, 5, 0, 22]);
        let [low, high] = found.interval.expect("an interval").map(Option::unwrap);
        assert!((found.difference + 0.121_95).abs() < 1e-5);
        assert!((low + 0.226).abs() < 1e-3, "{low}");
        assert!((high + 0.011).abs() < 1e-3, "{high}");
    }

    #[test]
    fn paths_on_which_nothing_changes_are_no_difference() {
        let found = found([30, 0, 0, 70]);
        assert_eq!((found.difference, found.verdict.p_value), (0.0, Some(1.0)));
        let [low, high] = found.interval.expect("an interval").map(Option::unwrap);
        assert!(
            low < 0.0 && high > 0.0,
            "100 paths do not prove that none changes"
        );
    }

    #[test]
    fn what_never_comes_is_below_a_rate_and_beyond_a_date() {
        let (base, other) = ([f64::NAN, 0.1], [0.2, 0.2]);
        let of = |missing| {
            let pairs = Pairs {
                unit: MetricUnit::Rate,
                missing,
                base: &base,
                other: &other,
            };
            EventDifference::new(&pairs, 0.05, Sampling::Plain, &independent(2)).expect("paths")
        };
        assert_eq!(of(MissingRank::Lowest).gained, 1);
        assert_eq!(of(MissingRank::Highest).both, 2);
        assert_eq!(of(MissingRank::Omitted).missing, 1);
    }
}
