//! First cheques: each sub-fund of a batch finds its companies and pays for its share of them.
//!
//! Candidates stand at their own addresses (sub-fund, company number), so that drawing some that are not
//! needed changes nothing: a batch draws as many as its sub-funds are likely to need in vector loops, and
//! the rare cases (a deal refused for its price, a late deal beyond the early-stage floor, a sub-fund that
//! still has money) one at a time.

mod candidates;

use super::company::Lives;
use super::economy::Economy;
use super::fundraising::sub_funds::SubFund;
use super::BLOCK;
use super::lanes::Column;
use super::ledger::fixed_order_widened_sum;
use crate::random::{Entity, MAX_COMPANIES, Streams};
use crate::scenario::{FirstCheques, Scenario};
use crate::structure::Structure;
use crate::units::QUARTERS_PER_YEAR;
use candidates::{Buyer, Candidates, DrawCandidates};
use pulp::Arch;
use std::ops::Range;

/// The calendar and purse of one sub-fund.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Mandate {
    /// First quarter.
    pub first_quarter: u32,
    /// Quarter after the investment period.
    pub investing_until: u32,
    /// Quarter after the life, up to which fees run.
    pub ends: u32,
    /// Most that fees may take, in yuan.
    pub fee_budget: f64,
    /// What is left for companies, in yuan.
    pub investable: f64,
}

impl Mandate {
    /// The mandate of `fund`.
    pub fn new(scenario: &Scenario, structure: &Structure, fund: &SubFund) -> Self {
        let deployment = &scenario.deployment;
        let first = crate::structure::quarter_of(fund.launch).min(structure.quarters - 1);
        let investing_until = (first + deployment.investment.quarters()).min(structure.quarters);
        let ends = (investing_until + deployment.exit.quarters()).min(structure.quarters);
        let budget = structure
            .sub_fund_fees
            .budget_share(investing_until - first, ends - investing_until);
        Self {
            first_quarter: first as u32,
            investing_until: investing_until as u32,
            ends: ends as u32,
            fee_budget: fund.size * budget,
            investable: fund.size * (1.0 - budget).max(0.0),
        }
    }
}

/// How often rules changed a decision, and how many decisions there were.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DealCounts {
    /// Companies funded.
    pub funded: u64,
    /// Candidates looked at.
    pub candidates: u64,
    /// Candidates refused because of their price.
    pub too_dear: u64,
    /// Late deals that gave way to an early one.
    pub replaced: u64,
    /// First cheques into small companies above the limit of the rule (whether enforced or not).
    pub large_cheques: u64,
    /// Early-stage deals at or above the price limit that were done (where the rule is not enforced).
    pub dear_deals: u64,
}

/// What deployment needs to know of its path.
#[derive(Clone, Copy, Debug)]
pub struct DealContext<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Its derived numbers.
    pub structure: &'a Structure,
    /// The path's economy.
    pub economy: &'a Economy,
    /// The source of draws.
    pub streams: Streams,
    /// The path's number.
    pub path: u32,
}

/// Where the deals of a block go.
#[derive(Debug)]
pub struct DealSink<'a> {
    /// Companies by the stage of their first cheque.
    pub entrants: &'a mut [Lives],
    /// Money paid to companies by quarter and sub-fund, in yuan.
    pub cheques: &'a mut [Column],
    /// First cheques by stage, in yuan.
    pub by_stage: &'a mut [f64],
    /// Money into early stages by sub-fund, in yuan.
    pub early: &'a mut [f64],
    /// Companies by stage.
    pub funded_by_stage: &'a mut [u64],
    /// Decisions.
    pub counts: &'a mut DealCounts,
}

/// Candidates of a block and the deals among them; kept so that nothing is allocated anew.
#[derive(Clone, Debug, Default)]
pub struct DealBuffers {
    buyers: Vec<Buyer>,
    planned: Vec<u32>,
    candidates: Candidates,
    /// Indices of the candidates that are funded, by stage.
    deals: Vec<Vec<u32>>,
}

impl DealBuffers {
    /// Finds and funds the companies of `funds`, whose mandates stand in the same order.
    pub fn run(
        &mut self,
        context: &DealContext,
        funds: &[SubFund],
        mandates: &[Mandate],
        sink: &mut DealSink,
    ) {
        self.plan(context, funds, mandates);
        Arch::new().dispatch(DrawCandidates {
            context,
            buyers: &self.buyers,
            candidates: &mut self.candidates,
        });
        self.deals.resize_with(sink.entrants.len(), Vec::new);
        self.deals.iter_mut().for_each(Vec::clear);
        let mut first = 0;
        for (fund, mandate) in mandates.iter().enumerate() {
            let slots = first..first + self.planned[fund] as usize;
            first = slots.end;
            let purse = Purse::new(context, mandate, funds[fund].size);
            self.buy(context, fund, slots, purse, sink);
        }
        self.book(context, sink);
    }

    /// Lists the candidates that each sub-fund is likely to need.
    fn plan(&mut self, context: &DealContext, funds: &[SubFund], mandates: &[Mandate]) {
        let quarters = context.structure.quarters;
        self.candidates.clear();
        self.buyers.clear();
        self.planned.clear();
        for (fund, (sub_fund, mandate)) in funds.iter().zip(mandates).enumerate() {
            let launch = sub_fund.launch as f32;
            let until = mandate.investing_until as f32 / QUARTERS_PER_YEAR as f32;
            let buyer = Buyer {
                first_entity: Entity::company(sub_fund.region, sub_fund.number, 0).word(),
                launch,
                years: (until - launch).max(0.0),
                row: sub_fund.sector * quarters as u32,
            };
            let mean_cheque = context.structure.companies.deals.mean_cheque;
            let planned = match context.scenario.deployment.first_cheques {
                FirstCheques::Count(count) => count,
                // Too few or too many only cost time: every company's draw stands at its own address.
                FirstCheques::Money => (mandate.investable / mean_cheque * 1.05 + 2.0) as u32,
            };
            let planned = planned.min(MAX_COMPANIES);
            let entities = (0..planned).map(|company| buyer.first_entity + company);
            self.candidates.entity.extend(entities);
            let fund = std::iter::repeat_n(fund as u32, planned as usize);
            self.candidates.fund.extend(fund);
            self.buyers.push(buyer);
            self.planned.push(planned);
        }
        self.candidates.resize();
    }

    /// Goes through a sub-fund's candidates until its money or its number of companies is used up.
    fn buy(
        &mut self,
        context: &DealContext,
        fund: usize,
        slots: Range<usize>,
        mut purse: Purse,
        sink: &mut DealSink,
    ) {
        let deals = &context.structure.companies.deals;
        let buyer = self.buyers[fund];
        for company in 0..purse.companies {
            if purse.left < purse.smallest {
                break;
            }
            let entity = buyer.first_entity + company;
            let slot = slots.start + company as usize;
            let slot = if slot < slots.end {
                slot
            } else {
                let more = buyer.candidate(context, entity, 0, false);
                self.candidates.push(entity, fund as u32, more)
            };
            if !self.choose(context, &buyer, slot, &purse, sink.counts) {
                continue;
            }
            let stage = self.candidates.stage[slot] as usize;
            let amount = purse.pay(self.candidates.cheque[slot]);
            // A cheque that is cut buys its part of the same round.
            self.candidates.own[slot] *= amount / self.candidates.cheque[slot];
            self.candidates.cheque[slot] = amount;
            purse.left -= f64::from(amount);
            if deals.stage[stage].early {
                sink.early[fund] += f64::from(amount);
            } else {
                purse.late_left -= f64::from(amount);
            }
            self.deals[stage].push(slot as u32);
        }
    }

    /// Puts the first candidate of the pool that the rules allow into the slot; `false` if the money waits.
    fn choose(
        &mut self,
        context: &DealContext,
        buyer: &Buyer,
        slot: usize,
        purse: &Purse,
        counts: &mut DealCounts,
    ) -> bool {
        let deals = &context.structure.companies.deals;
        let entity = self.candidates.entity[slot];
        for repeat in 0..context.scenario.deployment.candidates {
            if repeat > 0 {
                let next = buyer.candidate(context, entity, repeat, false);
                self.candidates.set(slot, next);
            }
            counts.candidates += 1;
            if !deals.stage[self.candidates.stage[slot] as usize].early {
                if f64::from(purse.pay(self.candidates.cheque[slot])) <= purse.late_left {
                    return true;
                }
                counts.replaced += 1;
                let early = buyer.candidate(context, entity, repeat, true);
                self.candidates.set(slot, early);
            }
            if self.candidates.price[slot] < deals.valuation_max {
                return true;
            }
            counts.too_dear += 1;
        }
        false
    }

    /// Books the deals and hands the companies over to their lives.
    fn book(&self, context: &DealContext, sink: &mut DealSink) {
        let all = &self.candidates;
        let rules = &context.scenario.rules;
        let last = context.structure.quarters - 1;
        for (stage, deals) in self.deals.iter().enumerate() {
            let each = || deals.iter().map(|&slot| slot as usize);
            for slot in each() {
                let quarter = ((all.time[slot] * QUARTERS_PER_YEAR as f32) as usize).min(last);
                let fund = all.fund[slot] as usize % BLOCK;
                sink.cheques[quarter][fund] += f64::from(all.cheque[slot]);
            }
            sink.funded_by_stage[stage] += deals.len() as u64;
            sink.counts.funded += deals.len() as u64;
            if context.structure.companies.deals.stage[stage].early {
                let small = |i: usize| f64::from(all.price[i]) < rules.valuation_max.threshold;
                let large = |i: usize| f64::from(all.cheque[i]) > rules.cheque_max.threshold;
                let counts = &mut sink.counts;
                counts.large_cheques += each().filter(|&i| small(i) && large(i)).count() as u64;
                counts.dear_deals += each().filter(|&i| !small(i)).count() as u64;
            }
            let lives = &mut sink.entrants[stage];
            lives.fund.extend(each().map(|i| all.fund[i]));
            lives.entity.extend(each().map(|i| all.entity[i]));
            lives.time.extend(each().map(|i| all.time[i]));
            let first = lives.cost.len();
            lives.cost.extend(each().map(|i| all.cheque[i]));
            sink.by_stage[stage] += fixed_order_widened_sum(&lives.cost[first..]);
            lives.own.extend(each().map(|i| all.own[i]));
            lives.worth.extend(each().map(|i| all.worth[i]));
        }
    }
}

/// Least part of the mean cheque that is still worth a deal.
const SMALLEST_CHEQUE: f64 = 0.05;

/// What a sub-fund may still spend, in yuan.
struct Purse {
    left: f64,
    late_left: f64,
    smallest: f64,
    companies: u32,
}

impl Purse {
    /// The late budget is what the floor and the fees leave, less the small rest that may stay unspent.
    fn new(context: &DealContext, mandate: &Mandate, size: f64) -> Self {
        let floor = &context.scenario.rules.early_stage_min;
        let smallest = SMALLEST_CHEQUE * context.structure.companies.deals.mean_cheque;
        let late = (1.0 - floor.threshold) * size - mandate.fee_budget - smallest;
        Self {
            left: mandate.investable,
            late_left: if floor.is_enforced() {
                late.max(0.0)
            } else {
                f64::INFINITY
            },
            smallest,
            companies: match context.scenario.deployment.first_cheques {
                FirstCheques::Count(count) => count,
                FirstCheques::Money => MAX_COMPANIES,
            },
        }
    }

    /// The cheque that is in fact written: the last one takes what is left.
    fn pay(&self, cheque: f32) -> f32 {
        /// A cheque that exceeds the purse by rounding alone is whole.
        const ROUNDING: f64 = 1.0 + 1e-6;
        /// Keeps a rest that is rounded to `f32` within the purse.
        const BELOW: f64 = 1.0 - 1e-7;
        if f64::from(cheque) <= self.left * ROUNDING {
            cheque
        } else {
            (self.left * BELOW) as f32
        }
    }
}
