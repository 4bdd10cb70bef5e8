//! `tierfund rules`: what each rule costs or brings.

use super::Failure;
use super::options::{Format, Simulating, path_count, refuse_too_many_runs};
use crate::marginal::Plan;
use crate::report::catalogue::Lang;
use crate::report::rules::{render, write_json};
use crate::scenario::Scenario;
use crate::structure::Structure;
use clap::Args;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

const EXAMPLE: &str = "Example:
  tierfund rules scenarios/national-2025.toml
  tierfund rules scenarios/national-2025.toml --paths 4000 --lang zh

Every limit is moved up and down on the same luck, and every enforced rule is dropped once: about 30 runs of --paths.
Exit codes: 0 done, 1 a file cannot be written, 2 mistake in the scenario or the arguments.";

/// Arguments of `tierfund rules`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLE)]
pub(super) struct Rules {
    /// Scenario file (TOML).
    scenario: PathBuf,
    /// Number of paths of each run.
    #[arg(long, value_name = "N", default_value = "500", value_parser = path_count)]
    paths: u64,
    #[command(flatten)]
    simulating: Simulating,
    /// Give a key another value, for example `rules.valuation_max.threshold=8亿`; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
    /// What to print.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Language of the report: en (CNY bn) or zh (亿元).
    #[arg(long, value_enum, default_value_t)]
    lang: Lang,
}

impl Rules {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        self.simulating.only_plain("rules")?;
        let scenario = Scenario::read(&self.scenario, &self.sets)?;
        Structure::new(&scenario)?;
        refuse_too_many_runs(self.paths, 2)?;
        let plan = Plan::new(&scenario);
        let bar = self.simulating.progress(self.paths * plan.runs());
        let mut done = 0;
        let prices = plan.price(&scenario, self.simulating.seed, |variant: &Scenario| {
            let outcomes = self.simulating.paths_after(variant, self.paths, done, &bar);
            done += self.paths;
            outcomes
        })?;
        bar.finish_and_clear();
        let mut stdout = BufWriter::new(io::stdout().lock());
        match self.format {
            Format::Table => write!(stdout, "{}", render(&prices, self.lang))?,
            Format::Json => write_json(&prices, &mut stdout)?,
        }
        Ok(stdout.flush()?)
    }
}
