//! The documented rules over all paths: measured, kept, binding.

use crate::metrics::MetricUnit;
use crate::scenario::{Rule, RuleMode, Rules};
use crate::summary::estimate::{Estimate, unit_key};
use crate::summary::named::Named;
use crate::summary::probability::Probability;
use serde::{Serialize, Serializer};

/// Prefix of the metrics that end in the block of rules.
pub const PREFIX: &str = "rules.";

/// A rule as the scenario states it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RuleTerms {
    /// Name as in the scenario file.
    pub name: &'static str,
    /// What the rule is about.
    pub kind: RuleKind,
    /// Threshold and what is done about it.
    pub rule: Rule,
    /// Unit of the threshold; `None` for a rule without one.
    pub unit: Option<MetricUnit>,
}

/// Whether a rule is about what the programme decides or about what comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RuleKind {
    /// About a decision, which can keep it.
    Decision,
    /// About an outcome, which can only be measured.
    Outcome,
}

/// A rule over all paths.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RuleEstimate {
    /// Decision or outcome.
    pub kind: RuleKind,
    /// What is done about it.
    #[serde(serialize_with = "mode_name")]
    pub mode: RuleMode,
    /// The threshold; `None` for a rule without one.
    pub threshold: Option<f64>,
    /// Unit of the threshold.
    #[serde(serialize_with = "unit_name")]
    pub threshold_unit: Option<MetricUnit>,
    /// Unit of the measured value: for a limit on single deals, a share of deals.
    #[serde(serialize_with = "unit_name")]
    pub measured_unit: Option<MetricUnit>,
    /// The measured value over paths.
    pub measured: Option<Measured>,
    /// Share of the paths that keep the rule.
    pub kept: Option<Probability>,
    /// Mean share of the vehicles that keep it.
    pub vehicles_kept: Option<f64>,
    /// Mean share of the decisions that it changes.
    pub binds: Option<f64>,
}

/// Quantiles of the value that a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// 5% quantile.
    pub p5: Option<f64>,
    /// Median.
    pub p50: Option<f64>,
    /// 95% quantile.
    pub p95: Option<f64>,
}

/// The rules of a scenario in the order of the file.
pub fn terms(rules: &Rules) -> Vec<RuleTerms> {
    use MetricUnit::{Count, Money, Multiple, Share, Years};
    use RuleKind::{Decision, Outcome};
    [
        (
            "sub_fund_share_min",
            Decision,
            rules.sub_fund_share_min,
            Some(Share),
        ),
        (
            "early_stage_min",
            Decision,
            rules.early_stage_min,
            Some(Share),
        ),
        ("not_largest_lp", Decision, rules.not_largest_lp, None),
        ("valuation_max", Decision, rules.valuation_max, Some(Money)),
        ("cheque_max", Decision, rules.cheque_max, Some(Money)),
        (
            "sub_fund_mean_size_max",
            Decision,
            rules.sub_fund_mean_size_max,
            Some(Money),
        ),
        ("national_term", Decision, rules.national_term, Some(Years)),
        (
            "investment_period",
            Decision,
            rules.investment_period,
            Some(Years),
        ),
        (
            "regional_size_min",
            Outcome,
            rules.regional_size_min,
            Some(Money),
        ),
        (
            "sub_fund_count_min",
            Outcome,
            rules.sub_fund_count_min,
            Some(Count),
        ),
        (
            "programme_early_stage_min",
            Outcome,
            rules.programme_early_stage_min,
            Some(Share),
        ),
        ("scale_target", Outcome, rules.scale_target, Some(Multiple)),
    ]
    .into_iter()
    .map(|(name, kind, rule, unit)| RuleTerms {
        name,
        kind,
        rule,
        unit,
    })
    .collect()
}

/// The block of rules: those of `terms` that have metrics `rules.<name>.*`, of which `kept` has the share of paths that keep each.
pub fn estimates(
    terms: &[RuleTerms],
    metrics: &Named<Estimate>,
    kept: &Named<Probability>,
) -> Named<RuleEstimate> {
    terms
        .iter()
        .filter_map(|terms| Some((terms.name.to_owned(), estimate(terms, metrics, kept)?)))
        .collect()
}

/// The rule of which a metric says on each path whether it was kept.
pub fn rule_of_kept(metric: &str) -> Option<&str> {
    metric.strip_prefix(PREFIX)?.strip_suffix(".kept")
}

fn estimate(
    terms: &RuleTerms,
    metrics: &Named<Estimate>,
    kept: &Named<Probability>,
) -> Option<RuleEstimate> {
    let part = |part: &str| metrics.get(&format!("{PREFIX}{}.{part}", terms.name));
    let measured = part("measured");
    let kept = kept.get(terms.name).copied();
    let (vehicles_kept, binds) = (part("vehicles_kept"), part("binds"));
    if measured.is_none() && kept.is_none() && vehicles_kept.is_none() && binds.is_none() {
        return None;
    }
    let quantiles = |e: &Estimate| Measured {
        p5: e.p5,
        p50: e.p50,
        p95: e.p95,
    };
    Some(RuleEstimate {
        kind: terms.kind,
        mode: terms.rule.mode,
        threshold: terms.unit.map(|_| terms.rule.threshold),
        threshold_unit: terms.unit,
        measured_unit: measured.map(|measured| measured.unit),
        measured: measured.map(quantiles),
        kept,
        vehicles_kept: vehicles_kept.and_then(|share| share.mean),
        binds: binds.and_then(|share| share.mean),
    })
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's signature
fn mode_name<S: Serializer>(mode: &RuleMode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(match mode {
        RuleMode::Enforce => "enforce",
        RuleMode::Report => "report",
        RuleMode::Off => "off",
    })
}

#[allow(clippy::ref_option, clippy::trivially_copy_pass_by_ref)] // serde's signature
fn unit_name<S: Serializer>(unit: &Option<MetricUnit>, serializer: S) -> Result<S::Ok, S::Error> {
    unit.map(unit_key).serialize(serializer)
}
