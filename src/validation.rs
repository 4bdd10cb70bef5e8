//! The model against published figures, row by row, and the chain of returns from deals to the treasury.
//!
//! All quantities are counted on the same traced paths. Each is a function of sums over paths, and its Monte Carlo error comes from
//! leaving out one path at a time (jackknife), so that a ratio, a median and a tail exponent are judged alike.

pub mod chain;
mod counter;
mod financings;
pub mod pacing;

pub use counter::Unmeasured;

use crate::evidence::{Quantity, Row, Use};
use crate::metrics::record;
use crate::path::journal::Journal;
use crate::path::{PathContext, Workspace, simulate_path};
use crate::random::Streams;
use crate::sampling::Sampling;
use crate::scenario::Scenario;
use crate::simulation::{Running, SimulationError, in_parallel, specs};
use crate::structure::Structure;
use crate::summary::Provenance;
use crate::summary::estimate::student_t;
use chain::{Chain, ChainSums};
use counter::{Counter, Seen};
use financings::Financings;
use pacing::{AgeCurves, Pacing};
use pulp::Arch;
use serde::Serialize;

/// Paths that one thread traces in a row.
const CHUNK: u64 = 8;

/// Parts into which `paths` paths are cut, each of which one thread traces.
pub const fn chunks(paths: u64) -> usize {
    paths.div_ceil(CHUNK) as usize
}

/// Least number of paths: an error needs several.
pub const FEWEST_PATHS: u64 = 8;

/// A number with its Monte Carlo error.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// The number.
    pub value: f64,
    /// Half of its 95% interval.
    pub half: f64,
}

/// Sums over paths by which quantities are counted.
#[derive(Clone, Debug)]
pub struct Counts {
    counters: Vec<Result<Counter, Unmeasured>>,
    /// By path, then by quantity.
    paths: Vec<PathCounts>,
}

#[derive(Clone, Debug)]
struct PathCounts {
    sums: Vec<Vec<f64>>,
    chain: ChainSums,
    ages: AgeCurves,
}

impl Counts {
    /// Traces the first `paths` paths of `scenario` and counts `quantities` on them.
    ///
    /// # Errors
    ///
    /// See [`SimulationError`].
    pub fn new<'q>(
        scenario: &Scenario,
        quantities: impl Iterator<Item = &'q Quantity>,
        seed: u64,
        paths: u64,
        running: Running,
    ) -> Result<Self, SimulationError> {
        let structure = Structure::sampled(scenario, Sampling::Plain);
        let structure = structure.map_err(SimulationError::Infeasible)?;
        let specs = specs(scenario, &structure);
        let counters: Vec<Result<Counter, Unmeasured>> = quantities
            .map(|quantity| Counter::new(quantity, scenario, &specs))
            .collect();
        let chunk = |chunk: usize| {
            let first = chunk as u64 * CHUNK;
            let mut workspace = Workspace::with_journal();
            (first..(first + CHUNK).min(paths))
                .map(|path| {
                    let context = PathContext {
                        scenario,
                        structure: &structure,
                        streams: Streams::new(seed),
                        path: path as u32,
                        arch: Arch::new(),
                    };
                    simulate_path(context, &mut workspace);
                    of_path(scenario, &structure, &workspace, &counters)
                })
                .collect::<Vec<PathCounts>>()
        };
        let counted = in_parallel(chunks(paths), running, chunk)?;
        Ok(Self {
            paths: counted.into_iter().flatten().collect(),
            counters,
        })
    }

    /// The quantity at place `index`.
    ///
    /// # Errors
    ///
    /// Why the scenario has no such quantity.
    pub fn measured(&self, index: usize) -> Result<Measured, Unmeasured> {
        let counter = self.counters[index].as_ref().map_err(Clone::clone)?;
        let sums = self.paths.iter().map(|path| path.sums[index].as_slice());
        let measured = jackknife(&sums.collect::<Vec<_>>(), |sums| counter.value(sums));
        measured.ok_or(Unmeasured::Nothing)
    }

    /// The chain of returns.
    pub fn chain(&self) -> Chain {
        let sums: Vec<ChainSums> = self.paths.iter().map(|path| path.chain.clone()).collect();
        Chain::new(&sums)
    }

    /// How sub-funds' cash is paced, against the model of Takahashi and Alexander.
    pub fn pacing(&self) -> Option<Pacing> {
        let ages: Vec<&AgeCurves> = self.paths.iter().map(|path| &path.ages).collect();
        Pacing::new(&ages)
    }
}

fn of_path(
    scenario: &Scenario,
    structure: &Structure,
    workspace: &Workspace,
    counters: &[Result<Counter, Unmeasured>],
) -> PathCounts {
    let mut row = Vec::new();
    let (economy, programme) = (&workspace.economy, &workspace.programme);
    record(scenario, structure, economy, programme, &mut row);
    let nothing = Journal::default();
    let journal = workspace.journal.as_deref().unwrap_or(&nothing);
    let lives = journal.companies.iter();
    let lives = lives.filter(|life| !life.is_direct_project());
    let companies: Vec<_> = lives
        .map(|life| (life, Financings::of(scenario, life)))
        .collect();
    let seen = Seen {
        scenario,
        workspace,
        row: &row,
        companies: &companies,
        journal,
    };
    let count = |counter: &Result<Counter, Unmeasured>| match counter {
        Ok(counter) => counter.count(&seen),
        Err(_) => Vec::new(),
    };
    PathCounts {
        sums: counters.iter().map(count).collect(),
        chain: ChainSums::of(&programme.ledger),
        ages: AgeCurves::of(workspace, journal),
    }
}

/// `value` of sums over paths, with the half of its 95% interval from the spread of what it would be without each path.
fn jackknife(paths: &[&[f64]], value: impl Fn(&[f64]) -> Option<f64>) -> Option<Measured> {
    let mut total = vec![0.0; paths.first()?.len()];
    for path in paths {
        total.iter_mut().zip(*path).for_each(|(sum, x)| *sum += x);
    }
    let all = value(&total)?;
    let n = paths.len() as f64;
    let mut without = Vec::with_capacity(paths.len());
    for path in paths {
        let rest: Vec<f64> = total.iter().zip(*path).map(|(sum, x)| sum - x).collect();
        // A rare thing may happen on one path only: what is left without it says nothing of the error.
        without.extend(value(&rest));
    }
    let mean = without.iter().sum::<f64>() / without.len() as f64;
    let squares: f64 = without.iter().map(|x| (x - mean) * (x - mean)).sum();
    let half = student_t(n - 1.0)? * ((n - 1.0) / n * squares).sqrt();
    Some(Measured { value: all, half })
}

/// What a row says of a scenario.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "verdict")]
pub enum Verdict {
    /// The model lies within the tolerance.
    Within,
    /// It does not.
    Outside,
    /// The row is about another country, or the scenario about none.
    OtherCountry,
    /// The row is about other scenarios.
    OtherScenario,
    /// The scenario has no such quantity.
    NotMeasured {
        /// Why.
        why: Unmeasured,
    },
}

/// A row with what the model gives.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Judged {
    /// The row.
    #[serde(flatten)]
    pub row: Row,
    /// The model's number; `None` where the row is not judged.
    pub model: Option<Measured>,
    /// Whether the model's error is below a third of the tolerance, so that the verdict is about the model and not about luck.
    pub is_precise: bool,
    /// The verdict.
    #[serde(flatten)]
    pub verdict: Verdict,
}

impl Judged {
    /// Whether the scenario breaks a row that it is said to be fitted to.
    pub fn breaks_a_fit(&self) -> bool {
        self.row.used == Use::Fitted && self.verdict == Verdict::Outside
    }
}

/// A scenario against all rows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Validation {
    /// Where the numbers come from.
    pub provenance: Provenance,
    /// The rows in their order.
    pub rows: Vec<Judged>,
    /// The chain of returns from deals to the treasury.
    pub chain: Chain,
    /// The pacing of sub-funds; `None` where they call nothing.
    pub pacing: Option<Pacing>,
}

/// Why a row is not to be judged on a scenario, if it is not.
fn not_judged(row: &Row, scenario: &Scenario) -> Option<Verdict> {
    if !row.scenarios.is_empty() && !row.scenarios.contains(&scenario.name) {
        return Some(Verdict::OtherScenario);
    }
    (scenario.country != Some(row.country)).then_some(Verdict::OtherCountry)
}

impl Validation {
    /// `scenario` against `rows` on its first `paths` paths.
    ///
    /// # Errors
    ///
    /// See [`SimulationError`].
    pub fn new(
        scenario: &Scenario,
        rows: &[Row],
        seed: u64,
        paths: u64,
        running: Running,
    ) -> Result<Self, SimulationError> {
        let asked = rows
            .iter()
            .filter(|row| not_judged(row, scenario).is_none());
        let quantities = asked.map(|row| &row.quantity);
        let counts = Counts::new(scenario, quantities, seed, paths, running)?;
        let mut places = 0..;
        let judge = |row: &Row| {
            let (model, verdict) = match not_judged(row, scenario) {
                Some(verdict) => (None, verdict),
                None => match counts.measured(places.next().unwrap_or(0)) {
                    Ok(model) => (Some(model), verdict(row, model)),
                    Err(why) => (None, Verdict::NotMeasured { why }),
                },
            };
            Judged {
                row: row.clone(),
                is_precise: model.is_some_and(|model| model.half * 3.0 <= row.tolerance),
                model,
                verdict,
            }
        };
        Ok(Self {
            provenance: Provenance::new(scenario, seed, paths),
            rows: rows.iter().map(judge).collect(),
            chain: counts.chain(),
            pacing: counts.pacing(),
        })
    }

    /// Whether a row that the scenario is said to be fitted to lies outside its tolerance.
    pub fn breaks_a_fit(&self) -> bool {
        self.rows.iter().any(Judged::breaks_a_fit)
    }
}

fn verdict(row: &Row, model: Measured) -> Verdict {
    if (model.value - row.published).abs() <= row.tolerance {
        Verdict::Within
    } else {
        Verdict::Outside
    }
}

#[cfg(test)]
mod tests;
