//! What LPs of each class pay and receive, in regional funds and in sub-funds.
//!
//! Followed only where a scenario has more than one class that holds money. In sub-funds each class has a share of each
//! fund, and sums run in lanes as those of regions do; in regional funds shares move with closes.

#![allow(clippy::inline_always)] // takes the instruction set of the dispatch around it

use super::sums::{Amounts, Lanes, parts};
use super::table::Row;
use crate::path::fundraising::closes::Close;
use crate::path::fundraising::sub_funds::SubFund;
use crate::path::ledger::{Ledger, RegionFlows};
use crate::scenario::{ConcessionTo, Scenario};
use crate::structure::raising::MAX_CLASSES;
use crate::structure::{Structure, quarter_of};
use pulp::Simd;

/// Shares of one holder in the funds of a group.
#[derive(Clone, Copy, Debug)]
struct Holder {
    /// Place of its sums: a class, or behind all classes the managers.
    number: usize,
    shares: Row,
}

/// Shares of all LP classes and of managers in the funds of a group.
#[derive(Clone, Debug, Default)]
pub struct GroupHolders {
    lps: Vec<Holder>,
    gps: Vec<Holder>,
    /// What a yuan passed on to other LPs is in yuan distributed to all LPs: size over other LPs' money.
    per_conceded: Row,
}

impl GroupHolders {
    /// The holders of `funds`, of whose LPs `classes` are followed.
    pub fn fill(&mut self, funds: &[SubFund], classes: usize) {
        self.lps.clear();
        self.gps.clear();
        if classes == 0 {
            return;
        }
        let row = |of: &dyn Fn(&SubFund) -> f64| {
            let mut row = Row::default();
            row.fill_from(funds.iter().map(of));
            row
        };
        for number in 0..classes {
            if funds.iter().any(|fund| fund.others[number] > 0.0) {
                let shares = row(&|fund| fund.others[number] / fund.size);
                self.lps.push(Holder { number, shares });
            }
        }
        self.gps.push(Holder {
            number: classes,
            shares: row(&|fund| fund.gp / fund.size),
        });
        self.per_conceded = row(&|fund| {
            let others: f64 = fund.others.iter().sum();
            if others > 0.0 {
                fund.size / others
            } else {
                0.0
            }
        });
    }

    /// Whether no LP is followed.
    #[inline(always)]
    fn is_empty(&self) -> bool {
        self.gps.is_empty()
    }

    /// What `conceded` to other LPs is in yuan distributed to all LPs.
    #[inline(always)]
    pub fn as_distributed<S: Simd>(
        &self,
        simd: S,
        first: usize,
        conceded: Amounts<S>,
    ) -> Amounts<S> {
        parts(simd, &self.per_conceded, first, conceded)
    }
}

/// Calls and distributions of one holder in one quarter.
#[derive(Clone, Copy, Debug, Default)]
struct Flows {
    calls: Lanes,
    to_lps: Lanes,
}

/// What classes and managers paid into sub-funds and got from them on one path.
#[derive(Clone, Debug, Default)]
pub struct HolderSums {
    /// Classes and, behind them, managers.
    holders: usize,
    /// By quarter and holder.
    flows: Vec<Flows>,
    residual: Vec<Lanes>,
}

impl HolderSums {
    /// Nothing yet; nothing at all where no class is followed.
    pub fn clear(&mut self, quarters: usize, classes: usize) {
        self.holders = if classes > 0 { classes + 1 } else { 0 };
        self.flows.clear();
        self.flows.resize(quarters * self.holders, Flows::default());
        self.residual.clear();
        self.residual.resize(self.holders, Lanes::default());
    }

    /// Adds a quarter of funds of which the first has place `first` in its group. To LPs goes what concessions add, too.
    #[inline(always)]
    pub fn add<S: Simd>(
        &mut self,
        simd: S,
        quarter: usize,
        first: usize,
        calls: Amounts<S>,
        (to_lps, to_gps): (Amounts<S>, Amounts<S>),
        holders: &GroupHolders,
    ) {
        if holders.is_empty() {
            return;
        }
        let row = &mut self.flows[quarter * self.holders..][..self.holders];
        for (holders, received) in [(&holders.lps, to_lps), (&holders.gps, to_gps)] {
            for holder in holders {
                let flows = &mut row[holder.number];
                let of = |amounts| parts(simd, &holder.shares, first, amounts);
                flows.calls.add(simd, first, of(calls));
                flows.to_lps.add(simd, first, of(received));
            }
        }
    }

    /// Adds what such funds hold at the term.
    #[inline(always)]
    pub fn add_residual<S: Simd>(
        &mut self,
        simd: S,
        first: usize,
        residual: Amounts<S>,
        holders: &GroupHolders,
    ) {
        for holder in holders.lps.iter().chain(&holders.gps) {
            let part = parts(simd, &holder.shares, first, residual);
            self.residual[holder.number].add(simd, first, part);
        }
    }

    /// Writes what classes and managers have in sub-funds to the ledger.
    pub fn book(&self, ledger: &mut Ledger) {
        let lps = ledger.lps.iter_mut().map(|lps| &mut lps.sub_funds);
        let holders = lps.chain([&mut ledger.gps]).enumerate();
        for (number, holder) in holders.take(self.holders) {
            let flows = self.flows[number..].iter().step_by(self.holders);
            for (quarter, flows) in flows.enumerate() {
                holder.calls[quarter] = flows.calls.total();
                holder.distributions[quarter] = flows.to_lps.total();
            }
            holder.residual = self.residual[number].total();
        }
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
