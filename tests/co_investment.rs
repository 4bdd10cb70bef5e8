//! Money of other investors in rounds, counted anew from what a trace tells of every company.

mod support;

use support::{programme, scenario};
use tierfund::path::company::rounds::OthersInRounds;
use tierfund::scenario::Scenario;
use tierfund::trace::{CompanyTrace, Trace};

/// What makes every round known to a reader of the trace: prices are worth alone; a first cheque is always less than
/// its round, which a cheque cut to what is left of its purse would not tell; and no fund sells all its shares in a
/// round, which a trace does not price.
const PLAIN_ROUNDS: [&str; 8] = [
    "price.noise=0",
    "price.cycle_loading=0",
    "price.sector_loading=0",
    "stage.*.pre_money_cv=0.05",
    "stage.*.first_cheque_cv=0.05",
    "direct.cheque_mean=0.3亿",
    "direct.cheque_cv=0.05",
    "exit.transfer.remove=true",
];

/// Adds one company's rounds: `d` of a round's price after it is new money.
fn add(scenario: &Scenario, company: &CompanyTrace, others: &mut OthersInRounds) {
    let dilution = |stage: usize| scenario.stage[stage].dilution.fraction();
    let stage = scenario
        .stage
        .iter()
        .position(|stage| stage.id == company.stage);
    let sold = dilution(stage.expect("a stage")) * company.post_money;
    assert!(sold > company.cheque);
    others.beside += sold - company.cheque;
    let mut own = company.own;
    for event in &company.events {
        if ["up_round", "down_round"].contains(&event.event) {
            let money = dilution(event.stage) * event.worth;
            if event.paid > 0.0 {
                others.beside += money - event.paid;
            } else {
                others.relay += own * money;
            }
        }
        own = event.own;
    }
}

fn counted(scenario: &Scenario) -> OthersInRounds {
    let trace = Trace::new(scenario, 1, 0).expect("a path");
    let mut others = OthersInRounds::default();
    for region in &trace.regions {
        for company in region.sub_funds.iter().flat_map(|fund| &fund.companies) {
            add(scenario, company, &mut others);
        }
        for project in &region.projects {
            add(scenario, &project.company, &mut others);
        }
    }
    others
}

fn differs(found: f64, counted: f64) -> bool {
    // Companies' amounts are single-precision numbers; their errors do not add up.
    (found / counted - 1.0).abs() > 1e-5
}

#[test]
fn money_of_others_is_that_of_every_round_less_the_programme_s_cheques() {
    let scenario = scenario("national-2025", &PLAIN_ROUNDS);
    let (found, counted) = (programme(&scenario).others_in_rounds, counted(&scenario));
    assert!(counted.beside > 1e11 && counted.relay > 1e10);
    assert!(
        !differs(found.beside, counted.beside),
        "{found:?}, {counted:?}"
    );
    assert!(
        !differs(found.relay, counted.relay),
        "{found:?}, {counted:?}"
    );
    // The twin: follow-on rounds left out are noticed.
    let sets = [&PLAIN_ROUNDS[..], &["deployment.follow_on.participation=0"]].concat();
    let without = programme(&support::scenario("national-2025", &sets)).others_in_rounds;
    assert!(differs(without.beside, counted.beside));
}

/// The rung adds the amount, less what the programme's own funds bring, over national money.
#[test]
fn the_rung_is_consolidated_leverage_with_the_others_money() {
    let sets = [
        "co_investment.programme_overlap=0.4",
        "co_investment.additional_share=0.25",
    ];
    let scenario = scenario("national-2025", &sets);
    let outcomes = tierfund::simulation::simulate(&scenario, 1, 0..4).expect("paths");
    let column = |name: &str| outcomes.column(name).expect(name);
    let [rung, net, national, money, additional] = [
        "leverage.co_investment",
        "leverage.consolidated",
        "mobilised.national",
        "co_investment.money",
        "co_investment.additional",
    ]
    .map(column);
    let beside = programme(&scenario).others_in_rounds.beside;
    assert!((money[0] / (0.6 * beside) - 1.0).abs() < 1e-12);
    for path in 0..4 {
        let expected = net[path] + money[path] / national[path];
        assert!((rung[path] - expected).abs() < 1e-9);
        assert!((additional[path] / money[path] - 0.25).abs() < 1e-12);
    }
}

/// The table asks for more numbers and moves none.
#[test]
fn following_other_investors_moves_no_path() {
    let with = scenario("national-2025", &[]);
    let without = scenario("national-2025", &["co_investment.remove=true"]);
    let run = |scenario| tierfund::simulation::simulate(scenario, 3, 0..4).expect("paths");
    let (with, without) = (run(&with), run(&without));
    for spec in &without.specs {
        let of = |outcomes: &tierfund::outcomes::Outcomes| -> Vec<u64> {
            let column = outcomes.column(&spec.name).expect("the column");
            column.into_iter().map(f64::to_bits).collect()
        };
        assert_eq!(of(&with), of(&without), "{}", spec.name);
    }
    assert_eq!(with.specs.len(), without.specs.len() + 5);
}
