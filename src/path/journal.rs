//! What a path tells of itself while it is traced: companies' lives event by event, sub-funds' cash by quarter.
//!
//! A journal looks on. The engine asks for it once per block or per stage, and not at all inside its loops; no
//! result depends on whether one is kept.

#![allow(clippy::inline_always)] // takes the instruction set of the dispatch around it

use super::cash::sums::{Amounts, FlowRecorder, FundFlows, TOGETHER};
use super::cash::table::GROUP;
use super::company::rounds::FollowOns;
use super::company::{Ends, Kept, LifeContext, Lives, Route};
use super::deployment::Mandate;
use super::deployment::opening::Stake;
use super::exits::ExitBuffers;
use super::nav::NavByVehicle;
use super::sorting::ByCode;
use crate::random::Entity;
use crate::scenario::Event;
use pulp::Simd;
use std::collections::BTreeMap;

/// One path, company by company and fund by fund.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    /// Companies in the order in which blocks come, stage by stage: direct projects first, then those of sub-funds.
    pub companies: Vec<CompanyLife>,
    /// Calendars of closed sub-funds in the order of the programme's.
    pub mandates: Vec<Mandate>,
    /// Cash of closed sub-funds in the same order.
    pub cash: FundCash,
    /// Their NAV by quarter, likewise; nothing where it is not followed.
    pub nav: NavByVehicle,
    /// Places in `companies` of the block at hand, by address.
    places: BTreeMap<u32, usize>,
    /// Addresses of the block's companies by [`Route`], in the order in which their lives ended.
    ended: [Vec<u32>; Route::COUNT],
    /// Ends of one company.
    alone: [Ends; Route::COUNT],
}

/// A company from its first cheque on. Dates in years, amounts in yuan.
#[derive(Clone, Debug, PartialEq)]
pub struct CompanyLife {
    /// Its address in random draws, which names region, sub-fund (or vehicle of direct projects) and number.
    pub entity: u32,
    /// Stage of the first cheque.
    pub stage: u32,
    /// Date of the first cheque.
    pub time: f32,
    /// The first cheque.
    pub cheque: f32,
    /// Fraction of the company that it bought.
    pub own: f32,
    /// Worth after that round, at cycle 0 and index 1; where a past is data, at its end.
    pub worth: f32,
    /// Quarter of its listing, which may come after the one in which it wanted to be listed.
    pub listed: Option<u32>,
    /// Value in yuan where simulation takes over, of companies whose past is data.
    pub opening: Option<f32>,
    /// What happened to it, in order.
    pub events: Vec<LifeEvent>,
    /// What the sub-fund received for it, or still holds.
    pub receipts: Vec<Receipt>,
}

impl CompanyLife {
    /// Whether a regional fund invested in it itself.
    pub const fn is_direct_project(&self) -> bool {
        Entity::from_word(self.entity).direct_vehicle().is_some()
    }
}

/// Something that happened to a company.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LifeEvent {
    /// What.
    pub event: Event,
    /// Stage in which it waited for it.
    pub stage: u32,
    /// Date in years.
    pub time: f32,
    /// Its quarter.
    pub quarter: u32,
    /// The sub-fund's follow-on cheque in it, in yuan.
    pub paid: f32,
    /// The sub-fund's fraction after it.
    pub own: f32,
    /// Worth after it, at cycle 0 and index 1; as before it where the fund sold everything in it.
    pub worth: f32,
}

/// Money from a company, or the value of what is held at the term.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Receipt {
    /// By which route.
    pub route: Route,
    /// When.
    pub quarter: u32,
    /// Cost of what was given for it, in yuan.
    pub cost: f32,
    /// Amount in yuan.
    pub amount: f32,
}

/// One step of lives through a stage, as it stands after the step.
pub(super) struct LifeStep<'a> {
    /// The stage.
    pub stage: u32,
    /// The lives before the step.
    pub lives: &'a Lives,
    /// Date and quarter of each one's event.
    pub time: &'a [f32],
    pub quarter: &'a [u32],
    /// Positions of lives by event.
    pub sorted: &'a ByCode,
    /// Code of lives without an event before their end.
    pub alive: u32,
    /// Lives that went up, and the first of them in the list; nothing where no stage follows.
    pub up: Option<(&'a Lives, usize)>,
    /// Lives that wait in the same stage again.
    pub again: &'a Lives,
    /// Addresses of companies of which shares were sold in rounds.
    pub sellers: &'a [u32],
    /// Follow-on cheques of the block so far, and how many there were before the step.
    pub follow_ons: &'a FollowOns,
    pub follow_ons_before: usize,
}

impl Journal {
    /// Forgets the last path.
    pub(super) fn clear(&mut self) {
        self.companies.clear();
        self.mandates.clear();
        self.cash.clear();
        self.nav.clear();
        self.places.clear();
        self.ended.iter_mut().for_each(Vec::clear);
    }

    /// The companies that a block of sub-funds or projects has put money into, by stage.
    pub(super) fn deployed(&mut self, entrants: &[Lives]) {
        self.places.clear();
        for (stage, lives) in entrants.iter().enumerate() {
            for (i, &entity) in lives.entity.iter().enumerate() {
                self.places.insert(entity, self.companies.len());
                self.companies.push(CompanyLife {
                    entity,
                    stage: stage as u32,
                    time: lives.time[i],
                    cheque: lives.cost[i],
                    own: lives.own[i],
                    worth: lives.worth[i],
                    listed: None,
                    opening: None,
                    events: Vec::new(),
                    receipts: Vec::new(),
                });
            }
        }
    }

    /// The pasts of some companies of the block, and those companies of which nothing is held any more.
    pub(super) fn opened(&mut self, stakes: &[Stake]) {
        for stake in stakes {
            let entity = stake.entrant.entity;
            if !stake.is_held() {
                self.places.insert(entity, self.companies.len());
                self.companies.push(CompanyLife {
                    entity,
                    stage: stake.stage,
                    time: 0.0,
                    cheque: 0.0,
                    own: 0.0,
                    worth: 0.0,
                    listed: None,
                    opening: None,
                    events: Vec::new(),
                    receipts: Vec::new(),
                });
            }
            if let Some(company) = self.company(entity) {
                company.time = stake.entrant.since;
                company.cheque = stake.cheque;
                company.own = stake.own;
                company.opening = Some(stake.value);
                company.receipts.extend(stake.receipts());
            }
        }
    }

    /// One event of each life of a stage.
    pub(super) fn stepped(&mut self, step: &LifeStep) {
        for event in Event::ALL {
            for &i in step.sorted.of(event as usize) {
                let i = i as usize;
                let event = LifeEvent {
                    event,
                    stage: step.stage,
                    time: step.time[i],
                    quarter: step.quarter[i],
                    paid: 0.0,
                    own: step.lives.own[i],
                    worth: step.lives.worth[i],
                };
                if let Some(company) = self.company(step.lives.entity[i]) {
                    company.events.push(event);
                }
            }
        }
        self.take_part(step);
        let (up, first) = step.up.unwrap_or((step.again, step.again.len()));
        self.go_on(up, first);
        self.go_on(step.again, 0);
        for (event, route) in [
            (Event::TradeSale as u32, Route::TradeSale),
            (Event::Listing as u32, Route::Listing),
            (Event::Fail as u32, Route::WoundUp),
            (Event::Stalled as u32, Route::Stalled),
            (step.alive, Route::Alive),
        ] {
            let chosen = step.sorted.of(event as usize).iter();
            let entities = chosen.map(|&i| step.lives.entity[i as usize]);
            self.ended[route as usize].extend(entities);
        }
    }

    /// Lives that are held as they are, because they have used up their rounds.
    pub(super) fn held(&mut self, lives: &Lives) {
        self.ended[Route::Alive as usize].extend_from_slice(&lives.entity);
    }

    /// What a block's companies bring: the exits of each company alone, which are those that it has among all,
    /// because every draw stands at the company's own address.
    pub(super) fn exited(
        &mut self,
        context: &LifeContext,
        ends: &[Ends; Route::COUNT],
        exits: &mut ExitBuffers,
    ) {
        for (route, ends) in Route::ALL.into_iter().zip(ends) {
            let kept = Kept::of(&context.model.exits, route);
            let ended = std::mem::take(&mut self.ended[route as usize]);
            // Ends that exits look at know whose they are, in whichever order a queue has put them.
            let known = &ends.details.entity;
            let entities = if known.len() == ends.fund.len() {
                &known[..]
            } else {
                &ended
            };
            for (place, &entity) in entities.iter().enumerate() {
                self.alone.iter_mut().for_each(Ends::clear);
                self.alone[route as usize].copy(ends, place, kept);
                let quarter = ends.quarter[place];
                let listed = (route == Route::Listing).then_some(quarter);
                if context.model.exits.follows_lives() {
                    exits.run(context, &mut self.alone, None);
                }
                let receipts = Route::ALL.into_iter().zip(&self.alone);
                let receipts = receipts.flat_map(|(route, ends)| receipts_of(route, ends));
                let receipts: Vec<Receipt> = receipts.collect();
                if let Some(company) = self.company(entity) {
                    company.receipts.extend(receipts);
                    company.listed = listed.or(company.listed);
                }
            }
        }
    }

    /// The calendars of a block that is settled next.
    pub(super) fn settling(&mut self, mandates: &[Mandate]) {
        self.cash.first = self.mandates.len();
        self.mandates.extend_from_slice(mandates);
    }

    /// Shares sold and cheques written in the rounds of a step.
    fn take_part(&mut self, step: &LifeStep) {
        self.ended[Route::Transfer as usize].extend_from_slice(step.sellers);
        for &entity in step.sellers {
            if let Some(event) = self.last_event(entity) {
                // Where a part is kept, what is left is told with the lives that go on.
                event.own = 0.0;
            }
        }
        let cheques = step
            .follow_ons
            .entity
            .iter()
            .zip(step.follow_ons.amount.iter());
        for (&entity, &amount) in cheques.skip(step.follow_ons_before) {
            if let Some(event) = self.last_event(entity) {
                event.paid = amount;
            }
        }
    }

    fn last_event(&mut self, entity: u32) -> Option<&mut LifeEvent> {
        self.company(entity)?.events.last_mut()
    }

    fn company(&mut self, entity: u32) -> Option<&mut CompanyLife> {
        let place = *self.places.get(&entity)?;
        self.companies.get_mut(place)
    }

    /// What rounds have made of the lives from place `first` on.
    fn go_on(&mut self, lives: &Lives, first: usize) {
        for i in first..lives.len() {
            if let Some(event) = self.last_event(lives.entity[i]) {
                event.own = lives.own[i];
                event.worth = lives.worth[i];
            }
        }
    }
}

fn receipts_of(route: Route, ends: &Ends) -> impl Iterator<Item = Receipt> {
    (0..ends.fund.len()).map(move |i| Receipt {
        route,
        quarter: ends.quarter[i],
        cost: ends.cost[i],
        amount: ends.amount[i],
    })
}

/// Cash of closed sub-funds by quarter.
#[derive(Clone, Debug, Default)]
pub struct FundCash {
    /// One list of quarters per fund.
    pub funds: Vec<Vec<FundFlows<f64>>>,
    /// What regions passed on of their part, likewise; nothing without a concession.
    pub conceded: Vec<Vec<f64>>,
    /// The first fund of the block at hand.
    first: usize,
}

impl FundCash {
    fn clear(&mut self) {
        self.funds.clear();
        self.conceded.clear();
        self.first = 0;
    }
}

/// The entry of a fund in a quarter; quarters before it that were not told of are empty.
fn entry<T: Clone + Default>(lists: &mut Vec<Vec<T>>, fund: usize, quarter: usize) -> &mut T {
    if lists.len() <= fund {
        lists.resize_with(fund + 1, Vec::new);
    }
    let quarters = &mut lists[fund];
    if quarters.len() <= quarter {
        quarters.resize(quarter + 1, T::default());
    }
    &mut quarters[quarter]
}

/// Amounts one by one; those of the funds that are followed together stand first.
#[inline(always)]
fn lanes<S: Simd>(amounts: Amounts<S>) -> [f64; GROUP] {
    let mut lanes = [0.0; GROUP];
    let vectors = S::as_mut_simd_f64s(&mut lanes[..]).0;
    for (vector, amounts) in vectors.iter_mut().zip(amounts) {
        *vector = amounts;
    }
    lanes
}

impl FlowRecorder for FundCash {
    #[inline(always)]
    fn record<S: Simd>(
        &mut self,
        _: S,
        quarter: usize,
        place: usize,
        flows: &FundFlows<Amounts<S>>,
    ) {
        let [cheques, fees, calls, proceeds, to_lps] = [
            flows.cheques,
            flows.fees,
            flows.calls,
            flows.proceeds,
            flows.to_lps,
        ]
        .map(lanes::<S>);
        for lane in 0..TOGETHER * S::F64_LANES {
            let fund = self.first + place + lane;
            *entry(&mut self.funds, fund, quarter) = FundFlows {
                cheques: cheques[lane],
                fees: fees[lane],
                calls: calls[lane],
                proceeds: proceeds[lane],
                to_lps: to_lps[lane],
            };
        }
    }

    #[inline(always)]
    fn record_conceded<S: Simd>(
        &mut self,
        _: S,
        quarter: usize,
        place: usize,
        conceded: Amounts<S>,
    ) {
        let amounts = lanes::<S>(conceded).into_iter();
        for (lane, amount) in amounts.take(TOGETHER * S::F64_LANES).enumerate() {
            *entry(&mut self.conceded, self.first + place + lane, quarter) = amount;
        }
    }
}
