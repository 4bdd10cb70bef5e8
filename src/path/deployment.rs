//! First cheques: each sub-fund of a batch finds its companies and pays for its share of them.
//!
//! Candidates stand at their own addresses (sub-fund, company number), so that drawing some that are not
//! needed changes nothing: a batch draws as many as its sub-funds are likely to need in vector loops, and
//! the rare cases (a deal refused for its price, a late deal beyond the early-stage floor, a sub-fund that
//! still has money) one at a time.

use super::company::Lives;
use super::economy::Economy;
use super::fundraising::sub_funds::SubFund;
use crate::math::elementary::{exp, normal_quantile};
use crate::random::{Entity, LANES, MAX_COMPANIES, Purpose, Streams, tag, unit_f32};
use crate::scenario::{FirstCheques, Scenario};
use crate::structure::Structure;
use crate::structure::companies::{DealLaw, DealModel, MAX_STAGES};
use crate::units::QUARTERS_PER_YEAR;
use pulp::Arch;

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

/// A first cheque that a sub-fund could write.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Candidate {
    time: f32,
    stage: u32,
    cheque: f32,
    own: f32,
    worth: f32,
    price: f32,
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

/// A candidate's sub-fund, as the kernel needs it.
#[derive(Clone, Copy, Debug, Default)]
struct Buyer {
    first_entity: u32,
    launch: f32,
    years: f32,
    row: u32,
}

/// Candidates of a batch, one entry per candidate in each list.
#[derive(Clone, Debug, Default)]
pub struct DealBuffers {
    entity: Vec<u32>,
    buyer: Vec<u32>,
    buyers: Vec<Buyer>,
    candidates: Vec<Candidate>,
    planned: Vec<u32>,
}

/// Where the deals of a batch go.
pub struct DealSink<'a> {
    /// Companies by the stage of their first cheque.
    pub entrants: &'a mut [Lives],
    /// Money paid to companies by quarter and sub-fund, in yuan: `quarter * funds + fund`.
    pub cheques: &'a mut [f64],
    /// First cheques by stage, in yuan.
    pub by_stage: &'a mut [f64],
    /// Money into early stages by sub-fund, in yuan.
    pub early: &'a mut [f64],
    /// Companies by stage.
    pub funded_by_stage: &'a mut [u64],
    /// Decisions.
    pub counts: &'a mut DealCounts,
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
        let arch = Arch::new();
        let deals = &context.structure.companies.deals;
        arch.dispatch(|| {
            draw_candidates(
                context,
                deals,
                &self.entity,
                &self.buyer,
                &self.buyers,
                &mut self.candidates,
            )
        });
        let mut first = 0;
        for (fund, mandate) in mandates.iter().enumerate() {
            let planned = self.planned[fund] as usize;
            let drawn = &self.candidates[first..first + planned];
            first += planned;
            let smallest = SMALLEST_CHEQUE * deals.mean_cheque;
            let mut purse = Purse::new(context.scenario, mandate, funds[fund].size, smallest);
            self.buyers[fund].buy(context, fund, funds.len(), drawn, &mut purse, sink);
        }
    }

    /// Lists the candidates that each sub-fund is likely to need.
    fn plan(&mut self, context: &DealContext, funds: &[SubFund], mandates: &[Mandate]) {
        let quarters = context.structure.quarters;
        self.entity.clear();
        self.buyer.clear();
        self.buyers.clear();
        self.planned.clear();
        for (fund, (sub_fund, mandate)) in funds.iter().zip(mandates).enumerate() {
            let buyer = Buyer {
                first_entity: Entity::company(sub_fund.region, sub_fund.number, 0).word(),
                launch: sub_fund.launch as f32,
                years: (mandate.investing_until as f32 / QUARTERS_PER_YEAR as f32
                    - sub_fund.launch as f32)
                    .max(0.0),
                row: sub_fund.sector * quarters as u32,
            };
            let planned = match context.scenario.deployment.first_cheques {
                FirstCheques::Count(count) => count,
                FirstCheques::Money => {
                    (mandate.investable / context.structure.companies.deals.mean_cheque * 1.05
                        + 2.0) as u32
                }
            };
            let planned = planned.min(MAX_COMPANIES);
            self.buyers.push(buyer);
            self.planned.push(planned);
            self.entity
                .extend((0..planned).map(|company| buyer.first_entity + company));
            self.buyer
                .extend(std::iter::repeat_n(fund as u32, planned as usize));
        }
        self.candidates.resize(
            self.entity.len().next_multiple_of(LANES),
            Candidate::default(),
        );
    }
}

/// What a sub-fund may still spend.
struct Purse {
    left: f64,
    late_left: f64,
    smallest: f64,
    companies: u32,
}

impl Purse {
    /// The late budget is what the floor and the fees leave, less the small rest that may stay unspent.
    fn new(scenario: &Scenario, mandate: &Mandate, size: f64, smallest: f64) -> Self {
        let floor = &scenario.rules.early_stage_min;
        let late = if floor.is_enforced() {
            ((1.0 - floor.threshold) * size - mandate.fee_budget - smallest).max(0.0)
        } else {
            f64::INFINITY
        };
        let companies = match scenario.deployment.first_cheques {
            FirstCheques::Count(count) => count,
            FirstCheques::Money => MAX_COMPANIES,
        };
        Self {
            left: mandate.investable,
            late_left: late,
            smallest,
            companies,
        }
    }

    /// The cheque that is in fact written: the last one takes what is left.
    fn pay(&self, cheque: f32) -> f32 {
        /// A cheque that exceeds the purse by rounding alone is whole.
        const ROUNDING: f64 = 1.0 + 1e-6;
        if f64::from(cheque) <= self.left * ROUNDING {
            cheque
        } else {
            (self.left * (1.0 - 1e-7)) as f32
        }
    }
}

/// Least part of the mean cheque that is still worth a deal.
const SMALLEST_CHEQUE: f64 = 0.05;

impl Buyer {
    /// Goes through candidates until the money or the number of companies is used up.
    fn buy(
        &self,
        context: &DealContext,
        fund: usize,
        funds: usize,
        drawn: &[Candidate],
        purse: &mut Purse,
        sink: &mut DealSink,
    ) {
        let deals = &context.structure.companies.deals;
        for company in 0..purse.companies {
            if purse.left < purse.smallest {
                break;
            }
            let entity = self.first_entity + company;
            let first = drawn.get(company as usize).copied();
            let first = first.unwrap_or_else(|| self.candidate(context, deals, entity, 0, false));
            let Some(deal) = self.choose(context, deals, entity, first, purse, sink.counts) else {
                continue;
            };
            self.fund_company(context, deals, entity, fund, funds, deal, purse, sink);
        }
    }

    /// The first candidate of the pool that the rules allow; `None` if the money waits.
    fn choose(
        &self,
        context: &DealContext,
        deals: &DealModel,
        entity: u32,
        first: Candidate,
        purse: &Purse,
        counts: &mut DealCounts,
    ) -> Option<Candidate> {
        let mut candidate = first;
        for repeat in 0..context.scenario.deployment.candidates {
            if repeat > 0 {
                candidate = self.candidate(context, deals, entity, repeat, false);
            }
            counts.candidates += 1;
            if !deals.stage[candidate.stage as usize].early {
                if f64::from(purse.pay(candidate.cheque)) <= purse.late_left {
                    return Some(candidate);
                }
                counts.replaced += 1;
                candidate = self.candidate(context, deals, entity, repeat, true);
            }
            if candidate.price < deals.valuation_max {
                return Some(candidate);
            }
            counts.too_dear += 1;
        }
        None
    }

    /// One candidate, drawn alone; an early-stage one if `early`.
    fn candidate(
        &self,
        context: &DealContext,
        deals: &DealModel,
        entity: u32,
        repeat: u32,
        early: bool,
    ) -> Candidate {
        let address = tag(Purpose::FirstCheque, u32::from(early), repeat);
        let words = context
            .streams
            .words(context.path, Entity::from_word(entity), address, 0);
        let uniforms = uniforms(words);
        let cumulative = if early {
            &deals.early_cumulative
        } else {
            &deals.cumulative
        };
        candidate(context, deals, cumulative, self, uniforms)
    }

    #[allow(clippy::too_many_arguments)] // the last step of a deal joins everything that it is made of
    fn fund_company(
        &self,
        context: &DealContext,
        deals: &DealModel,
        entity: u32,
        fund: usize,
        funds: usize,
        deal: Candidate,
        purse: &mut Purse,
        sink: &mut DealSink,
    ) {
        let stage = deal.stage as usize;
        let law = &deals.stage[stage];
        let cheque = purse.pay(deal.cheque);
        let amount = f64::from(cheque);
        let quarter =
            ((deal.time * QUARTERS_PER_YEAR as f32) as usize).min(context.structure.quarters - 1);
        purse.left -= amount;
        sink.cheques[quarter * funds + fund] += amount;
        sink.by_stage[stage] += amount;
        sink.funded_by_stage[stage] += 1;
        sink.counts.funded += 1;
        if law.early {
            sink.early[fund] += amount;
            let small = deal.price < context.scenario.rules.valuation_max.threshold as f32;
            sink.counts.large_cheques +=
                u64::from(small && amount > context.scenario.rules.cheque_max.threshold);
            sink.counts.dear_deals += u64::from(!small);
        } else {
            purse.late_left -= amount;
        }
        let lives = &mut sink.entrants[stage];
        lives.fund.push(fund as u32);
        lives.entity.push(entity);
        lives.time.push(deal.time);
        lives.cost.push(cheque);
        // A cut cheque buys its part of the same round.
        lives.own.push(deal.own * (cheque / deal.cheque));
        lives.worth.push(deal.worth);
    }
}

/// Five uniforms from four words: the low nine bits that the first four leave make the fifth.
#[inline(always)]
#[allow(clippy::inline_always)]
fn uniforms(words: [u32; 4]) -> [f32; 5] {
    let low = |word: u32| word & 0x1ff;
    let spare = low(words[0]) << 23 | low(words[1]) << 14 | low(words[2]) << 5 | low(words[3]) >> 4;
    [
        unit_f32(words[0]),
        unit_f32(words[1]),
        unit_f32(words[2]),
        unit_f32(words[3]),
        unit_f32(spare),
    ]
}

/// The candidate that five uniforms make: date, stage, cheque, worth, price noise.
#[inline(always)]
#[allow(clippy::inline_always)]
fn candidate(
    context: &DealContext,
    deals: &DealModel,
    cumulative: &[f32; MAX_STAGES],
    buyer: &Buyer,
    u: [f32; 5],
) -> Candidate {
    let time = buyer.launch + buyer.years * u[0];
    let quarter =
        ((time * QUARTERS_PER_YEAR as f32) as u32).min(context.structure.quarters as u32 - 1);
    let mut stage = 0;
    for bound in cumulative {
        stage += u32::from(u[1] >= *bound);
    }
    let law: &DealLaw = &deals.stage[stage as usize % MAX_STAGES];
    let probability = law.cheque_low + law.cheque_width * u[2];
    let cheque = exp(law.cheque.mu + law.cheque.sigma * normal_quantile(probability));
    let worth = exp(law.worth.mu + law.worth.sigma * normal_quantile(u[3]));
    let sigma = context.structure.companies.price_noise;
    let noise = exp(sigma * normal_quantile(u[4]) - 0.5 * sigma * sigma);
    let price = worth * noise * context.economy.price[(buyer.row + quarter) as usize];
    // The round takes in the cheque, and at least the part of the company that rounds of this stage sell.
    let after = price + cheque.max(law.round * price);
    Candidate {
        time,
        stage,
        cheque,
        own: cheque / after,
        worth: worth * (after / price),
        price,
    }
}

/// Draws the first candidate of every listed company.
#[inline(always)]
#[allow(clippy::inline_always)]
fn draw_candidates(
    context: &DealContext,
    deals: &DealModel,
    entity: &[u32],
    buyer: &[u32],
    buyers: &[Buyer],
    candidates: &mut [Candidate],
) {
    let address = tag(Purpose::FirstCheque, 0, 0);
    for start in (0..entity.len()).step_by(LANES) {
        let lanes = (entity.len() - start).min(LANES);
        let mut entities = [0; LANES];
        entities[..lanes].copy_from_slice(&entity[start..start + lanes]);
        let words = context.streams.words16(context.path, &entities, address, 0);
        for lane in 0..lanes {
            let uniforms = uniforms([
                words[0][lane],
                words[1][lane],
                words[2][lane],
                words[3][lane],
            ]);
            let buyer = &buyers[buyer[start + lane] as usize];
            candidates[start + lane] =
                candidate(context, deals, &deals.cumulative, buyer, uniforms);
        }
    }
}
