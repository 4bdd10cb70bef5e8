//! Gamma quantiles from a table, for Dirichlet splits.

use super::{LinkError, checked};
use crate::math::elementary::{exp, floor_to_i32, ln};
use crate::random::unit_f32;

/// The quantile function of the gamma law of a shape and scale 1, tabulated.
///
/// Independent draws divided by their sum split a whole by the Dirichlet law. The table holds ln x against ln e, where e = -ln(1 - u) is the
/// exponential quantile: nearly a straight line, exactly so for shape 1, and between its points a cubic with the exact slopes. It rises in u.
#[derive(Clone, Debug, PartialEq)]
pub struct GammaQuantileTable {
    /// ln x and its slope at the grid points of ln e.
    points: Vec<(f64, f64)>,
    /// ln (x / e) at the grid points and its rise per cell, for [`GammaQuantileTable::fill`].
    ratios: Vec<f32>,
    rises: Vec<f32>,
}

impl GammaQuantileTable {
    const PER_UNIT: f64 = 16.0;
    /// ln e at the ends of the table: u from 4e-11 to 1 - 6e-12; beyond them the end slopes go on.
    const LOW: f64 = -24.0;
    const HIGH: f64 = 3.25;

    /// The table of a shape from 0.01 to 1000.
    ///
    /// # Errors
    /// If the shape lies outside.
    pub fn new(shape: f64) -> Result<Self, LinkError> {
        let shape = checked("gamma shape", shape, "0.01 to 1000", |a| {
            (0.01..=1000.0).contains(&a)
        })?;
        let cells = ((Self::HIGH - Self::LOW) * Self::PER_UNIT) as u32;
        let log_gamma = libm::lgamma(shape);
        let mut points: Vec<(f64, f64)> = Vec::with_capacity(cells as usize + 1);
        for i in 0..=cells {
            let log_e = Self::LOW + f64::from(i) / Self::PER_UNIT;
            // the first guess: x^a / Gamma(a + 1) = u; then along the slope
            let guess = points.last().map_or(
                (log_e + libm::lgamma(shape + 1.0)) / shape,
                |&(log_x, slope)| log_x + slope / Self::PER_UNIT,
            );
            points.push(solve(shape, log_gamma, log_e, guess));
        }
        let log_e = |i: usize| Self::LOW + i as f64 / Self::PER_UNIT;
        let ratio = |(i, point): (usize, &(f64, f64))| (point.0 - log_e(i)) as f32;
        let rise = |point: &(f64, f64)| ((point.1 - 1.0) / Self::PER_UNIT) as f32;
        Ok(Self {
            ratios: points.iter().enumerate().map(ratio).collect(),
            rises: points.iter().map(rise).collect(),
            points,
        })
    }

    /// [`GammaQuantileTable::quantile`] in single precision at the uniforms of these words. Call it from a loop compiled for wide vectors.
    #[inline(always)]
    #[allow(clippy::inline_always)]
    pub fn fill(&self, out: &mut [f32], words: &[u32]) {
        for (x, &word) in out.iter_mut().zip(words) {
            *x = -ln(1.0 - unit_f32(word));
        }
        scale_by_ratio(out, &self.ratios, &self.rises);
    }

    /// The value at a uniform u in (0, 1); rises in u.
    pub fn quantile(&self, u: f64) -> f64 {
        let position = (libm::log(-libm::log1p(-u)) - Self::LOW) * Self::PER_UNIT;
        let cell = (position.max(0.0) as usize).min(self.points.len() - 2);
        let ((y0, slope0), (y1, slope1)) = (self.points[cell], self.points[cell + 1]);
        let (t, d0, d1) = (
            position - cell as f64,
            slope0 / Self::PER_UNIT,
            slope1 / Self::PER_UNIT,
        );
        let rise = y1 - y0;
        let log_x = if t < 0.0 {
            y0 + d0 * t
        } else if t > 1.0 {
            y1 + d1 * (t - 1.0)
        } else {
            y0 + t * (d0 + t * ((3.0 * rise - 2.0 * d0 - d1) + t * (d0 + d1 - 2.0 * rise)))
        };
        libm::exp(log_x)
    }
}

/// From exponential quantiles e to x, by the cubics between the points of ln (x / e).
#[inline(always)]
#[allow(clippy::inline_always)]
fn scale_by_ratio(out: &mut [f32], ratios: &[f32], rises: &[f32]) {
    const LOW: f32 = GammaQuantileTable::LOW as f32;
    let at = |list: &[f32], cell: u32| list.get(cell as usize).copied().unwrap_or_default();
    for e in out {
        let position = (ln(*e) - LOW) * GammaQuantileTable::PER_UNIT as f32;
        let cell = floor_to_i32(position) as u32;
        let (y0, y1) = (at(ratios, cell), at(ratios, cell + 1));
        let (d0, d1) = (at(rises, cell), at(rises, cell + 1));
        let (t, rise) = (position - cell as i32 as f32, y1 - y0);
        let curve = (3.0 * rise - 2.0 * d0 - d1) + t * (d0 + d1 - 2.0 * rise);
        *e *= exp(y0 + t * (d0 + t * curve));
    }
}

/// ln x with P(shape, x) = 1 - exp(-e), and its slope in ln e, by Newton's method in ln x on the smaller of the two tails.
fn solve(shape: f64, log_gamma: f64, log_e: f64, guess: f64) -> (f64, f64) {
    let e = libm::exp(log_e);
    let log_u = libm::log(-libm::expm1(-e));
    let mut log_x = guess;
    let mut slope = 1.0;
    for _ in 0..100 {
        let x = libm::exp(log_x);
        let log_density = shape * log_x - x - log_gamma; // of ln x
        let tails = tails(shape, x);
        // each tail as a multiple of the density of ln x
        let (miss, in_log_x) = match tails {
            Tail::Lower(p) => (log_density + libm::log(p) - log_u, 1.0 / p),
            Tail::Upper(q) => (-(log_density + libm::log(q)) - e, 1.0 / q),
        };
        let step = miss / in_log_x;
        log_x -= step.clamp(-1.0, 1.0);
        slope = libm::exp(log_e - e - log_density);
        if step.abs() < 1e-15 * log_x.abs().max(1.0) {
            break;
        }
    }
    (log_x, slope)
}

/// One tail of the gamma law over the density of ln x.
enum Tail {
    Lower(f64),
    Upper(f64),
}

/// Below shape + 1 the series of the lower incomplete gamma function, above it the continued fraction of the upper one by Lentz's method
/// (Abramowitz and Stegun 6.5.29 and 6.5.31).
fn tails(shape: f64, x: f64) -> Tail {
    if x < shape + 1.0 {
        let (mut term, mut sum, mut a) = (1.0 / shape, 1.0 / shape, shape);
        while term > sum * 1e-17 {
            a += 1.0;
            term *= x / a;
            sum += term;
        }
        return Tail::Lower(sum);
    }
    let mut b = x + 1.0 - shape;
    let mut c = 1e300;
    let mut d = 1.0 / b;
    let mut fraction = d;
    for i in 1..1000 {
        let i = f64::from(i);
        let a = -i * (i - shape);
        b += 2.0;
        d = 1.0 / (a * d + b);
        c = b + a / c;
        fraction *= d * c;
        if (d * c - 1.0).abs() < 1e-16 {
            break;
        }
    }
    Tail::Upper(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::{ContinuousCDF, Gamma};

    fn uniforms() -> impl Iterator<Item = f64> {
        (0..200_000).map(|i| (f64::from(i) + 0.5) / 200_000.0)
    }

    #[test]
    fn shape_one_is_the_exponential_law() {
        let table = GammaQuantileTable::new(1.0).unwrap();
        for u in uniforms().chain([1e-12, 1e-10, 1.0 - 1e-10, 1.0 - 1e-12]) {
            let exact = -libm::log1p(-u);
            assert!((table.quantile(u) / exact - 1.0).abs() < 1e-13, "{u}");
        }
    }

    #[test]
    fn single_precision_follows_the_table() {
        for shape in [0.1, 0.5, 1.0, 3.0, 40.0] {
            let table = GammaQuantileTable::new(shape).unwrap();
            let words: Vec<u32> = (0..1 << 16).map(|i| (i << 16) + (1 << 15)).collect();
            let mut found = vec![0.0; words.len()];
            table.fill(&mut found, &words);
            for (&word, &x) in words.iter().zip(&found) {
                let exact = table.quantile(f64::from(unit_f32(word)));
                // Weights below every normal f32 stay next to nothing.
                let error = (f64::from(x) - exact).abs() / (exact + 1e-30);
                assert!(
                    error * shape.min(1.0) < 5e-6,
                    "shape {shape}, word {word}: {x}, {exact}"
                );
            }
        }
    }

    #[test]
    fn the_distribution_function_of_statrs_gives_the_uniform_back() {
        for shape in [0.1, 0.5, 1.0, 2.0, 5.5, 40.0] {
            let (table, law) = (
                GammaQuantileTable::new(shape).unwrap(),
                Gamma::new(shape, 1.0).unwrap(),
            );
            for u in uniforms().step_by(97) {
                let back = law.cdf(table.quantile(u));
                assert!((back - u).abs() < 1e-7, "shape {shape}, u {u}: {back}");
            }
        }
    }

    #[test]
    fn quantiles_rise() {
        for shape in [0.01, 0.1, 0.5, 1.0, 3.0, 30.0, 1000.0] {
            let table = GammaQuantileTable::new(shape).unwrap();
            let mut last = 0.0;
            for u in [2.0_f64.recip() * 1e-11, 1e-10]
                .into_iter()
                .chain(uniforms())
                .chain([1.0 - 1e-9, 1.0 - 1e-12])
            {
                let x = table.quantile(u);
                assert!(
                    x >= last && x.is_finite(),
                    "shape {shape}, u {u}: {x} after {last}"
                );
                last = x;
            }
        }
    }

    #[test]
    fn the_mean_is_the_shape() {
        for shape in [0.5, 2.0, 20.0] {
            let table = GammaQuantileTable::new(shape).unwrap();
            let mean = uniforms().map(|u| table.quantile(u)).sum::<f64>() / 200_000.0;
            assert!((mean / shape - 1.0).abs() < 1e-4, "{shape}: {mean}");
        }
        assert!(
            GammaQuantileTable::new(0.0).is_err() && GammaQuantileTable::new(f64::NAN).is_err()
        );
    }
}
