//! Small systems of linear equations, symmetric and positive definite, by Cholesky's root.

use crate::math::cholesky::cholesky;

/// x with `matrix` x = `right`; `None` where the matrix is not positive definite.
pub fn solve(matrix: &[Vec<f64>], right: &[f64]) -> Option<Vec<f64>> {
    let root = cholesky(matrix).ok()?;
    let n = right.len();
    let mut x = right.to_vec();
    for i in 0..n {
        for j in 0..i {
            x[i] -= root[i][j] * x[j];
        }
        x[i] /= root[i][i];
    }
    for i in (0..n).rev() {
        for j in i + 1..n {
            x[i] -= root[j][i] * x[j];
        }
        x[i] /= root[i][i];
    }
    Some(x)
}

/// Columns' products J' J, with row i of J counted `weights[i]` times.
pub fn products(jacobian: &[Vec<f64>], weights: &[f64]) -> Vec<Vec<f64>> {
    let n = jacobian.first().map_or(0, Vec::len);
    let entry = |a: usize, b: usize| {
        let rows = jacobian.iter().zip(weights);
        rows.map(|(row, weight)| weight * row[a] * row[b]).sum()
    };
    (0..n)
        .map(|a| (0..n).map(|b| entry(a, b)).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_solved() {
        let matrix = vec![vec![4.0, 2.0], vec![2.0, 3.0]];
        let x = solve(&matrix, &[10.0, 8.0]).expect("positive definite");
        assert!(
            (x[0] - 1.75).abs() < 1e-14 && (x[1] - 1.5).abs() < 1e-14,
            "{x:?}"
        );
        assert_eq!(solve(&[vec![1.0, 1.0], vec![1.0, 1.0]], &[1.0, 1.0]), None);
    }
}
