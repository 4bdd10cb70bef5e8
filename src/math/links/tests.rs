//! Laws against their stated means: by quadrature, and by 1e6 draws within 5 standard errors.

use super::*;
use crate::random::{Entity, Purpose, Streams, tag, unit_f64};

const DRAWS: u32 = 1_000_000;

/// Mean and standard deviation of 1e6 draws by quantile.
fn drawn(quantile: impl Fn(f64) -> f64) -> (f64, f64) {
    let streams = Streams::new(11);
    let draw = |i: u32| {
        quantile(unit_f64(
            streams.words(i, Entity::NATIONAL, tag(Purpose::Close, 0, 0), 0)[0],
        ))
    };
    let (sum, squares) = (0..DRAWS)
        .map(draw)
        .fold((0.0, 0.0), |(sum, squares), x| (sum + x, squares + x * x));
    let mean = sum / f64::from(DRAWS);
    (
        mean,
        (squares / f64::from(DRAWS) - mean * mean).max(0.0).sqrt(),
    )
}

fn assert_mean(quantile: impl Fn(f64) -> f64, expected: f64) {
    let (mean, sd) = drawn(quantile);
    let standard_error = sd / f64::from(DRAWS).sqrt();
    assert!(
        (mean - expected).abs() <= 5.0 * standard_error + 1e-9,
        "{mean} +- {standard_error}, not {expected}"
    );
}

fn assert_rises(quantile: impl Fn(f64) -> f64) {
    let values: Vec<f64> = (0..10_000)
        .map(|i| quantile((f64::from(i) + 0.5) / 10_000.0))
        .collect();
    assert!(values.windows(2).all(|pair| pair[0] <= pair[1]));
}

/// The trap: logistic(logit(0.81) + Z) has mean 0.77.
#[test]
fn the_logistic_intercept_keeps_the_mean_and_the_naive_one_does_not() {
    assert!((expect_trapezoidal(|z| logistic(logit(0.81) + z)) - 0.77).abs() < 0.005);
    for (mean, sd) in [
        (0.81, 0.0),
        (0.81, 1.0),
        (0.02, 3.0),
        (0.999, 10.0),
        (0.5, 40.0),
    ] {
        let a = logistic_intercept(mean, sd).unwrap();
        assert_mean(|u| logistic(a + sd * normal_quantile_f64(u)), mean);
    }
    let a = logistic_intercept(0.81, 1.0).unwrap();
    let exact = crate::math::quadrature::GaussHermite::with(64).expect(|z| logistic(a + z));
    assert!((exact - 0.81).abs() < 1e-10);
}

#[test]
fn a_logit_normal_has_the_stated_mean_and_sd() {
    for (mean, sd) in [
        (0.5, 0.1),
        (0.7, 0.2),
        (0.9, 0.05),
        (0.2, 0.35),
        (0.03, 0.1),
    ] {
        let law = LogitNormal::from_mean_sd(mean, sd).unwrap();
        assert!((expect_trapezoidal(|z| law.sample_from_normal(z)) - mean).abs() < 1e-12);
        assert!((law.sd_about(mean) - sd).abs() < 1e-11);
        assert_mean(|u| law.quantile(u), mean);
        assert!((drawn(|u| law.quantile(u)).1 / sd - 1.0).abs() < 0.01);
        assert_rises(|u| law.quantile(u));
    }
    assert_eq!(
        LogitNormal::from_mean_sd(0.7, 0.0).unwrap().quantile(0.01),
        logistic(logit(0.7))
    );
}

#[test]
fn a_logit_normal_spread_too_wide_is_refused_with_the_bound() {
    let error = LogitNormal::from_mean_sd(0.5, 0.5).unwrap_err();
    let LinkError::Unattainable { high, .. } = error else {
        panic!("{error}")
    };
    assert!((0.48..0.5).contains(&high));
    assert!(LogitNormal::from_mean_sd(0.5, 0.48).is_ok());
    assert!(
        LogitNormal::from_mean_sd(1.0, 0.1).is_err()
            && LogitNormal::from_mean_sd(0.5, -0.1).is_err()
    );
}

#[test]
fn a_lognormal_has_the_stated_mean_and_cv() {
    let law = LogNormal::from_mean_cv(3.0, 0.8).unwrap();
    assert!((law.mean() - 3.0).abs() < 1e-14 && (law.cv() - 0.8).abs() < 1e-14);
    assert_mean(|u| law.quantile(u), 3.0);
    let law = LogNormal::from_median_sigma(1.6, 0.6).unwrap();
    assert!((law.quantile(0.5) - 1.6).abs() < 1e-15 && law.sigma == 0.6);
    assert!((LogNormal::from_mean_cv(2.0, 0.0).unwrap().quantile(0.9) - 2.0).abs() < 1e-15);
    assert!(
        LogNormal::from_mean_cv(0.0, 1.0).is_err()
            && LogNormal::from_median_sigma(1.0, f64::NAN).is_err()
    );
}

#[test]
fn a_truncated_lognormal_has_the_stated_mean_after_the_cut() {
    let cases = [
        (0.2, 1.0, None, Some(0.5)),
        (0.35, 1.0, None, Some(0.5)),
        (0.2, 0.8, Some(0.05), Some(0.5)),
        (3.0, 0.5, Some(2.0), None),
        (2.3, 0.5, Some(2.0), None),
        (0.1, 2.0, Some(0.01), None),
        (1.0, 0.5, None, None),
        (1e-4, 1.0, None, Some(0.5)),
    ];
    for (mean, cv, lower, upper) in cases {
        let law = TruncatedLogNormal::from_mean_cv(mean, cv, lower, upper).unwrap();
        assert!((law.mean() / mean - 1.0).abs() < 1e-12, "{law:?}");
        assert!((law.sigma.abs() - LogNormal::from_mean_cv(1.0, cv).unwrap().sigma).abs() < 1e-15);
        assert_mean(|u| law.quantile(u), mean);
        assert_rises(|u| law.quantile(u));
        let bounds = lower.unwrap_or(0.0)..=upper.unwrap_or(f64::INFINITY);
        assert!(
            [1e-9, 1e-3, 0.5, 0.999, 1.0 - 1e-9]
                .iter()
                .all(|&u| bounds.contains(&law.quantile(u)))
        );
        assert_mean(|u| f64::from(in_f32(law, u as f32)), mean);
    }
}

/// As a hot loop draws: f32 throughout.
fn in_f32(law: TruncatedLogNormal, u: f32) -> f32 {
    use crate::math::elementary::{exp, normal_quantile};
    const LEAST: f32 = 1.0 / 16_777_216.0;
    let p = (law.cdf_low as f32 + law.cdf_width as f32 * u).clamp(LEAST, 1.0 - LEAST);
    exp(law.mu as f32 + law.sigma as f32 * normal_quantile(p))
        .clamp(law.lower as f32, law.upper as f32)
}

#[test]
fn unattainable_truncated_means_are_refused_with_the_attainable_ones() {
    for (mean, lower, upper) in [
        (0.6, None, Some(0.5)),
        (0.499, None, Some(0.5)),
        (1.0, Some(2.0), None),
        (2.01, Some(2.0), None),
    ] {
        let error = TruncatedLogNormal::from_mean_cv(mean, 1.0, lower, upper).unwrap_err();
        let LinkError::Unattainable { low, high, .. } = error else {
            panic!("{error}")
        };
        assert!(!(low..=high).contains(&mean), "{error}");
        let inside = if high.is_finite() {
            0.999 * high
        } else {
            1.001 * low
        };
        assert!(
            TruncatedLogNormal::from_mean_cv(inside, 1.0, lower, upper).is_ok(),
            "{error}"
        );
    }
    assert!(TruncatedLogNormal::from_mean_cv(0.3, 1.0, Some(0.5), Some(0.4)).is_err());
}

#[test]
fn a_cv_of_zero_is_a_constant_within_the_bounds() {
    let law = TruncatedLogNormal::from_mean_cv(0.3, 0.0, None, Some(0.5)).unwrap();
    assert!(
        [0.01, 0.5, 0.99]
            .iter()
            .all(|&u| (law.quantile(u) - 0.3).abs() < 1e-15)
    );
    assert!((law.mean() - 0.3).abs() < 1e-15);
    let error = TruncatedLogNormal::from_mean_cv(0.6, 0.0, None, Some(0.5)).unwrap_err();
    assert_eq!(error.to_string(), "mean is 0.6, attainable is 0 to 0.5");
}

/// Case 5e of the worked examples: exponent 1.4425 gives median 1.616912 and P(X > 10) = 0.0360994.
#[test]
fn the_pareto_law_has_the_printed_quantiles() {
    let law = BoundedPareto::new(1.4425, 1.0, f64::INFINITY).unwrap();
    assert!((law.quantile(0.5) - 1.616_912).abs() < 5e-7);
    assert!((law.quantile(1.0 - 0.036_099_4) - 10.0).abs() < 1e-4);
    let cut = BoundedPareto::new(1.4425, 1.0, 50.0).unwrap();
    assert!((cut.quantile(1.0) - 50.0).abs() < 1e-10 && cut.quantile(0.0) == 1.0);
    // mean of the cut law: b/(b-1) (1 - h^(1-b)) / (1 - h^-b)
    let mean =
        1.4425 / 0.4425 * (1.0 - libm::pow(50.0, -0.4425)) / (1.0 - libm::pow(50.0, -1.4425));
    assert_mean(|u| cut.quantile(u), mean);
    assert_rises(|u| cut.quantile(u));
    assert!(
        BoundedPareto::new(1.0, 2.0, 2.0).is_err() && BoundedPareto::new(0.0, 1.0, 2.0).is_err()
    );
}
