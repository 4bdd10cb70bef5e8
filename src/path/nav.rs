//! What vehicles hold at the end of each quarter, marked at the market's level: NAV before carry.
//!
//! A holding is booked where it begins and where it ends, in units that do not move with the market. When a block is
//! settled, running sums over the quarters times the level of each quarter are its NAV. Stakes are single-precision
//! numbers, which add up exactly here, so that nothing is left of what has ended, in whatever order it was booked.

#![allow(clippy::inline_always)] // kernels take the instruction set of the dispatch around them

use super::cash::table::{GROUP, Row, Table};
use super::company::Lives;
use super::economy::Economy;
use super::lanes::{Column, at, room};
use super::ledger::{RegionFlows, Series};
use crate::math::elementary::floor_to_i32;
use crate::scenario::{AtTerm, Scenario};
use pulp::{Arch, Simd, WithSimd};
use std::ops::Range;

/// In what a holding is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Unit {
    /// Own x worth, in yuan at cycle 0 and index 1: moves with the prices of the vehicle's sector.
    Worth = 0,
    /// Listed shares, in units of the market index.
    Shares = 1,
    /// Value that no longer moves, in yuan: stalled companies where nothing is settled.
    Fixed = 2,
}

impl Unit {
    const COUNT: usize = 3;
}

/// A vehicle that holds stakes: a sub-fund, or a direct project, which stands alone.
#[derive(Clone, Copy, Debug)]
pub struct Vehicle {
    /// Its region.
    pub region: u32,
    /// The region's part of it.
    pub share: f64,
    /// Its sector.
    pub sector: u32,
}

/// Levels of a path by which units become yuan.
#[derive(Clone, Copy, Debug)]
pub struct Levels<'a> {
    /// The path's economy, with the prices of all sectors.
    pub economy: &'a Economy,
    /// The public market index by quarter; nothing where listed shares are sold at once.
    pub index: &'a [f32],
}

/// NAV by quarter, vehicle by vehicle.
pub type NavByVehicle = Vec<Vec<f64>>;

/// What the vehicles of a block hold, and the NAV of the blocks before.
#[derive(Clone, Debug, Default)]
pub struct Holdings {
    /// Changes by quarter and vehicle, by [`Unit`]; no quarters where a unit is not used. One row more than there are
    /// quarters takes what is held beyond the term.
    changes: [Table; Unit::COUNT],
    spells: Spells,
    /// NAV of all vehicles, then each region's part, by quarter; in lanes by the place of a vehicle in its group.
    sums: Vec<Row>,
    quarters: usize,
}

/// Stakes between two events, one entry per life in each list.
#[derive(Clone, Debug, Default)]
struct Spells {
    begin: Vec<u32>,
    end: Vec<u32>,
    units: Vec<f32>,
}

impl Holdings {
    /// Makes ready for a path.
    pub fn begin(&mut self, scenario: &Scenario, quarters: usize, sells_down: bool) {
        self.quarters = quarters;
        let used = [
            true,
            sells_down,
            scenario.national.at_term == AtTerm::HoldNav,
        ];
        for (table, used) in self.changes.iter_mut().zip(used) {
            table.begin(if used { quarters + 1 } else { 0 });
        }
        self.sums.clear();
        let series = 1 + scenario.region.len();
        self.sums.resize(series * quarters, Row::default());
    }

    /// Books `amount` more of a unit from `quarter` on; less, where it is negative.
    pub fn change(&mut self, unit: Unit, vehicle: u32, quarter: u32, amount: f64) {
        self.changes[unit as usize].change(quarter, vehicle, amount);
    }

    /// Books `amount` of a unit that is held at the end of each of `quarters`.
    pub fn hold(&mut self, unit: Unit, vehicle: u32, quarters: Range<u32>, amount: f32) {
        let amount = f64::from(amount);
        self.change(unit, vehicle, quarters.start, amount);
        self.change(unit, vehicle, quarters.end, -amount);
    }

    /// Turns the units of a block of `vehicles` into NAV, which is added to the sums and shown to `told`.
    pub fn settle(
        &mut self,
        arch: Arch,
        levels: Levels,
        vehicles: &[Vehicle],
        mut told: Option<&mut NavByVehicle>,
    ) {
        for (number, vehicles) in vehicles.chunks(GROUP).enumerate() {
            arch.dispatch(Mark {
                holdings: self,
                levels,
                number,
                vehicles,
                told: told.as_deref_mut(),
            });
        }
    }

    /// Adds the NAV of all blocks so far to a tier and to the regions, and starts anew.
    pub fn book(&mut self, tier: &mut Series, regions: &mut [RegionFlows]) {
        let series = std::iter::once(tier).chain(regions.iter_mut().map(|region| &mut region.nav));
        for (nav, sums) in series.zip(self.sums.chunks_exact_mut(self.quarters.max(1))) {
            for (nav, sum) in nav.iter_mut().zip(sums) {
                *nav += std::mem::take(sum).iter().sum::<f64>();
            }
        }
    }
}

/// Books the stakes of `lives` from their last event to the next one.
pub(super) struct BookSpells<'a> {
    pub holdings: &'a mut Holdings,
    pub lives: &'a Lives,
    /// Quarter of the next event of each.
    pub next: &'a [u32],
    /// Quarter after the last one of each vehicle of the block.
    pub until: &'a Column<u32>,
    /// Whether a vehicle sells in its last quarter what it still holds.
    pub settles: bool,
}

impl WithSimd for BookSpells<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let lives = self.lives;
        let Holdings {
            changes, spells, ..
        } = self.holdings;
        let n = lives.len();
        let begin = room(&mut spells.begin, n);
        let end = room(&mut spells.end, n);
        let units = room(&mut spells.units, n);
        date_spells((begin, end), lives, self.next, self.until, self.settles);
        for (units, (own, worth)) in units.iter_mut().zip(lives.own.iter().zip(&lives.worth[..])) {
            *units = own * worth;
        }
        let worth = &mut changes[Unit::Worth as usize];
        worth.add(begin, &lives.fund, units);
        for units in &mut *units {
            *units = -*units;
        }
        worth.add(end, &lives.fund, units);
    }
}

#[inline(always)]
fn date_spells(
    (begin, end): (&mut [u32], &mut [u32]),
    lives: &Lives,
    next: &[u32],
    until: &Column<u32>,
    settles: bool,
) {
    let sold_before = u32::from(settles);
    let dates = lives.time.iter().zip(&lives.fund[..]).zip(next);
    for ((begin, end), ((time, &fund), &next)) in begin.iter_mut().zip(end).zip(dates) {
        let until = until.of(fund);
        *begin = (floor_to_i32(*time * 4.0) as u32).min(until.wrapping_sub(1));
        *end = next.min(until.wrapping_sub(sold_before));
    }
}

/// Marks the holdings of a group of vehicles, quarter by quarter.
struct Mark<'a> {
    holdings: &'a mut Holdings,
    levels: Levels<'a>,
    number: usize,
    vehicles: &'a [Vehicle],
    told: Option<&'a mut NavByVehicle>,
}

impl WithSimd for Mark<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self {
            holdings, vehicles, ..
        } = self;
        let (quarters, number) = (holdings.quarters, self.number);
        let mut changes = holdings.changes.each_mut().map(|table| table.group(number));
        let mut rows = Column::<u32, GROUP>::default();
        rows.fill_from(vehicles.iter().map(|v| v.sector * quarters as u32));
        let (all, regional) = holdings.sums.split_at_mut(quarters);
        let mut held = [Row::default(); Unit::COUNT];
        let mut told = self.told;
        let first = told.as_ref().map_or(0, |told| told.len());
        if let Some(told) = &mut told {
            told.resize_with(first + vehicles.len(), Vec::new);
        }
        for quarter in 0..quarters {
            for (held, changes) in held.iter_mut().zip(&mut changes) {
                if let Some(changes) = changes.get_mut(quarter) {
                    run_on(held, changes);
                }
            }
            let index = f64::from(at(self.levels.index, quarter as u32));
            let prices = &self.levels.economy.price;
            let mut nav = Row::default();
            for (place, nav) in nav.iter_mut().enumerate() {
                let price = f64::from(at(prices, rows[place] + quarter as u32));
                *nav = held[0][place] * price + held[1][place] * index + held[2][place];
            }
            add(&mut all[quarter], &nav);
            let mut start = 0;
            for of_region in vehicles.chunk_by(|a, b| a.region == b.region) {
                let places = start..start + of_region.len();
                start = places.end;
                let sums = &mut regional[of_region[0].region as usize * quarters + quarter];
                for (place, vehicle) in places.zip(of_region) {
                    sums[place] += vehicle.share * nav[place];
                }
            }
            if let Some(told) = &mut told {
                for (told, &nav) in told[first..].iter_mut().zip(nav.iter()) {
                    told.push(nav);
                }
            }
        }
        for changes in changes {
            if let Some(beyond) = changes.get_mut(quarters) {
                *beyond = [0.0; GROUP];
            }
        }
    }
}

/// Adds the changes of a quarter, which are left empty for the next block.
#[inline(always)]
fn run_on(held: &mut Row, changes: &mut [f64; GROUP]) {
    for (held, change) in held.iter_mut().zip(changes) {
        *held += std::mem::take(change);
    }
}

#[inline(always)]
fn add(sums: &mut Row, amounts: &Row) {
    for (sum, amount) in sums.iter_mut().zip(amounts.iter()) {
        *sum += amount;
    }
}
