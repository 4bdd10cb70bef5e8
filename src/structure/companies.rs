//! The laws of first cheques and of companies' lives, solved and in the precision of the kernels.

use super::exits::ExitModel;
use super::rounds::RoundModel;
use super::tail::TailModel;
use crate::math::elementary::exp;
use crate::math::links::{Conditions, LogNormal, TruncatedLogNormal, unconditional_base_weights};
use crate::scenario::KeyProblem;
use crate::scenario::{Event, FirstCheques, Scenario, Stage, Step, Wait, WeightLaw};

/// Events in a row of weights, padded to a power of two.
pub const EVENT_LANES: usize = 8;

/// Most stages a scenario may have.
pub const MAX_STAGES: usize = 8;

/// Laws of companies, in the kernels' precision.
#[derive(Clone, Debug)]
pub struct CompanyModel {
    /// Stages in order.
    pub stages: Vec<StageModel>,
    /// First cheques.
    pub deals: DealModel,
    /// Value at a trade sale over the price of the stake.
    pub trade_sale: LogStep,
    /// Value at a listing over the price of the stake.
    pub listing: LogStep,
    /// Mean-one noise of a price: `exp(noise z - noise^2 / 2)`.
    pub price_noise: f32,
    /// Part of cost that a wound-up company returns.
    pub fail_recovery: f32,
    /// Waiting-time factor by sector.
    pub clock: Vec<f32>,
    /// When exits pay, and whom first.
    pub exits: ExitModel,
    /// What funds do in later rounds, if anything.
    pub rounds: Option<RoundModel>,
    /// The tail of values at an exit, if there is one.
    pub tail: Option<TailModel>,
}

/// One stage.
#[derive(Clone, Copy, Debug)]
pub struct StageModel {
    /// Time to the next event.
    pub wait: Wait32,
    /// Base weights of the events in the order of [`Event::ALL`], padded with zeros.
    pub weights: [f32; EVENT_LANES],
    /// Up round.
    pub step_up: LogStep,
    /// Down round.
    pub step_down: LogStep,
    /// Worth after a round over worth before it: `1 / (1 - d)`.
    pub round_growth: f32,
    /// Part of the company that is sold in a round: `d`.
    pub dilution: f32,
    /// What a holder keeps of its fraction in a round: `(1 - d)(1 - pool)`.
    pub keep: f32,
}

/// A waiting time in the kernels' precision.
#[derive(Clone, Copy, Debug)]
pub enum Wait32 {
    /// Exponential with this mean.
    Exponential(f32),
    /// Lognormal.
    LogNormal(LogStep),
}

/// `exp(mu + sigma z)`.
#[derive(Clone, Copy, Debug, Default)]
pub struct LogStep {
    /// Mean of the log.
    pub mu: f32,
    /// Standard deviation of the log.
    pub sigma: f32,
}

impl From<Step> for LogStep {
    fn from(step: Step) -> Self {
        Self {
            mu: step.mu as f32,
            sigma: step.sigma as f32,
        }
    }
}

/// First cheques: which stage, how much, at what worth.
#[derive(Clone, Copy, Debug)]
pub struct DealModel {
    /// Cumulated probability of each stage; 2 beyond the last.
    pub cumulative: [f32; MAX_STAGES],
    /// The same among early stages only, for a late deal that does not fit.
    pub early_cumulative: [f32; MAX_STAGES],
    /// Laws by stage.
    pub laws: DealLaws,
    /// Mean first cheque over the mix, in yuan.
    pub mean_cheque: f64,
    /// Price from which an early-stage deal is not done.
    pub valuation_max: f32,
}

/// Keeps a cheque that is rounded to single precision within the rule.
const WITHIN: f64 = 1.0 - 1e-6;

/// Least part of the mean cheque that is still worth a deal.
pub const SMALLEST_CHEQUE: f64 = 0.05;

/// One entry per stage.
pub type ByStage<T = f32> = [T; MAX_STAGES];

/// Lognormal laws by stage: `exp(mu + sigma z)`.
#[derive(Clone, Copy, Debug, Default)]
pub struct LogNormals {
    /// Mean of the log.
    pub mu: ByStage,
    /// Standard deviation of the log.
    pub sigma: ByStage,
    /// `exp(mu)`.
    pub median: ByStage,
    /// Whether any of them has a spread. If not, no draw is needed: it would be multiplied by zero.
    pub varies: bool,
}

impl LogNormals {
    fn set(&mut self, place: usize, mu: f64, sigma: f64) {
        self.mu[place] = mu as f32;
        self.sigma[place] = sigma as f32;
        self.median[place] = exp(mu as f32);
        self.varies |= self.sigma[place] > 0.0;
    }
}

/// Laws of a first cheque by stage, each number a table of its own, as kernels look them up.
#[derive(Clone, Copy, Debug, Default)]
pub struct DealLaws {
    /// The cheque, at the normal quantile of `low + width u`.
    pub cheque: LogNormals,
    /// Normal probability below the lower bound.
    pub cheque_low: ByStage,
    /// Normal probability between the bounds.
    pub cheque_width: ByStage,
    /// Worth before the cheque.
    pub worth: LogNormals,
    /// Least part of the company sold in the round over the part kept: `d / (1 - d)`.
    pub round: ByStage,
    /// Whether the stage is early.
    pub early: ByStage<bool>,
}

impl CompanyModel {
    /// Solves the laws of `scenario`.
    ///
    /// # Errors
    ///
    /// Each pair of mean and spread, or set of weights, that no law fulfils.
    pub fn new(scenario: &Scenario) -> Result<Self, Vec<KeyProblem>> {
        let mut problems = Vec::new();
        let mut stages = Vec::new();
        for stage in &scenario.stage {
            match base_weights(scenario, stage) {
                Ok(weights) => stages.push(stage_model(stage, &weights)),
                Err(problem) => problems.push(problem),
            }
        }
        match deal_model(scenario) {
            Ok(deals) if problems.is_empty() => Ok(Self {
                stages,
                rounds: RoundModel::new(scenario, &deals),
                tail: TailModel::new(scenario),
                deals,
                trade_sale: scenario.exit.trade_sale.into(),
                listing: scenario.exit.listing.into(),
                price_noise: scenario.price.noise as f32,
                fail_recovery: scenario.exit.fail_recovery.fraction() as f32,
                clock: scenario
                    .sector
                    .iter()
                    .map(|sector| sector.clock as f32)
                    .collect(),
                exits: ExitModel::new(scenario),
            }),
            Ok(_) => Err(problems),
            Err(more) => {
                problems.extend(more);
                Err(problems)
            }
        }
    }
}

/// Weights such that the mean probability of each event over luck is the one given.
///
/// # Errors
///
/// When the solver finds none.
pub fn base_weights(scenario: &Scenario, stage: &Stage) -> Result<[f64; Event::COUNT], KeyProblem> {
    if scenario.weights == WeightLaw::Conditional {
        return Ok(stage.weights);
    }
    let loadings = scenario
        .event
        .map(|event| [event.cycle, event.skill, event.sector]);
    let window = &scenario.economy.window;
    let shut = window.shut_share();
    let states = [(1.0 - shut, 1.0), (shut, window.shut_factor)];
    let never_lists = states.iter().all(|(share, factor)| share * factor <= 0.0);
    if never_lists && stage.weights[Event::Listing as usize] > 0.0 {
        return Err(KeyProblem::new(
            "economy.listing_window.shut_factor",
            "the listing window never opens and nothing lists while it is shut, but companies should list"
                .to_owned(),
            "let the window open, raise shut_factor, or set the listing weights to 0",
        ));
    }
    let conditions = Conditions {
        sector_correlation: scenario.economy.sector_correlation,
        listing_window: &states,
        listing: Some(Event::Listing as usize),
    };
    let solved = unconditional_base_weights(&stage.weights, &loadings, conditions);
    let found = solved.map_err(|error| {
        KeyProblem::new(
            &format!("stage.{}.weights", stage.id),
            format!("no base weights give these mean probabilities: {error}"),
            "use smaller loadings, or events.weights = \"conditional\"",
        )
    })?;
    let mut weights = [0.0; Event::COUNT];
    weights.copy_from_slice(&found);
    Ok(weights)
}

fn stage_model(stage: &Stage, base: &[f64; Event::COUNT]) -> StageModel {
    let mut weights = [0.0; EVENT_LANES];
    for (weight, base) in weights.iter_mut().zip(base) {
        *weight = *base as f32;
    }
    let kept = stage.dilution.rest().fraction();
    StageModel {
        wait: match stage.wait {
            Wait::Exponential { mean } => Wait32::Exponential(mean as f32),
            Wait::LogNormal { mu, sigma } => Wait32::LogNormal(Step { mu, sigma }.into()),
        },
        weights,
        step_up: stage.step_up.into(),
        step_down: stage.step_down.into(),
        round_growth: (1.0 / kept) as f32,
        dilution: stage.dilution.fraction() as f32,
        keep: (kept * stage.pool.rest().fraction()) as f32,
    }
}

fn deal_model(scenario: &Scenario) -> Result<DealModel, Vec<KeyProblem>> {
    let mut problems = Vec::new();
    let mut laws = DealLaws::default();
    for (place, stage) in scenario.stage.iter().enumerate() {
        if let Err(problem) = laws.solve(scenario, place, stage) {
            problems.push(problem);
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let probabilities = deal_probabilities(scenario);
    let early: Vec<f64> = probabilities
        .iter()
        .zip(&scenario.stage)
        .map(|(p, stage)| if stage.early { *p } else { 0.0 })
        .collect();
    let mean = |(p, stage): (&f64, &Stage)| p * stage.first_cheque_mean.to_yuan();
    Ok(DealModel {
        cumulative: cumulative(&probabilities),
        early_cumulative: cumulative(&early),
        laws,
        mean_cheque: probabilities.iter().zip(&scenario.stage).map(mean).sum(),
        valuation_max: valuation_limit(scenario),
    })
}

/// Probability of each stage per first cheque: a mix by money counts each stage by money over its mean cheque.
pub fn deal_probabilities(scenario: &Scenario) -> Vec<f64> {
    let counts = scenario
        .deployment
        .mix
        .iter()
        .zip(&scenario.stage)
        .map(|(mix, stage)| match scenario.deployment.first_cheques {
            FirstCheques::Money => mix / stage.first_cheque_mean.to_yuan(),
            FirstCheques::Count(_) => *mix,
        });
    let counts: Vec<f64> = counts.collect();
    let total: f64 = counts.iter().sum();
    counts.iter().map(|count| count / total).collect()
}

/// Upper bounds of a categorical draw of a stage in `[0, 1)`; 2 from the last stage with weight on.
pub(super) fn cumulative(probabilities: &[f64]) -> [f32; MAX_STAGES] {
    let total: f64 = probabilities.iter().sum();
    let last = probabilities.iter().rposition(|&p| p > 0.0).unwrap_or(0);
    let mut sum = 0.0;
    let mut bounds = [2.0; MAX_STAGES];
    for (bound, p) in bounds.iter_mut().zip(probabilities).take(last) {
        sum += p / total;
        *bound = sum as f32;
    }
    bounds
}

fn valuation_limit(scenario: &Scenario) -> f32 {
    let rule = &scenario.rules.valuation_max;
    if rule.is_enforced() {
        rule.threshold as f32
    } else {
        f32::INFINITY
    }
}

impl DealModel {
    /// The least amount for which a sub-fund still looks for a deal, in yuan.
    pub fn smallest_cheque(&self) -> f64 {
        SMALLEST_CHEQUE * self.mean_cheque
    }
}

impl DealLaws {
    /// The laws of one stage.
    fn solve(
        &mut self,
        scenario: &Scenario,
        place: usize,
        stage: &Stage,
    ) -> Result<(), KeyProblem> {
        let cheque_rule = &scenario.rules.cheque_max;
        let enforced = stage.early && cheque_rule.is_enforced();
        let upper = enforced.then_some(cheque_rule.threshold * WITHIN);
        let mean = stage.first_cheque_mean.to_yuan();
        let cheque = TruncatedLogNormal::from_mean_cv(mean, stage.first_cheque_cv, None, upper)
            .map_err(|error| {
                KeyProblem::new(
                    &format!("stage.{}.first_cheque_mean", stage.id),
                    format!("no cheque law has this mean below rules.cheque_max: {error}"),
                    "lower the mean or the spread, or raise rules.cheque_max",
                )
            })?;
        let worth = LogNormal::from_mean_cv(stage.pre_money_mean.to_yuan(), stage.pre_money_cv)
            .map_err(|error| {
                let key = format!("stage.{}.pre_money_mean", stage.id);
                KeyProblem::new(
                    &key,
                    format!("no worth law has this mean: {error}"),
                    "change the mean or the cv",
                )
            })?;
        let dilution = stage.dilution.fraction();
        self.cheque.set(place, cheque.mu, cheque.sigma);
        self.cheque_low[place] = cheque.cdf_low as f32;
        self.cheque_width[place] = cheque.cdf_width as f32;
        self.worth.set(place, worth.mu, worth.sigma);
        self.round[place] = (dilution / (1.0 - dilution)) as f32;
        self.early[place] = stage.early;
        Ok(())
    }
}
