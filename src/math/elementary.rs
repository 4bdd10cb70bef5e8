//! Elementary functions: f32 kernels for the hot loops, f64 forms for set-up and reports.
//!
//! The f32 kernels are branch-free sequences of IEEE additions, products, divisions, square roots, comparisons and integer operations, without
//! fused multiply-add. So a compiler may turn a loop over them into vectors of any width, and the bits stay those of the scalar code, in every
//! build. They are inlined into the loop that calls them and take its instruction set.
//!
//! Largest errors measured against f64 `libm` (see the tests, which hold them):
//!
//! | kernel | domain | error |
//! |---|---|---|
//! | [`exp`] | [-87, 88] | 8.1e-8 relative |
//! | [`ln`] | positive normal numbers | 7.8e-8 relative |
//! | [`normal_quantile`] | every uniform of 23 bits | 3.1e-7 relative |

#![allow(clippy::inline_always)] // kernels take the instruction set of the loop that they are inlined into

use std::f32::consts::LOG2_E;
use std::f64::consts::FRAC_1_SQRT_2;

/// Adding 1.5 x 2^23 rounds an f32 below 2^22 in size to the nearest integer and leaves that integer in the lowest bits.
const ROUNDER: f32 = 12_582_912.0;

/// ln 2 in two parts: 355/512, so that a small integer times it is exact, and the rest.
const LN_2_HIGH: f32 = 355.0 / 512.0;
const LN_2_LOW: f32 = -2.121_944_4e-4;

/// `c[0] + c[1] x + c[2] x^2 + ...` by Horner's rule, for `K` arguments side by side.
#[inline(always)]
fn polynomials<const K: usize, const N: usize>(x: [f32; K], c: [f32; N]) -> [f32; K] {
    // Not a fold over `c.into_iter()`: that one the compiler does not always unroll, and then the loop around it is no vector loop.
    let mut sums = [c[N - 1]; K];
    for i in (0..N - 1).rev() {
        for k in 0..K {
            sums[k] = sums[k] * x[k] + c[i];
        }
    }
    sums
}

/// [`polynomials`] for one argument.
#[inline(always)]
fn polynomial<const N: usize>(x: f32, c: [f32; N]) -> f32 {
    polynomials([x], c)[0]
}

/// e^x; arguments outside [-87, 88] (and NaN, as -87) are moved to the nearer end, so that the result is always a positive normal number.
///
/// x = n ln 2 + r with |r| <= ln 2 / 2; the polynomial in r is that of Cephes `expf` (Moshier).
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    let x = if x > -87.0 { x } else { -87.0 };
    let x = if x < 88.0 { x } else { 88.0 };
    let shifted = x * LOG2_E + ROUNDER;
    let n = shifted - ROUNDER;
    let r = x - n * LN_2_HIGH - n * LN_2_LOW;
    let tail = polynomial(
        r,
        [
            0.5,
            1.666_666_5e-1,
            4.166_579_6e-2,
            8.333_452e-3,
            1.398_2e-3,
            1.987_569_1e-4,
        ],
    );
    let power_of_two = f32::from_bits((shifted.to_bits() << 23).wrapping_add(1.0_f32.to_bits()));
    (tail * (r * r) + r + 1.0) * power_of_two
}

/// A positive normal x as 2^e (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)): the pair (e, f).
#[inline(always)]
fn split(x: f32) -> (f32, f32) {
    const SQRT_HALF: i32 = 0x3f35_04f3;
    let bits = x.to_bits() as i32;
    let exponent = bits.wrapping_sub(SQRT_HALF) >> 23;
    (
        exponent as f32,
        f32::from_bits(bits.wrapping_sub(exponent << 23) as u32) - 1.0,
    )
}

/// Natural logarithm of a positive normal number; zero and subnormals give about -88, as the smallest normal number does.
///
/// The polynomial in f of x = 2^e (1 + f) is that of Cephes `logf` (Moshier); ln 2 is split so that e times its upper part is exact.
#[inline(always)]
pub fn ln(x: f32) -> f32 {
    let (e, f) = split(x);
    let square = f * f;
    let tail = polynomial(
        f,
        [
            3.333_333e-1,
            -2.499_999_4e-1,
            2.000_071_5e-1,
            -1.666_805_8e-1,
            1.424_932_3e-1,
            -1.242_014_1e-1,
            1.167_699_9e-1,
            -1.151_461e-1,
            7.037_683_6e-2,
        ],
    );
    (f + (tail * f * square + e * LN_2_LOW - 0.5 * square)) + e * LN_2_HIGH
}

/// Standard normal quantile of a uniform u in (0, 1) as [`unit_f32`](crate::random::unit_f32) makes it. Exactly antisymmetric about u = 1/2.
///
/// (2u - 1) P(v) / Q(v) with v = -log2(4 u (1 - u)), the variable of Giles, "Approximating the erfinv function" (GPU Computing Gems 2, 2010).
/// Instead of his two polynomials and a square root, one rational minimax fit of degrees 5 and 5 on v in [0, 22] (relative error 9e-9 before
/// rounding), whose coefficients are all positive, so that no digit cancels.
#[inline(always)]
pub fn normal_quantile(u: f32) -> f32 {
    normal_quantiles([u])[0]
}

/// [`normal_quantile`] of `K` uniforms side by side: while one chain of dependent steps waits for its last result, the others go on.
#[inline(always)]
pub fn normal_quantiles<const K: usize>(u: [f32; K]) -> [f32; K] {
    let parts = u.map(|u| split(4.0 * u * (1.0 - u)));
    let slopes = polynomials(
        parts.map(|(_, f)| f),
        [
            1.442_694_8,
            -0.721_357_17,
            0.480_939_45,
            -0.360_087_2,
            0.286_707_67,
            -0.250_069_65,
            0.236_889,
            -0.145_741_02,
        ],
    );
    let v: [f32; K] = std::array::from_fn(|k| -(parts[k].0 + slopes[k] * parts[k].1));
    let numerators = polynomials(
        v,
        [
            1.253_314_1,
            0.299_483_54,
            0.040_313_486,
            0.003_641_760_2,
            0.000_209_605_07,
            5.627_591e-6,
        ],
    );
    let denominators = polynomials(
        v,
        [
            1.0,
            0.057_487_965,
            0.015_471_593_5,
            0.000_616_324_6,
            4.194_87e-5,
            2.132_490_7e-7,
        ],
    );
    std::array::from_fn(|k| (2.0 * u[k] - 1.0) * numerators[k] / denominators[k])
}

/// Largest integer not above x, for 0 <= x < 2^23; larger values (and NaN) give 2^23. Cheaper in vectors than a saturating `as i32`.
#[inline(always)]
pub fn floor_to_i32(x: f32) -> i32 {
    const INTEGERS: f32 = 8_388_608.0; // from 2^23 on every f32 is an integer
    let x = if x < INTEGERS { x } else { INTEGERS };
    let shifted = x + INTEGERS;
    let nearest = (shifted.to_bits() - INTEGERS.to_bits()) as i32;
    nearest - i32::from(shifted - INTEGERS > x)
}

/// Standard normal distribution function: erfc(-z / sqrt 2) / 2.
pub fn normal_cdf_f64(z: f64) -> f64 {
    0.5 * libm::erfc(-z * FRAC_1_SQRT_2)
}

/// Standard normal quantile of p in [0, 1] to about 1e-16 relative; minus and plus infinity at 0 and 1, NaN outside.
///
/// Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37 (1988), PPND16.
pub fn normal_quantile_f64(p: f64) -> f64 {
    const CENTRE: [[f64; 8]; 2] = [
        [
            3.387_132_872_796_366_5,
            1.331_416_678_917_843_8e2,
            1.971_590_950_306_551_3e3,
            1.373_169_376_550_946e4,
            4.592_195_393_154_987e4,
            6.726_577_092_700_87e4,
            3.343_057_558_358_813e4,
            2.509_080_928_730_122_7e3,
        ],
        [
            1.0,
            4.231_333_070_160_091e1,
            6.871_870_074_920_579e2,
            5.394_196_021_424_751e3,
            2.121_379_430_158_659_7e4,
            3.930_789_580_009_271e4,
            2.872_908_573_572_194_3e4,
            5.226_495_278_852_854e3,
        ],
    ];
    const TAIL: [[f64; 8]; 2] = [
        [
            1.423_437_110_749_683_5,
            4.630_337_846_156_546,
            5.769_497_221_460_691,
            3.647_848_324_763_204_5,
            1.270_458_252_452_368_4,
            2.417_807_251_774_506e-1,
            2.272_384_498_926_918_4e-2,
            7.745_450_142_783_414e-4,
        ],
        [
            1.0,
            2.053_191_626_637_759,
            1.676_384_830_183_803_8,
            6.897_673_349_851e-1,
            1.481_039_764_274_800_8e-1,
            1.519_866_656_361_645_7e-2,
            5.475_938_084_995_345e-4,
            1.050_750_071_644_416_9e-9,
        ],
    ];
    const FAR_TAIL: [[f64; 8]; 2] = [
        [
            6.657_904_643_501_103,
            5.463_784_911_164_114,
            1.784_826_539_917_291_3,
            2.965_605_718_285_048_7e-1,
            2.653_218_952_657_612_4e-2,
            1.242_660_947_388_078_4e-3,
            2.711_555_568_743_487_6e-5,
            2.010_334_399_292_288_1e-7,
        ],
        [
            1.0,
            5.998_322_065_558_88e-1,
            1.369_298_809_227_358e-1,
            1.487_536_129_085_061_5e-2,
            7.868_691_311_456_133e-4,
            1.846_318_317_510_054_8e-5,
            1.421_511_758_316_446e-7,
            2.044_263_103_389_939_8e-15,
        ],
    ];
    let ratio = |[numerator, denominator]: [[f64; 8]; 2], x: f64| {
        let horner = |c: [f64; 8]| c.into_iter().rev().fold(0.0, |sum, c| sum * x + c);
        horner(numerator) / horner(denominator)
    };
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        return q * ratio(CENTRE, 0.180_625 - q * q);
    }
    let tail = p.min(1.0 - p);
    if tail == 0.0 {
        return f64::INFINITY.copysign(q);
    }
    let r = (-libm::log(tail)).sqrt();
    let size = if r <= 5.0 {
        ratio(TAIL, r - 1.6)
    } else {
        ratio(FAR_TAIL, r - 5.0)
    };
    size.copysign(q)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instructions::instruction_sets;
    use crate::random::unit_f32;
    use pulp::{Simd, WithSimd};
    use std::hint::black_box;

    /// What a kernel does to a slice, as one loop for the vectoriser.
    struct Apply<'a, F>(F, &'a [f32], &'a mut [u32]);

    impl<F: Fn(f32) -> u32> WithSimd for Apply<'_, F> {
        type Output = ();
        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) {
            for (out, &x) in self.2.iter_mut().zip(self.1) {
                *out = self.0(x);
            }
        }
    }

    fn fnv1a(words: &[u32]) -> u64 {
        let bytes = words.iter().flat_map(|word| word.to_le_bytes());
        bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    }

    fn grid(low: f64, high: f64) -> Vec<f32> {
        (0..1_u32 << 20)
            .map(|i| (low + (high - low) * f64::from(i) / f64::from(1_u32 << 20)) as f32)
            .collect()
    }

    fn positive_normals() -> Vec<f32> {
        (0x0080_0000..0x7f80_0000)
            .step_by(2011)
            .map(f32::from_bits)
            .collect()
    }

    fn uniforms() -> impl Iterator<Item = f32> {
        (0..1_u32 << 23).map(|k| unit_f32(k << 9))
    }

    /// Bits of a kernel over a grid, the same in scalar code and at every level that this processor can dispatch to.
    fn hash_at_every_level(kernel: impl Fn(f32) -> u32 + Copy, grid: &[f32]) -> u64 {
        let scalar: Vec<u32> = grid
            .iter()
            .map(|&x| black_box(kernel(black_box(x))))
            .collect();
        for level in instruction_sets() {
            let mut out = vec![0; grid.len()];
            level.dispatch(Apply(kernel, grid, &mut out));
            assert_eq!(out, scalar);
        }
        fnv1a(&scalar)
    }

    #[test]
    fn kernels_keep_their_committed_bits_at_every_vector_width() {
        let uniforms: Vec<f32> = uniforms().step_by(7).collect();
        let hashes = [
            hash_at_every_level(|x| exp(x).to_bits(), &grid(-100.0, 100.0)),
            hash_at_every_level(|x| ln(x).to_bits(), &positive_normals()),
            hash_at_every_level(|x| normal_quantile(x).to_bits(), &uniforms),
            hash_at_every_level(|x| floor_to_i32(x) as u32, &grid(0.0, 1000.0)),
        ];
        assert_eq!(
            hashes.map(|hash| format!("{hash:016x}")),
            [
                "40a879d72c176bef",
                "3fae62c749816836",
                "1a84f3d550e020e6",
                "94a82c3bbc9d1881"
            ]
        );
    }

    /// Largest relative error of a kernel against its f64 original.
    fn relative_error(
        kernel: fn(f32) -> f32,
        exact: fn(f64) -> f64,
        points: impl Iterator<Item = f32>,
    ) -> f64 {
        let error = |x: f32| (f64::from(kernel(x)) / exact(f64::from(x)) - 1.0).abs();
        points.map(error).fold(0.0, f64::max)
    }

    #[test]
    fn kernels_are_as_accurate_as_their_documentation_says() {
        let errors = [
            relative_error(exp, libm::exp, grid(-87.0, 88.0).into_iter()),
            relative_error(
                ln,
                libm::log,
                positive_normals()
                    .into_iter()
                    .chain(grid(0.4, 2.5))
                    .filter(|&x| x != 1.0),
            ),
            relative_error(normal_quantile, normal_quantile_f64, uniforms()),
        ];
        assert!(
            errors[0] < 8.1e-8 && errors[1] < 7.8e-8 && errors[2] < 3.1e-7,
            "{errors:?}"
        );
    }

    #[test]
    fn exp_saturates_and_never_gives_nan() {
        let (least, most) = (exp(-87.0), exp(88.0));
        assert!(least >= f32::MIN_POSITIVE && most.is_finite());
        for x in [-88.0, -1e30, f32::NEG_INFINITY, f32::NAN] {
            assert_eq!(exp(x), least);
        }
        for x in [89.0, 1e30, f32::INFINITY] {
            assert_eq!(exp(x), most);
        }
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(ln(1.0), 0.0);
    }

    #[test]
    fn the_normal_quantile_is_antisymmetric_and_rises() {
        let mut last = f32::NEG_INFINITY;
        let mut largest_step_back = 0.0_f32;
        for u in uniforms() {
            let z = normal_quantile(u);
            assert_eq!(z, -normal_quantile(1.0 - u));
            largest_step_back = largest_step_back.max(last - z);
            last = last.max(z);
        }
        assert!(largest_step_back < 1e-6, "{largest_step_back}"); // rounding may swap neighbours in the last place
    }

    #[test]
    fn floor_is_exact_below_two_to_the_23() {
        for i in [
            0,
            1,
            2,
            3,
            1000,
            1001,
            (1 << 22) - 1,
            1 << 22,
            (1 << 23) - 1,
        ] {
            let x = i as f32;
            assert_eq!([floor_to_i32(x), floor_to_i32(x.next_up())], [i; 2]);
            assert_eq!(floor_to_i32(x + 0.5), i, "{i}");
            assert_eq!(floor_to_i32(x.next_down().max(0.0)), (i - 1).max(0));
        }
        assert_eq!(
            [1e9, f32::INFINITY, f32::NAN].map(floor_to_i32),
            [1 << 23; 3]
        );
    }

    /// Quantiles printed in Wichura's paper, and the round trip through erfc.
    #[test]
    fn the_f64_quantile_inverts_the_distribution_function() {
        assert!((normal_quantile_f64(0.25) + 0.674_489_750_196_081_7).abs() < 1e-15);
        assert!((normal_quantile_f64(0.001) + 3.090_232_306_167_813_5).abs() < 1e-15);
        assert!((normal_quantile_f64(1e-20) + 9.262_340_089_798_408).abs() < 1e-14);
        for i in 1..2000 {
            let z = f64::from(i) / 100.0 - 10.0;
            let p = normal_cdf_f64(-z.abs());
            assert!((normal_quantile_f64(p) + z.abs()).abs() < 1e-12, "{z}");
        }
        assert_eq!(
            [0.0, 0.5, 1.0].map(normal_quantile_f64),
            [f64::NEG_INFINITY, 0.0, f64::INFINITY]
        );
        assert!(normal_quantile_f64(-0.1).is_nan() && normal_quantile_f64(1.1).is_nan());
    }
}
