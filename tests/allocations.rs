//! Once its lists have grown, a path is simulated without an allocation; its metrics take a dozen short lists of quarters,
//! funds and regions, whatever the number of companies, and two more for each IRR whose roots have to be counted. One thread, and a binary of its own, because the counter stands in for
//! the allocator of the whole process.

mod support;

use allocation_counter::measure;
use pulp::Arch;
use support::scenario;
use tierfund::metrics::record;
use tierfund::path::{PathContext, Workspace, simulate_path};
use tierfund::random::Streams;
use tierfund::structure::Structure;

/// Paths that are simulated again and again. One that is larger than any before makes lists grow, so that paths never seen may
/// allocate now and then.
const PATHS: u32 = 16;

/// Rounds over all paths until lists have grown: lists change places, so that one round does not find the largest of each.
const WARMING: u32 = 4;

/// Most lists that the metrics of a path take.
const LISTS: u64 = 64;

/// Allocations of a round over all paths: of their simulation, and most of the metrics of one path.
fn allocations(name: &str, sets: &[&str]) -> (u64, u64) {
    let scenario = scenario(name, sets);
    let structure = Structure::new(&scenario).expect("a scenario with a solution");
    let mut workspace = Workspace::default();
    let mut row: Vec<f64> = Vec::new();
    let mut round = || {
        let (mut of_paths, mut of_metrics) = (0, 0);
        for path in 0..PATHS {
            let context = PathContext {
                scenario: &scenario,
                structure: &structure,
                streams: Streams::new(1),
                path,
                arch: Arch::new(),
            };
            of_paths += measure(|| simulate_path(context, &mut workspace)).count_total;
            row.clear();
            let (economy, programme) = (&workspace.economy, &workspace.programme);
            let metrics = || record(&scenario, &structure, economy, programme, &mut row);
            of_metrics = measure(metrics).count_total.max(of_metrics);
        }
        (of_paths, of_metrics)
    };
    let (first, _) = round();
    assert!(first > 0, "{name}: the counter counts nothing");
    for _ in 1..WARMING {
        round();
    }
    round()
}

/// Asserts that warm paths allocate nothing and metrics little.
fn allocates_nothing(name: &str, sets: &[&str]) {
    let (of_paths, of_metrics) = allocations(name, sets);
    assert_eq!(of_paths, 0, "{name}: simulation");
    assert!(
        of_metrics <= LISTS,
        "{name}: {of_metrics} lists for metrics"
    );
}

#[test]
fn warm_paths_of_the_reference_workload_allocate_nothing() {
    allocates_nothing("reference-r1", &[]);
    allocates_nothing("../tests/scenarios/small-r1", &[]);
}

#[test]
fn warm_paths_of_the_national_fund_allocate_nothing() {
    allocates_nothing("national-2025", &[]);
}

#[test]
fn warm_paths_with_every_feature_allocate_nothing() {
    allocates_nothing("../tests/scenarios/all-features", &[]);
    allocates_nothing(
        "national-2025",
        &["report.nav=true", "report.by_company=true"],
    );
}
