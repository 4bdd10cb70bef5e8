//! Returns of LPs by class.

use super::Story;
use crate::report::catalogue::{Term, tier_label};
use crate::report::format::{self, NO_NUMBER};
use crate::summary::estimate::Estimate;
use crate::table::Section;

/// What stands in a row: a measure and which of its numbers.
const COLUMNS: [(&str, Which); 7] = [
    ("paid_in", Which::Mean),
    ("dpi", Which::Median),
    ("tvpi", Which::Median),
    ("irr", Which::Low),
    ("irr", Which::Median),
    ("irr", Which::High),
    ("pme_ks", Which::Median),
];

/// A number of an estimate.
#[derive(Clone, Copy)]
enum Which {
    Mean,
    Low,
    Median,
    High,
}

/// One row per class that is followed: the median path, and the spread of the IRR.
pub(super) fn returns(story: Story) -> Section {
    let heads = COLUMNS.map(|(measure, which)| {
        let label = super::returns::label_of_measure(story, &format!("national.{measure}"));
        match which {
            Which::Mean => label,
            Which::Low => format!("{label} P5"),
            Which::Median => format!("{label} P50"),
            Which::High => format!("{label} P95"),
        }
    });
    let header = [story.term(Term::Tier)]
        .into_iter()
        .chain(heads.iter().map(String::as_str));
    let mut section = Section::new(story.term(Term::ReturnsByLp), header);
    for (name, _) in story.summary.metrics.iter() {
        let Some(tier) = name
            .strip_suffix(".pme_ks")
            .filter(|t| t.starts_with("lp."))
        else {
            continue;
        };
        let head = tier_label(tier, story.names, story.lang).unwrap_or_else(|| tier.to_owned());
        let cells = COLUMNS.map(|(measure, which)| {
            let estimate = story.metric(&format!("{tier}.{measure}"));
            estimate.map_or_else(|| NO_NUMBER.into(), |estimate| say(story, estimate, which))
        });
        section.rows.push([head].into_iter().chain(cells).collect());
    }
    section
}

fn say(story: Story, estimate: &Estimate, which: Which) -> String {
    match which {
        Which::Mean => format::mean(estimate, story.lang),
        Which::Low => format::of(estimate.p5, estimate, story.lang),
        Which::Median => format::of(estimate.p50, estimate, story.lang),
        Which::High => format::of(estimate.p95, estimate, story.lang),
    }
}
