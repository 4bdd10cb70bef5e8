//! Calls, fees and distributions of a block of sub-funds, quarter by quarter.

#![allow(clippy::inline_always)] // kernels take the instruction set of the dispatch around them

use super::lp_classes::{AddBlock, ClassSums};
use super::sums::{Amounts, FlowRecorder, FlowSums, FundFlows, RegionalShares, TOGETHER, vectors};
use super::table::{GROUP, Row, Table};
use crate::path::BLOCK;
use crate::path::company::{Ends, Route};
use crate::path::deployment::Mandate;
use crate::path::fundraising::sub_funds::SubFund;
use crate::path::lanes::Column;
use crate::path::ledger::{Series, fixed_order_widened_sum};
use crate::path::waterfall::{Balances, Waterfall};
use crate::scenario::{Concession, ConcessionTo};
use crate::structure::Structure;
use crate::structure::fees::{BasisWeights, FeeSchedule};
use pulp::{Arch, Simd, WithSimd};

/// What a block of sub-funds receives and pays, and what has become of each after [`BlockCash::settle`].
#[derive(Clone, Debug, Default)]
pub struct BlockCash {
    /// Money paid to companies.
    pub cheques: Table,
    /// Money from companies.
    pub proceeds: Table,
    /// Cost of what was sold or wound up; kept only where a fee is charged on cost.
    pub cost_out: Table,
    /// Value held at the term.
    pub residual: Column,
    /// Called in all.
    pub called: Column,
    /// Distributed to LPs in all.
    pub distributed: Column,
    /// Passed on by regions in all.
    pub conceded: Column,
    /// Flows of the path's blocks so far.
    pub sums: FlowSums,
    /// The same by LP class.
    pub classes: ClassSums,
    waterfall: Waterfall,
    group: Group,
}

impl BlockCash {
    /// Empty tables. The cells of the last block were cleared as [`BlockCash::settle`] read them.
    pub fn begin(&mut self, quarters: usize, fees: &FeeSchedule) {
        self.cheques.begin(quarters);
        self.proceeds.begin(quarters);
        self.cost_out.begin(if fees.needs_invested_cost() {
            quarters
        } else {
            0
        });
        self.residual = Column::default();
    }

    /// Books the ends of companies by one route, their proceeds also in `by_quarter`; their cost and amount in all.
    pub fn book_ends(
        &mut self,
        arch: Arch,
        route: Route,
        ends: &Ends,
        by_quarter: &mut Series,
    ) -> (f64, f64) {
        arch.dispatch(BookEnds {
            cash: self,
            route,
            ends,
            by_quarter,
        })
    }

    /// Runs fees and waterfalls of the block and adds its flows to the sums; `recorder` sees them.
    pub fn settle(
        &mut self,
        arch: Arch,
        funds: &[SubFund],
        mandates: &[Mandate],
        structure: &Structure,
        recorder: &mut impl FlowRecorder,
    ) {
        self.waterfall.begin(&structure.sub_fund_claims);
        if self.classes.is_followed() {
            self.classes.begin(funds);
        }
        let groups = funds.chunks(GROUP).zip(mandates.chunks(GROUP));
        for (number, (funds, mandates)) in groups.enumerate() {
            let concession = structure.sub_fund_concession;
            self.group.fill(number, funds, mandates, concession);
            let (fees, quarters) = (structure.sub_fund_fees, structure.quarters);
            let cash = &mut *self;
            // Where neither is asked for, their code is not in the loops either.
            if concession.is_none() && structure.lp_classes == 0 {
                arch.dispatch(RunGroup::<_, false> {
                    cash,
                    fees,
                    quarters,
                    recorder: &mut *recorder,
                });
            } else {
                arch.dispatch(RunGroup::<_, true> {
                    cash,
                    fees,
                    quarters,
                    recorder: &mut *recorder,
                });
            }
        }
        if self.classes.is_followed() {
            arch.dispatch(AddBlock(&mut self.classes));
            self.classes.add_residual(&self.residual);
        }
    }
}

/// The ends of one route, booked and added up.
struct BookEnds<'a> {
    cash: &'a mut BlockCash,
    route: Route,
    ends: &'a Ends,
    by_quarter: &'a mut [f64],
}

impl WithSimd for BookEnds<'_> {
    type Output = (f64, f64);

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Self::Output {
        let Self {
            cash,
            route,
            ends,
            by_quarter,
        } = self;
        if route.is_held() {
            for (&fund, &amount) in ends.fund.iter().zip(ends.amount.iter()) {
                cash.residual[fund as usize % BLOCK] += f64::from(amount);
            }
        } else {
            let (quarters, funds) = (&ends.quarter, &ends.fund);
            let proceeds = &mut cash.proceeds;
            proceeds.add_with_sums(quarters, funds, &ends.amount, by_quarter);
            if !cash.cost_out.is_empty() {
                cash.cost_out.add(&ends.quarter, &ends.fund, &ends.cost);
            }
        }
        (
            fixed_order_widened_sum(&ends.cost),
            fixed_order_widened_sum(&ends.amount),
        )
    }
}

/// A group of funds: sizes, calendars, fee budgets, and whose they are.
#[derive(Clone, Debug, Default)]
struct Group {
    number: usize,
    size: Row,
    first: Column<u32, GROUP>,
    investing_until: Column<u32, GROUP>,
    ends: Column<u32, GROUP>,
    fee_budget: Row,
    regions: Vec<RegionalShares>,
    /// To whom regions pass something on.
    concedes_to: Option<ConcessionTo>,
}

impl Group {
    fn fill(
        &mut self,
        number: usize,
        funds: &[SubFund],
        mandates: &[Mandate],
        concession: Option<Concession>,
    ) {
        self.number = number;
        self.size.fill_from(funds.iter().map(|fund| fund.size));
        let mandates = || mandates.iter();
        self.fee_budget.fill_from(mandates().map(|m| m.fee_budget));
        // Places without a fund never start.
        let dates =
            |date: fn(&Mandate) -> u32| mandates().map(date).chain(std::iter::repeat(u32::MAX));
        self.first.fill_from(dates(|m| m.first_quarter));
        self.investing_until.fill_from(dates(|m| m.investing_until));
        self.ends.fill_from(dates(|m| m.ends));
        self.regions.clear();
        let mut start = 0;
        for region in funds.chunk_by(|a, b| a.region == b.region) {
            let shares = region.iter().map(|fund| fund.regional / fund.size);
            let range = start..start + region.len();
            start = range.end;
            let conceded = region.iter().map(|fund| passed_on(fund, concession));
            let shares = RegionalShares::new(region[0].region, range, shares, conceded);
            self.regions.push(shares);
        }
        self.concedes_to = concession.map(|concession| concession.to);
    }

    /// The first quarter after `quarter` in which a fund starts, stops investing or ends.
    #[inline(always)]
    fn next_change(&self, quarter: u32) -> u32 {
        let mut next = u32::MAX;
        for dates in [&self.first, &self.investing_until, &self.ends] {
            for &date in dates.iter() {
                let later = if date > quarter { date } else { u32::MAX };
                next = next.min(later);
            }
        }
        next
    }
}

/// The part of a fund's distributions beyond capital and hurdle that its region passes on, if there is someone
/// to pass it on to.
fn passed_on(fund: &SubFund, concession: Option<Concession>) -> f64 {
    concession.map_or(0.0, |concession| {
        let anyone = concession.to == ConcessionTo::Gp || fund.largest_other > 0.0;
        let part = concession.share.fraction() * fund.regional / fund.size;
        if anyone { part } else { 0.0 }
    })
}

/// Fees of a group from one change of its calendars to the next.
#[derive(Clone, Copy, Debug, Default)]
struct FeesInForce {
    /// On commitments.
    fixed: Row,
    /// Per unit called so far.
    on_called: Row,
    /// Per unit of cost still held.
    on_cost: Row,
}

impl FeesInForce {
    #[inline(always)]
    fn new(group: &Group, fees: FeeSchedule, quarter: u32) -> Self {
        let mut in_force = Self::default();
        for fund in 0..GROUP {
            let runs = quarter >= group.first[fund] && quarter < group.ends[fund];
            let invests = quarter < group.investing_until[fund];
            let weight = |of: fn(&BasisWeights) -> f64| {
                let weight = if invests {
                    of(&fees.investing)
                } else {
                    of(&fees.later)
                };
                if runs { weight } else { 0.0 }
            };
            in_force.fixed[fund] = weight(|w| w.committed) * group.size[fund];
            in_force.on_called[fund] = weight(|w| w.paid_in);
            in_force.on_cost[fund] = weight(|w| w.invested_cost);
        }
        in_force
    }
}

/// All quarters of a group of funds.
struct RunGroup<'a, R, const BY_HOLDER: bool> {
    cash: &'a mut BlockCash,
    fees: FeeSchedule,
    quarters: usize,
    recorder: &'a mut R,
}

impl<R: FlowRecorder, const BY_HOLDER: bool> WithSimd for RunGroup<'_, R, BY_HOLDER> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        for first in (0..GROUP).step_by(TOGETHER * S::F64_LANES) {
            self.run(simd, first);
        }
    }
}

impl<R: FlowRecorder, const BY_HOLDER: bool> RunGroup<'_, R, BY_HOLDER> {
    /// All quarters of the funds from place `first` of the group that are followed together.
    #[inline(always)]
    fn run<S: Simd>(&mut self, simd: S, first: usize) {
        let cash = &mut *self.cash;
        let group = &cash.group;
        let cheques = cash.cheques.group(group.number);
        let proceeds = cash.proceeds.group(group.number);
        let cost_out = cash.cost_out.group(group.number);
        let mut balances = [Balances::new(simd); TOGETHER];
        let mut fee_left = vectors::<S>(&group.fee_budget[..], first);
        let mut held = [simd.splat_f64s(0.0); TOGETHER];
        let mut conceded = held;
        let mut from = group.first.iter().copied().min().unwrap_or(0) as usize;
        while from < self.quarters {
            let until = self.quarters.min(group.next_change(from as u32) as usize);
            let fees = FeesInForce::new(group, self.fees, from as u32);
            let [fixed, on_called, on_cost] = [&fees.fixed, &fees.on_called, &fees.on_cost]
                .map(|row| vectors::<S>(&row[..], first));
            for quarter in from..until {
                let paid = take(simd, &mut cheques[quarter], first);
                let received = take(simd, &mut proceeds[quarter], first);
                let mut due: Amounts<S> = std::array::from_fn(|i| {
                    let called = simd.add_f64s(balances[i].paid_in, paid[i]);
                    simd.add_f64s(fixed[i], simd.mul_f64s(on_called[i], called))
                });
                if let Some(cost_out) = cost_out.get_mut(quarter) {
                    let out = take(simd, cost_out, first);
                    for i in 0..TOGETHER {
                        held[i] = simd.add_f64s(held[i], simd.sub_f64s(paid[i], out[i]));
                        due[i] = simd.add_f64s(due[i], simd.mul_f64s(on_cost[i], held[i]));
                        due[i] = simd.max_f64s(due[i], simd.splat_f64s(0.0));
                    }
                }
                let fees = std::array::from_fn(|i| simd.min_f64s(due[i], fee_left[i]));
                fee_left = std::array::from_fn(|i| simd.sub_f64s(fee_left[i], fees[i]));
                let calls = std::array::from_fn(|i| simd.add_f64s(paid[i], fees[i]));
                let waterfall = &cash.waterfall;
                let to_lps = waterfall.quarter_in_parts(simd, &mut balances, calls, received);
                let flows = FundFlows {
                    cheques: paid,
                    fees,
                    calls,
                    proceeds: received,
                    to_lps: to_lps.map(|to_lps| to_lps.all),
                };
                let place = group.number * GROUP + first;
                self.recorder.record(simd, quarter, place, &flows);
                cash.sums.add(simd, quarter, first, flows, &group.regions);
                if BY_HOLDER {
                    let mut to_other_lps = flows.to_lps;
                    if let Some(to) = group.concedes_to {
                        let excess = to_lps.map(|to_lps| to_lps.excess);
                        let now =
                            cash.sums
                                .add_conceded(simd, quarter, first, excess, &group.regions);
                        self.recorder.record_conceded(simd, quarter, place, now);
                        conceded = plus(simd, conceded, now);
                        if to == ConcessionTo::OtherLps {
                            let place = (group.number, first);
                            let more = cash.classes.as_distributed(simd, place, now);
                            to_other_lps = plus(simd, to_other_lps, more);
                        }
                    }
                    if cash.classes.is_followed() {
                        let place = (group.number, first);
                        let received = (to_other_lps, flows.to_lps);
                        cash.classes.keep(simd, quarter, place, calls, received);
                    }
                }
            }
            from = until;
        }
        let residual = &cash.residual[group.number * GROUP..];
        let residual = vectors::<S>(residual, first);
        cash.sums
            .add_residual(simd, first, residual, &group.regions);
        let place = (group.number * GROUP + first) / S::F64_LANES;
        let called = &mut S::as_mut_simd_f64s(&mut cash.called[..]).0[place..];
        let distributed = &mut S::as_mut_simd_f64s(&mut cash.distributed[..]).0[place..];
        for (i, balances) in balances.iter().enumerate() {
            called[i] = balances.paid_in;
            distributed[i] = balances.distributed(simd);
        }
        if let Some(to) = group.concedes_to {
            let all = &mut S::as_mut_simd_f64s(&mut cash.conceded[..]).0[place..];
            for (i, conceded) in conceded.into_iter().enumerate() {
                all[i] = conceded;
                if to == ConcessionTo::Gp {
                    distributed[i] = simd.sub_f64s(distributed[i], conceded);
                }
            }
        }
    }
}

/// Sums by fund.
#[inline(always)]
fn plus<S: Simd>(simd: S, a: Amounts<S>, b: Amounts<S>) -> Amounts<S> {
    std::array::from_fn(|i| simd.add_f64s(a[i], b[i]))
}

/// Takes amounts out of a row, which is left empty for the next block.
#[inline(always)]
fn take<S: Simd>(simd: S, row: &mut [f64; GROUP], first: usize) -> Amounts<S> {
    let vectors = S::as_mut_simd_f64s(&mut row[..]).0;
    std::array::from_fn(|i| {
        let nothing = simd.splat_f64s(0.0);
        std::mem::replace(&mut vectors[first / S::F64_LANES + i], nothing)
    })
}
