//! Managers of a pool, the record of a region, and sub-funds of a long cycle.

mod support;

use support::{mean_agrees, programme, replay, scenario};
use tierfund::path::Programme;
use tierfund::path::fundraising::sub_funds::SubFund;

/// A short run of the raising: few first closes, so that a path is quick.
const SMALL: [&str; 3] = [
    "national.capital=60亿",
    "region.*.first_close.national=10亿",
    "region.*.first_close.total=20亿",
];

/// The product of two skills of one region, and a square, path by path.
fn skills(pool: &str) -> (Vec<f64>, Vec<f64>) {
    let pool = format!("sub_funds.manager_pool={pool}");
    let scenario = scenario("reference-r1", &["region.one.listed.all.count=2", &pool]);
    let (mut products, mut squares) = (Vec::new(), Vec::new());
    replay(&scenario, 21, 20_000, |workspace| {
        let [a, b] = &workspace.programme.funds[..] else {
            panic!("two sub-funds");
        };
        products.push(a.skill * b.skill);
        squares.push(a.skill * a.skill);
    });
    (products, squares)
}

/// Two sub-funds have the same manager with probability 1 / size, and then this persistence in common.
#[test]
fn skill_persists_with_the_manager_and_keeps_its_law() {
    for (pool, expected) in [
        ("{size=1,persistence=0.6}", 0.6),
        ("{size=2,persistence=0.6}", 0.3),
        ("{size=2,persistence=0}", 0.0),
    ] {
        let (products, squares) = skills(pool);
        assert!(mean_agrees(&products, expected), "{pool}");
        assert!(mean_agrees(&squares, 1.0), "{pool}");
        // The twin: persistence taken for the manager's loading would give its square.
        assert!(expected == 0.0 || !mean_agrees(&products, expected * expected));
    }
}

#[test]
fn a_pool_without_persistence_changes_nothing() {
    let with = |sets: &[&str]| programme(&scenario("national-2025", &[&SMALL, sets].concat()));
    let none = with(&[]);
    let pool = with(&["sub_funds.manager_pool={size=5,persistence=0}"]);
    assert_eq!(none.funds, pool.funds);
    let some = with(&["sub_funds.manager_pool={size=5,persistence=0.5}"]);
    assert_ne!(none.funds, some.funds);
}

/// The first two cohorts have no record to show; later ones are moved, and by no more than the record can.
#[test]
fn a_record_counts_from_the_third_cohort_on() {
    let with = |sets: &[&str]| programme(&scenario("national-2025", sets));
    let none = with(&[]);
    let idle = with(&["sub_funds.track_record={loading=0}"]);
    assert_eq!(none.funds, idle.funds);
    let strong = with(&["sub_funds.track_record={loading=10}"]);
    let early = |programme: &Programme| -> Vec<SubFund> {
        let funds = programme.funds.iter();
        funds.filter(|fund| fund.launch < 2.0).copied().collect()
    };
    assert_eq!(early(&none), early(&strong));
    assert!(!early(&none).is_empty());
    assert_ne!(none.funds, strong.funds);
    // One region is its own peer.
    let alone = ["region.yrd.remove=true", "region.gba.remove=true"];
    let record = ["sub_funds.track_record={loading=10}"];
    let (without, seen) = (with(&alone), with(&[&alone[..], &record].concat()));
    assert_eq!(without.funds, seen.funds);
}

/// A company that is alive at the end of 1 + 1 + 2 years is sold in quarter 15, and three years later where the sector
/// has a long cycle, unless the term comes first.
#[test]
fn sub_funds_of_a_long_cycle_have_longer_to_sell() {
    let sold_in = |sets: &[&str]| {
        let base = [
            "region.one.listed.all.count=1",
            "region.one.listed.all.size=200",
            "deployment.count=1",
            "deployment.investment_years=1",
            "deployment.exit_years=1",
            "deployment.extension_years=2",
            "national.at_term=settle",
            "exit.secondary.probability=1",
            "terms.sub_fund.later_fee.basis=committed",
            "terms.sub_fund.later_fee.rate=0.01",
            "stage.seed.wait={kind=\"lognormal\",mean=30,cv=0.0}",
        ];
        let found = programme(&scenario("reference-r1", &[&base, sets].concat()));
        let ledger = &found.ledger.sub_funds;
        let sold = ledger.proceeds.iter().position(|&p| p > 0.0);
        let last_fee = ledger.fees.iter().rposition(|&fee| fee > 0.0);
        (sold, last_fee)
    };
    let long = "sector.any.long_cycle_years=3";
    assert_eq!(sold_in(&[]), (Some(15), Some(7)));
    assert_eq!(sold_in(&[long]), (Some(27), Some(19)));
    let short_term = ["national.term=6", "national.investment_period=5"];
    assert_eq!(sold_in(&[&short_term[..], &[long]].concat()).0, Some(23));
}
