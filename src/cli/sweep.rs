//! `tierfund sweep`: one row of results for every point of a grid.

use super::Failure;
use super::kept::Kept;
use super::options::{Simulating, Source, path_count, refuse_too_many};
use super::page::{Page, write_page};
use crate::report::Names;
use crate::report::catalogue::{Lang, Term};
use crate::report::sweep::{Sweep as Report, render, write_csv, write_json};
use crate::scenario::Scenario;
use crate::summary::Provenance;
use crate::sweep::{Plan, PlanError, Row};
use clap::{Args, ValueEnum};
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

const EXAMPLE: &str = "Example:
  tierfund sweep scenarios/national-2025.toml --vary sub_funds.requested_share_mean=12%:30%:3%
  tierfund sweep scenarios/national-2025.toml --vary 'region.*.take_up_mean=0.4,0.5,0.6' \\
      --vary sub_funds.ticket=share,money --metrics 'leverage.consolidated>=10,national.dpi' --out grid.csv

All points share their luck. With --out, finished points are kept beside the file, and the same command goes on
with the rest after an interruption.
Exit codes: 0 done, 1 a file cannot be read or written, 2 mistake in the scenario or the arguments.";

const SETS: &str = "Give a key another value at all points, for example `national.capital=1500亿`; may be repeated";

/// Arguments of `tierfund sweep`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLE)]
#[command(mut_arg("sets", |arg| arg.help(SETS)))]
pub(super) struct Sweep {
    /// A key and its values: KEY=first:last:step or KEY=v1,v2; repeat it for a grid [default: the scenario's sweep.vary].
    #[arg(long, value_name = "KEY=VALUES")]
    vary: Vec<String>,
    /// What to measure, with commas: `national.dpi`, `leverage.social>=5` for a probability.
    #[arg(long, value_name = "METRIC")]
    metrics: Vec<String>,
    /// Paths of each point, for example 10000 or `10_000`.
    #[arg(long, value_name = "N", default_value = "2000", value_parser = path_count)]
    paths: u64,
    /// Most paths in all, points times paths.
    #[arg(long, value_name = "N", default_value = "2_000_000", value_parser = path_count)]
    most: u64,
    #[command(flatten)]
    simulating: Simulating,
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    page: Page,
    /// What to print.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Language of the tables: en (CNY bn) or zh (亿元).
    #[arg(long, value_enum, default_value_t)]
    lang: Lang,
    /// Also write the rows into this new CSV file.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Start anew and replace the file of --out.
    #[arg(long, requires = "out")]
    force: bool,
}

/// What `sweep` prints.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Format {
    /// Tables for people.
    #[default]
    Table,
    /// One line per point.
    Csv,
    /// One JSON object.
    Json,
}

impl Sweep {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        self.simulating.only_plain("sweep")?;
        refuse_too_many(self.paths)?;
        let scenario = self.source.read()?;
        let file = self.page.prepare()?;
        let (vary, metrics) = (&self.vary, &self.metrics);
        let plan = Plan::new(&scenario, vary, metrics, self.paths, self.most)?;
        let out = self.out.as_deref();
        let provenance = Provenance::new(&scenario, self.simulating.seed, self.paths);
        if let Some(out) = out {
            Kept::refuse_to_replace(out, self.force)?;
        }
        self.simulating
            .with_progress(plan.points(), Term::PointsRead, self.lang, |running| {
                plan.check(&scenario, running)
            })?;
        let mut kept = out
            .map(|out| Kept::open(out, &plan, &provenance, self.force))
            .transpose()?;
        let rows = self.rows(&scenario, &plan, kept.as_mut())?;
        let report = Report {
            provenance: &provenance,
            plan: &plan,
            rows: &rows,
        };
        if let Some(kept) = kept {
            let file = kept.publish(|file| write_csv(report, file))?;
            self.simulating
                .tell(Term::Written, self.lang, &file.display());
        }
        write_page(file, self.lang, |bytes| write_json(report, bytes))?;
        let mut stdout = BufWriter::new(io::stdout().lock());
        match self.format {
            Format::Table => {
                let names = Names::of(&scenario);
                stdout.write_all(render(report, &names, self.lang).as_bytes())?;
            }
            Format::Csv => write_csv(report, &mut stdout)?,
            Format::Json => write_json(report, &mut stdout)?,
        }
        Ok(stdout.flush()?)
    }

    /// The rows of all points: those that were kept, and the rest.
    fn rows(
        &self,
        scenario: &Scenario,
        plan: &Plan,
        mut kept: Option<&mut Kept>,
    ) -> Result<Vec<Row>, Failure> {
        let mut rows = kept.as_mut().map_or_else(Vec::new, |kept| kept.take_rows());
        let found = rows.len();
        if found == plan.points() {
            return Ok(rows);
        }
        if found > 0 {
            let count = format!("{found}/{}", plan.points());
            self.simulating.tell(Term::PointsKept, self.lang, &count);
        }
        let bar = self
            .simulating
            .progress(self.paths * plan.points() as u64, self.lang);
        let outcomes = |point: usize| {
            let at_point = scenario.with(&plan.sets(point))?;
            let before = self.paths * point as u64;
            self.simulating
                .paths_after(&at_point, self.paths, before, &bar)
        };
        // The first point is made again after an interruption: the others are compared with its paths.
        let first = outcomes(0)?;
        let reference = plan.reference(&first);
        for point in found..plan.points() {
            let row = if point == 0 {
                plan.row(&first, &reference)
            } else {
                plan.row(&outcomes(point)?, &reference)
            };
            if let Some(kept) = kept.as_mut() {
                kept.add(&row)?;
            }
            rows.push(row);
        }
        bar.finish_and_clear();
        Ok(rows)
    }
}

impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::Simulation(error) => error.into(),
            PlanError::Points(_) => Self::Told(error.to_string()),
            error => Self::Mistake(error.to_string()),
        }
    }
}
