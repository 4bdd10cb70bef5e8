//! `tierfund compare`: what differs between scenarios on the same luck.

use super::Failure;
use super::options::{Format, Printing, Simulating, path_count, refuse_too_many_runs};
use super::page::{Page, write_page};
use crate::comparison::asked::{Selection, union};
use crate::comparison::{Comparison, Side, judge};
use crate::metrics::MetricSpec;
use crate::report::Names;
use crate::report::catalogue::Lang;
use crate::report::comparison::{render, write_json};
use crate::scenario::Scenario;
use crate::simulation::specs;
use crate::structure::Structure;
use clap::Args;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

const EXAMPLE: &str = "Example:
  tierfund compare scenarios/low-leverage.toml scenarios/high-leverage.toml
  tierfund compare scenarios/national-2025.toml my.toml --metrics 'leverage.*,national.dpi,national.irr>=5%'

Path p of every scenario draws the same random numbers, so differences are taken path by path (docs/comparison.md).
Exit codes: 0 done, 1 a file cannot be written, 2 mistake in a scenario or the arguments.";

/// Runs whose results are in memory at one time: the base's, another's, and the columns of both.
pub(super) const RUNS_IN_MEMORY: u64 = 2;

/// Arguments of `tierfund compare`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLE)]
pub(super) struct Compare {
    /// Scenario file that the others are compared with.
    base: PathBuf,
    /// Other scenario files, each compared with the base.
    #[arg(required = true)]
    others: Vec<PathBuf>,
    /// Metrics to compare, `*` for any one part of a name, and probabilities such as `national.irr>=5%`.
    #[arg(long, value_name = "A,B,...", value_delimiter = ',')]
    metrics: Vec<String>,
    /// Number of paths, for example 10000 or `10_000`.
    #[arg(long, value_name = "N", default_value = "2000", value_parser = path_count)]
    paths: u64,
    #[command(flatten)]
    simulating: Simulating,
    /// Give a key another value in every scenario, for example `national.bond_rate=3%`; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
    #[command(flatten)]
    page: Page,
    #[command(flatten)]
    printing: Printing,
}

impl Compare {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        let base = Scenario::read(&self.base, &self.sets)?;
        let others = self
            .others
            .iter()
            .map(|file| Scenario::read(file, &self.sets))
            .collect::<Result<Vec<Scenario>, _>>()?;
        let selection = self.selection(&base, &others)?;
        refuse_too_many_runs(self.paths, RUNS_IN_MEMORY)?;
        let file = self.page.prepare()?;
        let comparisons = run(
            &self.simulating,
            self.printing.lang,
            self.paths,
            &base,
            &others,
            &selection,
        )?;
        write_page(file, self.printing.lang, |bytes| {
            write_json(&comparisons, bytes)
        })?;
        let mut stdout = BufWriter::new(io::stdout().lock());
        match self.printing.format {
            Format::Table => {
                write!(
                    stdout,
                    "{}",
                    render(&comparisons, &Names::of(&base), self.printing.lang)
                )?;
            }
            Format::Json => write_json(&comparisons, &mut stdout)?,
        }
        Ok(stdout.flush()?)
    }

    /// What is shown, of the metrics that any of the scenarios has.
    fn selection(&self, base: &Scenario, others: &[Scenario]) -> Result<Selection, Failure> {
        let known = known(base, others)?;
        if self.metrics.is_empty() {
            return Ok(Selection::main(&known));
        }
        Selection::of(self.metrics.iter().map(String::as_str), &known)
            .map_err(|error| Failure::Mistake(format!("--metrics: {error}")))
    }
}

/// The metrics that any of the scenarios has.
pub(super) fn known(base: &Scenario, others: &[Scenario]) -> Result<Vec<MetricSpec>, Failure> {
    let mut known: Vec<MetricSpec> = Vec::new();
    for scenario in std::iter::once(base).chain(others) {
        known = union(&known, &specs(scenario, &Structure::new(scenario)?));
    }
    Ok(known)
}

/// Each of `others` against `base`, on the same luck.
pub(super) fn run(
    simulating: &Simulating,
    lang: Lang,
    paths: u64,
    base: &Scenario,
    others: &[Scenario],
    selection: &Selection,
) -> Result<Vec<Comparison>, Failure> {
    let bar = simulating.progress(paths * (1 + others.len() as u64), lang);
    let outcomes = simulating.paths_after(base, paths, 0, &bar)?;
    let base = Side {
        scenario: base,
        outcomes: &outcomes,
    };
    let mut comparisons = Vec::new();
    for (before, scenario) in (1..).zip(others) {
        let outcomes = &simulating.paths_after(scenario, paths, before * paths, &bar)?;
        let other = Side { scenario, outcomes };
        comparisons.push(Comparison::new(base, other, simulating.seed, selection));
    }
    bar.finish_and_clear();
    judge(&mut comparisons);
    Ok(comparisons)
}
