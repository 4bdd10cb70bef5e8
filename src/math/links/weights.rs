//! Base weights of competing events whose mean probabilities are stated.

#![allow(clippy::needless_range_loop)] // matrices read best by index

use super::{LinkError, checked};
use crate::math::quadrature::GaussHermite;

/// The law over which event probabilities are averaged: cycle x and sector s standard normal with a correlation, skill theta standard normal
/// and independent, the listing window in one of several states.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conditions<'a> {
    /// Correlation of x and s, -1 to 1.
    pub sector_correlation: f64,
    /// Probability of each state of the listing window, and the factor on the listing weight in it.
    pub listing_window: &'a [(f64, f64)],
    /// Which event is the listing, if there is one.
    pub listing: Option<usize>,
}

/// Base weights, summing to 1, such that each event's mean probability is its target:
///
/// ```text
/// E[w(o) / sum of w] = target(o),   w(o) = base(o) exp(b(o) x + g(o) theta + d(o) s) (times the window's factor for the listing)
/// ```
///
/// `loadings` holds `[b, g, d]` of each event. Events with target 0 keep weight 0. Units: probabilities, and loadings per standard deviation.
///
/// The expectation is Gauss-Hermite quadrature with 12 nodes in each direction that carries a loading. The logarithms of the weights maximise
/// the concave function `sum target(o) ln base(o) - E ln(sum of w)`, so Newton's method with limited steps finds them, to 1e-12 in each
/// target. About 1 ms for six events with all loadings.
///
/// # Errors
/// If the targets are negative or do not sum to 1, a correlation or probability is out of range, or no weights are found.
///
/// # Panics
/// If there is not one row of loadings per target.
pub fn unconditional_base_weights(
    target: &[f64],
    loadings: &[[f64; 3]],
    conditions: Conditions<'_>,
) -> Result<Vec<f64>, LinkError> {
    const ITERATIONS: usize = 200;
    assert_eq!(
        target.len(),
        loadings.len(),
        "one row of loadings per event"
    );
    checked(
        "sum of the event probabilities",
        target.iter().sum(),
        "1",
        |sum| (sum - 1.0).abs() < 1e-9,
    )?;
    for &probability in target {
        checked("event probability", probability, "0 to 1", |p| {
            (0.0..=1.0).contains(&p)
        })?;
    }
    let open: Vec<usize> = (0..target.len()).filter(|&o| target[o] > 0.0).collect();
    let wanted: Vec<f64> = open.iter().map(|&o| target[o]).collect();
    let nodes = nodes(&open, loadings, conditions)?;
    let mut logs: Vec<f64> = wanted.iter().map(|&p| libm::log(p)).collect();
    for _ in 0..ITERATIONS {
        let (means, covariance) = moments(&nodes, &logs);
        let miss: Vec<f64> = wanted
            .iter()
            .zip(&means)
            .map(|(wanted, mean)| wanted - mean)
            .collect();
        if miss.iter().all(|miss| miss.abs() < 1e-12) {
            let weights: Vec<f64> = logs.iter().map(|&log| libm::exp(log)).collect();
            let total: f64 = weights.iter().sum();
            let mut all = vec![0.0; target.len()];
            open.iter()
                .zip(weights)
                .for_each(|(&o, weight)| all[o] = weight / total);
            return Ok(all);
        }
        // a common factor changes nothing: the last logarithm stays
        let steps = solve(covariance, &miss, open.len() - 1);
        let longest = steps
            .iter()
            .fold(1.0_f64, |longest, step| longest.max(step.abs()));
        logs.iter_mut()
            .zip(&steps)
            .for_each(|(log, step)| *log += step / longest);
    }
    Err(LinkError::OutOfRange {
        name: "largest loading of an event",
        value: largest(loadings),
        range: "small enough for base weights to exist",
    })
}

fn largest(loadings: &[[f64; 3]]) -> f64 {
    loadings
        .iter()
        .flatten()
        .fold(0.0, |largest, loading| loading.abs().max(largest))
}

/// A point of the quadrature: its probability and the factor on each open event's weight.
struct Node {
    probability: f64,
    factors: Vec<f64>,
}

fn nodes(
    open: &[usize],
    loadings: &[[f64; 3]],
    conditions: Conditions<'_>,
) -> Result<Vec<Node>, LinkError> {
    let rho = checked(
        "sector_correlation",
        conditions.sector_correlation,
        "-1 to 1",
        |r| (-1.0..=1.0).contains(&r),
    )?;
    let window = conditions.listing_window;
    checked(
        "sum of the listing window's probabilities",
        window.iter().map(|state| state.0).sum(),
        "1",
        |sum| (sum - 1.0).abs() < 1e-9,
    )?;
    // s = rho x + sqrt(1 - rho^2) y: three independent directions x, theta, y
    let along = |o: usize| {
        let [b, g, d] = loadings[o];
        [b + rho * d, g, (1.0 - rho * rho).sqrt() * d]
    };
    // factors multiply across directions, so each direction has its own short table of exponentials
    let table = |direction: usize| -> Vec<Node> {
        let used = open.iter().any(|&o| along(o)[direction] != 0.0);
        let rule = GaussHermite::with(if used { 12 } else { 1 });
        let node = |(z, probability)| Node {
            probability,
            factors: open
                .iter()
                .map(|&o| libm::exp(along(o)[direction] * z))
                .collect(),
        };
        rule.points().map(node).collect()
    };
    let states = window.iter().map(|&(probability, factor)| Node {
        probability,
        factors: open
            .iter()
            .map(|&o| {
                if Some(o) == conditions.listing {
                    factor
                } else {
                    1.0
                }
            })
            .collect(),
    });
    Ok((0..3)
        .map(table)
        .fold(states.collect(), |product: Vec<Node>, table| {
            let pairs = product
                .iter()
                .flat_map(|a| table.iter().map(move |b| (a, b)));
            pairs
                .map(|(a, b)| Node {
                    probability: a.probability * b.probability,
                    factors: a
                        .factors
                        .iter()
                        .zip(&b.factors)
                        .map(|(a, b)| a * b)
                        .collect(),
                })
                .collect()
        }))
}

/// Mean probability of each event, and the derivatives of the means in the logarithms of the weights, row by row.
fn moments(nodes: &[Node], logs: &[f64]) -> (Vec<f64>, Vec<Vec<f64>>) {
    let events = logs.len();
    let base: Vec<f64> = logs.iter().map(|&log| libm::exp(log)).collect();
    let mut means = vec![0.0; events];
    let mut slopes = vec![vec![0.0; events]; events];
    let mut shares = vec![0.0; events];
    for node in nodes {
        for o in 0..events {
            shares[o] = base[o] * node.factors[o];
        }
        let scale = 1.0 / shares.iter().sum::<f64>();
        for i in 0..events {
            let share = shares[i] * scale;
            means[i] += node.probability * share;
            for j in 0..=i {
                slopes[i][j] -= node.probability * share * shares[j] * scale;
            }
        }
    }
    for i in 0..events {
        for j in 0..i {
            slopes[j][i] = slopes[i][j];
        }
        slopes[i][i] += means[i];
    }
    (means, slopes)
}

/// Solves the leading n equations of a symmetric positive definite system by elimination; the rest of the answer is 0.
fn solve(mut matrix: Vec<Vec<f64>>, right: &[f64], n: usize) -> Vec<f64> {
    let mut x = right.to_vec();
    x[n..].fill(0.0);
    for pivot in 0..n {
        for row in pivot + 1..n {
            let factor = matrix[row][pivot] / matrix[pivot][pivot];
            for column in pivot..n {
                matrix[row][column] -= factor * matrix[pivot][column];
            }
            x[row] -= factor * x[pivot];
        }
    }
    for row in (0..n).rev() {
        let known: f64 = (row + 1..n)
            .map(|column| matrix[row][column] * x[column])
            .sum();
        x[row] = (x[row] - known) / matrix[row][row];
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::elementary::normal_quantile_f64;
    use crate::random::{Entity, Purpose, Streams, tag, unit_f64};

    const TARGET: [f64; 6] = [0.50, 0.05, 0.30, 0.08, 0.07, 0.0];
    const LOADINGS: [[f64; 3]; 6] = [
        [0.3, 0.4, 0.2],
        [-0.3, -0.4, -0.2],
        [-0.5, -0.5, -0.3],
        [0.3, 0.2, 0.1],
        [1.0, 0.3, 0.5],
        [0.0; 3],
    ];
    const CONDITIONS: Conditions<'static> = Conditions {
        sector_correlation: 0.5,
        listing_window: &[(0.75, 1.0), (0.25, 0.3)],
        listing: Some(4),
    };

    /// Event probabilities at one point.
    fn shares(weights: &[f64], x: f64, theta: f64, s: f64, window: f64) -> [f64; 6] {
        let w: [f64; 6] = std::array::from_fn(|o| {
            let [b, g, d] = LOADINGS[o];
            weights[o] * libm::exp(b * x + g * theta + d * s) * if o == 4 { window } else { 1.0 }
        });
        let total: f64 = w.iter().sum();
        w.map(|w| w / total)
    }

    #[test]
    fn a_finer_rule_meets_the_targets() {
        let weights = unconditional_base_weights(&TARGET, &LOADINGS, CONDITIONS).unwrap();
        assert_eq!(weights[5], 0.0);
        let rule = GaussHermite::with(32);
        let mixed = 0.75_f64.sqrt();
        for o in 0..6 {
            let mean = rule.expect3(|x, theta, y| {
                let s = 0.5 * x + mixed * y;
                0.75 * shares(&weights, x, theta, s, 1.0)[o]
                    + 0.25 * shares(&weights, x, theta, s, 0.3)[o]
            });
            assert!((mean - TARGET[o]).abs() < 1e-7, "event {o}: {mean}");
        }
    }

    /// Mean of 1e6 draws within 5 standard errors; the targets themselves as weights must miss by more than 50, which shows the power.
    #[test]
    fn a_million_draws_meet_the_targets_and_naive_weights_do_not() {
        const DRAWS: u32 = 1_000_000;
        let weights = unconditional_base_weights(&TARGET, &LOADINGS, CONDITIONS).unwrap();
        let streams = Streams::new(5);
        let (mut sums, mut squares, mut naive) = ([0.0; 6], [0.0; 6], [0.0; 6]);
        for i in 0..DRAWS {
            let u = streams
                .words(i, Entity::NATIONAL, tag(Purpose::Life, 0, 0), 0)
                .map(unit_f64);
            let [x, theta, y] = [u[0], u[1], u[2]].map(normal_quantile_f64);
            let s = 0.5 * x + 0.75_f64.sqrt() * y;
            let window = if u[3] < 0.75 { 1.0 } else { 0.3 };
            let shares_here = shares(&weights, x, theta, s, window);
            let naive_here = shares(&TARGET, x, theta, s, window);
            for o in 0..6 {
                sums[o] += shares_here[o];
                squares[o] += shares_here[o] * shares_here[o];
                naive[o] += naive_here[o];
            }
        }
        let n = f64::from(DRAWS);
        let errors = |sums: [f64; 6]| -> Vec<f64> {
            let standard_error = |o: usize| ((squares[o] / n - TARGET[o] * TARGET[o]) / n).sqrt();
            (0..5)
                .map(|o| (sums[o] / n - TARGET[o]).abs() / standard_error(o))
                .collect()
        };
        assert!(
            errors(sums).iter().all(|&error| error < 5.0),
            "{:?}",
            errors(sums)
        );
        assert!(
            errors(naive).iter().any(|&error| error > 50.0),
            "{:?}",
            errors(naive)
        );
    }

    #[test]
    fn without_loadings_the_targets_are_the_weights() {
        let still = Conditions {
            sector_correlation: 0.0,
            listing_window: &[(1.0, 1.0)],
            listing: None,
        };
        let weights = unconditional_base_weights(&TARGET, &[[0.0; 3]; 6], still).unwrap();
        assert!(
            weights
                .iter()
                .zip(TARGET)
                .all(|(weight, target)| (weight - target).abs() < 1e-11)
        );
    }

    #[test]
    fn extreme_targets_and_loadings_are_solved_and_nonsense_is_refused() {
        let steep = LOADINGS.map(|row| row.map(|loading| 3.0 * loading));
        assert!(
            unconditional_base_weights(&[0.9, 0.001, 0.001, 0.001, 0.097, 0.0], &steep, CONDITIONS)
                .is_ok()
        );
        assert_eq!(
            unconditional_base_weights(&[1.0, 0.0], &[[1.0; 3]; 2], CONDITIONS).unwrap(),
            [1.0, 0.0]
        );
        assert!(unconditional_base_weights(&[0.5, 0.6], &[[0.0; 3]; 2], CONDITIONS).is_err());
        assert!(unconditional_base_weights(&[1.5, -0.5], &[[0.0; 3]; 2], CONDITIONS).is_err());
    }
}
