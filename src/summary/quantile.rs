//! Quantiles and their distribution-free intervals, both as ranks.
//!
//! The quantile of level p of n values is the smallest value with at least the share p of the
//! values at or below it (the inverse of the empirical distribution function): the value of rank
//! `ceil(n p)`. It is always a value that occurred, so it also works where some values are only
//! known to be better or worse than all others.
//!
//! Its interval runs from the value of rank l to that of rank u. The number of values below the
//! true quantile is Binomial(n, p), so `X_(l) <= true quantile <= X_(u)` fails with probability
//! `P(B < l) + P(B >= u)`. The ranks are the nearest that keep each of the two at or below 2.5%,
//! which is exact for every continuous law and every n (and cautious for a discrete one).

use statrs::distribution::{Binomial, DiscreteCDF};

/// Probability outside a two-sided interval, on each side.
const TAIL: f64 = 0.025;

/// A level of which the report gives the quantile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(pub u8);

/// The levels of the report in its order.
pub const LEVELS: [Percent; 5] = [
    Percent(5),
    Percent(25),
    Percent(50),
    Percent(75),
    Percent(95),
];

/// Where a quantile and its interval stand in n sorted values, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ranks {
    /// The quantile.
    pub at: usize,
    /// The ends of the 95% interval; `None` when n values cannot give one.
    pub interval: Option<(usize, usize)>,
}

impl Percent {
    /// The level as a share.
    pub fn share(self) -> f64 {
        f64::from(self.0) / 100.0
    }

    /// Ranks of this quantile among `n` values; `None` without values.
    pub fn ranks(self, n: usize) -> Option<Ranks> {
        let at = (n * usize::from(self.0)).div_ceil(100).checked_sub(1)?;
        Some(Ranks {
            at,
            interval: self.interval(n),
        })
    }

    fn interval(self, n: usize) -> Option<(usize, usize)> {
        let below = Binomial::new(self.share(), n as u64).ok()?;
        // With l from 1: P(B <= l - 1) <= TAIL holds up to some l, so count those that hold.
        let low = first(n, |below_low| below.cdf(below_low as u64) > TAIL);
        // P(B >= u) <= TAIL holds from some u on; P(B >= u) = sf(u - 1).
        let high = 1 + first(n, |at_most| below.sf(at_most as u64) <= TAIL);
        (low >= 1 && high <= n).then(|| (low - 1, high - 1))
    }
}

/// The ranks of all [`LEVELS`] among one number of values, found once for many metrics.
#[derive(Clone, Copy, Debug)]
pub struct RankTable {
    n: usize,
    ranks: [Option<Ranks>; LEVELS.len()],
}

impl RankTable {
    /// The ranks among `n` values.
    pub fn new(n: usize) -> Self {
        Self {
            n,
            ranks: LEVELS.map(|level| level.ranks(n)),
        }
    }

    /// The ranks among `n` values, whether or not the table is of that number.
    pub fn among(&self, n: usize) -> [Option<Ranks>; LEVELS.len()] {
        if n == self.n {
            self.ranks
        } else {
            Self::new(n).ranks
        }
    }
}

/// The first of `0..=n` for which a condition holds that holds from some point on.
fn first(n: usize, holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, n);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P(B <= most) for B ~ Binomial(n, p), summed term by term without the library.
    fn at_most(most: usize, n: usize, p: f64) -> f64 {
        let mut term = (0..n).fold(1.0, |product, _| product * (1.0 - p));
        let mut sum = 0.0;
        for k in 0..=most.min(n) {
            sum += term;
            term *= (n - k) as f64 / (k + 1) as f64 * p / (1.0 - p);
        }
        sum
    }

    #[test]
    fn a_quantile_is_the_value_that_the_share_first_reaches() {
        assert_eq!(Percent(50).ranks(4).unwrap().at, 1);
        assert_eq!(Percent(50).ranks(5).unwrap().at, 2);
        assert_eq!(Percent(5).ranks(2000).unwrap().at, 99);
        assert_eq!(Percent(95).ranks(2000).unwrap().at, 1899);
        assert_eq!(Percent(95).ranks(1).unwrap().at, 0);
        assert_eq!(Percent(50).ranks(0), None);
    }

    #[test]
    fn the_median_of_ten_lies_between_the_second_and_the_ninth() {
        // Textbook case: P(2 <= B <= 8) with B ~ Binomial(10, 1/2) is 0.9785.
        assert_eq!(Percent(50).ranks(10).unwrap().interval, Some((1, 8)));
        assert!((at_most(8, 10, 0.5) - at_most(1, 10, 0.5) - 0.978_515_625).abs() < 1e-12);
    }

    /// With ranks from 0, values low and high enclose the quantile when low < B <= high.
    #[test]
    fn an_interval_covers_at_least_95_percent_and_one_rank_less_does_not() {
        for n in [6, 10, 37, 100, 200] {
            for level in LEVELS {
                let Some((low, high)) = level.ranks(n).unwrap().interval else {
                    continue;
                };
                let at_most = |most| at_most(most, n, level.share());
                assert!(at_most(high) - at_most(low) >= 0.95, "{n} {level:?}");
                assert!(
                    at_most(low + 1) > TAIL,
                    "{n} {level:?}: the lower rank could be higher"
                );
                assert!(
                    1.0 - at_most(high - 1) > TAIL,
                    "{n} {level:?}: the upper could be lower"
                );
            }
        }
    }

    #[test]
    fn too_few_values_give_no_interval() {
        // 1 - 0.95^n >= 0.975 needs n >= 72; 2^-n <= 0.025 needs n >= 6.
        assert_eq!(Percent(5).ranks(71).unwrap().interval, None);
        assert!(
            Percent(5)
                .ranks(72)
                .unwrap()
                .interval
                .is_some_and(|(low, _)| low == 0)
        );
        assert_eq!(Percent(50).ranks(5).unwrap().interval, None);
        assert_eq!(Percent(50).ranks(6).unwrap().interval, Some((0, 5)));
    }

    #[test]
    fn ranks_of_a_million_values_follow_the_normal_approximation() {
        let n = 1_000_000;
        let (low, high) = Percent(50).ranks(n).unwrap().interval.unwrap();
        let half = 1.959_964 * 500.0;
        assert!((low as f64 - (500_000.0 - half)).abs() <= 2.0);
        assert!((high as f64 - (500_000.0 + half)).abs() <= 2.0);
    }
}
