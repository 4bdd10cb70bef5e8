//! Same scenario, seed and paths: same bytes, for any threads and any split of the paths.

mod support;

use sha2::{Digest, Sha256};
use support::scenario;
use tierfund::outcomes::Outcomes;
use tierfund::scenario::Scenario;
use tierfund::simulation::{Running, simulate, simulate_with};

fn outcomes(scenario: &Scenario, threads: usize, paths: std::ops::Range<u64>) -> Outcomes {
    let running = Running {
        threads: Some(threads),
        progress: None,
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
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[test]
fn threads_do_not_change_a_bit() {
    for name in ["national-2025", "reference-r1"] {
        let scenario = scenario(name, &[]);
        let alone = hash(&outcomes(&scenario, 1, 0..60));
        assert_eq!(alone, hash(&outcomes(&scenario, 7, 0..60)), "{name}");
        assert_eq!(alone, hash(&outcomes(&scenario, 2, 0..60)), "{name}");
    }
}

#[test]
fn two_halves_joined_are_the_whole() {
    for name in ["national-2025", "reference-r1"] {
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
