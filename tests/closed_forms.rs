//! Results that a formula gives without simulation.

mod support;

use support::{programme, scenario};
use tierfund::metrics::ladder::committed;

/// A listed structure of one region: N placed, R in all, n sub-funds of 0.8 R / (s n) at share s, no
/// fees, no GP money, rules off.
fn listed(national: f64, total: f64, share: f64, count: u32) -> tierfund::scenario::Scenario {
    let size = 0.8 * total / (share * f64::from(count));
    scenario(
        "reference-r1",
        &[
            &format!("national.capital={national:?}"),
            &format!("region.one.first_close.national={national:?}"),
            &format!("region.one.first_close.total={total:?}"),
            &format!("region.one.listed.all.count={count}"),
            &format!("region.one.listed.all.size={size:?}"),
            &format!("region.one.listed.all.regional_share={share:?}"),
            "terms.sub_fund.fee.rate=0",
            "deployment.count=1",
        ],
    )
}

/// Rows of the published arithmetic, in 亿: N, r, s, n and the unrounded formulas
/// `R (0.8 / s + 0.2)`, over N, and `N + R + 0.8 R / s`.
#[test]
fn listed_structures_reproduce_the_leverage_arithmetic() {
    for (national, ratio, share, count) in [
        (600.0, 2.03, 0.20, 487),
        (600.0, 2.5, 0.20, 600),
        (600.0, 2.5, 0.16, 750),
        (1000.0, 1.5, 0.20, 600),
        (1000.0, 2.03, 0.20, 812),
        (1000.0, 2.5, 0.20, 1000),
        (1000.0, 2.5, 0.30, 667),
    ] {
        let (national, total) = (national * 1e8, national * ratio * 1e8);
        let scenario = listed(national, total, share, count);
        let programme = programme(&scenario);
        let money = committed(&scenario, &programme, f64::INFINITY);
        let close = |found: f64, expected: f64| {
            assert!(
                (found / expected - 1.0).abs() < 1e-9,
                "{found} instead of {expected}"
            );
        };
        close(money.sub_funds, 0.8 * total / share);
        close(money.consolidated(), total * (0.8 / share + 0.2));
        close(
            money.consolidated() / money.national,
            ratio * (0.8 / share + 0.2),
        );
        close(money.summed(), national + total + 0.8 * total / share);
        assert_eq!(programme.funds.len(), count as usize);
    }
}

/// The twin: a ladder that counted regional money in sub-funds twice would be off by 0.8 R.
#[test]
fn counting_regional_money_twice_would_be_noticed() {
    let (national, total) = (6e10, 1.5e11);
    let scenario = listed(national, total, 0.2, 600);
    let money = committed(&scenario, &programme(&scenario), f64::INFINITY);
    let twice = money.regions + money.sub_funds;
    assert!((twice / (total * (0.8 / 0.2 + 0.2)) - 1.0).abs() > 0.1);
}

/// Fees of 2% of commitments over ten years: 20 of 100, as in the table of fee loads, through the ledger.
#[test]
fn fee_loads_pass_through_the_ledger() {
    for (sets, load) in [
        (&["terms.sub_fund.fee.rate=0.02"][..], 0.20),
        (
            &[
                "deployment.investment_years=5",
                "deployment.exit_years=5",
                "terms.sub_fund.later_fee.rate=0.01",
            ][..],
            0.15,
        ),
    ] {
        let scenario = scenario("reference-r1", sets);
        let programme = programme(&scenario);
        let fees: f64 = programme.ledger.sub_funds.fees.iter().sum();
        assert!(
            (fees / 15_000.0 - load).abs() < 1e-9,
            "{} instead of {load}",
            fees / 15_000.0
        );
    }
}

/// Without others' money, fees or profit shares above the sub-fund the tiers have the same flows.
#[test]
fn a_region_that_is_the_only_lp_passes_everything_on() {
    let programme = programme(&scenario("reference-r1", &[]));
    let ledger = &programme.ledger;
    for quarter in 0..80 {
        let pairs = [
            (
                ledger.national.calls[quarter],
                ledger.sub_funds.calls[quarter],
            ),
            (
                ledger.national.distributions[quarter],
                ledger.sub_funds.distributions[quarter],
            ),
        ];
        for (national, sub_funds) in pairs {
            assert!((national - sub_funds).abs() <= 1e-9 * sub_funds.max(1.0));
        }
    }
    assert!((ledger.national_residual / ledger.sub_fund_residual - 1.0).abs() < 1e-12);
}
