//! `docs/outputs.md` says what the files of a folder of results hold, column by column.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use tierfund::report::Names;
use tierfund::report::csv;
use tierfund::scenario::Scenario;
use tierfund::simulation::simulate;
use tierfund::summary::Summary;
use tierfund::summary::estimate::unit_key;

const SCENARIOS: [&str; 3] = [
    "scenarios/national-2025.toml",
    "scenarios/reference-r1.toml",
    "tests/scenarios/all-features.toml",
];

fn page() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/outputs.md");
    fs::read_to_string(file).expect("the page")
}

fn scenario(file: &str) -> Scenario {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    Scenario::read(&file, &[]).unwrap_or_else(|problems| panic!("{problems}"))
}

/// Names in backticks in the first cells of the table below `heading`, each with the row's second cell.
fn documented(page: &str, heading: &str) -> BTreeMap<String, String> {
    let (_, table) = page
        .split_once(heading)
        .unwrap_or_else(|| panic!("no {heading}"));
    let rows = table
        .lines()
        .skip(1)
        .skip_while(|line| !line.starts_with('|'));
    let rows = rows.take_while(|line| line.starts_with('|')).skip(1);
    let mut found = BTreeMap::new();
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        for name in cells[0].split('`').skip(1).step_by(2) {
            let before = found.insert(name.to_owned(), cells[1].to_owned());
            assert_eq!(before, None, "{name} stands twice");
        }
    }
    found
}

/// `name` as the page writes it: placeholders for names that a scenario gives.
fn patterns(name: &str, scenario: &Scenario) -> Vec<String> {
    let mut parts: Vec<&str> = name.split('.').collect();
    let last = parts.len() - 1;
    let stage = scenario.stage.iter().any(|stage| stage.id == parts[last]);
    if parts[last].bytes().all(|byte| byte.is_ascii_digit()) {
        parts[last] = "<year>";
    } else if stage && parts[0] == "companies" {
        parts[last] = "<stage>";
    }
    match parts[0] {
        "region" => parts[1] = "<region>",
        "lp" => parts[1] = "<class>",
        "exits" => parts[1] = "<route>",
        "rules" => parts[1] = "<rule>",
        _ => {}
    }
    let own = parts.join(".");
    let of_a_tier = own.rsplit_once('.').and_then(|(tier, measure)| {
        let tiers = [
            "national",
            "region.<region>",
            "sub_fund.pooled",
            "sub_fund",
            "direct",
        ];
        tiers.contains(&tier).then(|| format!("<tier>.{measure}"))
    });
    of_a_tier.into_iter().chain([own]).collect()
}

#[test]
fn every_column_is_documented_with_its_unit_and_none_besides() {
    let page = page();
    let metrics = documented(&page, "| metric | unit | meaning |");
    let series = documented(&page, "| series | content |");
    let mut used: Vec<String> = Vec::new();
    for file in SCENARIOS {
        let scenario = scenario(file);
        let outcomes = simulate(&scenario, 1, 0..2).expect("two paths");
        for spec in &outcomes.specs {
            let patterns = patterns(&spec.name, &scenario);
            let found = patterns
                .iter()
                .find(|pattern| metrics.contains_key(*pattern));
            let found = found.unwrap_or_else(|| panic!("{file}: {} is not documented", spec.name));
            let unit = &metrics[found];
            assert!(
                unit == "any" || unit == unit_key(spec.unit),
                "{}",
                spec.name
            );
            used.push(found.clone());
        }
        for curve in &outcomes.totals.curves {
            let patterns = patterns(&curve.name, &scenario);
            let found = patterns
                .iter()
                .find(|pattern| series.contains_key(*pattern));
            let found = found.unwrap_or_else(|| panic!("{file}: {} is not documented", curve.name));
            used.push(found.clone());
        }
    }
    for name in metrics.keys().chain(series.keys()) {
        assert!(used.contains(name), "{name} is documented and in no result");
    }
}

#[test]
fn the_columns_of_the_tables_and_the_keys_of_the_object_are_documented() {
    let page = page();
    let scenario = scenario(SCENARIOS[1]);
    let outcomes = simulate(&scenario, 1, 0..4).expect("four paths");
    let summary = Summary::new(&outcomes, &scenario, 1);
    let mut bytes = Vec::new();
    csv::write_curves(&summary, &mut bytes).expect("bytes");
    csv::write_summary(&summary, &Names::of(&scenario), &mut bytes).expect("bytes");
    let text = String::from_utf8(bytes).expect("text");
    let heads = text.lines().filter(|line| line.contains(",mean,se,"));
    for column in heads.flat_map(|line| line.trim_start_matches('\u{feff}').split(',')) {
        let generic = column.contains("_lo") || column.contains("_hi");
        assert!(generic || page.contains(&format!("`{column}`")), "{column}");
    }
    let mut bytes = Vec::new();
    tierfund::report::json::write(&summary, &mut bytes).expect("bytes");
    let object: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
    let keys = documented(&page, "| key | content |");
    for key in object.as_object().expect("an object").keys() {
        assert!(keys.contains_key(key), "{key}");
    }
}
