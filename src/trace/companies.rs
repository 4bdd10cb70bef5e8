//! Companies' histories.

use crate::path::Workspace;
use crate::path::company::Route;
use crate::path::deployment::direct::SIGNED_VEHICLE;
use crate::path::economy::Economy;
use crate::path::journal::{CompanyLife, LifeEvent, Receipt};
use crate::path::lanes::at;
use crate::random::Entity;
use crate::scenario::Scenario;
use serde::Serialize;

/// A company from its first cheque to its end, as its sub-fund sees it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CompanyTrace {
    /// Number within its sub-fund: its address in random draws. A number is missing where no deal was done.
    pub number: u32,
    /// Stage of the first cheque.
    pub stage: String,
    /// Date of the first cheque, in years.
    pub date: f64,
    /// Its quarter.
    pub quarter: usize,
    /// The first cheque.
    pub cheque: f64,
    /// Fraction of the company that it bought.
    pub own: f64,
    /// Price of the company after that round.
    pub post_money: f64,
    /// Worth after that round, at cycle 0 and index 1; of an opening portfolio, where simulation takes over.
    pub worth: f64,
    /// Quarter of its listing; null without one. It may come after the event, for want of a place.
    pub listed: Option<usize>,
    /// Value of the stake where simulation takes over; null where all of its life is simulated.
    pub opening: Option<f64>,
    /// What happened then, in order.
    pub events: Vec<EventTrace>,
    /// Money from the company, and the value of what is held at the term.
    pub receipts: Vec<ReceiptTrace>,
    /// How it ended for the sub-fund: the route of most of what was given up.
    pub end: &'static str,
    /// All cheques, the first and those in later rounds.
    pub cost: f64,
    /// Money from it in all.
    pub proceeds: f64,
    /// Value held at the term.
    pub residual: f64,
    /// Proceeds and value held over the cost.
    pub multiple: Option<f64>,
}

/// Something that happened to a company.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct EventTrace {
    /// What: a key of `[stage.<id>.weights]`.
    pub event: &'static str,
    /// Index of the stage in which it waited for it.
    pub stage: usize,
    /// Date in years.
    pub date: f64,
    /// Its quarter.
    pub quarter: usize,
    /// The sub-fund's follow-on cheque in it.
    pub paid: f64,
    /// The sub-fund's fraction after it.
    pub own: f64,
    /// Worth after it, at cycle 0 and index 1.
    pub worth: f64,
    /// Worth after it over worth before; 1 but for rounds.
    pub growth: f64,
    /// The sub-fund's stake at the market's price of the date.
    pub stake: f64,
}

/// Money from a company, or the value of what is held at the term.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ReceiptTrace {
    /// By which route.
    pub route: &'static str,
    /// Whether it is value held at the term, not cash.
    pub held: bool,
    /// When.
    pub quarter: usize,
    /// Cost of what was given for it.
    pub cost: f64,
    /// Amount.
    pub amount: f64,
}

/// A company that a regional fund invested in itself, as the regional fund sees it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProjectTrace {
    /// Index of the close out of whose money it was paid; nothing for projects that are signed already, which the
    /// first close's money pays.
    pub close: Option<u32>,
    /// Its sector.
    pub sector: String,
    /// All that is told of companies of sub-funds, too; numbers count within those of the same close.
    #[serde(flatten)]
    pub company: CompanyTrace,
}

/// The direct projects of one region, from `lives` in the order of their addresses.
pub(super) fn projects(
    scenario: &Scenario,
    workspace: &Workspace,
    region: u32,
    lives: &[CompanyLife],
) -> Vec<ProjectTrace> {
    let of_region = workspace.programme.direct.projects.iter();
    let of_region = of_region.filter(|project| project.region == region);
    let told = of_region.filter_map(|project| {
        let entity = project.entrant.entity;
        let place = lives.binary_search_by_key(&entity, |life| life.entity);
        let life = lives.get(place.ok()?)?;
        let vehicle = Entity::from_word(entity).direct_vehicle()?;
        Some(ProjectTrace {
            close: (vehicle != SIGNED_VEHICLE).then_some(vehicle),
            sector: scenario.sector[project.sector as usize].id.clone(),
            company: CompanyTrace::new(scenario, &workspace.economy, project.sector, life),
        })
    });
    told.collect()
}

/// The companies of one sub-fund.
pub(super) fn list(
    scenario: &Scenario,
    economy: &Economy,
    sector: u32,
    lives: &[CompanyLife],
) -> Vec<CompanyTrace> {
    let mut companies: Vec<CompanyTrace> = lives
        .iter()
        .map(|life| CompanyTrace::new(scenario, economy, sector, life))
        .collect();
    companies.sort_by_key(|company| company.number);
    companies
}

impl CompanyTrace {
    fn new(scenario: &Scenario, economy: &Economy, sector: u32, life: &CompanyLife) -> Self {
        let [cheque, own] = [life.cheque, life.own].map(f64::from);
        let before = std::iter::once(life.worth).chain(life.events.iter().map(|e| e.worth));
        let events = life.events.iter().zip(before);
        let events = events.map(|(event, before)| EventTrace::new(economy, sector, event, before));
        let mut receipts: Vec<ReceiptTrace> = life.receipts.iter().map(Into::into).collect();
        receipts.sort_by_key(|receipt| receipt.quarter);
        let (mut proceeds, mut residual) = (0.0, 0.0);
        for receipt in &receipts {
            *(if receipt.held {
                &mut residual
            } else {
                &mut proceeds
            }) += receipt.amount;
        }
        let paid = life.events.iter().map(|event| f64::from(event.paid));
        let cost = cheque + paid.sum::<f64>();
        let quarter = libm::floorf(life.time * 4.0) as usize;
        Self {
            number: life.entity % crate::random::MAX_COMPANIES,
            stage: scenario.stage[life.stage as usize].id.clone(),
            date: f64::from(life.time),
            quarter: quarter.min(economy.quarters - 1),
            cheque,
            own,
            post_money: cheque / own,
            worth: f64::from(life.worth),
            listed: life.listed.map(|quarter| quarter as usize),
            opening: life.opening.map(f64::from),
            events: events.collect(),
            end: end_of(&life.receipts),
            receipts,
            proceeds,
            residual,
            cost,
            multiple: (cost > 0.0).then(|| (proceeds + residual) / cost),
        }
    }
}

/// The route by which most of the cost left; shares that are not sold yet belong to their listing.
fn end_of(receipts: &[Receipt]) -> &'static str {
    let cost_of = |route: Route| -> f32 {
        let of_route = receipts.iter().filter(|receipt| receipt.route == route);
        of_route.map(|receipt| receipt.cost).sum()
    };
    let mut end = receipts.first().map_or(Route::Alive, |first| first.route);
    for receipt in receipts {
        if cost_of(receipt.route) > cost_of(end) {
            end = receipt.route;
        }
    }
    match end {
        Route::Unsold => Route::Listing.key(),
        end => end.key(),
    }
}

impl EventTrace {
    fn new(economy: &Economy, sector: u32, event: &LifeEvent, before: f32) -> Self {
        let row = sector * economy.quarters as u32 + event.quarter;
        let [own, worth, price] = [event.own, event.worth, at(&economy.price, row)].map(f64::from);
        Self {
            event: event.event.key(),
            stage: event.stage as usize,
            date: f64::from(event.time),
            quarter: event.quarter as usize,
            paid: f64::from(event.paid),
            own,
            worth,
            growth: worth / f64::from(before),
            stake: own * worth * price,
        }
    }
}

impl From<&Receipt> for ReceiptTrace {
    fn from(receipt: &Receipt) -> Self {
        Self {
            route: receipt.route.key(),
            held: receipt.route.is_held(),
            quarter: receipt.quarter as usize,
            cost: f64::from(receipt.cost),
            amount: f64::from(receipt.amount),
        }
    }
}
