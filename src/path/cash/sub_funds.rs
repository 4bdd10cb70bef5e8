//! Calls, fees and distributions of a block of sub-funds, quarter by quarter.

use crate::path::company::{Ends, Route};
use crate::path::deployment::Mandate;
use crate::path::fundraising::sub_funds::SubFund;
use crate::path::ledger::{Ledger, fixed_order_dot, fixed_order_sum};
use crate::path::waterfall::Waterfall;
use crate::structure::Structure;
use crate::structure::fees::FeeSchedule;
use pulp::{Arch, Simd, WithSimd};
use std::ops::Range;

/// What a block of sub-funds receives and pays, and its balances. Tables stand at `quarter * funds + fund`.
#[derive(Clone, Debug, Default)]
pub struct BlockCash {
    /// Money paid to companies.
    pub cheques: Vec<f64>,
    /// Money from companies.
    pub proceeds: Vec<f64>,
    /// Cost of what was sold or wound up; kept only where a fee is charged on cost.
    pub cost_out: Vec<f64>,
    /// Value held at the term, by fund.
    pub residual: Vec<f64>,
    /// Funds' balances after [`BlockCash::settle`].
    pub waterfall: Waterfall,
    columns: Columns,
    regions: Vec<(u32, Range<usize>)>,
}

/// One entry per fund, as the loops need it.
#[derive(Clone, Debug, Default)]
struct Columns {
    size: Vec<f64>,
    regional_share: Vec<f64>,
    first: Vec<u32>,
    investing_until: Vec<u32>,
    ends: Vec<u32>,
    fee_left: Vec<f64>,
    held: Vec<f64>,
    fee: Vec<f64>,
    calls: Vec<f64>,
}

impl BlockCash {
    /// Empty tables for `funds` sub-funds.
    pub fn begin(&mut self, quarters: usize, funds: usize, fees: &FeeSchedule) {
        let cells = quarters * funds;
        let cost_cells = if fees.needs_invested_cost() { cells } else { 0 };
        for (table, cells) in [
            (&mut self.cheques, cells),
            (&mut self.proceeds, cells),
            (&mut self.cost_out, cost_cells),
            (&mut self.residual, funds),
        ] {
            table.clear();
            table.resize(cells, 0.0);
        }
    }

    /// Books the ends of companies by one route.
    pub fn book_ends(&mut self, route: Route, ends: &Ends, funds: usize) {
        let amounts = ends.amount.iter().map(|&amount| f64::from(amount));
        if route.is_held() {
            for (&fund, amount) in ends.fund.iter().zip(amounts) {
                self.residual[fund as usize] += amount;
            }
            return;
        }
        let cell = |(&fund, &quarter): (&u32, &u32)| quarter as usize * funds + fund as usize;
        for (cell, amount) in ends.fund.iter().zip(&ends.quarter).map(cell).zip(amounts) {
            self.proceeds[cell] += amount;
        }
        if !self.cost_out.is_empty() {
            for (cell, &cost) in ends
                .fund
                .iter()
                .zip(&ends.quarter)
                .map(cell)
                .zip(&ends.cost)
            {
                self.cost_out[cell] += f64::from(cost);
            }
        }
    }

    /// Runs fees and waterfalls of the block and adds its flows to the ledger.
    pub fn settle(
        &mut self,
        funds: &[SubFund],
        mandates: &[Mandate],
        structure: &Structure,
        ledger: &mut Ledger,
    ) {
        self.columns.fill(funds, mandates);
        self.waterfall
            .begin(&structure.sub_fund_claims, funds.len());
        group_by_region(funds, &mut self.regions);
        let quarters = self.cheques.len() / funds.len();
        let from = mandates
            .iter()
            .map(|m| m.first_quarter as usize)
            .min()
            .unwrap_or(0);
        Arch::new().dispatch(RunQuarters {
            cash: self,
            quarters: from..quarters,
            funds: funds.len(),
            fees: &structure.sub_fund_fees,
            ledger,
        });
        for (region, range) in &self.regions {
            let shares = &self.columns.regional_share[range.clone()];
            ledger.region_residual[*region as usize] +=
                fixed_order_dot(shares, &self.residual[range.clone()]);
        }
        ledger.sub_fund_residual += fixed_order_sum(&self.residual);
    }

    #[inline(always)]
    #[allow(clippy::inline_always)] // takes the instruction set of the dispatch around it
    fn run_quarters(
        &mut self,
        quarters: Range<usize>,
        funds: usize,
        fees: &FeeSchedule,
        ledger: &mut Ledger,
    ) {
        for quarter in quarters {
            let row = quarter * funds..(quarter + 1) * funds;
            let cheques = &self.cheques[row.clone()];
            let proceeds = &self.proceeds[row.clone()];
            let cost_out = self.cost_out.get(row);
            self.columns.charge(
                quarter as u32,
                fees,
                cheques,
                cost_out,
                self.waterfall.paid_in(),
            );
            let calls = &self.columns.calls;
            let to_lps = self.waterfall.quarter(calls, proceeds);
            let book = &mut ledger.sub_funds;
            book.cheques[quarter] += fixed_order_sum(cheques);
            book.fees[quarter] += fixed_order_sum(&self.columns.fee);
            book.calls[quarter] += fixed_order_sum(calls);
            let (all, lps) = (fixed_order_sum(proceeds), fixed_order_sum(to_lps));
            book.proceeds[quarter] += all;
            book.distributions[quarter] += lps;
            book.carry[quarter] += all - lps;
            for (region, range) in &self.regions {
                let shares = &self.columns.regional_share[range.clone()];
                let flows = &mut ledger.regions[*region as usize];
                flows.sub_fund_calls[quarter] += fixed_order_dot(shares, &calls[range.clone()]);
                flows.sub_fund_distributions[quarter] +=
                    fixed_order_dot(shares, &to_lps[range.clone()]);
            }
        }
    }
}

/// The quarters of a block as one vector loop.
struct RunQuarters<'a> {
    cash: &'a mut BlockCash,
    quarters: Range<usize>,
    funds: usize,
    fees: &'a FeeSchedule,
    ledger: &'a mut Ledger,
}

impl WithSimd for RunQuarters<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.cash
            .run_quarters(self.quarters, self.funds, self.fees, self.ledger);
    }
}

impl Columns {
    fn fill(&mut self, funds: &[SubFund], mandates: &[Mandate]) {
        fn set<T>(list: &mut Vec<T>, values: impl Iterator<Item = T>) {
            list.clear();
            list.extend(values);
        }
        set(&mut self.size, funds.iter().map(|f| f.size));
        set(
            &mut self.regional_share,
            funds.iter().map(|f| f.regional / f.size),
        );
        set(&mut self.first, mandates.iter().map(|m| m.first_quarter));
        set(
            &mut self.investing_until,
            mandates.iter().map(|m| m.investing_until),
        );
        set(&mut self.ends, mandates.iter().map(|m| m.ends));
        set(&mut self.fee_left, mandates.iter().map(|m| m.fee_budget));
        set(&mut self.held, funds.iter().map(|_| 0.0));
        set(&mut self.fee, funds.iter().map(|_| 0.0));
        set(&mut self.calls, funds.iter().map(|_| 0.0));
    }

    /// Fees and calls of one quarter. Paid-in money counts this quarter's cheques, not its fee.
    #[inline(always)]
    #[allow(clippy::inline_always)]
    fn charge(
        &mut self,
        quarter: u32,
        fees: &FeeSchedule,
        cheques: &[f64],
        cost_out: Option<&[f64]>,
        paid_in: &[f64],
    ) {
        if let Some(cost_out) = cost_out {
            for ((held, cheque), cost) in self.held.iter_mut().zip(cheques).zip(cost_out) {
                *held += cheque - cost;
            }
        }
        let funds = cheques.len();
        let (size, held, paid_in) = (&self.size[..funds], &self.held[..funds], &paid_in[..funds]);
        let (first, until, ends) = (
            &self.first[..funds],
            &self.investing_until[..funds],
            &self.ends[..funds],
        );
        let (left, fee, calls) = (
            &mut self.fee_left[..funds],
            &mut self.fee[..funds],
            &mut self.calls[..funds],
        );
        for fund in 0..funds {
            let called = paid_in[fund] + cheques[fund];
            let investing = fees.investing.fee(size[fund], called, held[fund]);
            let later = fees.later.fee(size[fund], called, held[fund]);
            let due = if quarter < until[fund] {
                investing
            } else {
                later
            };
            let due = if quarter >= first[fund] && quarter < ends[fund] {
                due
            } else {
                0.0
            };
            let due = due.max(0.0).min(left[fund]);
            left[fund] -= due;
            fee[fund] = due;
            calls[fund] = cheques[fund] + due;
        }
    }
}

/// Ranges of funds of one region; funds stand together by region.
fn group_by_region(funds: &[SubFund], groups: &mut Vec<(u32, Range<usize>)>) {
    groups.clear();
    let mut start = 0;
    for chunk in funds.chunk_by(|a, b| a.region == b.region) {
        groups.push((chunk[0].region, start..start + chunk.len()));
        start += chunk.len();
    }
}
