//! What a scenario's answer hangs on: tornado, screening and variance-based indices over the numbers that have a range.
//!
//! All three ask for the mean of a measure over the same few paths of luck in many variants of the scenario, so differences between variants
//! are paired. [`tornado`] changes one number at a time; [`morris`] one after the other from many starts; [`indices`] splits the variance
//! that the numbers make when each follows the law of its range. The first two rank, the last one explains.

pub mod indices;
pub mod morris;
pub mod tornado;

use crate::assumptions::draw::Uncertain;
use crate::measure::{Measure, MeasureError};
use crate::outcomes::Outcomes;
use crate::scenario::Scenario;
use crate::scenario::variant::UnknownNumber;
use crate::simulation::{Running, SimulationError, in_parallel, simulate_here, specs};
use crate::structure::Structure;
use indices::{Design, Halves, Indices, MOST_INPUTS};
use morris::{Screened, Trajectories};
use std::fmt;
use tornado::{Bar, change};

/// Measures unless others are named.
pub const MEASURES: [&str; 2] = ["leverage.consolidated", "national.dpi"];

/// Numbers whose indices are computed unless some are named.
pub const LEADING: usize = 10;

/// How much work is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Paths of each variant of the tornado.
    pub tornado_paths: u64,
    /// Trajectories of the screening.
    pub trajectories: u32,
    /// Paths of each variant of the screening.
    pub screening_paths: u64,
    /// Rows of the indices' design, a power of two.
    pub rows: u32,
    /// Paths of each variant of the indices, an even number.
    pub paths: u64,
}

impl Default for Effort {
    fn default() -> Self {
        Self {
            tornado_paths: 32,
            trajectories: 10,
            screening_paths: 8,
            rows: 512,
            paths: 32,
        }
    }
}

/// What is asked of which numbers.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What is measured.
    pub measures: Vec<Measure>,
    /// The numbers, each with its range.
    pub numbers: Vec<Uncertain>,
    /// Whether the numbers were named, so that all of them get indices.
    pub named: bool,
    /// How much work is done.
    pub effort: Effort,
    /// Whether no measure asks for the reports that take time.
    lean: bool,
}

/// A part of the work: variants of the scenario, and paths of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work {
    /// Number of variants.
    pub variants: usize,
    /// Paths of each.
    pub paths: u64,
}

/// A sensitivity that cannot be told.
#[derive(Debug)]
pub enum SensitivityError {
    /// A key is no number.
    Key(UnknownNumber),
    /// A number has no range.
    NoRange(String),
    /// No number of the scenario has a range.
    NothingUncertain,
    /// More numbers are named than a point has dimensions for.
    TooManyKeys(usize),
    /// A measure cannot be read.
    Measure(MeasureError),
    /// The scenario has no solution, or cannot be simulated.
    Simulation(SimulationError),
}

impl fmt::Display for SensitivityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(unknown) => write!(f, "--keys: {unknown}"),
            Self::NoRange(key) => write!(
                f,
                "--keys: `{key}` has no range; write {{ base = ..., low = ..., high = ... }} in the scenario"
            ),
            Self::NothingUncertain => f.write_str(
                "no number of this scenario has a range; write { base = 0.5, low = 0.3, high = 0.6 }",
            ),
            Self::TooManyKeys(count) => write!(
                f,
                "--keys: {count} numbers are named, and indices take at most {MOST_INPUTS}; name fewer, or none for the {LEADING} that lead"
            ),
            Self::Measure(error) => write!(f, "--on: {error}"),
            Self::Simulation(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for SensitivityError {}

impl Plan {
    /// The plan for the measures `on` ([`MEASURES`] if empty) and the numbers `keys` (all that have a range if empty).
    ///
    /// # Errors
    ///
    /// See [`SensitivityError`]; no path is run.
    pub fn new(
        scenario: &Scenario,
        on: &[String],
        keys: &[String],
        effort: Effort,
    ) -> Result<Self, SensitivityError> {
        let infeasible =
            |problems| SensitivityError::Simulation(SimulationError::Infeasible(problems));
        let structure = Structure::new(scenario).map_err(infeasible)?;
        let standard = MEASURES.map(str::to_owned);
        let on = if on.is_empty() { &standard[..] } else { on };
        let measures = Measure::list(on, &specs(scenario, &structure));
        let measures = measures.map_err(SensitivityError::Measure)?;
        let lean = lean(scenario.clone());
        let left = Structure::new(&lean).map(|structure| specs(&lean, &structure));
        let left = left.map_err(infeasible)?;
        let is_left = |measure: &Measure| left.iter().any(|spec| spec.name == measure.metric);
        let numbers = numbers(scenario, keys)?;
        if numbers.is_empty() {
            return Err(SensitivityError::NothingUncertain);
        }
        if !keys.is_empty() && numbers.len() > MOST_INPUTS {
            return Err(SensitivityError::TooManyKeys(numbers.len()));
        }
        Ok(Self {
            lean: measures.iter().all(is_left),
            measures,
            numbers,
            named: !keys.is_empty(),
            effort,
        })
    }

    /// The work of tornado, screening and indices.
    pub fn work(&self) -> [Work; 3] {
        let count = self.numbers.len();
        let inputs = if self.named {
            count
        } else {
            count.min(LEADING)
        };
        let Effort { rows, .. } = self.effort;
        let work = |variants, paths| Work { variants, paths };
        [
            work(2 * count + 1, self.effort.tornado_paths),
            work(
                (count + 1) * self.effort.trajectories as usize,
                self.effort.screening_paths,
            ),
            work((inputs + 2) * rows as usize, self.effort.paths),
        ]
    }

    /// Per measure, the numbers at both ends of their ranges, largest change first.
    ///
    /// # Errors
    ///
    /// [`SensitivityError::Simulation`].
    pub fn tornado(
        &self,
        scenario: &Scenario,
        seed: u64,
        running: Running,
    ) -> Result<Vec<Vec<Bar>>, SensitivityError> {
        let paths = self.effort.tornado_paths;
        let sets = |variant: usize| {
            let Some(variant) = variant.checked_sub(1) else {
                return Vec::new();
            };
            let number = &self.numbers[variant / 2];
            let end = if variant % 2 == 0 { 0.0 } else { 1.0 };
            vec![number.set(number.quantile(end))]
        };
        let scores = |outcomes: &Outcomes| {
            let of = |measure: &Measure| measure.scores(outcomes).0;
            self.measures.iter().map(of).collect::<Vec<Vec<f64>>>()
        };
        let one = |variant| self.simulate_variant(scenario, &sets(variant), seed, paths, scores);
        let count = 2 * self.numbers.len() + 1;
        let found = in_parallel(count, running, one).map_err(SensitivityError::Simulation)?;
        let bars = |(at, measure): (usize, &Measure)| {
            let base = found[0].as_ref().map(|scores| scores[at].as_slice());
            let change = |variant: usize| change(measure, &found[variant].as_ref()?[at], base?);
            let bar = |(number, uncertain): (usize, &Uncertain)| Bar {
                key: uncertain.parameter.path.clone(),
                low: uncertain.low,
                high: uncertain.high,
                at_low: change(2 * number + 1),
                at_high: change(2 * number + 2),
            };
            let mut bars: Vec<Bar> = self.numbers.iter().enumerate().map(bar).collect();
            bars.sort_by(|a, b| b.size().total_cmp(&a.size()));
            bars
        };
        Ok(self.measures.iter().enumerate().map(bars).collect())
    }

    /// Per measure, what each number does in the screening; `None` where no effect could be told.
    ///
    /// # Errors
    ///
    /// [`SensitivityError::Simulation`].
    pub fn screening(
        &self,
        scenario: &Scenario,
        seed: u64,
        running: Running,
    ) -> Result<Vec<Vec<Option<Screened>>>, SensitivityError> {
        let addresses: Vec<_> = self.numbers.iter().map(Uncertain::address).collect();
        let trajectories = Trajectories::new(seed, &addresses, self.effort.trajectories);
        let all: Vec<usize> = (0..self.numbers.len()).collect();
        let one = |index| {
            let sets = self.sets(&all, &trajectories.point(index));
            self.halves(scenario, &sets, seed, self.effort.screening_paths)
        };
        let found = in_parallel(trajectories.points(), running, one);
        let found = found.map_err(SensitivityError::Simulation)?;
        let of_measure = |at: usize| {
            let mean = |halves: &Option<Vec<[f64; 2]>>| {
                let [a, b] = halves.as_ref()?[at];
                Some(0.5 * (a + b)).filter(|mean| mean.is_finite())
            };
            trajectories.screen(&found.iter().map(mean).collect::<Vec<_>>())
        };
        Ok((0..self.measures.len()).map(of_measure).collect())
    }

    /// Places of the numbers that get indices: the ones that were named, or those with the largest part of some measure's largest effect.
    pub fn leading(&self, screened: &[Vec<Option<Screened>>]) -> Vec<usize> {
        let mut places: Vec<usize> = (0..self.numbers.len()).collect();
        if self.named {
            return places;
        }
        let sizes = |of: &[Option<Screened>]| -> Vec<f64> {
            let sizes = of
                .iter()
                .map(|found| found.map_or(0.0, |found| found.mu_star));
            let sizes: Vec<f64> = sizes.collect();
            let largest = sizes.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
            sizes.iter().map(|size| size / largest).collect()
        };
        let by_measure: Vec<Vec<f64>> = screened.iter().map(|of| sizes(of)).collect();
        let rank = |place: usize| {
            by_measure
                .iter()
                .map(|sizes| sizes[place])
                .fold(0.0, f64::max)
        };
        places.sort_by(|a, b| rank(*b).total_cmp(&rank(*a)));
        places.truncate(LEADING);
        places
    }

    /// Per measure, the indices of the numbers at `places`, all others at their base; `None` where the measure does not vary.
    ///
    /// # Errors
    ///
    /// [`SensitivityError::Simulation`].
    pub fn indices(
        &self,
        scenario: &Scenario,
        seed: u64,
        places: &[usize],
        running: Running,
    ) -> Result<Vec<Option<Indices>>, SensitivityError> {
        let design = Design::new(seed, places.len(), self.effort.rows);
        let one = |index| {
            let sets = self.sets(places, &design.point(index));
            self.halves(scenario, &sets, seed, self.effort.paths)
        };
        let found = in_parallel(design.points(), running, one);
        let found = found.map_err(SensitivityError::Simulation)?;
        let of_measure = |at: usize| {
            let halves = |halves: &Option<Vec<[f64; 2]>>| -> Halves {
                let halves = halves.as_ref()?[at];
                halves.iter().all(|half| half.is_finite()).then_some(halves)
            };
            design.indices(&found.iter().map(halves).collect::<Vec<_>>())
        };
        Ok((0..self.measures.len()).map(of_measure).collect())
    }

    /// The arguments of `--set` that give the numbers at `places` their quantiles at `point`.
    fn sets(&self, places: &[usize], point: &[f64]) -> Vec<String> {
        let pairs = places.iter().map(|place| &self.numbers[*place]).zip(point);
        pairs
            .map(|(number, u)| number.set(number.quantile(*u)))
            .collect()
    }

    /// Per measure, the mean over each half of the paths; `None` for a variant without a solution.
    fn halves(
        &self,
        scenario: &Scenario,
        sets: &[String],
        seed: u64,
        paths: u64,
    ) -> Option<Vec<[f64; 2]>> {
        let means = |outcomes: &Outcomes| {
            let of = |measure: &Measure| {
                let (scores, _) = measure.scores(outcomes);
                let (first, second) = scores.split_at(scores.len() / 2);
                [mean(first), mean(second)]
            };
            self.measures.iter().map(of).collect()
        };
        self.simulate_variant(scenario, sets, seed, paths, means)
    }

    /// What `take` takes of the outcomes of `scenario` with `sets`; `None` where it has no solution.
    fn simulate_variant<T>(
        &self,
        scenario: &Scenario,
        sets: &[String],
        seed: u64,
        paths: u64,
        take: impl Fn(&Outcomes) -> T,
    ) -> Option<T> {
        let variant = scenario.with(sets).ok()?;
        let variant = if self.lean { lean(variant) } else { variant };
        let outcomes = simulate_here(&variant, seed, 0..paths).ok()?;
        Some(take(&outcomes))
    }
}

/// The scenario without the reports that take time, which changes no number that is left.
fn lean(scenario: Scenario) -> Scenario {
    Scenario {
        nav: false,
        by_company: false,
        lp_returns: false,
        ..scenario
    }
}

/// Mean of the values that are there; NaN if none is.
fn mean(values: &[f64]) -> f64 {
    let present = || values.iter().filter(|value| value.is_finite());
    present().sum::<f64>() / present().count() as f64
}

/// The numbers with a range that `keys` name; all of them if there is no key.
fn numbers(scenario: &Scenario, keys: &[String]) -> Result<Vec<Uncertain>, SensitivityError> {
    let all = Uncertain::all(scenario);
    if keys.is_empty() {
        return Ok(all);
    }
    let mut named: Vec<&str> = Vec::new();
    let keys = keys.iter().flat_map(|keys| keys.split(','));
    for key in keys.map(str::trim).filter(|key| !key.is_empty()) {
        for number in scenario.numbers(key).map_err(SensitivityError::Key)? {
            if number.range().is_none() {
                return Err(SensitivityError::NoRange(number.path.clone()));
            }
            named.push(&number.path);
        }
    }
    let is_named = |number: &Uncertain| named.contains(&number.parameter.path.as_str());
    Ok(all.into_iter().filter(is_named).collect())
}

#[cfg(test)]
mod tests;
