//! A folder of results that appears whole or not at all.
//!
//! Files go into a hidden sibling of the folder first; when all are written and flushed to disk it
//! takes the folder's name. A folder that is replaced is renamed away before and deleted after, so
//! at every moment each of the two is whole under some name.

use super::Failure;
use super::interrupt;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

/// Files of a folder of results.
const FILES: [&str; 9] = [
    "summary.json",
    "summary.csv",
    "summary.xlsx",
    "curves.csv",
    "paths.parquet",
    "paths.csv",
    "report.html",
    "worlds.csv",
    "resolved.toml",
];

/// What may stand in the way of new results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Replace {
    /// Nothing: the folder must be new.
    Nothing,
    /// Earlier results.
    Results,
}

/// A folder of results in the making; dropped before [`OutDir::publish`], it leaves nothing.
#[derive(Debug)]
pub(super) struct OutDir {
    target: PathBuf,
    making: PathBuf,
    replace: Replace,
}

impl OutDir {
    /// Makes room for results at `target`.
    ///
    /// # Errors
    ///
    /// [`Failure::Mistake`] when something stands at `target` that must not be replaced, and
    /// [`Failure::File`] when the folder cannot be made.
    pub(super) fn prepare(target: &Path, replace: Replace) -> Result<Self, Failure> {
        let making = sibling(target, "new")?;
        refuse_to_overwrite(target, replace)?;
        if let Some(parent) = making
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
        {
            fs::create_dir_all(parent).map_err(Failure::file("create", parent))?;
        }
        let _writing = interrupt::writing();
        fs::create_dir(&making).map_err(Failure::file("create", &making))?;
        interrupt::making(Some(&making));
        Ok(Self {
            target: target.to_owned(),
            making,
            replace,
        })
    }

    /// Writes one of the files, down to the disk.
    pub(super) fn write(
        &self,
        name: &str,
        content: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
    ) -> Result<(), Failure> {
        debug_assert!(
            FILES.contains(&name),
            "{name} is not known as a file of results"
        );
        let path = self.making.join(name);
        let save = || {
            let mut file = BufWriter::new(File::create_new(&path)?);
            content(&mut file)?;
            file.into_inner()?.sync_all()
        };
        save().map_err(Failure::file("write", &path))
    }

    /// Gives the results their name, and returns it.
    pub(super) fn publish(self) -> Result<PathBuf, Failure> {
        let _writing = interrupt::writing();
        refuse_to_overwrite(&self.target, self.replace)?;
        let old = sibling(&self.target, "old")?;
        let replaces = exists(&self.target)?;
        if replaces {
            fs::rename(&self.target, &old).map_err(Failure::file("replace", &self.target))?;
        }
        if let Err(error) = fs::rename(&self.making, &self.target) {
            if replaces {
                fs::rename(&old, &self.target).map_err(Failure::file("restore", &self.target))?;
            }
            return Err(Failure::file("create", &self.target)(error));
        }
        if replaces {
            fs::remove_dir_all(&old)
                .map_err(Failure::file("delete the earlier results in", &old))?;
        }
        interrupt::written(&self.target);
        Ok(self.target.clone())
    }
}

impl Drop for OutDir {
    fn drop(&mut self) {
        // Gone already when published; otherwise the command fails for a reason of its own.
        let _ = fs::remove_dir_all(&self.making);
        interrupt::making(None);
    }
}

/// A hidden name beside `target` that no other process uses.
fn sibling(target: &Path, state: &str) -> Result<PathBuf, Failure> {
    hidden_beside(target, state).ok_or_else(|| {
        Failure::Mistake(format!(
            "--out {}: give the name of a folder to create",
            target.display()
        ))
    })
}

/// A hidden name beside `target` that no other process uses; none where `target` has no name.
pub(super) fn hidden_beside(target: &Path, state: &str) -> Option<PathBuf> {
    let mut hidden = OsString::from(".");
    hidden.push(target.file_name()?);
    hidden.push(format!(".{state}-{}", std::process::id()));
    Some(target.with_file_name(hidden))
}

fn exists(target: &Path) -> Result<bool, Failure> {
    match fs::symlink_metadata(target) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(Failure::file("look at", target)(error)),
    }
}

/// Only a folder of earlier results may be replaced, and only when that was asked for.
fn refuse_to_overwrite(target: &Path, replace: Replace) -> Result<(), Failure> {
    let refuse = |why: &str| {
        Err(Failure::Mistake(format!(
            "--out {}: {why}",
            target.display()
        )))
    };
    if !exists(target)? {
        return Ok(());
    }
    let metadata = fs::symlink_metadata(target).map_err(Failure::file("look at", target))?;
    if !metadata.is_dir() {
        return refuse("it exists and is not a folder; choose another name");
    }
    if replace == Replace::Nothing {
        return refuse("the folder exists; choose another name, or replace it with --force");
    }
    for entry in fs::read_dir(target).map_err(Failure::file("read", target))? {
        let name = entry.map_err(Failure::file("read", target))?.file_name();
        if !FILES.iter().any(|file| name == *file) {
            return refuse(&format!(
                "--force replaces folders of results only, and this one holds {}",
                name.display()
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    /// A folder of its own for each test, deleted at the end.
    struct Place(PathBuf);

    impl Place {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("tierfund-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&path);
            fs::create_dir(&path).unwrap();
            Self(path)
        }

        fn names(&self) -> Vec<OsString> {
            fs::read_dir(&self.0)
                .unwrap()
                .map(|entry| entry.unwrap().file_name())
                .collect()
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn make(target: &Path, replace: Replace, text: &str) -> Result<PathBuf, Failure> {
        let out = OutDir::prepare(target, replace)?;
        out.write("summary.json", |file| file.write_all(text.as_bytes()))?;
        out.publish()
    }

    #[test]
    fn results_appear_whole_under_their_name_and_leave_nothing_else() {
        let place = Place::new("whole");
        let target = place.0.join("deep/results");
        let out = OutDir::prepare(&target, Replace::Nothing).unwrap();
        assert!(!target.exists());
        out.write("summary.json", |file| file.write_all(b"{}"))
            .unwrap();
        assert_eq!(out.publish().unwrap(), target);
        assert_eq!(fs::read(target.join("summary.json")).unwrap(), b"{}");
        assert_eq!(fs::read_dir(place.0.join("deep")).unwrap().count(), 1);
    }

    #[test]
    fn results_that_are_given_up_leave_nothing() {
        let place = Place::new("dropped");
        drop(OutDir::prepare(&place.0.join("results"), Replace::Nothing).unwrap());
        assert!(place.names().is_empty());
    }

    #[test]
    fn earlier_results_are_replaced_only_when_asked() {
        let place = Place::new("replaced");
        let target = place.0.join("results");
        make(&target, Replace::Nothing, "old").unwrap();
        assert!(matches!(
            make(&target, Replace::Nothing, "new"),
            Err(Failure::Mistake(_))
        ));
        assert_eq!(fs::read(target.join("summary.json")).unwrap(), b"old");
        make(&target, Replace::Results, "new").unwrap();
        assert_eq!(fs::read(target.join("summary.json")).unwrap(), b"new");
        assert_eq!(place.names(), ["results"]);
    }

    #[test]
    fn what_is_not_a_folder_of_results_is_never_replaced() {
        let place = Place::new("kept");
        let folder = place.0.join("thesis");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("chapter.txt"), "years of work").unwrap();
        let file = place.0.join("file");
        fs::write(&file, "text").unwrap();
        for target in [&folder, &file] {
            let refused = make(target, Replace::Results, "new");
            assert!(matches!(refused, Err(Failure::Mistake(_))), "{refused:?}");
        }
        assert!(folder.join("chapter.txt").exists() && file.exists());
        assert_eq!(place.names().len(), 2);
    }

    #[test]
    fn a_folder_needs_a_name() {
        for target in ["", "/", "..", "a/.."] {
            let refused = OutDir::prepare(Path::new(target), Replace::Nothing);
            assert!(
                matches!(refused, Err(Failure::Mistake(_))),
                "{target}: {refused:?}"
            );
        }
    }
}
