//! Fees, profit shares and rules, as a scenario states them.

use crate::units::{AnnualRate, Share};

/// Fees and profit shares by vehicle.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// Of the national company: a running cost, no profit share.
    pub national: NationalTerms,
    /// Of regional funds.
    pub region: FundTerms,
    /// Of sub-funds.
    pub sub_fund: FundTerms,
}

/// Running costs of the national company.
#[derive(Clone, Copy, Debug)]
pub struct NationalTerms {
    /// Cost per year as a share of capital.
    pub running_cost: AnnualRate,
}

/// Fees and profit share of a fund.
#[derive(Clone, Copy, Debug)]
pub struct FundTerms {
    /// Management fee in the investment period.
    pub fee: Fee,
    /// Management fee afterwards.
    pub later_fee: Fee,
    /// Other costs per year, on the basis of the fee in force.
    pub expense_rate: AnnualRate,
    /// Preferred return.
    pub hurdle: AnnualRate,
    /// Share of the catch-up that goes to the manager; 0 means no catch-up.
    pub catch_up: Share,
    /// The manager's share of profit.
    pub carry: Share,
    /// What the public LP gives up of its part; `None` where it gives up nothing.
    pub concession: Option<Concession>,
}

/// A public LP's concession: part of what it would get beyond its capital and hurdle goes to others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Concession {
    /// The part that is passed on.
    pub share: Share,
    /// To whom.
    pub to: ConcessionTo,
}

/// Who gets a concession.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConcessionTo {
    /// The fund's other LPs, in proportion to their commitments.
    OtherLps,
    /// The fund's manager.
    Gp,
}

/// A yearly fee on a basis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fee {
    /// Simple rate per year.
    pub rate: AnnualRate,
    /// What it is charged on.
    pub basis: FeeBasis,
}

/// What a fee is charged on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeeBasis {
    /// Commitments.
    Committed,
    /// Commitments called so far.
    PaidIn,
    /// Cost of what is still held.
    InvestedCost,
}

/// The documented rules (model section 8).
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Least share of a regional fund's investments in sub-funds.
    pub sub_fund_share_min: Rule,
    /// Least share of a sub-fund's size in early stages.
    pub early_stage_min: Rule,
    /// The region's ticket is below the largest other LP's (threshold without meaning: 1 LP).
    pub not_largest_lp: Rule,
    /// Price from which an early-stage deal is not done, in yuan.
    pub valuation_max: Rule,
    /// Largest first cheque into a small company, in yuan.
    pub cheque_max: Rule,
    /// Largest mean size of sub-funds, in yuan.
    pub sub_fund_mean_size_max: Rule,
    /// Longest life of the programme, in years.
    pub national_term: Rule,
    /// Longest investment period, in years.
    pub investment_period: Rule,
    /// Least size of a regional fund, in yuan (an outcome).
    pub regional_size_min: Rule,
    /// Least number of sub-funds (an outcome).
    pub sub_fund_count_min: Rule,
    /// Least share of all sub-fund money in early stages (an outcome).
    pub programme_early_stage_min: Rule,
    /// Least consolidated leverage (an outcome).
    pub scale_target: Rule,
}

/// One rule: its threshold and what is done about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    /// Threshold in the rule's unit.
    pub threshold: f64,
    /// Enforce, report or ignore.
    pub mode: RuleMode,
}

impl Rule {
    /// Whether decisions must keep the rule.
    pub fn is_enforced(&self) -> bool {
        self.mode == RuleMode::Enforce
    }
}

/// What is done about a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleMode {
    /// Decisions keep it.
    Enforce,
    /// It is measured.
    Report,
    /// It is ignored.
    Off,
}
