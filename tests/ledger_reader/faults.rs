//! Faults planted into a trace: each must be found in the account that it belongs to.

use super::books::audit;
use super::json::{list, trace};
use super::nav::Market;
use super::{ALL_FEATURES, AS_OF, NATIONAL};
use serde_json::{Value, json};
use std::sync::OnceLock;

/// One test for each fault: its name, the account in which it must be found, and what it does to the trace that is
/// named before.
macro_rules! faults {
    ($([$trace:ident] $($name:ident: $account:literal, $fault:expr;)*)*) => {
        $($(
            #[test]
            fn $name() {
                caught(&$trace(), $account, $fault);
            }
        )*)*

        /// Every account that a fault belongs to.
        const FOUND: &[&str] = &[$($($account,)*)*];
    };
}

faults! {
    [small]
    cheque_lost: "company.cheques", |trace| { entries(&mut rich_fund(trace)["companies"]).remove(0); };
    exit_twice_in_the_fund: "company.receipts", exit_twice;
    exit_twice_in_the_cost: "company.cost", exit_twice;
    exit_twice_in_the_company: "company.proceeds", exit_twice;
    exit_called_value: "company.residual", |trace| best_company(trace)["receipts"][0]["held"] = json!(true);
    exit_before_the_cheque: "company.history", |trace| best_company(trace)["receipts"][0]["quarter"] = json!(0);

    sub_fund_fee_dropped: "sub_fund.fees", |trace| times(&mut rich_fund(trace)["flows"]["fees"], 0.0);
    sub_fund_fee_dropped_from_calls_too: "sub_fund.fees", fee_not_charged;
    sub_fund_fee_budget_too_large: "sub_fund.fee_budget", |trace| scale(&mut rich_fund(trace)["fee_budget"], 1.1);
    sub_fund_call_too_small: "sub_fund.calls", |trace| times(&mut rich_fund(trace)["flows"]["calls"], 0.9);
    sub_fund_carry_twice: "sub_fund.carry", |trace| times(&mut rich_fund(trace)["flows"]["carry"], 2.0);
    sub_fund_distribution_cut: "sub_fund.distributions", |trace| times(&mut rich_fund(trace)["flows"]["distributions"], 0.99);
    sub_fund_distribution_late: "sub_fund.distributions", |trace| late(&mut rich_fund(trace)["flows"]["distributions"]);
    sub_fund_distribution_early: "sub_fund.cash", |trace| {
        entries(&mut rich_fund(trace)["flows"]["distributions"]).rotate_left(1);
    };
    sub_fund_claim_too_large: "sub_fund.waterfall", |trace| scale(&mut rich_fund(trace)["waterfall"][0]["capital"], 1.01);
    sub_fund_holder_unpaid: "sub_fund.holders", |trace| rich_fund(trace)["holders"][2]["distributed"] = json!(0.0);
    sub_fund_holder_left_out: "sub_fund.size", |trace| { entries(&mut rich_fund(trace)["holders"]).pop(); };
    sub_fund_value_invented: "sub_fund.returns", |trace| rich_fund(trace)["returns"]["residual"] = json!(1e6);

    region_part_of_calls: "region.sub_fund_calls", |trace| times(&mut region(trace)["flows"]["sub_fund_calls"], 1.001);
    region_part_of_distributions: "region.sub_fund_distributions", |trace| {
        times(&mut region(trace)["flows"]["sub_fund_distributions"], 1.001);
    };
    region_fee_too_large: "region.fees", |trace| times(&mut region(trace)["flows"]["fees"], 1.5);
    region_fee_budget_too_small: "region.fee_budget", |trace| scale(&mut region(trace)["fee_budget"], 0.9);
    region_call_late: "region.calls", |trace| late(&mut region(trace)["flows"]["calls"]);
    region_carry_twice: "region.carry", |trace| times(&mut region(trace)["flows"]["carry"], 2.0);
    region_carry_not_there: "region.cash", |trace| times(&mut region(trace)["flows"]["carry"], 2.0);
    region_distribution_late: "region.distributions", |trace| late(&mut region(trace)["flows"]["distributions"]);
    region_claim_too_large: "region.waterfall", |trace| scale(&mut region(trace)["waterfall"][0]["capital"], 1.01);
    region_returns_too_good: "region.returns", |trace| scale(&mut region(trace)["returns"]["distributed"], 1.001);
    region_lp_unpaid: "region.lp_distributions", |trace| times(&mut region(trace)["lps"][2]["distributions"], 0.0);
    region_lp_called_twice: "region.lp_calls", |trace| times(&mut region(trace)["lps"][1]["calls"], 2.0);
    equalisation_dropped: "region.equalisation", |trace| times(&mut region(trace)["lps"][0]["equalisation"], 0.0);
    equalisation_dropped_from_calls: "region.lp_calls", not_evened;
    commitment_left_out: "region.commitments", |trace| { entries(&mut region(trace)["closes"][1]["commitments"]).pop(); };

    running_cost_dropped: "national.running_cost", |trace| times(&mut trace["national"]["running_cost"], 0.0);
    national_call_too_small: "national.calls", |trace| times(&mut trace["national"]["calls"], 0.99);
    national_distribution_kept: "national.distributions", |trace| times(&mut trace["national"]["distributions"], 0.99);
    national_distribution_not_there: "national.cash", |trace| times(&mut trace["national"]["distributions"], 1.01);
    national_money_misplaced: "national.placed", |trace| scale(&mut trace["national"]["placed"], 1.01);
    national_returns_too_small: "national.returns", |trace| scale(&mut trace["national"]["returns"]["distributed"], 0.999);

    sub_fund_nav_late: "sub_fund.nav", |trace| late(&mut rich_fund(trace)["nav"]);
    region_nav_late: "region.nav", |trace| late(&mut region(trace)["nav"]);
    national_nav_late: "national.nav", |trace| late(&mut trace["national"]["nav"]);
    national_nav_of_another_share: "national.nav", |trace| times(&mut trace["national"]["nav"], 1.001);
    stake_left_out_of_nav: "sub_fund.nav", |trace| unmarked(trace, "up_round");
    stalled_company_dropped_early: "sub_fund.nav", |trace| unmarked(trace, "stalled");
    locked_shares_left_out_of_nav: "sub_fund.nav", |trace| unmarked(trace, "listing");

    [featured]
    project_left_out_of_nav: "region.nav", without_project;
    project_lost: "region.direct_cheques", |trace| { entries(&mut region(trace)["projects"]).pop(); };
    project_exit_twice: "region.direct_proceeds", |trace| {
        let receipts = entries(&mut best_project(trace)["receipts"]);
        receipts.push(receipts[0].clone());
    };
    project_cheques_not_paid: "region.cash", |trace| times(&mut region(trace)["flows"]["direct_cheques"], 0.0);
    project_proceeds_not_distributed: "region.waterfall", |trace| {
        times(&mut region(trace)["flows"]["direct_proceeds"], 1.1);
    };
    follow_on_lost: "company.cheques", |trace| follow_on(trace)["paid"] = json!(0.0);
    follow_on_lost_in_the_cost: "company.cost", |trace| follow_on(trace)["paid"] = json!(0.0);
    recycled_cheque_lost: "company.cheques", recycled_lost;
    transfer_lost: "company.receipts", without_transfer;
    transfer_lost_in_the_cost: "company.cost", without_transfer;

    sub_fund_concession_dropped: "sub_fund.conceded", |trace| times(&mut rich_fund(trace)["flows"]["conceded"], 0.0);
    sub_fund_concession_to_nobody: "sub_fund.passed_on", |trace| rich_fund(trace)["holders"][2]["conceded"] = json!(0.0);
    sub_fund_concession_not_received: "sub_fund.holders", |trace| {
        let holder = &mut rich_fund(trace)["holders"][2];
        let own = holder["conceded"].as_f64().expect("a number");
        holder["distributed"] = json!(holder["distributed"].as_f64().expect("a number") - own);
    };
    region_kept_what_it_passed_on: "region.sub_fund_distributions", |trace| {
        let flows = &mut region(trace)["flows"];
        let (place, passed_on) = largest(&flows["sub_fund_conceded"]);
        let kept = flows["sub_fund_distributions"][place].as_f64().expect("a number");
        flows["sub_fund_distributions"][place] = json!(kept + passed_on);
    };
    region_concession_dropped: "region.sub_fund_conceded", |trace| {
        times(&mut region(trace)["flows"]["sub_fund_conceded"], 0.0);
    };
    national_concession_dropped: "region.conceded", |trace| times(&mut region(trace)["flows"]["conceded"], 0.0);
    national_concession_to_nobody: "region.passed_on", |trace| times(&mut region(trace)["lps"][0]["conceded"], 0.0);
    national_concession_not_in_carry: "region.carry", |trace| {
        let flows = &mut region(trace)["flows"];
        let (place, passed_on) = largest(&flows["conceded"]);
        let carry = flows["carry"][place].as_f64().expect("a number");
        flows["carry"][place] = json!(carry - passed_on);
    };

    [as_of]
    past_called_unevenly: "sub_fund.opening_calls", |trace| {
        let fund = fund_with_a_past(trace);
        scale(&mut fund["opening"]["paid_in"], 1.1);
    };
    past_cheque_lost: "company.cheques", |trace| {
        fund_with_a_past(trace)["opening"]["cheques"][0] = json!(0.0);
    };
    past_company_lost: "sub_fund.opening_cost", |trace| {
        entries(&mut fund_with_a_past(trace)["companies"]).pop();
    };
    past_value_invented: "sub_fund.opening_nav", |trace| {
        scale(&mut fund_with_a_past(trace)["opening"]["nav"], 2.0);
    };
    past_distribution_lost: "sub_fund.opening_distributed", |trace| {
        let fund = fund_with_a_past(trace);
        let quarter = fund["opening"]["quarter"].clone();
        for company in entries(&mut fund["companies"]) {
            entries(&mut company["receipts"]).retain(|receipt| receipt["quarter"] != quarter);
        }
    };
    opening_value_left_out_of_nav: "sub_fund.nav", |trace| {
        let as_of = trace["terms"]["as_of"].as_u64().expect("a quarter") as usize;
        let fund = fund_with_a_past(trace);
        let left_out = fund["companies"].as_array().expect("a list").iter();
        let left_out = left_out.filter_map(|company| company["opening"].as_f64());
        let left_out = left_out.fold(0.0, f64::max);
        assert!(left_out > 1e6, "{left_out} is nothing to leave out");
        let first = fund["first_quarter"].as_u64().expect("a quarter") as usize;
        let nav = &mut fund["nav"][as_of - first];
        *nav = json!(nav.as_f64().expect("a number") - left_out);
    };

    [idle]
    region_interest_dropped: "region.interest", |trace| times(&mut region(trace)["flows"]["interest"], 0.0);
    region_interest_not_received: "region.cash", |trace| times(&mut region(trace)["flows"]["interest"], 0.0);
    region_idle_cash_hidden: "region.idle_cash", |trace| times(&mut region(trace)["flows"]["cash"], 0.9);
    region_idle_cash_kept_at_the_end: "region.cash", cash_kept;
    region_idle_cash_not_distributed_at_the_end: "region.distributions", cash_kept;
    region_tranche_called_late: "region.calls", |trace| {
        let calls = &mut region(trace)["flows"]["calls"];
        let (place, _) = largest(calls);
        entries(calls).swap(place, place + 1);
    };
}

/// No account of the reader goes without a fault.
#[test]
fn every_account_can_fail() {
    let books = [include_str!("books.rs"), include_str!("tiers.rs")].concat();
    let texts = books.split('"').skip(1).step_by(2);
    let tiers = ["company.", "sub_fund.", "region.", "national."];
    let accounts = texts.filter(|text| tiers.iter().any(|tier| text.starts_with(tier)));
    let accounts: Vec<&str> = accounts.collect();
    assert!(accounts.len() > 30, "{accounts:?}");
    for account in accounts {
        assert!(FOUND.contains(&account), "no fault belongs to {account}");
    }
}

/// What makes a programme small enough that its trace can be read many times.
const SMALL: [&str; 4] = [
    "national.capital=100亿",
    "region.*.first_close.total=40亿",
    "region.*.first_close.national=20亿",
    "rules.regional_size_min.threshold=1亿",
];

/// A trace of the national fund.
fn small() -> Value {
    static TRACE: OnceLock<Value> = OnceLock::new();
    TRACE.get_or_init(|| trace(NATIONAL, 7, &SMALL)).clone()
}

/// A trace with every table that a scenario may leave out.
fn featured() -> Value {
    static TRACE: OnceLock<Value> = OnceLock::new();
    let sets = [&SMALL[..], &["region.gba.project.signed.count=1"]].concat();
    let new = || trace(ALL_FEATURES, 7, &sets);
    TRACE.get_or_init(new).clone()
}

/// A trace of a programme that is continued from a date on, with one company that is worth nothing then.
fn as_of() -> Value {
    static TRACE: OnceLock<Value> = OnceLock::new();
    let sets = [
        "region.*.fund.closed.count=2",
        "region.*.fund.closed.distributed=0.5亿",
        "region.*.fund.signed.count=1",
        "regions.pace_years=40",
    ];
    TRACE.get_or_init(|| trace(AS_OF, 7, &sets)).clone()
}

/// A sub-fund with a past.
fn fund_with_a_past(trace: &mut Value) -> &mut Value {
    let regions = entries(&mut trace["regions"]).iter_mut();
    let mut funds = regions.flat_map(|region| entries(&mut region["sub_funds"]));
    let fund = funds.find(|fund| !fund["opening"].is_null());
    fund.expect("a sub-fund with a past")
}

/// A trace of regional funds with much idle cash, of which something is left at the end.
fn idle() -> Value {
    static TRACE: OnceLock<Value> = OnceLock::new();
    let tranches = [
        "regions.call_policy=tranches",
        "regions.tranche=0.3",
        "national.cash_rate=0.05",
        "terms.region.later_fee.rate=0",
    ];
    let sets = [&SMALL[..], &tranches].concat();
    TRACE.get_or_init(|| trace(NATIONAL, 7, &sets)).clone()
}

/// Plants `fault` into a trace and fails unless the reader finds it in `account`.
fn caught(before: &Value, account: &str, fault: impl FnOnce(&mut Value)) {
    let found = audit(before);
    assert!(found.is_empty(), "before the fault: {found:?}");
    let mut broken = before.clone();
    fault(&mut broken);
    assert!(broken != *before, "the fault changes nothing");
    let found = audit(&broken);
    assert!(found.contains(account), "{account} is not among {found:?}");
}

fn entries(list: &mut Value) -> &mut Vec<Value> {
    list.as_array_mut().expect("a list")
}

/// Carry of a vehicle over its life.
fn carry(vehicle: &Value) -> f64 {
    let flows = list(&vehicle["flows"], "carry").iter();
    flows.filter_map(Value::as_f64).sum()
}

/// The region with most carry.
fn region(trace: &mut Value) -> &mut Value {
    let regions = entries(&mut trace["regions"]).iter_mut();
    let region = regions.max_by(|a, b| carry(a).total_cmp(&carry(b)));
    region.expect("a region")
}

/// The sub-fund with most carry: every kind of flow is there.
fn rich_fund(trace: &mut Value) -> &mut Value {
    let regions = entries(&mut trace["regions"]).iter_mut();
    let funds = regions.flat_map(|region| entries(&mut region["sub_funds"]));
    let fund = funds.max_by(|a, b| carry(a).total_cmp(&carry(b)));
    let fund = fund.expect("a sub-fund");
    assert!(carry(fund) > 1e6, "a fund with carry");
    fund
}

/// The company with the highest proceeds.
fn best_company(trace: &mut Value) -> &mut Value {
    let proceeds = |company: &Value| company["proceeds"].as_f64().unwrap_or(0.0);
    let companies = entries(&mut rich_fund(trace)["companies"]).iter_mut();
    let best = companies.max_by(|a, b| proceeds(a).total_cmp(&proceeds(b)));
    best.expect("a company")
}

/// The direct project with the highest proceeds.
fn best_project(trace: &mut Value) -> &mut Value {
    let proceeds = |project: &Value| project["proceeds"].as_f64().unwrap_or(0.0);
    let regions = entries(&mut trace["regions"]).iter_mut();
    let projects = regions.flat_map(|region| entries(&mut region["projects"]));
    let best = projects.max_by(|a, b| proceeds(a).total_cmp(&proceeds(b)));
    best.expect("a project")
}

/// Companies of sub-funds.
fn companies(trace: &mut Value) -> impl Iterator<Item = &mut Value> {
    let regions = entries(&mut trace["regions"]).iter_mut();
    let funds = regions.flat_map(|region| entries(&mut region["sub_funds"]));
    funds.flat_map(|fund| entries(&mut fund["companies"]))
}

/// A round in which a sub-fund paid a follow-on cheque.
fn follow_on(trace: &mut Value) -> &mut Value {
    let mut events = companies(trace).flat_map(|company| entries(&mut company["events"]));
    let paid = events.find(|event| event["paid"].as_f64() > Some(0.0));
    paid.expect("a follow-on cheque")
}

/// Leaves out a company that was paid with proceeds of others.
fn recycled_lost(trace: &mut Value) {
    let is_recycled = |company: &Value| company["number"].as_u64() >= Some(1 << 13);
    let regions = entries(&mut trace["regions"]).iter_mut();
    let mut funds = regions.flat_map(|region| entries(&mut region["sub_funds"]));
    let found = funds.find_map(|fund| {
        let companies = entries(&mut fund["companies"]);
        let place = companies.iter().position(is_recycled)?;
        Some(companies.remove(place))
    });
    found.expect("a recycled cheque");
}

/// Leaves out a sale of old shares in a round.
fn without_transfer(trace: &mut Value) {
    let found = companies(trace).find_map(|company| {
        let receipts = entries(&mut company["receipts"]);
        let mut places = receipts.iter();
        let place = places.position(|receipt| receipt["route"] == "transfer")?;
        Some(receipts.remove(place))
    });
    found.expect("a sale of old shares");
}

/// Place of the largest amount of a series, and the amount.
fn largest(series: &Value) -> (usize, f64) {
    let amounts = series.as_array().expect("a series").iter();
    let amounts = amounts.map(|amount| amount.as_f64().expect("a number"));
    let largest = amounts
        .enumerate()
        .max_by(|(_, a), (_, b)| a.abs().total_cmp(&b.abs()));
    largest.expect("an amount")
}

/// Multiplies the largest amount of a series.
fn times(series: &mut Value, factor: f64) {
    let (place, amount) = largest(series);
    series[place] = json!(amount * factor);
}

/// Multiplies a number.
fn scale(number: &mut Value, factor: f64) {
    *number = json!(number.as_f64().expect("a number") * factor);
}

/// Moves a series a quarter later.
fn late(series: &mut Value) {
    entries(series).rotate_right(1);
}

fn exit_twice(trace: &mut Value) {
    let receipts = entries(&mut best_company(trace)["receipts"]);
    receipts.push(receipts[0].clone());
}

/// Takes a company out of its sub-fund's NAV in the quarter of its first `event`, after which it is still held.
fn unmarked(trace: &mut Value, event: &str) {
    let before = trace.clone();
    let market = Market::of(&before);
    let regions = entries(&mut trace["regions"]).iter_mut();
    let funds = regions.flat_map(|region| entries(&mut region["sub_funds"]));
    let mut found = funds.filter_map(|fund| {
        let mut places = 0..list(fund, "companies").len();
        let place = places.find_map(|place| held_after(market, fund, place, event))?;
        Some((fund, place))
    });
    let (fund, (quarter, value)) = found.next().expect("such a company");
    let first = fund["first_quarter"].as_u64().expect("a quarter") as usize;
    let nav = &mut fund["nav"][quarter - first];
    *nav = json!(nav.as_f64().expect("a number") - value);
}

/// A quarter in which a company is held after an `event`, and its mark; the first one, if there is any.
fn held_after(market: Market, fund: &Value, place: usize, event: &str) -> Option<(usize, f64)> {
    let company = &fund["companies"][place];
    let mut events = list(company, "events").iter();
    let event = events.find(|found| found["event"] == event)?;
    let nav = market.value(&[company], fund["sector"].as_str()?);
    let quarter = event["quarter"].as_u64()? as usize;
    (nav[quarter] > 1e5).then_some((quarter, nav[quarter]))
}

/// A direct project that its region does not mark.
fn without_project(trace: &mut Value) {
    let before = trace.clone();
    let region = region(trace);
    let project = &list(region, "projects")[0];
    let sector = project["sector"].as_str().expect("a sector");
    let value = Market::of(&before).project(project, sector);
    for (nav, own) in entries(&mut region["nav"]).iter_mut().zip(value) {
        *nav = json!(nav.as_f64().expect("a number") - own);
    }
}

/// A fee that is neither charged nor called.
fn fee_not_charged(trace: &mut Value) {
    let flows = &mut rich_fund(trace)["flows"];
    let (place, fee) = largest(&flows["fees"]);
    let call = flows["calls"][place].as_f64().expect("a number");
    flows["fees"][place] = json!(0.0);
    flows["calls"][place] = json!(call - fee);
}

/// Idle cash that is left at the end stays in the fund.
fn cash_kept(trace: &mut Value) {
    let last = trace["quarters"].as_u64().expect("a number") as usize - 1;
    let flows = &mut region(trace)["flows"];
    let at = |key: &str, quarter: usize| flows[key][quarter].as_f64().unwrap_or(0.0);
    let ins = at("cash", last - 1) + at("interest", last) + at("calls", last);
    let left = ins - at("sub_fund_calls", last) - at("direct_cheques", last) - at("fees", last);
    assert!(left > 1e6, "{left} is nothing to keep");
    let kept = at("distributions", last) - left;
    flows["distributions"][last] = json!(kept);
}

/// What a close gives back is not in the calls.
fn not_evened(trace: &mut Value) {
    let lp = &mut region(trace)["lps"][0];
    let (place, evened) = largest(&lp["equalisation"]);
    let call = lp["calls"][place].as_f64().expect("a number");
    lp["calls"][place] = json!(call - evened);
}
