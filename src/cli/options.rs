//! What the commands that simulate have in common: luck, threads, progress, and how results are printed.

use super::Failure;
use super::interrupt;
use crate::outcomes::Outcomes;
use crate::outcomes::tally::Tally;
use crate::report::catalogue::{Lang, Term};
use crate::sampling::Sampling;
use crate::scenario::Scenario;
use crate::simulation::{MAX_PATHS, Running, simulate_with, tally};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::fmt::Display;
use std::io::{self, Write};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// Most bytes of results in memory.
const MOST_BYTES: u64 = 4 << 30;

/// Bytes that one path takes: up to 400 numbers, and three series by year in half the width.
const BYTES_PER_PATH: u64 = 400 * 8 + 3 * 20 * 4;

/// How often a simulation looks whether it is interrupted.
const LOOK: Duration = Duration::from_millis(50);

/// What a command prints.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum Format {
    /// Tables for people.
    #[default]
    Table,
    /// One JSON object.
    Json,
}

/// A scenario: its file, and keys that get other values.
#[derive(Args, Debug)]
pub(super) struct Source {
    /// Scenario file (TOML).
    scenario: PathBuf,
    /// Give a key another value, for example `region.gba.take_up_mean=0.4`; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
}

impl Source {
    /// The scenario with its keys' other values.
    pub(super) fn read(&self) -> Result<Scenario, Failure> {
        Ok(Scenario::read(&self.scenario, &self.sets)?)
    }
}

/// How a report is printed.
#[derive(Args, Debug)]
pub(super) struct Printing {
    /// What to print.
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
    /// Language of the report: en (CNY bn) or zh (亿元).
    #[arg(long, value_enum, default_value_t)]
    pub(super) lang: Lang,
}

/// Luck, threads and progress.
#[derive(Args, Clone, Debug)]
pub(super) struct Simulating {
    /// Seed of all random numbers.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(super) seed: u64,
    /// How the luck that all companies share is spread over paths.
    #[arg(long, value_enum, default_value_t)]
    pub(super) sampling: Sampling,
    /// Threads to use [default: all cores]; results do not depend on it.
    #[arg(long, value_name = "T", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// No progress bar.
    #[arg(long)]
    pub(super) quiet: bool,
}

impl Simulating {
    /// Refuses a sampling whose errors `command` does not judge.
    pub(super) fn only_plain(&self, command: &str) -> Result<(), Failure> {
        if self.sampling.has_replicates() {
            return Err(Failure::Mistake(format!(
                "--sampling {}: {command} judges errors by independent paths, and spread ones depend on each other; \
                 leave it out (`run`, `compare` and `trace` take it)",
                self.sampling.name()
            )));
        }
        Ok(())
    }

    /// The first `paths` paths of `scenario`, with progress on standard error when that is a terminal. The mode of sampling may
    /// round them up.
    pub(super) fn all_paths(
        &self,
        scenario: &Scenario,
        paths: u64,
        lang: Lang,
    ) -> Result<Outcomes, Failure> {
        let bar = self.progress(self.sampling.round_up(paths), lang);
        let outcomes = self.paths_after(scenario, paths, 0, &bar);
        bar.finish_and_clear();
        outcomes
    }

    /// The first `paths` paths of `scenario`, as a part of more work of which `bar` shows `before` as done already.
    pub(super) fn paths_after(
        &self,
        scenario: &Scenario,
        paths: u64,
        before: u64,
        bar: &ProgressBar,
    ) -> Result<Outcomes, Failure> {
        self.simulate(scenario, 0..self.sampling.round_up(paths), before, bar)
    }

    /// These paths of `scenario`, where those before them are done already.
    pub(super) fn range(
        &self,
        scenario: &Scenario,
        paths: Range<u64>,
        bar: &ProgressBar,
    ) -> Result<Outcomes, Failure> {
        let before = paths.start;
        self.simulate(scenario, paths, before, bar)
    }

    /// These paths of `scenario`, as [`range`](Self::range) gives them; `None` if Ctrl-C comes first. They are then left to
    /// themselves: the process ends soon.
    pub(super) fn range_unless_interrupted(
        &self,
        scenario: &Arc<Scenario>,
        paths: Range<u64>,
        bar: &ProgressBar,
    ) -> Result<Option<Outcomes>, Failure> {
        let (done, waiting) = mpsc::channel();
        let (simulating, scenario, bar) = (self.clone(), Arc::clone(scenario), bar.clone());
        thread::spawn(move || {
            // Nobody waits after an interruption.
            let _ = done.send(simulating.range(&scenario, paths, &bar));
        });
        loop {
            match waiting.recv_timeout(LOOK) {
                Ok(outcomes) => return outcomes.map(Some),
                Err(RecvTimeoutError::Timeout) if interrupt::struck() => return Ok(None),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Failure::Threads("the simulation stopped".to_owned()));
                }
            }
        }
    }

    fn simulate(
        &self,
        scenario: &Scenario,
        paths: Range<u64>,
        before: u64,
        bar: &ProgressBar,
    ) -> Result<Outcomes, Failure> {
        let show = |done| bar.set_position(before + done);
        let outcomes = simulate_with(scenario, self.seed, paths, self.running(&show));
        Ok(outcomes?)
    }

    fn running<'a>(&self, progress: &'a (dyn Fn(u64) + Sync)) -> Running<'a> {
        Running {
            sampling: self.sampling,
            threads: self.threads.map(usize::from),
            progress: Some(progress),
        }
    }

    /// The first `paths` paths of `scenario` counted and not kept; they are plain ones.
    pub(super) fn tally(
        &self,
        scenario: &Scenario,
        paths: u64,
        lang: Lang,
    ) -> Result<Tally, Failure> {
        let bar = self.progress(paths, lang);
        let show = |done| bar.set_position(done);
        let counted = tally(scenario, self.seed, paths, self.running(&show));
        bar.finish_and_clear();
        Ok(counted?)
    }

    /// Does `work` of `count` parts, with progress under the name `what` on standard error when that is a terminal.
    pub(super) fn with_progress<T, E>(
        &self,
        count: usize,
        what: Term,
        lang: Lang,
        work: impl FnOnce(Running) -> Result<T, E>,
    ) -> Result<T, E> {
        let bar = self.bar(count as u64, Term::WorkProgress, lang);
        interrupt::watch(what, lang, &bar);
        bar.set_message(what.text(lang));
        let show = |done| bar.set_position(done);
        let result = work(self.running(&show));
        bar.finish_and_clear();
        result
    }

    /// Says on standard error what was done, unless quiet.
    pub(super) fn tell(&self, what: Term, lang: Lang, about: &dyn Display) {
        self.say(&format!("{} {about}", what.text(lang)));
    }

    /// Says `line` on standard error, unless quiet.
    pub(super) fn say(&self, line: &str) {
        if !self.quiet {
            // A closed standard error is no reason to fail.
            let _ = writeln!(io::stderr(), "{line}");
        }
    }

    /// A bar for `paths` paths in all; its message follows what it counts.
    pub(super) fn progress(&self, paths: u64, lang: Lang) -> ProgressBar {
        let bar = self.bar(paths, Term::PathProgress, lang);
        interrupt::watch(Term::Paths, lang, &bar);
        bar
    }

    fn bar(&self, length: u64, template: Term, lang: Lang) -> ProgressBar {
        let target = if self.quiet {
            ProgressDrawTarget::hidden()
        } else {
            // Draws nothing unless standard error is a terminal.
            ProgressDrawTarget::stderr()
        };
        let rate = |state: &ProgressState, text: &mut dyn std::fmt::Write| {
            // A bar without its rate is better than no run.
            let rate = state.per_sec();
            let _ = write!(text, "{rate:.*}", usize::from(rate < 10.0));
        };
        let style = ProgressStyle::with_template(template.text(lang))
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .with_key("rate", rate);
        ProgressBar::with_draw_target(Some(length), target).with_style(style)
    }
}

/// A number of paths: digits, with `_` between them if you like.
pub(super) fn path_count(text: &str) -> Result<u64, String> {
    let digits = text.replace('_', "");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("a number of paths is a whole number such as 10000 or 10_000".to_owned());
    }
    let most = || format!("at most {MAX_PATHS} paths (2^32) have random numbers of their own");
    match digits.parse::<u64>() {
        Ok(0) => Err("at least 1 path is needed".to_owned()),
        Ok(paths) if paths <= MAX_PATHS => Ok(paths),
        _ => Err(most()),
    }
}

/// Refuses what would not fit into memory, before anything runs.
pub(super) fn refuse_too_many(paths: u64) -> Result<(), Failure> {
    refuse_too_many_runs(paths, 1)
}

/// Refuses `runs` runs whose results are kept at one time, if they would not fit into memory.
pub(super) fn refuse_too_many_runs(paths: u64, runs: u64) -> Result<(), Failure> {
    let per_path = BYTES_PER_PATH * runs;
    let most = MOST_BYTES / per_path;
    if paths <= most {
        return Ok(());
    }
    Err(Failure::Mistake(format!(
        "--paths {paths}: the results of every path are kept in memory, which would take {} GB; \
         at most {most} paths fit into {} GB",
        paths.saturating_mul(per_path) / (1 << 30),
        MOST_BYTES >> 30,
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_paths_is_whole_and_at_most_two_to_the_32() {
        assert_eq!(path_count("10_000"), Ok(10_000));
        assert_eq!(path_count("4294967296"), Ok(1 << 32));
        for wrong in [
            "0",
            "-1",
            "1e4",
            "2.5",
            "",
            "_",
            "4294967297",
            "1000000000000",
            "9".repeat(40).as_str(),
        ] {
            assert!(path_count(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn more_paths_than_memory_holds_are_refused() {
        assert!(refuse_too_many(1_000_000).is_ok());
        assert!(refuse_too_many(1 << 32).is_err());
    }
}
