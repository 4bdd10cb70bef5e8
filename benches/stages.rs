//! Cost of each stage of a path alone: `cargo bench --bench stages`.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use pulp::Arch;
use std::hint::black_box;
use std::path::Path;
use tierfund::metrics::record;
use tierfund::path::economy::Economy;
use tierfund::path::fundraising::sub_funds::SubFund;
use tierfund::path::{BLOCK, PathContext, Workspace, simulate_path};
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
        let context = PathContext {
            scenario: &scenario,
            structure: &structure,
            streams,
            path: 0,
            arch: Arch::new(),
        };
        let mut workspace = Workspace::default();
        simulate_path(context, &mut workspace);
        let lives = workspace.programme.deals.funded;
        let mut group = criterion.benchmark_group(format!("{name}, per life"));
        group
            .throughput(Throughput::Elements(lives))
            .sample_size(20);
        group.bench_function("economy", |bencher| {
            let mut economy = Economy::default();
            bencher.iter(|| economy.draw(context.arch, &scenario, &structure.shocks, streams, 0));
        });
        group.bench_function("whole path", |bencher| {
            bencher.iter(|| simulate_path(context, &mut workspace));
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
        block_steps(criterion, name, context);
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

/// The steps of one block of sub-funds, each on its own; per life of the block.
fn block_steps(criterion: &mut Criterion, name: &str, context: PathContext) {
    let mut ready = Workspace::default();
    ready.begin(context);
    let mut year = 0.0;
    while ready.programme.funds.is_empty() {
        year += 1.0;
        ready.raise_cohort(context, year);
    }
    let funds = ready.programme.funds.clone();
    let block = &funds[..funds.len().min(BLOCK)];
    let before = ready.programme.deals.funded;
    let mut deployed = ready.clone();
    deployed.deploy(context, block);
    let mut lived = deployed.clone();
    lived.live(context, block);
    let mut group = criterion.benchmark_group(format!("{name}, per life of a block"));
    group
        .throughput(Throughput::Elements(
            deployed.programme.deals.funded - before,
        ))
        .sample_size(20);
    for (step, workspace, run) in [
        (
            "deployment",
            &ready,
            Workspace::deploy as fn(&mut Workspace, PathContext, &[SubFund]),
        ),
        ("lives", &deployed, Workspace::live),
        ("fees and waterfalls", &lived, Workspace::settle),
    ] {
        group.bench_function(step, |bencher| {
            bencher.iter_batched_ref(
                || workspace.clone(),
                |workspace| run(workspace, context, block),
                BatchSize::LargeInput,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, stages);
criterion_main!(benches);
