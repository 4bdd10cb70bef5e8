//! Numbers of a scenario fitted to published figures: simulated method of moments on common random numbers.
//!
//! Every trial of the numbers meets the same paths, so that the misses of the figures are nearly smooth in the numbers and least
//! squares can follow their slopes. A miss counts in standard deviations of the published figure, of which the tolerance is
//! 1.96: weights come from the evidence, not from the model. [`fit()`] moves numbers within their ranges only.

mod fit;
mod linear;

pub use fit::{Fit, fit};

use crate::evidence::{Quantity, Row, Use};
use crate::scenario::problem::Problems;
use crate::scenario::reader::{Parameter, Unit};
use crate::scenario::{Scenario, variant};
use crate::simulation::{Running, SimulationError};
use crate::summary::Provenance;
use crate::summary::probability::Z;
use crate::validation::{Counts, Measured, Unmeasured};
use serde::Serialize;
use statrs::distribution::{ChiSquared, ContinuousCDF};
use std::fmt;

/// Most numbers that are fitted at once.
const MOST_KEYS: usize = 24;

/// Why a scenario cannot be calibrated as asked.
#[derive(Debug)]
pub enum CalibrationError {
    /// The arguments, with what to do about it.
    Mistake(String),
    /// A trial is no valid scenario.
    Infeasible(Problems),
    /// A simulation failed.
    Simulation(SimulationError),
}

impl fmt::Display for CalibrationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mistake(what) => f.write_str(what),
            Self::Infeasible(problems) => problems.fmt(f),
            Self::Simulation(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for CalibrationError {}

impl From<Problems> for CalibrationError {
    fn from(problems: Problems) -> Self {
        Self::Infeasible(problems)
    }
}

impl From<SimulationError> for CalibrationError {
    fn from(error: SimulationError) -> Self {
        Self::Simulation(error)
    }
}

/// A number that may move; with `*` in its key several move as one.
#[derive(Clone, Debug, PartialEq)]
pub struct FreeKey {
    /// The key as written.
    pub key: String,
    /// What it counts in.
    pub unit: Unit,
    /// The numbers it stands for.
    numbers: Vec<Parameter>,
    /// Where it may move.
    pub range: [f64; 2],
    /// Where it starts.
    pub start: f64,
}

impl FreeKey {
    /// The number `key` of `scenario`.
    ///
    /// # Errors
    ///
    /// Unknown keys, numbers without a range, and numbers under one key that differ.
    pub fn new(scenario: &Scenario, key: &str) -> Result<Self, CalibrationError> {
        let mistake = |why: String| Err(CalibrationError::Mistake(format!("--free: {why}")));
        let numbers = match scenario.numbers(key) {
            Ok(numbers) => numbers,
            Err(unknown) => return mistake(unknown.to_string()),
        };
        let first = numbers[0];
        if numbers.iter().any(|number| number.base != first.base) {
            return mistake(format!(
                "the numbers of `{key}` differ, and one value would take the place of all; name them one by one"
            ));
        }
        let end = |of: fn(&Parameter) -> Option<f64>| {
            numbers
                .iter()
                .map(|number| of(number))
                .collect::<Option<Vec<f64>>>()
        };
        let (Some(lows), Some(highs)) = (end(|n| n.low), end(|n| n.high)) else {
            return mistake(format!(
                "`{key}` has no range in this scenario; give it one with `--set {key}={{base=..,low=..,high=..}}`"
            ));
        };
        let range = [
            lows.into_iter().fold(f64::NEG_INFINITY, f64::max),
            highs.into_iter().fold(f64::INFINITY, f64::min),
        ];
        if range[0] >= range[1] || first.unit == Unit::Count {
            return mistake(format!(
                "`{key}` cannot move: its range holds one number, or it counts things"
            ));
        }
        Ok(Self {
            key: key.to_owned(),
            unit: first.unit,
            range,
            start: first.base,
            numbers: numbers.into_iter().cloned().collect(),
        })
    }

    /// The value at `place` of its range, which runs from 0 to 1.
    pub fn value(&self, place: f64) -> f64 {
        self.range[0] + place * (self.range[1] - self.range[0])
    }

    /// The place of its start.
    fn place(&self) -> f64 {
        (self.start - self.range[0]) / (self.range[1] - self.range[0])
    }

    /// The overrides that give its numbers the value at `place`.
    fn assignments(&self, place: f64) -> impl Iterator<Item = String> {
        let value = self.value(place);
        self.numbers
            .iter()
            .map(move |number| variant::assignment(number, value))
    }
}

/// What is fitted to what.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The numbers.
    pub keys: Vec<FreeKey>,
    /// The figures.
    pub rows: Vec<Row>,
}

impl Plan {
    /// The numbers `keys` of `scenario` to the figures `ids` of `rows`.
    ///
    /// # Errors
    ///
    /// Unknown keys and figures, figures that are held out or about another country, and fewer figures than numbers.
    pub fn new(
        scenario: &Scenario,
        keys: &[String],
        ids: &[String],
        rows: &[Row],
    ) -> Result<Self, CalibrationError> {
        let mistake = |why: String| Err(CalibrationError::Mistake(why));
        let names = |lists: &[String]| -> Vec<String> {
            let all = lists.iter().flat_map(|list| list.split(','));
            let all = all.map(|name| name.trim().to_owned());
            all.filter(|name| !name.is_empty()).collect()
        };
        let (keys, ids) = (names(keys), names(ids));
        let repeated = |names: &[String]| {
            let twice = |(at, name): &(usize, &String)| names[..*at].contains(name);
            names
                .iter()
                .enumerate()
                .find(twice)
                .map(|(_, name)| name.clone())
        };
        if let Some(name) = repeated(&keys).or_else(|| repeated(&ids)) {
            return mistake(format!("`{name}` stands twice; name it once"));
        }
        let chosen = ids.iter().map(|id| chosen(scenario, rows, id));
        let plan = Self {
            rows: chosen.collect::<Result<_, _>>()?,
            keys: keys
                .iter()
                .map(|key| FreeKey::new(scenario, key))
                .collect::<Result<_, _>>()?,
        };
        if plan.keys.is_empty() || plan.keys.len() > MOST_KEYS {
            return mistake(format!("--free: name 1 to {MOST_KEYS} numbers"));
        }
        if plan.rows.len() < plan.keys.len() {
            return mistake(format!(
                "--rows: {} figures cannot tell {} numbers; name more figures, or free fewer numbers",
                plan.rows.len(),
                plan.keys.len()
            ));
        }
        Ok(plan)
    }

    /// Trials at most.
    pub fn most_trials(&self) -> usize {
        fit::most_trials(self.keys.len()) + 2
    }

    /// `scenario` with its numbers at `places` of their ranges.
    fn trial(&self, scenario: &Scenario, places: &[f64]) -> Result<Scenario, Problems> {
        let keys = self.keys.iter().zip(places);
        let sets: Vec<String> = keys
            .flat_map(|(key, &place)| key.assignments(place))
            .collect();
        scenario.with(&sets)
    }
}

/// The figure `id`, if `scenario` may be fitted to it.
fn chosen(scenario: &Scenario, rows: &[Row], id: &str) -> Result<Row, CalibrationError> {
    let mistake = |why: String| Err(CalibrationError::Mistake(format!("--rows: {why}")));
    let Some(row) = rows.iter().find(|row| row.id == *id) else {
        let known = rows.iter().map(|row| row.id.as_str());
        let meant = crate::scenario::reader::suggestion(id, known);
        return mistake(match meant {
            Some(meant) => format!("no figure is called `{id}`; did you mean `{meant}`?"),
            None => {
                format!("no figure is called `{id}`; `tierfund validate --format json` has all")
            }
        });
    };
    if row.used == Use::HeldOut {
        return mistake(format!(
            "`{id}` is held out: it tells how well a model does where it was not fitted, so nothing is ever fitted to it"
        ));
    }
    let is_about = row.scenarios.is_empty() || row.scenarios.contains(&scenario.name);
    if scenario.country != Some(row.country) || !is_about {
        return mistake(format!(
            "`{id}` is not about this scenario; its country or its list of scenarios is another"
        ));
    }
    Ok(row.clone())
}

/// A fitted number.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fitted {
    /// Its key.
    pub key: String,
    /// What it counts in.
    #[serde(skip)]
    pub unit: Unit,
    /// Where it started.
    pub start: f64,
    /// What was found.
    pub value: f64,
    /// Its standard error, from the errors of the figures and of the simulation; `None` where they say nothing of it.
    pub se: Option<f64>,
    /// Where it was allowed to move.
    pub range: [f64; 2],
    /// Whether it stands at an end of its range.
    pub at_an_end: bool,
    /// Whether the figures tell it: its standard error is below that of a number of which only the range is known.
    pub is_identified: bool,
}

/// A figure before and after.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Moment {
    /// The figure.
    #[serde(flatten)]
    pub row: Row,
    /// The model at the start.
    pub before: Measured,
    /// The model with the fitted numbers.
    pub after: Measured,
}

/// A finished calibration.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Calibration {
    /// Where the numbers come from.
    pub provenance: Provenance,
    /// The numbers.
    pub numbers: Vec<Fitted>,
    /// The figures.
    pub moments: Vec<Moment>,
    /// Sum of squared misses in standard deviations of figure and simulation.
    pub j: f64,
    /// Figures less numbers.
    pub freedom: usize,
    /// Probability of so large a J if the model is right; `None` without freedom.
    pub p_value: Option<f64>,
    /// Scenarios that were simulated.
    pub trials: usize,
    /// Whether the search came to rest.
    pub converged: bool,
}

impl Calibration {
    /// The calibration of `scenario` by `plan` on `paths` traced paths of `seed`; progress counts trials.
    ///
    /// # Errors
    ///
    /// See [`CalibrationError`].
    pub fn new(
        scenario: &Scenario,
        plan: &Plan,
        seed: u64,
        paths: u64,
        running: Running,
    ) -> Result<Self, CalibrationError> {
        let quantities: Vec<Quantity> = plan.rows.iter().map(|row| row.quantity.clone()).collect();
        let mut trials = 0;
        let mut measure = |places: &[f64]| -> Result<Vec<Measured>, CalibrationError> {
            let trial = plan.trial(scenario, places)?;
            let quiet = Running {
                progress: None,
                ..running
            };
            let counts = Counts::new(&trial, quantities.iter(), seed, paths, quiet)?;
            trials += 1;
            if let Some(progress) = running.progress {
                progress(trials as u64);
            }
            let measured = plan.rows.iter().enumerate();
            let measured =
                measured.map(|(at, row)| counts.measured(at).map_err(|why| unmeasured(row, &why)));
            measured.collect()
        };
        let start: Vec<f64> = plan.keys.iter().map(FreeKey::place).collect();
        let before = measure(&start)?;
        let scale: Vec<f64> = plan.rows.iter().map(|row| row.tolerance / Z).collect();
        let misses = |measured: &[Measured]| -> Vec<f64> {
            let pairs = measured.iter().zip(&plan.rows).zip(&scale);
            pairs
                .map(|((m, row), scale)| (m.value - row.published) / scale)
                .collect()
        };
        let found = fit(&start, |places| {
            Ok::<_, CalibrationError>(misses(&measure(places)?))
        })?;
        let after = measure(&found.places)?;
        // What simulation adds to the error of a figure, in standard deviations of the figure.
        let noise = after
            .iter()
            .zip(&scale)
            .map(|(m, scale)| m.half / Z / scale);
        let noise: Vec<f64> = noise.collect();
        let squares = misses(&after).into_iter().zip(&noise);
        let j = squares
            .map(|(miss, noise)| miss * miss / (1.0 + noise * noise))
            .sum();
        let freedom = plan.rows.len() - plan.keys.len();
        let moments = plan.rows.iter().zip(before.iter().zip(&after));
        Ok(Self {
            provenance: Provenance::new(scenario, seed, paths),
            numbers: fitted(&plan.keys, &found, &noise),
            moments: moments
                .map(|(row, (before, after))| Moment {
                    row: row.clone(),
                    before: *before,
                    after: *after,
                })
                .collect(),
            j,
            freedom,
            p_value: beyond(j, freedom),
            trials,
            converged: found.converged,
        })
    }

    /// The fitted scenario, called `name`, each number with its range and the word fitted as its source.
    ///
    /// # Errors
    ///
    /// Those of a scenario's overrides: none for numbers that a trial had.
    pub fn scenario(&self, base: &Scenario, plan: &Plan, name: &str) -> Result<String, Problems> {
        let mut sets = vec![format!("name={name:?}")];
        // An override may have left its range, which a file may not: the range follows.
        for parameter in &base.parameters {
            let base = parameter.base;
            let mut move_to_base = |end: &str| {
                let set = variant::assignment(parameter, base);
                sets.push(set.replacen('=', &format!(".{end}="), 1));
            };
            if parameter.low.is_some_and(|low| low > base) {
                move_to_base("low");
            }
            if parameter.high.is_some_and(|high| high < base) {
                move_to_base("high");
            }
        }
        for (key, number) in plan.keys.iter().zip(&self.numbers) {
            let [low, high] = number.range;
            for parameter in &key.numbers {
                let (path, value) = (&parameter.path, number.value);
                sets.push(format!(
                    "{path}={{base={value:?},low={low:?},high={high:?},source=\"fitted by tierfund calibrate\"}}"
                ));
            }
        }
        Ok(base.with(&sets)?.document.to_toml())
    }
}

fn unmeasured(row: &Row, why: &Unmeasured) -> CalibrationError {
    let why = match why {
        Unmeasured::NoMetric(name) => format!("this scenario has no metric {name}"),
        Unmeasured::NoStage(name) => format!("this scenario has no stage {name}"),
        Unmeasured::NoEvent(name) => format!("there is no event {name}"),
        Unmeasured::NoRoute(name) => format!("there is no exit for money by {name}"),
        Unmeasured::Nothing => "nothing of what it counts happens; use more --paths".to_owned(),
    };
    CalibrationError::Mistake(format!("--rows: `{}` cannot be measured: {why}", row.id))
}

/// Probability that a chi-square variable of so many degrees of freedom lies beyond `j`.
fn beyond(j: f64, freedom: usize) -> Option<f64> {
    let law = ChiSquared::new(freedom as f64)
        .ok()
        .filter(|_| freedom > 0)?;
    Some(libm::round(law.sf(j) * 1e6) / 1e6)
}

fn fitted(keys: &[FreeKey], found: &Fit, noise: &[f64]) -> Vec<Fitted> {
    let errors = found.standard_errors(noise);
    // Of a number of which only the range is known: a uniform law has the standard deviation 1 / sqrt(12).
    let of_range = (1.0_f64 / 12.0).sqrt();
    let number = |((key, &place), se): ((&FreeKey, &f64), Option<f64>)| {
        let width = key.range[1] - key.range[0];
        Fitted {
            key: key.key.clone(),
            unit: key.unit,
            start: key.start,
            value: key.value(place),
            se: se.map(|se| se * width),
            range: key.range,
            at_an_end: place <= 0.0 || place >= 1.0,
            is_identified: se.is_some_and(|se| se < of_range),
        }
    };
    let numbers = keys.iter().zip(&found.places).zip(errors);
    numbers.map(number).collect()
}

#[cfg(test)]
mod tests;
