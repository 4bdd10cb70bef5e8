//! The built command, as a user meets it: arguments, exit codes, output, folders of results.

mod support;

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Stdio;
use support::command::{Place, names, refused, run, stderr, stdout, tierfund};

const NATIONAL: &str = "scenarios/national-2025.toml";
const REFERENCE: &str = "scenarios/reference-r1.toml";

#[test]
fn mistakes_in_arguments_end_with_code_2_and_say_what_is_allowed() {
    refused(&[], "Usage");
    refused(&["fly"], "fly");
    refused(&["run"], "SCENARIO");
    refused(&["run", NATIONAL, "--paths", "0"], "at least 1 path");
    refused(&["run", NATIONAL, "--paths", "1e4"], "whole number");
    refused(&["run", NATIONAL, "--paths=-5"], "whole number");
    refused(&["run", NATIONAL, "--paths", "1000000000000"], "4294967296");
    let most = "4_294_967_296";
    refused(
        &["run", NATIONAL, "--paths", most, "--quantiles", "exact"],
        "memory",
    );
    refused(
        &["run", NATIONAL, "--paths", most, "--out", "new"],
        "memory",
    );
    refused(&["rules", NATIONAL, "--paths", most], "memory");
    refused(&["run", NATIONAL, "--threads", "0"], "1..=1024");
    refused(&["run", NATIONAL, "--threads", "1025"], "1..=1024");
    refused(&["run", NATIONAL, "--seed=-1"], "--seed");
    refused(&["run", NATIONAL, "--format", "xml"], "json");
    refused(&["run", NATIONAL, "--force"], "--out");
    refused(
        &["check", NATIONAL, "--resolved", "--diff", REFERENCE],
        "--diff",
    );
}

#[test]
fn a_scenario_that_is_not_there_ends_with_code_2_and_its_name() {
    refused(&["run", "scenarios/nowhere.toml"], "nowhere.toml");
    refused(&["check", "scenarios/nowhere.toml"], "nowhere.toml");
    refused(
        &["check", NATIONAL, "--diff", "scenarios/nowhere.toml"],
        "nowhere.toml",
    );
}

#[test]
fn help_explains_exit_codes_and_gives_an_example() {
    for arguments in [
        &["--help"][..],
        &["run", "--help"],
        &["check", "--help"],
        &["trace", "--help"],
        &["compare", "--help"],
        &["rules", "--help"],
        &["goal", "--help"],
        &["init", "--help"],
        #[cfg(feature = "report")]
        &["report", "--help"],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(0));
        assert!(stdout(&output).contains("Exit codes:"), "{arguments:?}");
        assert!(stdout(&output).contains("Example:"), "{arguments:?}");
    }
}

#[test]
fn json_is_one_object_with_the_same_bytes_for_any_number_of_threads() {
    let json = |threads| {
        let output = run(&[
            "run",
            NATIONAL,
            "--paths",
            "40",
            "--format",
            "json",
            "--threads",
            threads,
        ]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        assert_eq!(
            stderr(&output),
            "",
            "nothing on standard error without a terminal"
        );
        output.stdout
    };
    let one = json("1");
    assert_eq!(one, json("3"));
    let object: serde_json::Value = serde_json::from_slice(&one).expect("one JSON object");
    let provenance = object["provenance"]
        .as_object()
        .expect("provenance is an object");
    let keys: Vec<&str> = provenance.keys().map(String::as_str).collect();
    let mut expected = [
        "scenario",
        "scenario_sha256",
        "overrides",
        "seed",
        "paths",
        "scheme",
        "version",
    ];
    expected.sort_unstable();
    let mut found = keys.clone();
    found.sort_unstable();
    assert_eq!(found, expected);
    assert_eq!(provenance["scenario"], "national-2025");
    assert!(object["metrics"]["leverage.consolidated"]["mean"].is_number());
    assert!(object["probabilities"]["leverage.consolidated>=10"]["p"].is_number());
}

#[test]
fn every_metric_has_a_label_in_both_languages() {
    use tierfund::report::Names;
    use tierfund::report::catalogue::{Lang, metric_label};
    for scenario in [NATIONAL, REFERENCE] {
        let output = run(&["run", scenario, "--paths", "2", "--format", "json"]);
        let object: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let metrics = object["metrics"].as_object().expect("metrics is an object");
        for name in metrics.keys() {
            for lang in Lang::ALL {
                assert!(
                    metric_label(name, &Names::default(), lang).is_some(),
                    "{name}"
                );
            }
        }
    }
}

#[test]
fn counted_paths_say_so_and_what_needs_the_paths_is_refused() {
    let sketch = ["run", REFERENCE, "--quantiles", "sketch", "--paths", "20"];
    let output = run(&sketch);
    let found = stdout(&output);
    assert!(found.contains("counted and not kept"), "{found}");
    let with = |more: &[&str], why: &str| refused(&[&sketch[..], more].concat(), why);
    with(&["--out", "new"], "a row for every path");
    with(&["--sampling", "sobol"], "plain");
    with(&["--assumptions", "sampled"], "worlds");
    refused(
        &[
            "run",
            REFERENCE,
            "--quantiles",
            "sketch",
            "--precision",
            "1%",
        ],
        "again and again",
    );
}

#[test]
fn seeds_give_different_results_and_say_so() {
    let json = |seed| {
        run(&[
            "run", NATIONAL, "--paths", "20", "--format", "json", "--seed", seed,
        ])
        .stdout
    };
    assert_ne!(json("1"), json("2"));
}

#[test]
fn the_report_speaks_english_and_chinese() {
    let english = run(&["run", NATIONAL, "--paths", "20"]);
    assert!(
        stdout(&english).contains("THE ANSWER"),
        "{}",
        stderr(&english)
    );
    let chinese = run(&["run", NATIONAL, "--paths", "20", "--lang", "zh", "--quiet"]);
    assert!(
        stdout(&chinese).contains("杠杆倍数"),
        "{}",
        stderr(&chinese)
    );
    assert!(!stdout(&chinese).contains("LEVERAGE"));
    assert_eq!(stderr(&chinese), "");
}

#[test]
fn check_shows_the_whole_scenario_and_what_differs() {
    let valid = run(&["check", NATIONAL]);
    assert_eq!(valid.status.code(), Some(0), "{}", stderr(&valid));
    let same = run(&["check", NATIONAL, "--diff", NATIONAL]);
    assert!(stdout(&same).contains("same value"));
    let changed = run(&[
        "check",
        NATIONAL,
        "--set",
        "national.capital=1500亿",
        "--diff",
        NATIONAL,
    ]);
    assert!(
        stdout(&changed).contains("national.capital"),
        "{}",
        stdout(&changed)
    );
    let place = Place::new("check");
    let resolved = run(&[
        "check",
        NATIONAL,
        "--set",
        "national.capital=1500亿",
        "--resolved",
    ]);
    fs::write(place.path("again.toml"), &resolved.stdout).expect("the file is written");
    let again = run(&["check", &place.path("again.toml"), "--resolved"]);
    assert_eq!(again.status.code(), Some(0), "{}", stderr(&again));
    assert_eq!(
        stdout(&again),
        stdout(&resolved),
        "a resolved scenario resolves to itself"
    );
}

#[test]
fn a_folder_of_results_appears_whole_and_is_replaced_only_when_asked() {
    let place = Place::new("out");
    let out = place.path("results");
    let first = run(&[
        "run",
        REFERENCE,
        "--paths",
        "5",
        "--out",
        &out,
        "--quiet",
        "--paths-format",
        "csv",
    ]);
    assert_eq!(first.status.code(), Some(0), "{}", stderr(&first));
    assert_eq!(stderr(&first), "");
    assert_eq!(place.names(), ["results"]);
    let mut files = names(Path::new(&out));
    files.retain(|name| name != "summary.xlsx" || cfg!(not(feature = "xlsx")));
    assert_eq!(
        files,
        [
            "curves.csv",
            "paths.csv",
            "resolved.toml",
            "summary.csv",
            "summary.json"
        ]
    );
    let paths = fs::read_to_string(place.path("results/paths.csv")).expect("paths.csv");
    assert_eq!(paths.lines().count(), 6);
    let summary = fs::read(place.path("results/summary.json")).expect("summary.json");
    let printed = run(&["run", REFERENCE, "--paths", "5", "--format", "json"]);
    assert_eq!(
        summary, printed.stdout,
        "the file holds what --format json prints"
    );

    refused(
        &["run", REFERENCE, "--paths", "5", "--out", &out],
        "--force",
    );
    let again = run(&[
        "run",
        REFERENCE,
        "--paths",
        "7",
        "--out",
        &out,
        "--force",
        "--quiet",
        "--paths-format",
        "csv",
    ]);
    assert_eq!(again.status.code(), Some(0), "{}", stderr(&again));
    let paths = fs::read_to_string(place.path("results/paths.csv")).expect("paths.csv");
    assert_eq!(paths.lines().count(), 8);
    assert_eq!(place.names(), ["results"]);
}

#[test]
fn what_is_not_a_folder_of_results_stays() {
    let place = Place::new("kept");
    let folder = place.path("thesis");
    fs::create_dir(&folder).expect("the folder is made");
    fs::write(place.path("thesis/chapter.txt"), "years of work").expect("the file is written");
    refused(
        &["run", REFERENCE, "--out", &folder, "--force"],
        "chapter.txt",
    );
    let file = place.path("file");
    fs::write(&file, "text").expect("the file is written");
    refused(
        &["run", REFERENCE, "--out", &file, "--force"],
        "not a folder",
    );
    refused(&["run", REFERENCE, "--out", ".."], "name of a folder");
    assert_eq!(place.names(), ["file", "thesis"]);
}

#[test]
fn a_bad_scenario_leaves_no_folder_behind() {
    let place = Place::new("bad");
    refused(
        &[
            "run",
            "scenarios/nowhere.toml",
            "--out",
            &place.path("results"),
        ],
        "nowhere.toml",
    );
    assert!(place.names().is_empty());
}

#[test]
fn a_folder_that_cannot_be_made_ends_with_code_1() {
    let output = run(&[
        "run",
        REFERENCE,
        "--paths",
        "2",
        "--out",
        "/proc/nowhere/results",
    ]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(
        stderr(&output).contains("cannot create"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_reader_that_stops_reading_ends_the_command_quietly() {
    for format in ["table", "json"] {
        let mut child = tierfund()
            .args(["run", NATIONAL, "--paths", "20", "--format", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command starts");
        drop(child.stdout.take());
        let mut message = String::new();
        let errors = child.stderr.as_mut().expect("standard error is a pipe");
        errors
            .read_to_string(&mut message)
            .expect("messages are UTF-8");
        assert_eq!(
            child.wait().expect("the command ends").code(),
            Some(0),
            "{message}"
        );
        assert_eq!(message, "");
    }
}

#[test]
fn each_template_is_written_valid_and_runs() {
    let place = Place::new("init");
    for (arguments, name, says) in [
        (&[][..], "mine", "[region.gba]"),
        (&["--template", "national"], "national", "[region.gba]"),
        (&["--template", "minimal"], "small fund", "最小情景模板"),
    ] {
        let file = place.path(&format!("{name}.toml"));
        let written = run(&[&["init", &file][..], arguments].concat());
        assert_eq!(written.status.code(), Some(0), "{}", stderr(&written));
        assert_eq!(stderr(&written), "");
        assert!(stdout(&written).contains(&format!("Wrote {file}")));
        assert!(stdout(&written).contains("\n  tierfund run "));
        assert_eq!(stdout(&written).contains('\''), name.contains(' '));
        let text = fs::read_to_string(&file).expect("the scenario is there");
        assert!(text.contains(says), "{name}");
        assert!(!text.contains("extends"), "{name} stands alone");
        assert!(text.contains(&format!("\nname = \"{name}\"\n")));
        let checked = run(&["check", &file]);
        assert_eq!(checked.status.code(), Some(0), "{}", stderr(&checked));
        let result = run(&["run", &file, "--paths", "4", "--format", "json"]);
        assert_eq!(result.status.code(), Some(0), "{}", stderr(&result));
        let object: serde_json::Value = serde_json::from_slice(&result.stdout).expect("JSON");
        assert_eq!(object["provenance"]["scenario"], name);
    }
    assert_eq!(
        place.names(),
        ["mine.toml", "national.toml", "small fund.toml"],
        "no temporary file is left"
    );
}

#[test]
fn a_written_copy_of_the_national_fund_gives_its_results() {
    let place = Place::new("init_same");
    let file = place.path("copy.toml");
    assert_eq!(run(&["init", &file]).status.code(), Some(0));
    let metrics = |scenario: &str| {
        let output = run(&["run", scenario, "--paths", "4", "--format", "json"]);
        let object: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        object["metrics"].to_string()
    };
    assert_eq!(metrics(&file), metrics(NATIONAL));
}

#[test]
fn a_template_replaces_a_file_only_when_asked() {
    let place = Place::new("init_force");
    let file = place.path("mine.toml");
    fs::write(&file, "years of work").expect("the file is written");
    refused(&["init", &file], "--force");
    assert_eq!(fs::read_to_string(&file).expect("a file"), "years of work");
    let forced = run(&["init", &file, "--force", "--template", "minimal"]);
    assert_eq!(forced.status.code(), Some(0), "{}", stderr(&forced));
    assert!(
        fs::read_to_string(&file)
            .expect("a file")
            .contains("[region.one]")
    );
    assert_eq!(place.names(), ["mine.toml"]);
}

#[test]
fn a_template_goes_nowhere_but_to_the_name_of_a_file() {
    let place = Place::new("init_bad");
    let folder = place.path("folder");
    fs::create_dir(&folder).expect("the folder is made");
    refused(&["init"], "FILE");
    refused(&["init", "..", "--force"], "name of a file");
    refused(&["init", ""], "<FILE>");
    refused(&["init", &folder, "--force"], "this is a folder");
    refused(&["init", &place.path("nowhere/a.toml")], "no such folder");
    refused(&["init", "/dev/null", "--force"], "no ordinary file");
    refused(
        &["init", &place.path("a.toml"), "--template", "maximal"],
        "minimal",
    );
    let failed = run(&["init", "/proc/a.toml"]);
    assert_eq!(failed.status.code(), Some(1), "{}", stderr(&failed));
    assert!(
        stderr(&failed).contains("cannot write /proc/a.toml"),
        "{}",
        stderr(&failed)
    );
    assert_eq!(place.names(), ["folder"]);
}

#[cfg(feature = "report")]
#[test]
fn a_report_is_made_from_results_and_what_is_none_is_refused() {
    let place = Place::new("report");
    let out = place.path("results");
    let run_of = ["run", REFERENCE, "--paths", "5", "--out", &out, "--quiet"];
    assert_eq!(run(&run_of).status.code(), Some(0));
    let html = place.path("report.html");
    let made = run(&["report", &out, "-o", &html, "--lang", "zh", "--quiet"]);
    assert_eq!(made.status.code(), Some(0), "{}", stderr(&made));
    assert!(
        fs::read_to_string(&html)
            .expect("the report")
            .contains("杠杆倍数")
    );
    refused(&["report", &out, "-o", &html], "--force");
    let of = place.path("direct.html");
    let direct = run(&["report", REFERENCE, "--paths", "5", "-o", &of, "--quiet"]);
    assert_eq!(direct.status.code(), Some(0), "{}", stderr(&direct));

    // What is no result says why, and leaves nothing.
    let new = place.path("new.html");
    let summary = place.path("results/summary.json");
    let whole = fs::read_to_string(&summary).expect("the summary");
    for (text, why) in [
        (whole[..whole.len() / 2].to_owned(), "truncated"),
        ("not json".to_owned(), "no JSON"),
        ("{\"a\": 1}".to_owned(), "no result of tierfund"),
        (
            whole.replace("\"schema_version\": 1", "\"schema_version\": 7"),
            "version 7",
        ),
        (whole.replace("\"fans\"", "\"winds\""), "`fans` is missing"),
    ] {
        fs::write(&summary, text).expect("the file is written");
        refused(&["report", &out, "-o", &new], why);
    }
    let empty = place.path("empty");
    fs::create_dir(&empty).expect("the folder is made");
    refused(&["report", &empty, "-o", &new], "summary.json");
    refused(&["report", "scenarios/nowhere.toml", "-o", &new], "nowhere");
    refused(&["report", &out, REFERENCE, "-o", &new], "one result");
    assert_eq!(
        place.names(),
        ["direct.html", "empty", "report.html", "results"]
    );
}

#[cfg(feature = "report")]
#[test]
fn a_run_and_a_comparison_write_their_report_beside_what_they_print() {
    let place = Place::new("report_beside");
    for (name, arguments) in [
        ("run.html", &["run", REFERENCE, "--paths", "5"][..]),
        (
            "compare.html",
            &["compare", REFERENCE, REFERENCE, "--paths", "5"],
        ),
    ] {
        let file = place.path(name);
        let output = run(&[arguments, &["--report", &file, "--quiet"]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        assert!(!stdout(&output).is_empty());
        assert!(fs::metadata(&file).expect("the report").len() > 1_000_000);
        refused(&[arguments, &["--report", &file]].concat(), "--force");
    }
}

#[test]
fn shells_and_man_learn_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let completions = run(&["completions", shell]);
        assert_eq!(completions.status.code(), Some(0));
        for command in ["sensitivity", "paths-format"] {
            assert!(stdout(&completions).contains(command), "{shell}: {command}");
        }
    }
    let page = run(&["man"]);
    assert!(
        stdout(&page).contains(".TH tierfund 1"),
        "{}",
        stdout(&page)
    );
    let page = run(&["man", "run"]);
    assert!(
        stdout(&page).contains("paths\\-format"),
        "{}",
        stdout(&page)
    );
    refused(&["man", "fly"], "there is no command fly");
    refused(&["completions", "cobol"], "bash");
}

#[test]
fn no_line_of_a_report_is_wider_than_100_columns() {
    let small = "tests/scenarios/small-national.toml";
    let sweep = [
        "sweep",
        small,
        "--paths=4",
        "--vary=sub_funds.requested_share_mean=12%,16%",
        "--vary=region.*.take_up_mean=0.4,0.5",
    ];
    let sampled = ["--assumptions=sampled", "--worlds=4", "--paths=4"];
    for arguments in [
        &["run", NATIONAL, "--paths=4"][..],
        &[&["run", small], &sampled[..]].concat(),
        &["compare", small, NATIONAL, "--paths=4"],
        &sweep,
        &["check", NATIONAL],
        &["check", "scenarios/as-of-2027.toml"],
        &["trace", NATIONAL, "--path=7"],
        &["trace", NATIONAL, "--path=1", "--region=gba"],
        &[
            "trace",
            NATIONAL,
            "--path=1",
            "--region=gba",
            "--sub-fund=9",
        ],
    ] {
        for lang in ["en", "zh"] {
            let text = support::command::printed(&[arguments, &["--lang", lang]].concat());
            let wide = |line: &&str| tierfund::report::table::columns(line) > 100;
            let wide: Vec<&str> = text.lines().filter(wide).collect();
            assert!(
                wide.is_empty(),
                "{arguments:?} in {lang}:\n{}",
                wide.join("\n")
            );
        }
    }
}
