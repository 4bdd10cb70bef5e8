//! What sub-funds pay and receive, added up over a path's blocks by quarter.
//!
//! Sums run in lanes, by the place of a fund in its block, and lanes are joined at the end of the path: the
//! order of additions is fixed, and depends neither on the processor nor on how many funds make a block.

#![allow(clippy::inline_always)] // takes the instruction set of the dispatch around it

use super::table::Row;
use crate::path::ledger::{LANES, Ledger, join};
use crate::scenario::{Concession, ConcessionTo};
use pulp::Simd;
use std::ops::Range;

/// Vectors of funds that are followed together: the sums are read and written once for all of them, and
/// while one waits for a result another one goes on.
pub const TOGETHER: usize = 2;

/// Amounts of the funds that are followed together.
pub type Amounts<S> = [<S as Simd>::f64s; TOGETHER];

/// Running sums of one flow in one quarter.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(64))]
pub struct Lanes([f64; LANES]);

impl Lanes {
    /// Adds amounts of funds of which the first has place `first` in its block.
    #[inline(always)]
    pub fn add<S: Simd>(&mut self, simd: S, first: usize, amounts: Amounts<S>) {
        let sums = S::as_mut_simd_f64s(&mut self.0).0;
        for (i, amounts) in amounts.into_iter().enumerate() {
            let sum = &mut sums[(first / S::F64_LANES + i) % (LANES / S::F64_LANES)];
            *sum = simd.add_f64s(*sum, amounts);
        }
    }

    /// Vector `part` of the sums.
    #[inline(always)]
    pub fn vector<S: Simd>(&self, _: S, part: usize) -> S::f64s {
        S::as_simd_f64s(&self.0).0[part]
    }

    /// Sets vector `part` of the sums.
    #[inline(always)]
    pub fn set_vector<S: Simd>(&mut self, _: S, part: usize, sums: S::f64s) {
        S::as_mut_simd_f64s(&mut self.0).0[part] = sums;
    }

    /// The sum over all places.
    pub fn total(&self) -> f64 {
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
    /// What regions passed on, by region and quarter; empty where there is no concession.
    conceded: Vec<Lanes>,
    residual: Lanes,
    regional_residual: Vec<Lanes>,
}

/// Each fund's share that belongs to one region, nothing for funds of other regions.
#[derive(Clone, Copy, Debug)]
pub struct RegionalShares {
    region: usize,
    shares: Row,
    /// What it passes on of a fund's distributions beyond capital and hurdle.
    conceded: Row,
}

impl RegionalShares {
    /// The shares of `region` in `funds` of a group, and what it passes on of them.
    pub fn new(
        region: u32,
        funds: Range<usize>,
        shares: impl Iterator<Item = f64>,
        conceded: impl Iterator<Item = f64>,
    ) -> Self {
        let mut rows = Self {
            region: region as usize,
            shares: Row::default(),
            conceded: Row::default(),
        };
        for (share, value) in rows.shares[funds.clone()].iter_mut().zip(shares) {
            *share = value;
        }
        for (part, value) in rows.conceded[funds].iter_mut().zip(conceded) {
            *part = value;
        }
        rows
    }

    /// The region's part of amounts of funds of which the first has place `first` in the group.
    #[inline(always)]
    fn of<S: Simd>(&self, simd: S, first: usize, amounts: Amounts<S>) -> Amounts<S> {
        parts(simd, &self.shares, first, amounts)
    }
}

/// The parts of `row` of amounts of funds of which the first has place `first` in the group.
#[inline(always)]
pub fn parts<S: Simd>(simd: S, row: &Row, first: usize, amounts: Amounts<S>) -> Amounts<S> {
    let parts = vectors::<S>(&row[..], first);
    std::array::from_fn(|i| simd.mul_f64s(amounts[i], parts[i]))
}

/// The entries of a row from `first` on, of the funds that are followed together.
#[inline(always)]
pub fn vectors<S: Simd>(row: &[f64], first: usize) -> Amounts<S> {
    let vectors = S::as_simd_f64s(row).0;
    std::array::from_fn(|i| vectors[first / S::F64_LANES + i])
}

/// Sees what funds pay and receive; `()` sees nothing, at no cost.
pub trait FlowRecorder {
    /// A quarter of the funds from `place` of their block on.
    fn record<S: Simd>(
        &mut self,
        simd: S,
        quarter: usize,
        place: usize,
        flows: &FundFlows<Amounts<S>>,
    );

    /// What their regions pass on in it; told after the flows, and only where a scenario has a concession.
    fn record_conceded<S: Simd>(
        &mut self,
        simd: S,
        quarter: usize,
        place: usize,
        conceded: Amounts<S>,
    );
}

impl FlowRecorder for () {
    #[inline(always)]
    fn record<S: Simd>(&mut self, _: S, _: usize, _: usize, _: &FundFlows<Amounts<S>>) {}

    #[inline(always)]
    fn record_conceded<S: Simd>(&mut self, _: S, _: usize, _: usize, _: Amounts<S>) {}
}

/// What some funds pay and receive in one quarter.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FundFlows<A> {
    /// Paid to companies.
    pub cheques: A,
    /// Fees.
    pub fees: A,
    /// Called from LPs.
    pub calls: A,
    /// Received from companies.
    pub proceeds: A,
    /// Distributed to LPs.
    pub to_lps: A,
}

impl FlowSums {
    /// Nothing yet.
    pub fn clear(&mut self, quarters: usize, regions: usize, concession: Option<Concession>) {
        self.all.clear();
        self.all.resize(quarters, Flows::default());
        self.regional.clear();
        self.regional
            .resize(regions * quarters, RegionalPart::default());
        self.conceded.clear();
        let conceded = concession.map_or(0, |_| regions * quarters);
        self.conceded.resize(conceded, Lanes::default());
        self.residual = Lanes::default();
        self.regional_residual.clear();
        self.regional_residual.resize(regions, Lanes::default());
    }

    /// Adds a quarter of funds of which the first has place `first` in its group.
    #[inline(always)]
    pub fn add<S: Simd>(
        &mut self,
        simd: S,
        quarter: usize,
        first: usize,
        flows: FundFlows<Amounts<S>>,
        regions: &[RegionalShares],
    ) {
        let quarters = self.all.len();
        let sums = &mut self.all[quarter];
        sums.cheques.add(simd, first, flows.cheques);
        sums.fees.add(simd, first, flows.fees);
        sums.proceeds.add(simd, first, flows.proceeds);
        sums.to_lps.add(simd, first, flows.to_lps);
        for shares in regions {
            let part = &mut self.regional[shares.region * quarters + quarter];
            let of_region = |amounts| shares.of(simd, first, amounts);
            part.calls.add(simd, first, of_region(flows.calls));
            part.to_lps.add(simd, first, of_region(flows.to_lps));
        }
    }

    /// Adds what regions pass on of distributions beyond capital and hurdle; what it comes to by fund.
    #[inline(always)]
    pub fn add_conceded<S: Simd>(
        &mut self,
        simd: S,
        quarter: usize,
        first: usize,
        excess: Amounts<S>,
        regions: &[RegionalShares],
    ) -> Amounts<S> {
        let mut by_fund = [simd.splat_f64s(0.0); TOGETHER];
        for shares in regions {
            let conceded = parts(simd, &shares.conceded, first, excess);
            let place = shares.region * self.all.len() + quarter;
            self.conceded[place].add(simd, first, conceded);
            by_fund = std::array::from_fn(|i| simd.add_f64s(by_fund[i], conceded[i]));
        }
        by_fund
    }

    /// Adds what such funds hold at the term.
    #[inline(always)]
    pub fn add_residual<S: Simd>(
        &mut self,
        simd: S,
        first: usize,
        residual: Amounts<S>,
        regions: &[RegionalShares],
    ) {
        self.residual.add(simd, first, residual);
        for shares in regions {
            let part = shares.of(simd, first, residual);
            self.regional_residual[shares.region].add(simd, first, part);
        }
    }

    /// What each region has paid into the sub-funds so far, and received from them, before `quarter`.
    pub fn regional_until(&self, quarter: usize) -> impl Iterator<Item = (f64, f64)> {
        let regions = self.regional.chunks_exact(self.all.len());
        regions.map(move |parts| {
            let parts = parts.iter().take(quarter);
            parts.fold((0.0, 0.0), |(called, received), part| {
                (called + part.calls.total(), received + part.to_lps.total())
            })
        })
    }

    /// Writes the path's sums to its ledger.
    pub fn book(&self, ledger: &mut Ledger, concession: Option<Concession>) {
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
        if let Some(concession) = concession {
            self.book_conceded(ledger, concession.to);
        }
        ledger.sub_fund_residual = self.residual.total();
        let residuals = ledger.region_residual.iter_mut();
        for (residual, sum) in residuals.zip(&self.regional_residual) {
            *residual = sum.total();
        }
    }

    /// Moves what regions pass on from their part to where it goes.
    fn book_conceded(&self, ledger: &mut Ledger, to: ConcessionTo) {
        let sums = self.conceded.chunks_exact(self.all.len());
        for (flows, sums) in ledger.regions.iter_mut().zip(sums) {
            for (quarter, sum) in sums.iter().enumerate() {
                let conceded = sum.total();
                flows.sub_fund_conceded[quarter] = conceded;
                flows.sub_fund_distributions[quarter] -= conceded;
                if to == ConcessionTo::Gp {
                    ledger.sub_funds.distributions[quarter] -= conceded;
                    ledger.sub_funds.carry[quarter] += conceded;
                }
            }
        }
    }
}
