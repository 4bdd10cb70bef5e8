//! Actual sub-funds and projects, and whether the regions' first closes can pay for them.

use super::CloseOffer;
use super::companies::deal_probabilities;
use super::fees::FeeSchedule;
use crate::random::{MAX_COMPANIES, MAX_SUB_FUNDS};
use crate::scenario::{KeyProblem, ListedSubFunds, Region, Scenario, SoFar};
use crate::units::Years;

/// A sub-fund given as data beside raised ones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ActualFund {
    /// Its address in random draws: the last numbers of the region, so that simulated ones keep theirs.
    pub number: u32,
    /// Closing, in years from the scenario's start.
    pub launch: f64,
    /// Final size in yuan.
    pub size: f64,
    /// The region's ticket in yuan.
    pub regional: f64,
    /// What it has done before simulation takes over, if it closed before that.
    pub opening: Option<Opening>,
}

/// What an actual sub-fund has done by the date up to which everything is data, in yuan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Opening {
    /// Called from LPs and the GP.
    pub paid_in: f64,
    /// Value of what it holds.
    pub nav: f64,
    /// Distributed to LPs and the GP.
    pub distributed: f64,
    /// Quarter from which on it is simulated.
    pub as_of: usize,
}

/// Quarters of a sub-fund's life: each end is the first quarter after.
#[derive(Clone, Copy, Debug)]
pub struct Calendar {
    /// First quarter.
    pub first: usize,
    /// End of the investment period.
    pub investing_until: usize,
    /// End of the fees.
    pub ends: usize,
}

/// Most stakes of one opening portfolio: they have the last numbers of a sub-fund's companies.
pub const MAX_OPENING_STAKES: u32 = MAX_COMPANIES / 4;

impl Opening {
    /// What went to companies by quarter, from the first one to the last before it is simulated: calls in equal parts,
    /// less the fees of `schedule` on them, which take at most `fee_budget`. Less than nothing where fees exceed calls.
    pub fn cheques(
        self,
        schedule: FeeSchedule,
        life: Calendar,
        size: f64,
        fee_budget: f64,
    ) -> impl Iterator<Item = f64> {
        let quarters = life.first..self.as_of.max(life.first);
        let call = self.paid_in / quarters.len().max(1) as f64;
        let (mut called, mut cost, mut fee_left) = (0.0, 0.0, fee_budget);
        quarters.map(move |quarter| {
            let weights = if quarter >= life.ends {
                super::fees::BasisWeights::default()
            } else if quarter < life.investing_until {
                schedule.investing
            } else {
                schedule.later
            };
            // The quarter's cheque is part of what its own fee is charged on.
            let before = weights.fee(size, called, cost);
            let fee = call - (call - before) / (1.0 + weights.fee(0.0, 1.0, 1.0));
            let cheque = call - fee.min(fee_left);
            fee_left -= call - cheque;
            called += call;
            cost += cheque;
            cheque
        })
    }

    /// Over how many stakes `invested` yuan are spread: as many as first cheques of this mean.
    pub fn stakes(invested: f64, mean_cheque: f64) -> u32 {
        if invested > 0.0 {
            (libm::round(invested / mean_cheque) as u32).max(1)
        } else {
            0
        }
    }

    /// The part of the portfolio that is still held; the rest was sold for what is distributed.
    pub fn kept(self) -> f64 {
        let all = self.nav + self.distributed;
        if all > 0.0 { self.nav / all } else { 1.0 }
    }
}

/// Beside direct projects, listed sub-funds have to leave them their part of what a region expects to raise: nobody
/// calls more than was committed.
pub fn listed_problems(
    scenario: &Scenario,
    closes: &[Vec<CloseOffer>],
    fee_budget: f64,
) -> Vec<KeyProblem> {
    if scenario.direct.is_none() {
        return Vec::new();
    }
    let share = scenario.regions.sub_fund_share.fraction();
    let mut found = Vec::new();
    for (region, closes) in scenario.region.iter().zip(closes) {
        let taken_up = 1.0 - region.take_up_mean.fraction();
        let total = |close: &CloseOffer| match close.others {
            Some(others) => close.national + others,
            None => close.national / taken_up,
        };
        let size: f64 = closes.iter().map(total).sum();
        let limit = share * size * (1.0 - fee_budget).max(0.0);
        let listed = region.listed.iter();
        let tickets: f64 = listed
            .map(|group| {
                let size = group.size.to_yuan() * group.regional_share.fraction();
                f64::from(group.count) * size
            })
            .sum();
        if tickets > limit * (1.0 + 1e-9) {
            let message = format!(
                "listed sub-funds take {tickets:.6e} yuan of the region, more than the {limit:.6e} that direct projects and fees leave them"
            );
            let key = format!("region.{}.listed", region.id);
            let hint = "lower their number, size or share, raise regions.sub_fund_share, or drop the table [direct]";
            found.push(KeyProblem::new(&key, message, hint));
        }
    }
    found
}

/// One actual sub-fund of `group`, not yet numbered; before quarter `as_of` it has a past.
fn actual_fund(group: &ListedSubFunds, as_of: usize) -> ActualFund {
    let opening = |so_far: SoFar| Opening {
        paid_in: so_far.paid_in.to_yuan(),
        nav: so_far.nav.to_yuan(),
        distributed: so_far.distributed.to_yuan(),
        as_of,
    };
    let size = group.size.to_yuan();
    ActualFund {
        number: 0,
        launch: group.launch.years(),
        size,
        regional: size * group.regional_share.fraction(),
        opening: group.so_far.map(opening),
    }
}

/// The actual sub-funds of `region` in order of their closings; those that closed before quarter `as_of` have a past.
pub fn actual_funds(region: &Region, as_of: usize) -> Vec<ActualFund> {
    let of_group = |group: &ListedSubFunds| {
        std::iter::repeat_n(actual_fund(group, as_of), group.count as usize)
    };
    let mut funds: Vec<ActualFund> = region.actual.iter().flat_map(of_group).collect();
    for (fund, number) in funds.iter_mut().zip((0..MAX_SUB_FUNDS).rev()) {
        fund.number = number;
    }
    funds.sort_by(|a, b| a.launch.total_cmp(&b.launch));
    funds
}

/// What is signed has to fit into what the first closes leave net of the fee budget: later closes are luck.
pub fn problems(scenario: &Scenario, fee_budget: f64) -> Vec<KeyProblem> {
    let share = scenario.regions.sub_fund_share;
    let mut found = Vec::new();
    for region in &scenario.region {
        let first = region.first_close.as_ref();
        let net = first.map_or(0.0, |close| close.total.to_yuan()) * (1.0 - fee_budget).max(0.0);
        let tickets: f64 = actual_funds(region, 0)
            .iter()
            .map(|fund| fund.regional)
            .sum();
        let cheques = region.projects.iter();
        let cheques: f64 = cheques
            .map(|group| f64::from(group.count) * group.cheque.to_yuan())
            .sum();
        for (key, what, signed, limit) in [
            ("fund", "sub-funds", tickets, share.fraction() * net),
            (
                "project",
                "direct projects",
                cheques,
                share.rest().fraction() * net,
            ),
        ] {
            if signed > limit * (1.0 + 1e-9) {
                let message = format!(
                    "actual {what} take {:.2}亿 of the {:.2}亿 that the first close leaves for them, net of fees",
                    signed / 1e8,
                    limit / 1e8
                );
                let hint = "lower their number, size or share, or change regions.sub_fund_share";
                let key = format!("region.{}.{key}", region.id);
                found.push(KeyProblem::new(&key, message, hint));
            }
        }
    }
    found
}

/// What was paid in has to cover the fees of so far, and what is left of it the value that is held.
pub fn opening_problems(scenario: &Scenario, fees: &FeeSchedule) -> Vec<KeyProblem> {
    let stages = deal_probabilities(scenario).into_iter();
    let stages = stages.zip(&scenario.stage);
    let mean_cheque: f64 = stages
        .map(|(p, stage)| p * stage.first_cheque_mean.to_yuan())
        .sum();
    let groups = scenario.region.iter();
    let groups = groups.flat_map(|region| region.actual.iter().map(move |group| (region, group)));
    let found = groups.filter_map(|(region, group)| {
        let (key, message, hint) = opening_problem(scenario, fees, group, mean_cheque)?;
        let key = format!("region.{}.fund.{}.{key}", region.id, group.id);
        Some(KeyProblem::new(&key, message, hint))
    });
    found.collect()
}

/// The key of `group` to blame, what is wrong and what to do, if its past does not add up.
fn opening_problem(
    scenario: &Scenario,
    fees: &FeeSchedule,
    group: &ListedSubFunds,
    mean_cheque: f64,
) -> Option<(&'static str, String, &'static str)> {
    let fund = actual_fund(group, scenario.national.as_of.map_or(0, Years::quarters));
    let opening = fund.opening?;
    let first = group.launch.quarter();
    // A life without an end has the most fees.
    let life = Calendar {
        first,
        investing_until: first + scenario.deployment.investment.quarters(),
        ends: usize::MAX,
    };
    let cheques = opening.cheques(*fees, life, fund.size, f64::INFINITY);
    let (invested, least) = cheques.fold((0.0, 0.0_f64), |(sum, least), cheque| {
        (sum + cheque, least.min(cheque))
    });
    let stakes = Opening::stakes(invested, mean_cheque);
    let smallest = 1e-9 * fund.size;
    if least < -smallest {
        let message = format!(
            "the {:.2}亿 paid in by national.as_of do not cover the fees of terms.sub_fund up to then",
            opening.paid_in / 1e8
        );
        return Some(("paid_in", message, "raise it, or lower the fees"));
    }
    if invested <= smallest && opening.nav + opening.distributed > 0.0 {
        let message = "fees of terms.sub_fund have taken all that was paid in, so that nothing was left to buy what is held";
        return Some(("nav", message.to_owned(), "raise paid_in, or set it to 0"));
    }
    if stakes > MAX_OPENING_STAKES {
        let message = format!(
            "what is invested makes {stakes} stakes of the mean first cheque, more than {MAX_OPENING_STAKES}"
        );
        let hint = "lower it, or raise the first cheques of [stage]";
        return Some(("paid_in", message, hint));
    }
    None
}
