//! What a question is asked about: a metric's law over paths, or the probability that a metric reaches a threshold.

use crate::metrics::target::{Target, TargetError};
use crate::metrics::{MetricSpec, MetricUnit, MissingRank};
use crate::outcomes::Outcomes;
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
    /// It is no metric and no event.
    Target(TargetError),
    /// The same measure stands twice.
    Twice(String),
}

impl fmt::Display for MeasureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Target(error) => error.fmt(f),
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
        let target = Target::parse(text, specs).map_err(MeasureError::Target)?;
        Ok(Self {
            name: target.name,
            metric: target.metric,
            unit: target.unit,
            column: target.column,
            at_least: target.threshold,
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
        let Some((spec, mut values)) = outcomes.metric(&self.metric) else {
            return (vec![f64::NAN; outcomes.paths()], MissingRank::Omitted);
        };
        for value in &mut values {
            *value = self.score(*value);
        }
        (values, spec.missing)
    }

    /// What the mean of [`score`](Self::score) counts in.
    pub fn score_unit(&self) -> MetricUnit {
        match self.at_least {
            Some(_) => MetricUnit::Share,
            None => self.unit,
        }
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
        said(&["national.irr>=high"], "`high` is no threshold");
        said(&["national.irr>="], "no event");
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
