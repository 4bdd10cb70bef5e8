//! Uncertain numbers and their values in a world: each by inverse distribution function at an address of its own.
//!
//! The uniform of a number is addressed by the world and by a hash of the number's path, so it depends neither on which other numbers are
//! uncertain nor on their order. Correlated numbers pass their normal scores through the root of the correlation matrix (Gaussian copula).

use crate::math::cholesky::{Correlations, cholesky};
use crate::math::elementary::{normal_cdf_f64, normal_quantile_f64};
use crate::random::{Entity, Purpose, Streams, tag, unit_f64};
use crate::scenario::Scenario;
use crate::scenario::reader::{Law, Parameter};
use crate::scenario::variant::assignment;
use sha2::{Digest as _, Sha256};

/// A number of a scenario that has a range.
#[derive(Clone, Debug, PartialEq)]
pub struct Uncertain {
    /// The number.
    pub parameter: Parameter,
    /// Lower end of the range.
    pub low: f64,
    /// Upper end of the range.
    pub high: f64,
    /// How it is spread in between.
    pub law: Law,
    address: (Entity, u32),
}

impl Uncertain {
    /// Every number of `scenario` that has a range, in the order of the scenario.
    pub fn all(scenario: &Scenario) -> Vec<Self> {
        scenario.parameters.iter().filter_map(Self::of).collect()
    }

    /// `parameter` with its range; triangular unless it says otherwise.
    fn of(parameter: &Parameter) -> Option<Self> {
        let (low, high) = parameter.range()?;
        Some(Self {
            low,
            high,
            law: parameter.law.unwrap_or(Law::Triangular),
            address: address(&parameter.path),
            parameter: parameter.clone(),
        })
    }

    /// The value below which the share `u` in [0, 1] of its law lies, on the number's grid.
    pub fn quantile(&self, u: f64) -> f64 {
        let Self { low, high, .. } = *self;
        let number = match self.law {
            Law::Uniform => low + u * (high - low),
            Law::Triangular => triangular_quantile(u, low, self.parameter.base, high),
        };
        self.parameter
            .on_grid(number.clamp(low, high))
            .clamp(low, high)
    }

    /// Where its draws stand: the second and the fourth word of their addresses.
    pub fn address(&self) -> (Entity, u32) {
        self.address
    }

    /// The argument of `--set` that gives it the value `number`.
    pub fn set(&self, number: f64) -> String {
        assignment(&self.parameter, number)
    }
}

/// The quantile `u` of the triangular law on `low < high` with its mode at `mode` between.
pub fn triangular_quantile(u: f64, low: f64, mode: f64, high: f64) -> f64 {
    let width = high - low;
    if u * width < mode - low {
        low + (u * width * (mode - low)).sqrt()
    } else {
        high - ((1.0 - u) * width * (high - mode)).sqrt()
    }
}

/// 64 bits of a hash of the path: two of a thousand numbers share an address with a chance below 1e-13.
fn address(path: &str) -> (Entity, u32) {
    let hash = Sha256::digest(path);
    let word = |at: usize| u32::from_le_bytes([hash[at], hash[at + 1], hash[at + 2], hash[at + 3]]);
    (Entity::from_word(word(0)), word(4))
}

/// All draws of the uncertain numbers of one scenario on one seed.
#[derive(Clone, Debug)]
pub struct Draws {
    /// The numbers.
    pub uncertain: Vec<Uncertain>,
    streams: Streams,
    /// Places of the correlated numbers among `uncertain`, and the root of their correlations.
    correlated: Vec<usize>,
    root: Vec<Vec<f64>>,
}

impl Draws {
    /// The draws of `scenario` on `seed`.
    pub fn new(scenario: &Scenario, seed: u64) -> Self {
        let uncertain = Uncertain::all(scenario);
        let pairs = scenario.correlations.iter();
        let pairs = pairs.map(|c| (c.first.as_str(), c.second.as_str(), c.value));
        let correlations = Correlations::of(pairs);
        let place = |name: &&str| uncertain.iter().position(|u| u.parameter.path == **name);
        Self {
            correlated: correlations.names.iter().filter_map(place).collect(),
            // A scenario that was read has correlations that hold together.
            root: cholesky(&correlations.rows).unwrap_or_default(),
            streams: Streams::new(seed),
            uncertain,
        }
    }

    /// The uniforms of all numbers in `world`, drawn for the `attempt`-th time (below 256).
    pub fn uniforms(&self, world: u32, attempt: u32) -> Vec<f64> {
        let tag = tag(Purpose::Assumption, 0, attempt);
        let draw = |uncertain: &Uncertain| {
            let (entity, block) = uncertain.address;
            unit_f64(self.streams.words(world, entity, tag, block)[0])
        };
        let mut uniforms: Vec<f64> = self.uncertain.iter().map(draw).collect();
        let scores = self
            .correlated
            .iter()
            .map(|at| normal_quantile_f64(uniforms[*at]));
        let scores: Vec<f64> = scores.collect();
        for (at, row) in self.correlated.iter().zip(&self.root) {
            let score: f64 = row.iter().zip(&scores).map(|(weight, z)| weight * z).sum();
            uniforms[*at] = normal_cdf_f64(score);
        }
        uniforms
    }

    /// The values at `uniforms`.
    pub fn values(&self, uniforms: &[f64]) -> Vec<f64> {
        let pairs = self.uncertain.iter().zip(uniforms);
        pairs.map(|(uncertain, u)| uncertain.quantile(*u)).collect()
    }

    /// The arguments of `--set` that give all numbers these values.
    pub fn sets(&self, values: &[f64]) -> Vec<String> {
        let pairs = self.uncertain.iter().zip(values);
        pairs
            .map(|(uncertain, value)| uncertain.set(*value))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn scenario(sets: &[&str]) -> Scenario {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/national-2025.toml");
        let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
        Scenario::read(&file, &sets).unwrap_or_else(|problems| panic!("{problems}"))
    }

    /// The law's distribution function, written down apart: (x - a)^2 / ((b - a)(c - a)) up to the mode c, 1 - (b - x)^2 / ((b - a)(b - c))
    /// after it.
    #[test]
    fn the_triangular_quantile_inverts_the_distribution_function() {
        for (low, mode, high) in [(0.0, 1.0, 4.0), (-2.0, -2.0, 1.0), (3.0, 5.0, 5.0)] {
            let cdf = |x: f64| {
                if x < mode {
                    (x - low) * (x - low) / ((high - low) * (mode - low))
                } else if x < high {
                    1.0 - (high - x) * (high - x) / ((high - low) * (high - mode))
                } else {
                    1.0
                }
            };
            for step in 0..=100 {
                let u = f64::from(step) / 100.0;
                let x = triangular_quantile(u, low, mode, high);
                assert!((low..=high).contains(&x), "{u}: {x}");
                assert!((cdf(x) - u).abs() < 1e-12, "{u}: {x}");
            }
        }
    }

    #[test]
    fn counts_are_whole_and_years_are_quarters_where_they_must_be() {
        let draws = Draws::new(&scenario(&[]), 1);
        let mut held = [0; 2];
        for world in 0..20 {
            let values = draws.values(&draws.uniforms(world, 0));
            for (uncertain, value) in draws.uncertain.iter().zip(values) {
                assert!((uncertain.low..=uncertain.high).contains(&value));
                if let Some(step) = uncertain.parameter.grid {
                    assert_eq!((value / step).fract(), 0.0, "{}", uncertain.parameter.path);
                    held[usize::from(step < 1.0)] += 1;
                }
            }
        }
        assert!(
            held.iter().all(|count| *count >= 20),
            "both kinds are drawn"
        );
    }

    #[test]
    fn a_number_keeps_its_draws_whatever_else_is_uncertain() {
        let (all, fewer) = (
            scenario(&[]),
            scenario(&["economy.cycle_years={base=2,low=2,high=2}"]),
        );
        let pair = "assumptions.correlation=[[\"national.bond_rate\",\"national.cash_rate\",0.5]]";
        let correlated = scenario(&[pair]);
        let of = |scenario: &Scenario| {
            let draws = Draws::new(scenario, 7);
            let uniforms = draws.uniforms(3, 1);
            let paths = draws.uncertain.iter().map(|u| u.parameter.path.clone());
            paths.zip(uniforms).collect::<Vec<_>>()
        };
        let base = of(&all);
        assert_eq!(of(&fewer).len() + 1, base.len());
        assert!(of(&fewer).iter().all(|draw| base.contains(draw)));
        let moved = of(&correlated);
        let moved = moved
            .iter()
            .filter(|draw| !base.contains(draw))
            .map(|(path, _)| path);
        assert_eq!(moved.collect::<Vec<_>>(), ["national.cash_rate"]);
        let draws = Draws::new(&all, 7);
        assert_ne!(draws.uniforms(3, 0), draws.uniforms(3, 1));
        assert_ne!(draws.uniforms(3, 0), draws.uniforms(4, 0));
    }

    /// 4000 draws: the sample correlation of normal scores has a standard error of at most 1/sqrt(4000) = 0.016; four of it. The twin
    /// without the table must miss.
    #[test]
    fn correlations_are_reproduced() {
        let keys = ["national.bond_rate", "national.cash_rate", "economy.start"];
        let table = "assumptions.correlation=[[\"national.bond_rate\",\"national.cash_rate\",0.6],[\"economy.start\",\"national.bond_rate\",-0.4]]";
        let sample = |sets: &[&str]| {
            let draws = Draws::new(&scenario(sets), 11);
            let place = |key: &str| draws.uncertain.iter().position(|u| u.parameter.path == key);
            let places = keys.map(|key| place(key).expect("an uncertain number"));
            let worlds: Vec<Vec<f64>> = (0..4000).map(|world| draws.uniforms(world, 0)).collect();
            let mean = |f: &dyn Fn(&Vec<f64>) -> f64| worlds.iter().map(f).sum::<f64>() / 4000.0;
            let z = |at: usize| move |world: &Vec<f64>| normal_quantile_f64(world[at]);
            [(0, 1), (2, 0), (2, 1)].map(|(i, j)| {
                let (one, other) = (z(places[i]), z(places[j]));
                for score in [&one, &other] {
                    // Marginals stay standard normal: the mean within 4 standard errors, the variance too (sd sqrt(2/n)).
                    assert!(mean(&|w| score(w)).abs() < 4.0 * 0.0159);
                    assert!((mean(&|w| score(w) * score(w)) - 1.0).abs() < 4.0 * 0.0224);
                }
                mean(&|w| one(w) * other(w))
            })
        };
        let near = |found: [f64; 3], expected: [f64; 3]| {
            found
                .iter()
                .zip(expected)
                .all(|(found, expected)| (found - expected).abs() < 4.0 * 0.02)
        };
        // What is not given between start and cash rate is 0.
        let expected = [0.6, -0.4, 0.0];
        assert!(near(sample(&[table]), expected), "{:?}", sample(&[table]));
        assert!(!near(sample(&[]), expected));
    }
}
