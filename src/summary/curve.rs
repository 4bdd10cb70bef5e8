//! Series over time from exact sums over paths.

use crate::outcomes::CurveTotal;
use serde::Serialize;

/// Sums of multiples are kept in millionths.
const MILLIONTHS: f64 = 1e6;

/// A series averaged over paths.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Curve {
    /// `yuan` or `multiple`.
    pub unit: &'static str,
    /// `quarter` or `year`.
    pub period: &'static str,
    /// Mean over paths in each period.
    pub mean: Vec<f64>,
    /// Standard error of the mean; `None` from one path.
    pub se: Vec<Option<f64>>,
}

impl Curve {
    /// The series of `total` over `paths` paths (at least 1).
    pub fn new(total: &CurveTotal, paths: u64) -> Self {
        let (unit, period, scale) = if total.yearly_multiple {
            ("multiple", "year", MILLIONTHS)
        } else {
            ("yuan", "quarter", 1.0)
        };
        let mean = total
            .sum
            .iter()
            .map(|sum| *sum as f64 / paths as f64 / scale)
            .collect();
        let se = total
            .sum
            .iter()
            .zip(&total.squares)
            .map(|(sum, squares)| standard_error(*sum, *squares, paths).map(|se| se / scale))
            .collect();
        Self {
            unit,
            period,
            mean,
            se,
        }
    }

    /// Units of a sum per unit of the series.
    pub fn scale(&self) -> f64 {
        if self.unit == "multiple" {
            MILLIONTHS
        } else {
            1.0
        }
    }
}

/// Standard error of the mean of `n` whole numbers from their sum and sum of squares.
///
/// With `sum = n m + r` in whole numbers the squared deviations from m are
/// `squares - m (sum + r)` exactly, and only the rest `r^2 / n` is left to floating point: no
/// digits cancel however large the mean is.
fn standard_error(sum: i128, squares: i128, n: u64) -> Option<f64> {
    let count = i128::from(n);
    let (whole, rest) = (sum.checked_div(count)?, sum.checked_rem(count)?);
    let around_whole = squares.checked_sub(whole.checked_mul(sum.checked_add(rest)?)?)?;
    let n = n as f64;
    let deviation = (around_whole as f64 - rest as f64 * (rest as f64 / n)).max(0.0);
    (n > 1.0).then(|| (deviation / (n - 1.0) / n).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_whole_sums_lose_no_digits() {
        // Three amounts of about 1000亿 that differ by a few yuan.
        let values = [100_000_000_001_i128, 100_000_000_002, 100_000_000_006];
        let (sum, squares) = (values.iter().sum(), values.iter().map(|v| v * v).sum());
        let se = standard_error(sum, squares, 3).unwrap();
        // mean 3 (above 1e11), squared deviations 4 + 1 + 9 = 14, variance 7.
        assert!((se - (7.0_f64 / 3.0).sqrt()).abs() < 1e-12);
        let negative = values.iter().map(|v| -v).sum();
        assert_eq!(standard_error(negative, squares, 3), Some(se));
        assert_eq!(standard_error(5, 25, 1), None);
    }

    #[test]
    fn leverage_curves_are_in_multiples_by_year() {
        let total = CurveTotal {
            name: "leverage.consolidated".into(),
            sum: vec![6_000_000, 9_000_000],
            squares: vec![20_000_000_000_000, 45_000_000_000_000],
            yearly_multiple: true,
        };
        let curve = Curve::new(&total, 2);
        assert_eq!((curve.unit, curve.period), ("multiple", "year"));
        assert_eq!(curve.mean, [3.0, 4.5]);
        assert_eq!(curve.se, [Some(1.0), Some(1.5)]);
    }
}
