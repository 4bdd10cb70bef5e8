//! `tierfund validate` and `tierfund calibrate`, as a user meets them, and the page that shows what they print.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tierfund::evidence::{Quantity, Use, shipped};
use tierfund::scenario::Scenario;
use tierfund::simulation::specs;
use tierfund::structure::Structure;

const US: &str = "scenarios/us-venture.toml";

fn run_in(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tierfund"));
    command
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::null());
    command.output().expect("the command starts")
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn run(arguments: &[&str]) -> Output {
    run_in(root(), arguments)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("output is UTF-8")
}

fn refused(arguments: &[&str], what: &str) {
    let output = run(arguments);
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {message}");
    assert!(message.contains(what), "{arguments:?}: {message}");
    assert!(
        output.stdout.is_empty() && !message.contains("panicked"),
        "{message}"
    );
}

/// A folder of its own.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("validation_{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

#[test]
fn fitted_figures_of_the_american_file_hold_with_small_errors() {
    let output = run(&[
        "validate", US, "--paths", "512", "--format", "json", "--quiet",
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let rows = json["rows"].as_array().expect("rows");
    let mut fitted = 0;
    for row in rows {
        if row["use"] == "fitted" && row["country"] == "united_states" {
            assert_eq!(row["verdict"], "within", "{row}");
            assert_eq!(row["is_precise"], true, "{row}");
            fitted += 1;
        }
    }
    assert!(fitted >= 13, "{fitted}");
    let held_out = |row: &&Value| row["use"] == "held_out" && !row["model"].is_null();
    assert!(
        rows.iter().filter(held_out).count() > 10,
        "failing ones are printed, too"
    );
    let links = json["chain"]["links"].as_array().expect("links");
    let multiples: Vec<f64> = links
        .iter()
        .filter_map(|link| link["multiple"]["value"].as_f64())
        .collect();
    assert!(
        multiples.windows(2).all(|pair| pair[0] >= pair[1]),
        "{multiples:?}"
    );
    assert!(json["pacing"]["r_squared"].as_f64().expect("a fit") > 0.8);
}

/// What was fitted to Chinese figures holds where it was fitted and in the programme itself, with errors far below the tolerances,
/// and every figure that is about the programme's funds is judged in both.
#[test]
fn fitted_figures_of_the_chinese_files_hold_with_small_errors() {
    let judged = |scenario: &str| {
        let output = run(&[
            "validate", scenario, "--paths", "128", "--format", "json", "--quiet",
        ]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let rows = json["rows"].as_array().expect("rows").clone();
        let fitted = |row: &&Value| row["use"] == "fitted" && !row["model"].is_null();
        let fitted: Vec<Value> = rows.iter().filter(fitted).cloned().collect();
        for row in &fitted {
            assert_eq!(row["verdict"], "within", "{row}");
            assert_eq!(row["is_precise"], true, "{row}");
        }
        fitted
            .iter()
            .map(|row| row["id"].as_str().expect("an id").to_owned())
            .collect::<Vec<String>>()
    };
    let where_fitted = judged("scenarios/china-early-stage.toml");
    assert_eq!(where_fitted.len(), 5, "{where_fitted:?}");
    let programme = judged("scenarios/national-2025.toml");
    assert!(
        where_fitted.iter().all(|id| programme.contains(id)),
        "{programme:?}"
    );
}

/// The program knows its figures and its base case wherever it stands, and fails where a fitted one is missed.
#[test]
fn a_missed_fit_fails_outside_of_the_repository() {
    let folder = folder("elsewhere");
    let few = ["--paths", "8", "--quiet"];
    let base = run_in(&folder, &[&["validate"][..], &few].concat());
    assert_eq!(base.status.code(), Some(0), "{}", text(&base.stderr));
    let chinese = run_in(&folder, &[&["validate", "--lang", "zh"][..], &few].concat());
    assert!(
        text(&chinese.stdout).contains("保留数据"),
        "{}",
        text(&chinese.stdout)
    );
    let worse = ["--set", "sub_funds.closing_failure_mean=0.3"];
    let missed = run_in(&folder, &[&["validate"][..], &worse, &few].concat());
    assert_eq!(missed.status.code(), Some(1));
    assert!(text(&missed.stderr).contains("cn-closing-failure"));
    assert!(text(&missed.stdout).contains("OUTSIDE"));
}

#[test]
fn figures_of_ones_own_are_read_from_a_folder() {
    let folder = folder("own");
    refused(
        &[
            "validate",
            US,
            "--evidence",
            folder.to_str().expect("UTF-8"),
        ],
        "holds no .toml file",
    );
    let row = r#"
[[row]]
id = "mine"
title = "Mine"
title_zh = "自有数据"
source = "own books"
year = 2020
country = "united_states"
unit = "one fund"
quantity = { of = "metric", name = "sub_funds.fee_load" }
scale = "percent"
published = 0.5
tolerance = 0.01
reason = "counted"
use = "fitted"
reliability = "high"
"#;
    fs::write(folder.join("own.toml"), row).expect("written");
    let own = folder.to_str().expect("UTF-8");
    let output = run(&["validate", US, "--evidence", own, "--paths", "8", "--quiet"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("fitted figures: mine"));
    fs::write(folder.join("own.toml"), row.replace("year", "yaer")).expect("written");
    refused(&["validate", US, "--evidence", own], "own.toml");
    let nowhere = run(&["validate", US, "--evidence", "nowhere"]);
    assert_eq!(nowhere.status.code(), Some(1), "{}", text(&nowhere.stderr));
}

#[test]
fn mistakes_are_refused_before_any_path() {
    refused(&["validate", US, "--paths", "7"], "between 8 and");
    refused(
        &["validate", US, "--sampling", "sobol"],
        "independent paths",
    );
    let calibrate = |free: &str, rows: &str, what: &str| {
        refused(&["calibrate", US, "--free", free, "--rows", rows], what);
    };
    calibrate("exit.trade_sale.mean", "us-tvpi-median", "held out");
    calibrate("exit.trade_sale.maen", "us-tail-exponent", "did you mean");
    calibrate(
        "exit.trade_sale.mean",
        "cn-next-round",
        "not about this scenario",
    );
    refused(
        &[
            "calibrate",
            US,
            "--free",
            "exit.trade_sale.mean",
            "--rows",
            "us-tail-exponent",
            "--out",
            US,
        ],
        "the file exists",
    );
}

#[test]
fn a_calibration_writes_a_scenario_that_runs_and_is_the_same_again() {
    let folder = folder("calibrated");
    let file = folder.join("mine.toml");
    let written = file.to_str().expect("UTF-8");
    let small = [
        "calibrate",
        US,
        "--free",
        "stage.seed.weights.up_round",
        "--rows",
        "us-rounds-second,us-rounds-third",
        "--paths",
        "8",
        "--quiet",
    ];
    let first = run(&[&small[..], &["--out", written]].concat());
    assert_eq!(first.status.code(), Some(0), "{}", text(&first.stderr));
    assert!(text(&first.stdout).contains("FITTED NUMBERS"));
    assert_eq!(run(&small).stdout, first.stdout);
    assert_eq!(
        run(&[&small[..], &["--threads", "1"]].concat()).stdout,
        first.stdout
    );
    let check = run(&["check", written]);
    assert_eq!(check.status.code(), Some(0), "{}", text(&check.stderr));
    let scenario = Scenario::read(&file, &[]).expect("valid");
    assert_eq!(scenario.name, "mine");
    let twice = run(&[&small[..], &["--out", written]].concat());
    assert_eq!(twice.status.code(), Some(2), "nothing is silently replaced");
    assert_eq!(fs::read_dir(&folder).expect("the folder").count(), 1);
}

/// Every metric that a row names is a metric of a scenario of its country.
#[test]
fn every_row_names_a_metric_that_some_scenario_has() {
    let mut names = Vec::new();
    for file in fs::read_dir(root().join("scenarios")).expect("scenarios") {
        let path = file.expect("a file").path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            let scenario = Scenario::read(&path, &[]).expect("valid");
            let structure = Structure::new(&scenario).expect("feasible");
            let own = specs(&scenario, &structure)
                .into_iter()
                .map(|spec| spec.name);
            names.extend(own.map(|name| (scenario.country, name)));
        }
    }
    let rows = shipped().expect("rows");
    for row in &rows {
        let asked = match &row.quantity {
            Quantity::Metric { name } => vec![name.clone()],
            Quantity::Ratio { over, under } => [over.clone(), under.clone()].concat(),
            _ => Vec::new(),
        };
        for name in asked {
            assert!(
                names.contains(&(Some(row.country), name.clone())),
                "{}: {name}",
                row.id
            );
        }
        assert!(
            row.title.is_ascii() && !row.title_zh.is_ascii(),
            "{}",
            row.id
        );
    }
    let fitted = rows.iter().filter(|row| row.used == Use::Fitted).count();
    assert!(
        fitted >= 15 && rows.len() - fitted >= 15,
        "{fitted} of {}",
        rows.len()
    );
}

/// What `docs/validation.md` shows is what its commands print; `...` stands for lines left out.
#[test]
fn the_page_shows_what_the_commands_print() {
    let page = fs::read_to_string(root().join("docs/validation.md")).expect("the page");
    let mut commands = 0;
    for block in page.split("```text\n").skip(1) {
        let block = block.split("\n```").next().expect("a block");
        let Some(command) = block
            .lines()
            .next()
            .and_then(|line| line.strip_prefix("$ tierfund "))
        else {
            continue;
        };
        let arguments: Vec<&str> = command.split(' ').chain(["--quiet"]).collect();
        let printed = text(&run(&arguments).stdout);
        let mut lines = printed.lines();
        for shown in block.lines().skip(1).filter(|line| *line != "...") {
            assert!(
                lines.any(|line| line == shown),
                "`{command}` does not print, in this order:\n{shown}\nbut:\n{printed}"
            );
        }
        commands += 1;
    }
    assert_eq!(commands, 4);
}
