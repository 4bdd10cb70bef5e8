//! Which metrics and probabilities a comparison shows.

use crate::metrics::lookup::column;
use crate::metrics::target::{Target, TargetError};
use crate::metrics::{LADDER, MetricSpec};
use crate::scenario::variant::matches;
use crate::summary::event_name;
use std::fmt;

/// Metrics beside the ladder that are compared unless others are asked for.
const METRICS: [&str; 10] = [
    "national.dpi",
    "national.irr",
    "fiscal.npv",
    "sub_fund.pooled.dpi",
    "sub_fund.pooled.irr",
    "sub_fund.q50.tvpi",
    "sub_funds.closed",
    "sub_funds.mean_size",
    "companies.funded",
    "early_stage.money",
];

/// Probabilities that are compared unless others are asked for.
const EVENTS: [(&str, f64); 6] = [
    ("leverage.consolidated", 8.0),
    ("leverage.consolidated", 10.0),
    ("leverage.summed", 10.0),
    ("leverage.social", 10.0),
    ("national.dpi", 1.0),
    ("fiscal.npv", 0.0),
];

/// An event of a path: a metric reaches a threshold.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Name of the metric.
    pub metric: String,
    /// The threshold, in the metric's unit.
    pub threshold: f64,
}

impl Event {
    /// `leverage.consolidated>=10`.
    pub fn name(&self) -> String {
        event_name(&self.metric, self.threshold)
    }

    /// The event `text`, such as `leverage.consolidated>=10` or `national.irr>=5%`, about one of `specs`.
    ///
    /// # Errors
    ///
    /// No `>=`, an unknown metric, a threshold that is no number of the metric's unit.
    pub fn parse(text: &str, specs: &[MetricSpec]) -> Result<Self, TargetError> {
        let (metric, threshold) = Target::parse_event(text, specs)?;
        Ok(Self { metric, threshold })
    }
}

/// What a comparison shows, in this order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selection {
    /// Names of metrics.
    pub metrics: Vec<String>,
    /// Probabilities.
    pub events: Vec<Event>,
}

impl Selection {
    /// What is shown unless something else is asked for: of the main metrics those that a scenario has.
    pub fn main(specs: &[MetricSpec]) -> Self {
        let known = |name: &str| column(specs, name).is_ok();
        let metrics = LADDER.into_iter().chain(METRICS);
        let events = EVENTS.into_iter().filter(|(metric, _)| known(metric));
        Self {
            metrics: metrics
                .filter(|name| known(name))
                .map(str::to_owned)
                .collect(),
            events: events
                .map(|(metric, threshold)| Event {
                    metric: metric.to_owned(),
                    threshold,
                })
                .collect(),
        }
    }

    /// What `asked` names among `specs`: metrics, with `*` for any one part of a name, and events. Each once.
    ///
    /// # Errors
    ///
    /// The first that names nothing or cannot be read.
    pub fn of<'a>(
        asked: impl IntoIterator<Item = &'a str>,
        specs: &[MetricSpec],
    ) -> Result<Self, AskedError> {
        let mut selection = Self::default();
        for text in asked.into_iter().map(str::trim) {
            if text.contains(['>', '<', '=']) {
                let event = Event::parse(text, specs).map_err(AskedError::Target)?;
                if !selection.events.contains(&event) {
                    selection.events.push(event);
                }
            } else {
                for name in named(text, specs)? {
                    if !selection.metrics.contains(&name) {
                        selection.metrics.push(name);
                    }
                }
            }
        }
        Ok(selection)
    }
}

/// The metrics that `pattern` stands for.
fn named(pattern: &str, specs: &[MetricSpec]) -> Result<Vec<String>, AskedError> {
    let names = specs.iter().map(|spec| &spec.name);
    let found: Vec<String> = names
        .filter(|name| matches(pattern, name))
        .cloned()
        .collect();
    if found.is_empty() {
        if pattern.contains('*') {
            return Err(AskedError::MatchesNothing(pattern.to_owned()));
        }
        column(specs, pattern)
            .map_err(TargetError::Unknown)
            .map_err(AskedError::Target)?;
    }
    Ok(found)
}

/// The columns that one or both of two runs have, each once: those of the first, then what the second has alone.
pub fn union(first: &[MetricSpec], second: &[MetricSpec]) -> Vec<MetricSpec> {
    let mut all = first.to_vec();
    let known: std::collections::BTreeSet<&str> =
        first.iter().map(|spec| spec.name.as_str()).collect();
    let more = second
        .iter()
        .filter(|spec| !known.contains(spec.name.as_str()));
    all.extend(more.cloned());
    all
}

/// A metric or an event that cannot be shown.
#[derive(Clone, Debug, PartialEq)]
pub enum AskedError {
    /// It is no metric and no event.
    Target(TargetError),
    /// No metric has a name like this.
    MatchesNothing(String),
}

impl fmt::Display for AskedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Target(error) => error.fmt(f),
            Self::MatchesNothing(pattern) => write!(
                f,
                "no metric is called like `{pattern}`; * stands for one part of a name, \
                 and `tierfund run --format json` has the names of all"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{MetricUnit, MissingRank};

    fn specs() -> Vec<MetricSpec> {
        [
            ("leverage.consolidated", MetricUnit::Multiple),
            ("leverage.social", MetricUnit::Multiple),
            ("leverage.social.drawn", MetricUnit::Multiple),
            ("national.irr", MetricUnit::Rate),
            ("fiscal.npv", MetricUnit::Money),
        ]
        .map(|(name, unit)| MetricSpec {
            name: name.to_owned(),
            unit,
            missing: MissingRank::Omitted,
        })
        .to_vec()
    }

    #[test]
    fn a_star_stands_for_one_part_and_nothing_is_shown_twice() {
        let asked = ["leverage.*", "leverage.social", "national.irr>=5%"];
        let found = Selection::of(asked, &specs()).expect("known metrics");
        assert_eq!(found.metrics, ["leverage.consolidated", "leverage.social"]);
        assert_eq!(found.events[0].name(), "national.irr>=0.05");
    }

    #[test]
    fn thresholds_are_read_in_the_metric_s_unit() {
        let threshold = |text| Event::parse(text, &specs()).map(|event| event.threshold);
        assert_eq!(threshold("fiscal.npv>=-100亿"), Ok(-1e10));
        assert_eq!(threshold("fiscal.npv >= 0"), Ok(0.0));
        assert_eq!(threshold("leverage.social>=10x"), Ok(10.0));
        assert_eq!(threshold("national.irr>=0.05"), Ok(0.05));
    }

    #[test]
    fn what_cannot_be_shown_is_told() {
        let told = |text| {
            Selection::of([text], &specs())
                .expect_err("a mistake")
                .to_string()
        };
        assert!(told("leverage.sozial").contains("did you mean `leverage.social`"));
        assert!(told("national.iir>=5%").contains("did you mean `national.irr`"));
        assert!(told("nothing.*").contains("no metric is called like"));
        assert!(told("fiscal.npv>=ten").contains("no threshold"));
        assert!(told("fiscal.npv>=nan").contains("no threshold"));
        assert!(told("fiscal.npv<=3").contains("no event"));
        assert!(told("fiscal.npv>=").contains("no event"));
        assert!(told("").contains("no metric"));
    }

    #[test]
    fn the_main_metrics_are_those_that_a_scenario_has() {
        let main = Selection::main(&specs());
        assert_eq!(main.metrics.len(), 4);
        assert_eq!(main.events.len(), 4);
    }
}
