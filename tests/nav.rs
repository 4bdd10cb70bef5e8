//! NAV by quarter: what it is in cases worked by hand, at the term, and that following it changes nothing else.

mod support;

use support::{programme, replay, scenario};
use tierfund::path::Programme;
use tierfund::scenario::Scenario;
use tierfund::simulation::simulate;

/// One sub-fund without fees and with one company: a cheque of 3 into a round of 3 at a price of 97, which meets
/// `event` 20 months later, in a market that grows by 8% a year and moves prices in full.
fn one_company(event: &str, sets: &[&str]) -> Programme {
    let event = format!("stage.seed.weights.{event}=1");
    let base = [
        "report.nav=true",
        "region.one.listed.all.count=1",
        "region.one.listed.all.size=200",
        "deployment.count=1",
        "deployment.investment_years=1",
        "terms.sub_fund.fee.rate=0",
        "stage.seed.first_cheque_mean=3",
        "stage.seed.pre_money_mean=97",
        "stage.seed.dilution=0.03",
        "stage.seed.wait={kind=\"lognormal\",mean=1.6667,cv=0.0}",
        "stage.seed.weights.up_round=0",
        "stage.seed.weights.fail=0",
        "stage.seed.weights.trade_sale=0",
        "economy.market_return_mean=0.08",
        "price.market_beta=1",
        &event,
    ];
    programme(&scenario("reference-r1", &[&base, sets].concat()))
}

/// Quarter of the first cheque.
fn paid(programme: &Programme) -> usize {
    let cheques = programme.ledger.sub_funds.cheques.iter();
    let mut paid = cheques.enumerate().filter(|(_, cheque)| **cheque > 0.0);
    paid.next().expect("a cheque").0
}

/// Growth of the market over so many quarters.
fn growth(quarters: usize) -> f64 {
    libm::pow(1.08, quarters as f64 / 4.0)
}

fn agrees(found: f64, expected: f64) -> bool {
    // Single-precision amounts and dates.
    (found - expected).abs() <= 1e-5 * expected
}

/// Until the sale the stake of 3 grows with the market, quarter by quarter; then nothing is held. The twin, a mark at
/// the price of the last round, stays at 3.
#[test]
fn a_stake_is_marked_at_the_price_of_the_quarter() {
    let programme = one_company("fail", &[]);
    let (nav, first) = (&programme.ledger.sub_funds.nav, paid(&programme));
    let until = nav.iter().rposition(|&nav| nav != 0.0).expect("a stake") + 1;
    assert!((6..=7).contains(&(until - first)), "20 months: {until}");
    assert!(nav[..first].iter().all(|&nav| nav == 0.0));
    // Prices of the quarter of the cheque are in the cheque.
    for (k, &nav) in nav[first..until].iter().enumerate() {
        assert!(agrees(nav, 3.0 * growth(k)), "{k}: {nav}");
        assert!(k == 0 || !agrees(nav, 3.0), "the twin must fail");
    }
}

/// A stake that lists at twice its worth: from then on the shares follow the index, a third of them is sold in each of
/// three quarters after a year, and NAV is what is left.
#[test]
fn listed_shares_follow_the_index_until_they_are_sold() {
    let legal = [
        "exit.sell_down=legal",
        "exit.lock_up_months=12",
        "exit.sell_down_pace.under_36_months=0.01",
        "exit.sell_down_pace.from_36_months=0.015",
        "exit.sell_down_pace.from_48_months=0.03",
    ];
    let programme = one_company("listing", &legal);
    let sub_funds = &programme.ledger.sub_funds;
    let (nav, first) = (&sub_funds.nav, paid(&programme));
    let sold: Vec<usize> = (0..nav.len())
        .filter(|&q| sub_funds.proceeds[q] > 0.0)
        .collect();
    assert_eq!(sold.len(), 3);
    let listing = sold[0] - 4;
    for (quarter, &nav) in nav.iter().enumerate().skip(first) {
        let left = sold.iter().filter(|&&sold| sold > quarter).count() as f64 / 3.0;
        let price = if quarter < listing { 1.0 } else { 2.0 };
        let expected = price * 3.0 * left * growth(quarter - first);
        assert!(agrees(nav, expected), "{quarter}: {nav} {expected}");
    }
}

/// Settled, a stalled company is held up to its fund's end and moves with the market; held to the term it keeps the
/// value with which it stalled, which is what the term reports.
#[test]
fn a_stalled_company_is_held_until_its_end() {
    let (settled, held) = (
        one_company("stalled", &["national.at_term=settle"]),
        one_company("stalled", &[]),
    );
    let first = paid(&settled);
    let nav = &settled.ledger.sub_funds.nav;
    let until = nav.iter().rposition(|&nav| nav != 0.0).expect("a stake") + 1;
    assert!(until - first > 8, "{until}");
    for (k, &nav) in nav[first..until].iter().enumerate() {
        assert!(agrees(nav, 3.0 * growth(k)), "{k}: {nav}");
    }
    let nav = &held.ledger.sub_funds.nav;
    let last = nav[nav.len() - 1];
    assert!(agrees(last, held.ledger.sub_fund_residual));
    let when = nav.iter().position(|&nav| nav == last).expect("a quarter") - first;
    assert!((6..=7).contains(&when) && agrees(last, 3.0 * growth(when)));
}

/// NAV at the term and value held at the term, tier by tier.
fn at_the_term(programme: &Programme) -> Vec<[f64; 2]> {
    let ledger = &programme.ledger;
    let last = |nav: &[f64]| *nav.last().expect("a quarter");
    let regions = ledger.regions.iter().zip(&ledger.region_residual);
    let regions = regions.map(|(flows, &residual)| [last(&flows.nav), residual]);
    let direct = ledger.direct.residual.iter().sum();
    let tiers = [
        [last(&ledger.national.nav), ledger.national_residual],
        [last(&ledger.sub_funds.nav), ledger.sub_fund_residual],
        [last(&ledger.direct.nav), direct],
    ];
    tiers.into_iter().chain(regions).collect()
}

/// What each scenario holds at the term is its NAV there: value or nothing.
#[test]
fn at_the_term_nav_is_what_is_held() {
    let nav = "report.nav=true";
    let hold = "national.at_term=hold_nav";
    let all = "../tests/scenarios/all-features";
    for (name, sets, holds) in [
        ("reference-r1", &[nav][..], true),
        ("national-2025", &[nav], false),
        ("national-2025", &[nav, hold], true),
        (all, &[nav], false),
        (all, &[nav, hold], true),
        ("as-of-2027", &[nav], false),
        ("as-of-2027", &[nav, hold], true),
    ] {
        replay(&scenario(name, sets), 3, 3, |workspace| {
            let programme = &workspace.programme;
            let peak = programme.ledger.sub_funds.nav.iter().copied();
            let peak = peak.fold(0.0, f64::max);
            assert!(peak > 0.0);
            let tiers = at_the_term(programme);
            assert!(tiers[0][1] > 0.0 || !holds, "{name}: something is held");
            for (tier, [found, residual]) in tiers.into_iter().enumerate() {
                // Each stake is a product of single-precision numbers: up to four roundings of 2^-24, all in one
                // direction at worst. What has ended leaves rounding of sums in double precision.
                let bound = 4.0 / (1 << 24) as f64 * residual + 1e-12 * peak;
                assert!(
                    (found - residual).abs() <= bound,
                    "{name} {sets:?} tier {tier}: {found} {residual}"
                );
            }
        });
    }
}

/// Before simulation takes over, in quarter 6, all that is held stands at what was paid for it so far. In that quarter
/// it stands at what is stated for it, beside what is bought then: prices are fair, and nothing happens to a company
/// for four years. Regions hold a fifth of their sub-funds, and their projects.
#[test]
fn an_opening_portfolio_is_held_at_cost_and_then_at_its_value() {
    let sets = [
        "stage.*.wait={kind=\"lognormal\",mean=4,cv=0.0}",
        "price.noise=0",
        "market.remove=true",
        "region.*.fund.closed.nav=3亿",
        "region.*.fund.closed.distributed=0.5亿",
    ];
    let ledger = programme(&scenario("as-of-2027", &sets)).ledger;
    let of_regions = |quarter: usize| -> f64 {
        let nav = ledger.regions.iter().map(|flows| flows.nav[quarter]);
        nav.sum()
    };
    let (mut funds, mut projects) = (0.0, 0.0);
    for quarter in 0..6 {
        funds += ledger.sub_funds.cheques[quarter];
        projects += ledger.direct.cheques[quarter];
        for (found, cost) in [
            (ledger.sub_funds.nav[quarter], funds),
            (ledger.direct.nav[quarter], projects),
            (of_regions(quarter), 0.2 * funds + projects),
        ] {
            assert!(
                (found - cost).abs() <= 1e-9 * cost,
                "{quarter}: {found} {cost}"
            );
        }
    }
    assert!(funds > 0.95 * 49.0 * 2.5e8 && funds < 49.0 * 2.5e8);
    assert!(agrees(projects, 27.0 * 3e8));
    let bought = [ledger.sub_funds.cheques[6], ledger.direct.cheques[6]];
    assert!(bought.iter().all(|&bought| bought > 0.0));
    let [funds_nav, projects_nav] = [ledger.sub_funds.nav[6], ledger.direct.nav[6]];
    assert!(agrees(funds_nav, 49.0 * 3e8 + bought[0]), "{funds_nav}");
    assert!(
        agrees(projects_nav, 27.0 * 3.2e8 + bought[1]),
        "{projects_nav}"
    );
    assert!(agrees(of_regions(6), 0.2 * funds_nav + projects_nav));
    // The twins: cost, and what was bought in full, with the part of it that was sold.
    for wrong in [funds, 49.0 * 3.5e8] {
        assert!(!agrees(funds_nav, wrong + bought[0]));
    }
    assert!(!agrees(projects_nav, projects + bought[1]));
}

/// NAV is followed at no other number's cost, to the bit.
#[test]
fn following_nav_changes_no_other_number() {
    let with = |name, value: &str| -> Scenario {
        let set = format!("report.nav={value}");
        scenario(name, &[&set])
    };
    for name in [
        "reference-r1",
        "national-2025",
        "../tests/scenarios/all-features",
    ] {
        let [on, off] = ["true", "false"].map(|value| {
            let run = simulate(&with(name, value), 1, 0..4);
            run.expect("a valid run")
        });
        let bits = |rows: &[f64]| rows.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&on.rows), bits(&off.rows), "{name}");
        assert_eq!(on.totals.flows, off.totals.flows);
        assert_eq!(on.totals.reached, off.totals.reached);
        let is_nav = |name: &str| name.rsplit('.').next() == Some("nav");
        let rest = on.totals.curves.iter().filter(|curve| !is_nav(&curve.name));
        assert!(rest.eq(&off.totals.curves), "{name}");
        assert!(on.totals.curves.len() > off.totals.curves.len());
    }
}
