//! Shares of paths with Wilson's interval.

use crate::outcomes::sketch::Sketch;
use serde::Serialize;

/// Quantile of the standard normal law at 97.5%.
pub const Z: f64 = 1.959_963_984_540_054;

/// An estimated probability with its 95% interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Probability {
    /// Share of the paths.
    pub p: f64,
    /// Lower end of the interval.
    pub lo: f64,
    /// Upper end of the interval.
    pub hi: f64,
}

impl Probability {
    /// `hits` out of `n`, with the score interval of Wilson (1927); `None` when n is 0.
    ///
    /// The interval holds every p for which the observed share lies within z standard errors
    /// `sqrt(p (1 - p) / n)`; unlike the usual `p +- z se` it stays in [0, 1] and is not empty
    /// when no path or every path hits.
    pub fn wilson(hits: u64, n: u64) -> Option<Self> {
        if n == 0 {
            return None;
        }
        let (n, hits) = (n as f64, hits as f64);
        let p = hits / n;
        let centre = p + Z * Z / (2.0 * n);
        let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        let width = 1.0 + Z * Z / n;
        let lo = if hits == 0.0 {
            0.0
        } else {
            (centre - half) / width
        };
        let hi = if hits == n {
            1.0
        } else {
            (centre + half) / width
        };
        Some(Self { p, lo, hi })
    }

    /// The share of `values` at or above `threshold`; missing values (NaN) do not count at all.
    pub fn at_least(values: &[f64], threshold: f64) -> Option<Self> {
        let present = values.iter().filter(|value| !value.is_nan()).count();
        let hits = values.iter().filter(|value| **value >= threshold).count();
        Self::wilson(hits as u64, present as u64)
    }

    /// The same from a sketch of the values.
    pub fn sketched(sketch: &Sketch, threshold: f64) -> Option<Self> {
        Self::wilson(sketch.at_least(threshold), sketch.present())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_206_approved_sub_funds_39_never_closed() {
        let failed = Probability::wilson(39, 206).unwrap();
        assert!((failed.p - 0.189_32).abs() < 1e-5);
        assert!((failed.lo - 0.1417).abs() < 5e-5, "{failed:?}");
        assert!((failed.hi - 0.2483).abs() < 5e-5, "{failed:?}");
    }

    #[test]
    fn the_interval_of_never_and_always_keeps_its_certain_end() {
        let never = Probability::wilson(0, 100).unwrap();
        assert_eq!((never.p, never.lo), (0.0, 0.0));
        assert!((never.hi - 0.036_994).abs() < 1e-6);
        let always = Probability::wilson(100, 100).unwrap();
        assert_eq!((always.p, always.hi), (1.0, 1.0));
        assert!((always.lo - (1.0 - never.hi)).abs() < 1e-12);
        assert_eq!(Probability::wilson(0, 0), None);
    }

    #[test]
    fn a_value_on_the_threshold_reaches_it_and_a_missing_one_is_left_out() {
        let share = Probability::at_least(&[9.9, 10.0, 10.1, f64::NAN], 10.0).unwrap();
        assert_eq!(share.p, 2.0 / 3.0);
    }
}
