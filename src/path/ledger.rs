//! Who paid whom and when, on one path: yuan by quarter for every tier.
//!
//! Every amount is booked once as an `f64` that both sides share; what other holders get is the total less
//! the part, never computed anew. [`Ledger::imbalance`] is the largest difference between what was paid
//! and what was received in any account of any quarter.

use super::company::Route;
use super::fundraising::closes::Close;

/// A series by quarter, in yuan.
pub type Series = Vec<f64>;

/// All sub-funds together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SubFundFlows {
    /// Cheques to companies.
    pub cheques: Series,
    /// Fees and expenses.
    pub fees: Series,
    /// Called from LPs and GPs.
    pub calls: Series,
    /// Proceeds from companies.
    pub proceeds: Series,
    /// Distributed to LPs, and to GPs on their commitment.
    pub distributions: Series,
    /// Carry, with what regions passed on to managers.
    pub carry: Series,
    /// NAV at the end of the quarter; empty where it is not followed, as that of the other tiers.
    pub nav: Series,
}

/// All direct projects of regional funds together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DirectFlows {
    /// First cheques to companies.
    pub cheques: Series,
    /// Proceeds from companies.
    pub proceeds: Series,
    /// NAV at the end of the quarter.
    pub nav: Series,
    /// Value still held at the term, by region.
    pub residual: Vec<f64>,
}

/// One regional fund.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RegionFlows {
    /// Paid into sub-funds.
    pub sub_fund_calls: Series,
    /// Received from sub-funds.
    pub sub_fund_distributions: Series,
    /// First cheques of its direct projects.
    pub direct_cheques: Series,
    /// Received from its direct projects.
    pub direct_proceeds: Series,
    /// What it passed on of its part of sub-funds' distributions, not part of `sub_fund_distributions`.
    pub sub_fund_conceded: Series,
    /// Fees and expenses.
    pub fees: Series,
    /// Called from LPs.
    pub calls: Series,
    /// Distributed to LPs.
    pub distributions: Series,
    /// Carry, with what the national company passed on to the manager.
    pub carry: Series,
    /// The national company's part of calls, with what it pays or gets back when others join.
    pub national_calls: Series,
    /// The national company's part of distributions.
    pub national_distributions: Series,
    /// What the national company passed on of its part, not part of `national_distributions`.
    pub national_conceded: Series,
    /// What the national company pays (or gets back, negative) when others join, part of `national_calls`.
    pub equalisation: Series,
    /// Its part of its sub-funds' NAV at the end of the quarter, the NAV of its direct projects, and its cash.
    pub nav: Series,
    /// Interest on cash that was held at the end of the quarter before.
    pub interest: Series,
    /// Cash held at the end of the quarter: called and not used yet.
    pub cash: Series,
    /// Cash given back with the last quarter's distributions.
    pub cash_left: f64,
}

impl RegionFlows {
    /// What is held when `quarter` begins, and what of it goes into that quarter's distributions.
    fn cash_around(&self, quarter: usize) -> [f64; 2] {
        let before = if quarter > 0 {
            self.cash[quarter - 1]
        } else {
            0.0
        };
        let is_last = quarter + 1 == self.cash.len();
        [before, if is_last { self.cash_left } else { 0.0 }]
    }
}

/// The national company.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NationalFlows {
    /// Running costs.
    pub running_cost: Series,
    /// Drawn from the treasury.
    pub calls: Series,
    /// Paid to the treasury.
    pub distributions: Series,
    /// Its part of regions' NAV at the end of the quarter.
    pub nav: Series,
}

/// What one kind of holder paid in and got back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HolderFlows {
    /// Paid in, with what is paid or (negative) got back when others join.
    pub calls: Series,
    /// Received.
    pub distributions: Series,
    /// Its part of value held at the term.
    pub residual: f64,
}

impl HolderFlows {
    fn clear(&mut self, quarters: usize) {
        for series in [&mut self.calls, &mut self.distributions] {
            series.clear();
            series.resize(quarters, 0.0);
        }
        self.residual = 0.0;
    }
}

/// LPs of one class.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LpFlows {
    /// As LPs of regional funds.
    pub regions: HolderFlows,
    /// As LPs of sub-funds.
    pub sub_funds: HolderFlows,
}

/// All flows of one path.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ledger {
    /// All sub-funds.
    pub sub_funds: SubFundFlows,
    /// All direct projects.
    pub direct: DirectFlows,
    /// Regional funds in file order.
    pub regions: Vec<RegionFlows>,
    /// Proceeds from companies, of sub-funds and direct projects together, by [`Route`]; nothing where one pays nothing.
    pub proceeds_by_route: [Series; Route::COUNT],
    /// The national company.
    pub national: NationalFlows,
    /// LPs by class; none where classes are not followed.
    pub lps: Vec<LpFlows>,
    /// Managers on their commitments to sub-funds; kept where LPs are.
    pub gps: HolderFlows,
    /// Value still held at the term by region: its part of sub-funds, and its direct projects.
    pub region_residual: Vec<f64>,
    /// Value still held by all sub-funds at the term.
    pub sub_fund_residual: f64,
    /// The national company's part of regions' residual value.
    pub national_residual: f64,
}

impl Ledger {
    /// An empty ledger of `quarters` and `regions`, in which so many LP `classes` are followed.
    pub fn clear(&mut self, quarters: usize, regions: usize, classes: usize) {
        self.lps.resize_with(classes, LpFlows::default);
        let lps = self.lps.iter_mut();
        let holders = lps.flat_map(|lps| [&mut lps.regions, &mut lps.sub_funds]);
        for holder in holders.chain([&mut self.gps]) {
            holder.clear(quarters);
        }
        self.regions.resize_with(regions, RegionFlows::default);
        self.region_residual.clear();
        self.region_residual.resize(regions, 0.0);
        self.sub_fund_residual = 0.0;
        self.national_residual = 0.0;
        self.direct.residual.clear();
        self.direct.residual.resize(regions, 0.0);
        let sub = &mut self.sub_funds;
        let national = &mut self.national;
        let fixed = [
            &mut sub.cheques,
            &mut sub.fees,
            &mut sub.calls,
            &mut sub.proceeds,
            &mut sub.distributions,
            &mut sub.carry,
            &mut self.direct.cheques,
            &mut self.direct.proceeds,
            &mut national.running_cost,
            &mut national.calls,
            &mut national.distributions,
        ];
        let regional = self.regions.iter_mut().flat_map(|region| {
            region.cash_left = 0.0;
            [
                &mut region.sub_fund_calls,
                &mut region.sub_fund_distributions,
                &mut region.direct_cheques,
                &mut region.direct_proceeds,
                &mut region.sub_fund_conceded,
                &mut region.fees,
                &mut region.calls,
                &mut region.distributions,
                &mut region.carry,
                &mut region.national_calls,
                &mut region.national_distributions,
                &mut region.national_conceded,
                &mut region.equalisation,
                &mut region.interest,
                &mut region.cash,
            ]
        });
        let routes = &mut self.proceeds_by_route;
        let routes = Route::ALL.into_iter().zip(routes);
        let paying = routes.filter_map(|(route, series)| route.pays().then_some(series));
        for series in fixed.into_iter().chain(regional).chain(paying) {
            series.clear();
            series.resize(quarters, 0.0);
        }
    }

    /// Makes room for NAV of so many `quarters`: none where it is not followed.
    pub fn follow_nav(&mut self, quarters: usize) {
        let tiers = [
            &mut self.sub_funds.nav,
            &mut self.direct.nav,
            &mut self.national.nav,
        ];
        let regions = self.regions.iter_mut().map(|region| &mut region.nav);
        for nav in tiers.into_iter().chain(regions) {
            nav.clear();
            nav.resize(quarters, 0.0);
        }
    }

    /// The largest gap between the two sides of any account in any quarter, in yuan.
    pub fn imbalance(&self) -> f64 {
        let sub = &self.sub_funds;
        let mut worst = 0.0_f64;
        let mut account = |paid: f64, received: f64| worst = worst.max((paid - received).abs());
        for q in 0..sub.calls.len() {
            account(sub.calls[q], sub.cheques[q] + sub.fees[q]);
            account(sub.proceeds[q], sub.distributions[q] + sub.carry[q]);
            let (mut calls, mut distributions) = (self.national.running_cost[q], 0.0);
            let (mut cheques, mut proceeds) = (0.0, 0.0);
            for region in &self.regions {
                let paid = region.sub_fund_calls[q] + region.direct_cheques[q];
                let [before, left] = region.cash_around(q);
                let own = region.calls[q] + before + region.interest[q];
                account(own, paid + region.fees[q] + region.cash[q] + left);
                account(region.cash[q].min(0.0), 0.0);
                if q + 1 == region.cash.len() {
                    account(region.cash[q], 0.0);
                }
                let received = region.sub_fund_distributions[q] + region.direct_proceeds[q];
                account(received + left, region.distributions[q] + region.carry[q]);
                cheques += region.direct_cheques[q];
                proceeds += region.direct_proceeds[q];
                calls += region.national_calls[q];
                distributions += region.national_distributions[q];
            }
            account(self.direct.cheques[q], cheques);
            account(self.direct.proceeds[q], proceeds);
            let routes = Route::PAYING.into_iter();
            let all = routes.map(|route| self.proceeds_by_route[route as usize][q]);
            account(sub.proceeds[q] + self.direct.proceeds[q], all.sum());
            account(self.national.calls[q], calls);
            account(self.national.distributions[q], distributions);
            if !self.lps.is_empty() {
                let sums = self.by_holder(q);
                account(sub.calls[q], sums.sub_fund_calls);
                account(sub.distributions[q], sums.sub_fund_distributions);
                let regions = || self.regions.iter();
                account(regions().map(|r| r.calls[q]).sum(), sums.region_calls);
                account(
                    regions().map(|r| r.distributions[q]).sum(),
                    sums.region_distributions,
                );
            }
        }
        worst
    }
    /// Sums over the national company, regions, LP classes and managers.
    fn by_holder(&self, q: usize) -> ByHolder {
        let mut sums = ByHolder {
            sub_fund_calls: self.gps.calls[q],
            sub_fund_distributions: self.gps.distributions[q],
            ..ByHolder::default()
        };
        for region in &self.regions {
            sums.region_calls += region.national_calls[q];
            sums.region_distributions += region.national_distributions[q];
            sums.sub_fund_calls += region.sub_fund_calls[q];
            sums.sub_fund_distributions += region.sub_fund_distributions[q];
        }
        for lps in &self.lps {
            sums.region_calls += lps.regions.calls[q];
            sums.region_distributions += lps.regions.distributions[q];
            sums.sub_fund_calls += lps.sub_funds.calls[q];
            sums.sub_fund_distributions += lps.sub_funds.distributions[q];
        }
        sums
    }
}

/// What all holders of funds together paid and got in one quarter.
#[derive(Default)]
struct ByHolder {
    region_calls: f64,
    region_distributions: f64,
    sub_fund_calls: f64,
    sub_fund_distributions: f64,
}

/// The national company's share of a region as of each quarter, and the step in the quarter of a close.
///
/// A close counts from the start of the quarter that holds it.
pub fn national_shares(closes: &[Close], quarters: usize, shares: &mut Series) {
    shares.clear();
    let (mut national, mut total, mut next) = (0.0, 0.0, 0);
    for quarter in 0..quarters {
        while let Some(close) = closes
            .get(next)
            .filter(|c| crate::structure::quarter_of(c.time) <= quarter)
        {
            national += close.national;
            total += close.total;
            next += 1;
        }
        shares.push(if total > 0.0 { national / total } else { 0.0 });
    }
}

/// Running sums of a series.
pub const LANES: usize = 8;

/// The sum of single-precision amounts, each widened first, in a fixed order that does not depend on the
/// machine: eight running sums, then their sum.
#[inline(always)]
#[allow(clippy::inline_always)]
pub fn fixed_order_widened_sum(values: &[f32]) -> f64 {
    let mut lanes = [0.0; LANES];
    let (blocks, rest) = values.as_chunks::<LANES>();
    for block in blocks {
        for lane in 0..LANES {
            lanes[lane] += f64::from(block[lane]);
        }
    }
    join(lanes) + rest.iter().map(|&value| f64::from(value)).sum::<f64>()
}

/// The sum of eight running sums.
#[inline(always)]
#[allow(clippy::inline_always)]
pub fn join(lanes: [f64; LANES]) -> f64 {
    ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6]))
        + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]))
}
