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
    /// Room for all positions under each code.
    order: Vec<u32>,
    /// The same for positions of the second half.
    second: Vec<u32>,
    most: usize,
    counts: [usize; MOST_CODES],
}

impl ByCode {
    /// Sorts the positions of `codes`, which are below `MOST_CODES`, without a branch on a code.
    ///
    /// The two halves of the list take turns, because where a code's next position goes is known only
    /// after the one before it; then the second half's positions move behind those of the first.
    #[inline(always)]
    pub fn sort(&mut self, codes: &[u32]) {
        let (most, half) = (codes.len(), codes.len() / 2);
        let order = room(&mut self.order, most * MOST_CODES);
        let second = room(&mut self.second, most * MOST_CODES);
        let (low, high) = codes.split_at(half);
        let mut next_low: [usize; MOST_CODES] = std::array::from_fn(|code| code * most);
        let mut next_high = next_low;
        for (position, (&low, &high)) in low.iter().zip(high).enumerate() {
            put(order, &mut next_low, low, position);
            put(second, &mut next_high, high, half + position);
        }
        for (position, &code) in codes.iter().enumerate().skip(2 * half) {
            put(second, &mut next_high, code, position);
        }
        for code in 0..MOST_CODES {
            let (start, end) = (code * most, next_low[code]);
            let more = &second[start..next_high[code]];
            order[end..end + more.len()].copy_from_slice(more);
            self.counts[code] = end + more.len() - start;
        }
        self.most = most;
    }

    /// The positions of one code.
    #[inline(always)]
    pub fn of(&self, code: usize) -> &[u32] {
        &self.order[code * self.most..][..self.counts[code]]
    }
}

#[inline(always)]
fn put(order: &mut [u32], next: &mut [usize; MOST_CODES], code: u32, position: usize) {
    let place = &mut next[code as usize % MOST_CODES];
    if let Some(entry) = order.get_mut(*place) {
        *entry = position as u32;
    }
    *place += 1;
}
