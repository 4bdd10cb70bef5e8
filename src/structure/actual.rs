//! Actual sub-funds and projects, and whether the regions' first closes can pay for them.

use super::CloseOffer;
use crate::random::MAX_SUB_FUNDS;
use crate::scenario::{KeyProblem, ListedSubFunds, Region, Scenario};

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

/// The actual sub-funds of `region` in order of their closings.
pub fn actual_funds(region: &Region) -> Vec<ActualFund> {
    let of_group = |group: &ListedSubFunds| {
        let size = group.size.to_yuan();
        let fund = ActualFund {
            number: 0,
            launch: group.launch.years(),
            size,
            regional: size * group.regional_share.fraction(),
        };
        std::iter::repeat_n(fund, group.count as usize)
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
        let tickets: f64 = actual_funds(region).iter().map(|fund| fund.regional).sum();
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
