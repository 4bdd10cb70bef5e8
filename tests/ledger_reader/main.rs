//! An independent reader of a path's books.
//!
//! It sees nothing but what `tierfund trace --format json` prints, rebuilds fees, calls, waterfalls, equalisation and
//! residual value of every tier from companies' events and the terms, and compares them with the flows of the trace.
//! Planted faults show that each account can fail.

mod account;
mod books;
mod json;
mod rules;

use books::audit;
use json::{list, no_number_is_missing, trace};
use serde_json::{Value, json};
use std::sync::OnceLock;

const NATIONAL: &str = "scenarios/national-2025.toml";
const REFERENCE: &str = "scenarios/reference-r1.toml";
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

/// Every table that a scenario may leave out.
#[test]
fn all_features_agree() {
    agrees("tests/scenarios/all-features.toml", 0, &[]);
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

/// A trace of the national fund small enough to be read many times.
fn small() -> Value {
    static SMALL: OnceLock<Value> = OnceLock::new();
    let sets = [
        "national.capital=100亿",
        "region.*.first_close.total=40亿",
        "region.*.first_close.national=20亿",
        "rules.regional_size_min.threshold=1亿",
    ];
    SMALL.get_or_init(|| trace(NATIONAL, 7, &sets)).clone()
}

/// Plants `fault` and fails unless the reader finds it in `account`.
fn caught(account: &str, fault: impl FnOnce(&mut Value)) {
    let mut broken = small();
    let found = audit(&broken);
    assert!(found.is_empty(), "before the fault: {found:?}");
    let before = broken.clone();
    fault(&mut broken);
    assert!(broken != before, "the fault changes nothing");
    let found = audit(&broken);
    assert!(found.contains(account), "{account} is not among {found:?}");
}

/// The sub-fund with most carry: every kind of flow is there.
fn rich_fund(trace: &mut Value) -> &mut Value {
    let carry = |fund: &Value| -> f64 {
        let flows = list(&fund["flows"], "carry").iter();
        flows.filter_map(Value::as_f64).sum()
    };
    let regions = trace["regions"].as_array_mut().expect("regions");
    let funds = regions
        .iter_mut()
        .flat_map(|region| region["sub_funds"].as_array_mut().expect("sub-funds"));
    let fund = funds.max_by(|a, b| carry(a).total_cmp(&carry(b)));
    let fund = fund.expect("a sub-fund");
    assert!(carry(fund) > 1e6, "a fund with carry");
    fund
}

/// The region with most carry.
fn rich_region(trace: &mut Value) -> &mut Value {
    let carry = |region: &Value| -> f64 {
        let flows = list(&region["flows"], "carry").iter();
        flows.filter_map(Value::as_f64).sum()
    };
    let regions = trace["regions"].as_array_mut().expect("regions").iter_mut();
    let region = regions.max_by(|a, b| carry(a).total_cmp(&carry(b)));
    region.expect("a region")
}

/// The largest amount of a series.
fn largest(series: &mut Value) -> &mut Value {
    let amounts = series.as_array_mut().expect("a series");
    let size = |amount: &Value| amount.as_f64().unwrap_or(0.0).abs();
    amounts
        .iter_mut()
        .max_by(|a, b| size(a).total_cmp(&size(b)))
        .expect("an amount")
}

/// Multiplies the largest amount of a series.
fn times(series: &mut Value, factor: f64) {
    let amount = largest(series);
    *amount = json!(amount.as_f64().expect("a number") * factor);
}

/// Multiplies a number.
fn scale(number: &mut Value, factor: f64) {
    *number = json!(number.as_f64().expect("a number") * factor);
}

/// Moves a series a quarter later.
fn late(series: &mut Value) {
    let amounts = series.as_array_mut().expect("a series");
    amounts.rotate_right(1);
}

#[test]
fn a_fee_that_is_dropped_is_found() {
    caught("sub_fund.fees", |trace| {
        times(&mut rich_fund(trace)["flows"]["fees"], 0.0);
    });
}

#[test]
fn a_fee_dropped_from_calls_too_is_found() {
    caught("sub_fund.fees", |trace| {
        let flows = &mut rich_fund(trace)["flows"];
        let fee = largest(&mut flows["fees"]).as_f64().expect("a number");
        let place = list(flows, "fees")
            .iter()
            .position(|found| found.as_f64() == Some(fee));
        let place = place.expect("the fee's quarter");
        flows["fees"][place] = json!(0.0);
        scale(&mut flows["calls"][place], 1.0);
        let call = flows["calls"][place].as_f64().expect("a call");
        flows["calls"][place] = json!(call - fee);
    });
}

#[test]
fn carry_that_is_paid_twice_is_found() {
    caught("sub_fund.carry", |trace| {
        times(&mut rich_fund(trace)["flows"]["carry"], 2.0);
    });
}

#[test]
fn carry_taken_from_the_lps_is_found() {
    caught("sub_fund.distributions", |trace| {
        let flows = &mut rich_fund(trace)["flows"];
        times(&mut flows["distributions"], 0.99);
    });
}

#[test]
fn a_distribution_a_quarter_late_is_found() {
    caught("sub_fund.distributions", |trace| {
        late(&mut rich_fund(trace)["flows"]["distributions"]);
    });
    caught("region.distributions", |trace| {
        late(&mut trace["regions"][0]["flows"]["distributions"]);
    });
}

#[test]
fn money_paid_before_it_came_in_leaves_cash_below_nothing() {
    caught("sub_fund.cash", |trace| {
        let series = &mut rich_fund(trace)["flows"]["distributions"];
        series.as_array_mut().expect("a series").rotate_left(1);
    });
}

#[test]
fn a_holder_of_a_sub_fund_that_is_not_paid_is_found() {
    caught("sub_fund.holders", |trace| {
        rich_fund(trace)["holders"][2]["distributed"] = json!(0.0);
    });
}

#[test]
fn an_lp_of_a_region_that_is_not_paid_is_found() {
    caught("region.lp_distributions", |trace| {
        times(&mut trace["regions"][1]["lps"][2]["distributions"], 0.0);
    });
}

#[test]
fn a_holder_of_a_sub_fund_that_is_left_out_is_found() {
    caught("sub_fund.size", |trace| {
        let holders = &mut rich_fund(trace)["holders"];
        holders.as_array_mut().expect("holders").pop();
    });
}

#[test]
fn a_cheque_that_is_lost_is_found() {
    caught("company.cheques", |trace| {
        let companies = &mut rich_fund(trace)["companies"];
        companies.as_array_mut().expect("companies").remove(0);
    });
}

/// The company with the highest proceeds.
fn best_company(trace: &mut Value) -> &mut Value {
    let companies = rich_fund(trace)["companies"]
        .as_array_mut()
        .expect("companies");
    let proceeds = |company: &Value| company["proceeds"].as_f64().unwrap_or(0.0);
    let best = companies
        .iter_mut()
        .max_by(|a, b| proceeds(a).total_cmp(&proceeds(b)));
    best.expect("a company")
}

#[test]
fn an_exit_that_is_counted_twice_is_found() {
    let twice = |trace: &mut Value| {
        let receipts = best_company(trace)["receipts"]
            .as_array_mut()
            .expect("receipts");
        let again = receipts[0].clone();
        receipts.push(again);
    };
    caught("company.receipts", twice);
    caught("company.cost", twice);
    caught("company.proceeds", twice);
}

#[test]
fn an_exit_before_the_first_cheque_is_found() {
    caught("company.history", |trace| {
        best_company(trace)["receipts"][0]["quarter"] = json!(0);
    });
}

#[test]
fn value_that_is_lost_is_found() {
    caught("company.residual", |trace| {
        best_company(trace)["receipts"][0]["held"] = json!(true);
    });
    caught("sub_fund.returns", |trace| {
        rich_fund(trace)["returns"]["residual"] = json!(1e6);
    });
    caught("national.returns", |trace| {
        scale(&mut trace["national"]["returns"]["distributed"], 0.999);
    });
}

#[test]
fn a_claim_that_takes_too_much_is_found() {
    caught("sub_fund.waterfall", |trace| {
        let line = &mut rich_fund(trace)["waterfall"][0]["capital"];
        scale(line, 1.01);
    });
    caught("region.waterfall", |trace| {
        let line = &mut trace["regions"][0]["waterfall"][0]["capital"];
        scale(line, 1.01);
    });
}

#[test]
fn a_part_of_a_region_that_is_not_its_own_is_found() {
    caught("region.sub_fund_calls", |trace| {
        times(&mut trace["regions"][0]["flows"]["sub_fund_calls"], 1.001);
    });
    caught("region.sub_fund_distributions", |trace| {
        times(
            &mut trace["regions"][2]["flows"]["sub_fund_distributions"],
            1.001,
        );
    });
}

#[test]
fn fees_and_carry_of_a_region_are_found() {
    caught("region.fees", |trace| {
        times(&mut trace["regions"][0]["flows"]["fees"], 1.5);
    });
    caught("region.carry", |trace| {
        times(&mut rich_region(trace)["flows"]["carry"], 2.0);
    });
    caught("region.cash", |trace| {
        times(&mut rich_region(trace)["flows"]["carry"], 2.0);
    });
    caught("region.fee_budget", |trace| {
        scale(&mut trace["regions"][0]["fee_budget"], 0.9);
    });
    caught("sub_fund.fee_budget", |trace| {
        scale(&mut rich_fund(trace)["fee_budget"], 1.1);
    });
}

#[test]
fn equalisation_that_is_dropped_is_found() {
    caught("region.equalisation", |trace| {
        times(&mut trace["regions"][0]["lps"][0]["equalisation"], 0.0);
    });
    caught("region.lp_calls", |trace| {
        let lp = &mut trace["regions"][0]["lps"][0];
        let evened = largest(&mut lp["equalisation"]).as_f64().expect("a number");
        let series = list(lp, "equalisation").iter();
        let mut places = series
            .enumerate()
            .filter(|(_, found)| found.as_f64() == Some(evened));
        let (place, _) = places.next().expect("the quarter of a close");
        let call = lp["calls"][place].as_f64().expect("a call");
        lp["calls"][place] = json!(call - evened);
    });
}

#[test]
fn a_commitment_that_is_left_out_of_a_close_is_found() {
    caught("region.commitments", |trace| {
        let close = &mut trace["regions"][0]["closes"][1]["commitments"];
        close.as_array_mut().expect("commitments").pop();
    });
}

#[test]
fn running_costs_that_are_dropped_are_found() {
    caught("national.running_cost", |trace| {
        times(&mut trace["national"]["running_cost"], 0.0);
    });
}

#[test]
fn money_that_stays_between_treasury_and_regions_is_found() {
    caught("national.calls", |trace| {
        times(&mut trace["national"]["calls"], 0.99);
    });
    caught("national.distributions", |trace| {
        times(&mut trace["national"]["distributions"], 0.99);
    });
    caught("national.cash", |trace| {
        times(&mut trace["national"]["distributions"], 1.01);
    });
    caught("national.placed", |trace| {
        scale(&mut trace["national"]["placed"], 1.01);
    });
}
