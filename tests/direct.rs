//! Direct projects of regional funds: closed forms, what they leave as it was, and their laws over many paths.

mod support;

use support::{mean_agrees, programme, replay, scenario, share_agrees};
use tierfund::metrics::ladder::{committed, drawn};
use tierfund::outcomes::Outcomes;
use tierfund::path::Programme;
use tierfund::path::company::Route;
use tierfund::simulation::simulate;

/// A region of 1000, of which the nation holds 40%, that puts 200 into projects of 10 over four years, each sold after
/// five years at 1.5 times its cost.
const EQUAL: [&str; 18] = [
    "national.capital=1000",
    "region.one.first_close.national=400",
    "region.one.first_close.total=1000",
    "regions.sub_fund_share=0.8",
    "region.one.listed.all.count=8",
    "region.one.listed.all.size=100",
    "deployment.count=1",
    "terms.sub_fund.fee.rate=0",
    "stage.seed.wait={kind=\"lognormal\",mean=5,cv=0.0}",
    "stage.seed.weights.up_round=0",
    "stage.seed.weights.fail=0",
    "stage.seed.weights.trade_sale=1",
    "exit.trade_sale.median=1.5",
    "direct.mix.seed=1",
    "direct.cheque_mean=10",
    "direct.cheque_cv=0",
    "direct.pace_years=4",
    "direct.skill=0",
];

fn near(found: f64, expected: f64) {
    let off = (found - expected).abs() / expected.abs().max(1.0);
    assert!(off < 1e-6, "{found} instead of {expected}");
}

fn equal(sets: &[&str]) -> Programme {
    programme(&scenario("reference-r1", &[&EQUAL[..], sets].concat()))
}

fn sum(series: &[f64]) -> f64 {
    series.iter().sum()
}

#[test]
fn equal_projects_take_the_budget_and_bring_it_back_with_their_multiple() {
    let programme = equal(&[]);
    let ledger = &programme.ledger;
    let (direct, region) = (&ledger.direct, &ledger.regions[0]);
    assert_eq!(programme.direct.projects.len(), 20);
    assert_eq!(programme.direct.funded_by_stage[0], 20);
    assert_eq!(programme.direct.ends[Route::TradeSale as usize], 20);
    near(programme.direct.budget, 200.0);
    near(sum(&direct.cheques), 200.0);
    near(sum(&direct.cheques[..16]), 200.0);
    for quarter in 0..60 {
        near(direct.proceeds[quarter + 20], 1.5 * direct.cheques[quarter]);
    }
    for quarter in 0..80 {
        // Calls of LPs are in step with them; the nation holds two fifths of all.
        let paid = region.sub_fund_calls[quarter] + direct.cheques[quarter];
        let received = region.sub_fund_distributions[quarter] + direct.proceeds[quarter];
        near(region.calls[quarter], paid);
        near(region.national_calls[quarter], 0.4 * paid);
        near(region.national_distributions[quarter], 0.4 * received);
    }
    assert!(ledger.imbalance() < 1e-9);
    // Companies of sub-funds are counted apart in the programme.
    assert_eq!(programme.funded_by_stage.iter().sum::<u64>(), 8);
}

/// A cheque of 30 into a worth of 8 buys 30 of 38; a budget of 200 is six of them and a last one of 20.
#[test]
fn the_last_cheque_takes_what_is_left() {
    let programme = equal(&["direct.cheque_mean=30"]);
    let costs = |p: &Programme| -> Vec<f64> {
        let projects = p.direct.projects.iter();
        projects.map(|p| f64::from(p.entrant.cost)).collect()
    };
    let found = costs(&programme);
    assert_eq!(found.len(), 7);
    near(found[6], 20.0);
    near(sum(&programme.ledger.direct.proceeds), 1.5 * 200.0);
    let own = |i: usize| f64::from(programme.direct.projects[i].entrant.own);
    near(own(0), 30.0 / 38.0);
    near(own(6), 20.0 / 38.0);
    // A rest of less than a twentieth of a cheque is no deal.
    let programme = equal(&["direct.cheque_mean=99"]);
    near(sum(&costs(&programme)), 198.0);
    near(programme.direct.budget, 200.0);
}

#[test]
fn fees_of_the_region_come_before_its_projects() {
    let fees = [
        "region.one.listed.all.count=6",
        "terms.region.fee.rate=0.01",
        "terms.region.later_fee.rate=0.01",
    ];
    let programme = equal(&fees);
    near(programme.direct.budget, 200.0 * 0.8);
    near(sum(&programme.ledger.direct.cheques), 160.0);
    let region = &programme.ledger.regions[0];
    assert!(sum(&region.calls) <= 1000.0 * (1.0 + 1e-9));
    assert!(programme.ledger.imbalance() < 1e-9);
}

/// Companies that never meet an event are sold at the national term, though the sub-funds' lives end before, or are
/// held there.
#[test]
fn projects_may_be_held_to_the_national_term() {
    let alone = [
        "stage.seed.wait={kind=\"lognormal\",mean=90,cv=0.0}",
        "deployment.investment_years=1",
        "deployment.exit_years=1",
        "national.at_term=settle",
        "exit.secondary.probability=1",
        "exit.secondary.price=0.65",
    ];
    let settled = equal(&alone);
    let proceeds = &settled.ledger.direct.proceeds;
    near(proceeds[79], 0.65 * 200.0);
    near(sum(proceeds), proceeds[79]);
    assert_eq!(settled.direct.ends[Route::Secondary as usize], 20);
    let held = equal(&["national.at_term=hold_nav", alone[0]]);
    let ledger = &held.ledger;
    assert_eq!(sum(&ledger.direct.proceeds), 0.0);
    near(ledger.direct.residual[0], 200.0);
    near(ledger.region_residual[0], 200.0 + ledger.sub_fund_residual);
    near(ledger.national_residual, 0.4 * ledger.region_residual[0]);
    assert_eq!(held.direct.ends[Route::Alive as usize], 20);
}

#[test]
fn money_that_comes_after_the_investment_period_stays_uncalled() {
    let late = equal(&["national.investment_period=1", "region.one.launch=1.5"]);
    assert_eq!(late.direct.projects.len(), 0);
    near(late.direct.budget, 200.0);
    assert_eq!(sum(&late.ledger.direct.cheques), 0.0);
    let cut = equal(&["national.investment_period=1"]);
    assert_eq!(cut.direct.projects.len(), 20);
    near(sum(&cut.ledger.direct.cheques[..4]), 200.0);
}

#[test]
fn drawn_money_of_a_region_includes_its_projects() {
    let scenario = scenario("reference-r1", &EQUAL);
    let programme = programme(&scenario);
    let drawn = drawn(&scenario, &programme);
    let all = committed(&scenario, &programme, f64::INFINITY);
    near(drawn.regions, 200.0 + 8.0);
    near(drawn.national, 0.4 * drawn.regions);
    near(all.regions, 1000.0);
}

const ON: [&str; 7] = [
    "direct.mix.early_mid=0",
    "direct.mix.growth=0.6",
    "direct.mix.late=0.4",
    "direct.cheque_mean=3亿",
    "direct.cheque_cv=0.5",
    "direct.pace_years=6",
    "direct.skill=0",
];

/// The base case in a market with places for all: in a finite one projects take places from sub-funds' companies.
fn run(sets: &[&str]) -> Outcomes {
    let endless = ["market.max_share=1", "market.listings_per_year=1000000000"];
    let sets = [&endless[..], sets].concat();
    simulate(&scenario("national-2025", &sets), 1, 0..4).expect("a valid run")
}

/// Draws of direct projects have addresses of their own: nothing that they do not touch moves by a bit.
#[test]
fn sub_funds_and_commitments_are_what_they_are_without_projects() {
    let (with, without) = (run(&ON), run(&["direct.remove=true"]));
    let mut compared = 0;
    for (column, spec) in without.specs.iter().enumerate() {
        let kept = ["leverage.", "sub_fund", "mobilised."];
        let last = spec.name.rsplit('.').next();
        let of_region = matches!(last, Some("size" | "others_share"));
        let kept = of_region || kept.iter().any(|prefix| spec.name.starts_with(prefix));
        // Their rounds count among those in which others invest.
        if !kept || last == Some("drawn") || spec.name == "leverage.co_investment" {
            continue;
        }
        let there = with.column(&spec.name).expect("the same metric");
        for (row, there) in without.rows().zip(there) {
            let here: f64 = row[column];
            assert_eq!(here.to_bits(), there.to_bits(), "{}", spec.name);
        }
        compared += 1;
    }
    assert!(compared >= 50, "{compared}");
    // The twin: what they do touch moves.
    for name in [
        "leverage.consolidated.drawn",
        "national.dpi",
        "companies.funded",
    ] {
        assert_ne!(with.column(name), without.column(name), "{name}");
    }
    assert!(without.column("direct.dpi").is_none());
}

#[test]
fn the_companies_and_exits_of_a_programme_are_those_of_sub_funds_and_projects() {
    let scenario = scenario("national-2025", &ON);
    let outcomes = simulate(&scenario, 1, 0..2).expect("a valid run");
    let of = |name: &str| outcomes.column(name).expect("a metric");
    let mut path = 0;
    replay(&scenario, 1, 2, |workspace| {
        let Programme { direct, ends, .. } = &workspace.programme;
        let projects = direct.projects.len() as f64;
        assert_eq!(of("direct.projects")[path], projects);
        let sub_funds = workspace.programme.deals.funded as f64;
        assert_eq!(of("companies.stakes")[path], sub_funds + projects);
        let listed = ends[0] + direct.ends[0];
        assert!(direct.ends[0] > 0);
        assert_eq!(of("exits.listing.count")[path], listed as f64);
        let early = of("direct.early_stage_share")[path];
        assert_eq!(early, 0.0);
        path += 1;
    });
}

/// Each close's money is spent from the close on, all but a small rest; and nobody calls more than was committed.
#[test]
fn every_close_adds_its_part() {
    let scenario = scenario("national-2025", &ON);
    let model = support::structure(&scenario).direct.expect("projects");
    replay(&scenario, 3, 20, |workspace| {
        let programme = &workspace.programme;
        for (region, closes) in programme.closes.iter().enumerate() {
            let of_region = programme.direct.projects.iter();
            let of_region = of_region.filter(|p| p.region as usize == region);
            let mut spent_by = [0.0; 3];
            for project in of_region {
                let number = project.entrant.entity >> 14 & 0x3fff;
                let close = (0x3fff - number) as usize;
                let since = f64::from(project.entrant.time) - closes[close].time;
                assert!((-1e-6..=6.0 + 1e-6).contains(&since), "{since}");
                spent_by[close] += f64::from(project.entrant.cost);
            }
            for (spent, close) in spent_by.iter().zip(closes) {
                let budget = model.budget_share * close.total;
                assert!(*spent <= budget * (1.0 + 1e-9));
                assert!(*spent >= budget - 0.05 * 3e8, "{spent} of {budget}");
            }
            let size: f64 = closes.iter().map(|close| close.total).sum();
            let calls = sum(&programme.ledger.regions[region].calls);
            assert!(calls <= size * (1.0 + 1e-9));
        }
    });
}

/// Cheques but the last of a purse follow their law; stages, sectors and dates theirs. A cheque depends on whether it
/// is the last one, so the first three of a purse of about twenty stand for all.
#[test]
fn projects_follow_their_laws() {
    let scenario = scenario("national-2025", &ON);
    let (mut cheques, mut dates) = (Vec::new(), Vec::new());
    let (mut growth, mut heavy, mut all) = (0.0, 0.0, 0.0);
    replay(&scenario, 11, 400, |workspace| {
        for project in &workspace.programme.direct.projects {
            let company = &project.entrant;
            if company.entity & 0x3fff < 3 && company.entity >> 14 & 0x3fff == 0x3fff {
                cheques.push(f64::from(company.cost) / 3e8);
                dates.push(f64::from(company.time));
                growth += f64::from(u8::from(project.stage == 3));
                heavy += f64::from(u8::from(project.sector == 0));
                all += 1.0;
            }
        }
    });
    assert_eq!(all, 400.0 * 9.0);
    assert!(mean_agrees(&cheques, 1.0));
    let squares: Vec<f64> = cheques.iter().map(|c| (c - 1.0) * (c - 1.0)).collect();
    assert!(mean_agrees(&squares, 0.25));
    assert!(mean_agrees(&dates, 3.0));
    assert!(share_agrees(growth, all, 0.6));
    let weights: f64 = scenario.sector.iter().map(|sector| sector.weight).sum();
    assert!(share_agrees(
        heavy,
        all,
        scenario.sector[0].weight / weights
    ));
    // The twin: another mean would be noticed.
    assert!(!mean_agrees(&cheques, 1.05));
}

/// A skilled team sells dearer: the events of its companies are better.
#[test]
fn skill_moves_the_fate_of_projects() {
    let dpi = |skill: &str| {
        let skill = format!("direct.skill={skill}");
        let sets = [&ON[..5], &[skill.as_str()]].concat();
        let outcomes = simulate(&scenario("national-2025", &sets), 1, 0..30).expect("a valid run");
        let column = outcomes.column("direct.dpi").expect("a metric");
        column.iter().sum::<f64>() / 30.0
    };
    let (poor, mean, good) = (dpi("-2"), dpi("0"), dpi("2"));
    assert!(poor < mean && mean < good, "{poor} {mean} {good}");
}

/// "Sub-funds take at least 80% of investment": measured on what is in fact invested; the early-stage floor of the
/// programme counts projects, too.
#[test]
fn rules_see_what_projects_take() {
    let (with, without) = (run(&ON), run(&["direct.remove=true"]));
    let of = |outcomes: &Outcomes, name: &str| outcomes.column(name).expect("a metric");
    let share = "rules.sub_fund_share_min.measured";
    for (with, without) in of(&with, share).iter().zip(of(&without, share)) {
        assert!((with - without).abs() < 0.005, "{with} {without}");
    }
    let early = "rules.programme_early_stage_min.measured";
    for (with, without) in of(&with, early).iter().zip(of(&without, early)) {
        assert!(*with < without && *with > 0.9 * without, "{with} {without}");
    }
}
