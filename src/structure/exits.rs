//! The laws of exits, in the precision of the kernels.

use crate::math::elementary::floor_to_i32;
use crate::scenario::{AtTerm, Preference, RedemptionModel, Scenario, SellDown};

/// Laws of exits.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools)] // switches of a scenario, each on its own
pub struct ExitModel {
    /// How listed shares are sold; `None` sells them in the quarter of the listing.
    pub sell_down: Option<SellDownModel>,
    /// Whether investors get their cost back first in a trade sale.
    pub preference: bool,
    /// Whether money raised since the first cheque is followed: for the preference, or for its own sake.
    pub follows_rounds: bool,
    /// What a sub-fund gets at its end for what it holds; `None` holds it to the term.
    pub settlement: Option<SettlementModel>,
    /// Claims on stalled companies, where there are any.
    pub redemption: Option<RedemptionModel32>,
    /// Whether listings wait for a place.
    pub queue: bool,
    /// Whether every end says which company it belongs to, which costs time and changes no exit.
    pub by_company: bool,
    /// Whether what is held is marked by quarter.
    pub nav: bool,
}

/// Sales at a sub-fund's end.
#[derive(Clone, Copy, Debug, Default)]
pub struct SettlementModel {
    /// Probability that a company is sold.
    pub probability: f32,
    /// Log of the price over value at cycle 0.
    pub log_price: f32,
    /// Effect of the cycle on it.
    pub cycle_loading: f32,
    /// Probability that a stalled company is sold.
    pub stalled_probability: f32,
    /// Its price over value.
    pub stalled_price: f32,
}

/// Claims on stalled companies.
#[derive(Clone, Copy, Debug, Default)]
pub struct RedemptionModel32 {
    /// Probability of a claim.
    pub probability: f32,
    /// Years from the first cheque to the earliest claim.
    pub after: f32,
    /// Simple yearly interest.
    pub rate: f32,
    /// Probability of a negotiated settlement.
    pub negotiated: f32,
    /// Least part of the claim that it brings.
    pub part_low: f32,
    /// Part of the claim that a court brings.
    pub litigated: f32,
}

/// Lock-up and legal pace of sales after a listing.
#[derive(Clone, Copy, Debug)]
pub struct SellDownModel {
    /// Quarters from the listing to the first sale.
    pub lock_up: u32,
    /// Years held at the listing from which a pace holds, and quarters that selling the whole company would take.
    pub paces: [(f32, f32); 4],
    /// Standard deviation of the log of the shares' own return.
    pub noise: f32,
}

impl ExitModel {
    /// The laws of `scenario`.
    pub fn new(scenario: &Scenario) -> Self {
        let exit = &scenario.exit;
        let [first, second, third] = exit
            .sell_down_pace
            .map(|pace| (1.0 / pace.fraction()) as f32);
        let legal = SellDownModel {
            lock_up: libm::ceil(exit.lock_up.years() * 4.0) as u32,
            paces: [(0.0, first), (3.0, second), (4.0, third), (5.0, 1.0)],
            noise: exit.sell_down_noise as f32,
        };
        Self {
            sell_down: (exit.sell_down == SellDown::Legal).then_some(legal),
            preference: exit.preference == Preference::PariPassu,
            follows_rounds: exit.preference == Preference::PariPassu
                || scenario.co_investment.is_some(),
            by_company: scenario.by_company,
            nav: scenario.nav,
            settlement: (scenario.national.at_term == AtTerm::Settle).then(|| {
                let secondary = &exit.secondary;
                let loading = secondary.cycle_loading;
                SettlementModel {
                    probability: secondary.probability.fraction() as f32,
                    // The cycle has unit variance: its mean effect is taken out. A price of nothing stays one.
                    log_price: (libm::log(secondary.price.max(1e-30)) - 0.5 * loading * loading)
                        as f32,
                    cycle_loading: loading as f32,
                    stalled_probability: secondary.stalled_probability.fraction() as f32,
                    stalled_price: secondary.stalled_price as f32,
                }
            }),
            queue: scenario.market.is_some(),
            redemption: (exit.redemption.model == RedemptionModel::Claims).then(|| {
                let claim = &exit.redemption;
                RedemptionModel32 {
                    probability: claim.probability.fraction() as f32,
                    after: claim.after.years() as f32,
                    rate: claim.rate as f32,
                    negotiated: claim.negotiated.fraction() as f32,
                    part_low: claim.part_low.fraction() as f32,
                    litigated: claim.litigated.fraction() as f32,
                }
            }),
        }
    }

    /// Whether an exit depends on more of a company's life than its value and date.
    pub fn follows_lives(&self) -> bool {
        self.sell_down.is_some()
            || self.preference
            || self.settlement.is_some()
            || self.redemption.is_some()
            || self.queue
            || self.by_company
            || self.nav
    }
}

impl SellDownModel {
    /// Quarters that selling `own` of a company takes that was held for `years` at its listing.
    #[inline(always)]
    #[allow(clippy::inline_always)] // takes the instruction set of the dispatch around it
    pub fn quarters(&self, own: f32, years: f32) -> u32 {
        /// Keeps a fraction that is rounded to single precision from needing one more quarter.
        const ROUNDING: f32 = 1e-4;
        let [(_, mut whole), later @ ..] = self.paces;
        for (from, slower) in later {
            whole = if years >= from { slower } else { whole };
        }
        let quarters = (own * whole - ROUNDING).max(0.0);
        let full = floor_to_i32(quarters);
        (full + i32::from(quarters > full as f32)).max(1) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of the rule: 1% per 90, 60 and 30 days, then no limit.
    #[test]
    fn the_pace_depends_on_the_time_held_at_the_listing() {
        let law = SellDownModel {
            lock_up: 4,
            paces: [
                (0.0, 100.0),
                (3.0, 1.0 / 0.015),
                (4.0, 1.0 / 0.03),
                (5.0, 1.0),
            ],
            noise: 0.0,
        };
        for (own, months, quarters) in [
            (0.03, 20.0, 3),
            (0.031, 20.0, 4),
            (0.03, 35.9, 3),
            (0.03, 36.0, 2),
            (0.06, 48.0, 2),
            (0.06, 59.0, 2),
            (0.06, 60.0, 1),
            (0.9, 61.0, 1),
            (0.0, 1.0, 1),
        ] {
            assert_eq!(law.quarters(own, months / 12.0), quarters, "{own} {months}");
        }
    }
}
