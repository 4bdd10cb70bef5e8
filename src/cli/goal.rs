//! `tierfund goal`: the value of a key at which a target is met.

use super::Failure;
use super::options::{Format, Printing, Simulating, Source, path_count, refuse_too_many};
use crate::comparison::asked::Event;
use crate::goal::{Search, SearchError, Target};
use crate::metrics::lookup::column;
use crate::report::Names;
use crate::report::goal::{render, write_json};
use crate::scenario::Scenario;
use crate::simulation::specs;
use crate::structure::Structure;
use clap::Args;
use std::io::{self, BufWriter, Write};

const EXAMPLE: &str = "Example:
  tierfund goal scenarios/national-2025.toml --target 'leverage.consolidated>=10' --by sub_funds.requested_share_mean
  tierfund goal scenarios/national-2025.toml --target 'leverage.consolidated>=10' --probability 0.5 \\
    --by 'region.*.take_up_mean=0.4:0.7'
  tierfund goal scenarios/national-2025.toml --target 'lp.insurer.irr>=5%' --by terms.region.concession.share=0:0.9 \\
    --set terms.region.concession.share=0 --set terms.region.concession.to=other_lps

Without --probability the mean has to reach the target (the median, for an IRR or a date); with it, P(metric >= target).
Without =lo:hi the key's own range is searched. All values meet the same luck.
Exit codes: 0 done (also when no value reaches the target), 1 a file cannot be written, 2 mistake in the arguments.";

/// Arguments of `tierfund goal`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLE)]
#[command(mut_arg("sets", |arg| arg.help("Give a key another value; may be repeated")))]
pub(super) struct Goal {
    /// What is to be reached: a metric, >= and a number in its unit.
    #[arg(long, value_name = "METRIC>=X")]
    target: String,
    /// With which probability, between 0 and 1.
    #[arg(long, value_name = "P", value_parser = probability)]
    probability: Option<f64>,
    /// Key to move, `*` for any one part, and its range.
    #[arg(long, value_name = "KEY[=LO:HI]")]
    by: String,
    /// Number of paths of each value tried.
    #[arg(long, value_name = "N", default_value = "500", value_parser = path_count)]
    paths: u64,
    #[command(flatten)]
    simulating: Simulating,
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    printing: Printing,
}

/// A probability other than never and always: `0.5` or `50%`.
fn probability(text: &str) -> Result<f64, String> {
    let percent = text.strip_suffix('%').map(|digits| (digits, 0.01));
    let (digits, unit) = percent.unwrap_or((text, 1.0));
    let number = digits.trim().parse::<f64>().map(|number| number * unit);
    match number {
        Ok(number) if number > 0.0 && number < 1.0 => Ok(number),
        _ => Err("a probability lies between 0 and 1, for example 0.5 or 50%".to_owned()),
    }
}

impl Goal {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        self.simulating.only_plain("goal")?;
        let scenario = self.source.read()?;
        let specs = specs(&scenario, &Structure::new(&scenario)?);
        let event = Event::parse(&self.target, &specs)
            .map_err(|error| Failure::Mistake(format!("--target: {error}")))?;
        let spec = column(&specs, &event.metric)
            .map_err(|error| Failure::Mistake(format!("--target: {error}")))?;
        let target = Target::new(&event, self.probability, &specs[spec]);
        let search = Search::new(&scenario, &self.by).map_err(|error| match error {
            SearchError::Infeasible(problems) => Failure::Scenario(problems),
            other => Failure::Mistake(format!("--by: {other}")),
        })?;
        refuse_too_many(self.paths)?;
        let bar = self
            .simulating
            .progress(self.paths * search.most_runs(), self.printing.lang);
        let (mut done, seed) = (0, self.simulating.seed);
        let goal = search.run(&target, seed, self.paths, |variant: &Scenario| {
            let outcomes = self.simulating.paths_after(variant, self.paths, done, &bar);
            done += self.paths;
            outcomes
        })?;
        bar.finish_and_clear();
        let mut stdout = BufWriter::new(io::stdout().lock());
        match self.printing.format {
            Format::Table => {
                let names = Names::of(&scenario);
                write!(
                    stdout,
                    "{}",
                    render(&goal, search.unit(), &names, self.printing.lang)
                )?;
            }
            Format::Json => write_json(&goal, &mut stdout)?,
        }
        Ok(stdout.flush()?)
    }
}
