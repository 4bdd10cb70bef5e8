//! Lists and columns as the vector loops want them.
//!
//! A loop becomes a vector loop if nothing can leave it early and if the compiler sees that what it writes
//! is not what it reads. So entries are looked up without a panic, lists come as separate parameters, and
//! what has one entry per fund of a block has a fixed length and starts on a cache line.

#![allow(clippy::inline_always)] // takes the instruction set of the dispatch around it

use super::BLOCK;
use super::sorting::keep;
#[cfg(target_arch = "x86_64")]
use crate::instructions::avx512;
use crate::math::elementary::{normal_quantile, normal_quantiles};
use crate::random::{LANES, unit_f32};
use crate::structure::companies::MAX_STAGES;
use pulp::Simd;
#[cfg(target_arch = "x86_64")]
use pulp::x86::V4;
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

/// A place in a table and a quarter in one word, so that one look-up by fund finds both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spot(u32);

impl Spot {
    /// Room for the longest scenario.
    const QUARTER_BITS: u32 = 12;

    /// Place and quarter; tables by region, sector and quarter have room in what remains.
    pub fn new(place: u32, quarter: u32) -> Self {
        debug_assert!(quarter < 1 << Self::QUARTER_BITS && place < 1 << (32 - Self::QUARTER_BITS));
        Self(place << Self::QUARTER_BITS | quarter)
    }

    /// The place.
    #[inline(always)]
    pub fn place(self) -> u32 {
        self.0 >> Self::QUARTER_BITS
    }

    /// The quarter.
    #[inline(always)]
    pub fn quarter(self) -> u32 {
        self.0 & ((1 << Self::QUARTER_BITS) - 1)
    }
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

    /// Keeps the first `n` entries.
    pub fn shorten(&mut self, n: usize) {
        self.len = self.len.min(n);
    }

    /// One more entry.
    #[inline(always)]
    pub fn push(&mut self, entry: T) {
        self.grow(1)[0] = entry;
    }

    /// Of the entries from `first` on keeps only those of `code`, where each has one of `codes`.
    #[inline(always)]
    pub fn keep<S: Simd>(&mut self, simd: S, first: usize, codes: &[u32], code: u32)
    where
        T: pulp::bytemuck::Pod,
    {
        if let Some(entries) = self.entries.get_mut(first..self.len) {
            self.len = first + keep(simd, entries, codes, code);
        }
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

/// Standard normal draws.
#[inline(always)]
pub fn normals(out: &mut [f32], words: &[u32]) {
    for (u, &word) in out.iter_mut().zip(words) {
        *u = unit_f32(word);
    }
    quantiles(out);
}

/// Vectors of a quantile that are worked on side by side.
const SIDE_BY_SIDE: usize = 4;

/// From uniforms to standard normals. Loops that use them stand apart: one chain of dependent steps through
/// quantile and exponential is longer than the processor looks ahead. For the same reason four stretches of
/// the list are worked on side by side.
#[inline(always)]
pub fn quantiles(z: &mut [f32]) {
    let stretch = z.len() / (SIDE_BY_SIDE * LANES) * LANES;
    let (first, rest) = z.split_at_mut(stretch);
    let (second, rest) = rest.split_at_mut(stretch);
    let (third, rest) = rest.split_at_mut(stretch);
    let (fourth, rest) = rest.split_at_mut(stretch);
    let others = second.iter_mut().zip(third).zip(fourth);
    for (a, ((b, c), d)) in first.iter_mut().zip(others) {
        [*a, *b, *c, *d] = normal_quantiles([*a, *b, *c, *d]);
    }
    for z in rest {
        *z = normal_quantile(*z);
    }
}

/// The entries of a short table at `index`, which wraps.
#[inline(always)]
pub fn look_up<S: Simd>(simd: S, out: &mut [f32], table: &[f32; MAX_STAGES], index: &[u32]) {
    #[cfg(target_arch = "x86_64")]
    let done = avx512(simd).map_or(0, |v4| look_up_wide(v4, out, table, index));
    #[cfg(not(target_arch = "x86_64"))]
    let (done, _) = (0, simd);
    for (out, &index) in out[done..].iter_mut().zip(&index[done..]) {
        *out = table[index as usize % MAX_STAGES];
    }
}

/// [`look_up`] of whole vectors with the table in a register; how many entries they are.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn look_up_wide(v4: V4, out: &mut [f32], table: &[f32; MAX_STAGES], index: &[u32]) -> usize {
    let twice: [f32; LANES] = std::array::from_fn(|lane| table[lane % MAX_STAGES]);
    let vectors = out.as_chunks_mut().0.iter_mut().zip(index.as_chunks().0);
    let mut done = 0;
    for (out, index) in vectors {
        let (index, table): ([u32; LANES], _) = (*index, pulp::cast(twice));
        let found = v4.avx512f._mm512_permutexvar_ps(pulp::cast(index), table);
        *out = pulp::cast::<_, [f32; LANES]>(found);
        done += LANES;
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instructions::instruction_sets;
    use pulp::WithSimd;

    struct LookUp<'a>(&'a [f32; MAX_STAGES], &'a [u32], &'a mut [f32]);

    impl WithSimd for LookUp<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            look_up(simd, self.2, self.0, self.1);
        }
    }

    #[test]
    fn a_table_is_looked_up_alike_with_every_instruction_set() {
        let table: [f32; MAX_STAGES] = std::array::from_fn(|entry| entry as f32 + 0.5);
        for n in [0, 1, 15, 16, 17, 40] {
            let index: Vec<u32> = (0..n).map(|i| i * 5 % 19).collect();
            for arch in instruction_sets() {
                let mut found = vec![0.0; index.len()];
                arch.dispatch(LookUp(&table, &index, &mut found));
                let entry = |&i: &u32| table[i as usize % MAX_STAGES];
                assert_eq!(found, index.iter().map(entry).collect::<Vec<f32>>());
            }
        }
    }

    /// Four stretches side by side and the rest give what one draw at a time gives.
    #[test]
    fn normals_of_any_number_are_those_of_each() {
        for n in [0, 1, 16, 63, 64, 100, 200] {
            let words: Vec<u32> = (0..n).map(|i: u32| i.wrapping_mul(0x9e37_79b9)).collect();
            let mut z = vec![0.0; words.len()];
            normals(&mut z, &words);
            let each = words.iter().map(|&word| normal_quantile(unit_f32(word)));
            assert_eq!(z, each.collect::<Vec<f32>>());
        }
    }
}
