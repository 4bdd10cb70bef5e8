//! The leverage ladder: on committed money, on drawn money, and when its targets are reached.

use super::outcomes::{spread, spread_heads};
use super::{Story, WIDTH, wrap};
use crate::metrics::LADDER;
use crate::metrics::co_investment::RUNG;
use crate::report::catalogue::{Lang, Term, rung};
use crate::report::format;
use crate::summary::event_name;
use crate::table::Section;

/// Years for which the table of targets has a column.
const YEARS: [usize; 9] = [1, 2, 3, 4, 5, 6, 8, 10, 20];

/// The ladder, then the rung above it that only some scenarios have.
fn rungs() -> impl Iterator<Item = &'static str> {
    LADDER.into_iter().chain([RUNG])
}

/// Rungs on committed money with their definitions.
pub(super) fn committed(story: Story) -> Section {
    let header = [story.term(Term::Rung), story.term(Term::Meaning)]
        .into_iter()
        .chain(spread_heads(story))
        .chain(["P(>=6)", "P(>=10)"]);
    Section {
        rows: rungs()
            .filter_map(|name| {
                let (label, meaning) = rung(name.trim_start_matches("leverage."), story.lang)?;
                let mut row = vec![label.to_owned(), meaning.to_owned()];
                row.extend(numbers(story, name)?);
                Some(row)
            })
            .collect(),
        notes: wrap(story.term(Term::SpreadNote), WIDTH),
        ..Section::new(story.term(Term::LadderCommitted), header)
    }
}

/// Rungs on drawn money.
pub(super) fn drawn(story: Story) -> Section {
    let header = [story.term(Term::Rung)]
        .into_iter()
        .chain(spread_heads(story))
        .chain(["P(>=6)", "P(>=10)"]);
    Section {
        rows: rungs()
            .filter_map(|name| {
                let (label, _) = rung(name.trim_start_matches("leverage."), story.lang)?;
                let mut row = vec![label.to_owned()];
                row.extend(numbers(story, &format!("{name}.drawn"))?);
                Some(row)
            })
            .collect(),
        ..Section::new(story.term(Term::LadderDrawn), header)
    }
}

/// Mean, its interval, three quantiles and two probabilities.
fn numbers(story: Story, name: &str) -> Option<[String; 7]> {
    let leverage = story.metric(name)?;
    let reaches = |k| format::probability(story.probability(&event_name(name, k)));
    let [mean, interval, p5, p50, p95] = spread(story, leverage);
    Some([mean, interval, p5, p50, p95, reaches(6.0), reaches(10.0)])
}

/// P(consolidated leverage has reached k by the end of year t).
pub(super) fn reached(story: Story) -> Section {
    let reached = || {
        story
            .summary
            .reached
            .iter()
            .filter(|(_, reached)| reached.metric == "leverage.consolidated")
    };
    let last = reached()
        .map(|(_, reached)| reached.by_year.len())
        .max()
        .unwrap_or(0);
    let years: Vec<usize> = YEARS.into_iter().filter(|year| *year <= last).collect();
    let mut section = Section::new(
        story.term(Term::ReachedByYear),
        [story.term(Term::Rung), story.term(Term::Threshold)],
    );
    section
        .header
        .extend(years.iter().map(|year| match story.lang {
            Lang::En => format!("{} {year}", story.term(Term::Year)),
            Lang::Zh => format!("{year} {}", story.term(Term::Year)),
        }));
    let label = rung("consolidated", story.lang).map_or("", |(label, _)| label);
    section.rows = reached()
        .map(|(_, reached)| {
            let by = |year: &usize| format::probability(reached.by_year.get(year - 1));
            let head = [label.to_owned(), format!("{}", reached.threshold)];
            head.into_iter().chain(years.iter().map(by)).collect()
        })
        .collect();
    section
}
