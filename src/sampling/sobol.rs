//! Sobol's points with Owen's scrambling.
//!
//! Direction numbers are those of Joe and Kuo, "Constructing Sobol sequences with better two-dimensional projections", SIAM Journal
//! on Scientific Computing 30 (2008). Each dimension is scrambled by a nested uniform permutation of its binary digits (Owen,
//! "Randomly permuted (t,m,s)-nets and (t,s)-sequences", 1995): a digit is turned or not depending on the digits above it, which
//! keeps every net a net. What turns it is the hash of Laine and Karras ("Stratified sampling for stochastic transparency",
//! 2011) with the constants of Vegdahl, applied twice on words of the point set's own address.

use crate::random::{Entity, Purpose, Streams, tag};

/// Dimensions of a point at most.
pub const DIMENSIONS: usize = 32;

/// Digits of a coordinate.
const DIGITS: usize = 32;

/// Degree and inner coefficients of the primitive polynomial and the first direction integers, of dimensions from the second on.
const POLYNOMIALS: [(usize, u32, &[u32]); DIMENSIONS - 1] = [
    (1, 0, &[1]),
    (2, 1, &[1, 3]),
    (3, 1, &[1, 3, 1]),
    (3, 2, &[1, 1, 1]),
    (4, 1, &[1, 1, 3, 3]),
    (4, 4, &[1, 3, 5, 13]),
    (5, 2, &[1, 1, 5, 5, 17]),
    (5, 4, &[1, 1, 5, 5, 5]),
    (5, 7, &[1, 1, 7, 11, 19]),
    (5, 11, &[1, 1, 5, 1, 1]),
    (5, 13, &[1, 1, 1, 3, 11]),
    (5, 14, &[1, 3, 5, 5, 31]),
    (6, 1, &[1, 3, 3, 9, 7, 49]),
    (6, 13, &[1, 1, 1, 15, 21, 21]),
    (6, 16, &[1, 3, 1, 13, 27, 49]),
    (6, 19, &[1, 1, 1, 15, 7, 5]),
    (6, 22, &[1, 3, 1, 15, 13, 25]),
    (6, 25, &[1, 1, 5, 5, 19, 61]),
    (7, 1, &[1, 3, 7, 11, 23, 15, 103]),
    (7, 4, &[1, 3, 7, 13, 13, 15, 69]),
    (7, 7, &[1, 1, 3, 13, 7, 35, 63]),
    (7, 8, &[1, 3, 5, 9, 1, 25, 53]),
    (7, 14, &[1, 3, 1, 13, 9, 35, 107]),
    (7, 19, &[1, 3, 1, 5, 27, 61, 31]),
    (7, 21, &[1, 1, 5, 11, 19, 41, 61]),
    (7, 28, &[1, 3, 5, 3, 3, 13, 69]),
    (7, 31, &[1, 1, 7, 13, 1, 19, 1]),
    (7, 32, &[1, 3, 7, 5, 13, 19, 59]),
    (7, 37, &[1, 1, 3, 9, 25, 29, 41]),
    (7, 41, &[1, 3, 5, 13, 23, 1, 55]),
    (7, 42, &[1, 3, 7, 3, 13, 59, 17]),
];

/// What each digit of a point's number turns in each coordinate.
static DIRECTIONS: [[u32; DIGITS]; DIMENSIONS] = directions();

const fn directions() -> [[u32; DIGITS]; DIMENSIONS] {
    let mut all = [[0; DIGITS]; DIMENSIONS];
    let mut digit = 0;
    while digit < DIGITS {
        all[0][digit] = 1 << (DIGITS - 1 - digit);
        digit += 1;
    }
    let mut dimension = 1;
    while dimension < DIMENSIONS {
        all[dimension] = recurrence(POLYNOMIALS[dimension - 1]);
        dimension += 1;
    }
    all
}

/// Direction numbers of one dimension: `v[k] = v[k-s] ^ v[k-s] >> s ^ a[1] v[k-1] ^ ... ^ a[s-1] v[k-s+1]`.
const fn recurrence((degree, inner, first): (usize, u32, &[u32])) -> [u32; DIGITS] {
    let mut v = [0; DIGITS];
    let mut k = 0;
    while k < DIGITS {
        if k < degree {
            v[k] = first[k] << (DIGITS - 1 - k);
        } else {
            v[k] = v[k - degree] ^ (v[k - degree] >> degree);
            let mut back = 1;
            while back < degree {
                if (inner >> (degree - 1 - back)) & 1 == 1 {
                    v[k] ^= v[k - back];
                }
                back += 1;
            }
        }
        k += 1;
    }
    v
}

/// Coordinate of point `index` in `dimension`, below [`DIMENSIONS`], as a binary fraction.
pub fn coordinate(dimension: usize, index: u32) -> u32 {
    let turned = |digit: usize| (index >> digit) & 1 == 1;
    let numbers = DIRECTIONS[dimension].iter().enumerate();
    numbers
        .filter(|(digit, _)| turned(*digit))
        .fold(0, |point, (_, number)| point ^ number)
}

/// The same scrambled: coordinate of point `index` of replicate `replicate` on these streams.
pub fn scrambled(streams: Streams, replicate: u32, dimension: usize, index: u32) -> u32 {
    let entity = Entity::series(dimension as u32, 0);
    let [first, second, ..] = streams.words(replicate, entity, tag(Purpose::Scramble, 0, 0), 0);
    permute(coordinate(dimension, index), [first, second])
}

/// A nested permutation of the binary digits of `x`, drawn by `keys`.
fn permute(x: u32, keys: [u32; 2]) -> u32 {
    let rounds = keys
        .iter()
        .fold(x.reverse_bits(), |x, &key| laine_karras(x, key));
    rounds.reverse_bits()
}

/// Adds, multiplies by odd and turns by multiples of even numbers: no digit reaches one below it.
const fn laine_karras(mut x: u32, key: u32) -> u32 {
    x ^= x.wrapping_mul(0x3d20_adea);
    x = x.wrapping_add(key);
    x = x.wrapping_mul((key >> 16) | 1);
    x ^= x.wrapping_mul(0x0552_6c56);
    x ^ x.wrapping_mul(0x53a2_2864)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first points of the sequence, in units of 1/16: dimensions 1 to 5.
    #[test]
    fn the_first_points_are_the_published_ones() {
        let of = |dimension| (0..8).map(move |i| coordinate(dimension, i) >> 28);
        let expected = [
            [0, 8, 4, 12, 2, 10, 6, 14],
            [0, 8, 12, 4, 10, 2, 6, 14],
            [0, 8, 12, 4, 6, 14, 10, 2],
        ];
        for (dimension, points) in expected.iter().enumerate() {
            assert!(of(dimension).eq(points.iter().copied()), "{dimension}");
        }
    }

    /// All numbers with `digits` digits, split over the dimensions in every way.
    fn splits(dimensions: usize, digits: u32) -> Vec<Vec<u32>> {
        if dimensions == 1 {
            return vec![vec![digits]];
        }
        let mut all = Vec::new();
        for first in 0..=digits {
            for mut rest in splits(dimensions - 1, digits - first) {
                rest.insert(0, first);
                all.push(rest);
            }
        }
        all
    }

    /// Whether 2^m points are a (t, m, s)-net: every box of 2^(t - m) with sides 2^-k has 2^t of them.
    fn is_net(points: &[Vec<u32>], t: u32) -> bool {
        let m = points.len().trailing_zeros();
        splits(points[0].len(), m - t).iter().all(|split| {
            let mut counts = vec![0_u32; 1 << (m - t)];
            for point in points {
                let cell = point.iter().zip(split).fold(0, |cell, (x, &digits)| {
                    (cell << digits) | u64::from(*x).wrapping_shr(32 - digits) as usize
                });
                counts[cell] += 1;
            }
            counts.iter().all(|&count| count == 1 << t)
        })
    }

    /// t is the sum of the polynomials' degrees less one each: 0 for two dimensions, 1 for three, 3 for four, 5 for five.
    /// The next 2^m points are a net, too, whatever the scramble. The twin: scrambled digits that look at lower ones.
    #[test]
    fn scrambled_points_are_nets() {
        let streams = Streams::new(5);
        for (s, t) in [(1, 0), (2, 0), (3, 1), (4, 3), (5, 5)] {
            for replicate in 0..8 {
                for block in [0_u32, 3] {
                    let indices = block << 8..(block + 1) << 8;
                    let point = |i| {
                        (0..s)
                            .map(|d| scrambled(streams, replicate, d, i))
                            .collect()
                    };
                    let points: Vec<Vec<u32>> = indices.map(point).collect();
                    assert!(is_net(&points, t), "{s} dimensions, replicate {replicate}");
                    let broken = |x: &Vec<u32>| x.iter().map(|&x| laine_karras(x, 77)).collect();
                    let broken: Vec<Vec<u32>> = points.iter().map(broken).collect();
                    assert!(!is_net(&broken, t));
                }
            }
        }
    }

    /// Every pair of dimensions of the first 256 points is a net of the t that their polynomials allow.
    #[test]
    fn every_dimension_has_its_own_polynomial() {
        let degree = |d: usize| d.checked_sub(1).map_or(1, |d| POLYNOMIALS[d].0 as u32);
        for a in 0..DIMENSIONS {
            let alone: Vec<Vec<u32>> = (0..1 << 10).map(|i| vec![coordinate(a, i)]).collect();
            assert!(is_net(&alone, 0), "dimension {a}");
            for b in 0..a {
                let t = degree(a) - 1 + degree(b) - 1;
                let pair = |i| vec![coordinate(a, i), coordinate(b, i)];
                let points: Vec<Vec<u32>> = (0..1 << 13).map(pair).collect();
                assert!(is_net(&points, t.min(13)), "dimensions {a} and {b}");
            }
        }
    }

    /// Over replicates a point is uniform: chi-square over 64 cells and 2^14 replicates; 63 degrees of freedom, false alarm 1e-6 per row
    /// and both tails in all over 16 rows: quantiles at 3e-8 and 1 - 3e-8 are about 19.6 and 139.
    #[test]
    fn each_scrambled_point_is_uniform_over_replicates() {
        let streams = Streams::new(9);
        for dimension in [0, 1, 9, 31] {
            for index in [0, 1, 5, 127] {
                let mut counts = [0_u32; 64];
                for replicate in 0..1 << 14 {
                    let x = scrambled(streams, replicate, dimension, index);
                    counts[(x >> 26) as usize] += 1;
                }
                let expected = 256.0;
                let of =
                    |&n: &u32| (f64::from(n) - expected) * (f64::from(n) - expected) / expected;
                let chi_square: f64 = counts.iter().map(of).sum();
                assert!(
                    (19.0..139.0).contains(&chi_square),
                    "{dimension} {index}: {chi_square}"
                );
            }
        }
    }
}
