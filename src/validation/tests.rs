use super::*;
use crate::evidence::{Row, shipped};
use crate::path::company::Route;
use crate::path::journal::{CompanyLife, LifeEvent, Receipt};
use crate::scenario::Event;
use std::path::Path;

fn us(sets: &[&str]) -> Scenario {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/us-venture.toml");
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    Scenario::read(&path, &sets).unwrap_or_else(|problems| panic!("{problems}"))
}

fn event(event: Event, quarter: u32, paid: f32, own: f32) -> LifeEvent {
    LifeEvent {
        event,
        stage: 0,
        time: quarter as f32 / 4.0,
        quarter,
        paid,
        own,
        worth: 1.0,
    }
}

fn receipt(route: Route, quarter: u32, amount: f32) -> Receipt {
    Receipt {
        route,
        quarter,
        cost: 0.0,
        amount,
    }
}

fn life(events: Vec<LifeEvent>, receipts: Vec<Receipt>) -> CompanyLife {
    CompanyLife {
        entity: 0,
        stage: 0,
        time: 0.0,
        cheque: 10.0,
        own: 0.10,
        worth: 100.0,
        listed: None,
        opening: None,
        events,
        receipts,
    }
}

fn multiples(life: &CompanyLife, years: f64) -> Vec<f64> {
    let scenario = us(&[]);
    let financings = Financings::of(&scenario, life);
    financings
        .multiples(years)
        .map(|(_, multiple)| multiple)
        .collect()
}

fn near(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-5, "{found} for {expected}");
    }
}

/// 10% bought for 10 are thinned to 8% by a round of 20%, in which 4 more buy 2%: of 30 at the end 24 go to the first cheque.
#[test]
fn money_is_shared_by_what_each_cheque_bought() {
    let followed = life(
        vec![
            event(Event::UpRound, 4, 4.0, 0.10),
            event(Event::TradeSale, 8, 0.0, 0.10),
        ],
        vec![receipt(Route::TradeSale, 8, 30.0)],
    );
    near(&multiples(&followed, 12.0), &[2.4, 1.5]);
    // The same without the second cheque's later years.
    near(&multiples(&followed, 1.0), &[0.0, 1.5]);
}

/// Half is sold in a round before the second cheque: that money is the first cheque's alone, and of the rest it has 4 of 6 parts.
#[test]
fn a_part_that_is_sold_belongs_to_those_who_were_there() {
    let sold = life(
        vec![
            event(Event::UpRound, 4, 0.0, 0.05),
            event(Event::UpRound, 8, 3.0, 0.06),
            event(Event::Listing, 12, 0.0, 0.06),
        ],
        vec![
            receipt(Route::Transfer, 4, 12.0),
            receipt(Route::Listing, 14, 60.0),
        ],
    );
    // 5% x 0.8 = 4% are left of the first, 2% are new.
    near(&multiples(&sold, 12.0), &[(12.0 + 40.0) / 10.0, 20.0 / 3.0]);
}

#[test]
fn an_event_counts_by_what_came_of_it_and_when() {
    let mut company = life(
        vec![
            event(Event::UpRound, 4, 0.0, 0.08),
            event(Event::Listing, 20, 0.0, 0.08),
        ],
        Vec::new(),
    );
    let listing = [Event::Listing];
    assert!(!counter::meets(&company, &listing, f64::INFINITY)); // no place was found
    assert!(counter::meets(&company, &[Event::TradeSale], f64::INFINITY));
    company.listed = Some(21);
    assert!(counter::meets(&company, &listing, 5.0));
    assert!(!counter::meets(&company, &listing, 4.9));
    assert!(!counter::meets(&company, &[Event::TradeSale], 5.0));
}

#[test]
fn each_exit_for_money_counts_once_and_an_unpaid_redemption_not() {
    let mut sold = life(
        Vec::new(),
        vec![
            receipt(Route::Transfer, 4, 12.0),
            receipt(Route::Transfer, 8, 5.0),
            receipt(Route::Listing, 12, 30.0),
            receipt(Route::Listing, 13, 30.0),
            receipt(Route::WoundUp, 20, 1.0),
        ],
    );
    assert_eq!(counter::exits_of(&sold, 0.2), [1.0, 0.0, 2.0, 0.0]);
    for (amount, counts) in [(1.9, 0.0), (2.0, 1.0)] {
        sold.receipts = vec![Receipt {
            cost: 10.0,
            ..receipt(Route::Redemption, 24, amount)
        }];
        assert_eq!(counter::exits_of(&sold, 0.2), [0.0, 0.0, 0.0, counts]);
    }
}

#[test]
fn what_is_still_held_is_known_not_to_be_over() {
    let held = life(Vec::new(), vec![receipt(Route::Alive, 40, 99.0)]);
    assert!(Financings::of(&us(&[]), &held).held);
}

/// Twelve equal paths leave no error; a ratio of sums is no mean of ratios.
#[test]
fn the_jackknife_knows_a_ratio_of_sums() {
    let quotient = |sums: &[f64]| Some(sums[0] / sums[1]);
    let equal = vec![&[1.0, 2.0][..]; 12];
    let found = jackknife(&equal, quotient).expect("a ratio");
    assert_eq!((found.value, found.half), (0.5, 0.0));
    // Of a mean it is the usual interval: 1..4 have the mean 2.5 and the standard error 0.6455; t at 3 degrees is 3.1824.
    let paths = [[1.0, 1.0], [2.0, 1.0], [3.0, 1.0], [4.0, 1.0]];
    let paths: Vec<&[f64]> = paths.iter().map(|path| &path[..]).collect();
    let found = jackknife(&paths, quotient).expect("a mean");
    assert!(
        (found.half - 3.182_446 * 0.645_497_2).abs() < 1e-5,
        "{found:?}"
    );
}

fn judged(scenario: &Scenario, ids: &[&str], paths: u64) -> Vec<Judged> {
    let mut rows = shipped().expect("rows");
    rows.retain(|row: &Row| ids.contains(&row.id.as_str()));
    let found = Validation::new(scenario, &rows, 1, paths, Running::default());
    found.expect("paths").rows
}

/// A model in which nothing returns more than 20 times its cost misses the figures that say something does.
#[test]
fn a_model_without_a_tail_fails() {
    let without = us(&[
        "exit.tail.share.*=0",
        "stage.*.step_up.cv=0",
        "exit.trade_sale.cv=0.3",
        "exit.trade_sale.mean=1.2",
        "exit.listing.cv=0",
        "price.noise=0",
    ]);
    let rows = judged(
        &without,
        &["us-multiple-20-to-50", "us-multiple-from-50"],
        32,
    );
    assert_eq!(rows.len(), 2);
    for row in rows {
        let model = row.model.expect("measured");
        assert!(model.value < 0.002, "the model has no tail: {model:?}");
        assert!(row.is_precise && row.breaks_a_fit(), "{row:?}");
    }
}

#[test]
fn a_row_of_another_country_is_not_judged() {
    let rows = judged(
        &us(&["country=china"]),
        &["us-multiple-from-50", "cn-next-round"],
        8,
    );
    let judged = |id: &str| rows.iter().find(|judged| judged.row.id == id).expect(id);
    assert!(judged("cn-next-round").model.is_some());
    let other = judged("us-multiple-from-50");
    assert_eq!(
        (other.model, &other.verdict),
        (None, &Verdict::OtherCountry)
    );
    assert!(!other.breaks_a_fit());
}

#[test]
fn what_a_scenario_has_not_is_told() {
    let mut rows = shipped().expect("rows");
    rows.retain(|row| row.id == "us-fee-load");
    rows[0].quantity = Quantity::Metric {
        name: "sub_funds.fee_laod".to_owned(),
    };
    let found = Validation::new(&us(&[]), &rows, 1, 8, Running::default()).expect("paths");
    let why = Unmeasured::NoMetric("sub_funds.fee_laod".to_owned());
    assert_eq!(found.rows[0].verdict, Verdict::NotMeasured { why });
}

#[test]
fn threads_change_nothing() {
    let rows = shipped().expect("rows");
    let on = |threads| {
        let running = Running {
            threads: Some(threads),
            ..Running::default()
        };
        Validation::new(&us(&[]), &rows, 1, 24, running).expect("paths")
    };
    assert_eq!(on(1), on(3));
}

/// Each step takes something, on common money.
#[test]
fn the_chain_falls_from_deals_to_the_treasury() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/national-2025.toml");
    let national = Scenario::read(&path, &[]).unwrap_or_else(|problems| panic!("{problems}"));
    let counts = Counts::new(&national, std::iter::empty(), 1, 16, Running::default());
    let chain = counts.expect("paths").chain();
    let drags = chain
        .links
        .iter()
        .skip(1)
        .map(|link| link.drag.expect("two links"));
    for drag in drags {
        assert!(drag.value > drag.half, "{drag:?}");
    }
    let irr: Vec<f64> = chain.links.iter().filter_map(|link| link.irr).collect();
    assert!(
        irr.len() == 4 && irr.windows(2).all(|pair| pair[0] > pair[1]),
        "{irr:?}"
    );
}
