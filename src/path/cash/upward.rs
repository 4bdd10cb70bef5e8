//! From sub-funds and direct projects up: regional funds' fees and waterfalls, the national company, the treasury.

use super::tranches::IdleCash;
use crate::path::fundraising::closes::Close;
use crate::path::ledger::{Ledger, Series, national_shares};
use crate::path::waterfall::{Balances, Waterfall};
use crate::scenario::{ConcessionTo, Scenario};
use crate::structure::{Structure, quarter_of};
use pulp::Scalar;

/// Lists that are kept from path to path.
#[derive(Clone, Debug, Default)]
pub struct UpwardBuffers {
    waterfall: Waterfall,
    shares: Series,
    cash: IdleCash,
}

impl UpwardBuffers {
    /// Completes the ledger from the regions' flows with sub-funds and direct projects upward.
    pub fn settle(
        &mut self,
        scenario: &Scenario,
        structure: &Structure,
        closes: &[Vec<Close>],
        ledger: &mut Ledger,
    ) {
        for (region, closes) in closes.iter().enumerate() {
            self.settle_region(scenario, structure, region, closes, ledger);
        }
        let running = scenario.national.capital.to_yuan()
            * scenario.terms.national.running_cost.quarterly_simple();
        for quarter in 0..structure.quarters {
            ledger.national.running_cost[quarter] = running;
            let (mut calls, mut distributions) = (running, 0.0);
            for region in &ledger.regions {
                calls += region.national_calls[quarter];
                distributions += region.national_distributions[quarter];
            }
            ledger.national.calls[quarter] = calls;
            ledger.national.distributions[quarter] = distributions;
        }
    }

    fn settle_region(
        &mut self,
        scenario: &Scenario,
        structure: &Structure,
        region: usize,
        closes: &[Close],
        ledger: &mut Ledger,
    ) {
        let quarters = structure.quarters;
        let launch = closes
            .first()
            .map_or(quarters, |close| quarter_of(close.time));
        let investing_until =
            (launch + scenario.national.investment_period.quarters()).min(quarters);
        let final_size: f64 = closes.iter().map(|close| close.total).sum();
        let mut fee_left = structure.region_fee_budget * final_size;
        national_shares(closes, quarters, &mut self.shares);
        self.waterfall.begin(&structure.region_claims);
        let one = Scalar::new();
        let mut balances = [Balances::new(one)];
        let flows = &mut ledger.regions[region];
        self.cash.begin(scenario, flows);
        let (mut held, mut called, mut size, mut next) = (0.0_f64, 0.0, 0.0, 0);
        for quarter in 0..quarters {
            while let Some(close) = closes
                .get(next)
                .filter(|close| quarter_of(close.time) <= quarter)
            {
                size += close.total;
                next += 1;
            }
            let (paid, mut received) = (
                flows.sub_fund_calls[quarter] + flows.direct_cheques[quarter],
                flows.sub_fund_distributions[quarter] + flows.direct_proceeds[quarter],
            );
            held = (held + paid - received).max(0.0);
            let weights = if quarter < investing_until {
                structure.region_fees.investing
            } else {
                structure.region_fees.later
            };
            flows.interest[quarter] = self.cash.earn();
            let for_paid = self.cash.pay(quarter, paid, size, called);
            let due = if quarter < launch {
                0.0
            } else {
                weights.fee(size, called + for_paid, held).min(fee_left)
            };
            fee_left -= due;
            let call = for_paid + self.cash.pay(quarter, due, size, called + for_paid);
            if quarter + 1 == quarters {
                flows.cash_left = self.cash.release();
                received += flows.cash_left;
            }
            flows.cash[quarter] = self.cash.held();
            let [to_lps] = self
                .waterfall
                .quarter_in_parts(one, &mut balances, [call], [received]);
            let share = self.shares[quarter];
            let before = if quarter > 0 {
                self.shares[quarter - 1]
            } else {
                share
            };
            flows.fees[quarter] = due;
            flows.calls[quarter] = call;
            let (conceded, to_gp) = match scenario.terms.region.concession {
                Some(to) if to.to == ConcessionTo::Gp => (to.share.fraction(), true),
                Some(to) if share < 1.0 => (to.share.fraction(), false),
                _ => (0.0, false),
            };
            let conceded = conceded * share * to_lps.excess;
            flows.distributions[quarter] = if to_gp {
                to_lps.all - conceded
            } else {
                to_lps.all
            };
            flows.carry[quarter] = received - flows.distributions[quarter];
            flows.national_conceded[quarter] = conceded;
            flows.equalisation[quarter] = (share - before) * called;
            flows.national_calls[quarter] = share * call + flows.equalisation[quarter];
            flows.national_distributions[quarter] = share * to_lps.all - conceded;
            called += call;
        }
        for (nav, cash) in flows.nav.iter_mut().zip(&flows.cash) {
            *nav += cash;
        }
        let national = ledger.national.nav.iter_mut();
        for (national, (nav, share)) in national.zip(flows.nav.iter().zip(&self.shares)) {
            *national += share * nav;
        }
        let last_share = self.shares.last().copied().unwrap_or(0.0);
        ledger.region_residual[region] += ledger.direct.residual[region];
        ledger.national_residual += last_share * ledger.region_residual[region];
    }
}
