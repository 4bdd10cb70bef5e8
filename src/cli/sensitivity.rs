//! `tierfund sensitivity`: what the answer hangs on.

use super::Failure;
use super::options::{Format, Printing, Simulating, Source};
use super::page::{Page, write_page};
use crate::report::Names;
use crate::report::catalogue::Term;
use crate::report::sensitivity::{Sensitivity as Report, plan_text, render, write_json};
use crate::sensitivity::{Effort, Plan, SensitivityError};
use crate::summary::Provenance;
use clap::Args;
use std::io::{self, BufWriter, Write};

const EXAMPLE: &str = "Example:
  tierfund sensitivity scenarios/national-2025.toml
  tierfund sensitivity scenarios/national-2025.toml --on national.irr --keys 'sub_funds.requested_share_mean,region.*.take_up_mean'

Tornado, screening and indices on the same luck. The plan of the work is told before it starts.
Exit codes: 0 done, 1 the report cannot be written, 2 mistake in the scenario or the arguments.";

const SETS: &str =
    "Give a key another value, for example `national.capital=1500亿`; may be repeated";
const LANG: &str = "Language of the tables: en (CNY bn) or zh (亿元)";

/// Arguments of `tierfund sensitivity`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLE)]
#[command(mut_arg("sets", |arg| arg.help(SETS)))]
#[command(mut_arg("lang", |arg| arg.help(LANG)))]
pub(super) struct Sensitivity {
    /// What to explain, with commas: `national.dpi`, `leverage.social>=5` [default: leverage.consolidated,national.dpi].
    #[arg(long, value_name = "METRIC")]
    on: Vec<String>,
    /// Only these numbers, with commas [default: all that have a range; indices for the ten that lead].
    #[arg(long, value_name = "KEY")]
    keys: Vec<String>,
    /// Paths of each variant for the indices, an even number.
    #[arg(long, value_name = "N", default_value_t = Effort::default().paths, value_parser = even_paths)]
    paths: u64,
    /// Rows of the indices' design, a power of two.
    #[arg(long, value_name = "N", default_value_t = Effort::default().rows, value_parser = power_of_two)]
    rows: u32,
    /// Trajectories of the screening.
    #[arg(long, value_name = "N", default_value_t = Effort::default().trajectories, value_parser = clap::value_parser!(u32).range(2..=1000))]
    trajectories: u32,
    #[command(flatten)]
    simulating: Simulating,
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    page: Page,
    #[command(flatten)]
    printing: Printing,
}

impl Sensitivity {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        self.simulating.only_plain("sensitivity")?;
        let scenario = self.source.read()?;
        let file = self.page.prepare()?;
        let effort = Effort {
            paths: self.paths,
            rows: self.rows,
            trajectories: self.trajectories,
            ..Effort::default()
        };
        let plan = Plan::new(&scenario, &self.on, &self.keys, effort)?;
        let (seed, lang) = (self.simulating.seed, self.printing.lang);
        self.simulating
            .tell(Term::PlannedWork, lang, &plan_text(&plan, lang));
        let [tornado, screening, indices] = plan.work();
        let bars =
            self.simulating
                .with_progress(tornado.variants, Term::Tornado, lang, |running| {
                    plan.tornado(&scenario, seed, running)
                })?;
        let screened = self.simulating.with_progress(
            screening.variants,
            Term::Screening,
            lang,
            |running| plan.screening(&scenario, seed, running),
        )?;
        let places = plan.leading(&screened);
        let found = self.simulating.with_progress(
            indices.variants,
            Term::IndicesOfVariance,
            lang,
            |running| plan.indices(&scenario, seed, &places, running),
        )?;
        let provenance = Provenance::new(&scenario, seed, self.paths);
        let report = Report {
            provenance: &provenance,
            plan: &plan,
            bars: &bars,
            screened: &screened,
            places: &places,
            indices: &found,
        };
        write_page(file, self.printing.lang, |bytes| write_json(report, bytes))?;
        let mut stdout = BufWriter::new(io::stdout().lock());
        match self.printing.format {
            Format::Table => {
                let text = render(report, &Names::of(&scenario), lang);
                stdout.write_all(text.as_bytes())?;
            }
            Format::Json => write_json(report, &mut stdout)?,
        }
        Ok(stdout.flush()?)
    }
}

fn even_paths(text: &str) -> Result<u64, String> {
    let paths = super::options::path_count(text)?;
    if paths.is_multiple_of(2) && paths <= 1 << 16 {
        return Ok(paths);
    }
    Err(
        "the noise is told from two halves of the paths: write an even number, at most 65536"
            .to_owned(),
    )
}

fn power_of_two(text: &str) -> Result<u32, String> {
    let rows = text.replace('_', "").parse::<u32>().ok();
    let fit = rows.filter(|rows| rows.is_power_of_two() && (16..=1 << 16).contains(rows));
    fit.ok_or_else(|| {
        "points fill the cube evenly in powers of two: 16, 32, ... 512 ... 65536".to_owned()
    })
}

impl From<SensitivityError> for Failure {
    fn from(error: SensitivityError) -> Self {
        match error {
            SensitivityError::Simulation(error) => error.into(),
            error => Self::Mistake(error.to_string()),
        }
    }
}
