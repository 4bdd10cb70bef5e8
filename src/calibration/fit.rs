//! Least squares within a box, for misses that come from simulation (Levenberg and Marquardt).
//!
//! Slopes are taken over a twentieth of each range: counts of simulated events move in steps, and a step of rounding size would see
//! none of them. A number at an end of its range that the slopes push further out is held there for the step.

use super::linear::{products, solve};

/// Part of a range over which a slope is taken.
const STEP: f64 = 0.05;

/// Most rounds of slopes.
const ROUNDS: usize = 12;

/// The search rests when a round gains less than this part of the sum of squares, and less than this sum in all.
const GAIN: [f64; 2] = [0.01, 0.02];

/// Damping is tried in powers of this.
const FACTOR: f64 = 8.0;

/// Dampings tried in a round.
const DAMPINGS: usize = 5;

/// Trials at most for so many numbers.
pub const fn most_trials(keys: usize) -> usize {
    1 + ROUNDS * (keys + DAMPINGS) + keys
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// Places in the ranges, each from 0 to 1.
    pub places: Vec<f64>,
    /// Misses there.
    pub misses: Vec<f64>,
    /// Slopes of the misses there, miss by miss.
    pub jacobian: Vec<Vec<f64>>,
    /// Whether the search came to rest.
    pub converged: bool,
}

/// The places of the least sum of squared misses near `start`.
///
/// # Errors
///
/// Those of `misses`.
pub fn fit<E>(
    start: &[f64],
    mut misses: impl FnMut(&[f64]) -> Result<Vec<f64>, E>,
) -> Result<Fit, E> {
    let places: Vec<f64> = start.iter().map(|place| place.clamp(0.0, 1.0)).collect();
    let mut found = Fit {
        misses: misses(&places)?,
        jacobian: Vec::new(),
        places,
        converged: false,
    };
    let mut damping = 0.01;
    for _ in 0..ROUNDS {
        found.jacobian = slopes(&found.places, &found.misses, &mut misses)?;
        let before = squares(&found.misses);
        let mut gained = false;
        for _ in 0..DAMPINGS {
            let places = found.step(damping);
            let tried = misses(&places)?;
            if squares(&tried) < squares(&found.misses) {
                (found.places, found.misses) = (places, tried);
                damping = (damping / FACTOR).max(1e-6);
                gained = true;
                break;
            }
            damping *= FACTOR;
        }
        let gain = before - squares(&found.misses);
        if !gained || gain < GAIN[0] * before || gain < GAIN[1] {
            found.converged = true;
            break;
        }
    }
    found.jacobian = slopes(&found.places, &found.misses, &mut misses)?;
    Ok(found)
}

fn squares(misses: &[f64]) -> f64 {
    misses.iter().map(|miss| miss * miss).sum()
}

/// Slopes of the misses at `places`, one-sided where an end is near.
fn slopes<E>(
    places: &[f64],
    at: &[f64],
    mut misses: impl FnMut(&[f64]) -> Result<Vec<f64>, E>,
) -> Result<Vec<Vec<f64>>, E> {
    let mut jacobian = vec![vec![0.0; places.len()]; at.len()];
    for key in 0..places.len() {
        let step = if places[key] + STEP <= 1.0 {
            STEP
        } else {
            -STEP
        };
        let mut beside = places.to_vec();
        beside[key] += step;
        for (row, (there, here)) in jacobian.iter_mut().zip(misses(&beside)?.iter().zip(at)) {
            row[key] = (there - here) / step;
        }
    }
    Ok(jacobian)
}

impl Fit {
    /// The damped step from here, within the box.
    fn step(&self, damping: f64) -> Vec<f64> {
        let n = self.places.len();
        let pull = |key: usize| -> f64 {
            let rows = self.jacobian.iter().zip(&self.misses);
            -rows.map(|(row, miss)| row[key] * miss).sum::<f64>()
        };
        let pull: Vec<f64> = (0..n).map(pull).collect();
        let moves = |key: &usize| {
            let place = self.places[*key];
            !(place <= 0.0 && pull[*key] < 0.0 || place >= 1.0 && pull[*key] > 0.0)
        };
        let free: Vec<usize> = (0..n).filter(moves).collect();
        let rows: Vec<Vec<f64>> = self
            .jacobian
            .iter()
            .map(|row| free.iter().map(|&key| row[key]).collect())
            .collect();
        let mut matrix = products(&rows, &vec![1.0; rows.len()]);
        let largest = (0..free.len()).map(|i| matrix[i][i]).fold(0.0, f64::max);
        for (i, row) in matrix.iter_mut().enumerate() {
            row[i] += damping * row[i] + 1e-6 * largest + 1e-12;
        }
        let right: Vec<f64> = free.iter().map(|&key| pull[key]).collect();
        let mut places = self.places.clone();
        for (&key, by) in free.iter().zip(solve(&matrix, &right).unwrap_or_default()) {
            places[key] = (places[key] + by).clamp(0.0, 1.0);
        }
        places
    }

    /// Standard errors of the places, where each miss has an error of 1 and its `noise` besides; `None` for a number that no miss
    /// tells from the others.
    pub fn standard_errors(&self, noise: &[f64]) -> Vec<Option<f64>> {
        let weights: Vec<f64> = noise
            .iter()
            .map(|noise| 1.0 / (1.0 + noise * noise))
            .collect();
        let mut matrix = products(&self.jacobian, &weights);
        let n = matrix.len();
        // What no miss tells has nothing on the diagonal; a little keeps the rest solvable, and its error is then huge.
        for (i, row) in matrix.iter_mut().enumerate() {
            row[i] += 1e-4;
        }
        let error = |key: usize| {
            let mut unit = vec![0.0; n];
            unit[key] = 1.0;
            let variance = solve(&matrix, &unit)?[key];
            (variance > 0.0 && variance < 1e3).then(|| variance.sqrt())
        };
        (0..n).map(error).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(start: &[f64], misses: impl Fn(&[f64]) -> Vec<f64>) -> Fit {
        let misses = |places: &[f64]| Ok::<_, ()>(misses(places));
        fit(start, misses).expect("misses")
    }

    #[test]
    fn a_curved_valley_is_followed_to_its_ground() {
        // Rosenbrock's, within the box; its ground is at (0.6, 0.36).
        let fit = found(&[0.1, 0.9], |p| {
            vec![5.0 * (0.6 - p[0]), 20.0 * (p[1] - p[0] * p[0])]
        });
        assert!(
            (fit.places[0] - 0.6).abs() < 0.02 && (fit.places[1] - 0.36).abs() < 0.02,
            "{fit:?}"
        );
    }

    #[test]
    fn what_lies_beyond_the_box_is_met_at_its_end() {
        let fit = found(&[0.5, 0.5], |p| {
            vec![10.0 * (p[0] - 1.4), 10.0 * (p[1] - 0.2)]
        });
        assert_eq!(fit.places[0], 1.0);
        assert!((fit.places[1] - 0.2).abs() < 1e-3, "{fit:?}");
    }

    #[test]
    fn a_number_that_moves_nothing_has_no_error() {
        let fit = found(&[0.5, 0.5], |p| vec![10.0 * (p[0] - 0.3), 0.0]);
        let errors = fit.standard_errors(&[0.0, 0.0]);
        assert!((errors[0].expect("told") - 0.1).abs() < 1e-3);
        assert_eq!(errors[1], None);
        // Noise as large as the figure's own error makes the error larger by the root of two.
        let noisy = fit.standard_errors(&[1.0, 0.0])[0].expect("told");
        assert!((noisy / 0.1 - 2.0_f64.sqrt()).abs() < 1e-3);
    }
}
