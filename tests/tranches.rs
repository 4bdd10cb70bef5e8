//! Regional funds that call in tranches: by hand, against calls as needed, and what an auditor would find.

mod support;

use support::{programme, replay, scenario, structure};
use tierfund::metrics::{MetricSpec, record};
use tierfund::path::ledger::RegionFlows;
use tierfund::path::{Programme, Workspace};
use tierfund::scenario::Scenario;
use tierfund::simulation::simulate;

const QUARTERS: usize = 80;

/// Growth of idle cash per quarter at a yearly rate of 4.060401%.
const GROWTH: f64 = 1.01;

/// A regional fund of 100, all of it national, that pays 10 in its first quarter and 10 more after two and after four
/// years; every company fails. Cash earns 1% a quarter.
fn three_payments(sets: &[&str]) -> Scenario {
    let base = [
        "national.capital=100",
        "region.one.first_close.total=100",
        "region.one.first_close.national=100",
        "region.one.listed.all.count=1",
        "region.one.listed.all.size=10",
        "region.one.listed.second={count=1,size=10,regional_share=1,launch=2}",
        "region.one.listed.third={count=1,size=10,regional_share=1,launch=4}",
        "deployment.count=1",
        "deployment.investment_years=0.25",
        "stage.seed.first_cheque_mean=10",
        "stage.seed.weights={up_round=0,down_round=0,fail=1,trade_sale=0,listing=0,stalled=0}",
        "terms.sub_fund.fee.rate=0",
        "national.cash_rate=0.04060401",
    ];
    scenario("reference-r1", &[&base, sets].concat())
}

const TRANCHES: &str = "regions.call_policy=tranches";

/// Fails unless a series is `expected` in these quarters and 0 in all others.
fn only(series: &[f64], expected: &[(usize, f64)]) {
    let mut all = vec![0.0; QUARTERS];
    for &(quarter, amount) in expected {
        all[quarter] = amount;
    }
    for (quarter, (found, expected)) in series.iter().zip(all).enumerate() {
        assert!(
            (found - expected).abs() < 1e-9,
            "quarter {quarter}: {found} instead of {expected}"
        );
    }
}

/// The metrics of path 0 by name.
fn metrics(scenario: &Scenario) -> Vec<(String, f64)> {
    let mut found = Vec::new();
    let structure = structure(scenario);
    replay(scenario, 1, 1, |workspace: &Workspace| {
        let (economy, programme) = (&workspace.economy, &workspace.programme);
        let (mut names, mut row): (Vec<MetricSpec>, Vec<f64>) = (Vec::new(), Vec::new());
        record(scenario, &structure, economy, programme, &mut names);
        record(scenario, &structure, economy, programme, &mut row);
        found = names.into_iter().map(|spec| spec.name).zip(row).collect();
    });
    found
}

fn metric(scenario: &Scenario, name: &str) -> Option<f64> {
    let metrics = metrics(scenario);
    let found = metrics.iter().find(|(other, _)| other == name);
    found.map(|(_, value)| *value)
}

/// Tranches of 15: the first leaves 5, which are 5 x 1.01^8 when 10 more are due. A second tranche would bring more than
/// the third payment takes, so only that much is called: 10 are left, earn eight quarters' interest, and pay the third.
/// What interest is left then earns 63 quarters more and is distributed at the end.
#[test]
fn three_payments_by_hand() {
    let scenario = three_payments(&[TRANCHES, "regions.tranche=0.15"]);
    let programme = programme(&scenario);
    let grown = |quarters: i32| (0..quarters).fold(1.0, |product, _| product * GROWTH);
    let second = 10.0 - 5.0 * grown(8) + 10.0;
    let rest = 10.0 * grown(8) - 10.0;
    let left = rest * grown(63);
    let region = &programme.ledger.regions[0];
    only(&region.sub_fund_calls, &[(0, 10.0), (8, 10.0), (16, 10.0)]);
    only(&region.calls, &[(0, 15.0), (8, second)]);
    only(&region.national_calls, &[(0, 15.0), (8, second)]);
    only(&programme.ledger.national.calls, &[(0, 15.0), (8, second)]);
    only(&region.distributions, &[(79, left)]);
    only(&programme.ledger.national.distributions, &[(79, left)]);
    let cash = |quarter: usize| match quarter {
        0..8 => 5.0 * grown(quarter as i32),
        8..16 => 10.0 * grown(quarter as i32 - 8),
        79 => 0.0,
        _ => rest * grown(quarter as i32 - 16),
    };
    let all: Vec<(usize, f64)> = (0..QUARTERS).map(|q| (q, cash(q))).collect();
    only(&region.cash, &all);
    let interest = |q: usize| (GROWTH - 1.0) * cash(q - 1);
    let all: Vec<(usize, f64)> = (1..QUARTERS).map(|q| (q, interest(q))).collect();
    only(&region.interest, &all);
    // Paid in: 15 for two years of the investment period of ten, 15 + second for eight.
    let idle: f64 = (0..40).map(cash).sum();
    let share = idle / (15.0 * 8.0 + (15.0 + second) * 32.0);
    let near = |name: &str, expected: f64| {
        let found = metric(&scenario, name).expect("a metric");
        assert!(
            (found - expected).abs() < 1e-9,
            "{name}: {found}, {expected}"
        );
    };
    near("regions.idle_share", share);
    near("regions.interest", (1..QUARTERS).map(interest).sum());
    near("national.dpi", left / (15.0 + second));
}

/// One tranche that is all of the fund brings what will be needed, no more: the third that nobody uses stays uncalled.
#[test]
fn a_single_tranche_calls_what_will_be_needed() {
    let scenario = three_payments(&[TRANCHES, "regions.tranche=1", "national.cash_rate=0"]);
    let programme = programme(&scenario);
    let region = &programme.ledger.regions[0];
    only(&region.calls, &[(0, 30.0)]);
    only(&region.distributions, &[]);
    // 20 of 30 idle for two years, 10 for two more, nothing for six.
    let idle = metric(&scenario, "regions.idle_share").expect("a metric");
    assert!((idle - (20.0 * 8.0 + 10.0 * 8.0) / (30.0 * 40.0)).abs() < 1e-12);
}

/// Fees on paid-in money count a tranche as paid in: 15 from the first quarter on, where as needed it would be 10.
#[test]
fn paid_in_is_what_was_called() {
    let on_paid_in = [
        "terms.region.fee={basis=\"paid_in\",rate=0.01}",
        "national.cash_rate=0",
    ];
    let fee = |sets: &[&str]| {
        let scenario = three_payments(&[&on_paid_in, sets].concat());
        programme(&scenario).ledger.regions[0].fees[0]
    };
    assert!((fee(&[]) - 10.0 * 0.01 / 4.0).abs() < 1e-12);
    let in_tranches = fee(&[TRANCHES, "regions.tranche=0.15"]);
    assert!((in_tranches - 15.0 * 0.01 / 4.0).abs() < 1e-12);
}

/// The default stated: no bit moves, no metric is added.
#[test]
fn as_needed_is_what_a_scenario_without_the_key_does() {
    for name in ["national-2025", "reference-r1"] {
        let bits = |sets: &[&str]| {
            let outcomes = simulate(&scenario(name, sets), 5, 0..4).expect("a run");
            let rows = outcomes.rows.iter().map(|value| value.to_bits());
            (rows.collect::<Vec<_>>(), outcomes.totals)
        };
        let default = bits(&[]);
        assert_eq!(default, bits(&["regions.call_policy=as_needed"]));
        assert_ne!(default, bits(&[TRANCHES, "regions.tranche=0.3"]));
    }
    assert_eq!(metric(&three_payments(&[]), "regions.idle_share"), None);
}

/// Fees that do not depend on calls, and no interest: then cash is all that two policies can differ by.
const NEUTRAL: [&str; 3] = [
    "terms.region.fee.basis=committed",
    "terms.region.later_fee.basis=committed",
    "national.cash_rate=0",
];

/// By how much more was called so far than as needed, over the fund's size, at its largest and smallest.
fn called_ahead(one: &Programme, as_needed: &Programme) -> [f64; 2] {
    let mut ends = [f64::NEG_INFINITY, f64::INFINITY];
    let regions = one.ledger.regions.iter().zip(&as_needed.ledger.regions);
    for ((one, other), closes) in regions.zip(&one.closes) {
        let size: f64 = closes.iter().map(|close| close.total).sum();
        let mut ahead = 0.0;
        for (call, needed) in one.calls.iter().zip(&other.calls) {
            ahead += (call - needed) / size;
            ends = [ends[0].max(ahead), ends[1].min(ahead)];
        }
        assert!(
            ahead.abs() < 1e-12,
            "{ahead} of a fund is called for nothing"
        );
    }
    ends
}

/// Calls run ahead of what is needed by less than a tranche, so that small tranches tend to calls as needed.
#[test]
fn calls_run_ahead_of_needs_by_less_than_a_tranche() {
    let as_needed = programme(&scenario("national-2025", &NEUTRAL));
    let mut last = 1.0;
    for tranche in [0.5, 0.1, 0.01, 0.001] {
        let size = format!("regions.tranche={tranche}");
        let sets = [&NEUTRAL[..], &[TRANCHES, &size]].concat();
        let [most, least] = called_ahead(&programme(&scenario("national-2025", &sets)), &as_needed);
        assert!(least > -1e-12, "{least} less was called than needed");
        assert!(most < tranche && most < last, "{tranche}: {most}");
        assert!(most > tranche / 4.0, "{tranche}: nothing is held");
        last = most;
    }
}

/// The same through all tiers, with the base's fees and interest: returns of small tranches are those of calls as needed.
#[test]
fn small_tranches_give_the_returns_of_calls_as_needed() {
    let dpi = |sets: &[&str]| metric(&scenario("national-2025", sets), "national.dpi");
    let as_needed = dpi(&[]).expect("a DPI");
    let gap = |tranche: &str| {
        let dpi = dpi(&[TRANCHES, &format!("regions.tranche={tranche}")]);
        (dpi.expect("a DPI") / as_needed - 1.0).abs()
    };
    let [small, large] = [gap("0.001"), gap("0.5")];
    // Less than a thousandth of a fund is idle; it costs less than its own amount.
    assert!(small < 1e-3, "{small}");
    assert!(large > 10.0 * small, "{large} is no effect");
}

/// Interest is the only money that calls as needed do not have: a fund's payments are those of calls as needed, whatever
/// it calls for them, where fees do not depend on calls.
#[test]
fn payments_do_not_depend_on_the_policy() {
    let sets = [&NEUTRAL[..2], &[TRANCHES, "regions.tranche=0.3"]].concat();
    let [one, other] =
        [&NEUTRAL[..2], &sets].map(|sets| programme(&scenario("national-2025", sets)));
    let regions = one.ledger.regions.iter().zip(&other.ledger.regions);
    for (as_needed, in_tranches) in regions {
        let same = [
            |region: &RegionFlows| region.sub_fund_calls.clone(),
            |region: &RegionFlows| region.direct_cheques.clone(),
            |region: &RegionFlows| region.fees.clone(),
            |region: &RegionFlows| region.sub_fund_distributions.clone(),
        ];
        for series in same {
            assert_eq!(series(as_needed), series(in_tranches));
        }
        let sum = |series: &[f64]| series.iter().sum::<f64>();
        let interest = sum(&in_tranches.interest);
        let saved = sum(&as_needed.calls) - sum(&in_tranches.calls) + in_tranches.cash_left;
        assert!(interest > 0.0 && (saved / interest - 1.0).abs() < 1e-6);
    }
}
