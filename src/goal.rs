//! The value of a key at which a target is met: root finding on common random numbers.
//!
//! All values of the key meet the same luck, so the target is a nearly smooth function of the key and has a root. A grid
//! over the range finds every crossing, false position narrows down the first of them, and the Monte Carlo error of the
//! target at the root, divided by the slope there, is the error of the root.

mod search;

pub use search::{Search, SearchError};

use crate::comparison::asked::Event;
use crate::comparison::events::happens;
use crate::comparison::paired::Statistic;
use crate::metrics::{MetricSpec, MetricUnit};
use crate::outcomes::Outcomes;
use crate::scenario::Scenario;
use crate::summary::Provenance;
use crate::summary::estimate::{Estimate, Interval, unit_name};
use crate::summary::probability::Probability;
use serde::Serialize;

/// Most values tried between two values of the grid.
const REFINEMENTS: usize = 12;

/// Parts of the range to which a root is narrowed down at most.
const FINEST: f64 = 1e-4;

/// Part of the target's own error to which a root is narrowed down at most.
const CLOSE: f64 = 0.05;

/// What is to be reached.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Target {
    /// Name of the metric.
    pub metric: String,
    /// What the metric counts in.
    #[serde(serialize_with = "unit_name")]
    pub unit: MetricUnit,
    /// What it has to reach.
    pub at_least: f64,
    /// By what of it.
    pub by: By,
}

/// What of a metric has to reach the target.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// Its mean.
    Mean,
    /// Its median: for metrics that some path may be without.
    Median,
    /// The probability of reaching the target has to be this.
    Probability(f64),
}

impl Target {
    /// `event` by its metric's own statistic, or with a `probability`.
    pub fn new(event: &Event, probability: Option<f64>, spec: &MetricSpec) -> Self {
        let by = match (probability, Statistic::of(spec.missing)) {
            (Some(probability), _) => By::Probability(probability),
            (None, Statistic::Mean) => By::Mean,
            (None, Statistic::Median) => By::Median,
        };
        Self {
            metric: event.metric.clone(),
            unit: spec.unit,
            at_least: event.threshold,
            by,
        }
    }

    /// What the statistic has to come to.
    pub fn level(&self) -> f64 {
        match self.by {
            By::Mean | By::Median => self.at_least,
            By::Probability(probability) => probability,
        }
    }

    /// What `outcomes` reach.
    fn reached(&self, outcomes: &Outcomes) -> Reached {
        let Some((spec, values)) = outcomes.metric(&self.metric) else {
            return Reached::default();
        };
        if let By::Probability(_) = self.by {
            let told: Vec<bool> = values
                .iter()
                .filter_map(|value| happens(*value, self.at_least, spec.missing))
                .collect();
            let hits = told.iter().filter(|hit| **hit).count();
            let found = Probability::wilson(hits as u64, told.len() as u64);
            return Reached {
                value: found.map(|p| p.p),
                interval: found.map(|p| [Some(p.lo), Some(p.hi)]),
            };
        }
        let estimate = Estimate::new(&values, spec.unit, spec.missing);
        let statistic = Statistic::of(spec.missing);
        Reached {
            value: statistic.value(&estimate),
            interval: statistic.interval(&estimate),
        }
    }
}

/// What the paths of one value reach.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Reached {
    /// Mean, median or probability; `None` where it falls on paths without a value.
    pub value: Option<f64>,
    /// Its 95% interval.
    pub interval: Option<Interval>,
}

impl Reached {
    /// Half of the interval.
    fn half(&self) -> Option<f64> {
        let [low, high] = self.interval?;
        Some((high? - low?) / 2.0)
    }
}

/// A value of the key that was tried.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Point {
    /// The value.
    pub value: f64,
    /// What it reaches.
    pub reached: Reached,
    /// Whether that meets the target.
    pub met: bool,
}

/// What the search found.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Found {
    /// A value at which the target is just met.
    Root {
        /// The value.
        value: f64,
        /// Its 95% Monte Carlo interval; `None` where the target is flat there.
        interval: Option<[f64; 2]>,
        /// Whether an end of the interval was cut at an end of the range.
        cut: bool,
        /// Whether the target is met above the value, else below.
        met_above: bool,
        /// Change of the target's statistic per unit of the key.
        slope: Option<f64>,
    },
    /// No value of the range meets the target.
    Nowhere,
    /// Every value of the range meets it.
    Everywhere,
}

/// The search and its answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Goal {
    /// Where the numbers come from.
    pub provenance: Provenance,
    /// What was to be reached.
    pub target: Target,
    /// The key that was moved, as written.
    pub key: String,
    /// The range.
    pub range: [f64; 2],
    /// The key's value in the scenario as it is; `None` where several entries differ.
    pub as_it_is: Option<f64>,
    /// The answer.
    pub found: Found,
    /// How often the target is crossed on the grid.
    pub crossings: usize,
    /// Every value tried, in order.
    pub points: Vec<Point>,
    /// Values of the grid that are no valid scenario.
    pub invalid: usize,
    /// Why the first of them is not.
    pub invalid_reason: Option<String>,
}

/// The function whose root is sought, with what is known of it so far.
struct Tried<'a, F> {
    search: &'a Search,
    target: &'a Target,
    simulate: F,
    points: Vec<Point>,
}

impl<F> Tried<'_, F> {
    fn at<E>(&mut self, value: f64) -> Result<Point, E>
    where
        F: FnMut(&Scenario) -> Result<Outcomes, E>,
        E: From<crate::scenario::problem::Problems>,
    {
        let value = self.search.allowed(value);
        if let Some(known) = self.points.iter().find(|point| point.value == value) {
            return Ok(*known);
        }
        let outcomes = (self.simulate)(&self.search.scenario(value)?)?;
        let reached = self.target.reached(&outcomes);
        let point = Point {
            value,
            reached,
            met: reached.value.is_some_and(|v| v >= self.target.level()),
        };
        self.points.push(point);
        self.points.sort_by(|a, b| a.value.total_cmp(&b.value));
        Ok(point)
    }

    /// How far a point is beyond the target.
    fn beyond(&self, point: &Point) -> Option<f64> {
        Some(point.reached.value? - self.target.level())
    }

    /// Narrows a crossing between `low` and `high` down to the two ends of what is left of it.
    fn narrow<E>(&mut self, mut low: Point, mut high: Point) -> Result<[Point; 2], E>
    where
        F: FnMut(&Scenario) -> Result<Outcomes, E>,
        E: From<crate::scenario::problem::Problems>,
    {
        // Illinois: the end that stays twice running counts half, so that both ends close in.
        let (mut low_weight, mut high_weight) = (1.0, 1.0);
        for _ in 0..REFINEMENTS {
            let (a, b) = (self.beyond(&low), self.beyond(&high));
            let share = match (a, b) {
                (Some(a), Some(b)) => {
                    let (a, b) = (low_weight * a, high_weight * b);
                    (a / (a - b)).clamp(0.02, 0.98)
                }
                _ => 0.5,
            };
            let width = high.value - low.value;
            if self.search.is_narrow(width) || self.is_close(&low) || self.is_close(&high) {
                break;
            }
            let middle = self.at(low.value + share * width)?;
            if middle.value == low.value || middle.value == high.value {
                break;
            }
            if middle.met == low.met {
                low = middle;
                (low_weight, high_weight) = (1.0, high_weight / 2.0);
            } else {
                high = middle;
                (low_weight, high_weight) = (low_weight / 2.0, 1.0);
            }
        }
        Ok([low, high])
    }

    /// Whether a point is as near to the target as its own error makes worth while.
    fn is_close(&self, point: &Point) -> bool {
        let (by, half) = (self.beyond(point), point.reached.half());
        match (by, half) {
            (Some(by), Some(half)) => by == 0.0 || by.abs() <= CLOSE * half,
            _ => false,
        }
    }
}

impl Search {
    /// Values that a search tries at most, the grid included.
    pub fn most_runs(&self) -> u64 {
        (self.grid().len() + REFINEMENTS + 2) as u64
    }

    /// The answer, from the paths that `simulate` gives of each scenario, as many of each on the same `seed`.
    ///
    /// # Errors
    ///
    /// Those of `simulate`, and a value within the range that is no valid scenario.
    pub fn run<E: From<crate::scenario::problem::Problems>>(
        &self,
        target: &Target,
        seed: u64,
        paths: u64,
        simulate: impl FnMut(&Scenario) -> Result<Outcomes, E>,
    ) -> Result<Goal, E> {
        let mut tried = Tried {
            search: self,
            target,
            simulate,
            points: Vec::new(),
        };
        let mut grid = Vec::new();
        for value in self.grid() {
            grid.push(tried.at(*value)?);
        }
        let crossings: Vec<[Point; 2]> = grid
            .windows(2)
            .filter(|pair| pair[0].met != pair[1].met)
            .map(|pair| [pair[0], pair[1]])
            .collect();
        let found = match crossings.first() {
            Some([low, high]) => root(&mut tried, *low, *high)?,
            None if grid.iter().all(|point| point.met) => Found::Everywhere,
            None => Found::Nowhere,
        };
        Ok(Goal {
            provenance: Provenance::new(self.base(), seed, paths),
            target: target.clone(),
            key: self.key().to_owned(),
            range: self.range(),
            as_it_is: self.as_it_is(),
            found,
            crossings: crossings.len(),
            points: tried.points,
            invalid: self.invalid().0,
            invalid_reason: self.invalid().1.map(str::to_owned),
        })
    }
}

/// The root between two points of the grid, with its interval.
fn root<F, E>(tried: &mut Tried<F>, low: Point, high: Point) -> Result<Found, E>
where
    F: FnMut(&Scenario) -> Result<Outcomes, E>,
    E: From<crate::scenario::problem::Problems>,
{
    let met_above = high.met;
    let coarse = slope(&low, &high);
    let ends = tried.narrow(low, high)?;
    let at = best(tried, ends);
    let slope = local_slope(tried, &at, coarse)?;
    let [start, end] = tried.search.range();
    let level = tried.target.level();
    let interval = slope
        .filter(|slope| (*slope > 0.0) == met_above && *slope != 0.0)
        .and_then(|slope| {
            let [low, high] = at.reached.interval?;
            let mut ends = [low?, high?].map(|truth| at.value + (level - truth) / slope);
            ends.sort_by(f64::total_cmp);
            Some(ends)
        });
    let value = if tried.search.is_count() {
        at.value
    } else {
        refined(tried, &at, slope)
    };
    let cut = interval.is_some_and(|[low, high]| low < start || high > end);
    Ok(Found::Root {
        value,
        interval: interval.map(|ends| ends.map(|v| v.clamp(start, end))),
        cut,
        met_above,
        slope,
    })
}

/// The last step to the root along the local slope, within the range.
fn refined<F>(tried: &Tried<F>, at: &Point, slope: Option<f64>) -> f64 {
    let [start, end] = tried.search.range();
    let step = tried.beyond(at).zip(slope).map(|(by, slope)| by / slope);
    let near = |step: &f64| step.is_finite() && step.abs() <= 0.01 * (end - start);
    at.value - step.filter(near).unwrap_or(0.0)
}

/// Of two ends the nearer to the target; of whole numbers the one that meets it.
fn best<F>(tried: &Tried<F>, [low, high]: [Point; 2]) -> Point {
    if tried.search.is_count() {
        return if low.met { low } else { high };
    }
    let far = |point: &Point| tried.beyond(point).map_or(f64::INFINITY, f64::abs);
    if far(&low) <= far(&high) { low } else { high }
}

fn slope(low: &Point, high: &Point) -> Option<f64> {
    let gap = high.value - low.value;
    let slope = (high.reached.value? - low.reached.value?) / gap;
    slope.is_finite().then_some(slope)
}

/// The slope over about the width of the root's own interval, where luck's small steps do not show.
fn local_slope<F, E>(
    tried: &mut Tried<F>,
    at: &Point,
    coarse: Option<f64>,
) -> Result<Option<f64>, E>
where
    F: FnMut(&Scenario) -> Result<Outcomes, E>,
    E: From<crate::scenario::problem::Problems>,
{
    let [start, end] = tried.search.range();
    let spacing = (end - start) / 8.0;
    let width = at
        .reached
        .half()
        .zip(coarse)
        .map(|(half, s)| (half / s).abs());
    let width = width.filter(|w| w.is_finite()).unwrap_or(spacing);
    let width = tried
        .search
        .at_least_one(width.clamp(spacing / 20.0, spacing));
    let low = tried.at((at.value - width).max(start))?;
    let high = tried.at((at.value + width).min(end))?;
    Ok(slope(&low, &high))
}

#[cfg(test)]
mod tests;
