use super::*;
use crate::evidence::shipped;
use std::path::Path;

fn small() -> Scenario {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/us-venture.toml");
    let sets = [
        "region.funds.listed.all.count=20".to_owned(),
        "region.funds.first_close.total=210亿".to_owned(),
        "region.funds.first_close.national=210亿".to_owned(),
        "national.capital=210亿".to_owned(),
    ];
    Scenario::read(&path, &sets).unwrap_or_else(|problems| panic!("{problems}"))
}

fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(|name| (*name).to_owned()).collect()
}

fn planned(keys: &[&str], ids: &[&str]) -> Result<Plan, CalibrationError> {
    let rows = shipped().expect("rows");
    Plan::new(&small(), &names(keys), &names(ids), &rows)
}

#[test]
fn what_cannot_be_fitted_is_refused_with_advice() {
    let refused = |keys: &[&str], ids: &[&str], what: &str| {
        let said = planned(keys, ids).expect_err("a refusal").to_string();
        assert!(said.contains(what), "{said}");
    };
    let (mean, second) = ("exit.trade_sale.mean", "us-rounds-second");
    refused(
        &["exit.trade_sale.maen"],
        &[second],
        "did you mean `exit.trade_sale.mean`?",
    );
    refused(
        &["stage.*.pre_money_mean"],
        &[second],
        "name them one by one",
    );
    refused(
        &["terms.national.running_cost"],
        &[second],
        "range holds one number",
    );
    refused(
        &[mean],
        &["us-rounds-secnd"],
        "did you mean `us-rounds-second`?",
    );
    refused(&[mean], &["us-tvpi-median"], "held out");
    refused(&[mean], &["cn-next-round"], "not about this scenario");
    refused(
        &[mean, "exit.listing.mean"],
        &[second],
        "cannot tell 2 numbers",
    );
    refused(&[mean, mean], &[second], "stands twice");
    refused(&[], &[second], "name 1 to");
    assert!(planned(&[mean], &[second]).is_ok());
}

/// Figures made by the model itself are met again from another start, at the number that made them.
#[test]
fn a_number_that_made_the_figures_is_found_again() {
    let scenario = small();
    let key = "stage.seed.weights.up_round";
    let mut rows = shipped().expect("rows");
    rows.retain(|row| ["us-rounds-second", "us-rounds-third"].contains(&row.id.as_str()));
    let quantities: Vec<Quantity> = rows.iter().map(|row| row.quantity.clone()).collect();
    let made = scenario.with(&[format!("{key}=0.5")]).expect("valid");
    let counts = Counts::new(&made, quantities.iter(), 3, 16, Running::default()).expect("paths");
    for (at, row) in rows.iter_mut().enumerate() {
        row.published = counts.measured(at).expect("measured").value;
    }
    let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    let plan = Plan::new(&scenario, &names(&[key]), &ids, &rows).expect("a plan");
    let run = || Calibration::new(&scenario, &plan, 3, 16, Running::default()).expect("a fit");
    let found = run();
    let number = &found.numbers[0];
    // On the luck that made the figures the search ends within a small part of the figures' own error.
    assert!(
        (number.value - 0.5).abs() < 0.2 * number.se.expect("told"),
        "{number:?}"
    );
    assert!(
        number.is_identified && !number.at_an_end && found.j < 0.1,
        "{found:?}"
    );
    assert_eq!(run(), found, "the same seed gives the same numbers");
    let text = found
        .scenario(&scenario, &plan, "mine")
        .expect("a scenario");
    let read = Scenario::parse("mine.toml", &text, &[]).expect("valid");
    let fitted = read.numbers(key).expect("there")[0];
    assert_eq!((fitted.base, read.name.as_str()), (number.value, "mine"));
    assert_eq!(
        fitted.source.as_deref(),
        Some("fitted by tierfund calibrate")
    );
}

#[test]
fn a_number_that_the_figures_do_not_see_is_told() {
    let (scenario, rows) = (small(), shipped().expect("rows"));
    let keys = names(&["stage.seed.weights.up_round", "terms.sub_fund.hurdle"]);
    let ids = names(&["us-rounds-second", "us-rounds-third"]);
    let plan = Plan::new(&scenario, &keys, &ids, &rows).expect("a plan");
    let found = Calibration::new(&scenario, &plan, 1, 8, Running::default()).expect("a fit");
    assert!(found.numbers[0].is_identified, "{found:?}");
    assert!(!found.numbers[1].is_identified, "{found:?}");
    assert_eq!((found.numbers[1].se, found.p_value), (None, None));
}
