//! `tierfund run`: simulate, summarise, report.

use super::Failure;
use super::options::{Format, Simulating, path_count, refuse_too_many};
use super::out_dir::{OutDir, Replace};
use super::precision::Precise;
use crate::outcomes::Outcomes;
use crate::report::catalogue::{Lang, Term};
use crate::report::{Names, csv, json, text};
use crate::scenario::Scenario;
use crate::summary::Summary;
use clap::Args;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

const EXAMPLE: &str = "Example:
  tierfund run scenarios/national-2025.toml --paths 10_000 --out results/base
  tierfund run scenarios/national-2025.toml --format json | jq '.probabilities'
  tierfund run scenarios/national-2025.toml --sampling sobol --precision 0.5% --on national.dpi

The same scenario, seed, sampling and number of paths give the same bytes on any machine and any --threads.
Exit codes: 0 done, 1 a file cannot be read or written, 2 mistake in the scenario or the arguments.";

/// Arguments of `tierfund run`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLE)]
pub(super) struct Run {
    /// Scenario file (TOML).
    scenario: PathBuf,
    /// Number of paths, for example 10000 or `10_000`.
    #[arg(long, value_name = "N", default_value = "2000", value_parser = path_count)]
    paths: u64,
    #[command(flatten)]
    precise: Precise,
    #[command(flatten)]
    simulating: Simulating,
    /// Give a key another value, for example `region.gba.take_up_mean=0.4`; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
    /// What to print.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Language of the report: en (CNY bn) or zh (亿元).
    #[arg(long, value_enum, default_value_t)]
    lang: Lang,
    /// Also write summary.json, summary.csv, paths.csv and resolved.toml into this new folder.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replace the folder of --out if it holds earlier results.
    #[arg(long, requires = "out")]
    force: bool,
}

impl Run {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        let scenario = Scenario::read(&self.scenario, &self.sets)?;
        refuse_too_many(self.paths)?;
        let replace = if self.force {
            Replace::Results
        } else {
            Replace::Nothing
        };
        let out = self
            .out
            .as_deref()
            .map(|folder| OutDir::prepare(folder, replace))
            .transpose()?;
        let (outcomes, precision) = match self.precise.paths(&self.simulating, &scenario)? {
            Some((outcomes, precision)) => (outcomes, Some(precision)),
            None => (self.simulating.all_paths(&scenario, self.paths)?, None),
        };
        let mut summary = Summary::new(&outcomes, &scenario, self.simulating.seed);
        let rounded = precision.is_none() && outcomes.paths() as u64 != self.paths;
        summary.sampled.paths_asked = rounded.then_some(self.paths);
        summary.sampled.precision = precision;
        let names = Names::of(&scenario);
        self.tell_missed(&summary);
        if let Some(out) = out {
            let written = save(out, &outcomes, &summary, &names, &scenario)?;
            if !self.simulating.quiet {
                let told = format!("{} {}", Term::Written.text(self.lang), written.display());
                // A closed standard error is no reason to fail.
                let _ = writeln!(io::stderr(), "{told}");
            }
        }
        let mut stdout = BufWriter::new(io::stdout().lock());
        match self.format {
            Format::Table => write!(stdout, "{}", text::render(&summary, &names, self.lang))?,
            Format::Json => json::write(&summary, &mut stdout)?,
        }
        Ok(stdout.flush()?)
    }

    /// Says on standard error, whatever is printed, that a wanted precision was not reached.
    fn tell_missed(&self, summary: &Summary) {
        let missed = summary.sampled.precision.as_ref().filter(|p| !p.reached);
        if let Some(precision) = missed {
            let note = text::precision_note(precision, summary.provenance.paths, self.lang);
            // A closed standard error is no reason to fail.
            let _ = writeln!(io::stderr(), "{note}");
        }
    }
}

/// Writes the files of a folder of results, and returns its name.
fn save(
    out: OutDir,
    outcomes: &Outcomes,
    summary: &Summary,
    names: &Names,
    scenario: &Scenario,
) -> Result<PathBuf, Failure> {
    let resolved = scenario.document.to_toml();
    out.write("summary.json", |file| json::write(summary, file))?;
    out.write("summary.csv", |file| {
        csv::write_summary(summary, names, file)
    })?;
    out.write("paths.csv", |file| csv::write_paths(outcomes, file))?;
    out.write("resolved.toml", |file| file.write_all(resolved.as_bytes()))?;
    out.publish()
}
