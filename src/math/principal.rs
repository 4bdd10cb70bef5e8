//! Principal directions of shocks: along which of them a series moves most.

/// Sweeps of rotations at most; four or five are enough to exhaust the digits.
const SWEEPS: usize = 30;

/// The `count` directions of unit length, one after the other at right angles, along which independent shocks of unit variance move
/// a series most. `responses[j]` is the series that a shock of 1 at place j makes.
///
/// They are eigenvectors of the matrix of inner products of responses, found by Jacobi's rotations. Each points to where early
/// shocks weigh more, so that a small change of the responses does not turn it round.
pub fn principal_directions(responses: &[Vec<f64>], count: usize) -> Vec<Vec<f64>> {
    let n = responses.len();
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let mut matrix: Vec<Vec<f64>> = responses
        .iter()
        .map(|a| responses.iter().map(|b| product(a, b)).collect())
        .collect();
    let mut directions: Vec<Vec<f64>> = (0..n)
        .map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect())
        .collect();
    let size: f64 = (0..n).map(|i| matrix[i][i]).sum();
    for _ in 0..SWEEPS {
        if off_diagonal(&matrix) <= 1e-30 * size * size {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                rotate(&mut matrix, &mut directions, p, q);
            }
        }
    }
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&i, &j| matrix[j][j].total_cmp(&matrix[i][i]));
    order.truncate(count);
    let pointed = order.into_iter().map(|i| {
        let mut direction = std::mem::take(&mut directions[i]);
        let early: f64 = (1..=n)
            .rev()
            .zip(&direction)
            .map(|(w, d)| w as f64 * d)
            .sum();
        if early < 0.0 {
            for d in &mut direction {
                *d = -*d;
            }
        }
        direction
    });
    pointed.collect()
}

fn off_diagonal(matrix: &[Vec<f64>]) -> f64 {
    let rows = matrix.iter().enumerate();
    rows.map(|(i, row)| row[..i].iter().map(|x| x * x).sum::<f64>())
        .sum()
}

/// Turns places p and q of a symmetric matrix so that their product vanishes, and the directions with them.
fn rotate(matrix: &mut [Vec<f64>], directions: &mut [Vec<f64>], p: usize, q: usize) {
    let product = matrix[p][q];
    if product == 0.0 {
        return;
    }
    let theta = (matrix[q][q] - matrix[p][p]) / (2.0 * product);
    let tangent = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
    let cosine = 1.0 / (tangent * tangent + 1.0).sqrt();
    let sine = tangent * cosine;
    let turn = |a: &mut f64, b: &mut f64| {
        (*a, *b) = (cosine * *a - sine * *b, sine * *a + cosine * *b);
    };
    for row in matrix.iter_mut() {
        let (left, right) = row.split_at_mut(q);
        turn(&mut left[p], &mut right[0]);
    }
    for rows in [matrix, directions] {
        let (upper, lower) = rows.split_at_mut(q);
        for (a, b) in upper[p].iter_mut().zip(&mut lower[0]) {
            turn(a, b);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(n: usize) -> Vec<Vec<f64>> {
        let response = |j| (0..n).map(|i| f64::from(u8::from(i >= j))).collect();
        (0..n).map(response).collect()
    }

    fn variance(responses: &[Vec<f64>], direction: &[f64]) -> f64 {
        let at = |i: usize| -> f64 { responses.iter().zip(direction).map(|(r, d)| r[i] * d).sum() };
        (0..responses.len()).map(|i| at(i) * at(i)).sum()
    }

    #[test]
    fn directions_are_at_right_angles_and_of_unit_length() {
        let found = principal_directions(&walk(40), 6);
        for (i, a) in found.iter().enumerate() {
            for (j, b) in found.iter().enumerate() {
                let product: f64 = a.iter().zip(b).map(|(a, b)| a * b).sum();
                assert!((product - f64::from(u8::from(i == j))).abs() < 1e-12);
            }
        }
    }

    /// Of a random walk of n steps the variances are 1 / (4 sin^2((2k - 1) pi / (4n + 2))), a textbook case.
    #[test]
    fn a_random_walk_has_its_known_variances() {
        let responses = walk(40);
        let found = principal_directions(&responses, 5);
        for (k, direction) in (1..).zip(&found) {
            let sine = libm::sin((2 * k - 1) as f64 * std::f64::consts::PI / 162.0);
            let expected = 1.0 / (4.0 * sine * sine);
            let got = variance(&responses, direction);
            assert!(
                (got / expected - 1.0).abs() < 1e-12,
                "{k}: {got} {expected}"
            );
        }
    }

    #[test]
    fn a_shock_without_a_response_is_in_no_direction() {
        let mut responses = walk(12);
        responses[0] = vec![0.0; 12];
        for direction in principal_directions(&responses, 4) {
            assert_eq!(direction[0], 0.0);
        }
    }
}
