//! Links and laws of raising money: each solved so that its mean over luck is the scenario's key.

use crate::math::links::{
    GammaQuantileTable, LinkError, LogitNormal, TruncatedLogNormal, logistic, logistic_intercept,
};
use crate::math::quadrature::GaussHermite;
use crate::math::roots::root;
use crate::scenario::KeyProblem;
use crate::scenario::{Raising, Scenario, SubFundStructure, TakeUpModel};

/// Most LP classes a scenario may have.
pub const MAX_CLASSES: usize = 16;

/// Links of raising money.
#[derive(Clone, Debug)]
pub struct RaisingModel {
    /// Intercept of the take-up link by region, in logits.
    pub take_up: Vec<f64>,
    /// Laws of sub-funds, where they are raised in the model.
    pub sub_funds: Option<SubFundLaws>,
    /// Cumulated probability of each sector as a sub-fund's focus.
    pub sector_cumulative: Vec<f32>,
    /// Cumulated probability of each LP class.
    pub class_cumulative: Vec<f32>,
}

/// Laws of sub-funds that are raised in the model.
#[derive(Clone, Debug)]
pub struct SubFundLaws {
    /// Target size in yuan.
    pub target: TruncatedLogNormal,
    /// Share asked of the region.
    pub requested: LogitNormal,
    /// Intercept of the closing link.
    pub closing_intercept: f64,
    /// Location of the fraction raised, in logits.
    pub raised_location: f64,
    /// Standard deviation of its own shock, in logits, beside cycle and skill.
    pub raised_noise: f64,
    /// Quantiles of an LP's gamma weight.
    pub ticket_weight: GammaQuantileTable,
}

impl RaisingModel {
    /// Solves the links of `scenario`.
    ///
    /// # Errors
    ///
    /// Each pair of mean and spread that no law fulfils.
    pub fn new(scenario: &Scenario) -> Result<Self, Vec<KeyProblem>> {
        let sub_funds = match &scenario.sub_funds.structure {
            SubFundStructure::Listed => None,
            SubFundStructure::Raised(raising) => Some(sub_fund_laws(raising)?),
        };
        let weights: Vec<f64> = scenario.sector.iter().map(|sector| sector.weight).collect();
        let mut problems = Vec::new();
        let take_up = scenario.region.iter().map(|region| {
            take_up(scenario, region.take_up_mean.fraction()).unwrap_or_else(|error| {
                let key = format!("region.{}.take_up_mean", region.id);
                let message = format!("no take-up link has this mean: {error}");
                problems.push(KeyProblem::new(
                    &key,
                    message,
                    "use a mean inside (0, 1), or take_up_model = \"fixed\"",
                ));
                0.0
            })
        });
        let take_up = take_up.collect();
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self {
            take_up,
            sub_funds,
            sector_cumulative: cumulative(&weights),
            class_cumulative: cumulative(&scenario.sub_funds.lp_mix),
        })
    }
}

/// How many classes of LPs are followed: all, if their returns are reported and more than one of them may hold money.
pub fn followed(scenario: &Scenario) -> usize {
    let regions = scenario.region.iter().flat_map(|region| {
        let first = region.first_close.as_ref().map(|close| &close.mix);
        first.into_iter().chain([&region.later_close_mix])
    });
    let mixes: Vec<&Vec<f64>> = regions.chain([&scenario.sub_funds.lp_mix]).collect();
    let classes = scenario.lp_class.len();
    let holds = |class: &usize| {
        mixes
            .iter()
            .any(|mix| mix.get(*class).is_some_and(|&w| w > 0.0))
    };
    if scenario.lp_returns && (0..classes).filter(holds).count() > 1 {
        classes
    } else {
        0
    }
}

/// Intercept of the take-up link: the mean over the stationary cycle and the close's shock is `mean`.
/// The elastic model is solved at its pivot, where its extra term is nothing.
fn take_up(scenario: &Scenario, mean: f64) -> Result<f64, LinkError> {
    let regions = &scenario.regions;
    match regions.take_up_model {
        TakeUpModel::Fixed => Ok(mean),
        TakeUpModel::Stochastic | TakeUpModel::Elastic => {
            let (cycle, noise) = (regions.take_up_cycle_loading, regions.take_up_logit_sd);
            logistic_intercept(mean, libm::sqrt(cycle * cycle + noise * noise))
        }
    }
}

fn sub_fund_laws(raising: &Raising) -> Result<SubFundLaws, Vec<KeyProblem>> {
    let mut problems = Vec::new();
    let target = TruncatedLogNormal::from_mean_cv(
        raising.target_size_mean.to_yuan(),
        raising.target_size_cv,
        Some(raising.target_size_min.to_yuan()),
        Some(raising.target_size_max.to_yuan()),
    );
    let target = target.map_err(|error| {
        problems.push(KeyProblem::new(
            "sub_funds.target_size_mean",
            format!(
                "no size law has this mean between target_size_min and target_size_max: {error}"
            ),
            "move the mean towards the middle or widen the bounds",
        ));
    });
    let mut fraction = |mean: f64, sd: f64, key: &str| {
        LogitNormal::from_mean_sd(mean, sd).map_err(|error| {
            problems.push(KeyProblem::new(
                key,
                format!(
                    "no law between 0 and 1 has mean {mean} and standard deviation {sd}: {error}"
                ),
                "lower the standard deviation",
            ));
        })
    };
    let requested = fraction(
        raising.requested_share_mean.fraction(),
        raising.requested_share_sd,
        "sub_funds.requested_share_sd",
    );
    let raised = fraction(
        raising.raised_mean.fraction(),
        raising.raised_sd,
        "sub_funds.raised_sd",
    );
    let explained = square(raising.raised_cycle_loading) + square(raising.raised_skill_loading);
    if let Ok(law) = &raised
        && explained > square(law.scale)
    {
        problems.push(KeyProblem::new(
            "sub_funds.raised_sd",
            format!(
                "cycle and skill alone spread the fraction raised by {:.3} logits, more than the {:.3} that raised_sd allows",
                libm::sqrt(explained),
                law.scale
            ),
            "raise raised_sd, or lower raised_cycle_loading or raised_skill_loading",
        ));
    }
    let ticket_weight = GammaQuantileTable::new(raising.lp_concentration).map_err(|error| {
        let message = format!("no split of tickets has this concentration: {error}");
        problems.push(KeyProblem::new(
            "sub_funds.lp_concentration",
            message,
            "use a number near 1",
        ));
    });
    match (target, requested, raised, ticket_weight) {
        (Ok(target), Ok(requested), Ok(raised), Ok(ticket_weight)) if problems.is_empty() => {
            Ok(SubFundLaws {
                target,
                closing_intercept: closing_intercept(raising, &requested),
                requested,
                raised_location: raised.location,
                raised_noise: libm::sqrt(square(raised.scale) - explained),
                ticket_weight,
            })
        }
        _ => Err(problems),
    }
}

/// Intercept of the closing link: the mean over cycle, skill and requested share is 1 - `closing_failure_mean`.
fn closing_intercept(raising: &Raising, requested: &LogitNormal) -> f64 {
    let target = raising.closing_failure_mean.rest().fraction();
    let luck =
        libm::sqrt(square(raising.closing_cycle_loading) + square(raising.closing_skill_loading));
    let mean_share = raising.requested_share_mean.fraction();
    let nodes = GaussHermite::with(48);
    let mean_at = |intercept: f64| {
        nodes.expect(|share| {
            let excess = requested.sample_from_normal(share) - mean_share;
            let centre = intercept + raising.closing_share_loading * excess;
            nodes.expect(|z| logistic(centre + luck * z))
        })
    };
    // The mean rises from 0 to 1 over these bounds, so that a root always lies between them.
    root(-1e4, 1e4, 1e-13, |a| mean_at(a) - target).unwrap_or(0.0)
}

fn square(x: f64) -> f64 {
    x * x
}

/// Upper bounds of a categorical draw in `[0, 1)`; the last entry with weight catches the rest.
fn cumulative(weights: &[f64]) -> Vec<f32> {
    let total: f64 = weights.iter().sum();
    let last = weights.iter().rposition(|&w| w > 0.0).unwrap_or(0);
    let mut sum = 0.0;
    let bound = |(i, weight): (usize, &f64)| {
        sum += weight / total;
        if i < last { sum as f32 } else { 2.0 }
    };
    weights.iter().enumerate().map(bound).collect()
}

/// The category whose interval holds `u`.
#[inline]
pub fn category(cumulative: &[f32], u: f32) -> usize {
    cumulative.iter().take_while(|&&bound| u >= bound).count()
}
