//! What a question is about: a metric, or the event that it reaches a threshold. All commands read them here.

use super::lookup::{UnknownMetric, column};
use super::{MetricSpec, MetricUnit};
use crate::scenario::reader::{Unit, number_in};
use std::fmt;

/// A metric, or `metric>=threshold`.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// As it was written, without blanks.
    pub name: String,
    /// The metric's name.
    pub metric: String,
    /// The metric's column.
    pub column: usize,
    /// The threshold in the metric's unit; `None` where the metric itself is meant.
    pub threshold: Option<f64>,
    /// The metric's unit.
    pub unit: MetricUnit,
}

/// Why a text is no target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetError {
    /// It names no metric.
    Unknown(UnknownMetric),
    /// It compares, but is not `metric>=threshold`.
    Malformed(String),
    /// Its threshold is no number of the metric's unit.
    Threshold {
        /// The whole text.
        target: String,
        /// The threshold in it.
        threshold: String,
        /// How to write one.
        advice: &'static str,
    },
}

impl fmt::Display for TargetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(unknown) => unknown.fmt(f),
            Self::Malformed(text) => write!(
                f,
                "`{text}` is no event; write a metric, >= and a number, \
                 for example leverage.consolidated>=10 or national.irr>=5%"
            ),
            Self::Threshold {
                target,
                threshold,
                advice,
            } => write!(f, "`{target}`: `{threshold}` is no threshold; {advice}"),
        }
    }
}

impl std::error::Error for TargetError {}

impl Target {
    /// Reads `metric` or `metric>=threshold`, with a threshold as in a scenario: a plain number, or one with the unit's sign
    /// (`5%`, `100亿`).
    ///
    /// # Errors
    ///
    /// See [`TargetError`].
    pub fn parse(text: &str, specs: &[MetricSpec]) -> Result<Self, TargetError> {
        let name: String = text.split_whitespace().collect();
        let malformed = || TargetError::Malformed(name.clone());
        let (metric, threshold) = match name.split_once(">=") {
            Some(("", _) | (_, "")) => return Err(malformed()),
            Some((metric, threshold)) => (metric, Some(threshold)),
            None => (name.as_str(), None),
        };
        if metric.contains(['>', '<', '=']) {
            return Err(malformed());
        }
        let column = column(specs, metric).map_err(TargetError::Unknown)?;
        let unit = specs[column].unit;
        let read = |threshold: &str| {
            number_in(threshold, written_in(unit)).map_err(|advice| TargetError::Threshold {
                target: name.clone(),
                threshold: threshold.to_owned(),
                advice,
            })
        };
        let threshold = threshold.map(read).transpose()?;
        Ok(Self {
            metric: metric.to_owned(),
            column,
            threshold,
            unit,
            name,
        })
    }

    /// Reads `metric>=threshold`.
    ///
    /// # Errors
    ///
    /// See [`TargetError`]: a metric without a threshold is malformed.
    pub fn parse_event(text: &str, specs: &[MetricSpec]) -> Result<(String, f64), TargetError> {
        let malformed = || TargetError::Malformed(text.to_owned());
        if !text.contains(">=") {
            return Err(malformed());
        }
        let target = Self::parse(text, specs)?;
        let threshold = target.threshold.ok_or_else(malformed)?;
        Ok((target.metric, threshold))
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

/// How a number of a metric's unit is written.
const fn written_in(unit: MetricUnit) -> Unit {
    match unit {
        MetricUnit::Multiple => Unit::Multiple,
        MetricUnit::Rate => Unit::Rate,
        MetricUnit::Share => Unit::Share,
        MetricUnit::Money => Unit::Money,
        MetricUnit::Count => Unit::Number,
        MetricUnit::Years => Unit::Years,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::MissingRank;

    fn specs() -> [MetricSpec; 3] {
        let spec = |name: &str, unit| MetricSpec {
            name: name.to_owned(),
            unit,
            missing: MissingRank::Omitted,
        };
        [
            spec("leverage.consolidated", MetricUnit::Multiple),
            spec("national.irr", MetricUnit::Rate),
            spec("fiscal.npv", MetricUnit::Money),
        ]
    }

    #[test]
    fn a_target_is_a_metric_or_a_metric_at_a_threshold() {
        let read = |text| Target::parse(text, &specs()).unwrap();
        assert_eq!(read("national.irr").threshold, None);
        assert_eq!(read("leverage.consolidated >= 10").threshold, Some(10.0));
        assert_eq!(read("national.irr>=5%").threshold, Some(0.05));
        assert_eq!(read("national.irr >= 5%").name, "national.irr>=5%");
        assert_eq!(read("national.irr>=5%").column, 1);
        assert_eq!(read("leverage.consolidated>=10x").threshold, Some(10.0));
        assert_eq!(read("fiscal.npv>=-100亿").threshold, Some(-1e10));
        assert_eq!(read("fiscal.npv>=0").metric, "fiscal.npv");
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
        assert!(wrong("national.irr>=ten").contains("`national.irr>=ten`: `ten` is no threshold"));
        assert!(wrong("national.irr>=inf").contains("no threshold"));
        for text in [
            "national.irr>=",
            ">=5%",
            "national.irr<=5%",
            "national.irr=5%",
        ] {
            assert!(wrong(text).contains("no event"), "{text}");
        }
    }

    #[test]
    fn an_event_has_a_threshold() {
        let event = |text| Target::parse_event(text, &specs());
        assert_eq!(
            event("national.irr>=5%"),
            Ok(("national.irr".to_owned(), 0.05))
        );
        assert!(event("national.irr").is_err_and(|e| e.to_string().contains("no event")));
    }
}
