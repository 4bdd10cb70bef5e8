//! `tierfund calibrate`: numbers of a scenario fitted to published figures.

use super::Failure;
use super::new_file::{NewFile, name_of};
use super::options::{Format, Printing, Simulating, Source, path_count};
use super::validate::{refuse_paths, rows};
use crate::calibration::{Calibration, CalibrationError, Plan};
use crate::report::Names;
use crate::report::calibration::{render, write_json};
use crate::report::catalogue::Term;
use clap::Args;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

const EXAMPLE: &str = "Example:
  tierfund calibrate scenarios/us-venture.toml --free exit.trade_sale.mean,'exit.tail.share.*' \\
    --rows us-multiple-below-1,us-multiple-10-to-20,us-multiple-20-to-50 --out fitted.toml

Simulated method of moments on common random numbers. Numbers move within their ranges; the starting point is the scenario.
Exit codes: 0 done, also when figures stay outside their tolerance; 1 a file cannot be written; 2 mistake in the arguments.";

/// Arguments of `tierfund calibrate`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLE)]
pub(super) struct Calibrate {
    #[command(flatten)]
    source: Source,
    /// Numbers that may move, with commas; `*` for any one part, whose numbers then move as one.
    #[arg(long, value_name = "KEY,...", required = true)]
    free: Vec<String>,
    /// Figures to fit to, with commas; held-out ones are refused.
    #[arg(long, value_name = "ID,...", required = true)]
    rows: Vec<String>,
    /// Folder of evidence files [default: the program's own].
    #[arg(long, value_name = "DIR")]
    evidence: Option<PathBuf>,
    /// Number of traced paths of each trial.
    #[arg(long, value_name = "N", default_value = "64", value_parser = path_count)]
    paths: u64,
    #[command(flatten)]
    simulating: Simulating,
    #[command(flatten)]
    printing: Printing,
    /// Write the fitted scenario, complete and on its own, to this new file.
    #[arg(long, value_name = "FILE.toml")]
    out: Option<PathBuf>,
    /// Replace the file of --out.
    #[arg(long, requires = "out")]
    force: bool,
}

impl Calibrate {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        self.simulating.only_plain("calibrate")?;
        refuse_paths(self.paths)?;
        let scenario = self.source.read()?;
        let rows = rows(self.evidence.as_deref())?;
        let plan = Plan::new(&scenario, &self.free, &self.rows, &rows)?;
        let out = self.out.as_deref();
        let file = out
            .map(|path| Ok::<_, Failure>((path, NewFile::prepare(path, self.force)?)))
            .transpose()?;
        let (seed, paths) = (self.simulating.seed, self.paths);
        let most = plan.most_trials();
        let found =
            self.simulating
                .with_progress(most, Term::Trials, self.printing.lang, |running| {
                    Calibration::new(&scenario, &plan, seed, paths, running)
                })?;
        if let Some((path, file)) = file {
            file.publish(&found.scenario(&scenario, &plan, &name_of(path))?)?;
            self.simulating
                .tell(Term::Written, self.printing.lang, &path.display());
        }
        let mut stdout = BufWriter::new(io::stdout().lock());
        match self.printing.format {
            Format::Table => {
                let text = render(&found, &Names::of(&scenario), self.printing.lang);
                stdout.write_all(text.as_bytes())?;
            }
            Format::Json => write_json(&found, &mut stdout)?,
        }
        Ok(stdout.flush()?)
    }
}

impl From<CalibrationError> for Failure {
    fn from(error: CalibrationError) -> Self {
        match error {
            CalibrationError::Mistake(what) => Self::Mistake(what),
            CalibrationError::Infeasible(problems) => Self::Scenario(problems),
            CalibrationError::Simulation(error) => error.into(),
        }
    }
}
