//! Money by quarter and fund of a block.

#![allow(clippy::inline_always)] // takes the instruction set of the dispatch around it

use crate::path::BLOCK;
use crate::path::lanes::{Column, room};

/// Funds that stand together in a [`Table`].
pub const GROUP: usize = 16;

/// One entry per fund of a group.
pub type Row = Column<f64, GROUP>;

/// Amounts by quarter and fund. The quarters of a group of funds stand one after the other, because the
/// money of a few funds is followed through all quarters before that of the next ones.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// A flat list, in which an entry is found in fewer steps than in a list of rows.
    cells: Vec<f64>,
    /// Where its first cache line starts: rows that straddle two lines take twice the time.
    start: usize,
    quarters: usize,
    /// Places in `cells`, on the way from one loop to the next.
    places: Vec<u32>,
}

impl Table {
    /// A table of so many quarters: as it is if it has them already, otherwise with nothing booked.
    pub fn begin(&mut self, quarters: usize) {
        if self.quarters != quarters {
            self.cells.clear();
            self.cells.resize(BLOCK * quarters + GROUP, 0.0);
            self.start = self.cells.as_ptr().align_offset(64).min(GROUP);
            self.quarters = quarters;
        }
    }

    /// Whether it has no quarters.
    pub fn is_empty(&self) -> bool {
        self.quarters == 0
    }

    /// Books amounts at their quarters and funds.
    #[inline(always)]
    pub fn add(&mut self, quarters: &[u32], funds: &[u32], amounts: &[f32]) {
        let (cells, places) = self.find(quarters, funds, amounts.len());
        for (&place, &amount) in places.iter().zip(amounts) {
            if let Some(cell) = cells.get_mut(place as usize) {
                *cell += f64::from(amount);
            }
        }
    }

    /// The same, and adds them up over funds in `sums`.
    #[inline(always)]
    pub fn add_with_sums(
        &mut self,
        quarters: &[u32],
        funds: &[u32],
        amounts: &[f32],
        sums: &mut [f64],
    ) {
        let (cells, places) = self.find(quarters, funds, amounts.len());
        for ((&place, &quarter), &amount) in places.iter().zip(quarters).zip(amounts) {
            let amount = f64::from(amount);
            if let Some(cell) = cells.get_mut(place as usize) {
                *cell += amount;
            }
            if let Some(sum) = sums.get_mut(quarter as usize) {
                *sum += amount;
            }
        }
    }

    /// The cells, and the places of `n` amounts among them, worked out many at once.
    #[inline(always)]
    fn find(&mut self, quarters: &[u32], funds: &[u32], n: usize) -> (&mut [f64], &[u32]) {
        let places = room(&mut self.places, n);
        let per_group = (self.quarters * GROUP) as u32;
        for ((place, &quarter), &fund) in places.iter_mut().zip(quarters).zip(funds) {
            let fund = fund % BLOCK as u32;
            let (group, fund) = (fund / GROUP as u32, fund % GROUP as u32);
            *place = group * per_group + quarter * GROUP as u32 + fund;
        }
        (&mut self.cells[self.start..], places)
    }

    /// Books one amount of the fund at `fund` of the block.
    pub fn book(&mut self, quarter: usize, fund: usize, amount: f64) {
        self.group(fund / GROUP)[quarter][fund % GROUP] += amount;
    }

    /// The quarters of a group of funds.
    #[inline(always)]
    pub fn group(&mut self, group: usize) -> &mut [[f64; GROUP]] {
        let cells = self.cells.get_mut(self.start..).unwrap_or_default();
        let rows = cells.as_chunks_mut().0;
        &mut rows[group * self.quarters..][..self.quarters]
    }
}
