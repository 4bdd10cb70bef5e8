//! What vehicles hold at the end of each quarter, marked at the market's level: NAV before carry.
//!
//! A holding is booked where it begins and where it ends, in units that do not move with the market, and with all others
//! of its region and sector. At the end of the path running sums over the quarters times the level of each quarter are
//! NAV. Only a trace asks for NAV by sub-fund.

#![allow(clippy::inline_always)] // kernels take the instruction set of the dispatch around them

use super::company::Lives;
use super::deployment::Mandate;
use super::economy::Economy;
use super::exits::ExitBuffers;
use super::fundraising::sub_funds::SubFund;
use super::lanes::{Column, Spot, at, room};
use super::ledger::{RegionFlows, Series};
use crate::math::elementary::floor_to_i32;
use crate::scenario::Scenario;
use pulp::{Simd, WithSimd};
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
    const ALL: [Self; Self::COUNT] = [Self::Worth, Self::Shares, Self::Fixed];
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

impl Vehicle {
    /// A sub-fund.
    pub fn of_fund(fund: &SubFund) -> Self {
        Self {
            region: fund.region,
            share: fund.regional / fund.size,
            sector: fund.sector,
        }
    }
}

/// Levels of a path by which units become yuan.
#[derive(Clone, Copy, Debug)]
pub struct Levels<'a> {
    /// The path's economy, with the prices of all sectors.
    pub economy: &'a Economy,
    /// The public market index by quarter; nothing where listed shares are sold at once.
    pub index: &'a [f32],
}

impl<'a> Levels<'a> {
    /// Those of the path at hand.
    pub fn new(economy: &'a Economy, exits: &'a ExitBuffers) -> Self {
        let index = exits.index();
        Self { economy, index }
    }

    /// Yuan per unit.
    fn of(self, unit: Unit, sector: u32, quarter: usize) -> f64 {
        let quarters = self.economy.quarters as u32;
        match unit {
            Unit::Worth => {
                let row = sector * quarters + quarter as u32;
                f64::from(at(&self.economy.price, row))
            }
            Unit::Shares => f64::from(at(self.index, quarter as u32)),
            Unit::Fixed => 1.0,
        }
    }
}

/// NAV by quarter, vehicle by vehicle.
pub type NavByVehicle = Vec<Vec<f64>>;

/// Units, and the regions' part of them.
type Pair = [f64; 2];

/// What the vehicles of a tier hold.
#[derive(Clone, Debug, Default)]
pub struct Holdings {
    /// Changes by region, sector and quarter, by [`Unit`]. A quarter more than there are takes what ends beyond the term.
    changes: [Vec<Pair>; Unit::COUNT],
    /// Places of the block's vehicles in `changes`, and the quarter after the last one in which each holds anything.
    spots: Column<Spot>,
    /// The region's part of each.
    share: Column<f64>,
    quarters: usize,
    sectors: usize,
    spells: Spells,
    each: Option<EachVehicle>,
}

/// The same by vehicle of the block, for a trace.
#[derive(Clone, Debug, Default)]
struct EachVehicle {
    changes: [Vec<f64>; Unit::COUNT],
    sectors: Vec<u32>,
}

/// Places of stakes between two events, one entry per life in each list.
#[derive(Clone, Debug, Default)]
struct Spells {
    begin: Vec<u32>,
    end: Vec<u32>,
}

impl Holdings {
    /// Makes ready for a path.
    pub fn begin(&mut self, scenario: &Scenario, quarters: usize) {
        self.quarters = quarters;
        self.sectors = scenario.sector.len();
        let cells = scenario.region.len() * self.sectors * (quarters + 1);
        for changes in &mut self.changes {
            changes.clear();
            changes.resize(cells, Pair::default());
        }
    }

    /// Makes ready for a block of vehicles with these mandates, of which each is followed where `detail` says so.
    pub fn enter(
        &mut self,
        vehicles: impl Iterator<Item = Vehicle> + Clone,
        mandates: &[Mandate],
        detail: Detail,
    ) {
        let row = self.quarters + 1;
        let slot = |v: Vehicle| v.region as usize * self.sectors + v.sector as usize;
        let spots = vehicles.clone().zip(mandates);
        self.spots
            .fill_from(spots.map(|(v, m)| Spot::new((slot(v) * row) as u32, m.holds_until)));
        self.share.fill_from(vehicles.clone().map(|v| v.share));
        self.each = (detail == Detail::ByVehicle).then(|| {
            let sectors: Vec<u32> = vehicles.map(|v| v.sector).collect();
            EachVehicle {
                changes: std::array::from_fn(|_| vec![0.0; sectors.len() * row]),
                sectors,
            }
        });
    }

    /// Books `amount` more of a unit from `quarter` on; less, where it is negative.
    #[inline(always)]
    pub fn change(&mut self, unit: Unit, vehicle: u32, quarter: u32, amount: f64) {
        let place = self.spots.of(vehicle).place() + quarter;
        if let Some(cell) = self.changes[unit as usize].get_mut(place as usize) {
            book(cell, amount, self.share.of(vehicle) * amount);
        }
        if let Some(each) = &mut self.each {
            let row = vehicle as usize * (self.quarters + 1);
            each.changes[unit as usize][row + quarter as usize] += amount;
        }
    }

    /// Books `amount` of a unit that is held at the end of each of `quarters`.
    #[inline(always)]
    pub fn hold(&mut self, unit: Unit, vehicle: u32, quarters: Range<u32>, amount: f32) {
        if quarters.is_empty() {
            return;
        }
        let amount = f64::from(amount);
        self.change(unit, vehicle, quarters.start, amount);
        self.change(unit, vehicle, quarters.end, -amount);
    }

    /// Tells the NAV of each vehicle of the block, where it is followed.
    pub fn tell(&self, levels: Levels, told: &mut NavByVehicle) {
        let Some(each) = &self.each else {
            return;
        };
        for (vehicle, &sector) in each.sectors.iter().enumerate() {
            let mut nav = vec![0.0; self.quarters];
            for unit in Unit::ALL {
                let row = vehicle * (self.quarters + 1);
                let changes = &each.changes[unit as usize][row..];
                let mut held = 0.0;
                for (quarter, (nav, change)) in nav.iter_mut().zip(changes).enumerate() {
                    held += change;
                    *nav += held * levels.of(unit, sector, quarter);
                }
            }
            told.push(nav);
        }
    }

    /// Adds the NAV of all blocks so far to a tier and to the regions, and starts anew.
    pub fn book(&mut self, levels: Levels, tier: &mut Series, regions: &mut [RegionFlows]) {
        for unit in Unit::ALL {
            let slots = self.changes[unit as usize].chunks_exact_mut(self.quarters + 1);
            for (slot, changes) in slots.enumerate() {
                let (region, sector) = (slot / self.sectors, (slot % self.sectors) as u32);
                let mut held = Pair::default();
                let nav = tier.iter_mut().zip(&mut regions[region].nav);
                for (quarter, ((tier, region), change)) in nav.zip(&mut *changes).enumerate() {
                    book(&mut held, change[0], change[1]);
                    let level = levels.of(unit, sector, quarter);
                    *tier += held[0] * level;
                    *region += held[1] * level;
                }
                changes.fill(Pair::default());
            }
        }
    }
}

/// How finely NAV is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// By tier and region.
    ByTier,
    /// By vehicle, too.
    ByVehicle,
}

#[inline(always)]
fn book(cell: &mut Pair, units: f64, part: f64) {
    *cell = [cell[0] + units, cell[1] + part];
}

/// Books the stakes of `lives` from their last event to the next one.
pub(super) struct BookSpells<'a> {
    pub holdings: &'a mut Holdings,
    pub lives: &'a Lives,
    /// Quarter of the next event of each.
    pub next: &'a [u32],
    /// Whether a vehicle sells in its last quarter what it still holds.
    pub settles: bool,
}

impl WithSimd for BookSpells<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self {
            holdings, lives, ..
        } = self;
        let n = lives.len();
        let Spells { begin, end } = &mut holdings.spells;
        let (begin, end) = (room(begin, n), room(end, n));
        let spots = &holdings.spots;
        date_spells((begin, end), lives, self.next, spots, self.settles);
        let cells = &mut holdings.changes[Unit::Worth as usize][..];
        let stakes = lives.own.iter().zip(&lives.worth[..]).zip(&lives.fund[..]);
        for ((&mut begin, &mut end), ((own, worth), &fund)) in
            begin.iter_mut().zip(&mut *end).zip(stakes)
        {
            let units = f64::from(own * worth);
            let part = holdings.share.of(fund) * units;
            if let Some(cell) = cells.get_mut(begin as usize) {
                book(cell, units, part);
            }
            if let Some(cell) = cells.get_mut(end as usize) {
                book(cell, -units, -part);
            }
        }
        if let Some(each) = &mut holdings.each {
            let row = holdings.quarters as u32 + 1;
            each.book(lives, (begin, end), &holdings.spots, row);
        }
    }
}

impl EachVehicle {
    /// Books the stakes of `lives` by vehicle; vehicles have `row` quarters.
    fn book(
        &mut self,
        lives: &Lives,
        (begin, end): (&[u32], &[u32]),
        spots: &Column<Spot>,
        row: u32,
    ) {
        let changes = &mut self.changes[Unit::Worth as usize];
        for (i, &fund) in lives.fund.iter().enumerate() {
            let units = f64::from(lives.own[i] * lives.worth[i]);
            let place = |cell: u32| (fund * row + cell - spots.of(fund).place()) as usize;
            changes[place(begin[i])] += units;
            changes[place(end[i])] -= units;
        }
    }
}

/// Places of the quarters in which spells begin and end, within the vehicles' lives.
#[inline(always)]
fn date_spells(
    (begin, end): (&mut [u32], &mut [u32]),
    lives: &Lives,
    next: &[u32],
    spots: &Column<Spot>,
    settles: bool,
) {
    let sold_before = u32::from(settles);
    let dates = lives.time.iter().zip(&lives.fund[..]).zip(next);
    for ((begin, end), ((time, &fund), &next)) in begin.iter_mut().zip(end).zip(dates) {
        let spot = spots.of(fund);
        let (first, until) = (spot.place(), spot.quarter());
        let quarter = floor_to_i32(*time * 4.0) as u32;
        *begin = first + quarter.min(until.wrapping_sub(1));
        *end = first + next.min(until.wrapping_sub(sold_before));
    }
}
