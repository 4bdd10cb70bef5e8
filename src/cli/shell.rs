//! `tierfund completions` and `tierfund man`: what a shell and `man` need to know of the commands.

use super::{Cli, Failure};
use clap::{Args, CommandFactory};
use clap_complete::Shell;
use std::io::{self, Write};

const COMPLETIONS: &str = "Example:
  tierfund completions bash > ~/.local/share/bash-completion/completions/tierfund
  tierfund completions zsh > ~/.zfunc/_tierfund

Exit codes: 0 done, 1 the text cannot be written, 2 mistake in the arguments.";

const MAN: &str = "Example:
  tierfund man > tierfund.1
  tierfund man run | man -l -

Exit codes: 0 done, 1 the text cannot be written, 2 mistake in the arguments.";

/// Arguments of `tierfund completions`.
#[derive(Args, Debug)]
#[command(after_help = COMPLETIONS)]
pub(super) struct Completions {
    /// The shell that completes.
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        let mut text = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "tierfund", &mut text);
        Ok(io::stdout().lock().write_all(&text)?)
    }
}

/// Arguments of `tierfund man`.
#[derive(Args, Debug)]
#[command(after_help = MAN)]
pub(super) struct Man {
    /// A command [default: tierfund itself].
    command: Option<String>,
}

impl Man {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        let mut all = Cli::command();
        all.build();
        let page = match &self.command {
            None => all,
            Some(name) => {
                let found = all.find_subcommand(name).cloned();
                let found = found.ok_or_else(|| {
                    let names: Vec<&str> =
                        all.get_subcommands().map(clap::Command::get_name).collect();
                    Failure::Mistake(format!(
                        "there is no command {name}; there are {}",
                        names.join(", ")
                    ))
                })?;
                found.display_name(format!("tierfund-{name}"))
            }
        };
        let mut text = Vec::new();
        clap_mangen::Man::new(page).render(&mut text)?;
        Ok(io::stdout().lock().write_all(&text)?)
    }
}
