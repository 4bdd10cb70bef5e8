//! Finished points of a sweep, kept beside the file that the sweep will become.
//!
//! `grid.csv.unfinished` opens with what the sweep is, then holds one line per finished point, each flushed to disk. A line that an
//! interruption cut short is dropped. When all points are there the whole is written beside, takes the name `grid.csv`, and what was kept
//! is deleted: nothing half written ever has the real name.

use super::Failure;
use super::interrupt;
use super::out_dir::hidden_beside;
use crate::report::sweep::{line, read_line};
use crate::summary::Provenance;
use crate::sweep::{Plan, Row};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// First line of a file of finished points.
const TITLE: &str = "finished points of a tierfund sweep, form 1";

/// The points of a sweep that are finished.
#[derive(Debug)]
pub(super) struct Kept {
    target: PathBuf,
    path: PathBuf,
    file: File,
    rows: Vec<Row>,
    count: usize,
    /// Points of the whole sweep.
    all: usize,
}

impl Kept {
    /// Refuses a target that stands already, unless it may be replaced.
    pub(super) fn refuse_to_replace(target: &Path, force: bool) -> Result<(), Failure> {
        match fs::symlink_metadata(target) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(Failure::file("look at", target)(error)),
            Ok(found) if !found.is_file() => Err(mistake(
                target,
                "it exists and is no ordinary file; give the name of a CSV file",
            )),
            Ok(_) if !force => Err(mistake(
                target,
                "the file exists; choose another name, or replace it with --force",
            )),
            Ok(_) => Ok(()),
        }
    }

    /// The points that are finished of the sweep that becomes `target`; none if it is new or starts anew.
    ///
    /// # Errors
    ///
    /// Points of another sweep, or one that is running.
    pub(super) fn open(
        target: &Path,
        plan: &Plan,
        provenance: &Provenance,
        anew: bool,
    ) -> Result<Self, Failure> {
        let Some(name) = target.file_name() else {
            return Err(mistake(target, "give the name of a CSV file"));
        };
        let mut beside = name.to_owned();
        beside.push(".unfinished");
        let path = target.with_file_name(beside);
        if let Some(folder) = target.parent().filter(|folder| *folder != Path::new("")) {
            fs::create_dir_all(folder).map_err(Failure::file("create", folder))?;
        }
        let failed = Failure::file("write", &path);
        let mut options = OpenOptions::new();
        let file = options.read(true).append(true).create(true).open(&path);
        let mut file = file.map_err(&failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(mistake(target, "this sweep is running already"));
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let text = fs::read(&path).map_err(Failure::file("read", &path))?;
        let identity = identity(plan, provenance);
        let whole = text
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        let found = String::from_utf8_lossy(&text[..whole]).into_owned();
        let cut_short = identity.starts_with(found.as_str());
        let rows = if anew || cut_short {
            file.set_len(0).map_err(&failed)?;
            let write = |file: &mut File| {
                file.write_all(identity.as_bytes())?;
                file.sync_data()
            };
            write(&mut file).map_err(&failed)?;
            Vec::new()
        } else {
            let rows = rows_of(&found, &identity, plan).map_err(|why| mistake(target, &why))?;
            file.set_len(whole as u64).map_err(&failed)?;
            rows
        };
        interrupt::kept(&path, rows.len(), plan.points());
        Ok(Self {
            target: target.to_owned(),
            path,
            file,
            all: plan.points(),
            count: rows.len(),
            rows,
        })
    }

    /// The rows that were found.
    pub(super) fn take_rows(&mut self) -> Vec<Row> {
        std::mem::take(&mut self.rows)
    }

    /// Keeps the row of the next point, down to the disk.
    pub(super) fn add(&mut self, row: &Row) -> Result<(), Failure> {
        let _writing = interrupt::writing();
        let text = format!("{},{}\n", self.count, line(row));
        self.count += 1;
        let file = &mut self.file;
        let save = file
            .write_all(text.as_bytes())
            .and_then(|()| file.sync_data());
        save.map_err(Failure::file("write", &self.path))?;
        interrupt::kept(&self.path, self.count, self.all);
        Ok(())
    }

    /// Gives the finished sweep, which `content` writes, its name, and forgets what was kept.
    pub(super) fn publish(
        self,
        content: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
    ) -> Result<PathBuf, Failure> {
        let _writing = interrupt::writing();
        let making = hidden_beside(&self.target, "new");
        let making = making.ok_or_else(|| mistake(&self.target, "give the name of a CSV file"))?;
        let save = || {
            let mut file = BufWriter::new(File::create(&making)?);
            content(&mut file)?;
            file.into_inner()?.sync_all()?;
            fs::rename(&making, &self.target)
        };
        if let Err(error) = save() {
            // What failed is told; a leftover besides is no further news.
            let _ = fs::remove_file(&making);
            return Err(Failure::file("write", &self.target)(error));
        }
        fs::remove_file(&self.path).map_err(Failure::file("delete", &self.path))?;
        interrupt::kept_no_more();
        interrupt::written(&self.target);
        Ok(self.target)
    }
}

fn mistake(target: &Path, why: &str) -> Failure {
    Failure::Mistake(format!("--out {}: {why}", target.display()))
}

/// What makes a sweep the same sweep, line by line.
fn identity(plan: &Plan, provenance: &Provenance) -> String {
    let measures: Vec<&str> = plan.measures.iter().map(|m| m.name.as_str()).collect();
    let mut text = format!(
        "{TITLE}\nversion {}\nscheme {}\nscenario {}\nseed {}\npaths {}\nmetrics {}\n",
        provenance.version,
        provenance.scheme,
        provenance.scenario_sha256,
        provenance.seed,
        provenance.paths,
        measures.join(","),
    );
    for axis in &plan.axes {
        text.extend(["vary ", &axis.key, "=", &axis.values.join(","), "\n"]);
    }
    text.push_str("points\n");
    text
}

/// The rows in `found`, a file's whole lines.
fn rows_of(found: &str, identity: &str, plan: &Plan) -> Result<Vec<Row>, String> {
    let Some(rows) = found.strip_prefix(identity) else {
        let other = found
            .lines()
            .zip(identity.lines())
            .find(|(found, own)| found != own);
        let (theirs, own) = other.unwrap_or(("", ""));
        return Err(format!(
            "finished points of another sweep are kept beside it (there: {theirs}; here: {own}); choose another name, or start anew with --force"
        ));
    };
    let read = |(number, text): (usize, &str)| {
        let (index, cells) = text.split_once(',')?;
        let in_order = index == number.to_string() && number < plan.points();
        read_line(cells, plan.measures.len()).filter(|_| in_order)
    };
    let rows: Option<Vec<Row>> = rows.lines().enumerate().map(read).collect();
    rows.ok_or_else(|| {
        "the points that are kept beside it are damaged; start anew with --force".to_owned()
    })
}
