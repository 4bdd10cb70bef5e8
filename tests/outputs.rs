//! `docs/outputs.md` says what the files of a folder of results hold, column by column.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use tierfund::path::company::Route;
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
        "companies" if parts[1] == "funded_by_sector" => parts[2] = "<sector>",
        "companies" if parts[1] == "funded_by_region" => parts[2] = "<region>",
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

/// What stands in results of 4 paths by parts, each rounded to whole yuan on a path, against what stands there as one.
#[test]
fn parts_add_up_to_what_stands_beside_them() {
    const PATHS: u64 = 4;
    let rounding = |parts: usize| 0.5 * (parts + 1) as f64 * PATHS as f64;
    let past = ["report.by_company=true", "deployment.recycling.cap=0.2"];
    for (file, sets) in [
        (SCENARIOS[0], &[][..]),
        (SCENARIOS[0], &past),
        (SCENARIOS[2], &[]),
        ("scenarios/as-of-2027.toml", &past),
    ] {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let sets: Vec<String> = sets.iter().map(|&set| set.to_owned()).collect();
        let scenario = Scenario::read(&file, &sets).unwrap_or_else(|problems| panic!("{problems}"));
        let outcomes = simulate(&scenario, 3, 0..PATHS).expect("paths");
        let near = |one: f64, other: f64, within: f64, what: &str| {
            assert!((one - other).abs() <= within, "{what}: {one} {other}");
        };
        let curves = &outcomes.totals.curves;
        let curve = |name: &str| {
            let found = curves.iter().find(|curve| curve.name == name);
            found.unwrap_or_else(|| panic!("no {name}")).sum.clone()
        };
        let routes = Route::PAYING.map(|route| curve(&format!("exits.{}.proceeds", route.key())));
        let all = curve("companies.proceeds");
        for (quarter, &all) in all.iter().enumerate() {
            let parts: i128 = routes.iter().map(|route| route[quarter]).sum();
            near(
                parts as f64,
                all as f64,
                rounding(6),
                "proceeds of a quarter",
            );
        }
        for (route, by_quarter) in Route::PAYING.iter().zip(&routes) {
            let total = outcomes.column(&format!("exits.{}.proceeds", route.key()));
            let total: f64 = total.expect("a metric").iter().sum();
            let parts = by_quarter.iter().sum::<i128>() as f64;
            let within = rounding(by_quarter.len()) + 1e-12 * total;
            near(parts, total, within, route.key());
        }
        for by in ["", "_by_sector", "_by_region"] {
            let prefix = format!("companies.funded{by}.");
            let members = outcomes.specs.iter().map(|spec| &spec.name);
            let members = members.filter(|name| name.starts_with(&prefix));
            let columns: Vec<_> = members.filter_map(|name| outcomes.column(name)).collect();
            let all = outcomes.column("companies.funded").expect("a metric");
            for (path, &all) in all.iter().enumerate() {
                let parts: f64 = columns.iter().map(|column| column[path]).sum();
                near(parts, all, 1e-9 * all, &prefix);
            }
        }
        let flows = |follows: &dyn Fn(&str, &str) -> bool| -> Vec<f64> {
            let flows = outcomes.totals.flows.iter();
            let flows = flows.filter(|flow| follows(&flow.from, &flow.to));
            flows.map(|flow| flow.sum as f64).collect()
        };
        let stages = flows(&|from, to| from.starts_with("stage.") && to != "fees");
        let expected = if scenario.by_company {
            scenario.stage.len() * 9
        } else {
            0
        };
        assert_eq!(stages.len(), expected);
        for route in Route::ALL.into_iter().filter(|_| scenario.by_company) {
            let name = match route {
                Route::WrittenOff => continue,
                _ if route.is_held() => format!("held.{}", route.key()),
                _ => format!("exits.{}", route.key()),
            };
            let brought = flows(&|_, to| to == name);
            let received = flows(&|from, _| from == name);
            let parts = brought.len() + received.len();
            let (brought, received) = (brought.iter().sum(), received.iter().sum());
            near(brought, received, rounding(parts) + 1e-12 * received, &name);
        }
    }
}
