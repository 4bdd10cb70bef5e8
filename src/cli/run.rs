//! `tierfund run`: simulate, summarise, report.

use super::Failure;
use super::interrupt;
use super::options::{Format, Printing, Simulating, Source, path_count, refuse_too_many};
use super::out_dir::{OutDir, Replace};
use super::page::{Page, write_page};
use super::precision::Precise;
use crate::assumptions::draw::Draws;
use crate::assumptions::{Combined, WorldsError, simulate_worlds};
use crate::outcomes::Outcomes;
use crate::report::catalogue::{Term, fill};
use crate::report::{Names, csv, json, sampled, text};
use crate::scenario::Scenario;
use crate::simulation::Running;
use crate::simulation::specs;
use crate::structure::Structure;
use crate::summary::background::About;
use crate::summary::{Provenance, Summary};
use clap::{Args, ValueEnum};
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

const EXAMPLE: &str = "Example:
  tierfund run scenarios/national-2025.toml --paths 10_000 --out results/base
  tierfund run scenarios/national-2025.toml --assumptions sampled
  tierfund run scenarios/national-2025.toml --format json | jq '.probabilities'
  tierfund run scenarios/national-2025.toml --sampling sobol --precision 0.5% --on national.dpi

The same scenario, seed, sampling and number of paths give the same bytes on any machine and any --threads.
Exit codes: 0 done, 1 a file cannot be read or written, 2 mistake in the scenario or the arguments.";

/// Arguments of `tierfund run`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLE)]
pub(super) struct Run {
    /// Number of paths, for example 10000 or `10_000` [default: 2000, or 64 in each world].
    #[arg(long, value_name = "N", value_parser = path_count)]
    paths: Option<u64>,
    /// Numbers that have a range: at their base, or drawn anew in each of many worlds.
    #[arg(long, value_enum, default_value_t)]
    assumptions: Assumptions,
    /// Number of worlds with --assumptions sampled [default: 256].
    #[arg(long, value_name = "W", value_parser = clap::value_parser!(u32).range(3..=1_000_000))]
    worlds: Option<u32>,
    #[command(flatten)]
    precise: Precise,
    /// Quantiles: exact from paths that are all kept, or told to 0.2% by counts in flat memory [default: exact while the paths' numbers
    /// take up to 1 GiB].
    #[arg(long, value_enum, value_name = "HOW")]
    quantiles: Option<Quantiles>,
    #[command(flatten)]
    simulating: Simulating,
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    printing: Printing,
    #[command(flatten)]
    page: Page,
    /// Also write summary.json, .csv and .xlsx, curves.csv, paths.parquet and resolved.toml (if sampled, worlds.csv) into this new
    /// folder.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Form of the file with a row per path.
    #[arg(long, value_enum, default_value_t, requires = "out")]
    paths_format: PathsFormat,
    /// Replace the folder of --out if it holds earlier results.
    #[arg(long, requires = "out")]
    force: bool,
}

/// Form of the file with a row per path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum PathsFormat {
    /// Apache Parquet, for pandas, polars, DuckDB and R.
    #[cfg(feature = "parquet")]
    #[default]
    Parquet,
    /// Comma-separated text.
    #[cfg_attr(not(feature = "parquet"), default)]
    Csv,
}

/// How quantiles are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Quantiles {
    /// Every path is kept.
    Exact,
    /// Paths are counted by narrow ranges of values, and none is kept.
    Sketch,
}

/// What happens to numbers that have a range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Assumptions {
    /// They stay at their base.
    #[default]
    Base,
    /// Each is drawn in every world.
    Sampled,
}

/// Paths of a run with its numbers at their base.
const PATHS: u64 = 2000;

/// Most bytes of numbers that are kept unless it is asked for.
const KEPT_BYTES: u64 = 1 << 30;

/// Paths of which no scenario's numbers take more.
const SURELY_KEPT: u64 = 100_000;

/// Worlds, and paths of each, of a run with sampled assumptions.
const SAMPLED: (u32, u64) = (256, 64);

impl Run {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        let scenario = self.source.read()?;
        if self.assumptions == Assumptions::Sampled {
            return self.sampled(&scenario);
        }
        if self.worlds.is_some() {
            let why = "--worlds: only with --assumptions sampled are there worlds";
            return Err(Failure::Mistake(why.to_owned()));
        }
        let paths = self.paths.unwrap_or(PATHS);
        if self.is_counted(&scenario, paths)? {
            return self.counted(&scenario, paths);
        }
        refuse_too_many(paths)?;
        let (file, out) = (self.page.prepare()?, self.out_dir()?);
        let (simulating, lang) = (&self.simulating, self.printing.lang);
        let wanted = self.precise.paths(simulating, &scenario, lang)?;
        let (outcomes, precision) = if let Some((outcomes, precision)) = wanted {
            (outcomes, Some(precision))
        } else {
            (simulating.all_paths(&scenario, paths, lang)?, None)
        };
        let mut summary = Summary::new(&outcomes, &scenario, self.simulating.seed);
        let rounded = precision.is_none() && outcomes.paths() as u64 != paths;
        summary.sampled.paths_asked = rounded.then_some(paths);
        summary.sampled.precision = precision;
        self.tell_missed(&summary);
        write_page(file, self.printing.lang, |bytes| {
            json::write(&summary, bytes)
        })?;
        if let Some(out) = out {
            let written = self.save(out, &outcomes, &summary, &scenario)?;
            self.simulating
                .tell(Term::Written, self.printing.lang, &written.display());
        }
        self.print(&summary, &scenario)
    }

    /// Whether paths are counted and not kept.
    fn is_counted(&self, scenario: &Scenario, paths: u64) -> Result<bool, Failure> {
        let needs_paths = [
            (self.out.is_some(), "--out has a row for every path"),
            (
                self.precise.is_wanted(),
                "--precision looks at the paths again and again",
            ),
            (
                self.simulating.sampling.has_replicates(),
                "only --sampling plain can be counted",
            ),
        ];
        let why_kept = needs_paths.iter().find(|(needs, _)| *needs);
        match (self.quantiles, why_kept) {
            (Some(Quantiles::Sketch), Some((_, why))) => Err(Failure::Mistake(format!(
                "--quantiles sketch: {why}; leave one of them out"
            ))),
            (Some(Quantiles::Sketch), None) => Ok(true),
            (Some(Quantiles::Exact), _) | (None, Some(_)) => Ok(false),
            (None, None) if paths <= SURELY_KEPT => Ok(false),
            (None, None) => {
                let numbers = specs(scenario, &Structure::new(scenario)?).len() as u64;
                Ok(paths.saturating_mul(8 * numbers) > KEPT_BYTES)
            }
        }
    }

    /// Paths that are counted and not kept.
    fn counted(&self, scenario: &Scenario, paths: u64) -> Result<(), Failure> {
        let file = self.page.prepare()?;
        let tally = self.simulating.tally(scenario, paths, self.printing.lang)?;
        let summary = Summary::of_tally(&tally, scenario, self.simulating.seed);
        write_page(file, self.printing.lang, |bytes| {
            json::write(&summary, bytes)
        })?;
        self.print(&summary, scenario)
    }

    fn print(&self, summary: &Summary, scenario: &Scenario) -> Result<(), Failure> {
        let names = Names::of(scenario);
        let mut stdout = BufWriter::new(io::stdout().lock());
        match self.printing.format {
            Format::Table => write!(
                stdout,
                "{}",
                text::render(summary, &names, self.printing.lang)
            )?,
            Format::Json => json::write(summary, &mut stdout)?,
        }
        stdout.flush()?;
        if interrupt::struck() {
            let paths = summary.provenance.paths.to_string();
            let values = [("paths", paths.as_str())];
            let told = fill(Term::InterruptedLook, self.printing.lang, &values);
            return Err(Failure::Interrupted(told));
        }
        Ok(())
    }

    /// Says on standard error, whatever is printed, that a wanted precision was not reached.
    fn tell_missed(&self, summary: &Summary) {
        let missed = summary.sampled.precision.as_ref().filter(|p| !p.reached);
        if let Some(precision) = missed {
            let note =
                text::precision_note(precision, summary.provenance.paths, self.printing.lang);
            // A closed standard error is no reason to fail.
            let _ = writeln!(io::stderr(), "{note}");
        }
    }

    /// Numbers with a range drawn in many worlds.
    fn sampled(&self, scenario: &Scenario) -> Result<(), Failure> {
        self.simulating
            .only_plain("a run with --assumptions sampled")?;
        if self.quantiles == Some(Quantiles::Sketch) {
            let why =
                "--quantiles sketch: worlds are compared path by path, so that paths are kept";
            return Err(Failure::Mistake(why.to_owned()));
        }
        let worlds = self.worlds.unwrap_or(SAMPLED.0);
        let paths = self.paths.unwrap_or(SAMPLED.1);
        if paths < 3 {
            let why = "--paths: luck is told from assumptions with 3 paths in each world or more";
            return Err(Failure::Mistake(why.to_owned()));
        }
        refuse_too_many(paths.saturating_mul(u64::from(worlds)))?;
        let (file, out) = (self.page.prepare()?, self.out_dir()?);
        let seed = self.simulating.seed;
        let draws = Draws::new(scenario, seed);
        let count = worlds as usize;
        let work =
            |running: Running| simulate_worlds(scenario, &draws, seed, worlds, paths, running);
        let found = self
            .simulating
            .with_progress(count, Term::Worlds, self.printing.lang, work)?;
        let combined = Combined::new(&found, &draws);
        let from = Provenance::new(scenario, seed, paths);
        let about = About::of(scenario);
        write_page(file, self.printing.lang, |bytes| {
            sampled::write_json(&combined, &from, &about, bytes)
        })?;
        if let Some(out) = out {
            let resolved = scenario.document.to_toml();
            out.write("summary.json", |file| {
                sampled::write_json(&combined, &from, &about, file)
            })?;
            out.write("worlds.csv", |file| sampled::write_worlds(&combined, file))?;
            out.write("resolved.toml", |file| file.write_all(resolved.as_bytes()))?;
            let written = out.publish()?;
            self.simulating
                .tell(Term::Written, self.printing.lang, &written.display());
        }
        let mut stdout = BufWriter::new(io::stdout().lock());
        match self.printing.format {
            Format::Table => {
                let names = Names::of(scenario);
                let text = sampled::render(&combined, &from, &names, self.printing.lang);
                stdout.write_all(text.as_bytes())?;
            }
            Format::Json => sampled::write_json(&combined, &from, &about, &mut stdout)?,
        }
        Ok(stdout.flush()?)
    }

    /// Writes the files of a folder of results, and returns its name.
    fn save(
        &self,
        out: OutDir,
        outcomes: &Outcomes,
        summary: &Summary,
        scenario: &Scenario,
    ) -> Result<PathBuf, Failure> {
        let names = Names::of(scenario);
        let resolved = scenario.document.to_toml();
        out.write("summary.json", |file| json::write(summary, file))?;
        out.write("summary.csv", |file| {
            csv::write_summary(summary, &names, file)
        })?;
        #[cfg(feature = "xlsx")]
        out.write("summary.xlsx", |file| {
            crate::report::xlsx::write(summary, &names, self.printing.lang, file)
        })?;
        out.write("curves.csv", |file| csv::write_curves(summary, file))?;
        match self.paths_format {
            #[cfg(feature = "parquet")]
            PathsFormat::Parquet => out.write("paths.parquet", |file| {
                crate::report::parquet::write_paths(outcomes, &summary.provenance, file)
            })?,
            PathsFormat::Csv => {
                out.write("paths.csv", |file| csv::write_paths(outcomes, file))?;
            }
        }
        out.write("resolved.toml", |file| file.write_all(resolved.as_bytes()))?;
        out.publish()
    }

    /// Room for the files of --out.
    fn out_dir(&self) -> Result<Option<OutDir>, Failure> {
        let replace = if self.force {
            Replace::Results
        } else {
            Replace::Nothing
        };
        let out = self.out.as_deref();
        out.map(|folder| OutDir::prepare(folder, replace))
            .transpose()
    }
}

impl From<WorldsError> for Failure {
    fn from(error: WorldsError) -> Self {
        match error {
            WorldsError::Simulation(error) => error.into(),
            error => Self::Mistake(error.to_string()),
        }
    }
}
