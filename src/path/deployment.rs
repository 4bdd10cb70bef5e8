//! First cheques: each sub-fund of a batch finds its companies and pays for its share of them.
//!
//! Candidates stand at their own addresses (sub-fund, company number), so that drawing some that are not
//! needed changes nothing: a batch draws as many as its sub-funds are likely to need in vector loops, and
//! the rare cases (a deal refused for its price, a late deal beyond the early-stage floor, a sub-fund that
//! still has money) one at a time.

mod candidates;
pub mod direct;
pub mod opening;
mod purse;
mod recycling;

use super::PathContext;
use super::cash::table::Table;
use super::company::{Lives, money_of_round};
use super::economy::Economy;
use super::fundraising::sub_funds::SubFund;
use super::lanes::{Column, gather, room, whole};
use super::ledger::fixed_order_widened_sum;
use super::sorting::ByCode;
use crate::random::{Entity, Streams};
use crate::scenario::{AtTerm, FirstCheques, RuleMode, Rules, Scenario};
use crate::structure::Structure;
use crate::structure::companies::{DealModel, MAX_STAGES};
use crate::units::{QUARTERS_PER_YEAR, Years};
use candidates::{Buyer, Candidates, Draw, DrawAll, Retries, find_quarters};
use pulp::{Arch, Simd, WithSimd};
use purse::Purse;
use recycling::Arrivals;
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
    /// Quarter after the last one in which it holds anything.
    pub holds_until: u32,
    /// Most that fees may take, as a part of the size.
    pub budget_share: f64,
    /// The same in yuan.
    pub fee_budget: f64,
    /// What is left for first cheques, in yuan.
    pub investable: f64,
    /// What waits for follow-on cheques, in yuan.
    pub reserve: f64,
    /// First quarter of first cheques that are simulated.
    pub deals_from: u32,
    /// What it has done before that, if it is an actual sub-fund.
    pub past: Past,
}

/// What an actual sub-fund has done before it is simulated; nothing for any other.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Past {
    /// Paid to companies, in yuan.
    pub invested: f64,
    /// In how many stakes.
    pub stakes: u32,
    /// The part of it in early stages, and in others.
    pub early: f64,
    /// See `early`.
    pub late: f64,
}

impl Mandate {
    /// The mandates of `funds`.
    pub fn list(
        scenario: &Scenario,
        structure: &Structure,
        funds: &[SubFund],
        mandates: &mut Vec<Self>,
    ) {
        mandates.clear();
        for fund in funds {
            let mandate = Self::new(scenario, structure, fund, mandates.last());
            mandates.push(mandate);
        }
    }

    /// The mandate of `fund`; its fees are those of the one before it if it lives as long.
    fn new(
        scenario: &Scenario,
        structure: &Structure,
        fund: &SubFund,
        before: Option<&Self>,
    ) -> Self {
        let deployment = &scenario.deployment;
        let first = crate::structure::quarter_of(fund.launch).min(structure.quarters - 1);
        let investing_until = (first + deployment.investment.quarters()).min(structure.quarters);
        let sector = &scenario.sector[fund.sector as usize];
        let long_cycle = sector.long_cycle.map_or(0, Years::quarters);
        let exit = deployment.exit.quarters() + long_cycle;
        let ends = (investing_until + exit).min(structure.quarters);
        let (investing, exiting) = (investing_until - first, ends - investing_until);
        let budget = match before {
            Some(before) if before.quarters() == (investing, exiting) => before.budget_share,
            _ => structure.sub_fund_fees.budget_share(investing, exiting),
        };
        let investable = fund.size * (1.0 - budget).max(0.0);
        let reserved = match &deployment.follow_on {
            Some(law) => law.reserve.fraction(),
            None => 0.0,
        };
        let mandate = Self {
            budget_share: budget,
            first_quarter: first as u32,
            investing_until: investing_until as u32,
            ends: ends as u32,
            holds_until: match scenario.national.at_term {
                AtTerm::Settle => {
                    (ends + deployment.extension.quarters()).min(structure.quarters) as u32
                }
                AtTerm::HoldNav => structure.quarters as u32,
            },
            fee_budget: fund.size * budget,
            investable: investable * (1.0 - reserved),
            reserve: investable * reserved,
            deals_from: first.max(structure.as_of).min(investing_until) as u32,
            past: Past::default(),
        };
        match structure.opening(fund.region, fund.number) {
            Some(opening) => mandate.after(opening, structure, fund.size),
            None => mandate,
        }
    }

    /// Quarters of the investment period, and after it.
    fn quarters(&self) -> (usize, usize) {
        (
            (self.investing_until - self.first_quarter) as usize,
            (self.ends - self.investing_until) as usize,
        )
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
    /// First cheques into small companies above the limit of the rule (enforced or not; not counted where it and
    /// the price rule are off).
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
    /// The instruction set of the loops.
    pub arch: Arch,
    /// Price of early deals over what it would be without the programme, by quarter; empty without a market.
    pub crowding: &'a [f32],
}

impl<'a> DealContext<'a> {
    /// The deals of a path with this economy, whose early ones have prices by `crowding`.
    pub fn new(path: PathContext<'a>, economy: &'a Economy, crowding: &'a [f32]) -> Self {
        Self {
            scenario: path.scenario,
            structure: path.structure,
            economy,
            streams: path.streams,
            path: path.path,
            arch: path.arch,
            crowding,
        }
    }
}

/// Where the deals of a block go.
#[derive(Debug)]
pub struct DealSink<'a> {
    /// Companies by the stage of their first cheque.
    pub entrants: &'a mut [Lives],
    /// Money paid to companies by quarter and sub-fund, in yuan.
    pub cheques: &'a mut Table,
    /// First cheques by stage, in yuan.
    pub by_stage: &'a mut [f64],
    /// Money into early stages by sub-fund, in yuan.
    pub early: &'a mut [f64],
    /// Companies by stage.
    pub funded_by_stage: &'a mut [u64],
    /// Companies by sub-fund.
    pub bought: &'a mut [u32],
    /// Decisions.
    pub counts: &'a mut DealCounts,
    /// First cheques into early stages by quarter; empty without a market.
    pub early_deals: &'a mut [u32],
}

/// Candidates of a block and the deals among them; kept so that nothing is allocated anew.
#[derive(Clone, Debug, Default)]
pub struct DealBuffers {
    /// The sub-funds, and the addresses of their first companies.
    buyers: Column<Buyer>,
    first_entity: Column<u32>,
    /// Those that still look for companies, the slots of their next candidates, and what they may spend.
    open: Vec<Search>,
    candidates: Candidates,
    retries: Retries,
    /// The stage of each candidate that is funded, or [`NOT_FUNDED`]; until its turn comes, that of a candidate
    /// whose price the rules allow.
    funded: Vec<u32>,
    /// How many candidates were too dear before the one that stands in the slot.
    refused: Vec<u32>,
    /// Companies that each sub-fund has looked at, and what it may still put into late stages.
    used: Column<u32>,
    late_left: Column,
    arrivals: Arrivals,
    by_stage: ByCode,
    quarter: Vec<u32>,
    price: Vec<f32>,
}

/// Candidates planned beyond the mean number that money buys, in roots of that number. One drawn alone costs
/// some twenty times one that is planned.
const PLANNED_BEYOND_MEAN: f64 = 1.4;

/// A sub-fund's search for companies.
#[derive(Clone, Debug)]
struct Search {
    /// Index of the sub-fund in its block.
    fund: usize,
    /// Slots of the candidates that were drawn for it and that it has not looked at.
    slots: Range<usize>,
    purse: Purse,
}

/// Whose date a cheque has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Money {
    /// The sub-fund's own: any date of its investment period.
    First,
    /// Proceeds that are paid out again: a date after they came.
    Recycled,
}

/// Marks a candidate that gets no money.
const NOT_FUNDED: u32 = MAX_STAGES as u32;

impl DealBuffers {
    /// Finds and funds the companies of `funds`, whose mandates stand in the same order.
    pub fn run(
        &mut self,
        context: &DealContext,
        funds: &[SubFund],
        mandates: &[Mandate],
        sink: &mut DealSink,
    ) {
        self.begin(context, funds, mandates);
        while !self.open.is_empty() {
            self.draw_planned(context);
            let mut open = std::mem::take(&mut self.open);
            for search in &mut open {
                self.buy(context, search, sink.counts);
                sink.early[search.fund] = search.purse.early;
                sink.bought[search.fund] = search.purse.bought;
                self.late_left[search.fund] = search.purse.late_left;
            }
            open.retain(|search| search.purse.is_open());
            self.open = open;
        }
        context.arch.dispatch(Book {
            deals: self,
            context,
            sink,
        });
    }

    /// Opens the searches of the sub-funds.
    fn begin(&mut self, context: &DealContext, funds: &[SubFund], mandates: &[Mandate]) {
        let quarters = context.structure.quarters as u32;
        let as_of = context.structure.as_of as f32 / QUARTERS_PER_YEAR as f32;
        self.candidates.clear();
        self.funded.clear();
        self.refused.clear();
        self.open.clear();
        for (fund, (sub_fund, mandate)) in funds.iter().zip(mandates).enumerate() {
            let launch = sub_fund.launch as f32;
            let until = mandate.investing_until as f32 / QUARTERS_PER_YEAR as f32;
            let first = Entity::company(sub_fund.region, sub_fund.number, 0).word();
            self.first_entity[fund] = first;
            self.used[fund] = 0;
            let from = launch.max(as_of);
            self.buyers[fund] = Buyer {
                fund: fund as u32,
                launch: from,
                years: (until - from).max(0.0),
                row: sub_fund.sector * quarters,
            };
            let purse = Purse::new(context, mandate, sub_fund.size);
            self.open.push(Search {
                fund,
                slots: 0..0,
                purse,
            });
        }
    }

    /// Draws the candidates that each open search is likely to need.
    fn draw_planned(&mut self, context: &DealContext) {
        let mean_cheque = context.structure.companies.deals.mean_cheque;
        let from = self.candidates.entity.len();
        for search in &mut self.open {
            let planned = match context.scenario.deployment.first_cheques {
                FirstCheques::Count(_) => search.purse.companies,
                // Too few or too many only cost time: every company's draw stands at its own address.
                FirstCheques::Money => {
                    let mean = search.purse.left / mean_cheque;
                    (mean + PLANNED_BEYOND_MEAN * libm::sqrt(mean)) as u32
                }
            };
            let first = self.first_entity[search.fund] + self.used[search.fund];
            let planned = planned.clamp(1, search.purse.companies.max(1));
            let slot = self.candidates.entity.len();
            search.slots = slot..slot + planned as usize;
            self.candidates
                .list(self.buyers[search.fund], first..first + planned);
        }
        let n = self.candidates.entity.len();
        self.funded.resize(n, NOT_FUNDED);
        self.refused.resize(n, 0);
        context.arch.dispatch(DrawAll {
            context,
            from,
            candidates: &mut self.candidates,
            retries: &mut self.retries,
            plain: &mut self.funded,
            refused: &mut self.refused,
        });
    }

    /// Goes through the candidates of a search until its money or its number of companies is used up, or no candidate
    /// is left.
    fn buy(&mut self, context: &DealContext, search: &mut Search, counts: &mut DealCounts) {
        let deals = &context.structure.companies.deals;
        let Search { slots, purse, .. } = search;
        let mut next = slots.start;
        while purse.is_open() && next < slots.end {
            let taken = self.take_plain(deals, next..slots.end, purse);
            counts.refuse(self.refused[next..next + taken].iter().sum());
            counts.candidates += taken as u64;
            next += taken;
            if taken == 0 {
                purse.companies -= 1;
                self.funded[next] = NOT_FUNDED;
                if self.choose(context, next, purse, counts, Money::First) {
                    self.pay(deals, next, purse);
                }
                next += 1;
            }
        }
        self.funded[next..slots.end].fill(NOT_FUNDED);
        self.used[search.fund] += (next - slots.start) as u32;
    }

    /// Pays for the deal in the slot; the cheque.
    fn pay(&mut self, deals: &DealModel, slot: usize, purse: &mut Purse) -> f32 {
        let stage = self.candidates.stage[slot];
        let cheque = &mut self.candidates.cheque[slot];
        let amount = purse.pay(*cheque);
        // A cheque that is cut buys its part of the same round.
        self.candidates.own[slot] *= amount / *cheque;
        *cheque = amount;
        purse.spend(f64::from(amount), deals.laws.early[stage as usize]);
        self.funded[slot] = stage;
        amount
    }

    /// Funds candidates up to the first that a rule or the purse may refuse or change; how many.
    fn take_plain(&mut self, deals: &DealModel, slots: Range<usize>, purse: &mut Purse) -> usize {
        let slots = slots.start..slots.end.min(slots.start + purse.companies as usize);
        let (stages, cheques) = (&self.funded[slots.clone()], &self.candidates.cheque[slots]);
        let taken = purse.take_all(deals.laws.early, stages, cheques);
        purse.companies -= taken as u32;
        taken
    }

    /// One more company than was planned; its slot.
    fn draw_more(
        &mut self,
        context: &DealContext,
        fund: usize,
        entity: u32,
        money: Money,
    ) -> usize {
        let slot = self.candidates.entity.len();
        self.candidates.list(self.buyers[fund], entity..entity + 1);
        self.funded.push(NOT_FUNDED);
        self.refused.push(0);
        self.redraw(context, slot, Draw::default(), money);
        slot
    }

    /// Puts another candidate into the slot.
    fn retry(&mut self, context: &DealContext, slot: usize, draw: Draw, money: Money) {
        if !self.retries.put(slot, draw, &mut self.candidates) {
            self.redraw(context, slot, draw, money);
        }
    }

    fn redraw(&mut self, context: &DealContext, slot: usize, draw: Draw, money: Money) {
        self.draw_one(context, slot, draw);
        if money == Money::Recycled {
            self.redate(context, slot, draw);
        }
    }

    fn draw_one(&mut self, context: &DealContext, slot: usize, draw: Draw) {
        self.candidates
            .draw(pulp::Scalar, context, slot..slot + 1, draw);
    }

    /// Puts the first candidate of the pool that the rules allow into the slot; `false` if the money waits.
    fn choose(
        &mut self,
        context: &DealContext,
        slot: usize,
        purse: &Purse,
        counts: &mut DealCounts,
        money: Money,
    ) -> bool {
        let deals = &context.structure.companies.deals;
        let refused = self.refused[slot];
        counts.refuse(refused);
        for repeat in refused..context.scenario.deployment.candidates {
            let early = false;
            if repeat > refused {
                self.retry(context, slot, Draw { repeat, early }, money);
            }
            counts.candidates += 1;
            if !deals.laws.early[self.candidates.stage[slot] as usize] {
                if f64::from(purse.pay(self.candidates.cheque[slot])) <= purse.late_left {
                    return true;
                }
                counts.replaced += 1;
                let early = true;
                self.retry(context, slot, Draw { repeat, early }, money);
            }
            if self.candidates.price[slot] < deals.valuation_max {
                return true;
            }
            counts.too_dear += 1;
        }
        false
    }
}

/// Books the deals and hands the companies over to their lives.
struct Book<'a, 'b> {
    deals: &'a mut DealBuffers,
    context: &'a DealContext<'a>,
    sink: &'a mut DealSink<'b>,
}

#[allow(clippy::inline_always)] // takes the instruction set of the dispatch
impl WithSimd for Book<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self {
            deals,
            context,
            sink,
        } = self;
        let all = &deals.candidates;
        let rules = &context.scenario.rules;
        let counted =
            [rules.valuation_max, rules.cheque_max].map(|rule| rule.mode != RuleMode::Off);
        let last = context.structure.quarters as u32 - 1;
        let n = deals.funded.len();
        let funded = room(&mut deals.funded, whole(n));
        deals.by_stage.sort(simd, funded, n, sink.entrants.len());
        for (stage, lives) in sink.entrants.iter_mut().enumerate() {
            let chosen = deals.by_stage.of(stage);
            let (first, n) = (lives.cost.len(), chosen.len());
            lives.fund.append(&all.fund, chosen);
            lives.entity.append(&all.entity, chosen);
            lives.time.append(&all.time, chosen);
            lives.cost.append(&all.cheque, chosen);
            lives.own.append(&all.own, chosen);
            lives.worth.append(&all.worth, chosen);
            let exits = &context.structure.companies.exits;
            if exits.follows_lives() {
                let time = &lives.time[first..];
                lives.since.grow(n).copy_from_slice(time);
            }
            let early = context.structure.companies.deals.laws.early[stage];
            let checked = counted != [false; 2] && early;
            let price = room(&mut deals.price, n);
            if exits.follows_rounds || checked {
                gather(price, &all.price, chosen);
            }
            if exits.follows_rounds {
                let (cost, own) = (&lives.cost[first..], &lives.own[first..]);
                let rounds = cost.iter().zip(own).zip(&*price);
                for (raised, ((&cost, &own), &price)) in lives.raised.grow(n).iter_mut().zip(rounds)
                {
                    *raised = money_of_round(cost, own, price);
                }
            }
            let (fund, cost) = (&lives.fund[first..], &lives.cost[first..]);
            let quarter = room(&mut deals.quarter, n);
            find_quarters(quarter, &lives.time[first..], last);
            sink.cheques.add(quarter, fund, cost);
            sink.by_stage[stage] += fixed_order_widened_sum(cost);
            sink.funded_by_stage[stage] += n as u64;
            sink.counts.funded += n as u64;
            if early && !sink.early_deals.is_empty() {
                for &quarter in &*quarter {
                    sink.early_deals[quarter as usize] += 1;
                }
            }
            if checked {
                sink.counts.check(rules, price, cost);
            }
        }
    }
}

impl DealCounts {
    /// Counts candidates that were too dear.
    fn refuse(&mut self, candidates: u32) {
        self.candidates += u64::from(candidates);
        self.too_dear += u64::from(candidates);
    }

    /// Counts early-stage deals that documented rules speak of.
    #[inline(always)]
    #[allow(clippy::inline_always)]
    fn check(&mut self, rules: &Rules, price: &[f32], cheque: &[f32]) {
        let (mut large, mut dear) = (0_u32, 0_u32);
        for (&price, &cheque) in price.iter().zip(cheque) {
            let small = f64::from(price) < rules.valuation_max.threshold;
            dear += u32::from(!small);
            large += u32::from(small && f64::from(cheque) > rules.cheque_max.threshold);
        }
        self.large_cheques += u64::from(large);
        self.dear_deals += u64::from(dear);
    }
}
