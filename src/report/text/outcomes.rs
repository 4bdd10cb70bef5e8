//! The tables below returns: structure, exits, rules.

use super::{Story, WIDTH, wrap};
use crate::metrics::MetricUnit;
use crate::report::catalogue::{Term, metric_label, route_label, rule_label};
use crate::report::format::{self, NO_NUMBER};
use crate::report::rule_mode;
use crate::summary::estimate::Estimate;
use crate::summary::named::Named;
use crate::summary::rules::{Measured, RuleEstimate};
use crate::table::Section;

/// The label of a metric with its tier.
pub(super) fn label_of_metric(story: Story, metric: &str) -> String {
    metric_label(metric, story.names, story.lang).unwrap_or_else(|| metric.to_owned())
}

/// The heads of [`spread`]'s columns.
pub(super) fn spread_heads(story: Story) -> [&'static str; 5] {
    let (mean, interval) = (story.term(Term::Mean), story.term(Term::Interval));
    [mean, interval, "P5", "P50", "P95"]
}

/// Mean, its interval and three quantiles.
pub(super) fn spread(story: Story, estimate: &Estimate) -> [String; 5] {
    let say = |value| format::of(value, estimate, story.lang);
    [
        format::mean(estimate, story.lang),
        format::interval(estimate.intervals.mean, estimate, story.lang),
        say(estimate.p5),
        say(estimate.p50),
        say(estimate.p95),
    ]
}

/// Sizes of regions, sub-funds and companies: every metric of these families.
pub(super) fn structure(story: Story) -> Section {
    let header = [""].into_iter().chain(spread_heads(story));
    let belongs = |name: &str| {
        name.starts_with("mobilised.")
            || name.starts_with("sub_funds.")
            || name.starts_with("companies.")
            || name.starts_with("deployment.")
            || name.starts_with("concession.")
            || name.starts_with("regions.")
            || name.starts_with("early_stage.")
            || name.starts_with("proceeds.")
            || name.starts_with("co_investment.")
            || is_of_a_region(name)
            || DIRECT.contains(&name)
    };
    Section {
        rows: story
            .summary
            .metrics
            .iter()
            .filter(|(name, _)| belongs(name) && !is_the_only_one(story, name))
            .map(|(name, estimate)| {
                let head = label_of_metric(story, name);
                [head].into_iter().chain(spread(story, estimate)).collect()
            })
            .collect(),
        ..Section::new(story.term(Term::Structure), header)
    }
}

/// Whether `name` counts the companies of the scenario's only sector or region, which are all companies.
fn is_the_only_one(story: Story, name: &str) -> bool {
    let groups = ["companies.funded_by_sector.", "companies.funded_by_region."];
    groups.iter().any(|group| {
        let members = || story.summary.metrics.iter();
        name.starts_with(group)
            && members()
                .filter(|(name, _)| name.starts_with(group))
                .count()
                == 1
    })
}

/// What is reported of direct projects beside their returns.
const DIRECT: [&str; 5] = [
    "direct.size",
    "direct.projects",
    "direct.invested",
    "direct.cheque_mean",
    "direct.early_stage_share",
];

fn is_of_a_region(name: &str) -> bool {
    let measure = name
        .strip_prefix("region.")
        .and_then(|rest| rest.rsplit('.').next());
    matches!(measure, Some("size" | "others_share"))
}

/// Number, proceeds and multiple by route.
pub(super) fn exits(story: Story) -> Section {
    let timed = |measures: &Named<Estimate>| measures.get("years_held").is_some();
    let timed = story.summary.exits.iter().any(|(_, of)| timed(of));
    let header = [
        story.term(Term::Route),
        story.term(Term::Count),
        story.term(Term::Interval),
        "P5",
        "P50",
        "P95",
        story.term(Term::Proceeds),
        story.term(Term::Multiple),
    ];
    let header = header
        .into_iter()
        .chain(timed.then_some(story.term(Term::YearsHeld)));
    Section {
        rows: story
            .summary
            .exits
            .iter()
            .map(|(route, measures)| {
                let count = measures.get("count").map(|count| spread(story, count));
                let mean = |estimate: Option<&Estimate>| {
                    estimate.map_or_else(|| NO_NUMBER.into(), |e| format::mean(e, story.lang))
                };
                let amount = measures.get("proceeds").or(measures.get("residual"));
                let mut row = vec![route_label(route, story.lang)];
                row.extend(count.unwrap_or_else(|| [NO_NUMBER; 5].map(str::to_owned)));
                row.extend([amount, measures.get("multiple")].map(mean));
                row.extend(timed.then(|| mean(measures.get("years_held"))));
                row
            })
            .collect(),
        notes: match story.summary.exits.get("stalled") {
            Some(_) => wrap(story.term(Term::StalledNote), WIDTH),
            None => Vec::new(),
        },
        ..Section::new(story.term(Term::Exits), header)
    }
}

/// Each rule: what it asks, what was measured, how often it is kept and how often it binds.
pub(super) fn rules(story: Story) -> Section {
    let header = [
        story.term(Term::Rule),
        story.term(Term::Mode),
        story.term(Term::Limit),
        "P5",
        "P50",
        "P95",
        story.term(Term::Kept),
        story.term(Term::VehiclesKept),
        story.term(Term::Binds),
    ];
    Section {
        rows: story
            .summary
            .rules
            .iter()
            .map(|(name, rule)| rule_row(story, name, rule))
            .collect(),
        ..Section::new(story.term(Term::Rules), header)
    }
}

fn rule_row(story: Story, name: &str, rule: &RuleEstimate) -> Vec<String> {
    let say = |value: Option<f64>, unit: Option<MetricUnit>| match (value, unit) {
        (Some(value), Some(unit)) => format::number(value, unit, story.lang),
        _ => NO_NUMBER.into(),
    };
    let measured =
        |of: fn(Measured) -> Option<f64>| say(rule.measured.and_then(of), rule.measured_unit);
    let share = |share: Option<f64>| share.map_or_else(|| NO_NUMBER.into(), format::percent);
    vec![
        rule_label(name, story.lang),
        rule_mode(rule.mode, story.lang).to_owned(),
        say(rule.threshold, rule.threshold_unit),
        measured(|measured| measured.p5),
        measured(|measured| measured.p50),
        measured(|measured| measured.p95),
        format::probability(rule.kept.as_ref()),
        share(rule.vehicles_kept),
        share(rule.binds),
    ]
}
