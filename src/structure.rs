//! What is the same on every path: the tiers and all derived numbers, built once from a scenario.
//!
//! Intercepts of links, base weights of events, fee budgets and the national offers are solved here,
//! so that a path only looks them up. `tierfund check` prints them.

pub mod actual;
pub mod claims;
pub mod companies;
pub mod direct;
pub mod exits;
pub mod fees;
pub mod raising;
pub mod rounds;
pub mod shocks;
pub mod tail;

use crate::sampling::Sampling;
use crate::scenario::problem::Problems;
use crate::scenario::{Concession, KeyProblem, Region, Scenario, UnplacedCapital};
use crate::units::{Money, QUARTERS_PER_YEAR, Years};
use actual::{ActualFund, Opening, actual_funds};
use claims::{Claim, claims};
use companies::CompanyModel;
use direct::DirectModel;
use fees::FeeSchedule;
use raising::RaisingModel;
use shocks::ShockPlan;

/// Derived numbers of a scenario.
#[derive(Clone, Debug)]
pub struct Structure {
    /// Quarters of the programme.
    pub quarters: usize,
    /// National offers by region and close.
    pub closes: Vec<Vec<CloseOffer>>,
    /// Quarter from which on anything is simulated; before it only actual entries exist.
    pub as_of: usize,
    /// Actual sub-funds by region, in order of their closings.
    pub actual: Vec<Vec<ActualFund>>,
    /// Links and laws of raising money.
    pub raising: RaisingModel,
    /// Laws of companies' lives, in the kernels' precision.
    pub companies: CompanyModel,
    /// Laws of direct projects, where there are any.
    pub direct: Option<DirectModel>,
    /// Fees of sub-funds.
    pub sub_fund_fees: FeeSchedule,
    /// Claims on sub-funds' distributions.
    pub sub_fund_claims: Vec<Claim>,
    /// What regional funds give up of their part of them.
    pub sub_fund_concession: Option<Concession>,
    /// Fees of regional funds.
    pub region_fees: FeeSchedule,
    /// Claims on regional funds' distributions.
    pub region_claims: Vec<Claim>,
    /// How many LP classes are followed, see [`raising::followed`].
    pub lp_classes: usize,
    /// Part of a regional fund's commitments that its fees may take over its life.
    pub region_fee_budget: f64,
    /// How the shocks that all companies share are spread over paths.
    pub shocks: ShockPlan,
}

/// A date at which a region takes in money.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CloseOffer {
    /// Years from the scenario's start.
    pub time: f64,
    /// National money in yuan.
    pub national: f64,
    /// Other LPs' money in yuan where it is data; `None` where the take-up decides.
    pub others: Option<f64>,
}

impl Structure {
    /// Solves everything that paths share, each path on its own luck.
    ///
    /// # Errors
    ///
    /// Every combination of numbers that no law fulfils, shown at the key to change.
    pub fn new(scenario: &Scenario) -> Result<Self, Problems> {
        Self::sampled(scenario, Sampling::Plain)
    }

    /// The same with the luck of paths spread as `sampling` says.
    ///
    /// # Errors
    ///
    /// Those of [`Structure::new`].
    pub fn sampled(scenario: &Scenario, sampling: Sampling) -> Result<Self, Problems> {
        let quarters = scenario.national.term.quarters();
        let sub_fund_fees = FeeSchedule::new(&scenario.terms.sub_fund);
        let region_fees = FeeSchedule::new(&scenario.terms.region);
        let investment = scenario.national.investment_period.quarters().min(quarters);
        let region_fee_budget = region_fees.budget_share(investment, quarters - investment);
        let mut problems = Vec::new();
        if region_fee_budget >= 1.0 {
            problems.push(KeyProblem::new(
                "terms.region.fee.rate",
                format!(
                    "the fees of a regional fund take {:.0}% of its commitments",
                    region_fee_budget * 100.0
                ),
                "lower the rates of terms.region",
            ));
        }
        problems.extend(fee_problem(scenario, &sub_fund_fees));
        problems.extend(actual::problems(scenario, region_fee_budget));
        problems.extend(actual::opening_problems(scenario, &sub_fund_fees));
        let as_of = scenario.national.as_of.map_or(0, Years::quarters);
        let actual = |region| actual_funds(region, as_of);
        let closes = close_offers(scenario);
        let listed = actual::listed_problems(scenario, &closes, region_fee_budget);
        problems.extend(listed);
        let companies = CompanyModel::new(scenario).map_err(|found| problems.extend(found));
        let raising = RaisingModel::new(scenario).map_err(|found| problems.extend(found));
        let direct = scenario.direct.as_ref();
        let direct = direct
            .map(|direct| DirectModel::new(scenario, direct, region_fee_budget))
            .transpose()
            .map_err(|found| problems.extend(found));
        match (companies, raising, direct) {
            (Ok(companies), Ok(raising), Ok(direct)) if problems.is_empty() => Ok(Self {
                quarters,
                shocks: ShockPlan::new(scenario, sampling, &closes),
                closes,
                as_of,
                actual: scenario.region.iter().map(actual).collect(),
                raising,
                companies,
                direct,
                sub_fund_fees,
                sub_fund_claims: claims(&scenario.terms.sub_fund),
                sub_fund_concession: scenario.terms.sub_fund.concession,
                region_fees,
                region_claims: claims(&scenario.terms.region),
                lp_classes: raising::followed(scenario),
                region_fee_budget,
            }),
            _ => Err(scenario.blame(problems)),
        }
    }
}

impl Structure {
    /// What sub-fund `number` of `region` has done before it is simulated, if it is one that has.
    pub fn opening(&self, region: u32, number: u32) -> Option<Opening> {
        if self.as_of == 0 {
            return None;
        }
        let actual = self.actual[region as usize].iter();
        let mut fund = actual.filter(|fund| fund.number == number);
        fund.next()?.opening
    }
}

/// The early-stage floor is a part of a sub-fund's size, but only what fees and the reserve leave is sure to be
/// invested in early stages; and something must be left.
fn fee_problem(scenario: &Scenario, fees: &FeeSchedule) -> Option<KeyProblem> {
    let rule = &scenario.rules.early_stage_min;
    let deployment = &scenario.deployment;
    let long_cycles = scenario
        .sector
        .iter()
        .filter_map(|sector| sector.long_cycle);
    let longest = long_cycles.map(Years::quarters).max();
    let exit = deployment.exit.quarters() + longest.unwrap_or(0);
    let fees = fees.budget_share(deployment.investment.quarters(), exit);
    if fees >= 1.0 {
        let message = format!(
            "the fees of a sub-fund take {:.0}% of its size",
            fees * 100.0
        );
        let hint = "lower the rates of terms.sub_fund";
        return Some(KeyProblem::new("terms.sub_fund.fee.rate", message, hint));
    }
    let reserve = match &deployment.follow_on {
        Some(law) => law.reserve.fraction(),
        None => 0.0,
    };
    let first = (1.0 - fees) * (1.0 - reserve);
    if rule.is_enforced() && 1.0 - fees >= rule.threshold && first < rule.threshold {
        let message = format!(
            "fees take {fees:.3} of a sub-fund's size over its life and the reserve {reserve} of the rest, all of which may go into late stages: first cheques have (1 - {fees:.3}) (1 - {reserve}) = {first:.3}, less than the early-stage floor of {}",
            rule.threshold
        );
        let hint =
            "lower the reserve, the fees of terms.sub_fund, or rules.early_stage_min.threshold";
        let key = "deployment.follow_on.reserve";
        return Some(KeyProblem::new(key, message, hint));
    }
    (rule.is_enforced() && 1.0 - fees < rule.threshold).then(|| {
        let message = format!(
            "fees take {fees:.3} of a sub-fund's size over its life and leave 1 - {fees:.3} = {:.3}, less than the early-stage floor of {}",
            1.0 - fees,
            rule.threshold
        );
        let hint = "lower the fees of terms.sub_fund, or rules.early_stage_min.threshold";
        KeyProblem::new("terms.sub_fund.fee.rate", message, hint)
    })
}

/// The national company's money beyond first closes, net of its running costs over the term.
pub fn unplaced_capital(scenario: &Scenario) -> Money {
    let first: Money = scenario
        .region
        .iter()
        .filter_map(|r| r.first_close.as_ref())
        .map(|c| c.national)
        .sum();
    let capital = scenario.national.capital;
    let running = capital.to_yuan()
        * scenario.terms.national.running_cost.quarterly_simple()
        * (scenario.national.term.quarters() as f64);
    Money::yuan((capital - first).to_yuan() - running)
}

/// National offers by region and close.
pub fn close_offers(scenario: &Scenario) -> Vec<Vec<CloseOffer>> {
    let unplaced = unplaced_capital(scenario).to_yuan().max(0.0);
    let second_batch = scenario
        .region
        .iter()
        .filter(|r| r.first_close.is_none())
        .count();
    let first_batch = scenario.region.len() - second_batch;
    let later = &scenario.regions.later_closes;
    let horizon = scenario.national.term.years();
    let offers_of = |region: &Region| {
        let launch = region.launch.years();
        let mut offers = Vec::new();
        match &region.first_close {
            Some(close) => offers.push(CloseOffer {
                time: launch,
                national: close.national.to_yuan(),
                others: Some((close.total - close.national).to_yuan()),
            }),
            None if scenario.national.unplaced_capital == UnplacedCapital::SecondBatch => {
                let national = unplaced / second_batch as f64;
                offers.push(CloseOffer {
                    time: launch,
                    national,
                    others: None,
                });
            }
            None => {}
        }
        if scenario.national.unplaced_capital == UnplacedCapital::LaterCloses
            && region.first_close.is_some()
        {
            let national = unplaced / (first_batch * later.len().max(1)) as f64;
            let at = |years: &crate::units::Years| launch + years.years();
            let dates = later.iter().map(at).filter(|&time| time < horizon);
            offers.extend(dates.map(|time| CloseOffer {
                time,
                national,
                others: None,
            }));
        }
        offers
    };
    scenario.region.iter().map(offers_of).collect()
}

/// The quarter that holds `time`, for times within the programme.
#[inline]
pub fn quarter_of(time: f64) -> usize {
    (time * QUARTERS_PER_YEAR as f64) as usize
}
