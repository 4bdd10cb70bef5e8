//! A trace added up: money through the tiers as a tree, and by year.

use super::{RegionTrace, Returns, SubFundTrace, Trace};

/// A part of the tree of money.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tier<'a> {
    /// The national company, paid by the treasury.
    National,
    /// A regional fund.
    Region(&'a RegionTrace),
    /// The region's sub-funds, pooled.
    SubFunds(&'a RegionTrace),
    /// Their companies: cheques are paid in, proceeds distributed.
    Companies(&'a RegionTrace),
    /// Companies that the region invested in itself, likewise.
    Projects(&'a RegionTrace),
}

/// One line of the tree. All in yuan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Branch<'a> {
    /// Whose money.
    pub tier: Tier<'a>,
    /// How deep it stands below the treasury.
    pub depth: usize,
    /// How many sub-funds, companies or projects; 1 for one vehicle.
    pub count: usize,
    /// Commitments; nothing for companies and projects.
    pub size: Option<f64>,
    /// Fees, or running costs.
    pub fees: Option<f64>,
    /// Carry.
    pub carry: Option<f64>,
    /// What came in and went back.
    pub returns: Returns,
}

/// The entry of a series at the end of a year (0 for the first); nothing outside of the series, which begins in quarter
/// `first`.
pub fn year_end(series: &[f64], first: usize, year: usize) -> f64 {
    let place = (4 * year + 3).checked_sub(first);
    let entry = place.and_then(|place| series.get(place));
    entry.copied().unwrap_or(0.0)
}

/// A year of the programme; flows in yuan.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Year {
    /// 1 for the first.
    pub number: usize,
    /// Mean of the cycle over its quarters.
    pub cycle: f64,
    /// The public market's index at its start.
    pub index: f64,
    /// Quarters with an open listing window.
    pub open: usize,
    /// Its quarters.
    pub quarters: usize,
    /// Called from and paid to the treasury.
    pub national: [f64; 2],
    /// Called by and distributed from the regions shown.
    pub regions: [f64; 2],
    /// Called by and distributed from their sub-funds, to all holders.
    pub sub_funds: [f64; 2],
    /// Paid to and received from companies, those of sub-funds and the direct projects of the regions shown.
    pub companies: [f64; 2],
}

/// Cash of several sub-funds by quarter.
struct Pool {
    calls: Vec<f64>,
    distributions: Vec<f64>,
    cheques: Vec<f64>,
    proceeds: Vec<f64>,
    fees: f64,
    carry: f64,
    size: f64,
    residual: f64,
    companies: usize,
}

impl Pool {
    fn of<'a>(funds: impl Iterator<Item = &'a SubFundTrace>, quarters: usize) -> Self {
        let nothing = || vec![0.0; quarters];
        let mut pool = Self {
            calls: nothing(),
            distributions: nothing(),
            cheques: nothing(),
            proceeds: nothing(),
            fees: 0.0,
            carry: 0.0,
            size: 0.0,
            residual: 0.0,
            companies: 0,
        };
        for fund in funds {
            let flows = &fund.flows;
            for (all, own) in [
                (&mut pool.calls, &flows.calls),
                (&mut pool.distributions, &flows.distributions),
                (&mut pool.cheques, &flows.cheques),
                (&mut pool.proceeds, &flows.proceeds),
            ] {
                let quarters = all.iter_mut().skip(fund.first_quarter);
                quarters.zip(own).for_each(|(all, own)| *all += own);
            }
            pool.fees += flows.fees.iter().sum::<f64>();
            pool.carry += flows.carry.iter().sum::<f64>();
            pool.size += fund.size;
            pool.residual += fund.returns.residual;
            pool.companies += fund.companies.len();
        }
        pool
    }
}

impl Trace {
    /// Money through the tiers: the national company, below it each region shown with its sub-funds, their companies,
    /// and its direct projects where it has any.
    pub fn tree(&self) -> Vec<Branch<'_>> {
        let total = |series: &[f64]| Some(series.iter().sum());
        let running = total(&self.national.running_cost);
        let mut tree = vec![Branch {
            tier: Tier::National,
            depth: 0,
            count: 1,
            size: running.map(|running: f64| self.national.placed + running),
            fees: running,
            carry: None,
            returns: self.national.returns,
        }];
        for region in &self.regions {
            let pool = Pool::of(region.sub_funds.iter(), self.quarters);
            tree.push(Branch {
                tier: Tier::Region(region),
                depth: 1,
                count: 1,
                size: Some(region.size),
                fees: total(&region.flows.fees),
                carry: total(&region.flows.carry),
                returns: region.returns,
            });
            tree.push(Branch {
                tier: Tier::SubFunds(region),
                depth: 2,
                count: region.sub_funds.len(),
                size: Some(pool.size),
                fees: Some(pool.fees),
                carry: Some(pool.carry),
                returns: Returns::of(&pool.calls, &pool.distributions, pool.residual),
            });
            tree.push(Branch {
                tier: Tier::Companies(region),
                depth: 3,
                count: pool.companies,
                size: None,
                fees: None,
                carry: None,
                returns: Returns::of(&pool.cheques, &pool.proceeds, pool.residual),
            });
            tree.extend(region.projects_branch());
        }
        tree
    }

    /// The programme year by year; below the treasury only what this trace shows.
    pub fn years(&self) -> Vec<Year> {
        let pool = Pool::of(self.sub_funds().map(|(_, fund)| fund), self.quarters);
        let mut years = vec![Year::default(); self.quarters.div_ceil(4)];
        for quarter in 0..self.quarters {
            let year = &mut years[quarter / 4];
            year.number = quarter / 4 + 1;
            year.quarters += 1;
            year.cycle += self.economy.cycle[quarter];
            year.open += usize::from(self.economy.window_open[quarter]);
            if quarter % 4 == 0 {
                year.index = self.economy.index[quarter];
            }
            let national = &self.national;
            for (pair, [paid, back]) in [
                (
                    &mut year.national,
                    [&national.calls, &national.distributions],
                ),
                (&mut year.sub_funds, [&pool.calls, &pool.distributions]),
                (&mut year.companies, [&pool.cheques, &pool.proceeds]),
            ] {
                pair[0] += paid[quarter];
                pair[1] += back[quarter];
            }
            for region in &self.regions {
                year.regions[0] += region.flows.calls[quarter];
                year.regions[1] += region.flows.distributions[quarter];
                year.companies[0] += region.flows.direct_cheques[quarter];
                year.companies[1] += region.flows.direct_proceeds[quarter];
            }
        }
        for year in &mut years {
            year.cycle /= year.quarters as f64;
        }
        years
    }
}

impl RegionTrace {
    /// Its direct projects in the tree; nothing without any.
    fn projects_branch(&self) -> Option<Branch<'_>> {
        let flows = &self.flows;
        let held = self.projects.iter().map(|project| project.company.residual);
        (!self.projects.is_empty()).then(|| Branch {
            tier: Tier::Projects(self),
            depth: 2,
            count: self.projects.len(),
            size: None,
            fees: None,
            carry: None,
            returns: Returns::of(&flows.direct_cheques, &flows.direct_proceeds, held.sum()),
        })
    }

    /// Sums of a year's quarters: called from LPs, of it from the national company, fees, paid into and received
    /// from sub-funds, paid to and received from direct projects, distributed, carry.
    pub fn year(&self, year: usize) -> [f64; 9] {
        let national = self.lps.first().map(|lp| lp.calls.as_slice());
        let flows = &self.flows;
        [
            &flows.calls[..],
            national.unwrap_or_default(),
            &flows.fees,
            &flows.sub_fund_calls,
            &flows.sub_fund_distributions,
            &flows.direct_cheques,
            &flows.direct_proceeds,
            &flows.distributions,
            &flows.carry,
        ]
        .map(|series| series.iter().skip(4 * year).take(4).sum())
    }
}
