//! Which changed scenarios the prices of rules need, all of them valid before any path is run.

use super::Standing;
use crate::metrics::MetricUnit;
use crate::scenario::problem::Problems;
use crate::scenario::{RuleMode, Scenario};
use crate::structure::Structure;
use crate::summary::rules::{RuleKind, RuleTerms, terms};
use crate::units::YI;
use serde::Serialize;

/// Which sides of a limit were valid scenarios.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tried {
    /// Both: the price is a symmetric difference.
    Both,
    /// Only a step up.
    UpOnly,
    /// Only a step down.
    DownOnly,
    /// Neither, or the rule has no limit to move.
    Neither,
}

/// A limit's place beside the scenario's own, in steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Offset {
    Down,
    HalfDown,
    HalfUp,
    Up,
}

impl Offset {
    const ALL: [Self; 4] = [Self::Down, Self::HalfDown, Self::HalfUp, Self::Up];

    fn steps(self) -> f64 {
        match self {
            Self::Down => -1.0,
            Self::HalfDown => -0.5,
            Self::HalfUp => 0.5,
            Self::Up => 1.0,
        }
    }
}

/// A rule with the scenarios that price it.
pub(super) struct Planned {
    pub(super) terms: RuleTerms,
    pub(super) standing: Standing,
    pub(super) step: Option<f64>,
    pub(super) tried: Tried,
    pub(super) infeasible: Option<String>,
    pub(super) dropped: Option<Scenario>,
    pub(super) moved: Vec<(Offset, Scenario)>,
}

impl Planned {
    pub(super) fn variant(&self, offset: Offset) -> Option<&Scenario> {
        let found = self.moved.iter().find(|(at, _)| *at == offset);
        found.map(|(_, scenario)| scenario)
    }
}

/// All that the prices of a scenario's rules need.
pub struct Plan {
    pub(super) rules: Vec<Planned>,
}

impl Plan {
    /// The plan for `scenario`: which steps are valid scenarios.
    pub fn new(scenario: &Scenario) -> Self {
        let rules = terms(&scenario.rules);
        Self {
            rules: rules
                .iter()
                .map(|terms| planned(scenario, *terms))
                .collect(),
        }
    }

    /// Runs that it takes, the scenario's own included.
    pub fn runs(&self) -> u64 {
        let of_a_rule = |rule: &Planned| rule.moved.len() + usize::from(rule.dropped.is_some());
        1 + self.rules.iter().map(of_a_rule).sum::<usize>() as u64
    }
}

/// What a rule on a length of time limits, which moves with its limit: an enforced limit above the length alone would
/// change nothing, and one below it is no valid scenario.
fn length(terms: &RuleTerms, scenario: &Scenario) -> Option<(&'static str, f64)> {
    match terms.name {
        "national_term" => Some(("national.term", scenario.national.term.years())),
        "investment_period" => Some((
            "national.investment_period",
            scenario.national.investment_period.years(),
        )),
        _ => None,
    }
}

/// One step: a percentage point, 1亿 (a fifth of limits below 5亿), a year.
fn step(terms: &RuleTerms) -> Option<f64> {
    match terms.unit? {
        MetricUnit::Share => Some(0.01),
        MetricUnit::Money => Some(YI.min(terms.rule.threshold / 5.0)),
        MetricUnit::Years => Some(1.0),
        MetricUnit::Multiple | MetricUnit::Rate | MetricUnit::Count => None,
    }
}

fn standing(terms: &RuleTerms) -> Standing {
    match (terms.kind, terms.rule.mode) {
        (RuleKind::Outcome, _) => Standing::Outcome,
        (RuleKind::Decision, RuleMode::Enforce) => Standing::Enforced,
        (RuleKind::Decision, RuleMode::Report) => Standing::Reported,
        (RuleKind::Decision, RuleMode::Off) => Standing::Off,
    }
}

fn planned(scenario: &Scenario, terms: RuleTerms) -> Planned {
    let standing = standing(&terms);
    let length = length(&terms, scenario);
    let has_price =
        standing == Standing::Enforced || length.is_some() && standing == Standing::Reported;
    let mut plan = Planned {
        terms,
        standing,
        step: None,
        tried: Tried::Neither,
        infeasible: None,
        dropped: None,
        moved: Vec::new(),
    };
    if !has_price {
        return plan;
    }
    if length.is_none() {
        let set = format!("rules.{}.mode=off", terms.name);
        plan.dropped = valid(scenario, &[set]).ok();
    }
    plan.step = step(&terms);
    let Some(step) = plan.step else {
        return plan;
    };
    for offset in Offset::ALL {
        let by = offset.steps() * step;
        match valid(scenario, &moved(&terms, length, by)) {
            Ok(variant) => plan.moved.push((offset, variant)),
            Err(problems) => {
                let reason = problems.list().first().map(|first| first.message.clone());
                plan.infeasible = plan.infeasible.or(reason);
            }
        }
    }
    let can = |offset| plan.variant(offset).is_some();
    plan.tried = match (can(Offset::Down), can(Offset::Up)) {
        (true, true) => Tried::Both,
        (false, true) => Tried::UpOnly,
        (true, false) => Tried::DownOnly,
        (false, false) => Tried::Neither,
    };
    one_sided(&mut plan);
    plan
}

/// Leaves out the half step of a side whose whole step is not valid, so that both prices are of the same kind.
fn one_sided(plan: &mut Planned) {
    let tried = plan.tried;
    plan.moved.retain(|(offset, _)| match offset {
        Offset::Down | Offset::HalfDown => matches!(tried, Tried::Both | Tried::DownOnly),
        Offset::HalfUp | Offset::Up => matches!(tried, Tried::Both | Tried::UpOnly),
    });
    let halves = [Offset::HalfDown, Offset::HalfUp];
    let has = |plan: &Planned, offset| plan.variant(offset).is_some();
    if tried == Tried::Both && !halves.iter().all(|offset| has(plan, *offset)) {
        plan.moved.retain(|(offset, _)| !halves.contains(offset));
    }
}

/// The overrides that move a rule's limit, and the length that it limits, by `by`.
fn moved(terms: &RuleTerms, length: Option<(&str, f64)>, by: f64) -> Vec<String> {
    let limit = |value: f64| format!("rules.{}.threshold={value:?}", terms.name);
    let Some((key, years)) = length else {
        return vec![limit(terms.rule.threshold + by)];
    };
    let years = years + by;
    let mut sets = vec![format!("{key}={years:?}")];
    if terms.rule.threshold.is_finite() {
        sets.push(limit(terms.rule.threshold.max(years)));
    }
    sets
}

/// The scenario with `sets`, which has a solution.
fn valid(scenario: &Scenario, sets: &[String]) -> Result<Scenario, Problems> {
    let variant = scenario.with(sets)?;
    Structure::new(&variant)?;
    Ok(variant)
}
