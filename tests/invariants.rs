//! What must hold on every path of every valid scenario: closed accounts, kept rules, no missing numbers.

mod support;

use proptest::prelude::*;
use support::{replay, scenario};
use tierfund::path::{FundOutcome, Programme};
use tierfund::scenario::{ConcessionTo, Scenario};

/// The scenario of the tests that gives every optional table.
const ALL_FEATURES: &str = "../tests/scenarios/all-features";

/// Accounts close to this part of the programme's money.
const CLOSED: f64 = 1e-9;

/// Each class of LPs paid its part of what every vehicle called, and got its part from sub-funds.
fn of_classes(scenario: &Scenario, programme: &Programme, account: &mut impl FnMut(f64, f64)) {
    let ledger = &programme.ledger;
    let sum = |series: &[f64]| series.iter().sum::<f64>();
    for (class, lps) in ledger.lps.iter().enumerate() {
        let regions = programme.closes.iter().zip(&ledger.regions);
        let of_regions = regions.map(|(closes, flows)| {
            let held: f64 = closes.iter().map(|close| close.others[class]).sum();
            let total: f64 = closes.iter().map(|close| close.total).sum();
            held / total.max(1.0) * sum(&flows.calls)
        });
        account(sum(&lps.regions.calls), of_regions.sum());
        let of_funds = |of: fn(&FundOutcome) -> f64| -> f64 {
            let funds = programme.sub_funds();
            funds
                .map(|(fund, outcome)| fund.others[class] / fund.size * of(outcome))
                .sum()
        };
        account(sum(&lps.sub_funds.calls), of_funds(|fund| fund.called));
        let conceded = programme.sub_funds().map(|(fund, outcome)| {
            let others: f64 = fund.others.iter().sum();
            outcome.conceded
                * match scenario.terms.sub_fund.concession {
                    Some(to) if to.to == ConcessionTo::OtherLps => fund.others[class] / others,
                    Some(_) => fund.others[class] / fund.size,
                    None => 0.0,
                }
        });
        account(
            sum(&lps.sub_funds.distributions),
            of_funds(|fund| fund.distributed) + conceded.sum::<f64>(),
        );
    }
}

/// Proceeds by route, over quarters and over stages of the first cheque; companies by stage, sector and region.
fn by_parts(programme: &Programme, account: &mut impl FnMut(f64, f64)) {
    let direct = &programme.direct;
    let sum = |series: &[f64]| series.iter().sum::<f64>();
    for route in tierfund::path::company::Route::ALL {
        let all = programme.proceeds[route as usize] + direct.proceeds[route as usize];
        if route.pays() {
            account(
                sum(&programme.ledger.proceeds_by_route[route as usize]),
                all,
            );
        }
        if let Some(realised) = &programme.realised {
            account(sum(&realised.by_stage[route as usize]), all);
        }
    }
    let count = |counts: &[u64]| counts.iter().sum::<u64>();
    let (funded, projects) = (programme.deals.funded, direct.projects.len() as u64);
    for (of_funds, own) in [
        (&programme.funded_by_stage, &direct.funded_by_stage),
        (&programme.funded_by_sector, &direct.funded_by_sector),
        (&programme.funded_by_region, &direct.funded_by_region),
    ] {
        assert_eq!((count(of_funds), count(own)), (funded, projects));
    }
}

/// The largest relative gap of any account, with those that only whole lives show.
fn gap(scenario: &Scenario, programme: &Programme) -> f64 {
    let ledger = &programme.ledger;
    let size: f64 = programme.funds.iter().map(|fund| fund.size).sum();
    let sum = |series: &[f64]| series.iter().sum::<f64>();
    let mut worst = ledger.imbalance();
    let mut account = |one: f64, other: f64| worst = worst.max((one - other).abs());
    // What left the funds for companies, and came back, is what companies say.
    account(
        sum(&ledger.sub_funds.cheques),
        programme.cheques_by_stage.iter().sum(),
    );
    let (paid, held): (Vec<_>, Vec<_>) = tierfund::path::company::Route::ALL
        .into_iter()
        .partition(|route| !route.is_held());
    let of = |routes: &[tierfund::path::company::Route]| -> f64 {
        routes
            .iter()
            .map(|&route| programme.proceeds[route as usize])
            .sum()
    };
    account(sum(&ledger.sub_funds.proceeds), of(&paid));
    account(ledger.sub_fund_residual, of(&held));
    // Funds' balances are the pool's.
    account(
        sum(&ledger.sub_funds.calls),
        programme.outcomes.iter().map(|fund| fund.called).sum(),
    );
    account(
        sum(&ledger.sub_funds.distributions),
        programme.outcomes.iter().map(|fund| fund.distributed).sum(),
    );
    // The same of regional funds' own projects.
    let direct = &programme.direct;
    account(
        sum(&ledger.direct.cheques),
        direct.cheques_by_stage.iter().sum(),
    );
    let of_direct = |routes: &[tierfund::path::company::Route]| -> f64 {
        let proceeds = routes.iter().map(|&route| direct.proceeds[route as usize]);
        proceeds.sum()
    };
    account(sum(&ledger.direct.proceeds), of_direct(&paid));
    account(sum(&ledger.direct.residual), of_direct(&held));
    assert!(sum(&ledger.direct.cheques) <= direct.budget * (1.0 + CLOSED));
    assert_eq!(
        direct.ends.iter().sum::<u64>(),
        direct.projects.len() as u64
    );
    by_parts(programme, &mut account);
    // Nobody calls more than was committed, but for what recycling calls again.
    let recycled = scenario
        .deployment
        .recycling
        .map_or(0.0, |law| law.cap.fraction());
    for (flows, closes) in ledger.regions.iter().zip(&programme.closes) {
        let size: f64 = closes.iter().map(|close| close.total).sum();
        assert!(
            sum(&flows.calls) <= size * (1.0 + recycled + CLOSED),
            "called more than committed"
        );
    }
    // Each region pays its part of each fund.
    for (region, flows) in ledger.regions.iter().enumerate() {
        let funds = || {
            programme
                .sub_funds()
                .filter(|(fund, _)| fund.region as usize == region)
                .map(|(fund, outcome)| (fund.regional / fund.size, outcome))
        };
        account(
            sum(&flows.sub_fund_calls),
            funds().map(|(part, fund)| part * fund.called).sum(),
        );
        let conceded: f64 = funds().map(|(_, fund)| fund.conceded).sum();
        account(sum(&flows.sub_fund_conceded), conceded);
        let to_gp = scenario.terms.sub_fund.concession;
        let to_gp = to_gp.is_some_and(|concession| concession.to == ConcessionTo::Gp);
        let of_all =
            |fund: &FundOutcome| fund.distributed + if to_gp { fund.conceded } else { 0.0 };
        account(
            sum(&flows.sub_fund_distributions) + conceded,
            funds().map(|(part, fund)| part * of_all(fund)).sum(),
        );
    }
    of_classes(scenario, programme, &mut account);
    // Every sub-fund's size is its LPs' and its GP's money; what is called twice was distributed once.
    let recycling = scenario.deployment.recycling;
    let recycled = recycling.map_or(0.0, |law| law.cap.fraction());
    for (fund, outcome) in programme.sub_funds() {
        let others: f64 = fund.others.iter().sum();
        account(fund.size, fund.regional + fund.gp + others);
        assert!(
            outcome.called <= fund.size * (1.0 + recycled + CLOSED),
            "called more than committed: {fund:?}"
        );
    }
    if let Some(realised) = &programme.realised {
        let (one, five) = (realised.top_1_share, realised.top_5_share);
        assert!(five.is_nan() || (0.0 < one && one <= five && five <= 1.0 + CLOSED));
        assert!(realised.unicorns <= programme.deals.funded);
    }
    let companies: u64 = programme.ends.iter().sum();
    assert_eq!(companies, programme.deals.funded, "every company ends once");
    assert_eq!(scenario.stage.len(), programme.funded_by_stage.len());
    worst / size.max(1.0)
}

#[test]
fn accounts_of_shipped_scenarios_close() {
    for (name, paths) in [
        ("national-2025", 12),
        (ALL_FEATURES, 12),
        ("reference-r1", 12),
    ] {
        let scenario = scenario(name, &[]);
        replay(&scenario, 5, paths, |workspace| {
            assert!(gap(&scenario, &workspace.programme) < CLOSED);
        });
    }
}

/// Drops the largest amount of a series; calls in tranches leave quarters without any.
fn lose_largest(series: &mut [f64]) {
    let largest = series.iter().copied().fold(0.0, f64::max);
    for amount in series.iter_mut().filter(|amount| **amount == largest) {
        *amount = 0.0;
    }
}

/// The twin: faults that an account must show.
#[test]
fn planted_faults_open_an_account() {
    let scenario = scenario("../tests/scenarios/all-features", &[]);
    let faults: [fn(&mut Programme); 18] = [
        |p| p.ledger.sub_funds.fees[30] = 0.0,
        |p| p.ledger.sub_funds.carry[60] *= 2.0,
        |p| p.ledger.regions[1].distributions.rotate_right(1),
        |p| lose_largest(&mut p.ledger.regions[0].national_calls),
        |p| p.ledger.lps[2].sub_funds.distributions[60] = 0.0,
        |p| p.ledger.lps[0].regions.calls.rotate_right(1),
        |p| p.outcomes[3].called -= 1e6,
        |p| p.proceeds[0] += 1e7,
        |p| p.ledger.regions[2].direct_cheques.rotate_right(1),
        |p| p.ledger.direct.proceeds[50] = 0.0,
        |p| p.direct.proceeds[0] += 1e7,
        |p| p.ledger.regions[0].interest.fill(0.0),
        |p| p.ledger.regions[1].cash.rotate_right(1),
        |p| p.ledger.regions[1].cash[79] += 1e7,
        |p| p.ledger.regions[2].cash_left += 1e7,
        |p| p.ledger.proceeds_by_route[0].rotate_right(1),
        |p| lose_largest(&mut p.ledger.proceeds_by_route[6]),
        |p| p.realised.as_mut().expect("followed").by_stage[0][1] += 1e7,
    ];
    replay(&scenario, 5, 1, |workspace| {
        for fault in faults {
            let mut broken = workspace.programme.clone();
            fault(&mut broken);
            assert!(gap(&scenario, &broken) > 1e-7);
        }
    });
}

#[test]
fn enforced_rules_are_kept_by_every_vehicle() {
    let late = [
        "deployment.mix.growth=0.5",
        "deployment.follow_on.participation=1",
        "exit.transfer.probability.seed=0",
    ];
    for (name, sets, paths) in [
        ("national-2025", &[][..], 40),
        (ALL_FEATURES, &[], 10),
        (ALL_FEATURES, &late, 10),
    ] {
        keeps_enforced_rules(&scenario(name, sets), paths);
    }
}

fn keeps_enforced_rules(scenario: &Scenario, paths: u32) {
    let rules = &scenario.rules;
    replay(scenario, 9, paths, |workspace| {
        for (fund, outcome) in workspace.programme.sub_funds() {
            assert!(outcome.early >= rules.early_stage_min.threshold * fund.size * (1.0 - CLOSED));
            assert!(fund.regional < fund.largest_other);
            assert!(fund.regional <= 0.30 * fund.size * (1.0 + CLOSED));
            assert!(fund.launch <= rules.investment_period.threshold);
        }
        assert_eq!(workspace.programme.deals.dear_deals, 0);
        assert_eq!(workspace.programme.deals.large_cheques, 0);
    });
}

/// Direct projects: absent, or one of three, the second beside what is signed, the third after a past that is data.
const DIRECT: [&[&str]; 4] = [
    &[],
    &[
        "direct.mix.late=1",
        "direct.cheque_mean=2亿",
        "direct.cheque_cv=0.6",
        "direct.pace_years=4",
        "direct.skill=0",
    ],
    &[
        "direct.mix.seed=1",
        "direct.mix.growth=3",
        "direct.cheque_mean=1000万",
        "direct.cheque_cv=0",
        "direct.pace_years=20",
        "direct.skill=-1",
        "region.gba.fund.signed.count=2",
        "region.gba.fund.signed.size=5亿",
        "region.gba.fund.signed.regional_share=0.2",
        "region.gba.fund.signed.launch=1",
        "region.yrd.project.signed.count=2",
        "region.yrd.project.signed.cheque=5000万",
        "region.yrd.project.signed.date=0",
    ],
    &[
        "direct.mix.growth=1",
        "direct.cheque_mean=3000万",
        "direct.cheque_cv=0.5",
        "direct.pace_years=5",
        "direct.skill=0",
        "national.as_of=1",
        // A life that is not over by then.
        "deployment.exit_years=4",
        "region.gba.fund.past.count=2",
        "region.gba.fund.past.size=5亿",
        "region.gba.fund.past.regional_share=0.2",
        "region.gba.fund.past.launch=0.25",
        "region.gba.fund.past.paid_in=2亿",
        "region.gba.fund.past.nav=1.5亿",
        "region.gba.fund.past.distributed=0.3亿",
        "region.gba.fund.lost.count=1",
        "region.gba.fund.lost.size=3亿",
        "region.gba.fund.lost.regional_share=0.3",
        "region.gba.fund.lost.launch=0.6",
        "region.gba.fund.lost.paid_in=3亿",
        "region.gba.fund.lost.nav=0",
        "region.yrd.fund.signed.count=2",
        "region.yrd.fund.signed.size=6亿",
        "region.yrd.fund.signed.regional_share=0.1",
        "region.yrd.fund.signed.launch=1.25",
        "region.yrd.project.past.count=2",
        "region.yrd.project.past.cheque=5000万",
        "region.yrd.project.past.date=0",
        "region.yrd.project.past.nav=4000万",
        "region.jjj.project.lost.count=1",
        "region.jjj.project.lost.cheque=5000万",
        "region.jjj.project.lost.date=0.5",
        "region.jjj.project.lost.nav=0",
        "region.gba.project.signed.count=1",
        "region.gba.project.signed.cheque=5000万",
        "region.gba.project.signed.date=1",
    ],
];

/// A table that may be left out: a concession by the public LP of `fund`.
fn concession(fund: &'static str) -> impl Strategy<Value = Option<String>> {
    let to = prop::sample::select(&["other_lps", "gp"][..]);
    let table = (0.0..1.0, to).prop_map(move |(share, to)| {
        format!("terms.{fund}.concession={{share={share},to=\"{to}\"}}")
    });
    prop::option::of(table)
}

/// Small random variants of the national scenario: other numbers, other choices, other structures.
#[allow(clippy::too_many_lines)] // a list
fn variants() -> impl Strategy<Value = Vec<String>> {
    let number = |key: &'static str, low: f64, high: f64| {
        (low..high).prop_map(move |value| format!("{key}={value}"))
    };
    let choice = |key: &'static str, words: &'static [&'static str]| {
        prop::sample::select(words).prop_map(move |word| format!("{key}={word}"))
    };
    let modes: &[&str] = &["enforce", "report", "off"];
    let money = (
        number("region.*.take_up_mean", 0.05, 0.9),
        choice("regions.take_up_model", &["fixed", "stochastic", "elastic"]),
        choice("sub_funds.ticket", &["share", "money"]),
        number("sub_funds.requested_share_mean", 0.08, 0.5),
        number("sub_funds.share_cap", 0.05, 0.6),
        number("sub_funds.raised_mean", 0.45, 0.9),
        number("sub_funds.closing_failure_mean", 0.02, 0.6),
        number("sub_funds.gp_commitment", 0.0, 0.2),
        choice("sub_funds.lp_count", &["2", "3", "6", "11"]),
    );
    let terms = (
        choice(
            "terms.sub_fund.fee.basis",
            &["committed", "paid_in", "invested_cost"],
        ),
        choice(
            "terms.sub_fund.later_fee.basis",
            &["committed", "paid_in", "invested_cost"],
        ),
        choice(
            "terms.region.fee.basis",
            &["committed", "paid_in", "invested_cost"],
        ),
        number("terms.sub_fund.fee.rate", 0.0, 0.025),
        number("terms.sub_fund.hurdle", 0.0, 0.15),
        number("terms.sub_fund.catch_up", 0.0, 1.0),
        number("terms.sub_fund.carry", 0.0, 0.4),
        number("terms.region.carry", 0.0, 0.3),
        choice("national.unplaced_capital", &["later_closes", "none"]),
    );
    let companies = (
        choice("deployment.investment_years", &["0.25", "3", "5", "8"]),
        choice("deployment.exit_years", &["0", "4", "10"]),
        number("deployment.mix.growth", 0.0, 1.0),
        number("deployment.mix.late", 0.0, 1.0),
        number("price.market_beta", -1.0, 2.0),
        choice("rules.early_stage_min.mode", modes),
        choice("rules.not_largest_lp.mode", modes),
        choice("rules.valuation_max.mode", modes),
        choice("rules.cheque_max.mode", modes),
    );
    let small = [
        "national.capital=60亿",
        "region.*.first_close.national=10亿",
        "region.*.first_close.total=20亿",
    ];
    let exits = (
        choice("national.at_term", &["settle", "hold_nav"]),
        choice("deployment.extension_years", &["0", "2"]),
        choice("exit.sell_down", &["none", "legal"]),
        choice("exit.lock_up_months", &["0", "12", "40"]),
        number("exit.sell_down_pace.under_36_months", 0.001, 0.1),
        choice("exit.trade_sale_preference", &["none", "pari_passu"]),
        number("exit.secondary.probability", 0.0, 1.0),
        choice("exit.redemption.model", &["none", "claims"]),
        number("exit.redemption.after_years", 0.0, 12.0),
    );
    let pool = (1..40_u32, 0.0..1.0_f64).prop_map(|(size, persistence)| {
        format!("sub_funds.manager_pool={{size={size},persistence={persistence}}}")
    });
    let record = (-3.0..3.0).prop_map(|l: f64| format!("sub_funds.track_record={{loading={l}}}"));
    let long_cycle = choice("sector.ai.long_cycle_years", &["0", "3", "12.5"]);
    let direct = prop::sample::select(DIRECT.to_vec());
    let tranche = (0.001..1.0)
        .prop_map(|tranche: f64| format!("regions={{call_policy=\"tranches\",tranche={tranche}}}"));
    let features = (
        direct,
        concession("sub_fund"),
        concession("region"),
        prop::option::of(pool),
        prop::option::of(record),
        prop::option::of(long_cycle),
        prop::option::of(tranche),
        number("national.cash_rate", 0.0, 0.3),
        choice("report.by_company", &["true", "false"]),
    );
    let features = features.prop_map(|(direct, a, b, c, d, e, f, cash_rate, by_company)| {
        let optional = [a, b, c, d, e, f].into_iter().flatten();
        let direct = direct.iter().map(|&set| set.to_owned());
        let features = direct.chain(optional).chain([cash_rate, by_company]);
        features.collect::<Vec<String>>()
    });
    let all = (money, terms, companies, exits, features);
    all.prop_map(move |(money, terms, companies, exits, features)| {
        let lists = [
            vec![
                money.0, money.1, money.2, money.3, money.4, money.5, money.6, money.7, money.8,
            ],
            vec![
                terms.0, terms.1, terms.2, terms.3, terms.4, terms.5, terms.6, terms.7, terms.8,
            ],
            vec![
                companies.0,
                companies.1,
                companies.2,
                companies.3,
                companies.4,
                companies.5,
                companies.6,
                companies.7,
                companies.8,
            ],
            vec![
                exits.0, exits.1, exits.2, exits.3, exits.4, exits.5, exits.6, exits.7, exits.8,
            ],
            features,
        ];
        small
            .iter()
            .map(|&set| set.to_owned())
            .chain(lists.into_iter().flatten())
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: std::env::var("RANDOM_CASES").map_or(400, |n| n.parse().unwrap_or(400)), failure_persistence: None, max_global_rejects: 1_000_000, ..ProptestConfig::default() })]

    #[test]
    fn random_valid_scenarios_close_their_accounts(sets in variants(), features in any::<bool>(), seed in 0_u64..1_000_000) {
        let sets: Vec<&str> = sets.iter().map(String::as_str).collect();
        let name = if features { ALL_FEATURES } else { "national-2025" };
        let scenario = scenario(name, &sets);
        // Combinations that no law fulfils are refused; they are not what this test is about.
        prop_assume!(tierfund::structure::Structure::new(&scenario).is_ok());
        replay(&scenario, seed, 2, |workspace| {
            assert!(gap(&scenario, &workspace.programme) < CLOSED, "{sets:?}");
            let mut row = Vec::new();
            let structure = support::structure(&scenario);
            let (economy, programme) = (&workspace.economy, &workspace.programme);
            tierfund::metrics::record(&scenario, &structure, economy, programme, &mut row);
            assert!(row.iter().all(|value: &f64| !value.is_infinite()), "{sets:?}");
            assert!(row[2].is_finite(), "no consolidated leverage: {sets:?}");
        });
    }
}
