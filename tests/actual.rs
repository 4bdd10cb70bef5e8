//! Actual sub-funds and projects: taken as they are, and the model fills only the rest.

mod support;

use support::{replay, scenario};
use tierfund::path::Programme;
use tierfund::path::fundraising::sub_funds::SubFund;

/// Region `gba` is the third of the base.
const GBA: u32 = 2;

const FUNDS: [&str; 4] = [
    "region.gba.fund.signed.count=18",
    "region.gba.fund.signed.size=10亿",
    "region.gba.fund.signed.regional_share=0.2",
    "region.gba.fund.signed.launch=0.5",
];

const PROJECTS: [&str; 8] = [
    "direct.mix.late=1",
    "direct.cheque_mean=3亿",
    "direct.cheque_cv=0.5",
    "direct.pace_years=6",
    "direct.skill=0",
    "region.gba.project.signed.count=10",
    "region.gba.project.signed.cheque=4亿",
    "region.gba.project.signed.date=0.25",
];

/// What happened on each of the first paths.
fn programmes(sets: &[&str]) -> Vec<Programme> {
    let mut found = Vec::new();
    replay(&scenario("national-2025", sets), 4, 6, |workspace| {
        found.push(workspace.programme.clone());
    });
    found
}

fn of_region(programme: &Programme, region: u32) -> Vec<&SubFund> {
    let funds = programme.funds.iter();
    funds.filter(|fund| fund.region == region).collect()
}

/// Simulated sub-funds are numbered from below, actual ones from above.
fn is_actual(fund: &SubFund) -> bool {
    fund.number > 8000
}

#[test]
fn signed_sub_funds_are_there_as_data_and_count_like_others() {
    for programme in programmes(&FUNDS) {
        let funds = of_region(&programme, GBA);
        let signed: Vec<_> = funds.iter().filter(|fund| is_actual(fund)).collect();
        assert_eq!(signed.len(), 18);
        for fund in &signed {
            assert_eq!((fund.launch, fund.size, fund.regional), (0.5, 10e8, 2e8));
            let others: f64 = fund.others.iter().sum();
            assert!((others + fund.gp + fund.regional - 10e8).abs() < 1.0);
            assert!(fund.regional < fund.largest_other);
        }
        // Managers are drawn one by one.
        assert!(signed.windows(2).any(|two| two[0].skill != two[1].skill));
        let raising = &programme.raising[GBA as usize];
        assert_eq!(raising.closed as usize, funds.len());
        assert!(raising.approved >= raising.closed + raising.failed);
        assert!(programme.ledger.imbalance() < 1.0);
        let called = programme.sub_funds().filter(|(fund, _)| is_actual(fund));
        assert!(called.map(|(_, outcome)| outcome.called).sum::<f64>() > 0.9 * 18.0 * 10e8);
    }
}

/// Nothing of the mandate is lost or spent twice: what the region places in all is the mandate, with them and without.
#[test]
fn simulated_sub_funds_fill_the_rest_of_the_mandate() {
    let scenario = scenario("national-2025", &FUNDS);
    let structure = support::structure(&scenario);
    let net = 0.85 * (1.0 - structure.region_fee_budget);
    let tickets = |funds: &[&SubFund]| funds.iter().map(|fund| fund.regional).sum::<f64>();
    for (with, without) in programmes(&FUNDS).iter().zip(&programmes(&[])) {
        let size: f64 = with.closes[2].iter().map(|close| close.total).sum();
        let [placed, before] = [with, without].map(|p| tickets(&of_region(p, GBA)));
        let filled = placed / (net * size);
        assert!(filled > 0.93 && filled <= 1.0 + 1e-9, "{filled}");
        assert!((placed / before - 1.0).abs() < 0.03, "{placed} {before}");
        let simulated = of_region(with, GBA).len() - 18;
        assert!(simulated < of_region(without, GBA).len());
    }
}

#[test]
fn the_luck_of_all_others_stays() {
    for (with, without) in programmes(&FUNDS).iter().zip(&programmes(&[])) {
        for region in 0..GBA {
            assert_eq!(of_region(with, region), of_region(without, region));
        }
        // The first simulated one waits until the opened mandate covers what is signed: the fund is the same, later.
        let first = |p: &Programme| {
            let funds = of_region(p, GBA);
            let known: Vec<_> = funds.iter().filter(|f| !is_actual(f)).collect();
            known
                .iter()
                .map(|f| (f.number, f.skill, f.launch))
                .collect::<Vec<_>>()
        };
        let (now, then) = (first(with), first(without));
        for (number, skill, launch) in &now {
            let before = then.iter().find(|(other, ..)| other == number);
            if let Some((_, same, earlier)) = before {
                assert_eq!(skill, same);
                assert!(launch >= earlier);
            }
        }
        assert!(now[0].2 > then[0].2);
    }
}

#[test]
fn signed_projects_are_paid_first_and_the_rest_of_the_budget_finds_others() {
    let only_direct = &PROJECTS[..5];
    for (with, without) in programmes(&PROJECTS).iter().zip(&programmes(only_direct)) {
        let of_gba = |p: &Programme| {
            let projects = p.direct.projects.iter();
            let projects = projects.filter(|p| p.region == GBA);
            projects.copied().collect::<Vec<_>>()
        };
        let (now, then) = (of_gba(with), of_gba(without));
        let (signed, simulated) = now.split_at(10);
        for project in signed {
            assert_eq!((project.entrant.cost, project.entrant.time), (4e8, 0.25));
            assert_eq!(project.quarter, 1);
        }
        // Simulated ones keep their luck; the first purse is spent earlier in their order.
        assert_eq!(simulated[0], then[0]);
        assert!(simulated.len() < then.len());
        let spent = |projects: &[tierfund::path::deployment::direct::DirectProject]| {
            let cheques = projects.iter().map(|p| f64::from(p.entrant.cost));
            cheques.sum::<f64>()
        };
        // Each of three purses may leave a twentieth of a cheque.
        assert!((spent(&now) - spent(&then)).abs() <= 3.0 * 0.05 * 3e8);
        assert_eq!(with.direct.budget, without.direct.budget);
        assert!(with.ledger.imbalance() < 1.0);
    }
}

/// Two groups close at two dates; both are set aside from the launch on.
#[test]
fn groups_close_at_their_own_dates() {
    let later = [
        "region.gba.fund.later.count=2",
        "region.gba.fund.later.size=5亿",
        "region.gba.fund.later.regional_share=0.3",
        "region.gba.fund.later.launch=2.25",
    ];
    for programme in programmes(&[&FUNDS[..], &later].concat()) {
        let funds = of_region(&programme, GBA);
        let dates: Vec<f64> = funds
            .iter()
            .filter(|fund| is_actual(fund))
            .map(|fund| fund.launch)
            .collect();
        assert_eq!(dates.iter().filter(|&&date| date == 0.5).count(), 18);
        assert_eq!(dates.iter().filter(|&&date| date == 2.25).count(), 2);
        assert!(funds.windows(2).all(|two| two[0].launch <= two[1].launch));
    }
}
