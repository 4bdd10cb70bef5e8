//! An independent reader of a path's books.
//!
//! It sees nothing but what `tierfund trace --format json` prints, rebuilds fees, calls, waterfalls, equalisation and
//! residual value of every tier from companies' events and the terms, and compares them with the flows of the trace.
//! Planted faults show that each account can fail.

mod account;
mod books;
#[allow(dead_code)] // one file for all tests of the command
#[path = "../support/command.rs"]
mod command;
mod faults;
mod json;
mod nav;
mod rules;
mod tiers;

use books::audit;
use json::{no_number_is_missing, trace};

const NATIONAL: &str = "scenarios/national-2025.toml";
const REFERENCE: &str = "scenarios/reference-r1.toml";
const ALL_FEATURES: &str = "tests/scenarios/all-features.toml";
const AS_OF: &str = "scenarios/as-of-2027.toml";
const TWO_STAGES: &str = "tests/scenarios/two-stages.toml";

/// Fails unless every account of the path agrees.
fn agrees(scenario: &str, path: u32, sets: &[&str]) {
    let trace = trace(scenario, path, sets);
    no_number_is_missing(&trace, "");
    assert!(trace["regions"][0]["sub_funds"][0]["companies"][0].is_object());
    let found = audit(&trace);
    assert!(
        found.is_empty(),
        "{scenario}, path {path}, {sets:?}: {found:?}"
    );
}

#[test]
fn the_national_fund_agrees() {
    agrees(NATIONAL, 0, &[]);
    agrees(NATIONAL, 7, &[]);
}

#[test]
fn the_reference_workload_agrees() {
    for path in 0..3 {
        agrees(REFERENCE, path, &[]);
    }
}

#[test]
fn a_programme_of_two_stages_agrees() {
    for path in 0..3 {
        agrees(TWO_STAGES, path, &[]);
    }
}

#[test]
fn a_second_batch_agrees() {
    agrees("scenarios/second-batch.toml", 3, &[]);
}

/// Regional funds put money into companies themselves.
const DIRECT: [&str; 7] = [
    "direct.mix.early_mid=0",
    "direct.cheque_mean=3亿",
    "direct.cheque_cv=0.5",
    "direct.pace_years=6",
    "direct.skill=0.25",
    "direct.mix.growth=0.6",
    "direct.mix.late=0.4",
];

#[test]
fn direct_projects_agree() {
    agrees(NATIONAL, 0, &DIRECT);
    agrees("scenarios/second-batch.toml", 1, &DIRECT);
    let hold = [&DIRECT[..], &["national.at_term=hold_nav"]].concat();
    agrees(NATIONAL, 2, &hold);
}

/// Public LPs pass part of their profit on, to either receiver on either level.
#[test]
fn concessions_agree() {
    let terms = |sub_fund: &'static str, region: &'static str| {
        [
            "terms.sub_fund.concession.share=0.3",
            sub_fund,
            "terms.region.concession.share=0.2",
            region,
        ]
    };
    let mixed = terms(
        "terms.sub_fund.concession.to=gp",
        "terms.region.concession.to=other_lps",
    );
    agrees(NATIONAL, 0, &mixed);
    let same = terms(
        "terms.sub_fund.concession.to=other_lps",
        "terms.region.concession.to=other_lps",
    );
    agrees(NATIONAL, 3, &[&same[..], &DIRECT[..]].concat());
}

/// Actual sub-funds and projects with a past, on fees of every basis.
#[test]
fn as_of_runs_agree() {
    agrees(AS_OF, 0, &[]);
    let worthless = [
        "region.gba.fund.closed.nav=0",
        "region.yrd.fund.closed.paid_in=10亿",
        "region.jjj.fund.closed.distributed=0.7亿",
        "region.gba.project.paid.nav=0",
        "terms.sub_fund.fee.basis=invested_cost",
        "national.at_term=hold_nav",
    ];
    agrees(AS_OF, 1, &worthless);
    let on_commitments = [
        "terms.sub_fund.fee.basis=committed",
        "region.jjj.fund.closed.nav=0",
        "region.jjj.fund.closed.distributed=2亿",
    ];
    agrees(AS_OF, 2, &on_commitments);
    let overlaid = [
        "national.as_of=1.5",
        "region.gba.fund.past.count=3",
        "region.gba.fund.past.size=8亿",
        "region.gba.fund.past.regional_share=0.2",
        "region.gba.fund.past.launch=0.3",
        "region.gba.fund.past.paid_in=4亿",
        "region.gba.fund.past.nav=5亿",
        "region.gba.fund.past.distributed=1亿",
        "region.gba.project.signed.nav=1亿",
        "region.yrd.fund.signed.launch=1.5",
    ];
    agrees(ALL_FEATURES, 1, &overlaid);
}

/// Regional funds hold cash between calls and payments, whatever their fees are charged on.
#[test]
fn calls_in_tranches_agree() {
    let third = ["regions.call_policy=tranches", "regions.tranche=0.3"];
    agrees(NATIONAL, 0, &third);
    let at_once = [
        "regions.call_policy=tranches",
        "regions.tranche=1",
        "national.cash_rate=0.05",
        "terms.region.later_fee.basis=paid_in",
        "national.at_term=hold_nav",
    ];
    agrees(NATIONAL, 3, &at_once);
    let small = [
        "regions.call_policy=tranches",
        "regions.tranche=0.013",
        "terms.region.fee.basis=committed",
        "terms.region.later_fee.rate=0",
    ];
    agrees(
        "scenarios/second-batch.toml",
        2,
        &[&small[..], &DIRECT[..]].concat(),
    );
}

/// Every table that a scenario may leave out.
#[test]
fn all_features_agree() {
    agrees(ALL_FEATURES, 0, &[]);
}

#[test]
fn other_terms_agree() {
    let on_commitments = [
        "terms.sub_fund.fee.basis=committed",
        "terms.sub_fund.catch_up=0.5",
        "terms.region.later_fee.basis=paid_in",
        "regions.take_up_model=fixed",
        "national.at_term=hold_nav",
    ];
    agrees(NATIONAL, 1, &on_commitments);
    let on_cost = [
        "terms.sub_fund.fee.basis=invested_cost",
        "terms.sub_fund.later_fee.basis=committed",
        "terms.sub_fund.hurdle=0",
        "terms.region.catch_up=0",
    ];
    agrees(NATIONAL, 2, &on_cost);
}
