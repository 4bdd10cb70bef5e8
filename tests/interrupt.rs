//! Ctrl-C: what is done is said, nothing half written is left, the exit code is 130.

#![cfg(unix)]

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::thread::yield_now;
use support::command::{Place, run, stderr, tierfund};

const SMALL: &str = "tests/scenarios/small-national.toml";

/// The command on its way, with its output at hand.
fn started(arguments: &[&str]) -> Child {
    let mut command = tierfund();
    command
        .args(arguments)
        .args(["--threads", "1"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.spawn().expect("the command starts")
}

/// What a terminal sends on Ctrl-C.
fn interrupt(child: &Child) {
    let sent = Command::new("kill")
        .args(["-s", "INT", &child.id().to_string()])
        .status();
    assert!(sent.expect("kill is there").success());
}

/// The same as soon as the work is so far, before which the command may not end.
fn interrupt_once(child: &mut Child, is_so_far: impl Fn() -> bool) {
    while !is_so_far() {
        let ended = child.try_wait().expect("a child");
        assert!(ended.is_none(), "it ended early");
        yield_now();
    }
    interrupt(child);
}

/// Waits for the end: exit code, and what was said after the lines that were read.
fn ended(mut child: Child, said: &mut impl Read) -> (Option<i32>, String, String) {
    let (mut rest, mut printed) = (String::new(), String::new());
    child
        .stdout
        .take()
        .expect("piped")
        .read_to_string(&mut printed)
        .expect("UTF-8");
    said.read_to_string(&mut rest).expect("UTF-8");
    (child.wait().expect("it ends").code(), printed, rest)
}

#[test]
fn a_run_that_is_interrupted_leaves_nothing_and_says_so() {
    let place = Place::new("interrupt_run");
    let (out, page) = (place.path("results"), place.path("page.html"));
    let arguments = ["run", SMALL, "--paths", "500_000", "--out", &out];
    let mut arguments = arguments.to_vec();
    if cfg!(feature = "report") {
        arguments.extend(["--report", &page]);
    }
    let mut child = started(&arguments);
    // The folder in the making is there when the work begins.
    interrupt_once(&mut child, || !place.names().is_empty());
    let mut said = BufReader::new(child.stderr.take().expect("piped"));
    let (code, printed, rest) = ended(child, &mut said);
    assert_eq!((code, printed.as_str()), (Some(130), ""), "{rest}");
    assert!(rest.starts_with("Interrupted"), "{rest}");
    assert!(!rest.contains("500000/500000"), "not the end: {rest}");
    assert!(rest.ends_with("; nothing was written.\n"), "{rest}");
    assert_eq!(place.names(), Vec::<String>::new());
}

#[test]
fn a_sweep_that_is_interrupted_keeps_its_points_and_goes_on_from_them() {
    let place = Place::new("interrupt_sweep");
    let out = place.path("grid.csv");
    let arguments = [
        "sweep",
        SMALL,
        "--vary=sub_funds.requested_share_mean=0.1:0.3:0.005",
        "--metrics=national.dpi",
        "--paths=100",
        "--out",
        &out,
    ];
    let kept = place.path("grid.csv.unfinished");
    let points = || {
        let text = fs::read_to_string(&kept).unwrap_or_default();
        text.lines()
            .skip_while(|line| *line != "points")
            .skip(1)
            .count()
    };
    let mut child = started(&arguments);
    interrupt_once(&mut child, || points() >= 2);
    let mut said = BufReader::new(child.stderr.take().expect("piped"));
    let (code, printed, rest) = ended(child, &mut said);
    assert_eq!((code, printed.as_str()), (Some(130), ""), "{rest}");
    let count = points();
    let kept_said =
        format!("{count} of 41 points are kept in {kept}: the same command goes on with the rest.");
    assert!(rest.contains(&kept_said), "{rest}");
    assert_eq!(place.names(), ["grid.csv.unfinished"]);

    let mut child = started(&arguments);
    let mut said = BufReader::new(child.stderr.take().expect("piped"));
    let mut line = String::new();
    said.read_line(&mut line).expect("a line");
    assert_eq!(
        line,
        format!("Points that were finished before: {count}/41\n")
    );
    interrupt(&child);
    let (code, _, rest) = ended(child, &mut said);
    assert_eq!(code, Some(130), "{rest}");
    assert!(points() >= count);
}

#[test]
fn a_run_for_a_precision_reports_the_doublings_that_are_done() {
    let arguments = [
        "run",
        "tests/scenarios/small-r1.toml",
        "--precision=0.0001%",
        "--max-paths=1_000_000",
    ];
    let mut child = started(&arguments);
    let mut said = BufReader::new(child.stderr.take().expect("piped"));
    let mut line = String::new();
    said.read_line(&mut line).expect("a line");
    assert!(line.starts_with("2,048 paths: standard error "), "{line}");
    interrupt(&child);
    let (code, printed, rest) = ended(child, &mut said);
    assert_eq!(code, Some(130), "{rest}");
    assert!(
        rest.contains("PRECISION NOT REACHED: interrupted after "),
        "{rest}"
    );
    let last = rest.lines().last().expect("a line");
    assert!(
        last.starts_with("Interrupted: the report is on the "),
        "{rest}"
    );
    assert!(printed.contains("LEVERAGE"), "{printed}");
}

#[test]
fn the_exit_code_is_documented() {
    let help = run(&["--help"]);
    assert!(
        String::from_utf8_lossy(&help.stdout).contains("130  interrupted"),
        "{}",
        stderr(&help)
    );
}
