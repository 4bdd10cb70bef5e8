//! Uncertain assumptions and luck together: many worlds, in each of which every number with a range has a value of its own, on the same luck.
//!
//! [`Draws`] gives each world its numbers, [`simulate_worlds`] simulates them, [`Combined`] says what holds over both: quantiles, the share of
//! the variance that assumptions make ([`split`]), and which of them lead ([`dominance`]).

pub mod dominance;
pub mod draw;
pub mod split;

use crate::metrics::{LADDER, MetricSpec, MetricUnit, MissingRank};
use crate::outcomes::Outcomes;
use crate::scenario::Scenario;
use crate::scenario::problem::Problems;
use crate::simulation::{Running, SimulationError, in_parallel, simulate_here};
use crate::structure::Structure;
use crate::summary::estimate::Estimate;
use crate::summary::named::Named;
use crate::summary::probability::Probability;
use crate::summary::{MONEY_BACK, event_name};
use dominance::Dominance;
use draw::Draws;
use serde::Serialize;
use split::{Crossed, ShareOfVariance};
use std::fmt;

/// Times that a world without a solution is drawn again.
const MOST_ATTEMPTS: u32 = 200;

/// Metrics whose variance is split, beside the ladder.
pub const MAIN: [&str; 7] = [
    "national.dpi",
    "national.tvpi",
    "national.irr",
    "sub_fund.pooled.tvpi",
    "sub_fund.pooled.irr",
    "fiscal.principal_recovered",
    "fiscal.npv",
];

/// Targets of leverage whose probability is told.
const TARGETS: [f64; 2] = [6.0, 10.0];

/// One world on all paths.
#[derive(Clone, Debug)]
pub struct World {
    /// Draws without a solution before this one.
    pub redrawn: u32,
    /// Values of the uncertain numbers, in their order.
    pub values: Vec<f64>,
    /// What its last draw without a solution lacked.
    pub lacked: Option<String>,
    specs: Vec<MetricSpec>,
    rows: Vec<f64>,
}

/// Worlds that cannot be simulated.
#[derive(Debug)]
pub enum WorldsError {
    /// No number of the scenario has a range.
    NothingUncertain,
    /// A world found no solution: its number, and what the last draw lacked.
    NoSolution(usize, Problems),
    /// The paths cannot be simulated.
    Simulation(SimulationError),
}

impl fmt::Display for WorldsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NothingUncertain => f.write_str(
                "no number of this scenario has a range, so there is nothing to sample; write { base = 0.5, low = 0.3, high = 0.6 }",
            ),
            Self::NoSolution(world, problems) => write!(
                f,
                "world {world} found no solution in {MOST_ATTEMPTS} draws; the last one lacked:\n{problems}"
            ),
            Self::Simulation(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for WorldsError {}

/// Simulates the first `paths` paths of `worlds` worlds of `scenario`. A draw without a solution is drawn again at its next address.
///
/// # Errors
///
/// See [`WorldsError`].
pub fn simulate_worlds(
    scenario: &Scenario,
    draws: &Draws,
    seed: u64,
    worlds: u32,
    paths: u64,
    running: Running,
) -> Result<Vec<World>, WorldsError> {
    if draws.uncertain.is_empty() {
        return Err(WorldsError::NothingUncertain);
    }
    let one = |world| simulate_world(scenario, draws, seed, world as u32, paths);
    let found = in_parallel(worlds as usize, running, one).map_err(WorldsError::Simulation)?;
    found.into_iter().collect()
}

fn simulate_world(
    scenario: &Scenario,
    draws: &Draws,
    seed: u64,
    world: u32,
    paths: u64,
) -> Result<World, WorldsError> {
    let mut lacked: Option<Problems> = None;
    for attempt in 0..MOST_ATTEMPTS {
        let values = draws.values(&draws.uniforms(world, attempt));
        let drawn = scenario.with(&draws.sets(&values));
        let solved = drawn.and_then(|drawn| Structure::new(&drawn).map(|_| drawn));
        let drawn = match solved {
            Ok(drawn) => drawn,
            Err(problems) => {
                lacked = Some(problems);
                continue;
            }
        };
        let outcomes = simulate_here(&drawn, seed, 0..paths).map_err(WorldsError::Simulation)?;
        let Outcomes { specs, rows, .. } = outcomes;
        let first = |problems: Problems| problems.list().first().map(|p| p.message.clone());
        return Ok(World {
            redrawn: attempt,
            values,
            lacked: lacked.and_then(first),
            specs,
            rows,
        });
    }
    Err(match lacked {
        Some(problems) => WorldsError::NoSolution(world as usize, problems),
        None => WorldsError::NothingUncertain,
    })
}

impl World {
    /// The values of a metric path by path.
    fn column(&self, name: &str) -> Option<Vec<f64>> {
        let column = self.specs.iter().position(|spec| spec.name == name)?;
        let rows = self.rows.chunks_exact(self.specs.len());
        Some(rows.map(|row| row[column]).collect())
    }
}

/// What holds over worlds and luck together.
#[derive(Clone, Debug, PartialEq)]
pub struct Combined {
    /// Number of worlds.
    pub worlds: usize,
    /// Paths of each.
    pub paths: usize,
    /// Numbers that were drawn.
    pub uncertain: usize,
    /// Draws without a solution.
    pub redrawn: u32,
    /// What most of them lacked.
    pub lacked: Option<String>,
    /// Every metric that all worlds have.
    pub metrics: Named<Estimate>,
    /// P(metric >= threshold), by `metric>=threshold`.
    pub probabilities: Named<Estimate>,
    /// Share of the variance that assumptions make, of the ladder and [`MAIN`].
    pub split: Named<ShareOfVariance>,
    /// The assumptions that lead, of the same metrics.
    pub dominance: Named<Dominance>,
    /// The worlds one by one.
    pub each: Vec<WorldRow>,
}

/// One world in short.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WorldRow {
    /// Its number.
    pub world: usize,
    /// Draws without a solution before it.
    pub redrawn: u32,
    /// Its values by key.
    pub values: Named<f64>,
    /// Mean over its paths of the ladder and [`MAIN`]; paths without a value do not count.
    pub means: Named<Option<f64>>,
}

impl Combined {
    /// What holds over `worlds`, which were drawn from `draws`.
    pub fn new(worlds: &[World], draws: &Draws) -> Self {
        let specs = worlds.first().map_or(&[][..], |world| &world.specs);
        let crossed = |name: &str| {
            let columns: Option<Vec<Vec<f64>>> = worlds.iter().map(|w| w.column(name)).collect();
            Crossed::new(&columns?)
        };
        let main = || LADDER.into_iter().chain(MAIN);
        let metrics = specs.iter().filter_map(|spec| {
            let estimate = crossed(&spec.name)?.estimate(spec.unit, spec.missing);
            Some((spec.name.clone(), estimate))
        });
        let split = main().filter_map(|name| {
            let share = crossed(name)?.complete()?.share_of_assumptions()?;
            Some((name.to_owned(), share))
        });
        let keys: Vec<&str> = draws
            .uncertain
            .iter()
            .map(|u| u.parameter.path.as_str())
            .collect();
        let of_key = |at: usize| worlds.iter().map(|world| world.values[at]).collect();
        let drawn: Vec<Vec<f64>> = (0..keys.len()).map(of_key).collect();
        let dominance = main().filter_map(|name| {
            let means = crossed(name)?.complete()?.world_means();
            Some((name.to_owned(), Dominance::of(&keys, &drawn, &means)?))
        });
        Self {
            worlds: worlds.len(),
            paths: worlds
                .first()
                .map_or(0, |w| w.rows.len() / w.specs.len().max(1)),
            uncertain: keys.len(),
            redrawn: worlds.iter().map(|world| world.redrawn).sum(),
            lacked: most_frequent(worlds),
            metrics: metrics.collect(),
            probabilities: probabilities(crossed),
            split: split.collect(),
            dominance: dominance.collect(),
            each: worlds
                .iter()
                .enumerate()
                .map(|(at, world)| world.row(at, &keys))
                .collect(),
        }
    }
}

impl World {
    fn row(&self, world: usize, keys: &[&str]) -> WorldRow {
        let names = keys.iter().map(|key| (*key).to_owned());
        let mean = |name: &str| {
            let values = self.column(name)?;
            let present: Vec<f64> = values
                .into_iter()
                .filter(|value| value.is_finite())
                .collect();
            let count = present.len() as f64;
            (count > 0.0).then(|| present.iter().sum::<f64>() / count)
        };
        let main = LADDER.into_iter().chain(MAIN);
        WorldRow {
            world,
            redrawn: self.redrawn,
            values: names.zip(self.values.iter().copied()).collect(),
            means: main.map(|name| (name.to_owned(), mean(name))).collect(),
        }
    }
}

fn probabilities(crossed: impl Fn(&str) -> Option<Crossed>) -> Named<Estimate> {
    let rungs = LADDER
        .into_iter()
        .flat_map(|rung| TARGETS.map(|target| (rung, target)));
    rungs
        .chain(MONEY_BACK)
        .filter_map(|(name, threshold)| {
            let reached = crossed(name)?.reaches(threshold);
            Some((event_name(name, threshold), reached))
        })
        .collect()
}

/// What most redrawn worlds lacked last.
fn most_frequent(worlds: &[World]) -> Option<String> {
    let reasons = || worlds.iter().filter_map(|world| world.lacked.as_deref());
    let count = |reason: &str| reasons().filter(|other| *other == reason).count();
    reasons()
        .max_by_key(|reason| count(reason))
        .map(str::to_owned)
}

impl Crossed {
    /// The probability to reach `threshold`, as an estimate of a share; a missing value counts by neither.
    fn reaches(&self, threshold: f64) -> Estimate {
        let score = |value: f64| {
            if value.is_nan() {
                value
            } else {
                f64::from(u8::from(value >= threshold))
            }
        };
        let mut found = self
            .map(score)
            .estimate(MetricUnit::Share, MissingRank::Omitted);
        let bound = |end: Option<f64>| end.map(|end| end.clamp(0.0, 1.0));
        found.intervals.mean = found.intervals.mean.map(|ends| ends.map(bound));
        if found.se == Some(0.0) {
            // Never or always: as if only as many had been drawn as there are worlds, or paths if they are fewer.
            let drawn = self.fewest() as u64;
            let hits = if found.mean == Some(0.0) { 0 } else { drawn };
            let sure = Probability::wilson(hits, drawn);
            found.intervals.mean = sure.map(|sure| [Some(sure.lo), Some(sure.hi)]);
        }
        let [lo, hi] = found.intervals.mean.unwrap_or([None, None]);
        (found.lo, found.hi) = (lo, hi);
        found
    }
}
