//! A file that appears whole or not at all, and replaces another only when that was asked for.

use super::Failure;
use super::interrupt;
use super::out_dir::hidden_beside;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A file to be written.
#[derive(Debug)]
pub(super) struct NewFile {
    target: PathBuf,
    making: PathBuf,
    force: bool,
}

impl NewFile {
    /// Looks whether `target` can be written, which may replace a file where `force` says so.
    ///
    /// # Errors
    ///
    /// [`Failure::Mistake`] when something stands at `target` that must not be replaced.
    pub(super) fn prepare(target: &Path, force: bool) -> Result<Self, Failure> {
        let making = hidden_beside(target, "new");
        let making = making.ok_or_else(|| {
            mistake(
                target,
                "give the name of a file to write, for example my.toml",
            )
        })?;
        let file = Self {
            target: target.to_owned(),
            making,
            force,
        };
        file.refuse_to_overwrite()?;
        Ok(file)
    }

    /// Writes `text` beside the target, down to the disk, and gives it the target's name.
    pub(super) fn publish(&self, text: &str) -> Result<(), Failure> {
        let _writing = interrupt::writing();
        let published = self.save(text);
        if published.is_err() {
            // Nothing is left to do about a temporary file that cannot be deleted.
            let _ = fs::remove_file(&self.making);
        } else {
            interrupt::written(&self.target);
        }
        published
    }

    fn save(&self, text: &str) -> Result<(), Failure> {
        let save = || {
            let mut file = File::create_new(&self.making)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()
        };
        save().map_err(Failure::file("write", &self.target))?;
        self.refuse_to_overwrite()?;
        fs::rename(&self.making, &self.target).map_err(Failure::file("write", &self.target))
    }

    /// Only a file may be replaced, and only when that was asked for.
    fn refuse_to_overwrite(&self) -> Result<(), Failure> {
        let refuse = |why| Err(mistake(&self.target, why));
        let folder = self.target.parent().filter(|f| *f != Path::new(""));
        if folder.is_some_and(|folder| !folder.is_dir()) {
            return refuse("there is no such folder; create it, or choose another place");
        }
        match fs::symlink_metadata(&self.target) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(Failure::file("look at", &self.target)(error)),
            Ok(_) if self.target.is_dir() => {
                refuse("this is a folder; give the name of a file in it")
            }
            Ok(found) if !found.is_file() => {
                refuse("it exists and is no ordinary file; choose another name")
            }
            Ok(_) if !self.force => {
                refuse("the file exists; choose another name, or replace it with --force")
            }
            Ok(_) => Ok(()),
        }
    }
}

/// The name of a scenario in `file`: the file's name without its ending.
pub(super) fn name_of(file: &Path) -> String {
    let stem = file.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

/// What the user can mend about the file's name.
fn mistake(target: &Path, why: &str) -> Failure {
    Failure::Mistake(format!("{}: {why}", target.display()))
}
