//! Whether a difference is more than luck.

use crate::math::elementary::normal_cdf_f64;
use serde::Serialize;
use statrs::distribution::{Binomial, ContinuousCDF, DiscreteCDF, StudentsT};

/// Family-wise error at which a difference counts as real.
const LEVEL: f64 = 0.05;

/// Differences below this part of the values themselves are rounding of sums.
const ROUNDING: f64 = 1e-9;

/// p-values are rounded to this part of one, so that no last bit of a library's gamma function reaches a result.
const P_PRECISION: f64 = 1e-9;

/// A test of "no difference".
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Verdict {
    /// Two-sided p-value; `None` where nothing can be tested.
    pub p_value: Option<f64>,
    /// The same after Holm's adjustment over everything printed together.
    pub holm_p_value: Option<f64>,
    /// Whether that is at most 5%.
    pub real: bool,
}

impl Verdict {
    /// A test with this p-value, not adjusted yet.
    pub fn of(p_value: Option<f64>) -> Self {
        Self {
            p_value,
            ..Self::default()
        }
    }

    /// Takes the adjusted p-value.
    pub fn settle(&mut self, adjusted: f64) {
        self.holm_p_value = Some(adjusted);
        self.real = adjusted <= LEVEL;
    }
}

fn rounded(p: f64) -> f64 {
    ((p / P_PRECISION).round() * P_PRECISION).min(1.0)
}

/// Whether `difference` is rounding of values as large as `scale`.
pub fn is_rounding(difference: f64, scale: f64) -> bool {
    difference.abs() <= ROUNDING * scale.abs()
}

/// Two-sided p-value of `difference` with standard error `se`, by Student's t with `freedom` degrees of freedom.
///
/// A difference that is rounding of values as large as `scale` has p-value 1.
pub fn student_p(difference: f64, se: f64, freedom: f64, scale: f64) -> Option<f64> {
    if is_rounding(difference, scale) {
        return Some(1.0);
    }
    if se == 0.0 {
        return Some(0.0);
    }
    let t = (difference / se).abs();
    if freedom >= 1000.0 {
        // The normal law of a scaled t (Wallace 1959): error below 1e-6 here.
        let z = t * (1.0 - 0.25 / freedom) / (1.0 + t * t / (2.0 * freedom)).sqrt();
        return Some(rounded(2.0 * normal_cdf_f64(-z)));
    }
    let law = StudentsT::new(0.0, 1.0, freedom).ok()?;
    Some(rounded(2.0 * law.cdf(-t)))
}

/// Two-sided p-value of McNemar's exact test: `gained` and `lost` paths changed sides, each way equally likely if there
/// is no difference.
pub fn mcnemar_p(gained: u64, lost: u64) -> Option<f64> {
    let changed = gained + lost;
    if changed == 0 {
        return Some(1.0);
    }
    let law = Binomial::new(0.5, changed).ok()?;
    Some(rounded((2.0 * law.cdf(gained.min(lost))).min(1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Printed tables: t of 10 degrees at 2.228 and the normal law at 1.96 leave 5% outside.
    #[test]
    fn p_values_agree_with_printed_tables() {
        let p = |t, freedom| student_p(t, 1.0, freedom, 1.0).expect("a p-value");
        assert!((p(2.228_139, 10.0) - 0.05).abs() < 1e-6);
        assert!((p(-2.042_272, 30.0) - 0.05).abs() < 1e-6);
        assert!((p(1.962_339, 1000.0) - 0.05).abs() < 1e-5);
        assert!((p(1.959_964, 1e9) - 0.05).abs() < 1e-6);
    }

    /// 1 of 8 the one way: 2 (1 + 8) / 256.
    #[test]
    fn mcnemar_counts_the_paths_that_changed_sides() {
        assert!((mcnemar_p(1, 7).expect("a p-value") - 18.0 / 256.0).abs() < 1e-9);
        assert_eq!(mcnemar_p(0, 0), Some(1.0));
        assert_eq!(mcnemar_p(4, 4), Some(1.0));
    }

    #[test]
    fn rounding_is_no_difference() {
        assert_eq!(student_p(1e-10, 1e-12, 50.0, 9.0), Some(1.0));
        assert_eq!(student_p(0.1, 0.0, 50.0, 9.0), Some(0.0));
    }
}
