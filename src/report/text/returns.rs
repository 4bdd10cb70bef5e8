//! Money, returns and the J-curve by tier.

use super::outcomes::{label_of_metric, spread, spread_heads};
use super::{Story, WIDTH, wrap};
use crate::report::catalogue::{Term, measure_of, tier_label};
use crate::report::format::{self, NO_NUMBER};
use crate::summary::estimate::Estimate;
use crate::table::Section;

const MONEY: [&str; 3] = ["paid_in", "distributed", "residual"];
const RETURNS: [&str; 7] = [
    "dpi",
    "rvpi",
    "tvpi",
    "irr",
    "irr_multiple",
    "pme_ks",
    "direct_alpha",
];
const J_CURVE: [&str; 3] = ["jcurve_trough", "years_to_trough", "years_to_dpi_1"];

/// What stands below the pooled sub-funds: quartiles over funds.
const QUARTILES: [&str; 3] = ["sub_fund.q25", "sub_fund.q50", "sub_fund.q75"];

/// National company, regions in their order, pooled sub-funds, direct projects where there are any.
fn tiers(story: Story) -> Vec<String> {
    let mut tiers = vec!["national".to_owned()];
    for (name, _) in story.summary.metrics.iter() {
        if let Some((id, _)) = name
            .strip_prefix("region.")
            .and_then(|rest| rest.split_once('.'))
        {
            let tier = format!("region.{id}");
            if !tiers.contains(&tier) {
                tiers.push(tier);
            }
        }
    }
    tiers.push("sub_fund.pooled".to_owned());
    if story.metric("direct.paid_in").is_some() {
        tiers.push("direct".to_owned());
    }
    tiers
}

fn label_of_tier(story: Story, tier: &str) -> String {
    tier_label(tier, story.names, story.lang).unwrap_or_else(|| tier.to_owned())
}

/// The label of a metric without its tier: "IRR".
pub(super) fn label_of_measure(story: Story, metric: &str) -> String {
    let label = label_of_metric(story, metric);
    measure_of(&label, story.lang).to_owned()
}

/// Paid in, distributed, residual.
pub(super) fn money(story: Story) -> Section {
    let labels = MONEY.map(|measure| label_of_measure(story, &format!("national.{measure}")));
    let header = [story.term(Term::Tier)]
        .into_iter()
        .chain(labels.iter().map(String::as_str));
    let mut section = Section::new(story.term(Term::MoneyByTier), header);
    for tier in tiers(story) {
        let amounts = MONEY.map(|measure| story.metric(&format!("{tier}.{measure}")));
        if amounts.iter().any(Option::is_some) {
            let say = |amount: Option<&Estimate>| {
                amount.map_or_else(
                    || NO_NUMBER.into(),
                    |amount| format::mean(amount, story.lang),
                )
            };
            let head = label_of_tier(story, &tier);
            section
                .rows
                .push([head].into_iter().chain(amounts.map(say)).collect());
        }
    }
    section
}

/// Multiples and rates with their spread and both intervals.
pub(super) fn returns(story: Story) -> Section {
    let mut tiers = tiers(story);
    tiers.extend(QUARTILES.map(str::to_owned));
    by_tier(story, Term::ReturnsByTier, &tiers, &RETURNS)
}

/// When money comes back, and how deep a tier is in the red before.
pub(super) fn j_curve(story: Story) -> Section {
    by_tier(story, Term::JCurveByTier, &tiers(story), &J_CURVE)
}

/// One row per tier and measure that has a metric.
fn by_tier(story: Story, title: Term, tiers: &[String], measures: &[&str]) -> Section {
    let header = [story.term(Term::Tier), story.term(Term::Measure)]
        .into_iter()
        .chain(spread_heads(story))
        .chain([story.term(Term::MedianInterval)]);
    let mut section = Section::new(story.term(title), header);
    for tier in tiers {
        let mut head = label_of_tier(story, tier);
        for measure in measures {
            let name = format!("{tier}.{measure}");
            let Some(estimate) = story.metric(&name) else {
                continue;
            };
            // Only worth a line where some path has several rates.
            if *measure == "irr_multiple" && estimate.mean.is_none_or(|share| share == 0.0) {
                continue;
            }
            let mut row = vec![std::mem::take(&mut head), label_of_measure(story, &name)];
            row.extend(spread(story, estimate));
            let median = estimate.intervals.p50;
            row.push(format::interval(median, estimate, story.lang));
            section.rows.push(row);
            if *measure == "irr" {
                section.rows.extend(irr_of_mean_flows(story, tier));
            }
            if estimate.mean.is_none() && estimate.missing > 0 && section.notes.is_empty() {
                section.notes = wrap(story.term(Term::MissingNote), WIDTH);
            }
        }
    }
    section
}

/// The row below a tier's IRR.
fn irr_of_mean_flows(story: Story, tier: &str) -> Option<Vec<String>> {
    let rate = story.summary.irr_of_mean_flows.get(tier)?.rate?;
    let rate = format::number(rate, crate::metrics::MetricUnit::Rate, story.lang);
    let label = story.term(Term::IrrOfMeanFlows).to_owned();
    Some(vec![String::new(), label, rate])
}
