//! The treasury: what it is asked for each year, and what it gets back against its bonds.

use super::outcomes::{spread, spread_heads};
use super::returns::label_of_measure;
use super::{Story, WIDTH, wrap};
use crate::report::catalogue::{Term, fill};
use crate::report::format;
use crate::scenario::BondDraw;
use crate::summary::event_name;
use crate::table::Section;

/// Calls of each year on the treasury, up to the last year with one, and the largest.
pub(super) fn calls(story: Story) -> Section {
    let header = [story.term(Term::CallYear)]
        .into_iter()
        .chain(spread_heads(story));
    let mut section = Section::new(story.term(Term::TreasuryCalls), header);
    let years = story.summary.metrics.iter().filter_map(|(name, calls)| {
        let year = name.strip_prefix("national.annual_call.")?;
        Some((year.trim_start_matches('0').to_owned(), calls))
    });
    let years: Vec<_> = years.collect();
    let last = years.iter().rposition(|(_, calls)| calls.mean != Some(0.0));
    for (year, calls) in years.into_iter().take(last.map_or(0, |last| last + 1)) {
        let row = [year].into_iter().chain(spread(story, calls));
        section.rows.push(row.collect());
    }
    if let Some(peak) = story.metric("national.peak_annual_call") {
        let label = story.term(Term::LargestYear).to_owned();
        let row = [label].into_iter().chain(spread(story, peak));
        section.rows.push(row.collect());
    }
    section.notes = wrap(story.term(Term::CallYearNote), WIDTH);
    section
}

/// The treasury's account under both rules of issuing bonds, the scenario's first.
pub(super) fn account(story: Story) -> Section {
    let Some(terms) = story.summary.fiscal_terms else {
        return Section::default();
    };
    let percent = |rate| format!("{:.2}%", 100.0 * rate);
    let rates = [
        ("bond", percent(terms.bond_rate.per_year())),
        ("cash", percent(terms.cash_rate.per_year())),
    ];
    let rates = rates.each_ref().map(|(name, rate)| (*name, rate.as_str()));
    let header = [story.term(Term::Bonds), story.term(Term::Measure)]
        .into_iter()
        .chain(spread_heads(story));
    let mut section = Section::new(fill(Term::Fiscal, story.lang, &rates), header);
    let (called, upfront) = (
        ("fiscal.as_called", Term::BondsAsCalled),
        ("fiscal.upfront", Term::BondsUpfront),
    );
    let rules = match terms.bond_draw {
        BondDraw::AsCalled => [called, upfront],
        BondDraw::Upfront => [upfront, called],
    };
    for (at, (account, term)) in rules.into_iter().enumerate() {
        let own = if at == 0 {
            Term::BondsHere
        } else {
            Term::BondsCompared
        };
        let mut heads = [story.term(term).to_owned(), story.term(own).to_owned()].into_iter();
        for row in rows(story, account) {
            let head = heads.next().unwrap_or_default();
            section.rows.push([head].into_iter().chain(row).collect());
        }
    }
    if let Some(held) = story.metric("fiscal.residual_present_value") {
        let label = story.term(Term::StillHeld).to_owned();
        let row = [String::new(), label]
            .into_iter()
            .chain(spread(story, held));
        section.rows.push(row.collect());
    }
    section.notes = wrap(&fill(Term::FiscalNote, story.lang, &rates), WIDTH);
    section
}

/// Measure and numbers of one account.
fn rows(story: Story, account: &str) -> Vec<Vec<String>> {
    let metric = |measure: &str| {
        let name = format!("{account}.{measure}");
        let row = [label_of_measure(story, &name)].into_iter();
        Some(row.chain(spread(story, story.metric(&name)?)).collect())
    };
    let chance = |term, measure: &str, threshold| {
        let name = event_name(&format!("{account}.{measure}"), threshold);
        let chance = story.probability(&name)?;
        let interval = format::probability_interval(chance);
        Some(vec![
            story.term(term).to_owned(),
            format::percent(chance.p),
            interval,
        ])
    };
    let rows = [
        metric("principal"),
        metric("paid_back"),
        metric("principal_recovered"),
        chance(Term::PrincipalRecovered, "principal_recovered", 1.0),
        metric("npv"),
        chance(Term::BeatsTheBond, "npv", 0.0),
    ];
    rows.into_iter().flatten().collect()
}
