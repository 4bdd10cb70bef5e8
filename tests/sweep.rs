//! `tierfund sweep`, as a user meets it: refusals before any path, the same luck at all points, and going on after an interruption.

mod support;

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Output, Stdio};
use std::thread::sleep;
use std::time::Duration;
use support::command::{self, Place, tierfund};

const NATIONAL: &str = "scenarios/national-2025.toml";
const REFERENCE: &str = "scenarios/reference-r1.toml";
const SHARES: &str = "sub_funds.requested_share_mean=16%:24%:4%";

/// The arguments of a sweep.
fn sweep<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    [&["sweep"], arguments].concat()
}

fn run(arguments: &[&str]) -> Output {
    command::run(&sweep(arguments))
}

fn printed(arguments: &[&str]) -> String {
    command::printed(&sweep(arguments))
}

fn refused(arguments: &[&str], what: &str) {
    command::refused(&sweep(arguments), what);
}

#[test]
fn bad_input_is_refused_before_any_path_is_run() {
    // As many paths as would run for hours: what is refused late would not come back.
    let base = [NATIONAL, "--paths", "1_000_000", "--most", "100_000_000"];
    let refuse = |more: &[&str], what: &str| refused(&[&base[..], more].concat(), what);
    refuse(&[], "nothing is varied");
    refuse(
        &["--vary", "national.bond_rat=1%:2%:1%"],
        "did you mean `national.bond_rate`?",
    );
    refuse(
        &["--vary", "national.bond_rat=1%,2%"],
        "did you mean `bond_rate`?",
    );
    refuse(
        &["--vary", "national.bond_rate=2%:1%:1%"],
        "the range is empty",
    );
    refuse(&["--vary", "national.bond_rate=1%:2%:0"], "a step of 0");
    refuse(
        &["--vary", "sub_funds.ticket=share,monye"],
        "sub_funds.ticket=monye",
    );
    refuse(
        &["--vary", "sub_funds.requested_share_mean=20%,200%"],
        "sub_funds.requested_share_mean=200%",
    );
    refuse(
        &["--vary", "national.term=20,21.1"],
        "time runs in quarters",
    );
    refuse(&["--vary", SHARES, "--vary", SHARES], "varied twice");
    refuse(
        &[
            "--vary",
            "region.*.take_up_mean=0.4,0.5",
            "--vary",
            "region.gba.take_up_mean=0.3",
        ],
        "stands for some of the same numbers",
    );
    refuse(
        &["--vary", SHARES, "--metrics", "national.dip"],
        "did you mean `national.dpi`?",
    );
    refuse(
        &["--vary", SHARES, "--metrics", "national.irr>=high"],
        "`high` is no threshold",
    );
    refuse(
        &["--vary", SHARES, "--metrics", "national.irr,national.irr"],
        "stands twice",
    );
    refuse(
        &[
            "--vary",
            "sub_funds.lp_count=4:10:1",
            "--vary",
            "economy.start=-1:1:0.1",
        ],
        "7 x 21 = 147 points of 1000000 paths are 147000000 paths, more than the 100000000 allowed",
    );
}

#[test]
fn every_infeasible_point_is_named() {
    let arguments = [
        NATIONAL,
        "--vary",
        "national.term=9,20,8",
        "--vary",
        "sub_funds.lp_count=6,7",
    ];
    let output = run(&arguments);
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{message}");
    for point in [
        "national.term=9, sub_funds.lp_count=6:",
        "national.term=8, sub_funds.lp_count=7:",
    ] {
        assert!(message.contains(point), "{message}");
    }
    assert!(!message.contains("national.term=20"), "{message}");
}

/// The first point is the scenario itself; its numbers are those of `run`, and a change at another point is paired.
#[test]
fn points_share_their_luck() {
    let text = printed(&[
        NATIONAL,
        "--vary",
        "national.bond_rate=2.2%,2.4%",
        "--vary",
        "sub_funds.ticket=share,money",
        "--metrics",
        "leverage.consolidated,leverage.consolidated>=10",
        "--paths",
        "40",
        "--format",
        "json",
    ]);
    let json: Value = serde_json::from_str(&text).expect("JSON");
    let points = json["points"].as_array().expect("points");
    assert_eq!(points.len(), 4);
    assert_eq!(json["schema_version"], 1);
    assert_eq!(json["provenance"]["paths"], 40);
    let figure = |point: usize, name: &str| {
        let metrics = &points[point]["metrics"]["leverage.consolidated"];
        metrics[name].as_f64().expect("a number")
    };
    assert_eq!(points[1]["values"]["sub_funds.ticket"], "money");
    // The bond's rate moves no leverage: the same luck gives the same bits.
    assert_eq!(figure(0, "mean"), figure(2, "mean"));
    assert_eq!(figure(2, "difference"), 0.0);
    let gap = figure(1, "mean") - figure(0, "mean");
    assert!((figure(1, "difference") - gap).abs() < 1e-12);
    assert!(
        figure(1, "difference_hi") - figure(1, "difference_lo") < figure(1, "hi") - figure(1, "lo")
    );

    let run = command::printed(&[
        "run",
        NATIONAL,
        "--set",
        "sub_funds.ticket=money",
        "--paths",
        "40",
        "--format",
        "json",
    ]);
    let run: Value = serde_json::from_str(&run).expect("JSON");
    let of_run = &run["metrics"]["leverage.consolidated"];
    for name in ["mean", "lo", "hi", "p5", "p50", "p95"] {
        assert_eq!(of_run[name].as_f64(), Some(figure(1, name)), "{name}");
    }
    let chance = &points[1]["metrics"]["leverage.consolidated>=10"]["mean"];
    assert_eq!(
        chance,
        &run["probabilities"]["leverage.consolidated>=10"]["p"]
    );
}

#[test]
fn a_scenario_may_say_what_to_vary() {
    let place = Place::new("sweep_in_file");
    let file = place.path("asks.toml");
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join(NATIONAL);
    let text = format!(
        "extends = {:?}\n[sweep]\nvary = [\"{SHARES}\"]\nmetrics = [\"national.dpi\"]\n",
        base.to_str().expect("UTF-8")
    );
    fs::write(&file, text).expect("written");
    let csv = printed(&[&file, "--paths", "4", "--format", "csv"]);
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines.len(), 4);
    assert!(lines[0].starts_with("point,sub_funds.requested_share_mean,national.dpi.mean,"));
    assert!(lines[1].starts_with("0,16%,") && lines[3].starts_with("2,24%,"));
    // What is asked of a scenario is no part of it.
    let sha = |file: &str| {
        let json = printed(&[file, "--vary", SHARES, "--paths", "1", "--format", "json"]);
        let json: Value = serde_json::from_str(&json).expect("JSON");
        json["provenance"]["scenario_sha256"].clone()
    };
    assert_eq!(sha(&file), sha(NATIONAL));
}

#[test]
fn threads_and_language_change_no_row() {
    let base = [
        REFERENCE,
        "--vary",
        "economy.start=-1,0,1",
        "--paths",
        "20",
        "--format",
        "csv",
    ];
    let with = |more: &[&str]| printed(&[&base[..], more].concat());
    assert_eq!(
        with(&["--threads", "1"]),
        with(&["--threads", "3", "--lang", "zh"])
    );
}

/// A sweep that is killed after some points and started again ends with the bytes of one that ran through.
#[test]
fn an_interrupted_sweep_goes_on() {
    let place = Place::new("sweep_resumed");
    let base = [
        REFERENCE,
        "--vary",
        "economy.start=-1.5:1.5:0.05",
        "--paths",
        "30",
        "--quiet",
        "--format",
        "csv",
    ];
    let whole = place.path("whole.csv");
    let printed_whole = printed(&[&base[..], &["--out", &whole]].concat());
    assert_eq!(fs::read_to_string(&whole).expect("the file"), printed_whole);

    let file = place.path("grid.csv");
    let unfinished = place.path("grid.csv.unfinished");
    let arguments = [&base[..], &["--out", &file]].concat();
    let mut child = tierfund()
        .args(sweep(&arguments))
        .stdout(Stdio::null())
        .spawn()
        .expect("the command starts");
    let kept = || fs::read_to_string(&unfinished).unwrap_or_default();
    let points = |text: &str| {
        text.split_once("points\n")
            .map_or(0, |(_, rows)| rows.lines().count())
    };
    while points(&kept()) < 2 && child.try_wait().expect("its state").is_none() {
        sleep(Duration::from_millis(1));
    }
    child.kill().expect("it was running");
    child.wait().expect("it ended");
    assert!(!Path::new(&file).exists(), "61 points take longer than two");
    let before = kept();
    assert!((2..61).contains(&points(&before)), "{before}");

    // What another process left half written, too.
    let mut torn = before.clone();
    torn.push_str("60,1.5,0.");
    fs::write(&unfinished, torn).expect("written");
    refused(
        &[&arguments[..], &["--seed", "2"]].concat(),
        "there: seed 1; here: seed 2",
    );
    assert!(kept().starts_with(&before), "a refusal changes nothing");

    assert_eq!(printed(&arguments), printed_whole);
    assert_eq!(
        fs::read(&file).expect("the file"),
        fs::read(&whole).expect("the file")
    );
    assert_eq!(place.names(), ["grid.csv", "whole.csv"]);
}

#[test]
fn a_file_is_replaced_only_when_asked() {
    let place = Place::new("sweep_force");
    let file = place.path("grid.csv");
    let base = [
        REFERENCE,
        "--vary",
        "economy.start=0,1",
        "--paths",
        "2",
        "--out",
        &file,
    ];
    printed(&base);
    let first = fs::read(&file).expect("the file");
    refused(&base, "the file exists");
    let other = [&base[..], &["--seed", "2"]].concat();
    fs::write(place.path("grid.csv.unfinished"), "something else\n").expect("written");
    refused(&other, "the file exists");
    printed(&[&other[..], &["--force"]].concat());
    assert_ne!(fs::read(&file).expect("the file"), first);
    assert_eq!(place.names(), ["grid.csv"]);
}
