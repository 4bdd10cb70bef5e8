//! What a question is about: the mean of a metric, or the probability that it reaches a threshold.

use super::lookup::{UnknownMetric, column};
use super::{MetricSpec, MetricUnit};
use std::fmt;

/// A metric, or `metric>=threshold`.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// As it was written.
    pub name: String,
    /// The metric's column.
    pub column: usize,
    /// The threshold in the metric's unit; `None` where the mean is meant.
    pub threshold: Option<f64>,
    /// The metric's unit.
    pub unit: MetricUnit,
}

/// Why a text is no target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetError {
    /// It names no metric.
    Metric(UnknownMetric),
    /// Its threshold is no number.
    Threshold(String),
}

impl fmt::Display for TargetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Metric(unknown) => unknown.fmt(f),
            Self::Threshold(text) => write!(
                f,
                "`{text}` is no threshold; write a number such as 10, or 5% for a rate or a share"
            ),
        }
    }
}

impl Target {
    /// Reads `metric` or `metric>=threshold`.
    ///
    /// # Errors
    ///
    /// See [`TargetError`].
    pub fn parse(text: &str, specs: &[MetricSpec]) -> Result<Self, TargetError> {
        let (metric, threshold) = match text.split_once(">=") {
            Some((metric, threshold)) => (metric.trim(), Some(threshold.trim())),
            None => (text.trim(), None),
        };
        let column = column(specs, metric).map_err(TargetError::Metric)?;
        let read = |text| number(text).ok_or_else(|| TargetError::Threshold(String::from(text)));
        let threshold = threshold.map(read).transpose()?;
        Ok(Self {
            name: text.to_owned(),
            column,
            threshold,
            unit: specs[column].unit,
        })
    }

    /// Whether its errors are parts of the estimate: those of multiples, money, counts and years. Rates, shares and probabilities
    /// have errors in their own points.
    pub fn is_relative(&self) -> bool {
        let unit = matches!(
            self.unit,
            MetricUnit::Multiple | MetricUnit::Money | MetricUnit::Count | MetricUnit::Years
        );
        unit && self.threshold.is_none()
    }
}

/// A finite number, with or without a percent sign.
pub fn number(text: &str) -> Option<f64> {
    let (digits, scale) = match text.strip_suffix('%') {
        Some(digits) => (digits.trim_end(), 100.0),
        None => (text, 1.0),
    };
    let number = digits.parse::<f64>().ok()? / scale;
    number.is_finite().then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::MissingRank;

    fn specs() -> [MetricSpec; 2] {
        let spec = |name: &str, unit| MetricSpec {
            name: name.to_owned(),
            unit,
            missing: MissingRank::Omitted,
        };
        [
            spec("leverage.consolidated", MetricUnit::Multiple),
            spec("national.irr", MetricUnit::Rate),
        ]
    }

    #[test]
    fn a_target_is_a_metric_or_a_metric_at_a_threshold() {
        let read = |text| Target::parse(text, &specs()).unwrap();
        assert_eq!(read("national.irr").threshold, None);
        assert_eq!(read("leverage.consolidated >= 10").threshold, Some(10.0));
        assert_eq!(read("national.irr>=5%").threshold, Some(0.05));
        assert_eq!(read("national.irr>=5%").column, 1);
        assert!(read("leverage.consolidated").is_relative());
        assert!(!read("leverage.consolidated>=10").is_relative());
        assert!(!read("national.irr").is_relative());
    }

    #[test]
    fn misspelt_metrics_and_thresholds_are_told() {
        let wrong = |text| Target::parse(text, &specs()).unwrap_err().to_string();
        assert!(
            wrong("leverage.consolidatet>=10").contains("did you mean `leverage.consolidated`")
        );
        assert!(wrong("national.irr>=ten").contains("`ten` is no threshold"));
        assert!(wrong("national.irr>=").contains("no threshold"));
        assert!(wrong("national.irr>=inf").contains("no threshold"));
    }
}
