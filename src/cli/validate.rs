//! `tierfund validate`: a scenario against published figures.

use super::Failure;
use super::options::{Format, Printing, Simulating, path_count};
use crate::evidence::{self, EvidenceError, Row};
use crate::report::Names;
use crate::report::catalogue::Term;
use crate::report::validation::{render, write_json};
use crate::scenario::Scenario;
use crate::validation::{FEWEST_PATHS, Validation, chunks};
use clap::Args;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

const EXAMPLE: &str = "Example:
  tierfund validate scenarios/us-venture.toml
  tierfund validate scenarios/national-2025.toml --paths 64 --format json | jq '.rows[] | {id, verdict}'

Without a scenario the national fund is held against the figures. Paths are traced, which costs more than a run's.
Exit codes: 0 done, also when held-out figures lie outside; 1 a fitted figure lies outside its tolerance, or a file cannot
be read; 2 mistake in the arguments.";

/// The national fund, for whom no scenario is given.
const NATIONAL: &str = include_str!("../../scenarios/national-2025.toml");

/// Most paths: all are kept.
const MOST_PATHS: u64 = 20_000;

/// Arguments of `tierfund validate`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLE)]
pub(super) struct Validate {
    /// Scenario file (TOML) [default: the national fund].
    scenario: Option<PathBuf>,
    /// Folder of evidence files [default: the program's own].
    #[arg(long, value_name = "DIR")]
    evidence: Option<PathBuf>,
    /// Number of traced paths.
    #[arg(long, value_name = "N", default_value = "128", value_parser = path_count)]
    paths: u64,
    #[command(flatten)]
    simulating: Simulating,
    /// Give a key another value; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
    #[command(flatten)]
    printing: Printing,
}

impl Validate {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        self.simulating.only_plain("validate")?;
        refuse_paths(self.paths)?;
        let scenario = match &self.scenario {
            Some(path) => Scenario::read(path, &self.sets)?,
            None => Scenario::parse("national-2025.toml", NATIONAL, &self.sets)?,
        };
        let rows = rows(self.evidence.as_deref())?;
        let (seed, paths) = (self.simulating.seed, self.paths);
        let validation = self.simulating.with_progress(
            chunks(paths),
            Term::Tracing,
            self.printing.lang,
            |running| Validation::new(&scenario, &rows, seed, paths, running),
        )?;
        let mut stdout = BufWriter::new(io::stdout().lock());
        match self.printing.format {
            Format::Table => {
                let text = render(&validation, &Names::of(&scenario), self.printing.lang);
                stdout.write_all(text.as_bytes())?;
            }
            Format::Json => write_json(&validation, &mut stdout)?,
        }
        stdout.flush()?;
        let broken = validation.rows.iter().filter(|row| row.breaks_a_fit());
        let broken: Vec<&str> = broken.map(|judged| judged.row.id.as_str()).collect();
        if broken.is_empty() {
            return Ok(());
        }
        Err(Failure::Outside(format!(
            "outside the tolerance of fitted figures: {}",
            broken.join(", ")
        )))
    }
}

/// Refuses a number of traced paths from which no error can be told, or which would not fit into memory.
pub(super) fn refuse_paths(paths: u64) -> Result<(), Failure> {
    if (FEWEST_PATHS..=MOST_PATHS).contains(&paths) {
        return Ok(());
    }
    Err(Failure::Mistake(format!(
        "--paths {paths}: between {FEWEST_PATHS} and {MOST_PATHS} traced paths are needed; fewer tell no error, more do not fit into memory"
    )))
}

/// The rows of `folder`, or the program's own.
pub(super) fn rows(folder: Option<&Path>) -> Result<Vec<Row>, Failure> {
    let rows = folder.map_or_else(evidence::shipped, evidence::read);
    rows.map_err(|error| match error {
        EvidenceError::Unreadable { path, error } => Failure::file("read", &path)(error),
        error => Failure::Mistake(format!("--evidence: {error}")),
    })
}
