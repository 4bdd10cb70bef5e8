//! Numbers as people read them: money in CNY bn or 亿元, rates in percent, counts with groups.

use crate::metrics::{MetricUnit, MissingRank};
use crate::report::catalogue::{Lang, Term};
use crate::summary::Provenance;
use crate::summary::estimate::{Estimate, Interval};
use crate::summary::probability::Probability;

/// What stands where a number cannot be given.
pub const NO_NUMBER: &str = "-";

/// `value` in `unit`.
pub fn number(value: f64, unit: MetricUnit, lang: Lang) -> String {
    match unit {
        MetricUnit::Multiple => format!("{value:.2}"),
        MetricUnit::Rate => format!("{:.2}%", value * 100.0),
        MetricUnit::Share => percent(value),
        MetricUnit::Money => money(value, lang),
        MetricUnit::Count => count(value),
        MetricUnit::Years => format!("{value:.1}"),
    }
}

/// Title, and all that is needed to get the same results again.
pub fn provenance(title: &str, from: &Provenance, lang: Lang) -> String {
    let term = |term: Term| term.text(lang);
    let short = from.scenario_sha256.get(..12);
    let short = short.unwrap_or(&from.scenario_sha256);
    let mut text = format!(
        "{title}\n{} {} ({short}) | {} {} | {} {}\n{} | tierfund {}",
        term(Term::Scenario),
        from.scenario,
        term(Term::Seed),
        from.seed,
        term(Term::Paths),
        from.paths,
        from.scheme,
        from.version,
    );
    for set in &from.overrides {
        text.extend(["\n", term(Term::Overrides), ": ", set]);
    }
    text
}

/// A share in percent.
pub fn percent(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
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
        return format!("{value:.1}");
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
