//! A programme that is continued from a date on: what is actual by then is data, the rest is simulated.

mod support;

use pulp::Arch;
use support::command::printed;
use support::{mean_agrees, programme, replay, scenario};
use tierfund::derived::Derived;
use tierfund::path::company::Route;
use tierfund::path::fundraising::sub_funds::SubFund;
use tierfund::path::{PathContext, Programme, Workspace, simulate_path};
use tierfund::random::{Entity, Streams};
use tierfund::scenario::Scenario;

const AS_OF: &str = "as-of-2027";
/// Its date in quarters.
const QUARTER: usize = 6;

/// Simulated sub-funds are numbered from below, actual ones from above.
fn is_actual(fund: &SubFund) -> bool {
    fund.number > 8000
}

/// Whether simulation takes the sub-fund over with a past.
fn has_past(fund: &SubFund, as_of: f64) -> bool {
    is_actual(fund) && fund.launch < as_of
}

/// A path with its journal.
fn traced(scenario: &Scenario, path: u32) -> Workspace {
    let structure = support::structure(scenario);
    let mut workspace = Workspace::with_journal();
    let context = PathContext {
        scenario,
        structure: &structure,
        streams: Streams::new(4),
        path,
        arch: Arch::new(),
    };
    simulate_path(context, &mut workspace);
    workspace
}

#[test]
fn before_the_date_only_actual_entries_exist() {
    let scenario = scenario(AS_OF, &[]);
    replay(&scenario, 4, 4, |workspace| {
        let programme = &workspace.programme;
        let early = programme.funds.iter().filter(|fund| fund.launch < 1.5);
        assert_eq!(early.clone().count(), 49);
        assert!(early.clone().all(is_actual));
        let simulated = programme.funds.iter().filter(|fund| !is_actual(fund));
        // An approval at the date closes 0.75 years later.
        assert!(simulated.clone().count() > 500);
        assert!(simulated.clone().all(|fund| fund.launch >= 2.25));
        let projects = &programme.direct.projects;
        let paid = projects.iter().filter(|p| p.entrant.since < 1.5);
        assert_eq!(paid.clone().count(), 27);
        assert!(
            paid.clone()
                .all(|p| p.entrant.since == 0.5 && p.entrant.time == 1.5)
        );
        let flows = &programme.ledger.sub_funds;
        assert!(
            flows.proceeds[..QUARTER]
                .iter()
                .all(|&amount| amount == 0.0)
        );
        let called: f64 = flows.calls[..QUARTER].iter().sum();
        assert!((called - 49.0 * 2.5e8).abs() < 1.0, "{called}");
        // Three quarters of equal calls from the closing on.
        assert!((flows.calls[QUARTER - 1] * 3.0 - called).abs() < 1.0);
        assert!(programme.ledger.imbalance() < 1.0);
    });
}

/// The twin of what follows: without the date the same sub-funds begin with their closing.
#[test]
fn without_the_date_simulation_begins_at_the_launch() {
    let mut found = 0;
    replay(&scenario("national-2025", &[]), 4, 2, |workspace| {
        let funds = workspace.programme.funds.iter();
        found += funds.filter(|fund| fund.launch < 1.5).count();
    });
    assert!(found > 20, "{found}");
}

/// Value, cost and number of the stakes, and what is left to invest.
#[test]
fn what_is_held_is_spread_over_stakes_of_the_mean_first_cheque() {
    let sets = [
        "region.gba.fund.closed.distributed=0.5亿",
        "region.yrd.fund.closed.nav=1亿",
    ];
    let scenario = scenario(AS_OF, &sets);
    let structure = support::structure(&scenario);
    let workspace = traced(&scenario, 2);
    let journal = workspace.journal.as_ref().expect("a journal");
    let economy = &workspace.economy;
    let mean = structure.companies.deals.mean_cheque;
    let mandates = workspace.programme.funds.iter().zip(&journal.mandates);
    let mut seen = 0;
    for (fund, mandate) in mandates.filter(|(fund, _)| has_past(fund, 1.5)) {
        let first = Entity::sub_fund(fund.region, fund.number).word();
        let companies = journal.companies.iter();
        let of_fund = companies.filter(|company| company.entity / (1 << 14) == first / (1 << 14));
        let (past, later): (Vec<_>, Vec<_>) = of_fund.partition(|c| c.opening.is_some());
        let invested = mandate.past.invested;
        assert!(
            invested > 2.4e8 && invested < 2.5e8,
            "fees of three quarters"
        );
        assert_eq!(past.len(), (invested / mean).round() as usize);
        let nav = [2.5e8, 1e8, 2.5e8][fund.region as usize];
        let distributed = [0.0, 0.0, 0.5e8][fund.region as usize];
        let kept = nav / (nav + distributed);
        let row = fund.sector as usize * economy.quarters + QUARTER;
        let price = f64::from(economy.price[row]);
        let (mut value, mut cost, mut sold) = (0.0, 0.0, 0.0);
        for company in &past {
            assert!((0.75..1.5).contains(&company.time));
            let stake = f64::from(company.own) * kept * f64::from(company.worth) * price;
            assert!((stake / f64::from(company.opening.expect("a value")) - 1.0).abs() < 1e-5);
            value += stake;
            cost += f64::from(company.cheque);
            let receipts = company.receipts.iter();
            let at = receipts.filter(|receipt| receipt.quarter == QUARTER as u32);
            let at = at.filter(|receipt| receipt.route == Route::Transfer);
            sold += at.map(|receipt| f64::from(receipt.amount)).sum::<f64>();
            assert!(company.events.iter().all(|event| event.time >= 1.5));
        }
        assert!((value / nav - 1.0).abs() < 1e-5);
        assert!((cost / invested - 1.0).abs() < 1e-6);
        assert!(sold >= distributed * (1.0 - 1e-6));
        // Simulated first cheques keep their numbers, fall after the date and spend what is left.
        assert!(
            later
                .iter()
                .all(|company| company.time >= 1.5 && company.time <= 5.75)
        );
        let cheques = later.iter().map(|company| f64::from(company.cheque));
        let left = mandate.investable - cheques.sum::<f64>();
        assert!((0.0..0.05 * mean + 1.0).contains(&left), "{left}");
        seen += 1;
    }
    assert_eq!(seen, 49);
}

#[test]
fn simulated_sub_funds_fill_the_rest_of_the_mandate() {
    let scenario = scenario(AS_OF, &[]);
    let structure = support::structure(&scenario);
    let net = 0.85 * (1.0 - structure.region_fee_budget);
    replay(&scenario, 4, 3, |workspace| {
        let programme = &workspace.programme;
        for (region, closes) in programme.closes.iter().enumerate() {
            let size: f64 = closes.iter().map(|close| close.total).sum();
            let funds = programme.funds.iter();
            let of_region = funds.filter(|fund| fund.region as usize == region);
            let placed: f64 = of_region.map(|fund| fund.regional).sum();
            let filled = placed / (net * size);
            assert!((0.9..=1.0 + 1e-9).contains(&filled), "{filled}");
        }
    });
}

/// A world in which every company is sold once, at 1.2 times its value in the mean, whenever that is.
const ONE_SALE: [&str; 26] = [
    "economy.market_return_sd=0",
    "economy.market_return_mean=0",
    "price.cycle_loading=0",
    "price.sector_loading=0",
    "price.noise=0",
    "stage.*.weights.up_round=0",
    "stage.*.weights.down_round=0",
    "stage.*.weights.fail=0",
    "stage.*.weights.listing=0",
    "stage.*.weights.stalled=0",
    "stage.*.weights.trade_sale=1",
    "exit.trade_sale.mean=1.2",
    "exit.trade_sale_preference=none",
    "exit.transfer.remove=true",
    "exit.tail.remove=true",
    "market.remove=true",
    "direct.remove=true",
    "deployment.follow_on.remove=true",
    "terms.sub_fund.fee.rate=0",
    "terms.sub_fund.later_fee.rate=0",
    "terms.sub_fund.expense_rate=0",
    "terms.sub_fund.carry=0",
    "terms.sub_fund.catch_up=0",
    "national.at_term=hold_nav",
    "regions.last_approval=0",
    "rules.valuation_max.mode=off",
];

/// Equal actual sub-funds of `gba`: a group with a past, and one that closes when simulation takes over.
fn group(name: &str, count: u32, launch: f64, so_far: &[&str]) -> Vec<String> {
    let key = |rest: &str| format!("region.gba.fund.{name}.{rest}");
    let own = [
        key(&format!("count={count}")),
        key("size=10亿"),
        key("regional_share=0.05"),
        key(&format!("launch={launch}")),
    ];
    let so_far = so_far.iter().map(|set| key(set));
    own.into_iter().chain(so_far).collect()
}

fn with_groups(sets: &[&str], groups: &[Vec<String>]) -> Scenario {
    let groups = groups.iter().flatten().map(String::as_str);
    let sets: Vec<&str> = sets.iter().copied().chain(groups).collect();
    scenario("national-2025", &sets)
}

/// TVPI of each sub-fund that closed before year 1, and of each that closed at it.
fn multiples(scenario: &Scenario) -> [Vec<f64>; 2] {
    let mut found = [Vec::new(), Vec::new()];
    replay(scenario, 11, 8, |workspace| {
        for (fund, outcome) in workspace.programme.sub_funds() {
            let multiple = (outcome.distributed + outcome.residual) / outcome.called;
            found[usize::from(fund.launch >= 1.0)].push(multiple);
        }
    });
    found
}

#[test]
fn a_portfolio_held_at_cost_has_the_mean_of_an_ordinary_fund() {
    let sets = [&ONE_SALE[..], &["national.as_of=1"]].concat();
    let ordinary = group("ordinary", 60, 1.0, &[]);
    let at_cost = group("past", 60, 0.75, &["paid_in=10亿", "nav=10亿"]);
    let [past, fresh] = multiples(&with_groups(&sets, &[at_cost, ordinary.clone()]));
    assert_eq!((past.len(), fresh.len()), (480, 480));
    assert!(mean_agrees(&past, 1.2));
    assert!(mean_agrees(&fresh, 1.2));
    // A part paid in: the rest is invested like that of any fund.
    let half = group("past", 60, 0.25, &["paid_in=4亿", "nav=4亿"]);
    let [past, _] = multiples(&with_groups(&sets, &[half, ordinary.clone()]));
    assert!(mean_agrees(&past, 1.2));
    // The twins: a value that is not what was paid.
    for (so_far, expected) in [
        (["paid_in=10亿", "nav=9亿", "distributed=0"], 1.08),
        (["paid_in=10亿", "nav=15亿", "distributed=1亿"], 1.9),
    ] {
        let marked = group("past", 60, 0.75, &so_far);
        let [past, _] = multiples(&with_groups(&sets, &[marked, ordinary.clone()]));
        assert!(mean_agrees(&past, expected));
        assert!(!mean_agrees(&past, 1.2));
    }
}

#[test]
fn a_fund_that_is_paid_in_and_worth_nothing_brings_nothing() {
    let sets = ["national.as_of=1", "regions.last_approval=0"];
    let lost = group("past", 12, 0.5, &["paid_in=10亿", "nav=0"]);
    let programme = programme(&with_groups(&sets, &[lost]));
    let funds = || {
        programme
            .sub_funds()
            .filter(|(fund, _)| has_past(fund, 1.0))
    };
    assert_eq!(funds().count(), 12);
    for (fund, outcome) in funds() {
        assert!((outcome.called - fund.size).abs() < 1e-6 * fund.size);
        assert_eq!((outcome.distributed, outcome.residual), (0.0, 0.0));
    }
    assert_eq!(programme.ends.iter().sum::<u64>(), programme.deals.funded);
    assert_eq!(
        programme.ends[Route::WrittenOff as usize],
        programme.deals.funded
    );
    assert!(programme.deals.funded > 12 * 20);
    let flows = &programme.ledger.sub_funds;
    assert!((flows.calls[..4].iter().sum::<f64>() - 120e8).abs() < 120e8 * 1e-9);
    assert!(programme.ledger.imbalance() < 120e8 * 1e-9);
}

/// A fund of which nothing is paid in yet invests what it would have invested, only not before the date.
#[test]
fn a_fund_that_has_called_nothing_is_an_ordinary_one_from_then_on() {
    let common = [
        "regions.last_approval=0",
        "rules.valuation_max.mode=off",
        "rules.cheque_max.mode=off",
        "market.remove=true",
        "direct.remove=true",
        "deployment.follow_on.remove=true",
    ];
    let now = [&common[..], &["national.as_of=0.5"]].concat();
    let new = group("past", 5, 0.25, &["paid_in=0", "nav=0"]);
    let plain = group("past", 5, 0.25, &[]);
    let [with, without] = [(&now[..], new), (&common[..], plain)]
        .map(|(sets, group)| traced(&with_groups(sets, &[group]), 3));
    // Without the date the other regions approve one sub-fund each at the launch.
    let of_past = |workspace: &Workspace| {
        let journal = workspace.journal.as_ref().expect("a journal");
        let first = Entity::sub_fund(2, 8000).word();
        let mut all = journal.companies.clone();
        all.retain(|company| company.entity >= first);
        all.sort_by_key(|company| company.entity);
        all
    };
    let (now, then) = (of_past(&with), of_past(&without));
    assert!(now.len() > 5 * 20 && now.len() == then.len());
    for (now, then) in now.iter().zip(&then) {
        let [one, other] = [now, then].map(|c| (c.entity, c.stage, c.cheque.to_bits()));
        assert_eq!(one, other);
        assert!(now.time >= 0.5 && now.opening.is_none());
    }
    assert!(then.iter().any(|company| company.time < 0.5));
    let funds = |workspace: &Workspace| {
        let funds = workspace.programme.sub_funds();
        let past = funds.filter(|(fund, _)| is_actual(fund));
        past.map(|(fund, outcome)| (*fund, outcome.early))
            .collect::<Vec<_>>()
    };
    let (now, then) = (funds(&with), funds(&without));
    assert_eq!(now.len(), 5);
    for (one, other) in now.iter().zip(&then) {
        assert_eq!(one.0, other.0);
        assert!((one.1 - other.1).abs() < 1.0);
    }
}

/// Calls never exceed what was committed, whatever is paid in: fees have what is left.
#[test]
fn nobody_calls_more_than_was_committed() {
    for paid_in in ["1亿", "5亿", "9亿", "9.9亿", "10亿"] {
        let sets = ["national.as_of=1.5", "regions.last_approval=0"];
        let so_far = [format!("paid_in={paid_in}"), "nav=8亿".to_owned()];
        let so_far = so_far.each_ref().map(String::as_str);
        let groups = [group("past", 6, 0.25, &so_far)];
        let programme: Programme = programme(&with_groups(&sets, &groups));
        for (fund, outcome) in programme.sub_funds() {
            assert!(outcome.called <= fund.size * (1.0 + 1e-9), "{paid_in}");
            assert!(outcome.called >= 0.8 * fund.size, "{paid_in}");
        }
    }
}

#[test]
fn check_tells_what_is_actual_and_what_is_left() {
    let sets = ["region.gba.fund.closed.distributed=0.5亿"];
    let scenario = scenario(AS_OF, &sets);
    let structure = support::structure(&scenario);
    let actual = Derived::new(&scenario, &structure)
        .actual
        .expect("actual entries");
    assert_eq!(actual.as_of, Some(1.5));
    let gba = &actual.regions[2];
    assert_eq!((gba.closed, gba.signed, gba.projects), (18, 7, 10));
    let sums = [gba.size, gba.tickets, gba.paid_in, gba.nav, gba.distributed];
    for (found, expected) in sums.into_iter().zip([250e8, 50e8, 45e8, 45e8, 9e8]) {
        assert!((found - expected).abs() < 1.0, "{found}");
    }
    // The third of 390亿 that is offered later meets as much of others at the mean take-up of one half.
    let expected = 450.5e8 + 130e8 / (1.0 - scenario.region[2].take_up_mean.fraction());
    let net = expected * (1.0 - structure.region_fee_budget);
    assert!((gba.tickets_left - (0.85 * net - 50e8)).abs() < 1e3);
    assert!((gba.cheques_left - (0.15 * net - 30e8)).abs() < 1e3);
    let plain = support::scenario("national-2025", &[]);
    let derived = Derived::new(&plain, &support::structure(&plain));
    assert_eq!(derived.actual, None);
}

#[test]
fn reports_tell_the_opening_position_in_both_languages() {
    let file = "scenarios/as-of-2027.toml";
    for (lang, title, held, value) in [
        (
            "en",
            "ACTUAL up to year 1.5",
            "held 250.0m",
            "its value then was",
        ),
        (
            "zh",
            "截至第 1.5 年的实际情况",
            "持有估值 2.50亿",
            "当时估值",
        ),
    ] {
        assert!(printed(&["check", file, "--lang", lang]).contains(title));
        let fund = ["trace", file, "--path", "0", "--lang", lang];
        let fund = [&fund[..], &["--region", "gba", "--sub-fund", "16319"]].concat();
        let text = printed(&fund);
        assert!(text.contains(held), "{text}");
        let company = [&fund[..], &["--company", "16383"]].concat();
        assert!(printed(&company).contains(value));
    }
}
