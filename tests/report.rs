//! Every number of a report is one of the result that it carries, and is said as the result has it.

#![cfg(feature = "report")]

mod support;

use serde_json::Value;
use std::fs;
use support::scenario;
use tierfund::comparison::asked::Selection;
use tierfund::comparison::{Comparison, Side, judge};
use tierfund::metrics::MetricUnit;
use tierfund::report::catalogue::Lang;
use tierfund::report::{comparison, format, json, page};
use tierfund::simulation::simulate;
use tierfund::summary::Summary;

/// A report may be sent by mail.
const LARGEST: usize = 2_621_440;

fn result(name: &str, sets: &[&str], paths: u64) -> Value {
    let scenario = scenario(name, sets);
    let outcomes = simulate(&scenario, 1, 0..paths).expect("paths");
    let mut bytes = Vec::new();
    json::write(&Summary::new(&outcomes, &scenario, 1), &mut bytes).expect("bytes");
    serde_json::from_slice(&bytes).expect("JSON")
}

fn compared() -> Value {
    let scenarios = ["low-leverage", "high-leverage"].map(|name| scenario(name, &[]));
    let outcomes = scenarios
        .each_ref()
        .map(|scenario| simulate(scenario, 1, 0..24).expect("paths"));
    let side = |number: usize| Side {
        scenario: &scenarios[number],
        outcomes: &outcomes[number],
    };
    let selection = Selection::main(&outcomes[0].specs);
    let mut found = vec![Comparison::new(side(0), side(1), 1, &selection)];
    judge(&mut found);
    let mut bytes = Vec::new();
    comparison::write_json(&found, &mut bytes).expect("bytes");
    serde_json::from_slice(&bytes).expect("JSON")
}

fn plain(html: &str) -> String {
    html.replace("&quot;", "\"")
        .replace("&#x2f;", "/")
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).expect(before);
    rest.split_once(after).expect(after).0
}

/// Every `<data>` of a page: value, place, text.
fn numbers(html: &str) -> Vec<[String; 3]> {
    let elements = html.split("<data value=\"").skip(1);
    let parts = elements.map(|element| {
        let (value, rest) = element.split_once('"').expect("a value");
        let place = between(rest, "data-at=\"", "\"");
        let text = between(rest, ">", "</data>");
        [value, place, text].map(plain)
    });
    parts.collect()
}

/// The ways in which a number may be said.
fn said(value: f64, lang: Lang) -> Vec<String> {
    use MetricUnit::{Count, Money, Multiple, Rate, Share, Years};
    let mut ways = vec![
        format!("{value:.0}"),
        format!("{value:.4}"),
        value.to_string(),
    ];
    for unit in [Count, Money, Multiple, Rate, Share, Years] {
        ways.push(format::number(value, unit, lang));
        for power in 0..12 {
            let scale: f64 = format!("1e-{power}").parse().expect("a power of ten");
            let half = 0.5 * scale * if unit == Money { 1e9 } else { 1.0 };
            ways.push(format::difference(value, Some(half), unit, lang));
        }
    }
    ways
}

/// What is wrong with the numbers of a page, against the result that it must come from.
fn faults(html: &str, result: &Value, lang: Lang) -> Vec<String> {
    let mut faults = Vec::new();
    for [value, place, text] in numbers(html) {
        let found = result.pointer(&place).filter(|found| found.is_number());
        let shown = found.map(Value::to_string);
        if shown.as_deref() != Some(value.as_str()) {
            faults.push(format!("{place}: {value} is {found:?} in the result"));
            continue;
        }
        let number = value.parse().expect("a number");
        if !said(number, lang).contains(&text) {
            faults.push(format!("{place}: {value} is said as {text}"));
        }
    }
    for spec in html.split("data-chart=\"").skip(1) {
        let spec = plain(spec.split('"').next().expect("a chart"));
        let spec: Value = serde_json::from_str(&spec).expect("the chart is JSON");
        let mut places = Vec::new();
        collect_places(&spec, &mut places);
        assert!(!places.is_empty(), "a chart draws something");
        let lost = places
            .iter()
            .filter(|place| result.pointer(place).is_none());
        faults.extend(lost.map(|place| format!("a chart draws {place}, which is nowhere")));
    }
    let carried = between(html, "id=\"result\">", "</script>");
    let carried: Value = serde_json::from_str(carried).expect("the page carries JSON");
    if carried != *result {
        faults.push("the page carries another result".to_owned());
    }
    faults
}

fn collect_places(spec: &Value, places: &mut Vec<String>) {
    match spec {
        Value::String(text) if text.starts_with('/') => places.push(text.clone()),
        Value::Array(list) => list.iter().for_each(|part| collect_places(part, places)),
        Value::Object(parts) => parts.values().for_each(|part| collect_places(part, places)),
        _ => {}
    }
}

#[test]
fn every_number_of_a_page_is_one_of_its_result() {
    let results = [
        (result("national-2025", &[], 40), 300),
        (result("reference-r1", &[], 8), 100),
        // With flows from companies' stages to exits.
        (result("../tests/scenarios/all-features", &[], 8), 300),
        (compared(), 100),
    ];
    for (result, least) in &results {
        for lang in Lang::ALL {
            let html = page::render(result, lang).expect("a page");
            let count = numbers(&html).len();
            assert!(count >= *least, "{count} numbers");
            let faults = faults(&html, result, lang);
            assert!(faults.is_empty(), "{faults:#?}");
            assert!(html.len() <= LARGEST, "{} bytes", html.len());
        }
    }
    // The check is no check unless it finds what is wrong.
    let (result, _) = &results[0];
    let html = page::render(result, Lang::En).expect("a page");
    let [value, ..] = numbers(&html).swap_remove(10);
    let digits = format!("<data value=\"{value}\"");
    let wrong = html.replacen(&digits, "<data value=\"0.123\"", 1);
    assert!(!faults(&wrong, result, Lang::En).is_empty());
    let mut other = result.clone();
    other["metrics"]["national.dpi"]["p50"] = Value::from(7.5);
    assert!(!faults(&html, &other, Lang::En).is_empty());
}

#[test]
fn the_page_of_every_command_has_the_numbers_that_it_prints() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("report_commands");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    let (r1, national) = (
        "scenarios/reference-r1.toml",
        "scenarios/national-2025.toml",
    );
    let vary = ["--vary", "national.bond_rate=2%,3%"];
    let two = ["--vary", "national.cash_rate=1%,2%"];
    let keys = "sub_funds.requested_share_mean,national.bond_rate,regions.sub_fund_share";
    let small = ["--paths", "2", "--rows", "16", "--trajectories", "2"];
    let commands: [(&str, Vec<&str>); 5] = [
        (
            "sweep",
            [&["sweep", r1, "--paths", "5"], &vary[..]].concat(),
        ),
        (
            "grid",
            [&["sweep", r1, "--paths", "5"], &vary[..], &two[..]].concat(),
        ),
        ("rules", vec!["rules", national, "--paths", "3"]),
        (
            "sensitivity",
            [&["sensitivity", national, "--keys", keys], &small[..]].concat(),
        ),
        (
            "sampled",
            vec![
                "run",
                national,
                "--assumptions",
                "sampled",
                "--worlds",
                "4",
                "--paths",
                "3",
            ],
        ),
    ];
    for (name, arguments) in commands {
        let file = folder.join(format!("{name}.html"));
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_tierfund"))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args(&arguments)
            .args(["--quiet", "--format", "json", "--lang", "zh", "--report"])
            .arg(&file)
            .output()
            .expect("the command starts");
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{name}: {message}");
        let result: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let html = fs::read_to_string(&file).expect("the page");
        assert!(numbers(&html).len() > 10, "{name}");
        let faults = faults(&html, &result, Lang::Zh);
        assert!(faults.is_empty(), "{name}: {faults:#?}");
        assert!(html.len() <= LARGEST);
    }
    fs::remove_dir_all(&folder).expect("the folder is deleted");
}

/// A page on a scenario follows proceeds by company and says so, unless a `--set` refuses it; no other number moves.
#[test]
fn a_page_on_a_scenario_follows_companies() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("report_companies");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    let page = |sets: &[&str]| {
        let file = folder.join(format!("{}.html", sets.len()));
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_tierfund"))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args(["report", "scenarios/national-2025.toml", "--paths", "3"])
            .args(["--quiet", "-o"])
            .arg(&file)
            .args(sets)
            .output()
            .expect("the command starts");
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{message}");
        fs::read_to_string(&file).expect("the page")
    };
    let followed = page(&[]);
    let refused = page(&["--set", "report.by_company=false"]);
    for part in [
        "/metrics/proceeds.top_1_share/mean",
        "report.by_company=true",
    ] {
        assert!(followed.contains(part), "{part}");
        assert!(!refused.contains(part), "{part}");
    }
    let faults = faults(
        &followed,
        &result("national-2025", &["report.by_company=true"], 3),
        Lang::En,
    );
    assert!(faults.is_empty(), "{faults:#?}");
    fs::remove_dir_all(&folder).expect("the folder is deleted");
}

#[test]
fn a_page_asks_for_nothing_from_a_network_and_escapes_what_others_wrote() {
    let title = "title=\"<script>alert('a')</script> & co\"";
    let result = result("reference-r1", &[title], 4);
    let html = page::render(&result, Lang::En).expect("a page");
    assert!(html.contains("default-src 'none'"));
    let own = html.replace(between(&html, "id=\"result\">", "</body>"), "");
    assert!(!own.contains("src=") && !own.contains("href=\"http") && !own.contains("url("));
    assert!(!html.contains("<script>alert("));
    let elements = html.matches("<script>").count() + html.matches("<script type").count();
    assert_eq!(elements, 3, "data, library, page");
    assert!(html.contains("&lt;script&gt;alert"));
}

#[test]
fn chinese_pages_are_chinese() {
    let result = result("national-2025", &[], 4);
    let html = page::render(&result, Lang::Zh).expect("a page");
    let own = html.split("id=\"result\">").next().expect("the page");
    for words in ["THE ANSWER", "Leverage", "J-curve", "national company"] {
        assert!(!own.contains(words), "{words}");
    }
    for words in ["实缴", "认缴", "杠杆倍数", "回购", "亿"] {
        assert!(own.contains(words), "{words}");
    }
}

#[test]
fn the_vendored_library_has_its_licence_and_cannot_end_its_element() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/vendor/echarts");
    let read = |name: &str| fs::read_to_string(format!("{folder}/{name}")).expect(name);
    assert!(read("LICENSE").contains("Apache License"));
    assert!(read("NOTICE").contains("ECharts"));
    let result = result("reference-r1", &[], 4);
    let html = page::render(&result, Lang::En).expect("a page");
    let ends = html.matches("</script").count();
    assert_eq!(ends, 3, "one end for each element");
}
