//! Every shipped scenario runs, and each overlay does what its title says.
//!
//! Two scenarios on one seed share their luck, so that a few paths show a difference that many would hide.

mod support;

use std::fs;
use support::scenario;
use tierfund::outcomes::Outcomes;
use tierfund::report::Names;
use tierfund::report::catalogue::Lang;
use tierfund::simulation::simulate;

/// Paths on common luck.
const PATHS: u64 = 24;
const BASE: &str = "national-2025";

fn run(name: &str, sets: &[&str]) -> Outcomes {
    simulate(&scenario(name, sets), 1, 0..PATHS).expect("a valid run")
}

fn column(outcomes: &Outcomes, metric: &str) -> Vec<f64> {
    let column = outcomes.column(metric);
    column.unwrap_or_else(|| panic!("no metric {metric}"))
}

fn mean(outcomes: &Outcomes, metric: &str) -> f64 {
    let column = column(outcomes, metric);
    column.iter().sum::<f64>() / column.len() as f64
}

/// Whether `metric` is larger in `more` than in `less` on every path.
fn always_above(more: &Outcomes, less: &Outcomes, metric: &str) -> bool {
    let (more, less) = (column(more, metric), column(less, metric));
    more.iter().zip(&less).all(|(more, less)| more > less)
}

/// Money of all sub-funds that went into early stages, over paths.
fn early_money(outcomes: &Outcomes) -> f64 {
    let share = column(outcomes, "sub_funds.early_stage_share");
    let closed = column(outcomes, "sub_funds.closed");
    let size = column(outcomes, "sub_funds.mean_size");
    let paths = share.iter().zip(&closed).zip(&size);
    paths
        .map(|((share, closed), size)| share * closed * size)
        .sum()
}

#[test]
fn every_shipped_scenario_runs() {
    let folder = format!("{}/scenarios", env!("CARGO_MANIFEST_DIR"));
    let mut seen = 0;
    for entry in fs::read_dir(folder).expect("the folder of scenarios") {
        let name = entry.expect("an entry").file_name();
        let Some(name) = name.to_str().and_then(|name| name.strip_suffix(".toml")) else {
            continue;
        };
        let outcomes = simulate(&scenario(name, &[]), 1, 0..3).expect("a valid run");
        assert!(mean(&outcomes, "leverage.consolidated") >= 1.0, "{name}");
        assert!(mean(&outcomes, "companies.funded") > 100.0, "{name}");
        seen += 1;
    }
    assert!(seen >= 8, "{seen} files");
}

#[test]
fn the_leverage_corners_lie_on_both_sides_of_the_base_on_every_path() {
    let (low, base, high) = (
        run("low-leverage", &[]),
        run(BASE, &[]),
        run("high-leverage", &[]),
    );
    for rung in ["consolidated", "summed", "social", "regional", "sub_fund"] {
        let metric = format!("leverage.{rung}");
        assert!(always_above(&base, &low, &metric), "{rung}");
        assert!(always_above(&high, &base, &metric), "{rung}");
    }
    assert!(mean(&low, "leverage.consolidated") < 6.0);
    assert!(mean(&high, "leverage.consolidated") > 14.0);
}

#[test]
fn each_key_of_a_leverage_corner_pulls_its_own_way() {
    let back = |name: &str, set: &str| mean(&run(name, &[set]), "leverage.consolidated");
    let low = mean(&run("low-leverage", &[]), "leverage.consolidated");
    for set in [
        "regions.take_up_model=stochastic",
        "regions.sub_fund_share=0.85",
        "regions.pace_years=5.5",
        "region.*.take_up_mean=0.5",
        "sub_funds.ticket=share",
        "sub_funds.requested_share_mean=0.2",
        "sub_funds.raised_mean=0.7",
    ] {
        let raised = back("low-leverage", set);
        assert!(raised > low, "{set}: {raised} against {low}");
    }
    let high = mean(&run("high-leverage", &[]), "leverage.consolidated");
    for set in [
        "regions.sub_fund_share=0.85",
        "region.*.take_up_mean=0.5",
        "sub_funds.requested_share_mean=0.2",
        "sub_funds.share_cap=0.3",
        "sub_funds.lp_count=6",
        "sub_funds.lp_concentration=1",
    ] {
        let lowered = back("high-leverage", set);
        assert!(lowered < high, "{set}: {lowered} against {high}");
    }
}

#[test]
fn a_second_batch_takes_all_that_later_closes_took_and_leaves_the_first_funds_as_registered() {
    let scenario = scenario("second-batch", &[]);
    let mut paths = 0;
    support::replay(&scenario, 1, 4, |workspace| {
        let closes = &workspace.programme.closes;
        assert_eq!(closes.len(), 5);
        assert!(closes.iter().all(|closes| closes.len() == 1));
        let dates: Vec<f64> = closes.iter().map(|closes| closes[0].time).collect();
        assert_eq!(dates, [0.0, 0.0, 0.0, 2.0, 2.0]);
        let national: f64 = closes.iter().map(|closes| closes[0].national).sum();
        // Running costs of 0.05% a year over 20 years stay behind.
        assert!((national - 990e8).abs() < 1.0, "{national}");
        assert!((closes[1][0].total - 471e8).abs() < 1.0);
        let sub_funds = &workspace.programme.funds;
        let first_of = |region: u32| {
            let funds = sub_funds.iter().filter(|f| f.region == region);
            funds.map(|f| f.launch).fold(f64::INFINITY, f64::min)
        };
        assert!((0..5).all(|region| first_of(region).is_finite()));
        assert!(first_of(3) >= 2.75 && first_of(4) >= 2.75 && first_of(0) < 1.0);
        paths += 1;
    });
    assert_eq!(paths, 4);
}

#[test]
fn a_downturn_costs_leverage_and_listings() {
    let (base, downturn) = (run(BASE, &[]), run("downturn", &[]));
    for metric in [
        "leverage.consolidated",
        "exits.listing.count",
        "sub_funds.closed",
    ] {
        let (less, more) = (mean(&downturn, metric), mean(&base, metric));
        assert!(less < more, "{metric}: {less} against {more}");
    }
}

#[test]
fn an_ordinary_term_ends_after_ten_years_and_pays_back_less() {
    let (base, ordinary) = (run(BASE, &[]), run("ordinary-10-year", &[]));
    let structure = support::structure(&scenario("ordinary-10-year", &[]));
    assert_eq!(structure.quarters, 40);
    for metric in ["leverage.consolidated", "companies.funded"] {
        assert!(always_above(&base, &ordinary, metric), "{metric}");
    }
    assert!(mean(&base, "national.dpi") > mean(&ordinary, "national.dpi"));
}

#[test]
fn without_the_floor_less_money_goes_to_early_stages_and_leverage_stays() {
    let (base, without) = (run(BASE, &[]), run("no-early-floor", &[]));
    assert!(early_money(&without) < 0.6 * early_money(&base));
    assert!(always_above(&base, &without, "companies.funded"));
    let leverage = |outcomes| column(outcomes, "leverage.consolidated");
    assert_eq!(leverage(&without), leverage(&base));
    // With the floor back, the same mix keeps it.
    let back = run("no-early-floor", &["rules.early_stage_min.mode=enforce"]);
    assert!(mean(&back, "sub_funds.early_stage_share") >= 0.7);
}

/// The announced numbers are there on every path, and the programme as a whole is about as large.
#[test]
fn signed_intents_are_given_and_the_rest_is_raised() {
    let scenario = scenario("signed-intents", &[]);
    support::replay(&scenario, 1, 4, |workspace| {
        let programme = &workspace.programme;
        let signed = programme.funds.iter().filter(|f| f.launch == 0.5);
        assert_eq!(signed.count(), 49);
        let direct = programme.direct.projects.iter();
        assert_eq!(direct.filter(|p| p.entrant.time == 0.25).count(), 27);
    });
    let (base, signed) = (run(BASE, &[]), run("signed-intents", &[]));
    for metric in ["leverage.consolidated", "sub_funds.closed"] {
        let (one, other) = (mean(&signed, metric), mean(&base, metric));
        assert!((one / other - 1.0).abs() < 0.03, "{metric}: {one} {other}");
    }
}

/// A state one and a half years in is taken over, and leaves the outlook about where it was.
#[test]
fn a_programme_continued_from_a_state_ends_near_the_base() {
    let (base, continued) = (run(BASE, &[]), run("as-of-2027", &[]));
    for metric in ["leverage.consolidated", "sub_funds.closed", "national.dpi"] {
        let (one, other) = (mean(&continued, metric), mean(&base, metric));
        assert!((one / other - 1.0).abs() < 0.05, "{metric}: {one} {other}");
    }
    // Lower marks of what is held cost returns and no leverage.
    let marked = [
        "region.*.fund.closed.nav=0.5亿",
        "region.*.project.paid.nav=0.5亿",
    ];
    let marked = run("as-of-2027", &marked);
    let leverage = |outcomes| column(outcomes, "leverage.consolidated");
    assert_eq!(leverage(&marked), leverage(&continued));
    let lost = mean(&continued, "national.dpi") - mean(&marked, "national.dpi");
    assert!(lost > 0.03, "{lost}");
}

#[test]
fn a_chinese_report_has_the_overlay_s_own_title_or_the_english_one() {
    let title = |sets: &[&str]| {
        let names = Names::of(&scenario("downturn", sets));
        names.title(Lang::Zh).to_owned()
    };
    assert!(title(&[]).contains("低迷开局"), "{}", title(&[]));
    assert_eq!(title(&["title=Another"]), "Another");
}
