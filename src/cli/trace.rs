//! `tierfund trace`: one path in full.

use super::Failure;
use super::options::Source;
use crate::report::Names;
use crate::report::catalogue::Lang;
use crate::report::trace::{render, write_json};
use crate::sampling::Sampling;
use crate::trace::Trace as PathTrace;
use crate::trace::focus::Focus;
use clap::{Args, ValueEnum};
use std::io::{self, BufWriter, Write};

const EXAMPLE: &str = "Example:
  tierfund trace scenarios/national-2025.toml --path 7
  tierfund trace scenarios/national-2025.toml --path 7 --region gba --sub-fund 12 --company 3
  tierfund trace scenarios/national-2025.toml --path 7 --format json | jq '.national.returns'

Path 7 is the eighth of every run with the same scenario, seed and sampling, and its numbers are the same bits.
Exit codes: 0 done, 1 the report cannot be written, 2 mistake in the scenario or the arguments.";

/// Arguments of `tierfund trace`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLE)]
pub(super) struct Trace {
    /// Number of the path; the first is 0.
    #[arg(long, value_name = "N")]
    path: u32,
    /// Seed of all random numbers.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// How shared luck is spread over the paths of the run that the path is of.
    #[arg(long, value_enum, default_value_t)]
    sampling: Sampling,
    /// Only this region, by its name in the scenario's keys.
    #[arg(long, value_name = "R")]
    region: Option<String>,
    /// Only this sub-fund, by its number in the region.
    #[arg(long, value_name = "K")]
    sub_fund: Option<u32>,
    /// Only this company, by its number in the sub-fund.
    #[arg(long, value_name = "C", requires = "sub_fund")]
    company: Option<u32>,
    #[command(flatten)]
    source: Source,
    /// What to print.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Language of the report: en (CNY bn) or zh (亿元).
    #[arg(long, value_enum, default_value_t)]
    lang: Lang,
}

/// What `trace` prints.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Format {
    /// Tables for people.
    #[default]
    Text,
    /// One JSON object with every event and every flow.
    Json,
}

impl Trace {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        let scenario = self.source.read()?;
        let focus = Focus {
            region: self.region.as_deref(),
            sub_fund: self.sub_fund,
            company: self.company,
        };
        let trace = PathTrace::sampled(&scenario, self.seed, self.sampling, self.path)?
            .narrow(focus)
            .map_err(|missing| Failure::Mistake(missing.to_string()))?;
        let mut stdout = BufWriter::new(io::stdout().lock());
        match self.format {
            Format::Text => {
                let text = render(&trace, focus, &Names::of(&scenario), self.lang);
                stdout.write_all(text.as_bytes())?;
            }
            Format::Json => write_json(&trace, &mut stdout)?,
        }
        Ok(stdout.flush()?)
    }
}
