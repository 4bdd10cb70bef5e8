//! How often a 95% interval holds the truth, for every mode of sampling.
//!
//! A replication is a whole run of 288 paths on a seed of its own: the smallest number at which order statistics and Wilson's score,
//! whose coverage goes in steps, are themselves within the limits (95.8% for P5, 94.8% for a probability of a half, by the binomial
//! law). The ordinary run has 400 replications per cell and limits of 90.5% and 98.5%; the full one 2000, and 93% and 97%:
//!
//! ```text
//! cargo test --release --test coverage -- --ignored --nocapture full      coverages and the twin that must fail
//! UPDATE_GOLDEN=1 cargo test --release --test coverage -- --ignored reference   the references, in tests/golden/coverage-*.csv
//! ```
//!
//! References are from 2^20 plain paths on seed 0, which no replication has. The error of a reference is to be below a tenth of
//! the interval that it is held against.

mod support;

use std::fs;
use std::ops::RangeInclusive;
use support::{mean_and_error, scenario};
use tierfund::metrics::{MetricUnit, MissingRank};
use tierfund::outcomes::Outcomes;
use tierfund::sampling::Sampling;
use tierfund::scenario::Scenario;
use tierfund::simulation::{Running, simulate_with};
use tierfund::summary::method::Method;

const MODES: [Sampling; 3] = [Sampling::Plain, Sampling::Antithetic, Sampling::Sobol];

/// Paths of a replication.
const PATHS: u64 = 288;

/// Replicates of the twin, and the normal quantile that it takes for Student's.
const TWIN: (usize, f64) = (8, 1.96);

/// A metric of a scenario, and what is known of it.
struct Case {
    scenario: &'static str,
    metric: &'static str,
}

const R1: Case = Case {
    scenario: "small-r1",
    metric: "sub_fund.pooled.tvpi",
};

const NATIONAL: Case = Case {
    scenario: "small-national",
    metric: "national.dpi",
};

/// A number with its standard error.
type Known = (f64, f64);

/// What a long plain run says of a metric.
struct Reference {
    mean: Known,
    p5: Known,
    median: Known,
}

impl Case {
    fn read(&self) -> Scenario {
        scenario(&format!("../tests/scenarios/{}", self.scenario), &[])
    }

    /// Its file of references.
    fn file(&self) -> String {
        let folder = env!("CARGO_MANIFEST_DIR");
        format!("{folder}/tests/golden/coverage-{}.csv", self.scenario)
    }

    fn reference(&self) -> Reference {
        let text = fs::read_to_string(self.file()).expect("a file of references");
        let known = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            let (value, error) = line.and_then(|l| l.split_once(',')).expect("two numbers");
            let number = |text: &str| text.parse().expect("a number");
            (number(value), number(error))
        };
        Reference {
            mean: known("mean,"),
            p5: known("p5,"),
            median: known("median,"),
        }
    }
}

fn outcomes(
    scenario: &Scenario,
    seed: u64,
    paths: std::ops::Range<u64>,
    sampling: Sampling,
) -> Outcomes {
    let running = Running {
        sampling,
        ..Running::default()
    };
    simulate_with(scenario, seed, paths, running).expect("a valid run")
}

/// What was counted over replications.
#[derive(Default, Debug)]
struct Counts {
    replications: u32,
    /// Intervals that hold the mean, the 5% quantile, and the probability of a half to reach the median.
    held: [u32; 3],
    /// Mean widths of these intervals.
    widths: [f64; 3],
    /// The mean by the twin's interval.
    twin: u32,
}

impl Counts {
    fn of(case: &Case, sampling: Sampling, seeds: RangeInclusive<u64>) -> Self {
        let (scenario, reference) = (case.read(), case.reference());
        let mut counts = Self::default();
        for seed in seeds {
            let outcomes = outcomes(&scenario, seed, 0..PATHS, sampling);
            let values = outcomes.column(case.metric).expect("a metric");
            let method = Method::of(&outcomes);
            let found = method.estimate(&values, MetricUnit::Multiple, MissingRank::Omitted);
            let p5 = found
                .intervals
                .p5
                .expect("enough paths")
                .map(|end| end.expect("a value"));
            let share = method.at_least(&values, reference.median.0).expect("paths");
            let intervals = [
                (
                    [found.lo.expect("a mean"), found.hi.expect("a mean")],
                    reference.mean.0,
                ),
                (p5, reference.p5.0),
                ([share.lo, share.hi], 0.5),
            ];
            for (cell, ([low, high], truth)) in intervals.into_iter().enumerate() {
                counts.held[cell] += u32::from(low <= truth && truth <= high);
                counts.widths[cell] += high - low;
            }
            counts.twin += u32::from(twin_holds(&values, sampling, reference.mean.0));
            counts.replications += 1;
        }
        counts.widths = counts
            .widths
            .map(|sum| sum / f64::from(counts.replications));
        counts
    }

    fn share(&self, held: u32) -> f64 {
        f64::from(held) / f64::from(self.replications)
    }

    /// Prints a row of the table in `docs/sampling.md`, and tells the cells outside of `limits`.
    fn judge(&self, case: &Case, sampling: Sampling, limits: &RangeInclusive<f64>) -> Vec<String> {
        let [mean, p5, half] = self.held.map(|held| self.share(held));
        println!(
            "| {} | {} | {:.1}% | {:.1}% | {:.1}% | {:.1}% |",
            case.metric,
            sampling.name(),
            100.0 * mean,
            100.0 * p5,
            100.0 * half,
            100.0 * self.share(self.twin)
        );
        let reference = case.reference();
        let errors = [reference.mean.1, reference.p5.1, 0.5 / f64::from(1 << 10)];
        for (error, width) in errors.into_iter().zip(self.widths) {
            assert!(
                10.0 * error < width,
                "the reference is too rough: {error} for {width}"
            );
        }
        let cells = [("mean", mean), ("P5", p5), ("probability", half)];
        let outside = cells.iter().filter(|(_, share)| !limits.contains(share));
        outside
            .map(|(cell, share)| format!("{} {} {cell}: {share}", case.metric, sampling.name()))
            .collect()
    }
}

/// Whether the mean of 8 replicates plus and minus 1.96 standard errors holds `truth`.
fn twin_holds(values: &[f64], sampling: Sampling, truth: f64) -> bool {
    let (replicates, z) = TWIN;
    let of = |path: u64| sampling.replicate(path).unwrap_or(path as usize) % replicates;
    let mean_of = |replicate: usize| {
        let paths = (0..).zip(values).filter(|(path, _)| of(*path) == replicate);
        let own: Vec<f64> = paths.map(|(_, value)| *value).collect();
        mean_and_error(&own).0
    };
    let means: Vec<f64> = (0..replicates).map(mean_of).collect();
    let (mean, error) = mean_and_error(&means);
    (mean - truth).abs() <= z * error
}

fn ordinary(case: &Case) {
    let mut outside = Vec::new();
    for sampling in MODES {
        outside.extend(Counts::of(case, sampling, 1..=400).judge(case, sampling, &(0.905..=0.985)));
    }
    assert!(outside.is_empty(), "{outside:?}");
}

#[test]
fn intervals_of_r1_hold_the_truth_as_often_as_they_say() {
    ordinary(&R1);
}

#[test]
fn intervals_of_a_national_fund_hold_the_truth_as_often_as_they_say() {
    ordinary(&NATIONAL);
}

fn full(case: &Case) {
    let limits = 0.93..=0.97;
    let mut outside = Vec::new();
    for sampling in MODES {
        let counts = Counts::of(case, sampling, 1..=2000);
        outside.extend(counts.judge(case, sampling, &limits));
        let twin = counts.share(counts.twin);
        assert!(!limits.contains(&twin), "the twin passes with {twin}");
    }
    assert!(outside.is_empty(), "{outside:?}");
}

#[test]
#[ignore = "2000 replications per cell; in release mode"]
fn full_coverage_of_r1() {
    full(&R1);
}

#[test]
#[ignore = "2000 replications per cell; in release mode"]
fn full_coverage_of_a_national_fund() {
    full(&NATIONAL);
}

/// A quantile of level p with its standard error: half the distance between the values sqrt(p (1 - p) / n) below and above in level.
fn quantile(sorted: &[f64], p: f64) -> (f64, f64) {
    let n = sorted.len() as f64;
    let at = |level: f64| sorted[(level * n).ceil() as usize - 1];
    let error = (p * (1.0 - p) / n).sqrt();
    (at(p), (at(p + error) - at(p - error)) / 2.0)
}

#[test]
#[ignore = "a million paths of each; in release mode"]
fn reference_values() {
    for case in [R1, NATIONAL] {
        let scenario = case.read();
        let mut values = Vec::new();
        for block in 0..1 << 6 {
            let paths = block << 14..(block + 1) << 14;
            let of_block = outcomes(&scenario, 0, paths, Sampling::Plain);
            values.extend(of_block.column(case.metric).expect("a metric"));
        }
        assert!(values.iter().all(|value| value.is_finite()));
        let mean = mean_and_error(&values);
        values.sort_by(f64::total_cmp);
        let (p5, median) = (quantile(&values, 0.05), quantile(&values, 0.5));
        let text = format!(
            "# {}, 2^20 plain paths on seed 0: value, standard error\nmean,{},{}\np5,{},{}\nmedian,{},{}\n",
            case.metric, mean.0, mean.1, p5.0, p5.1, median.0, median.1
        );
        println!("{text}");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(case.file(), text).expect("a writable file of references");
        }
    }
}
