//! Which of the shocks that all companies share are spread over paths, and along which directions.
//!
//! A quasi-random point has few good coordinates, so they go to what moves most: the principal components of the cycle's path over
//! the quarters, of the sectors' common path and of the market index, and the own shocks of closes. A shock vector e along an
//! orthonormal direction u is turned by e + (z - u.e) u: its component is then z, the rest keeps its addressed draws, and
//! if z is standard normal so is e. What is not spread stays as it would be without.

use super::CloseOffer;
use crate::math::elementary::normal_quantile;
use crate::math::principal::principal_directions;
use crate::random::{Streams, unit_f32};
use crate::sampling::sobol::{DIMENSIONS, scrambled};
use crate::sampling::{REPLICATES, Sampling};
use crate::scenario::{CycleStart, Scenario, TakeUpModel};

/// Components of the cycle that are spread.
const CYCLE: usize = 10;
/// Components of the market's own path, and of the sectors' common one.
const OTHERS: usize = 3;
/// Own shocks of closes at most.
const CLOSES: usize = DIMENSIONS - CYCLE - 2 * OTHERS;
/// Components of the cycle that come before everything else: they move nearly all returns.
const FIRST: usize = 3;

/// How the shocks that all companies share are spread over paths.
#[derive(Clone, Debug, PartialEq)]
pub struct ShockPlan {
    /// The mode.
    pub sampling: Sampling,
    /// Quarters of the programme.
    pub quarters: usize,
    /// What each coordinate of a path's point decides, the most important first; empty where paths have no points.
    pub leading: Vec<Leading>,
}

/// What a coordinate of a point decides. A direction has unit length and one entry per shock.
#[derive(Clone, Debug, PartialEq)]
pub enum Leading {
    /// A component of the cycle's shocks, by quarter.
    Cycle(Vec<f64>),
    /// A component of the market's own shocks, by quarter.
    Market(Vec<f64>),
    /// A component of the weighted mean of sectors' own shocks, by sector and quarter.
    Sectors(Vec<f64>),
    /// The own shock of a close, by region and place among its closes.
    Close {
        /// The region.
        region: usize,
        /// The close.
        number: usize,
    },
}

impl ShockPlan {
    /// The plan of `scenario`, whose national offers are `closes`.
    pub fn new(scenario: &Scenario, sampling: Sampling, closes: &[Vec<CloseOffer>]) -> Self {
        let quarters = scenario.national.term.quarters();
        let leading = match sampling {
            Sampling::Plain | Sampling::Antithetic => Vec::new(),
            Sampling::Sobol => leading(scenario, quarters, closes),
        };
        Self {
            sampling,
            quarters,
            leading,
        }
    }

    /// Standard normals for [`leading`](Self::leading) by the point of `path`.
    pub fn point(&self, streams: Streams, path: u32, normals: &mut Vec<f32>) {
        let replicates = REPLICATES as u32;
        let (replicate, index) = (path % replicates, path / replicates);
        let normal = |dimension| {
            let word = scrambled(streams, replicate, dimension, index);
            normal_quantile(unit_f32(word))
        };
        normals.clear();
        normals.extend((0..self.leading.len()).map(normal));
    }
}

/// Turns `shocks` so that their component along `direction` is `z`.
#[inline]
pub fn turn(shocks: &mut [f32], direction: &[f64], z: f32) {
    let component: f64 = shocks
        .iter()
        .zip(direction)
        .map(|(&shock, along)| f64::from(shock) * along)
        .sum();
    let missing = f64::from(z) - component;
    for (shock, along) in shocks.iter_mut().zip(direction) {
        *shock = (f64::from(*shock) + missing * along) as f32;
    }
}

/// Persistence and innovation of a stationary autoregression with this reversion time, per quarter.
pub fn autoregression(cycle_years: f64) -> (f64, f64) {
    let phi = libm::exp(-0.25 / cycle_years);
    (phi, libm::sqrt(1.0 - phi * phi))
}

fn leading(scenario: &Scenario, quarters: usize, closes: &[Vec<CloseOffer>]) -> Vec<Leading> {
    let economy = &scenario.economy;
    let own_start = match economy.start {
        CycleStart::Stationary => 1.0,
        CycleStart::At(_) => 0.0,
    };
    let cycle = principal_directions(&cycles(scenario, quarters, own_start), CYCLE);
    let mut cycle = cycle.into_iter().map(Leading::Cycle);
    let mut all: Vec<Leading> = cycle.by_ref().take(FIRST).collect();
    if scenario.regions.take_up_model != TakeUpModel::Fixed {
        all.extend(own_shocks(closes).take(CLOSES));
    }
    // The others in turn, so that the first of each stand before the second of any.
    let mut sectors = sector_directions(scenario, quarters).into_iter();
    let mut market = market_directions(scenario, quarters).into_iter();
    for _ in 0..CYCLE.max(OTHERS) {
        all.extend(sectors.next());
        all.extend(market.next());
        all.extend(cycle.by_ref().take(2));
    }
    all
}

/// Closes whose money is not data.
fn own_shocks(closes: &[Vec<CloseOffer>]) -> impl Iterator<Item = Leading> {
    let regions = closes.iter().enumerate();
    regions.flat_map(|(region, offers)| {
        let drawn = offers
            .iter()
            .enumerate()
            .filter(|(_, o)| o.others.is_none());
        drawn.map(move |(number, _)| Leading::Close { region, number })
    })
}

/// What a shock in each quarter makes of a cycle, whose first value is `start` times the first shock.
fn cycles(scenario: &Scenario, quarters: usize, start: f64) -> Vec<Vec<f64>> {
    let (phi, innovation) = autoregression(scenario.economy.cycle_years.years());
    let response = |shocked: usize| {
        let mut x = 0.0;
        let follow = |quarter: usize| {
            x = match quarter {
                _ if quarter == shocked => {
                    if quarter == 0 {
                        start
                    } else {
                        innovation
                    }
                }
                _ => phi * x,
            };
            x
        };
        (0..quarters).map(follow).collect()
    };
    (0..quarters).map(response).collect()
}

/// Directions of the sectors' weighted mean; none where sectors have no shocks of their own.
fn sector_directions(scenario: &Scenario, quarters: usize) -> Vec<Leading> {
    let weights = scenario.sector.iter().map(|sector| sector.weight);
    let length = libm::sqrt(weights.clone().map(|w| w * w).sum());
    if scenario.economy.sector_correlation.abs() >= 1.0 || length <= 0.0 {
        return Vec::new();
    }
    let common = principal_directions(&cycles(scenario, quarters, 1.0), OTHERS);
    let over_sectors = |direction: Vec<f64>| {
        let part = |weight: f64| direction.iter().map(move |d| d * weight / length);
        Leading::Sectors(weights.clone().flat_map(part).collect())
    };
    common.into_iter().map(over_sectors).collect()
}

/// Directions of the market's own path; none where it does not move on its own. The shock of the first quarter moves nothing.
fn market_directions(scenario: &Scenario, quarters: usize) -> Vec<Leading> {
    let economy = &scenario.economy;
    if economy.market_return_sd <= 0.0 || economy.market_cycle_correlation.abs() >= 1.0 {
        return Vec::new();
    }
    let moved = |shocked: usize, quarter: usize| shocked > 0 && quarter >= shocked;
    let response = |shocked| {
        (0..quarters)
            .map(|q| f64::from(u8::from(moved(shocked, q))))
            .collect()
    };
    let responses: Vec<Vec<f64>> = (0..quarters).map(response).collect();
    let directions = principal_directions(&responses, OTHERS);
    directions.into_iter().map(Leading::Market).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turned_component_is_the_wanted_one_and_nothing_else_moves() {
        let direction = [0.6, 0.0, 0.8];
        let mut shocks = [1.0, 7.0, -2.0, 5.0];
        turn(&mut shocks, &direction, 2.0);
        let component = f64::from(shocks[0]) * 0.6 + f64::from(shocks[2]) * 0.8;
        assert!((component - 2.0).abs() < 1e-6);
        let across = f64::from(shocks[0]) * 0.8 - f64::from(shocks[2]) * 0.6;
        assert!((across - 2.0).abs() < 1e-6);
        assert_eq!([shocks[1], shocks[3]], [7.0, 5.0]);
    }
}
