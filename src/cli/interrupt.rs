//! Ctrl-C: says what is done, leaves nothing half written, ends with code 130. A second one ends at once.
//!
//! Simulations cannot be stopped from within, so the process ends around them: the first signal waits for a file that is being
//! written, deletes what is in the making, says how far the work was and exits. Only `run --precision` goes on, to report the
//! paths that it has ([`Listening`]).

use crate::report::catalogue::{Lang, Term, fill};
use indicatif::ProgressBar;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

/// Exit code of a command that was interrupted: 128 and the number of the signal, as shells count.
pub(super) const CODE: u8 = 130;

/// Whether the first signal has come.
static STRUCK: AtomicBool = AtomicBool::new(false);
/// Whether the command itself deals with the first signal.
static LISTENING: AtomicBool = AtomicBool::new(false);
/// Held while a file is written.
static WRITING: Mutex<()> = Mutex::new(());
static STANDING: Mutex<Standing> = Mutex::new(Standing::new());

/// How far the work is.
struct Standing {
    lang: Lang,
    /// What is counted, with its progress.
    work: Option<(Term, ProgressBar)>,
    /// Files that have their name already.
    written: Vec<PathBuf>,
    /// A folder that has not.
    making: Option<PathBuf>,
    /// Points of a sweep that are kept: the file, how many, of how many.
    kept: Option<(PathBuf, usize, usize)>,
}

impl Standing {
    const fn new() -> Self {
        Self {
            lang: Lang::En,
            work: None,
            written: Vec::new(),
            making: None,
            kept: None,
        }
    }

    /// What is done, in a sentence or two.
    fn say(&self) -> String {
        let lang = self.lang;
        let counted = self.work.as_ref().map(|(what, bar)| {
            let (done, all) = (bar.position(), bar.length().unwrap_or_default());
            let (open, close) = (lang.choose(" (", "（"), lang.choose(")", "）"));
            let counted = lang.labelled(what.text(lang), &format!("{done}/{all}"));
            [open, &counted, close].concat()
        });
        let files: Vec<String> = self
            .written
            .iter()
            .map(|f| f.display().to_string())
            .collect();
        let rest = if let Some((file, done, all)) = &self.kept {
            let (file, done, all) = (
                file.display().to_string(),
                done.to_string(),
                all.to_string(),
            );
            let values = [("file", file.as_str()), ("done", &done), ("all", &all)];
            fill(Term::InterruptedKept, lang, &values)
        } else if files.is_empty() {
            Term::InterruptedNothing.text(lang).to_owned()
        } else {
            fill(
                Term::InterruptedWritten,
                lang,
                &[("files", &files.join(", "))],
            )
        };
        let interrupted = Term::Interrupted.text(lang);
        format!("{interrupted}{}{rest}", counted.unwrap_or_default())
    }
}

/// A lock that a panic elsewhere does not keep from being used.
fn lock<T>(mutex: &'static Mutex<T>) -> MutexGuard<'static, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on Ctrl-C ends the command cleanly. Where no handler can be had it ends it as ever.
pub(super) fn install() {
    let _ = ctrlc::set_handler(|| {
        if STRUCK.swap(true, SeqCst) {
            process::exit(i32::from(CODE));
        }
        if !LISTENING.load(SeqCst) {
            // On a thread of its own, so that a second signal is heard.
            thread::spawn(end);
        }
    });
}

/// Says what is done and ends the process, when no file is being written.
fn end() {
    let _writing = writing();
    let standing = lock(&STANDING);
    // Before the bar is cleared, which moves it to its end.
    let told = standing.say();
    if let Some((_, bar)) = &standing.work {
        bar.finish_and_clear();
    }
    if let Some(folder) = &standing.making {
        // Its name is hidden and tells what it is; more cannot be done about it now.
        let _ = fs::remove_dir_all(folder);
    }
    // Nowhere is left to say that standard error is closed.
    let _ = writeln!(io::stderr(), "{told}");
    process::exit(i32::from(CODE));
}

/// Whether Ctrl-C came.
pub(super) fn struck() -> bool {
    STRUCK.load(SeqCst)
}

/// As long as it lives, the command itself deals with the first Ctrl-C.
#[derive(Debug)]
pub(super) struct Listening;

impl Listening {
    pub(super) fn start() -> Self {
        LISTENING.store(true, SeqCst);
        Self
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        LISTENING.store(false, SeqCst);
    }
}

/// Holds Ctrl-C back until a file is whole.
pub(super) fn writing() -> MutexGuard<'static, ()> {
    lock(&WRITING)
}

/// `bar` counts the work from now on, in `what`.
pub(super) fn watch(what: Term, lang: Lang, bar: &ProgressBar) {
    let mut standing = lock(&STANDING);
    standing.lang = lang;
    standing.work = Some((what, bar.clone()));
}

/// A folder to delete when Ctrl-C comes before it has its name; `None` when it has.
pub(super) fn making(folder: Option<&Path>) {
    lock(&STANDING).making = folder.map(Path::to_owned);
}

/// A file or folder has its name.
pub(super) fn written(target: &Path) {
    lock(&STANDING).written.push(target.to_owned());
}

/// So many of `all` points of a sweep are kept in `file`.
pub(super) fn kept(file: &Path, done: usize, all: usize) {
    lock(&STANDING).kept = Some((file.to_owned(), done, all));
}

/// No points are kept any longer: the sweep is whole.
pub(super) fn kept_no_more() {
    lock(&STANDING).kept = None;
}

/// What is said when the work ends early and nothing of it is of use.
pub(super) fn nothing() -> String {
    lock(&STANDING).say()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_is_said_in_both_languages() {
        let bar = ProgressBar::hidden();
        bar.set_length(2000);
        bar.set_position(512);
        let mut standing = Standing::new();
        assert_eq!(standing.say(), "Interrupted; nothing was written.");
        standing.work = Some((Term::Paths, bar));
        assert_eq!(
            standing.say(),
            "Interrupted (paths: 512/2000); nothing was written."
        );
        standing.lang = Lang::Zh;
        assert_eq!(
            standing.say(),
            "已中断（路径数：512/2000）；未写出任何文件。"
        );
        standing.lang = Lang::En;
        standing.written.push(PathBuf::from("a.html"));
        assert_eq!(
            standing.say(),
            "Interrupted (paths: 512/2000); written before: a.html."
        );
        standing.kept = Some((PathBuf::from("grid.csv.unfinished"), 3, 12));
        let kept = "Interrupted (paths: 512/2000); 3 of 12 points are kept in grid.csv.unfinished: the same command goes on with the rest.";
        assert_eq!(standing.say(), kept);
    }
}
