//! `tierfund run`: simulate, summarise, report.

use super::Failure;
use super::out_dir::{OutDir, Replace};
use crate::outcomes::Outcomes;
use crate::report::catalogue::{Lang, Term};
use crate::report::{Names, csv, json, text};
use crate::scenario::Scenario;
use crate::simulation::{MAX_PATHS, Running, SimulationError, simulate_with};
use crate::summary::Summary;
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

const EXAMPLE: &str = "Example:
  tierfund run scenarios/national-2025.toml --paths 10_000 --out results/base
  tierfund run scenarios/national-2025.toml --format json | jq '.probabilities'

The same scenario, seed and number of paths give the same bytes on any machine and any --threads.
Exit codes: 0 done, 1 a file cannot be read or written, 2 mistake in the scenario or the arguments.";

/// Most bytes of results in memory.
const MOST_BYTES: u64 = 4 << 30;

/// Bytes that one path takes at the peak: up to 240 numbers, held twice while parts become rows and while rows become columns.
const BYTES_PER_PATH: u64 = 240 * 8 * 2;

/// Arguments of `tierfund run`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLE)]
pub(super) struct Run {
    /// Scenario file (TOML).
    scenario: PathBuf,
    /// Number of paths, for example 10000 or `10_000`.
    #[arg(long, value_name = "N", default_value = "2000", value_parser = path_count)]
    paths: u64,
    /// Seed of all random numbers.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Threads to use [default: all cores]; results do not depend on it.
    #[arg(long, value_name = "T", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
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
    /// No progress bar.
    #[arg(long)]
    quiet: bool,
}

/// What `run` prints.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Format {
    /// Tables for people.
    #[default]
    Table,
    /// One JSON object.
    Json,
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
        let outcomes = self.simulate(&scenario)?;
        let summary = Summary::new(&outcomes, &scenario, self.seed);
        let names = Names::of(&scenario);
        if let Some(out) = out {
            let written = save(out, &outcomes, &summary, &names, &scenario)?;
            if !self.quiet {
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

    /// All paths, with progress on standard error when that is a terminal.
    fn simulate(&self, scenario: &Scenario) -> Result<Outcomes, Failure> {
        let bar = self.progress();
        let show = |done| bar.set_position(done);
        let running = Running {
            threads: self.threads.map(usize::from),
            progress: Some(&show),
        };
        let outcomes = simulate_with(scenario, self.seed, 0..self.paths, running);
        bar.finish_and_clear();
        outcomes.map_err(|error| match error {
            SimulationError::Infeasible(problems) => Failure::Scenario(problems),
            SimulationError::Paths(_) => Failure::Mistake(error.to_string()),
            SimulationError::Threads(_) => Failure::Threads(error.to_string()),
        })
    }

    fn progress(&self) -> ProgressBar {
        let target = if self.quiet {
            ProgressDrawTarget::hidden()
        } else {
            // Draws nothing unless standard error is a terminal.
            ProgressDrawTarget::stderr()
        };
        let template = "{bar:30} {pos}/{len} paths, {rate} per second, {eta} left";
        let rate = |state: &ProgressState, text: &mut dyn std::fmt::Write| {
            // A bar without its rate is better than no run.
            let _ = write!(text, "{:.0}", state.per_sec());
        };
        let style = ProgressStyle::with_template(template)
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .with_key("rate", rate);
        ProgressBar::with_draw_target(Some(self.paths), target).with_style(style)
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

/// A number of paths: digits, with `_` between them if you like.
fn path_count(text: &str) -> Result<u64, String> {
    let digits = text.replace('_', "");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("a number of paths is a whole number such as 10000 or 10_000".to_owned());
    }
    let most = || format!("at most {MAX_PATHS} paths (2^32) have random numbers of their own");
    match digits.parse::<u64>() {
        Ok(0) => Err("at least 1 path is needed".to_owned()),
        Ok(paths) if paths <= MAX_PATHS => Ok(paths),
        _ => Err(most()),
    }
}

/// Refuses what would not fit into memory, before anything runs.
fn refuse_too_many(paths: u64) -> Result<(), Failure> {
    let most = MOST_BYTES / BYTES_PER_PATH;
    if paths <= most {
        return Ok(());
    }
    Err(Failure::Mistake(format!(
        "--paths {paths}: the results of every path are kept in memory, which would take {} GB; \
         at most {most} paths fit into {} GB",
        paths * BYTES_PER_PATH / (1 << 30),
        MOST_BYTES >> 30,
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_paths_is_whole_and_at_most_two_to_the_32() {
        assert_eq!(path_count("10_000"), Ok(10_000));
        assert_eq!(path_count("4294967296"), Ok(1 << 32));
        for wrong in [
            "0",
            "-1",
            "1e4",
            "2.5",
            "",
            "_",
            "4294967297",
            "1000000000000",
            "9".repeat(40).as_str(),
        ] {
            assert!(path_count(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn more_paths_than_memory_holds_are_refused() {
        assert!(refuse_too_many(1_000_000).is_ok());
        assert!(refuse_too_many(1 << 32).is_err());
    }
}
