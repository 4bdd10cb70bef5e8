//! Same scenario, seed and paths: same bytes, for any threads and any split of the paths.

mod support;

use pulp::Arch;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use support::command::tierfund;
use support::{replay_with, scenario};
use tierfund::instructions::instruction_sets;
use tierfund::metrics::record;
use tierfund::outcomes::Outcomes;
use tierfund::outcomes::sketch::WIDTH;
use tierfund::scenario::Scenario;
use tierfund::simulation::{Running, simulate, simulate_with, tally};
use tierfund::summary::Summary;

/// Every optional table at once.
const ALL_FEATURES: &str = "../tests/scenarios/all-features";

fn outcomes(scenario: &Scenario, threads: usize, paths: std::ops::Range<u64>) -> Outcomes {
    let running = Running {
        threads: Some(threads),
        ..Running::default()
    };
    simulate_with(scenario, 3, paths, running).expect("a valid run")
}

/// Bits of all results: rows, and sums over paths.
fn hash(outcomes: &Outcomes) -> String {
    let mut bytes = Sha256::new();
    for value in &outcomes.rows {
        bytes.update(value.to_bits().to_le_bytes());
    }
    bytes.update(format!("{:?}", outcomes.totals));
    bytes
        .finalize()
        .iter()
        .fold(String::new(), |mut hash, byte| {
            let _ = write!(hash, "{byte:02x}");
            hash
        })
}

#[test]
fn threads_do_not_change_a_bit() {
    for name in ["national-2025", "reference-r1", ALL_FEATURES] {
        let scenario = scenario(name, &[]);
        let alone = hash(&outcomes(&scenario, 1, 0..60));
        assert_eq!(alone, hash(&outcomes(&scenario, 7, 0..60)), "{name}");
        assert_eq!(alone, hash(&outcomes(&scenario, 2, 0..60)), "{name}");
    }
}

/// Whole paths, not only the kernels' own tests: a list that one instruction set sorts or packs differently shows here.
#[test]
fn instruction_sets_do_not_change_a_bit() {
    let on_cost = "terms.sub_fund.later_fee.basis=invested_cost";
    for (name, sets) in [
        ("national-2025", &[][..]),
        ("national-2025", &[on_cost]),
        ("reference-r1", &[]),
        (ALL_FEATURES, &[]),
    ] {
        let scenario = scenario(name, sets);
        let structure = support::structure(&scenario);
        let of = |arch| {
            let mut row: Vec<f64> = Vec::new();
            replay_with(arch, &scenario, 3, 12, |workspace| {
                record(
                    &scenario,
                    &structure,
                    &workspace.economy,
                    &workspace.programme,
                    &mut row,
                );
            });
            row.into_iter().map(f64::to_bits).collect::<Vec<u64>>()
        };
        let plain = of(Arch::Scalar);
        assert!(!plain.is_empty());
        for arch in instruction_sets() {
            assert_eq!(of(arch), plain, "{name} with {arch:?}");
        }
    }
}

#[test]
fn two_halves_joined_are_the_whole() {
    for name in ["national-2025", "reference-r1", ALL_FEATURES] {
        let scenario = scenario(name, &[]);
        let whole = outcomes(&scenario, 2, 0..50);
        for cut in [1, 16, 27] {
            let first = outcomes(&scenario, 2, 0..cut);
            let joined = first
                .join(&outcomes(&scenario, 2, cut..50))
                .expect("neighbours");
            assert_eq!(hash(&joined), hash(&whole), "{name} cut at {cut}");
        }
    }
}

/// Paths that are only counted: the same sums, probabilities and moments (to the rounding of running sums), quantiles to the width of a
/// bucket, and the same bits on any number of threads. More paths than are counted at a time.
#[test]
fn counted_paths_tell_what_kept_ones_do() {
    let scenario = scenario("../tests/scenarios/small-r1", &[]);
    let counted = |threads| {
        let running = Running {
            threads: Some(threads),
            ..Running::default()
        };
        tally(&scenario, 3, 5000, running).expect("a valid run")
    };
    let found = counted(1);
    assert_eq!(found, counted(3));
    let kept = simulate(&scenario, 3, 0..5000).expect("a valid run");
    assert_eq!(found.totals, kept.totals);
    let exact = Summary::new(&kept, &scenario, 3);
    let sketched = Summary::of_tally(&found, &scenario, 3);
    assert_eq!(sketched.probabilities, exact.probabilities);
    assert_eq!(sketched.rules, exact.rules);
    assert_eq!(sketched.curves, exact.curves);
    assert_eq!(sketched.interval_method.sketch_width, Some(WIDTH));
    assert_eq!(sketched.metrics.len(), exact.metrics.len());
    let near = |name: &str, found: Option<f64>, wanted: Option<f64>, part: f64| {
        let (Some(found), Some(wanted)) = (found, wanted) else {
            assert_eq!(found, wanted, "{name}");
            return;
        };
        let error = (found - wanted).abs();
        assert!(
            error <= part * wanted.abs().max(found.abs()),
            "{name}: {found}, {wanted}"
        );
    };
    let mut rounded = 0;
    for (name, wanted) in exact.metrics.iter() {
        let found = sketched.metrics.get(name).expect("the same metrics");
        assert_eq!(
            (found.n, found.missing),
            (wanted.n, wanted.missing),
            "{name}"
        );
        near(name, found.mean, wanted.mean, 1e-9);
        near(name, found.sd, wanted.sd, 1e-6);
        for ((a, _), (b, _)) in found.quantiles().into_iter().zip(wanted.quantiles()) {
            near(name, a, b, WIDTH);
            rounded += u32::from(a != b);
        }
    }
    assert!(
        rounded > 20,
        "quantiles that are all exact were not sketched"
    );
}

#[test]
fn ranges_that_are_not_neighbours_do_not_join() {
    let scenario = scenario("reference-r1", &[]);
    let first = outcomes(&scenario, 1, 0..2);
    assert!(first.clone().join(&outcomes(&scenario, 1, 3..4)).is_err());
    assert!(
        first
            .join(&outcomes(&support::scenario("national-2025", &[]), 1, 2..3))
            .is_err()
    );
}

/// The twin: another seed, and another loading, give other bits.
#[test]
fn other_luck_and_other_numbers_give_other_bits() {
    let base = scenario("reference-r1", &[]);
    let moved = scenario("reference-r1", &["event.listing.cycle_loading=0.51"]);
    let of =
        |scenario: &Scenario, seed| hash(&simulate(scenario, seed, 0..4).expect("a valid run"));
    assert_ne!(of(&base, 1), of(&base, 2));
    assert_ne!(of(&base, 1), of(&moved, 1));
}

#[test]
fn empty_and_too_large_ranges_are_refused() {
    let scenario = scenario("reference-r1", &[]);
    assert!(simulate(&scenario, 1, 5..5).is_err());
    assert!(simulate(&scenario, 1, 0..(1 << 32) + 1).is_err());
}

/// What the built binary prints with these extra variables.
fn printed(scenario: &str, threads: &str, variables: &[(&str, &str)]) -> Vec<u8> {
    let file = format!("{}/scenarios/{scenario}.toml", env!("CARGO_MANIFEST_DIR"));
    let arguments = [
        "run",
        &file,
        "--paths",
        "40",
        "--seed",
        "3",
        "--format",
        "json",
        "--quiet",
        "--threads",
        threads,
    ];
    let output = tierfund()
        .args(arguments)
        .envs(variables.iter().copied())
        .output()
        .expect("the binary runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

/// The binary that `cargo run` builds and this test, which is built with more dependencies, agree to the byte.
#[test]
fn the_binary_prints_what_the_library_gives() {
    for name in ["national-2025", "reference-r1", ALL_FEATURES] {
        let scenario = scenario(name, &[]);
        let outcomes = simulate(&scenario, 3, 0..40).expect("a valid run");
        let summary = tierfund::summary::Summary::new(&outcomes, &scenario, 3);
        let mut json = Vec::new();
        tierfund::report::json::write(&summary, &mut json).expect("memory takes all");
        let printed = printed(name, "2", &[]);
        assert_eq!(
            String::from_utf8_lossy(&json).trim_end(),
            String::from_utf8_lossy(&printed).trim_end(),
            "{name}"
        );
    }
}

/// glibc without FMA stands for a processor without it: the system's mathematics then has other bits.
#[test]
fn the_system_mathematics_does_not_matter() {
    let slow = [("GLIBC_TUNABLES", "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4")];
    for name in ["national-2025", "reference-r1", ALL_FEATURES] {
        assert_eq!(printed(name, "1", &[]), printed(name, "3", &slow), "{name}");
    }
}
