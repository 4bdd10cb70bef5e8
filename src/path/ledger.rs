//! Who paid whom and when, on one path: yuan by quarter for every tier.
//!
//! Every amount is booked once as an `f64` that both sides share; what other holders get is the total less
//! the part, never computed anew. [`Ledger::imbalance`] is the largest difference between what was paid
//! and what was received in any account of any quarter.

use super::fundraising::closes::Close;

/// A series by quarter, in yuan.
pub type Series = Vec<f64>;

/// All sub-funds together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SubFundFlows {
    /// Cheques to companies.
    pub cheques: Series,
    /// Fees and expenses.
    pub fees: Series,
    /// Called from LPs and GPs.
    pub calls: Series,
    /// Proceeds from companies.
    pub proceeds: Series,
    /// Distributed to LPs, and to GPs on their commitment.
    pub distributions: Series,
    /// Carry.
    pub carry: Series,
}

/// One regional fund.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RegionFlows {
    /// Paid into sub-funds.
    pub sub_fund_calls: Series,
    /// Received from sub-funds.
    pub sub_fund_distributions: Series,
    /// Fees and expenses.
    pub fees: Series,
    /// Called from LPs.
    pub calls: Series,
    /// Distributed to LPs.
    pub distributions: Series,
    /// Carry.
    pub carry: Series,
    /// The national company's part of calls, with what it pays or gets back when others join.
    pub national_calls: Series,
    /// The national company's part of distributions.
    pub national_distributions: Series,
    /// What the national company pays (or gets back, negative) when others join, part of `national_calls`.
    pub equalisation: Series,
}

/// The national company.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NationalFlows {
    /// Running costs.
    pub running_cost: Series,
    /// Drawn from the treasury.
    pub calls: Series,
    /// Paid to the treasury.
    pub distributions: Series,
}

/// All flows of one path.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ledger {
    /// All sub-funds.
    pub sub_funds: SubFundFlows,
    /// Regional funds in file order.
    pub regions: Vec<RegionFlows>,
    /// The national company.
    pub national: NationalFlows,
    /// Value still held by sub-funds at the term, by region of the part that belongs to it.
    pub region_residual: Vec<f64>,
    /// Value still held by all sub-funds at the term.
    pub sub_fund_residual: f64,
    /// The national company's part of regions' residual value.
    pub national_residual: f64,
}

impl Ledger {
    /// An empty ledger of `quarters` and `regions`.
    pub fn clear(&mut self, quarters: usize, regions: usize) {
        self.regions.resize_with(regions, RegionFlows::default);
        self.region_residual.clear();
        self.region_residual.resize(regions, 0.0);
        self.sub_fund_residual = 0.0;
        self.national_residual = 0.0;
        let sub = &mut self.sub_funds;
        let national = &mut self.national;
        let fixed = [
            &mut sub.cheques,
            &mut sub.fees,
            &mut sub.calls,
            &mut sub.proceeds,
            &mut sub.distributions,
            &mut sub.carry,
            &mut national.running_cost,
            &mut national.calls,
            &mut national.distributions,
        ];
        let regional = self.regions.iter_mut().flat_map(|region| {
            [
                &mut region.sub_fund_calls,
                &mut region.sub_fund_distributions,
                &mut region.fees,
                &mut region.calls,
                &mut region.distributions,
                &mut region.carry,
                &mut region.national_calls,
                &mut region.national_distributions,
                &mut region.equalisation,
            ]
        });
        for series in fixed.into_iter().chain(regional) {
            series.clear();
            series.resize(quarters, 0.0);
        }
    }

    /// The largest gap between the two sides of any account in any quarter, in yuan.
    pub fn imbalance(&self) -> f64 {
        let sub = &self.sub_funds;
        let mut worst = 0.0_f64;
        let mut account = |paid: f64, received: f64| worst = worst.max((paid - received).abs());
        for q in 0..sub.calls.len() {
            account(sub.calls[q], sub.cheques[q] + sub.fees[q]);
            account(sub.proceeds[q], sub.distributions[q] + sub.carry[q]);
            let (mut calls, mut distributions) = (self.national.running_cost[q], 0.0);
            for region in &self.regions {
                account(region.calls[q], region.sub_fund_calls[q] + region.fees[q]);
                account(
                    region.sub_fund_distributions[q],
                    region.distributions[q] + region.carry[q],
                );
                calls += region.national_calls[q];
                distributions += region.national_distributions[q];
            }
            account(self.national.calls[q], calls);
            account(self.national.distributions[q], distributions);
        }
        worst
    }
}

/// The national company's share of a region as of each quarter, and the step in the quarter of a close.
///
/// A close counts from the start of the quarter that holds it.
pub fn national_shares(closes: &[Close], quarters: usize, shares: &mut Series) {
    shares.clear();
    let (mut national, mut total, mut next) = (0.0, 0.0, 0);
    for quarter in 0..quarters {
        while let Some(close) = closes
            .get(next)
            .filter(|c| crate::structure::quarter_of(c.time) <= quarter)
        {
            national += close.national;
            total += close.total;
            next += 1;
        }
        shares.push(if total > 0.0 { national / total } else { 0.0 });
    }
}

/// Running sums of a series.
pub const LANES: usize = 8;

/// The sum of single-precision amounts, each widened first, in a fixed order that does not depend on the
/// machine: eight running sums, then their sum.
#[inline(always)]
#[allow(clippy::inline_always)]
pub fn fixed_order_widened_sum(values: &[f32]) -> f64 {
    let mut lanes = [0.0; LANES];
    let (blocks, rest) = values.as_chunks::<LANES>();
    for block in blocks {
        for lane in 0..LANES {
            lanes[lane] += f64::from(block[lane]);
        }
    }
    join(lanes) + rest.iter().map(|&value| f64::from(value)).sum::<f64>()
}

/// The sum of eight running sums.
#[inline(always)]
#[allow(clippy::inline_always)]
pub fn join(lanes: [f64; LANES]) -> f64 {
    ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6]))
        + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]))
}
