//! `--precision`: as many paths as an error asks for.

use super::Failure;
use super::interrupt::{self, Listening};
use super::options::{Simulating, path_count, refuse_too_many};
use crate::metrics::target::Target;
use crate::outcomes::Outcomes;
use crate::report::catalogue::Lang;
use crate::report::text::precision_so_far;
use crate::scenario::Scenario;
use crate::scenario::reader::{Unit, number_in};
use crate::simulation::specs;
use crate::structure::Structure;
use crate::summary::sampling::Precision;
use clap::Args;
use indicatif::ProgressBar;
use std::sync::Arc;

/// Paths before the error is looked at for the first time, four doublings of 128: an error that is looked at often, and early,
/// is found small by chance. In every mode all replicates are alike at it and at its doubles.
const FIRST: u64 = 128 << 4;

/// Paths until a precision is reached.
#[derive(Args, Debug)]
pub(super) struct Precise {
    /// Double the paths until the standard error of --on is at most this: 0.5% of a multiple, amount or count; 0.5 points of
    /// a rate, share or probability.
    #[arg(long, value_name = "SHARE", value_parser = wanted, conflicts_with_all = ["paths", "assumptions"])]
    precision: Option<f64>,
    /// The metric whose mean is to be precise, or a probability such as `leverage.consolidated>=10`.
    #[arg(
        long,
        value_name = "METRIC",
        default_value = "national.dpi",
        requires = "precision"
    )]
    on: String,
    /// Most paths that --precision may take, at least 2048.
    #[arg(long, value_name = "N", default_value = "131072", value_parser = path_count, requires = "precision")]
    max_paths: u64,
}

impl Precise {
    /// Whether a precision is asked for.
    pub(super) fn is_wanted(&self) -> bool {
        self.precision.is_some()
    }

    /// The paths that the wanted precision takes, and what was reached; `None` where none is wanted.
    pub(super) fn paths(
        &self,
        simulating: &Simulating,
        scenario: &Scenario,
        lang: Lang,
    ) -> Result<Option<(Outcomes, Precision)>, Failure> {
        let Some(wanted) = self.precision else {
            return Ok(None);
        };
        let mistake = |why: String| Failure::Mistake(why);
        if self.max_paths < FIRST {
            let most = self.max_paths;
            return Err(mistake(format!(
                "--max-paths {most}: the error is first looked at after {FIRST} paths"
            )));
        }
        refuse_too_many(self.max_paths)?;
        let specs = specs(scenario, &Structure::new(scenario)?);
        let target = Target::parse(&self.on, &specs);
        let target = target.map_err(|error| mistake(format!("--on {}: {error}", self.on)))?;
        // Ctrl-C is no reason to lose the doublings that are done.
        let _listening = Listening::start();
        let shared = Arc::new(scenario.clone());
        let bar = simulating.progress(FIRST, lang);
        let first = simulating.range_unless_interrupted(&shared, 0..FIRST, &bar)?;
        let mut outcomes = first.ok_or_else(|| Failure::Interrupted(interrupt::nothing()))?;
        let precision = loop {
            let precision = Precision::of(&outcomes, &target, wanted, self.max_paths);
            let paths = outcomes.paths() as u64;
            if precision.is_settled() || 2 * paths > self.max_paths {
                break precision;
            }
            show(simulating, &bar, &precision, paths, lang);
            bar.set_length(2 * paths);
            let range = paths..2 * paths;
            let Some(more) = simulating.range_unless_interrupted(&shared, range, &bar)? else {
                break precision;
            };
            outcomes = outcomes
                .join(&more)
                .map_err(|error| mistake(error.to_string()))?;
        };
        bar.finish_and_clear();
        Ok(Some((outcomes, precision)))
    }
}

/// Shows the error so far: beside the bar, or as a line where there is no terminal for one.
fn show(simulating: &Simulating, bar: &ProgressBar, precision: &Precision, paths: u64, lang: Lang) {
    let line = precision_so_far(precision, paths, lang);
    if bar.is_hidden() {
        simulating.say(&line);
    } else {
        bar.set_message(format!(" | {line}"));
    }
}

/// A standard error: `0.5%` or `0.005`.
fn wanted(text: &str) -> Result<f64, String> {
    match number_in(text, Unit::Share) {
        Ok(share) if share > 0.0 && share < 1.0 => Ok(share),
        _ => Err("a precision is a part above 0 and below 1, such as 0.5% or 0.005".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampling::Sampling;

    #[test]
    fn a_precision_is_a_small_part() {
        assert_eq!(wanted("0.5%"), Ok(0.005));
        assert_eq!(wanted("0.01"), Ok(0.01));
        for wrong in ["0", "-1%", "100%", "5", "half", "", "nan"] {
            assert!(wanted(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_mode_is_whole_at_every_look() {
        for sampling in [Sampling::Plain, Sampling::Antithetic, Sampling::Sobol] {
            for paths in [FIRST, 2 * FIRST, 64 * FIRST] {
                assert_eq!(sampling.round_up(paths), paths);
            }
        }
    }
}
