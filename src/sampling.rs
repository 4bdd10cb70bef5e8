//! How luck is spread over paths: independently, in mirrored pairs, or evenly by quasi-random points.
//!
//! Only shocks that all companies share are spread, those of the economy and of the closes of regional funds; every other draw
//! keeps its own address and is the same in every mode. Paths that are spread together depend on each other, so they are
//! grouped into [`REPLICATES`] that do not: path p belongs to replicate p mod R (in mirrored pairs, pair p div 2 does) and is
//! its point p div R. The first n paths of a run are therefore the same however many follow.

pub mod sobol;

use crate::random::SCHEME;

/// Independent repetitions of a spread of paths.
pub const REPLICATES: usize = 16;

/// How the shocks that all companies share are spread over paths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, clap::ValueEnum)]
pub enum Sampling {
    /// Each path on its own.
    #[default]
    Plain,
    /// Pairs of paths with opposite shocks.
    Antithetic,
    /// 16 independently scrambled sets of quasi-random points.
    Sobol,
}

/// Where the shared shocks of a path are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// The path whose address they have.
    pub path: u32,
    /// Bits of their words that are turned: all of them on the second path of a pair, which makes a uniform u of them 1 - u.
    pub turned: u32,
}

impl Sampling {
    /// The name of the mode in options and results.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Antithetic => "antithetic",
            Self::Sobol => "sobol",
        }
    }

    /// The rule that makes random numbers from seed and path, printed with every result. Any change of a mode changes its name.
    pub const fn scheme(self) -> &'static str {
        match self {
            Self::Plain => SCHEME,
            Self::Antithetic => "philox4x32-10/seed-path-entity-purpose/1+antithetic/1",
            Self::Sobol => "philox4x32-10/seed-path-entity-purpose/1+owen-sobol-16/1",
        }
    }

    /// The replicate of a path; `None` where every path is one of its own.
    pub const fn replicate(self, path: u64) -> Option<usize> {
        let of = match self {
            Self::Plain => return None,
            Self::Antithetic => path / 2,
            Self::Sobol => path,
        };
        Some((of % REPLICATES as u64) as usize)
    }

    /// Whether paths depend on each other, so that errors are judged by replicates.
    pub const fn has_replicates(self) -> bool {
        self.replicate(0).is_some()
    }

    /// Numbers of paths in which all replicates are alike are multiples of this.
    pub const fn multiple(self) -> u64 {
        match self {
            Self::Plain => 1,
            Self::Antithetic => 2 * REPLICATES as u64,
            Self::Sobol => REPLICATES as u64,
        }
    }

    /// The least number of paths from `paths` on in which all replicates are alike.
    pub const fn round_up(self, paths: u64) -> u64 {
        paths.next_multiple_of(self.multiple())
    }

    /// Where the shared shocks of `path` are drawn.
    pub const fn source(self, path: u32) -> Source {
        match self {
            Self::Antithetic if path % 2 == 1 => Source {
                path: path - 1,
                turned: u32::MAX,
            },
            _ => Source { path, turned: 0 },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    const ALL: [Sampling; 3] = [Sampling::Plain, Sampling::Antithetic, Sampling::Sobol];

    #[test]
    fn replicates_are_alike_at_every_multiple_and_pairs_stay_together() {
        for sampling in ALL {
            for paths in [1, 15, 16, 33, 2000] {
                let paths = sampling.round_up(paths);
                let mut sizes = BTreeMap::new();
                for path in 0..paths {
                    *sizes.entry(sampling.replicate(path)).or_insert(0) += 1;
                }
                assert!(
                    sizes
                        .values()
                        .all(|&size| size == sizes[&sampling.replicate(0)])
                );
            }
        }
        assert_eq!(Sampling::Sobol.round_up(2000), 2000);
        assert_eq!(Sampling::Antithetic.round_up(2000), 2016);
        let pair = [6, 7].map(|path| Sampling::Antithetic.replicate(path));
        assert_eq!(pair, [Some(3), Some(3)]);
    }

    #[test]
    fn each_mode_has_a_scheme_of_its_own_on_the_same_addresses() {
        let mut schemes = ALL.map(Sampling::scheme).to_vec();
        assert!(schemes.iter().all(|scheme| scheme.starts_with(SCHEME)));
        schemes.dedup();
        assert_eq!(schemes.len(), 3);
    }

    #[test]
    fn the_second_of_a_pair_mirrors_the_first() {
        let [first, second] = [8, 9].map(|path| Sampling::Antithetic.source(path));
        assert_eq!((first.path, first.turned), (8, 0));
        assert_eq!((second.path, second.turned), (8, u32::MAX));
        let word = 0x1234_5678;
        let sum = crate::random::unit_f32(word) + crate::random::unit_f32(word ^ second.turned);
        assert_eq!(sum, 1.0);
    }
}
