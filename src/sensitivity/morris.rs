//! Morris screening of a function of the unit cube: the mean size of an input's effect and how much it varies over the cube.
//!
//! Morris, "Factorial sampling plans for preliminary computational experiments", Technometrics 33 (1991), with the mean of absolute effects of
//! Campolongo, Cariboni and Saltelli (2007). A trajectory starts at a point of a grid of four levels and changes one input after the other
//! by two thirds of its range.

use crate::random::{Entity, Purpose, Streams, tag};
use serde::Serialize;

/// Change of an input in one step.
const STEP: f64 = 2.0 / 3.0;

/// Trajectories through the unit cube.
#[derive(Clone, Debug)]
pub struct Trajectories {
    /// Per trajectory and input: where it starts and where it steps to.
    ends: Vec<Vec<[f64; 2]>>,
    /// Per trajectory: at which step each input changes, from 1.
    turns: Vec<Vec<usize>>,
    inputs: usize,
}

/// What an input does.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Screened {
    /// Mean of the absolute effects of a change over the whole range (mu*).
    pub mu_star: f64,
    /// Standard error of it over trajectories.
    pub se: f64,
    /// Mean effect with its sign.
    pub mu: f64,
    /// Standard deviation of the effects: curvature and interplay.
    pub sigma: f64,
    /// Effects that could be told.
    pub effects: usize,
}

impl Trajectories {
    /// `count` trajectories over inputs whose draws stand at `addresses`.
    pub fn new(seed: u64, addresses: &[(Entity, u32)], count: u32) -> Self {
        let streams = Streams::new(seed);
        let (mut ends, mut turns) = (Vec::new(), Vec::new());
        for trajectory in 0..count {
            let tag = tag(Purpose::Assumption, 2, 0);
            let words = addresses.iter().map(|(entity, block)| {
                let [level, side, order, _] = streams.words(trajectory, *entity, tag, *block);
                let low = f64::from(level >> 31) / 3.0;
                let ends = [low, low + STEP];
                let ends = if side >> 31 == 0 {
                    ends
                } else {
                    [ends[1], ends[0]]
                };
                (ends, order)
            });
            let (of_inputs, orders): (Vec<[f64; 2]>, Vec<u32>) = words.unzip();
            let mut sequence: Vec<usize> = (0..addresses.len()).collect();
            sequence.sort_by_key(|input| (orders[*input], *input));
            let mut at = vec![0; addresses.len()];
            for (step, input) in sequence.iter().enumerate() {
                at[*input] = step + 1;
            }
            ends.push(of_inputs);
            turns.push(at);
        }
        Self {
            ends,
            turns,
            inputs: addresses.len(),
        }
    }

    /// Number of points.
    pub fn points(&self) -> usize {
        self.ends.len() * (self.inputs + 1)
    }

    /// Point number `index`.
    pub fn point(&self, index: usize) -> Vec<f64> {
        let (trajectory, step) = (index / (self.inputs + 1), index % (self.inputs + 1));
        let pairs = self.ends[trajectory].iter().zip(&self.turns[trajectory]);
        pairs
            .map(|([from, to], turn)| if *turn <= step { *to } else { *from })
            .collect()
    }

    /// What each input does, from the values of all points; an effect of which one end has no value is left out. An input without any is
    /// `None`.
    pub fn screen(&self, values: &[Option<f64>]) -> Vec<Option<Screened>> {
        let of_trajectories: Vec<&[Option<f64>]> = values.chunks_exact(self.inputs + 1).collect();
        let effect = |trajectory: usize, input: usize| {
            let (turn, [from, to]) = (self.turns[trajectory][input], self.ends[trajectory][input]);
            let values = of_trajectories.get(trajectory)?;
            Some((values[turn]? - values[turn - 1]?) / (to - from))
        };
        let of_input = |input| {
            let effects = (0..self.ends.len()).filter_map(|trajectory| effect(trajectory, input));
            screened(&effects.collect::<Vec<f64>>())
        };
        (0..self.inputs).map(of_input).collect()
    }
}

fn screened(effects: &[f64]) -> Option<Screened> {
    let count = effects.len() as f64;
    let moments = |values: &[f64]| {
        let mean = values.iter().sum::<f64>() / count;
        let squares = values.iter().map(|value| (value - mean) * (value - mean));
        (mean, (squares.sum::<f64>() / (count - 1.0).max(1.0)).sqrt())
    };
    let sizes: Vec<f64> = effects.iter().map(|effect| effect.abs()).collect();
    let ((mu, sigma), (mu_star, spread)) = (moments(effects), moments(&sizes));
    (!effects.is_empty()).then(|| Screened {
        mu_star,
        se: spread / count.sqrt(),
        mu,
        sigma,
        effects: effects.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trajectories(inputs: u32, count: u32) -> Trajectories {
        let addresses: Vec<(Entity, u32)> =
            (0..inputs).map(|i| (Entity::from_word(i), i)).collect();
        Trajectories::new(4, &addresses, count)
    }

    #[test]
    fn a_trajectory_changes_every_input_once() {
        let made = trajectories(12, 10);
        assert_eq!(made.points(), 130);
        for trajectory in 0..10 {
            let mut changed = [0; 12];
            for step in 0..12 {
                let (here, next) = (
                    made.point(trajectory * 13 + step),
                    made.point(trajectory * 13 + step + 1),
                );
                let differ: Vec<usize> = (0..12).filter(|i| here[*i] != next[*i]).collect();
                assert_eq!(differ.len(), 1);
                assert!(((here[differ[0]] - next[differ[0]]).abs() - STEP).abs() < 1e-12);
                assert!(next.iter().all(|u| (-1e-12..=1.0 + 1e-12).contains(u)));
                changed[differ[0]] += 1;
            }
            assert_eq!(changed, [1; 12]);
        }
        assert_ne!(made.point(0), made.point(13));
    }

    /// A linear function has the same effect everywhere: its slope, without spread. A product does not.
    #[test]
    fn effects_are_slopes() {
        let made = trajectories(4, 20);
        let f = |u: Vec<f64>| Some(3.0 * u[0] - 2.0 * u[1] + u[2] * u[3]);
        let values: Vec<Option<f64>> = (0..made.points()).map(|i| f(made.point(i))).collect();
        let found: Vec<Screened> = made.screen(&values).into_iter().flatten().collect();
        assert!((found[0].mu_star - 3.0).abs() < 1e-12 && found[0].sigma < 1e-12);
        assert!((found[1].mu_star - 2.0).abs() < 1e-12 && (found[1].mu + 2.0).abs() < 1e-12);
        assert!(found[2].sigma > 0.1 && found[3].sigma > 0.1);
        let mut gaps = values;
        gaps[0] = None;
        let lost: usize = made.screen(&gaps).iter().flatten().map(|s| s.effects).sum();
        assert_eq!(lost, 79);
    }
}
