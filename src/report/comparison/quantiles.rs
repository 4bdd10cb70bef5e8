//! Quantiles of two scenarios: how far they move, and how far single paths move.

use super::{Term, View};
use crate::comparison::paired::MetricDifference;
use crate::report::format;
use crate::report::text::{WIDTH, wrap};
use crate::table::Section;

const HEADS: [&str; 3] = ["P5", "P50", "P95"];

/// The difference of each quantile, its interval below it.
pub(super) fn differences(view: View) -> Section {
    let rows = |(name, found): (&str, &MetricDifference)| {
        let by_level = &found.difference_of_quantiles;
        let levels = [by_level.p5, by_level.p50, by_level.p95];
        let by = levels.map(|level| view.difference(level.difference, level.interval, found.unit));
        let intervals =
            levels.map(|level| format::difference_interval(level.interval, found.unit, view.lang));
        [
            row(view.label(name), by),
            row("  95%".to_owned(), intervals),
        ]
    };
    Section {
        rows: view.comparison.metrics.iter().flat_map(rows).collect(),
        ..Section::new(view.term(Term::DifferenceOfQuantiles), heads(view))
    }
}

fn heads(view: View) -> impl Iterator<Item = &'static str> {
    std::iter::once(view.term(Term::Metric)).chain(HEADS)
}

fn row(label: String, cells: [String; 3]) -> Vec<String> {
    std::iter::once(label).chain(cells).collect()
}

/// The quantiles of what single paths gain or lose.
pub(super) fn of_differences(view: View) -> Section {
    let of_metric = |(name, found): (&str, &MetricDifference)| {
        let by_level = &found.quantiles_of_differences;
        let levels = [by_level.p5, by_level.p50, by_level.p95];
        let cells = levels.map(|level| view.difference(level.at, level.interval, found.unit));
        row(view.label(name), cells)
    };
    Section {
        rows: view.comparison.metrics.iter().map(of_metric).collect(),
        notes: wrap(view.term(Term::QuantileNote), WIDTH),
        ..Section::new(view.term(Term::QuantilesOfDifferences), heads(view))
    }
}
