//! One pass over the metrics: of each its estimate, and what else is told of its law.

use super::{HISTOGRAMS, LADDER, event_name, events};
use crate::metrics::MetricSpec;
use crate::outcomes::Outcomes;
use crate::outcomes::tally::Tally;
use crate::summary::estimate::Estimate;
use crate::summary::histogram::Histogram;
use crate::summary::method::{Column, Method};
use crate::summary::named::Named;
use crate::summary::probability::Probability;
use crate::summary::rules::rule_of_kept;

/// A rule is kept on a path where its metric is 1, and not where it is 0.
const KEPT: f64 = 0.5;

/// What the metrics were over the paths.
pub(super) struct Laws {
    /// Every metric.
    pub estimates: Named<Estimate>,
    /// P(metric >= threshold), by `metric>=threshold`.
    pub probabilities: Named<Probability>,
    /// Distributions of the main metrics.
    pub histograms: Named<Histogram>,
    /// By rule, the share of paths that keep it.
    pub kept: Named<Probability>,
}

impl Laws {
    /// Those of kept paths. One column is held beside them at a time.
    pub fn of(outcomes: &Outcomes, method: &Method) -> Self {
        let mut found = Found::new();
        for (index, spec) in outcomes.specs.iter().enumerate() {
            found.add(spec, Column::Values(&outcomes.values(index)), method);
        }
        found.in_order()
    }

    /// Those of counted paths.
    pub fn of_tally(tally: &Tally, method: &Method) -> Self {
        let mut found = Found::new();
        for (spec, sketch) in tally.specs.iter().zip(&tally.sketches) {
            found.add(spec, Column::Sketch(sketch), method);
        }
        found.in_order()
    }
}

/// What was found so far, in the order of the columns.
struct Found {
    /// Metrics and thresholds of which the probability is told.
    events: Vec<(String, f64)>,
    estimates: Vec<(String, Estimate)>,
    probabilities: Vec<(String, Probability)>,
    histograms: Vec<(String, Histogram)>,
    kept: Vec<(String, Probability)>,
}

impl Found {
    fn new() -> Self {
        Self {
            events: events().collect(),
            estimates: Vec::new(),
            probabilities: Vec::new(),
            histograms: Vec::new(),
            kept: Vec::new(),
        }
    }

    fn add(&mut self, spec: &MetricSpec, column: Column, method: &Method) {
        let name = spec.name.as_str();
        let estimate = method.of_column(column, spec.unit, spec.missing);
        self.estimates.push((name.to_owned(), estimate));
        for (metric, threshold) in &self.events {
            if metric == name
                && let Some(found) = method.share_at_least(column, *threshold)
            {
                let event = event_name(metric, *threshold);
                self.probabilities.push((event, found));
            }
        }
        if let Some(rule) = rule_of_kept(name)
            && let Some(found) = method.share_at_least(column, KEPT)
        {
            self.kept.push((rule.to_owned(), found));
        }
        if LADDER.into_iter().chain(HISTOGRAMS).any(|of| of == name)
            && let Some(found) = Histogram::of_column(column)
        {
            self.histograms.push((name.to_owned(), found));
        }
    }

    /// In the order of the report.
    fn in_order(self) -> Laws {
        let events = self.events.iter();
        let events = events.map(|(metric, threshold)| event_name(metric, *threshold));
        Laws {
            estimates: self.estimates.into_iter().collect(),
            probabilities: pick(events, self.probabilities),
            histograms: pick(
                LADDER.into_iter().chain(HISTOGRAMS).map(str::to_owned),
                self.histograms,
            ),
            kept: self.kept.into_iter().collect(),
        }
    }
}

/// Those of `found` that have one of `names`, in the order of the names.
fn pick<T>(names: impl Iterator<Item = String>, mut found: Vec<(String, T)>) -> Named<T> {
    names
        .filter_map(|name| {
            let place = found.iter().position(|(of, _)| *of == name)?;
            Some(found.swap_remove(place))
        })
        .collect()
}
