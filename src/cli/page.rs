//! `--report FILE`: the page on what a command finds, beside what it prints.

use super::Failure;
use super::new_file::NewFile;
use crate::report::catalogue::Lang;
use clap::Args;
use std::io;
use std::path::PathBuf;

/// Where the page goes.
#[derive(Args, Debug)]
pub(super) struct Page {
    /// Also write the report into this new HTML file.
    #[cfg_attr(not(feature = "report"), arg(skip))]
    #[cfg_attr(feature = "report", arg(long, value_name = "FILE"))]
    report: Option<PathBuf>,
}

impl Page {
    /// Makes sure that the file can be written, before any path is run.
    pub(super) fn prepare(&self) -> Result<Option<NewFile>, Failure> {
        let file = self.report.as_deref();
        file.map(|file| NewFile::prepare(file, false)).transpose()
    }
}

/// Writes the page on the object that `write_json` writes.
pub(super) fn write_page(
    file: Option<NewFile>,
    lang: Lang,
    write_json: impl FnOnce(&mut Vec<u8>) -> io::Result<()>,
) -> Result<(), Failure> {
    let Some(file) = file else {
        return Ok(());
    };
    let mut bytes = Vec::new();
    write_json(&mut bytes)?;
    #[cfg(feature = "report")]
    file.publish(&super::report::page_from(&bytes, "the result", lang)?)?;
    #[cfg(not(feature = "report"))]
    let _ = (file, lang);
    Ok(())
}
