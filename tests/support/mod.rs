//! What several test files share: reading scenarios, replaying paths, tolerances from a false-alarm rate.
//!
//! A statistical test may fail a correct simulator with probability [`FALSE_ALARM`] when its seed is
//! chosen; with the seed fixed it is deterministic.

#![allow(dead_code)] // each test file uses a part

pub mod command;

use pulp::Arch;
use statrs::distribution::{ContinuousCDF, Normal};
use std::path::Path;
use tierfund::path::{PathContext, Programme, Workspace, simulate_path};
use tierfund::random::Streams;
use tierfund::scenario::Scenario;
use tierfund::structure::Structure;

/// Probability that one statistical comparison fails a correct simulator.
pub const FALSE_ALARM: f64 = 1e-6;

/// A shipped scenario with overrides.
pub fn scenario(name: &str, sets: &[&str]) -> Scenario {
    let sets: Vec<String> = sets.iter().map(|&set| set.to_owned()).collect();
    let path = format!("{}/scenarios/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    Scenario::read(Path::new(&path), &sets).unwrap_or_else(|problems| panic!("{problems}"))
}

/// The derived numbers of a scenario.
pub fn structure(scenario: &Scenario) -> Structure {
    Structure::new(scenario).unwrap_or_else(|problems| panic!("{problems}"))
}

/// Replays paths one at a time and shows each to `look`.
pub fn replay(scenario: &Scenario, seed: u64, paths: u32, look: impl FnMut(&Workspace)) {
    replay_with(Arch::new(), scenario, seed, paths, look);
}

/// The same with the instructions of `arch`.
pub fn replay_with(
    arch: Arch,
    scenario: &Scenario,
    seed: u64,
    paths: u32,
    mut look: impl FnMut(&Workspace),
) {
    let structure = structure(scenario);
    let mut workspace = Workspace::default();
    for path in 0..paths {
        let context = PathContext {
            scenario,
            structure: &structure,
            streams: Streams::new(seed),
            path,
            arch,
        };
        simulate_path(context, &mut workspace);
        look(&workspace);
    }
}

/// What happened on path 0.
pub fn programme(scenario: &Scenario) -> Programme {
    let mut found = None;
    replay(scenario, 1, 1, |workspace| {
        found = Some(workspace.programme.clone());
    });
    found.expect("one path")
}

/// Two-sided quantile of the normal law at [`FALSE_ALARM`]: 4.89.
pub fn z() -> f64 {
    Normal::standard().inverse_cdf(1.0 - FALSE_ALARM / 2.0)
}

/// Mean and standard error of draws.
pub fn mean_and_error(draws: &[f64]) -> (f64, f64) {
    let n = draws.len() as f64;
    let mean = draws.iter().sum::<f64>() / n;
    let variance = draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

/// Whether the mean of independent draws agrees with `expected` at [`FALSE_ALARM`].
pub fn mean_agrees(draws: &[f64], expected: f64) -> bool {
    let (mean, error) = mean_and_error(draws);
    println!("mean {mean} +- {error}, expected {expected}");
    (mean - expected).abs() <= z() * error.max(1e-12 * expected.abs())
}

/// Whether `count` of `n` independent trials agrees with probability `p` at [`FALSE_ALARM`] (normal
/// approximation; use it where n p (1 - p) is in the hundreds).
pub fn share_agrees(count: f64, n: f64, p: f64) -> bool {
    println!("share {} of {n}, expected {p}", count / n);
    (count / n - p).abs() <= z() * (p * (1.0 - p) / n).sqrt() + 1e-12
}
