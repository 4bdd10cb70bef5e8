//! Direct projects of regional funds: how many, how large, how early. Their returns stand with those of the tiers.

use super::{MetricUnit, MissingRank, Sink, ratio};
use crate::path::Programme;
use crate::scenario::Scenario;

/// Writes `direct.size`, `.projects`, `.invested`, `.cheque_mean` and `.early_stage_share`, where there are direct projects.
pub fn record(scenario: &Scenario, programme: &Programme, sink: &mut impl Sink) {
    if scenario.direct.is_none() {
        return;
    }
    let direct = &programme.direct;
    let projects = direct.funded_by_stage.iter().sum::<u64>() as f64;
    let cheques: f64 = direct.cheques_by_stage.iter().sum();
    for (name, unit, value) in [
        ("direct.size", MetricUnit::Money, direct.budget),
        ("direct.projects", MetricUnit::Count, projects),
        (
            "direct.invested",
            MetricUnit::Share,
            ratio(cheques, direct.budget),
        ),
        (
            "direct.cheque_mean",
            MetricUnit::Money,
            ratio(cheques, projects),
        ),
        (
            "direct.early_stage_share",
            MetricUnit::Share,
            ratio(early(scenario, programme), cheques),
        ),
    ] {
        sink.put(&[name], unit, MissingRank::Omitted, value);
    }
}

/// Paid by regional funds to early-stage companies, in yuan.
pub fn early(scenario: &Scenario, programme: &Programme) -> f64 {
    let stages = scenario
        .stage
        .iter()
        .zip(&programme.direct.cheques_by_stage);
    stages
        .filter(|(stage, _)| stage.early)
        .map(|(_, cheques)| cheques)
        .sum()
}
