use super::*;
use crate::metrics::{MetricSpec, MetricUnit};
use crate::outcomes::Totals;
use crate::sampling::Sampling;

fn outcomes(values: &[f64], unit: MetricUnit, missing: MissingRank) -> Outcomes {
    let spec = MetricSpec {
        name: "metric".to_owned(),
        unit,
        missing,
    };
    Outcomes {
        first_path: 0,
        specs: vec![spec],
        rows: values.to_vec(),
        totals: Totals::default(),
        followed: Vec::new(),
        sampling: Sampling::Plain,
        replicates: Vec::new(),
    }
}

fn plan(measure: &str, outcomes: &Outcomes) -> Plan {
    let axis = |key: &str, values: &[&str]| Axis {
        key: key.to_owned(),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    };
    Plan {
        axes: vec![axis("a", &["1", "2"]), axis("b", &["x", "y", "z"])],
        measures: Measure::list(&[measure.to_owned()], &outcomes.specs).expect("a measure"),
        paths: 4,
    }
}

#[test]
fn the_first_key_varies_slowest() {
    let made = outcomes(&[1.0], MetricUnit::Multiple, MissingRank::Omitted);
    let plan = plan("metric", &made);
    assert_eq!(plan.points(), 6);
    assert_eq!(plan.values(0), ["1", "x"]);
    assert_eq!(plan.values(2), ["1", "z"]);
    assert_eq!(plan.sets(3), ["a=2", "b=x"]);
}

/// Scores 1, 2, 3, 4 against 1, 1, 1, 1: the difference 0, 1, 2, 3 has mean 1.5 and standard error sqrt(5/3) / 2; t at 3 degrees of
/// freedom is 3.182446.
#[test]
fn a_difference_is_paired() {
    let of = |values: &[f64]| outcomes(values, MetricUnit::Multiple, MissingRank::Omitted);
    let (first, other) = (of(&[1.0; 4]), of(&[1.0, 2.0, 3.0, 4.0]));
    let plan = plan("metric", &first);
    let reference = plan.reference(&first);
    let [mean, _, _, p5, p50, p95, gap, low, high] = plan.row(&other, &reference)[0];
    assert_eq!(
        [mean, p5, p50, p95],
        [Some(2.5), Some(1.0), Some(2.0), Some(4.0)]
    );
    let half = 3.182_446 * (5.0_f64 / 3.0).sqrt() / 2.0;
    assert_eq!(gap, Some(1.5));
    assert!(low.is_some_and(|low| (low - 1.5 + half).abs() < 1e-5));
    assert!(high.is_some_and(|high| (high - 1.5 - half).abs() < 1e-5));
    let same = plan.row(&first, &reference)[0];
    assert_eq!(same[6..], [Some(0.0); 3]);
}

#[test]
fn a_probability_has_wilsons_interval_and_no_quantiles() {
    let made = outcomes(
        &[9.0, 10.0, 11.0, 12.0],
        MetricUnit::Multiple,
        MissingRank::Omitted,
    );
    let plan = plan("metric>=10", &made);
    let row = plan.row(&made, &plan.reference(&made))[0];
    let expected = Probability::wilson(3, 4).expect("a probability");
    assert_eq!(row[..3], [Some(0.75), Some(expected.lo), Some(expected.hi)]);
    assert_eq!(row[3..6], [None; 3]);
}

/// Some path never gets its money back: there is no mean and no paired difference, but a median.
#[test]
fn missing_values_that_rank_leave_no_mean() {
    let of = |values: &[f64]| outcomes(values, MetricUnit::Years, MissingRank::Highest);
    let (first, other) = (of(&[9.0; 4]), of(&[8.0, 9.0, 9.5, f64::NAN]));
    let plan = plan("metric", &first);
    let row = plan.row(&other, &plan.reference(&first))[0];
    assert_eq!(
        [row[0], row[4], row[5], row[6]],
        [None, Some(9.0), None, None]
    );
}
