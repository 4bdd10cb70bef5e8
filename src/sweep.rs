//! Many points of a grid on the same luck: one row of estimates per point, each also as a paired difference to the first.
//!
//! A [`Plan`] holds what is varied and measured. All its points are read and their structures solved before any path is run
//! ([`Plan::check`]); then each gives a [`Row`] ([`Plan::row`]), which depends on that point and the first one alone, so a sweep that was
//! interrupted goes on with the rows it has.

pub mod axis;

use crate::measure::{Measure, MeasureError};
use crate::metrics::MissingRank;
use crate::outcomes::Outcomes;
use crate::scenario::Scenario;
use crate::simulation::{Running, SimulationError, in_parallel, specs};
use crate::structure::Structure;
use crate::summary::estimate::Estimate;
use crate::summary::probability::Probability;
use axis::{Axis, AxisError, overlap};
use std::fmt;

/// Measures of a sweep that names none.
pub const MEASURES: [&str; 5] = [
    "leverage.consolidated",
    "leverage.consolidated>=10",
    "leverage.social",
    "national.dpi",
    "national.irr",
];

/// What a row says about each measure.
pub const FIGURES: [&str; 9] = [
    "mean",
    "lo",
    "hi",
    "p5",
    "p50",
    "p95",
    "difference",
    "difference_lo",
    "difference_hi",
];

/// Problems of points that are shown.
const SHOWN: usize = 5;

/// What is varied, what is measured, on how many paths.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The keys and their values; the first varies slowest.
    pub axes: Vec<Axis>,
    /// What is measured.
    pub measures: Vec<Measure>,
    /// Paths of each point.
    pub paths: u64,
}

/// A sweep that cannot be made.
#[derive(Debug)]
pub enum PlanError {
    /// Neither the arguments nor the scenario say what to vary.
    NothingVaried,
    /// What follows `--vary` cannot be read.
    Axis(AxisError),
    /// Two of the keys stand for the same value.
    Doubled(String, String),
    /// A measure cannot be read.
    Measure(MeasureError),
    /// The grid is larger than allowed.
    TooLarge {
        /// Numbers of values, key by key.
        values: Vec<usize>,
        /// Paths of each point.
        paths: u64,
        /// Most paths in all.
        most: u64,
    },
    /// Points that are no valid scenarios or lack a measure: what is varied there, and what is wrong.
    Points(Vec<(String, String)>),
    /// The scenario itself cannot be simulated, or the threads not be started.
    Simulation(SimulationError),
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NothingVaried => f.write_str(
                "nothing is varied: add --vary KEY=a:b:step or --vary KEY=v1,v2, or a table [sweep] with `vary` to the scenario",
            ),
            Self::Axis(error) => error.fmt(f),
            Self::Doubled(one, other) if one == other => {
                write!(f, "--vary {one}: this key is varied twice; give it one list of values")
            }
            Self::Doubled(one, other) => write!(
                f,
                "--vary {other}: `{one}` stands for some of the same numbers; vary one of the two"
            ),
            Self::Measure(error) => error.fmt(f),
            Self::TooLarge {
                values,
                paths,
                most,
            } => too_large(values, *paths, *most, f),
            Self::Points(problems) => {
                let shown = problems.iter().take(SHOWN);
                for (at, (point, problem)) in shown.enumerate() {
                    let gap = if at > 0 { "\n\n" } else { "" };
                    write!(f, "{gap}{point}:\n{problem}")?;
                }
                if problems.len() > SHOWN {
                    write!(f, "\n\n{} points have problems, the first {SHOWN} shown", problems.len())?;
                }
                Ok(())
            }
            Self::Simulation(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for PlanError {}

/// `5 x 4 = 20 points of 2000 paths are 40000 paths, ...`.
fn too_large(values: &[usize], paths: u64, most: u64, f: &mut fmt::Formatter) -> fmt::Result {
    let points = number_of_points(values);
    let factors: Vec<String> = values.iter().map(ToString::to_string).collect();
    if factors.len() > 1 {
        write!(f, "{} = ", factors.join(" x "))?;
    }
    write!(
        f,
        "{points} points of {paths} paths are {} paths, more than the {most} allowed; use fewer values or --paths, or raise --most",
        points.saturating_mul(u128::from(paths))
    )
}

fn number_of_points(values: &[usize]) -> u128 {
    let factors = values.iter().map(|count| *count as u128);
    factors.fold(1, u128::saturating_mul)
}

/// What one measure gives at one point, in the order of [`FIGURES`]; nothing where it cannot be said.
pub type Figures = [Option<f64>; FIGURES.len()];

/// One point's results, measure by measure.
pub type Row = Vec<Figures>;

/// The paths of the first point, which all others are compared with: per measure one score per path.
#[derive(Clone, Debug)]
pub struct Reference(Vec<Vec<f64>>);

impl Plan {
    /// The plan that varies `vary` (`KEY=a:b:step` or `KEY=v1,v2`) and measures `measures`; where one of the two is empty, what the
    /// scenario's `[sweep]` says, and [`MEASURES`] at last.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the two, and more than `most` paths in all.
    pub fn new(
        scenario: &Scenario,
        vary: &[String],
        measures: &[String],
        paths: u64,
        most: u64,
    ) -> Result<Self, PlanError> {
        let in_file = scenario.sweep.clone().unwrap_or_default();
        let vary = if vary.is_empty() { &in_file.vary } else { vary };
        let axes = axes(scenario, vary)?;
        let values: Vec<usize> = axes.iter().map(|axis| axis.values.len()).collect();
        if number_of_points(&values).saturating_mul(u128::from(paths)) > u128::from(most) {
            return Err(PlanError::TooLarge {
                values,
                paths,
                most,
            });
        }
        let structure = Structure::new(scenario)
            .map_err(|problems| PlanError::Simulation(SimulationError::Infeasible(problems)))?;
        let specs = specs(scenario, &structure);
        let named = [measures, &in_file.metrics];
        let named = named.into_iter().find(|names| !names.is_empty());
        let standard = MEASURES.map(str::to_owned);
        let measures = Measure::list(named.unwrap_or(&standard), &specs);
        Ok(Self {
            axes,
            measures: measures.map_err(PlanError::Measure)?,
            paths,
        })
    }

    /// Number of points.
    pub fn points(&self) -> usize {
        self.axes.iter().map(|axis| axis.values.len()).product()
    }

    /// The values of point number `point`, key by key.
    pub fn values(&self, point: usize) -> Vec<&str> {
        let mut rest = point;
        let mut values: Vec<&str> = Vec::with_capacity(self.axes.len());
        for axis in self.axes.iter().rev() {
            values.push(&axis.values[rest % axis.values.len()]);
            rest /= axis.values.len();
        }
        values.reverse();
        values
    }

    /// The arguments of `--set` that make point number `point`.
    pub fn sets(&self, point: usize) -> Vec<String> {
        let pairs = self.axes.iter().zip(self.values(point));
        pairs
            .map(|(axis, value)| format!("{}={value}", axis.key))
            .collect()
    }

    /// Reads every point and solves its structure.
    ///
    /// # Errors
    ///
    /// [`PlanError::Points`] with every point that has a problem.
    pub fn check(&self, scenario: &Scenario, running: Running) -> Result<(), PlanError> {
        let check = |point| {
            let problem = self.problem(scenario, point)?;
            Some((self.sets(point).join(", "), problem))
        };
        let found = in_parallel(self.points(), running, check).map_err(PlanError::Simulation)?;
        let problems: Vec<(String, String)> = found.into_iter().flatten().collect();
        if problems.is_empty() {
            return Ok(());
        }
        Err(PlanError::Points(problems))
    }

    fn problem(&self, scenario: &Scenario, point: usize) -> Option<String> {
        let read = scenario.with(&self.sets(point)).and_then(|scenario| {
            let structure = Structure::new(&scenario)?;
            Ok(specs(&scenario, &structure))
        });
        match read {
            Err(problems) => Some(problems.to_string()),
            Ok(specs) => {
                let mut measures = self.measures.iter();
                let missing = measures.find_map(|m| Measure::parse(&m.name, &specs).err());
                missing.map(|missing| format!("error: {missing}"))
            }
        }
    }

    /// What all others are compared with, from the outcomes of the first point.
    pub fn reference(&self, outcomes: &Outcomes) -> Reference {
        let scores = |measure: &Measure| measure.scores(outcomes).0;
        Reference(self.measures.iter().map(scores).collect())
    }

    /// The row of the point that gave `outcomes`.
    pub fn row(&self, outcomes: &Outcomes, reference: &Reference) -> Row {
        let measures = self.measures.iter().zip(&reference.0);
        measures
            .map(|(measure, first)| {
                let (scores, missing) = measure.scores(outcomes);
                figures(measure, &scores, first, missing)
            })
            .collect()
    }
}

fn axes(scenario: &Scenario, vary: &[String]) -> Result<Vec<Axis>, PlanError> {
    let mut axes: Vec<Axis> = Vec::new();
    for argument in vary {
        let axis = Axis::parse(argument, scenario).map_err(PlanError::Axis)?;
        if let Some(other) = axes.iter().find(|other| overlap(&other.key, &axis.key)) {
            return Err(PlanError::Doubled(other.key.clone(), axis.key));
        }
        axes.push(axis);
    }
    if axes.is_empty() {
        return Err(PlanError::NothingVaried);
    }
    Ok(axes)
}

/// The figures of one measure from its scores here and at the first point.
fn figures(measure: &Measure, scores: &[f64], first: &[f64], missing: MissingRank) -> Figures {
    let unit = measure.score_unit();
    let difference: Vec<f64> = scores
        .iter()
        .zip(first)
        .map(|(here, there)| here - there)
        .collect();
    let difference = Estimate::new(&difference, unit, missing);
    let [mean, lo, hi, p5, p50, p95] = if measure.at_least.is_some() {
        let probability = Probability::at_least(scores, 0.5);
        let of = |number: fn(Probability) -> f64| probability.map(number);
        [of(|p| p.p), of(|p| p.lo), of(|p| p.hi), None, None, None]
    } else {
        let of = Estimate::new(scores, unit, missing);
        [of.mean, of.lo, of.hi, of.p5, of.p50, of.p95]
    };
    let [gap, low, high] = [difference.mean, difference.lo, difference.hi];
    [mean, lo, hi, p5, p50, p95, gap, low, high]
}

#[cfg(test)]
mod tests;
