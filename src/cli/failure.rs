//! What can go wrong with a command, and how it is said.

use super::interrupt;
use crate::scenario::problem::Problems;
use crate::simulation::SimulationError;
use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

/// Why a command did not do what was asked.
#[derive(Debug)]
pub enum Failure {
    /// The scenario cannot be used.
    Scenario(Problems),
    /// The arguments cannot be used.
    Mistake(String),
    /// Several parts of a scenario cannot be used; the text says so in full.
    Told(String),
    /// A scenario misses figures that it was fitted to; the text names them.
    Outside(String),
    /// The threads cannot be started.
    Threads(String),
    /// Ctrl-C came; the text says what was done.
    Interrupted(String),
    /// Output cannot be written.
    Output(io::Error),
    /// A file or folder cannot be read or written.
    File {
        /// What was tried, with the path.
        what: String,
        /// Why it failed.
        error: io::Error,
    },
}

impl Failure {
    /// A failure to `verb` the file or folder at `path`.
    pub(super) fn file(verb: &str, path: &Path) -> impl Fn(io::Error) -> Self + use<> {
        let what = format!("cannot {verb} {}", path.display());
        move |error| Self::File {
            what: what.clone(),
            error,
        }
    }

    /// Whether standard output was closed by its reader.
    pub(super) fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// 2 for what the user can mend in the scenario or the arguments, 130 after Ctrl-C, else 1.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Scenario(_) | Self::Mistake(_) | Self::Told(_) => ExitCode::from(2),
            Self::Outside(_) | Self::Threads(_) | Self::Output(_) | Self::File { .. } => {
                ExitCode::from(1)
            }
            Self::Interrupted(_) => ExitCode::from(interrupt::CODE),
        }
    }

    /// Says on standard error what went wrong, in colour on a terminal unless `NO_COLOR` is set.
    pub fn print(&self) {
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let colour = io::stderr().is_terminal() && !no_colour;
        let text = match self {
            Self::Scenario(problems) if colour => problems.coloured(),
            Self::Scenario(problems) => problems.to_string(),
            Self::Told(text) | Self::Interrupted(text) => text.clone(),
            other if colour => format!("\u{1b}[1;31merror\u{1b}[0m: {other}"),
            other => format!("error: {other}"),
        };
        // Nowhere is left to say that standard error is closed.
        let _ = writeln!(io::stderr(), "{text}");
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scenario(problems) => problems.fmt(f),
            Self::Mistake(what)
            | Self::Told(what)
            | Self::Outside(what)
            | Self::Threads(what)
            | Self::Interrupted(what) => f.write_str(what),
            Self::Output(error) => write!(f, "cannot write the report: {error}"),
            Self::File { what, error } => write!(f, "{what}: {error}"),
        }
    }
}

impl std::error::Error for Failure {}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        Self::Scenario(problems)
    }
}

impl From<SimulationError> for Failure {
    fn from(error: SimulationError) -> Self {
        match error {
            SimulationError::Infeasible(problems) => Self::Scenario(problems),
            SimulationError::Paths(_) => Self::Mistake(error.to_string()),
            SimulationError::Threads(_) => Self::Threads(error.to_string()),
        }
    }
}

/// For the report on standard output; files name themselves with [`Failure::File`].
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}
