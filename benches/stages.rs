//! Cost of each stage of a path alone: `cargo bench --bench stages`.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use std::path::Path;
use tierfund::metrics::record;
use tierfund::path::economy::Economy;
use tierfund::path::{Workspace, simulate_path};
use tierfund::random::Streams;
use tierfund::scenario::Scenario;
use tierfund::simulation::simulate;
use tierfund::structure::Structure;
use tierfund::summary::Summary;

fn stages(criterion: &mut Criterion) {
    for name in ["reference-r1", "national-2025"] {
        let file = format!("{}/scenarios/{name}.toml", env!("CARGO_MANIFEST_DIR"));
        let scenario = Scenario::read(Path::new(&file), &[]).expect("a shipped scenario");
        let structure = Structure::new(&scenario).expect("a scenario with a solution");
        let streams = Streams::new(1);
        let mut workspace = Workspace::default();
        simulate_path(&scenario, &structure, streams, 0, &mut workspace);
        let lives = workspace.programme.deals.funded;
        let mut group = criterion.benchmark_group(format!("{name}, per life"));
        group
            .throughput(Throughput::Elements(lives))
            .sample_size(20);
        group.bench_function("economy", |bencher| {
            let mut economy = Economy::default();
            bencher.iter(|| economy.draw(&scenario, structure.quarters, streams, 0));
        });
        group.bench_function("whole path", |bencher| {
            bencher.iter(|| simulate_path(&scenario, &structure, streams, 0, &mut workspace));
        });
        group.bench_function("metrics", |bencher| {
            let mut row: Vec<f64> = Vec::new();
            bencher.iter(|| {
                row.clear();
                let (economy, programme) = (&workspace.economy, &workspace.programme);
                record(&scenario, &structure, economy, programme, &mut row);
                black_box(row.len())
            });
        });
        group.finish();
        let mut group = criterion.benchmark_group(format!("{name}, once"));
        group.sample_size(20);
        group.bench_function("read", |bencher| {
            bencher.iter(|| Scenario::read(Path::new(&file), &[]).expect("a shipped scenario"));
        });
        group.bench_function("solve", |bencher| {
            bencher.iter(|| Structure::new(&scenario).expect("a solution"));
        });
        let outcomes = simulate(&scenario, 1, 0..500).expect("a valid run");
        group.bench_function("summary of 500 paths", |bencher| {
            bencher.iter(|| Summary::new(&outcomes, &scenario, 1));
        });
        group.finish();
    }
}

criterion_group!(benches, stages);
criterion_main!(benches);
