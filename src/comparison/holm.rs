//! Holm's step-down adjustment of many tests at once.

/// Adjusted p-values in the order of `p_values`, none of which is NaN: rejecting those at or below 5% rejects a true
/// hypothesis anywhere among them with probability of at most 5%, however the tests hang together (Holm 1979).
///
/// With the p-values sorted, the i-th of m is multiplied by m - i + 1 and is never below the one before it.
pub fn adjusted(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut adjusted = vec![1.0; p_values.len()];
    let mut least: f64 = 0.0;
    for (rank, &index) in order.iter().enumerate() {
        let left = (p_values.len() - rank) as f64;
        least = least.max((left * p_values[index]).min(1.0));
        adjusted[index] = least;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four tests by hand: 0.005 x 4, 0.01 x 3, 0.03 x 2, and 0.04 x 1 raised to the 0.06 before it. Of the four,
    /// Bonferroni would keep two at 5% as well, the unadjusted values all four.
    #[test]
    fn four_tests_by_hand() {
        let found = adjusted(&[0.01, 0.04, 0.03, 0.005]);
        for (found, expected) in found.iter().zip([0.03, 0.06, 0.06, 0.02]) {
            assert!((found - expected).abs() < 1e-15, "{found} {expected}");
        }
    }

    #[test]
    fn no_adjusted_value_exceeds_one_and_none_is_no_problem() {
        assert_eq!(adjusted(&[0.9, 0.8]), [1.0, 1.0]);
        assert!(adjusted(&[]).is_empty());
        assert_eq!(adjusted(&[0.02]), [0.02]);
    }
}
