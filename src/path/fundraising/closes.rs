//! Closes of a regional fund: national offers, and what other LPs add to them.

use crate::math::elementary::normal_quantile;
use crate::math::links::logistic;
use crate::path::economy::Economy;
use crate::random::{Entity, Purpose, Streams, tag, unit_f32};
use crate::scenario::{Origin, Scenario, TakeUpModel};
use crate::structure::Structure;
use crate::structure::raising::MAX_CLASSES;

/// Money that joined a regional fund at one date, in yuan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Close {
    /// Years from the scenario's start.
    pub time: f64,
    /// From the national company.
    pub national: f64,
    /// From other LPs, by class.
    pub others: [f64; MAX_CLASSES],
    /// All of it.
    pub total: f64,
}

/// The closes of region `region` on a path, in order of time.
pub fn draw_closes(
    scenario: &Scenario,
    structure: &Structure,
    economy: &Economy,
    streams: Streams,
    path: u32,
    region: usize,
    closes: &mut Vec<Close>,
) {
    closes.clear();
    let data = &scenario.region[region];
    for (number, offer) in structure.closes[region].iter().enumerate() {
        let (others, mix) = if let (Some(others), Some(first)) = (offer.others, &data.first_close) {
            (others, &first.mix)
        } else {
            let spread = economy.take_up_shock(&structure.shocks, region, number);
            let shock = spread.unwrap_or_else(|| {
                let source = structure.shocks.sampling.source(path);
                let words = streams.words(
                    source.path,
                    Entity::region(region as u32),
                    tag(Purpose::Close, 0, number as u32),
                    0,
                );
                normal_quantile(unit_f32(words[0] ^ source.turned))
            });
            let share = take_up(
                scenario,
                structure.raising.take_up[region],
                economy.cycle_at(offer.time),
                f64::from(shock),
                || budget_share(scenario, closes),
            );
            (
                offer.national * share / (1.0 - share),
                &data.later_close_mix,
            )
        };
        let mut by_class = [0.0; MAX_CLASSES];
        for (amount, weight) in by_class.iter_mut().zip(mix) {
            *amount = others * weight;
        }
        closes.push(Close {
            time: offer.time,
            national: offer.national,
            others: by_class,
            total: offer.national + others,
        });
    }
}

/// Share of other LPs in a close, given the cycle, the close's own shock and the budget share before it.
fn take_up(
    scenario: &Scenario,
    intercept: f64,
    cycle: f64,
    shock: f64,
    budget_share: impl Fn() -> f64,
) -> f64 {
    let regions = &scenario.regions;
    let logit =
        intercept + regions.take_up_cycle_loading * cycle + regions.take_up_logit_sd * shock;
    match regions.take_up_model {
        TakeUpModel::Fixed => intercept,
        TakeUpModel::Stochastic => logistic(logit),
        TakeUpModel::Elastic => {
            let distance = budget_share() - regions.take_up_pivot.fraction();
            let below = regions.take_up_anchor_loading * distance.min(0.0);
            let above = regions.take_up_crowd_loading * distance.max(0.0);
            logistic(logit + below - above)
        }
    }
}

/// Share of a fund's money so far that comes from government budgets; nothing raised counts as the pivot's side of 1.
fn budget_share(scenario: &Scenario, closes: &[Close]) -> f64 {
    let total: f64 = closes.iter().map(|close| close.total).sum();
    if total <= 0.0 {
        return 1.0;
    }
    let of_class = |close: &Close| -> f64 {
        scenario
            .lp_class
            .iter()
            .zip(&close.others)
            .filter(|(c, _)| c.origin == Origin::Budget)
            .map(|(_, a)| a)
            .sum()
    };
    closes
        .iter()
        .map(|close| close.national + of_class(close))
        .sum::<f64>()
        / total
}

/// Size of the fund at `time`, in yuan.
pub fn size_at(closes: &[Close], time: f64) -> f64 {
    closes
        .iter()
        .filter(|close| close.time <= time)
        .map(|close| close.total)
        .sum()
}
