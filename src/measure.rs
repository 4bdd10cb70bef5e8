//! What a question is asked about: a metric's law over paths, or the probability that a metric reaches a threshold.

use crate::metrics::lookup::{self, UnknownMetric};
use crate::metrics::{MetricSpec, MetricUnit, MissingRank};
use crate::outcomes::Outcomes;
use crate::scenario::reader::{Unit, number_in};
use std::fmt;

/// A metric, or the probability that it reaches a threshold: `national.dpi`, `national.irr>=5%`.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// As written, without blanks.
    pub name: String,
    /// Name of the metric.
    pub metric: String,
    /// What the metric counts in.
    pub unit: MetricUnit,
    /// Number of the metric's column.
    pub column: usize,
    /// The threshold, in the metric's unit; `None` for the metric itself.
    pub at_least: Option<f64>,
}

/// A measure that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MeasureError {
    /// No metric has this name.
    Unknown(UnknownMetric),
    /// What follows `>=` is no number in the metric's unit.
    Threshold {
        /// The whole text.
        text: String,
        /// How to write one.
        advice: &'static str,
    },
    /// The same measure stands twice.
    Twice(String),
}

impl fmt::Display for MeasureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(unknown) => unknown.fmt(f),
            Self::Threshold { text, advice } => {
                write!(f, "`{text}`: a number follows the `>=`; {advice}")
            }
            Self::Twice(text) => write!(f, "`{text}` stands twice; name it once"),
        }
    }
}

impl std::error::Error for MeasureError {}

impl Measure {
    /// The measure that `text` names, among the columns `specs`.
    ///
    /// # Errors
    ///
    /// See [`MeasureError`].
    pub fn parse(text: &str, specs: &[MetricSpec]) -> Result<Self, MeasureError> {
        let name: String = text.split_whitespace().collect();
        let (metric, threshold) = match name.split_once(">=") {
            Some((metric, threshold)) => (metric, Some(threshold)),
            None => (name.as_str(), None),
        };
        let column = lookup::column(specs, metric).map_err(MeasureError::Unknown)?;
        let unit = specs[column].unit;
        let read = |threshold| {
            number_in(threshold, unit_of(unit)).map_err(|advice| MeasureError::Threshold {
                text: name.clone(),
                advice,
            })
        };
        let at_least = threshold.map(read).transpose()?;
        Ok(Self {
            metric: metric.to_owned(),
            unit,
            column,
            at_least,
            name,
        })
    }

    /// The measures that `texts` name, each of which may be a list with commas.
    ///
    /// # Errors
    ///
    /// See [`MeasureError`].
    pub fn list(texts: &[String], specs: &[MetricSpec]) -> Result<Vec<Self>, MeasureError> {
        let mut measures: Vec<Self> = Vec::new();
        let names = texts.iter().flat_map(|text| text.split(','));
        for name in names.filter(|name| !name.trim().is_empty()) {
            let measure = Self::parse(name, specs)?;
            let same =
                |other: &Self| (other.column, other.at_least) == (measure.column, measure.at_least);
            if measures.iter().any(same) {
                return Err(MeasureError::Twice(measure.name));
            }
            measures.push(measure);
        }
        Ok(measures)
    }

    /// What the measure averages on a path that gives the metric `value`: the value, or 1 where it reaches the threshold and 0 where not;
    /// NaN stays missing.
    pub fn score(&self, value: f64) -> f64 {
        match self.at_least {
            Some(threshold) if !value.is_nan() => f64::from(u8::from(value >= threshold)),
            _ => value,
        }
    }

    /// The scores of all paths of `outcomes`, and how its missing values rank; all are missing where there is no such metric.
    pub fn scores(&self, outcomes: &Outcomes) -> (Vec<f64>, MissingRank) {
        let mut specs = outcomes.specs.iter().zip(0..);
        let Some((spec, column)) = specs.find(|(spec, _)| spec.name == self.metric) else {
            return (vec![f64::NAN; outcomes.paths()], MissingRank::Omitted);
        };
        let values = outcomes.rows().map(|row| self.score(row[column]));
        (values.collect(), spec.missing)
    }

    /// What the mean of [`score`](Self::score) counts in.
    pub fn score_unit(&self) -> MetricUnit {
        match self.at_least {
            Some(_) => MetricUnit::Share,
            None => self.unit,
        }
    }
}

/// How a number of a metric's unit is written.
const fn unit_of(unit: MetricUnit) -> Unit {
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

    fn specs() -> Vec<MetricSpec> {
        let spec = |(name, unit): (&str, MetricUnit)| MetricSpec {
            name: name.to_owned(),
            unit,
            missing: MissingRank::Omitted,
        };
        [
            ("leverage.consolidated", MetricUnit::Multiple),
            ("national.irr", MetricUnit::Rate),
            ("fiscal.npv", MetricUnit::Money),
        ]
        .map(spec)
        .to_vec()
    }

    #[test]
    fn a_threshold_is_in_the_unit_of_its_metric() {
        let threshold = |text| Measure::parse(text, &specs()).map(|measure| measure.at_least);
        assert_eq!(threshold("leverage.consolidated"), Ok(None));
        assert_eq!(threshold("leverage.consolidated >= 10"), Ok(Some(10.0)));
        assert_eq!(threshold("national.irr>=5%"), Ok(Some(0.05)));
        assert_eq!(threshold("fiscal.npv>=-2亿"), Ok(Some(-2e8)));
    }

    #[test]
    fn what_names_nothing_is_refused() {
        let refusal = |texts: &[&str]| {
            let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
            Measure::list(&texts, &specs()).map_err(|error| error.to_string())
        };
        let said = |texts: &[&str], what: &str| {
            let error = refusal(texts).expect_err("a refusal");
            assert!(error.contains(what), "{error}");
        };
        said(&["national.ir"], "did you mean `national.irr`?");
        said(&["national.irr>=high"], "a number follows the `>=`");
        said(&["national.irr>="], "a number follows the `>=`");
        said(&["national.irr>=5%,national.irr>=0.05"], "stands twice");
        assert_eq!(
            refusal(&["national.irr, fiscal.npv"]).map(|m| m.len()),
            Ok(2)
        );
    }

    #[test]
    fn a_path_scores_its_value_or_whether_it_reaches_the_threshold() {
        let specs = specs();
        let score = |text, value| Measure::parse(text, &specs).map(|m| m.score(value));
        assert_eq!(score("leverage.consolidated", 9.5), Ok(9.5));
        assert_eq!(score("leverage.consolidated>=10", 9.5), Ok(0.0));
        assert_eq!(score("leverage.consolidated>=10", 10.0), Ok(1.0));
        assert!(score("national.irr>=5%", f64::NAN).is_ok_and(f64::is_nan));
    }
}
