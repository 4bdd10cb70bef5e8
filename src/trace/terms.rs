//! What rebuilding a path's books needs of the scenario: fees, claims, calendars, names.

use crate::scenario::{AtTerm, CallPolicy, ConcessionTo, Fee, FeeBasis, FundTerms, Scenario};
use crate::units::Years;
use serde::Serialize;

/// Terms of all tiers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TermsTrace {
    /// Money from the treasury, in yuan.
    pub capital: f64,
    /// Running cost of the national company per year, as a part of capital.
    pub running_cost: f64,
    /// Last date for commitments to sub-funds, in years; fees of regional funds step down at this age.
    pub investment_period: f64,
    /// Quarter at whose start simulation takes over from data; null where all is simulated.
    pub as_of: Option<usize>,
    /// What becomes of unsold holdings: `settle` or `hold_nav`.
    pub at_term: &'static str,
    /// Part of its commitments that a tranche of a regional fund brings; null where calls are what is needed.
    pub tranche: Option<f64>,
    /// What idle cash earns per year.
    pub cash_rate: f64,
    /// Of regional funds.
    pub region: VehicleTerms,
    /// Of sub-funds.
    pub sub_fund: VehicleTerms,
    /// Stages in their order.
    pub stages: Vec<StageTerms>,
}

/// Terms of one kind of fund.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct VehicleTerms {
    /// Fee in the investment period.
    pub fee: FeeTerms,
    /// Fee after it.
    pub later_fee: FeeTerms,
    /// Other costs per year, on the basis of the fee in force.
    pub expense_rate: f64,
    /// Preferred return per year.
    pub hurdle: f64,
    /// Share of the catch-up that goes to the manager.
    pub catch_up: f64,
    /// The manager's share of profit.
    pub carry: f64,
    /// What the public LP (the region, or the national company) passes on; null where it passes nothing on.
    pub concession: Option<ConcessionTerms>,
}

/// What a public LP passes on of its part.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ConcessionTerms {
    /// Part of what it would get beyond capital and hurdle.
    pub share: f64,
    /// To whom: `other_lps`, by their commitments, or `gp`, the manager.
    pub to: &'static str,
}

/// A yearly fee.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct FeeTerms {
    /// Simple rate per year.
    pub rate: f64,
    /// What it is charged on: `committed`, `paid_in` or `invested_cost`.
    pub basis: &'static str,
}

/// A stage of companies.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StageTerms {
    /// Its name in the scenario.
    pub id: String,
    /// Whether it counts for the early-stage floor.
    pub early: bool,
}

impl TermsTrace {
    pub(super) fn new(scenario: &Scenario) -> Self {
        let stage = |stage: &crate::scenario::Stage| StageTerms {
            id: stage.id.clone(),
            early: stage.early,
        };
        Self {
            capital: scenario.national.capital.to_yuan(),
            running_cost: scenario.terms.national.running_cost.per_year(),
            investment_period: scenario.national.investment_period.years(),
            as_of: scenario.national.as_of.map(Years::quarters),
            at_term: match scenario.national.at_term {
                AtTerm::Settle => "settle",
                AtTerm::HoldNav => "hold_nav",
            },
            tranche: match scenario.regions.call_policy {
                CallPolicy::AsNeeded => None,
                CallPolicy::Tranches { tranche } => Some(tranche.fraction()),
            },
            cash_rate: scenario.national.cash_rate.per_year(),
            region: (&scenario.terms.region).into(),
            sub_fund: (&scenario.terms.sub_fund).into(),
            stages: scenario.stage.iter().map(stage).collect(),
        }
    }
}

impl From<&FundTerms> for VehicleTerms {
    fn from(terms: &FundTerms) -> Self {
        Self {
            fee: (&terms.fee).into(),
            later_fee: (&terms.later_fee).into(),
            expense_rate: terms.expense_rate.per_year(),
            hurdle: terms.hurdle.per_year(),
            catch_up: terms.catch_up.fraction(),
            carry: terms.carry.fraction(),
            concession: terms.concession.map(|concession| ConcessionTerms {
                share: concession.share.fraction(),
                to: match concession.to {
                    ConcessionTo::OtherLps => "other_lps",
                    ConcessionTo::Gp => "gp",
                },
            }),
        }
    }
}

impl From<&Fee> for FeeTerms {
    fn from(fee: &Fee) -> Self {
        Self {
            rate: fee.rate.per_year(),
            basis: match fee.basis {
                FeeBasis::Committed => "committed",
                FeeBasis::PaidIn => "paid_in",
                FeeBasis::InvestedCost => "invested_cost",
            },
        }
    }
}
