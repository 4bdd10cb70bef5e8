//! Results that a formula gives without simulation.

mod support;

use support::{programme, scenario};
use tierfund::metrics::ladder::committed;
use tierfund::path::Programme;
use tierfund::path::company::Route;

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

/// One sub-fund with one company, bought at `cost` into a round of 3 at a price of 97, which meets `event`
/// `months` later.
fn one_company(cost: f64, event: &str, months: f64, sets: &[&str]) -> Programme {
    let years = months / 12.0;
    let wait = format!("stage.seed.wait={{kind=\"lognormal\",mean={years:?},cv=0.0}}");
    let (cheque, event) = (
        format!("stage.seed.first_cheque_mean={cost:?}"),
        format!("stage.seed.weights.{event}=1"),
    );
    let base = [
        "region.one.listed.all.count=1",
        "region.one.listed.all.size=200",
        "deployment.count=1",
        "deployment.investment_years=1",
        "terms.sub_fund.fee.rate=0",
        "stage.seed.pre_money_mean=97",
        "stage.seed.dilution=0.03",
        "stage.seed.weights.up_round=0",
        "stage.seed.weights.fail=0",
        "stage.seed.weights.trade_sale=0",
        &wait,
        &cheque,
        &event,
    ];
    programme(&scenario("reference-r1", &[&base, sets].concat()))
}

/// Quarters with proceeds, counted from the first cheque, and the proceeds.
fn proceeds(programme: &Programme) -> Vec<(usize, f64)> {
    let ledger = &programme.ledger.sub_funds;
    let paid = ledger.cheques.iter().position(|&cheque| cheque > 0.0);
    let paid = paid.expect("a cheque");
    let received = ledger.proceeds.iter().enumerate();
    let received = received.filter(|(_, amount)| **amount > 0.0);
    received.map(|(q, &amount)| (q - paid, amount)).collect()
}

const LEGAL: [&str; 5] = [
    "exit.sell_down=legal",
    "exit.lock_up_months=12",
    "exit.sell_down_pace.under_36_months=0.01",
    "exit.sell_down_pace.from_36_months=0.015",
    "exit.sell_down_pace.from_48_months=0.03",
];

/// A stake of 3% listed after 20 months at twice its worth of 3: nothing for a year, then 1% of the company a
/// quarter for three quarters, with the market; and other holdings and times.
#[test]
fn listed_shares_are_locked_up_and_sold_at_the_legal_pace() {
    let growth = 1.08_f64;
    for (cost, months, parts) in [
        (3.0, 20.0, 3),
        (3.0, 40.0, 2),
        (3.0, 50.0, 1),
        (3.0, 61.0, 1),
        (6.0, 20.0, 6),
        (6.0, 40.0, 4),
        (6.0, 50.0, 2),
        (6.0, 61.0, 1),
    ] {
        let market = ["economy.market_return_mean=0.08"];
        let sets = [&LEGAL[..], &market].concat();
        let found = proceeds(&one_company(cost, "listing", months, &sets));
        assert_eq!(found.len(), parts, "{cost} {months}");
        let stake = cost; // worth its cost before it doubles
        let first = found[0].0;
        let listing = (months / 3.0) as usize;
        assert!(
            (listing + 4..=listing + 5).contains(&first),
            "{cost} {months}"
        );
        for (k, &(quarter, amount)) in found.iter().enumerate() {
            assert_eq!(quarter, first + k);
            let years = (4 + k) as f64 / 4.0;
            let expected = 2.0 * stake / parts as f64 * libm::pow(growth, years);
            assert!((amount / expected - 1.0).abs() < 1e-5, "{cost} {months}");
        }
        // The twin: without the rule all is paid at the listing, once and without growth.
        let at_once = proceeds(&one_company(cost, "listing", months, &market));
        assert_eq!(at_once.len(), 1);
        assert!(at_once[0].0 < first && (at_once[0].1 / (2.0 * stake) - 1.0).abs() < 1e-6);
    }
}

/// Half of a company takes fifty quarters; what the term leaves is held, and nothing is lost.
#[test]
fn shares_that_the_term_leaves_are_residual_value() {
    let programme = one_company(
        97.0,
        "listing",
        30.0,
        &[&LEGAL[..], &["national.term=12"]].concat(),
    );
    let found = proceeds(&programme);
    let sold: f64 = found.iter().map(|(_, amount)| amount).sum();
    let part = 2.0 * 97.0 / 50.0;
    assert!((sold / part - found.len() as f64).abs() < 1e-4);
    assert!(found.len() < 50);
    let held = programme.ledger.sub_fund_residual;
    assert!(((sold + held) / (2.0 * 97.0) - 1.0).abs() < 1e-6);
    assert_eq!(programme.ends[Route::Listing as usize], 1);
    assert_eq!(programme.ends.iter().sum::<u64>(), 1);
}

/// A company of 10 of which 1 bought 10% and 2 were raised: at a price of 2 every investor gets its cost, at
/// 0.5 a quarter of it, at 15 its fraction. After a round at 16 before and 20 after, 6 were raised and 8% are
/// left: at 4 the stake gets two thirds of its cost.
#[test]
fn investors_get_their_cost_back_first_in_a_trade_sale() {
    let sold = |factor: f64, preference: &str, round: bool| {
        let factor = format!("exit.trade_sale={{median={factor:?},sigma=0.0}}");
        let preference = format!("exit.trade_sale_preference={preference}");
        let (up, now) = if round { ("1", "0") } else { ("0", "1") };
        let up = format!("stage.seed.weights.up_round={up}");
        let now = format!("stage.seed.weights.trade_sale={now}");
        let sets = [
            &factor,
            &preference,
            &up,
            &now,
            "national.term=40",
            "region.one.listed.all.count=1",
            "region.one.listed.all.size=25",
            "deployment.count=1",
            "stage.seed.weights.fail=0",
            "stage.seed.step_up={median=1.6,sigma=0.0}",
            "stage.a.weights={up_round=0,fail=0,trade_sale=1,listing=0}",
        ];
        let found = proceeds(&programme(&scenario("reference-r1", &sets)));
        assert_eq!(found.len(), 1);
        found[0].1
    };
    for (factor, round, preferred, fraction) in [
        (0.2, false, 1.0, 0.2),
        (0.05, false, 0.25, 0.05),
        (1.5, false, 1.5, 1.5),
        (0.2, true, 2.0 / 3.0, 0.32),
        (0.01, true, 1.0 / 30.0, 0.016),
        (2.0, true, 3.2, 3.2),
    ] {
        let near = |found: f64, expected: f64| {
            assert!(
                (found / expected - 1.0).abs() < 1e-6,
                "{factor}: {found} instead of {expected}"
            );
        };
        near(sold(factor, "pari_passu", round), preferred);
        // The twin: without it, only the fraction.
        near(sold(factor, "none", round), fraction);
    }
}

/// A fund of one year to invest, one to sell and two of extension, which settles at its end.
const SETTLE: [&str; 4] = [
    "national.at_term=settle",
    "deployment.investment_years=1",
    "deployment.exit_years=1",
    "deployment.extension_years=2",
];

/// A company of 100 that is alive at the fund's end: its 3% are sold at 65% of their value in the last of
/// sixteen quarters, or written off.
#[test]
fn what_a_fund_holds_at_its_end_is_sold_or_written_off() {
    let end = |probability: &str| {
        let sold = format!("exit.secondary.probability={probability}");
        let sets = [&SETTLE[..], &[&sold, "exit.secondary.price=0.65"]].concat();
        one_company(3.0, "fail", 120.0, &sets)
    };
    let sold = end("1");
    let quarter = sold.ledger.sub_funds.proceeds.iter().position(|&p| p > 0.0);
    assert_eq!(quarter, Some(15));
    assert!((proceeds(&sold)[0].1 / (0.65 * 3.0) - 1.0).abs() < 1e-6);
    assert_eq!(sold.ends[Route::Secondary as usize], 1);
    let written_off = end("0");
    assert!(proceeds(&written_off).is_empty());
    assert_eq!(written_off.ends[Route::WrittenOff as usize], 1);
    // The twin: held to the term it would be worth 3.
    let held = one_company(3.0, "fail", 20.0 * 12.0, &["national.at_term=hold_nav"]);
    assert!((held.ledger.sub_fund_residual / 3.0 - 1.0).abs() < 1e-6);
    assert_eq!(sold.ledger.sub_fund_residual, 0.0);
}

/// Six quarters of shares are left at the end of a fund that ends in the first quarter of sales.
#[test]
fn shares_that_a_fund_s_end_leaves_are_sold_there() {
    let sets = [&LEGAL[..], &SETTLE[..]].concat();
    let found = one_company(30.0, "listing", 20.0, &sets);
    let sold = proceeds(&found);
    let total: f64 = sold.iter().map(|(_, amount)| amount).sum();
    assert!((total / 60.0 - 1.0).abs() < 1e-6);
    assert!(sold.len() < 24 && sold.last().is_some_and(|last| last.1 > 2.0 * sold[0].1));
    assert_eq!(found.ends.iter().sum::<u64>(), 1);
}

/// A stake of 3 stalls after 20 months. The claim comes five years after the cheque (five, not 2.67), with 8%
/// of simple interest: 3 x 1.4; a negotiation brings between half and all of it, a court 6%. A stake that
/// stalls after 54 months is claimed on a year later: 3 x 1.44.
#[test]
fn stalled_companies_are_claimed_on() {
    let claimed = |months: f64, negotiated: &str, low: &str| {
        let negotiated = format!("exit.redemption.negotiated={negotiated}");
        let low = format!("exit.redemption.part_low={low}");
        let sets = [
            "exit.redemption.model=claims",
            "exit.redemption.probability=1",
            "exit.redemption.after_years=5",
            "exit.redemption.rate=0.08",
            "exit.redemption.litigated=0.06",
            &negotiated,
            &low,
        ];
        let programme = one_company(3.0, "stalled", months, &sets);
        assert_eq!(programme.ends[Route::Redemption as usize], 1);
        let found = proceeds(&programme);
        assert_eq!(found.len(), 1);
        found[0]
    };
    for (months, years) in [(20.0, 5.0), (54.0, 5.5)] {
        let claim = 3.0 * (1.0 + 0.08 * years);
        let (quarter, amount) = claimed(months, "0", "0");
        assert!((amount / (0.06 * claim) - 1.0).abs() < 1e-5, "{amount}");
        let after = (4.0 * years) as usize;
        assert!((after..=after + 1).contains(&quarter));
        let (_, amount) = claimed(months, "1", "1");
        assert!((amount / claim - 1.0).abs() < 1e-5, "{amount}");
        // The twin: compound interest would be caught.
        assert!((amount / (3.0 * libm::pow(1.08, years)) - 1.0).abs() > 1e-2);
        let (_, amount) = claimed(months, "1", "0.5");
        assert!(amount > 0.5 * claim && amount < claim);
    }
}

/// Without a claim a stalled company is sold at a discount at the fund's end, or written off.
#[test]
fn stalled_companies_without_a_claim_end_with_the_fund() {
    for (probability, route, amount) in [
        ("1", Route::Transfer, Some(0.4 * 3.0)),
        ("0", Route::WrittenOff, None),
    ] {
        let probability = format!("exit.secondary.stalled_probability={probability}");
        let price = "exit.secondary.stalled_price=0.4";
        let sets = [&SETTLE[..], &[&probability, price]].concat();
        let programme = one_company(3.0, "stalled", 12.0, &sets);
        assert_eq!(programme.ends[route as usize], 1);
        let found = proceeds(&programme).first().map(|found| found.1);
        assert_eq!(found.is_some(), amount.is_some());
        if let (Some(found), Some(amount)) = (found, amount) {
            assert!((found / amount - 1.0).abs() < 1e-6);
        }
    }
}

/// One stake of 3 that is sold at 6, in a fund of which the region has half and, of the region, the nation half:
/// profit 3, carry 0.6, so that LPs get 5.4, 2.4 of it beyond their capital. The region's half of that is 1.2; at 30%
/// it passes on 0.36 and keeps 2.34. Of these the region's manager gets nothing, 0.84 is beyond capital, and the
/// nation's half of that is 0.42.
#[test]
fn a_concession_passes_on_a_part_of_what_lies_beyond_capital_and_hurdle() {
    let run = |sets: &[&str]| {
        let base = [
            "region.one.listed.all.regional_share=0.5",
            "region.one.first_close.national=1000",
            "region.one.first_close.total=2000",
            "terms.sub_fund.hurdle=0",
            "terms.sub_fund.carry=0.2",
            "terms.sub_fund.catch_up=1",
            "terms.region.carry=0",
        ];
        let found = one_company(3.0, "listing", 20.0, &[&base, sets].concat());
        let region = &found.ledger.regions[0];
        let sums = [
            &found.ledger.sub_funds.distributions,
            &found.ledger.sub_funds.carry,
            &region.sub_fund_distributions,
            &region.sub_fund_conceded,
            &region.national_distributions,
            &region.national_conceded,
            &region.carry,
        ];
        sums.map(|series| series.iter().sum::<f64>())
    };
    let others = "terms.sub_fund.concession={share=0.3,to=\"other_lps\"}";
    let manager = "terms.sub_fund.concession={share=0.3,to=\"gp\"}";
    let nation = "terms.region.concession={share=0.5,to=\"other_lps\"}";
    let to_regional_manager = "terms.region.concession={share=0.5,to=\"gp\"}";
    for (sets, expected) in [
        (vec![], [5.4, 0.6, 2.7, 0.0, 1.35, 0.0, 0.0]),
        (vec![others], [5.4, 0.6, 2.34, 0.36, 1.17, 0.0, 0.0]),
        (vec![manager], [5.04, 0.96, 2.34, 0.36, 1.17, 0.0, 0.0]),
        (
            vec![others, nation],
            [5.4, 0.6, 2.34, 0.36, 0.96, 0.21, 0.0],
        ),
        (
            vec![others, to_regional_manager],
            [5.4, 0.6, 2.34, 0.36, 0.96, 0.21, 0.21],
        ),
    ] {
        for (found, expected) in run(&sets).into_iter().zip(expected) {
            assert!(
                (found - expected).abs() < 1e-5,
                "{sets:?}: {found}, not {expected}"
            );
        }
    }
    // Nothing lies beyond a hurdle that is not reached.
    let hurdle = "terms.sub_fund.hurdle=0.5";
    let short = run(&[hurdle, others]);
    assert!((short[2] - 0.5 * short[0]).abs() < 1e-9 && short[3] == 0.0);
}
