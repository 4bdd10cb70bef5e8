//! `tierfund schema`: what an editor needs to know of scenario files.

use super::Failure;
use crate::report::schema::{File, write};
use clap::Args;
use std::io::{self, BufWriter, Write};

const EXAMPLE: &str = "Example:
  tierfund schema > scenario.schema.json
  tierfund schema --overlay > overlay.schema.json

An editor that reads JSON Schema for TOML (taplo, Even Better TOML) then completes keys, explains them and underlines mistakes in
every file that opens with `#:schema ./scenario.schema.json`, as the shipped scenarios and the files of `tierfund init` do.
It knows single keys; how keys fit together, `tierfund check` says.
Exit codes: 0 done, 1 the text cannot be written, 2 mistake in the arguments.";

/// Arguments of `tierfund schema`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLE)]
pub(super) struct Schema {
    /// Of a file that extends another: no key is required, entries may be removed, `*` stands for all of them.
    #[arg(long)]
    overlay: bool,
}

impl Schema {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        let file = if self.overlay {
            File::Overlay
        } else {
            File::Whole
        };
        let mut stdout = BufWriter::new(io::stdout().lock());
        write(file, &mut stdout)?;
        Ok(stdout.flush()?)
    }
}
