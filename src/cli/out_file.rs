//! A file that appears whole or not at all.

use super::Failure;
use super::out_dir::hidden_beside;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A file to be written.
#[derive(Debug)]
pub(super) struct OutFile {
    target: PathBuf,
    making: PathBuf,
    force: bool,
}

impl OutFile {
    /// Makes sure that `target` can be written, before any work is done for it.
    ///
    /// # Errors
    ///
    /// [`Failure::Mistake`] when something stands there that must not be replaced, or there is no such folder.
    pub(super) fn prepare(target: &Path, force: bool) -> Result<Self, Failure> {
        let making = hidden_beside(target, "new").ok_or_else(|| {
            let target = target.display();
            Failure::Mistake(format!("{target}: give the name of a file to write"))
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
    pub(super) fn write(self, text: &str) -> Result<PathBuf, Failure> {
        let save = || {
            let mut file = File::create(&self.making)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()
        };
        let saved = save().map_err(Failure::file("write", &self.target));
        let published = saved.and_then(|()| {
            self.refuse_to_overwrite()?;
            fs::rename(&self.making, &self.target).map_err(Failure::file("write", &self.target))
        });
        if published.is_err() {
            // What failed is told; a leftover besides is no further news.
            let _ = fs::remove_file(&self.making);
        }
        published.map(|()| self.target)
    }

    fn refuse_to_overwrite(&self) -> Result<(), Failure> {
        let refuse = |why: &str| {
            let target = self.target.display();
            Err(Failure::Mistake(format!("{target}: {why}")))
        };
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
