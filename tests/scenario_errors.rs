//! Mistakes in scenario files and `--set` arguments: each is refused with its place, its key and a hint.
//!
//! `tests/invalid` holds one bad file per rule and the message beside it; `UPDATE_EXPECTED=1 cargo test
//! --test scenario_errors` writes the messages anew, for a person to read the difference. Then every key of
//! every shipped scenario is spoilt in every way.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use tierfund::scenario::Scenario;
use tierfund::scenario::problem::Problems;
use tierfund::structure::Structure;

const INVALID: &str = "tests/invalid";

/// A scenario that can be simulated, or what its author did wrong.
fn prepared(path: &Path, sets: &[String]) -> Result<Scenario, Problems> {
    let scenario = Scenario::read(path, sets)?;
    Structure::new(&scenario).map(|_| scenario)
}

/// What the author of `path` is told.
fn message(path: &Path, sets: &[&str]) -> String {
    let sets: Vec<String> = sets.iter().map(|&set| set.to_owned()).collect();
    match prepared(path, &sets) {
        Ok(_) => "accepted".to_owned(),
        Err(problems) => problems.to_string(),
    }
}

/// The bad files, in order of name.
fn invalid_files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(INVALID)
        .expect("the folder of bad files")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    files.sort();
    files
}

/// The `--set` arguments that the head of a bad file asks for: lines `#: --set key=value`.
fn arguments(path: &Path) -> Vec<String> {
    let bytes = fs::read(path).expect("a bad file");
    String::from_utf8_lossy(&bytes)
        .lines()
        .map_while(|line| line.strip_prefix("#: --set "))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_bad_file_is_refused_with_exactly_the_message_beside_it() {
    let update = std::env::var_os("UPDATE_EXPECTED").is_some();
    let mut wrong = String::new();
    let files = invalid_files();
    assert!(files.len() > 200, "{} files found", files.len());
    for path in &files {
        let sets = arguments(path);
        let sets: Vec<&str> = sets.iter().map(String::as_str).collect();
        let found = message(path, &sets) + "\n";
        let beside = path.with_extension("stderr");
        if update {
            fs::write(&beside, &found).expect("the message is written");
        }
        let expected = fs::read_to_string(&beside).unwrap_or_default();
        if found != expected {
            let _ = writeln!(wrong, "{}:\n{found}expected:\n{expected}", path.display());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Several mistakes are the subject of these; everywhere else one mistake makes one problem.
const SEVERAL: [&str; 12] = [
    "empty",
    "law_of_event_weights",
    "laws_all_at_once",
    "layers_each_blamed_for_its_own",
    "many_mistakes_in_one_file",
    "set_mistakes_all_at_once",
    "set_of_an_unknown_region",
    "stage_order_names_no_stage",
    "stage_order_names_one_twice",
    "toml_bracket_open",
    "toml_table_twice",
    "toml_two_mistakes_at_once",
];

#[test]
fn every_expected_message_names_a_place_and_a_remedy_and_one_mistake_makes_one_problem() {
    for path in invalid_files() {
        let name = path.file_stem().expect("a name").to_string_lossy();
        let text = fs::read_to_string(path.with_extension("stderr")).expect("a message");
        for problem in text.split("\n\n") {
            if !problem.starts_with("error: ") {
                continue;
            }
            assert!(
                problem.contains("--> ") || problem.contains(" | --set "),
                "{name}: {problem}"
            );
            assert!(problem.contains("\nhelp: "), "{name}: {problem}");
        }
        let problems = text.matches("error: ").count();
        let several = SEVERAL.contains(&&*name);
        assert_eq!(problems > 1, several, "{name} has {problems} problems");
    }
}
