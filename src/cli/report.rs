//! `tierfund report`: one HTML file from a folder of results, or from scenarios.

use super::Failure;
use super::compare;
use super::new_file::NewFile;
use super::options::{Simulating, path_count, refuse_too_many, refuse_too_many_runs};
use crate::comparison::asked::Selection;
use crate::report::catalogue::{Lang, Term};
use crate::report::{comparison, json, page};
use crate::scenario::Scenario;
use crate::summary::Summary;
use clap::Args;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

const EXAMPLE: &str = "Example:
  tierfund report results/base -o base.html
  tierfund report scenarios/national-2025.toml --lang zh
  tierfund report scenarios/low-leverage.toml scenarios/high-leverage.toml -o leverage.html

The file opens without a network, in light and dark, and prints on A4.
Exit codes: 0 done, 1 a file cannot be read or written, 2 mistake in the results, the scenario or the arguments.";

/// The key that follows proceeds by company.
const BY_COMPANY: &str = "report.by_company";

/// Arguments of `tierfund report`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLE)]
pub(super) struct Report {
    /// A folder that `run --out` wrote, a JSON result, a scenario to run, or several scenarios to compare with the first.
    #[arg(required = true, value_name = "RESULT_DIR|SCENARIO")]
    sources: Vec<PathBuf>,
    /// File to write.
    #[arg(long, short, value_name = "FILE", default_value = "report.html")]
    output: PathBuf,
    /// Replace the file if it exists.
    #[arg(long)]
    force: bool,
    /// Number of paths of each scenario, for example 10000 or `10_000`.
    #[arg(long, value_name = "N", default_value = "2000", value_parser = path_count)]
    paths: u64,
    #[command(flatten)]
    simulating: Simulating,
    /// Give a key another value in every scenario, for example `national.bond_rate=3%`; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
    /// Language of the report: en (CNY bn) or zh (亿元).
    #[arg(long, value_enum, default_value_t)]
    lang: Lang,
}

impl Report {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        let file = NewFile::prepare(&self.output, self.force)?;
        let html = match self.sources.as_slice() {
            [one] if is_result(one) => page_of(one, self.lang)?,
            several => {
                if let Some(result) = several.iter().find(|source| is_result(source)) {
                    let result = result.display();
                    return Err(Failure::Mistake(format!(
                        "{result}: a report is of one result; to compare, give the scenarios (resolved.toml of each folder)"
                    )));
                }
                self.simulated(several)?
            }
        };
        file.publish(&html)?;
        let written = &self.output;
        self.simulating
            .tell(Term::Written, self.lang, &written.display());
        Ok(())
    }

    /// The page on scenarios that are run for it. One follows companies even where it is not said, since a page has room for what
    /// that tells and no other number moves; the page names it among the keys with other values.
    fn simulated(&self, sources: &[PathBuf]) -> Result<String, Failure> {
        let mut sets = self.sets.clone();
        if sources.len() == 1 && !sets.iter().any(|set| set.starts_with(BY_COMPANY)) {
            sets.insert(0, format!("{BY_COMPANY}=true"));
        }
        let read = |file: &PathBuf| Scenario::read(file, &sets);
        let scenarios = sources.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let mut bytes = Vec::new();
        match scenarios.as_slice() {
            [base, others @ ..] if !others.is_empty() => {
                refuse_too_many_runs(self.paths, compare::RUNS_IN_MEMORY)?;
                let selection = Selection::main(&compare::known(base, others)?);
                let found = compare::run(
                    &self.simulating,
                    self.lang,
                    self.paths,
                    base,
                    others,
                    &selection,
                )?;
                comparison::write_json(&found, &mut bytes)?;
            }
            all => {
                refuse_too_many(self.paths)?;
                for scenario in all {
                    let outcomes = self.simulating.all_paths(scenario, self.paths, self.lang)?;
                    let summary = Summary::new(&outcomes, scenario, self.simulating.seed);
                    json::write(&summary, &mut bytes)?;
                }
            }
        }
        page_from(&bytes, "the result", self.lang)
    }
}

/// Whether this is a result and no scenario: a folder, or a JSON file.
fn is_result(source: &Path) -> bool {
    source.is_dir() || source.extension().is_some_and(|ending| ending == "json")
}

/// The page on a folder of results, or on a JSON file of one.
fn page_of(source: &Path, lang: Lang) -> Result<String, Failure> {
    let file = if source.is_dir() {
        source.join("summary.json")
    } else {
        source.to_owned()
    };
    let bytes = fs::read(&file).map_err(|error| {
        if error.kind() == std::io::ErrorKind::NotFound && source.is_dir() {
            Failure::Mistake(format!(
                "{}: no folder of results (it has no summary.json); write one with `tierfund run SCENARIO --out DIR`",
                source.display()
            ))
        } else {
            Failure::file("read", &file)(error)
        }
    })?;
    page_from(&bytes, &file.display().to_string(), lang)
}

/// The page on the JSON object in `bytes`, which are called `name`.
pub(super) fn page_from(bytes: &[u8], name: &str, lang: Lang) -> Result<String, Failure> {
    let result: Value = serde_json::from_slice(bytes).map_err(|error| {
        let why = if error.is_eof() {
            "the file ends too early: it is truncated"
        } else {
            "this is no JSON"
        };
        Failure::Mistake(format!("{name}: {why} ({error})"))
    })?;
    page::render(&result, lang).map_err(|error| Failure::Mistake(format!("{name}: {error}")))
}
