//! The key that a search moves, its range, and the scenarios on the way.

use super::FINEST;
use crate::scenario::Scenario;
use crate::scenario::problem::Problems;
use crate::scenario::reader::{Parameter, Unit, number_in};
use crate::scenario::variant::{UnknownNumber, assignment};
use crate::structure::Structure;
use std::fmt;
use std::ops::Bound::{Excluded, Included, Unbounded};

/// Values of the first grid.
const GRID: usize = 9;

/// Part of the range that keeps its ends off bounds which are themselves excluded.
const INSIDE: f64 = 0.01;

/// A key and the values that are tried for it.
#[derive(Debug)]
pub struct Search {
    scenario: Scenario,
    key: String,
    entries: Vec<Parameter>,
    range: [f64; 2],
    grid: Vec<f64>,
    invalid: usize,
    reason: Option<String>,
}

/// Why a search cannot begin.
#[derive(Debug)]
pub enum SearchError {
    /// The key is no number of the scenario.
    Unknown(UnknownNumber),
    /// The range cannot be read or is empty.
    Range {
        /// The range as written.
        range: String,
        /// What is wrong.
        reason: String,
    },
    /// Neither the scenario nor the model bounds the key.
    NoRange(String),
    /// No value of the range is a valid scenario.
    Infeasible(Problems),
}

impl fmt::Display for SearchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(unknown) => unknown.fmt(f),
            Self::Range { range, reason } => write!(f, "`{range}` is no range: {reason}"),
            Self::NoRange(key) => write!(
                f,
                "`{key}` has no range in the scenario; give one: `--by {key}=lo:hi`"
            ),
            Self::Infeasible(problems) => problems.fmt(f),
        }
    }
}

impl Search {
    /// A search over `by`: a key of `scenario`, `*` for any one part, with `=lo:hi` or the key's own range.
    ///
    /// # Errors
    ///
    /// An unknown key, an empty range, a range without a valid scenario.
    pub fn new(scenario: &Scenario, by: &str) -> Result<Self, SearchError> {
        let (key, range) = match by.split_once('=') {
            Some((key, range)) => (key.trim(), Some(range.trim())),
            None => (by.trim(), None),
        };
        let entries = scenario.numbers(key).map_err(SearchError::Unknown)?;
        let entries: Vec<Parameter> = entries.into_iter().cloned().collect();
        let range = match range {
            Some(range) => given(range, &entries)?,
            None => own(key, &entries)?,
        };
        let mut search = Self {
            scenario: scenario.clone(),
            key: key.to_owned(),
            entries,
            range,
            grid: Vec::new(),
            invalid: 0,
            reason: None,
        };
        search.lay_grid()?;
        Ok(search)
    }

    /// Fills the grid with those of its values that are valid scenarios.
    fn lay_grid(&mut self) -> Result<(), SearchError> {
        let [low, high] = self.range;
        let mut first = None;
        let mut last = f64::NAN;
        for index in 0..GRID {
            let share = index as f64 / (GRID - 1) as f64;
            let value = self.allowed(low + share * (high - low));
            if value == last {
                continue;
            }
            last = value;
            match self.valid(value) {
                Ok(()) => self.grid.push(value),
                Err(problems) => {
                    self.invalid += 1;
                    first = first.or(Some(problems));
                }
            }
        }
        let message = |problems: &Problems| problems.list().first().map(|p| p.message.clone());
        self.reason = first.as_ref().and_then(message);
        match first {
            Some(problems) if self.grid.is_empty() => Err(SearchError::Infeasible(problems)),
            _ => Ok(()),
        }
    }

    fn valid(&self, value: f64) -> Result<(), Problems> {
        Structure::new(&self.scenario(value)?).map(|_| ())
    }

    /// The scenario in which every entry of the key has this value.
    pub(super) fn scenario(&self, value: f64) -> Result<Scenario, Problems> {
        let sets: Vec<String> = self
            .entries
            .iter()
            .map(|entry| assignment(entry, value))
            .collect();
        self.scenario.with(&sets)
    }

    /// The scenario as it is.
    pub(super) fn base(&self) -> &Scenario {
        &self.scenario
    }

    /// The key as written.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What the key counts in.
    pub fn unit(&self) -> Unit {
        self.entries[0].unit
    }

    pub(super) fn range(&self) -> [f64; 2] {
        self.range
    }

    pub(super) fn grid(&self) -> &[f64] {
        &self.grid
    }

    /// Values of the grid that are no valid scenario, and why the first is not.
    pub(super) fn invalid(&self) -> (usize, Option<&str>) {
        (self.invalid, self.reason.as_deref())
    }

    pub(super) fn as_it_is(&self) -> Option<f64> {
        let first = self.entries[0].base;
        let alike = self.entries.iter().all(|entry| entry.base == first);
        alike.then_some(first)
    }

    pub(super) fn is_count(&self) -> bool {
        self.unit() == Unit::Count
    }

    /// The value that the key can take nearest to `value`: counts are whole, years of a term whole quarters.
    pub(super) fn allowed(&self, value: f64) -> f64 {
        match self.unit() {
            Unit::Count => libm::round(value),
            _ if self.in_quarters() => libm::round(value * 4.0) / 4.0,
            _ => value,
        }
    }

    /// Whether the key is a length of the programme, which runs in quarters.
    fn in_quarters(&self) -> bool {
        self.unit() == Unit::Years && self.key.starts_with("national.")
    }

    /// Whether a bracket is as narrow as it is worth while.
    pub(super) fn is_narrow(&self, width: f64) -> bool {
        let least = match self.unit() {
            Unit::Count => 1.0,
            _ if self.in_quarters() => 0.25,
            _ => FINEST * (self.range[1] - self.range[0]),
        };
        width <= least
    }

    /// A step that leads to another value.
    pub(super) fn at_least_one(&self, step: f64) -> f64 {
        if self.is_count() { step.max(1.0) } else { step }
    }
}

/// The range as written: `lo:hi` in the key's unit.
fn given(text: &str, entries: &[Parameter]) -> Result<[f64; 2], SearchError> {
    let wrong = |reason: String| SearchError::Range {
        range: text.to_owned(),
        reason,
    };
    let Some((low, high)) = text.split_once(':') else {
        return Err(wrong("write two numbers as lo:hi".to_owned()));
    };
    let unit = entries[0].unit;
    let number = |text: &str| {
        number_in(text, unit).map_err(|advice| wrong(format!("`{text}` is no number; {advice}")))
    };
    let range = [number(low.trim())?, number(high.trim())?];
    if range[0] >= range[1] {
        return Err(wrong(
            "it is empty; write the lower number first".to_owned(),
        ));
    }
    for (entry, value) in entries.iter().flat_map(|e| range.map(|value| (e, value))) {
        if !entry.bounds.contains(value) {
            let (path, bounds) = (&entry.path, entry.bounds);
            return Err(wrong(format!("`{path}` {bounds}, found {value}")));
        }
    }
    Ok(range)
}

/// The range that the scenario gives the key, else the model's own bounds of a share.
fn own(key: &str, entries: &[Parameter]) -> Result<[f64; 2], SearchError> {
    let plausible = entries
        .iter()
        .map(|entry| Some([entry.low?, entry.high?]))
        .collect::<Option<Vec<[f64; 2]>>>();
    let ranges = plausible
        .or_else(|| entries.iter().map(bounds).collect())
        .ok_or_else(|| SearchError::NoRange(key.to_owned()))?;
    let low = ranges
        .iter()
        .map(|r| r[0])
        .fold(f64::NEG_INFINITY, f64::max);
    let high = ranges.iter().map(|r| r[1]).fold(f64::INFINITY, f64::min);
    if low < high {
        Ok([low, high])
    } else {
        Err(SearchError::NoRange(key.to_owned()))
    }
}

/// The model's bounds of a share, a little inside where they are excluded; those of other numbers are too far apart to
/// say where to look.
fn bounds(entry: &Parameter) -> Option<[f64; 2]> {
    if entry.unit != Unit::Share {
        return None;
    }
    let end = |bound| match bound {
        Included(at) => Some((at, 0.0)),
        Excluded(at) => Some((at, INSIDE)),
        Unbounded => None,
    };
    let ((low, low_gap), (high, high_gap)) = (end(entry.bounds.low)?, end(entry.bounds.high)?);
    let width = high - low;
    Some([low + low_gap * width, high - high_gap * width])
}
