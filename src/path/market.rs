//! The programme's share of the market's deals, and what taking many of them costs.
//!
//! Shares are taken year by year: first cheques of earlier cohorts of sub-funds as they were written, those of
//! the cohort at hand as planned, before any candidate is refused.

use super::deployment::Mandate;
use super::economy::Economy;
use crate::scenario::{FirstCheques, Market, Scenario};
use crate::structure::Structure;
use crate::structure::companies::MAX_STAGES;
use crate::units::QUARTERS_PER_YEAR;

/// Beyond this share of a year's deals prices and quality move no further: a rest always goes to others.
const LARGEST_SHARE: f64 = 0.9;

/// What the programme has taken of the market on a path so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MarketUse {
    /// First cheques into early stages, by quarter.
    pub early_deals: Vec<u32>,
    /// Listings of stakes, by quarter.
    pub listings: Vec<u32>,
    /// Stakes that found a place after a wait.
    pub waited: u64,
    /// Quarters that they waited in all.
    pub quarters_waited: u64,
    /// Stakes sold to another company after a wait in vain.
    pub fell_back: u64,
    /// Listings of all companies with venture investors, by quarter.
    pub supply: Vec<f64>,
    /// Stakes that can be listed, by quarter.
    places: Vec<u32>,
    /// The programme's share of early deals, by year, as the cohort at hand sees it.
    share: Vec<f64>,
    /// Price of early deals over what it would be without the programme, by quarter; empty without a market.
    pub price: Vec<f32>,
    planned: Vec<f64>,
}

impl MarketUse {
    /// Nothing is taken, and nothing is known of the path.
    pub fn clear(&mut self, scenario: &Scenario, quarters: usize) {
        let quarters = scenario.market.map_or(0, |_| quarters);
        for list in [&mut self.early_deals, &mut self.listings, &mut self.places] {
            list.clear();
            list.resize(quarters, 0);
        }
        self.supply.clear();
        self.supply.resize(quarters, 0.0);
        self.price.clear();
        (self.waited, self.quarters_waited, self.fell_back) = (0, 0, 0);
    }

    /// Lists the places of a path.
    pub fn begin(&mut self, scenario: &Scenario, economy: &Economy) {
        let Some(market) = &scenario.market else {
            return;
        };
        let part = market.max_share.fraction() * market.funds_per_company;
        let (mut open_to_us, mut given) = (0.0, 0_u64);
        let quarters = self.supply.iter_mut().zip(&mut self.places);
        for ((supply, places), &open) in quarters.zip(&economy.open) {
            *supply = listings_in_quarter(scenario, market, open);
            // What does not make a whole place is left to the next quarter.
            open_to_us += part * *supply;
            *places = u32::try_from(open_to_us as u64 - given).unwrap_or(u32::MAX);
            given = open_to_us as u64;
        }
    }

    /// Takes up what a cohort of sub-funds plans.
    pub fn plan(&mut self, scenario: &Scenario, structure: &Structure, mandates: &[Mandate]) {
        let Some(market) = &scenario.market else {
            return;
        };
        let quarters = structure.quarters;
        let early = early_part(structure);
        self.planned.clear();
        self.planned.resize(quarters, 0.0);
        for mandate in mandates {
            let deals = match scenario.deployment.first_cheques {
                FirstCheques::Count(count) => f64::from(count),
                FirstCheques::Money => mandate.investable / structure.companies.deals.mean_cheque,
            };
            let invests = mandate.deals_from as usize..mandate.investing_until as usize;
            let each = early * deals / invests.len().max(1) as f64;
            self.planned[invests]
                .iter_mut()
                .for_each(|planned| *planned += each);
            if mandate.past.stakes > 0 {
                let past = mandate.first_quarter as usize..mandate.deals_from as usize;
                let each = early * f64::from(mandate.past.stakes) / past.len().max(1) as f64;
                self.planned[past]
                    .iter_mut()
                    .for_each(|planned| *planned += each);
            }
        }
        let years = self.planned.chunks(QUARTERS_PER_YEAR);
        let done = self.early_deals.chunks(QUARTERS_PER_YEAR);
        self.share.clear();
        self.share.extend(years.zip(done).map(|(planned, done)| {
            let stakes = planned.iter().sum::<f64>() + f64::from(done.iter().sum::<u32>());
            let part_of_year = planned.len() as f64 / QUARTERS_PER_YEAR as f64;
            let market = market.early_deals_per_year * part_of_year * market.funds_per_company;
            (stakes / market).min(LARGEST_SHARE)
        }));
        self.price.clear();
        for (share, year) in self
            .share
            .iter()
            .zip(self.planned.chunks(QUARTERS_PER_YEAR))
        {
            let dearer = libm::pow(1.0 - share, -market.price_elasticity) as f32;
            self.price.extend(std::iter::repeat_n(dearer, year.len()));
        }
    }

    /// By how much the deals of a sub-fund are worse, in standard deviations of skill: by its mean share over the
    /// quarters in which it invests.
    pub fn crowding(&self, market: &Market, mandate: &Mandate) -> f64 {
        let invests = mandate.first_quarter..mandate.investing_until;
        let quarters = invests.len().max(1) as f64;
        let share: f64 = invests
            .map(|quarter| self.share[quarter as usize / QUARTERS_PER_YEAR])
            .sum();
        market.quality_elasticity * share / quarters
    }

    /// Finds a place for the listing of a stake that is ready in `quarter`: the first free one up to `last`.
    pub fn list(&mut self, quarter: u32, last: u32) -> Option<u32> {
        let found = (quarter..=last)
            .find(|&quarter| self.listings[quarter as usize] < self.places[quarter as usize]);
        match found {
            Some(at) => {
                self.listings[at as usize] += 1;
                self.waited += u64::from(at > quarter);
                self.quarters_waited += u64::from(at - quarter);
            }
            None => self.fell_back += 1,
        }
        found
    }
}

/// Listings of all companies with venture investors in a quarter.
fn listings_in_quarter(scenario: &Scenario, market: &Market, open: bool) -> f64 {
    let level = if open {
        1.0
    } else {
        scenario.economy.window.shut_factor
    };
    market.listings_per_year / QUARTERS_PER_YEAR as f64 * level
}

/// Probability that a first candidate is an early-stage deal.
fn early_part(structure: &Structure) -> f64 {
    let deals = &structure.companies.deals;
    let mut below = 0.0;
    let mut part = 0.0;
    for stage in 0..MAX_STAGES {
        let up_to = f64::from(deals.cumulative[stage].min(1.0));
        if deals.laws.early[stage] {
            part += up_to - below;
        }
        below = up_to;
    }
    part
}
