//! Direct projects of regional funds: what a fund's mandate for sub-funds leaves it puts into companies itself.
//!
//! The budget that a close adds is a purse of its own, spent evenly over some years from the close on. The
//! documented limits on price, cheque and stage are rules of sub-funds: none of them binds here. Projects are few,
//! so they are drawn one at a time, each at an address of its own.

use super::{DealContext, Purse};
use crate::math::elementary::{exp, floor_to_i32, normal_quantile};
use crate::path::company::Entrant;
use crate::path::fundraising::closes::Close;
use crate::random::{Entity, MAX_COMPANIES, MAX_DIRECT_VEHICLES, Purpose, tag, unit_f32};
use crate::structure::companies::{MAX_STAGES, SMALLEST_CHEQUE};
use crate::structure::direct::DirectModel;
use crate::structure::raising::category;
use crate::units::{QUARTERS_PER_YEAR, Years};

/// Vehicle of projects that are data; those of simulated ones count the closes.
pub const SIGNED_VEHICLE: u32 = MAX_DIRECT_VEHICLES - 1;

/// A company that a regional fund invests in itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DirectProject {
    /// Index of the region.
    pub region: u32,
    /// Stage of the first cheque.
    pub stage: u32,
    /// Index of the sector.
    pub sector: u32,
    /// Quarter of the first cheque.
    pub quarter: u32,
    /// The company at the first cheque, or where simulation takes over.
    pub entrant: Entrant,
    /// Its value in yuan where simulation takes over; `None` where all of its life is simulated.
    pub opening: Option<f32>,
}

/// When a first cheque falls, and what is known of it.
#[derive(Clone, Copy, Debug)]
struct Deal {
    from: f32,
    years: f32,
    /// The cheque in yuan, where it is data.
    cheque: Option<f32>,
}

/// Finds and funds the projects of `region`, which had these `closes`, out of the budget that each of them adds.
pub fn find_projects(
    context: &DealContext,
    model: &DirectModel,
    region: u32,
    closes: &[Close],
    projects: &mut Vec<DirectProject>,
) {
    for (vehicle, close) in (0..SIGNED_VEHICLE).zip(closes) {
        let from = close
            .time
            .max(context.scenario.national.as_of.map_or(0.0, Years::years));
        let until = (close.time + model.pace).min(model.last);
        let mut purse = Purse::without_rules(
            model.budget_share * close.total,
            SMALLEST_CHEQUE * model.cheque_mean,
        );
        if vehicle == 0 {
            fund_actual(context, model, region, &mut purse, projects);
        }
        // Money that comes after the last date for first cheques stays uncalled.
        if until <= from {
            continue;
        }
        let deal = Deal {
            from: from as f32,
            years: (until - from) as f32,
            cheque: None,
        };
        for number in 0..MAX_COMPANIES {
            if !purse.is_open() {
                break;
            }
            let entity = Entity::direct_project(region, vehicle, number);
            let mut project = draw(context, model, region, entity, deal);
            let company = &mut project.entrant;
            let amount = purse.pay(company.cost);
            // A cheque that is cut buys its part of the same round.
            company.own *= amount / company.cost;
            company.cost = amount;
            purse.spend(f64::from(amount), true);
            projects.push(project);
        }
    }
}

/// Funds the actual projects of a region out of the purse of its first close; they have a vehicle of their own.
fn fund_actual(
    context: &DealContext,
    model: &DirectModel,
    region: u32,
    purse: &mut Purse,
    projects: &mut Vec<DirectProject>,
) {
    let groups = context.scenario.region[region as usize].projects.iter();
    let each = groups.flat_map(|group| std::iter::repeat_n(group, group.count as usize));
    for (number, group) in (0..MAX_COMPANIES).zip(each) {
        let entity = Entity::direct_project(region, SIGNED_VEHICLE, number);
        let deal = Deal {
            from: group.date.years() as f32,
            years: 0.0,
            cheque: Some(group.cheque.to_yuan() as f32),
        };
        let mut project = draw(context, model, region, entity, deal);
        if let Some(nav) = group.nav {
            project.begin_at(nav.to_yuan() as f32, context);
        }
        purse.spend(f64::from(project.entrant.cost), true);
        projects.push(project);
    }
}

/// One project: date, stage, cheque and worth in a first block of words, price and sector in a second one.
fn draw(
    context: &DealContext,
    model: &DirectModel,
    region: u32,
    entity: Entity,
    deal: Deal,
) -> DirectProject {
    let tag = tag(Purpose::DirectProject, 0, 0);
    let words = |block| {
        let words = context.streams.words(context.path, entity, tag, block);
        words.map(unit_f32)
    };
    let ([date, stage, cheque, worth], [noise, sector, ..]) = (words(0), words(1));
    let time = deal.from + deal.years * date;
    let stage = category(&model.cumulative, stage).min(MAX_STAGES - 1);
    let sector = category(&context.structure.raising.sector_cumulative, sector);
    let drawn = exp(model.cheque.mu + model.cheque.sigma * normal_quantile(cheque));
    let cost = deal.cheque.unwrap_or(drawn);
    let companies = &context.structure.companies;
    let laws = &companies.deals.laws;
    let worth = exp(laws.worth.mu[stage] + laws.worth.sigma[stage] * normal_quantile(worth));
    let sigma = companies.price_noise;
    let own_price = exp(sigma * normal_quantile(noise) - 0.5 * sigma * sigma);
    let quarters = context.structure.quarters;
    let quarter = (floor_to_i32(time * QUARTERS_PER_YEAR as f32) as usize).min(quarters - 1);
    let market = context.economy.price[sector * quarters + quarter];
    let price = worth * own_price * market;
    // The round takes in the cheque, and at least the part that rounds of this stage sell.
    let after = price + cost.max(laws.round[stage] * price);
    DirectProject {
        region,
        stage: stage as u32,
        sector: sector as u32,
        quarter: quarter as u32,
        entrant: Entrant {
            entity: entity.word(),
            time,
            since: time,
            cost,
            own: cost / after,
            worth: worth * (after / price),
            price,
        },
        opening: None,
    }
}

impl DirectProject {
    /// Lets the project live from the date on up to which everything is data, with this value then.
    fn begin_at(&mut self, value: f32, context: &DealContext) {
        let as_of = context.structure.as_of;
        let market =
            context.economy.price[self.sector as usize * context.structure.quarters + as_of];
        self.entrant.time = as_of as f32 / QUARTERS_PER_YEAR as f32;
        self.entrant.worth = value / (self.entrant.own * market);
        self.opening = Some(value);
    }
}
