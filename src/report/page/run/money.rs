//! Where the money goes, where it comes back from, and when.

use super::{bars_of, kind};
use crate::report::catalogue::page::Term;
use crate::report::catalogue::{holder_label, tier_label};
use crate::report::page::charts::{self, About, Drawing, Named};
use crate::report::page::document::{Document, fill_html};
use crate::report::page::parts::{Block, Chart};

pub(super) fn flows(document: &Document) -> Block {
    let mut block = Block::new("flows", document.term(Term::BlockFlows));
    block.charts.extend(down(document));
    block.charts.extend(back(document));
    block
}

/// From those who pay down to the companies' stages.
fn down(document: &Document) -> Option<Chart> {
    let place = |holder: &str| {
        let depth = match kind(holder) {
            "treasury" => 0,
            "national" | "regional_lps" => 1,
            "region" | "running_cost" | "sub_fund_lps" => 2,
            "sub_funds" | "direct" => 3,
            "stage" | "fees" => 4,
            _ => return None,
        };
        let label = holder_label(holder, &document.names, document.lang);
        Some((holder.to_owned(), label, depth))
    };
    let follows = |from: &str, to: &str| {
        matches!(
            (kind(from), kind(to)),
            ("treasury", "national")
                | ("national", "region" | "running_cost")
                | ("regional_lps", "region")
                | ("region", "sub_funds" | "direct" | "fees")
                | ("sub_fund_lps", "sub_funds")
                | ("sub_funds", "stage" | "fees")
                | ("direct", "stage")
        )
    };
    let about = About::plain(document, "down", Term::DownTitle, Term::DownSummary);
    charts::sankey(document, about, place, follows)
}

/// From the exits up to those who get it back; from the companies' stages where the results follow companies.
fn back(document: &Document) -> Option<Chart> {
    let from_stage = |flow: &serde_json::Value| {
        let from = flow.get("from").and_then(serde_json::Value::as_str);
        from.is_some_and(|from| kind(from) == "stage")
    };
    let by_stage = document.list("/flows").iter().any(from_stage);
    let exits = usize::from(by_stage);
    let place = |holder: &str| {
        let depth = match kind(holder) {
            "stage" => 0,
            "exits" | "held" => exits,
            "sub_funds" | "direct" => exits + 1,
            "region" => exits + 2,
            "carry" | "sub_fund_lps" | "regional_lps" | "national" => exits + 3,
            "treasury" => exits + 4,
            _ => return None,
        };
        let label = holder_label(holder, &document.names, document.lang);
        Some((holder.to_owned(), label, depth))
    };
    let follows = |from: &str, to: &str| {
        matches!(
            (kind(from), kind(to)),
            ("stage", "exits" | "held")
                | ("exits" | "held", "sub_funds" | "direct")
                | ("sub_funds", "region" | "carry" | "sub_fund_lps")
                | ("direct", "region")
                | ("region", "national" | "regional_lps" | "carry")
                | ("national", "treasury")
        )
    };
    let summary = if by_stage {
        Term::BackByStageSummary
    } else {
        Term::BackSummary
    };
    let about = About::plain(document, "back", Term::BackTitle, summary);
    charts::sankey(document, about, place, follows)
}

pub(super) fn time(document: &Document) -> Block {
    let mut block = Block::new("time", document.term(Term::BlockTime));
    let curve = |id, title, text, ending: &str| {
        let about = About::plain(document, id, title, text);
        charts::curves(document, about, &by_tier(document, ending), Drawing::Lines)
    };
    let fan = |id, title, text, series: &str| {
        let about = About::plain(document, id, title, text);
        charts::fan(document, about, series)
    };
    let charts = [
        fan(
            "j-curve",
            Term::JCurveTitle,
            Term::JCurveSummary,
            "national.net_cumulated",
        ),
        fan(
            "nav",
            Term::NavFanTitle,
            Term::NavFanSummary,
            "national.nav",
        ),
        fan(
            "j-curve-sub",
            Term::JCurveSubTitle,
            Term::JCurveSummary,
            "sub_fund.net_cumulated",
        ),
        calls_by_year(document),
        curve("calls", Term::CallsTitle, Term::CurveSummary, "calls"),
        curve(
            "distributions",
            Term::DistributionsTitle,
            Term::CurveSummary,
            "distributions",
        ),
        curve("net", Term::NetTitle, Term::CurveSummary, "net_cumulated"),
        curve("nav-tiers", Term::NavTitle, Term::NavSummary, "nav"),
    ];
    block.charts.extend(charts.into_iter().flatten());
    block
}

/// The curves of this ending, by tier.
fn by_tier(document: &Document, ending: &str) -> Vec<Named> {
    document
        .keys("/curves")
        .into_iter()
        .filter_map(|curve| {
            let (tier, measure) = curve.rsplit_once('.')?;
            let tiers = ["national", "sub_fund", "direct"];
            let follows = measure == ending && (tiers.contains(&tier) || kind(tier) == "region");
            let known = if tier == "sub_fund" {
                "sub_fund.pooled"
            } else {
                tier
            };
            let label = tier_label(known, &document.names, document.lang)?;
            follows.then(|| (label, curve.to_owned()))
        })
        .collect()
}

/// What the treasury pays in each year of the programme.
fn calls_by_year(document: &Document) -> Option<Chart> {
    let peak = document.part("/metrics/national.peak_annual_call", "p50");
    let text = Term::CallsByYearSummary.text(document.lang);
    let summary = fill_html(text, &[("peak", peak)]);
    let about = About::new("calls-by-year", Term::CallsByYearTitle, summary);
    let year = |number: &str| number.trim_start_matches('0').to_owned();
    bars_of(document, about, "yuan", "national.annual_call.", year)
}
