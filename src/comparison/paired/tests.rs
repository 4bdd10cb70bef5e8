use super::*;
use crate::math::elementary::normal_quantile_f64;
use crate::random::{Entity, Purpose, Streams, tag, unit_f64};

fn pairs<'a>(base: &'a [f64], other: &'a [f64]) -> Pairs<'a> {
    Pairs {
        unit: MetricUnit::Multiple,
        missing: MissingRank::Omitted,
        base,
        other,
    }
}

fn one(pairs: Pairs, sampling: Sampling) -> MetricDifference {
    let methods = [Method::independent(pairs.base.len()); 2];
    let named = differences(&[("x".to_owned(), pairs)], 1, sampling, &methods);
    named.get("x").expect("the metric").clone()
}

/// What the paths move.
fn moved(pairs: &Pairs) -> Estimate {
    let moved: Vec<f64> = pairs
        .present()
        .map(|(_, base, other)| other - base)
        .collect();
    Estimate::new(&moved, MetricUnit::Multiple, MissingRank::Omitted)
}

/// Four standard normal numbers for each number of a draw.
fn normals(seed: u64, draw: u32) -> [f64; 4] {
    let tag = tag(Purpose::Bootstrap, 1, 0);
    let words = Streams::new(seed).words(draw, Entity::NATIONAL, tag, 0);
    words.map(|word| normal_quantile_f64(unit_f64(word)))
}

/// Four pairs by hand: base 1, 2, 3, 4 (variance 5/3), other 2, 4, 5, 9 (variance 26/3), differences 1, 2, 2, 5 (mean
/// 2.5, variance 3): (5/3 + 26/3) / 3 = 3.4444, and 2.5 +- 3.182446 sqrt(3/4).
#[test]
fn four_pairs_by_hand() {
    let found = one(
        pairs(&[1.0, 2.0, 3.0, 4.0], &[2.0, 4.0, 5.0, 9.0]),
        Sampling::Plain,
    );
    assert_eq!(found.difference, Some(2.5));
    assert!((found.variance_ratio.expect("a ratio") - 31.0 / 9.0).abs() < 1e-12);
    let [low, high] = found.interval.expect("an interval").map(Option::unwrap);
    let half = 3.182_446 * 0.75_f64.sqrt();
    assert!((low - (2.5 - half)).abs() < 1e-5 && (high - (2.5 + half)).abs() < 1e-5);
}

/// Equal variances and correlation r: (s^2 + s^2) / (2 s^2 (1 - r)) = 1 / (1 - r), 20 at r = 0.95. With n pairs the
/// ratio of two sample variances has a relative standard error of about 2 / sqrt(n) at most; 4.89 of them are 1 in 10^6.
#[test]
fn the_variance_ratio_of_correlated_samples_is_the_textbook_s() {
    let (n, r) = (40_000, 0.95_f64);
    let draws = (0..n).map(|draw| normals(3, draw));
    let (base, other): (Vec<f64>, Vec<f64>) = draws
        .map(|[x, y, ..]| (x, r * x + (1.0 - r * r).sqrt() * y))
        .unzip();
    let pairs = pairs(&base, &other);
    let found = means(&pairs, &moved(&pairs), Sampling::Plain);
    let ratio = found.variance_ratio.expect("a ratio");
    let limit = 4.89 * 2.0 / f64::from(n).sqrt();
    assert!((ratio / 20.0 - 1.0).abs() < limit, "{ratio}");
}

/// A true difference of 0.1 under a common luck ten times as wide: of 1000 samples of 50 pairs the 95% interval must
/// hold it in 917 to 983 (4.89 standard errors of a binomial count); the interval of independent samples nearly always.
#[test]
fn a_paired_interval_covers_a_known_difference() {
    let mut covered = 0;
    for sample in 0..1000 {
        let draws = (0..50).map(|draw| normals(11, 50 * sample + draw));
        let (base, other): (Vec<f64>, Vec<f64>) = draws
            .map(|[x, y, ..]| (10.0 * x, 10.0 * x + 0.1 + y))
            .unzip();
        let pairs = pairs(&base, &other);
        let found = means(&pairs, &moved(&pairs), Sampling::Plain);
        let [low, high] = found.interval.expect("an interval").map(Option::unwrap);
        covered += u32::from(low <= 0.1 && 0.1 <= high);
    }
    assert!((917..=983).contains(&covered), "{covered}");
}

#[test]
fn a_scenario_against_itself_differs_by_nothing_and_nothing_is_real() {
    let values: Vec<f64> = (0..300).map(|i| f64::from(i % 37)).collect();
    for missing in [MissingRank::Omitted, MissingRank::Lowest] {
        let same = Pairs {
            missing,
            ..pairs(&values, &values)
        };
        let found = one(same, Sampling::Plain);
        assert_eq!(found.difference, Some(0.0));
        assert_eq!(found.interval, Some([Some(0.0), Some(0.0)]));
        assert_eq!(
            (found.variance_ratio, found.verdict.p_value),
            (None, Some(1.0))
        );
        assert_eq!(found.quantiles_of_differences.p95.at, Some(0.0));
    }
}

#[test]
fn a_pair_with_a_gap_is_left_out_and_counted() {
    let found = one(
        pairs(&[1.0, f64::NAN, 3.0, 4.0], &[2.0, 9.0, f64::NAN, 5.5]),
        Sampling::Plain,
    );
    assert_eq!((found.pairs, found.pairs_missing), (2, 2));
    assert_eq!(found.difference, Some(1.25));
}

/// An ordered metric is compared by its medians, whatever is missing.
#[test]
fn an_ordered_metric_is_compared_by_medians() {
    let base: Vec<f64> = (0..200)
        .map(|i| if i < 20 { f64::NAN } else { f64::from(i) })
        .collect();
    let other: Vec<f64> = base.iter().map(|v| v + 5.0).collect();
    let ordered = Pairs {
        missing: MissingRank::Lowest,
        ..pairs(&base, &other)
    };
    let found = one(ordered, Sampling::Plain);
    assert_eq!(found.statistic, Statistic::Median);
    assert_eq!(found.difference, Some(5.0));
    assert_eq!(found.base.mean, None);
    assert_eq!(found.verdict.p_value, Some(0.0));
}

/// Replicate means 0, 1, ..., 15 apart from 0: mean 7.5, sd 4.760952, t of 15 degrees 2.131450.
#[test]
fn replicates_of_means_are_compared_by_students_t() {
    let base = [0.0; 32];
    let by_path: Vec<f64> = (0..32).map(|path| f64::from(path % 16)).collect();
    let by_pair: Vec<f64> = (0..32).map(|path| f64::from(path / 2)).collect();
    for (sampling, other) in [(Sampling::Sobol, by_path), (Sampling::Antithetic, by_pair)] {
        let found = one(pairs(&base, &other), sampling);
        let [low, high] = found.interval.expect("an interval").map(Option::unwrap);
        let half = 2.131_450 * 4.760_952 / 4.0;
        assert!((low - (7.5 - half)).abs() < 1e-5 && (high - (7.5 + half)).abs() < 1e-5);
    }
}
