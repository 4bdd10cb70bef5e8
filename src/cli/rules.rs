//! `tierfund rules`: what each rule costs or brings.

use super::Failure;
use super::options::{Format, Printing, Simulating, Source, path_count, refuse_too_many_runs};
use super::page::{Page, write_page};
use crate::marginal::Plan;
use crate::report::rules::{render, write_json};
use crate::scenario::Scenario;
use crate::structure::Structure;
use clap::Args;
use std::io::{self, BufWriter, Write};

const EXAMPLE: &str = "Example:
  tierfund rules scenarios/national-2025.toml
  tierfund rules scenarios/national-2025.toml --paths 4000 --lang zh

Every limit is moved up and down on the same luck, and every enforced rule is dropped once: about 30 runs of --paths.
Exit codes: 0 done, 1 a file cannot be written, 2 mistake in the scenario or the arguments.";

const SETS: &str =
    "Give a key another value, for example `rules.valuation_max.threshold=8亿`; may be repeated";

/// Arguments of `tierfund rules`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLE)]
#[command(mut_arg("sets", |arg| arg.help(SETS)))]
pub(super) struct Rules {
    /// Number of paths of each run.
    #[arg(long, value_name = "N", default_value = "500", value_parser = path_count)]
    paths: u64,
    #[command(flatten)]
    simulating: Simulating,
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    page: Page,
    #[command(flatten)]
    printing: Printing,
}

impl Rules {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        self.simulating.only_plain("rules")?;
        let scenario = self.source.read()?;
        let file = self.page.prepare()?;
        Structure::new(&scenario)?;
        refuse_too_many_runs(self.paths, 2)?;
        let plan = Plan::new(&scenario);
        let bar = self
            .simulating
            .progress(self.paths * plan.runs(), self.printing.lang);
        let mut done = 0;
        let prices = plan.price(&scenario, self.simulating.seed, |variant: &Scenario| {
            let outcomes = self.simulating.paths_after(variant, self.paths, done, &bar);
            done += self.paths;
            outcomes
        })?;
        bar.finish_and_clear();
        write_page(file, self.printing.lang, |bytes| write_json(&prices, bytes))?;
        let mut stdout = BufWriter::new(io::stdout().lock());
        match self.printing.format {
            Format::Table => write!(stdout, "{}", render(&prices, self.printing.lang))?,
            Format::Json => write_json(&prices, &mut stdout)?,
        }
        Ok(stdout.flush()?)
    }
}
