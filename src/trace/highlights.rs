//! What an aggregate hides: the few companies that bring most of the money, the funds at both ends.

use super::{CompanyTrace, RegionTrace, SubFundTrace, Trace};

/// How many stand in each list.
pub const LISTED: usize = 5;

/// A sub-fund with its region.
pub type FundOf<'a> = (&'a RegionTrace, &'a SubFundTrace);

/// A company among those that brought the most.
#[derive(Clone, Copy, Debug)]
pub struct TopCompany<'a> {
    /// Its sub-fund.
    pub of: FundOf<'a>,
    /// The company.
    pub company: &'a CompanyTrace,
    /// Its part of all proceeds.
    pub share: f64,
}

/// The extremes of a trace.
#[derive(Clone, Debug)]
pub struct Highlights<'a> {
    /// Companies that brought the most, the largest first.
    pub top_companies: Vec<TopCompany<'a>>,
    /// Their part of all proceeds.
    pub top_share: Option<f64>,
    /// Part of all proceeds that the best hundredth of companies brought.
    pub top_hundredth_share: Option<f64>,
    /// Companies that brought, or are held at, less than their cost, as a part of all.
    pub below_cost: Option<f64>,
    /// Sub-funds with the highest TVPI, the best first.
    pub best: Vec<FundOf<'a>>,
    /// Those with the lowest, the worst first.
    pub worst: Vec<FundOf<'a>>,
    /// Sub-funds with a TVPI below 1, as a part of all that called money.
    pub below_one: Option<f64>,
}

impl Trace {
    /// The extremes among what this trace shows.
    pub fn highlights(&self) -> Highlights<'_> {
        let companies = || {
            self.sub_funds()
                .flat_map(|of| of.1.companies.iter().map(move |company| (of, company)))
        };
        let total: f64 = companies().map(|(_, company)| company.proceeds).sum();
        let mut top: Vec<TopCompany> = companies()
            .map(|(of, company)| TopCompany {
                of,
                company,
                share: company.proceeds / total,
            })
            .collect();
        top.sort_by(|a, b| b.share.total_cmp(&a.share));
        let below = top.iter().filter(|top| top.company.multiple < Some(1.0));
        let below_cost = (!top.is_empty()).then(|| below.count() as f64 / top.len() as f64);
        let share_of = |top: &[TopCompany]| top.iter().map(|top| top.share).sum();
        let hundredth = (total > 0.0).then(|| share_of(&top[..top.len().div_ceil(100)]));
        top.retain(|top| top.company.proceeds > 0.0);
        top.truncate(LISTED);
        let mut funds: Vec<(f64, FundOf)> = self
            .sub_funds()
            .filter_map(|of| Some((of.1.returns.tvpi?, of)))
            .collect();
        funds.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        let below = funds.iter().filter(|(tvpi, _)| *tvpi < 1.0).count();
        let listed = LISTED.min(funds.len() / 2 + funds.len() % 2);
        Highlights {
            top_share: (total > 0.0).then(|| share_of(&top)),
            top_hundredth_share: hundredth,
            below_cost,
            best: funds.iter().take(listed).map(|(_, of)| *of).collect(),
            worst: funds.iter().rev().take(listed).map(|(_, of)| *of).collect(),
            below_one: (!funds.is_empty()).then(|| below as f64 / funds.len() as f64),
            top_companies: top,
        }
    }
}
