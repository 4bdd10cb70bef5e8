//! All sub-funds of a path in one pass: sums, and how single funds differ.

use super::{MetricUnit, MissingRank, Sink};
use crate::path::Programme;

/// Quarters of the funds that lie at or below each quartile, and its name.
const QUARTILES: [(usize, &str); 3] = [(1, "q25"), (2, "q50"), (3, "q75")];

/// What the sub-funds of a path come to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Funds {
    /// Sum of sizes, in yuan.
    pub size: f64,
    /// Regional money in them, in yuan.
    pub regional: f64,
    /// Paid to early-stage companies, in yuan.
    pub early: f64,
    /// Quartiles of DPI over the funds that have called money; NaN where there are none.
    dpi: [f64; 3],
    /// Quartiles of TVPI.
    tvpi: [f64; 3],
}

impl Funds {
    /// Adds up the programme's sub-funds and ranks them.
    pub fn of(programme: &Programme) -> Self {
        let (mut size, mut regional, mut early) = (0.0, 0.0, 0.0);
        let mut dpi = Vec::with_capacity(programme.funds.len());
        let mut tvpi = Vec::with_capacity(programme.funds.len());
        for (fund, outcome) in programme.sub_funds() {
            size += fund.size;
            regional += fund.regional;
            early += outcome.early;
            if outcome.called > 0.0 {
                let distributed = outcome.distributed;
                dpi.push(key(distributed / outcome.called));
                tvpi.push(key((distributed + outcome.residual) / outcome.called));
            }
        }
        Self {
            size,
            regional,
            early,
            dpi: quartiles(&mut dpi),
            tvpi: quartiles(&mut tvpi),
        }
    }

    /// Writes DPI and TVPI of `sub_fund.q25`, `.q50` and `.q75`.
    pub fn record_quartiles(&self, sink: &mut impl Sink) {
        for (at, (_, quartile)) in QUARTILES.into_iter().enumerate() {
            for (measure, values) in [(".dpi", self.dpi), (".tvpi", self.tvpi)] {
                let name = ["sub_fund.", quartile, measure];
                sink.put(
                    &name,
                    MetricUnit::Multiple,
                    MissingRank::Omitted,
                    values[at],
                );
            }
        }
    }
}

/// Bits of a number that is not negative: they stand in the order of the numbers, and whole numbers are ranked faster.
fn key(multiple: f64) -> u64 {
    multiple.max(0.0).to_bits()
}

/// Of the numbers with these keys the smallest with a quarter, a half, three quarters of all at or below it.
fn quartiles(keys: &mut [u64]) -> [f64; 3] {
    let [first, middle, last] = QUARTILES.map(|(quarters, _)| (keys.len() * quarters).div_ceil(4));
    if keys.is_empty() {
        return [f64::NAN; 3];
    }
    let (below, half, above) = keys.select_nth_unstable(middle - 1);
    let (half, nth) = (*half, |keys: &mut [u64], n: usize| {
        *keys.select_nth_unstable(n).1
    });
    let quarter = if first < middle {
        nth(below, first - 1)
    } else {
        half
    };
    let three_quarters = if last > middle {
        nth(above, last - middle - 1)
    } else {
        half
    };
    [quarter, half, three_quarters].map(f64::from_bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[f64]) -> [f64; 3] {
        let mut keys: Vec<u64> = values.iter().copied().map(key).collect();
        quartiles(&mut keys)
    }

    #[test]
    fn a_quartile_is_the_value_that_the_share_first_reaches() {
        assert_eq!(of(&[4.0, 0.0, 3.0, 1.0]), [0.0, 1.0, 3.0]);
        assert_eq!(of(&[4.0, 0.5, 3.0, 1.0, 2.0]), [1.0, 2.0, 3.0]);
        assert_eq!(of(&[1.5]), [1.5; 3]);
        assert!(of(&[]).iter().all(|value| value.is_nan()));
    }

    #[test]
    fn quartiles_are_those_of_the_sorted_list() {
        for count in 1..60_usize {
            let values: Vec<f64> = (0..count).map(|i| ((i * 37) % 61) as f64 * 0.3).collect();
            let mut sorted = values.clone();
            sorted.sort_by(f64::total_cmp);
            let expected = [1, 2, 3].map(|k| sorted[(count * k).div_ceil(4) - 1]);
            assert_eq!(of(&values), expected, "{count}");
        }
    }
}
