//! Paths in parallel, in order: the only file that names rayon.
//!
//! A range of paths is cut into fixed chunks. Threads take chunks, results are kept in path order, and
//! sums over paths are whole numbers, so neither threads nor the split of a range change a result.

mod followed;
mod totals;

use crate::metrics::{MetricSpec, record};
use crate::outcomes::tally::Tally;
use crate::outcomes::{Followed, Outcomes, Totals};
use crate::path::{PathContext, Workspace, simulate_path};
use crate::random::Streams;
use crate::sampling::{REPLICATES, Sampling};
use crate::scenario::Scenario;
use crate::scenario::problem::Problems;
use crate::structure::Structure;
use pulp::Arch;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

/// Paths that one thread simulates in a row.
const CHUNK: u64 = 16;

/// Paths that are kept at a time where they are only counted.
const BATCH: u64 = 4096;

/// Largest number of paths: a path's number is one 32-bit word of every random address.
pub const MAX_PATHS: u64 = 1 << 32;

/// Something that keeps a simulation from running.
#[derive(Debug)]
pub enum SimulationError {
    /// The scenario has no solution.
    Infeasible(Problems),
    /// The paths lie beyond [`MAX_PATHS`], or there are none.
    Paths(Range<u64>),
    /// The threads could not be started.
    Threads(String),
}

impl std::fmt::Display for SimulationError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Infeasible(problems) => problems.fmt(f),
            Self::Paths(range) => write!(f, "paths {range:?} are not between 0 and {MAX_PATHS}"),
            Self::Threads(reason) => write!(f, "the threads could not be started: {reason}"),
        }
    }
}

impl std::error::Error for SimulationError {}

/// How a simulation is run. Only the sampling changes a result.
#[derive(Clone, Copy, Default)]
pub struct Running<'a> {
    /// How luck is spread over paths.
    pub sampling: Sampling,
    /// Number of threads; all cores if `None`.
    pub threads: Option<usize>,
    /// Called now and then with the number of paths done.
    pub progress: Option<&'a (dyn Fn(u64) + Sync)>,
}

/// Simulates `paths` of `scenario` on all cores.
///
/// # Errors
///
/// See [`SimulationError`].
pub fn simulate(
    scenario: &Scenario,
    seed: u64,
    paths: Range<u64>,
) -> Result<Outcomes, SimulationError> {
    simulate_with(scenario, seed, paths, Running::default())
}

/// Simulates `paths` of `scenario` as `running` says. Errors are judged best where all replicates have as many paths, see
/// [`Sampling::round_up`].
///
/// # Errors
///
/// See [`SimulationError`].
pub fn simulate_with(
    scenario: &Scenario,
    seed: u64,
    paths: Range<u64>,
    running: Running,
) -> Result<Outcomes, SimulationError> {
    check(&paths)?;
    let structure = Structure::sampled(scenario, running.sampling);
    let structure = structure.map_err(SimulationError::Infeasible)?;
    let job = Job::new(scenario, &structure, seed);
    on_threads(running.threads, || job.run(paths, running.progress))
}

/// Counts the first `paths` plain paths of `scenario` and keeps none, for runs whose results do not fit into memory. Paths are
/// counted in their order, so that neither threads nor batches change a result.
///
/// # Errors
///
/// See [`SimulationError`].
pub fn tally(
    scenario: &Scenario,
    seed: u64,
    paths: u64,
    running: Running,
) -> Result<Tally, SimulationError> {
    check(&(0..paths))?;
    let structure = Structure::new(scenario).map_err(SimulationError::Infeasible)?;
    let job = Job::new(scenario, &structure, seed);
    on_threads(running.threads, || {
        let mut tally = Tally::default();
        for start in (0..paths).step_by(BATCH as usize) {
            let show = |done| {
                if let Some(progress) = running.progress {
                    progress(start + done);
                }
            };
            let batch = start..(start + BATCH).min(paths);
            tally.add(&job.run(batch, Some(&show)));
        }
        tally
    })
}

/// Simulates `paths` of `scenario` on the calling thread: for many scenarios of few paths, see [`in_parallel`].
///
/// # Errors
///
/// See [`SimulationError`].
pub fn simulate_here(
    scenario: &Scenario,
    seed: u64,
    paths: Range<u64>,
) -> Result<Outcomes, SimulationError> {
    check(&paths)?;
    let structure = Structure::new(scenario).map_err(SimulationError::Infeasible)?;
    let job = Job::new(scenario, &structure, seed);
    let mut part = job.empty();
    job.simulate(paths.clone(), &mut Workspace::default(), &mut part);
    Ok(job.join(paths.start, vec![part]))
}

/// Refuses paths that are none or have no random numbers of their own.
fn check(paths: &Range<u64>) -> Result<(), SimulationError> {
    if paths.is_empty() || paths.end > MAX_PATHS {
        return Err(SimulationError::Paths(paths.clone()));
    }
    Ok(())
}

/// The results of `work` for 0 to `count` - 1, in this order, shared out over threads; progress counts them. Each is made by one thread
/// alone, so threads change nothing.
///
/// # Errors
///
/// [`SimulationError::Threads`].
pub fn in_parallel<T: Send>(
    count: usize,
    running: Running,
    work: impl Fn(usize) -> T + Sync,
) -> Result<Vec<T>, SimulationError> {
    let done = AtomicU64::new(0);
    let one = |index| {
        let result = work(index);
        let so_far = done.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(progress) = running.progress {
            progress(so_far);
        }
        result
    };
    let all = || {
        (0..count)
            .into_par_iter()
            .with_max_len(1)
            .map(one)
            .collect()
    };
    on_threads(running.threads, all)
}

/// Runs `work` on so many threads.
fn on_threads<T: Send>(
    threads: Option<usize>,
    work: impl FnOnce() -> T + Send,
) -> Result<T, SimulationError> {
    let Some(threads) = threads else {
        return Ok(work());
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| SimulationError::Threads(error.to_string()))?;
    Ok(pool.install(work))
}

/// The columns of every row of this scenario.
pub fn specs(scenario: &Scenario, structure: &Structure) -> Vec<MetricSpec> {
    let mut workspace = Workspace::default();
    workspace.programme.clear(scenario, structure);
    let mut specs = Vec::new();
    let (economy, programme) = (&workspace.economy, &workspace.programme);
    record(scenario, structure, economy, programme, &mut specs);
    specs
}

struct Job<'a> {
    scenario: &'a Scenario,
    structure: &'a Structure,
    streams: Streams,
    arch: Arch,
    specs: Vec<MetricSpec>,
}

/// Results of neighbouring chunks that one thread simulated.
struct Part {
    rows: Vec<f64>,
    followed: Vec<Followed>,
    /// Sums by replicate; one where there are none.
    totals: Vec<Totals>,
}

impl<'a> Job<'a> {
    fn new(scenario: &'a Scenario, structure: &'a Structure, seed: u64) -> Self {
        Self {
            scenario,
            structure,
            streams: Streams::new(seed),
            arch: Arch::new(),
            specs: specs(scenario, structure),
        }
    }

    fn run(&self, paths: Range<u64>, progress: Option<&(dyn Fn(u64) + Sync)>) -> Outcomes {
        let done = AtomicU64::new(0);
        let chunks = (paths.end - paths.start).div_ceil(CHUNK);
        let parts: Vec<Part> = (0..chunks)
            .into_par_iter()
            .fold(
                || (Workspace::default(), self.empty()),
                |(mut workspace, mut part), chunk| {
                    let start = paths.start + chunk * CHUNK;
                    let chunk = start..(start + CHUNK).min(paths.end);
                    let count = chunk.end - chunk.start;
                    self.simulate(chunk, &mut workspace, &mut part);
                    let so_far = done.fetch_add(count, Ordering::Relaxed) + count;
                    if let Some(progress) = progress {
                        progress(so_far);
                    }
                    (workspace, part)
                },
            )
            .map(|(_, part)| part)
            .collect();
        self.join(paths.start, parts)
    }

    /// The results of neighbouring `parts`, the first of which begins with path `first_path`.
    fn join(&self, first_path: u64, parts: Vec<Part>) -> Outcomes {
        let Part {
            mut rows,
            mut followed,
            totals: mut replicates,
        } = self.empty();
        rows.reserve_exact(parts.iter().map(|part| part.rows.len()).sum());
        for part in parts {
            rows.extend_from_slice(&part.rows);
            for (all, of_part) in followed.iter_mut().zip(&part.followed) {
                all.values.extend_from_slice(&of_part.values);
            }
            for (all, of_part) in replicates.iter_mut().zip(&part.totals) {
                all.add(of_part);
            }
        }
        let sampling = self.structure.shocks.sampling;
        let mut totals = totals::empty(self.scenario, self.structure);
        for replicate in &replicates {
            totals.add(replicate);
        }
        if !sampling.has_replicates() {
            replicates.clear();
        }
        Outcomes {
            first_path,
            specs: self.specs.clone(),
            rows,
            totals,
            followed,
            sampling,
            replicates,
        }
    }

    /// Results of no path.
    fn empty(&self) -> Part {
        let replicated = self.structure.shocks.sampling.has_replicates();
        let parts = if replicated { REPLICATES } else { 1 };
        Part {
            rows: Vec::new(),
            followed: followed::empty(self.scenario, self.structure),
            totals: vec![totals::empty(self.scenario, self.structure); parts],
        }
    }

    /// Adds `paths` to `part`.
    fn simulate(&self, paths: Range<u64>, workspace: &mut Workspace, part: &mut Part) {
        for path in paths {
            let context = PathContext {
                scenario: self.scenario,
                structure: self.structure,
                streams: self.streams,
                path: path as u32,
                arch: self.arch,
            };
            simulate_path(context, workspace);
            record(
                self.scenario,
                self.structure,
                &workspace.economy,
                &workspace.programme,
                &mut part.rows,
            );
            let replicate = self.structure.shocks.sampling.replicate(path);
            let totals = &mut part.totals[replicate.unwrap_or(0)];
            totals::add_path(self.scenario, &workspace.programme, totals);
            followed::add_path(
                self.scenario,
                &workspace.programme.ledger,
                &mut part.followed,
            );
        }
    }
}
