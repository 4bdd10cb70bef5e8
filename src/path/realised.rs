//! What companies brought, each as a whole: how unequal proceeds are, how long stakes were held, how many unicorns.
//!
//! Kept only where the scenario asks for it: ends then say which company and which first cheque they belong to.

use super::BLOCK;
use super::company::{Ends, Lives, Route};
use super::deployment::opening::Stake;
use super::lanes::room;
use super::ledger::fixed_order_widened_sum;
use crate::random::MAX_COMPANIES;
use crate::structure::companies::MAX_STAGES;

/// Worth from which on a company is called a unicorn, in yuan (about a billion dollars).
const UNICORN: f32 = 7e9;

/// What one path's companies brought.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Realised {
    /// Cost times years from the first cheque to the end, by [`Route`], in yuan-years.
    pub yuan_years: [f64; Route::COUNT],
    /// Companies that a listing, a trade sale or their last price before a fund's end values at 70亿 or more.
    pub unicorns: u64,
    /// Share of all proceeds from the best hundredth of companies; NaN without proceeds.
    pub top_1_share: f64,
    /// The same from the best twentieth.
    pub top_5_share: f64,
    /// Proceeds (or value held) by [`Route`] and by stage of the company's first cheque, in yuan.
    pub by_stage: [[f64; MAX_STAGES]; Route::COUNT],
}

/// Lists that are kept from path to path.
#[derive(Clone, Debug, Default)]
pub struct RealisedBuffers {
    /// Proceeds of a block's companies, by number in its sub-fund and by sub-fund; nothing between blocks.
    by_company: Vec<f32>,
    /// Stage of each company's first cheque, at the same places; of blocks before where the block has no company.
    stages: Vec<u8>,
    /// Places of those that have proceeds.
    places: Vec<u32>,
    /// Proceeds by company on the path: from this amount on, and below it. Only the large ones are ranked, as long as
    /// they are enough.
    large_from: f32,
    large: Vec<f32>,
    small: Vec<f32>,
    yuan_years: Vec<f32>,
}

impl RealisedBuffers {
    /// Makes ready for a path on which a first cheque has this mean.
    pub fn begin(&mut self, mean_cheque: f64) {
        self.large_from = mean_cheque as f32;
        self.large.clear();
        self.small.clear();
    }

    /// Keeps the stages of a block's companies: of those that begin their lives, and of those with a past.
    pub fn enter(&mut self, entrants: &[Lives], stakes: &[Stake]) {
        for (stage, lives) in (0..).zip(entrants) {
            for (&entity, &fund) in lives.entity.iter().zip(lives.fund.iter()) {
                self.enter_one(entity, fund, stage);
            }
        }
        for stake in stakes {
            self.enter_one(stake.entrant.entity, stake.fund, stake.stage as u8);
        }
    }

    fn enter_one(&mut self, entity: u32, fund: u32, stage: u8) {
        let place = place(entity, fund);
        if place >= self.stages.len() {
            self.stages.resize(place + BLOCK, 0);
        }
        self.stages[place] = stage;
    }

    /// Adds a block's companies, once exits have said what they bring.
    pub fn add(&mut self, ends: &[Ends; Route::COUNT], realised: &mut Realised) {
        for (route, ends) in Route::ALL.into_iter().zip(ends) {
            realised.yuan_years[route as usize] += self.held(ends);
            if route != Route::WrittenOff {
                self.add_by_stage(ends, &mut realised.by_stage[route as usize]);
            }
            match route {
                // Nothing else came of these, or little.
                Route::WoundUp => self.small.extend_from_slice(&ends.amount),
                _ if route.is_held() => {}
                _ => self.collect(ends),
            }
        }
        let places = self.places.drain(..);
        for place in places {
            let proceeds = std::mem::take(&mut self.by_company[place as usize]);
            if proceeds >= self.large_from {
                self.large.push(proceeds);
            } else {
                self.small.push(proceeds);
            }
        }
    }

    /// Yuan-years of what has ended, at the middle of the quarter.
    fn held(&mut self, ends: &Ends) -> f64 {
        let held = room(&mut self.yuan_years, ends.cost.len());
        let dates = ends.quarter.iter().zip(ends.details.since.iter());
        for (held, (cost, (&quarter, since))) in held.iter_mut().zip(ends.cost.iter().zip(dates)) {
            *held = cost * (0.25 * quarter as f32 + 0.125 - since);
        }
        fixed_order_widened_sum(held)
    }

    fn add_by_stage(&self, ends: &Ends, sums: &mut [f64; MAX_STAGES]) {
        let companies = ends.details.entity.iter().zip(ends.fund.iter());
        for ((&entity, &fund), &amount) in companies.zip(ends.amount.iter()) {
            let stage = self.stages.get(place(entity, fund));
            let stage = usize::from(stage.copied().unwrap_or_default());
            sums[stage % MAX_STAGES] += f64::from(amount);
        }
    }

    fn collect(&mut self, ends: &Ends) {
        let companies = ends.details.entity.iter().zip(ends.fund.iter());
        for ((&entity, &fund), &amount) in companies.zip(ends.amount.iter()) {
            let place = place(entity, fund);
            if place >= self.by_company.len() {
                self.by_company.resize(place + BLOCK, 0.0);
            }
            let proceeds = &mut self.by_company[place];
            if *proceeds == 0.0 && amount > 0.0 {
                self.places.push(place as u32);
            }
            *proceeds += amount;
        }
    }

    /// Ranks the companies of a path, of which `companies` were funded and brought `total` yuan in all.
    pub fn rank(&mut self, companies: u64, total: f64, realised: &mut Realised) {
        let [one, five] = [100, 20].map(|part| companies.div_ceil(part) as usize);
        if self.large.len() < five {
            self.large.append(&mut self.small);
        }
        let best = largest(&mut self.large, five);
        realised.top_5_share = sum(best) / total;
        realised.top_1_share = sum(largest(best, one)) / total;
    }
}

/// Where a company stands in tables of a block.
fn place(entity: u32, fund: u32) -> usize {
    (entity % MAX_COMPANIES) as usize * BLOCK + fund as usize
}

/// Counts companies by their price as lives end, before exits turn it into proceeds.
pub fn unicorns(ends: &[Ends; Route::COUNT]) -> u64 {
    let valued = [
        Route::Listing,
        Route::TradeSale,
        Route::Stalled,
        Route::Alive,
    ];
    let of_route = |route: Route| {
        let ends = &ends[route as usize];
        let stakes = ends.amount.iter().zip(ends.details.own.iter());
        stakes
            .map(|(&amount, &own)| u64::from(amount >= UNICORN * own))
            .sum::<u64>()
    };
    valued.into_iter().map(of_route).sum()
}

/// The `n` largest of `values`, in any order.
fn largest(values: &mut [f32], n: usize) -> &mut [f32] {
    if n < values.len() {
        values.select_nth_unstable_by(n, |a, b| b.total_cmp(a));
        &mut values[..n]
    } else {
        values
    }
}

fn sum(values: &[f32]) -> f64 {
    values.iter().map(|&value| f64::from(value)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(entries: &[(u32, u32, f32)]) -> Ends {
        let mut ends = Ends::default();
        for &(company, fund, amount) in entries {
            let life = crate::path::company::OfLife {
                entity: company,
                since: 1.0,
            };
            ends.push(fund, 8, 2.0, amount, Some(life));
        }
        ends
    }

    #[test]
    fn ends_find_the_stage_of_the_first_cheque() {
        let mut entrants = [Lives::default(), Lives::default()];
        for (stage, company, fund) in [(0, 0, 3), (1, 0, 4), (1, 1, 3)] {
            entrants[stage].entity.push(company);
            entrants[stage].fund.push(fund);
        }
        let mut by_route: [Ends; Route::COUNT] = Default::default();
        by_route[Route::Listing as usize] = ends(&[(0, 3, 1.0), (0, 3, 2.0), (1, 3, 4.0)]);
        by_route[Route::WoundUp as usize] = ends(&[(0, 4, 8.0)]);
        by_route[Route::Alive as usize] = ends(&[(0, 3, 16.0)]);
        let (mut buffers, mut realised) = (RealisedBuffers::default(), Realised::default());
        // What other blocks had at the same places does not matter.
        entrants.reverse();
        buffers.enter(&entrants, &[]);
        entrants.reverse();
        buffers.enter(&entrants, &[]);
        buffers.add(&by_route, &mut realised);
        let of = |route: Route| realised.by_stage[route as usize][..2].to_vec();
        assert_eq!(of(Route::Listing), [3.0, 4.0]);
        assert_eq!(of(Route::WoundUp), [0.0, 8.0]);
        assert_eq!(of(Route::Alive), [16.0, 0.0]);
    }

    /// A hundred companies: one brings 40 in two parts and by two routes, four bring 10, twenty bring 1.
    #[test]
    fn companies_are_ranked_by_all_that_they_brought() {
        let mut by_route: [Ends; Route::COUNT] = Default::default();
        by_route[Route::Listing as usize] = ends(&[(0, 3, 15.0), (0, 3, 20.0), (1, 3, 10.0)]);
        by_route[Route::Transfer as usize] = ends(&[(0, 3, 5.0), (0, 4, 10.0), (7, 2, 10.0)]);
        let ones: Vec<_> = (0..20).map(|company| (company, 5, 1.0)).collect();
        by_route[Route::TradeSale as usize] = ends(&[&ones[..], &[(3, 9, 10.0)]].concat());
        for mean_cheque in [0.5, 5.0, 1e6] {
            let (mut buffers, mut realised) = (RealisedBuffers::default(), Realised::default());
            buffers.begin(mean_cheque);
            buffers.add(&by_route, &mut realised);
            buffers.rank(100, 100.0, &mut realised);
            assert!((realised.top_1_share - 0.4).abs() < 1e-12);
            assert!((realised.top_5_share - 0.8).abs() < 1e-12);
            // Three entries of 2 yuan, held from year 1 to the middle of quarter 8.
            let held = realised.yuan_years[Route::Listing as usize];
            assert!((held - 3.0 * 2.0 * 1.125).abs() < 1e-6);
            assert!(buffers.by_company.iter().all(|&left| left == 0.0));
        }
    }

    #[test]
    fn a_unicorn_is_worth_seven_billion_as_a_whole() {
        let mut by_route: [Ends; Route::COUNT] = Default::default();
        let stakes = [(6.9e9, 0.01_f32), (7.1e9, 0.01), (7.1e9, 0.5)];
        let listed = &mut by_route[Route::Listing as usize];
        *listed = ends(&stakes.map(|(worth, own): (f32, f32)| (0, 0, worth * own)));
        for (_, own) in stakes {
            listed.details.own.push(own);
        }
        assert_eq!(unicorns(&by_route), 2);
    }
}
