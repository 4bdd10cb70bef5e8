//! The programme in its market: its share of each year's early deals and listings.

use super::outcomes::{label_of_metric, spread, spread_heads};
use super::{Story, WIDTH, wrap};
use crate::report::catalogue::Term;
use crate::report::format::{self, NO_NUMBER};
use crate::table::Section;

/// Mean and outer quantiles of both shares by year, and what waiting for a listing came to; empty without a market.
pub(super) fn market(story: Story) -> Section {
    let deals = "market.deals_share.";
    let years = story.summary.metrics.iter().filter_map(|(name, share)| {
        let year = name.strip_prefix(deals).filter(|year| *year != "peak")?;
        Some((year.to_owned(), share))
    });
    let years: Vec<_> = years.collect();
    if years.is_empty() {
        return Section::default();
    }
    let heads = spread_heads(story);
    let header = [story.term(Term::CallYear), story.term(Term::MarketShare)];
    let mut section = Section::new(story.term(Term::Market), header.into_iter().chain(heads));
    for (kind, term) in [("deals", Term::EarlyDeals), ("listings", Term::Listings)] {
        let of_year = |year: &str| story.metric(&format!("market.{kind}_share.{year}"));
        let last = years
            .iter()
            .rposition(|(year, _)| of_year(year).is_some_and(|share| share.mean != Some(0.0)));
        for (year, _) in years.iter().take(last.map_or(0, |last| last + 1)) {
            let shown = of_year(year).map_or_else(
                || [NO_NUMBER; 5].map(str::to_owned),
                |share| spread(story, share),
            );
            let head = [
                year.trim_start_matches('0').to_owned(),
                story.term(term).to_owned(),
            ];
            section.rows.push(head.into_iter().chain(shown).collect());
        }
    }
    let waiting = ["waited", "mean_wait", "waited_in_vain"].map(|measure| {
        let name = format!("market.{measure}");
        let value = story.metric(&name);
        let value = value.map_or_else(|| NO_NUMBER.into(), |v| format::mean(v, story.lang));
        story.lang.labelled(&label_of_metric(story, &name), &value)
    });
    section.notes = wrap(story.term(Term::MarketNote), WIDTH);
    section.notes.extend(waiting);
    section
}
