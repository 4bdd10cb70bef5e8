//! Companies sorted by what happens to them.

#![allow(clippy::inline_always)] // takes the instruction set of the dispatch around it

use super::lanes::room;
#[cfg(target_arch = "x86_64")]
use crate::instructions::avx512;
use crate::random::LANES;
#[cfg(target_arch = "x86_64")]
use pulp::bytemuck::cast_slice_mut;
#[cfg(target_arch = "x86_64")]
use pulp::x86::V4;
use pulp::{Simd, bytemuck::Pod};

/// Most codes of [`ByCode`].
const MOST_CODES: usize = 16;

/// A code of nothing, beyond the end of a list.
const NO_CODE: u32 = u32::MAX;

/// Positions sorted by a small code, those of one code in their order.
#[derive(Clone, Debug, Default)]
pub struct ByCode {
    /// Room for all positions under each code, and a vector more.
    order: Vec<u32>,
    room: usize,
    counts: [usize; MOST_CODES],
}

impl ByCode {
    /// Sorts the positions of the first `n` of `codes`, a list of whole vectors, by the codes below `kinds`,
    /// at most 16; positions of other codes are left out. No branch depends on a code.
    #[inline(always)]
    pub fn sort<S: Simd>(&mut self, simd: S, codes: &mut [u32], n: usize, kinds: usize) {
        codes[n..].fill(NO_CODE);
        self.room = codes.len() + LANES;
        let order = room(&mut self.order, kinds * self.room);
        #[cfg(target_arch = "x86_64")]
        if let Some(v4) = avx512(simd) {
            let places = order.chunks_exact_mut(self.room).zip(&mut self.counts);
            for (code, (order, count)) in places.enumerate() {
                *count = pick(v4, order, codes, code as u32);
            }
            return;
        }
        self.counts = [0; MOST_CODES];
        for (position, &code) in codes[..n].iter().enumerate() {
            if (code as usize) < kinds {
                let count = &mut self.counts[code as usize % MOST_CODES];
                order[code as usize * self.room + *count] = position as u32;
                *count += 1;
            }
        }
    }

    /// The positions of one code.
    #[inline(always)]
    pub fn of(&self, code: usize) -> &[u32] {
        &self.order[code * self.room..][..self.counts[code]]
    }
}

/// Writes the positions of `code` by the instruction that packs chosen lanes, which no plain loop becomes; how
/// many there are.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn pick(v4: V4, order: &mut [u32], codes: &[u32], code: u32) -> usize {
    let wanted = pulp::cast([code; LANES]);
    let mut positions: [u32; LANES] = std::array::from_fn(|lane| lane as u32);
    let mut picked = 0;
    for codes in codes.as_chunks::<LANES>().0 {
        let chosen = v4
            .avx512f
            ._mm512_cmpeq_epi32_mask(pulp::cast(*codes), wanted);
        let packed = v4
            .avx512f
            ._mm512_maskz_compress_epi32(chosen, pulp::cast(positions));
        if let Some(entries) = order.get_mut(picked..picked + LANES) {
            entries.copy_from_slice(&pulp::cast::<_, [u32; LANES]>(packed));
        }
        picked += chosen.count_ones() as usize;
        positions = positions.map(|position| position + LANES as u32);
    }
    picked
}

/// Moves the entries of `code` to the front, in their order, where each entry has one of `codes`; how many they are.
#[inline(always)]
pub fn keep<S: Simd, T: Pod>(simd: S, entries: &mut [T], codes: &[u32], code: u32) -> usize {
    let mut kept = 0;
    #[cfg(target_arch = "x86_64")]
    let done = avx512(simd).map_or(0, |v4| keep_wide(v4, entries, codes, code, &mut kept));
    #[cfg(not(target_arch = "x86_64"))]
    let (done, _) = (0, simd);
    for place in done..entries.len().min(codes.len()) {
        entries[kept] = entries[place];
        kept += usize::from(codes[place] == code);
    }
    kept
}

/// [`keep`] for whole vectors of entries of four bytes; how many entries they are.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn keep_wide<T: Pod>(
    v4: V4,
    entries: &mut [T],
    codes: &[u32],
    code: u32,
    kept: &mut usize,
) -> usize {
    let wanted = pulp::cast([code; LANES]);
    let words: &mut [u32] = cast_slice_mut(entries);
    let mut done = 0;
    for codes in codes.as_chunks::<LANES>().0 {
        let Some(vector) = words.get(done..done + LANES).and_then(<[u32]>::first_chunk) else {
            break;
        };
        let chosen = v4
            .avx512f
            ._mm512_cmpeq_epi32_mask(pulp::cast(*codes), wanted);
        let packed = v4
            .avx512f
            ._mm512_maskz_compress_epi32(chosen, pulp::cast::<[u32; LANES], _>(*vector));
        // What is kept never overtakes what is read: this overwrites entries that are done.
        if let Some(room) = words.get_mut(*kept..*kept + LANES) {
            room.copy_from_slice(&pulp::cast::<_, [u32; LANES]>(packed));
        }
        *kept += chosen.count_ones() as usize;
        done += LANES;
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instructions::instruction_sets;
    use crate::path::lanes::whole;
    use pulp::WithSimd;

    struct Sort<'a>(&'a mut ByCode, &'a mut [u32], usize, usize);

    impl WithSimd for Sort<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            self.0.sort(simd, self.1, self.2, self.3);
        }
    }

    struct Keep<'a>(&'a mut [f32], &'a [u32]);

    impl WithSimd for Keep<'_> {
        type Output = usize;

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) -> usize {
            keep(simd, self.0, self.1, 1)
        }
    }

    #[test]
    fn what_is_kept_stays_in_order() {
        for n in [0, 1, 15, 16, 17, 100] {
            let codes: Vec<u32> = (0..n).map(|i| (i * i + i / 7) % 3).collect();
            let entries: Vec<f32> = (0..n).map(|i| i as f32 + 0.5).collect();
            let kept = |(entry, code): (&f32, &u32)| (*code == 1).then_some(*entry);
            let expected: Vec<f32> = entries.iter().zip(&codes).filter_map(kept).collect();
            for arch in instruction_sets() {
                let mut entries = entries.clone();
                let n = arch.dispatch(Keep(&mut entries, &codes));
                assert_eq!(entries[..n], expected, "{n} of {}, {arch:?}", codes.len());
            }
        }
    }

    #[test]
    fn positions_stand_under_their_codes_in_order() {
        const KINDS: usize = 5;
        for n in [0, 1, 15, 16, 17, 100] {
            // What stands beyond the end is a code, too, and codes of no kind are among the others.
            let codes: Vec<u32> = (0..whole(n)).map(|i| (i * i + i / 7) as u32 % 7).collect();
            for arch in instruction_sets() {
                let mut sorted = ByCode::default();
                arch.dispatch(Sort(&mut sorted, &mut codes.clone(), n, KINDS));
                for code in 0..KINDS {
                    let expected: Vec<u32> = (0..n as u32)
                        .filter(|&i| codes[i as usize] as usize == code)
                        .collect();
                    assert_eq!(sorted.of(code), expected, "code {code} of {n}, {arch:?}");
                }
            }
        }
    }
}
