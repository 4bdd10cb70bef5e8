//! The command line: one file per subcommand, each a call into the library.

mod calibrate;
mod check;
mod compare;
mod failure;
mod goal;
mod init;
mod interrupt;
mod kept;
mod new_file;
mod options;
mod out_dir;
mod page;
mod precision;
#[cfg(feature = "report")]
mod report;
mod rules;
mod run;
mod schema;
mod sensitivity;
mod shell;
mod sweep;
mod trace;
mod validate;

pub use failure::Failure;

use clap::{Parser, Subcommand};

const EXIT_CODES: &str = "Exit codes:
  0  done
  1  failure: a file cannot be read or written; or a scenario misses a figure that it was fitted to
  2  mistake in the scenario or the arguments
  130  interrupted with Ctrl-C: what was done is said, nothing is half written

Example:
  tierfund run scenarios/national-2025.toml --set national.capital=1500亿";

/// Simulates a government guidance fund of several tiers, from the treasury to start-ups and back.
#[derive(Debug, Parser)]
#[command(name = "tierfund", version, after_help = EXIT_CODES)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Simulate a scenario and report leverage, returns, exits and rules.
    Run(run::Run),
    /// Vary keys over values and report every point of the grid on the same luck.
    Sweep(sweep::Sweep),
    /// Tell what the answer hangs on: tornado, screening and variance-based indices over every number with a range.
    Sensitivity(sensitivity::Sensitivity),
    /// Write a scenario to start from.
    Init(init::Init),
    /// Check a scenario: valid, or all its problems; show what follows from it.
    Check(check::Check),
    /// Compare scenarios on the same luck: differences with paired intervals.
    Compare(compare::Compare),
    /// Price the rules: what each costs or brings, on the same luck.
    Rules(rules::Rules),
    /// Find the value of a key at which a target is met.
    Goal(goal::Goal),
    /// Make one HTML file from results: charts, their data, the answer in sentences.
    #[cfg(feature = "report")]
    Report(report::Report),
    /// Hold a scenario against published figures, row by row.
    Validate(validate::Validate),
    /// Fit numbers of a scenario to published figures.
    Calibrate(calibrate::Calibrate),
    /// Replay one path in full: closes, calls, companies, exits, distributions.
    Trace(trace::Trace),
    /// Print the JSON Schema of scenario files, for editors.
    Schema(schema::Schema),
    /// Print what a shell needs to complete commands and options.
    Completions(shell::Completions),
    /// Print the manual page of a command.
    Man(shell::Man),
}

impl Cli {
    /// Does what the arguments ask. A reader who closes the pipe early ends it quietly.
    ///
    /// # Errors
    ///
    /// See [`Failure`]: its exit code is 2 for what the user can mend in the scenario or the
    /// arguments, 130 after Ctrl-C, else 1.
    pub fn execute(&self) -> Result<(), Failure> {
        interrupt::install();
        let result = match &self.command {
            Command::Run(run) => run.execute(),
            Command::Sweep(sweep) => sweep.execute(),
            Command::Sensitivity(sensitivity) => sensitivity.execute(),
            Command::Init(init) => init.execute(),
            Command::Check(check) => check.execute(),
            Command::Compare(compare) => compare.execute(),
            Command::Rules(rules) => rules.execute(),
            Command::Goal(goal) => goal.execute(),
            #[cfg(feature = "report")]
            Command::Report(report) => report.execute(),
            Command::Validate(validate) => validate.execute(),
            Command::Calibrate(calibrate) => calibrate.execute(),
            Command::Trace(trace) => trace.execute(),
            Command::Schema(schema) => schema.execute(),
            Command::Completions(completions) => completions.execute(),
            Command::Man(man) => man.execute(),
        };
        match result {
            Err(failure) if failure.is_closed_pipe() => Ok(()),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
