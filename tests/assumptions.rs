//! `tierfund run --assumptions sampled` and `tierfund sensitivity`, as a user meets them.

mod support;

use serde_json::Value;
use std::fs;
use std::path::Path;
use support::command::{printed, refused, run};

const NATIONAL: &str = "scenarios/national-2025.toml";

const LITTLE: [&str; 7] = [
    "run",
    NATIONAL,
    "--assumptions",
    "sampled",
    "--worlds",
    "6",
    "--paths=3",
];

fn worlds(more: &[&str]) -> Vec<Value> {
    let text = printed(&[&LITTLE[..], &["--format", "json"], more].concat());
    let json: Value = serde_json::from_str(&text).expect("JSON");
    json["worlds"].as_array().expect("worlds").clone()
}

#[test]
fn the_combined_interval_leads_the_report() {
    let text = printed(&LITTLE);
    let answer = text.find("THE ANSWER\n  Assumptions and luck together");
    let table = text.find("LEVERAGE on committed money, over assumptions and luck");
    assert!(answer.is_some() && answer < table, "{text}");
    assert!(
        text.contains("WHAT IT HANGS ON") && text.contains("6 worlds"),
        "{text}"
    );
    let chinese = printed(&[&LITTLE[..], &["--lang", "zh"]].concat());
    assert!(chinese.contains("假设与运气合并考虑"), "{chinese}");
}

/// Neither threads nor the number of worlds, nor other numbers' ranges, move a world.
#[test]
fn worlds_depend_on_nothing_but_seed_and_number() {
    let base = worlds(&["--threads", "1"]);
    assert_eq!(base.len(), 6);
    assert_eq!(worlds(&["--threads", "3"]), base);
    let fewer = printed(&[
        "run",
        NATIONAL,
        "--assumptions",
        "sampled",
        "--worlds",
        "4",
        "--paths",
        "3",
        "--format",
        "json",
    ]);
    let fewer: Value = serde_json::from_str(&fewer).expect("JSON");
    assert_eq!(fewer["worlds"].as_array().expect("worlds")[..], base[..4]);
    let narrow = worlds(&["--set", "national.cash_rate={base=0.01,low=0.01,high=0.01}"]);
    for (one, other) in base
        .iter()
        .zip(&narrow)
        .filter(|(a, b)| a["redrawn"] == b["redrawn"])
    {
        let values = |world: &Value| world["values"].as_object().expect("values").clone();
        let (mut one, other) = (values(one), values(other));
        assert!(one.remove("national.cash_rate").is_some());
        assert_eq!(one, other);
    }
    assert_ne!(worlds(&["--seed", "2"])[0]["values"], base[0]["values"]);
}

/// With no number uncertain but one that moves no leverage, all variance of leverage is luck, and worlds agree to the bit.
#[test]
fn what_moves_nothing_makes_no_variance() {
    let text = fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/reference-r1.toml"),
    )
    .expect("the file");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("assumptions_idle");
    fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("idle.toml");
    fs::write(&file, text).expect("written");
    let file = file.to_str().expect("UTF-8");
    let base = [
        "run",
        file,
        "--assumptions",
        "sampled",
        "--worlds",
        "4",
        "--paths",
        "8",
        "--format",
        "json",
    ];
    refused(&base, "no number of this scenario has a range");
    let rate = "national.bond_rate={base=0.02,low=0.01,high=0.03}";
    let json: Value =
        serde_json::from_str(&printed(&[&base[..], &["--set", rate]].concat())).expect("JSON");
    let worlds = json["worlds"].as_array().expect("worlds");
    let dpi = |world: &Value| world["means"]["national.dpi"].clone();
    assert!(worlds.iter().all(|world| dpi(world) == dpi(&worlds[0])));
    let rates: Vec<f64> = worlds
        .iter()
        .filter_map(|w| w["values"]["national.bond_rate"].as_f64())
        .collect();
    assert!(rates.len() == 4 && rates[0] != rates[1]);
    assert_eq!(
        json["variance_share_of_assumptions"]["national.dpi"]["share"],
        0.0
    );
    let _ = fs::remove_dir_all(folder);
}

#[test]
fn mistakes_are_refused_before_any_path() {
    let many = ["--worlds", "1000", "--paths", "1_000_000"];
    refused(
        &[&["run", NATIONAL, "--assumptions", "sampled"], &many[..]].concat(),
        "kept in memory",
    );
    refused(
        &["run", NATIONAL, "--worlds", "9"],
        "only with --assumptions sampled",
    );
    refused(
        &["run", NATIONAL, "--assumptions", "sampled", "--paths", "2"],
        "3 paths in each world",
    );
    let pair = |text: &str, what: &str| {
        let set = format!("assumptions.correlation={text}");
        refused(&["run", NATIONAL, "--set", &set], what);
    };
    pair(
        "[[\"national.bond_rat\", \"national.cash_rate\", 0.5]]",
        "did you mean `national.bond_rate`?",
    );
    pair(
        "[[\"national.capital\", \"national.cash_rate\", 0.5]]",
        "has no range",
    );
    pair(
        "[[\"national.cash_rate\", \"national.cash_rate\", 0.5]]",
        "are one number",
    );
    pair(
        "[[\"national.bond_rate\", \"national.cash_rate\", 1.5]]",
        "lies between -1 and 1",
    );
    pair(
        "[[\"national.bond_rate\", \"national.cash_rate\"]]",
        "two keys and their correlation",
    );
    pair(
        "[[\"national.bond_rate\", \"national.cash_rate\", 0.5], [\"national.cash_rate\", \"national.bond_rate\", 0.5]]",
        "stands twice",
    );
    pair(
        "[[\"region.*.take_up_mean\", \"region.*.take_up_mean\", -0.9]]",
        "cannot hold together",
    );
    refused(
        &["sensitivity", NATIONAL, "--on", "national.dip"],
        "did you mean `national.dpi`?",
    );
    refused(
        &["sensitivity", NATIONAL, "--keys", "national.capital"],
        "has no range",
    );
    refused(&["sensitivity", NATIONAL, "--rows", "500"], "powers of two");
    refused(
        &["sensitivity", NATIONAL, "--paths", "63"],
        "an even number",
    );
}

#[test]
fn a_sensitivity_reports_all_three_parts() {
    let base = [
        "sensitivity",
        NATIONAL,
        "--keys",
        "national.bond_rate,sub_funds.requested_share_mean",
        "--rows",
        "16",
        "--trajectories",
        "2",
        "--paths",
        "2",
    ];
    let output = run(&base);
    let plan = String::from_utf8_lossy(&output.stderr);
    assert!(
        plan.contains("tornado 5 x 32 + screening 6 x 8 + indices 64 x 2 = 336 paths"),
        "{plan}"
    );
    let text = String::from_utf8_lossy(&output.stdout);
    for part in [
        "TORNADO: consolidated",
        "SCREENING (Morris): consolidated",
        "INDICES (Sobol): share",
    ] {
        assert!(text.contains(part), "{text}");
    }
    let json =
        |threads: &str| printed(&[&base[..], &["--format", "json", "--threads", threads]].concat());
    let text = json("1");
    assert_eq!(text, json("2"));
    let json: Value = serde_json::from_str(&text).expect("JSON");
    let leverage = &json["measures"]["leverage.consolidated"];
    assert_eq!(
        leverage["tornado"][0]["key"],
        "sub_funds.requested_share_mean"
    );
    assert_eq!(
        leverage["indices"]["total"]["national.bond_rate"]["value"],
        0.0
    );
}
