//! Numbers as people read them: money in CNY bn or 亿元, rates in percent, counts with groups.

use crate::metrics::{MetricUnit, MissingRank};
use crate::report::catalogue::{Lang, Term};
use crate::summary::estimate::{Estimate, Interval};
use crate::summary::probability::Probability;

/// What stands where a number cannot be given.
pub const NO_NUMBER: &str = "-";

/// `value` with so many decimals. What rounds to zero has no sign.
pub fn fixed(value: f64, decimals: usize) -> String {
    unsigned_zero(format!("{value:.decimals$}"), decimals)
}

/// The same with a sign before positive numbers too.
pub fn signed(value: f64, decimals: usize) -> String {
    unsigned_zero(format!("{value:+.decimals$}"), decimals)
}

/// `text`, unless all its digits are zeros.
fn unsigned_zero(text: String, decimals: usize) -> String {
    let is_zero = !text.bytes().any(|byte| matches!(byte, b'1'..=b'9')) && text.contains('0');
    if is_zero {
        format!("{:.decimals$}", 0.0)
    } else {
        text
    }
}

/// `value` in `unit`.
pub fn number(value: f64, unit: MetricUnit, lang: Lang) -> String {
    match unit {
        MetricUnit::Multiple => fixed(value, 2),
        MetricUnit::Rate => format!("{}%", fixed(value * 100.0, 2)),
        MetricUnit::Share => percent(value),
        MetricUnit::Money => money(value, lang),
        MetricUnit::Count => count(value),
        MetricUnit::Years => fixed(value, 1),
    }
}

/// `difference` in `unit` with its sign and as many decimals as an error of `half` leaves in it: shares and rates in
/// percentage points, money in CNY bn or 亿元 whatever its size.
pub fn difference(difference: f64, half: Option<f64>, unit: MetricUnit, lang: Lang) -> String {
    let (scale, least, suffix) = match unit {
        MetricUnit::Multiple => (1.0, 2, ""),
        MetricUnit::Rate => (100.0, 2, "pp"),
        MetricUnit::Share => (100.0, 1, "pp"),
        MetricUnit::Money if lang == Lang::En => (1e-9, 2, "bn"),
        MetricUnit::Money => (1e-8, 2, "亿"),
        MetricUnit::Count | MetricUnit::Years => (1.0, 1, ""),
    };
    if unit == MetricUnit::Count && difference.abs() >= 100.0 {
        let sign = if difference > 0.0 { "+" } else { "" };
        return format!("{sign}{}", count(difference));
    }
    let decimals = decimals_for(half.unwrap_or(f64::INFINITY) * scale, least);
    let digits = signed(difference * scale, decimals);
    format!("{digits}{suffix}")
}

/// Decimals that show the first digit of `half`, at least `least`.
fn decimals_for(half: f64, least: usize) -> usize {
    let mut decimals = least;
    let mut power: f64 = (0..least).fold(1.0, |power, _| power * 10.0);
    while half > 0.0 && half * power < 1.0 && decimals < 6 {
        decimals += 1;
        power *= 10.0;
    }
    decimals
}

/// The interval of a [`difference`]; "-" where there is none.
pub fn difference_interval(ends: Option<Interval>, unit: MetricUnit, lang: Lang) -> String {
    let Some([Some(low), Some(high)]) = ends else {
        return NO_NUMBER.into();
    };
    let half = Some((high - low) / 2.0);
    let (low, high) = (
        difference(low, half, unit, lang),
        difference(high, half, unit, lang),
    );
    let digits = low.trim_end_matches(|c: char| !c.is_ascii_digit());
    format!("{digits}..{high}")
}

/// A share in percent.
pub fn percent(share: f64) -> String {
    format!("{}%", fixed(share * 100.0, 1))
}

/// An amount in yuan: `243.60bn`, `812.0m`, `1500` or `2436.00亿`, `8120万`, `1500`.
pub fn money(yuan: f64, lang: Lang) -> String {
    let size = yuan.abs();
    match lang {
        Lang::En if size >= 1e9 => format!("{:.2}bn", yuan / 1e9),
        Lang::En if size >= 1e6 => format!("{:.1}m", yuan / 1e6),
        Lang::Zh if size >= 1e8 => format!("{:.2}亿", yuan / 1e8),
        Lang::Zh if size >= 1e6 => format!("{:.0}万", yuan / 1e4),
        Lang::En | Lang::Zh => count(yuan),
    }
}

/// A number of things: whole with groups of three from 100 on, else with one decimal.
pub fn count(value: f64) -> String {
    if value.abs() < 100.0 {
        return fixed(value, 1);
    }
    let digits = format!("{:.0}", value.abs());
    let mut grouped = String::from(if value < 0.0 { "-" } else { "" });
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A probability: `20.8%`.
pub fn probability(probability: Option<&Probability>) -> String {
    probability.map_or_else(|| NO_NUMBER.into(), |probability| percent(probability.p))
}

/// The interval of a probability: `19.1..22.6%`.
pub fn probability_interval(probability: &Probability) -> String {
    format!("{:.1}..{}", probability.lo * 100.0, percent(probability.hi))
}

/// One number of an estimate in the estimate's unit.
///
/// A quantile that falls on a path without a value is "none" (ranked lowest) or "never" (highest).
pub fn of(value: Option<f64>, estimate: &Estimate, lang: Lang) -> String {
    match value {
        Some(value) => number(value, estimate.unit, lang),
        None if estimate.missing == 0 => NO_NUMBER.into(),
        None => match estimate.rank {
            MissingRank::Omitted => NO_NUMBER.into(),
            MissingRank::Lowest => Term::NoValue.text(lang).into(),
            MissingRank::Highest => Term::Never.text(lang).into(),
        },
    }
}

/// The mean; "-" where the metric has none (paths without a value).
pub fn mean(estimate: &Estimate, lang: Lang) -> String {
    estimate.mean.map_or_else(
        || NO_NUMBER.into(),
        |mean| number(mean, estimate.unit, lang),
    )
}

/// An interval in the estimate's unit: `8.93..8.97`, `2.1..2.4%`; "-" where there is none.
pub fn interval(ends: Option<Interval>, estimate: &Estimate, lang: Lang) -> String {
    let Some([lo, hi]) = ends else {
        return NO_NUMBER.into();
    };
    let (lo, hi) = (of(lo, estimate, lang), of(hi, estimate, lang));
    let digits = lo.trim_end_matches(|c: char| !c.is_ascii_digit());
    let suffix = &lo[digits.len()..];
    if !digits.is_empty() && ends_alike(&hi, suffix) {
        format!("{digits}..{hi}")
    } else {
        format!("{lo}..{hi}")
    }
}

/// Whether nothing but a number stands before `suffix`.
fn ends_alike(text: &str, suffix: &str) -> bool {
    text.strip_suffix(suffix)
        .is_some_and(|rest| rest.ends_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_in_billions_or_in_yi() {
        assert_eq!(money(2.436e11, Lang::En), "243.60bn");
        assert_eq!(money(8.12e8, Lang::En), "812.0m");
        assert_eq!(money(2.436e11, Lang::Zh), "2436.00亿");
        assert_eq!(money(8.12e7, Lang::Zh), "8120万");
        assert_eq!(money(-15_000.0, Lang::Zh), "-15,000");
    }

    #[test]
    fn a_difference_has_its_sign_and_as_many_decimals_as_its_error_leaves() {
        let en = |value, half, unit| difference(value, half, unit, Lang::En);
        assert_eq!(
            en(-0.004_07, Some(0.000_2), MetricUnit::Multiple),
            "-0.0041"
        );
        assert_eq!(en(1.5, Some(0.3), MetricUnit::Multiple), "+1.50");
        assert_eq!(en(0.021, Some(0.01), MetricUnit::Share), "+2.1pp");
        assert_eq!(en(-2.5e8, Some(1e8), MetricUnit::Money), "-0.25bn");
        assert_eq!(en(0.0, Some(0.0), MetricUnit::Multiple), "0.00");
        assert_eq!(en(1434.8, Some(20.0), MetricUnit::Count), "+1,435");
        assert_eq!(en(-13.81, Some(2.0), MetricUnit::Count), "-13.8");
        assert_eq!(
            difference(2.5e8, Some(1e8), MetricUnit::Money, Lang::Zh),
            "+2.50亿"
        );
        let ends = Some([Some(-0.02), Some(0.01)]);
        assert_eq!(
            difference_interval(ends, MetricUnit::Share, Lang::En),
            "-2.0..+1.0pp"
        );
    }

    #[test]
    fn what_rounds_to_zero_has_no_sign() {
        for lang in [Lang::En, Lang::Zh] {
            for value in [-0.0, -1e-9, 0.0, 1e-9] {
                assert_eq!(number(value, MetricUnit::Multiple, lang), "0.00");
                assert_eq!(number(value, MetricUnit::Rate, lang), "0.00%");
                assert_eq!(number(value, MetricUnit::Share, lang), "0.0%");
                assert_eq!(number(value, MetricUnit::Money, lang), "0.0");
                assert_eq!(number(value, MetricUnit::Count, lang), "0.0");
                assert_eq!(number(value, MetricUnit::Years, lang), "0.0");
            }
        }
        assert_eq!(fixed(-0.05, 2), "-0.05");
        assert_eq!(fixed(-0.004, 2), "0.00");
        assert_eq!(fixed(-0.4, 0), "0");
        assert_eq!(fixed(f64::NAN, 1), "NaN");
        assert_eq!(signed(-0.001, 2), "0.00");
        assert_eq!(signed(0.05, 2), "+0.05");
    }

    #[test]
    fn counts_are_grouped_in_threes() {
        assert_eq!(count(999.4), "999");
        assert_eq!(count(18_423.0), "18,423");
        assert_eq!(count(1_234_567.0), "1,234,567");
        assert_eq!(count(12.34), "12.3");
    }

    #[test]
    fn a_quantile_on_a_missing_value_is_said_in_words() {
        let none = Estimate::new(&[f64::NAN, 0.1], MetricUnit::Rate, MissingRank::Lowest);
        assert_eq!(of(none.p5, &none, Lang::En), "none");
        let never = Estimate::new(&[f64::NAN, 7.0], MetricUnit::Years, MissingRank::Highest);
        assert_eq!(of(never.p95, &never, Lang::Zh), "未达到");
    }

    #[test]
    fn an_interval_says_its_unit_once_unless_the_ends_differ() {
        let rates = Estimate::new(&[0.1, 0.2], MetricUnit::Rate, MissingRank::Lowest);
        assert_eq!(
            interval(Some([Some(0.1), Some(0.2)]), &rates, Lang::En),
            "10.00..20.00%"
        );
        let sizes = Estimate::new(&[9e8, 2e9], MetricUnit::Money, MissingRank::Omitted);
        assert_eq!(
            interval(Some([Some(9e8), Some(2e9)]), &sizes, Lang::En),
            "900.0m..2.00bn"
        );
        assert_eq!(
            interval(Some([Some(1e9), Some(2e9)]), &sizes, Lang::Zh),
            "10.00..20.00亿"
        );
    }
}
