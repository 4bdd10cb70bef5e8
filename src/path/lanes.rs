//! Lists and columns as the vector loops want them.
//!
//! A loop becomes a vector loop if nothing can leave it early and if the compiler sees that what it writes
//! is not what it reads. So entries are looked up without a panic, lists come as separate parameters, and
//! what has one entry per fund of a block has a fixed length and starts on a cache line.

#![allow(clippy::inline_always)] // takes the instruction set of the dispatch around it

use super::BLOCK;
use crate::math::elementary::normal_quantile;
use crate::random::{LANES, unit_f32};
use std::ops::{Deref, DerefMut};

/// One entry per fund of a block.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(align(64))]
pub struct Column<T = f64, const FUNDS: usize = BLOCK>([T; FUNDS]);

impl<T: Copy + Default, const FUNDS: usize> Default for Column<T, FUNDS> {
    fn default() -> Self {
        Self([T::default(); FUNDS])
    }
}

impl<T, const FUNDS: usize> Deref for Column<T, FUNDS> {
    type Target = [T; FUNDS];

    #[inline(always)]
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<T, const FUNDS: usize> DerefMut for Column<T, FUNDS> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl<T: Copy + Default, const FUNDS: usize> Column<T, FUNDS> {
    /// The values in their order, then defaults.
    pub fn fill_from(&mut self, values: impl Iterator<Item = T>) {
        self.0 = [T::default(); FUNDS];
        for (entry, value) in self.0.iter_mut().zip(values) {
            *entry = value;
        }
    }

    /// The entry of a fund of the block.
    #[inline(always)]
    pub fn of(&self, fund: u32) -> T {
        self.0[fund as usize % FUNDS]
    }
}

/// The smaller one; cheaper than `f64::min`, which also looks for NaN.
#[inline(always)]
pub fn smaller(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// The larger one; cheaper than `f64::max`, which also looks for NaN.
#[inline(always)]
pub fn larger(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

/// Entry `index`, or a default beyond the end.
#[inline(always)]
pub fn at<T: Copy + Default>(list: &[T], index: u32) -> T {
    list.get(index as usize).copied().unwrap_or_default()
}

/// The entries of `from` at `index`, one after the other.
#[inline(always)]
pub fn gather<T: Copy + Default>(out: &mut [T], from: &[T], index: &[u32]) {
    for (out, &index) in out.iter_mut().zip(index) {
        *out = at(from, index);
    }
}

/// A list that grows by entries which are written at once, so that none is cleared before.
#[derive(Clone, Debug, Default)]
pub struct List<T> {
    entries: Vec<T>,
    len: usize,
}

impl<T: Copy + Default> List<T> {
    /// Removes all entries.
    pub fn clear(&mut self) {
        self.len = 0;
    }

    /// `by` more entries at the end, which hold anything.
    #[inline(always)]
    pub fn grow(&mut self, by: usize) -> &mut [T] {
        let first = self.len;
        self.len += by;
        &mut room(&mut self.entries, self.len)[first..]
    }

    /// Appends the entries of `from` at `index`.
    #[inline(always)]
    pub fn append(&mut self, from: &[T], index: &[u32]) {
        gather(self.grow(index.len()), from, index);
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    #[inline(always)]
    fn deref(&self) -> &[T] {
        &self.entries[..self.len]
    }
}

impl<T> DerefMut for List<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.entries[..self.len]
    }
}

/// `n` and what fills its last vector: a loop over whole vectors has no slow rest.
#[inline(always)]
pub fn whole(n: usize) -> usize {
    n.next_multiple_of(LANES)
}

/// The first `n` entries of a list that is never cut, with whatever they held.
#[inline(always)]
pub fn room<T: Copy + Default>(list: &mut Vec<T>, n: usize) -> &mut [T] {
    if list.len() < n {
        list.resize(n, T::default());
    }
    &mut list[..n]
}

/// Standard normal draws. The loops that use them stand apart: one chain of dependent steps through
/// quantile and exponential is longer than the processor looks ahead.
#[inline(always)]
pub fn normals(out: &mut [f32], words: &[u32]) {
    for (z, &word) in out.iter_mut().zip(words) {
        *z = normal_quantile(unit_f32(word));
    }
}

/// Most codes of [`ByCode`].
const MOST_CODES: usize = 16;

/// Positions sorted by a small code, those of one code in their order.
#[derive(Clone, Debug, Default)]
pub struct ByCode {
    order: Vec<u32>,
    bounds: [usize; MOST_CODES + 1],
}

impl ByCode {
    /// Sorts the positions of `codes`, which are below `most`, without a branch on a code.
    ///
    /// The two halves take turns: where a code's next position goes is known only after the one before.
    #[inline(always)]
    pub fn sort(&mut self, codes: &[u32], most: usize) {
        let order = room(&mut self.order, codes.len());
        let half = codes.len() / 2;
        let (low, high) = codes.split_at(half);
        let (mut next_low, mut next_high) = ([0; MOST_CODES], [0; MOST_CODES]);
        let mut sum = 0;
        for code in 0..most.min(MOST_CODES) {
            self.bounds[code] = sum;
            next_low[code] = sum;
            next_high[code] = sum + count(low, code as u32);
            sum = next_high[code] + count(high, code as u32);
            self.bounds[code + 1] = sum;
        }
        let mut put = |next: &mut [usize; MOST_CODES], code: u32, position: usize| {
            let place = &mut next[code as usize % MOST_CODES];
            if let Some(entry) = order.get_mut(*place) {
                *entry = position as u32;
            }
            *place += 1;
        };
        for (position, (&low, &high)) in low.iter().zip(high).enumerate() {
            put(&mut next_low, low, position);
            put(&mut next_high, high, half + position);
        }
        for (position, &code) in codes.iter().enumerate().skip(2 * half) {
            put(&mut next_high, code, position);
        }
    }

    /// The positions of one code.
    #[inline(always)]
    pub fn of(&self, code: usize) -> &[u32] {
        &self.order[self.bounds[code]..self.bounds[code + 1]]
    }
}

#[inline(always)]
fn count(codes: &[u32], code: u32) -> usize {
    let mut count = 0_u32;
    for &other in codes {
        count += u32::from(other == code);
    }
    count as usize
}
