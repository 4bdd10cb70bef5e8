//! What sub-funds pay and receive, added up over a path's blocks by quarter.
//!
//! Sums run in lanes, by the place of a fund in its block, and lanes are joined at the end of the path: the
//! order of additions is fixed, and depends neither on the processor nor on how many funds make a block.

#![allow(clippy::inline_always)] // takes the instruction set of the dispatch around it

use crate::path::BLOCK;
use crate::path::lanes::Column;
use crate::path::ledger::{LANES, Ledger, join};
use std::ops::Range;

/// Running sums of one flow in one quarter.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(64))]
struct Lanes([f64; LANES]);

impl Lanes {
    #[inline(always)]
    fn add(&mut self, amounts: &[f64; BLOCK]) {
        let mut sums = self.0;
        for amounts in amounts.as_chunks::<LANES>().0 {
            for lane in 0..LANES {
                sums[lane] += amounts[lane];
            }
        }
        self.0 = sums;
    }

    #[inline(always)]
    fn add_parts(&mut self, amounts: &[f64; BLOCK], shares: &[f64; BLOCK]) {
        let mut sums = self.0;
        let shares = shares.as_chunks::<LANES>().0;
        for (amounts, shares) in amounts.as_chunks::<LANES>().0.iter().zip(shares) {
            for lane in 0..LANES {
                sums[lane] += amounts[lane] * shares[lane];
            }
        }
        self.0 = sums;
    }

    fn total(&self) -> f64 {
        join(self.0)
    }
}

/// Flows of all sub-funds in one quarter.
#[derive(Clone, Copy, Debug, Default)]
struct Flows {
    cheques: Lanes,
    fees: Lanes,
    proceeds: Lanes,
    to_lps: Lanes,
}

/// A region's part of them.
#[derive(Clone, Copy, Debug, Default)]
struct RegionalPart {
    calls: Lanes,
    to_lps: Lanes,
}

/// Flows between sub-funds and their holders on one path.
#[derive(Clone, Debug, Default)]
pub struct FlowSums {
    all: Vec<Flows>,
    /// By region and quarter.
    regional: Vec<RegionalPart>,
    residual: Lanes,
    regional_residual: Vec<Lanes>,
}

/// Each fund's share that belongs to one region, nothing for funds of other regions.
#[derive(Clone, Debug)]
pub struct RegionalShares {
    region: usize,
    shares: Column,
}

impl RegionalShares {
    /// The shares of `region` in `funds` of the block.
    pub fn new(region: u32, funds: Range<usize>, shares: impl Iterator<Item = f64>) -> Self {
        let mut column = Column::default();
        for (share, value) in column[funds].iter_mut().zip(shares) {
            *share = value;
        }
        Self {
            region: region as usize,
            shares: column,
        }
    }
}

/// What a block's funds pay and receive in one quarter.
#[derive(Clone, Copy, Debug)]
pub struct BlockFlows<'a> {
    /// Paid to companies.
    pub cheques: &'a [f64; BLOCK],
    /// Fees.
    pub fees: &'a [f64; BLOCK],
    /// Called from LPs.
    pub calls: &'a [f64; BLOCK],
    /// Received from companies.
    pub proceeds: &'a [f64; BLOCK],
    /// Distributed to LPs.
    pub to_lps: &'a [f64; BLOCK],
}

impl FlowSums {
    /// Nothing yet.
    pub fn clear(&mut self, quarters: usize, regions: usize) {
        self.all.clear();
        self.all.resize(quarters, Flows::default());
        self.regional.clear();
        self.regional
            .resize(regions * quarters, RegionalPart::default());
        self.residual = Lanes::default();
        self.regional_residual.clear();
        self.regional_residual.resize(regions, Lanes::default());
    }

    /// Adds a block's quarter.
    #[inline(always)]
    pub fn add(&mut self, quarter: usize, flows: BlockFlows, regions: &[RegionalShares]) {
        let quarters = self.all.len();
        let sums = &mut self.all[quarter];
        sums.cheques.add(flows.cheques);
        sums.fees.add(flows.fees);
        sums.proceeds.add(flows.proceeds);
        sums.to_lps.add(flows.to_lps);
        for RegionalShares { region, shares } in regions {
            let part = &mut self.regional[region * quarters + quarter];
            part.calls.add_parts(flows.calls, shares);
            part.to_lps.add_parts(flows.to_lps, shares);
        }
    }

    /// Adds what a block's funds hold at the term.
    pub fn add_residual(&mut self, residual: &[f64; BLOCK], regions: &[RegionalShares]) {
        self.residual.add(residual);
        for shares in regions {
            self.regional_residual[shares.region].add_parts(residual, &shares.shares);
        }
    }

    /// Writes the path's sums to its ledger.
    pub fn book(&self, ledger: &mut Ledger) {
        let book = &mut ledger.sub_funds;
        for (quarter, sums) in self.all.iter().enumerate() {
            let (cheques, fees) = (sums.cheques.total(), sums.fees.total());
            let (proceeds, to_lps) = (sums.proceeds.total(), sums.to_lps.total());
            book.cheques[quarter] = cheques;
            book.fees[quarter] = fees;
            book.calls[quarter] = cheques + fees;
            book.proceeds[quarter] = proceeds;
            book.distributions[quarter] = to_lps;
            book.carry[quarter] = proceeds - to_lps;
        }
        let regional = self.regional.chunks_exact(self.all.len());
        for (flows, parts) in ledger.regions.iter_mut().zip(regional) {
            for (quarter, part) in parts.iter().enumerate() {
                flows.sub_fund_calls[quarter] = part.calls.total();
                flows.sub_fund_distributions[quarter] = part.to_lps.total();
            }
        }
        ledger.sub_fund_residual = self.residual.total();
        let residuals = ledger.region_residual.iter_mut();
        for (residual, sum) in residuals.zip(&self.regional_residual) {
            *residual = sum.total();
        }
    }
}
