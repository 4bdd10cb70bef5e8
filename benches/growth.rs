//! How time grows with the size of a scenario: `cargo bench --bench growth`.
//!
//! The reference workload with one size changed at a time, on one thread, sizes in turn. The exponent is the slope of
//! log time over log size by least squares: 1 is linear.

// Time is what is measured here, and no result of a run hangs on it.
#![allow(clippy::disallowed_methods)]

use std::path::Path;
use std::time::Instant;
use tierfund::scenario::Scenario;
use tierfund::simulation::{Running, simulate_with};

/// Runs of each size, of which the fastest counts: what else the machine does only ever slows.
const ROUNDS: usize = 7;

/// Paths of a size, but where paths are the size.
const PATHS: u64 = 160;

/// A size that is changed, and the `--set` arguments that give a scenario this size.
struct Axis {
    name: &'static str,
    sizes: [u64; 5],
    sets: fn(u64) -> Vec<String>,
}

const AXES: [Axis; 4] = [
    Axis {
        name: "companies of a sub-fund",
        sizes: [5, 10, 20, 40, 80],
        sets: |companies| {
            // A fund of 25 for 20 companies: money grows with them.
            let money = 600 * companies * 25 / 20;
            sized(money, 600, companies)
        },
    },
    Axis {
        name: "sub-funds",
        sizes: [150, 300, 600, 1200, 2400],
        sets: |funds| sized(funds * 25, funds, 20),
    },
    Axis {
        name: "quarters",
        sizes: [56, 60, 64, 72, 80],
        sets: |quarters| vec![format!("national.term={}", quarters as f64 / 4.0)],
    },
    Axis {
        name: "paths",
        sizes: [40, 80, 160, 320, 640],
        sets: |_| Vec::new(),
    },
];

/// A programme of so much money in so many sub-funds of so many companies.
fn sized(money: u64, funds: u64, companies: u64) -> Vec<String> {
    vec![
        format!("national.capital={money}"),
        format!("region.one.first_close.total={money}"),
        format!("region.one.first_close.national={money}"),
        format!("region.one.listed.all.count={funds}"),
        format!("region.one.listed.all.size={}", money as f64 / funds as f64),
        format!("deployment.count={companies}"),
    ]
}

/// Seconds of `paths` paths on one thread, and the companies that lived in them.
fn run(scenario: &Scenario, paths: u64) -> (f64, f64) {
    let running = Running {
        threads: Some(1),
        ..Running::default()
    };
    let began = Instant::now();
    let outcomes = simulate_with(scenario, 1, 0..paths, running).expect("a valid run");
    let seconds = began.elapsed().as_secs_f64();
    let lives = outcomes.column("companies.funded").expect("companies");
    (seconds, lives.iter().sum())
}

/// Slope of log(y) over log(x) by least squares.
fn exponent(points: &[(f64, f64)]) -> f64 {
    let logs: Vec<(f64, f64)> = points.iter().map(|(x, y)| (x.ln(), y.ln())).collect();
    let n = logs.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| logs.iter().map(of).sum::<f64>() / n;
    let (x, y) = (mean(|p| p.0), mean(|p| p.1));
    let with = |f: &dyn Fn(&(f64, f64)) -> f64| logs.iter().map(f).sum::<f64>();
    with(&|p| (p.0 - x) * (p.1 - y)) / with(&|p| (p.0 - x) * (p.0 - x))
}

fn main() {
    let file = format!("{}/scenarios/reference-r1.toml", env!("CARGO_MANIFEST_DIR"));
    println!("| size | values | ns per life | exponent |\n|---|---|---|---|");
    for axis in AXES {
        let scenarios = axis
            .sizes
            .map(|size| Scenario::read(Path::new(&file), &(axis.sets)(size)).expect("a scenario"));
        let mut fastest = [(f64::INFINITY, 0.0); 5];
        for _ in 0..ROUNDS {
            for ((scenario, size), best) in scenarios.iter().zip(axis.sizes).zip(&mut fastest) {
                let paths = if axis.name == "paths" { size } else { PATHS };
                let found = run(scenario, paths);
                if found.0 < best.0 {
                    *best = found;
                }
            }
        }
        let points: Vec<(f64, f64)> = (axis.sizes.iter().zip(&fastest))
            .map(|(size, (seconds, _))| (*size as f64, *seconds))
            .collect();
        let per_life = fastest.map(|(seconds, lives)| format!("{:.1}", seconds / lives * 1e9));
        println!(
            "| {} | {:?} | {} | {:.2} |",
            axis.name,
            axis.sizes,
            per_life.join(", "),
            exponent(&points)
        );
    }
}
