//! Random numbers by address: Philox4x32-10 under the scheme named [`SCHEME`].
//!
//! A draw is a pure function of `(seed, path, entity, purpose, stage, repeat, block)`. It depends neither on who else drew nor on threads,
//! on the order of work or on other parameters, so runs are bit-identical however they are split, two scenarios on one seed share their luck,
//! and any path can be replayed alone.
//!
//! The generator is Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC'11: ten rounds of two
//! 32 x 32 -> 64 bit products. The seed is the key, the address is the counter:
//!
//! | counter word | holds |
//! |---|---|
//! | 0 | path |
//! | 1 | entity: `region << 28 \| sub_fund << 14 \| company` |
//! | 2 | tag: `purpose << 16 \| stage << 8 \| repeat` |
//! | 3 | block: each block gives four more words |

#![allow(clippy::inline_always)] // kernels take the instruction set of the loop that they are inlined into

#[cfg(target_arch = "x86_64")]
use crate::instructions::avx512;
use pulp::Simd;
#[cfg(target_arch = "x86_64")]
use pulp::x86::V4;
use rand_core::TryRng;
#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::__m512i;
use std::convert::Infallible;

/// Name of the generator and of the address layout, printed with every result. Any change of either changes results, hence this name.
pub const SCHEME: &str = "philox4x32-10/seed-path-entity-purpose/1";

/// Regions that an address can tell apart.
pub const MAX_REGIONS: u32 = 1 << 4;
/// Vehicles of direct projects per region that an address can tell apart: they have the last numbers of sub-funds.
pub const MAX_DIRECT_VEHICLES: u32 = 1 << 6;
/// Sub-funds per region that an address can tell apart.
pub const MAX_SUB_FUNDS: u32 = MAX_NUMBERS - MAX_DIRECT_VEHICLES;
/// Sub-funds and vehicles of direct projects.
const MAX_NUMBERS: u32 = 1 << 14;
/// Companies per sub-fund that an address can tell apart.
pub const MAX_COMPANIES: u32 = 1 << 14;
/// Stages, and repeats of a stage, that a [`tag`] can tell apart.
pub const MAX_STAGES: u32 = 1 << 8;

/// Lanes of one batch: a 512-bit vector of 32-bit words.
pub const LANES: usize = 16;

/// What a draw decides. The number is part of [`SCHEME`]: never change or reuse one, append.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
pub enum Purpose {
    /// Shocks of the cycle x.
    Economy = 1,
    /// The public market's own shocks.
    Market = 2,
    /// Shocks of the sector cycles s.
    Sector = 3,
    /// State of the listing window.
    ListingWindow = 4,
    /// Take-up of a regional fund's later close.
    Close = 5,
    /// A sub-fund's approval, skill, focus, size and closing.
    SubFund = 6,
    /// A sub-fund's other limited partners: their number, classes and split.
    SubFundLps = 7,
    /// Date, stage, size and price of a first cheque.
    FirstCheque = 8,
    /// A company's life: wait, event and value in a stage.
    Life = 9,
    /// Price noise of a deal.
    Price = 10,
    /// Sale of old shares in a round.
    Transfer = 11,
    /// A redemption claim, its date and its outcome.
    Redemption = 12,
    /// Tail of the value at a listing or trade sale.
    Tail = 13,
    /// Own noise while listed shares are sold down.
    SellDown = 14,
    /// Sale of what is left at a fund's end.
    EndOfFund = 15,
    /// A manager of the pool, who may run several sub-funds.
    Manager = 16,
    /// Direct projects of a regional fund.
    DirectProject = 17,
    /// Uncertain assumptions sampled per world: the world is the path, a hash of the key is entity and block, the attempt is the repeat.
    Assumption = 18,
    /// Scrambles of quasi-random points.
    Scramble = 19,
    /// Whether a sub-fund takes its part of a company's round.
    FollowOn = 20,
    /// Paths of a resample, for intervals.
    Bootstrap = 21,
}

/// The third counter word: what is decided, in which stage, for the how-manieth time. `stage` and `repeat` are below [`MAX_STAGES`].
pub const fn tag(purpose: Purpose, stage: u32, repeat: u32) -> u32 {
    debug_assert!(stage < MAX_STAGES && repeat < MAX_STAGES);
    (purpose as u32) << 16 | stage << 8 | repeat
}

/// The second counter word: whom a draw is about. Region 0, its sub-fund 0 and that fund's company 0 share a number; the purpose tells them
/// apart. Numbers beyond the limits are a scenario error, refused before any draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Entity(u32);

impl Entity {
    /// The programme as a whole.
    pub const NATIONAL: Self = Self(0);

    /// A regional fund, `region < MAX_REGIONS`.
    pub const fn region(region: u32) -> Self {
        Self::company(region, 0, 0)
    }

    /// A sub-fund of a region, `sub_fund < MAX_SUB_FUNDS`.
    pub const fn sub_fund(region: u32, sub_fund: u32) -> Self {
        Self::company(region, sub_fund, 0)
    }

    /// A company of a sub-fund, `company < MAX_COMPANIES`.
    #[inline(always)]
    pub const fn company(region: u32, sub_fund: u32, company: u32) -> Self {
        debug_assert!(region < MAX_REGIONS && sub_fund < MAX_NUMBERS && company < MAX_COMPANIES);
        Self(region << 28 | sub_fund << 14 | company)
    }

    /// A direct project of a region, `vehicle < MAX_DIRECT_VEHICLES` and `project < MAX_COMPANIES`. No sub-fund has its number.
    pub const fn direct_project(region: u32, vehicle: u32, project: u32) -> Self {
        debug_assert!(vehicle < MAX_DIRECT_VEHICLES);
        Self::company(region, MAX_NUMBERS - 1 - vehicle, project)
    }

    /// The vehicle of a direct project; nothing for a company of a sub-fund.
    pub const fn direct_vehicle(self) -> Option<u32> {
        let number = self.0 / MAX_COMPANIES % MAX_NUMBERS;
        if number < MAX_SUB_FUNDS {
            return None;
        }
        Some(MAX_NUMBERS - 1 - number)
    }

    /// Its region.
    #[inline(always)]
    pub const fn of_region(self) -> u32 {
        self.0 >> 28
    }

    /// The entity with this counter word.
    #[inline(always)]
    pub const fn from_word(word: u32) -> Self {
        Self(word)
    }

    /// Point `time` of series `series`, for series that the whole programme shares.
    pub const fn series(series: u32, time: u32) -> Self {
        Self(series << 16 | time)
    }

    /// The counter word, as the batch kernels take it. Companies of one sub-fund follow each other: that of company c is this + c.
    #[inline(always)]
    pub const fn word(self) -> u32 {
        self.0
    }
}

/// All random numbers of one seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Streams {
    key: [u32; 2],
}

impl Streams {
    /// The streams of a seed: its low word is the first word of the Philox key.
    pub const fn new(seed: u64) -> Self {
        Self {
            key: [seed as u32, (seed >> 32) as u32],
        }
    }

    /// The four words at one address.
    #[inline(always)]
    pub fn words(self, path: u32, entity: Entity, tag: u32, block: u32) -> [u32; 4] {
        let [a, b, c, d] = philox::<1>(self.key, [[path], [entity.0], [tag], [block]]);
        [a[0], b[0], c[0], d[0]]
    }

    /// The four words at each of 16 addresses, by word and lane: `words16(..)[w][lane]`.
    #[inline(always)]
    pub fn words16<S: Simd>(
        self,
        simd: S,
        path: u32,
        entities: &[u32; LANES],
        tag: u32,
        block: u32,
    ) -> [[u32; LANES]; 4] {
        #[cfg(target_arch = "x86_64")]
        if let Some(v4) = avx512(simd) {
            return philox_avx512(v4, self.key, [path, 0, tag, block], entities);
        }
        philox(
            self.key,
            [[path; LANES], *entities, [tag; LANES], [block; LANES]],
        )
    }

    /// The four words at each entity's address, word w of entity i into `out[w][i]`. Call it from a loop compiled for wide vectors.
    ///
    /// # Panics
    /// If a slice of `out` is shorter than `entities`.
    #[inline(always)]
    pub fn fill_words<S: Simd>(
        self,
        simd: S,
        path: u32,
        entities: &[u32],
        tag: u32,
        block: u32,
        out: [&mut [u32]; 4],
    ) {
        let (blocks, rest) = entities.as_chunks();
        let [(o0, r0), (o1, r1), (o2, r2), (o3, r3)] =
            out.map(|slice| slice[..entities.len()].as_chunks_mut());
        let blocks = blocks.iter().zip(o0).zip(o1).zip(o2).zip(o3);
        for ((((lanes, o0), o1), o2), o3) in blocks {
            [*o0, *o1, *o2, *o3] = self.words16(simd, path, lanes, tag, block);
        }
        if !rest.is_empty() {
            let mut lanes = [0; LANES];
            lanes[..rest.len()].copy_from_slice(rest);
            let words = self.words16(simd, path, &lanes, tag, block);
            for (slice, words) in [r0, r1, r2, r3].into_iter().zip(&words) {
                slice.copy_from_slice(&words[..rest.len()]);
            }
        }
    }

    /// A sequential generator that reads blocks 0, 1, 2, ... of one address, for `rand_distr`.
    pub const fn rng(self, path: u32, entity: Entity, tag: u32) -> AddressedRng {
        AddressedRng {
            streams: self,
            path,
            entity,
            tag,
            drawn: 0,
            words: [0; 4],
        }
    }
}

/// Philox4x32-10 on `N` counters at once, each counter word an array over lanes.
///
/// Words ride in 64-bit lanes whose upper halves hold leftovers of the products: the next product reads the lower half only (`pmuludq`), so
/// nothing needs unpacking between rounds.
#[inline(always)]
fn philox<const N: usize>(key: [u32; 2], counter: [[u32; N]; 4]) -> [[u32; N]; 4] {
    const LOW: u64 = 0xffff_ffff;
    let [mut k0, mut k1] = key;
    let [mut c0, mut c1, mut c2, mut c3] = counter.map(|word| word.map(u64::from));
    for _ in 0..10 {
        for i in 0..N {
            let p0 = (c0[i] & LOW) * 0xd251_1f53;
            let p1 = (c2[i] & LOW) * 0xcd9e_8d57;
            c0[i] = (p1 >> 32) ^ c1[i] ^ u64::from(k0);
            c2[i] = (p0 >> 32) ^ c3[i] ^ u64::from(k1);
            c1[i] = p1;
            c3[i] = p0;
        }
        k0 = k0.wrapping_add(0x9e37_79b9);
        k1 = k1.wrapping_add(0xbb67_ae85);
    }
    [c0, c1, c2, c3].map(|word| word.map(|w| w as u32))
}

/// [`philox`] on 16 counters that differ in their second word only, with AVX-512.
///
/// Two steps that a plain loop cannot say: upper halves of products come down by shuffles, which leave the port of the multiplier free; and even
/// and odd lanes, which ride in vectors of their own, join by a blend instead of two narrowing moves.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn philox_avx512(
    v4: V4,
    key: [u32; 2],
    counter: [u32; 4],
    second: &[u32; LANES],
) -> [[u32; LANES]; 4] {
    const UPPER_TO_LOWER: i32 = 0b11_11_01_01;
    const LOWER_TO_UPPER: i32 = 0b10_10_00_00;
    const XOR_OF_THREE: i32 = 0x96;
    const ODD_LANES: u16 = 0xaaaa;
    let avx = v4.avx512f;
    let all = |word: u32| -> __m512i { pulp::cast([word; LANES]) };
    let upper = |lanes| avx._mm512_shuffle_epi32::<UPPER_TO_LOWER>(lanes);
    let even: __m512i = pulp::cast(*second);
    let mut counters = [even, upper(even)].map(|second| {
        let [first, _, third, fourth] = counter.map(all);
        [first, second, third, fourth]
    });
    let [mut k0, mut k1] = key;
    for _ in 0..10 {
        for [c0, c1, c2, c3] in &mut counters {
            let p0 = avx._mm512_mul_epu32(*c0, all(0xd251_1f53));
            let p1 = avx._mm512_mul_epu32(*c2, all(0xcd9e_8d57));
            *c0 = avx._mm512_ternarylogic_epi32::<XOR_OF_THREE>(upper(p1), *c1, all(k0));
            *c2 = avx._mm512_ternarylogic_epi32::<XOR_OF_THREE>(upper(p0), *c3, all(k1));
            *c1 = p1;
            *c3 = p0;
        }
        k0 = k0.wrapping_add(0x9e37_79b9);
        k1 = k1.wrapping_add(0xbb67_ae85);
    }
    let [evens, odds] = counters;
    std::array::from_fn(|word| {
        let odd = avx._mm512_shuffle_epi32::<LOWER_TO_UPPER>(odds[word]);
        pulp::cast(avx._mm512_mask_blend_epi32(ODD_LANES, evens[word], odd))
    })
}

/// Uniform in (0, 1) from the upper 23 bits of a word, the middle of its cell: (w >> 9 + 1/2) 2^-23. Exact; never 0 or 1; symmetric about 1/2.
#[inline(always)]
pub fn unit_f32(word: u32) -> f32 {
    ((word >> 9) as i32 as f32 + 0.5) * (1.0 / 8_388_608.0)
}

/// Uniform in (0, 1) from all 32 bits of a word: (w + 1/2) 2^-32. Exact; never 0 or 1; symmetric about 1/2.
#[inline(always)]
pub fn unit_f64(word: u32) -> f64 {
    (f64::from(word) + 0.5) * (1.0 / 4_294_967_296.0)
}

/// A generator for rand's traits that reads the blocks of one address in order. A draw that takes a varying number of words belongs at an
/// address of its own.
#[derive(Clone, Debug)]
pub struct AddressedRng {
    streams: Streams,
    path: u32,
    entity: Entity,
    tag: u32,
    drawn: u64,
    words: [u32; 4],
}

impl TryRng for AddressedRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let word = (self.drawn % 4) as usize;
        if word == 0 {
            self.words =
                self.streams
                    .words(self.path, self.entity, self.tag, (self.drawn / 4) as u32);
        }
        self.drawn += 1;
        Ok(self.words[word])
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        rand_core::utils::next_u64_via_u32(self)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        rand_core::utils::fill_bytes_via_next_word(bytes, || self.try_next_u32())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instructions::instruction_sets;
    use proptest::prelude::*;
    use pulp::WithSimd;
    use rand_core::Rng;
    use std::collections::BTreeSet;

    /// `kat_vectors` of Random123 1.14, lines philox4x32 10.
    #[test]
    fn published_known_answers() {
        let answer = |key: [u32; 2], [a, b, c, d]: [u32; 4]| {
            philox(key, [[a], [b], [c], [d]]).map(|word| word[0])
        };
        assert_eq!(
            answer([0; 2], [0; 4]),
            [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]
        );
        assert_eq!(
            answer([u32::MAX; 2], [u32::MAX; 4]),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        );
        assert_eq!(
            answer(
                [0xa409_3822, 0x299f_31d0],
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344]
            ),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn the_seed_is_the_key_and_the_address_is_the_counter() {
        let streams = Streams::new(0x299f_31d0_a409_3822);
        let entity = Entity(0x85a3_08d3);
        assert_eq!(
            streams.words(0x243f_6a88, entity, 0x1319_8a2e, 0x0370_7344),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
        assert_eq!(
            Entity::company(8, 5772, 2259).word(),
            (8 << 28) + (5772 << 14) + 2259
        );
        assert_eq!(tag(Purpose::Life, 3, 2), 0x0009_0302);
    }

    struct Fill<'a>(Streams, &'a [u32], u32, &'a mut [Vec<u32>; 4]);

    impl WithSimd for Fill<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            let Self(streams, entities, tag, out) = self;
            let out = out.each_mut().map(|word| &mut word[..]);
            streams.fill_words(simd, 12, entities, tag, 5, out);
        }
    }

    #[test]
    fn a_batch_of_any_length_equals_the_scalar_draws() {
        let streams = Streams::new(2026);
        let tag = tag(Purpose::Life, 1, 0);
        for length in 0..40 {
            let entities: Vec<u32> = (0..length)
                .map(|i| Entity::company(1, 7, i * i).word())
                .collect();
            for arch in instruction_sets() {
                let mut out = [0, 1, 2, 3].map(|_| vec![0; entities.len()]);
                arch.dispatch(Fill(streams, &entities, tag, &mut out));
                for (i, &entity) in entities.iter().enumerate() {
                    assert_eq!(
                        out.each_ref().map(|word| word[i]),
                        streams.words(12, Entity(entity), tag, 5),
                        "{arch:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn every_coordinate_of_the_address_changes_the_draw() {
        let purposes = [Purpose::Economy, Purpose::Life];
        let mut seen = BTreeSet::new();
        let mut drawn = 0;
        for seed in [0, 1, 1 << 32] {
            for path in [0, 1, u32::MAX] {
                for (region, sub_fund, company) in [
                    (0, 0, 0),
                    (1, 0, 0),
                    (0, 1, 0),
                    (0, 0, 1),
                    (MAX_REGIONS - 1, MAX_SUB_FUNDS - 1, MAX_COMPANIES - 1),
                ] {
                    for purpose in purposes {
                        for (stage, repeat, block) in
                            [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (255, 255, 1)]
                        {
                            let entity = Entity::company(region, sub_fund, company);
                            seen.insert(Streams::new(seed).words(
                                path,
                                entity,
                                tag(purpose, stage, repeat),
                                block,
                            ));
                            drawn += 1;
                        }
                    }
                }
            }
        }
        assert_eq!(seen.len(), drawn);
    }

    proptest! {
        #[test]
        fn entities_within_the_limits_never_share_a_number(
            a in (0..MAX_REGIONS, 0..MAX_SUB_FUNDS, 0..MAX_COMPANIES),
            b in (0..MAX_REGIONS, 0..MAX_SUB_FUNDS, 0..MAX_COMPANIES),
        ) {
            prop_assert_eq!(a == b, Entity::company(a.0, a.1, a.2) == Entity::company(b.0, b.1, b.2));
        }
    }

    /// Chi-square of 256 equal cells over 2^20 draws for each word of the block along companies, paths and blocks; false alarm 1e-6 in all over
    /// the 12 rows and both tails. 255 degrees of freedom: the quantiles at 1e-6/24 and 1 - 1e-6/24 are 151.8 and 395.05. A cell off by 2%
    /// adds 1.6 to the statistic, one off by 10% adds 41, a generator that skips one cell 4096.
    #[test]
    fn words_are_uniform() {
        type Address = fn(u32) -> (u32, Entity, u32);
        const DRAWS: u32 = 1 << 20;
        let streams = Streams::new(1);
        let tag = tag(Purpose::Life, 0, 0);
        let along: [(&str, Address); 3] = [
            ("companies", |i| {
                let company = Entity::company(0, i / MAX_COMPANIES, i % MAX_COMPANIES);
                (0, company, 0)
            }),
            ("paths", |i| (i, Entity::NATIONAL, 0)),
            ("blocks", |i| (0, Entity::NATIONAL, i)),
        ];
        for (name, address) in along {
            let mut counts = [[0_u32; 256]; 4];
            for i in 0..DRAWS {
                let (path, entity, block) = address(i);
                for (count, word) in counts
                    .iter_mut()
                    .zip(streams.words(path, entity, tag, block))
                {
                    count[(unit_f32(word) * 256.0) as usize] += 1;
                }
            }
            let expected = f64::from(DRAWS / 256);
            for count in counts {
                let chi_square: f64 = count
                    .iter()
                    .map(|&n| (f64::from(n) - expected) * (f64::from(n) - expected) / expected)
                    .sum();
                assert!(
                    (151.0..396.0).contains(&chi_square),
                    "along {name}: {chi_square}"
                );
            }
        }
    }

    #[test]
    fn uniforms_are_open_symmetric_and_monotone() {
        assert_eq!(unit_f32(0), 0.5 / 8_388_608.0);
        assert_eq!(unit_f32(u32::MAX), 1.0 - 0.5 / 8_388_608.0);
        assert_eq!(unit_f32(1 << 31) + unit_f32((1 << 31) - 1), 1.0);
        assert_eq!(unit_f64(0), 0.5 / 4_294_967_296.0);
        assert_eq!(unit_f64(u32::MAX), 1.0 - 0.5 / 4_294_967_296.0);
        assert!((0..1 << 23).all(|k: u32| k == 0 || unit_f32(k << 9) > unit_f32((k - 1) << 9)));
    }

    #[test]
    fn the_sequential_generator_reads_the_blocks_in_order() {
        let streams = Streams::new(7);
        let (entity, tag) = (Entity::region(2), tag(Purpose::SubFundLps, 0, 0));
        let mut rng = streams.rng(3, entity, tag);
        let drawn: Vec<u32> = (0..8).map(|_| rng.next_u32()).collect();
        assert_eq!(
            drawn,
            [
                streams.words(3, entity, tag, 0),
                streams.words(3, entity, tag, 1)
            ]
            .concat()
        );
    }
}
