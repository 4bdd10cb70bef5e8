//! The commands that compare: `compare`, `rules` and `goal`, as a user meets them, and what common luck is worth.

mod support;

use serde_json::Value;
use std::fs;
use std::path::Path;
use support::command::{printed, refused};
use support::scenario;
use tierfund::comparison::asked::Selection;
use tierfund::comparison::{Comparison, Side};
use tierfund::report::table::{WIDTH, columns};
use tierfund::simulation::simulate;

const NATIONAL: &str = "scenarios/national-2025.toml";
const REFERENCE: &str = "scenarios/reference-r1.toml";
const LOW: &str = "scenarios/low-leverage.toml";
const HIGH: &str = "scenarios/high-leverage.toml";

fn json(arguments: &[&str]) -> Value {
    let all = [arguments, &["--format", "json"]].concat();
    serde_json::from_str(&printed(&all)).expect("one JSON object")
}

#[test]
fn mistakes_in_a_comparison_are_refused_with_a_hint() {
    // So many paths that only a refusal before the first of them ends in time.
    let many = ["--paths", "500000"];
    let refused = |arguments: &[&str], what: &str| refused(&[arguments, &many].concat(), what);
    refused(&["compare", NATIONAL], "OTHERS");
    refused(
        &["compare", NATIONAL, "scenarios/nowhere.toml"],
        "nowhere.toml",
    );
    let metrics = |asked: &str, what: &str| {
        refused(&["compare", LOW, HIGH, "--metrics", asked], what);
    };
    metrics("national.dip", "did you mean `national.dpi`");
    metrics("leverage.*,national.dip>=1", "did you mean `national.dpi`");
    metrics("nothing.*", "no metric is called like");
    metrics("national.dpi>=much", "no threshold");
    metrics("national.dpi>1", "no event");
    metrics("national.dpi,,fiscal.npv", "no metric");
    refused(
        &["compare", LOW, HIGH, "--set", "national.bond_rat=3%"],
        "did you mean `bond_rate`",
    );
    refused(
        &[
            "compare",
            LOW,
            HIGH,
            "--set",
            "sub_funds.min_viable_size=1000亿",
        ],
        "min_viable_size",
    );
}

#[test]
fn more_paths_than_memory_holds_are_refused() {
    for command in [
        &["compare", LOW, HIGH][..],
        &["rules", NATIONAL],
        &[
            "goal",
            NATIONAL,
            "--target",
            "national.dpi>=1",
            "--by",
            "national.bond_rate",
        ],
    ] {
        refused(&[command, &["--paths", "4_000_000_000"]].concat(), "memory");
        refused(&[command, &["--paths", "0"]].concat(), "at least 1 path");
    }
}

#[test]
fn mistakes_in_a_goal_are_refused_with_a_hint() {
    let goal = |target: &str, by: &str, more: &[&str], what: &str| {
        let all = [
            "goal", NATIONAL, "--paths", "500000", "--target", target, "--by", by,
        ];
        refused(&[&all, more].concat(), what);
    };
    let (target, by) = (
        "leverage.consolidated>=10",
        "sub_funds.requested_share_mean",
    );
    goal(
        "leverage.consolidatd>=10",
        by,
        &[],
        "did you mean `leverage.consolidated`",
    );
    goal("leverage.consolidated=10", by, &[], "no event");
    goal("leverage.consolidated>=", by, &[], "no event");
    goal("leverage.consolidated>=ten", by, &[], "no threshold");
    goal(target, "sub_funds.requested_share_men", &[], "did you mean");
    goal(target, "sub_funds.ticket", &[], "is not a number");
    goal(
        target,
        "sub_funds.requested_share_mean=0.3:0.1",
        &[],
        "empty",
    );
    goal(target, "sub_funds.requested_share_mean=0.2", &[], "lo:hi");
    goal(
        target,
        "sub_funds.requested_share_mean=0.1:2",
        &[],
        "lies between",
    );
    goal(target, "national.capital", &[], "has no range");
    goal(target, "national.term=25:30", &[], "at most 20 years");
    goal(target, by, &["--probability", "1.5"], "between 0 and 1");
    goal(target, by, &["--probability", "often"], "between 0 and 1");
    refused(
        &["rules", NATIONAL, "--set", "rules.valuation_max.mode=of"],
        "off",
    );
}

#[test]
fn a_comparison_reads_in_both_languages_and_fits_the_page() {
    let arguments = ["compare", LOW, HIGH, "--paths", "40", "--quiet"];
    let en = printed(&arguments);
    for part in [
        "high-leverage AGAINST low-leverage",
        "THE ANSWER",
        "WHAT IS DIFFERENT",
        "LEVERAGE on committed money",
        "DIFFERENCE OF QUANTILES",
        "QUANTILES OF THE DIFFERENCES",
        "PROBABILITIES",
    ] {
        assert!(en.contains(part), "{part}: {en}");
    }
    let zh = printed(&[&arguments[..], &["--lang", "zh"]].concat());
    for part in ["结论", "分位数之差", "差异的分位数", "概率对比"] {
        assert!(zh.contains(part), "{part}: {zh}");
    }
}

#[test]
fn a_comparison_has_the_provenance_of_both_and_does_not_depend_on_threads() {
    let arguments = [
        "compare", LOW, HIGH, NATIONAL, "--paths", "33", "--seed", "7",
    ];
    let one = printed(&[&arguments[..], &["--format", "json", "--threads", "1"]].concat());
    let three = printed(&[&arguments[..], &["--format", "json", "--threads", "3"]].concat());
    assert_eq!(one, three);
    let object: Value = serde_json::from_str(&one).expect("one JSON object");
    assert_eq!(object["schema_version"], 1);
    let comparisons = object["comparisons"].as_array().expect("a list");
    assert_eq!(comparisons.len(), 2);
    for (comparison, other) in comparisons.iter().zip(["high-leverage", "national-2025"]) {
        assert_eq!(comparison["base"]["scenario"], "low-leverage");
        assert_eq!(comparison["other"]["scenario"], other);
        assert_eq!(comparison["other"]["seed"], 7);
        let leverage = &comparison["metrics"]["leverage.consolidated"];
        assert!(leverage["difference"].as_f64().expect("a number") > 1.0);
        assert_eq!(leverage["verdict"]["real"], true);
        assert!(leverage["difference_of_quantiles"]["p5"]["interval"][0].is_number());
        assert!(leverage["quantiles_of_differences"]["p95"]["at"].is_number());
    }
}

#[test]
fn the_same_scenario_twice_differs_by_nothing() {
    let object = json(&["compare", NATIONAL, NATIONAL, "--paths", "20"]);
    let comparison = &object["comparisons"][0];
    assert_eq!(comparison["keys"].as_array().map(Vec::len), Some(0));
    for (name, metric) in comparison["metrics"].as_object().expect("metrics") {
        assert_eq!(metric["difference"], 0.0, "{name}");
        assert_eq!(metric["verdict"]["real"], false, "{name}");
    }
    for (name, event) in comparison["probabilities"].as_object().expect("events") {
        assert_eq!(event["difference"], 0.0, "{name}");
        assert_eq!(event["verdict"]["real"], false, "{name}");
    }
    let text = printed(&["compare", NATIONAL, NATIONAL, "--paths", "20"]);
    assert!(text.contains("nothing can differ"), "{text}");
}

/// Another structure altogether: what only one of the two has is listed, what is asked for and not in both is no error.
#[test]
fn scenarios_of_different_structures_compare_what_they_share() {
    let arguments = ["compare", NATIONAL, REFERENCE, "--paths", "4", "--metrics"];
    let object = json(
        &[
            &arguments[..],
            &["region.*.dpi,national.dpi,sub_funds.closed"],
        ]
        .concat(),
    );
    let comparison = &object["comparisons"][0];
    let metrics = comparison["metrics"].as_object().expect("metrics");
    let names: Vec<&String> = metrics.keys().collect();
    assert_eq!(names, ["national.dpi", "sub_funds.closed"]);
    let alone = |side: &str, name: &str| {
        let names = comparison[side].as_array().expect("a list");
        assert!(names.iter().any(|found| found == name), "{side} {name}");
    };
    alone("only_base", "region.gba.dpi");
    alone("only_other", "region.one.dpi");
    let text = printed(&["compare", NATIONAL, REFERENCE, "--paths", "4"]);
    assert!(text.contains("Only reference-r1 has"), "{text}");
}

#[test]
fn prices_of_rules_read_in_both_languages() {
    let arguments = ["rules", NATIONAL, "--paths", "4", "--quiet"];
    let en = printed(&arguments);
    for part in [
        "WHAT EACH RULE COSTS OR BRINGS",
        "Not binding.",
        "Outcomes are measured and not priced",
        "PRICES ON LEVERAGE",
        "WITHOUT THE RULE",
    ] {
        assert!(en.contains(part), "{part}: {en}");
    }
    let zh = printed(&[&arguments[..], &["--lang", "zh"]].concat());
    for part in ["每项规则的代价与收益", "未构成约束", "结果性指标"] {
        assert!(zh.contains(part), "{part}: {zh}");
    }
}

/// Fails if a line takes more columns of a terminal than a report should.
fn is_narrow(text: &str) {
    for line in text.lines() {
        assert!(columns(line) <= WIDTH, "{} columns: {line}", columns(line));
    }
}

/// Scenarios with long numbers too, whose tables on leverage stand in two parts.
#[test]
fn prices_of_rules_fit_a_page_in_both_languages() {
    for scenario in [NATIONAL, "tests/scenarios/all-features.toml"] {
        for lang in ["en", "zh"] {
            let arguments = ["rules", scenario, "--paths", "3", "--quiet", "--lang", lang];
            is_narrow(&printed(&arguments));
        }
    }
}

/// 15000 in the one region, 600 sub-funds of 25 of which the region pays s: counted once 2 - s, so 1.6 at s = 40%.
#[test]
fn a_goal_is_found_and_told() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("goal.toml");
    let reference = Path::new(env!("CARGO_MANIFEST_DIR")).join(REFERENCE);
    let text = format!(
        "extends = \"{}\"\n[region.one.listed.all]\nregional_share = 0.9\n",
        reference.display()
    );
    fs::write(&file, text).expect("a file for the test");
    let file = file.to_str().expect("the path is UTF-8");
    let by = "region.one.listed.all.regional_share=10%:90%";
    let arguments = [
        "goal",
        file,
        "--target",
        "leverage.consolidated>=1.6",
        "--by",
        by,
    ];
    let text = printed(&[&arguments[..], &["--paths", "2"]].concat());
    assert!(text.contains("= 40.00%"), "{text}");
    assert!(text.contains("Up to there the target is met"), "{text}");
    let object = json(&[&arguments[..], &["--paths", "2"]].concat());
    assert_eq!(object["found"]["outcome"], "root");
    let value = object["found"]["value"].as_f64().expect("a number");
    assert!((value - 0.4).abs() < 1e-6, "{value}");
    let target = "leverage.consolidated>=3";
    let nowhere = ["goal", file, "--target", target, "--by", by, "--paths", "2"];
    let text = printed(&nowhere);
    assert!(text.contains("No value of"), "{text}");
    let zh = printed(&[&nowhere[..], &["--lang", "zh"]].concat());
    assert!(zh.contains("无一取值可达目标"), "{zh}");
}

/// How many times fewer paths common luck needs for the mean national DPI of the base: the table of docs/comparison.md.
///
/// `cargo test --release --test comparisons -- --ignored --nocapture` takes some minutes.
#[test]
#[ignore = "seven runs of 4000 paths"]
fn common_luck_saves_paths() {
    let e = 1.020_201_34;
    let fail = [
        ("seed", 0.26),
        ("start_up", 0.195),
        ("early_mid", 0.14),
        ("growth", 0.085),
        ("late", 0.055),
    ];
    let fail: Vec<String> = fail
        .iter()
        .map(|(stage, weight)| format!("stage.{stage}.weights.fail={}", weight * e))
        .collect();
    let fail: Vec<&str> = fail.iter().map(String::as_str).collect();
    let cases: [(&[&str], f64); 6] = [
        (&["terms.sub_fund.hurdle=0.06"], 1000.0),
        (&["terms.sub_fund.carry=0.25"], 300.0),
        (&fail, 500.0),
        (&["region.*.take_up_mean=0.52"], 50.0),
        (&["sub_funds.share_cap=0.28"], 20.0),
        (&["rules.early_stage_min.threshold=0.65"], 20.0),
    ];
    let base = scenario("national-2025", &[]);
    let paths = simulate(&base, 1, 0..4000).expect("paths");
    let base = Side {
        scenario: &base,
        outcomes: &paths,
    };
    let selection = Selection::of(["national.dpi"], &paths.specs).expect("a metric");
    for (sets, least) in cases {
        let other = scenario("national-2025", sets);
        let outcomes = &simulate(&other, 1, 0..4000).expect("paths");
        let side = Side {
            scenario: &other,
            outcomes,
        };
        let found = Comparison::new(base, side, 1, &selection);
        let dpi = found.metrics.get("national.dpi").expect("the metric");
        let ratio = dpi.variance_ratio.unwrap_or(f64::INFINITY);
        println!(
            "{sets:?}: {:?} {:?}, {ratio:.0} times",
            dpi.difference, dpi.interval
        );
        assert!(ratio >= least, "{sets:?}: {ratio} < {least}");
    }
}
