//! Opening portfolios: what actual sub-funds and projects hold at the date up to which everything is data.
//!
//! A sub-fund states sums: paid in, held, distributed. They become as many stakes as mean first cheques, each with the
//! same part of cost and value; stage, date of the cheque and the fraction bought are drawn at the last numbers of
//! the sub-fund's companies, so that simulated ones keep theirs. A stake lives from that date on.

use super::{DealContext, DealSink, Mandate, Past, Purse};
use crate::math::elementary::{exp, floor_to_i32, normal_quantile};
use crate::path::company::{Ends, Entrant, OfLife, Route};
use crate::path::deployment::direct::DirectProject;
use crate::path::fundraising::sub_funds::SubFund;
use crate::path::journal::Receipt;
use crate::path::nav::{Holdings, Unit};
use crate::random::{Entity, MAX_COMPANIES, Purpose, tag, unit_f32};
use crate::structure::Structure;
use crate::structure::actual::{Calendar, Opening};
use crate::structure::companies::MAX_STAGES;
use crate::structure::raising::category;
use crate::units::QUARTERS_PER_YEAR;

/// A company of which the past is data.
#[derive(Clone, Copy, Debug)]
pub struct Stake {
    /// Place of the sub-fund or project in its block.
    pub fund: u32,
    /// Stage of the company.
    pub stage: u32,
    /// What is held of it; nothing where the value is nothing.
    pub entrant: Entrant,
    /// The first cheque, in yuan.
    pub cheque: f32,
    /// Fraction of the company that it bought.
    pub own: f32,
    /// Value of what is held, in yuan.
    pub value: f32,
    /// What was sold of it was sold for this, in yuan.
    pub sold_for: f32,
    /// Quarter up to which the past is data.
    pub as_of: u32,
}

impl Stake {
    /// An actual project, of `value` yuan, at place `fund` of its block.
    pub fn of_project(fund: u32, project: &DirectProject, value: f32) -> Self {
        Self {
            fund,
            stage: project.stage,
            entrant: project.entrant,
            cheque: project.entrant.cost,
            own: project.entrant.own,
            value,
            sold_for: 0.0,
            as_of: floor_to_i32(project.entrant.time * QUARTERS_PER_YEAR as f32) as u32,
        }
    }

    /// Whether anything is left that lives on.
    pub fn is_held(&self) -> bool {
        self.value > 0.0
    }

    /// What ended by the date up to which the past is data: a sale of a part, and giving up what is worth nothing.
    pub fn receipts(&self) -> impl Iterator<Item = Receipt> {
        let receipt = |route, cost, amount| Receipt {
            route,
            quarter: self.as_of,
            cost,
            amount,
        };
        let sold_cost = self.cheque - self.entrant.cost;
        let sold =
            (self.sold_for > 0.0).then(|| receipt(Route::Transfer, sold_cost, self.sold_for));
        let lost = (!self.is_held()).then(|| receipt(Route::WrittenOff, self.entrant.cost, 0.0));
        sold.into_iter().chain(lost)
    }
}

/// The stakes of a block; kept so that nothing is allocated anew.
#[derive(Clone, Debug, Default)]
pub struct OpeningPortfolio {
    /// One entry per company, until its past has ended.
    pub stakes: Vec<Stake>,
}

impl Mandate {
    /// What is left of the mandate after a past: what is invested counts as first cheques, and beyond their money as
    /// reserve; fees have at most what commitments leave.
    pub(super) fn after(self, opening: Opening, structure: &Structure, size: f64) -> Self {
        let invested: f64 = self.cheques(opening, structure, size).sum();
        let left = (self.investable + self.reserve - invested).max(0.0);
        let reserve = self.reserve.min(left);
        let open = self.deals_from < self.investing_until;
        Self {
            fee_budget: self.fee_budget.min(size - invested),
            investable: if open { left - reserve } else { 0.0 },
            reserve,
            past: Past {
                invested,
                stakes: Opening::stakes(invested, structure.companies.deals.mean_cheque),
                ..Past::default()
            },
            ..self
        }
    }

    /// What went to companies by quarter before simulation takes over, from the first quarter on.
    pub fn cheques(
        &self,
        opening: Opening,
        structure: &Structure,
        size: f64,
    ) -> impl Iterator<Item = f64> {
        let life = Calendar {
            first: self.first_quarter as usize,
            investing_until: self.investing_until as usize,
            ends: self.ends as usize,
        };
        let cheques = opening.cheques(structure.sub_fund_fees, life, size, self.fee_budget);
        // Below nothing by rounding alone: what does not cover fees was refused.
        cheques.map(|cheque| cheque.max(0.0))
    }
}

impl OpeningPortfolio {
    /// Books what the actual sub-funds of a block have invested and hands what they hold over to its life.
    pub fn find(
        &mut self,
        context: &DealContext,
        funds: &[SubFund],
        mandates: &mut [Mandate],
        sink: &mut DealSink,
        mut holdings: Option<&mut Holdings>,
    ) {
        let structure = context.structure;
        for (place, (fund, mandate)) in funds.iter().zip(mandates).enumerate() {
            let Some(opening) = structure.opening(fund.region, fund.number) else {
                continue;
            };
            let cheques = mandate.cheques(opening, structure, fund.size);
            for (quarter, cheque) in (mandate.first_quarter as usize..).zip(cheques) {
                sink.cheques.book(quarter, place, cheque);
                // Held at cost until its value is known.
                if let Some(holdings) = &mut holdings {
                    let fund = place as u32;
                    holdings.change(Unit::Fixed, fund, quarter as u32, cheque);
                    holdings.change(Unit::Fixed, fund, opening.as_of as u32, -cheque);
                }
            }
            let mut purse = Purse::new(context, mandate, fund.size);
            let portfolio = Portfolio {
                context,
                fund,
                place: place as u32,
                opening,
                stakes: f64::from(mandate.past.stakes),
                cheque: mandate.past.invested / f64::from(mandate.past.stakes.max(1)),
            };
            for number in 0..mandate.past.stakes {
                let stake = portfolio.draw(number, purse.late_left);
                let early = structure.companies.deals.laws.early[stake.stage as usize];
                purse.spend(portfolio.cheque, early);
                let past = &mut mandate.past;
                *(if early {
                    &mut past.early
                } else {
                    &mut past.late
                }) += portfolio.cheque;
                self.book(context, stake, portfolio.cheque, sink);
            }
        }
    }

    /// One more stake, with its cheque of `cheque` yuan.
    fn book(&mut self, context: &DealContext, stake: Stake, cheque: f64, sink: &mut DealSink) {
        let companies = &context.structure.companies;
        let stage = stake.stage as usize;
        sink.by_stage[stage] += cheque;
        sink.funded_by_stage[stage] += 1;
        sink.counts.funded += 1;
        if companies.deals.laws.early[stage] {
            let quarter = floor_to_i32(stake.entrant.since * QUARTERS_PER_YEAR as f32) as usize;
            if let Some(deals) = sink.early_deals.get_mut(quarter) {
                *deals += 1;
            }
        }
        if stake.is_held() {
            sink.entrants[stage].push(stake.fund, &stake.entrant, &companies.exits);
        }
        self.stakes.push(stake);
    }

    /// Adds what ended before simulation took over to the ends of the lives.
    pub fn end_past(&mut self, ends: &mut [Ends; Route::COUNT], by_company: bool) {
        for stake in self.stakes.drain(..) {
            for receipt in stake.receipts() {
                let ends = &mut ends[receipt.route as usize];
                let life = by_company.then_some(OfLife {
                    entity: stake.entrant.entity,
                    since: stake.entrant.since,
                });
                ends.push(
                    stake.fund,
                    receipt.quarter,
                    receipt.cost,
                    receipt.amount,
                    life,
                );
                // Each company is counted where the rest of it ends.
                ends.further += u64::from(receipt.route == Route::Transfer);
            }
        }
    }
}

/// What one actual sub-fund has bought, and what its stakes share.
struct Portfolio<'a> {
    context: &'a DealContext<'a>,
    fund: &'a SubFund,
    /// Its place in its block.
    place: u32,
    opening: Opening,
    /// How many stakes, and what each of them cost, in yuan.
    stakes: f64,
    cheque: f64,
}

impl Portfolio<'_> {
    /// Stake `number`, with date, stage and worth at the words of a first cheque; late money has `late_left` yuan.
    fn draw(&self, number: u32, late_left: f64) -> Stake {
        let Self {
            context,
            fund,
            opening,
            ..
        } = self;
        let deals = &context.structure.companies.deals;
        let entity = Entity::company(fund.region, fund.number, MAX_COMPANIES - 1 - number);
        let tag = tag(Purpose::FirstCheque, 0, 0);
        let words = context.streams.words(context.path, entity, tag, 0);
        let [date, stage, _, worth] = words.map(unit_f32);
        let of = |cumulative| category(cumulative, stage).min(MAX_STAGES - 1);
        let mut stage = of(&deals.cumulative);
        if !deals.laws.early[stage] && self.cheque > late_left {
            stage = of(&deals.early_cumulative);
        }
        let as_of = opening.as_of as f32 / QUARTERS_PER_YEAR as f32;
        let since = fund.launch as f32 + (as_of - fund.launch as f32) * date;
        let (mu, sigma) = (deals.laws.worth.mu[stage], deals.laws.worth.sigma[stage]);
        let bought_at = floor_to_i32(since * QUARTERS_PER_YEAR as f32) as usize;
        let price = exp(mu + sigma * normal_quantile(worth)) * self.market(bought_at);
        let cost = self.cheque as f32;
        let own = cost / (price + cost.max(deals.laws.round[stage] * price));
        let kept = opening.kept() as f32;
        let value = (opening.nav / self.stakes) as f32;
        let held = Entrant {
            entity: entity.word(),
            time: as_of,
            since,
            cost: cost * kept,
            own: own * kept,
            worth: if value > 0.0 {
                value / (own * kept * self.market(opening.as_of))
            } else {
                0.0
            },
            price,
        };
        Stake {
            fund: self.place,
            stage: stage as u32,
            entrant: held,
            cheque: cost,
            own,
            value,
            sold_for: (opening.distributed / self.stakes) as f32,
            as_of: opening.as_of as u32,
        }
    }

    /// Price of a company over its worth.
    fn market(&self, quarter: usize) -> f32 {
        let quarters = self.context.structure.quarters;
        let row = self.fund.sector as usize * quarters;
        self.context.economy.price[row + quarter.min(quarters - 1)]
    }
}
