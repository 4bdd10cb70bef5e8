//! Lives per second of whole simulations, on one thread and on two.
//!
//! `cargo bench --bench throughput`. An element is one company from its first cheque to its end, with its
//! share of everything else.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::path::Path;
use tierfund::scenario::Scenario;
use tierfund::simulation::{Running, simulate_with};

const PATHS: u64 = 512;

fn throughput(criterion: &mut Criterion) {
    for name in ["reference-r1", "national-2025"] {
        let file = format!("{}/scenarios/{name}.toml", env!("CARGO_MANIFEST_DIR"));
        let scenario = Scenario::read(Path::new(&file), &[]).expect("a shipped scenario");
        let run = |threads| {
            let running = Running {
                threads: Some(threads),
                ..Running::default()
            };
            simulate_with(&scenario, 1, 0..PATHS, running).expect("a valid run")
        };
        let lives: f64 = run(2)
            .column("companies.funded")
            .expect("companies")
            .iter()
            .sum();
        let mut group = criterion.benchmark_group(name);
        group
            .throughput(Throughput::Elements(lives as u64))
            .sample_size(10);
        for threads in [1, 2] {
            group.bench_function(BenchmarkId::new("threads", threads), |bencher| {
                bencher.iter(|| run(threads));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, throughput);
criterion_main!(benches);
