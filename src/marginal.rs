//! What each rule costs or brings: its marginal effect, a finite-difference shadow price on common luck.
//!
//! A limit is moved one step up and one step down (a percentage point, 1亿, a year), and every path is simulated again
//! with the same random numbers; half the difference between the two is the price of one step. Half a step tells
//! whether the price is the same close by. An enforced rule is dropped as well. Outcome rules are measured only:
//! enforcing one would force investors to pay.

mod plan;

pub use plan::{Plan, Tried};

use crate::comparison::holm;
use crate::comparison::test::{Verdict, student_p};
use crate::metrics::{LADDER, MetricUnit, MissingRank};
use crate::outcomes::Outcomes;
use crate::scenario::Scenario;
use crate::summary::estimate::{Estimate, Interval, unit_name};
use crate::summary::named::Named;
use crate::summary::rules::{self, RuleEstimate, RuleTerms};
use crate::summary::{Provenance, Summary};
use plan::{Offset, Planned};
use serde::Serialize;

/// What a rule is priced in, beside the ladder.
pub const RESULTS: [&str; 4] = [
    "national.dpi",
    "early_stage.money",
    "companies.funded",
    "fiscal.npv",
];

/// A rule that binds in fewer decisions than this, without effect, does not bind.
const SELDOM: f64 = 0.01;

/// The prices of a scenario's rules.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RulePrices {
    /// Where the numbers come from.
    pub provenance: Provenance,
    /// The scenario as it is, by metric.
    pub base: Named<Estimate>,
    /// The rules in the order of the file.
    pub rules: Named<RulePrice>,
    /// The planned part of regional funds for sub-funds, which one rule is about.
    pub sub_fund_share: f64,
}

/// One rule: what it asks, how it fares, what it costs or brings.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RulePrice {
    /// Why it has a price or none.
    pub standing: Standing,
    /// The threshold; `None` for a rule without one.
    pub threshold: Option<f64>,
    /// Unit of the threshold and the step.
    #[serde(serialize_with = "optional_unit")]
    pub unit: Option<MetricUnit>,
    /// How it fares in the scenario as it is.
    pub measured: Option<RuleEstimate>,
    /// The step upward that prices are for.
    pub step: Option<f64>,
    /// Which steps were valid scenarios.
    pub tried: Tried,
    /// Why others were not.
    pub infeasible: Option<String>,
    /// The effect of one step upward, by metric.
    pub prices: Named<Price>,
    /// The effect of dropping the rule, by metric.
    pub dropped: Named<Effect>,
    /// Nothing moves with it, and it changes under 1% of decisions as far as that is counted.
    pub not_binding: bool,
}

/// Why a rule has a price or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Decisions keep it: it has a price.
    Enforced,
    /// It is measured only, because the scenario says so.
    Reported,
    /// The scenario leaves it out.
    Off,
    /// It is about an outcome, which nobody decides.
    Outcome,
}

/// The price of a step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Price {
    /// Effect of one step upward.
    pub step: Effect,
    /// Effect of one step upward as half a step has it; `None` where half a step is no valid scenario.
    pub half_step: Option<Effect>,
    /// The difference of the two.
    pub curvature: Option<Effect>,
    /// Effect of a whole unit (one, one yuan, one year) at this price.
    pub per_unit: Option<f64>,
}

/// A paired difference of means.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Effect {
    /// What it counts in.
    #[serde(serialize_with = "unit_name")]
    pub unit: MetricUnit,
    /// The mean difference.
    pub mean: Option<f64>,
    /// Its paired standard error.
    pub se: Option<f64>,
    /// Its paired 95% interval.
    pub interval: Option<Interval>,
    /// Whether it is more than luck, over all prices together.
    pub verdict: Verdict,
}

impl Effect {
    /// The mean of `values`, one per path, which differ from 0 by rounding where they are that small beside `scale`.
    fn of(values: &[f64], unit: MetricUnit, scale: f64) -> Self {
        let estimate = Estimate::new(values, unit, MissingRank::Omitted);
        let p = estimate
            .mean
            .zip(estimate.se)
            .and_then(|(mean, se)| student_p(mean, se, estimate.n as f64 - 1.0, scale));
        Self {
            unit,
            mean: estimate.mean,
            se: estimate.se,
            interval: estimate.intervals.mean,
            verdict: Verdict::of(p),
        }
    }
}

/// The metrics of one run that prices are in: one column each, in the order of the base's.
struct Run(Vec<Vec<f64>>);

impl Plan {
    /// The prices, from the scenario's own paths and those that `simulate` gives of each changed scenario, which must
    /// be as many on the same `seed`.
    ///
    /// # Errors
    ///
    /// Those of `simulate`.
    pub fn price<E>(
        &self,
        scenario: &Scenario,
        seed: u64,
        mut simulate: impl FnMut(&Scenario) -> Result<Outcomes, E>,
    ) -> Result<RulePrices, E> {
        let outcomes = simulate(scenario)?;
        let provenance = Provenance::new(scenario, seed, outcomes.paths() as u64);
        let terms = rules::terms(&scenario.rules);
        let summary = Summary::of(&outcomes, provenance, &terms);
        let metrics: Vec<(String, Estimate)> = LADDER
            .into_iter()
            .chain(RESULTS)
            .filter_map(|name| Some((name.to_owned(), summary.metrics.get(name)?.clone())))
            .collect();
        let pick = |outcomes: &Outcomes| {
            Run(metrics
                .iter()
                .map(|(name, _)| outcomes.column(name).unwrap_or_default())
                .collect())
        };
        let base = pick(&outcomes);
        let mut found = Vec::new();
        for planned in &self.rules {
            let mut run = |scenario: Option<&Scenario>| -> Result<Option<Run>, E> {
                scenario
                    .map(|scenario| Ok(pick(&simulate(scenario)?)))
                    .transpose()
            };
            let steps = Steps {
                down: run(planned.variant(Offset::Down))?,
                half_down: run(planned.variant(Offset::HalfDown))?,
                half_up: run(planned.variant(Offset::HalfUp))?,
                up: run(planned.variant(Offset::Up))?,
            };
            let dropped = run(planned.dropped.as_ref())?;
            let measured = summary.rules.get(planned.terms.name).cloned();
            let pricing = Pricing {
                metrics: &metrics,
                base: &base,
            };
            let price = pricing.rule(planned, measured, &steps, dropped.as_ref());
            found.push((planned.terms.name.to_owned(), price));
        }
        let mut prices = RulePrices {
            provenance: summary.provenance,
            base: metrics.iter().cloned().collect(),
            rules: found.into_iter().collect(),
            sub_fund_share: scenario.regions.sub_fund_share.fraction(),
        };
        prices.judge();
        Ok(prices)
    }
}

/// What the runs with a moved limit gave.
struct Steps {
    down: Option<Run>,
    half_down: Option<Run>,
    half_up: Option<Run>,
    up: Option<Run>,
}

/// What prices are made from.
struct Pricing<'a> {
    metrics: &'a [(String, Estimate)],
    base: &'a Run,
}

impl Pricing<'_> {
    fn rule(
        &self,
        planned: &Planned,
        measured: Option<RuleEstimate>,
        steps: &Steps,
        dropped: Option<&Run>,
    ) -> RulePrice {
        let RuleTerms {
            rule,
            unit,
            name: _,
            ..
        } = planned.terms;
        let named = |index: usize| self.metrics[index].0.clone();
        let prices = (0..self.metrics.len())
            .filter_map(|index| Some((named(index), self.price(index, planned.step?, steps)?)));
        let effects = |run: &Run| -> Named<Effect> {
            let effect = |index| (named(index), self.effect(index, Some(run), None, 1.0));
            (0..self.metrics.len()).map(effect).collect()
        };
        RulePrice {
            standing: planned.standing,
            threshold: unit.map(|_| rule.threshold).filter(|t| t.is_finite()),
            unit,
            measured,
            step: planned.step,
            tried: planned.tried,
            infeasible: planned.infeasible.clone(),
            prices: prices.collect(),
            dropped: dropped.map_or_else(|| std::iter::empty().collect(), effects),
            not_binding: false,
        }
    }

    /// The price of metric `index`; `None` where no step could be tried.
    fn price(&self, index: usize, step: f64, steps: &Steps) -> Option<Price> {
        let whole = self.one_step(index, steps.up.as_ref(), steps.down.as_ref(), 1.0)?;
        let half = self.one_step(index, steps.half_up.as_ref(), steps.half_down.as_ref(), 2.0);
        let estimate = &self.metrics[index].1;
        let scale = estimate.mean.unwrap_or(0.0);
        let effect = |values: &[f64]| Effect::of(values, estimate.unit, scale);
        let curvature = half.as_ref().map(|half| {
            let gaps: Vec<f64> = whole.iter().zip(half).map(|(a, b)| a - b).collect();
            effect(&gaps)
        });
        let price = effect(&whole);
        Some(Price {
            step: price,
            half_step: half.as_deref().map(effect),
            curvature,
            per_unit: price.mean.map(|mean| mean / step),
        })
    }

    /// The effect of one step upward on each path; `None` without any run. A side that is missing is the base.
    fn one_step(
        &self,
        index: usize,
        up: Option<&Run>,
        down: Option<&Run>,
        times: f64,
    ) -> Option<Vec<f64>> {
        let weight = match (up, down) {
            (None, None) => return None,
            (Some(_), Some(_)) => times / 2.0,
            _ => times,
        };
        Some(self.moved(index, up, down, weight))
    }

    fn moved(&self, index: usize, up: Option<&Run>, down: Option<&Run>, weight: f64) -> Vec<f64> {
        let column = |run: Option<&Run>| run.unwrap_or(self.base).0[index].clone();
        let pairs = column(up).into_iter().zip(column(down));
        pairs.map(|(up, down)| weight * (up - down)).collect()
    }

    fn effect(&self, index: usize, up: Option<&Run>, down: Option<&Run>, weight: f64) -> Effect {
        let estimate = &self.metrics[index].1;
        let values = self.moved(index, up, down, weight);
        Effect::of(&values, estimate.unit, estimate.mean.unwrap_or(0.0))
    }
}

impl RulePrices {
    /// Holm's verdicts over all prices and drops, and over all curvatures; then what does not bind.
    fn judge(&mut self) {
        let mut effects: Vec<&mut Effect> = Vec::new();
        let mut curvatures: Vec<&mut Effect> = Vec::new();
        for rule in self.rules.values_mut() {
            for price in rule.prices.values_mut() {
                effects.push(&mut price.step);
                curvatures.extend(price.curvature.as_mut());
            }
            effects.extend(rule.dropped.values_mut());
        }
        settle(effects);
        settle(curvatures);
        for rule in self.rules.values_mut() {
            let prices = rule.prices.iter().map(|(_, price)| price.step);
            let effects = prices.chain(rule.dropped.iter().map(|(_, effect)| *effect));
            let moves = effects.into_iter().any(|effect| effect.verdict.real);
            let binds = rule.measured.as_ref().and_then(|measured| measured.binds);
            rule.not_binding = rule.standing == Standing::Enforced
                && rule.tried != Tried::Neither
                && !moves
                && binds.is_none_or(|share| share < SELDOM);
        }
    }
}

fn settle(effects: Vec<&mut Effect>) {
    let tested: Vec<&mut Effect> = effects
        .into_iter()
        .filter(|effect| effect.verdict.p_value.is_some())
        .collect();
    let p_values: Vec<f64> = tested.iter().filter_map(|e| e.verdict.p_value).collect();
    for (effect, adjusted) in tested.into_iter().zip(holm::adjusted(&p_values)) {
        effect.verdict.settle(adjusted);
    }
}

#[allow(clippy::ref_option, clippy::trivially_copy_pass_by_ref)] // serde's signature
fn optional_unit<S: serde::Serializer>(
    unit: &Option<MetricUnit>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    unit.map(crate::summary::estimate::unit_key)
        .serialize(serializer)
}

#[cfg(test)]
mod tests;
