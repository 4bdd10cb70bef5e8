//! Quantiles of two scenarios: how far they move, and how far single paths move.

use super::{Term, View};
use crate::comparison::paired::MetricDifference;
use crate::comparison::quantiles::QuantileDifference;
use crate::metrics::MetricUnit;
use crate::report::format;
use crate::report::text::{WIDTH, wrap};
use crate::table::Section;

const HEADS: [&str; 3] = ["P5", "P50", "P95"];

/// The difference of each quantile with its interval.
pub(super) fn differences(view: View) -> Section {
    let row = |(name, found): (&str, &MetricDifference)| {
        let by_level = &found.difference_of_quantiles;
        let levels = [by_level.p5, by_level.p50, by_level.p95];
        let cells = levels
            .into_iter()
            .flat_map(|level| cells(view, level, found.unit));
        std::iter::once(view.label(name)).chain(cells).collect()
    };
    let heads = HEADS.into_iter().flat_map(|head| [head, "95%"]);
    Section {
        rows: view.comparison.metrics.iter().map(row).collect(),
        ..Section::new(
            view.term(Term::DifferenceOfQuantiles),
            std::iter::once(view.term(Term::Metric)).chain(heads),
        )
    }
}

fn cells(view: View, level: QuantileDifference, unit: MetricUnit) -> [String; 2] {
    [
        view.difference(level.difference, level.interval, unit),
        format::difference_interval(level.interval, unit, view.lang),
    ]
}

/// The quantiles of what single paths gain or lose.
pub(super) fn of_differences(view: View) -> Section {
    let row = |(name, found): (&str, &MetricDifference)| {
        let by_level = &found.quantiles_of_differences;
        let levels = [by_level.p5, by_level.p50, by_level.p95];
        let cells = levels.map(|level| view.difference(level.at, level.interval, found.unit));
        std::iter::once(view.label(name)).chain(cells).collect()
    };
    Section {
        rows: view.comparison.metrics.iter().map(row).collect(),
        notes: wrap(view.term(Term::QuantileNote), WIDTH),
        ..Section::new(
            view.term(Term::QuantilesOfDifferences),
            std::iter::once(view.term(Term::Metric)).chain(HEADS),
        )
    }
}
