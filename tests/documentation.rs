//! `scenarios/README.md` and `scenarios/ASSUMPTIONS.md` say what the scenarios say, key by key and number by number.
//!
//! README: each row of a table that opens with `| key |` is one key, with its unit and its allowed range.
//! ASSUMPTIONS: below a heading with a file's name, each id has a heading and a table of keys and values.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Bound::{self, Excluded, Included, Unbounded};
use std::path::{Path, PathBuf};
use tierfund::scenario::Scenario;
use tierfund::scenario::reader::{Bounds, Kind, Parameter, Unit};
use tierfund::structure::Structure;

/// Tables whose entries the author names.
const NAMED: [&str; 4] = ["region", "lp_class", "sector", "stage"];

/// What `<event>` stands for.
const EVENTS: [&str; 6] = [
    "up_round",
    "down_round",
    "fail",
    "trade_sale",
    "listing",
    "stalled",
];

/// The base case: every number in it has a source, and every number that an overlay changes.
const BASE: &str = "national-2025.toml";

/// Numbers of `national-2025.toml` without a source.
const WITHOUT_SOURCE: [(&str, &str); 1] = [(
    "region.*.launch",
    "the funds were launched together on the scenario's start",
)];

/// Numbers of `national-2025.toml` with an A- source and no range.
const WITHOUT_RANGE: [(&str, &str); 2] = [
    (
        "event.stalled.cycle_loading",
        "only differences between loadings matter: this one is their zero",
    ),
    (
        "stage.late.weights.up_round",
        "the last stage has no stage to go up to",
    ),
];

/// Keys of `national-2025.toml` that cannot carry a source; the file names their id in a comment.
const SOURCE_IN_COMMENT: [(&str, &str, &str); 1] =
    [("regions.later_closes", "A-08", "a list has no range")];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

fn page(name: &str) -> String {
    fs::read_to_string(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn read(name: &str, sets: &[String]) -> Scenario {
    Scenario::read(&folder().join(name), sets).unwrap_or_else(|problems| panic!("{problems}"))
}

/// The shipped files, by name.
fn shipped() -> Vec<String> {
    let entries = fs::read_dir(folder()).expect("the folder of scenarios");
    let names = entries.map(|entry| entry.expect("a file").file_name());
    let mut names: Vec<String> = names.filter_map(|name| name.into_string().ok()).collect();
    names.retain(|name| Path::new(name).extension().is_some_and(|e| e == "toml"));
    names.sort();
    assert!(names.len() >= 2, "{names:?}");
    names
}

/// The base case and the files that extend it.
fn sourced() -> Vec<String> {
    let mut names = shipped();
    names.retain(|name| name != "reference-r1.toml");
    assert!(names.len() >= 7, "{names:?}");
    names
}

/// Whether the file itself, not one that it extends, gives the value of `path`.
fn is_own(scenario: &Scenario, path: &str) -> bool {
    let last = scenario.document.layers().len() - 1;
    let place = scenario.document.place(path);
    place.is_some_and(|place| place.layer == last)
}

/// The numbers that `scenario` itself gives.
fn own_numbers(scenario: &Scenario) -> impl Iterator<Item = &Parameter> {
    let parameters = scenario.parameters.iter();
    parameters.filter(|parameter| is_own(scenario, &parameter.path))
}

/// A key as README writes it: `*` for the author's names, placeholders for names given elsewhere.
fn documented(path: &str) -> String {
    let mut parts: Vec<&str> = path.split('.').collect();
    if NAMED.contains(&parts[0]) && parts.len() > 1 {
        parts[1] = "*";
    }
    match parts[..] {
        ["region", _, "listed" | "fund" | "project", ref mut group, _] => *group = "*",
        ["event", ref mut event, _] | ["stage", _, "weights", ref mut event] => *event = "<event>",
        ["region", _, "first_close", "mix", ref mut class]
        | ["region", _, "later_close_mix", ref mut class]
        | ["sub_funds", "lp_mix", ref mut class] => *class = "<lp_class>",
        ["deployment" | "direct", "mix", ref mut stage]
        | ["exit", "transfer", "probability", ref mut stage]
        | ["exit", "tail", "share", ref mut stage] => *stage = "<stage>",
        ["terms", ref mut fund @ ("region" | "sub_fund"), ..] => *fund = "<fund>",
        _ => {}
    }
    parts.join(".")
}

/// All shipped scenarios, and the one of the tests that gives every table which the base may leave out.
fn with_all_features() -> Vec<String> {
    let mut names = shipped();
    names.push("../tests/scenarios/all-features.toml".to_owned());
    names
}

/// The keys of all scenarios that hold values, with what they may hold and whether they may be left out.
fn asked() -> BTreeMap<String, (Vec<Kind>, bool)> {
    let mut keys: BTreeMap<String, (Vec<Kind>, bool)> = BTreeMap::new();
    for name in with_all_features() {
        for key in read(&name, &[]).asked {
            if matches!(key.kind, Kind::Table | Kind::NamedTables) {
                continue;
            }
            let (kinds, optional) = keys.entry(documented(&key.path)).or_default();
            kinds.push(key.kind);
            *optional |= key.optional;
        }
    }
    keys
}

fn cells(line: &str) -> Vec<&str> {
    line.trim()
        .trim_matches('|')
        .split('|')
        .map(str::trim)
        .collect()
}

fn in_backticks(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// A row of README's tables of keys.
#[derive(Clone, Debug)]
struct KeyRow {
    meaning: String,
    unit: String,
    range: String,
    note: String,
}

fn readme() -> BTreeMap<String, KeyRow> {
    let mut rows = BTreeMap::new();
    let mut inside = false;
    for line in page("README.md").lines() {
        inside = line.starts_with("| key |") || inside && line.starts_with('|');
        if !inside || !line.starts_with("| `") {
            continue;
        }
        let cells = cells(line);
        assert_eq!(cells.len(), 5, "{line}");
        let row = KeyRow {
            meaning: cells[1].to_owned(),
            unit: cells[2].to_owned(),
            range: cells[3].to_owned(),
            note: cells[4].to_owned(),
        };
        let key = cells[0].trim_matches('`').to_owned();
        assert!(rows.insert(key, row).is_none(), "twice: {line}");
    }
    rows
}

/// A row of ASSUMPTIONS.md.
#[derive(Clone, Debug)]
struct ValueRow {
    file: String,
    id: String,
    key: String,
    value: String,
    low: String,
    high: String,
}

fn is_id(word: &str) -> bool {
    let digits = word
        .strip_prefix("S-")
        .or(word.strip_prefix("E-"))
        .or(word.strip_prefix("F-"))
        .or(word.strip_prefix("A-"));
    let is_number = |digits: &str| digits.bytes().all(|b| b.is_ascii_digit());
    digits.is_some_and(|digits| (2..=3).contains(&digits.len()) && is_number(digits))
}

/// The ids with a heading, and the rows of their tables.
fn assumptions() -> (BTreeSet<String>, Vec<ValueRow>) {
    let (mut ids, mut rows) = (BTreeSet::new(), Vec::new());
    let (mut file, mut id) = (String::new(), String::new());
    for line in page("ASSUMPTIONS.md").lines() {
        if let Some(title) = line.strip_prefix("## ") {
            file = String::from(title.trim_matches('`'));
        }
        if line.starts_with('#') {
            let word = line.split(' ').nth(1).filter(|word| is_id(word));
            id = String::from(word.unwrap_or(""));
            if !id.is_empty() {
                assert!(ids.insert(id.clone()), "{id} has two headings");
            }
        }
        if line.starts_with("| `") && !id.is_empty() {
            let cells = cells(line);
            assert_eq!(cells.len(), 4, "{line}");
            rows.push(ValueRow {
                file: file.clone(),
                id: id.clone(),
                key: cells[0].trim_matches('`').to_owned(),
                value: cells[1].to_owned(),
                low: cells[2].to_owned(),
                high: cells[3].to_owned(),
            });
        }
    }
    (ids, rows)
}

/// Whether `key`, with `*` for one name, stands for `path`.
fn stands_for(key: &str, path: &str) -> bool {
    let (mut key, mut path) = (key.split('.'), path.split('.'));
    loop {
        match (key.next(), path.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if a == b || a == "*" => {}
            _ => return false,
        }
    }
}

/// The row that gives the value of `path`: one that names it in full goes before one with `*`.
fn row_of<'a>(rows: &'a [ValueRow], file: &str, path: &str) -> Option<&'a ValueRow> {
    let of_file = || rows.iter().filter(|row| row.file == file);
    of_file()
        .find(|row| row.key == path)
        .or_else(|| of_file().find(|row| stands_for(&row.key, path)))
}

/// A number as ASSUMPTIONS.md writes it, in yuan where it is money; nothing where the cell is empty.
fn number(cell: &str) -> Option<f64> {
    let (digits, power) = cell.strip_suffix('亿').map_or((cell, 0), |d| (d, 8));
    (!cell.is_empty()).then(|| {
        format!("{digits}e{power}")
            .parse()
            .unwrap_or_else(|error| panic!("`{cell}`: {error}"))
    })
}

/// `[0, 1)` as bounds.
fn interval(text: &str) -> Bounds {
    let end = |text: &str, bracket: char, included: char| -> Bound<f64> {
        let text = text.trim();
        if text.ends_with('∞') {
            return Unbounded;
        }
        let number = text
            .parse()
            .unwrap_or_else(|error| panic!("`{text}`: {error}"));
        if bracket == included {
            Included(number)
        } else {
            Excluded(number)
        }
    };
    let (low, high) = text.split_once(',').expect("an interval");
    let (open, close) = (&low[..1], &high[high.len() - 1..]);
    let first = |text: &str| text.chars().next().expect("a bracket");
    Bounds {
        low: end(&low[1..], first(open), '['),
        high: end(&high[..high.len() - 1], first(close), ']'),
    }
}

fn national() -> Scenario {
    read("national-2025.toml", &[])
}

fn is_excepted<const N: usize>(list: &[(&str, &str); N], path: &str) -> bool {
    list.iter().any(|(key, _)| stands_for(key, path))
}

fn unit_word(kind: &Kind) -> &'static str {
    match kind {
        Kind::Table | Kind::NamedTables => "table",
        Kind::Quantity(Unit::Money, _) => "money",
        Kind::Quantity(Unit::Share, _) => "share",
        Kind::Quantity(Unit::Rate, _) => "rate per year",
        Kind::Quantity(Unit::Years, _) => "years",
        Kind::Quantity(Unit::Number, _) => "number",
        Kind::Quantity(Unit::Count, _) => "count",
        Kind::Quantity(Unit::Multiple, _) => "multiple",
        Kind::NumberList(_) => "list of years",
        Kind::Text => "text",
        Kind::PairList => "list of pairs",
        Kind::TextList => "list of names",
        Kind::Choice(_) => "choice",
        Kind::NumberOrChoice(..) => "number or choice",
        Kind::Flag => "flag",
        Kind::Date => "date",
    }
}

#[test]
fn every_key_that_a_scenario_may_give_is_in_the_readme() {
    let rows = readme();
    let missing: Vec<String> = asked()
        .into_keys()
        .filter(|key| !rows.contains_key(key))
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_key_in_the_readme_is_asked_for() {
    let asked = asked();
    let unknown: Vec<String> = readme()
        .into_keys()
        .filter(|key| !asked.contains_key(key))
        .collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
}

#[test]
fn the_readme_gives_each_key_its_unit_its_words_and_whether_it_is_optional() {
    let rows = readme();
    for (key, (kinds, optional)) in asked() {
        let row = &rows[&key];
        assert!(row.meaning.ends_with('.'), "{key}: a sentence");
        assert_eq!(row.note.starts_with("Optional."), optional, "{key}");
        for kind in kinds {
            assert_eq!(row.unit, unit_word(&kind), "{key}");
            if let Kind::Choice(words) | Kind::NumberOrChoice(_, words) = kind {
                let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
                assert_eq!(in_backticks(&row.range), quoted, "{key}");
            }
        }
    }
}

#[test]
fn the_readme_gives_each_number_its_allowed_range() {
    let rows = readme();
    let mut checked = BTreeSet::new();
    for name in with_all_features() {
        for Parameter { path, bounds, .. } in read(&name, &[]).parameters {
            let key = documented(&path);
            let range = rows[&key].range.split(" or ").next().expect("a range");
            assert_eq!(interval(range), bounds, "{key}");
            checked.insert(key);
        }
    }
    let numbers = rows
        .iter()
        .filter(|(_, row)| row.range.starts_with(['[', '(']));
    for (key, _) in numbers {
        // A list of numbers is not a parameter.
        assert!(
            checked.contains(key) || key == "regions.later_closes",
            "{key} is in no scenario"
        );
    }
}

#[test]
fn the_placeholders_of_the_readme_stand_for_what_is_asked_for() {
    let scenario = national();
    let asked: BTreeSet<String> = scenario.asked.iter().map(|key| key.path.clone()).collect();
    let text = page("README.md");
    for event in EVENTS {
        assert!(asked.contains(&format!("event.{event}.cycle_loading")));
        assert!(asked.contains(&format!("stage.*.weights.{event}")));
        assert!(text.contains(&format!("`{event}`")));
    }
    for class in &scenario.lp_class {
        for mix in [
            "region.*.first_close.mix",
            "region.*.later_close_mix",
            "sub_funds.lp_mix",
        ] {
            assert!(asked.contains(&format!("{mix}.{}", class.id)));
        }
    }
    for stage in &scenario.stage {
        assert!(asked.contains(&format!("deployment.mix.{}", stage.id)));
    }
}

#[test]
fn every_source_that_a_shipped_scenario_names_is_explained_and_every_one_explained_is_named() {
    let (explained, _) = assumptions();
    let mut named = BTreeSet::new();
    for name in shipped() {
        let sources = read(&name, &[])
            .parameters
            .into_iter()
            .filter_map(|p| p.source);
        named.extend(sources);
    }
    let text = page("national-2025.toml");
    for (key, id, reason) in SOURCE_IN_COMMENT {
        let last = key.rsplit('.').next().expect("a key");
        let line = text.lines().find(|line| line.starts_with(last));
        let line = line.unwrap_or_else(|| panic!("{key} ({reason}) is in the file"));
        assert!(line.ends_with(&format!("# {id}")), "{line}");
        named.insert(id.to_owned());
    }
    assert_eq!(named, explained);
}

#[test]
fn every_number_that_a_file_gives_has_a_source() {
    for name in sourced() {
        for parameter in own_numbers(&read(&name, &[])) {
            let excepted = name == BASE && is_excepted(&WITHOUT_SOURCE, &parameter.path);
            let found = parameter.source.is_none();
            assert_eq!(found, excepted, "{name}: {}", parameter.path);
        }
    }
}

#[test]
fn every_assumed_number_has_a_range_and_every_documented_fact_has_none() {
    for name in sourced() {
        for parameter in own_numbers(&read(&name, &[])) {
            let source = parameter.source.clone().unwrap_or_default();
            let ends = usize::from(parameter.low.is_some()) + usize::from(parameter.high.is_some());
            let excepted = name == BASE && is_excepted(&WITHOUT_RANGE, &parameter.path);
            let expected = match source.chars().next() {
                Some('A') if excepted => 0,
                Some('A' | 'E' | 'F') => 2,
                _ => 0,
            };
            assert_eq!(ends, expected, "{name}: {} ({source})", parameter.path);
        }
    }
}

#[test]
fn every_base_lies_within_its_range() {
    for name in shipped() {
        for parameter in read(&name, &[]).parameters {
            let low = parameter.low.unwrap_or(f64::NEG_INFINITY);
            let high = parameter.high.unwrap_or(f64::INFINITY);
            assert!(
                low <= parameter.base && parameter.base <= high,
                "{name}: {}",
                parameter.path
            );
        }
    }
}

#[test]
fn every_number_in_the_assumptions_is_the_number_of_the_scenario() {
    let (_, rows) = assumptions();
    let files: BTreeSet<&str> = rows.iter().map(|row| row.file.as_str()).collect();
    let mut expected = sourced();
    expected.retain(|file| own_numbers(&read(file, &[])).next().is_some());
    assert_eq!(files, expected.iter().map(String::as_str).collect());
    for file in files {
        let mut used = BTreeSet::new();
        let scenario = read(file, &[]);
        for parameter in &scenario.parameters {
            let path = &parameter.path;
            // A file that extends another explains only what it changes.
            if !is_own(&scenario, path) {
                continue;
            }
            let Some(row) = row_of(&rows, file, path) else {
                assert!(parameter.source.is_none(), "{file}: {path}");
                continue;
            };
            assert_eq!(parameter.source.as_ref(), Some(&row.id), "{file}: {path}");
            assert_eq!(
                (Some(parameter.base), parameter.low, parameter.high),
                (number(&row.value), number(&row.low), number(&row.high)),
                "{file}: {path}: (base, low, high)"
            );
            used.insert(row.key.as_str());
        }
        for row in rows.iter().filter(|row| row.file == file) {
            let listed = SOURCE_IN_COMMENT.iter().any(|(key, _, _)| *key == row.key);
            if listed {
                let assignment = format!(
                    "{} = {} # {}",
                    row.key.rsplit('.').next().expect("a key"),
                    row.value,
                    row.id
                );
                assert!(page(file).contains(&assignment), "{assignment}");
            } else {
                assert!(
                    used.contains(row.key.as_str()),
                    "{file}: `{}` is no number of it",
                    row.key
                );
            }
        }
    }
}

/// The rows of the table of choices in the section of `file`; none where it has no such table.
fn choice_rows<'a>(text: &'a str, file: &str) -> Vec<&'a str> {
    let section = text.split("\n## ").find_map(|section| {
        let title = format!("`{file}`\n");
        section.strip_prefix(title.as_str())
    });
    let section = section.unwrap_or_else(|| panic!("{file} has no section"));
    let table = section.split("| key | choice |").nth(1).unwrap_or_default();
    let rows = table.lines().skip(2);
    rows.take_while(|line| line.starts_with('|')).collect()
}

/// The words that a key of `scenario` may hold, if it is a choice.
fn words_of(scenario: &Scenario, key: &str) -> Option<Vec<String>> {
    let asked = scenario.asked.iter().find(|asked| asked.path == key)?;
    match &asked.kind {
        Kind::Choice(words) => Some(words.clone()),
        _ => None,
    }
}

#[test]
fn every_choice_in_the_assumptions_is_the_choice_of_its_file() {
    let text = page("ASSUMPTIONS.md");
    assert!(choice_rows(&text, BASE).len() > 5);
    for file in sourced() {
        let scenario = read(&file, &[]);
        for row in choice_rows(&text, &file) {
            let cells = cells(row);
            let (key, choice) = (cells[0].trim_matches('`'), cells[1].trim_matches('`'));
            assert!(is_own(&scenario, key), "{file}: {key}");
            // The choice itself changes nothing; any other does.
            let chosen = read(&file, &[format!("{key}={choice}")]);
            let (found, expected) = (chosen.document.sha256(), scenario.document.sha256());
            assert_eq!(found, expected, "{file}: {key}");
            let words = words_of(&scenario, key).unwrap_or_else(|| panic!("{key} is no choice"));
            for other in in_backticks(cells.get(3).copied().unwrap_or("")) {
                assert!(words.iter().any(|word| word == other), "{key}: {other}");
                assert_ne!(other, choice, "{file}: {key}");
            }
        }
    }
}

#[test]
fn every_choice_and_list_of_an_overlay_is_in_the_assumptions() {
    let (text, (_, numbers)) = (page("ASSUMPTIONS.md"), assumptions());
    for file in sourced() {
        if file == BASE {
            continue;
        }
        let scenario = read(&file, &[]);
        let rows = choice_rows(&text, &file);
        for asked in &scenario.asked {
            let key = &asked.path;
            let known = match asked.kind {
                Kind::Choice(_) => rows
                    .iter()
                    .any(|row| row.starts_with(&format!("| `{key}` |"))),
                Kind::NumberList(_) => row_of(&numbers, &file, key).is_some(),
                _ => continue,
            };
            assert!(known || !is_own(&scenario, key), "{file}: {key}");
        }
    }
}

#[test]
fn an_overlay_has_a_name_and_titles_of_its_own() {
    for file in sourced() {
        let scenario = read(&file, &[]);
        assert_eq!(format!("{}.toml", scenario.name), file);
        for key in ["name", "title", "title_zh"] {
            assert!(is_own(&scenario, key), "{file}: {key}");
        }
    }
}

#[test]
fn both_ends_of_every_range_make_a_valid_scenario() {
    for file in sourced() {
        for parameter in own_numbers(&read(&file, &[])) {
            for end in [parameter.low, parameter.high].into_iter().flatten() {
                let set = format!("{}={end}", parameter.path);
                let scenario = read(&file, std::slice::from_ref(&set));
                if let Err(problems) = Structure::new(&scenario) {
                    panic!("{file}: {set}: {problems}");
                }
            }
        }
    }
}
