//! Returns by tier and the treasury's account, from the ledger of replayed paths by other ways of reckoning.

mod support;

use support::{replay, scenario};
use tierfund::outcomes::Outcomes;
use tierfund::scenario::Scenario;
use tierfund::simulation::simulate;

const PATHS: u64 = 24;

fn run(scenario: &Scenario) -> Outcomes {
    simulate(scenario, 1, 0..PATHS).expect("a valid run")
}

fn column(outcomes: &Outcomes, name: &str) -> Vec<f64> {
    outcomes
        .column(name)
        .unwrap_or_else(|| panic!("no metric {name}"))
}

fn close(found: f64, expected: f64, what: &str) {
    assert!(
        (found - expected).abs() <= 1e-9 * expected.abs().max(1.0),
        "{what}: {found}, not {expected}"
    );
}

/// What a tier pays and gets in each quarter, and what it still holds.
struct Flows {
    tier: &'static str,
    calls: Vec<f64>,
    distributions: Vec<f64>,
    residual: f64,
}

/// The flows of four tiers with the log index, path by path.
fn flows(scenario: &Scenario) -> Vec<(Vec<Flows>, Vec<f64>)> {
    let mut found = Vec::new();
    replay(scenario, 1, PATHS as u32, |workspace| {
        let ledger = &workspace.programme.ledger;
        let region = &ledger.regions[1];
        let tiers = vec![
            Flows {
                tier: "national",
                calls: ledger.national.calls.clone(),
                distributions: ledger.national.distributions.clone(),
                residual: ledger.national_residual,
            },
            Flows {
                tier: "region.yrd",
                calls: region.calls.clone(),
                distributions: region.distributions.clone(),
                residual: ledger.region_residual[1],
            },
            Flows {
                tier: "sub_fund.pooled",
                calls: ledger.sub_funds.calls.clone(),
                distributions: ledger.sub_funds.distributions.clone(),
                residual: ledger.sub_fund_residual,
            },
        ];
        found.push((tiers, workspace.economy.log_index.clone()));
    });
    found
}

/// Value at the last date of `flows`, growing at `growth(from, to)` between dates.
fn future_value(flows: &[f64], growth: impl Fn(usize, usize) -> f64) -> f64 {
    let last = flows.len() - 1;
    let values = flows.iter().enumerate();
    values.map(|(at, flow)| flow * growth(at, last)).sum()
}

#[test]
fn pme_and_direct_alpha_are_those_of_future_values_at_the_path_s_index() {
    let scenario = scenario("national-2025", &[]);
    let outcomes = run(&scenario);
    for (path, (tiers, log_index)) in flows(&scenario).iter().enumerate() {
        let index = |from: usize, to: usize| libm::exp(log_index[to] - log_index[from]);
        for flows in tiers {
            let of = |metric: &str| column(&outcomes, &format!("{}.{metric}", flows.tier))[path];
            let got = future_value(&flows.distributions, index) + flows.residual;
            let paid = future_value(&flows.calls, index);
            close(of("pme_ks"), got / paid, flows.tier);
            // Direct alpha is the yearly rate by which the flows, valued at the index, still have to grow to nothing.
            let grown = |rate: f64| {
                let growth = |from: usize, to: usize| {
                    index(from, to) * libm::pow(1.0 + rate, 0.25 * (to - from) as f64)
                };
                let got = future_value(&flows.distributions, growth) + flows.residual;
                got / future_value(&flows.calls, growth) - 1.0
            };
            let alpha = of("direct_alpha");
            assert!(grown(alpha).abs() < 1e-9, "{}: {alpha}", flows.tier);
            // The twin: a tenth of a point more is seen.
            assert!(grown(alpha + 0.001).abs() > 1e-4);
        }
    }
}

#[test]
fn payback_and_trough_are_where_running_totals_put_them() {
    let scenario = scenario("national-2025", &[]);
    let outcomes = run(&scenario);
    for (path, (tiers, _)) in flows(&scenario).iter().enumerate() {
        for flows in tiers {
            let of = |metric: &str| column(&outcomes, &format!("{}.{metric}", flows.tier))[path];
            let total = |series: &[f64], end: usize| series[..end].iter().sum::<f64>();
            let first = flows.calls.iter().position(|call| *call != 0.0);
            let first = first.expect("a call");
            let quarter = |years: f64| first + (years * 4.0) as usize;
            let net = |end: usize| total(&flows.distributions, end) - total(&flows.calls, end);
            let trough = (first + 1..=80).map(net).fold(f64::INFINITY, f64::min);
            close(net(quarter(of("years_to_trough"))), trough, "trough");
            assert!(of("jcurve_trough") > -1.0 && of("jcurve_trough") < 0.0);
            let years = of("years_to_dpi_1");
            if years.is_nan() {
                assert!(net(80) < 0.0, "{}: never, but paid back", flows.tier);
            } else {
                let end = quarter(years);
                assert!(net(end) >= 0.0 && net(end - 1) < 0.0, "{}", flows.tier);
                assert!(years > of("years_to_trough"));
            }
        }
    }
}

#[test]
fn years_of_calls_add_up_to_what_is_paid_in_and_the_largest_is_the_peak() {
    let outcomes = run(&scenario("national-2025", &[]));
    let years: Vec<Vec<f64>> = (1..=20)
        .map(|year| column(&outcomes, &format!("national.annual_call.{year:02}")))
        .collect();
    let (paid_in, peak) = (
        column(&outcomes, "national.paid_in"),
        column(&outcomes, "national.peak_annual_call"),
    );
    for path in 0..PATHS as usize {
        let calls = || years.iter().map(|year| year[path]);
        close(calls().sum(), paid_in[path], "sum");
        assert_eq!(calls().fold(0.0, f64::max), peak[path]);
    }
}

#[test]
fn quartiles_of_sub_funds_stand_in_order_around_the_pool() {
    let outcomes = run(&scenario("national-2025", &[]));
    for measure in ["dpi", "tvpi"] {
        let of = |tier: &str| column(&outcomes, &format!("sub_fund.{tier}.{measure}"));
        let (low, middle, high, pool) = (of("q25"), of("q50"), of("q75"), of("pooled"));
        for path in 0..PATHS as usize {
            assert!(low[path] < middle[path] && middle[path] < high[path]);
            assert!(low[path] < pool[path] && pool[path] < 1.5 * high[path]);
        }
    }
}

/// The last point of a curve of cumulated net flows is what was distributed less what was paid in.
#[test]
fn curves_of_net_flows_end_at_the_sum_of_all_flows() {
    let outcomes = run(&scenario("national-2025", &[]));
    for (curve, tier) in [
        ("national", "national"),
        ("region.gba", "region.gba"),
        ("sub_fund", "sub_fund.pooled"),
    ] {
        let of = |metric: &str| column(&outcomes, &format!("{tier}.{metric}"));
        let (paid_in, distributed) = (of("paid_in"), of("distributed"));
        let expected: f64 = distributed.iter().zip(paid_in).map(|(d, c)| d - c).sum();
        let name = format!("{curve}.net_cumulated");
        let total = outcomes.totals.curves.iter().find(|c| c.name == name);
        let last = *total.expect("the curve").sum.last().expect("a quarter");
        // Each path is rounded to whole yuan.
        assert!((last as f64 - expected).abs() <= PATHS as f64, "{curve}");
    }
}

/// Without a market return the index stands still: PME is TVPI and direct alpha the IRR.
#[test]
fn against_an_index_that_stands_still_the_pme_is_the_tvpi() {
    let outcomes = run(&scenario("reference-r1", &[]));
    for (metric, twin) in [("pme_ks", "tvpi"), ("direct_alpha", "irr")] {
        let of = |metric: &str| column(&outcomes, &format!("sub_fund.pooled.{metric}"));
        for (found, expected) in of(metric).into_iter().zip(of(twin)) {
            close(found, expected, metric);
        }
    }
    let moving = scenario("reference-r1", &["economy.market_return_mean=0.05"]);
    let moving = column(&run(&moving), "sub_fund.pooled.pme_ks");
    let still = column(&outcomes, "sub_fund.pooled.pme_ks");
    assert!(moving.iter().zip(still).all(|(a, b)| (a - b).abs() > 0.05));
}

#[test]
fn the_rule_of_issuing_bonds_chooses_between_two_accounts_and_moves_nothing_else() {
    let base = run(&scenario("national-2025", &[]));
    let other = scenario("national-2025", &["national.bond_draw=upfront"]);
    let other = run(&other);
    for spec in &base.specs {
        let moves = spec.name.starts_with("fiscal.")
            && spec.name.matches('.').count() == 1
            && spec.name != "fiscal.residual_present_value";
        let same = column(&base, &spec.name)
            .iter()
            .zip(column(&other, &spec.name))
            .all(|(a, b)| a.to_bits() == b.to_bits());
        assert_eq!(same, !moves, "{}", spec.name);
    }
    for measure in ["principal", "paid_back", "principal_recovered", "npv"] {
        let own = column(&other, &format!("fiscal.{measure}"));
        assert_eq!(own, column(&other, &format!("fiscal.upfront.{measure}")));
    }
}

/// Money that lies idle at less than the bond's rate costs the treasury; at the bond's rate it costs nothing.
#[test]
fn idle_cash_costs_what_it_earns_less_than_the_bond() {
    for (cash, idle_costs) in [("0.01", true), ("0.022", false)] {
        let set = format!("national.cash_rate={cash}");
        let outcomes = run(&scenario("national-2025", &[&set]));
        let called = column(&outcomes, "fiscal.as_called.npv");
        let upfront = column(&outcomes, "fiscal.upfront.npv");
        for (called, upfront) in called.iter().zip(upfront) {
            let cost = called - upfront;
            if idle_costs {
                assert!(cost > 1e9, "{cost}");
            } else {
                assert!(cost.abs() < 1e-6 * 1e11, "{cost}");
            }
        }
    }
}
