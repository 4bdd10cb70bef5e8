//! Once a workspace is warm, a path allocates nothing: neither its simulation nor its metrics. One thread, and a binary
//! of its own, because the counter stands in for the allocator of the whole process.

mod support;

use allocation_counter::measure;
use pulp::Arch;
use std::ops::Range;
use support::scenario;
use tierfund::metrics::record;
use tierfund::path::{PathContext, Workspace, simulate_path};
use tierfund::random::Streams;
use tierfund::scenario::Scenario;
use tierfund::structure::Structure;

/// Simulates paths one after the other, each with its row of metrics.
fn run(scenario: &Scenario, structure: &Structure, paths: Range<u32>, warm: &mut Warm) {
    for path in paths {
        let context = PathContext {
            scenario,
            structure,
            streams: Streams::new(1),
            path,
            arch: Arch::new(),
        };
        simulate_path(context, &mut warm.workspace);
        warm.row.clear();
        let Workspace {
            economy, programme, ..
        } = &warm.workspace;
        record(scenario, structure, economy, programme, &mut warm.row);
    }
}

#[derive(Default)]
struct Warm {
    workspace: Workspace,
    row: Vec<f64>,
}

/// Allocations of paths that were simulated before with the same lists; none is to be left. A path that is larger than
/// any before makes lists grow, so that paths never seen may allocate now and then.
fn allocations(name: &str) -> u64 {
    const PATHS: Range<u32> = 0..24;
    let scenario = scenario(name, &[]);
    let structure = Structure::new(&scenario).expect("a scenario with a solution");
    let mut warm = Warm::default();
    let first = measure(|| run(&scenario, &structure, PATHS, &mut warm)).count_total;
    assert!(first > 0, "{name}: the counter counts nothing");
    measure(|| run(&scenario, &structure, PATHS, &mut warm)).count_total
}

#[test]
fn warm_paths_of_the_reference_workload_allocate_nothing() {
    assert_eq!(allocations("reference-r1"), 0);
}

#[test]
fn warm_paths_of_the_national_fund_allocate_nothing() {
    assert_eq!(allocations("national-2025"), 0);
}

#[test]
fn warm_paths_with_every_feature_allocate_nothing() {
    assert_eq!(allocations("../tests/scenarios/all-features"), 0);
}
