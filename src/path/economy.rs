//! The economy of one path: the cycle, the market index, sectors and the listing window, by quarter.

#![allow(clippy::inline_always)] // kernels take the instruction set of the dispatch around them

use super::lanes::{normals, room, whole};
use crate::math::elementary::exp;
use crate::random::{Entity, Purpose, Streams, tag, unit_f32};
use crate::sampling::Source;
use crate::scenario::{CycleStart, Event, Scenario, WindowStart};
use crate::structure::companies::EVENT_LANES;
use crate::structure::shocks::{Leading, ShockPlan, autoregression, turn};
use pulp::{Arch, Simd, WithSimd};

/// Weights' answer to the economy, one factor per event.
pub type EventFactors = [f32; EVENT_LANES];

/// The economy of one path. Rows by sector and quarter stand at `sector * quarters + quarter`.
#[derive(Clone, Debug, Default)]
pub struct Economy {
    /// Quarters of the programme.
    pub quarters: usize,
    /// The cycle, in standard deviations.
    pub cycle: Vec<f64>,
    /// Log of the public market index at the start of the quarter; 0 in the first.
    pub log_index: Vec<f64>,
    /// Whether the listing window is open.
    pub open: Vec<bool>,
    /// Sector cycles, in standard deviations, by sector and quarter.
    pub sector: Vec<f64>,
    /// Factors on event weights, by sector and quarter.
    pub event_factors: Vec<EventFactors>,
    /// Price over worth without noise, by sector and quarter.
    pub price: Vec<f32>,
    shocks: Shocks,
    /// What the path's quasi-random point makes of its leading shocks.
    leading: Vec<f32>,
}

/// Draws of one series, one entry per quarter in each list.
#[derive(Clone, Debug, Default)]
struct Shocks {
    entity: Vec<u32>,
    words: [Vec<u32>; 4],
    /// Normal draws of the first word and of the second.
    normal: Vec<f32>,
    second: Vec<f32>,
    /// Normal draws of all sectors, by sector and quarter.
    sectors: Vec<f32>,
}

struct DrawEconomy<'a> {
    economy: &'a mut Economy,
    scenario: &'a Scenario,
    plan: &'a ShockPlan,
    streams: Streams,
    source: Source,
}

impl WithSimd for DrawEconomy<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self {
            economy,
            scenario,
            plan,
            streams,
            source,
        } = self;
        let quarters = economy.quarters;
        let shocks = &mut economy.shocks;
        shocks.sectors.clear();
        for sector in 0..scenario.sector.len() as u32 {
            shocks.draw(simd, streams, source, Purpose::Sector, sector, quarters);
            shocks.sectors.extend_from_slice(&shocks.normal[..quarters]);
        }
        shocks.draw(simd, streams, source, Purpose::Economy, 0, quarters);
        economy.spread_leading(plan);
        economy.follow_cycle_and_market(scenario);
        economy.follow_sectors(scenario);
        economy.fill_event_factors(scenario);
        economy.fill_prices(scenario);
    }
}

impl Shocks {
    #[inline(always)]
    fn draw<S: Simd>(
        &mut self,
        simd: S,
        streams: Streams,
        source: Source,
        purpose: Purpose,
        series: u32,
        quarters: usize,
    ) {
        let n = whole(quarters);
        self.entity.clear();
        let entity = |quarter| Entity::series(series, quarter).word();
        self.entity.extend((0..n as u32).map(entity));
        let words = self.words.each_mut().map(|word| room(word, n));
        let tag = tag(purpose, 0, 0);
        streams.fill_words(simd, source.path, &self.entity, tag, 0, words);
        for word in self.words.iter_mut().flatten() {
            *word ^= source.turned;
        }
        normals(room(&mut self.normal, n), &self.words[0]);
        normals(room(&mut self.second, n), &self.words[1]);
    }
}

impl Economy {
    /// Fills this economy with that of `path`.
    pub fn draw(
        &mut self,
        arch: Arch,
        scenario: &Scenario,
        plan: &ShockPlan,
        streams: Streams,
        path: u32,
    ) {
        self.quarters = plan.quarters;
        plan.point(streams, path, &mut self.leading);
        arch.dispatch(DrawEconomy {
            economy: self,
            scenario,
            plan,
            streams,
            source: plan.sampling.source(path),
        });
    }

    /// The own shock of a close, where the path's quasi-random point decides it.
    pub fn take_up_shock(&self, plan: &ShockPlan, region: usize, number: usize) -> Option<f32> {
        let close = Leading::Close { region, number };
        let mut leading = plan.leading.iter().zip(&self.leading);
        leading.find(|(of, _)| **of == close).map(|(_, &z)| z)
    }

    /// Turns the draws so that their leading components are those of the path's quasi-random point.
    #[inline(always)]
    fn spread_leading(&mut self, plan: &ShockPlan) {
        let shocks = &mut self.shocks;
        for (leading, &z) in plan.leading.iter().zip(&self.leading) {
            match leading {
                Leading::Cycle(direction) => turn(&mut shocks.normal, direction, z),
                Leading::Market(direction) => turn(&mut shocks.second, direction, z),
                Leading::Sectors(direction) => turn(&mut shocks.sectors, direction, z),
                Leading::Close { .. } => {}
            }
        }
    }

    /// The cycle in the quarter that holds `time`, in years.
    pub fn cycle_at(&self, time: f64) -> f64 {
        self.cycle[crate::structure::quarter_of(time).min(self.quarters - 1)]
    }

    fn follow_cycle_and_market(&mut self, scenario: &Scenario) {
        let economy = &scenario.economy;
        let (phi, innovation) = autoregression(economy.cycle_years.years());
        let rho = economy.market_cycle_correlation;
        let rest = libm::sqrt(1.0 - rho * rho);
        let sigma = economy.market_return_sd;
        let drift =
            (libm::log1p(economy.market_return_mean.per_year()) - 0.5 * sigma * sigma) / 4.0;
        self.cycle.clear();
        self.log_index.clear();
        self.open.clear();
        for quarter in 0..self.quarters {
            let shock = f64::from(self.shocks.normal[quarter]);
            let own = f64::from(self.shocks.second[quarter]);
            let x = match (self.cycle.last(), economy.start) {
                (Some(before), _) => phi * before + innovation * shock,
                (None, CycleStart::Stationary) => shock,
                (None, CycleStart::At(level)) => level,
            };
            let index = match self.log_index.last() {
                Some(before) => before + drift + 0.5 * sigma * (rho * shock + rest * own),
                None => 0.0,
            };
            let open = self.window(scenario, unit_f32(self.shocks.words[2][quarter]));
            self.cycle.push(x);
            self.log_index.push(index);
            self.open.push(open);
        }
    }

    /// Whether the window is open in the next quarter.
    fn window(&self, scenario: &Scenario, u: f32) -> bool {
        let window = &scenario.economy.window;
        let u = f64::from(u);
        match (self.open.last(), window.start) {
            (Some(true), _) => u >= window.open_to_shut,
            (Some(false), _) => u < window.shut_to_open,
            (None, WindowStart::Open) => true,
            (None, WindowStart::Shut) => false,
            (None, WindowStart::Stationary) => u >= window.shut_share(),
        }
    }

    fn follow_sectors(&mut self, scenario: &Scenario) {
        let (phi, innovation) = autoregression(scenario.economy.cycle_years.years());
        let rho = scenario.economy.sector_correlation;
        let rest = libm::sqrt(1.0 - rho * rho);
        self.sector.clear();
        let mut own = 0.0;
        for (row, &shock) in self.shocks.sectors.iter().enumerate() {
            let (quarter, shock) = (row % self.quarters, f64::from(shock));
            own = if quarter == 0 {
                shock
            } else {
                phi * own + innovation * shock
            };
            self.sector.push(rho * self.cycle[quarter] + rest * own);
        }
    }

    #[inline(always)]
    fn fill_event_factors(&mut self, scenario: &Scenario) {
        let shut_factor = scenario.economy.window.shut_factor as f32;
        self.event_factors.clear();
        for (row, s) in self.sector.iter().enumerate() {
            let quarter = row % self.quarters;
            let x = self.cycle[quarter];
            let mut factors = [0.0; EVENT_LANES];
            for (factor, loading) in factors.iter_mut().zip(&scenario.event) {
                *factor = exp((loading.cycle * x + loading.sector * s) as f32);
            }
            if !self.open[quarter] {
                factors[Event::Listing as usize] *= shut_factor;
            }
            self.event_factors.push(factors);
        }
    }

    #[inline(always)]
    fn fill_prices(&mut self, scenario: &Scenario) {
        let price = &scenario.price;
        self.price.clear();
        for (row, s) in self.sector.iter().enumerate() {
            let quarter = row % self.quarters;
            let cycle = price.cycle_loading * self.cycle[quarter] + price.sector_loading * s;
            self.price.push(exp(
                (cycle + price.market_beta * self.log_index[quarter]) as f32
            ));
        }
    }
}
