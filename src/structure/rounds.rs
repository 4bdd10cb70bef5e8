//! The laws of what a sub-fund does in later rounds, in the precision of the kernels.

use super::companies::{ByStage, DealModel};
use crate::scenario::{FollowOn, RuleMode, Scenario, Transfer};

/// Laws of later rounds; neither is there where a scenario has no table for it.
#[derive(Clone, Copy, Debug)]
pub struct RoundModel {
    /// Follow-on cheques.
    pub follow_on: Option<FollowOnModel>,
    /// Sales of old shares.
    pub transfer: Option<TransferModel>,
    /// Whether other investors' money is added up.
    pub co_investment: bool,
}

/// Follow-on cheques.
#[derive(Clone, Copy, Debug)]
pub struct FollowOnModel {
    /// Probability of taking part in an up round.
    pub participation: f32,
    /// Reserve from which a cheque is still worth a deal, in yuan.
    pub smallest: f64,
    /// Largest cheque into a small company, in yuan; infinite where the rule is not enforced.
    pub cheque_max: f64,
    /// The same where the rule is only measured; infinite where it is off.
    pub large: f64,
    /// Price before the round below which a company of an early stage is small.
    pub small_below: f64,
    /// Whether the stage is early.
    pub early: ByStage<bool>,
}

/// Sales of old shares.
#[derive(Clone, Copy, Debug)]
pub struct TransferModel {
    /// Probability in an up round by the stage before it.
    pub probability: ByStage,
    /// Probability that all is sold.
    pub full: f32,
    /// Part of the stake that is sold otherwise.
    pub part: f32,
    /// Price over that of the round.
    pub price: f32,
}

impl RoundModel {
    /// The laws of `scenario`; `None` where a sub-fund does nothing in later rounds and nobody asks what others do.
    pub fn new(scenario: &Scenario, deals: &DealModel) -> Option<Self> {
        let follow_on = scenario.deployment.follow_on.as_ref();
        let transfer = scenario.exit.transfer.as_ref();
        let co_investment = scenario.co_investment.is_some();
        (follow_on.is_some() || transfer.is_some() || co_investment).then(|| Self {
            co_investment,
            follow_on: follow_on.map(|law| FollowOnModel::new(law, scenario, deals)),
            transfer: transfer.map(TransferModel::new),
        })
    }
}

impl FollowOnModel {
    fn new(law: &FollowOn, scenario: &Scenario, deals: &DealModel) -> Self {
        let rules = &scenario.rules;
        let limit = rules.cheque_max.threshold;
        Self {
            participation: law.participation.fraction() as f32,
            smallest: deals.smallest_cheque(),
            cheque_max: if rules.cheque_max.is_enforced() {
                limit
            } else {
                f64::INFINITY
            },
            large: if rules.cheque_max.mode == RuleMode::Report {
                limit
            } else {
                f64::INFINITY
            },
            small_below: rules.valuation_max.threshold,
            early: deals.laws.early,
        }
    }
}

impl TransferModel {
    fn new(law: &Transfer) -> Self {
        let mut probability = ByStage::default();
        for (entry, share) in probability.iter_mut().zip(&law.probability) {
            *entry = share.fraction() as f32;
        }
        Self {
            probability,
            full: law.full.fraction() as f32,
            part: law.part.fraction() as f32,
            price: law.price as f32,
        }
    }
}
