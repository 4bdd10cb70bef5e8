//! Modes of sampling: the same laws, spread otherwise; replayable, stable, and told in every report.

mod support;

use pulp::Arch;
use std::ffi::OsString;
use support::command::{printed, refused, run};
use support::{mean_agrees, scenario, z};
use tierfund::metrics::{MetricUnit, MissingRank};
use tierfund::outcomes::Outcomes;
use tierfund::path::economy::Economy;
use tierfund::random::Streams;
use tierfund::sampling::{REPLICATES, Sampling};
use tierfund::scenario::Scenario;
use tierfund::simulation::{Running, simulate, simulate_with};
use tierfund::structure::Structure;
use tierfund::structure::shocks::Leading;
use tierfund::summary::Summary;
use tierfund::summary::method::Method;
use tierfund::summary::quantile::LEVELS;
use tierfund::summary::replicates::Replicates;
use tierfund::trace::Trace;

const MODES: [Sampling; 3] = [Sampling::Plain, Sampling::Antithetic, Sampling::Sobol];
const SMALL: &str = "../tests/scenarios/small-national";

fn outcomes(
    scenario: &Scenario,
    sampling: Sampling,
    threads: usize,
    paths: std::ops::Range<u64>,
) -> Outcomes {
    seeded(scenario, sampling, 3, threads, paths)
}

fn seeded(
    scenario: &Scenario,
    sampling: Sampling,
    seed: u64,
    threads: usize,
    paths: std::ops::Range<u64>,
) -> Outcomes {
    let running = Running {
        sampling,
        threads: Some(threads),
        ..Running::default()
    };
    simulate_with(scenario, seed, paths, running).expect("a valid run")
}

/// Missing numbers are equal, too.
fn bits(rows: &[f64]) -> Vec<u64> {
    rows.iter().map(|value| value.to_bits()).collect()
}

/// Economies of the first paths.
fn economies<T>(
    scenario: &Scenario,
    sampling: Sampling,
    paths: u32,
    of: impl Fn(&Economy) -> T,
) -> Vec<T> {
    let plan = Structure::sampled(scenario, sampling)
        .expect("a scenario with a solution")
        .shocks;
    let mut economy = Economy::default();
    let draw = |path| {
        economy.draw(Arch::new(), scenario, &plan, Streams::new(7), path);
        of(&economy)
    };
    (0..paths).map(draw).collect()
}

#[test]
fn the_plain_mode_is_the_one_without_a_mode() {
    let scenario = scenario(SMALL, &[]);
    let plain = outcomes(&scenario, Sampling::Plain, 2, 0..20);
    let without = simulate(&scenario, 3, 0..20).expect("a valid run");
    assert_eq!(bits(&plain.rows), bits(&without.rows));
    assert_eq!(plain.totals, without.totals);
    assert!(plain.replicates.is_empty());
}

#[test]
fn every_mode_is_stable_in_its_first_paths_in_threads_and_in_halves() {
    let scenario = scenario(SMALL, &[]);
    for sampling in MODES {
        let whole = outcomes(&scenario, sampling, 1, 0..96);
        let first = outcomes(&scenario, sampling, 3, 0..33);
        let length = first.rows.len();
        assert_eq!(
            bits(&first.rows),
            bits(&whole.rows[..length]),
            "{sampling:?}"
        );
        let joined = first
            .join(&outcomes(&scenario, sampling, 2, 33..96))
            .expect("neighbours");
        assert_eq!(bits(&joined.rows), bits(&whole.rows), "{sampling:?}");
        assert_eq!(joined.totals, whole.totals);
        assert_eq!(joined.replicates, whole.replicates);
        let mut sum = whole.totals.clone();
        if let Some(one) = whole.replicates.first() {
            sum = one.clone();
            for more in &whole.replicates[1..] {
                sum.add(more);
            }
        }
        assert_eq!(sum, whole.totals);
    }
    let [plain, sobol] =
        [Sampling::Plain, Sampling::Sobol].map(|s| outcomes(&scenario, s, 1, 0..4));
    let next = outcomes(&scenario, Sampling::Sobol, 1, 4..8);
    assert_ne!(bits(&plain.rows), bits(&sobol.rows));
    assert!(plain.join(&next).is_err(), "modes do not mix");
}

#[test]
fn a_traced_path_is_the_path_of_the_run() {
    let scenario = scenario(SMALL, &[]);
    for sampling in MODES {
        let dpi = outcomes(&scenario, sampling, 1, 0..6)
            .column("national.dpi")
            .expect("DPI");
        for (path, dpi) in dpi.into_iter().enumerate() {
            let trace = Trace::sampled(&scenario, 3, sampling, path as u32).expect("a solution");
            assert_eq!(trace.national.returns.dpi, Some(dpi), "{sampling:?} {path}");
            assert_eq!(trace.provenance.scheme, sampling.scheme());
        }
    }
}

/// Normals are antisymmetric about u = 1/2 to the last bit, so the cycle is, too; take-up of closes in logits.
#[test]
fn the_members_of_a_pair_mirror_each_other() {
    let scenario = scenario(
        SMALL,
        &[
            "economy.start=stationary",
            "regions.take_up_cycle_loading=0",
        ],
    );
    let cycles = economies(&scenario, Sampling::Antithetic, 8, |economy| {
        economy.cycle.clone()
    });
    let plain = economies(&scenario, Sampling::Plain, 8, |economy| {
        economy.cycle.clone()
    });
    for (pair, plain) in cycles.chunks(2).zip(plain.chunks(2)) {
        assert_eq!(pair[0], plain[0], "the first is the plain path");
        let mirrored: Vec<f64> = pair[1].iter().map(|x| -x).collect();
        assert_eq!(pair[0], mirrored);
        assert_ne!(plain[1], mirrored);
    }
    // Take-up is logistic in the shock: logits of a close's share mirror about the intercept.
    let run = outcomes(&scenario, Sampling::Antithetic, 1, 0..8);
    let structure = Structure::sampled(&scenario, Sampling::Antithetic).expect("a solution");
    let later: f64 = structure.closes[0][1..]
        .iter()
        .map(|offer| offer.national)
        .sum();
    let sizes = run.column("region.gba.size").expect("a size");
    let pairs: Vec<f64> = sizes
        .chunks(2)
        .map(|pair| (pair[0] - pair[1]) / later)
        .collect();
    assert!(
        pairs.iter().all(|difference| difference.abs() > 1e-6),
        "{pairs:?}"
    );
}

/// Laws stay what they were: moments of what is spread, over all points of all replicates. Errors are judged by replicates.
#[test]
fn points_change_no_law() {
    let scenario = scenario(SMALL, &["economy.start=stationary"]);
    let yearly = scenario.economy.market_return_mean.per_year();
    let grown = libm::exp(libm::log1p(yearly) * 39.0 / 4.0);
    for sampling in [Sampling::Antithetic, Sampling::Sobol] {
        let of = |of: fn(&Economy) -> f64| economies(&scenario, sampling, 1 << 14, of);
        let agrees = |values: Vec<f64>, expected: f64| {
            let per_replicate = |r: usize| {
                let own: Vec<f64> = (0..)
                    .zip(&values)
                    .filter(|(p, _)| sampling.replicate(*p) == Some(r))
                    .map(|(_, v)| *v)
                    .collect();
                own.iter().sum::<f64>() / own.len() as f64
            };
            let means: Vec<f64> = (0..REPLICATES).map(per_replicate).collect();
            // Student's t at 15 degrees of freedom exceeds 8.0 with probability 1e-6.
            let (mean, error) = support::mean_and_error(&means);
            println!("{sampling:?}: {mean} +- {error}, expected {expected}");
            (mean - expected).abs() <= 8.0 * error
        };
        assert!(agrees(of(|e| e.cycle[20] * e.cycle[20]), 1.0));
        assert!(agrees(of(|e| e.sector[20] * e.sector[20]), 1.0));
        assert!(agrees(
            of(|e| f64::from(u8::from(e.cycle[30] > 0.674_489_75))),
            0.25
        ));
        assert!(agrees(of(|e| libm::exp(e.log_index[39])), grown));
        // The twin: another variance is seen.
        assert!(!agrees(of(|e| e.cycle[20] * e.cycle[20]), 1.3));
    }
}

/// The mean of the cycle over the quarters is nearly all in the leading components, so Sobol points pin it down.
#[test]
fn the_leading_components_are_spread_evenly() {
    let scenario = scenario("national-2025", &["economy.start=stationary"]);
    let structure = Structure::sampled(&scenario, Sampling::Sobol).expect("a solution");
    let leading = &structure.shocks.leading;
    let closes = leading
        .iter()
        .filter(|of| matches!(of, Leading::Close { .. }))
        .count();
    assert_eq!(closes, 6, "two later closes of three regions");
    assert!(matches!(leading[0], Leading::Cycle(_)));
    let mean = |e: &Economy| e.cycle.iter().sum::<f64>() / e.cycle.len() as f64;
    let squares = |sampling: Sampling| {
        let values = economies(&scenario, sampling, 128 * 16, mean);
        let means: Vec<f64> = (0..16)
            .map(|r| values.iter().skip(r).step_by(16).sum::<f64>() / 128.0)
            .collect();
        means.iter().map(|m| m * m).sum::<f64>() / 16.0
    };
    let ratio = squares(Sampling::Plain) / squares(Sampling::Sobol);
    assert!(ratio > 20.0, "{ratio}");
}

/// Means of both modes agree with plain ones: with 2^13 paths each, at the error of their difference.
#[test]
fn modes_agree_on_the_mean() {
    let scenario = scenario(SMALL, &[]);
    let estimate = |sampling| {
        let outcomes = seeded(&scenario, sampling, 1, 2, 0..1 << 13);
        let values = outcomes.column("national.dpi").expect("DPI");
        let found =
            Method::of(&outcomes).estimate(&values, MetricUnit::Multiple, MissingRank::Omitted);
        (found.mean.expect("a mean"), found.se.expect("an error"))
    };
    let (plain, error) = estimate(Sampling::Plain);
    for sampling in [Sampling::Antithetic, Sampling::Sobol] {
        let (mean, own) = estimate(sampling);
        let sum = (error * error + own * own).sqrt();
        assert!(
            (mean - plain).abs() < z() * 1.3 * sum,
            "{sampling:?}: {mean} against {plain} +- {sum}"
        );
        assert!(own < error, "{own} is no less than {error}");
    }
    assert!(mean_agrees(&[plain - error, plain + error], plain));
}

#[test]
fn summaries_tell_the_mode_and_judge_curves_by_replicates() {
    let scenario = scenario(SMALL, &[]);
    for sampling in MODES {
        let outcomes = outcomes(&scenario, sampling, 2, 0..256);
        let summary = Summary::new(&outcomes, &scenario, 3);
        assert_eq!(summary.provenance.scheme, sampling.scheme());
        assert_eq!(summary.sampled.is_plain(), sampling == Sampling::Plain);
        assert_eq!(
            summary.interval_method.replicates.is_some(),
            sampling.has_replicates()
        );
        let Some(replicates) = Replicates::of(&outcomes) else {
            continue;
        };
        let sub = outcomes.column("national.paid_in").expect("calls");
        let calls = summary.curves.get("national.calls").expect("a curve");
        let mean = calls.mean.iter().sum::<f64>();
        assert!((mean / (sub.iter().sum::<f64>() / 256.0) - 1.0).abs() < 1e-9);
        let paths = replicates.paths();
        let quarter = 4;
        let sums = outcomes
            .replicates
            .iter()
            .map(|totals| totals.curves[0].sum[quarter] as f64);
        let means: Vec<f64> = sums.zip(paths).map(|(sum, n)| sum / *n as f64).collect();
        let (_, error) = support::mean_and_error(&means);
        let found = calls.se[quarter].expect("an error");
        assert!((found - error).abs() <= 1e-9 * error, "{found} {error}");
        assert!(!summary.sampled.variance_reduction.is_empty());
    }
}

const FILE: &str = "tests/scenarios/small-r1.toml";

fn json(arguments: &[&str]) -> serde_json::Value {
    let all = [&["run", FILE, "--format", "json", "--quiet"], arguments].concat();
    serde_json::from_str(&printed(&all)).expect("JSON")
}

#[test]
fn paths_are_rounded_up_and_the_output_says_so() {
    let plain = json(&["--paths", "100"]);
    assert!(plain["sampling"].is_null() && plain["interval_method"]["mean"] == "student_t");
    for (mode, paths) in [("antithetic", 128), ("sobol", 112)] {
        let found = json(&["--paths", "100", "--sampling", mode]);
        assert_eq!(found["provenance"]["paths"], paths);
        assert_eq!(found["sampling"]["paths_asked"], 100);
        assert_eq!(found["interval_method"]["mean"], "replicate_t");
        assert_eq!(found["interval_method"]["replicates"], 16);
        let scheme = found["provenance"]["scheme"].as_str().expect("a name");
        assert!(scheme.contains(mode), "{scheme}");
        assert!(found["sampling"]["variance_reduction"]["national.dpi"]["ratio"].is_number());
        let report = printed(&["run", FILE, "--paths", "100", "--sampling", mode, "--quiet"]);
        assert!(
            report.contains("SAMPLING") && report.contains("100 paths were asked for"),
            "{report}"
        );
    }
}

#[test]
fn a_precision_takes_as_many_paths_as_it_needs_and_says_what_it_reached() {
    let found = json(&["--precision", "2%", "--on", "national.dpi"]);
    assert_eq!(found["sampling"]["precision"]["reached"], true);
    assert_eq!(found["provenance"]["paths"], 2048, "the first look");
    let paths = found["provenance"]["paths"].to_string();
    let mut same = json(&["--paths", &paths]);
    same["sampling"] = found["sampling"].clone();
    assert_eq!(
        same["metrics"], found["metrics"],
        "the paths are those of any run"
    );
    let more = json(&["--precision", "0.008", "--on", "national.dpi"]);
    assert_eq!(more["provenance"]["paths"], 4096, "doubled once");
    let probability = json(&["--precision", "2%", "--on", "national.dpi>=1.1"]);
    assert_eq!(probability["sampling"]["precision"]["relative"], false);
    let arguments = ["run", FILE, "--precision", "0.01%", "--max-paths", "2048"];
    let missed = run(&arguments);
    assert_eq!(missed.status.code(), Some(0));
    let told = String::from_utf8_lossy(&missed.stderr).into_owned();
    assert!(told.contains("PRECISION NOT REACHED"), "{told}");
    assert!(String::from_utf8_lossy(&missed.stdout).contains("PRECISION NOT REACHED"));
}

/// They would run for minutes if they took it.
#[test]
fn commands_that_judge_errors_by_independent_paths_say_who_takes_a_mode() {
    for arguments in [
        &["rules", FILE][..],
        &["goal", FILE, "--target", "national.dpi>=1", "--by", "x"],
        &["sweep", FILE],
        &["sensitivity", FILE],
        &["run", FILE, "--assumptions", "sampled"],
    ] {
        for mode in ["antithetic", "sobol"] {
            let all = [arguments, &["--sampling", mode]].concat();
            refused(&all, "judges errors by independent paths");
            refused(&all, "`run`, `compare` and `trace` take it");
        }
    }
}

#[test]
fn mistakes_are_refused_before_any_path() {
    for (arguments, said) in [
        (
            &["--precision", "1%", "--on", "national.dip"][..],
            "did you mean `national.dpi`",
        ),
        (
            &["--precision", "1%", "--on", "national.dpi>=much"],
            "no threshold",
        ),
        (&["--precision", "0"], "above 0 and below 1"),
        (&["--precision", "1%", "--max-paths", "2000"], "2048"),
        (
            &["--precision", "1%", "--max-paths", "4_000_000_000"],
            "memory",
        ),
        (
            &["--precision", "1%", "--paths", "100"],
            "cannot be used with",
        ),
        (&["--on", "national.dpi"], "--precision"),
        (&["--sampling", "sobel"], "sobol"),
    ] {
        let output = run(&[&["run", FILE], arguments].concat());
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains(said), "{told}");
        assert!(output.stdout.is_empty());
    }
}

/// Variances of linearised estimates of one metric from replicates and from plain paths, added up over seeds.
struct Reduction {
    metric: &'static str,
    threshold: f64,
    replicate: [f64; 4],
    plain: [f64; 4],
}

impl Reduction {
    fn of(metric: &'static str, threshold: f64) -> Self {
        Self {
            metric,
            threshold,
            replicate: [0.0; 4],
            plain: [0.0; 4],
        }
    }

    /// Adds a run: its mean, P5, P50 and probability to reach the threshold.
    fn add(&mut self, outcomes: &Outcomes) {
        let values = outcomes.column(self.metric).expect("a metric");
        let replicates = Replicates::of(outcomes).expect("replicates");
        let error = |of: &dyn Fn(f64) -> f64| {
            let influence = values.iter().map(|x| of(*x));
            replicates.error(influence).expect("an error")
        };
        let n = values.len() as f64;
        let (mean, plain_error) = support::mean_and_error(&values);
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        let quantile = |i: usize| sorted[LEVELS[i].ranks(values.len()).expect("paths").at];
        let (p5, p50) = (quantile(0), quantile(2));
        let share = values.iter().filter(|x| **x >= self.threshold).count() as f64 / n;
        let hit = |holds: bool| f64::from(u8::from(holds));
        let errors = [
            error(&|x| x - mean),
            error(&|x| hit(x <= p5)),
            error(&|x| hit(x <= p50)),
            error(&|x| hit(x >= self.threshold)),
        ];
        let shares = [0.05 * 0.95, 0.25, share * (1.0 - share)].map(|variance| variance / n);
        let plain = [plain_error * plain_error, shares[0], shares[1], shares[2]];
        for i in 0..4 {
            self.replicate[i] += errors[i] * errors[i];
            self.plain[i] += plain[i];
        }
    }

    fn cells(&self) -> String {
        let cell = |i: usize| {
            if self.replicate[i] > 0.0 {
                format!("{:.1}", self.plain[i] / self.replicate[i])
            } else {
                "-".to_owned()
            }
        };
        (0..4).map(cell).collect::<Vec<String>>().join(" | ")
    }
}

/// The table of `docs/sampling.md`, from `SEEDS` seeds (4) of 2048 paths each; of `SCENARIOS` alone
/// (names with commas) where given.
#[test]
#[ignore = "the table of docs/sampling.md; in release mode"]
fn variance_reduction_of_every_shipped_scenario() {
    let seeds = std::env::var("SEEDS").map_or(4, |seeds| seeds.parse().expect("a number"));
    let folder = format!("{}/scenarios", env!("CARGO_MANIFEST_DIR"));
    let entries = std::fs::read_dir(folder).expect("scenarios");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let stem = |name: OsString| Some(name.to_str()?.strip_suffix(".toml")?.to_owned());
    let mut names: Vec<String> = names.filter_map(stem).collect();
    names.sort();
    if let Ok(only) = std::env::var("SCENARIOS") {
        names.retain(|name| only.split(',').any(|one| one == name));
    }
    for name in names {
        let scenario = scenario(&name, &[]);
        for sampling in [Sampling::Antithetic, Sampling::Sobol] {
            let mut found = [
                Reduction::of("leverage.consolidated", 9.0),
                Reduction::of("national.dpi", 1.0),
            ];
            for seed in 1..=seeds {
                let outcomes = seeded(&scenario, sampling, seed, 2, 0..2048);
                for of in &mut found {
                    of.add(&outcomes);
                }
            }
            for of in found {
                println!(
                    "| {name} | `{}` | {} | {} |",
                    of.metric,
                    sampling.name(),
                    of.cells()
                );
            }
        }
    }
}
