//! Which assumptions move a metric most: squared rank correlation between a number's draws and the worlds' means.

use crate::math::elementary::normal_quantile_f64;
use crate::summary::probability::Z;
use serde::Serialize;

/// How much of the variation between worlds goes with one number.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Influence {
    /// Path of the number.
    pub key: String,
    /// Spearman's rank correlation between the number and the worlds' means.
    pub rank_correlation: f64,
    /// Its 95% interval (Fisher's z with the error of Bonett and Wright).
    pub interval: [f64; 2],
    /// Its square less what chance gives, at least 0: the share of the variation (in ranks) that goes with the number.
    pub share: f64,
}

/// The influences of all numbers on one metric, largest first.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Dominance {
    /// Largest first.
    pub influences: Vec<Influence>,
    /// Shares up to this one are reached by the largest of as many idle numbers with a chance of 5%.
    pub noise: f64,
}

impl Dominance {
    /// Influences of the numbers `keys`, of which each has one draw per world, on `means`, one per world. `None` for fewer than 5 worlds.
    pub fn of(keys: &[&str], draws: &[Vec<f64>], means: &[f64]) -> Option<Self> {
        let worlds = means.len() as f64;
        if means.len() < 5 || keys.is_empty() {
            return None;
        }
        let adjusted = |square: f64| (square * (worlds - 1.0) - 1.0) / (worlds - 2.0);
        let target = ranks(means);
        let influence = |(key, draws): (&&str, &Vec<f64>)| {
            let rho = correlation(&ranks(draws), &target);
            let z = libm::atanh(rho.clamp(-0.999_999, 0.999_999));
            let half = Z * ((1.0 + rho * rho / 2.0) / (worlds - 3.0)).sqrt();
            Influence {
                key: (*key).to_owned(),
                rank_correlation: rho,
                interval: [libm::tanh(z - half), libm::tanh(z + half)],
                share: adjusted(rho * rho).max(0.0),
            }
        };
        let mut influences: Vec<Influence> = keys.iter().zip(draws).map(influence).collect();
        influences.sort_by(|a, b| b.share.total_cmp(&a.share));
        // Sidak over two-sided tests: none of the idle numbers exceeds it with 95%.
        let each = 1.0 - libm::pow(0.95, 1.0 / keys.len() as f64);
        let z = normal_quantile_f64(1.0 - each / 2.0);
        Some(Self {
            influences,
            noise: adjusted((z * z / (worlds - 1.0)).min(1.0)).max(0.0),
        })
    }
}

/// Ranks from 1; equal values share their mean rank.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    let mut start = 0;
    for equal in order.chunk_by(|a, b| values[*a] == values[*b]) {
        let rank = start as f64 + f64::midpoint(equal.len() as f64, 1.0);
        for at in equal {
            ranks[*at] = rank;
        }
        start += equal.len();
    }
    ranks
}

/// Pearson's correlation; 0 where one of the two does not vary.
fn correlation(one: &[f64], other: &[f64]) -> f64 {
    let count = one.len() as f64;
    let (a, b) = (
        one.iter().sum::<f64>() / count,
        other.iter().sum::<f64>() / count,
    );
    let pairs = || one.iter().zip(other);
    let product: f64 = pairs().map(|(x, y)| (x - a) * (y - b)).sum();
    let squares: f64 = one.iter().map(|x| (x - a) * (x - a)).sum::<f64>();
    let others: f64 = other.iter().map(|y| (y - b) * (y - b)).sum::<f64>();
    let scale = (squares * others).sqrt();
    if scale > 0.0 { product / scale } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Entity, Streams, unit_f64};

    fn uniforms(number: u32, worlds: usize) -> Vec<f64> {
        let word = |world| Streams::new(5).words(world as u32, Entity::from_word(number), 0, 0)[0];
        (0..worlds).map(|world| unit_f64(word(world))).collect()
    }

    /// Textbook case: ranks 1..5 against 2, 1, 4, 3, 5 have 1 - 6 * 4 / (5 * 24) = 0.8.
    #[test]
    fn a_rank_correlation_is_spearmans() {
        let draws = vec![vec![0.1, 0.2, 0.3, 0.4, 0.5]];
        let found = Dominance::of(&["a"], &draws, &[20.0, 10.0, 40.0, 30.0, 5000.0]);
        let rho = found.expect("five worlds").influences[0].rank_correlation;
        assert!((rho - 0.8).abs() < 1e-12);
        assert_eq!(ranks(&[3.0, 1.0, 3.0, 0.0]), [3.5, 2.0, 3.5, 1.0]);
    }

    /// 2 a + b + nothing of 60 more: of the variance a has 4/5 and b 1/5 (in ranks nearly so; 0.06 is four standard errors at 1000 worlds).
    #[test]
    fn the_numbers_that_matter_lead_and_idle_ones_stay_in_the_noise() {
        let draws: Vec<Vec<f64>> = (0..62).map(|number| uniforms(number, 1000)).collect();
        let names: Vec<String> = (0..62).map(|number| format!("k{number}")).collect();
        let keys: Vec<&str> = names.iter().map(String::as_str).collect();
        let means: Vec<f64> = draws[0]
            .iter()
            .zip(&draws[1])
            .map(|(a, b)| 2.0 * a + b)
            .collect();
        let found = Dominance::of(&keys, &draws, &means).expect("worlds");
        let lead = &found.influences[..3];
        assert_eq!((lead[0].key.as_str(), lead[1].key.as_str()), ("k0", "k1"));
        assert!((lead[0].share - 0.8).abs() < 0.06 && (lead[1].share - 0.2).abs() < 0.06);
        assert!(
            lead[1].share > found.noise && lead[2].share < 1.5 * found.noise,
            "{}",
            found.noise
        );
    }

    /// The largest of 50 idle numbers exceeds the noise in about 5 of 100 samples: 15 or more have a chance below 1e-4.
    #[test]
    fn noise_is_what_the_largest_idle_number_rarely_exceeds() {
        let keys = ["k"; 50];
        let exceeds = |sample: u32| {
            let draws: Vec<Vec<f64>> = (0..50)
                .map(|k| uniforms(1000 * (sample + 1) + k, 200))
                .collect();
            let means = uniforms(1000 * (sample + 1) + 999, 200);
            let found = Dominance::of(&keys, &draws, &means).expect("worlds");
            u32::from(found.influences[0].share > found.noise)
        };
        let count: u32 = (0..100).map(exceeds).sum();
        assert!(count < 15, "{count}");
    }
}
