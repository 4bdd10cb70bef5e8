//! Calls, fees and distributions of a block of sub-funds, quarter by quarter.

#![allow(clippy::inline_always)] // kernels take the instruction set of the dispatch around them

use super::sums::{BlockFlows, FlowSums, RegionalShares};
use crate::path::BLOCK;
use crate::path::company::{Ends, Route};
use crate::path::deployment::Mandate;
use crate::path::fundraising::sub_funds::SubFund;
use crate::path::lanes::{Column, larger, smaller};
use crate::path::ledger::fixed_order_widened_sum;
use crate::path::waterfall::Waterfall;
use crate::structure::Structure;
use crate::structure::fees::FeeSchedule;
use pulp::{Arch, Simd, WithSimd};

/// What a block of sub-funds receives and pays, and its balances. Tables have a column of funds by quarter.
#[derive(Clone, Debug, Default)]
pub struct BlockCash {
    /// Money paid to companies.
    pub cheques: Vec<Column>,
    /// Money from companies.
    pub proceeds: Vec<Column>,
    /// Cost of what was sold or wound up; kept only where a fee is charged on cost.
    pub cost_out: Vec<Column>,
    /// Value held at the term.
    pub residual: Column,
    /// Funds' balances after [`BlockCash::settle`].
    pub waterfall: Waterfall<BLOCK>,
    /// Flows of the path's blocks so far.
    pub sums: FlowSums,
    columns: Columns,
    regions: Vec<RegionalShares>,
}

/// What the loops know of each fund.
#[derive(Clone, Debug, Default)]
struct Columns {
    size: Column,
    first: Column<u32>,
    investing_until: Column<u32>,
    ends: Column<u32>,
    fee_left: Column,
    held: Column,
    fee: Column,
    calls: Column,
}

impl BlockCash {
    /// Empty tables. The cells of the last block were cleared as [`BlockCash::settle`] read them.
    pub fn begin(&mut self, quarters: usize, fees: &FeeSchedule) {
        let cost_rows = if fees.needs_invested_cost() {
            quarters
        } else {
            0
        };
        for (table, rows) in [
            (&mut self.cheques, quarters),
            (&mut self.proceeds, quarters),
            (&mut self.cost_out, cost_rows),
        ] {
            if table.len() != rows {
                table.clear();
                table.resize(rows, Column::default());
            }
        }
        self.residual = Column::default();
    }

    /// Books the ends of companies by one route; their cost and amount in all.
    pub fn book_ends(&mut self, route: Route, ends: &Ends) -> (f64, f64) {
        Arch::new().dispatch(BookEnds {
            cash: self,
            route,
            ends,
        })
    }

    /// Runs fees and waterfalls of the block and adds its flows to the sums.
    pub fn settle(&mut self, funds: &[SubFund], mandates: &[Mandate], structure: &Structure) {
        self.columns.fill(funds, mandates);
        self.waterfall.begin(&structure.sub_fund_claims);
        share_by_region(funds, &mut self.regions);
        let first = mandates.iter().map(|m| m.first_quarter as usize).min();
        Arch::new().dispatch(RunQuarters {
            cash: self,
            from: first.unwrap_or(0),
            fees: structure.sub_fund_fees,
        });
    }

    #[inline(always)]
    fn run_quarters(&mut self, from: usize, fees: FeeSchedule) {
        let rows = self.cheques.iter_mut().zip(&mut self.proceeds).enumerate();
        for (quarter, (cheques, proceeds)) in rows.skip(from) {
            if let Some(cost_out) = self.cost_out.get_mut(quarter) {
                self.columns.hold(cheques, cost_out);
                *cost_out = Column::default();
            }
            let columns = &mut self.columns;
            columns.charge(quarter as u32, fees, cheques, self.waterfall.paid_in());
            let to_lps = self.waterfall.quarter(&columns.calls, proceeds);
            let flows = BlockFlows {
                cheques,
                fees: &columns.fee,
                calls: &columns.calls,
                proceeds,
                to_lps,
            };
            self.sums.add(quarter, flows, &self.regions);
            (*cheques, *proceeds) = (Column::default(), Column::default());
        }
        self.sums.add_residual(&self.residual, &self.regions);
    }
}

/// The ends of one route, booked and added up.
struct BookEnds<'a> {
    cash: &'a mut BlockCash,
    route: Route,
    ends: &'a Ends,
}

impl WithSimd for BookEnds<'_> {
    type Output = (f64, f64);

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Self::Output {
        let Self { cash, route, ends } = self;
        if route.is_held() {
            for (&fund, &amount) in ends.fund.iter().zip(ends.amount.iter()) {
                cash.residual[fund as usize % BLOCK] += f64::from(amount);
            }
        } else {
            add_to_cells(&mut cash.proceeds, ends, &ends.amount);
            if !cash.cost_out.is_empty() {
                add_to_cells(&mut cash.cost_out, ends, &ends.cost);
            }
        }
        (
            fixed_order_widened_sum(&ends.cost),
            fixed_order_widened_sum(&ends.amount),
        )
    }
}

#[inline(always)]
fn add_to_cells(table: &mut [Column], ends: &Ends, amounts: &[f32]) {
    let places = ends.quarter.iter().zip(ends.fund.iter());
    for ((&quarter, &fund), &amount) in places.zip(amounts) {
        table[quarter as usize][fund as usize % BLOCK] += f64::from(amount);
    }
}

/// The quarters of a block as one vector loop.
struct RunQuarters<'a> {
    cash: &'a mut BlockCash,
    from: usize,
    fees: FeeSchedule,
}

impl WithSimd for RunQuarters<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.cash.run_quarters(self.from, self.fees);
    }
}

impl Columns {
    fn fill(&mut self, funds: &[SubFund], mandates: &[Mandate]) {
        self.size.fill_from(funds.iter().map(|fund| fund.size));
        let mandates = || mandates.iter();
        self.first.fill_from(mandates().map(|m| m.first_quarter));
        self.investing_until
            .fill_from(mandates().map(|m| m.investing_until));
        self.ends.fill_from(mandates().map(|m| m.ends));
        self.fee_left.fill_from(mandates().map(|m| m.fee_budget));
        self.held = Column::default();
    }

    /// Cost of what the funds hold.
    #[inline(always)]
    fn hold(&mut self, cheques: &[f64; BLOCK], cost_out: &[f64; BLOCK]) {
        for fund in 0..BLOCK {
            self.held[fund] += cheques[fund] - cost_out[fund];
        }
    }

    /// Fees and calls of one quarter. Paid-in money counts this quarter's cheques, not its fee.
    #[inline(always)]
    fn charge(
        &mut self,
        quarter: u32,
        fees: FeeSchedule,
        cheques: &[f64; BLOCK],
        paid_in: &[f64; BLOCK],
    ) {
        for fund in 0..BLOCK {
            let (size, held) = (self.size[fund], self.held[fund]);
            let called = paid_in[fund] + cheques[fund];
            let investing = fees.investing.fee(size, called, held);
            let later = fees.later.fee(size, called, held);
            let due = if quarter < self.investing_until[fund] {
                investing
            } else {
                later
            };
            let runs = quarter >= self.first[fund] && quarter < self.ends[fund];
            let due = if runs { due } else { 0.0 };
            let due = smaller(larger(due, 0.0), self.fee_left[fund]);
            self.fee_left[fund] -= due;
            self.fee[fund] = due;
            self.calls[fund] = cheques[fund] + due;
        }
    }
}

/// Each region's shares in the block; its funds stand together.
fn share_by_region(funds: &[SubFund], regions: &mut Vec<RegionalShares>) {
    regions.clear();
    let mut start = 0;
    for group in funds.chunk_by(|a, b| a.region == b.region) {
        let shares = group.iter().map(|fund| fund.regional / fund.size);
        let range = start..start + group.len();
        start = range.end;
        regions.push(RegionalShares::new(group[0].region, range, shares));
    }
}
