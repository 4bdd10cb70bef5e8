//! Recycling: which proceeds pay for further companies, when, and how much of them.

mod support;

use support::{programme, replay, scenario};
use tierfund::path::Programme;

/// One sub-fund of 10 with one company of cost 1 at the start that is sold after some months for ten times its
/// cost; further companies cost 1 each.
fn one_company(months: f64, cap: f64, sets: &[&str]) -> Programme {
    let years = months / 12.0;
    let wait = format!("stage.seed.wait={{kind=\"lognormal\",mean={years:?},cv=0.0}}");
    let cap = format!("deployment.recycling={{cap={cap:?}}}");
    let base = [
        "region.one.listed.all.count=1",
        "region.one.listed.all.size=10",
        "deployment.count=1",
        "deployment.investment_years=6",
        "terms.sub_fund.fee.rate=0",
        "stage.seed.weights={up_round=0,fail=0,trade_sale=1}",
        "exit.trade_sale={median=10.0,sigma=0.0}",
        &wait,
        &cap,
    ];
    programme(&scenario("reference-r1", &[&base, sets].concat()))
}

fn quarters(series: &[f64]) -> Vec<usize> {
    (0..series.len()).filter(|&q| series[q] > 0.0).collect()
}

#[test]
fn proceeds_of_the_investment_period_pay_for_further_companies() {
    for (cap, companies) in [(0.0, 0), (0.3, 3), (1.0, 10)] {
        let found = one_company(3.0, cap, &[]);
        let cheques = &found.ledger.sub_funds.cheques;
        let paid: f64 = cheques.iter().sum();
        assert!(
            (found.recycled - f64::from(companies)).abs() < 1e-5,
            "{cap}"
        );
        assert!((paid - 1.0 - f64::from(companies)).abs() < 1e-5);
        assert_eq!(found.deals.funded, 1 + companies as u64);
        assert_eq!(found.ends.iter().sum::<u64>(), 1 + companies as u64);
        // The money is distributed, and called again: nothing stays in the fund.
        assert!((found.outcomes[0].called - paid).abs() < 1e-5);
        let first = quarters(&found.ledger.sub_funds.proceeds)[0];
        let paid = quarters(cheques);
        assert!(paid[1..].iter().all(|&q| q > first && q < 24), "{paid:?}");
    }
}

/// What comes after the investment period, or in its last quarter, is not recycled.
#[test]
fn later_proceeds_are_not_recycled() {
    let found = one_company(80.0, 1.0, &[]);
    assert_eq!(found.recycled, 0.0);
    assert_eq!(found.deals.funded, 1);
}

/// With the money of several sales a cheque waits for the sales that pay for it: recycled cheques never exceed what
/// has come in before their quarter.
#[test]
fn no_recycled_cheque_is_paid_before_its_money_has_come() {
    let sets = [
        "region.one.listed.all.count=1",
        "region.one.listed.all.size=40",
        "deployment.count=20",
        "terms.sub_fund.fee.rate=0",
        "exit.trade_sale={median=0.7,sigma=0.5}",
    ];
    let with = scenario(
        "reference-r1",
        &[&sets[..], &["deployment.recycling.cap=1"]].concat(),
    );
    let without = scenario("reference-r1", &sets);
    let mut plain = Vec::new();
    replay(&without, 8, 200, |workspace| {
        plain.push(workspace.programme.ledger.sub_funds.clone());
    });
    let (mut path, mut recycled) = (0, 0.0);
    replay(&with, 8, 200, |workspace| {
        let (first, found) = (&plain[path], &workspace.programme);
        let (mut received, mut spent) = (0.0, 0.0);
        for quarter in 0..80 {
            spent += found.ledger.sub_funds.cheques[quarter] - first.cheques[quarter];
            assert!(
                spent <= received + 1e-4,
                "path {path}, quarter {quarter}: {spent} {received}"
            );
            received += first.proceeds[quarter];
        }
        assert!((spent - found.recycled).abs() < 1e-4);
        recycled += spent;
        path += 1;
    });
    assert!(recycled > 200.0, "{recycled}");
}
