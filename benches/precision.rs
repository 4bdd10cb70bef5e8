//! Time until a standard error is small enough, by sampling mode: `cargo bench --bench precision`.
//!
//! The national scenario on all cores, from the scenario's text to the summary. A first run of 2048 paths tells how many an
//! error of 0.5% takes (of the value, or 0.5 points of a probability), and a second run takes that many and is timed.

// Time is what is measured here, and no result of a run hangs on it.
#![allow(clippy::disallowed_methods)]

use std::path::Path;
use std::time::Instant;
use tierfund::metrics::MetricUnit;
use tierfund::outcomes::Outcomes;
use tierfund::sampling::Sampling;
use tierfund::scenario::Scenario;
use tierfund::simulation::{Running, simulate_with};
use tierfund::summary::Summary;
use tierfund::summary::method::Method;
use tierfund::summary::probability::Z;

const WANTED: f64 = 0.005;
const FIRST: u64 = 2048;

/// What is to be known.
#[derive(Clone, Copy, Debug)]
enum Measure {
    MeanDpi,
    FifthPercentile,
    LeverageAboveMedian(f64),
}

impl Measure {
    fn name(self) -> &'static str {
        match self {
            Self::MeanDpi => "mean of national.dpi",
            Self::FifthPercentile => "P5 of national.dpi",
            Self::LeverageAboveMedian(_) => "P(leverage.consolidated >= its median)",
        }
    }

    /// The standard error, relative but for the probability.
    fn error(self, outcomes: &Outcomes) -> f64 {
        let method = Method::of(outcomes);
        let column = |name| outcomes.column(name).expect("a metric");
        let spec = |name: &str| outcomes.specs.iter().find(|spec| spec.name == name);
        let missing = spec("national.dpi").expect("a metric").missing;
        let dpi = || method.estimate(&column("national.dpi"), MetricUnit::Multiple, missing);
        match self {
            Self::MeanDpi => dpi().se.expect("an error") / dpi().mean.expect("a mean"),
            Self::FifthPercentile => {
                let found = dpi();
                let [low, high] = found.intervals.p5.expect("an interval");
                let half = (high.expect("an end") - low.expect("an end")) / 2.0 / Z;
                half / found.p5.expect("a quantile")
            }
            Self::LeverageAboveMedian(median) => {
                let found = method.at_least(&column("leverage.consolidated"), median);
                let found = found.expect("paths");
                (found.hi - found.lo) / 2.0 / Z
            }
        }
    }
}

fn run(file: &Path, sampling: Sampling, paths: u64) -> (f64, Outcomes) {
    let began = Instant::now();
    let scenario = Scenario::read(file, &[]).expect("a shipped scenario");
    let running = Running {
        sampling,
        ..Running::default()
    };
    let paths = sampling.round_up(paths);
    let outcomes = simulate_with(&scenario, 1, 0..paths, running).expect("a valid run");
    let summary = Summary::new(&outcomes, &scenario, 1);
    assert!(!summary.metrics.is_empty());
    (began.elapsed().as_secs_f64(), outcomes)
}

fn main() {
    let file = format!(
        "{}/scenarios/national-2025.toml",
        env!("CARGO_MANIFEST_DIR")
    );
    let file = Path::new(&file);
    let (_, plain) = run(file, Sampling::Plain, 2 * FIRST);
    let mut leverage = plain.column("leverage.consolidated").expect("a metric");
    leverage.sort_unstable_by(f64::total_cmp);
    let median = leverage[leverage.len() / 2];
    println!("| measure | sampling | paths | error reached | seconds |\n|---|---|---|---|---|");
    for measure in [
        Measure::MeanDpi,
        Measure::FifthPercentile,
        Measure::LeverageAboveMedian(median),
    ] {
        for sampling in [Sampling::Plain, Sampling::Antithetic, Sampling::Sobol] {
            let (_, first) = run(file, sampling, FIRST);
            let ratio = measure.error(&first) / WANTED;
            let paths = (FIRST as f64 * ratio * ratio).ceil().max(64.0) as u64;
            let (seconds, outcomes) = run(file, sampling, paths);
            println!(
                "| {} | {} | {} | {:.2}% | {seconds:.2} |",
                measure.name(),
                sampling.name(),
                outcomes.paths(),
                measure.error(&outcomes) * 100.0
            );
        }
    }
}
