//! What LPs of each class pay and receive, in regional funds and in sub-funds.
//!
//! Followed only where a scenario has more than one class that holds money. In a sub-fund a class has its tickets' part of
//! every flow. So the flows of a block's funds are kept, and multiplied by the shares of all classes once per block; the
//! order of additions is fixed. In regional funds shares move with closes.

#![allow(clippy::inline_always)] // takes the instruction set of the dispatch around it

use super::sums::{Amounts, Lanes, parts};
use super::table::{GROUP, Row};
use crate::path::BLOCK;
use crate::path::fundraising::closes::Close;
use crate::path::fundraising::sub_funds::SubFund;
use crate::path::ledger::{LANES, Ledger, RegionFlows};
use crate::scenario::{ConcessionTo, Scenario};
use crate::structure::raising::MAX_CLASSES;
use crate::structure::{Structure, quarter_of};
use pulp::{Simd, WithSimd};

/// Groups of a block.
const GROUPS: usize = BLOCK / GROUP;

/// Classes whose sums are in registers at the same time.
const AT_ONCE: usize = 4;

/// Calls and distributions of one holder in one quarter.
#[derive(Clone, Copy, Debug, Default)]
struct Flows {
    calls: Lanes,
    to_lps: Lanes,
}

/// What LP classes, and managers on their commitments, paid into sub-funds and got from them on one path.
#[derive(Clone, Debug, Default)]
pub struct ClassSums {
    /// Classes that are followed.
    classes: usize,
    quarters: usize,
    /// By quarter and class, in whole numbers of [`AT_ONCE`].
    flows: Vec<Flows>,
    residual: Vec<f64>,
    /// Managers, by quarter.
    gps: Vec<Flows>,
    gps_residual: f64,
    block: Block,
}

/// The funds of a block, by group.
#[derive(Clone, Debug, Default)]
struct Block {
    /// By class and group.
    shares: Vec<[Row; GROUPS]>,
    gp_shares: [Row; GROUPS],
    /// What a yuan passed on to other LPs is in yuan distributed to all LPs: size over other LPs' money.
    per_conceded: [Row; GROUPS],
    /// The first quarter of each group.
    first: [usize; GROUPS],
    /// By quarter.
    kept: Vec<[Kept; GROUPS]>,
}

/// A quarter of a group of funds.
#[derive(Clone, Copy, Debug, Default)]
struct Kept {
    calls: Row,
    to_lps: Row,
}

impl ClassSums {
    /// Nothing yet; nothing at all where no class is followed.
    pub fn clear(&mut self, quarters: usize, classes: usize) {
        (self.classes, self.quarters) = (classes, quarters);
        let padded = classes.next_multiple_of(AT_ONCE);
        self.flows.clear();
        self.flows.resize(quarters * padded, Flows::default());
        self.residual.clear();
        self.residual.resize(padded, 0.0);
        let followed = if classes > 0 { quarters } else { 0 };
        self.gps.clear();
        self.gps.resize(followed, Flows::default());
        self.gps_residual = 0.0;
        let no_shares = [Row::default(); GROUPS];
        self.block.shares.resize(padded, no_shares);
        let nothing = [Kept::default(); GROUPS];
        self.block.kept.resize(followed, nothing);
    }

    /// Whether LPs are followed.
    #[inline(always)]
    pub fn is_followed(&self) -> bool {
        self.classes > 0
    }

    /// Takes up the funds of a block.
    pub fn begin(&mut self, funds: &[SubFund]) {
        let Block {
            shares,
            gp_shares,
            per_conceded,
            first,
            ..
        } = &mut self.block;
        let rows = shares.iter_mut().flatten().chain(gp_shares.iter_mut());
        for row in rows.chain(per_conceded.iter_mut()) {
            *row = Row::default();
        }
        *first = [self.quarters; GROUPS];
        for (place, fund) in funds.iter().enumerate() {
            let (group, place) = (place / GROUP, place % GROUP);
            let part = 1.0 / fund.size;
            let mut others = 0.0;
            for (shares, amount) in shares.iter_mut().zip(fund.others).take(self.classes) {
                shares[group][place] = amount * part;
                others += amount;
            }
            gp_shares[group][place] = fund.gp * part;
            per_conceded[group][place] = if others > 0.0 {
                fund.size / others
            } else {
                0.0
            };
        }
    }

    /// What `conceded` to other LPs is in yuan distributed to all LPs.
    #[inline(always)]
    pub fn as_distributed<S: Simd>(
        &self,
        simd: S,
        (group, first): (usize, usize),
        conceded: Amounts<S>,
    ) -> Amounts<S> {
        parts(simd, &self.block.per_conceded[group], first, conceded)
    }

    /// Keeps a quarter of funds of which the first has place `first` in its group: what is called, and what goes to other
    /// LPs with what concessions add, and to managers without it, both in yuan distributed to all LPs.
    #[inline(always)]
    pub fn keep<S: Simd>(
        &mut self,
        simd: S,
        quarter: usize,
        (group, first): (usize, usize),
        calls: Amounts<S>,
        (to_lps, to_gps): (Amounts<S>, Amounts<S>),
    ) {
        let block = &mut self.block;
        block.first[group] = block.first[group].min(quarter);
        let kept = &mut block.kept[quarter][group];
        for (row, amounts) in [(&mut kept.calls, calls), (&mut kept.to_lps, to_lps)] {
            let row = &mut S::as_mut_simd_f64s(&mut row[..]).0[first / S::F64_LANES..];
            for (row, amounts) in row.iter_mut().zip(amounts) {
                *row = amounts;
            }
        }
        let shares = &block.gp_shares[group];
        let gps = &mut self.gps[quarter];
        gps.calls
            .add(simd, first, parts(simd, shares, first, calls));
        gps.to_lps
            .add(simd, first, parts(simd, shares, first, to_gps));
    }

    /// Adds what the funds of the block hold at the term.
    pub fn add_residual(&mut self, residual: &[f64; BLOCK]) {
        if residual.iter().all(|&held| held == 0.0) {
            return;
        }
        let part = |shares: &[Row; GROUPS]| -> f64 {
            let shares = shares.iter().flat_map(|row| row.iter());
            shares.zip(residual).map(|(share, held)| share * held).sum()
        };
        for (sum, shares) in self.residual.iter_mut().zip(&self.block.shares) {
            *sum += part(shares);
        }
        self.gps_residual += part(&self.block.gp_shares);
    }

    /// Writes what classes and managers have in sub-funds to the ledger.
    pub fn book(&self, ledger: &mut Ledger) {
        let padded = self.residual.len();
        for (class, lps) in ledger.lps.iter_mut().enumerate() {
            let flows = self.flows.iter().skip(class).step_by(padded);
            for (quarter, flows) in flows.enumerate() {
                lps.sub_funds.calls[quarter] = flows.calls.total();
                lps.sub_funds.distributions[quarter] = flows.to_lps.total();
            }
            lps.sub_funds.residual = self.residual[class];
        }
        for (quarter, flows) in self.gps.iter().enumerate() {
            ledger.gps.calls[quarter] = flows.calls.total();
            ledger.gps.distributions[quarter] = flows.to_lps.total();
        }
        ledger.gps.residual = self.gps_residual;
    }
}

/// Adds the flows of a block, once all its groups are kept, to the sums by class.
pub struct AddBlock<'a>(pub &'a mut ClassSums);

impl WithSimd for AddBlock<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let ClassSums {
            flows,
            residual,
            quarters,
            block,
            ..
        } = self.0;
        let first = block.first.iter().copied().min().unwrap_or(*quarters);
        let padded = residual.len();
        let rows = flows.chunks_exact_mut(padded).zip(&block.kept);
        for (quarter, (row, kept)) in rows.enumerate().skip(first) {
            let sums = row.as_chunks_mut::<AT_ONCE>().0;
            for (sums, shares) in sums.iter_mut().zip(block.shares.as_chunks().0) {
                for part in 0..LANES / S::F64_LANES {
                    add(simd, part, sums, shares, kept, |group| {
                        quarter >= block.first[group]
                    });
                }
            }
        }
    }
}

/// Adds to vector `part` of the sums of some classes.
#[inline(always)]
fn add<S: Simd>(
    simd: S,
    part: usize,
    sums: &mut [Flows; AT_ONCE],
    shares: &[[Row; GROUPS]; AT_ONCE],
    kept: &[Kept; GROUPS],
    runs: impl Fn(usize) -> bool,
) {
    let mut calls: [S::f64s; AT_ONCE] = std::array::from_fn(|i| sums[i].calls.vector(simd, part));
    let mut to_lps: [S::f64s; AT_ONCE] = std::array::from_fn(|i| sums[i].to_lps.vector(simd, part));
    for (group, kept) in kept.iter().enumerate() {
        if !runs(group) {
            continue;
        }
        for first in (part..GROUP / S::F64_LANES).step_by(LANES / S::F64_LANES) {
            let called = S::as_simd_f64s(&kept.calls[..]).0[first];
            let distributed = S::as_simd_f64s(&kept.to_lps[..]).0[first];
            for i in 0..AT_ONCE {
                let share = S::as_simd_f64s(&shares[i][group][..]).0[first];
                calls[i] = simd.add_f64s(calls[i], simd.mul_f64s(share, called));
                to_lps[i] = simd.add_f64s(to_lps[i], simd.mul_f64s(share, distributed));
            }
        }
    }
    for i in 0..AT_ONCE {
        sums[i].calls.set_vector(simd, part, calls[i]);
        sums[i].to_lps.set_vector(simd, part, to_lps[i]);
    }
}

/// Writes what classes have in regional funds to the ledger, which is complete otherwise.
pub fn book_regional(
    scenario: &Scenario,
    structure: &Structure,
    closes: &[Vec<Close>],
    ledger: &mut Ledger,
) {
    let concession = scenario.terms.region.concession;
    let to_gp = concession.is_some_and(|concession| concession.to == ConcessionTo::Gp);
    let Ledger {
        lps,
        regions,
        region_residual,
        ..
    } = ledger;
    for ((flows, residual), closes) in regions.iter().zip(region_residual).zip(closes) {
        let mut register = Register::default();
        for quarter in 0..structure.quarters {
            let before = register.shares();
            let joined = register.admit(closes, quarter);
            let now = register.shares();
            for (class, lps) in lps.iter_mut().enumerate() {
                let step = if joined {
                    now[class] - before[class]
                } else {
                    0.0
                };
                let holder = &mut lps.regions;
                holder.calls[quarter] += now[class] * flows.calls[quarter] + step * register.called;
                holder.distributions[quarter] +=
                    register.distributed(class, now[class], flows, quarter, to_gp);
            }
            register.called += flows.calls[quarter];
        }
        for (lps, share) in lps.iter_mut().zip(register.shares()) {
            lps.regions.residual += share * *residual;
        }
    }
}

/// Who holds a regional fund as of a quarter, in yuan committed.
#[derive(Default)]
struct Register {
    held: [f64; MAX_CLASSES],
    national: f64,
    total: f64,
    /// Closes so far.
    closes: usize,
    /// Called before this quarter.
    called: f64,
}

impl Register {
    /// Takes in those who join up to the end of `quarter`; whether anyone does.
    fn admit(&mut self, closes: &[Close], quarter: usize) -> bool {
        let so_far = self.closes;
        let due = |close: &&Close| quarter_of(close.time) <= quarter;
        for close in closes[so_far..].iter().take_while(due) {
            self.national += close.national;
            self.total += close.total;
            for (held, amount) in self.held.iter_mut().zip(close.others) {
                *held += amount;
            }
            self.closes += 1;
        }
        self.closes > so_far
    }

    fn shares(&self) -> [f64; MAX_CLASSES] {
        let total = self.total;
        self.held
            .map(|held| if total > 0.0 { held / total } else { 0.0 })
    }

    /// A class's part of a quarter's distributions, with what the national company passes on.
    fn distributed(
        &self,
        class: usize,
        share: f64,
        flows: &RegionFlows,
        quarter: usize,
        to_gp: bool,
    ) -> f64 {
        let (all, conceded) = (
            flows.distributions[quarter],
            flows.national_conceded[quarter],
        );
        let others = self.total - self.national;
        if to_gp {
            share * (all + conceded)
        } else if others > 0.0 {
            share * all + conceded * self.held[class] / others
        } else {
            0.0
        }
    }
}
