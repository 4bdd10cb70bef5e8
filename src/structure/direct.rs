//! The laws of direct projects, in the precision of the kernels.

use super::companies::{ByStage, LogStep, cumulative};
use crate::math::links::LogNormal;
use crate::scenario::{Direct, KeyProblem, Scenario};

/// Laws of direct projects.
#[derive(Clone, Copy, Debug)]
pub struct DirectModel {
    /// Part of a close's money that is meant for direct projects.
    pub budget_share: f64,
    /// Cumulated probability of each stage; 2 beyond the last.
    pub cumulative: ByStage,
    /// The first cheque, in yuan.
    pub cheque: LogStep,
    /// Its mean.
    pub cheque_mean: f64,
    /// Years from a close to the last first cheque out of its money.
    pub pace: f64,
    /// Last date of any first cheque, in years.
    pub last: f64,
}

impl DirectModel {
    /// The laws of `direct` in `scenario`, whose regional funds keep `fee_budget` of their commitments for fees.
    ///
    /// # Errors
    ///
    /// A mean and spread of cheques that no law fulfils.
    pub fn new(
        scenario: &Scenario,
        direct: &Direct,
        fee_budget: f64,
    ) -> Result<Self, Vec<KeyProblem>> {
        let mean = direct.cheque_mean.to_yuan();
        let cheque = LogNormal::from_mean_cv(mean, direct.cheque_cv).map_err(|error| {
            let message = format!("no cheque law has this mean: {error}");
            vec![KeyProblem::new(
                "direct.cheque_mean",
                message,
                "change the mean or the cv",
            )]
        })?;
        let national = &scenario.national;
        Ok(Self {
            budget_share: scenario.regions.sub_fund_share.rest().fraction()
                * (1.0 - fee_budget).max(0.0),
            cumulative: cumulative(&direct.mix),
            cheque: LogStep {
                mu: cheque.mu as f32,
                sigma: cheque.sigma as f32,
            },
            cheque_mean: mean,
            pace: direct.pace.years(),
            last: national
                .investment_period
                .years()
                .min(national.term.years()),
        })
    }
}
